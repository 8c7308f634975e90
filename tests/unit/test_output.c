/* Outputs: what GDAL's and libpng's own readers find is what was given. */
#include <math.h>
#include <stdlib.h>

#include <png.h>

#include "output_fixture.h"

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
        vd_tone_options tone = vd_tone_plain(alpha ? VD_TONE_FILMIC : VD_TONE_LINEAR);
        tone.exposure_stops = 0.5f;
        options.tone = vd_tone_make(&tone);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_geotiff_tags),
        cmocka_unit_test(test_creation_options_work),
        cmocka_unit_test(test_png_chunks),
        cmocka_unit_test(test_world_file),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
