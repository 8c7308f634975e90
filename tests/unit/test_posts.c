/* Posts as 16-bit numbers: the same heights to the bit where they may be, half a step off where
 * not, and in little memory. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "terrain/skyline.h"
#include "terrains.h"

/* Posts to a block's side. */
#define BLOCK 64

static double height_metres(const void *state, int i, int j)
{
    (void)state;
    return floor(4000.0 * test_mountains(1, i / 40.0, j / 40.0)) - 400.0;
}
static double height_eighths(const void *state, int i, int j)
{
    return 0.125 * height_metres(state, i, j);
}
/** Integers that no 16 bits hold over all the land, but do block by block. */
static double height_tower(const void *state, int i, int j)
{
    return height_metres(state, i, j) + 300.0 * (i + j);
}
static double height_sea(const void *state, int i, int j)
{
    return fmax(height_metres(state, i, j) - 1500.0, 0.0);
}
static double height_decimetres(const void *state, int i, int j)
{
    return 0.1 * height_metres(state, i, j);
}
static double height_mountains(const void *state, int i, int j)
{
    (void)state;
    return -300.0 + 2500.0 * test_mountains(3, i / 12.0, j / 12.0);
}
/** Differences of a few spacings of floats, which are powers of two. */
static double height_hair(const void *state, int i, int j)
{
    (void)state;
    return 8000.0 + 0.002 * test_lattice(4, i, j);
}
/** Differences that no float's reciprocal stands for. */
static double height_dust(const void *state, int i, int j)
{
    (void)state;
    return 1e-37 * test_lattice(5, i, j);
}
static double height_constant(const void *state, int i, int j)
{
    (void)state;
    (void)i;
    (void)j;
    return -11.3;
}

static vd_terrain *make(int nx, int ny, test_height height, vd_precision precision, int threads)
{
    const double cell[2] = {10.0, 10.0}, north[2] = {1.0, 0.0};
    return test_terrain(
        nx, ny, cell, north, height, NULL,
        (vd_terrain_options){.z_factor = 1.0, .precision = precision, .threads = threads});
}

static const int sizes[][2] = {{2, 2}, {3, 2}, {62, 62}, {63, 64}, {300, 5}, {5, 301}, {200, 191}};
enum { SIZES = sizeof sizes / sizeof sizes[0] };

static void check_exact(int nx, int ny, test_height height, bool in_one)
{
    vd_terrain *a = make(nx, ny, height, VD_PRECISION_FLOAT32, 1);
    assert_non_null(a->dem->posts);
    for (int k = 0; k < 2; k++) {
        vd_terrain *b = make(nx, ny, height, k ? VD_PRECISION_INT16 : VD_PRECISION_AUTO, 2);
        assert_null(b->dem->posts);
        assert_int_equal(b->field.block_shift == VDK_ONE_BLOCK,
                         in_one || (nx + 2 <= BLOCK && ny + 2 <= BLOCK));
        for (int j = 0; j < ny + 2; j++)
            for (int i = 0; i < nx + 2; i++) {
                float h = vdk_post(&a->field, i, j), g = vdk_post(&b->field, i, j);
                assert_memory_equal(&h, &g, sizeof h);
            }
        for (int j = 0; j < ny + 1; j++) {
            vdk_patch p = vdk_patch_at(&a->field, nx, j), q = vdk_patch_at(&b->field, nx, j);
            assert_memory_equal(&p, &q, sizeof p);
        }
        assert_true(b->field.min == a->field.min && b->field.max == a->field.max);
        assert_memory_equal(a->pyramid.words, b->pyramid.words, (size_t)a->pyramid.bytes);
        vd_terrain_destroy(b);
    }
    vd_terrain_destroy(a);
}

static void whole_numbers_come_back(void **state)
{
    (void)state;
    for (int n = 0; n < SIZES; n++) {
        int nx = sizes[n][0], ny = sizes[n][1];
        check_exact(nx, ny, height_metres, true);
        check_exact(nx, ny, height_eighths, true);
        check_exact(nx, ny, height_sea, true);
        check_exact(nx, ny, height_constant, true);
        check_exact(nx, ny, height_hair, true);
    }
    check_exact(200, 191, height_tower, false);
}

/** Every post is off by half a step of its block and what the two roundings of a float make of it,
 *  which is a 60th of half a step on the way there. */
static void check_error(int nx, int ny, test_height height)
{
    vd_terrain *a = make(nx, ny, height, VD_PRECISION_FLOAT32, 1);
    vd_terrain *b = make(nx, ny, height, VD_PRECISION_INT16, 2);
    const vdk_height_field *f = &b->field;
    float low = VDK_HUGE, high = -VDK_HUGE;
    assert_null(b->dem->posts);
    for (int j = 0; j < ny + 2; j++)
        for (int i = 0; i < nx + 2; i++) {
            const float *block =
                f->blocks + 2 * ((j >> f->block_shift) * f->blocks_x + (i >> f->block_shift));
            double h = (double)vdk_post(&a->field, i, j), g = (double)vdk_post(f, i, j);
            double bound = 0.51 * (double)block[1] + 0x1p-23 * fabs(h);
            if (!(fabs(g - h) <= bound))
                fail_msg("%d x %d, post %d, %d: %.9g for %.9g, step %.9g", nx, ny, i, j, g, h,
                         (double)block[1]);
            low = vdk_min(low, (float)g);
            high = vdk_max(high, (float)g);
        }
    assert_true(f->min == low && f->max == high);
    assert_true(b->dem->min == low && b->dem->max == high);
    vd_terrain_destroy(a);
    vd_terrain_destroy(b);
}

