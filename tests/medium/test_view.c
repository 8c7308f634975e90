/* Cameras: where known points come to lie in the picture, that a fitted view shows everything and
 * wastes little, and what is said of an eye in the ground. */
#include <math.h>

#include "kernel/view.h"
#include "random.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define EYE "391000,3799000,agl:900"
#define TARGET "393000,3800500,agl:0"
enum { WIDTH = 640, HEIGHT = 360 };
static const char *const size[] = {"camera.size", "640x360", NULL};

static const double PI = 3.14159265358979323846;

/* ---- projections ---------------------------------------------------------------------------- */

/* A camera worked out from map coordinates, in doubles and by libm. */
typedef struct reference {
    double eye[3], right[3], up[3], forward[3];
} reference;

static double ground_m(const vd_scene *scene, double x, double y)
{
    const vd_terrain *t = scene->terrain;
    const double *g = t->dem->info.geotransform;
    double column = (x - g[0]) / g[1] + 0.5, row = (y - g[3]) / g[5] + 0.5;
    int i = (int)floor(column), j = (int)floor(row);
    return t->dem->base_m + (double)vdk_patch_height(vdk_patch_at(&t->field, i, j),
                                                     (float)(column - i), (float)(row - j));
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double a[3], const double b[3], double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3];
}

static void normalise(double v[3])
{
    double length = sqrt(dot(v, v));
    for (int i = 0; i < 3; i++) v[i] /= length;
}

static reference reference_camera(const vd_scene *scene, bool is_level)
{
    const double zenith[3] = {0.0, 0.0, 1.0};
    reference r = {.eye = {391000.0, 3799000.0, 0.0}};
    double target[3] = {393000.0, 3800500.0, ground_m(scene, 393000.0, 3800500.0)};
    r.eye[2] = ground_m(scene, r.eye[0], r.eye[1]) + 900.0;
    for (int i = 0; i < 3; i++) r.forward[i] = target[i] - r.eye[i];
    if (is_level) r.forward[2] = 0.0;
    normalise(r.forward);
    cross(r.forward, zenith, r.right);
    normalise(r.right);
    cross(r.right, r.forward, r.up);
    return r;
}

/* The pixel coordinates of a direction, by the textbook; unit is a pixel on the plane. */
static void project(const reference *r, int projection, const double d[3], double unit,
                    double out[2])
{
    double x = dot(d, r->right), y = dot(d, r->up), z = dot(d, r->forward), angle, across;
    switch (projection) {
    case VDK_PROJECTION_PANORAMA:
        out[0] = atan2(x, z);
        out[1] = atan2(y, hypot(x, z));
        break;
    case VDK_PROJECTION_CYLINDER:
        out[0] = atan2(x, z);
        out[1] = y / hypot(x, z);
        break;
    case VDK_PROJECTION_FISHEYE:
        across = hypot(x, y);
        angle = atan2(across, z);
        out[0] = across > 0.0 ? angle * x / across : 0.0;
        out[1] = across > 0.0 ? angle * y / across : 0.0;
        break;
    default: out[0] = x / z; out[1] = y / z;
    }
    out[0] = 0.5 * WIDTH + out[0] / unit;
    out[1] = 0.5 * HEIGHT - out[1] / unit;
}

/* Rays of random places on the picture are projected back to where they came from. */
static void check_projection(const char *const *knobs, int projection, double unit, double shift_x,
                             double shift_y)
{
    stage s = open_stage(WINDOW, size, knobs);
    bool is_level = projection == VDK_PROJECTION_PANORAMA || projection == VDK_PROJECTION_CYLINDER;
    reference r = reference_camera(s.scene, is_level);
    test_random random = {7};
    double worst = 0.0;
    int seen = 0;
    for (int i = 0; i < 4000; i++) {
        int x = (int)(test_unit(&random) * WIDTH), y = (int)(test_unit(&random) * HEIGHT);
        float u = (float)test_unit(&random) - 0.5f, v = (float)test_unit(&random) - 0.5f;
        vdk_sight sight;
        double pixel[2];
        if (!vdk_view_ray(&s.scene->flat, x, y, u, v, &sight)) continue;
        seen++;
        double d[3] = {(double)sight.direction.x, (double)sight.direction.y,
                       (double)sight.direction.z};
        project(&r, projection, d, unit, pixel);
        double dx = pixel[0] - WIDTH * shift_x - (x + 0.5 + (double)u);
        double dy = pixel[1] + WIDTH * shift_y - (y + 0.5 + (double)v);
        worst = fmax(worst, hypot(dx, dy));
        /* And it leaves from the eye. */
        const double *g = s.scene->terrain->dem->info.geotransform;
        double map_x = g[0] + (sight.from.cx + (double)sight.from.fx - 0.5) * g[1];
        assert_true(fabs(map_x - r.eye[0]) < 1e-2);
    }
    printf("projection %d: off by %.4f pixels at most, of %d\n", projection, worst, seen);
    assert_true(worst < 0.05);
    assert_true(seen > 2000);
    close_stage(&s);
}

