/* OpenEXR outputs: every pixel read back, in every compression and type; what the header says; and
 * half floats. */
#include "output_fixture.h"

#include <math.h>

#include "base/half.h"
#include "exr_file.h"

#define PATH FOLDER "/a.exr"

/* Every half comes back from its float, and between two halves the nearer one is taken, the even
 * one in the middle. */
static void halves_are_the_nearest(void **state)
{
    (void)state;
    for (uint16_t h = 0; h < 0x7bff; h++) {
        float low = (float)test_half_value(h), high = (float)test_half_value((uint16_t)(h + 1));
        float middle = 0.5f * (low + high);
        uint16_t even = h & 1 ? (uint16_t)(h + 1) : h;
        assert_int_equal(vd_half_of_float(low), h);
        assert_int_equal(vd_half_of_float(middle), even);
        assert_int_equal(vd_half_of_float(nextafterf(middle, 0.0f)), h);
        assert_int_equal(vd_half_of_float(nextafterf(middle, 1e9f)), h + 1);
        if (h) assert_int_equal(vd_half_of_float(-low), h | 0x8000);
        assert_true(vd_float_of_half(h) == low && vd_float_of_half(h | 0x8000) == -low);
    }
    assert_int_equal(vd_half_of_float(1e30f), 0x7bff);
    assert_int_equal(vd_half_of_float(-65520.0f), 0xfbff);
    assert_int_equal(vd_half_of_float(1e-30f), 0);
    assert_int_equal(vd_half_of_float(0x1p-149f), 0);
}

static vd_result write_exr(fixture *f, vd_sample_type type, vd_exr_compression compression,
                           bool alpha, bool mapped, int threads)
{
    vd_output_options options = make_options(PATH, VD_FORMAT_EXR, type);
    options.exr_compression = compression;
    options.threads = threads;
    options.overwrite = true;
    return write_plain(f, &options, alpha, mapped);
}

static void assert_channel(int c, vd_sample_type type, bool alpha)
{
    static const char *const names[] = {"R", "G", "B", "A"};
    int width, height;
    bool half = false;
    float *values = test_exr_read(PATH, names[c], &width, &height, &half);
    if (c == 3 && !alpha) {
        assert_null(values);
        return;
    }
    assert_non_null(values);
    assert_int_equal(width, WIDTH);
    assert_int_equal(height, HEIGHT);
    assert_int_equal(half, type == VD_SAMPLE_HALF);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            float want = alpha && is_hole(x, y) ? 0.0f : c == 3 ? 1.0f : radiance(x, y, c);
            if (half) want = (float)test_half_value(vd_half_of_float(want));
            if (values[y * WIDTH + x] != want)
                fail_msg("channel %s at %d,%d is %g and not %g", names[c], x, y,
                         (double)values[y * WIDTH + x], (double)want);
        }
    free(values);
}

static void every_pixel_comes_back(void **state)
{
    static const vd_exr_compression lossless[] = {VD_EXR_NONE, VD_EXR_RLE, VD_EXR_ZIP,
                                                  VD_EXR_ZIPS, VD_EXR_PIZ};
    static const vd_sample_type types[] = {VD_SAMPLE_HALF, VD_SAMPLE_FLOAT32};
    for (size_t i = 0; i < sizeof(lossless) / sizeof(lossless[0]); i++)
        for (int t = 0; t < 2; t++)
            for (int alpha = 0; alpha < 2; alpha++) {
                assert_int_equal(write_exr(*state, types[t], lossless[i], alpha, true, 2), VD_OK);
                for (int c = 0; c < 4; c++) assert_channel(c, types[t], alpha);
                assert_int_equal(empty_folder(), 1);
            }
}

static size_t read_file(char *bytes, size_t most)
{
    FILE *file = fopen(PATH, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, most, file);
    fclose(file);
    return size;
}

static void threads_change_nothing(void **state)
{
    static char one[1 << 20], many[1 << 20];
    assert_int_equal(write_exr(*state, VD_SAMPLE_HALF, VD_EXR_ZIP, true, true, 1), VD_OK);
    size_t size = read_file(one, sizeof(one));
    assert_int_equal(write_exr(*state, VD_SAMPLE_HALF, VD_EXR_ZIP, true, true, 5), VD_OK);
    assert_int_equal(read_file(many, sizeof(many)), size);
    assert_memory_equal(one, many, size);
    empty_folder();
}

static vd_result read_veil(vd_context *context, void *state, int y, int rows, float *rgba)
{
    (void)context, (void)state, (void)y;
    for (int i = 0; i < 8 * rows; i++) {
        const float pixel[4] = {2.0f, 1.0f, 0.5f, 0.25f};
        memcpy(rgba + 4 * i, pixel, sizeof(pixel));
    }
    return VD_OK;
}

