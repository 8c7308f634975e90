/* Scenes lit by environment maps: against the skies and suns that they can stand for, and what
 * turns them and the sun on and off. And pictures written as OpenEXR, against the picture in
 * memory. */
#include <math.h>
#include <unistd.h>

#include "base/half.h"
#include "exr_file.h"
#include "picture.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define WIDTH 64
#define HEIGHT 32

static const char *const small[] = {"dem.srcwin", "60,60,48,48", "render.samples", "64", NULL};

/** A map of light `around` with a spot of `bright` that reaches over some texels. */
static void write_map(const char *path, float around, float bright, int column, int row, int size)
{
    static float values[WIDTH * HEIGHT * 3];
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int x = i % WIDTH - column, y = i / WIDTH - row;
        bool inside = x >= 0 && x < size && y >= 0 && y < size;
        for (int c = 0; c < 3; c++) values[3 * i + c] = inside ? bright : around;
    }
    test_exr_file file = {.width = WIDTH,
                          .height = HEIGHT,
                          .compression = EXR_COMPRESSION_ZIP,
                          .part_count = 1,
                          .parts = {{.channels = "BGR", .values = values}}};
    test_exr_write(path, &file);
}

static double mean_of(const test_picture *p)
{
    double sum = 0.0;
    int64_t count = (int64_t)p->width * p->height;
    for (int64_t i = 0; i < count; i++) sum += (double)p->rgba[4 * i + 1];
    return sum / (double)count;
}

/** Of the green channels. */
static double correlation(const test_picture *a, const test_picture *b)
{
    double ma = mean_of(a), mb = mean_of(b), ab = 0.0, aa = 0.0, bb = 0.0;
    for (int64_t i = 0; i < (int64_t)a->width * a->height; i++) {
        double x = (double)a->rgba[4 * i + 1] - ma, y = (double)b->rgba[4 * i + 1] - mb;
        ab += x * y;
        aa += x * x;
        bb += y * y;
    }
    return ab / sqrt(aa * bb);
}

static test_picture lit_by(const char *map, const char *const *more)
{
    const char *knobs[16] = {"environment.path", map};
    int count = 2;
    for (; more && *more; more++) knobs[count++] = *more;
    return test_render(WINDOW, small, knobs);
}

/* The same light, and the same up to noise in every pixel. */
static void constant_map_is_a_uniform_sky(void **state)
{
    (void)state;
    static const char *const sky[] = {"sky.strength", "0.8", "sun.strength", "0", NULL};
    write_map("even.exr", 0.4f, 0.4f, 0, 0, 0);
    test_picture a = lit_by("even.exr", (const char *const[]){"environment.strength", "2", NULL});
    test_picture b = test_render(WINDOW, small, sky);
    double squares = 0.0;
    int64_t count = (int64_t)a.width * a.height;
    for (int64_t i = 0; i < count; i++) {
        double d = (double)(a.rgba[4 * i + 1] - b.rgba[4 * i + 1]);
        squares += d * d;
    }
    /* The mean of differences, by their own standard error; a float's rounding beside. */
    double error = sqrt(squares) / (double)count;
    double off = fabs(mean_of(&a) - mean_of(&b));
    if (!(off < 4.0 * error + 1e-6)) fail_msg("off by %g, of an error of %g", off, error);
    /* A pixel sees a sky of one value through 64 directions of four bounces at most: nearly all
       noise is in what share of them is blocked, below 0.1 a pixel at this strength. */
    assert_true(sqrt(squares / (double)count) < 0.1);
    free(a.rgba);
    free(b.rgba);
}

/* A spot where the sun was lights the same slopes; turned about, the others. */
static void spot_lights_from_where_it_is(void **state)
{
    (void)state;
    static const char *const east[] = {"sky.strength", "0", "sun.azimuth", "90", NULL};
    static const char *const west[] = {"sky.strength", "0", "sun.azimuth", "270", NULL};
    /* Azimuth 78.75 to 101.25, altitude 33.75 to 56.25. */
    write_map("east.exr", 0.0f, 10.0f, 14, 6, 4);
    static const char *const many[] = {"render.samples", "1024", NULL};
    test_picture spot = lit_by("east.exr", many);
    test_picture turned =
        lit_by("east.exr", (const char *const[]){"render.samples", "1024", "environment.rotation",
                                                 "180", NULL});
    test_picture back =
        lit_by("east.exr", (const char *const[]){"render.samples", "1024", "environment.rotation",
                                                 "-360", NULL});
    test_picture sun_east = test_render(WINDOW, small, east);
    test_picture sun_west = test_render(WINDOW, small, west);
    assert_true(correlation(&spot, &sun_east) > 0.9);
    assert_true(correlation(&turned, &sun_west) > 0.9);
    assert_true(correlation(&back, &sun_east) > 0.9);
    assert_true(correlation(&spot, &sun_west) < 0.0);
    assert_true(correlation(&turned, &sun_east) < 0.0);
    /* As bright as its solid angle says: a plane facing it has 10 * 22.5 degrees * (sin 56.25 -
       sin 33.75), and the sun 3; shadows and bounces are nearly the same. */
    double facing = 10.0 * 0.3927 * 0.27590;
    double ratio = mean_of(&spot) / mean_of(&sun_east);
    if (fabs(ratio / (facing / 3.0) - 1.0) > 0.06) fail_msg("a ratio of %g", ratio);
    free(spot.rgba);
    free(turned.rgba);
    free(back.rgba);
    free(sun_east.rgba);
    free(sun_west.rgba);
}

