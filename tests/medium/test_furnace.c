/* Closed forms on a real DEM: the white furnace, and a plane under the sun. */
#include <math.h>

#include "kernel/view.h"
#include "picture.h"
#include "scene/scene.h"

/* A pixel's mean and its standard error. Returns whether it is within five of them of 1. */
static bool is_white(const vdk_scene *flat, int x, int y, int samples, double *mean)
{
    vdk_uint rays = 0;
    vdk_sampler sampler = vdk_sampler_at(flat->pattern, flat->seed, x, y);
    double sum = 0.0, squares = 0.0;
    for (int s = 0; s < samples; s++) {
        double value = (double)vdk_see(flat, x, y, sampler, (vdk_uint)s, &rays).radiance.y;
        sum += value;
        squares += (value - 1.0) * (value - 1.0);
    }
    *mean = sum / samples;
    double variance = squares - samples * (*mean - 1.0) * (*mean - 1.0);
    double error = sqrt(fmax(variance, 0.0) / (samples * (samples - 1.0)));
    return fabs(*mean - 1.0) <= 5.0 * error + 1.0e-6;
}

/* White ground under a white sky: whatever the relief, every path ends in the sky and brings 1. The
 * roulette of unlimited paths is the only noise. */
static void test_white_furnace(void **state)
{
    static const char *const knobs[] = {"surface.albedo",
                                        "1",
                                        "sky.strength",
                                        "1",
                                        "sun.strength",
                                        "0",
                                        "render.bounces",
                                        "unlimited",
                                        "terrain.normals",
                                        "flat",
                                        "terrain.z_factor",
                                        "2",
                                        NULL};
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    (void)state;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings =
        test_settings(context, VD_SOURCE_DIR "/tests/data/window.tif", knobs, NULL);
    test_ok(context, vd_scene_load(context, settings, &scene));
    int count = 0, outliers = 0;
    double sum = 0.0, mean;
    for (int y = 0; y < scene->frame.height; y++)
        for (int x = y % 2; x < scene->frame.width; x += 2, count++) {
            outliers += !is_white(&scene->flat, x, y, 32, &mean);
            sum += mean;
        }
    printf("furnace: mean %.6f, pixels beyond 5 standard errors: %d of %d\n", sum / count, outliers,
           count);
    assert_true(fabs(sum / count - 1.0) < 5.0e-4);
    assert_int_equal(outliers, 0);
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

/* A plane: E cos(theta) albedo / pi, for a point of a sun and for wide ones, which both sampling
 * techniques find. A z_factor next to nothing makes the plane. */
static void check_plane(const char *size, double tolerance)
{
    const char *knobs[] = {
        "surface.albedo",   "0.5",  "suns",       "120,35,2",      "sky.strength", "0",
        "render.samples",   "64",   "dem.srcwin", "100,100,32,32", "sun.size",     size,
        "terrain.z_factor", "1e-9", NULL};
    test_picture p = test_render(VD_SOURCE_DIR "/tests/data/window.tif", knobs, NULL);
    double sum = 0.0, expected = 0.5 * 2.0 * sin(35.0 * acos(-1.0) / 180.0) / acos(-1.0);
    for (int i = 0; i < p.width * p.height; i++) sum += (double)p.rgba[4 * i];
    sum /= p.width * p.height;
    printf("plane, sun of %s degrees: %.6f, expected %.6f\n", size, sum, expected);
    assert_true(fabs(sum / expected - 1.0) < tolerance);
    free(p.rgba);
}

static void test_plane(void **state)
{
    (void)state;
    check_plane("0", 1.0e-4);
    check_plane("0.53", 1.0e-4);
    check_plane("30", 1.0e-3); /* 65,536 stratified samples of a spread of 20 %: error 2e-4 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_white_furnace),
        cmocka_unit_test(test_plane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
