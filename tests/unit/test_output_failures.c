/* Outputs: what is refused is refused before the work, and what fails leaves nothing behind. */
#include <signal.h>
#include <sys/resource.h>

#include "output_fixture.h"

static void put_file(const char *path, const char *text)
{
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    fputs(text, stream);
    assert_int_equal(fclose(stream), 0);
}

static void assert_file(const char *path, const char *text)
{
    char buffer[512];
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    buffer[fread(buffer, 1, sizeof(buffer) - 1, stream)] = '\0';
    fclose(stream);
    assert_string_equal(buffer, text);
}

/* The message is one line, and names what it must. */
static void assert_message(fixture *f, const char *part)
{
    const char *text = vd_context_error(f->context);
    if (!strstr(text, part)) fail_msg("'%s' does not say '%s'", text, part);
    assert_null(strchr(text, '\n'));
    assert_null(strstr(text, ".part"));
}

/* ---- refusals ----------------------------------------------------------------------------- */

static void test_format_choice(void **state)
{
    fixture *f = *state;
    vd_format format;
    assert_int_equal(vd_format_choose(f->context, "a/b.c/x.TIFF", NULL, &format), VD_OK);
    assert_int_equal(format, VD_FORMAT_GTIFF);
    assert_int_equal(vd_format_choose(f->context, "x.Png", NULL, &format), VD_OK);
    assert_int_equal(format, VD_FORMAT_PNG);
    assert_int_equal(vd_format_choose(f->context, "x.dat", "gtiff", &format), VD_OK);
    assert_int_equal(format, VD_FORMAT_GTIFF);
    assert_int_equal(vd_format_choose(f->context, "x.dat", "PNG", &format), VD_OK);
    assert_int_equal(format, VD_FORMAT_PNG);
    assert_int_equal(vd_format_choose(f->context, "x.tif", "COG", &format), VD_OK);
    assert_int_equal(format, VD_FORMAT_COG);
    assert_int_equal(vd_format_choose(f->context, "x.tif", "PNG", &format), VD_ERR_SETTING);
    assert_message(f, "--of PNG");
    assert_message(f, "x.tif");

    const char *const bad[] = {"x.jpg", "x", "a.png/x", "x.tif.gz", "x.", ""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        vd_context_clear(f->context);
        assert_int_equal(vd_format_choose(f->context, bad[i], NULL, &format), VD_ERR_SETTING);
        assert_message(f, ".tif, .tiff, .png or .exr");
        assert_message(f, bad[i]);
    }
    vd_context_clear(f->context);
    assert_int_equal(vd_format_choose(f->context, "x.tif", "JPEG", &format), VD_ERR_SETTING);
    assert_message(f, "--of JPEG");
}

static void assert_refused(fixture *f, const vd_output_options *options, const char *part)
{
    fake_source fake;
    vd_source source = make_source(&fake, true, f->wkt);
    vd_context_clear(f->context);
    assert_int_equal(vd_output_check(f->context, options), VD_ERR_SETTING);
    assert_message(f, part);
    assert_int_equal(vd_output_write(f->context, &source, options), VD_ERR_SETTING);
    assert_int_equal(fake.next, 0);
    assert_int_equal(empty_folder(), 0);
}

