/* Flights along a line: as high over the ground as asked, at one speed, looking ahead, whatever the
 * line's CRS; and frames of other settings, and cameras in the ground, that are found beforehand.
 */
#include <math.h>
#include <stdarg.h>
#include <unistd.h>

#include "animation/flight.h"
#include "object_fixture.h"

static const double PI = 3.14159265358979323846;

/* ---- the way -------------------------------------------------------------------------------- */

/** Hills of 80 m, 700 m long, and bumps of 30 m, 90 m long. */
static double hills(void *state, double x, double y)
{
    (void)state;
    return 500.0 + 80.0 * sin(2.0 * PI * x / 700.0) * cos(2.0 * PI * y / 900.0) +
           30.0 * sin(2.0 * PI * (x + y) / 90.0);
}

/** Over a line with right angles the way begins and ends where that does, is nowhere lower than
 * asked, does not follow the bumps, and its places are as far apart as the numbers say. */
static void a_way_is_smooth_and_high_enough(void **state)
{
    static const double x[] = {0.0, 3000.0, 3000.0, 7000.0}, y[] = {0.0, 0.0, 2500.0, 2500.0};
    vd_context *context = NULL;
    vd_flight *flight = NULL;
    vd_flight_plan plan = {.count = 4,
                           .x = x,
                           .y = y,
                           .scale = {1.0, 1.0},
                           .smoothing_m = 800.0,
                           .height = 120.0,
                           .ground = hills};
    double at[3], next[3], steepest = 0.0, sharpest = 0.0, before = 0.0;
    (void)state;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_flight_create(context, &plan, &flight));
    double length = vd_flight_length(flight);
    vd_flight_at(flight, 0.0, at);
    assert_true(hypot(at[0], at[1]) < 1e-9);
    vd_flight_at(flight, length, at);
    assert_true(hypot(at[0] - 7000.0, at[1] - 2500.0) < 1e-6);
    assert_true(length < 9500.0 && length > 8900.0);
    for (double m = 0.0; m < length - 10.0; m += 10.0) {
        vd_flight_at(flight, m, at);
        vd_flight_at(flight, m + 10.0, next);
        /* Between steps of 13 m bumps of 90 m may be a little higher than at both. */
        assert_true(at[2] - hills(NULL, at[0], at[1]) >
                    120.0 - 30.0 * (1.0 - cos(PI * 13.0 / 90.0)));
        steepest = fmax(steepest, fabs(next[2] - at[2]) / 10.0);
        assert_true(fabs(hypot(next[0] - at[0], next[1] - at[1]) - 10.0) < 0.2);
        double heading = atan2(next[1] - at[1], next[0] - at[0]);
        if (m > 0.0) sharpest = fmax(sharpest, fabs(heading - before) * 180.0 / PI);
        before = heading;
    }
    /* The bumps alone are up to 210 % steep, the hills 72 %. */
    print_message("a way is up to %.0f %% steep and turns by up to %.1f degrees in 10 m\n",
                  100.0 * steepest, sharpest);
    assert_true(steepest < 0.25 && sharpest < 6.0);
    /* Straight on beyond both ends. */
    vd_flight_at(flight, -100.0, at);
    assert_true(fabs(at[0] + 100.0) < 1e-3 && fabs(at[1]) < 1e-3);
    vd_flight_at(flight, length + 100.0, at);
    assert_true(fabs(at[0] - 7100.0) < 1e-3 && fabs(at[1] - 2500.0) < 1e-3);
    vd_flight_destroy(flight);
    vd_context_destroy(context);
}

/* ---- scenes --------------------------------------------------------------------------------- */

static double height_hilly(int column, int row)
{
    return 300.0 + 60.0 * sin(column / 5.0) * cos(row / 7.0);
}

