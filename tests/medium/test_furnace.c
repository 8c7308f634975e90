/* Closed forms on a real DEM: the white furnace, and a plane under the sun. */
#include <math.h>

#include "base/base.h"
#include "film/film.h"
#include "picture.h"
#include "render/render.h"
#include "scene/scene.h"

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
                                        "render.samples",
                                        "32",
                                        "terrain.z_factor",
                                        "2",
                                        NULL};
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    vd_film *film = NULL;
    vd_render_stats stats;
    (void)state;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings =
        test_settings(context, VD_SOURCE_DIR "/tests/data/window.tif", knobs, NULL);
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_render_scene(context, scene, &film, &stats));
    int count = vd_film_width(film) * vd_film_height(film), outliers = 0;
    vd_film_pixel *pixels = malloc((size_t)count * sizeof(*pixels));
    assert_non_null(pixels);
    test_ok(context,
            vd_film_load(context, film, 0, 0, vd_film_width(film), vd_film_height(film), pixels));
    double sum = 0.0;
    for (int i = 0; i < count; i++) {
        double n = pixels[i].count, mean = pixels[i].sum[1] / n;
        double error = sqrt((double)pixels[i].m2 / (n * (n - 1.0)));
        sum += mean;
        outliers += fabs(mean - 1.0) > 5.0 * error + 1.0e-6;
    }
    printf("furnace: mean %.6f, pixels beyond 5 standard errors: %d of %d\n", sum / count, outliers,
           count);
    assert_true(fabs(sum / count - 1.0) < 5.0e-4);
    assert_int_equal(outliers, 0);
    free(pixels);
    vd_film_destroy(film);
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
