/* Depth of field after the fact: circles against the lens formula, and that light neither appears
 * nor crosses what is sharp. Against true lenses: medium/test_focus_views.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "post/focus.h"

enum { WIDTH = 160, HEIGHT = 120 };
static float depth[HEIGHT][WIDTH], rgba[HEIGHT][WIDTH][4];

static vd_focus_options lens(void)
{
    return (vd_focus_options){.width = WIDTH,
                              .height = HEIGHT,
                              .radius_px = 10000.0f,
                              .nearness = 1e-3f,
                              .squeeze = 1.0f};
}

static void fill(float light, float depth_m)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            depth[y][x] = depth_m;
            for (int c = 0; c < 4; c++) rgba[y][x][c] = c < 3 ? light : 1.0f;
        }
}

static void run(const vd_focus_options *options)
{
    assert_int_equal(vd_focus_blur(NULL, options, &depth[0][0], &rgba[0][0][0]), VD_OK);
}

/* A light among dark pixels of its depth becomes a disc of R |1/z - 1/F| pixels: by its variance, a
 * quarter of the radius squared along each axis; no light is lost. A layer's
 * radius is the mean of its pixels'; its rows are as wide as the disc at their middles. */
static void test_circles(void **state)
{
    (void)state;
    static const float distances[] = {400.0f, 700.0f, 2000.0f, 1e30f};
    for (int k = 0; k < 4; k++) {
        vd_focus_options o = lens();
        fill(0.0f, distances[k]);
        for (int c = 0; c < 3; c++) rgba[60][80][c] = 50.0f;
        run(&o);
        double sum = 0.0, moment = 0.0, wanted = 10000.0 * fabs(1e-3 - 1.0 / (double)distances[k]);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                double v = (double)rgba[y][x][1];
                sum += v;
                moment += v * ((x - 80.0) * (x - 80.0) + (y - 60.0) * (y - 60.0));
            }
        double radius = sqrt(2.0 * moment / sum);
        printf("at %g m: radius %.2f px, %.2f by the lens\n", (double)distances[k], radius, wanted);
        assert_true(fabs(sum - 50.0) < 1e-3);
        assert_true(fabs(radius - wanted) < 0.02 * wanted);
    }
}

/* An even picture stays even, whatever its depths are. */
static void test_even(void **state)
{
    (void)state;
    vd_focus_options o = lens();
    o.blades = 5;
    fill(2.0f, 0.0f);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            depth[y][x] = 300.0f + 20.0f * (float)y + (float)(x % 7) * 90.0f;
    run(&o);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 4; c++)
                assert_true(fabs((double)rgba[y][x][c] - (c < 3 ? 2.0 : 1.0)) < 2e-3);
}

/* A sharp dark post before a bright blurred wall: not a trace of the wall on it, nor of the post on
 * the wall. */
static void test_no_bleeding(void **state)
{
    (void)state;
    vd_focus_options o = lens();
    fill(10.0f, 1e30f);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 70; x < 90; x++) {
            depth[y][x] = 1000.0f;
            for (int c = 0; c < 3; c++) rgba[y][x][c] = 0.1f;
        }
    run(&o);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double wanted = x >= 70 && x < 90 ? 0.1 : 10.0;
            assert_true(fabs((double)rgba[y][x][0] - wanted) < 1e-3 * wanted);
        }
}

/* A blurred near post before a sharp wall: at its rim half of each, and the wall far from it is
 * untouched. */
static void test_near(void **state)
{
    (void)state;
    vd_focus_options o = lens();
    fill(10.0f, 1000.0f);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 60; x < 100; x++) {
            depth[y][x] = 500.0f; /* a radius of 10 pixels */
            for (int c = 0; c < 3; c++) rgba[y][x][c] = 0.0f;
        }
    run(&o);
    assert_true(fabs((double)rgba[60][40][0] - 10.0) < 1e-3);
    assert_true(fabs(0.5 * ((double)rgba[60][59][0] + (double)rgba[60][60][0]) - 5.0) < 0.1);
    assert_true((double)rgba[60][80][0] < 1e-3);
    for (int x = 41; x < 80; x++) assert_true(rgba[60][x][0] <= rgba[60][x - 1][0] + 1e-4f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_circles),
        cmocka_unit_test(test_even),
        cmocka_unit_test(test_no_bleeding),
        cmocka_unit_test(test_near),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
