/* The ground's noise: its mean and variance, its gradient, its place on the grid, and that what
 * pixels are told of it is what they would average. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "random.h"
#include "scene/noise.h"

static vd_dem dem_of(double cell_m)
{
    vd_dem dem = {.base_m = 0.0};
    dem.info.nx = dem.info.ny = 4000;
    dem.info.metric = VD_METRIC_CONSTANT;
    dem.info.to_grid[0] = 1.0 / cell_m;
    dem.info.to_grid[3] = -1.0 / cell_m;
    return dem;
}

static vdk_noise noise_of(double cell_m, double scale_m, int octaves, double gain)
{
    vd_dem dem = dem_of(cell_m);
    vd_noise_options options = {scale_m, scale_m, gain, octaves, "test", 0};
    return vd_noise_make(&dem, 1.0, &options);
}

static float value_at(const vdk_noise *noise, double x, double y, double z, float width)
{
    int i = (int)x, j = (int)y;
    vdk_vec slopes;
    float lost;
    vdk_noise_place at = vdk_noise_at(noise, i, (float)(x - i), j, (float)(y - j), (float)z);
    return vdk_noise_sum(noise, at, width, &slopes, &lost);
}

/* Mean 0 and variance 1, of values and of slopes, whatever the octaves. With N independent samples
 * of a variance of 1 the mean is off by 1 / sqrt(N), and the variance by about 2 / sqrt(N). */
static void test_moments(void **state)
{
    enum { N = 400000 };
    (void)state;
    for (int octaves = 1; octaves <= 7; octaves += 3) {
        vdk_noise noise = noise_of(10.0, 35.0, octaves, 0.7);
        test_random r = {(uint64_t)octaves};
        double sum = 0.0, squares = 0.0, slopes = 0.0, mixed = 0.0;
        for (int i = 0; i < N; i++) {
            vdk_vec g;
            float lost;
            vdk_noise_place at = vdk_noise_at(&noise, (int)(4000.0 * test_unit(&r)),
                                              (float)test_unit(&r), (int)(4000.0 * test_unit(&r)),
                                              (float)test_unit(&r), (float)(900.0 * test_unit(&r)));
            double v = (double)vdk_noise_sum(&noise, at, 0.0f, &g, &lost);
            assert_true(lost < 1.0e-5f);
            sum += v;
            squares += v * v;
            slopes += (double)(g.x * g.x + g.y * g.y + g.z * g.z) / 3.0;
            mixed += v * (double)g.x;
        }
        printf("%d octaves: mean %.5f, variance %.5f, of slopes %.5f, covariance %.5f\n", octaves,
               sum / N, squares / N, slopes / N, mixed / N);
        assert_true(fabs(sum / N) < 5.0 / sqrt(N));
        assert_true(fabs(squares / N - 1.0) < 10.0 / sqrt(N));
        assert_true(fabs(slopes / N - 1.0) < 10.0 / sqrt(N));
        assert_true(fabs(mixed / N) < 8.0 / sqrt(N));
    }
}

/* The gradient is that of the values: a central difference over h of a function whose third
 * derivative is below 400 is off by 67 h^2, and by the values' rounding over h. */
static void test_gradient(void **state)
{
    const double h = 1.0 / 256.0;
    test_random r = {5};
    (void)state;
    for (int i = 0; i < 20000; i++) {
        vdk_noise_place at = {test_bits(&r), test_bits(&r), test_bits(&r)}, low = at, high = at;
        vdk_vec g, unread;
        uint64_t *axis[2][3] = {{&low.x, &low.y, &low.z}, {&high.x, &high.y, &high.z}};
        int k = i % 3;
        vdk_noise_octave(at, 3u, &g);
        *axis[0][k] -= (uint64_t)(h * 4294967296.0);
        *axis[1][k] += (uint64_t)(h * 4294967296.0);
        double found =
            (double)(vdk_noise_octave(high, 3u, &unread) - vdk_noise_octave(low, 3u, &unread)) /
            (2.0 * h);
        double given = (double)(k == 0 ? g.x : k == 1 ? g.y : g.z);
        assert_true(fabs(found - given) < 0.01);
    }
}

/* The far end of a cell is the near end of the next, in the far corner of a large grid too. A
 * fraction times its step has 24 bits, of octaves whose slope is up to 9 a lattice unit, and the
 * last octave's lattice is 2^9 times finer. */