static void test_projections(void **state)
{
    (void)state;
#define PLACE "camera.eye", EYE, "camera.target", TARGET
    check_projection((const char *[]){PLACE, "camera.fov", "50", NULL}, VDK_PROJECTION_PERSPECTIVE,
                     2.0 * tan(25.0 * PI / 180.0) / WIDTH, 0.0, 0.0);
    check_projection((const char *[]){PLACE, "camera.focal_length", "24", "camera.sensor_width",
                                      "32", "camera.shift_x", "0.2", "camera.shift_y", "-0.1",
                                      NULL},
                     VDK_PROJECTION_PERSPECTIVE, 32.0 / 24.0 / WIDTH, 0.2, -0.1);
    check_projection((const char *[]){PLACE, "camera.projection", "panorama", NULL},
                     VDK_PROJECTION_PANORAMA, 2.0 * PI / WIDTH, 0.0, 0.0);
    check_projection(
        (const char *[]){PLACE, "camera.projection", "cylinder", "camera.fov", "120", NULL},
        VDK_PROJECTION_CYLINDER, 120.0 * PI / 180.0 / WIDTH, 0.0, 0.0);
    check_projection(
        (const char *[]){PLACE, "camera.projection", "fisheye", "camera.fov", "360", NULL},
        VDK_PROJECTION_FISHEYE, 2.0 * PI / WIDTH, 0.0, 0.0);
    check_projection(
        (const char *[]){PLACE, "camera.projection", "fisheye", "camera.focal_length", "8", NULL},
        VDK_PROJECTION_FISHEYE, 36.0 / 8.0 / WIDTH, 0.0, 0.0);
}

/* An ortho picture's pixels are so many metres apart across its lines of sight, which are parallel.
 */
static void test_ortho(void **state)
{
    (void)state;
    stage s = open_stage(
        WINDOW, size,
        (const char *[]){PLACE, "camera.projection", "ortho", "camera.width", "6400", NULL});
    reference r = reference_camera(s.scene, false);
    vdk_sight a, b;
    assert_true(vdk_view_ray(&s.scene->flat, 0, 200, 0.0f, 0.0f, &a));
    assert_true(vdk_view_ray(&s.scene->flat, 639, 20, 0.0f, 0.0f, &b));
    double d[3] = {(double)a.direction.x, (double)a.direction.y, (double)a.direction.z};
    assert_true(dot(d, r.forward) > 1.0 - 1e-9);
    assert_memory_equal(&a.direction, &b.direction, sizeof(vdk_vec));
    double cell = s.scene->terrain->dem->info.geotransform[1];
    double across[3] = {cell * (b.from.cx - a.from.cx + (double)b.from.fx - (double)a.from.fx),
                        -cell * (b.from.cy - a.from.cy + (double)b.from.fy - (double)a.from.fy),
                        (double)(b.from.z - a.from.z)};
    assert_true(fabs(dot(across, r.right) - 6390.0) < 0.05 * 10.0);
    assert_true(fabs(dot(across, r.up) - 1800.0) < 0.05 * 10.0);
    close_stage(&s);
}

/* ---- fitted views --------------------------------------------------------------------------- */

typedef struct box {
    double x0, y0, x1, y1;
} box;

/* A corner of the block or a post into the picture. */
static void widen(const vd_scene *scene, double column, double row, double z, box *b)
{
    const vdk_scene *flat = &scene->flat;
    const vdk_view_camera *c = &flat->view;
    const double *m = scene->terrain->dem->info.to_grid;
    double dx = column - c->eye.cx - (double)c->eye.fx, dy = row - c->eye.cy - (double)c->eye.fy;
    double det = m[0] * m[3] - m[1] * m[2];
    double p[3] = {(m[3] * dx - m[1] * dy) / det, (m[0] * dy - m[2] * dx) / det,
                   (z - (double)c->eye.z) * (double)flat->terrain.z_factor};
    const vdk_vec axes[3] = {c->right, c->up, c->forward};
    double q[3];
    for (int k = 0; k < 3; k++)
        q[k] = p[0] * (double)axes[k].x + p[1] * (double)axes[k].y + p[2] * (double)axes[k].z;
    assert_true(q[2] > 0.0);
    double scale = c->projection == VDK_PROJECTION_ORTHO ? 1.0 : 1.0 / q[2];
    if (c->projection == VDK_PROJECTION_FISHEYE) {
        double across = hypot(q[0], q[1]);
        scale = across > 0.0 ? atan2(across, q[2]) / across : 0.0;
    }
    double x = (double)c->middle_x + q[0] * scale / (double)c->pixel;
    double y = (double)c->middle_y - q[1] * scale / (double)c->pixel;
    *b = (box){fmin(b->x0, x), fmin(b->y0, y), fmax(b->x1, x), fmax(b->y1, y)};
}

