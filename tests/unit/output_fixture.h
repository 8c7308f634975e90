/* What the tests of outputs share: a source, a folder to write in, and what must come back. */
#ifndef OUTPUT_FIXTURE_H
#define OUTPUT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <cpl_string.h>
#include <dirent.h>
#include <gdal.h>
#include <ogr_srs_api.h>

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
                        : vd_tone_quantise(encoded[c], levels, options->dither, x, y);
}

static inline void assert_pixels(GDALDatasetH dataset, const vd_output_options *options, bool alpha)
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

static inline bool exists(const char *path)
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
    vd_tone_options plain = vd_tone_plain(VD_TONE_LINEAR);
    return (vd_output_options){
        .path = path, .format = format, .type = type, .tone = vd_tone_make(&plain), .threads = 2};
}

static inline vd_result write_plain(fixture *f, const vd_output_options *options, bool alpha, bool mapped)
{
    fake_source fake;
    vd_source source = make_source(&fake, alpha, mapped ? f->wkt : NULL);
    return vd_output_write(f->context, &source, options);
}

#endif
