/* Layers: each rule on land whose answer is known, how much of the ground they cover, near and from
 * afar, pictures that tile, and the light that none of it may make or lose. */
#include "kernel/block.h"
#include "kernel/view.h"
#include "scene/scene.h"

#include "drape_fixture.h"

/* ---- land ---------------------------------------------------------------------------------- */

enum { CELLS = 96 };
#define CELL_M 10.0

/* Rises by these a metre, to the east and north; then valleys that run north, this deep. */
static double rise_east, rise_north, valley_m;
enum { VALLEY_CELLS = 24 };

static double land(int x, int y, int band)
{
    (void)band;
    double turn = 2.0 * acos(-1.0) * (x + 0.5) / VALLEY_CELLS;
    return 1000.0 + CELL_M * (rise_east * x - rise_north * y) - valley_m * cos(turn);
}

static void write_land(double east, double north, double valley)
{
    raster r = {.path = "dem.tif",
                .nx = CELLS,
                .ny = CELLS,
                .bands = 1,
                .type = GDT_Float32,
                .geotransform = {415000.0, CELL_M, 0.0, 3797000.0, 0.0, -CELL_M},
                .crs = UTM,
                .value = land};
    rise_east = east;
    rise_north = north;
    valley_m = valley;
    write_raster(&r);
}

/* A scene whose ground is black but for a white layer. */
typedef struct bed {
    vd_context *context;
    vd_scene *scene;
} bed;

static bed open_bed(const char *layer, const char *const *more)
{
    static const char *const black[] = {
        "surface.albedo",      "0", "materials", "name=white,color=1", "materials",
        "name=half,color=0.5", NULL};
    bed b = {NULL, NULL};
    assert_int_equal(vd_context_create(NULL, &b.context), VD_OK);
    vd_settings *settings = test_settings(b.context, "dem.tif", black, more);
    if (layer) test_ok(b.context, vd_settings_set(b.context, settings, "--layer", layer));
    test_ok(b.context, vd_scene_load(b.context, settings, &b.scene));
    vd_settings_destroy(settings);
    return b;
}

static void close_bed(bed *b)
{
    vd_scene_destroy(b->scene);
    vd_context_destroy(b->context);
}

/** The surface at a place in raster cells. */
static vdk_surface surface_at(const bed *b, double column, double row, float spread)
{
    const vdk_scene *flat = &b->scene->flat;
    double x = column + 0.5, y = row + 0.5;
    vdk_position p = {(int)x, (int)y, (float)(x - floor(x)), (float)(y - floor(y)), 0.0f};
    p.z = vdk_patch_height(vdk_patch_at(&flat->terrain, p.cx, p.cy), p.fx, p.fy);
    return vdk_surface_at(flat, p, vdk_vec_make(0.0f, 0.0f, 1.0f), spread);
}

static double cover_at(const bed *b, double column, double row)
{
    return (double)surface_at(b, column, row, 0.0f).material.base_color.y;
}

static double mean_cover(const bed *b, float spread)
{
    double sum = 0.0;
    int count = 0;
    for (int j = 2; j < 4 * CELLS - 8; j += 3)
        for (int i = 2; i < 4 * CELLS - 8; i += 3, count++)
            sum += (double)surface_at(b, 0.25 * i, 0.25 * j, spread).material.base_color.y;
    return sum / count;
}

static double cover_of(const char *layer)
{
    bed b = open_bed(layer, NULL);
    double cover = cover_at(&b, 41.3, 52.8);
    close_bed(&b);
    return cover;
}

/* ---- rules ---------------------------------------------------------------------------------- */

#define WHITE "material=white,noise=0,"

static void assert_cover(const char *layer, double expected)
{
    double found = cover_of(layer);
    if (fabs(found - expected) > 1.0e-3)
        fail_msg("%s covers %.4f, expected %.4f", layer, found, expected);
}

