/* The AOV `motion` against the places at which two cameras show a point, and motion blur after the
 * render against the shutter's own. Objects that move, the sky, files and what is refused too. */
#include <gdal.h>
#include <math.h>

#include "composed.h"
#include "kernel/motion_seen.h"
#include "object_fixture.h"
#include "scene/project.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define KEY(frame, knob, value) "keyframes", "frame=" frame ",knob=" knob ",way=linear,value=" value
enum { WIDTH = 64, HEIGHT = 40 };

/* A flight with a pan, of which a sample is at each pixel's centre. */
static const char *const flight[] = {"camera.size",
                                     "64x40",
                                     "camera.fov",
                                     "50",
                                     KEY("1", "camera.eye", "391000,3799000,agl:900"),
                                     KEY("2", "camera.eye", "391300,3799250,agl:900"),
                                     KEY("1", "camera.target", "393000,3800500,agl:0"),
                                     KEY("2", "camera.target", "393300,3800400,agl:0"),
                                     "render.samples",
                                     "1",
                                     "render.bounces",
                                     "0",
                                     NULL};

typedef struct aovs {
    stage s;
    vd_picture *picture;
    float *motion, *position, *mask;
    double origin[3];
} aovs;

static float *read_aov(const aovs *a, const char *name, int channels, double origin[3])
{
    float *values = malloc(sizeof(float) * WIDTH * HEIGHT * (size_t)channels);
    assert_non_null(values);
    test_ok(a->s.context, vd_picture_read_aov(a->s.context, a->picture, name, 0, 0, WIDTH, HEIGHT,
                                              values, origin));
    return values;
}

static aovs render_aovs(const char *dem, const char *const *knobs, const char *const *more)
{
    aovs a = {.s = open_stage(dem, knobs, more)};
    memset(&a.s.scene->flat.filter, 0, sizeof(a.s.scene->flat.filter)); /* at pixels' centres */
    test_ok(a.s.context, vd_render(a.s.context, a.s.scene, &a.picture));
    a.motion = read_aov(&a, "motion", 2, NULL);
    a.position = read_aov(&a, "position", 3, a.origin);
    a.mask = read_aov(&a, "mask", 4, NULL);
    return a;
}

static void close_aovs(aovs *a)
{
    free(a->motion);
    free(a->position);
    free(a->mask);
    vd_picture_destroy(a->picture);
    close_stage(&a->s);
}

#define OF_AOVS "aov.names", "motion,position,mask", "shutter.interval", "0.25,0.75"

/** What each pixel shows, projected by the cameras of the shutter's opening and closing. */
static void motion_is_that_of_two_cameras(void **state)
{
    static const char *const views[][9] = {
        {"shutter.blur", "none", NULL},
        {"shutter.blur", "none", "lens.distortion", "-0.2,0.05,0.001,-0.002", NULL},
        {"shutter.blur", "none", "camera.projection", "fisheye", NULL},
        {"shutter.blur", "none", "camera.projection", "panorama", "camera.fov", "360", NULL},
        {"shutter.blur", "none", "camera.projection", "cylinder", NULL},
    };
    (void)state;
    for (size_t k = 0; k < sizeof(views) / sizeof(views[0]); k++) {
        const char *knobs[24] = {OF_AOVS};
        int count = 4;
        for (int i = 0; views[k][i]; i++) knobs[count++] = views[k][i];
        aovs a = render_aovs(WINDOW, flight, knobs);
        stage ends[2];
        for (int e = 0; e < 2; e++) {
            const char *then[24] = {"animation.frame", e == 0 ? "1.25" : "1.75"};
            for (int i = 2; views[k][i]; i++) then[i] = views[k][i];
            ends[e] = open_stage(WINDOW, flight, then);
        }
        double worst = 0.0, most = 0.0;
        int seen = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            const float *p = a.position + 3 * i, *m = a.motion + 2 * i;
            vd_projected at[2];
            if (!(a.mask[4 * i] > 0.5f)) continue;
            vd_point point = {a.origin[0] + (double)p[0], a.origin[1] + (double)p[1],
                              a.origin[2] + (double)p[2], VD_HEIGHT_DATUM};
            for (int e = 0; e < 2; e++)
                test_ok(ends[e].context,
                        vd_project(ends[e].context, ends[e].scene, NULL, 1, &point, &at[e]));
            if (at[0].state == VD_POINT_BEHIND || at[1].state == VD_POINT_BEHIND) continue;
            double dx = at[1].x - at[0].x, dy = at[0].y - at[1].y;
            dx -= WIDTH * (k == 3 ? nearbyint(dx / WIDTH) : 0.0); /* all round */
            worst =
                fmax(worst, hypot((double)m[0] - dx, (double)m[1] - dy) / (1.0 + hypot(dx, dy)));
            most = fmax(most, hypot(dx, dy));
            seen++;
        }
        printf("view %zu: %d pixels move by up to %.1f, off by %.2g\n", k, seen, most, worst);
        assert_true(seen > WIDTH * HEIGHT / 4 && most > 2.0);
        /* Poses between those of the host, which fly straight (motion.h), and the floats of places:
         * a part in 1000 of the motion, and so much of a pixel. */
        assert_true(worst < 2e-3);
        for (int e = 0; e < 2; e++) close_stage(&ends[e]);
        close_aovs(&a);
    }
}

