/* A fisheye's distortion against Kannala and Brandt's formula both ways, and the largest that a
 * picture has room for; colours that a lens makes of different sizes; the focus on an object by its
 * name against the place that it was given. */
#include <math.h>

#include "kernel/view.h"
#include "object_fixture.h"
#include "random.h"
#include "scene/project.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define PLACE "camera.eye", "391000,3799000,agl:900", "camera.target", "393000,3800500,agl:0"
enum { WIDTH = 640, HEIGHT = 360 };
static const char *const fisheye[] = {"camera.size", "640x360", "camera.projection",
                                      "fisheye",     PLACE,     NULL};
static const double PI = 3.14159265358979323846;

static double radius_of(const double k[4], double a)
{
    return a + k[0] * pow(a, 3.0) + k[1] * pow(a, 5.0) + k[2] * pow(a, 7.0) + k[3] * pow(a, 9.0);
}

static double along(const vdk_vec *axis, const vdk_vec *v)
{
    return (double)axis->x * (double)v->x + (double)axis->y * (double)v->y +
           (double)axis->z * (double)v->z;
}

/* Rays of random places, put through the formula, arrive where they came from: OpenCV's bound is
 * 0.05 pixels, floats of 24 bits leave a hundredth of that. And points of the map go the same way.
 */
static void check(const char *fov, const char *text, const double k[4])
{
    stage s =
        open_stage(WINDOW, fisheye,
                   (const char *[]){"camera.fov", fov, "lens.distortion_fisheye", text, NULL});
    const vdk_scene *flat = &s.scene->flat;
    const vdk_view_camera *c = &flat->view;
    const double pixel = strtod(fov, NULL) * PI / 180.0 / WIDTH;
    test_random random = {5};
    double worst = 0.0, moved = 0.0;
    int seen = 0;
    for (int i = 0; i < 4000; i++) {
        int px = (int)(test_unit(&random) * WIDTH), py = (int)(test_unit(&random) * HEIGHT);
        vdk_sight sight;
        if (!vdk_view_ray(flat, px, py, 0.0f, 0.0f, &sight)) continue;
        double x = along(&c->right, &sight.direction), y = along(&c->up, &sight.direction);
        double across = hypot(x, y), angle = atan2(across, along(&c->forward, &sight.direction));
        double r = radius_of(k, angle) / pixel;
        double off_x = 0.5 * WIDTH + (across > 0.0 ? r * x / across : 0.0) - (px + 0.5);
        double off_y = 0.5 * HEIGHT - (across > 0.0 ? r * y / across : 0.0) - (py + 0.5);
        worst = fmax(worst, hypot(off_x, off_y));
        moved = fmax(moved, fabs(r - angle / pixel));
        seen++;
    }
    printf("fisheye %s: moves up to %.1f px, inverse off by %.5f px at most\n", text, moved, worst);
    assert_true(seen > 2000);
    assert_true(worst < 0.005);
    assert_true(moved > 1.0);

    const vd_point points[] = {{.x = 392000.0, .y = 3800000.0, .height = VD_HEIGHT_GROUND},
                               {.x = 393500.0, .y = 3799500.0, .height = VD_HEIGHT_GROUND}};
    vd_projected out[2];
    test_ok(s.context, vd_project(s.context, s.scene, NULL, 2, points, out));
    for (int i = 0; i < 2; i++) {
        vdk_sight sight;
        vdk_position hit = {0};
        if (out[i].state != VD_POINT_VISIBLE) continue;
        int px = (int)out[i].x, py = (int)out[i].y;
        float u = (float)(out[i].x - px - 0.5), v = (float)(out[i].y - py - 0.5);
        assert_true(vdk_view_ray(flat, px, py, u, v, &sight));
        assert_true(vdk_scene_trace(flat, VDK_MISS, sight.from, sight.direction, &hit));
        /* A thousandth of a pixel at some 2 km is below a centimetre; grazing ground a decimetre.
         */
        double cell = 30.0, column = (points[i].x - s.scene->terrain->dem->info.geotransform[0]);
        column /= s.scene->terrain->dem->info.geotransform[1];
        assert_true(fabs(column + 0.5 - (hit.cx + (double)hit.fx)) * cell < 0.5);
    }
    close_stage(&s);
}

static void distortion_is_the_formula(void **state)
{
    (void)state;
    check("150", "0.03,-0.006,0.0009,-0.00005", (const double[4]){0.03, -0.006, 0.0009, -0.00005});
    check("120", "-0.08,0,0,0", (const double[4]){-0.08, 0.0, 0.0, 0.0});
    check("300", "-0.02,0.001,0,0", (const double[4]){-0.02, 0.001, 0.0, 0.0});
}

/* r = a + k a^3 rises up to a = 1 / sqrt(-3 k), where r = 2 / (3 sqrt(-3 k)): of a picture whose
 * corner is R from its middle the least k is -4 / (27 R^2). */
