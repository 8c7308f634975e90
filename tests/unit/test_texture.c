/* The drape's look-up against the same bilinear blend in double precision: many texels a cell, many
 * cells a texel, and far from the grid's corner. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "kernel/texture.h"
#include "random.h"

enum { SIDE = 24 };

static uint8_t texels[SIDE * SIDE * 4];

static void fill_texels(void)
{
    test_random r = {7};
    for (size_t i = 0; i < sizeof(texels); i++) texels[i] = (uint8_t)test_choice(&r, 256);
}

static vdk_drape make_drape(int column, int texels_per_cell, int cells_per_texel)
{
    vdk_drape drape;
    memset(&drape, 0, sizeof(drape));
    drape.levels = 1;
    drape.opacity = 1.0f;
    for (int i = 0; i < 256; i++) drape.linear[i] = (float)(i * i) / 65025.0f;
    int cells = SIDE * cells_per_texel / texels_per_cell;
    drape.level[0] = (vdk_texture){texels,          column,          column + 5, cells, cells,
                                   texels_per_cell, cells_per_texel, SIDE,       SIDE};
    return drape;
}

static int clamped(int i)
{
    return i < 0 ? 0 : i > SIDE - 1 ? SIDE - 1 : i;
}

/** The blend at raster coordinates from the texture's corner, premultiplied; [3] is the mask. */
static void reference(const vdk_drape *drape, double x, double y, double out[4])
{
    double scale = (double)drape->level[0].texels_per_cell / drape->level[0].cells_per_texel;
    double tx = x * scale - 0.5, ty = y * scale - 0.5;
    int i = (int)floor(tx), j = (int)floor(ty);
    memset(out, 0, 4 * sizeof(double));
    for (int corner = 0; corner < 4; corner++) {
        int a = corner & 1, b = corner >> 1;
        double weight = (a ? tx - i : 1.0 - tx + i) * (b ? ty - j : 1.0 - ty + j);
        const uint8_t *t = texels + 4 * (clamped(j + b) * SIDE + clamped(i + a));
        double mask = weight * t[3] / 255.0;
        for (int c = 0; c < 3; c++) out[c] += mask * (double)drape->linear[t[c]];
        out[3] += mask;
    }
}

/* Floats of 24 bits: a fraction times 8 texels loses three of them, four products a little. */
#define TOLERANCE 2.0e-6

static void check(int column, int texels_per_cell, int cells_per_texel)
{
    vdk_drape drape = make_drape(column, texels_per_cell, cells_per_texel);
    int cells = drape.level[0].columns;
    test_random r = {3};
    for (int n = 0; n < 20000; n++) {
        int cx = test_choice(&r, cells + 3) - 1, cy = test_choice(&r, cells + 3) - 1;
        float fx = (float)test_unit(&r), fy = (float)test_unit(&r);
        double expected[4];
        vdk_texel got = vdk_drape_at(&drape, column + cx, fx, column + 5 + cy, fy);
        reference(&drape, cx + (double)fx - 0.5, cy + (double)fy - 0.5, expected);
        const float is[4] = {got.colour.x, got.colour.y, got.colour.z, got.mask};
        for (int c = 0; c < 4; c++)
            if (fabs((double)is[c] - expected[c]) > TOLERANCE)
                fail_msg("cell %d, %d, part %d: %.9g, expected %.9g", cx, cy, c, (double)is[c],
                         expected[c]);
    }
}

static void test_look_up(void **state)
{
    (void)state;
    fill_texels();
    check(0, 1, 1);
    check(0, 8, 1);
    check(0, 3, 1);
    check(0, 1, 8);
    check(0, 1, 7);
    check(199000000, 4, 1);
}

/* A position that the fine level covers is read there, any other in the coarse one. */
static void test_levels(void **state)
{
    static const uint8_t fine[4] = {255, 0, 0, 255}, coarse[4] = {0, 0, 255, 255};
    vdk_drape drape = make_drape(0, 1, 1);
    (void)state;
    drape.levels = 2;
    drape.level[0] = (vdk_texture){fine, 10, 20, 5, 5, 1, 5, 1, 1};
    drape.level[1] = (vdk_texture){coarse, 0, 0, 100, 100, 1, 100, 1, 1};
    static const int cells[][3] = {{12, 22, 1}, {9, 22, 0},  {16, 22, 0}, {12, 19, 0},
                                   {12, 26, 0}, {10, 20, 1}, {90, 90, 0}, {-5, -5, 0}};
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        vdk_texel t = vdk_drape_at(&drape, cells[i][0], 0.75f, cells[i][1], 0.75f);
        assert_int_equal(t.colour.x > 0.5f, cells[i][2]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_look_up),
        cmocka_unit_test(test_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
