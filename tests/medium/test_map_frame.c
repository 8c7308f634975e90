/* Pictures in another CRS, and clip masks: everything on the right pixel. */
#include <math.h>

#include <gdal.h>

#include "kernel/lattice.h"
#include "picture.h"
#include "random.h"
#include "scene/lattice.h"
#include "terrain/map_transform.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define DEGREES VD_SOURCE_DIR "/data/zion.tif"
#define UTM "EPSG:32611"
/* Turned by 30 degrees against the meridian through the middle of the window. */
#define TURNED "+proj=omerc +lat_0=34.3 +lonc=-118.1 +alpha=30 +gamma=0 +k=1 +datum=WGS84 +units=m"

/* ---- the lattice ----------------------------------------------------------------------------- */

/* Where random points of a picture lie, against PROJ: a frame, a DEM's grid, and how many of the
 * points shall have a place, in per cent. */
static const struct {
    const char *crs, *dem_crs;
    double frame[6], dem[6]; /* geotransforms */
    int width, height, nx, ny, placed;
} lattices[] = {
    {"EPSG:3857",
     UTM,
     {-13174213.8, 36.3, 0, 4083858.9, 0, -36.3},
     {379000, 30, 0, 3807000, 0, -30},
     1205,
     660,
     1197,
     643,
     100},
    {TURNED,
     UTM,
     {-30000, 12.5, 0, 30000, 0, -12.5},
     {379000, 30, 0, 3807000, 0, -30},
     4800,
     4800,
     1197,
     643,
     100},
    {"EPSG:32611",
     "EPSG:4326",
     {200000, 300, 0, 7800000, 0, -300},
     {-126, 1. / 120, 0, 72, 0, -1. / 120},
     2000,
     2000,
     2400,
     2400,
     100},
    {"+proj=moll +lon_0=150",
     "EPSG:4326",
     {-18100000, 20000, 0, 9100000, 0, -20000},
     {-180, 1. / 6, 0, 90, 0, -1. / 6},
     1810,
     910,
     2160,
     1080,
     77},
    {"+proj=ortho +lat_0=60 +lon_0=170",
     "EPSG:4326",
     {-6400000, 10000, 0, 6400000, 0, -10000},
     {-180, 1. / 6, 0, 90, 0, -1. / 6},
     1280,
     1280,
     2160,
     1080,
     77},
};

