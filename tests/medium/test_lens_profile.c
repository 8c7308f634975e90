/* Lenses of lensfun's database against lensfun's own corrections: what it takes out of a photograph
 * is what is in the picture. Distortion by the rays of random pixels, and colours and light by what
 * pixels become. A build without the library has nothing to compare with, nor has a system without
 * its database. */
#include <math.h>
#include <stdlib.h>

#include "composed.h"
#include "kernel/view.h"
#include "random.h"
#include "scene/lens.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

#ifdef VD_LENSFUN
#include <lensfun/lensfun.h>

enum { WIDTH = 480, HEIGHT = 320, POINTS = 1000 };
#define DIAGONAL_MM 43.266615

/* Of each model; and a focal length between two that were measured. */
static const struct {
    const char *name, *sensor, *focal, *f_stop;
    double moved;  /* at least so many pixels by distortion */
    bool is_exact; /* light was measured at just this f-stop and focal length, far away */
} lenses[] = {
    {"Canon EF 24-70mm f/2.8L II USM", "36", "24", "2.8", 2.0, true},
    {"Canon EF 24-70mm f/2.8L II USM", "36", "28.5", "4", 1.0, false},
    {"Canon EF 24-70mm f/2.8L II USM", "22.3", "24", "2.8", 0.5, true},
    {"Tamron 35-70mm f/3.5 CF Macro", "23.6", "35", "3.5", 0.5, false},
    {"Canon EF-S 18-55mm f/3.5-5.6", "22.2", "18", "3.5", 2.0, false},
};

static lfDatabase *database;

/** Opens a scene through one of them, and the library's correction of its pictures. Its pictures
 *  are a pixel larger, since it counts from the first pixel's centre to the last one's. */
static lfModifier *open_lens(int i, stage *s, vd_lens_profile *profile)
{
    const double sensor = strtod(lenses[i].sensor, NULL), focal = strtod(lenses[i].focal, NULL);
    const double crop = DIAGONAL_MM / (sensor * hypot(1.0, (double)HEIGHT / WIDTH));
    *s = open_stage(WINDOW, (const char *[]){"camera.size", "480x320", NULL},
                    (const char *[]){"lens.profile", lenses[i].name, "camera.sensor_width",
                                     lenses[i].sensor, "camera.focal_length", lenses[i].focal,
                                     "lens.f_stop", lenses[i].f_stop, NULL});
    const vd_lens_shot shot = {focal, sensor, (double)HEIGHT / WIDTH, 0.0, 1000.0};
    test_ok(s->context, vd_lens_profile_find(s->context, s->settings, &shot, profile));
    const lfLens *best = NULL, *const *all = lf_db_get_lenses(database);
    for (int k = 0; all[k]; k++)
        if (strcmp(all[k]->Model, lenses[i].name) == 0 &&
            (double)all[k]->CropFactor < crop * 1.01 &&
            (!best || all[k]->CropFactor > best->CropFactor))
            best = all[k];
    assert_non_null(best);
    lfModifier *m = lf_modifier_new(best, (float)crop, WIDTH + 1, HEIGHT + 1);
    lf_modifier_initialize(m, best, LF_PF_F32, (float)focal, strtof(lenses[i].f_stop, NULL),
                           1000.0f, 1.0f, LF_RECTILINEAR,
                           LF_MODIFY_DISTORTION | LF_MODIFY_TCA | LF_MODIFY_VIGNETTING, 0);
    return m;
}

/* A picture knows places to the pixel's own width times 2^-24 or so; the library works in floats,
 * too. */
