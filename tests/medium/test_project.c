/* Places projected into pictures: where the rays of every projection begin is where the points that
 * they hit come to lie; what is hidden is what a walk along the line of sight, in doubles, meets.
 */
#include <math.h>

#include "kernel/block.h"
#include "kernel/view.h"
#include "random.h"
#include "scene/project.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define PLACE "camera.eye", "391000,3799000,agl:900", "camera.target", "393000,3800500,agl:0"
enum { WIDTH = 1920, HEIGHT = 1080, RAYS = 4000, PLACES = 3000 };
static const char *const size[] = {"camera.size", "1920x1080", NULL};

/* A place on the grid, by map coordinates. */
static vd_point on_map(const vd_scene *scene, vdk_position p)
{
    const double *g = scene->terrain->dem->info.geotransform;
    double column = p.cx + (double)p.fx - 0.5, row = p.cy + (double)p.fy - 0.5;
    return (vd_point){g[0] + column * g[1] + row * g[2], g[3] + column * g[4] + row * g[5], 0.0,
                      VD_HEIGHT_GROUND};
}

/* What a place was lowered by, in metres before exaggeration: its distance on the map from the eye
 * squared, over the Earth's diameter. The ellipsoid is GRS 80's. */
static double lowered(const vd_point *p, double coefficient, double z_factor)
{
    const double radius = (2.0 * 6378137.0 + 6356752.314) / 3.0;
    double east = p->x - 391000.0, north = p->y - 3799000.0;
    return coefficient * (east * east + north * north) / (2.0 * radius * z_factor);
}

/* Rays of random places on the picture are traced, and what they hit is projected by its height
 * above the datum, and by being on the ground. */
static void check_rays(const char *const *knobs, double coefficient)
{
    stage s = open_stage(WINDOW, size, knobs);
    const vdk_scene *flat = &s.scene->flat;
    test_random random = {3};
    double worst = 0.0, far = 0.0;
    int count = 0, visible = 0;
    for (int i = 0; i < RAYS; i++) {
        int x = (int)(test_unit(&random) * WIDTH), y = (int)(test_unit(&random) * HEIGHT);
        float u = (float)test_unit(&random) - 0.5f, v = (float)test_unit(&random) - 0.5f;
        vdk_sight sight;
        vdk_position hit;
        vd_projected found[2];
        if (!vdk_view_ray(flat, x, y, u, v, &sight)) continue;
        if (vdk_scene_trace(flat, VDK_MISS, sight.from, sight.direction, &hit) != VDK_PART_GROUND)
            continue;
        vd_point points[2] = {on_map(s.scene, hit)};
        points[1] = points[0];
        points[1].height = VD_HEIGHT_DATUM;
        points[1].z = (double)hit.z + s.scene->terrain->dem->base_m +
                      lowered(&points[0], coefficient, (double)flat->terrain.z_factor);
        test_ok(s.context, vd_project(s.context, s.scene, NULL, 2, points, found));
        for (int k = 0; k < 2; k++)
            worst = fmax(worst, hypot(found[k].x - (x + 0.5 + (double)u),
                                      found[k].y - (y + 0.5 + (double)v)));
        far = fmax(far,
                   fabs(found[0].distance_m / (double)vdk_view_distance(flat, &sight, hit) - 1.0));
        assert_true(fabs(found[0].z_m - found[1].z_m) < 2e-3);
        count++;
        visible += found[0].state == VD_POINT_VISIBLE;
    }
    printf("projection %d: off by %.5f pixels at most, %d of %d visible\n", flat->view.projection,
           worst, visible, count);
    assert_true(count > 1000);
    assert_true(worst < 0.01);
    assert_true(far < 1e-4);
    /* Rounded to map coordinates and back, a few at the rim of what is seen are not any more. */
    assert_true(visible > 0.995 * count);
    close_stage(&s);
}

