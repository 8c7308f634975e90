/* The pyramid of maxima and the flat height field that vd_terrain_create() makes of a DEM. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/traverse.h"
#include "terrain/skyline.h"
#include "terrains.h"

static double height_mountains(const void *state, int i, int j)
{
    (void)state;
    return -300.0 + 2500.0 * test_mountains(3, i / 12.0, j / 12.0);
}

/** Differences far below a float's spacing times the number of quanta: rounding decides everything.
 */
static double height_hair(const void *state, int i, int j)
{
    (void)state;
    return 8000.0 + 0.002 * test_lattice(4, i, j);
}

static double height_constant(const void *state, int i, int j)
{
    (void)state;
    (void)i;
    (void)j;
    return -11.3;
}

/** The highest post of a node's cells. */
static float highest(const vdk_height_field *f, int level, int x, int y)
{
    int i1 = vdk_imin((x + 1) << level, f->cells_x), j1 = vdk_imin((y + 1) << level, f->cells_y);
    float high = -VDK_HUGE;
    for (int j = y << level; j <= j1; j++)
        for (int i = x << level; i <= i1; i++) high = vdk_max(high, vdk_post(f, i, j));
    return high;
}

/** How far above its posts a node may be: three quanta and a rounding; and for a quarter of a
 * word, whose bound is the word's less a drop in four bits, a unit and a quarter of the drop. */
static float slack_of(const vdk_height_field *f, int level, int x, int y)
{
    float slack = 3.0f * f->quantum + 0x1p-23f * vdk_abs(f->max);
    if (level % 2 == 0) return slack;
    float unit = f->quantum * (float)f->drop_unit[(level + 1) / 2];
    float lower = highest(f, level + 1, x >> 1, y >> 1) - highest(f, level, x, y);
    if (lower >= 28.0f * unit) return VDK_HUGE;
    return 2.0f * slack + 1.01f * unit + lower / 4.0f;
}

/** Every node is above its posts, but not by more than it must, and the top covers all. */
static void check_pyramid(int nx, int ny, test_height height, vd_precision precision)
{
    const double cell[2] = {10.0, 10.0}, north[2] = {1.0, 0.0};
    vd_terrain *terrain =
        test_terrain(nx, ny, cell, north, height, NULL,
                     (vd_terrain_options){.z_factor = 1.0, .precision = precision});
    const vdk_height_field *f = &terrain->field;
    double bytes = 0.0;
    for (int level = 1; level <= f->levels; level++) {
        int width = (f->cells_x + (1 << level) - 1) >> level;
        int rows = (f->cells_y + (1 << level) - 1) >> level;
        if (level % 2 == 0) bytes += 4.0 * width * rows;
        if (level % 2 == 1 && level == f->levels) bytes += 4.0;
        for (int y = 0; y < rows; y++)
            for (int x = 0; x < width; x++) {
                float node = vdk_node_max(f, level, x, y), posts = highest(f, level, x, y);
                if (!(node >= posts && node <= posts + slack_of(f, level, x, y)))
                    fail_msg("%d x %d, level %d, node %d, %d: %.9g for posts up to %.9g", nx, ny,
                             level, x, y, (double)node, (double)posts);
            }
        assert_int_equal(width == 1 && rows == 1, level == f->levels);
    }
    assert_true(terrain->pyramid.bytes == bytes);
    assert_true(vd_terrain_bytes(nx, ny, precision) ==
                vd_posts_bytes(nx, ny, precision) + bytes +
                    vd_skyline_bytes(f->cells_x, f->cells_y));
    vd_terrain_destroy(terrain);
}

static void nodes_bound_their_posts(void **state)
{
    static const int sizes[][2] = {{2, 2},   {3, 2},     {2, 300}, {63, 64},
                                   {64, 63}, {127, 130}, {301, 5}};
    (void)state;
    for (size_t n = 0; n < sizeof sizes / sizeof sizes[0]; n++)
        for (int narrow = 0; narrow < 2; narrow++) {
            vd_precision precision = narrow ? VD_PRECISION_INT16 : VD_PRECISION_FLOAT32;
            check_pyramid(sizes[n][0], sizes[n][1], height_mountains, precision);
            check_pyramid(sizes[n][0], sizes[n][1], height_hair, precision);
            check_pyramid(sizes[n][0], sizes[n][1], height_constant, precision);
        }
}

/* Rows of work items are shared among threads; what they build is not to depend on it. */
static void threads_build_the_same(void **state)
{
    const double cell[2] = {10.0, 10.0}, north[2] = {1.0, 0.0};
    vd_terrain *terrains[2];
    (void)state;
    for (int n = 0; n < 2; n++)
        terrains[n] = test_terrain(60, 900, cell, north, height_mountains, NULL,
                                   (vd_terrain_options){.z_factor = 1.0, .threads = n ? 7 : 1});
    assert_true(terrains[0]->pyramid.bytes == terrains[1]->pyramid.bytes);
    assert_memory_equal(terrains[0]->pyramid.words, terrains[1]->pyramid.words,
                        (size_t)terrains[0]->pyramid.bytes);
    vd_terrain_destroy(terrains[0]);
    vd_terrain_destroy(terrains[1]);
}

/* A direction in metres becomes cells by the metric, and a slope becomes the right normal. */
static void metric_turns_directions_into_cells(void **state)
{
    const double cell[2] = {30.0, 60.0}, turn[2] = {0.8, 0.6};
    vd_terrain *terrain = test_terrain(20, 30, cell, turn, height_mountains, NULL,
                                       (vd_terrain_options){.z_factor = 2.5});
    vdk_position p = {3, 4, 0.25f, 0.5f, 100.0f};
    vdk_ray r = vdk_ray_make(&terrain->field, p, vdk_vec_make(0.6f, -0.64f, 0.48f), 0);
    double bound = 8.0 * 0x1p-24;
    (void)state;
    assert_true(fabs((double)r.gx - (0.8 * 0.6 - 0.6 * 0.64) / 30.0) < bound / 30.0);
    assert_true(fabs((double)r.gy - (0.6 * 0.6 + 0.8 * 0.64) / 60.0) < bound / 60.0);
    assert_true(fabs((double)r.gz - 0.48 / 2.5) < bound);
    /* Two directions that lie in the surface are square to its normal. */
    vdk_vec n = vdk_normal_from_gradient(&terrain->field, 4, 7.0f, -5.0f);
    for (int k = 0; k < 2; k++) {
        double east = k ? 1.0 : 0.0, north = k ? 0.0 : 1.0;
        double columns = (0.8 * east + 0.6 * north) / 30.0,
               rows = (0.6 * east - 0.8 * north) / 60.0;
        double up = 2.5 * (7.0 * columns - 5.0 * rows);
        assert_true(fabs(east * (double)n.x + north * (double)n.y + up * (double)n.z) < bound);
    }
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_bound_their_posts),
        cmocka_unit_test(threads_build_the_same),
        cmocka_unit_test(metric_turns_directions_into_cells),
    };
    return cmocka_run_group_tests_name("pyramid", tests, NULL, NULL);
}