/** Where a perspective camera shows a direction. */
static void show(const vdk_view_camera *camera, vdk_vec d, double out[2])
{
    double along = (double)vdk_vec_dot(d, camera->forward) * (double)camera->pixel;
    out[0] = (double)camera->middle_x + (double)vdk_vec_dot(d, camera->right) / along;
    out[1] = (double)camera->middle_y - (double)vdk_vec_dot(d, camera->up) / along;
}

/** The sky is infinitely far: a direction's place by the axes of both cameras. */
static void the_sky_turns(void **state)
{
    static const char *const pan[] = {"camera.size",
                                      "64x40",
                                      "camera.fov",
                                      "50",
                                      KEY("1", "camera.eye", "391000,3799000,1900"),
                                      KEY("2", "camera.eye", "391300,3799250,1900"),
                                      KEY("1", "camera.target", "401000,3809000,2900"),
                                      KEY("2", "camera.target", "402000,3808000,3100"),
                                      "render.samples",
                                      "1",
                                      NULL};
    double worst = 0.0, most = 0.0;
    int seen = 0;
    (void)state;
    aovs a = render_aovs(WINDOW, pan, (const char *[]){OF_AOVS, "shutter.blur", "none", NULL});
    stage open = open_stage(WINDOW, pan, (const char *[]){"animation.frame", "1.25", NULL});
    stage close = open_stage(WINDOW, pan, (const char *[]){"animation.frame", "1.75", NULL});
    const vdk_view_camera *camera = &a.s.scene->flat.view;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const float *m = a.motion + 2 * (y * WIDTH + x);
            if (!(a.mask[4 * (y * WIDTH + x) + 2] > 0.5f)) continue;
            double from[2], to[2];
            vdk_pose pose = vdk_pose_still(camera);
            vdk_vec d = vdk_pose_direction(&pose, ((float)x + 0.5f - pose.middle_x) * pose.pixel,
                                           (pose.middle_y - ((float)y + 0.5f)) * pose.pixel, 1.0f);
            show(&open.scene->flat.view, d, from);
            show(&close.scene->flat.view, d, to);
            double dx = to[0] - from[0], dy = from[1] - to[1];
            worst =
                fmax(worst, hypot((double)m[0] - dx, (double)m[1] - dy) / (1.0 + hypot(dx, dy)));
            most = fmax(most, hypot(dx, dy));
            seen++;
        }
    printf("%d pixels of sky move by up to %.1f, off by %.2g\n", seen, most, worst);
    assert_true(seen > 200 && most > 2.0 && worst < 2e-3);
    close_stage(&open);
    close_stage(&close);
    close_aovs(&a);
}

/** Flat, but for a corner from above which a fitted camera looks. */
static double height_flat(int column, int row)
{
    return column + row == 0 ? 130.0 : 100.0;
}

/** From straight above, a pixel a metre: a square that goes and turns over ground that does not. */
static void objects_move_over_what_stands_still(void **state)
{
    static const char *const above[] = {"camera.projection",
                                        "ortho",
                                        "camera.tilt",
                                        "90",
                                        "camera.view_from",
                                        "S",
                                        "camera.target",
                                        "500500,3999500,agl:0",
                                        "camera.size",
                                        "64x40",
                                        "camera.width",
                                        "64",
                                        "terrain.border",
                                        "open",
                                        "render.samples",
                                        "1",
                                        "render.bounces",
                                        "0",
                                        "objects",
                                        "path=moved.ply,at=500500,3999500,motion=6,3,spin=-20",
                                        NULL};
    static const char *const knobs[] = {OF_AOVS, "shutter.blur", "none", NULL};
    int on = 0;
    (void)state;
    aovs a = render_aovs("moved.tif", above, knobs);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const float *m = a.motion + 2 * (y * WIDTH + x);
            double wanted[2] = {0.0, 0.0};
            if (a.mask[4 * (y * WIDTH + x) + 3] > 0.5f) {
                /* At half time it is at (3, 1.5), turned by 10 degrees; the point is turned by 5
                 * less at a quarter, and by 5 more at three quarters. */
                const double turn = 5.0 * 3.14159265358979 / 180.0;
                double e = x + 0.5 - 0.5 * WIDTH - 3.0, n = 0.5 * HEIGHT - y - 0.5 - 1.5;
                wanted[0] = 3.0 - 2.0 * n * sin(turn);
                wanted[1] = 1.5 + 2.0 * e * sin(turn);
                on++;
            }
            /* A thousandth of the object's size, of some 15 m, at either time. */
            if (!(hypot((double)m[0] - wanted[0], (double)m[1] - wanted[1]) < 0.03))
                fail_msg("%d,%d: %g,%g, not %g,%g", x, y, (double)m[0], (double)m[1], wanted[0],
                         wanted[1]);
        }
    assert_in_range(on, 380, 420);
    close_aovs(&a);
}

