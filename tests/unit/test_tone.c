/* Tone: the curves against double precision, and the statistics of the dither. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "post/tone.h"

static double srgb(double c)
{
    c = c < 0.0 ? 0.0 : c > 1.0 ? 1.0 : c;
    return c <= 0.0031308 ? 12.92 * c : 1.055 * pow(c, 1.0 / 2.4) - 0.055;
}

/* Solved from its conditions here, so that the constants in the source are checked too. */
static double filmic(double c)
{
    const double grey = 0.18, white = pow(2.0, 3.5);
    double n = 1.2;
    for (int i = 0; i < 100; i++) n = (1.0 - pow(grey / white, n)) / (1.0 - grey);
    double k = pow(grey, n) / (n - 1.0);
    return c >= white ? 1.0 : (1.0 + k / pow(white, n)) * pow(c, n) / (pow(c, n) + k);
}

static float apply(vd_tone_curve curve, float stops, float c)
{
    vd_tone tone = {curve, stops};
    float encoded[3];
    vd_tone_apply(&tone, (float[3]){c, c, c}, encoded);
    assert_true(encoded[0] == encoded[1] && encoded[1] == encoded[2]);
    return encoded[0];
}

/* A tenth of a step of 16 bits for the encoding; the filmic curve's own power has up to twice that.
 */
static void test_curves(void **state)
{
    (void)state;
    for (int i = -24000; i <= 5000; i++) {
        float c = (float)pow(2.0, i / 1000.0);
        assert_true(fabs((double)apply(VD_TONE_LINEAR, 0.0f, c) - srgb((double)c)) < 1.5e-6);
        assert_true(fabs((double)apply(VD_TONE_FILMIC, 0.0f, c) - srgb(filmic((double)c))) < 3e-6);
    }
    assert_true(fabs((double)apply(VD_TONE_FILMIC, 0.0f, 0.18f) - srgb(0.18)) < 4e-6);
}

static void test_monotone(void **state)
{
    (void)state;
    float last[2] = {-1.0f, -1.0f};
    for (int i = 0; i <= 20000; i++) {
        float c = (float)i * 6e-4f;
        for (int curve = 0; curve < 2; curve++) {
            float encoded = apply((vd_tone_curve)curve, 0.0f, c);
            assert_true(encoded >= 0.0f && encoded <= 1.0f);
            assert_true(encoded >= last[curve]);
            assert_true(encoded > last[curve] || encoded == 1.0f);
            last[curve] = encoded;
        }
    }
}

static void test_ends_and_exposure(void **state)
{
    (void)state;
    for (int curve = 0; curve < 2; curve++) {
        vd_tone_curve which = (vd_tone_curve)curve;
        assert_true(apply(which, 0.0f, 0.0f) == 0.0f);
        assert_true(apply(which, 0.0f, -1.0f) == 0.0f);
        assert_true(apply(which, 0.0f, NAN) == 0.0f);
        assert_true(apply(which, 0.0f, INFINITY) == 1.0f);
        assert_true(apply(which, 32.0f, 1e30f) == 1.0f);
        assert_true(apply(which, 2.0f, 0.05f) == apply(which, 0.0f, 0.2f));
        assert_true(apply(which, -1.0f, 0.5f) == apply(which, 0.0f, 0.25f));
    }
    assert_true(apply(VD_TONE_LINEAR, 0.0f, 1.0f) == 1.0f);
    assert_true(apply(VD_TONE_FILMIC, 0.0f, 1.0f) < 0.9f);
    assert_true(apply(VD_TONE_FILMIC, 0.0f, 11.4f) == 1.0f);
}

static void test_quantise_rounds(void **state)
{
    (void)state;
    for (uint32_t levels = 255; levels <= 65535; levels += 65280)
        for (uint32_t i = 0; i <= levels; i++) {
            assert_int_equal(vd_tone_quantise((float)i / (float)levels, levels, false, 0, 0), i);
            float above = ((float)i + 0.4f) / (float)levels;
            if (i < levels) assert_int_equal(vd_tone_quantise(above, levels, false, 0, 0), i);
        }
    assert_int_equal(vd_tone_quantise(NAN, 255, true, 1, 2), 0);
    assert_int_equal(vd_tone_quantise(-1.0f, 255, true, 1, 2), 0);
    assert_int_equal(vd_tone_quantise(2.0f, 255, true, 1, 2), 255);
}

/* Over N pixels the mean's standard error is below sqrt(0.5 / N) steps (triangular noise and
 * rounding have a variance of 1/4, near the ends less); five of them. */
static void test_dither_is_unbiased(void **state)
{
    (void)state;
    const int side = 256;
    const double bound = 5.0 * sqrt(0.5) / side;
    const double values[] = {0.1,  0.3,   0.49,  0.51,  0.9,   1.3,
                             17.5, 128.0, 200.2, 254.2, 254.6, 254.9};
    for (uint32_t levels = 255; levels <= 65535; levels += 65280)
        for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
            double value = i > 8 ? levels - 255 + values[i] : values[i], sum = 0.0;
            float encoded = (float)(value / levels);
            for (int y = 0; y < side; y++)
                for (int x = 0; x < side; x++) {
                    uint32_t q = vd_tone_quantise(encoded, levels, true, x, y);
                    assert_true(q <= levels && fabs(q - value) < 1.501);
                    sum += q;
                }
            assert_true(fabs(sum / (side * side) - value) < bound + levels * 6e-8);
        }
}

static void test_dither_keeps_ends(void **state)
{
    (void)state;
    for (int x = 0; x < 4096; x++) {
        assert_int_equal(vd_tone_quantise(0.0f, 255, true, x, 3), 0);
        assert_int_equal(vd_tone_quantise(1.0f, 255, true, x, 3), 255);
        assert_int_equal(vd_tone_quantise(1.0f, 65535, true, x, 3), 65535);
    }
}

/* Neighbours and rows are independent: correlations within five standard errors of 0. */
static void test_dither_is_white(void **state)
{
    (void)state;
    const int steps[][2] = {{1, 0}, {0, 1}, {1, 1}, {4, 0}, {0, 4}};
    const int side = 256;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        double sum = 0.0, square = 0.0;
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++) {
                double a = vd_tone_quantise(0.5f, 256, true, x, y) - 128.0;
                double b =
                    vd_tone_quantise(0.5f, 256, true, x + steps[i][0], y + steps[i][1]) - 128.0;
                sum += a * b;
                square += a * a;
            }
        assert_true(square > 0.2 * side * side && square < 0.3 * side * side);
        assert_true(fabs(sum / square) < 5.0 / side);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curves),
        cmocka_unit_test(test_monotone),
        cmocka_unit_test(test_ends_and_exposure),
        cmocka_unit_test(test_quantise_rounds),
        cmocka_unit_test(test_dither_is_unbiased),
        cmocka_unit_test(test_dither_keeps_ends),
        cmocka_unit_test(test_dither_is_white),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
