/* Pictures with AOVs, and DEMs to make them of. */
#ifndef VD_TESTS_AOV_FIXTURE_H
#define VD_TESTS_AOV_FIXTURE_H

#include <gdal.h>
#include <math.h>

#include "picture.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define PI 3.14159265358979324
#define DEGREE (PI / 180.0)

typedef struct shot {
    vd_context *context;
    vd_settings *settings;
    vd_scene *scene;
    vd_picture *picture;
    int width, height;
} shot;

/** Renders a picture of a DEM by a command and two lists of knobs, either of which may be NULL. */
static inline shot take(const char *command, const char *dem, const char *const *knobs,
                        const char *const *more)
{
    shot s = {0};
    assert_int_equal(vd_context_create(NULL, &s.context), VD_OK);
    s.settings = test_settings_for(s.context, command, dem, knobs, more);
    test_ok(s.context, vd_scene_load(s.context, s.settings, &s.scene));
    test_ok(s.context, vd_render(s.context, s.scene, &s.picture));
    s.width = vd_picture_width(s.picture);
    s.height = vd_picture_height(s.picture);
    return s;
}

static inline void drop(shot *s)
{
    vd_picture_destroy(s->picture);
    vd_scene_destroy(s->scene);
    vd_settings_destroy(s->settings);
    vd_context_destroy(s->context);
}

/** The values of an AOV, to be freed; *origin may be NULL. */
static inline float *aov_of(const shot *s, const char *name, double origin[3])
{
    float *values = malloc((size_t)s->width * (size_t)s->height * 12 * sizeof(float));
    assert_non_null(values);
    test_ok(s->context, vd_picture_read_aov(s->context, s->picture, name, 0, 0, s->width, s->height,
                                            values, origin));
    return values;
}

/** Beauty as straight linear RGBA, to be freed. */
static inline float *beauty_of(const shot *s)
{
    return test_picture_of(s->context, s->picture).rgba;
}

/** One hash of all that a picture holds: beauty and AOVs. */
static inline uint64_t shot_hash(const shot *s)
{
    uint64_t hash = 0;
    size_t pixels = (size_t)s->width * (size_t)s->height;
    float *values = beauty_of(s);
    hash = test_hash(values, pixels * 4 * sizeof(float));
    free(values);
    for (int i = 0; i < vd_picture_aov_count(s->picture); i++) {
        vd_aov_info info;
        test_ok(s->context, vd_picture_aov_at(s->context, s->picture, i, &info));
        values = aov_of(s, info.name, NULL);
        hash = hash * 31u + test_hash(values, pixels * (size_t)info.channel_count * sizeof(float));
        free(values);
    }
    return hash;
}

/* A DEM in double precision: heights of cells' centres, and where it lies. */
typedef struct dem {
    int nx, ny;
    double geotransform[6];
    double *heights;
} dem;

static inline dem read_dem(const char *path)
{
    dem d = {0};
    GDALAllRegister();
    GDALDatasetH in = GDALOpen(path, GA_ReadOnly);
    assert_non_null(in);
    d.nx = GDALGetRasterXSize(in);
    d.ny = GDALGetRasterYSize(in);
    GDALGetGeoTransform(in, d.geotransform);
    d.heights = malloc((size_t)d.nx * (size_t)d.ny * sizeof(double));
    assert_non_null(d.heights);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(in, 1), GF_Read, 0, 0, d.nx, d.ny, d.heights,
                                  d.nx, d.ny, GDT_Float64, 0, 0),
                     CE_None);
    GDALClose(in);
    return d;
}

/** Height and its rise per metre east and north at a point of the map, by the bilinear patch of the
 *  four posts around it, which have to be there. */
static inline double dem_at(const dem *d, double x, double y, double rise[2])
{
    double column = (x - d->geotransform[0]) / d->geotransform[1] - 0.5;
    double row = (y - d->geotransform[3]) / d->geotransform[5] - 0.5;
    int i = (int)floor(column), j = (int)floor(row);
    assert_true(i >= 0 && j >= 0 && i + 1 < d->nx && j + 1 < d->ny);
    const double *h = d->heights + j * d->nx + i;
    double u = column - i, v = row - j;
    double twist = h[0] - h[1] - h[d->nx] + h[d->nx + 1];
    if (rise) {
        rise[0] = (h[1] - h[0] + twist * v) / d->geotransform[1];
        rise[1] = (h[d->nx] - h[0] + twist * u) / d->geotransform[5];
    }
    return h[0] + (h[1] - h[0]) * u + (h[d->nx] - h[0]) * v + twist * u * v;
}

/** A DEM of a function of metres from its middle, n x n cells, in UTM. */
static inline void write_dem(const char *path, int n, double cell_m,
                             double (*height)(double x, double y))
{
    GDALAllRegister();
    GDALDatasetH out = GDALCreate(GDALGetDriverByName("GTiff"), path, n, n, 1, GDT_Float32, NULL);
    double geotransform[6] = {400000.0, cell_m, 0.0, 4000000.0, 0.0, -cell_m};
    float *heights = malloc((size_t)n * (size_t)n * sizeof(float));
    assert_non_null(out);
    assert_non_null(heights);
    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++)
            heights[j * n + i] =
                (float)height((i + 0.5 - 0.5 * n) * cell_m, (0.5 * n - j - 0.5) * cell_m);
    GDALSetGeoTransform(out, geotransform);
    GDALSetProjection(out, "EPSG:32611");
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, 1), GF_Write, 0, 0, n, n, heights, n, n,
                                  GDT_Float32, 0, 0),
                     CE_None);
    free(heights);
    GDALClose(out);
}

#endif