static void test_refused_options(void **state)
{
    fixture *f = *state;
    const struct {
        const char *option, *part;
    } cases[] = {
        {"COMPRES=LZW", "did you mean COMPRESS"},
        {"XYZZY=1", "gdalinfo --format GTiff"},
        {"COMPRESS", "NAME=VALUE"},
        {"=LZW", "NAME=VALUE"},
        {"photometric=MINISBLACK", "RGB"},
        {"ALPHA=NO", "NODATA"},
        {"NBITS=4", "--ot"},
        {"TFW=YES", "inside"},
        {"COMPRESS=ZIP", "ZIP"},
        {"COMPRESS=JPEG", "JPEG"}, /* no 16-bit samples */
        {"PREDICTOR=3", "PREDICTOR"},
        {"BLOCKXSIZE=100", "100"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *const list[] = {"TILED=YES", cases[i].option, NULL};
        vd_output_options options =
            make_options(FOLDER "/a.tif", VD_FORMAT_GTIFF, VD_SAMPLE_UINT16);
        options.creation_options = list;
        assert_refused(f, &options, cases[i].part);
    }
    vd_output_options png = make_options(FOLDER "/a.png", VD_FORMAT_PNG, VD_SAMPLE_FLOAT32);
    assert_refused(f, &png, "Float32");
    const char *const list[] = {"ZLEVEL=9", NULL};
    png = make_options(FOLDER "/a.png", VD_FORMAT_PNG, VD_SAMPLE_BYTE);
    png.creation_options = list;
    assert_refused(f, &png, "--co ZLEVEL=9");
    const struct {
        const char *option, *part;
    } cog_cases[] = {
        {"ZLEVEL=9", "did you mean LEVEL"}, {"TILED=YES", "gdalinfo --format COG"},
        {"TILING_SCHEME=NZTM2000", "grid"}, {"TARGET_SRS=EPSG:3857", "grid"},
        {"ADD_ALPHA=NO", "NODATA"},         {"COMPRESS=ZIP", "ZIP"},
        {"COMPRESS=JPEG", "JPEG"}, /* no 16-bit samples */
        {"BLOCKSIZE=200", "200"},           {"OVERVIEWS=PERHAPS", "PERHAPS"},
    };
    for (size_t i = 0; i < sizeof(cog_cases) / sizeof(cog_cases[0]); i++) {
        const char *const cog_list[] = {cog_cases[i].option, NULL};
        vd_output_options cog = make_options(FOLDER "/a.tif", VD_FORMAT_COG, VD_SAMPLE_UINT16);
        cog.creation_options = cog_list;
        assert_refused(f, &cog, cog_cases[i].part);
    }
}

static void test_existing_refused(void **state)
{
    fixture *f = *state;
    const char *const names[] = {"/a.png", "/a.pgw",         "/a.png.aux.xml", "/a.png.ovr",
                                 "/a.tif", "/a.tif.aux.xml", "/a.tfw"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64];
        bool png = i < 4;
        snprintf(path, sizeof(path), FOLDER "%s", names[i]);
        put_file(path, "precious");
        vd_output_options options =
            make_options(png ? FOLDER "/a.png" : FOLDER "/a.tif",
                         png ? VD_FORMAT_PNG : VD_FORMAT_GTIFF, VD_SAMPLE_BYTE);
        vd_context_clear(f->context);
        assert_int_equal(vd_output_check(f->context, &options), VD_ERR_EXISTS);
        assert_message(f, path);
        assert_int_equal(write_plain(f, &options, false, true), VD_ERR_EXISTS);
        assert_file(path, "precious");
        assert_int_equal(empty_folder(), 1);
    }
}

/* Old side files would place the new picture wrongly. */
static void test_overwrite(void **state)
{
    fixture *f = *state;
    put_file(FOLDER "/a.png", "old");
    put_file(FOLDER "/a.pgw", "old");
    put_file(FOLDER "/a.png.aux.xml", "old");
    put_file(FOLDER "/a.png.ovr", "old");
    vd_output_options options = make_options(FOLDER "/a.png", VD_FORMAT_PNG, VD_SAMPLE_BYTE);
    options.overwrite = true;
    assert_int_equal(vd_output_check(f->context, &options), VD_OK);
    assert_file(FOLDER "/a.pgw", "old");
    assert_int_equal(write_plain(f, &options, false, false), VD_OK);
    GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
    assert_pixels(dataset, &options, false);
    GDALClose(dataset);
    assert_int_equal(empty_folder(), 1);
}

/* ---- failures ----------------------------------------------------------------------------- */

static const struct {
    const char *path;
    vd_format format;
} all[] = {{FOLDER "/a.tif", VD_FORMAT_GTIFF},
           {FOLDER "/a.png", VD_FORMAT_PNG},
           {FOLDER "/a.tif", VD_FORMAT_COG}};
enum { FORMATS = sizeof(all) / sizeof(all[0]) };

/* With overviews and world file where the format has a use for them. */
static vd_output_options full_options(int index)
{
    vd_output_options options = make_options(all[index].path, all[index].format, VD_SAMPLE_BYTE);
    options.overviews = options.worldfile = true;
    return options;
}

static void test_source_fails(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 2 * FORMATS; i++) {
        vd_output_options options = full_options(i / 2);
        options.overwrite = i & 1;
        if (options.overwrite) put_file(options.path, "precious");
        fake_source fake;
        vd_source source = make_source(&fake, true, f->wkt);
        fake.fail_at = 280;
        vd_context_clear(f->context);
        assert_int_equal(vd_output_write(f->context, &source, &options), VD_ERR_IO);
        assert_message(f, "the spool file is gone");
        if (options.overwrite) assert_file(options.path, "precious");
        assert_int_equal(empty_folder(), options.overwrite);
    }
}

