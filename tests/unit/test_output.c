/* Outputs: what is read back by GDAL and libpng's own reader is what was given, and what fails
 * leaves nothing behind. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <cpl_string.h>
#include <dirent.h>
#include <gdal.h>
#include <ogr_srs_api.h>
#include <png.h>

#include "output/output.h"

#define FOLDER "test_output.files"
#define WIDTH 301
#define HEIGHT 300

static const char *const settings_text = "sun:\n  azimuth: 315 # <\"&é\">\nsamples: 64\n";
static const double rotated[6] = {431000.1, 10.0, 0.25, 5120000.3, 0.5, -9.0 - 1.0 / 3.0};

/* ---- a source, and what must come back ---------------------------------------------------- */

typedef struct fake_source {
    int fail_at; /* the row that cannot be read; -1: none */
    int next;
} fake_source;

static bool is_hole(int x, int y)
{
    return x >= 20 && x < 40 && y >= 250 && y < 290;
}

static float radiance(int x, int y, int c)
{
    return (float)((x * 7 + y * 3 + c * 101) % 1000) / 900.0f;
}

static vd_result read_rows(vd_context *context, void *state, int y, int rows, float *rgba)
{
    fake_source *fake = state;
    assert_true(y >= fake->next && y + rows <= HEIGHT);
    fake->next = y + rows;
    if (fake->fail_at >= 0 && y + rows > fake->fail_at)
        return vd_fail(context, VD_ERR_IO, "the spool file is gone");
    for (int j = y; j < y + rows; j++)
        for (int x = 0; x < WIDTH; x++, rgba += 4) {
            for (int c = 0; c < 3; c++) rgba[c] = radiance(x, j, c);
            rgba[3] = is_hole(x, j) ? 0.0f : 1.0f;
        }
    return VD_OK;
}

static char *utm_wkt(void)
{
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    assert_int_equal(OSRImportFromEPSG(crs, 32632), OGRERR_NONE);
    const char *const format[] = {"FORMAT=WKT2_2019", NULL};
    char *wkt = NULL;
    assert_int_equal(OSRExportToWktEx(crs, &wkt, format), OGRERR_NONE);
    OSRDestroySpatialReference(crs);
    return wkt;
}

static vd_source make_source(fake_source *fake, bool alpha, const char *wkt)
{
    *fake = (fake_source){.fail_at = -1};
    vd_source source = {.width = WIDTH,
                        .height = HEIGHT,
                        .has_alpha = alpha,
                        .has_geotransform = wkt != NULL,
                        .wkt = wkt,
                        .settings_text = settings_text,
                        .state = fake,
                        .read_rows = read_rows};
    memcpy(source.geotransform, rotated, sizeof(rotated));
    return source;
}

static void expect(const vd_output_options *options, bool alpha, int x, int y, double out[4])
{
    float linear[3] = {radiance(x, y, 0), radiance(x, y, 1), radiance(x, y, 2)}, encoded[3];
    uint32_t levels = options->type == VD_SAMPLE_BYTE ? 255 : 65535;
    bool floats = options->type == VD_SAMPLE_FLOAT32;
    memset(out, 0, 4 * sizeof(out[0]));
    if (alpha && is_hole(x, y)) return;
    vd_tone_apply(&options->tone, linear, encoded);
    out[3] = floats ? 1.0 : levels;
    for (int c = 0; c < 3; c++)
        out[c] = floats ? (double)linear[c]
                        : vd_tone_quantise(encoded[c], levels, options->dither, x, y, c);
}