static void test_lattice_places(void **state)
{
    vd_context *context = *state;
    for (size_t i = 0; i < sizeof(lattices) / sizeof(lattices[0]); i++) {
        vd_dem_info info = {.nx = lattices[i].nx, .ny = lattices[i].ny};
        vd_frame frame = {
            .width = lattices[i].width, .height = lattices[i].height, .is_warped = true};
        vd_crs_info crs;
        vd_lattice *lattice = NULL;
        vd_map_transform *transform = NULL;
        test_random r = {i};
        int placed = 0, tried = 3000, off = 0;
        double worst = 0.0;
        test_ok(context, vd_crs_describe(context, lattices[i].dem_crs, &crs));
        info.wkt = crs.wkt;
        info.degrees_per_unit = crs.degrees_per_unit;
        memcpy(info.geotransform, lattices[i].dem, sizeof(info.geotransform));
        memcpy(frame.geotransform, lattices[i].frame, sizeof(frame.geotransform));
        test_ok(context, vd_lattice_create(context, &frame, &info, lattices[i].crs, 2, &lattice));
        test_ok(context,
                vd_map_transform_create(context, lattices[i].dem_crs, lattices[i].crs, &transform));
        double round = crs.is_geographic ? 360.0 / lattices[i].dem[1] : 0.0;
        for (int k = 0; k < tried; k++) {
            int x = (int)(frame.width * test_unit(&r)), y = (int)(frame.height * test_unit(&r));
            double u = test_unit(&r), v = test_unit(&r);
            vdk_position p;
            if (vdk_lattice_place(&lattice->flat, x, y, (float)u, (float)v, &p) < 4) continue;
            placed++;
            /* From the grid back to the picture, so that the error is one of pixels. */
            double mx = lattices[i].dem[0] + (p.cx + (double)p.fx - 0.5) * lattices[i].dem[1];
            double my = lattices[i].dem[3] + (p.cy + (double)p.fy - 0.5) * lattices[i].dem[5];
            vd_map_transform_points(transform, 1, &mx, &my);
            double ex = (mx - frame.geotransform[0]) / frame.geotransform[1] - x - u;
            double ey = (my - frame.geotransform[3]) / frame.geotransform[5] - y - v;
            /* The world's edge in the picture: both its sides are the same place. */
            if (round > 0.0 && fabs(ex) > 100.0) continue;
            worst = fmax(worst, hypot(ex, ey));
            off += hypot(ex, ey) > 0.05;
        }
        printf("%-40.40s %6.2f %% placed, off by %.4f px, %lld nodes\n", lattices[i].crs,
               100.0 * placed / tried, worst, (long long)lattice->node_count);
        vd_map_transform_destroy(transform);
        vd_lattice_destroy(lattice);
        free(crs.wkt);
        /* Of 3,000 points a share of 77 % varies by 0.8 % (one sigma). */
        assert_true(abs(100 * placed / tried - lattices[i].placed) <= 4);
        /* At a globe's limb and poles the finest meshes, of a pixel, are taken as they are. */
        bool globe = lattices[i].placed < 100;
        assert_true(worst < (globe ? 0.5 : 0.05));
        assert_true(off <= (globe ? placed / 200 : 0));
    }
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* A plane rising to the east, 1 m a cell of 30 m, in UTM; the ramp changes from black to white at
 * EDGE_M. Its easting is then that of a line in the picture. */
#define EDGE_M 100.5
#define EDGE_EASTING (400000.0 + 30.0 * (EDGE_M + 0.5))

static void write_plane(void)
{
    double geotransform[6] = {400000.0, 30.0, 0.0, 3800000.0, 0.0, -30.0};
    static float heights[200 * 200];
    for (int i = 0; i < 200 * 200; i++) heights[i] = (float)(i % 200);
    GDALDatasetH data =
        GDALCreate(GDALGetDriverByName("GTiff"), "plane.tif", 200, 200, 1, GDT_Float32, NULL);
    vd_crs_info crs;
    assert_non_null(data);
    assert_int_equal(vd_crs_describe(NULL, UTM, &crs), VD_OK);
    GDALSetGeoTransform(data, geotransform);
    GDALSetProjection(data, crs.wkt);
    free(crs.wkt);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(data, 1), GF_Write, 0, 0, 200, 200, heights,
                                  200, 200, GDT_Float32, 0, 0),
                     CE_None);
    GDALClose(data);
    FILE *ramp = fopen("edge.txt", "w");
    assert_non_null(ramp);
    fprintf(ramp, "-1000 0 0 0\n%g 0 0 0\n%g 255 255 255\n9000 255 255 255\n", EDGE_M, EDGE_M);
    fclose(ramp);
}

/** The geotransform that the settings give the picture, by its plan. */
static void plan_frame(vd_context *context, const char *const *knobs, const char *const *more,
                       const char *dem, double out[6])
{
    vd_plan plan;
    vd_settings *settings = test_settings(context, dem, knobs, more);
    test_ok(context, vd_plan_make(context, settings, &plan));
    vd_settings_destroy(settings);
    memset(out, 0, 6 * sizeof(double));
    out[0] = plan.bounds[0];
    out[1] = (plan.bounds[2] - plan.bounds[0]) / plan.width;
    out[3] = plan.bounds[3];
    out[5] = -(plan.bounds[3] - plan.bounds[1]) / plan.height;
}

/* The line's place in each row, from the light in the row, is on average within 0.05 pixels of the
 * truth. A row's place varies by its one pixel of 64 samples, 0.06 at most. */
static void test_edge_is_in_place(void **state)
{
    static const char *const knobs[] = {"surface.ramp",
                                        "edge.txt",
                                        "sun.strength",
                                        "0",
                                        "sky.strength",
                                        "1",
                                        "render.bounces",
                                        "0",
                                        "filter.shape",
                                        "box",
                                        NULL};
    static const char *const crss[][5] = {
        {"camera.crs", "EPSG:3857", "dem.bbox", "-13143500,4069000,-13139900,4072000", NULL},
        {"camera.crs", TURNED, "dem.bbox", "2000,2000,4300,4000", NULL},
        {"camera.crs", "EPSG:4326", "dem.bbox", "-118.07,34.30,-118.04,34.32", NULL}};
    vd_context *context = *state;
    write_plane();
    for (size_t i = 0; i < sizeof(crss) / sizeof(crss[0]); i++) {
        double g[6], sum = 0.0, sum2 = 0.0;
        int rows = 0;
        vd_map_transform *back = NULL;
        plan_frame(context, knobs, crss[i], "plane.tif", g);
        test_ok(context, vd_map_transform_create(context, crss[i][1], UTM, &back));
        test_picture p = test_render("plane.tif", knobs, crss[i]);
        for (int y = 0; y < p.height; y++) {
            const float *row = p.rgba + 4 * (int64_t)y * p.width;
            double light = 0.0, white = (double)row[4 * (p.width - 1)];
            for (int x = 0; x < p.width; x++) light += (double)row[4 * x] / white;
            double found = p.width - light, low = 0.0, high = p.width;
            if (!(white > 0.1) || !(light > 2.0) || !(found > 2.0)) continue;
            for (int k = 0; k < 40; k++) {
                double middle = 0.5 * (low + high);
                double mx = g[0] + middle * g[1], my = g[3] + (y + 0.5) * g[5];
                vd_map_transform_points(back, 1, &mx, &my);
                if (mx < EDGE_EASTING)
                    low = middle;
                else
                    high = middle;
            }
            sum += found - low;
            sum2 += (found - low) * (found - low);
            rows++;
        }
        printf("%-20.20s off by %+.4f px, %.4f px rms, in %d rows of %d pixels\n", crss[i][1],
               sum / rows, sqrt(sum2 / rows), rows, p.width);
        free(p.rgba);
        vd_map_transform_destroy(back);
        assert_true(rows > 20);
        assert_true(fabs(sum / rows) < 0.05);
    }
}