static void test_slope(void **state)
{
    (void)state;
    write_land(tan(30.0 * acos(-1.0) / 180.0), 0.0, 0.0);
    assert_cover(WHITE "slope_min=20", 1.0);
    assert_cover(WHITE "slope_min=40", 0.0);
    assert_cover(WHITE "slope_max=20", 0.0);
    assert_cover(WHITE "slope_max=40", 1.0);
    assert_cover(WHITE "slope_min=30", 0.5);
    assert_cover(WHITE "slope_min=31,slope_soft=2", 0.15625); /* S(-1/2) */
    assert_cover(WHITE "slope_min=20,opacity=0.3", 0.3);
}

static void test_slope_is_that_of_the_land(void **state)
{
    static const char *const steeper[] = {"terrain.z_factor", "3", NULL};
    (void)state;
    write_land(tan(30.0 * acos(-1.0) / 180.0), 0.0, 0.0);
    bed b = open_bed(WHITE "slope_min=30", steeper);
    assert_true(fabs(cover_at(&b, 41.3, 52.8) - 0.5) < 1.0e-3);
    close_bed(&b);
}

static void test_aspect(void **state)
{
    /* Land that rises to the west looks east. */
    (void)state;
    write_land(-0.5, 0.0, 0.0);
    assert_cover(WHITE "aspect=90,aspect_width=90", 1.0);
    assert_cover(WHITE "aspect=0,aspect_width=90", 0.0);
    assert_cover(WHITE "aspect=270,aspect_width=90", 0.0);
    assert_cover(WHITE "aspect=45,aspect_width=90", 0.5);
    assert_cover(WHITE "aspect=135,aspect_width=90", 0.5);
    write_land(0.0, -0.5, 0.0);
    assert_cover(WHITE "aspect=0,aspect_width=90", 1.0);
    assert_cover(WHITE "aspect=350,aspect_width=90", 1.0);
    write_land(0.0, 0.0, 0.0);
    assert_cover(WHITE "aspect=0,aspect_width=359", 0.0); /* level ground looks nowhere */
}

static void test_elevation(void **state)
{
    (void)state;
    write_land(0.5, 0.0, 0.0); /* 1000 m at the first cells' centres, 1475 m at the last ones' */
    bed metres = open_bed(WHITE "elevation_min=1200,elevation_soft=20", NULL);
    bed share = open_bed(WHITE "elevation_min=50%,elevation_soft=1%", NULL);
    for (int i = 2; i < CELLS - 2; i++) {
        double z = 1000.0 + 5.0 * i, t = fmin(fmax(0.5 + 0.5 * (z - 1200.0) / 20.0, 0.0), 1.0);
        assert_true(fabs(cover_at(&metres, i + 0.5, 30.0) - t * t * (3.0 - 2.0 * t)) < 1.0e-3);
        t = fmin(fmax(0.5 + 0.5 * (z - 1237.5) / 4.75, 0.0), 1.0);
        assert_true(fabs(cover_at(&share, i + 0.5, 30.0) - t * t * (3.0 - 2.0 * t)) < 1.0e-3);
    }
    close_bed(&metres);
    close_bed(&share);
    /* A slope that looks west by a rise of 0.5: its limits for that side lie 0.5 x 40 m lower. */
    bed shifted =
        open_bed(WHITE "elevation_min=1200,elevation_soft=1,aspect=270,aspect_shift=40", NULL);
    /* 1180 m is at cell 36. */
    assert_true(cover_at(&shifted, 37.5, 30.0) > 0.999 && cover_at(&shifted, 35.5, 30.0) < 0.001);
    close_bed(&shifted);
}