static void others_are_half_a_step_off(void **state)
{
    (void)state;
    for (int n = 0; n < SIZES; n++) {
        int nx = sizes[n][0], ny = sizes[n][1];
        check_error(nx, ny, height_mountains);
        check_error(nx, ny, height_decimetres);
        check_error(nx, ny, height_dust);
    }
}

/* A step is a 65,535th of what its block spans, not of what the land does. */
static void steps_are_those_of_blocks(void **state)
{
    vd_terrain *terrain = make(200, 191, height_mountains, VD_PRECISION_INT16, 1);
    const vdk_height_field *f = &terrain->field;
    (void)state;
    assert_int_equal(f->blocks_x, 4);
    for (int n = 0; n < 16; n++) {
        float low = VDK_HUGE, high = -VDK_HUGE;
        for (int j = n / 4 * BLOCK; j < (n / 4 + 1) * BLOCK && j < 193; j++)
            for (int i = n % 4 * BLOCK; i < (n % 4 + 1) * BLOCK && i < 202; i++) {
                low = vdk_min(low, vdk_post(f, i, j));
                high = vdk_max(high, vdk_post(f, i, j));
            }
        if (n / 4 * BLOCK >= 193) continue;
        assert_true(f->blocks[2 * n] == low);
        assert_true(fabs((double)(high - low) / 65535.0 - (double)f->blocks[2 * n + 1]) <
                    1e-3 * (double)f->blocks[2 * n + 1]);
    }
    vd_terrain_destroy(terrain);
}

static void what_would_lose_stays_float(void **state)
{
    static const test_height heights[] = {height_mountains, height_decimetres, height_dust};
    (void)state;
    for (int n = 0; n < SIZES; n++)
        for (int k = 0; k < 3; k++) {
            int nx = sizes[n][0], ny = sizes[n][1];
            vd_terrain *a = make(nx, ny, heights[k], VD_PRECISION_FLOAT32, 1);
            vd_terrain *b = make(nx, ny, heights[k], VD_PRECISION_AUTO, 2);
            assert_int_equal(b->field.block_shift, 0);
            assert_null(b->field.pairs);
            assert_memory_equal(a->dem->posts, b->dem->posts,
                                sizeof(float) * (size_t)(nx + 2) * (size_t)(ny + 2));
            vd_terrain_destroy(a);
            vd_terrain_destroy(b);
        }
}

/* Enough rows that threads share a round. */
static void threads_make_the_same(void **state)
{
    vd_terrain *terrains[2];
    (void)state;
    for (int n = 0; n < 2; n++)
        terrains[n] = make(20, 1501, height_mountains, VD_PRECISION_INT16, n ? 7 : 1);
    const vd_posts *a = &terrains[0]->posts, *b = &terrains[1]->posts;
    assert_true(a->pair_count == b->pair_count && a->block_count == b->block_count);
    assert_memory_equal(a->pairs, b->pairs, a->pair_count * sizeof *a->pairs);
    assert_memory_equal(a->blocks, b->blocks, 2 * a->block_count * sizeof *a->blocks);
    assert_memory_equal(terrains[0]->pyramid.words, terrains[1]->pyramid.words,
                        (size_t)terrains[0]->pyramid.bytes);
    assert_true(vd_terrain_checksum(terrains[0]) == vd_terrain_checksum(terrains[1]));
    for (int n = 0; n < 2; n++) vd_terrain_destroy(terrains[n]);
}

static void memory_is_what_is_said(void **state)
{
    double cells = 4096.0 * 4096.0;
    vd_terrain *terrain = make(300, 201, height_mountains, VD_PRECISION_INT16, 1);
    (void)state;
    double held = 4.0 * (double)terrain->posts.pair_count +
                  8.0 * (double)terrain->posts.block_count + terrain->pyramid.bytes +
                  vd_skyline_bytes(terrain->field.cells_x, terrain->field.cells_y);
    assert_true(held == vd_terrain_bytes(300, 201, VD_PRECISION_INT16));
    assert_true(vd_terrain_bytes(4096, 4096, VD_PRECISION_INT16) <= 2.3 * cells);
    assert_true(vd_terrain_bytes(4096, 4096, VD_PRECISION_FLOAT32) <= 4.3 * cells);
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_come_back),   cmocka_unit_test(others_are_half_a_step_off),
        cmocka_unit_test(steps_are_those_of_blocks), cmocka_unit_test(what_would_lose_stays_float),
        cmocka_unit_test(threads_make_the_same),     cmocka_unit_test(memory_is_what_is_said),
    };
    return cmocka_run_group_tests_name("posts", tests, NULL, NULL);
}