static void test_rays(void **state)
{
    (void)state;
    check_rays((const char *[]){PLACE, "camera.fov", "50", NULL}, 0.0);
    check_rays((const char *[]){PLACE, "camera.focal_length", "24", "camera.shift_x", "0.2",
                                "camera.shift_y", "-0.1", "terrain.z_factor", "1.7", NULL},
               0.0);
    check_rays(
        (const char *[]){PLACE, "camera.curvature_coefficient", "2", "terrain.z_factor", "3", NULL},
        2.0);
    check_rays((const char *[]){PLACE, "camera.fov", "60", "lens.distortion",
                                "-0.2,0.05,0.002,-0.003,0.01", NULL},
               0.0);
    check_rays((const char *[]){PLACE, "camera.projection", "panorama", NULL}, 0.0);
    check_rays((const char *[]){PLACE, "camera.projection", "cylinder", "camera.fov", "120", NULL},
               0.0);
    check_rays((const char *[]){PLACE, "camera.projection", "fisheye", "camera.fov", "270", NULL},
               0.0);
    check_rays((const char *[]){"camera.projection", "ortho", "camera.view_from", "SE", NULL}, 0.0);
    check_rays((const char *[]){PLACE, "camera.projection", "ortho", "camera.width", "2500", NULL},
               0.0);
}

/* ---- what is seen --------------------------------------------------------------------------- */

/* How far, at least, a line from a place to the eye stays above the ground, in metres; before its
 * first step it is not looked. */
static double clearance(const vd_scene *scene, vdk_position p)
{
    const vdk_height_field *f = &scene->flat.terrain;
    const vdk_position eye = scene->flat.view.eye;
    double from[3] = {p.cx + (double)p.fx, p.cy + (double)p.fy, (double)p.z};
    double to[3] = {eye.cx + (double)eye.fx, eye.cy + (double)eye.fy, (double)eye.z};
    double way = hypot(to[0] - from[0], to[1] - from[1]), least = HUGE_VAL;
    for (double t = 0.25; t < way; t += 0.02) {
        double x = from[0] + (to[0] - from[0]) * t / way, y = from[1] + (to[1] - from[1]) * t / way;
        if (x < 0.5 || y < 0.5 || x > f->cells_x - 0.5 || y > f->cells_y - 0.5) continue;
        int i = (int)x, j = (int)y;
        vdk_patch h = vdk_patch_at(f, i, j);
        double u = x - i, v = y - j;
        double ground = (1.0 - v) * ((1.0 - u) * (double)h.h00 + u * (double)h.h10) +
                        v * ((1.0 - u) * (double)h.h01 + u * (double)h.h11);
        least = fmin(least, from[2] + (to[2] - from[2]) * t / way - ground);
    }
    return least;
}

static void test_what_is_hidden(void **state)
{
    (void)state;
    stage s = open_stage(WINDOW, size,
                         (const char *[]){"camera.eye", "391000,3799000,agl:120", "camera.target",
                                          "393000,3800500,agl:0", "camera.projection", "panorama",
                                          "terrain.border", "extend", NULL});
    const vdk_height_field *f = &s.scene->flat.terrain;
    test_random random = {5};
    int counts[2] = {0, 0};
    for (int i = 0; i < PLACES; i++) {
        vdk_position p = {(int)(test_unit(&random) * (f->cells_x - 2)) + 1,
                          (int)(test_unit(&random) * (f->cells_y - 2)) + 1,
                          (float)test_unit(&random), (float)test_unit(&random), 0.0f};
        p.z = vdk_patch_height(vdk_patch_at(f, p.cx, p.cy), p.fx, p.fy);
        vd_point point = on_map(s.scene, p);
        vd_projected found;
        test_ok(s.context, vd_project(s.context, s.scene, NULL, 1, &point, &found));
        double least = clearance(s.scene, p);
        /* A walk of steps of 0.02 cells passes over no more than this of a slope of 45 degrees
           beside the line, and what is nearer than its first step is not looked at. */
        if (fabs(least) < 1.0) continue;
        assert_int_equal(found.state, least > 0.0 ? VD_POINT_VISIBLE : VD_POINT_HIDDEN);
        counts[least > 0.0]++;
    }
    printf("%d hidden and %d visible as a walk says\n", counts[0], counts[1]);
    assert_true(counts[0] > 300 && counts[1] > 300);
    close_stage(&s);
}