static void test_curvature(void **state)
{
    (void)state;
    write_land(0.0, 0.0, 30.0);
    bed hollows = open_bed(WHITE "curvature_max=-0.05,curvature_scale=120", NULL);
    bed ridges = open_bed(WHITE "curvature_min=0.05,curvature_scale=120", NULL);
    bed favoured = open_bed(WHITE "hollows=20,curvature_scale=120", NULL);
    for (int valley = 1; valley < 3; valley++) {
        double bottom = VALLEY_CELLS * valley, top = bottom + VALLEY_CELLS / 2;
        assert_true(cover_at(&hollows, bottom, 50.0) == 1.0 &&
                    cover_at(&hollows, top, 50.0) == 0.0);
        assert_true(cover_at(&ridges, bottom, 50.0) == 0.0 && cover_at(&ridges, top, 50.0) == 1.0);
        assert_true(cover_at(&favoured, bottom, 50.0) == 1.0 &&
                    cover_at(&favoured, top, 50.0) == 0.0);
    }
    close_bed(&hollows);
    close_bed(&ridges);
    close_bed(&favoured);
}

/* On a plane there is none, whatever its slope: differences of smoothed heights are off by a few
 * floats' spacing of 500 m. */
static void test_no_curvature(void **state)
{
    (void)state;
    write_land(0.4, -0.3, 0.0);
    bed b = open_bed(WHITE "curvature_min=0.001,curvature_soft=0.001,curvature_scale=120", NULL);
    for (int i = 1; i < CELLS - 1; i++) assert_true(cover_at(&b, i + 0.3, 48.2) < 1.0e-3);
    close_bed(&b);
}

/* ---- chance --------------------------------------------------------------------------------- */

/* Patches take their share, seen near, through pixels as wide as they are, and from afar, where the
 * ground has but one colour: its mean. Some 1000 patches of 30 m lie on the land: 4 %. */
static void test_share(void **state)
{
    static const double shares[] = {0.1, 0.35, 0.8};
    (void)state;
    write_land(0.0, 0.0, 0.0);
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        char layer[80];
        snprintf(layer, sizeof(layer), WHITE "noise_scale=30,share=%g", shares[i]);
        bed b = open_bed(layer, NULL);
        double near = mean_cover(&b, 0.0f), half = mean_cover(&b, 10.0f), far = cover_at(&b, 9, 9);
        far = (double)surface_at(&b, 9.0, 9.0, 1000.0f).material.base_color.y;
        printf("share %.2f: near %.3f, in pixels of 20 m %.3f, from afar %.3f\n", shares[i], near,
               half, far);
        assert_true(fabs(near - shares[i]) < 0.04);
        assert_true(fabs(half - shares[i]) < 0.04);
        assert_true(fabs(far - shares[i]) < 0.01);
        close_bed(&b);
    }
}

/* An edge that wanders is, from afar, as wide as it wanders: S(m / sqrt(1 + 5 s^2)), against the
 * mean of what is seen near. 96 cells along the edge are some 240 waves of its largest noise: 5 %.
 */
static void test_wandering_edge(void **state)
{
    (void)state;
    write_land(0.5, 0.0, 0.0);
    bed b =
        open_bed("material=white,elevation_min=50%,elevation_soft=25,noise=1,noise_scale=4", NULL);
    for (int i = CELLS / 2 - 12; i <= CELLS / 2 + 12; i += 4) {
        double near = 0.0, far = 0.0;
        int count = 0;
        for (int j = 4; j < 8 * (CELLS - 1); j++, count++) {
            near += cover_at(&b, i + 0.5, 0.125 * j);
            far += (double)surface_at(&b, i + 0.5, 0.125 * j, 200.0f).material.base_color.y;
        }
        printf("edge at %d: near %.3f, from afar %.3f\n", i, near / count, far / count);
        assert_true(fabs(near - far) / count < 0.05);
    }
    close_bed(&b);
}

/* ---- materials ------------------------------------------------------------------------------ */

