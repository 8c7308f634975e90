/* AOVs that tell lights apart, of clouds: for them paths are not taken from point to point of a
 * cloud (kernel/cloud_path.h) but by its other way, which must come to the same. */
#include "aov_fixture.h"
#include "api/api.h"

static const char *const none[] = {NULL};

static const char *const clouds[] = {"camera.size",
                                     "40x24",
                                     "clouds.kind",
                                     "stratus",
                                     "clouds.coverage",
                                     "0.7",
                                     "clouds.base",
                                     "1500",
                                     "clouds.extinction",
                                     "0.006",
                                     "sky.model",
                                     "gradient",
                                     "sun.size",
                                     "2",
                                     "background.fill",
                                     "sky",
                                     "terrain.border",
                                     "extend",
                                     "camera.fov",
                                     "90",
                                     "render.samples",
                                     "32",
                                     NULL};

/** Fails unless the shares of lights add up to beauty, within rounding of its floats. */
static void check_sum(const shot *s, const char *first, const char *second)
{
    float *a = aov_of(s, first, NULL), *b = aov_of(s, second, NULL), *rgba = beauty_of(s);
    for (int i = 0; i < 3 * s->width * s->height; i++) {
        double sum = (double)a[i] + (double)b[i];
        double whole = (double)rgba[i / 3 * 4 + i % 3] * (double)rgba[i / 3 * 4 + 3];
        double large = fmax(fabs((double)a[i]), fabs((double)b[i]));
        if (fabs(sum - whole) > 4e-7 * large + 1e-12)
            fail_msg("%s and %s add up to %.9g, not %.9g", first, second, sum, whole);
    }
    free(a);
    free(b);
    free(rgba);
}

/* Pixels are independent and have the same mean in both pictures, so the difference of the pictures
 * has a mean of 0 and the standard error that its pixels say. */
static void test_split(void **state)
{
    (void)state;
    shot s = take("render", WINDOW, clouds, none);
    float *walked = beauty_of(&s);
    vd_picture_destroy(s.picture);
    test_ok(s.context, vd_settings_set(s.context, s.scene->settings, "aov.names", "all"));
    test_ok(s.context, vd_render(s.context, s.scene, &s.picture));
    float *apart = beauty_of(&s);
    check_sum(&s, "light_sun", "light_sky");
    check_sum(&s, "direct", "indirect");
    double mean = 0.0, sum = 0.0, squares = 0.0;
    int count = s.width * s.height;
    for (int i = 0; i < count; i++) {
        double off = (double)apart[4 * i + 1] - (double)walked[4 * i + 1];
        mean += (double)walked[4 * i + 1] / count;
        sum += off / count;
        squares += off * off / count;
    }
    double error = sqrt((squares - sum * sum) / (count - 1));
    printf("mean %.5f, with lights apart %+.5f +- %.5f (%+.2f errors)\n", mean, sum, error,
           sum / error);
    assert_true(error > 0.0 && error < 0.01 * mean);
    assert_true(fabs(sum) < 4.0 * error);
    free(walked);
    free(apart);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_split)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
