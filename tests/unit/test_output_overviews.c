/* Overviews, cloud-optimised GeoTIFFs and world files, read back through GDAL. */
#include <math.h>
#include <stdlib.h>

#include "output_fixture.h"

/* A level of a picture: 0 is the picture itself. [channels][height][width] */
typedef struct level {
    int width, height, channels;
    double *samples;
} level;

static level read_level(GDALDatasetH dataset, int number)
{
    level out = {.channels = GDALGetRasterCount(dataset)};
    for (int c = 0; c < out.channels; c++) {
        GDALRasterBandH band = GDALGetRasterBand(dataset, c + 1);
        if (number > 0) band = GDALGetOverview(band, number - 1);
        out.width = GDALGetRasterBandXSize(band);
        out.height = GDALGetRasterBandYSize(band);
        size_t plane = (size_t)out.width * (size_t)out.height;
        if (!out.samples) out.samples = calloc(plane * (size_t)out.channels, sizeof(double));
        assert_int_equal(GDALRasterIO(band, GF_Read, 0, 0, out.width, out.height,
                                      out.samples + plane * (size_t)c, out.width, out.height,
                                      GDT_Float64, 0, 0),
                         CE_None);
    }
    return out;
}

static double sample(const level *l, int c, int x, int y)
{
    return l->samples[((size_t)c * (size_t)l->height + (size_t)y) * (size_t)l->width + (size_t)x];
}

/* Of the pixels of fine that x, y covers, by the definition: colour weighted by alpha. */
static double mean(const level *fine, int c, int x, int y, bool whole)
{
    double sum = 0.0, weights = 0.0;
    int count = 0;
    for (int j = 2 * y; j < 2 * y + 2 && j < fine->height; j++)
        for (int i = 2 * x; i < 2 * x + 2 && i < fine->width; i++, count++) {
            double weight = fine->channels == 4 ? sample(fine, 3, i, j) : 1.0;
            weights += weight;
            sum += weight * sample(fine, c, i, j);
        }
    double result = c == 3 ? weights / count : weights > 0.0 ? sum / weights : 0.0;
    return whole ? floor(result + 0.5) : result;
}

/* Each level is the mean of the one before; floats to within their spacing. */
static void assert_levels(GDALDatasetH dataset, int count, bool whole)
{
    assert_int_equal(GDALGetOverviewCount(GDALGetRasterBand(dataset, 1)), count);
    level fine = read_level(dataset, 0);
    for (int number = 1; number <= count; number++) {
        level coarse = read_level(dataset, number);
        assert_int_equal(coarse.width, (fine.width + 1) / 2);
        assert_int_equal(coarse.height, (fine.height + 1) / 2);
        for (int c = 0; c < coarse.channels; c++)
            for (int y = 0; y < coarse.height; y++)
                for (int x = 0; x < coarse.width; x++) {
                    double want = mean(&fine, c, x, y, whole), got = sample(&coarse, c, x, y);
                    if (fabs(got - want) > (whole ? 0.0 : 0x1p-23 * want))
                        fail_msg("level %d, channel %d at %d,%d is %g and not %g", number, c, x, y,
                                 got, want);
                }
        free(fine.samples);
        fine = coarse;
    }
    free(fine.samples);
}

static void test_overviews(void **state)
{
    fixture *f = *state;
    for (int i = 0; i < 6; i++) {
        vd_output_options options =
            make_options(FOLDER "/a.tif", VD_FORMAT_GTIFF, (vd_sample_type)(i / 2));
        options.overviews = true;
        assert_int_equal(write_plain(f, &options, i & 1, true), VD_OK);
        GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
        assert_pixels(dataset, &options, i & 1);
        assert_levels(dataset, 1, options.type != VD_SAMPLE_FLOAT32);
        GDALClose(dataset);
        assert_int_equal(empty_folder(), 1);
    }
}

/* In strips, uncompressed, band by band: overviews do not depend on how the picture is stored. */
static void test_overviews_of_strips(void **state)
{
    fixture *f = *state;
    const char *const creation[] = {"TILED=NO", "COMPRESS=NONE", "INTERLEAVE=BAND", NULL};
    vd_output_options options = make_options(FOLDER "/a.tif", VD_FORMAT_GTIFF, VD_SAMPLE_UINT16);
    options.overviews = true;
    options.creation_options = creation;
    assert_int_equal(write_plain(f, &options, true, true), VD_OK);
    GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
    assert_levels(dataset, 1, true);
    GDALClose(dataset);
    empty_folder();
}

static long long offset(GDALRasterBandH band, const char *name)
{
    const char *text = GDALGetMetadataItem(band, name, "TIFF");
    assert_non_null(text);
    return atoll(text);
}

/* What makes a GeoTIFF cloud-optimised: directories first, the picture's before its overviews',
 * and then pixels, those of the smallest overview first. */
