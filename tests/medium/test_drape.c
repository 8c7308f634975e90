/* Drapes on the right pixel, whatever the CRS and the grid; and they are the ground's albedo. */
#include "drape_fixture.h"

static double white_from_row(int x, int y, int band)
{
    (void)x, (void)band;
    return y >= edge ? 255.0 : 0.0;
}

typedef struct ground {
    const char *name, *crs;
    double geotransform[6];
    bool is_point;
} ground;

enum { CELLS_X = 130, CELLS_Y = 110, SCALE = 2 };

/* Thirty metres around 117.9 W, 34.3 N, in every way that a DEM may lie. */
static const ground grounds[] = {
    {"utm", UTM, {415000.0, 30.0, 0.0, 3797000.0, 0.0, -30.0}, false},
    {"point", UTM, {415000.0, 30.0, 0.0, 3797000.0, 0.0, -30.0}, true},
    {"south up", UTM, {415000.0, 30.0, 0.0, 3793700.0, 0.0, 30.0}, false},
    {"rotated", UTM, {415000.0, 28.0, 9.0, 3797000.0, 9.0, -28.0}, false},
    {"degrees", DEGREES, {-117.93, 0.0003, 0.0, 34.32, 0.0, -0.00028}, false},
};

/* Drapes wide enough for all of those: pixels of half a cell, and of four cells. */
static const struct {
    const char *name, *crs, *resampling;
    double geotransform[6];
    int nx, ny;
} drapes[] = {
    {"fine, in degrees", DEGREES, "auto", {-117.97, 1.5e-4, 0.0, 34.35, 0.0, -1.5e-4}, 700, 600},
    {"coarse, in degrees", DEGREES, "auto", {-117.97, 1.2e-3, 0.0, 34.35, 0.0, -1.2e-3}, 88, 75},
    {"fine, in metres", UTM, "auto", {411000.0, 15.0, 0.0, 3800000.0, 0.0, -15.0}, 700, 700},
    {"classes", DEGREES, "nearest", {-117.97, 3.1e-4, 0.0, 34.35, 0.0, -3.1e-4}, 340, 290},
};

/** The signed distance of a map point from the drape's edge, along its column (or row) axis. */
static double beyond_edge(vd_map_transform *transform, const double g[6], bool columns, double x,
                          double y)
{
    vd_map_transform_points(transform, 1, &x, &y);
    return columns ? (x - g[0]) / g[1] - edge : (y - g[3]) / g[5] - edge;
}

/** Where along a line of pixels the edge lies: from the picture, by the area that is white, less
 * where PROJ has it. NAN if it does not cross the line well inside. */
static double edge_error(const test_picture *p, const ground *dem, const double drape[6],
                         vd_map_transform *transform, bool columns, int line)
{
    int count = columns ? p->width : p->height;
    double white = 0.0, low = 0.0, high = count, side[2];
    const double *g = dem->geotransform;
    double north = g[5] > 0.0 && g[2] == 0.0 ? g[3] + CELLS_Y * g[5] : g[3];
    double down = g[5] > 0.0 && g[2] == 0.0 ? -g[5] : g[5];
    for (int i = 0; i < count; i++)
        white += (double)p->rgba[4 * (columns ? line * p->width + i : i * p->width + line)];
    for (int step = 0; step < 50; step++) {
        double at = step == 0 ? 0.0 : step == 1 ? count : 0.5 * (low + high);
        /* The window starts at cell 35, 35. */
        double c = 35.0 + (columns ? at : line + 0.5) / SCALE;
        double r = 35.0 + (columns ? line + 0.5 : at) / SCALE;
        double beyond = beyond_edge(transform, drape, columns, g[0] + c * g[1] + r * g[2],
                                    north + c * g[4] + r * down);
        if (step < 2)
            side[step] = beyond;
        else if (beyond * side[0] > 0.0)
            low = at;
        else
            high = at;
        if (step == 1 && side[0] * side[1] >= 0.0) return (double)NAN;
    }
    double found = side[1] > 0.0 ? count - white : white;
    return low < 12.0 || low > count - 12.0 ? (double)NAN : found - low;
}