/* A line over the DEM of 100 x 100 cells of 10 m, in UTM or in degrees. */
static void write_line(const char *path, bool in_degrees)
{
    double x[3] = {500100.0, 500450.0, 500900.0}, y[3] = {3999100.0, 3999600.0, 3999800.0};
    OGRSpatialReferenceH utm = OSRNewSpatialReference(NULL), wgs84 = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(utm, 32632);
    OSRImportFromEPSG(wgs84, 4326);
    OSRSetAxisMappingStrategy(utm, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(wgs84, OAMS_TRADITIONAL_GIS_ORDER);
    if (in_degrees) {
        OGRCoordinateTransformationH way = OCTNewCoordinateTransformation(utm, wgs84);
        assert_true(OCTTransform(way, 3, x, y, NULL));
        OCTDestroyCoordinateTransformation(way);
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out,
            "{\"type\":\"FeatureCollection\",%s\"features\":[{\"type\":\"Feature\",\"properties\":"
            "{},\"geometry\":{\"type\":\"LineString\",\"coordinates\":[[%.12g,%.12g],[%.12g,%.12g],"
            "[%.12g,%.12g]]}}]}\n",
            in_degrees
                ? ""
                : "\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::"
                  "32632\"}},",
            x[0], y[0], x[1], y[1], x[2], y[2]);
    fclose(out);
    OSRDestroySpatialReference(utm);
    OSRDestroySpatialReference(wgs84);
}

#define FLIGHT                                                                                     \
    "camera.size", "24x16", "render.samples", "1", "render.bounces", "0", "flight.height", "50",   \
        "flight.smoothing", "200", "flight.look_ahead", "150", "flight.tilt", "10"

static const double *eye_of(const vd_scene *scene, double out[3])
{
    const vdk_position *at = &scene->flat.view.eye;
    out[0] = 10.0 * (at->cx + (double)at->fx - 0.5);
    out[1] = -10.0 * (at->cy + (double)at->fy - 0.5);
    out[2] = (double)at->z + scene->terrain->dem->base_m;
    return out;
}

/** Eyes of the frames are even steps apart, over the ground, and look ahead and down. */
static void frames_fly_along_the_line(void **state)
{
    enum { FRAMES = 9 };
    double eye[2][FRAMES][3];
    (void)state;
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < FRAMES; i++) {
            char frame[16];
            snprintf(frame, sizeof(frame), "%d", i + 1);
            const char *const knobs[] = {FLIGHT,
                                         "flight.path",
                                         k ? "degrees.geojson" : "utm.geojson",
                                         "animation.length",
                                         "9",
                                         "animation.frame",
                                         frame,
                                         NULL};
            stage s = open_stage("hilly.tif", knobs, NULL);
            const vdk_view_camera *camera = &s.scene->flat.view;
            eye_of(s.scene, eye[k][i]);
            double ground = (double)vdk_height_of(&s.scene->flat.terrain, camera->eye.cx,
                                                  camera->eye.cy, camera->eye.fx, camera->eye.fy) +
                            s.scene->terrain->dem->base_m;
            assert_true(eye[k][i][2] - ground > 49.5);
            assert_true(fabs((double)camera->forward.z + sin(10.0 * PI / 180.0)) < 1e-4);
            close_stage(&s);
        }
    double step = hypot(eye[0][1][0] - eye[0][0][0], eye[0][1][1] - eye[0][0][1]);
    assert_true(fabs(eye[0][0][0] - 100.0) < 0.01 && fabs(eye[0][0][1] + 900.0) < 0.01);
    assert_true(fabs(eye[0][8][0] - 900.0) < 0.01 && fabs(eye[0][8][1] + 200.0) < 0.01);
    for (int i = 0; i < FRAMES; i++) {
        /* A chord of a bend is a little shorter than its way. */
        if (i > 0) {
            double own = hypot(eye[0][i][0] - eye[0][i - 1][0], eye[0][i][1] - eye[0][i - 1][1]);
            assert_true(fabs(own - step) < 0.03 * step);
        }
        for (int c = 0; c < 3; c++) assert_true(fabs(eye[0][i][c] - eye[1][i][c]) < 0.05);
    }
}

