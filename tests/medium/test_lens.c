/* The lens: circles of confusion against the lens formula, the plane of focus of a tilted lens
 * against Merklinger's, shapes of the aperture, distortion against Brown and Conrady's formula, and
 * what is refused. Pictures through a lens against another renderer's: test_reference_views.c. */
#include <math.h>

#include "kernel/view.h"
#include "random.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define PLACE "camera.eye", "391000,3799000,agl:900", "camera.target", "393000,3800500,agl:0"
enum { WIDTH = 640, HEIGHT = 360, SAMPLES = 4096 };
static const char *const size[] = {"camera.size", "640x360", "lens.dof", "thin-lens", NULL};
static const char *const sharp[] = {"camera.size", "640x360", NULL};

static const double PI = 3.14159265358979323846;

/** Metres along right, up and forward from the eye to a ray's origin. */
static void origin_of(const vdk_scene *flat, const vdk_sight *sight, double out[3])
{
    const vdk_view_camera *c = &flat->view;
    float m[4];
    vdk_metric_at(&flat->terrain, c->eye.cy, m);
    double x = (sight->from.cx - c->eye.cx) + ((double)sight->from.fx - (double)c->eye.fx);
    double y = (sight->from.cy - c->eye.cy) + ((double)sight->from.fy - (double)c->eye.fy);
    double det = (double)m[0] * (double)m[3] - (double)m[1] * (double)m[2];
    double p[3] = {((double)m[3] * x - (double)m[1] * y) / det,
                   ((double)m[0] * y - (double)m[2] * x) / det,
                   ((double)sight->from.z - (double)c->eye.z) * (double)flat->terrain.z_factor};
    const vdk_vec axes[3] = {c->right, c->up, c->forward};
    for (int k = 0; k < 3; k++)
        out[k] = p[0] * (double)axes[k].x + p[1] * (double)axes[k].y + p[2] * (double)axes[k].z;
}

/** The same of its direction. */
static void direction_of(const vdk_scene *flat, const vdk_sight *sight, double out[3])
{
    const vdk_view_camera *c = &flat->view;
    out[0] = (double)vdk_vec_dot(sight->direction, c->right);
    out[1] = (double)vdk_vec_dot(sight->direction, c->up);
    out[2] = (double)vdk_vec_dot(sight->direction, c->forward);
}

/* The light of a point at distance z spreads over |1/F - 1/z| times the aperture on the plane at
 * distance 1, and so do a pixel's rays over the plane at z: by |z/F - 1|. Its diameter is measured
 * by the variance of a disc, a quarter of the square of its radius along each axis. The points are
 * stratified, so that the error is far below 1 %. */
static void test_circles_of_confusion(void **state)
{
    (void)state;
    static const double distances[] = {500.0, 1000.0, 1500.0, 2400.0, 5000.0, 40000.0};
    stage s = open_stage(WINDOW, size,
                         (const char *[]){PLACE, "lens.aperture", "25", "lens.focus", "2000",
                                          "filter.shape", "box", "filter.width", "0.5", NULL});
    const vdk_scene *flat = &s.scene->flat;
    for (int k = 0; k < 6; k++) {
        double z = distances[k], sum[2] = {0.0, 0.0}, sum2 = 0.0, farthest = 0.0;
        vdk_sight pinhole;
        assert_true(vdk_view_ray(flat, 400, 90, 0.0f, 0.0f, &pinhole));
        double d[3];
        direction_of(flat, &pinhole, d);
        vdk_sampler sampler = vdk_sampler_at(VDK_PATTERN_INDEPENDENT, 5, 400, 90);
        for (uint32_t i = 0; i < SAMPLES; i++) {
            vdk_sight sight = pinhole;
            float u, v;
            double from[3], along[3], off[2];
            vdk_sampler_seek(&sampler, i);
            vdk_lens_sample(&flat->view.lens, &sampler, (float)(d[0] / d[2]), (float)(d[1] / d[2]),
                            &u, &v);
            const vdk_pose pose = vdk_pose_still(&flat->view);
            vdk_view_refract(flat, &pose, u, v, &sight);
            origin_of(flat, &sight, from);
            direction_of(flat, &sight, along);
            for (int axis = 0; axis < 2; axis++) {
                off[axis] =
                    from[axis] + along[axis] / along[2] * (z - from[2]) - z * d[axis] / d[2];
                sum[axis] += off[axis] / SAMPLES;
            }
            sum2 += (off[0] * off[0] + off[1] * off[1]) / SAMPLES;
            farthest = fmax(farthest, hypot(off[0], off[1]));
        }
        double wanted = 2.0 * 25.0 * fabs(z / 2000.0 - 1.0);
        double diameter = 2.0 * sqrt(2.0 * (sum2 - sum[0] * sum[0] - sum[1] * sum[1]));
        printf("at %5.0f m: %.3f m across, %.3f by the formula\n", z, diameter, wanted);
        assert_true(fabs(diameter - wanted) < 0.01 * wanted);
        assert_true(farthest <= 0.5 * wanted * 1.001);
        assert_true(hypot(sum[0], sum[1]) < 0.01 * wanted);
    }
    close_stage(&s);
}