static void check_registration(const ground *dem, size_t d, bool columns)
{
    raster r = {.path = "dem.tif",
                .nx = CELLS_X,
                .ny = CELLS_Y,
                .bands = 1,
                .type = GDT_Float32,
                .crs = dem->crs,
                .value = level_ground};
    memcpy(r.geotransform, dem->geotransform, sizeof(r.geotransform));
    write_raster(&r);
    if (dem->is_point) {
        GDALDatasetH file = GDALOpen("dem.tif", GA_Update);
        GDALSetMetadataItem(file, "AREA_OR_POINT", "Point", NULL);
        GDALClose(file);
    }
    r = (raster){.path = "drape.tif",
                 .nx = drapes[d].nx,
                 .ny = drapes[d].ny,
                 .bands = 1,
                 .type = GDT_Byte,
                 .crs = drapes[d].crs,
                 .value = columns ? white_from_column : white_from_row};
    memcpy(r.geotransform, drapes[d].geotransform, sizeof(r.geotransform));
    vd_map_transform *transform = NULL;
    assert_int_equal(vd_map_transform_create(NULL, dem->crs, drapes[d].crs, &transform), VD_OK);
    double x = dem->geotransform[0] + dem->geotransform[1] * (35.0 + 22.3);
    double y = dem->geotransform[3] + dem->geotransform[5] * (35.0 + 20.7);
    if (dem->geotransform[2] != 0.0) x += dem->geotransform[2] * 55.0, y += 9.0 * 57.0;
    edge = 0;
    edge = (int)floor(beyond_edge(transform, drapes[d].geotransform, columns, x, y));
    write_raster(&r);

    test_picture p = test_render("dem.tif", albedo_only,
                                 (const char *[]){"render.samples", "16", "camera.output_scale",
                                                  "2", "dem.srcwin", "35,35,45,40",
                                                  "drape.resampling", drapes[d].resampling, NULL});
    double worst = 0.0, sum = 0.0;
    int lines = 0;
    for (int line = 0; line < (columns ? p.height : p.width); line++) {
        double error = edge_error(&p, dem, drapes[d].geotransform, transform, columns, line);
        if (isnan(error)) continue;
        lines++;
        sum += error;
        if (fabs(error) > worst) worst = fabs(error);
    }
    printf("%s, %s, %s: %d lines, mean error %+.4f px, worst %.4f\n", dem->name, drapes[d].name,
           columns ? "columns" : "rows", lines, sum / lines, worst);
    /* Of 16 samples a pixel each line of an edge is right to some hundredths. Classes are taken at
     * four points a side of a texel, which is a pixel: an eighth, where the edge is in step with
     * the grid. */
    bool classes = strcmp(drapes[d].resampling, "nearest") == 0;
    assert_true(lines > 40);
    assert_true(fabs(sum / lines) < (classes ? 0.13 : 0.05));
    assert_true(worst < 0.25);
    vd_map_transform_destroy(transform);
    free(p.rgba);
}

static void test_registration(void **state)
{
    (void)state;
    for (size_t g = 0; g < sizeof(grounds) / sizeof(grounds[0]); g++)
        for (size_t d = 0; d < sizeof(drapes) / sizeof(drapes[0]); d++)
            for (int columns = 0; columns < 2; columns++)
                if (g == 0 || (g + d + (size_t)columns) % 2) /* one of the two will do elsewhere */
                    check_registration(&grounds[g], d, columns);
}

/* Over real relief, with bounces: a drape of one colour is the albedo of that colour. */
static void test_is_albedo(void **state)
{
    const char *dem = VD_SOURCE_DIR "/tests/data/window.tif";
    const char *const common[] = {"dem.srcwin", "60,60,40,40", "render.samples", "4", NULL};
    char albedo[64];
    (void)state;
    raster r = {.path = "drape.tif",
                .nx = 100,
                .ny = 100,
                .bands = 3,
                .type = GDT_Byte,
                .crs = DEGREES,
                .value = by_band};
    const double around[6] = {-119.0, 0.03, 0.0, 35.5, 0.0, -0.03};
    memcpy(r.geotransform, around, sizeof(around));
    level[0] = 200.0, level[1] = 120.0, level[2] = 40.0;
    write_raster(&r);
    snprintf(albedo, sizeof(albedo), "%.9g,%.9g,%.9g", decoded(200), decoded(120), decoded(40));
    test_picture drape =
        test_render(dem, common, (const char *[]){"drape.path", "drape.tif", NULL});
    test_picture plain = test_render(dem, common, (const char *[]){"surface.albedo", albedo, NULL});
    for (int i = 0; i < 4 * plain.width * plain.height; i++)
        assert_true(fabsf(drape.rgba[i] - plain.rgba[i]) <= 1.0e-5f);
    free(drape.rgba);
    free(plain.rgba);
}

static void test_opacity(void **state)
{
    static const char *const opacities[] = {"0", "0.25", "1"};
    (void)state;
    write_ground(UTM);
    raster r = {.path = "drape.tif",
                .nx = 30,
                .ny = 30,
                .bands = 1,
                .type = GDT_Byte,
                .crs = UTM,
                .value = by_band};
    memcpy(r.geotransform, here, sizeof(here));
    level[0] = 255.0;
    write_raster(&r);
    for (int i = 0; i < 3; i++) {
        test_picture p = test_render(
            "dem.tif", albedo_only,
            (const char *[]){"drape.opacity", opacities[i], "surface.albedo", "0.2", NULL});
        double o = atof(opacities[i]);
        assert_true(fabs((double)p.rgba[0] - (0.2 * (1.0 - o) + o)) < 1.0e-5);
        free(p.rgba);
    }
}

static double checks(int x, int y, int band)
{
    return (x / 3 + y / 5 + band) % 2 ? 230.0 : 60.0;
}

static void test_is_repeatable(void **state)
{
    uint64_t hash[2];
    (void)state;
    write_ground(UTM);
    raster r = {.path = "drape.tif",
                .nx = 200,
                .ny = 200,
                .bands = 3,
                .type = GDT_Byte,
                .crs = DEGREES,
                .value = checks};
    const double around[6] = {-117.93, 6.0e-5, 0.0, 34.32, 0.0, -6.0e-5};
    memcpy(r.geotransform, around, sizeof(around));
    write_raster(&r);
    for (int i = 0; i < 2; i++) {
        test_picture p = test_render(
            "dem.tif", (const char *[]){"drape.path", "drape.tif", "render.samples", "4", NULL},
            (const char *[]){"render.threads", i ? "3" : "1", "render.tile", i ? "16" : "64",
                             NULL});
        hash[i] = test_picture_hash(&p);
        free(p.rgba);
    }
    assert_true(hash[0] == hash[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_registration),
        cmocka_unit_test(test_is_albedo),
        cmocka_unit_test(test_opacity),
        cmocka_unit_test(test_is_repeatable),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
