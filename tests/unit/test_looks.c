/* Tone curves that came with the effects, saturation and tables of colours: against their formulas
 * in double precision, and tables against functions that interpolation must reproduce. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "post/tone.h"

static double decode(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/** What a tone shows of a colour, linear again. The encoding is off by 1e-5 at most. */
static void show(const vd_tone_options *options, const float c[3], double out[3])
{
    float encoded[3];
    vd_tone tone = vd_tone_make(options);
    vd_tone_apply(&tone, c, encoded);
    for (int i = 0; i < 3; i++) out[i] = decode((double)encoded[i]);
}

static const float colours[][3] = {{0.18f, 0.18f, 0.18f}, {0.5f, 0.3f, 0.2f}, {0.02f, 0.4f, 0.1f},
                                   {2.0f, 0.5f, 0.1f},    {0.0f, 0.0f, 0.0f}, {9.0f, 8.0f, 12.0f}};
enum { COLOURS = 6 };

/* Khronos PBR Neutral (specification, 2024): a toe of 0.04, the colour itself up to 0.8 of white
 * less that, and above it a shoulder that bleaches. */
static void test_neutral(void **state)
{
    (void)state;
    vd_tone_options options = vd_tone_plain(VD_TONE_NEUTRAL);
    for (int k = 0; k < COLOURS; k++) {
        double c[3], got[3], least = 1e9, peak = 0.0;
        for (int i = 0; i < 3; i++) c[i] = (double)colours[k][i];
        for (int i = 0; i < 3; i++) least = fmin(least, c[i]);
        double toe = least < 0.08 ? least - 6.25 * least * least : 0.04;
        for (int i = 0; i < 3; i++) peak = fmax(peak, c[i] -= toe);
        if (peak >= 0.76) {
            double shown = 1.0 - 0.24 * 0.24 / (peak + 0.24 - 0.76);
            double white = 1.0 - 1.0 / (0.15 * (peak - shown) + 1.0);
            for (int i = 0; i < 3; i++) c[i] *= shown / peak;
            for (int i = 0; i < 3; i++) c[i] = c[i] * (1.0 - white) + shown * white;
        }
        show(&options, colours[k], got);
        for (int i = 0; i < 3; i++) assert_true(fabs(got[i] - c[i]) < 5e-5);
    }
}

/* Greys rise from black to white under ACES's curve, stay grey, and 0.18 is shown as 0.106, as the
 * fit has it: its matrices' rows add up to 1, and the rational function of 0.18 is that. */
static void test_aces(void **state)
{
    (void)state;
    vd_tone_options options = vd_tone_plain(VD_TONE_ACES);
    double last = -1.0;
    for (int k = 0; k <= 200; k++) {
        double got[3], x = k == 0 ? 0.0 : pow(2.0, -8.0 + 0.08 * k);
        const float grey[3] = {(float)x, (float)x, (float)x};
        double wanted =
            (x * (x + 0.0245786) - 0.000090537) / (x * (0.983729 * x + 0.4329510) + 0.238081);
        show(&options, grey, got);
        assert_true(fabs(got[0] - fmin(fmax(wanted, 0.0), 1.0)) < 1e-4);
        assert_true(fabs(got[0] - got[1]) < 1e-4 && fabs(got[1] - got[2]) < 1e-4);
        assert_true(got[0] >= last - 1e-6);
        last = got[0];
    }
    assert_true(last > 0.97);
}

/* Colours change at their luminance; 0 is grey, 1 nothing. */
static void test_saturation(void **state)
{
    (void)state;
    const double weights[3] = {0.2126, 0.7152, 0.0722};
    for (int k = 0; k < 3; k++)
        for (int s = 0; s <= 3; s++) {
            vd_tone_options options = vd_tone_plain(VD_TONE_LINEAR);
            double got[3], luminance = 0.0, was = 0.0;
            options.saturation = 0.5f * (float)s;
            show(&options, colours[k], got);
            for (int i = 0; i < 3; i++) {
                luminance += weights[i] * got[i];
                was += weights[i] * (double)colours[k][i];
            }
            for (int i = 0; i < 3; i++) {
                double wanted = was + 0.5 * s * ((double)colours[k][i] - was);
                assert_true(fabs(got[i] - fmax(wanted, 0.0)) < 1e-4);
            }
            if (s <= 2) assert_true(fabs(luminance - was) < 1e-4);
        }
}

static void write_cube(const char *path, const char *head, int size, bool is_cube)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "TITLE \"a test\"\n# a comment\n%s_SIZE %d\n%s", is_cube ? "LUT_3D" : "LUT_1D",
            size, head);
    for (int b = 0; b < (is_cube ? size : 1); b++)
        for (int g = 0; g < (is_cube ? size : 1); g++)
            for (int r = 0; r < size; r++) {
                double u = r / (size - 1.0), v = is_cube ? g / (size - 1.0) : u;
                double w = is_cube ? b / (size - 1.0) : u;
                fprintf(file, "%.9g %.9g %.9g\n", 0.1 + 0.5 * u + 0.2 * v, 0.9 - 0.3 * v + 0.1 * w,
                        0.05 + 0.25 * (u + v + w));
            }
    fclose(file);
}

/* A function that is linear in all three is itself between the points, red running fastest; a table
 * of one dimension acts on each channel; a domain shifts it, and what is beyond takes its end. */
static void test_tables(void **state)
{
    (void)state;
    vd_context *context = NULL;
    vd_lut *lut;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    write_cube("looks.cube", "", 5, true);
    assert_int_equal(vd_lut_load(context, "looks.cube", &lut), VD_OK);
    for (int k = 0; k < 500; k++) {
        float c[3] = {(float)(k * 37 % 101) / 100.0f, (float)(k * 59 % 103) / 102.0f,
                      (float)(k * 83 % 107) / 106.0f};
        double u = (double)c[0], v = (double)c[1], w = (double)c[2];
        vd_lut_apply(lut, c);
        assert_true(fabs((double)c[0] - (0.1 + 0.5 * u + 0.2 * v)) < 1e-6);
        assert_true(fabs((double)c[1] - (0.9 - 0.3 * v + 0.1 * w)) < 1e-6);
        assert_true(fabs((double)c[2] - (0.05 + 0.25 * (u + v + w))) < 1e-6);
    }
    vd_lut_destroy(lut);
    write_cube("looks.cube", "DOMAIN_MIN 0.5 0.5 0.5\nDOMAIN_MAX 1.5 1.5 1.5\n", 3, false);
    assert_int_equal(vd_lut_load(context, "looks.cube", &lut), VD_OK);
    float c[3] = {0.75f, 1.0f, 9.0f};
    vd_lut_apply(lut, c);
    assert_true(fabs((double)c[0] - (0.1 + 0.7 * 0.25)) < 1e-6);
    assert_true(fabs((double)c[1] - (0.9 - 0.2 * 0.5)) < 1e-6);
    assert_true(fabs((double)c[2] - 0.8) < 1e-6);
    vd_lut_destroy(lut);
    FILE *file = fopen("looks.cube", "w"); /* with a byte order mark */
    assert_non_null(file);
    fprintf(file, "\xef\xbb\xbfLUT_1D_SIZE 2\r\n0 0 0\r\n1 0.5 1\r\n");
    fclose(file);
    assert_int_equal(vd_lut_load(context, "looks.cube", &lut), VD_OK);
    vd_lut_destroy(lut);
    vd_context_destroy(context);
    remove("looks.cube");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_neutral),
        cmocka_unit_test(test_aces),
        cmocka_unit_test(test_saturation),
        cmocka_unit_test(test_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
