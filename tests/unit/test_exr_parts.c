/* AOVs in files: parts and channels of both layouts of an OpenEXR, every number of them; what a
 * Cryptomatte says, by the specification's own vectors; bands of a GeoTIFF; display values. */
#include "output_fixture.h"

#include <math.h>

#include "base/half.h"
#include "base/murmur3.h"
#include "exr_file.h"
#include "film/film.h"
#include "output/parts.h"

#define PATH FOLDER "/a.exr"

static const char *const lights[] = {"light_sun", "light_sky"};
static char *class_names[] = {NULL, "water", NULL, "\"dry\" \\ soil"};
static char *material_names[] = {NULL, "rock", "snow"};

/* Which pixel a map lacks, or has in part. */
static float coverage_at(int x, int y)
{
    return is_hole(x, y) ? 0.0f : 1.0f;
}

/* A number of each pixel and channel of a part, of the kind that the AOV has. */
static float aov_value(const vd_aov_part *part, int x, int y, int c)
{
    const vd_aov *aov = &vd_aovs[part->id];
    if (aov->rule == VD_AOV_RULE_RANKS) {
        if (c >= 4) return 0.0f;
        return c == 0 ? 1.0f + (float)(x % 2) : c == 1 ? 0.75f : c == 2 ? 3.0f : 0.25f;
    }
    if (aov->storage == VD_AOV_STORAGE_UINT) return (float)((x * 31 + y * 17) % 70000);
    float value = (float)((x * 13 + y * 5 + c * 77 + part->index * 7) % 997) / 499.0f;
    return vd_aovs[part->id].empty > 1.0f ? 1000.0f * value : value - 1.0f;
}

static vd_result read_aov(vd_context *context, void *state, int part, int y, int rows,
                          float *values)
{
    const vd_aov_set *set = state;
    int channels = vd_aov_value_count(set->parts[part].id);
    (void)context;
    for (int j = y; j < y + rows; j++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < channels; c++) *values++ = aov_value(&set->parts[part], x, j, c);
    return VD_OK;
}

static vd_result read_shares(vd_context *context, void *state, int y, int rows, float *coverage)
{
    (void)context, (void)state;
    for (int j = y; j < y + rows; j++)
        for (int x = 0; x < WIDTH; x++) *coverage++ = coverage_at(x, j);
    return VD_OK;
}

/* All AOVs, or those named. */
static void choose(vd_aov_set *set, const char *const *names)
{
    static char light_names[2][VD_AOV_NAME_MAX];
    bool wanted[VD_AOV_COUNT], needed[VD_AOV_COUNT] = {false};
    for (int i = 0; i < 2; i++) strcpy(light_names[i], lights[i]);
    for (int id = 0; id < VD_AOV_COUNT; id++) wanted[id] = !names;
    for (; names && *names; names++) wanted[vd_aov_find(*names)] = true;
    assert_int_equal(vd_aov_lay_out(NULL, wanted, needed, true, 2,
                                    (const char(*)[VD_AOV_NAME_MAX])light_names, set),
                     VD_OK);
}

static vd_aov_source make_aovs(vd_aov_set *set)
{
    return (vd_aov_source){.set = set,
                           .names = {{4, class_names}, {3, material_names}, {0, NULL}},
                           .state = set,
                           .read_rows = read_aov};
}

/* The number that a file should hold of a channel. */
static double wanted_value(const vd_aov_part *part, int x, int y, int c, exr_pixel_type_t type)
{
    float value = aov_value(part, x, y, c);
    char name[16];
    if (coverage_at(x, y) == 0.0f) return 0.0;
    if (vd_aovs[part->id].rule == VD_AOV_RULE_RANKS && c % 2 == 0 && value > 0.0f) {
        const vd_aov_names *names = &((vd_aov_names[]){
            {4, class_names}, {3, material_names}, {0, NULL}})[vd_aov_names_of(part->id)];
        int id = (int)value;
        snprintf(name, sizeof(name), "%d", id);
        return (double)vd_crypto_id(id < names->count && names->items[id] ? names->items[id]
                                                                          : name);
    }
    return type == EXR_PIXEL_HALF ? test_half_value(vd_half_of_float(value)) : (double)value;
}

