/* The exposure meter: what it promises, on real light. */
#include <gdal.h>
#include <math.h>

#include "api/api.h"
#include "picture.h"
#include "render/meter.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define SIDE 64

static const char *const metered[] = {
    "dem.srcwin", "40,60,100,75", "render.samples", "4", "tone.auto_exposure", "true", NULL};

/* A picture's pixels, and the exposure metered for it. */
typedef struct exposed {
    test_picture picture;
    vd_tone tone;
    float stops;
} exposed;

static exposed expose(const char *dem, const char *const *knobs, const char *const *more)
{
    exposed out;
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings(context, dem, knobs, more);
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_meter_exposure(context, scene, &out.stops));
    out.tone = vd_picture_tone(settings, out.stops);
    out.picture = test_render(dem, knobs, more);
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return out;
}

/* k stops more light, k stops less exposure, and the same picture. The exposure is metered to a few
 * roundings of a number below 16, which are 1e-6 each; display values then differ by no more than
 * one step of 65535. */
static void test_follows_the_light(void **state)
{
    static const struct {
        double stops;
        const char *const knobs[5];
    } lights[] = {
        {-4.0, {"sun.strength", "0.1875", "sky.strength", "0.0075", NULL}},
        {3.0, {"sun.strength", "24", "sky.strength", "0.96", NULL}},
        {10.0, {"sun.strength", "3072", "sky.strength", "122.88", NULL}},
    };
    (void)state;
    exposed plain = expose(WINDOW, metered, NULL);
    for (size_t i = 0; i < sizeof(lights) / sizeof(lights[0]); i++) {
        exposed other = expose(WINDOW, metered, lights[i].knobs);
        assert_true(fabs((double)plain.stops - (double)other.stops - lights[i].stops) < 1e-5);
        for (int p = 0; p < plain.picture.width * plain.picture.height; p++) {
            float a[3], b[3];
            vd_tone_apply(&plain.tone, &plain.picture.rgba[4 * p], a);
            vd_tone_apply(&other.tone, &other.picture.rgba[4 * p], b);
            for (int c = 0; c < 3; c++) assert_true(fabsf(a[c] - b[c]) < 1.0f / 65535.0f);
        }
        free(other.picture.rgba);
    }
    free(plain.picture.rgba);
}

/* Threads, tiles, samples and the seed leave the measure as it is; the exposure set by hand comes
 * on top of it. */
static void test_depends_on_the_scene_alone(void **state)
{
    static const char *const variants[][7] = {
        {"render.threads", "1", NULL},
        {"render.threads", "7", "render.tile", "16", NULL},
        {"render.samples", "9", "render.seed", "5", NULL},
        {"render.noise", "0.1", "render.memory", "0", NULL},
        {"tone.exposure", "1.5", "tone.white", "2", NULL},
    };
    (void)state;
    exposed plain = expose(WINDOW, metered, NULL);
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        exposed other = expose(WINDOW, metered, variants[i]);
        assert_true(other.stops == plain.stops);
        if (i == 4) assert_true(fabsf(other.tone.gain / plain.tone.gain - sqrtf(2.0f)) < 1e-5f);
        free(other.picture.rgba);
    }
    free(plain.picture.rgba);
}

/* Two dark plains, and between them, without data, the bright slope that the filling makes. */
static void write_gap(const char *path)
{
    static float heights[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++) {
        int x = i % SIDE;
        heights[i] = x < 20 ? 900.0f : x < 50 ? -9999.0f : 100.0f;
    }
    GDALDatasetH out =
        GDALCreate(GDALGetDriverByName("GTiff"), path, SIDE, SIDE, 1, GDT_Float32, NULL);
    assert_non_null(out);
    double place[6] = {500000.0, 30.0, 0.0, 4000000.0, 0.0, -30.0};
    assert_int_equal(GDALSetGeoTransform(out, place), CE_None);
    GDALRasterBandH band = GDALGetRasterBand(out, 1);
    assert_int_equal(GDALSetRasterNoDataValue(band, -9999.0), CE_None);
    assert_int_equal(
        GDALRasterIO(band, GF_Write, 0, 0, SIDE, SIDE, heights, SIDE, SIDE, GDT_Float32, 0, 0),
        CE_None);
    GDALClose(out);
}

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Of the picture's visible pixels, found from its radiance, the 98th percentile comes to 0.8. The
 * two samplings of it, 16 and 64 samples a pixel of an even plain, differ by their noise: below 2
 * percent; the slope of the gap is three times as bright. */
static void test_ignores_nodata(void **state)
{
    static const char *const knobs[] = {"render.samples",     "64",   "sun.azimuth", "90",
                                        "sun.altitude",       "15",   "sun.size",    "0",
                                        "tone.auto_exposure", "true", NULL};
    static float seen[SIDE * SIDE];
    int count = 0;
    (void)state;
    write_gap("gap.tif");
    exposed e = expose("gap.tif", knobs, NULL);
    for (int i = 0; i < SIDE * SIDE; i++) {
        const float *p = &e.picture.rgba[4 * i];
        if (p[3] > 0.0f) seen[count++] = p[1];
    }
    assert_true(count > SIDE * SIDE / 3 && count < SIDE * SIDE * 2 / 3);
    qsort(seen, (size_t)count, sizeof(float), compare);
    float lights = seen[(int)(0.98 * (count - 1))];
    assert_true(fabsf(lights * e.tone.gain / 0.8f - 1.0f) < 0.02f);
    free(e.picture.rgba);
}

static void on_message(void *user, vd_level level, const char *text)
{
    if (level == VD_LEVEL_WARNING) snprintf(user, 100, "%s", text);
}

/* Without any light there is nothing to expose for, and that is said. */
static void test_darkness(void **state)
{
    char said[100] = "";
    vd_callbacks callbacks = {.user = said, .message = on_message};
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    float stops = 1.0f;
    static const char *const dark[] = {"sun.strength", "0", "sky.strength", "0", NULL};
    (void)state;
    assert_int_equal(vd_context_create(&callbacks, &context), VD_OK);
    vd_settings *settings = test_settings(context, WINDOW, metered, dark);
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_meter_exposure(context, scene, &stops));
    assert_true(stops == 0.0f);
    assert_string_equal(said, "auto exposure: there is no light to meter");
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_follows_the_light),
        cmocka_unit_test(test_depends_on_the_scene_alone),
        cmocka_unit_test(test_ignores_nodata),
        cmocka_unit_test(test_darkness),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
