/* The measures of difference, against what other programs say of the same two pictures
 * (scikit-image 0.26 for PSNR and SSIM; flip-evaluator 1.7 for FLIP), and against what follows from
 * their definitions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "post/compare.h"

#define WIDTH 61
#define HEIGHT 43

static float pixels[2][HEIGHT * WIDTH * 3];

/* Integers from a recurrence that any language can repeat. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 24;
}

/* A slope of colours with a bright square, and the same with noise: bytes, or four times their
 * share of 255. */
static void make_pair(bool is_linear, vd_pixels *reference, vd_pixels *test)
{
    uint32_t state = 7u;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++) {
                int i = (y * WIDTH + x) * 3 + c;
                int value = (4 * x * (c + 1) / 3 + 3 * y) % 256;
                if (x > 20 && x < 30 && y > 10 && y < 20) value = 250;
                int noisy = value + (int)next(&state) / 8 - 16;
                noisy = noisy < 0 ? 0 : noisy > 255 ? 255 : noisy;
                pixels[0][i] = (float)value / 255.0f * (is_linear ? 4.0f : 1.0f);
                pixels[1][i] = (float)noisy / 255.0f * (is_linear ? 4.0f : 1.0f);
            }
    *reference = (vd_pixels){WIDTH, HEIGHT, is_linear, pixels[0]};
    *test = (vd_pixels){WIDTH, HEIGHT, is_linear, pixels[1]};
}

static void assert_near(double got, double expected, double error)
{
    if (!(fabs(got - expected) <= error)) fail_msg("%.7f is not %.7f", got, expected);
}

static void test_as_others_say(void **state)
{
    vd_pixels reference, test;
    double ssim, flip;
    (void)state;
    make_pair(false, &reference, &test);
    assert_int_equal(vd_compare_ssim(NULL, &reference, &test, &ssim), VD_OK);
    assert_int_equal(vd_compare_flip(NULL, &reference, &test, NULL, &flip), VD_OK);
    assert_near(vd_compare_psnr(&reference, &test), 28.931055, 1e-4);
    assert_near(ssim, 0.738259, 1e-4);
    assert_near(flip, 0.091145, 1e-4);
    make_pair(true, &reference, &test);
    assert_int_equal(vd_compare_flip(NULL, &reference, &test, NULL, &flip), VD_OK);
    assert_near(flip, 0.074272, 1e-4);
}

/* Equal pictures; all of one colour against another, where the measures have closed forms. */
static void test_closed_forms(void **state)
{
    vd_pixels reference, test;
    double ssim, flip;
    float map[HEIGHT * WIDTH];
    (void)state;
    make_pair(false, &reference, &test);
    test.rgb = reference.rgb;
    assert_int_equal(vd_compare_ssim(NULL, &reference, &test, &ssim), VD_OK);
    assert_int_equal(vd_compare_flip(NULL, &reference, &test, map, &flip), VD_OK);
    assert_true(isinf(vd_compare_psnr(&reference, &test)));
    assert_near(ssim, 1.0, 1e-9);
    assert_near(flip, 0.0, 0.0);
    assert_near(vd_compare_relmse(&reference, &test), 0.0, 0.0);

    test.rgb = pixels[1];
    for (int i = 0; i < HEIGHT * WIDTH * 3; i++) {
        pixels[0][i] = 0.5f;
        pixels[1][i] = 0.6f;
    }
    assert_near(vd_compare_psnr(&reference, &test), 20.0, 1e-5);
    assert_near(vd_compare_relmse(&reference, &test), 0.01 / 0.26, 1e-7);
    assert_int_equal(vd_compare_ssim(NULL, &reference, &test, &ssim), VD_OK);
    assert_near(ssim, (0.6 + 1e-4) / (0.61 + 1e-4), 1e-6);
    assert_int_equal(vd_compare_flip(NULL, &reference, &test, map, &flip), VD_OK);
    for (int i = 0; i < HEIGHT * WIDTH; i++) assert_near((double)map[i], flip, 1e-5);
    /* Black against white is as far as lightness goes. */
    memset(pixels[0], 0, sizeof pixels[0]);
    for (int i = 0; i < HEIGHT * WIDTH * 3; i++) pixels[1][i] = 1.0f;
    assert_int_equal(vd_compare_flip(NULL, &reference, &test, NULL, &flip), VD_OK);
    assert_near(flip, 0.967379, 1e-4);
}

static void test_too_small(void **state)
{
    double ssim;
    vd_context *context = NULL;
    vd_pixels small = {6, 100, false, pixels[0]};
    (void)state;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_int_equal(vd_compare_ssim(context, &small, &small, &ssim), VD_ERR_SETTING);
    assert_non_null(strstr(vd_context_error(context), "6 x 100"));
    vd_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_others_say),
        cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_too_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