static box bounds_of(const vd_scene *scene)
{
    const vdk_height_field *f = &scene->flat.terrain;
    box b = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    for (int k = 0; k < 4; k++)
        widen(scene, (k & 1) ? f->cells_x - 0.5 : 0.5, (k & 2) ? f->cells_y - 0.5 : 0.5,
              (double)scene->flat.block.base, &b);
    /* Posts, and between the outermost two of each row and column the edge. */
    for (int j = 0; j <= f->cells_y; j++)
        for (int i = 0; i <= f->cells_x; i++) {
            double x = fmin(fmax(i, 0.5), f->cells_x - 0.5);
            double y = fmin(fmax(j, 0.5), f->cells_y - 0.5);
            int cx = vdk_imin(i, f->cells_x - 1), cy = vdk_imin(j, f->cells_y - 1);
            float z = vdk_patch_height(vdk_patch_at(f, cx, cy), (float)(x - cx), (float)(y - cy));
            widen(scene, x, y, (double)z, &b);
        }
    return b;
}

static void test_fit(void **state)
{
    static const char *const cases[][9] = {
        {NULL},
        {"camera.view_from", "NNE", "camera.tilt", "12", NULL},
        {"camera.view_from", "100", "camera.tilt", "90", "camera.fov", "70", NULL},
        {"camera.shift_y", "0.15", "camera.shift_x", "-0.2", "camera.tilt", "0", "terrain.plane",
         "none", NULL},
        {"camera.focal_length", "200", "terrain.z_factor", "3", NULL},
        {"camera.projection", "ortho", "camera.view_from", "E", NULL},
        {"camera.projection", "ortho", "camera.tilt", "5", "terrain.z_factor", "4", NULL},
        {"camera.projection", "fisheye", "camera.fov", "120", NULL},
        {"camera.target", "390000,3800000,agl:0", "camera.view_from", "NW", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        stage s = open_stage(WINDOW, size, cases[i]);
        box b = bounds_of(s.scene);
        double margin_x = fmin(b.x0, WIDTH - b.x1), margin_y = fmin(b.y0, HEIGHT - b.y1);
        printf("fit %zu: %.2f..%.2f, %.2f..%.2f\n", i, b.x0, b.x1, b.y0, b.y1);
        assert_true(margin_x > 0.0 && margin_y > 0.0);
        bool is_centred =
            s.scene->flat.view.projection != VDK_PROJECTION_FISHEYE && !s.scene->view.has_target;
        /* 3 % of the picture along the tighter axis, and as much on both sides of each. */
        if (!is_centred) assert_true(fmin(margin_x / WIDTH, margin_y / HEIGHT) < 0.035);
        if (is_centred) {
            double tightest = fmin(margin_x / WIDTH, margin_y / HEIGHT);
            assert_true(fabs(tightest - 0.03) < 1e-3);
            assert_true(fabs(b.x0 + b.x1 - WIDTH) < 0.1);
            assert_true(fabs(b.y0 + b.y1 - HEIGHT) < 0.1);
        }
        close_stage(&s);
    }
}

/* ---- places and light ----------------------------------------------------------------------- */

static void test_eye_in_the_ground(void **state)
{
    static const char *const places[] = {"391000,3799000,100", "391000,3799000,agl:-5"};
    (void)state;
    stage s = open_stage(WINDOW, size, (const char *[]){"camera.eye", EYE, NULL});
    double ground = ground_m(s.scene, 391000.0, 3799000.0);
    double eye_m = (double)s.scene->flat.view.eye.z + s.scene->terrain->dem->base_m;
    assert_true(fabs(eye_m - ground - 900.0) < 1e-3);
    char expected[64];
    snprintf(expected, sizeof(expected), "which is at %.1f m there", ground);
    for (int i = 0; i < 2; i++) {
        vd_scene *scene = NULL;
        test_ok(s.context, vd_settings_set(s.context, s.settings, "--eye", places[i]));
        assert_int_equal(vd_scene_load(s.context, s.settings, &scene), VD_ERR_SETTING);
        const char *error = vd_context_error(s.context);
        if (strncmp(error, "--eye: ", 7) != 0 || !strstr(error, expected)) fail_msg("%s", error);
    }
    close_stage(&s);
}

/* From below there is nothing to see through a plane; without one there is the block's underside.
 */
static void test_eye_under_the_plane(void **state)
{
    static const char *const looks[][3] = {{"camera.tilt", "-10", NULL},
                                           {"camera.eye", "380000,3799000,-5000", NULL}};
    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *knobs[] = {looks[i][0], looks[i][1], "terrain.plane", "none", NULL};
        stage s = open_stage(WINDOW, size, knobs);
        vd_scene *scene = NULL;
        double base_m = (double)s.scene->flat.block.base + s.scene->terrain->dem->base_m;
        char expected[64];
        test_ok(s.context, vd_settings_set(s.context, s.settings, "--terrain-plane", "shadow"));
        assert_int_equal(vd_scene_load(s.context, s.settings, &scene), VD_ERR_SETTING);
        const char *error = vd_context_error(s.context);
        snprintf(expected, sizeof(expected), "under the plane around the DEM, which is at %.1f m",
                 base_m);
        if (!strstr(error, expected)) fail_msg("%s", error);
        close_stage(&s);
    }
}

