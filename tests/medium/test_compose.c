/* Composing: what the renderer wrote as OpenEXR gives the renderer's own pictures, and its lights
 * add up as they are weighed. */
#include <gdal.h>

#include "base/exr_in.h"
#include "composed.h"
#include "raster.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define EXR "composed.exr"
#define PICTURE "composed.png"

/** Renders by a command to the outputs among the knobs. */
static void render(const char *command, const char *const *knobs, const char *const *more)
{
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, command, WINDOW, knobs, more);
    test_ok(context, vd_settings_set(context, settings, "output.overwrite", "true"));
    test_ok(context, vd_settings_set(context, settings, "render.samples", "4"));
    test_write_outputs(context, settings);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

/* Two lists of knobs as one. */
static void join(const char *const *first, const char *const *second, const char **out)
{
    for (; *first; first++) *out++ = *first;
    for (; *second; second++) *out++ = *second;
    *out = NULL;
}

static const char *const to_exr[] = {"output.path", EXR, "output.type", "Float32", NULL};
static const char *const to_png[] = {"output.path", PICTURE, NULL};
static const char *const from_exr[] = {"compose.path", EXR, "output.path", PICTURE, NULL};

/* Where alpha, paper, a sky's own white balance and metered exposure come in. Tone that is asked
 * for is refused with a file that has none to show, so it is asked for again. */
static const struct {
    const char *command;
    const char *knobs[9], *look[9];
} scenes[] = {
    {"relief", {"dem.srcwin", "0,0,60,50", NULL}, {NULL}},
    {"relief",
     {"dem.srcwin", "0,0,60,50", "camera.crs", "EPSG:4326", NULL},
     {"tone.curve", "filmic", "tone.exposure", "0.3", "tone.white_balance", "5100",
      "tone.tint_shadow", "0.1,0.1,0.2", NULL}},
    {"render", {"camera.size", "90x60", NULL}, {NULL}}, /* on paper */
    {"render",
     {"camera.size", "90x60", "background.fill", "transparent", NULL},
     {"tone.curve", "agx", NULL}},
    {"render",
     {"camera.size", "90x60", "sky.model", "physical", "background.fill", "sky", "camera.tilt",
      "10", NULL},
     {"tone.black", "0.02", "tone.exposure", "-0.7", NULL}},
};
enum { SCENES = sizeof(scenes) / sizeof(scenes[0]) };

static uint64_t picture_hash(void)
{
    uint64_t hash = raster_hash(PICTURE);
    assert_int_equal(remove(PICTURE), 0);
    return hash;
}

static void unchanged_is_what_was_rendered(void **state)
{
    (void)state;
    for (int i = 0; i < SCENES; i++) {
        const char *knobs[20];
        join(scenes[i].knobs, scenes[i].look, knobs);
        render(scenes[i].command, knobs, to_png);
        uint64_t direct = picture_hash();
        render(scenes[i].command, scenes[i].knobs, to_exr);
        test_composed(from_exr, scenes[i].look);
        if (picture_hash() != direct) fail_msg("scene %d is composed otherwise than rendered", i);
    }
}

/* Noise is taken out of a file as the renderer would have taken it out: of a map, and of a view
 * with fog before a sky that is clear above. */
static void denoised_is_what_would_be_rendered(void **state)
{
    static const struct {
        const char *command, *aovs, *knobs[9];
    } cases[] = {
        {"relief", "albedo,normal,beauty_half", {"dem.srcwin", "0,0,80,70", NULL}},
        {"render",
         "albedo,normal,beauty_half,depth,transmittance",
         {"camera.size", "90x60", "camera.tilt", "10", "fog.kind", "height", "background.fill",
          "sky", NULL}},
    };
    static const char *const clean[] = {"denoise.method", "nlm", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *aovs[] = {"aov.names", cases[i].aovs, NULL}, *direct_knobs[16];
        const char *exr_knobs[16];
        join(clean, to_png, direct_knobs);
        render(cases[i].command, cases[i].knobs, direct_knobs);
        uint64_t direct = picture_hash();
        join(aovs, to_exr, exr_knobs);
        render(cases[i].command, cases[i].knobs, exr_knobs);
        test_composed(from_exr, clean);
        if (picture_hash() != direct) fail_msg("case %zu is denoised otherwise than rendered", i);
        test_composed(from_exr, NULL);
        assert_true(picture_hash() != direct);
    }
}

/* How much of the sky is behind fog only transmittance tells: without it a file is refused. */
static void foggy_files_want_transmittance(void **state)
{
    static const char *const knobs[] = {"camera.size", "30x20",  "camera.tilt",     "10",
                                        "fog.kind",    "height", "background.fill", "sky",
                                        NULL};
    static const char *const clean[] = {"denoise.method", "nlm", NULL};
    const char *aovs[] = {"aov.names", "albedo,normal,beauty_half,depth", NULL};
    const char *exr_knobs[16];
    char text[256];
    (void)state;
    join(aovs, to_exr, exr_knobs);
    render("render", knobs, exr_knobs);
    assert_int_equal(test_compose(from_exr, clean, text), VD_ERR_SETTING);
    assert_non_null(strstr(text, "transmittance"));
}

static void changed_is_what_would_be_rendered(void **state)
{
    static const char *const look[] = {"tone.exposure",      "0.5",       "tone.curve", "agx",
                                       "tone.white_balance", "7000",      "tone.white", "1.5",
                                       "tone.tint_light",    "1,0.9,0.8", NULL};
    static const char *const knobs[] = {"camera.size", "90x60", "output.path", PICTURE, NULL};
    static const char *const size[] = {"camera.size", "90x60", NULL};
    (void)state;
    render("render", knobs, look);
    uint64_t direct = picture_hash();
    render("render", size, to_exr);
    test_composed(from_exr, look);
    assert_true(picture_hash() == direct);
}

