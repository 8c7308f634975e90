/* The shutter: a moving edge's blur against the integral of the shutter's curve, what stands still,
 * rows that are exposed one after the other, and poses between those of the host. */
#include <gdal.h>
#include <math.h>

#include "kernel/view.h"
#include "stage.h"
#include "terrain/batch.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

enum { COLUMNS = 64, WIDTH = 80, HEIGHT = 8 };
static const double PIXEL_M = 10.0, GONE_M = 400.0; /* in a frame */

/** A plane that rises eastwards by 1 %, so little that it is lit alike; a ramp makes its west black
 *  and its east white, with a sharp edge in the middle. */
static void write_edge(void)
{
    float heights[COLUMNS * COLUMNS];
    double geotransform[6] = {400000.0, 30.0, 0.0, 4000000.0, 0.0, -30.0};
    for (int i = 0; i < COLUMNS * COLUMNS; i++) heights[i] = (float)(0.3 * ((i % COLUMNS) + 0.5));
    GDALDatasetH out = GDALCreate(GDALGetDriverByName("GTiff"), "edge.tif", COLUMNS, COLUMNS, 1,
                                  GDT_Float32, NULL);
    assert_non_null(out);
    GDALSetGeoTransform(out, geotransform);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, 1), GF_Write, 0, 0, COLUMNS, COLUMNS,
                                  heights, COLUMNS, COLUMNS, GDT_Float32, 0, 0),
                     CE_None);
    GDALClose(out);
    FILE *ramp = fopen("edge.txt", "w");
    assert_non_null(ramp);
    double middle = 0.3 * COLUMNS / 2;
    fprintf(ramp, "%.9g 0 0 0\n%.9g 255 255 255\n", middle - 5.0, middle + 5.0);
    fclose(ramp);
}

/* From straight above, 400 m eastwards in a frame; the edge is in the middle half-way. */
static const char *const passing[] = {
    "dem.cell_size",
    "30",
    "terrain.border",
    "open",
    "surface.ramp",
    "edge.txt",
    "surface.ramp_match",
    "nearest",
    "sun.strength",
    "0",
    "sky.model",
    "uniform",
    "sky.strength",
    "1",
    "sky.color",
    "1",
    "render.bounces",
    "0",
    "camera.projection",
    "ortho",
    "camera.tilt",
    "90",
    "camera.view_from",
    "S",
    "camera.width",
    "800",
    "filter.shape",
    "box",
    "filter.width",
    "0.5",
    "keyframes",
    "frame=1,knob=camera.target,value=400760,3999040,100,way=linear",
    "keyframes",
    "frame=2,knob=camera.target,value=401160,3999040,100",
    "render.samples",
    "1024",
    NULL};

typedef struct shutter {
    const char *knobs[7];
    int count;       /* of its curve */
    double curve[5]; /* at even times, or of a trapezoid its ramp alone */
    double from, to;
} shutter;

/** The share of all light that has come in by a time of the shutter. */
static double light_by(const shutter *s, double t)
{
    double sum = 0.0, whole = 0.0;
    enum { STEPS = 20000 };
    for (int i = 0; i < STEPS; i++) {
        double at = (i + 0.5) / STEPS, open;
        if (s->count == 1) {
            open = fmin(1.0, fmin(at, 1.0 - at) / s->curve[0]);
        } else {
            double x = at * (s->count - 1);
            int k = (int)x;
            open = s->curve[k] + (x - k) * (s->curve[k + 1] - s->curve[k]);
        }
        whole += open;
        sum += at < (t - s->from) / (s->to - s->from) ? open : 0.0;
    }
    return sum / whole;
}

