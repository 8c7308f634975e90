/* Effects of lens and film against closed forms: sizes of channels, the fourth power of the cosine,
 * energy of glare, the statistics of grain, and that rows asked for in any way are the same. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "post/effects.h"

enum { WIDTH = 301, HEIGHT = 199 };
static float picture[HEIGHT][WIDTH][4], result[HEIGHT][WIDTH][4], again[HEIGHT][WIDTH][4];

static vd_result read_picture(vd_context *context, void *state, int y, int rows, float *rgba)
{
    (void)context;
    (void)state;
    memcpy(rgba, picture[y], (size_t)rows * sizeof(picture[0]));
    return VD_OK;
}

static vd_effects_options plain(void)
{
    return (vd_effects_options){.width = WIDTH,
                                .height = HEIGHT,
                                .middle_x = 0.5f * WIDTH,
                                .middle_y = 0.5f * HEIGHT,
                                .glare_spread = 0.2f,
                                .vignette_softness = 0.5f,
                                .grain_size = 1.0f / 300.0f,
                                .read = read_picture};
}

static void fill(float light)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 4; c++) picture[y][x][c] = c < 3 ? light : 1.0f;
}

/** All of it, and once more by uneven strips out of order. */
static void run(const vd_effects_options *options)
{
    vd_effects *effects;
    assert_true(vd_effects_are_any(options));
    assert_int_equal(vd_effects_create(NULL, options, &effects), VD_OK);
    assert_int_equal(vd_effects_read(NULL, effects, 0, HEIGHT, &result[0][0][0]), VD_OK);
    static const int strips[] = {60, 17, 0, 3, 120, 79, 77, 43, 3, 57};
    for (int i = 0; i < 10; i += 2)
        assert_int_equal(
            vd_effects_read(NULL, effects, strips[i], strips[i + 1], &again[strips[i]][0][0]),
            VD_OK);
    assert_memory_equal(result, again, sizeof(result));
    vd_effects_destroy(effects);
}

/* A blurred dot off the axis: its centre of mass in each channel moves away from the axis by the
 * share, and the light of each grows by the square of its size. */
static void test_aberration(void **state)
{
    (void)state;
    const double s = 0.02, px = 230.3, py = 40.7;
    vd_effects_options o = plain();
    o.aberration = (float)s;
    double light[3] = {0}, x0[3] = {0}, y0[3] = {0}, before = 0.0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double d2 = pow(x + 0.5 - px, 2.0) + pow(y + 0.5 - py, 2.0);
            for (int c = 0; c < 4; c++) picture[y][x][c] = c < 3 ? (float)exp(-d2 / 32.0) : 1.0f;
            before += exp(-d2 / 32.0);
        }
    run(&o);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++) {
                double v = (double)result[y][x][c];
                light[c] += v;
                x0[c] += v * (x + 0.5);
                y0[c] += v * (y + 0.5);
            }
    for (int c = 0; c < 3; c++) {
        double size = c == 0 ? 1.0 + s : c == 2 ? 1.0 - s : 1.0;
        double wanted_x = 0.5 * WIDTH + size * (px - 0.5 * WIDTH);
        double wanted_y = 0.5 * HEIGHT + size * (py - 0.5 * HEIGHT);
        assert_true(fabs(x0[c] / light[c] - wanted_x) < 5e-3);
        assert_true(fabs(y0[c] / light[c] - wanted_y) < 5e-3);
        assert_true(fabs(light[c] / (before * size * size) - 1.0) < 2e-3);
    }
}