static void assert_cloud_optimised(GDALDatasetH dataset, int count)
{
    assert_string_equal(GDALGetMetadataItem(dataset, "LAYOUT", "IMAGE_STRUCTURE"), "COG");
    GDALRasterBandH band = GDALGetRasterBand(dataset, 1);
    long long directory = offset(band, "IFD_OFFSET"), pixels = offset(band, "BLOCK_OFFSET_0_0");
    int width, height;
    for (int i = 0; i < count; i++) {
        GDALRasterBandH overview = GDALGetOverview(band, i);
        GDALGetBlockSize(overview, &width, &height);
        assert_int_equal(width, height);
        assert_true(offset(overview, "IFD_OFFSET") > directory);
        assert_true(offset(overview, "BLOCK_OFFSET_0_0") < pixels);
        directory = offset(overview, "IFD_OFFSET");
        pixels = offset(overview, "BLOCK_OFFSET_0_0");
    }
    assert_true(directory < pixels);
}

static void test_cog(void **state)
{
    fixture *f = *state;
    const char *const creation[] = {"BLOCKSIZE=128", NULL};
    for (int i = 0; i < 6; i++) {
        vd_output_options options =
            make_options(FOLDER "/a.tif", VD_FORMAT_COG, (vd_sample_type)(i / 2));
        options.creation_options = creation;
        assert_int_equal(vd_output_check(f->context, &options), VD_OK);
        assert_int_equal(write_plain(f, &options, i & 1, true), VD_OK);
        GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
        assert_pixels(dataset, &options, i & 1);
        assert_levels(dataset, 2, options.type != VD_SAMPLE_FLOAT32);
        assert_cloud_optimised(dataset, 2);
        assert_string_equal(GDALGetMetadataItem(dataset, "VEDUTA_SETTINGS", NULL), settings_text);
        double geotransform[6];
        assert_int_equal(GDALGetGeoTransform(dataset, geotransform), CE_None);
        assert_memory_equal(geotransform, rotated, sizeof(rotated));
        GDALClose(dataset);
        assert_int_equal(empty_folder(), 1);
    }
}

/* Where creation options speak of overviews, the driver does as they say. */
static void test_cog_options(void **state)
{
    fixture *f = *state;
    const struct {
        const char *options[4];
        int overviews;
    } cases[] = {{{"OVERVIEWS=NONE", "BLOCKSIZE=128", NULL}, 0},
                 {{"OVERVIEW_RESAMPLING=NEAREST", "BLOCKSIZE=128", NULL}, 2},
                 {{"OVERVIEW_COUNT=1", "BLOCKSIZE=128", "COMPRESS=LZW", NULL}, 1},
                 {{"COMPRESS=JPEG", "QUALITY=90", "BLOCKSIZE=128", NULL}, 2}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        vd_output_options options = make_options(FOLDER "/a.tif", VD_FORMAT_COG, VD_SAMPLE_BYTE);
        options.creation_options = cases[i].options;
        assert_int_equal(vd_output_check(f->context, &options), VD_OK);
        assert_int_equal(write_plain(f, &options, true, true), VD_OK);
        GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
        assert_string_equal(GDALGetMetadataItem(dataset, "LAYOUT", "IMAGE_STRUCTURE"), "COG");
        assert_int_equal(GDALGetOverviewCount(GDALGetRasterBand(dataset, 1)), cases[i].overviews);
        GDALClose(dataset);
        assert_int_equal(empty_folder(), 1);
    }
}

/* A GeoTIFF's world file, asked for, says what a PNG's does; without a place on the map none is. */
static void test_world_files(void **state)
{
    fixture *f = *state;
    const char *const names[][2] = {
        {"/a.tif", "/a.tfw"}, {"/a.TIFF", "/a.tiffw"}, {"/a.b", "/a.wld"}};
    for (int i = 0; i < 6; i++) {
        char path[64], world[64];
        snprintf(path, sizeof(path), FOLDER "%s", names[i / 2][0]);
        snprintf(world, sizeof(world), FOLDER "%s", names[i / 2][1]);
        vd_format format = i & 1 ? VD_FORMAT_COG : VD_FORMAT_GTIFF;
        vd_output_options options = make_options(path, format, VD_SAMPLE_BYTE);
        options.worldfile = true;
        assert_int_equal(write_plain(f, &options, false, true), VD_OK);
        double lines[6];
        FILE *stream = fopen(world, "r");
        assert_non_null(stream);
        for (int j = 0; j < 6; j++) assert_int_equal(fscanf(stream, "%lf", &lines[j]), 1);
        fclose(stream);
        const double want[6] = {
            10.0, 0.5, 0.25, rotated[5], rotated[0] + 5.125, rotated[3] + 0.25 + 0.5 * rotated[5]};
        for (int j = 0; j < 6; j++) assert_true(lines[j] == want[j]);
        assert_int_equal(empty_folder(), 2);
        assert_int_equal(write_plain(f, &options, false, false), VD_OK);
        assert_int_equal(empty_folder(), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_overviews),   cmocka_unit_test(test_overviews_of_strips),
        cmocka_unit_test(test_cog),         cmocka_unit_test(test_cog_options),
        cmocka_unit_test(test_world_files),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