static void half_transparent_colours_stay_multiplied(void **state)
{
    static const char *const names[] = {"R", "G", "B", "A"};
    static const float wanted[] = {2.0f, 1.0f, 0.5f, 0.25f};
    fixture *f = *state;
    vd_source source = {.width = 8, .height = 9, .has_alpha = true, .read_rows = read_veil};
    vd_output_options options = make_options(PATH, VD_FORMAT_EXR, VD_SAMPLE_HALF);
    assert_int_equal(vd_output_write(f->context, &source, &options), VD_OK);
    for (int c = 0; c < 4; c++) {
        int width, height;
        bool half;
        float *values = test_exr_read(PATH, names[c], &width, &height, &half);
        assert_non_null(values);
        for (int i = 0; i < 8 * 9; i++) assert_true(values[i] == wanted[c]);
        free(values);
    }
    empty_folder();
}

static void header_says_what_it_is(void **state)
{
    fixture *f = *state;
    for (int mapped = 0; mapped < 2; mapped++) {
        exr_context_t file;
        exr_attr_chromaticities_t primaries;
        exr_attr_m33d_t place;
        exr_compression_t compression;
        const char *text = NULL;
        int32_t length = 0;
        exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
        setup.error_handler_fn = test_exr_silent;
        assert_int_equal(write_exr(f, VD_SAMPLE_HALF, VD_EXR_PIZ, true, mapped, 1), VD_OK);
        TEST_EXR_OK(exr_start_read(&file, PATH, &setup));
        TEST_EXR_OK(exr_get_compression(file, 0, &compression));
        assert_int_equal(compression, EXR_COMPRESSION_PIZ);
        TEST_EXR_OK(exr_attr_get_chromaticities(file, 0, "chromaticities", &primaries));
        assert_true(primaries.red_x == 0.64f && primaries.white_y == 0.3290f);
        TEST_EXR_OK(exr_attr_get_string(file, 0, "software", &length, &text));
        assert_memory_equal(text, "veduta ", 7);
        TEST_EXR_OK(exr_attr_get_string(file, 0, "veduta:settings", &length, &text));
        assert_int_equal(length, strlen(settings_text));
        assert_memory_equal(text, settings_text, (size_t)length);
        exr_result_t found = exr_attr_get_string(file, 0, "gdal:crsWkt", &length, &text);
        assert_int_equal(found == EXR_ERR_SUCCESS, mapped);
        if (mapped) {
            assert_int_equal(length, strlen(f->wkt));
            assert_memory_equal(text, f->wkt, (size_t)length);
        }
        found = exr_attr_get_m33d(file, 0, "gdal:geoTransform", &place);
        assert_int_equal(found == EXR_ERR_SUCCESS, mapped);
        for (int i = 0; mapped && i < 6; i++) {
            static const int at[6] = {2, 0, 1, 5, 3, 4};
            assert_true(place.m[at[i]] == rotated[i]);
        }
        TEST_EXR_OK(exr_finish(&file));
    }
    empty_folder();
}

static void what_it_cannot_hold_is_refused(void **state)
{
    fixture *f = *state;
    for (int type = VD_SAMPLE_BYTE; type <= VD_SAMPLE_UINT16; type++) {
        vd_context_clear(f->context);
        assert_int_equal(write_exr(f, (vd_sample_type)type, VD_EXR_ZIP, false, false, 1),
                         VD_ERR_SETTING);
        assert_non_null(strstr(vd_context_error(f->context), "linear radiance"));
    }
    /* DWAA is there or is not, and then that is known before anything is rendered. */
    for (int dwa = VD_EXR_DWAA; dwa <= VD_EXR_DWAB; dwa++) {
        vd_output_options options = make_options(PATH, VD_FORMAT_EXR, VD_SAMPLE_HALF);
        options.exr_compression = (vd_exr_compression)dwa;
        vd_context_clear(f->context);
        vd_result known = vd_output_check(f->context, &options);
        assert_true(known == VD_OK || known == VD_ERR_UNSUPPORTED);
        assert_int_equal(write_plain(f, &options, true, true), known);
        assert_int_equal(empty_folder(), known == VD_OK);
    }
}

/* A source that fails leaves nothing. */
static void failure_leaves_nothing(void **state)
{
    fixture *f = *state;
    fake_source fake;
    vd_source source = make_source(&fake, true, f->wkt);
    vd_output_options options = make_options(PATH, VD_FORMAT_EXR, VD_SAMPLE_HALF);
    fake.fail_at = 200;
    vd_context_clear(f->context);
    assert_int_equal(vd_output_write(f->context, &source, &options), VD_ERR_IO);
    assert_non_null(strstr(vd_context_error(f->context), "spool"));
    assert_int_equal(empty_folder(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(halves_are_the_nearest),
        cmocka_unit_test(every_pixel_comes_back),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(half_transparent_colours_stay_multiplied),
        cmocka_unit_test(header_says_what_it_is),
        cmocka_unit_test(what_it_cannot_hold_is_refused),
        cmocka_unit_test(failure_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