static void distortion_is_the_librarys(void **state)
{
    (void)state;
    for (int i = 0; i < (int)(sizeof(lenses) / sizeof(lenses[0])); i++) {
        stage s;
        vd_lens_profile profile;
        lfModifier *m = open_lens(i, &s, &profile);
        const vdk_view_camera *c = &s.scene->flat.view;
        test_random random = {3};
        double worst = 0.0, moved = 0.0, back = 0.0;
        assert_int_equal(c->lens.is_distorted, VDK_DISTORTION_MEASURED);
        for (int k = 0; k < POINTS; k++) {
            int px = (int)(test_unit(&random) * WIDTH), py = (int)(test_unit(&random) * HEIGHT);
            vdk_sight sight = {0};
            float at[2];
            assert_true(vdk_view_ray(&s.scene->flat, px, py, 0.0f, 0.0f, &sight));
            double z = (double)vdk_vec_dot(sight.direction, c->forward) * (double)c->pixel;
            double x = 0.5 * WIDTH + (double)vdk_vec_dot(sight.direction, c->right) / z;
            double y = 0.5 * HEIGHT - (double)vdk_vec_dot(sight.direction, c->up) / z;
            assert_true(lf_modifier_apply_geometry_distortion(m, (float)x, (float)y, 1, 1, at) ==
                        1);
            worst = fmax(worst, hypot((double)at[0] - (px + 0.5), (double)at[1] - (py + 0.5)));
            moved = fmax(moved, hypot(x - (px + 0.5), y - (py + 0.5)));
            double to[2] = {(x - 0.5 * WIDTH) * (double)c->pixel,
                            (0.5 * HEIGHT - y) * (double)c->pixel};
            assert_true(vd_lens_arrives(&c->lens, &to[0], &to[1]));
            back = fmax(back, hypot(0.5 * WIDTH + to[0] / (double)c->pixel - (px + 0.5),
                                    0.5 * HEIGHT - to[1] / (double)c->pixel - (py + 0.5)));
        }
        printf("%s at %s mm: moves up to %.2f px; off by %.5f px, and projected by %.5f\n",
               lenses[i].name, lenses[i].focal, moved, worst, back);
        assert_true(worst < 0.05 && back < 0.05 && moved > lenses[i].moved);
        lf_modifier_destroy(m);
        close_stage(&s);
    }
}

/* Where red and blue are taken from, and how much light is given back. Where the three that light
 * depends on were not measured together both interpolate, by other weights. */
static void colours_and_light_are_the_librarys(void **state)
{
    (void)state;
    for (int i = 0; i < (int)(sizeof(lenses) / sizeof(lenses[0])); i++) {
        stage s;
        vd_lens_profile p;
        lfModifier *m = open_lens(i, &s, &p);
        const double pixel = (double)s.scene->flat.view.pixel;
        double colours = 0.0, light = 0.0, least = 1.0;
        for (int y = 0; y <= HEIGHT; y += 16)
            for (int x = 0; x <= WIDTH; x += 16) {
                double dx = x - 0.5 * WIDTH, dy = y - 0.5 * HEIGHT, r = pixel * hypot(dx, dy);
                float at[6], given[3] = {1.0f, 1.0f, 1.0f};
                if (p.has_colour) {
                    double red = p.red[0] + r * (p.red[1] + r * p.red[2]);
                    double blue = p.blue[0] + r * (p.blue[1] + r * p.blue[2]);
                    assert_true(lf_modifier_apply_subpixel_distortion(m, (float)x, (float)y, 1, 1,
                                                                      at) == 1);
                    colours = fmax(colours, hypot(0.5 * WIDTH + red * dx - (double)at[0],
                                                  0.5 * HEIGHT + red * dy - (double)at[1]));
                    colours = fmax(colours, hypot(0.5 * WIDTH + blue * dx - (double)at[4],
                                                  0.5 * HEIGHT + blue * dy - (double)at[5]));
                }
                if (!p.has_light) continue;
                double q = r * r, left = 1.0 + q * (p.light[0] + q * (p.light[1] + q * p.light[2]));
                assert_true(lf_modifier_apply_color_modification(m, given, (float)x, (float)y, 1, 1,
                                                                 LF_CR_3(RED, GREEN, BLUE),
                                                                 (int)sizeof(given)) == 1);
                light = fmax(light, fabs(left * (double)given[1] - 1.0));
                least = fmin(least, left);
            }
        printf("%s at %s mm, f/%s: colours off by %.5f px; light, %.2f at the corners, by %.4f\n",
               lenses[i].name, lenses[i].focal, lenses[i].f_stop, colours, least, light);
        assert_true(colours < 0.05);
        assert_true(light < (lenses[i].is_exact ? 0.005 : 0.1));
        lf_modifier_destroy(m);
        close_stage(&s);
    }
}