/* Someone else's picture that appears during the work is not replaced, nor given our side files. */
static vd_result take_name(vd_context *context, void *state, int y, int rows, float *rgba)
{
    put_file(FOLDER "/a.png", "precious");
    return read_rows(context, state, y, rows, rgba);
}

static void test_name_taken_meanwhile(void **state)
{
    fixture *f = *state;
    vd_output_options options = make_options(FOLDER "/a.png", VD_FORMAT_PNG, VD_SAMPLE_BYTE);
    fake_source fake;
    vd_source source = make_source(&fake, false, f->wkt);
    source.read_rows = take_name;
    assert_int_equal(vd_output_write(f->context, &source, &options), VD_ERR_EXISTS);
    assert_file(options.path, "precious");
    assert_int_equal(empty_folder(), 1);
}

static int cancel_later(void *user)
{
    int *left = user;
    return (*left)-- <= 0;
}

/* Whenever it is asked: while rows are encoded, overviews built, the COG copied. */
static void test_cancelled(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < FORMATS; i++) {
        vd_result result = VD_ERR_CANCELLED;
        int asked = 1;
        for (; result != VD_OK; asked++) {
            int left = asked;
            vd_callbacks callbacks = {.user = &left, .cancel = cancel_later};
            vd_context *context;
            assert_int_equal(vd_context_create(&callbacks, &context), VD_OK);
            vd_output_options options = full_options(i);
            fake_source fake;
            vd_source source = make_source(&fake, true, f->wkt);
            result = vd_output_write(context, &source, &options);
            if (result != VD_OK) assert_int_equal(result, VD_ERR_CANCELLED);
            assert_int_equal(empty_folder() > 0, result == VD_OK);
            vd_context_destroy(context);
        }
        assert_true(asked > 3);
    }
}

static void test_no_folder(void **state)
{
    fixture *f = *state;
    const char *const paths[FORMATS] = {"test_output.none/a.tif", "test_output.none/a.png",
                                        "test_output.none/a.tif"};
    for (int i = 0; i < FORMATS; i++) {
        vd_output_options options = make_options(paths[i], all[i].format, VD_SAMPLE_BYTE);
        vd_context_clear(f->context);
        assert_int_equal(vd_output_check(f->context, &options), VD_ERR_IO);
        assert_message(f, paths[i]);
        assert_int_equal(write_plain(f, &options, true, true), VD_ERR_IO);
        assert_false(exists("test_output.none"));
    }
}

/* A limit on the size of files stands for a full disk, wherever in the file it falls: in the
 * header, in the pixels, in what is written last. */
static void test_disk_full(void **state)
{
    fixture *f = *state;
    struct rlimit old, limit;
    getrlimit(RLIMIT_FSIZE, &old);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 2 * FORMATS; i++) {
        vd_output_options options = full_options(i / 2);
        options.dither = true;
        options.threads = i & 1 ? 1 : 2;
        assert_int_equal(write_plain(f, &options, true, true), VD_OK);
        struct stat status;
        stat(options.path, &status);
        empty_folder();
        const rlim_t sizes[] = {0, 100, 10000, (rlim_t)status.st_size / 2,
                                (rlim_t)status.st_size - 1};
        for (size_t j = 0; j < sizeof(sizes) / sizeof(sizes[0]); j++) {
            vd_context_clear(f->context);
            limit = (struct rlimit){sizes[j], old.rlim_max};
            setrlimit(RLIMIT_FSIZE, &limit);
            vd_result result = write_plain(f, &options, true, true);
            setrlimit(RLIMIT_FSIZE, &old);
            assert_int_equal(result, VD_ERR_IO);
            assert_message(f, options.path);
            assert_int_equal(empty_folder(), 0);
        }
    }
    signal(SIGXFSZ, handler);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format_choice),    cmocka_unit_test(test_refused_options),
        cmocka_unit_test(test_existing_refused), cmocka_unit_test(test_overwrite),
        cmocka_unit_test(test_source_fails),     cmocka_unit_test(test_name_taken_meanwhile),
        cmocka_unit_test(test_cancelled),        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_disk_full),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