/* What is sharp in a picture by a tilted lens: where two rays of one pixel meet. All such points
 * lie in a plane, which meets that of the lens in Merklinger's hinge line, f / sin(tilt) below it.
 */
static void test_scheimpflug(void **state)
{
    (void)state;
    const double focal = 50e-3 * 10000.0, tilt = 8.0, focus = 3000.0;
    stage s = open_stage(WINDOW, size,
                         (const char *[]){PLACE, "camera.focal_length", "50", "lens.scale", "10000",
                                          "lens.f_stop", "2", "lens.focus", "3000", "lens.tilt",
                                          "8", NULL});
    const vdk_scene *flat = &s.scene->flat;
    double hinge = focal / sin(tilt * PI / 180.0), worst = 0.0;
    double angle = atan2(hinge, focus), xx = 0.0, xy = 0.0;
    for (int y = 20; y < HEIGHT; y += 40) {
        vdk_sight rays[2];
        double from[2][3], along[2][3], point[3];
        for (int k = 0; k < 2; k++) {
            assert_true(vdk_view_ray(flat, 100 + y, y, 0.0f, 0.0f, &rays[k]));
            /* Some way off the axis, both to one side, so that no ray is the pinhole's. */
            const vdk_pose pose = vdk_pose_still(&flat->view);
            vdk_view_refract(flat, &pose, k ? 100.0f : -60.0f, k ? 90.0f : -110.0f, &rays[k]);
            origin_of(flat, &rays[k], from[k]);
            direction_of(flat, &rays[k], along[k]);
        }
        /* Where they are nearest to each other in x, which is where they meet. */
        double slope = along[0][0] / along[0][2] - along[1][0] / along[1][2];
        double at0 = from[0][0] - along[0][0] / along[0][2] * from[0][2];
        double at1 = from[1][0] - along[1][0] / along[1][2] * from[1][2];
        double z = (at1 - at0) / slope;
        for (int axis = 0; axis < 3; axis++)
            point[axis] = from[0][axis] + along[0][axis] / along[0][2] * (z - from[0][2]);
        double other = from[1][1] + along[1][1] / along[1][2] * (z - from[1][2]);
        assert_true(fabs(other - point[1]) < 2e-3 * fabs(z));
        /* Above the hinge line by so much for each metre away from it. */
        double rise = atan2(point[1] + hinge, z);
        worst = fmax(worst, fabs(rise - angle));
        xx += z * z;
        xy += z * (point[1] + hinge);
    }
    printf("plane of focus: %.4f degrees from the axis, %.4f by Merklinger; worst point %.4f\n",
           atan2(xy, xx) * 180.0 / PI, angle * 180.0 / PI, worst * 180.0 / PI);
    assert_true(worst < 1.0 * PI / 180.0);
    close_stage(&s);
}

/* The aperture: a polygon's polar moment over its area is (1 + 2 cos^2(pi / n)) / 6 of its radius
 * squared; an anamorphic one is narrow; one cut by the barrel lies within both circles. */
static void test_apertures(void **state)
{
    (void)state;
    static const struct {
        int blades;
        float squeeze, cat_eye;
    } shapes[] = {{0, 1.0f, 0.0f}, {5, 1.0f, 0.0f}, {6, 0.5f, 0.0f}, {0, 1.0f, 0.8f}};
    for (int k = 0; k < 4; k++) {
        vdk_lens lens = {.radius = 2.0f,
                         .blades = shapes[k].blades,
                         .turn = 0.1f,
                         .squeeze = shapes[k].squeeze,
                         .cat_eye = shapes[k].cat_eye};
        vdk_sampler sampler = vdk_sampler_at(VDK_PATTERN_INDEPENDENT, 1, 7, 9);
        double moment = 0.0, n = shapes[k].blades, wanted = 0.5;
        for (uint32_t i = 0; i < SAMPLES; i++) {
            float u, v;
            vdk_sampler_seek(&sampler, i);
            vdk_lens_sample(&lens, &sampler, 0.6f, -0.8f, &u, &v);
            double x = (double)u / (2.0 * (double)lens.squeeze), y = (double)v / 2.0;
            assert_true(hypot(x, y) <= 1.0 + 1e-6);
            assert_true(hypot(x + 0.6 * (double)lens.cat_eye, y - 0.8 * (double)lens.cat_eye) <=
                        1.0 + 1e-6);
            double turned = atan2(y, x) - 0.2 * PI, part = 2.0 * PI / fmax(n, 3.0);
            double within = turned - part * floor(turned / part) - 0.5 * part;
            if (n > 0.0) assert_true(hypot(x, y) * cos(within) <= cos(PI / n) + 1e-5);
            moment += (x * x + y * y) / SAMPLES;
        }
        if (n > 0.0) wanted = (1.0 + 2.0 * pow(cos(PI / n), 2.0)) / 6.0;
        if (!(lens.cat_eye > 0.0f)) assert_true(fabs(moment - wanted) < 2e-3 * wanted);
    }
}