/* What rays have not done of a lens, a file notes: composed, it is the rendered picture. */
static void composed_as_rendered(void **state)
{
    (void)state;
    char error[256];
    vd_context *context = NULL;
    vd_comparison found;
    const vd_compare_options options = {0};
    static const char *const lens[] = {"camera.size",
                                       "96x64",
                                       "camera.focal_length",
                                       "24",
                                       "output.overwrite",
                                       "true",
                                       "render.samples",
                                       "4",
                                       NULL};
    static const char *const files[] = {"measured.exr", "measured.png", "straight.exr"};
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    for (int i = 0; i < 3; i++) {
        vd_settings *settings = test_settings_for(
            context, "render", WINDOW, lens,
            (const char *[]){"output.path", files[i], i < 2 ? "lens.profile" : NULL, lenses[0].name,
                             i == 0 ? "output.type" : NULL, "Float32", NULL});
        test_write_outputs(context, settings);
        vd_settings_destroy(settings);
    }
    test_composed(
        (const char *[]){"compose.path", "measured.exr", "output.path", "again.png", NULL}, NULL);
    test_ok(context, vd_compare_files(context, "measured.png", "again.png", &options, &found));
    printf("composed against rendered: %.1f dB\n", found.psnr);
    assert_true(found.psnr > 60.0);
    test_composed((const char *[]){"compose.path", "straight.exr", "output.path", "after.png",
                                   "lens.profile", lenses[0].name, NULL},
                  NULL);
    double after, none;
    test_ok(context, vd_compare_files(context, "measured.png", "after.png", &options, &found));
    after = found.psnr;
    test_composed((const char *[]){"compose.path", "straight.exr", "output.path", "none.png", NULL},
                  NULL);
    test_ok(context, vd_compare_files(context, "measured.png", "none.png", &options, &found));
    none = found.psnr;
    printf("after the fact: %.2f dB, without: %.2f dB\n", after, none);
    assert_true(after > none + 3.0);
    assert_int_equal(
        test_compose((const char *[]){"compose.path", "measured.exr", "output.path", "twice.png",
                                      "lens.profile", lenses[0].name, NULL},
                     NULL, error),
        VD_ERR_SETTING);
    assert_non_null(strstr(error, "rendered through a lens that was measured"));
    vd_context_destroy(context);
}

static void refuse(const char *const *knobs, const char *says)
{
    vd_context *context = NULL;
    vd_scene *scene;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, "render", WINDOW, knobs, NULL);
    assert_int_equal(vd_scene_load(context, settings, &scene), VD_ERR_SETTING);
    printf("%s\n", vd_context_error(context));
    assert_non_null(strstr(vd_context_error(context), says));
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static void what_cannot_be_is_refused(void **state)
{
    (void)state;
    const char *name = lenses[0].name;
#define NAMED(name) "lens.profile", name, "camera.focal_length"
    refuse((const char *[]){NAMED("Cannon EF 24-70 f/2.8L II"), "24", NULL},
           "\"Canon EF 24-70mm f/2.8L II USM\"");
    refuse((const char *[]){NAMED("24-70mm"), "24", NULL}, "several lenses");
    refuse((const char *[]){NAMED(name), "18", NULL}, "focal lengths from 24 to 70 mm");
    refuse((const char *[]){NAMED(name), "24", "lens.f_stop", "1.4", NULL}, "USM opens to f/2.8");
    refuse((const char *[]){NAMED(name), "24", "camera.sensor_width", "60", NULL},
           "give a --sensor-width up to");
    refuse((const char *[]){NAMED(name), "24", "lens.distortion", "-0.1", NULL}, "come twice");
    refuse((const char *[]){NAMED(name), "24", "effects.vignette", "1", NULL}, "come twice");
    refuse((const char *[]){NAMED(name), "24", "camera.projection", "panorama", NULL}, "no use");
    refuse((const char *[]){NAMED("Sigma 8mm f/3.5 EX DG circular fisheye"), "8", NULL},
           "is a fisheye");
#undef NAMED
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distortion_is_the_librarys),
        cmocka_unit_test(colours_and_light_are_the_librarys),
        cmocka_unit_test(composed_as_rendered),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    database = lf_db_new();
    if (!database || lf_db_load(database) != LF_NO_ERROR) return 77;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    lf_db_destroy(database);
    return failed;
}

#else

int main(void)
{
    vd_context *context = NULL;
    vd_scene *scene;
    if (vd_context_create(NULL, &context) != VD_OK) return 1;
    vd_settings *settings = test_settings_for(context, "render", WINDOW, NULL,
                                              (const char *[]){"lens.profile", "any", NULL});
    bool is_told = vd_scene_load(context, settings, &scene) == VD_ERR_UNSUPPORTED &&
                   strstr(vd_context_error(context), "needs lensfun") != NULL;
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return is_told ? 77 : 1;
}

#endif