/* Points above and below the ground, behind the camera, beside the picture and nowhere. */
static void test_states(void **state)
{
    (void)state;
    stage s = open_stage(WINDOW, size, (const char *[]){PLACE, "camera.fov", "50", NULL});
    const struct {
        vd_point point;
        const char *crs;
        vd_point_state state;
    } rows[] = {
        {{393000.0, 3800500.0, 0.0, VD_HEIGHT_GROUND}, NULL, VD_POINT_VISIBLE},
        {{393000.0, 3800500.0, 5.0, VD_HEIGHT_ABOVE_GROUND}, NULL, VD_POINT_VISIBLE},
        {{393000.0, 3800500.0, -5.0, VD_HEIGHT_ABOVE_GROUND}, NULL, VD_POINT_UNDERGROUND},
        {{393000.0, 3800500.0, 1330.0, VD_HEIGHT_DATUM}, NULL, VD_POINT_UNDERGROUND},
        {{393000.0, 3800500.0, 9000.0, VD_HEIGHT_DATUM}, NULL, VD_POINT_OUTSIDE},
        {{389500.0, 3797900.0, 0.0, VD_HEIGHT_GROUND}, NULL, VD_POINT_BEHIND},
        {{410000.0, 3812000.0, 0.0, VD_HEIGHT_GROUND}, NULL, VD_POINT_NO_GROUND},
        {{1e300, 0.0, 0.0, VD_HEIGHT_GROUND}, NULL, VD_POINT_NOWHERE},
        {{400.0, 95.0, 0.0, VD_HEIGHT_GROUND}, "EPSG:4326", VD_POINT_NOWHERE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        vd_projected found;
        test_ok(s.context,
                vd_scene_project(s.context, s.scene, rows[i].crs, 1, &rows[i].point, &found));
        if (found.state != rows[i].state)
            fail_msg("row %zu: state %d, not %d", i, found.state, rows[i].state);
        assert_int_equal(isnan(found.x), found.state >= VD_POINT_BEHIND);
    }
    vd_projected found;
    assert_int_equal(vd_scene_project(s.context, s.scene, "nonsense", 1, &rows[0].point, &found),
                     VD_ERR_SETTING);
    close_stage(&s);
}

/* ---- maps ----------------------------------------------------------------------------------- */

static vd_projected on_relief(const char *const *knobs, const char *crs, vd_point point)
{
    stage s = {0};
    vd_projected found;
    assert_int_equal(vd_context_create(NULL, &s.context), VD_OK);
    s.settings = test_settings_for(s.context, "relief", WINDOW, knobs, NULL);
    test_ok(s.context, vd_scene_load(s.context, s.settings, &s.scene));
    test_ok(s.context, vd_project(s.context, s.scene, crs, 1, &point, &found));
    close_stage(&s);
    return found;
}

static void test_maps(void **state)
{
    (void)state;
    const vd_point corner = {.x = 391000.0, .y = 3799000.0};
    vd_projected plain = on_relief(NULL, NULL, corner);
    vd_projected twice =
        on_relief((const char *[]){"camera.output_scale", "2", NULL}, NULL, corner);
    assert_true(fabs(twice.x - 2.0 * plain.x) < 1e-9 && fabs(twice.y - 2.0 * plain.y) < 1e-9);
    assert_int_equal(plain.state, VD_POINT_VISIBLE);
    assert_true(isnan(plain.depth_m));
    /* The same place by longitude and latitude, which gdaltransform says. */
    vd_projected degrees =
        on_relief(NULL, "EPSG:4326", (vd_point){.x = -118.184842331706, .y = 34.3265522286853});
    assert_true(fabs(degrees.x - plain.x) < 1e-4 && fabs(degrees.y - plain.y) < 1e-4);
    /* On a web map of 40 m a pixel, from its corner. */
    vd_projected web = on_relief((const char *[]){"camera.crs", "EPSG:3857", "dem.bbox",
                                                  "-13157000,4071000,-13155000,4073000",
                                                  "camera.resolution", "40", NULL},
                                 "EPSG:3857", (vd_point){.x = -13156220.0, .y = 4072580.0});
    assert_true(fabs(web.x - 19.5) < 1e-6 && fabs(web.y - 10.5) < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rays),
        cmocka_unit_test(test_what_is_hidden),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_maps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