static void test_edge(void **state)
{
    static const shutter shutters[] = {
        {{"shutter.interval", "0,1"}, 2, {1.0, 1.0}, 0.0, 1.0},
        {{"shutter.interval", "0.25,0.75"}, 2, {1.0, 1.0}, 0.25, 0.75},
        {{"shutter.interval", "0,1", "shutter.shape", "trapezoid"}, 1, {0.25}, 0.0, 1.0},
        {{"shutter.interval", "0,1", "shutter.shape", "trapezoid", "shutter.ramp", "1"},
         1,
         {0.5},
         0.0,
         1.0},
        {{"shutter.interval", "0,1", "shutter.curve", "0,1,0.5,0.2,0"},
         5,
         {0.0, 1.0, 0.5, 0.2, 0.0},
         0.0,
         1.0},
        {{"shutter.interval", "0,1", "shutter.curve", "1,0,0,1"}, 4, {1, 0, 0, 1}, 0.0, 1.0},
    };
    static const char *const size[] = {"camera.size", "80x8", NULL};
    (void)state;
    for (size_t k = 0; k < sizeof(shutters) / sizeof(shutters[0]); k++) {
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_picture *picture = NULL;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings = test_settings_for(context, "render", "edge.tif", passing, size);
        test_apply(context, settings, shutters[k].knobs);
        test_ok(context, vd_scene_load(context, settings, &scene));
        test_ok(context, vd_render(context, scene, &picture));
        test_picture p = test_picture_of(context, picture);
        double error = 0.0, white = (double)p.rgba[4 * (WIDTH - 1)];
        for (int x = 0; x < WIDTH; x++) {
            double value = 0.0, wanted = 0.0;
            for (int y = 0; y < HEIGHT; y++) value += (double)p.rgba[4 * (y * WIDTH + x)] / HEIGHT;
            /* It is white there once the edge has passed, averaged over the filter. */
            for (int i = 0; i < 16; i++) {
                double at = (x + 0.5 - 0.5 * WIDTH + ((i + 0.5) / 16.0 - 0.5) * 0.5) * PIXEL_M;
                wanted += (1.0 - light_by(&shutters[k], (0.5 * GONE_M - at) / GONE_M)) / 16.0;
            }
            error += fabs(value / white - wanted);
            /* The table's step of the light; it is all of it where the shutter is closed in
             * between, as the last one is. */
            assert_true(fabs(value / white - wanted) < 1.0 / VDK_SHUTTER_CELLS);
        }
        error /= GONE_M / PIXEL_M; /* over the way of the edge */
        if (!(error < 0.003)) fail_msg("shutter %zu: integral error %g", k, error);
        free(p.rgba);
        vd_picture_destroy(picture);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
}

/* Each row sees the edge where it is when that row is exposed. */
static void test_rolling(void **state)
{
    static const char *const size[] = {"camera.size", "80x40", "filter.width", "1", NULL};
    static const char *const rolling[] = {
        "shutter.interval", "0.25,0.26", "shutter.rolling", "0.5", "render.samples", "512", NULL};
    enum { ROWS = 40 };
    (void)state;
    const char *knobs[80];
    int count = 0;
    for (int i = 0; passing[i]; i++) knobs[count++] = passing[i];
    for (int i = 0; size[i]; i++) knobs[count++] = size[i];
    knobs[count] = NULL;
    test_picture p = test_render_by("render", "edge.tif", knobs, rolling);
    double white = (double)p.rgba[4 * (WIDTH - 1)];
    for (int y = 0; y < ROWS; y++) {
        double black = 0.0, when = 0.255 + 0.5 * (y + 0.5) / ROWS;
        for (int x = 0; x < WIDTH; x++) black += 1.0 - (double)p.rgba[4 * (y * WIDTH + x)] / white;
        double edge = 0.5 * WIDTH + (0.5 - when) * GONE_M / PIXEL_M;
        /* A row is half a pixel of the edge's way high, over which times are spread evenly; the
         * share of the edge's pixel that 512 samples see has a standard error below 0.022. */
        if (!(fabs(black - edge) < 0.05)) fail_msg("row %d: %g, not %g", y, black, edge);
    }
    free(p.rgba);
}

/* What stands still is the same with a shutter and without, to the bit, if something else moves or
 * nothing does; and threads change nothing of what moves. */
static void test_still(void **state)
{
    static const char *const plain[] = {"camera.size", "40x30", "render.samples", "4", NULL};
    static const char *const pairs[][3][9] = {
        {{NULL}, {"shutter.interval", "0,1"}, {"shutter.interval", "-1,1", "shutter.rolling", "1"}},
        {{"keyframes", "1,surface.albedo,0.2", "keyframes", "3,surface.albedo,0.6",
          "animation.frame", "2"},
         {"keyframes", "1,surface.albedo,0.2", "keyframes", "3,surface.albedo,0.6",
          "animation.frame", "2", "shutter.interval", "0,1"},
         {"keyframes", "1,surface.albedo,0.2", "keyframes", "3,surface.albedo,0.6",
          "animation.frame", "2", "shutter.interval", "0,1"}},
        {{"animation.orbit", "30", "animation.length", "3", "shutter.interval", "0,1"},
         {"animation.orbit", "30", "animation.length", "3", "shutter.interval", "0,1",
          "render.threads", "1"},
         {"animation.orbit", "30", "animation.length", "3", "shutter.interval", "0,1",
          "render.tile", "16"}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        uint64_t hash[3];
        for (int k = 0; k < 3; k++) {
            test_picture p = test_render_by("render", WINDOW, plain, pairs[i][k]);
            hash[k] = test_picture_hash(&p);
            free(p.rgba);
        }
        assert_true(hash[0] == hash[1] && hash[0] == hash[2]);
    }
}

/* A flight close to the ground, of which each sample has an eye of its own: all that trace and
 * shade make the same picture of it, to the bit. */
static void test_tracers(void **state)
{
    static const char *const low[] = {"camera.size",
                                      "64x36",
                                      "render.samples",
                                      "8",
                                      "camera.target",
                                      "393000,3800500,agl:100",
                                      "camera.fov",
                                      "60",
                                      "keyframes",
                                      "frame=1,knob=camera.eye,value=391000,3799000,agl:60",
                                      "keyframes",
                                      "frame=2,knob=camera.eye,value=391700,3799500,agl:60",
                                      "shutter.interval",
                                      "0,1",
                                      NULL};
    static const char *const rows[] = {"shutter.rolling", "0.5", "shutter.shape", "trapezoid",
                                       NULL};
    uint64_t first[2] = {0, 0};
    vd_tracer tracer;
    (void)state;
    for (int i = 0; vd_tracer_at(i, &tracer); i++)
        for (int k = 0; k < 2; k++) {
            assert_int_equal(setenv("VEDUTA_ISA", tracer.isa, 1), 0);
            test_picture p = test_render_by("render", WINDOW, low, k ? rows : NULL);
            unsetenv("VEDUTA_ISA");
            uint64_t hash = test_picture_hash(&p);
            if (i == 0) first[k] = hash;
            assert_true(hash == first[k]);
            free(p.rgba);
        }
}

/** The angle between two unit vectors, for small ones. */
static double angle(vdk_vec a, vdk_vec b)
{
    double x = (double)a.x - (double)b.x, y = (double)a.y - (double)b.y;
    return sqrt(x * x + y * y + pow((double)a.z - (double)b.z, 2.0));
}

/* A camera that goes round by 40 degrees a frame: between poses it is where its own settings put it
 * at that time. */
static void test_poses(void **state)
{
    static const char *const turning[] = {
        "camera.size",      "64x36", "animation.orbit", "40",   "camera.tilt", "25",
        "animation.length", "1",     "camera.distance", "9000", NULL};
    const double piece = 40.0 / 16.0 * 3.14159265358979 / 180.0;
    (void)state;
    stage moving = open_stage(WINDOW, turning, (const char *[]){"shutter.interval", "0,1", NULL});
    for (int k = 0; k <= 11; k++) {
        char frame[32];
        double time = k / 11.0;
        snprintf(frame, sizeof(frame), "%.9f", 1.0 + time);
        stage exact = open_stage(WINDOW, turning, (const char *[]){"animation.frame", frame, NULL});
        const vdk_scene *flat = &exact.scene->flat;
        vdk_pose pose = vdk_pose_at(&moving.scene->flat.view.motion, (float)time);
        vdk_vec off = vdk_metres_between(&flat->terrain, flat->view.eye, pose.eye);
        /* The sagitta of a piece, on the unit sphere and on the camera's circle. */
        double bound = piece * piece / 8.0 + 3e-7;
        assert_true(angle(pose.forward, flat->view.forward) < bound);
        assert_true(angle(pose.right, flat->view.right) < bound);
        assert_true(angle(pose.up, flat->view.up) < bound);
        assert_true(sqrt((double)vdk_vec_dot(off, off)) < 9000.0 * piece * piece / 8.0 + 0.01);
        close_stage(&exact);
    }
    close_stage(&moving);
}

static int set_up(void **state)
{
    (void)state;
    GDALAllRegister();
    write_edge();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_edge),  cmocka_unit_test(test_rolling), cmocka_unit_test(test_still),
        cmocka_unit_test(test_poses), cmocka_unit_test(test_tracers),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