static void assert_pixels(GDALDatasetH dataset, const vd_output_options *options, bool alpha)
{
    static double row[WIDTH][4];
    const int bands = alpha ? 4 : 3, step = sizeof(double);
    assert_int_equal(GDALGetRasterXSize(dataset), WIDTH);
    assert_int_equal(GDALGetRasterYSize(dataset), HEIGHT);
    assert_int_equal(GDALGetRasterCount(dataset), bands);
    for (int c = 0; c < bands; c++) {
        const GDALDataType types[] = {GDT_Byte, GDT_UInt16, GDT_Float32};
        GDALRasterBandH band = GDALGetRasterBand(dataset, c + 1);
        assert_int_equal(GDALGetRasterDataType(band), types[options->type]);
        assert_int_equal(GDALGetRasterColorInterpretation(band), GCI_RedBand + c);
    }
    for (int y = 0; y < HEIGHT; y++) {
        assert_int_equal(GDALDatasetRasterIO(dataset, GF_Read, 0, y, WIDTH, 1, row, WIDTH, 1,
                                             GDT_Float64, bands, NULL, 4 * step, 0, step),
                         CE_None);
        for (int x = 0; x < WIDTH; x++) {
            double want[4];
            expect(options, alpha, x, y, want);
            for (int c = 0; c < bands; c++)
                if (row[x][c] != want[c])
                    fail_msg("%s: channel %d at %d,%d is %g and not %g", options->path, c, x, y,
                             row[x][c], want[c]);
        }
    }
}

static void assert_georeferenced(GDALDatasetH dataset, const char *wkt)
{
    double geotransform[6];
    assert_int_equal(GDALGetGeoTransform(dataset, geotransform), CE_None);
    assert_memory_equal(geotransform, rotated, sizeof(rotated));
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    assert_int_equal(OSRSetFromUserInput(crs, wkt), OGRERR_NONE);
    assert_true(OSRIsSame(GDALGetSpatialRef(dataset), crs));
    OSRDestroySpatialReference(crs);
}

/* ---- the folder --------------------------------------------------------------------------- */

/* Empties the folder; returns how many files it held, hidden ones too. */
static int empty_folder(void)
{
    char path[512];
    int count = 0;
    DIR *folder = opendir(FOLDER);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(path, sizeof(path), FOLDER "/%s", entry->d_name);
        assert_int_equal(unlink(path), 0);
        count++;
    }
    closedir(folder);
    return count;
}

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

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

typedef struct fixture {
    vd_context *context;
    char *wkt;
} fixture;

static int set_up(void **state)
{
    static fixture only;
    GDALAllRegister();
    mkdir(FOLDER, 0777);
    empty_folder();
    only.wkt = utm_wkt();
    *state = &only;
    return vd_context_create(NULL, &only.context) == VD_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    fixture *only = *state;
    vd_context_destroy(only->context);
    CPLFree(only->wkt);
    empty_folder();
    return rmdir(FOLDER);
}

static vd_output_options make_options(const char *path, vd_format format, vd_sample_type type)
{
    return (vd_output_options){.path = path, .format = format, .type = type, .threads = 2};
}

static vd_result write_plain(fixture *f, const vd_output_options *options, bool alpha, bool mapped)
{
    fake_source fake;
    vd_source source = make_source(&fake, alpha, mapped ? f->wkt : NULL);
    return vd_output_write(f->context, &source, options);
}

/* The message is one line, and names what it must. */
static void assert_message(fixture *f, const char *part)
{
    const char *text = vd_context_error(f->context);
    if (!strstr(text, part)) fail_msg("'%s' does not say '%s'", text, part);
    assert_null(strchr(text, '\n'));
    assert_null(strstr(text, ".part"));
}

/* ---- pictures that succeed ---------------------------------------------------------------- */

static void test_round_trips(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 24; i++) {
        vd_format format = i & 1 ? VD_FORMAT_PNG : VD_FORMAT_GTIFF;
        bool alpha = i & 2, dither = i & 4;
        vd_sample_type type = (vd_sample_type)(i >> 3);
        if (format == VD_FORMAT_PNG && type == VD_SAMPLE_FLOAT32) continue;
        vd_output_options options =
            make_options(i & 1 ? FOLDER "/a.png" : FOLDER "/a.tif", format, type);
        options.dither = dither;
        options.tone = (vd_tone){alpha ? VD_TONE_FILMIC : VD_TONE_LINEAR, 0.5f};
        assert_int_equal(write_plain(f, &options, alpha, true), VD_OK);
        GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
        assert_non_null(dataset);
        assert_pixels(dataset, &options, alpha);
        assert_georeferenced(dataset, f->wkt);
        GDALClose(dataset);
        assert_int_equal(empty_folder(), format == VD_FORMAT_PNG ? 3 : 1);
    }
}

