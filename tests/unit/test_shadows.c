/* The shadows of a sun: above a ceiling no ray meets land, below a floor every one does, and there
 * is little between them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/lights.h"
#include "terrain/shadows.h"
#include "terrains.h"

enum { LINE = 1 << VD_SHADOWS_LINE, SIDE = 1 << VD_SHADOWS_SIDE, RAYS = 4 };

static double height_mountains(const void *state, int i, int j)
{
    (void)state;
    return -300.0 + 2500.0 * test_mountains(3, i / 40.0, j / 40.0);
}

/** Single posts on a plain: each shades a strip as narrow as may be. */
static double height_needles(const void *state, int i, int j)
{
    (void)state;
    return test_lattice(9, i, j) < 0.003 ? 900.0 : 0.0;
}

/** Walls with gaps of one post, through which the sun reaches far. */
static double height_walls(const void *state, int i, int j)
{
    (void)state;
    int is_wall = (i & 127) == 100 || (j & 127) == 100;
    return is_wall && test_lattice(9, i, j) > 0.1 ? 900.0 : 0.0;
}

typedef struct bed {
    const vdk_height_field *f;
    vd_shadows shadows;
    vdk_sun sun;
    double unsure, rays; /* heights between ceiling and floor, over all rays */
} bed;

static double height_at(const vdk_height_field *f, double x, double y)
{
    int cx = vdk_imin((int)x, f->cells_x - 1), cy = vdk_imin((int)y, f->cells_y - 1);
    return (double)vdk_patch_height(vdk_patch_at(f, cx, cy), (float)(x - cx), (float)(y - cy));
}

/** The height of the lowest ray from (x, y) along grid speeds g that clears all land inside the
 *  raster's edge: looked at at each row of the major axis, and between them. */
static double horizon(const vdk_height_field *f, int along_x, double x, double y, const double g[3])
{
    double longer = fabs(g[along_x ? 0 : 1]), most = -1.0e9;
    for (double d = 0.0;; d += 0.125) {
        double px = x + d * g[0] / longer, py = y + d * g[1] / longer;
        if (px < 0.5 || py < 0.5 || px > f->cells_x - 0.5 || py > f->cells_y - 0.5) return most;
        most = fmax(most, height_at(f, px, py) - d * g[2] / longer);
    }
}

/** A direction to the sun, most often to the edge of its disc, as speeds on the grid. */
static void any_speed(const bed *b, test_random *r, double g[3])
{
    float u = test_choice(r, 4) == 0 ? (float)test_unit(r) : 1.0f, m[4];
    vdk_vec d = vdk_sun_sample(&b->sun, u, (float)test_unit(r));
    vdk_metric_at(b->f, 0, m);
    g[0] = (double)(m[0] * d.x + m[1] * d.y);
    g[1] = (double)(m[2] * d.x + m[3] * d.y);
    g[2] = (double)(d.z / b->f->z_factor);
}

/** Where line n lies: where rays pass from one pair of rows of posts into the next. */
static double place_of_line(const bed *b, int n, const double g[3])
{
    return n * LINE - (g[b->shadows.along_x ? 0 : 1] > 0.0 ? 0.0 : 1.0);
}

/** A ray that passes a line at a place along it, against its word. */
static void check_ray(bed *b, int n, double place, const double g[3])
{
    const vdk_height_field *f = b->f;
    double line = place_of_line(b, n, g);
    double x = b->shadows.along_x ? line : place, y = b->shadows.along_x ? place : line;
    uint32_t word = b->shadows.words[n * b->shadows.width + (int)place / SIDE];
    double ceiling = (double)f->quantum_base + (word & 0xffff) * (double)f->quantum;
    double floor_ = (double)f->quantum_base + (word >> 16) * (double)f->quantum;
    double exact = horizon(f, b->shadows.along_x, x, y, g);
    if (exact < -1.0e8) return; /* starts beyond the edge */
    if (exact > ceiling || ((word >> 16) > 0 && exact < floor_))
        fail_msg("line %d, place %g: at %g, %g towards %g %g %g land stands at %g, not from "
                 "%g to %g",
                 n, place, x, y, g[0], g[1], g[2], exact, floor_, ceiling);
    b->unsure += fmax(ceiling, (double)f->min) - fmax(floor_, (double)f->min);
    b->rays += 1.0;
}

/** Rays through one stretch of a line. */
static void check_stretch(bed *b, int n, int stretch, test_random *r)
{
    int across = b->shadows.along_x ? b->f->cells_y : b->f->cells_x;
    for (int k = 0; k < RAYS; k++) {
        double g[3];
        double place = SIDE * (stretch + (k == 0 ? 0.0 : k == 1 ? 0.9999 : test_unit(r)));
        any_speed(b, r, g);
        check_ray(b, n, fmin(fmax(place, 0.5), across - 0.5), g);
    }
}

/** A ray that passes over a post on its way, the line it is looked up at being anywhere before. */
static void check_post(bed *b, int i, int j, test_random *r)
{
    double g[3];
    any_speed(b, r, g);
    int major = b->shadows.along_x ? 0 : 1;
    double at[2] = {i, j}, across = major ? b->f->cells_x : b->f->cells_y;
    int rows = major ? b->f->cells_y : b->f->cells_x, n = 1 + test_choice(r, rows / LINE + 1);
    double t = (at[major] - place_of_line(b, n, g)) / g[major];
    double place = at[!major] - t * g[!major];
    if (t >= 0.0 && n * LINE < rows && place > 0.5 && place < across - 0.5)
        check_ray(b, n, place, g);
}