/* Rays of random places on a distorted picture, put through OpenCV's formula, arrive where they
 * came from. */
static void check_distortion(const char *text, const double c[5])
{
    stage s = open_stage(
        WINDOW, sharp, (const char *[]){PLACE, "camera.fov", "60", "lens.distortion", text, NULL});
    const vdk_scene *flat = &s.scene->flat;
    const double pixel = 2.0 * tan(30.0 * PI / 180.0) / WIDTH;
    test_random random = {11};
    double worst = 0.0, moved = 0.0;
    for (int i = 0; i < 4000; i++) {
        int px = (int)(test_unit(&random) * WIDTH), py = (int)(test_unit(&random) * HEIGHT);
        vdk_sight sight;
        double d[3];
        assert_true(vdk_view_ray(flat, px, py, 0.0f, 0.0f, &sight));
        direction_of(flat, &sight, d);
        double x = d[0] / d[2], y = -d[1] / d[2], r2 = x * x + y * y;
        double radial = 1.0 + c[0] * r2 + c[1] * r2 * r2 + c[4] * r2 * r2 * r2;
        double to_x = x * radial + 2.0 * c[2] * x * y + c[3] * (r2 + 2.0 * x * x);
        double to_y = y * radial + c[2] * (r2 + 2.0 * y * y) + 2.0 * c[3] * x * y;
        double off_x = 0.5 * WIDTH + to_x / pixel - (px + 0.5);
        double off_y = 0.5 * HEIGHT + to_y / pixel - (py + 0.5);
        worst = fmax(worst, hypot(off_x, off_y));
        moved = fmax(moved, hypot(to_x - x, to_y - y) / pixel);
    }
    printf("distortion %s: moves up to %.1f px, inverse off by %.5f px at most\n", text, moved,
           worst);
    assert_true(worst < 0.05);
    assert_true(moved > 1.0);
    close_stage(&s);
}

static void test_distortion(void **state)
{
    (void)state;
    check_distortion("-0.28,0.07,0.0012,-0.0008,-0.01",
                     (const double[5]){-0.28, 0.07, 0.0012, -0.0008, -0.01});
    check_distortion("0.4", (const double[5]){0.4, 0.0, 0.0, 0.0, 0.0});
    check_distortion("0,0,0.02,-0.03", (const double[5]){0.0, 0.0, 0.02, -0.03, 0.0});
    /* The largest valid value of a barrel: r (1 + k1 r^2) is one to one up to 2 / (3 sqrt(-3 k1)).
     */
    double corner = tan(30.0 * PI / 180.0) * hypot(1.0, (double)HEIGHT / WIDTH);
    double most = -4.0 / (27.0 * corner * corner);
    vd_context *context;
    vd_scene *scene;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(
        context, "render", WINDOW, sharp,
        (const char *[]){PLACE, "camera.fov", "60", "lens.distortion", "-2", NULL});
    assert_int_equal(vd_scene_load(context, settings, &scene), VD_ERR_SETTING);
    const char *named = strstr(vd_context_error(context), "has room for is ");
    assert_non_null(named);
    double k1 = strtod(named + strlen("has room for is "), NULL);
    assert_true(k1 > most && k1 < 0.995 * most);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

/* A focus by metres, by the map, and by what is in the middle. */
static void test_focus(void **state)
{
    (void)state;
    static const char *const ways[] = {"auto", "393000,3800500", "393000,3800500,agl:0"};
    double first = 0.0;
    for (int k = 0; k < 3; k++) {
        stage s = open_stage(WINDOW, size, (const char *[]){PLACE, "lens.focus", ways[k], NULL});
        double focus = 1.0 / (double)s.scene->flat.view.lens.nearness;
        /* The ground stands before the place looked at, if there is any: so it is nearer. */
        if (k == 0) first = focus;
        if (k == 1) assert_true(fabs(focus - first) < 2e-3 * first);
        assert_true(focus > 2500.0 && focus < 3500.0);
        close_stage(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_circles_of_confusion),
        cmocka_unit_test(test_scheimpflug),
        cmocka_unit_test(test_apertures),
        cmocka_unit_test(test_distortion),
        cmocka_unit_test(test_focus),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