static void test_geotiff_tags(void **state)
{
    fixture *f = *state;
    char software[64];
    snprintf(software, sizeof(software), "veduta %s", vd_version());
    vd_output_options options = make_options(FOLDER "/a.tif", VD_FORMAT_GTIFF, VD_SAMPLE_BYTE);
    assert_int_equal(write_plain(f, &options, true, true), VD_OK);
    GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
    assert_string_equal(GDALGetMetadataItem(dataset, "TIFFTAG_SOFTWARE", NULL), software);
    assert_string_equal(GDALGetMetadataItem(dataset, "SETTINGS", "VEDUTA"), settings_text);
    const char *domain = "IMAGE_STRUCTURE";
    assert_string_equal(GDALGetMetadataItem(dataset, "COMPRESSION", domain), "DEFLATE");
    assert_string_equal(GDALGetMetadataItem(dataset, "INTERLEAVE", domain), "PIXEL");
    assert_string_equal(GDALGetMetadataItem(dataset, "PREDICTOR", domain), "2");
    int block[2];
    GDALGetBlockSize(GDALGetRasterBand(dataset, 1), &block[0], &block[1]);
    assert_true(block[0] == 256 && block[1] == 256);
    GDALClose(dataset);
    assert_int_equal(empty_folder(), 1);
}

static void test_creation_options_work(void **state)
{
    fixture *f = *state;
    const char *const sets[][5] = {{"compress=LZW", "TILED=NO", NULL},
                                   {"COMPRESS=NONE", "INTERLEAVE=BAND", "BIGTIFF=YES", NULL},
                                   {"BLOCKXSIZE=64", "BLOCKYSIZE=32", "ZLEVEL=1", NULL},
                                   {"TILED=NO", "BLOCKYSIZE=300", "PHOTOMETRIC=RGB", NULL},
                                   {"PROFILE=BASELINE", "TFW=NO", NULL}};
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        vd_output_options options =
            make_options(FOLDER "/a.tif", VD_FORMAT_GTIFF, VD_SAMPLE_UINT16);
        options.creation_options = sets[i];
        options.dither = true;
        assert_int_equal(vd_output_check(f->context, &options), VD_OK);
        assert_int_equal(write_plain(f, &options, true, true), VD_OK);
        GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
        assert_pixels(dataset, &options, true);
        assert_georeferenced(dataset, f->wkt);
        GDALClose(dataset);
        /* What a baseline TIFF cannot hold is beside it. */
        assert_int_equal(empty_folder(), i == 4 ? 2 : 1);
    }
}

static void test_png_chunks(void **state)
{
    fixture *f = *state;
    char software[64];
    snprintf(software, sizeof(software), "veduta %s", vd_version());
    vd_output_options options = make_options(FOLDER "/a.png", VD_FORMAT_PNG, VD_SAMPLE_UINT16);
    assert_int_equal(write_plain(f, &options, false, false), VD_OK);

    FILE *stream = fopen(options.path, "rb");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    png_init_io(png, stream);
    png_read_info(png, info);
    int intent = -1, count = 0;
    png_textp text = NULL;
    assert_true(png_get_sRGB(png, info, &intent) && intent == PNG_sRGB_INTENT_PERCEPTUAL);
    assert_int_equal(png_get_text(png, info, &text, &count), 2);
    assert_string_equal(text[0].key, "Software");
    assert_string_equal(text[0].text, software);
    assert_string_equal(text[1].key, "Settings");
    assert_string_equal(text[1].text, settings_text);
    png_destroy_read_struct(&png, &info, NULL);

    char head[200];
    rewind(stream);
    size_t size = fread(head, 1, sizeof(head), stream);
    assert_null(memmem(head, size, "gAMA", 4));
    assert_null(memmem(head, size, "cHRM", 4));
    fclose(stream);
    assert_int_equal(empty_folder(), 1);
}

