/* Tone: curves, points and tints against double precision, what AgX promises, and the statistics of
 * the dither. */
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

/* AgX for greys, from its conditions too. */
static double agx(double c)
{
    const double grey = 0.18, t = log2(c / grey), s = log(2.0) * sqrt(grey) / 2.0;
    if (t <= -10.0 || t >= 6.5) return t > 0.0;
    double most = t < 0.0 ? 10.0 * s : 6.5 * s;
    double way = t < 0.0 ? sqrt(grey) : 1.0 - sqrt(grey);
    double k = most / sqrt(most / way * most / way - 1.0);
    double v = sqrt(grey) + s * t / sqrt(1.0 + s * t / k * s * t / k);
    return v * v;
}

static void apply_rgb(vd_tone_curve curve, float stops, const float rgb[3], float encoded[3])
{
    vd_tone_options options = vd_tone_plain(curve);
    options.exposure_stops = stops;
    vd_tone tone = vd_tone_make(&options);
    vd_tone_apply(&tone, rgb, encoded);
}

/* Of a grey, which stays one: to the bit where channels do not mix. */
static float apply(vd_tone_curve curve, float stops, float c)
{
    float encoded[3];
    apply_rgb(curve, stops, (float[3]){c, c, c}, encoded);
    double tolerance = curve == VD_TONE_AGX ? 1e-6 : 0.0;
    for (int i = 1; i < 3; i++)
        assert_true(fabs((double)encoded[i] - (double)encoded[0]) <= tolerance);
    return encoded[0];
}

/* A tenth of a step of 16 bits for the encoding; the filmic curve's own power has up to twice that,
 * and so have the logarithm and the matrices of AgX. */
static void test_curves(void **state)
{
    (void)state;
    for (int i = -24000; i <= 5000; i++) {
        float c = (float)pow(2.0, i / 1000.0);
        assert_true(fabs((double)apply(VD_TONE_LINEAR, 0.0f, c) - srgb((double)c)) < 1.5e-6);
        assert_true(fabs((double)apply(VD_TONE_FILMIC, 0.0f, c) - srgb(filmic((double)c))) < 3e-6);
        assert_true(fabs((double)apply(VD_TONE_AGX, 0.0f, c) - srgb(agx((double)c))) < 3e-6);
    }
    assert_true(fabs((double)apply(VD_TONE_FILMIC, 0.0f, 0.18f) - srgb(0.18)) < 4e-6);
    assert_true(fabs((double)apply(VD_TONE_AGX, 0.0f, 0.18f) - srgb(0.18)) < 1e-6);
}