/* Fails, or renders so many frames. */
static vd_result animate(const char *const *knobs, const char *const *more, int *frames,
                         char error[512])
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, "render", "hilly.tif", knobs, more);
    vd_result result = vd_animate(context, settings, frames);
    snprintf(error, 512, "%s", vd_context_error(context));
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return result;
}

/** Of a speed the line is flown in as many frames as that takes. */
static void a_speed_says_how_many_frames(void **state)
{
    static const char *const knobs[] = {
        FLIGHT,         "flight.path", "utm.geojson",   "output.path", "speed_%02d.png",
        "flight.speed", "2000",        "animation.fps", "4",           "output.overwrite",
        "true",         NULL};
    char error[512];
    int frames;
    (void)state;
    /* 1103 m less what the bend is rounded off, 500 m a frame: three steps. */
    assert_int_equal(animate(knobs, NULL, &frames, error), VD_OK);
    assert_int_equal(frames, 4);
}

/** A run finds frames of other settings, in PNG, EXR and GeoTIFF, and says so before it renders. */
static void frames_of_other_settings_are_found(void **state)
{
    static const char *const patterns[] = {"mark_%02d.png", "mark_%02d.exr", "mark_%02d.tif"};
    (void)state;
    for (int k = 0; k < 3; k++) {
        const char *const knobs[] = {FLIGHT, "flight.path", "utm.geojson", "animation.length",
                                     "3",    "output.path", patterns[k],   NULL};
        char error[512], path[32];
        int frames;
        for (int i = 1; i <= 3; i++) {
            snprintf(path, sizeof(path), patterns[k], i);
            unlink(path);
        }
        assert_int_equal(animate(knobs, NULL, &frames, error), VD_OK);
        assert_int_equal(frames, 3);
        unlink(path);
        assert_int_equal(
            animate(knobs, (const char *[]){"render.threads", "1", NULL}, &frames, error), VD_OK);
        assert_int_equal(frames, 1);
        unlink(path);
        const char *const higher[] = {"sun.altitude", "20", NULL};
        assert_int_equal(animate(knobs, higher, &frames, error), VD_ERR_SETTING);
        assert_int_equal(frames, 0);
        assert_non_null(strstr(error, "is a frame of other settings"));
        const char *const anew[] = {"sun.altitude", "20", "output.overwrite", "true", NULL};
        assert_int_equal(animate(knobs, anew, &frames, error), VD_OK);
        assert_int_equal(frames, 3);
    }
}

/** A camera that goes under ground in a frame to come is found at the first. */
static void a_camera_in_the_ground_is_found_at_once(void **state)
{
    static const char *const knobs[] = {
        "camera.size",
        "24x16",
        "render.samples",
        "1",
        "camera.target",
        "500900,3999500,300",
        "keyframes",
        "frame=1,knob=camera.eye,value=500100,3999500,600,way=linear",
        "keyframes",
        "frame=9,knob=camera.eye,value=500500,3999500,100",
        "output.path",
        "sunk_%02d.png",
        "output.overwrite",
        "true",
        NULL};
    char error[512];
    int frames;
    (void)state;
    assert_int_equal(animate(knobs, NULL, &frames, error), VD_ERR_SETTING);
    if (!strstr(error, "frame ")) fail_msg("%s", error);
    assert_non_null(strstr(error, "under the ground"));
    assert_int_not_equal(access("sunk_01.png", F_OK), 0);
}

static int set_up(void **state)
{
    (void)state;
    write_dem("hilly.tif", 100, 10.0, height_hilly);
    write_line("utm.geojson", false);
    write_line("degrees.geojson", true);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_way_is_smooth_and_high_enough),
        cmocka_unit_test(frames_fly_along_the_line),
        cmocka_unit_test(a_speed_says_how_many_frames),
        cmocka_unit_test(frames_of_other_settings_are_found),
        cmocka_unit_test(a_camera_in_the_ground_is_found_at_once),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