static void test_world_file(void **state)
{
    fixture *f = *state;
    char text[512];
    vd_output_options options = make_options(FOLDER "/a.b.PNG", VD_FORMAT_PNG, VD_SAMPLE_BYTE);
    assert_int_equal(write_plain(f, &options, false, true), VD_OK);
    FILE *stream = fopen(FOLDER "/a.b.pgw", "r");
    assert_non_null(stream);
    text[fread(text, 1, sizeof(text) - 1, stream)] = '\0';
    fclose(stream);
    const double lines[6] = {
        10.0, 0.5, 0.25, rotated[5], rotated[0] + 5.125, rotated[3] + 0.25 + 0.5 * rotated[5]};
    char *at = text;
    for (int i = 0; i < 6; i++) {
        assert_true(strtod(at, &at) == lines[i]);
        assert_true(*at++ == '\n');
    }
    assert_true(*at == '\0');
    /* Without the .aux.xml the world file alone must do, under any suffix. */
    unlink(FOLDER "/a.b.PNG.aux.xml");
    double geotransform[6];
    GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
    assert_int_equal(GDALGetGeoTransform(dataset, geotransform), CE_None);
    for (int i = 0; i < 6; i++) assert_true(fabs(geotransform[i] - rotated[i]) < 1e-8);
    GDALClose(dataset);
    empty_folder();
    options.path = FOLDER "/a.b.dat";
    assert_int_equal(write_plain(f, &options, false, true), VD_OK);
    assert_true(exists(FOLDER "/a.b.wld"));
    empty_folder();
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
    assert_int_equal(vd_format_choose(f->context, "x.tif", "PNG", &format), VD_OK);
    assert_int_equal(format, VD_FORMAT_PNG);

    const char *const bad[] = {"x.jpg", "x", "a.png/x", "x.tif.gz", "x.", ""};
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        vd_context_clear(f->context);
        assert_int_equal(vd_format_choose(f->context, bad[i], NULL, &format), VD_ERR_SETTING);
        assert_message(f, ".tif, .tiff or .png");
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
}

static void test_existing_refused(void **state)
{
    fixture *f = *state;
    const char *const names[] = {"/a.png",     "/a.pgw", "/a.png.aux.xml",
                                 "/a.png.ovr", "/a.tif", "/a.tif.aux.xml"};
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
} both[] = {{FOLDER "/a.tif", VD_FORMAT_GTIFF}, {FOLDER "/a.png", VD_FORMAT_PNG}};

static void test_source_fails(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 4; i++) {
        vd_output_options options =
            make_options(both[i & 1].path, both[i & 1].format, VD_SAMPLE_BYTE);
        options.overwrite = i & 2;
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
    return ++*(int *)user > 1;
}

static void test_cancelled(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 2; i++) {
        int asked = 0;
        vd_callbacks callbacks = {.user = &asked, .cancel = cancel_later};
        vd_context *context;
        assert_int_equal(vd_context_create(&callbacks, &context), VD_OK);
        vd_output_options options = make_options(both[i].path, both[i].format, VD_SAMPLE_BYTE);
        fake_source fake;
        vd_source source = make_source(&fake, true, f->wkt);
        assert_int_equal(vd_output_write(context, &source, &options), VD_ERR_CANCELLED);
        assert_int_equal(empty_folder(), 0);
        vd_context_destroy(context);
    }
}

static void test_no_folder(void **state)
{
    fixture *f = *state;
    const char *const paths[] = {"test_output.none/a.tif", "test_output.none/a.png"};
    for (int i = 0; i < 2; i++) {
        vd_output_options options = make_options(paths[i], both[i].format, VD_SAMPLE_BYTE);
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
    for (int i = 0; i < 4; i++) {
        vd_output_options options =
            make_options(both[i & 1].path, both[i & 1].format, VD_SAMPLE_BYTE);
        options.dither = true;
        options.threads = i & 2 ? 1 : 2;
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
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_geotiff_tags),
        cmocka_unit_test(test_creation_options_work),
        cmocka_unit_test(test_png_chunks),
        cmocka_unit_test(test_world_file),
        cmocka_unit_test(test_format_choice),
        cmocka_unit_test(test_refused_options),
        cmocka_unit_test(test_existing_refused),
        cmocka_unit_test(test_overwrite),
        cmocka_unit_test(test_source_fails),
        cmocka_unit_test(test_name_taken_meanwhile),
        cmocka_unit_test(test_cancelled),
        cmocka_unit_test(test_no_folder),
        cmocka_unit_test(test_disk_full),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
