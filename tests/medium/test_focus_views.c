/* Depth of field after the render against that of rays through the same lens, on three scenes; that
 * nothing behind bleeds over what is sharp; and that compose makes the picture that render makes.
 * Circles and layers by themselves: unit/test_focus.c. */
#include <gdal.h>
#include <math.h>

#include "base/exr_in.h"
#include "composed.h"
#include "raster.h"

#define DEM VD_SOURCE_DIR "/data/bigtujunga.tif"
#define SIZE "camera.size", "160x100", "output.overwrite", "true"
#define FINE SIZE, "render.samples", "36"
#define QUICK SIZE, "render.samples", "2"
#define SHARP "focus_sharp.exr"
enum { WIDTH = 160, HEIGHT = 100 };

static void render(const char *const *knobs, const char *const *more)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, "render", DEM, knobs, more);
    test_write_outputs(context, settings);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

/* A peak before hills, focused by its place; the whole land as a model; a ridge far away, over
 * slopes that are near and blurred. */
static const struct {
    const char *name;
    const char *knobs[24];
} scenes[] = {
    {"peak",
     {"camera.eye", "391500,3799500,agl:150", "camera.target", "394500,3797500,agl:0", "camera.fov",
      "25", "lens.aperture", "30", "lens.focus", "394500,3797500", "lens.blades", "6", NULL}},
    {"model", {"lens.scale", "10000", "lens.f_stop", "0.25", NULL}},
    {"near",
     {"camera.eye", "391500,3799500,agl:60", "camera.target", "394500,3797500,agl:0", "camera.fov",
      "40", "lens.aperture", "20", "lens.focus", "6000", NULL}},
};

static const char *const to_lens[] = {FINE,       "output.path", "focus_lens.png",
                                      "lens.dof", "thin-lens",   NULL};
static const char *const to_post[] = {FINE,       "output.path", "focus_post.png",
                                      "lens.dof", "post",        NULL};

static void post_is_as_through_a_lens(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        render(scenes[i].knobs, to_lens);
        render(scenes[i].knobs, to_post);
        double ssim = test_ssim("focus_lens.png", "focus_post.png");
        printf("%s: SSIM %.4f of the lens's picture\n", scenes[i].name, ssim);
        assert_true(ssim >= 0.95);
    }
}

static float *read_channels(const char *path, const char *const *names, int count)
{
    vd_context *context = NULL;
    vd_exr_in *in = NULL;
    vd_exr_rows *rows = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_exr_in_open(context, path, &in));
    float *values = malloc(sizeof(float) * WIDTH * HEIGHT * (size_t)count);
    assert_non_null(values);
    for (int part = 0; part < vd_exr_in_parts(in) && !rows; part++) {
        int channels[4];
        for (int c = 0; c < count; c++) channels[c] = vd_exr_in_find(in, part, names[c]);
        if (channels[0] < 0) continue;
        test_ok(context, vd_exr_rows_open(context, in, part, channels, count, 1, &rows));
        test_ok(context, vd_exr_rows_read(context, rows, 0, HEIGHT, values));
    }
    assert_non_null(rows);
    vd_exr_rows_close(rows);
    vd_exr_in_close(in);
    vd_context_destroy(context);
    return values;
}

/* A peak in focus, before hills and sky that are not: what of it is sharp to half a pixel, and not
 * on an edge itself, keeps its light to a thousandth wherever the blur of what is behind would
 * reach it, and nothing near lies over it. */
static void nothing_bleeds_over_what_is_sharp(void **state)
{
    (void)state;
    static const char *const rgb[] = {"R", "G", "B"}, *const z[] = {"depth.Z"};
    static const char *const to_exr[] = {FINE,      "output.path", SHARP,  "output.type",
                                         "Float32", "lens.dof",    "post", NULL};
    char error[256];
    render(scenes[0].knobs, to_exr);
    float *sharp = read_channels(SHARP, rgb, 3), *depth = read_channels(SHARP, z, 1);
    const double radius_px = 30.0 * WIDTH / (2.0 * tan(12.5 * 3.14159265358979 / 180.0));
    const double focus_m = (double)depth[HEIGHT / 2 * WIDTH + WIDTH / 2];
    char focus[32];
    snprintf(focus, sizeof(focus), "%.9g", focus_m);
    const char *const to_blurred[] = {"compose.path",      SHARP,         "output.path",
                                      "focus_blurred.exr", "output.type", "Float32",
                                      "lens.focus",        focus,         NULL};
    assert_int_equal(test_compose(to_blurred, NULL, error), VD_OK);
    float *blurred = read_channels("focus_blurred.exr", rgb, 3);
    static double radius[HEIGHT][WIDTH];
    int on_rim = 0;
    double worst = 0.0;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        (&radius[0][0])[i] = radius_px * (1.0 / focus_m - 1.0 / (double)depth[i]);
    for (int y = 1; y < HEIGHT - 1; y++)
        for (int x = 1; x < WIDTH - 1; x++) {
            bool is_sharp = true, is_rim = false;
            for (int v = 0; v < HEIGHT; v++)
                for (int u = 0; u < WIDTH; u++) {
                    double r = radius[v][u], away = hypot(u - x, v - y);
                    if (away < 1.5 && fabs(r) > 0.3) is_sharp = false;
                    if (r < -0.3 && away < 2.0 - r) is_sharp = false;
                    if (r > 2.0 && away < r) is_rim = true;
                }
            if (!is_sharp || !is_rim) continue;
            on_rim++;
            for (int c = 0; c < 3; c++) {
                double was = (double)sharp[3 * (y * WIDTH + x) + c];
                worst = fmax(worst, fabs((double)blurred[3 * (y * WIDTH + x) + c] - was) / was);
            }
        }
    printf("%d sharp pixels on rims before blur: off by %.2g of their light at most\n", on_rim,
           worst);
    assert_true(on_rim > 10);
    assert_true(worst < 1e-3);
    free(sharp);
    free(depth);
    free(blurred);
}