/* Later layers lie over earlier ones, and what is hidden changes nothing. */
static void test_order(void **state)
{
    static const char *const two[] = {"layers", "material=half", NULL};
    static const char *const other[] = {"layers", "material=rock", NULL};
    (void)state;
    write_land(0.5, 0.0, 0.0);
    bed over = open_bed(WHITE "elevation_min=50%,elevation_soft=10%", two);
    bed hidden = open_bed(WHITE "slope_min=10,slope_soft=1", other);
    bed alone = open_bed(WHITE "elevation_min=50%,elevation_soft=10%", NULL);
    for (int i = 2; i < CELLS - 2; i += 5) {
        double cover = cover_at(&alone, i, 40.0);
        assert_true(fabs(cover_at(&over, i, 40.0) - (0.5 + 0.5 * cover)) < 1.0e-6);
        vdk_surface s = surface_at(&hidden, i, 40.0, 0.0f);
        assert_true(s.material.base_color.x == 1.0f &&
                    s.shading.x == surface_at(&alone, i, 40.0, 0.0f).shading.x);
    }
    close_bed(&over);
    close_bed(&hidden);
    close_bed(&alone);
}

/* Fine relief: normals stray by its slope, none of it is lost in wide pixels but becomes roughness,
 * and no normal looks away from the eye. */
static void test_bump(void **state)
{
    static const char *const bumpy[] = {
        "materials", "name=bumpy,color=1,bump=0.2,bump_scale=40,roughness=0.3", NULL};
    (void)state;
    write_land(0.0, 0.0, 0.0);
    bed b = open_bed("material=bumpy", bumpy);
    double squares = 0.0;
    int count = 0;
    for (int j = 0; j < 300; j++)
        for (int i = 0; i < 300; i++, count++) {
            vdk_surface s = surface_at(&b, 2.0 + 0.3 * i, 2.0 + 0.3 * j, 0.0f);
            double slope = (double)(s.shading.x / s.shading.z);
            squares += slope * slope;
            assert_true(s.shading.z > 0.0f);
        }
    printf("bump 0.2: slope %.4f\n", sqrt(squares / count));
    assert_true(fabs(sqrt(squares / count) - 0.2) < 0.01); /* 90 x 90 cells, 500 largest waves */
    vdk_surface near = surface_at(&b, 40.0, 40.0, 0.0f), far = surface_at(&b, 40.0, 40.0, 900.0f);
    assert_true(far.shading.z == 1.0f);
    assert_true(fabsf(near.material.roughness - 0.3f) < 0.01f);
    /* alpha^2 grows by twice the variance */
    double alpha = sqrt(0.3 * 0.3 * 0.3 * 0.3 + 2.0 * 0.2 * 0.2);
    assert_true(fabs((double)far.material.roughness - sqrt(alpha)) < 1.0e-3);
    vdk_position p = {40, 40, 0.5f, 0.5f, near.geometric.z};
    vdk_vec wo = vdk_vec_normalize(vdk_vec_make(1.0f, 0.2f, 0.02f));
    for (int i = 0; i < 2000; i++) {
        p.fx = (float)(i % 50) / 50.0f;
        p.cx = 10 + i / 50;
        vdk_surface s = vdk_surface_at(&b.scene->flat, p, wo, 0.0f);
        assert_true(vdk_vec_dot(s.shading, wo) > 0.0f);
    }
    close_bed(&b);
}

/* ---- pictures that tile --------------------------------------------------------------------- */

static double checks(int x, int y, int band)
{
    (void)band;
    return ((x / 8 + y / 8) & 1) ? 255.0 : 0.0;
}