/* What is wrong with a place is said of the knob that made it, with a way out that it has. */
static void test_remedies(void **state)
{
    static const char *const rows[][9] = {
        {"--eye: is no place near the DEM; X,Y are in its own CRS, and it covers 38", "3794",
         "--eye", "-118,34.3,5000", NULL},
        {"--target: is no place near the DEM", "to 39", "--target", "1,1,agl:0", NULL},
        {"--eye: stands on the ground", "above 0", "--eye", "391000,3799000,agl:0", NULL},
        {"--eye: is too far", "lower Z", "--eye", "391000,3799000,1e30", NULL},
        {"--focal-length: puts", "longer", "--focal-length", "0.01", NULL},
        {"--tilt: puts", "above 0", "--tilt", "-90", NULL},
        {"--distance: puts", "farther", "--distance", "1", "--target", "391000,3799000,agl:-9",
         NULL},
    };
    (void)state;
    stage s = open_stage(WINDOW, size, (const char *[]){NULL});
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        vd_scene *scene = NULL;
        vd_settings *settings;
        test_ok(s.context, vd_settings_copy(s.context, s.settings, &settings));
        for (int k = 2; rows[i][k]; k += 2)
            test_ok(s.context, vd_settings_set(s.context, settings, rows[i][k], rows[i][k + 1]));
        assert_int_equal(vd_scene_load(s.context, settings, &scene), VD_ERR_SETTING);
        const char *error = vd_context_error(s.context);
        if (strncmp(error, rows[i][0], strlen(rows[i][0])) != 0 || !strstr(error, rows[i][1]))
            fail_msg("%s", error);
        vd_settings_destroy(settings);
    }
    close_stage(&s);
}

/* Beyond the projection a picture is transparent, and only a picture that reaches there has alpha.
 * What is cut by its edge has the colour of what is within. */
static void test_beyond_the_projection(void **state)
{
    static const struct {
        const char *projection, *fov;
        bool fills;
    } rows[] = {{"panorama", "360", false},
                {"panorama", "90", true},
                {"cylinder", "360", true},
                {"fisheye", "360", false},
                {"fisheye", "120", true}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        vd_picture *picture = NULL;
        float rgba[64 * 4];
        stage s = open_stage(WINDOW, size,
                             (const char *[]){PLACE, "camera.projection", rows[i].projection,
                                              "camera.fov", rows[i].fov, "camera.size", "64x40",
                                              "render.samples", "4", NULL});
        assert_true(vd_view_fills(&s.scene->flat, &s.scene->frame) == rows[i].fills);
        test_ok(s.context, vd_render(s.context, s.scene, &picture));
        test_ok(s.context, vd_picture_read(s.context, picture, 0, 0, 64, 1, rgba));
        assert_true((rgba[3] < 0.5f) == !rows[i].fills);
        test_ok(s.context, vd_picture_read(s.context, picture, 0, 20, 64, 1, rgba));
        for (int x = 0; x < 64; x++)
            if (rgba[4 * x + 3] > 0.0f) assert_true(rgba[4 * x + 2] > 0.01f);
        assert_true(rgba[4 * 32 + 3] == 1.0f);
        vd_picture_destroy(picture);
        close_stage(&s);
    }
}