/* ---- the clip mask --------------------------------------------------------------------------- */

/* In degrees, some hundred pixels wide, with a notch and, counted after it, a hole. */
static const double outline[][2] = {{-118.205, 34.31}, {-118.14, 34.295}, {-118.15, 34.32},
                                    {-118.13, 34.345}, {-118.20, 34.35},  {-118.19, 34.33}};
static const double hole[][2] = {{-118.18, 34.315}, {-118.17, 34.335}, {-118.185, 34.33}};

static void write_ring(FILE *file, const double (*ring)[2], int count)
{
    fprintf(file, "[");
    for (int i = 0; i <= count; i++)
        fprintf(file, "%s[%.6f,%.6f]", i ? "," : "", ring[i % count][0], ring[i % count][1]);
    fprintf(file, "]");
}

/* Its sides along the parallels bend by 30 pixels in UTM; the others are outside of the picture. */
static const double wide[][2] = {{-121, 34.31}, {-115, 34.31}, {-115, 34.33}, {-121, 34.33}};

static void write_mask(bool is_wide)
{
    FILE *file = fopen("mask.geojson", "w");
    assert_non_null(file);
    fprintf(file, "{\"type\":\"Polygon\",\"coordinates\":[");
    write_ring(file, is_wide ? wide : outline, is_wide ? 4 : 6);
    if (!is_wide) {
        fprintf(file, ",");
        write_ring(file, hole, 3);
    }
    fprintf(file, "]}\n");
    fclose(file);
}

/** How many times a ring's sides are met on the way from (x, y) to the east: odd inside. */
static int crossings(const double (*ring)[2], int count, double x, double y)
{
    int met = 0;
    for (int i = 0; i < count; i++) {
        const double *a = ring[i], *b = ring[(i + 1) % count];
        if ((a[1] > y) == (b[1] > y)) continue;
        met += x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
    }
    return met;
}

static bool is_inside(bool is_wide, double x, double y)
{
    if (is_wide) return crossings(wide, 4, x, y) % 2;
    return (crossings(outline, 6, x, y) + crossings(hole, 3, x, y)) % 2;
}

#define POINTS 24

/** The share of pixel (px, py) that is inside, by POINTS x POINTS points. */
static double share_by_points(vd_map_transform *back, const double g[6], int px, int py,
                              bool is_wide)
{
    double x[POINTS * POINTS], y[POINTS * POINTS];
    int inside = 0;
    for (int s = 0; s < POINTS * POINTS; s++) {
        x[s] = g[0] + (px + (s % POINTS + 0.5) / POINTS) * g[1];
        y[s] = g[3] + (py + (s / POINTS + 0.5) / POINTS) * g[5];
    }
    vd_map_transform_points(back, POINTS * POINTS, x, y);
    for (int s = 0; s < POINTS * POINTS; s++) inside += is_inside(is_wide, x[s], y[s]);
    return inside / (double)(POINTS * POINTS);
}

/* Alpha against points, each taken to degrees by itself, in each pixel on a side and some of the
 * others. A straight side leaves the points less than 1/24 off in a pixel, and less than 0.01 on
 * average; a shift of 0.05 pixels would make that 0.04. */