/* An exposure that is asked for anew is metered from the picture, which is much as the renderer
 * does it: a tenth of a stop apart at most, as it sees other pixels. Put out, it is none. */
static void exposure_can_be_metered_again(void **state)
{
    static const char *const size[] = {"camera.size", "90x60", NULL};
    static const char *const none[] = {"tone.auto_exposure", "false", NULL};
    static const char *const again[] = {"tone.auto_exposure", "true", NULL};
    (void)state;
    render("render", size, to_exr);
    test_composed(from_exr, NULL);
    uint64_t noted = picture_hash();
    test_composed(from_exr, none);
    assert_true(picture_hash() != noted);
    test_composed(from_exr, again);
    GDALDatasetH dataset = GDALOpen(PICTURE, GA_ReadOnly);
    assert_non_null(dataset);
    GDALClose(dataset);
    assert_int_equal(remove(PICTURE), 0);
}

/* What a file beside a picture notes is the picture's tone. Halves have 11 bits: what is off by
 * 2^-11 of itself is off by 0.13 of a step of 8 bits at most, since no curve here is steeper than
 * the identity in its encoded values times 1.1, and so moves by one step or not. */
static void halves_are_a_step_off_at_most(void **state)
{
    static const char *const both[] = {
        "camera.size", "90x60", "output.path",   PICTURE, "output.path",        EXR,
        "tone.curve",  "agx",   "tone.exposure", "-0.5",  "tone.white_balance", "5000",
        NULL};
    uint8_t direct[60][90][3], composed[60][90][3];
    (void)state;
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 0)
            render("render", both, NULL);
        else
            test_composed(from_exr, NULL);
        GDALDatasetH dataset = GDALOpen(PICTURE, GA_ReadOnly);
        assert_int_equal(GDALDatasetRasterIO(dataset, GF_Read, 0, 0, 90, 60,
                                             pass ? composed : direct, 90, 60, GDT_Byte, 3, NULL, 3,
                                             270, 1),
                         CE_None);
        GDALClose(dataset);
    }
    for (int i = 0; i < 60 * 90 * 3; i++)
        assert_true(abs((int)(&direct[0][0][0])[i] - (int)(&composed[0][0][0])[i]) <= 1);
    remove(PICTURE);
}

/** Channels R, G and B of a layer of a file; free with free(). */
static float *read_layer(const char *path, const char *layer, int *count)
{
    vd_context *context = NULL;
    vd_exr_in *in = NULL;
    vd_exr_rows *rows = NULL;
    float *values = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_exr_in_open(context, path, &in));
    for (int part = 0; part < vd_exr_in_parts(in) && !values; part++) {
        int channels[3];
        char name[32];
        for (int c = 0; c < 3; c++) {
            snprintf(name, sizeof(name), "%s%c", layer, "RGB"[c]);
            channels[c] = vd_exr_in_find(in, part, name);
        }
        if (channels[0] < 0) continue;
        test_ok(context, vd_exr_rows_open(context, in, part, channels, 3, 1, &rows));
        *count = 3 * vd_exr_rows_width(rows) * vd_exr_rows_height(rows);
        values = malloc((size_t)*count * sizeof(float));
        test_ok(context, vd_exr_rows_read(context, rows, 0, vd_exr_rows_height(rows), values));
        vd_exr_rows_close(rows);
    }
    vd_exr_in_close(in);
    vd_context_destroy(context);
    assert_non_null(values);
    return values;
}

/* With all lights in the file, one that is put out leaves the other, and weights are factors. */
static void lights_are_weighed(void **state)
{
    static const char *const knobs[] = {"camera.size", "90x60", "aov.names", "lights", NULL};
    static const char *const layouts[] = {"multipart", "multichannel"};
    static const char *const only_sky[] = {"compose.path",  EXR,           "output.path",
                                           "mixed.exr",     "output.type", "Float32",
                                           "light_weights", "sun,0",       NULL};
    static const char *const mixed[] = {"compose.path",       EXR,           "output.path",
                                        "mixed.exr",          "output.type", "Float32",
                                        "light_weights",      "light_sky,2", "light_weights",
                                        "sun,0.5,1,0.5,0.25", NULL};
    int count;
    (void)state;
    for (int l = 0; l < 2; l++) {
        const char *const layout[] = {"output.exr_layout", layouts[l], "output.path", EXR,
                                      "output.type",       "Float32",  NULL};
        render("render", knobs, layout);
        float *sun = read_layer(EXR, "light_sun.", &count),
              *sky = read_layer(EXR, "light_sky.", &count);
        test_composed(only_sky, NULL);
        float *out = read_layer("mixed.exr", "", &count);
        for (int i = 0; i < count; i++) assert_true(out[i] == sky[i]);
        free(out);
        test_composed(mixed, NULL);
        out = read_layer("mixed.exr", "", &count);
        for (int i = 0; i < count; i++) {
            float factor = 0.5f * (i % 3 == 0 ? 1.0f : i % 3 == 1 ? 0.5f : 0.25f);
            assert_true(out[i] == factor * sun[i] + 2.0f * sky[i]);
        }
        free(out);
        free(sun);
        free(sky);
    }
    remove("mixed.exr");
    remove(EXR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unchanged_is_what_was_rendered),
        cmocka_unit_test(denoised_is_what_would_be_rendered),
        cmocka_unit_test(foggy_files_want_transmittance),
        cmocka_unit_test(changed_is_what_would_be_rendered),
        cmocka_unit_test(exposure_can_be_metered_again),
        cmocka_unit_test(halves_are_a_step_off_at_most),
        cmocka_unit_test(lights_are_weighed),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