static void test_monotone(void **state)
{
    (void)state;
    float last[3] = {-1.0f, -1.0f, -1.0f};
    for (int i = 0; i <= 20000; i++) {
        float c = (float)i * 6e-4f;
        for (int curve = 0; curve < 3; curve++) {
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
    for (int curve = 0; curve < 3; curve++) {
        vd_tone_curve which = (vd_tone_curve)curve;
        assert_true(apply(which, 0.0f, 0.0f) == 0.0f);
        assert_true(apply(which, 0.0f, -1.0f) == 0.0f);
        assert_true(apply(which, 0.0f, -INFINITY) == 0.0f);
        assert_true(apply(which, 0.0f, 1e-40f) >= 0.0f);
        assert_true(apply(which, 0.0f, NAN) == 0.0f);
        assert_true(apply(which, 0.0f, INFINITY) == 1.0f);
        assert_true(apply(which, 32.0f, 1e30f) == 1.0f);
        assert_true(apply(which, 2.0f, 0.05f) == apply(which, 0.0f, 0.2f));
        assert_true(apply(which, -1.0f, 0.5f) == apply(which, 0.0f, 0.25f));
    }
    assert_true(apply(VD_TONE_LINEAR, 0.0f, 1.0f) == 1.0f);
    assert_true(apply(VD_TONE_FILMIC, 0.0f, 1.0f) < 0.9f);
    assert_true(apply(VD_TONE_FILMIC, 0.0f, 11.4f) == 1.0f);
    assert_true(apply(VD_TONE_AGX, 0.0f, 16.2f) < 1.0f);
    assert_true(apply(VD_TONE_AGX, 0.0f, 16.3f) > 0.999999f);
    assert_true(apply(VD_TONE_AGX, 0.0f, 1.7e-4f) < 1e-6f);
}

static double decode(float v)
{
    return v <= 0.04045f ? (double)v / 12.92 : pow(((double)v + 0.055) / 1.055, 2.4);
}

/* The slope of log display over log light at mid-grey is 1: the difference across a tenth of a
 * stop, whose error by the curve's third derivative is below a thousandth. */
static void test_agx_contrast(void **state)
{
    (void)state;
    double below = decode(apply(VD_TONE_AGX, -0.05f, 0.18f));
    double above = decode(apply(VD_TONE_AGX, 0.05f, 0.18f));
    assert_true(fabs(log2(above / below) / 0.1 - 1.0) < 0.001);
}

/* Hue in degrees and chroma in Oklab (Ottosson 2020) of an encoded colour. */
static double oklab_hue(const float encoded[3], double *chroma)
{
    double r = decode(encoded[0]), g = decode(encoded[1]), b = decode(encoded[2]);
    double l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
    double m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
    double s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
    double x = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
    double y = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
    *chroma = hypot(x, y);
    return atan2(y, x) * 180.0 / acos(-1.0);
}

/* Bright primaries and secondaries bleach to white, and on the way neither does a channel fall nor
 * the hue turn: by at most 6 degrees while there is a third of the colour. */
static void test_agx_bleaches(void **state)
{
    (void)state;
    for (int which = 1; which < 7; which++) {
        float rgb[3], last[3] = {0.0f, 0.0f, 0.0f}, encoded[3];
        double chroma, most = 0.0;
        for (int i = 0; i < 3; i++) rgb[i] = which >> i & 1 ? 1.0f : 0.0f;
        double hue = oklab_hue(rgb, &chroma);
        for (int step = -400; step <= 1200; step++) {
            apply_rgb(VD_TONE_AGX, (float)step / 100.0f, rgb, encoded);
            for (int i = 0; i < 3; i++) {
                assert_true(encoded[i] >= last[i] - 1e-6f && encoded[i] <= 1.0f);
                last[i] = encoded[i];
            }
            double turn = remainder(oklab_hue(encoded, &chroma) - hue, 360.0);
            most = chroma > most ? chroma : most;
            if (chroma > most / 3.0) assert_true(fabs(turn) < 6.0);
        }
        for (int i = 0; i < 3; i++) assert_true(encoded[i] > 0.999999f);
    }
}

/* The most that a colour's hue turns from four stops below to ten above, while it has a third of
 * its chroma. */
static double most_turn(vd_tone_curve curve, const float rgb[3])
{
    float encoded[3];
    double turns[141], chromas[141], chroma, most = 0.0, largest = 0.0;
    apply_rgb(VD_TONE_LINEAR, 0.0f, rgb, encoded);
    double hue = oklab_hue(encoded, &chroma);
    for (int i = 0; i <= 140; i++) {
        apply_rgb(curve, (float)i / 10.0f - 4.0f, rgb, encoded);
        turns[i] = fabs(remainder(oklab_hue(encoded, &chromas[i]) - hue, 360.0));
        largest = chromas[i] > largest ? chromas[i] : largest;
    }
    for (int i = 0; i <= 140; i++)
        if (chromas[i] > largest / 3.0 && turns[i] > most) most = turns[i];
    return most;
}

/* Orange, sky, violet, sand: mixed colours turn at most two thirds as much as by filmic. */
static void test_agx_turns_less(void **state)
{
    static const float mixed[][3] = {
        {1.0f, 0.3f, 0.02f}, {0.2f, 0.45f, 1.0f}, {0.35f, 0.1f, 1.0f}, {0.8f, 0.45f, 0.3f}};
    (void)state;
    for (size_t i = 0; i < sizeof(mixed) / sizeof(mixed[0]); i++)
        assert_true(most_turn(VD_TONE_AGX, mixed[i]) <
                    most_turn(VD_TONE_FILMIC, mixed[i]) * 2.0 / 3.0);
}

/* Huge, negative and absent numbers in any channel: always a colour. */
static void test_agx_takes_anything(void **state)
{
    static const float odd[] = {0.0f, -0.0f, -1e30f, 1e-42f, 1e30f, 3.4e38f, INFINITY, NAN, 0.5f};
    const int count = sizeof(odd) / sizeof(odd[0]);
    (void)state;
    for (int i = 0; i < count * count * count; i++) {
        float encoded[3];
        const float rgb[3] = {odd[i % count], odd[i / count % count], odd[i / count / count]};
        apply_rgb(VD_TONE_AGX, 0.0f, rgb, encoded);
        for (int c = 0; c < 3; c++) assert_true(encoded[c] >= 0.0f && encoded[c] <= 1.0f);
    }
}

/* (c - black) / (white - black), after exposure and before the curve. */
static void test_points(void **state)
{
    (void)state;
    for (int curve = 0; curve < 3; curve++) {
        vd_tone_options options = vd_tone_plain((vd_tone_curve)curve);
        options.exposure_stops = 1.0f;
        options.black = 0.25;
        options.white = 2.25;
        vd_tone tone = vd_tone_make(&options);
        for (int i = 0; i <= 300; i++) {
            float c = (float)i / 100.0f, encoded[3];
            vd_tone_apply(&tone, (float[3]){c, c, c}, encoded);
            float through = apply((vd_tone_curve)curve, 0.0f, c - 0.125f);
            assert_true(fabsf(encoded[0] - through) < 1e-6f);
        }
    }
}

/* Grey between the tints, channel by channel, in encoded values. */
static void test_tints(void **state)
{
    static const float shadow[3] = {0.05f, 0.02f, 0.2f}, light[3] = {1.0f, 0.9f, 0.001f};
    (void)state;
    vd_tone_options options = vd_tone_plain(VD_TONE_FILMIC);
    for (int i = 0; i < 3; i++) {
        options.tint_shadow[i] = shadow[i];
        options.tint_light[i] = light[i];
    }
    vd_tone tone = vd_tone_make(&options);
    for (int i = 0; i <= 1300; i++) {
        float c = (float)i / 100.0f, encoded[3];
        vd_tone_apply(&tone, (float[3]){c, c, c}, encoded);
        double way = srgb(filmic((double)c));
        for (int k = 0; k < 3; k++) {
            double from = srgb((double)shadow[k]), to = srgb((double)light[k]);
            assert_true(fabs((double)encoded[k] - (from + (to - from) * way)) < 4e-6);
        }
    }
}

/* With the defaults nothing is left of them: not a bit. */
static void test_plain_is_identity(void **state)
{
    (void)state;
    vd_tone_options options = vd_tone_plain(VD_TONE_LINEAR);
    vd_tone tone = vd_tone_make(&options);
    assert_true(tone.gain == 1.0f && tone.offset == 0.0f);
    for (int i = 0; i < 3; i++)
        assert_true(tone.tint_shadow[i] == 0.0f && tone.tint_range[i] == 1.0f);
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

/* Illuminant D50, of 5003 K and chromaticity 0.34567, 0.35850 (CIE 15:2004, table T.3), is grey at
 * its balance, and the brightness of white stays. */
static void test_white_balance(void **state)
{
    (void)state;
    vd_tone_options options = vd_tone_plain(VD_TONE_LINEAR);
    options.white_balance_k = VD_TONE_WHITE_K;
    vd_tone same = vd_tone_make(&options);
    for (int i = 0; i < 3; i++) assert_true(same.balance[i] == 1.0f);
    options.white_balance_k = 5003.0;
    vd_tone warm = vd_tone_make(&options);
    const double x = 0.34567 / 0.35850, z = (1.0 - 0.34567 - 0.35850) / 0.35850;
    const float d50[3] = {(float)(0.2 * (3.2404542 * x - 1.5371385 - 0.4985314 * z)),
                          (float)(0.2 * (-0.9692660 * x + 1.8760108 + 0.0415560 * z)),
                          (float)(0.2 * (0.0556434 * x - 0.2040259 + 1.0572252 * z))};
    float encoded[3];
    vd_tone_apply(&warm, d50, encoded);
    for (int i = 0; i < 3; i++) assert_true(fabs((double)encoded[i] - srgb(0.2)) < 2e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_curves),
        cmocka_unit_test(test_white_balance),
        cmocka_unit_test(test_monotone),
        cmocka_unit_test(test_ends_and_exposure),
        cmocka_unit_test(test_agx_contrast),
        cmocka_unit_test(test_agx_bleaches),
        cmocka_unit_test(test_agx_turns_less),
        cmocka_unit_test(test_agx_takes_anything),
        cmocka_unit_test(test_points),
        cmocka_unit_test(test_tints),
        cmocka_unit_test(test_plain_is_identity),
        cmocka_unit_test(test_quantise_rounds),
        cmocka_unit_test(test_dither_is_unbiased),
        cmocka_unit_test(test_dither_keeps_ends),
        cmocka_unit_test(test_dither_is_white),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