static void what_folds_is_refused(void **state)
{
    (void)state;
    double corner = 75.0 * PI / 180.0 * hypot(1.0, (double)HEIGHT / WIDTH);
    double most = -4.0 / (27.0 * corner * corner);
    vd_context *context;
    vd_scene *scene;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(
        context, "render", WINDOW, fisheye,
        (const char *[]){"camera.fov", "150", "lens.distortion_fisheye", "-0.5,0,0,0", NULL});
    assert_int_equal(vd_scene_load(context, settings, &scene), VD_ERR_SETTING);
    const char *named = strstr(vd_context_error(context), "has room for is ");
    assert_non_null(named);
    double k1 = strtod(named + strlen("has room for is "), NULL);
    printf("largest k1: %g named, %g by the formula\n", k1, most);
    /* Named to 4 digits and to 1/8192 of what was asked for, and kept off the fold by its slope. */
    assert_true(k1 > most && k1 < 0.995 * most);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static double level(int column, int row)
{
    (void)column, (void)row;
    return 100.0;
}

/* A camera that looks due east over level ground: how far a box is along its axis is its easting.
 */
static void focus_is_on_the_object(void **state)
{
    (void)state;
    static const double low[3] = {-10.0, -6.0, 0.0}, high[3] = {30.0, 6.0, 20.0};
    static const char *const base[] = {
        "camera.size",        "64x36",    "camera.eye", "500100,3999500,110", "camera.target",
        "500900,3999500,110", "lens.dof", "thin-lens",  "lens.aperture",      "1",
        "terrain.border",     "extend",   NULL};
    /* Two of one file, the second known by its number; of many copies the nearest before the
     * camera. */
    static const struct {
        const char *focus;
        double distance;
    } cases[] = {{"object:box", 300.0 + 10.0}, {"object:box_2", 500.0 + 20.0}};
    write_dem("focus.tif", 40, 25.0, level);
    write_box("box.ply", low, high);
    for (int i = 0; i < 2; i++) {
        stage s = open_stage("focus.tif", base,
                             (const char *[]){"objects", "path=box.ply,at=500400,3999500",
                                              "objects", "path=box.ply,at=500600,3999400,scale=2",
                                              "lens.focus", cases[i].focus, NULL});
        double focus = 1.0 / (double)s.scene->flat.view.lens.nearness;
        printf("%s: %.4f m, %.1f m by its place\n", cases[i].focus, focus, cases[i].distance);
        /* The axis is level to the rounding of the target's height; floats of the place. */
        assert_true(fabs(focus - cases[i].distance) < 0.02);
        close_stage(&s);
    }
    static const struct {
        const char *focus, *says;
    } refused[] = {{"object:boks", "there is no object 'boks'; it can be box, box_2"},
                   {"object:box_2", "lies behind the camera"}};
    for (int i = 0; i < 2; i++) {
        vd_context *context;
        vd_scene *scene;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings =
            test_settings_for(context, "render", "focus.tif", base,
                              (const char *[]){"objects", "path=box.ply,at=500400,3999500",
                                               "objects", "path=box.ply,at=500050,3999500",
                                               "lens.focus", refused[i].focus, NULL});
        assert_int_equal(vd_scene_load(context, settings, &scene), VD_ERR_SETTING);
        assert_non_null(strstr(vd_context_error(context), refused[i].says));
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
}

/* Each colour of a picture through a lens with aberration is that of a picture without, whose angle
 * of view is as much narrower or wider. Means of 8 x 8 pixels: 192 samples with a deviation of some
 * 0.2 leave 0.2 sqrt(3 / (64 * 192)), 0.3 % of white, twice. */
static void colours_have_their_sizes(void **state)
{
    (void)state;
    enum { W = 64, H = 40 };
    static const double share = 0.04;
    static const char *const base[] = {
        "camera.size",    "64x40", PLACE, "terrain.border", "extend", "surface.ramp", "hypsometric",
        "render.samples", "192",   NULL};
    const char *const aberrates[] = {"camera.fov", "60", "lens.chromatic_aberration", "4", NULL};
    const char *const plainly[] = {"camera.fov", "60", NULL};
    test_picture aberrated = test_render_by("render", WINDOW, base, aberrates);
    test_picture plain = test_render_by("render", WINDOW, base, plainly);
    for (int colour = 0; colour < 3; colour++) {
        char fov[32];
        double size = 1.0 + (1 - colour) * share, off = 0.0, moved = 0.0, total = 0.0;
        snprintf(fov, sizeof(fov), "%.9f", 360.0 / PI * atan(tan(30.0 * PI / 180.0) / size));
        const char *const otherwise[] = {"camera.fov", fov, NULL};
        test_picture narrow = test_render_by("render", WINDOW, base, otherwise);
        for (int block = 0; block < W / 8 * (H / 8); block++) {
            double mean[3] = {0.0, 0.0, 0.0};
            for (int i = 0; i < 64; i++) {
                int x = block % (W / 8) * 8 + i % 8, y = block / (W / 8) * 8 + i / 8;
                ptrdiff_t at = 4 * (y * W + x) + colour;
                mean[0] += (double)aberrated.rgba[at] / 64.0;
                mean[1] += (double)narrow.rgba[at] / 64.0;
                mean[2] += (double)plain.rgba[at] / 64.0;
            }
            off += pow(mean[0] - mean[1], 2.0);
            moved += pow(mean[2] - mean[1], 2.0);
            total += mean[1] * mean[1];
        }
        off = sqrt(off / total);
        moved = sqrt(moved / total);
        printf("colour %d: off by %.4f of the light, without aberration by %.4f\n", colour, off,
               moved);
        assert_true(off < 0.008);
        if (colour != 1) assert_true(moved > 2.0 * off);
        free(narrow.rgba);
    }
    free(plain.rgba);
    free(aberrated.rgba);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distortion_is_the_formula),
        cmocka_unit_test(what_folds_is_refused),
        cmocka_unit_test(focus_is_on_the_object),
        cmocka_unit_test(colours_have_their_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