static void check_part(const vd_aov_part *part, int exr_part, bool all_float)
{
    static const exr_pixel_type_t types[] = {EXR_PIXEL_HALF, EXR_PIXEL_FLOAT, EXR_PIXEL_UINT};
    exr_pixel_type_t type = types[vd_aovs[part->id].storage];
    if (all_float && type == EXR_PIXEL_HALF) type = EXR_PIXEL_FLOAT;
    for (int c = 0; c < vd_aov_value_count(part->id); c++) {
        char name[64], letter[VD_AOV_NAME_MAX];
        if (vd_aovs[part->id].rule == VD_AOV_RULE_RANKS)
            snprintf(name, sizeof(name), "%s%02d.%c", part->name, c / 4, "RGBA"[c % 4]);
        else
            snprintf(name, sizeof(name), "%s.%s", part->name, vd_aov_channel(part->id, c, letter));
        test_exr_channel channel = test_exr_read_channel(PATH, exr_part, name);
        if (!channel.values) fail_msg("part %d has no channel %s", exr_part, name);
        assert_int_equal(channel.type, type);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                double want = wanted_value(part, x, y, c, type);
                if (channel.values[y * WIDTH + x] != want)
                    fail_msg("%s at %d,%d is %g and not %g", name, x, y,
                             channel.values[y * WIDTH + x], want);
            }
        free(channel.values);
    }
}

static void write_with(fixture *f, vd_aov_set *set, const vd_output_options *options)
{
    fake_source fake;
    vd_source source = make_source(&fake, true, f->wkt);
    vd_aov_source aovs = make_aovs(set);
    source.aovs = &aovs;
    source.read_coverage = read_shares;
    vd_context_clear(f->context);
    if (vd_output_write(f->context, &source, options) != VD_OK)
        fail_msg("%s", vd_context_error(f->context));
}

static void check_names(const vd_aov_set *set, bool multipart)
{
    exr_context_t file;
    int parts;
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    TEST_EXR_OK(exr_start_read(&file, PATH, &setup));
    TEST_EXR_OK(exr_get_count(file, &parts));
    assert_int_equal(parts, multipart ? set->count + 1 : 1);
    for (int i = 0; i < parts; i++) {
        const char *name;
        TEST_EXR_OK(exr_get_name(file, i, &name));
        assert_string_equal(name, i ? set->parts[i - 1].name : "beauty");
    }
    TEST_EXR_OK(exr_finish(&file));
}

/* Every AOV of the table, in both layouts, in scanlines and tiles, half and float. */
static void every_aov_comes_back(void **state)
{
    static const struct {
        vd_exr_layout layout;
        vd_sample_type type;
        int tile;
        vd_exr_compression compression;
    } ways[] = {{VD_EXR_MULTIPART, VD_SAMPLE_HALF, 0, VD_EXR_ZIP},
                {VD_EXR_MULTICHANNEL, VD_SAMPLE_HALF, 64, VD_EXR_PIZ},
                {VD_EXR_MULTIPART, VD_SAMPLE_FLOAT32, 128, VD_EXR_RLE}};
    /* One of each kind: to read a channel all of its part are decoded. */
    static const char *const some[] = {"normal",          "depth",  "class",
                                       "crypto_material", "lights", NULL};
    fixture *f = *state;
    vd_aov_set set;
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        choose(&set, i == 0 ? NULL : some);
        vd_output_options options = make_options(PATH, VD_FORMAT_EXR, ways[i].type);
        options.exr_layout = ways[i].layout;
        options.exr_tile = ways[i].tile;
        options.exr_compression = ways[i].compression;
        options.overwrite = true;
        write_with(f, &set, &options);
        check_names(&set, ways[i].layout == VD_EXR_MULTIPART);
        for (int k = 0; k < set.count; k++)
            check_part(&set.parts[k], ways[i].layout == VD_EXR_MULTIPART ? k + 1 : 0,
                       ways[i].type == VD_SAMPLE_FLOAT32);
        test_exr_channel red = test_exr_read_channel(PATH, 0, "R");
        assert_true(red.values[5] == test_half_value(vd_half_of_float(radiance(5, 0, 0))) ||
                    red.values[5] == (double)radiance(5, 0, 0));
        free(red.values);
    }
    empty_folder();
}