static void keep_message(void *user, vd_level level, const char *text)
{
    if (level == VD_LEVEL_WARNING) snprintf(user, 256, "%s", text);
}

static void test_nodata_is_told(void **state)
{
    char said[256] = "";
    vd_callbacks callbacks = {.user = said, .message = keep_message};
    vd_context *context;
    vd_scene *scene = NULL;
    (void)state;
    FILE *file = fopen("holes.asc", "w");
    assert_non_null(file);
    fputs("ncols 9\nnrows 9\nxllcorner 0\nyllcorner 0\ncellsize 30\nnodata_value -9\n", file);
    for (int i = 0; i < 81; i++) fprintf(file, "%d\n", i % 7 == 3 ? -9 : 100 + i);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(vd_context_create(&callbacks, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, "render", "holes.asc", NULL, NULL);
    test_ok(context, vd_scene_load(context, settings, &scene));
    if (strncmp(said, "12 cells without data", 21) != 0) fail_msg("%s", said);
    vd_scene_destroy(scene);

    said[0] = '\0';
    test_ok(context, vd_settings_set(context, settings, "--fill-nodata", "all"));
    test_ok(context, vd_scene_load(context, settings, &scene));
    assert_string_equal(said, "");
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static void test_sun_on_the_left(void **state)
{
    static const struct {
        const char *tilt;
        double azimuth;
    } rows[] = {{"0", -105.0}, {"35", -105.0}, {"50", -105.0}, {"70", -75.0}, {"90", -45.0}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        stage s = open_stage(
            WINDOW, size,
            (const char *[]){"camera.view_from", "S", "camera.tilt", rows[i].tilt, NULL});
        vdk_vec sun = s.scene->flat.suns[0].direction;
        double azimuth = atan2((double)sun.x, (double)sun.y) * 180.0 / PI;
        assert_true(fabs(azimuth - rows[i].azimuth) < 1e-3);
        close_stage(&s);
    }
}

static void test_curvature(void **state)
{
    static const char *const ways[][4] = {{"camera.curvature", "true", NULL},
                                          {"camera.curvature_coefficient", "0.87", NULL},
                                          {"camera.curvature", "true", "terrain.z_factor", "2"}};
    const double radius = (2.0 * 6378137.0 + 6356752.3142) / 3.0;
    (void)state;
    stage flat = open_stage(WINDOW, size, (const char *[]){PLACE, NULL});
    for (int way = 0; way < 3; way++) {
        const char *knobs[] = {PLACE,        ways[way][0],          ways[way][1],
                               ways[way][2], way == 2 ? "2" : NULL, NULL};
        stage bent = open_stage(WINDOW, size, knobs);
        const vd_dem_info *info = &bent.scene->terrain->dem->info;
        double worst = 0.0, z_factor = way == 2 ? 2.0 : 1.0;
        for (int j = 1; j < info->ny + 1; j += 7)
            for (int i = 1; i < info->nx + 1; i += 5) {
                double x = info->geotransform[0] + (i - 0.5) * info->geotransform[1] - 391000.0;
                double y = info->geotransform[3] + (j - 0.5) * info->geotransform[5] - 3799000.0;
                double drop = 0.87 * (x * x + y * y) / (2.0 * radius) / z_factor;
                double got = (double)vdk_post(&flat.scene->terrain->field, i, j) -
                             (double)vdk_post(&bent.scene->terrain->field, i, j);
                worst = fmax(worst, fabs(got - drop));
                /* What is coloured by elevation is not lowered. */
                vdk_position p = {i, j, 0.0f, 0.0f, vdk_post(&bent.scene->terrain->field, i, j)};
                double back = (double)vdk_elevation_at(&bent.scene->flat, p) -
                              (double)vdk_post(&flat.scene->terrain->field, i, j);
                assert_true(fabs(back) < 5e-4);
            }
        printf("curvature: off by %.6f m at most\n", worst);
        assert_true(worst < 2e-4); /* a float's spacing at 2 km is 1.2e-4 */
        close_stage(&bent);
    }
    close_stage(&flat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_projections),
        cmocka_unit_test(test_ortho),
        cmocka_unit_test(test_fit),
        cmocka_unit_test(test_eye_in_the_ground),
        cmocka_unit_test(test_eye_under_the_plane),
        cmocka_unit_test(test_remedies),
        cmocka_unit_test(test_beyond_the_projection),
        cmocka_unit_test(test_nodata_is_told),
        cmocka_unit_test(test_sun_on_the_left),
        cmocka_unit_test(test_curvature),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
