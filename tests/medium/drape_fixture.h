/* For the tests of drapes: rasters of any kind, and the ground that they are laid over. It is
 * level, under a uniform sky of radiance 1, so that a picture without bounces is the albedo itself.
 */
#ifndef VD_TESTS_DRAPE_FIXTURE_H
#define VD_TESTS_DRAPE_FIXTURE_H

#include <gdal.h>
#include <math.h>

#include "picture.h"
#include "terrain/map_transform.h"
#include "terrain/srgb.h"

#define UTM "EPSG:32611"
#define DEGREES "EPSG:4326"

static const char *const albedo_only[] = {"sun.strength",
                                          "0",
                                          "sky.strength",
                                          "1",
                                          "render.bounces",
                                          "0",
                                          "render.samples",
                                          "4",
                                          "filter.shape",
                                          "box",
                                          "drape.path",
                                          "drape.tif",
                                          NULL};

/* A raster to write: pixel (x, y) of band b is value(x, y, b). */
typedef struct raster {
    const char *path;
    int nx, ny, bands;
    GDALDataType type;
    double geotransform[6]; /* of zeros: none */
    const char *crs;
    double (*value)(int x, int y, int band);
    GDALColorInterp colours[4]; /* GCI_Undefined: GDAL's own choice */
    const short (*palette)[4];  /* four entries */
    const double *nodata;
    const char *creation;
} raster;

static inline void write_raster(const raster *r)
{
    const char *const creation[] = {r->creation, NULL};
    GDALDatasetH file = GDALCreate(GDALGetDriverByName("GTiff"), r->path, r->nx, r->ny, r->bands,
                                   r->type, (char **)(uintptr_t)creation);
    assert_non_null(file);
    double geotransform[6];
    memcpy(geotransform, r->geotransform, sizeof(geotransform));
    if (r->geotransform[5] != 0.0) GDALSetGeoTransform(file, geotransform);
    if (r->crs) {
        vd_crs_info info;
        assert_int_equal(vd_crs_describe(NULL, r->crs, &info), VD_OK);
        GDALSetProjection(file, info.wkt);
        free(info.wkt);
    }
    double *line = malloc((size_t)r->nx * sizeof(double));
    assert_non_null(line);
    for (int b = 1; b <= r->bands; b++) {
        GDALRasterBandH band = GDALGetRasterBand(file, b);
        if (r->colours[b - 1] != GCI_Undefined)
            GDALSetRasterColorInterpretation(band, r->colours[b - 1]);
        if (r->nodata) GDALSetRasterNoDataValue(band, *r->nodata);
        if (r->palette) {
            GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
            for (int i = 0; i < 4; i++) {
                const short *c = r->palette[i];
                GDALColorEntry entry = {c[0], c[1], c[2], c[3]};
                GDALSetColorEntry(table, i, &entry);
            }
            GDALSetRasterColorTable(band, table);
            GDALDestroyColorTable(table);
        }
        for (int y = 0; y < r->ny; y++) {
            for (int x = 0; x < r->nx; x++) line[x] = r->value(x, y, b);
            assert_int_equal(
                GDALRasterIO(band, GF_Write, 0, y, r->nx, 1, line, r->nx, 1, GDT_Float64, 0, 0),
                CE_None);
        }
    }
    free(line);
    GDALClose(file);
}

static inline double level_ground(int x, int y, int band)
{
    (void)x, (void)y, (void)band;
    return 250.0;
}

static int edge; /* the drape's first white column, or row */

static inline double white_from_column(int x, int y, int band)
{
    (void)y, (void)band;
    return x >= edge ? 255.0 : 0.0;
}

static const double here[6] = {415000.0, 30.0, 0.0, 3797000.0, 0.0, -30.0};

static inline void write_ground(const char *crs)
{
    raster r = {.path = "dem.tif",
                .nx = 24,
                .ny = 20,
                .bands = 1,
                .type = GDT_Float32,
                .crs = crs,
                .value = level_ground};
    memcpy(r.geotransform, here, sizeof(here));
    write_raster(&r);
}

static double level[4]; /* what each band of a drape holds everywhere */

static inline double by_band(int x, int y, int band)
{
    (void)x, (void)y;
    return level[band - 1];
}

/** Linear light of a byte. */
static inline double decoded(double byte)
{
    return (double)vd_srgb_decode((float)(byte / 255.0));
}

#endif