/** Compares with the squares that two sides lay on. Counts points where those differ, and agree. */
static void check_triplanar(const char *material, int count[2])
{
    const char *const tiled[] = {"materials", material, NULL};
    bed b = open_bed("material=tiled", tiled);
    const vdk_noise *tile = &b.scene->flat.ground.materials[0].tile;
    for (int k = 0; k < 40 * 40; k++) {
        int cx = 6 + 2 * (k % 40), cy = 6 + 2 * (k / 40);
        float z = (float)(land(cx - 1, 0, 1) + 0.5 * CELL_M - b.scene->terrain->dem->base_m);
        vdk_noise_place at = vdk_noise_at(tile, cx, 0.5f, cy, 0.5f, z);
        /* Where a tile begins is as it comes; only the middles of squares are looked at. */
        double u = (double)vdk_noise_fraction(at.x), v = 1.0 - (double)vdk_noise_fraction(at.y);
        double w = (double)vdk_noise_fraction(at.z);
        if (fabs(fmod(u, 0.5) - 0.25) > 0.15 || fabs(fmod(v, 0.5) - 0.25) > 0.15 ||
            fabs(fmod(w, 0.5) - 0.25) > 0.15)
            continue;
        int top = ((u >= 0.5) + (v < 0.5)) & 1, side = ((v >= 0.5) + (w < 0.5)) & 1;
        vdk_position p = {cx, cy, 0.5f, 0.5f, z};
        vdk_surface s = vdk_surface_at(&b.scene->flat, p, vdk_vec_make(0.0f, 0.0f, 1.0f), 0.01f);
        assert_true(fabs((double)s.material.base_color.y - 0.5 * (top + side)) < 0.01);
        count[top == side]++;
    }
    /* From afar it is the mean. */
    assert_true(fabsf(surface_at(&b, 40.0, 40.0, 500.0f).material.base_color.y - 0.5f) < 0.01f);
    close_bed(&b);
}

/* On land that rises by 45 degrees to the east half of a picture comes from above and half from the
 * east: squares of (x, y) and of (y, z). */
static void test_triplanar(void **state)
{
    int count[2] = {0, 0};
    (void)state;
    raster r = {
        .path = "checks.tif", .nx = 16, .ny = 16, .bands = 1, .type = GDT_Byte, .value = checks};
    write_raster(&r);
    write_land(1.0, 0.0, 0.0);
    check_triplanar("name=tiled,color=1,albedo_map=checks.tif,tile=72", count);
    check_triplanar("name=tiled,color=1,albedo_map=checks.tif,tile=90", count);
    check_triplanar("name=tiled,color=1,albedo_map=checks.tif,tile=130", count);
    printf("triplanar: sides differ at %d points, agree at %d\n", count[0], count[1]);
    assert_true(count[0] > 20 && count[1] > 20);
}

/* ---- light ---------------------------------------------------------------------------------- */

/* White layers with fine relief under a white sky: every path brings 1. */
static void test_furnace(void **state)
{
    static const char *const knobs[] = {"sky.strength",
                                        "1",
                                        "sun.strength",
                                        "0",
                                        "render.bounces",
                                        "unlimited",
                                        "surface.albedo",
                                        "1",
                                        "materials",
                                        "name=bumpy,color=1,bump=0.4,bump_scale=200",
                                        "layers",
                                        "material=white,share=0.5",
                                        "layers",
                                        "material=bumpy,share=0.5,noise_scale=90",
                                        "dem.srcwin",
                                        "100,100,40,40",
                                        "render.samples",
                                        "64",
                                        "terrain.z_factor",
                                        "2",
                                        "materials",
                                        "name=white,color=1",
                                        NULL};
    (void)state;
    test_picture p = test_render(VD_SOURCE_DIR "/tests/data/window.tif", knobs, NULL);
    double sum = 0.0;
    for (int i = 0; i < p.width * p.height; i++) sum += (double)p.rgba[4 * i];
    printf("furnace with layers: %.6f\n", sum / (p.width * p.height));
    /* Only the roulette is chance: 102,400 paths, few of which it meets. */
    assert_true(fabs(sum / (p.width * p.height) - 1.0) < 2.0e-3);
    free(p.rgba);
}