static void test_vignettes(void **state)
{
    (void)state;
    vd_effects_options o = plain();
    const double pixel = 1.2 / WIDTH;
    o.vignette = 1.0f;
    o.pixel = (float)pixel;
    fill(2.0f);
    run(&o);
    for (int y = 0; y < HEIGHT; y += 11)
        for (int x = 0; x < WIDTH; x += 13) {
            double r = hypot(x + 0.5 - 0.5 * WIDTH, y + 0.5 - 0.5 * HEIGHT);
            double wanted = 2.0 * pow(cos(atan(r * pixel)), 4.0);
            assert_true(fabs((double)result[y][x][1] - wanted) < 1e-5 * wanted);
        }
    /* Half a radius at the corners: two discs 0.5 apart share 68.5 % (by their lens's area). */
    o = plain();
    o.vignette_barrel = 0.5f;
    run(&o);
    double r =
        hypot(0.5 * WIDTH - 0.5, 0.5 * HEIGHT - 0.5) / hypot(0.5 * WIDTH, 0.5 * HEIGHT) * 0.5;
    double wanted = 2.0 * (2.0 * acos(0.5 * r) - r * sqrt(1.0 - 0.25 * r * r)) / acos(-1.0);
    assert_true(fabs((double)result[0][0][0] - wanted) < 1e-5);
    /* A mask's own pixels, where one lies on each. */
    static float mask[HEIGHT * WIDTH];
    for (int i = 0; i < HEIGHT * WIDTH; i++) mask[i] = (float)(i % 97) / 97.0f;
    o = plain();
    o.mask = mask;
    o.mask_width = WIDTH;
    o.mask_height = HEIGHT;
    o.mask_strength = 0.5f;
    run(&o);
    for (int i = 0; i < HEIGHT * WIDTH; i += 31) {
        double share = 1.0 - 0.5 * (1.0 - (double)mask[i]);
        assert_true(fabs((double)result[i / WIDTH][i % WIDTH][2] - 2.0 * share) < 1e-4);
    }
}

/* A light in the middle keeps 1 - s of itself; what it loses is found around it, to the last. */
static void check_glare(int spikes)
{
    vd_effects_options o = plain();
    fill(0.0f);
    for (int c = 0; c < 3; c++) picture[HEIGHT / 2][WIDTH / 2][c] = 1000.0f;
    o.glare = 0.3f;
    o.spikes = spikes;
    o.glare_spread = 0.1f;
    run(&o);
    double sum = 0.0, near_it = 0.0, on_ray = 0.0, off_ray = 0.0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            int d =
                abs(x - WIDTH / 2) > abs(y - HEIGHT / 2) ? abs(x - WIDTH / 2) : abs(y - HEIGHT / 2);
            sum += (double)result[y][x][1];
            if (d <= 5) near_it += (double)result[y][x][1];
        }
    on_ray = (double)result[HEIGHT / 2][WIDTH / 2 + 14][1];
    off_ray = (double)result[HEIGHT / 2 + 10][WIDTH / 2 + 10][1];
    assert_true(fabs(sum - 1000.0) < 1.0);
    assert_true((double)result[HEIGHT / 2][WIDTH / 2][1] > 700.0);
    assert_true(near_it > 700.0 && near_it < 960.0);
    if (spikes) assert_true(on_ray > 3.0 * off_ray);
}

static void test_glare(void **state)
{
    (void)state;
    check_glare(0);
    check_glare(4);
    /* Even light stays as it is, away from the edge. */
    vd_effects_options o = plain();
    fill(3.0f);
    o.glare = 0.5f;
    o.glare_spread = 0.05f;
    run(&o);
    assert_true(fabs((double)result[HEIGHT / 2][WIDTH / 2][0] - 3.0) < 1e-4);
}

static void grain_moments(float grain_size, double *mean, double *deviation)
{
    vd_effects_options o = plain();
    o.grain = 0.2f;
    o.grain_size = grain_size;
    fill(1.0f);
    run(&o);
    double sum = 0.0, sum2 = 0.0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double stops = log2((double)result[y][x][1]);
            *mean += (double)result[y][x][1] / (WIDTH * HEIGHT);
            sum += stops / (WIDTH * HEIGHT);
            sum2 += stops * stops / (WIDTH * HEIGHT);
        }
    *deviation = sqrt(sum2 - sum * sum);
}

/* The standard deviation asked for, a mean that stays, and less where pixels hold several grains.
 */
static void test_grain(void **state)
{
    (void)state;
    double mean = 0.0, deviation;
    grain_moments(1.0f / 300.0f, &mean, &deviation);
    assert_true(fabs(mean - 1.0) < 2e-3);
    assert_true(fabs(deviation - 0.2) < 5e-3);
    mean = 0.0;
    grain_moments(1.0f / 1204.0f, &mean, &deviation);
    assert_true(fabs(mean - 1.0) < 1e-3);
    assert_true(fabs(deviation - 0.05) < 2e-3);
}

static void test_none(void **state)
{
    (void)state;
    vd_effects_options o = plain();
    assert_false(vd_effects_are_any(&o));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aberration), cmocka_unit_test(test_vignettes),
        cmocka_unit_test(test_glare),      cmocka_unit_test(test_grain),
        cmocka_unit_test(test_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