/* What an EXR notes, and what is said anew, is the picture that a render makes; refusals. */
static void composed_is_as_rendered(void **state)
{
    (void)state;
    char error[256];
    const char *const to_quick[] = {QUICK,      "output.path", "focus_post.png",
                                    "lens.dof", "post",        NULL};
    const char *const to_exr[] = {QUICK,     "output.path", SHARP,  "output.type",
                                  "Float32", "lens.dof",    "post", NULL};
    const char *const plain[] = {"compose.path", SHARP, "output.path", "focus_composed.png", NULL};
    const char *const narrow[] = {"lens.aperture", "5", NULL};
    const char *const composed_narrow[] = {
        "compose.path", SHARP, "output.path", "focus_composed.png", "lens.aperture", "5", NULL};
    const char *const none[] = {"compose.path", SHARP,  "output.path", "focus_composed.png",
                                "lens.dof",     "none", NULL};
    render(scenes[0].knobs, to_quick);
    uint64_t direct = raster_hash("focus_post.png");
    render(scenes[0].knobs, to_exr);
    assert_int_equal(test_compose(plain, NULL, error), VD_OK);
    assert_true(raster_hash("focus_composed.png") == direct);
    assert_int_equal(test_compose(none, NULL, error), VD_OK);
    assert_true(raster_hash("focus_composed.png") != direct);
    const char *wide[24];
    int count = 0;
    for (const char *const *k = scenes[0].knobs; *k; k += 2)
        if (strcmp(*k, "lens.aperture") != 0) wide[count++] = k[0], wide[count++] = k[1];
    wide[count++] = narrow[0], wide[count++] = narrow[1], wide[count] = NULL;
    render(wide, to_quick);
    direct = raster_hash("focus_post.png");
    assert_int_equal(test_compose(composed_narrow, NULL, error), VD_OK);
    assert_true(raster_hash("focus_composed.png") == direct);
}

static void compose_refuses(void **state)
{
    (void)state;
    char error[256];
    static const struct {
        const char *knobs[8], *says;
    } cases[] = {
        {{"lens.dof", "thin-lens", NULL}, "which needs a render"},
        {{"lens.focus", "394500,3797500", NULL}, "knows no map"},
        {{"lens.focus", "-5", NULL}, "behind the camera"},
        {{"lens.blades", "2", NULL}, "make no opening"},
        {{"lens.dof", "none", "lens.focus", "900", NULL}, "all is sharp"},
    };
    const char *const to_exr[] = {QUICK, "output.path", SHARP, "lens.dof", "post", NULL};
    const char *const through[] = {QUICK, "output.path", SHARP, "lens.dof", "thin-lens", NULL};
    const char *const no_depth[] = {QUICK, "output.path", SHARP, NULL};
    const char *const blur[] = {"compose.path", SHARP,  "output.path", "focus_composed.png",
                                "lens.dof",     "post", NULL};
    render(scenes[1].knobs, to_exr);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *knobs[16] = {"compose.path", SHARP, "output.path", "focus_composed.png"};
        int count = 4;
        for (const char *const *k = cases[i].knobs; *k; k++) knobs[count++] = *k;
        knobs[count] = NULL;
        assert_int_equal(test_compose(knobs, NULL, error), VD_ERR_SETTING);
        if (!strstr(error, cases[i].says)) fail_msg("%s", error);
    }
    render(scenes[1].knobs, through);
    assert_int_equal(test_compose(blur, NULL, error), VD_ERR_SETTING);
    assert_non_null(strstr(error, "blurred already"));
    render(NULL, no_depth);
    assert_int_equal(test_compose(blur, NULL, error), VD_ERR_SETTING);
    assert_non_null(strstr(error, "holds no depth"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(post_is_as_through_a_lens),
        cmocka_unit_test(nothing_bleeds_over_what_is_sharp),
        cmocka_unit_test(composed_is_as_rendered),
        cmocka_unit_test(compose_refuses),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
