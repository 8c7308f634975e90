/* A noise target is met: the error against many more samples, in display values, is what was asked.
 * The accepted 0.7 to 1.3 is what the guide promises. */
#include <math.h>

#include "picture.h"
#include "post/tone.h"

static const struct {
    const char *dem, *window, *target;
    const char *look[5];
} cases[] = {
    {VD_SOURCE_DIR "/tests/data/window.tif", "60,60,32,32", "0.01", {NULL}},
    {VD_SOURCE_DIR "/data/zion.tif",
     "200,200,32,32",
     "0.006",
     {"sun.size", "0.53", "tone.curve", "filmic", NULL}},
};

static vd_tone tone_of(const char *const *look)
{
    vd_tone_options tone = vd_tone_plain(VD_TONE_LINEAR);
    for (; look[0]; look += 2)
        if (strcmp(look[0], "tone.curve") == 0) tone.curve = VD_TONE_FILMIC;
    return vd_tone_make(&tone);
}

static double display_error(const test_picture *a, const test_picture *b, const vd_tone *tone)
{
    double sum = 0.0;
    for (int i = 0; i < a->width * a->height; i++) {
        float of_a[3], of_b[3];
        vd_tone_apply(tone, a->rgba + 4 * (size_t)i, of_a);
        vd_tone_apply(tone, b->rgba + 4 * (size_t)i, of_b);
        for (int c = 0; c < 3; c++) {
            double error = (double)of_a[c] - (double)of_b[c];
            sum += error * error;
        }
    }
    return sqrt(sum / (3.0 * a->width * a->height));
}

static void test_target(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *target[] = {"dem.srcwin",
                                cases[i].window,
                                "render.noise",
                                cases[i].target,
                                "render.samples",
                                "2048",
                                NULL};
        const char *reference[] = {"dem.srcwin", cases[i].window, "render.samples", "1024", NULL};
        vd_tone tone = tone_of(cases[i].look);
        test_picture a = test_render(cases[i].dem, target, cases[i].look);
        test_picture b = test_render(cases[i].dem, reference, cases[i].look);
        double met = display_error(&a, &b, &tone) / atof(cases[i].target);
        printf("%s: error %.3f of the target %s\n", cases[i].window, met, cases[i].target);
        assert_true(met > 0.7 && met < 1.3);
        free(a.rgba);
        free(b.rgba);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_target)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
