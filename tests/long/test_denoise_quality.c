/* How near denoised pictures of 16 samples come to ones of 4,096: SSIM of display values, of a
 * relief and of a view; and the two visibilities by themselves. */
#include <gdal.h>

#include "composed.h"

#define ZION VD_SOURCE_DIR "/data/zion.tif"

static void render(const char *command, const char *const *knobs, const char *samples,
                   const char *method, const char *path)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(
        context, command, ZION, knobs,
        (const char *[]){"render.samples", samples, "output.path", path, "denoise.method", method,
                         "output.overwrite", "true", "output.dither", "false", NULL});
    test_write_outputs(context, settings);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static void denoised_is_near_the_truth(void **state)
{
    (void)state;
    static const struct {
        const char *name, *command;
        const char *knobs[9];
        double least;
    } cases[] = {
        {"relief", "relief", {"dem.srcwin", "150,150,128,96", NULL}, 0.97},
        {"view", "render", {"camera.size", "128x96", NULL}, 0.97},
        {"overcast view",
         "render",
         {"camera.size", "128x96", "sun.strength", "0", "sky.strength", "0.9", NULL},
         0.95} /* the hardest light: all of it from all over the sky */,
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        render(cases[i].command, cases[i].knobs, "4096", "none", "truth.png");
        render(cases[i].command, cases[i].knobs, "16", "none", "noisy.png");
        render(cases[i].command, cases[i].knobs, "16", "nlm", "clean.png");
        double noisy = test_ssim("truth.png", "noisy.png"),
               clean = test_ssim("truth.png", "clean.png");
        printf("%s: SSIM %.4f of 16 samples, %.4f denoised\n", cases[i].name, noisy, clean);
        /* Where a sun is all but all light there is little noise to take out. */
        assert_true(clean > noisy - 0.0005);
        assert_true(clean >= cases[i].least);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(denoised_is_near_the_truth)};
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