/* A map turns the default sun off; any knob of the sun keeps it, the default's value too. */
static void sun_is_there_if_asked_for(void **state)
{
    (void)state;
    static const char *const sun[] = {"sky.strength", "0", NULL};
    static const char *const asked[] = {"sun.strength", "3", NULL};
    write_map("black.exr", 0.0f, 0.0f, 0, 0, 0);
    test_picture none = lit_by("black.exr", NULL);
    test_picture one = lit_by("black.exr", asked);
    test_picture plain = test_render(WINDOW, small, sun);
    assert_true(mean_of(&none) == 0.0);
    double off = fabs(mean_of(&one) / mean_of(&plain) - 1.0);
    if (!(off < 0.005)) fail_msg("the sun beside a black map is off by %g", off);
    free(none.rgba);
    free(one.rgba);
    free(plain.rgba);
}

/** Renders to file.exr, and compares it with the picture in memory. */
static void compare_with_file(const char *command, const char *type, const char *const *knobs)
{
    static const char *const names[] = {"R", "G", "B", "A"};
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    vd_picture *picture = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, command, WINDOW, knobs, NULL);
    test_ok(context, vd_settings_set(context, settings, "output.path", "file.exr"));
    test_ok(context, vd_settings_set(context, settings, "output.overwrite", "true"));
    test_ok(context, vd_settings_set(context, settings, "render.samples", "4"));
    if (type) test_ok(context, vd_settings_set(context, settings, "output.type", type));
    test_ok(context, vd_outputs_check(context, settings));
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_render(context, scene, &picture));
    test_ok(context, vd_picture_write(context, picture));
    test_picture p = test_picture_of(context, picture);
    for (int c = 0; c < 4; c++) {
        int width, height;
        bool half = false;
        float *values = test_exr_read("file.exr", names[c], &width, &height, &half);
        if (c == 3 && !values) break;
        assert_non_null(values);
        assert_int_equal(width, p.width);
        assert_int_equal(height, p.height);
        assert_int_equal(half, !type);
        for (int64_t i = 0; i < (int64_t)width * height; i++) {
            const float *pixel = p.rgba + 4 * i;
            float want = c == 3 ? pixel[3] : pixel[c] * pixel[3];
            /* The file has the product, of which the picture's colour is the quotient; the product
             * of that may differ in the last bit, and so may the half next to it. */
            bool is_part = c < 3 && pixel[3] > 0.0f && pixel[3] < 1.0f;
            if (is_part && half)
                assert_true(fabsf(values[i] - want) <= want * 0x1p-10f);
            else if (is_part)
                assert_true(values[i] / pixel[3] == pixel[c]);
            else
                assert_true(half ? vd_half_of_float(values[i]) == vd_half_of_float(want)
                                 : values[i] == want);
        }
        free(values);
    }
    free(p.rgba);
    vd_picture_destroy(picture);
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

static void files_hold_the_picture(void **state)
{
    (void)state;
    static const char *const relief[] = {"dem.srcwin", "0,0,90,70", NULL};
    static const char *const cut_out[] = {"dem.srcwin", "0,0,90,70", "camera.crs", "EPSG:4326",
                                          NULL};
    static const char *const view[] = {
        "camera.size", "90x50", "background.fill", "transparent", "render.bounces", "0", NULL};
    for (int half = 0; half < 2; half++) {
        compare_with_file("relief", half ? NULL : "Float32", relief);
        compare_with_file("relief", half ? NULL : "Float32", cut_out);
        compare_with_file("render", half ? NULL : "Float32", view);
    }
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const files[] = {"even.exr", "east.exr", "black.exr", "file.exr"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) unlink(files[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(constant_map_is_a_uniform_sky),
        cmocka_unit_test(spot_lights_from_where_it_is),
        cmocka_unit_test(sun_is_there_if_asked_for),
        cmocka_unit_test(files_hold_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
