/* Files of environment maps: what is read of OpenEXR and Radiance pictures, and what is refused. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "atmosphere/environment.h"
#include "exr_file.h"

#define WIDTH 40
#define HEIGHT 20

static vd_context *context;
static int warnings;

static void count_warning(void *user, vd_level level, const char *text)
{
    (void)user, (void)text;
    warnings += level == VD_LEVEL_WARNING;
}

/** Values that halves hold exactly, different in each channel and pixel. */
static float value_at(int x, int y, int c)
{
    return (float)(1 + x + 50 * y) * (c == 0 ? 0.25f : c == 1 ? 0.5f : 1.0f);
}

/** Interleaved in the order of the letters. */
static void fill(float *out, const char *letters, int width, int height)
{
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (const char *l = letters; *l; l++)
                *out++ = *l == 'R'   ? value_at(x, y, 0)
                         : *l == 'G' ? value_at(x, y, 1)
                                     : value_at(x, y, 2);
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static vd_environment *load(const char *path)
{
    vd_environment *e = NULL;
    vd_result result = vd_environment_load(context, path, 1.0, &e);
    if (result != VD_OK) fail_msg("%s: %s", path, vd_context_error(context));
    return e;
}

/** It is refused with a message that begins with the file's name and holds these words. */
static void assert_refused(const char *path, vd_result code, const char *words)
{
    vd_environment *e = NULL;
    vd_context_clear(context);
    vd_result result = vd_environment_load(context, path, 1.0, &e);
    const char *error = vd_context_error(context);
    assert_null(e);
    if (result != code || strncmp(error, path, strlen(path)) != 0 || !strstr(error, words))
        fail_msg("%s, '%s' expected: %s: %s", path, words, vd_result_name(result), error);
}

static void assert_pixels(const vd_environment *e, int width, int height, bool grey)
{
    assert_int_equal(e->width, width);
    assert_int_equal(e->height, height);
    for (int i = 0; i < 3 * width * height; i++) {
        int pixel = i / 3;
        assert_true(e->texels[i] == value_at(pixel % width, pixel / width, grey ? 2 : i % 3));
    }
}

static const exr_compression_t compressions[] = {EXR_COMPRESSION_NONE, EXR_COMPRESSION_RLE,
                                                 EXR_COMPRESSION_ZIPS, EXR_COMPRESSION_ZIP,
                                                 EXR_COMPRESSION_PIZ};

static void every_kind_of_exr_is_read(void **state)
{
    (void)state;
    static float rgb[WIDTH * HEIGHT * 3], y[WIDTH * HEIGHT], rgba[WIDTH * HEIGHT * 4];
    fill(rgb, "BGR", WIDTH, HEIGHT);
    fill(rgba, "ABGR", WIDTH, HEIGHT);
    fill(y, "Y", WIDTH, HEIGHT);
    for (size_t i = 0; i < sizeof(compressions) / sizeof(compressions[0]); i++)
        for (int kind = 0; kind < 12; kind++) {
            static const char *const letters[] = {"BGR", "ABGR", "Y"};
            const float *const values[] = {rgb, rgba, y};
            test_exr_file file = {.width = WIDTH,
                                  .height = HEIGHT,
                                  .compression = compressions[i],
                                  .part_count = 1,
                                  .parts = {{.channels = letters[kind % 3],
                                             .values = values[kind % 3],
                                             .half = kind % 2,
                                             .tile = kind / 6 ? 16 : 0}}};
            test_exr_write("a.exr", &file);
            vd_environment *e = load("a.exr");
            assert_pixels(e, WIDTH, HEIGHT, kind % 3 == 2);
            vd_environment_destroy(e);
        }
    assert_int_equal(warnings, 0);
}

static void first_part_with_light_is_taken(void **state)
{
    (void)state;
    static float rgb[WIDTH * HEIGHT * 3], depth[WIDTH * HEIGHT];
    fill(rgb, "BGR", WIDTH, HEIGHT);
    test_exr_file file = {.width = WIDTH,
                          .height = HEIGHT,
                          .compression = EXR_COMPRESSION_ZIP,
                          .part_count = 2,
                          .parts = {{.name = "depth", .channels = "Z", .values = depth},
                                    {.name = "beauty", .channels = "BGR", .values = rgb}}};
    test_exr_write("a.exr", &file);
    vd_environment *e = load("a.exr");
    assert_pixels(e, WIDTH, HEIGHT, false);
    vd_environment_destroy(e);
    file.part_count = 1;
    test_exr_write("a.exr", &file);
    assert_refused("a.exr", VD_ERR_FORMAT, "R, G and B");
}

static void data_window_lies_in_the_picture(void **state)
{
    (void)state;
    static float rgb[WIDTH * HEIGHT * 3];
    fill(rgb, "BGR", WIDTH, HEIGHT);
    test_exr_file file = {.width = WIDTH,
                          .height = HEIGHT,
                          .left = -3,
                          .top = 5,
                          .display_width = 60,
                          .display_height = 30,
                          .compression = EXR_COMPRESSION_ZIP,
                          .part_count = 1,
                          .parts = {{.channels = "BGR", .values = rgb}}};
    for (int tile = 0; tile <= 16; tile += 16) {
        file.parts[0].tile = tile;
        test_exr_write("a.exr", &file);
        vd_environment *e = load("a.exr");
        assert_int_equal(e->width, 60);
        assert_int_equal(e->height, 30);
        for (int i = 0; i < 60 * 30; i++) {
            int x = i % 60 + 3, y = i / 60 - 5;
            bool inside = x < WIDTH && y >= 0 && y < HEIGHT;
            assert_true(e->texels[3 * i + 1] == (inside ? value_at(x, y, 1) : 0.0f));
        }
        vd_environment_destroy(e);
    }
}

static void bad_exr_is_refused(void **state)
{
    (void)state;
    static float rgb[WIDTH * HEIGHT * 3];
    static char bytes[1 << 16];
    fill(rgb, "BGR", WIDTH, HEIGHT);
    test_exr_file file = {.width = WIDTH,
                          .height = HEIGHT,
                          .compression = EXR_COMPRESSION_ZIP,
                          .part_count = 1,
                          .parts = {{.channels = "BGR", .values = rgb}}};
    test_exr_write("a.exr", &file);
    FILE *whole = fopen("a.exr", "rb");
    assert_non_null(whole);
    size_t size = fread(bytes, 1, sizeof(bytes), whole);
    fclose(whole);
    /* Cut anywhere, or with a byte changed anywhere: refused, or read as something. */
    for (size_t cut = 4; cut < size; cut += 7) {
        vd_environment *e = NULL;
        write_bytes("cut.exr", bytes, cut);
        assert_refused("cut.exr", VD_ERR_FORMAT, "OpenEXR");
        char kept = bytes[cut];
        bytes[cut] = (char)(kept ^ 0x55);
        write_bytes("bent.exr", bytes, size);
        bytes[cut] = kept;
        vd_context_clear(context);
        (void)!vd_environment_load(context, "bent.exr", 1.0, &e);
        vd_environment_destroy(e);
    }
    file.is_cube = true;
    test_exr_write("a.exr", &file);
    assert_refused("a.exr", VD_ERR_FORMAT, "cube");
}

static void pixels_that_are_no_light_are_named(void **state)
{
    (void)state;
    static float rgb[WIDTH * HEIGHT * 3];
    const struct {
        float value;
        const char *words;
    } cases[] = {{NAN, "is not a number"},
                 {INFINITY, "is infinite"},
                 {-INFINITY, "is infinite"},
                 {-5.0f, "is negative"},
                 {3e20f, "is 3e+20, and 1e+20 is the most"}};
    test_exr_file file = {.width = WIDTH,
                          .height = HEIGHT,
                          .compression = EXR_COMPRESSION_ZIP,
                          .part_count = 1,
                          .parts = {{.channels = "BGR", .values = rgb}}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        fill(rgb, "BGR", WIDTH, HEIGHT);
        rgb[3 * (7 * WIDTH + 31) + 1] = cases[i].value;
        test_exr_write("a.exr", &file);
        assert_refused("a.exr", VD_ERR_FORMAT, "green of pixel 31,7");
        assert_refused("a.exr", VD_ERR_FORMAT, cases[i].words);
    }
    /* What lossy compression leaves below zero is nothing. */
    fill(rgb, "BGR", WIDTH, HEIGHT);
    rgb[5] = -0.1f;
    test_exr_write("a.exr", &file);
    vd_environment *e = load("a.exr");
    assert_true(e->texels[3] == 0.0f && e->texels[4] == value_at(1, 0, 1));
    vd_environment_destroy(e);
    /* Strength multiplies, and may be too much. */
    assert_int_equal(vd_environment_load(context, "a.exr", 3.0, &e), VD_OK);
    assert_true(e->texels[4] == 3.0f * value_at(1, 0, 1));
    vd_environment_destroy(e);
    vd_context_clear(context);
    assert_int_equal(vd_environment_load(context, "a.exr", 1e19, &e), VD_ERR_FORMAT);
    assert_non_null(strstr(vd_context_error(context), "environment.strength"));
}

/* ---- Radiance ------------------------------------------------------------------------------- */

/** Writes a header and these scanlines. */
static void write_hdr(const char *path, const char *header, const unsigned char *lines, size_t size)
{
    static char bytes[4096];
    size_t length = strlen(header);
    memcpy(bytes, header, length);
    memcpy(bytes + length, lines, size);
    write_bytes(path, bytes, length + size);
}

static float decoded(int mantissa, int exponent)
{
    return (float)ldexp(mantissa + 0.5, exponent - 136);
}

#define HEADER "#?RADIANCE\n# by hand\nFORMAT=32-bit_rle_rgbe\n\n"

static void every_code_of_radiance_is_read(void **state)
{
    (void)state;
    /* Ten pixels a row: flat; repeated by the older code; in runs. The same pixels each time. */
    static const unsigned char flat[] = {
        10, 20, 30, 129, 40, 50, 60, 130, 40, 50, 60, 130, 40, 50, 60, 130, 40, 50, 60, 130,
        40, 50, 60, 130, 40, 50, 60, 130, 40, 50, 60, 130, 40, 50, 60, 130, 0,  0,  0,  0};
    static const unsigned char old[] = {10, 20, 30, 129, 40, 50, 60, 130, 1, 1, 1, 7, 0, 0, 0, 0};
    static const unsigned char runs[] = {2,       2,  0,       10, 1, 10,  128 + 8, 40,  1,  0,
                                         1,       20, 128 + 8, 50, 1, 0,   3,       30,  60, 60,
                                         128 + 6, 60, 1,       0,  1, 129, 128 + 8, 130, 1,  0};
    const struct {
        const unsigned char *bytes;
        size_t size;
    } codes[] = {{flat, sizeof(flat)}, {old, sizeof(old)}, {runs, sizeof(runs)}};
    for (int i = 0; i < 3; i++) {
        write_hdr("a.hdr", HEADER "-Y 1 +X 10\n", codes[i].bytes, codes[i].size);
        vd_environment *e = load("a.hdr");
        assert_int_equal(e->width, 10);
        assert_int_equal(e->height, 1);
        for (int x = 0; x < 10; x++)
            for (int c = 0; c < 3; c++) {
                float want = x == 0   ? decoded(10 + 10 * c, 129)
                             : x == 9 ? 0.0f
                                      : decoded(40 + 10 * c, 130);
                assert_true(e->texels[3 * x + c] == want);
            }
        vd_environment_destroy(e);
    }
    /* From the other side, brighter in the file than in truth, as a .pic. */
    write_hdr("a.pic", "#?RGBE\nEXPOSURE=2\nEXPOSURE= 4.0\n\n+Y 1 -X 10\n", flat, sizeof(flat));
    vd_environment *e = load("a.pic");
    assert_true(e->texels[0] == 0.0f && e->texels[27] == decoded(10, 129) / 8.0f);
    vd_environment_destroy(e);
    /* Long repetitions count in further digits: 300 = 44 + 256. */
    static const unsigned char repeated[] = {9, 9, 9, 128, 1, 1, 1, 44, 1, 1, 1, 1};
    write_hdr("a.hdr", HEADER "-Y 1 +X 301\n", repeated, sizeof(repeated));
    e = load("a.hdr");
    for (int x = 0; x < 301; x++) assert_true(e->texels[3 * x] == decoded(9, 128));
    vd_environment_destroy(e);
    warnings = 0;
}

static void bad_radiance_is_refused(void **state)
{
    (void)state;
    static const unsigned char pixels[64] = {9, 9, 9, 128, 9, 9, 9, 128};
    static const unsigned char first_repeats[64] = {1, 1, 1, 2};
    static const unsigned char too_long[64] = {9, 9, 9, 128, 1, 1, 1, 200};
    static const unsigned char wrong_width[64] = {2, 2, 0, 11};
    static const unsigned char long_run[64] = {2, 2, 0, 10, 128 + 11, 4};
    static const unsigned char no_count[64] = {2, 2, 0, 10, 0, 4};
    const struct {
        const char *header;
        const unsigned char *lines;
        size_t size;
        const char *words;
    } cases[] = {
        {"#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 1 +X 2\n", pixels, 8, "format"},
        {"#?RADIANCE\nEXPOSURE=0\n\n-Y 1 +X 2\n", pixels, 8, "EXPOSURE"},
        {"#?RADIANCE\nEXPOSURE=nan\n\n-Y 1 +X 2\n", pixels, 8, "EXPOSURE"},
        {"#?RADIANCE\nEXPOSURE=1e300\nEXPOSURE=1e300\n\n-Y 1 +X 2\n", pixels, 8, "EXPOSURE"},
        {"#?RADIANCE", pixels, 0, "header"},
        {"#?RADIANCE\n\n", pixels, 0, "header"},
        {HEADER "+X 2 -Y 1\n", pixels, 8, "resolution"},
        {HEADER "2 1\n", pixels, 8, "resolution"},
        {HEADER "-Y 0 +X 2\n", pixels, 8, "0 pixels"},
        {HEADER "-Y -1 +X 2\n", pixels, 8, "2 x -1"},
        {HEADER "-Y 99999 +X 2\n", pixels, 8, "99999"},
        {HEADER "-Y 1 +X 3\n", pixels, 8, "cut short"},
        {HEADER "-Y 20000 +X 40000\n", pixels, 8, "cut short"},
        {HEADER "-Y 1 +X 10\n", first_repeats, 64, "damaged"},
        {HEADER "-Y 1 +X 10\n", too_long, 64, "damaged"},
        {HEADER "-Y 1 +X 10\n", wrong_width, 64, "damaged"},
        {HEADER "-Y 1 +X 10\n", long_run, 64, "damaged"},
        {HEADER "-Y 1 +X 10\n", no_count, 64, "damaged"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        write_hdr("a.hdr", cases[i].header, cases[i].lines, cases[i].size);
        assert_refused("a.hdr", VD_ERR_FORMAT, cases[i].words);
    }
}

static void other_files_are_refused(void **state)
{
    (void)state;
    write_bytes("a.txt", "hello", 5);
    assert_refused("a.txt", VD_ERR_FORMAT, "neither");
    write_bytes("a.txt", "", 0);
    assert_refused("a.txt", VD_ERR_FORMAT, "neither");
    assert_refused("none.exr", VD_ERR_INPUT, "check the name");
    assert_refused(".", VD_ERR_INPUT, "");
    /* A side that is not twice the other is told, and so is darkness. */
    static const unsigned char black[12] = {0};
    write_hdr("a.hdr", HEADER "-Y 1 +X 3\n", black, sizeof(black));
    warnings = 0;
    vd_environment_destroy(load("a.hdr"));
    assert_int_equal(warnings, 2);
}

static int set_up(void **state)
{
    (void)state;
    vd_callbacks callbacks = {.message = count_warning};
    return vd_context_create(&callbacks, &context) == VD_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    static const char *const files[] = {"a.exr", "cut.exr", "bent.exr", "a.hdr", "a.pic", "a.txt"};
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) unlink(files[i]);
    vd_context_destroy(context);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_exr_is_read),
        cmocka_unit_test(first_part_with_light_is_taken),
        cmocka_unit_test(data_window_lies_in_the_picture),
        cmocka_unit_test(bad_exr_is_refused),
        cmocka_unit_test(pixels_that_are_no_light_are_named),
        cmocka_unit_test(every_code_of_radiance_is_read),
        cmocka_unit_test(bad_radiance_is_refused),
        cmocka_unit_test(other_files_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
