/* The noise target on large windows: 256 x 256 pixels in the middle of each sample DEM (or all of a
 * smaller one), in the default look and as in clear sun, against 4,096 samples of another seed. The
 * error in display values must be 0.7 to 1.3 of what was asked, or less where every block had ended
 * at the least number of samples. docs/performance.md has the figures.
 *
 *     VEDUTA_TEST_DEM=FILE      this DEM instead
 *     VEDUTA_TEST_SAMPLES=N     of the reference */
#include <math.h>

#include "api/api.h"
#include "picture.h"

#define SIDE 256
/* Fewer than these no block gets (noise.c). */
#define LEAST 8u

static const char *const dems[] = {VD_SOURCE_DIR "/data/bigtujunga.tif",
                                   VD_SOURCE_DIR "/data/jacksboro.tif",
                                   VD_SOURCE_DIR "/data/zion.tif", VD_SOURCE_DIR "/data/rmnp.tif"};
static const char *const looks[] = {"default", "physical"};
static const char *const targets[] = {"0.01", "0.005"};

typedef struct display_picture {
    int pixels;
    float *values; /* [pixels][3] */
    vd_film_samples samples;
} display_picture;

static void set_window(vd_context *context, vd_settings *settings, const char *dem)
{
    char window[64];
    vd_dem_options options = {.path = dem, .band = 1};
    vd_dem_info info;
    test_ok(context, vd_dem_probe(context, &options, &info));
    int width = info.nx < SIDE ? info.nx : SIDE, height = info.ny < SIDE ? info.ny : SIDE;
    snprintf(window, sizeof window, "%d,%d,%d,%d", (info.nx - width) / 2, (info.ny - height) / 2,
             width, height);
    test_ok(context, vd_settings_set(context, settings, "dem.srcwin", window));
    vd_dem_info_clear(&info);
}

static display_picture render(const char *dem, const char *look, const char *const *knobs)
{
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    vd_picture *picture = NULL;
    display_picture out;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings(context, dem, knobs, NULL);
    if (strcmp(look, "default") != 0) test_ok(context, vd_settings_preset(context, settings, look));
    set_window(context, settings, dem);
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_render(context, scene, &picture));

    test_picture linear = test_picture_of(context, picture);
    vd_tone tone = vd_picture_tone(settings, 0.0f);
    out.pixels = linear.width * linear.height;
    out.values = malloc((size_t)out.pixels * 3 * sizeof(float));
    assert_non_null(out.values);
    for (int i = 0; i < out.pixels; i++)
        vd_tone_apply(&tone, linear.rgba + 4 * (size_t)i, out.values + 3 * (size_t)i);
    test_ok(context, vd_film_count_samples(context, picture->film, &out.samples));
    free(linear.rgba);
    vd_picture_destroy(picture);
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return out;
}

static double error_between(const display_picture *a, const display_picture *b)
{
    double sum = 0.0;
    assert_int_equal(a->pixels, b->pixels);
    for (int i = 0; i < 3 * a->pixels; i++) {
        double error = (double)a->values[i] - (double)b->values[i];
        sum += error * error;
    }
    return sqrt(sum / (3.0 * a->pixels));
}

/* How many of the targets were missed. */
static int measure(const char *dem, const char *look)
{
    char samples[16];
    int missed = 0;
    snprintf(samples, sizeof samples, "%d", test_env("VEDUTA_TEST_SAMPLES", 4096));
    const char *of_reference[] = {"render.samples", samples, "render.seed", "77", NULL};
    display_picture reference = render(dem, look, of_reference);
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        const char *knobs[] = {"render.samples", "4096", "render.noise", targets[i], NULL};
        display_picture noisy = render(dem, look, knobs);
        double error = error_between(&noisy, &reference), met = error / atof(targets[i]);
        bool good = met < 1.3 && (met > 0.7 || noisy.samples.most == LEAST);
        printf("%s, %s, asked %s: got %.5f (%.2f), samples %.1f (%u to %u)%s\n",
               strrchr(dem, '/') + 1, look, targets[i], error, met, noisy.samples.mean,
               noisy.samples.least, noisy.samples.most, good ? "" : "  MISSED");
        fflush(stdout);
        missed += !good;
        free(noisy.values);
    }
    free(reference.values);
    return missed;
}

static void test_windows(void **state)
{
    (void)state;
    const char *only = getenv("VEDUTA_TEST_DEM");
    int missed = 0;
    for (size_t i = 0; i < (only ? 1 : sizeof dems / sizeof dems[0]); i++)
        for (size_t k = 0; k < sizeof looks / sizeof looks[0]; k++)
            missed += measure(only ? only : dems[i], looks[k]);
    assert_int_equal(missed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_windows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