/* Appleby's algorithm by its reference implementation's results, of all lengths of a tail; seeds
 * and texts of the test in common use (Wikipedia's table among them). */
static void hashes_are_murmurs(void **state)
{
    static const struct {
        const char *text;
        uint32_t seed, hash;
    } rows[] = {{"", 0, 0},
                {"", 1, 0x514e28b7u},
                {"", 0xffffffffu, 0x81f16f39u},
                {"test", 0, 0xba6bd213u},
                {"test", 0x9747b28cu, 0x704b81dcu},
                {"Hello, world!", 0, 0xc0363e43u},
                {"Hello, world!", 0x9747b28cu, 0x24884cbau},
                {"The quick brown fox jumps over the lazy dog", 0, 0x2e4ff723u},
                {"The quick brown fox jumps over the lazy dog", 0x9747b28cu, 0x2fa826cdu},
                {"hello", 0, 0x248bfa47u},
                {"abc", 0, 0xb3dd93fau},
                {"aa", 0x9747b28cu, 0x5d211726u}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(vd_murmur3_32(rows[i].text, strlen(rows[i].text), rows[i].seed),
                         rows[i].hash);
}

/* No id is a float that hardware may change: infinite, no number, or subnormal. */
static void ids_are_numbers(void **state)
{
    (void)state;
    for (int i = 0; i < 100000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "object%d", i);
        assert_true(isnormal(vd_crypto_id(name)));
    }
    float id = vd_crypto_id("hello");
    uint32_t bits;
    memcpy(&bits, &id, sizeof(bits));
    assert_int_equal(bits, 0x248bfa47u);
}

static void cryptomatte_says_what_it_is(void **state)
{
    static const char *const names[] = {"crypto_class", "crypto_material", NULL};
    static const struct {
        const char *name, *text;
    } wanted[] = {{"name", "crypto_class"},
                  {"hash", "MurmurHash3_32"},
                  {"conversion", "uint32_to_float32"},
                  {"manifest", NULL}};
    fixture *f = *state;
    vd_aov_set set;
    exr_context_t file;
    char attribute[64], manifest[128];
    uint32_t key = vd_murmur3_32("crypto_class", 12, 0) >> 4;
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    choose(&set, names);
    vd_output_options options = make_options(PATH, VD_FORMAT_EXR, VD_SAMPLE_HALF);
    write_with(f, &set, &options);
    snprintf(manifest, sizeof(manifest), "{\"water\":\"%08x\",\"\\\"dry\\\" \\\\ soil\":\"%08x\"}",
             vd_murmur3_32("water", 5, 0), vd_murmur3_32("\"dry\" \\ soil", 12, 0));
    TEST_EXR_OK(exr_start_read(&file, PATH, &setup));
    for (int part = 0; part < 2; part++) /* beauty's has it too, for programs that read no other */
        for (size_t i = 0; i < 4; i++) {
            const char *text;
            int32_t length;
            snprintf(attribute, sizeof(attribute), "cryptomatte/%07x/%s", key, wanted[i].name);
            TEST_EXR_OK(exr_attr_get_string(file, part, attribute, &length, &text));
            assert_string_equal(text, wanted[i].text ? wanted[i].text : manifest);
        }
    TEST_EXR_OK(exr_finish(&file));
    empty_folder();
}