/* ---- blur afterwards ------------------------------------------------------------------------ */

static void render(const char *const *knobs, const char *const *more)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings =
        test_settings_for(context, "render", VD_SOURCE_DIR "/data/bigtujunga.tif", knobs, more);
    test_write_outputs(context, settings);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

#define FINE "camera.size", "160x100", "output.overwrite", "true", "render.samples", "64"

/* A pan, and a flight low over hills, with shutters of three shapes. */
static const struct {
    const char *name;
    const char *knobs[28];
} ways[] = {
    {"pan",
     {FINE, "camera.eye", "397500,3798200,agl:130", "camera.fov", "50", "shutter.interval", "0,1",
      KEY("1", "camera.target", "389000,3800000,900"),
      KEY("2", "camera.target", "389000,3799000,900"), NULL}},
    {"flight",
     {FINE, "camera.target", "389000,3800000,900", "camera.fov", "50", "shutter.interval",
      "-0.5,0.5", "shutter.shape", "trapezoid", "animation.frame", "1.5",
      KEY("1", "camera.eye", "397500,3798200,agl:130"),
      KEY("2", "camera.eye", "397380,3798320,agl:130"), NULL}},
    {"dolly",
     {FINE, "camera.target", "389000,3800000,900", "camera.fov", "50", "shutter.interval", "0,1",
      "shutter.curve", "0,1,0.4,0.1", KEY("1", "camera.eye", "397500,3798200,agl:130"),
      KEY("2", "camera.eye", "397150,3798280,agl:130"), NULL}},
};

static void post_is_as_the_shutter_has_it(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        render(ways[i].knobs, (const char *[]){"output.path", "motion_true.png", NULL});
        render(ways[i].knobs,
               (const char *[]){"output.path", "motion_post.png", "shutter.blur", "post", NULL});
        /* Of one sharp picture, to see that there is something to blur. */
        const char *sharp[] = {"output.path", "motion_sharp.png", "shutter.blur",
                               "post",        "shutter.interval", "0.4999,0.5001",
                               NULL};
        render(ways[i].knobs, sharp);
        double ssim = test_ssim("motion_true.png", "motion_post.png");
        double without = test_ssim("motion_true.png", "motion_sharp.png");
        printf("%s: SSIM %.4f of the shutter's picture, unblurred %.4f\n", ways[i].name, ssim,
               without);
        assert_true(ssim >= 0.95);
        assert_true(without < ssim - 0.02);
    }
}

/** A file blurs to the picture that render makes, and one that is blurred already is refused. */
static void compose_makes_the_same(void **state)
{
    static const char *const few[] = {
        "render.samples", "4",           "output.type", "Float32", "shutter.blur",
        "post",           "output.path", "motion.exr",  NULL};
    static const char *const picture[] = {
        "render.samples", "4", "shutter.blur", "post", "output.path", "motion_post.png", NULL};
    static const char *const of_file[] = {"compose.path", "motion.exr", "output.path",
                                          "motion_file.png", NULL};
    static const char *const none[] = {
        "compose.path", "motion.exr", "output.path", "motion_none.png",
        "shutter.blur", "none",       NULL};
    static const char *const blurred[] = {
        "render.samples", "1", "output.path", "motion_done.exr", "aov.names", "motion,depth", NULL};
    static const char *const twice[] = {"compose.path",
                                        "motion_done.exr",
                                        "output.path",
                                        "motion_twice.png",
                                        "shutter.blur",
                                        "post",
                                        NULL};
    char error[256];
    (void)state;
    render(ways[0].knobs, few);
    render(ways[0].knobs, picture);
    assert_int_equal(test_compose(of_file, NULL, error), VD_OK);
    assert_true(test_ssim("motion_post.png", "motion_file.png") > 0.999999);
    assert_int_equal(test_compose(none, NULL, error), VD_OK);
    assert_true(test_ssim("motion_post.png", "motion_none.png") < 0.95);
    render(ways[0].knobs, blurred);
    assert_int_equal(test_compose(twice, NULL, error), VD_ERR_SETTING);
}

static int set_up(void **state)
{
    (void)state;
    GDALAllRegister();
    write_dem("moved.tif", 100, 10.0, height_flat);
    write_rectangle("moved.ply", 10.0, 10.0, 10.0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motion_is_that_of_two_cameras),
        cmocka_unit_test(the_sky_turns),
        cmocka_unit_test(objects_move_over_what_stands_still),
        cmocka_unit_test(post_is_as_the_shutter_has_it),
        cmocka_unit_test(compose_makes_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