static void test_continuity(void **state)
{
    vdk_noise noise = noise_of(30.0, 400.0, 10, 0.7);
    test_random r = {9};
    (void)state;
    for (int i = 0; i < 5000; i++) {
        int cx = (int)(200000.0 * test_unit(&r)), cy = (int)(200000.0 * test_unit(&r));
        vdk_vec slopes;
        float lost, fy = (float)test_unit(&r);
        float a = vdk_noise_sum(&noise, vdk_noise_at(&noise, cx, 1.0f, cy, fy, 70.0f), 0.0f,
                                &slopes, &lost);
        float b = vdk_noise_sum(&noise, vdk_noise_at(&noise, cx + 1, 0.0f, cy, fy, 70.0f), 0.0f,
                                &slopes, &lost);
        assert_true(fabsf(a - b) < 1.0e-3f);
    }
}

/* A grid of half the cells, as of an overview, has the same noise at the same places. */
static void test_other_cells(void **state)
{
    vdk_noise fine = noise_of(10.0, 90.0, 6, 0.7), coarse = noise_of(20.0, 90.0, 6, 0.7);
    test_random r = {11};
    (void)state;
    for (int i = 0; i < 2000; i++) {
        /* Raster coordinates are half a cell less than padded ones. */
        double x = 2.0 + 3000.0 * test_unit(&r), y = 2.0 + 3000.0 * test_unit(&r);
        float a = value_at(&fine, x + 0.5, y + 0.5, 8.0, 0.0f);
        float b = value_at(&coarse, 0.5 * x + 0.5, 0.5 * y + 0.5, 8.0, 0.0f);
        assert_true(fabsf(a - b) < 2.0e-3f);
    }
}

/* What a pixel of this width is told has the standard deviation of the average over it, within 0.06
 * of that of the octave where pixels are no wider than the octave's waves (VDK_NOISE_FADE is a
 * fit), and what is lost makes up for it. Averages of 16 x 16 points; 2000 pixels, so 2 % of error.
 */
static void test_filter(void **state)
{
    enum { PIXELS = 2000, SIDE = 16 };
    const double widths[] = {0.2, 0.5, 0.8, 1.0};
    vdk_noise noise = noise_of(10.0, 100.0, 1, 0.7);
    (void)state;
    for (size_t w = 0; w < sizeof(widths) / sizeof(widths[0]); w++) {
        test_random r = {40 + w};
        double averaged = 0.0, told = 0.0, kept = 0.0;
        for (int i = 0; i < PIXELS; i++) {
            double x = 10.0 + 3000.0 * test_unit(&r), y = 10.0 + 3000.0 * test_unit(&r), sum = 0.0;
            double z = 5000.0 * test_unit(&r), wide = 10.0 * widths[w]; /* in cells */
            vdk_vec slopes;
            float lost;
            for (int k = 0; k < SIDE * SIDE; k++)
                sum += (double)value_at(&noise, x + wide * ((k % SIDE + 0.5) / SIDE - 0.5),
                                        y + wide * ((k / SIDE + 0.5) / SIDE - 0.5), z, 0.0f);
            sum /= SIDE * SIDE;
            averaged += sum * sum;
            double v = (double)value_at(&noise, x, y, z, (float)(100.0 * widths[w]));
            told += v * v;
            vdk_noise_sum(&noise, vdk_noise_at(&noise, 5, 0.0f, 5, 0.0f, 0.0f),
                          (float)(100.0 * widths[w]), &slopes, &lost);
            kept = 1.0 - (double)lost;
        }
        averaged = sqrt(averaged / PIXELS);
        told = sqrt(told / PIXELS);
        printf("pixels of %.1f waves: average has %.3f, told %.3f\n", widths[w], averaged, told);
        assert_true(fabs(averaged - told) < 0.06);
        assert_true(fabs(told * told - kept) < 0.1);
    }
    /* Octaves far below the pixel are gone. */
    assert_true(value_at(&noise, 77.3, 33.1, 5.0, 900.0f) == 0.0f);
}

static void test_thresholds(void **state)
{
    (void)state;
    assert_true(fabs(vd_gaussian_threshold(0.5)) < 1.0e-5);
    assert_true(fabs(vd_gaussian_threshold(0.158655254) - 1.0) < 1.0e-3);
    assert_true(fabs(vd_gaussian_threshold(0.977249868) + 2.0) < 1.0e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),    cmocka_unit_test(test_gradient),
        cmocka_unit_test(test_continuity), cmocka_unit_test(test_other_cells),
        cmocka_unit_test(test_filter),     cmocka_unit_test(test_thresholds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