/* A GeoTIFF has the numbers themselves, and NaN where the map has nothing. */
static void bands_are_measures(void **state)
{
    static const char *const names[] = {"normal", "slope", "class", NULL};
    static float row[WIDTH];
    fixture *f = *state;
    vd_aov_set set;
    choose(&set, names);
    for (int k = 0; k < set.count; k++) {
        const vd_aov_part *part = &set.parts[k];
        int channels = vd_aov_value_count(part->id), has_nodata = 0;
        bool is_whole = part->id == VD_AOV_CLASS;
        vd_output_options options =
            make_options(FOLDER "/a.tif", VD_FORMAT_GTIFF, VD_SAMPLE_FLOAT32);
        options.aov = part->name;
        options.overwrite = true;
        write_with(f, &set, &options);
        GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
        assert_int_equal(GDALGetRasterCount(dataset), channels);
        for (int c = 0; c < channels; c++) {
            GDALRasterBandH band = GDALGetRasterBand(dataset, c + 1);
            const char *said = GDALGetDescription(band);
            assert_string_equal(said, channels == 1 ? part->name
                                      : c == 0      ? "normal.X"
                                      : c == 1      ? "normal.Y"
                                                    : "normal.Z");
            assert_int_equal(GDALGetRasterDataType(band), is_whole ? GDT_UInt32 : GDT_Float32);
            double nodata = GDALGetRasterNoDataValue(band, &has_nodata);
            if (!is_whole) assert_true(has_nodata && isnan(nodata));
            for (int y = 0; y < HEIGHT; y++) {
                assert_int_equal(
                    GDALRasterIO(band, GF_Read, 0, y, WIDTH, 1, row, WIDTH, 1, GDT_Float32, 0, 0),
                    CE_None);
                for (int x = 0; x < WIDTH; x++)
                    if (coverage_at(x, y) == 0.0f)
                        assert_true(is_whole ? row[x] == 0.0f : isnan(row[x]));
                    else
                        assert_true(row[x] == aov_value(part, x, y, c));
            }
        }
        GDALClose(dataset);
    }
    empty_folder();
}

/* Every AOV can be shown, and those of a known range as the guide says. */
static void display_values_are_as_documented(void **state)
{
    static uint16_t pixels[HEIGHT][WIDTH][4];
    fixture *f = *state;
    vd_aov_set set;
    choose(&set, NULL);
    for (int k = 0; k < set.count; k++) {
        const vd_aov_part *part = &set.parts[k];
        vd_output_options options = make_options(FOLDER "/a.png", VD_FORMAT_PNG, VD_SAMPLE_UINT16);
        options.aov = part->name;
        options.overwrite = true;
        write_with(f, &set, &options);
        GDALDatasetH dataset = GDALOpen(options.path, GA_ReadOnly);
        assert_int_equal(GDALGetRasterCount(dataset), 4);
        assert_int_equal(GDALDatasetRasterIO(dataset, GF_Read, 0, 0, WIDTH, HEIGHT, pixels, WIDTH,
                                             HEIGHT, GDT_UInt16, 4, NULL, 8, 8 * WIDTH, 2),
                         CE_None);
        GDALClose(dataset);
        bool is_lit = false;
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                assert_int_equal(pixels[y][x][3], coverage_at(x, y) > 0.0f ? 65535 : 0);
                is_lit = is_lit || pixels[y][x][0] || pixels[y][x][1] || pixels[y][x][2];
                double value = (double)aov_value(part, x, y, 0);
                double share = part->id == VD_AOV_NORMAL  ? 0.5 * value + 0.5
                               : part->id == VD_AOV_AO    ? value
                               : part->id == VD_AOV_SLOPE ? value / 90.0
                                                          : -1.0;
                if (share < 0.0 || share > 1.0 || coverage_at(x, y) == 0.0f) continue;
                if (fabs(pixels[y][x][0] - 65535.0 * share) > 0.51 + 65535.0 * 0x1p-22)
                    fail_msg("%s at %d,%d is shown as %d and not %g", part->name, x, y,
                             pixels[y][x][0], 65535.0 * share);
            }
        if (!is_lit) fail_msg("%s is black all over", part->name);
    }
    empty_folder();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_aov_comes_back), cmocka_unit_test(hashes_are_murmurs),
        cmocka_unit_test(ids_are_numbers),      cmocka_unit_test(cryptomatte_says_what_it_is),
        cmocka_unit_test(bands_are_measures),   cmocka_unit_test(display_values_are_as_documented),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