/* The same pixels for any threads and tiles. */
static void test_determinism(void **state)
{
    static const char *const knobs[] = {"dem.srcwin", "40,60,90,70", "render.samples", "4", NULL};
    static const char *const variants[][5] = {{"render.threads", "1", NULL},
                                              {"render.threads", "2", "render.tile", "16", NULL},
                                              {"render.threads", "5", "render.tile", "33", NULL}};
    uint64_t hashes[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_picture *picture = NULL;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings =
            test_settings(context, VD_SOURCE_DIR "/tests/data/window.tif", knobs, variants[i]);
        test_ok(context, vd_settings_preset(context, settings, "alpine"));
        test_ok(context, vd_scene_load(context, settings, &scene));
        test_ok(context, vd_render(context, scene, &picture));
        test_picture p = test_picture_of(context, picture);
        hashes[i] = test_picture_hash(&p);
        free(p.rgba);
        vd_picture_destroy(picture);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
    assert_true(hashes[0] == hashes[1] && hashes[0] == hashes[2]);
}

static int set_up(void **state)
{
    (void)state;
    GDALAllRegister();
    return 0;
}

/* ---- beyond the raster, and on the round Earth ---------------------------------------------- */

static double plane_cover(const char *layer, int is_shadow)
{
    bed b = open_bed(layer, NULL);
    vdk_scene *flat = &b.scene->flat;
    flat->block = (vdk_block){.is_there = 1, .has_plane = 1, .plane_is_shadow = is_shadow};
    vdk_position p = {5 * CELLS, -CELLS, 0.5f, 0.5f, 0.0f};
    vdk_vec up = vdk_vec_make(0.0f, 0.0f, 1.0f);
    double cover =
        (double)vdk_block_surface(flat, VDK_PART_PLANE, p, up, 0.0f).material.base_color.y;
    close_bed(&b);
    return cover;
}

/* The plane about a block is level ground, neither hollow nor ridge; as a shadow it is bare. */
static void test_plane(void **state)
{
    (void)state;
    write_land(0.0, 0.0, 100.0);
    assert_float_equal(plane_cover("material=white,slope_max=10", 0), 1.0, 0.0);
    assert_float_equal(plane_cover("material=white,slope_min=10,noise=0", 0), 0.0, 0.0);
    assert_float_equal(plane_cover("material=white,curvature_max=-0.1,noise=0", 0), 0.0, 0.0);
    assert_float_equal(plane_cover("material=white,elevation_max=930,noise=0", 0), 1.0, 0.0);
    assert_float_equal(plane_cover("material=white", 1), 0.0, 0.0);
}

/* Ground that sinks with the Earth's curve keeps the layers of its true elevation. */
static void test_curved(void **state)
{
    (void)state;
    write_land(0.1, 0.0, 0.0);
    bed b = open_bed("material=white,elevation_min=1120,elevation_soft=1,noise=0", NULL);
    assert_float_equal(cover_at(&b, 90, 50), 0.0, 0.0);
    b.scene->flat.curve = (vdk_curve){.per_m2 = 1.0e-4f, .about = {0, 50, 0.5f, 0.5f, 0.0f}};
    assert_float_equal(cover_at(&b, 90, 50), 1.0, 0.0);
    assert_float_equal(cover_at(&b, 20, 50), 0.0, 0.0);
    close_bed(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slope),       cmocka_unit_test(test_slope_is_that_of_the_land),
        cmocka_unit_test(test_aspect),      cmocka_unit_test(test_elevation),
        cmocka_unit_test(test_curvature),   cmocka_unit_test(test_no_curvature),
        cmocka_unit_test(test_share),       cmocka_unit_test(test_wandering_edge),
        cmocka_unit_test(test_order),       cmocka_unit_test(test_bump),
        cmocka_unit_test(test_triplanar),   cmocka_unit_test(test_furnace),
        cmocka_unit_test(test_determinism), cmocka_unit_test(test_plane),
        cmocka_unit_test(test_curved),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