static void test_mask_is_in_place(void **state)
{
    static const char *const knobs[] = {"clip.path", "mask.geojson", "render.samples", "1", NULL};
    static const struct {
        const char *crs[3];
        bool is_wide;
    } cases[] = {{{NULL}, false},
                 {{"camera.crs", "EPSG:3857", NULL}, false},
                 {{"camera.crs", TURNED, NULL}, false},
                 {{NULL}, true}};
    vd_context *context = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        double g[6], off = 0.0, worst = 0.0;
        int edge = 0;
        vd_map_transform *back = NULL;
        const char *crs = cases[i].crs[0] ? cases[i].crs[1] : UTM;
        write_mask(cases[i].is_wide);
        plan_frame(context, knobs, cases[i].crs, WINDOW, g);
        test_ok(context, vd_map_transform_create(context, crs, "EPSG:4326", &back));
        test_picture p = test_render(WINDOW, knobs, cases[i].crs);
        for (int k = 0; k < p.width * p.height; k++) {
            double alpha = (double)p.rgba[4 * k + 3];
            bool between = alpha > 0.0 && alpha < 1.0;
            if (!between && k % 97 != 0) continue;
            double share = share_by_points(back, g, k % p.width, k / p.width, cases[i].is_wide);
            edge += between;
            off += between ? fabs(alpha - share) : 0.0;
            worst = fmax(worst, fabs(alpha - share));
        }
        printf("%-20.20s alpha off by %.4f on average of %d, %.4f at most\n", crs, off / edge, edge,
               worst);
        free(p.rgba);
        vd_map_transform_destroy(back);
        assert_true(edge > 200);
        assert_true(off / edge < 0.02);
        assert_true(worst < 2.0 / POINTS);
    }
}

/* The edge of a DEM in degrees, all round: alpha against points, as above. The DEM is a part of the
 * globe, and what lies a little west of it must not be taken for the far end of the globe. */
static void test_edge_in_degrees(void **state)
{
    static const char *const knobs[] = {
        "camera.crs", "EPSG:32612", "camera.resolution", "700", "render.samples", "1", NULL};
    vd_context *context = *state;
    double g[6], off = 0.0, worst = 0.0;
    int edge = 0, west = 0, east = 0;
    vd_dem_options options = {.path = DEGREES, .band = 1};
    vd_dem_info info;
    vd_map_transform *back = NULL;
    plan_frame(context, knobs, NULL, DEGREES, g);
    test_ok(context, vd_dem_probe(context, &options, &info));
    test_ok(context, vd_map_transform_create(context, "EPSG:32612", info.wkt, &back));
    test_picture p = test_render(DEGREES, knobs, NULL);
    for (int k = 0; k < p.width * p.height; k++) {
        double x[POINTS * POINTS], y[POINTS * POINTS], alpha = (double)p.rgba[4 * k + 3];
        int inside = 0, px = k % p.width, py = k / p.width;
        for (int s = 0; s < POINTS * POINTS; s++) {
            x[s] = g[0] + (px + (s % POINTS + 0.5) / POINTS) * g[1];
            y[s] = g[3] + (py + (s / POINTS + 0.5) / POINTS) * g[5];
        }
        vd_map_transform_points(back, POINTS * POINTS, x, y);
        for (int s = 0; s < POINTS * POINTS; s++) {
            double column = (x[s] - info.geotransform[0]) / info.geotransform[1];
            double row = (y[s] - info.geotransform[3]) / info.geotransform[5];
            inside += column > 0.0 && column < info.nx && row > 0.0 && row < info.ny;
        }
        double error = fabs(alpha - inside / (double)(POINTS * POINTS));
        bool between = alpha > 0.0 && alpha < 1.0;
        edge += between;
        west += between && px < p.width / 10 && py > p.height / 10 && py < p.height * 9 / 10;
        east += between && px > p.width * 9 / 10 && py > p.height / 10 && py < p.height * 9 / 10;
        off += between ? error : 0.0;
        worst = fmax(worst, error);
    }
    printf("edge in degrees      alpha off by %.4f on average of %d, %.4f at most\n", off / edge,
           edge, worst);
    assert_true(west > 40 && east > 40);
    assert_true(off / edge < 0.02);
    assert_true(worst < 2.0 / POINTS);
    free(p.rgba);
    vd_map_transform_destroy(back);
    vd_dem_info_clear(&info);
}

static int set_up(void **state)
{
    GDALAllRegister();
    return vd_context_create(NULL, (vd_context **)state) == VD_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    vd_context_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lattice_places),
        cmocka_unit_test(test_edge_is_in_place),
        cmocka_unit_test(test_mask_is_in_place),
        cmocka_unit_test(test_edge_in_degrees),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