/** Of needles the posts that stand out, of walls the gaps; some of any terrain's. */
static void check_posts(bed *b, test_height height, test_random *r)
{
    const vdk_height_field *f = b->f;
    for (int j = 1; j < f->cells_y; j++)
        for (int i = 1; i < f->cells_x; i++) {
            float h = vdk_post(f, i, j);
            int matters = height == height_needles ? h > 0.0f
                          : height == height_walls
                              ? ((i & 127) == 100 || (j & 127) == 100) && h <= 0.0f
                              : test_choice(r, 100) == 0;
            for (int k = 0; matters && k < 12; k++) check_post(b, i, j, r);
        }
}

static vdk_sun make_sun(double azimuth_deg, double altitude_deg, double half_deg)
{
    const double deg = 3.141592653589793 / 180.0;
    double a = azimuth_deg * deg, h = altitude_deg * deg;
    return (vdk_sun){
        .direction = {(float)(sin(a) * cos(h)), (float)(cos(a) * cos(h)), (float)sin(h)},
        .cos_half = (float)cos(half_deg * deg),
        .sin_half = (float)sin(half_deg * deg)};
}

/** All words of a terrain. Returns how much is unsure, on the mean, as a share of the relief. */
static double check_sun(const vdk_height_field *f, test_height height, double azimuth_deg,
                        double altitude_deg, double half_deg)
{
    bed b = {.f = f, .sun = make_sun(azimuth_deg, altitude_deg, half_deg)};
    test_random r = {17};
    assert_int_equal(vd_shadows_build(NULL, f, b.sun.direction, b.sun.sin_half, 1, &b.shadows),
                     VD_OK);
    assert_non_null(b.shadows.words);
    int rows = b.shadows.along_x ? f->cells_x : f->cells_y;
    for (int line = 1; line * LINE < rows; line++)
        for (int n = 0; n < b.shadows.width; n++) check_stretch(&b, line, n, &r);
    check_posts(&b, height, &r);
    vd_shadows_clear(&b.shadows);
    return b.unsure / fmax(b.rays, 1.0) / (double)(f->max - f->min);
}

static void check_terrain(const char *name, int nx, int ny, test_height height, vd_precision kept)
{
    const double cell[2] = {10.0, 12.0}, turn[2] = {0.8, 0.6};
    vd_terrain *terrain = test_terrain(nx, ny, cell, turn, height, NULL,
                                       (vd_terrain_options){.z_factor = 1.5, .precision = kept});
    for (int n = 0; n < 16; n++) {
        double unsure = check_sun(&terrain->field, height, 22.5 * n + 3.0, 4.0 + 2.0 * n, 0.1 * n);
        if (n == 4) print_message("%s: %.3f of the relief is unsure\n", name, unsure);
        if (n == 4 && height == height_mountains) assert_true(unsure < 0.2);
    }
    vd_terrain_destroy(terrain);
}

static void bounds_hold(void **state)
{
    (void)state;
    check_terrain("mountains", 300, 261, height_mountains, VD_PRECISION_FLOAT32);
    check_terrain("needles", 300, 260, height_needles, VD_PRECISION_FLOAT32);
    check_terrain("walls", 261, 300, height_walls, VD_PRECISION_FLOAT32);
    check_terrain("mountains in 16 bits", 260, 300, height_mountains, VD_PRECISION_INT16);
    check_terrain("a long strip", 2600, 9, height_needles, VD_PRECISION_FLOAT32);
    check_terrain("a tiny one", 3, 2, height_needles, VD_PRECISION_FLOAT32);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    vd_terrain *terrain =
        test_terrain_square(2500, 5.0, height_needles, NULL, (vd_terrain_options){.z_factor = 1.0});
    vdk_sun sun = make_sun(200.0, 12.0, 0.27);
    vd_shadows one, three;
    assert_int_equal(vd_shadows_build(NULL, &terrain->field, sun.direction, sun.sin_half, 1, &one),
                     VD_OK);
    assert_int_equal(
        vd_shadows_build(NULL, &terrain->field, sun.direction, sun.sin_half, 3, &three), VD_OK);
    assert_memory_equal(one.words, three.words, (size_t)one.width * (2501 / LINE + 1) * 4);
    vd_shadows_clear(&one);
    vd_shadows_clear(&three);
    vd_terrain_destroy(terrain);
}

static void suns_that_have_none(void **state)
{
    static const double suns[][2] = {{45.0, 15.0}, {0.2, 0.27}, {-10.0, 0.27}, {90.0, 0.27}};
    (void)state;
    vd_terrain *terrain =
        test_terrain_square(50, 5.0, height_needles, NULL, (vd_terrain_options){.z_factor = 1.0});
    for (int n = 0; n < 4; n++) {
        vdk_sun sun = make_sun(200.0, suns[n][0], suns[n][1]);
        vd_shadows shadows;
        assert_int_equal(
            vd_shadows_build(NULL, &terrain->field, sun.direction, sun.sin_half, 1, &shadows),
            VD_OK);
        assert_null(shadows.words);
    }
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_hold),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(suns_that_have_none),
    };
    return cmocka_run_group_tests_name("shadows", tests, NULL, NULL);
}
