/* The table of knobs and their values: every row set and read back, what must be refused and how,
 * and the documents made of it. */
#define SCENE "test_settings_scene.yaml"

#include <locale.h>
#include <math.h>

#include "settings_fixture.h"

/* ---- the table ---------------------------------------------------------------------------- */

static void test_table_is_consistent(void **state)
{
    (void)state;
    assert_int_equal(vd_knob_count(), VD_KNOB_COUNT);
    assert_null(vd_knob_at(VD_KNOB_COUNT));
    for (size_t i = 0; i < vd_knob_count(); i++) {
        const vd_knob *knob = &vd_knobs[i];
        const vd_knob_info *info = vd_knob_at(i);
        size_t length = strlen(info->help);
        assert_ptr_equal(info, &knob->info);
        assert_int_equal(knob->id, i);
        assert_ptr_equal(vd_knob_find(info->name), info);
        assert_true(length > 5 && info->help[length - 1] == '.');
        if (knob->is_field) continue;
        assert_true(info->commands[0] && knob->commands);
        for (int f = 0; knob->flag[f]; f++) {
            assert_ptr_equal(vd_knob_find(knob->flag[f]), info); /* and no other row has it */
            assert_non_null(strstr(info->flags, knob->flag[f]));
        }
        if (knob->kind == VD_KIND_RECORDS) continue;
        char first[64];
        snprintf(first, sizeof(first), "--%s-%s", knob->group, knob->field);
        for (char *c = first; *c; c++)
            if (*c == '_') *c = '-';
        assert_string_equal(knob->flag[0], first);
    }
}

/* Whoever completes a name can list what came with veduta. */
static void test_builtin_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < vd_knob_count(); i++) {
        const vd_knob_info *info = vd_knob_at(i);
        bool lists = vd_builtin_name(info->name, 0) != NULL;
        assert_int_equal(lists, strcmp(info->kind, "name") == 0);
    }
    assert_string_equal(vd_builtin_name("surface.ramp", 1), "grey");
    assert_string_equal(vd_builtin_name("preset", 0), "alpine");
    assert_null(vd_builtin_name("preset", 1000));
    assert_null(vd_builtin_name(NULL, 0));
}

static void test_choices_match_their_enumerators(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(vd_settings_set(context, settings, "--filter", "gaussian"));
    must(vd_settings_set(context, settings, "--ot", "byte"));
    must(vd_settings_set(context, settings, "--sky", "gradient"));
    must(vd_settings_set(context, settings, "--terrain-normals", "flat"));
    assert_int_equal(settings->filter_shape, VD_FILTER_SHAPE_GAUSSIAN);
    assert_int_equal(settings->output_type, VD_OUTPUT_TYPE_BYTE);
    assert_int_equal(settings->sky_model, VD_SKY_MODEL_GRADIENT);
    assert_int_equal(settings->terrain_normals, VD_TERRAIN_NORMALS_FLAT);
    must(vd_settings_set(context, settings, "--filter", "blackman-harris"));
    assert_int_equal(settings->filter_shape, VD_FILTER_SHAPE_BLACKMAN_HARRIS);
    vd_settings_destroy(settings);
}

static void test_names_that_people_bring_along(void **state)
{
    static const char *const pairs[][2] = {{"-z", "terrain.z_factor"},
                                           {"--zfactor", "terrain.z_factor"},
                                           {"-az", "sun.azimuth"},
                                           {"-alt", "sun.altitude"},
                                           {"-s", "dem.scale"},
                                           {"-b", "dem.band"},
                                           {"--of", "output.format"},
                                           {"--co", "output.creation"},
                                           {"-o", "output.path"},
                                           {"--ot", "output.type"},
                                           {"--sun", "suns"},
                                           {"--exaggeration", "terrain.z_factor"},
                                           {"--sun-size", "sun.size"},
                                           {"--no-output-dither", "output.dither"},
                                           {"-q", "run.quiet"},
                                           {"--no-quiet", "run.quiet"},
                                           {"--overwrite", "output.overwrite"}};
    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const vd_knob_info *info = vd_knob_find(pairs[i][0]);
        assert_non_null(info);
        assert_string_equal(info->name, pairs[i][1]);
    }
    assert_string_equal(vd_knob_find("--no-azimuth")->name, "sun.azimuth");
    assert_null(vd_knob_find("-no-az"));
    assert_null(vd_knob_find("--preset"));
    assert_null(vd_knob_find(""));
    assert_null(vd_knob_find(NULL));
}

static void test_nearest(void **state)
{
    (void)state;
    assert_string_equal(vd_knob_nearest("--azimut"), "--azimuth");
    assert_string_equal(vd_knob_nearest("--smaples"), "--samples");
    assert_string_equal(vd_knob_nearest("--sun-az"), "--sun-azimuth");
    assert_string_equal(vd_knob_nearest("--samp"), "--samples");
    assert_string_equal(vd_knob_nearest("sun.azimth"), "sun.azimuth");
    assert_string_equal(vd_knob_nearest("albedo"), "surface.albedo");
    assert_null(vd_knob_nearest("--xylophone"));
    assert_null(vd_knob_nearest(""));
    assert_null(vd_knob_nearest(NULL));
}

/* ---- setting and getting ------------------------------------------------------------------- */

static void test_defaults_are_the_tables(void **state)
{
    (void)state;
    vd_settings *settings = create();
    FOR_EACH_KNOB(knob)
    {
        assert_value(settings, knob->info.name, knob->info.fallback);
        assert_false(vd_settings_is_set(settings, knob->id));
    }
    assert_true(settings->output_dither);
    assert_int_equal(settings->dem_path.count, 0);
    assert_int_equal(settings->render_bounces, 3);
    vd_settings_destroy(settings);
}

static void test_every_knob_by_every_flag(void **state)
{
    (void)state;
    FOR_EACH_KNOB(knob)
    {
        char text[64];
        const char *sample = sample_of(knob, text);
        for (int f = -1; f < 0 || knob->flag[f]; f++) {
            const char *name = f < 0 ? knob->info.name : knob->flag[f];
            if (!strncmp(name, "--no-", 5) && knob->kind == VD_KIND_BOOL) continue;
            vd_settings *settings = create_for(knob);
            must(vd_settings_set(context, settings, name, sample));
            assert_value(settings, knob->info.name, sample);
            FOR_EACH_KNOB(other)
            {
                assert_int_equal(vd_settings_is_set(settings, other->id), other == knob);
                if (other != knob)
                    assert_value(settings, other->info.name,
                                 vd_knob_default(other, settings->command));
            }
            vd_settings_destroy(settings);
        }
    }
}

static void test_switches(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(vd_settings_set(context, settings, "--no-output-dither", NULL));
    assert_false(settings->output_dither);
    must(vd_settings_set(context, settings, "--output-dither", NULL));
    assert_true(settings->output_dither);
    must(vd_settings_set(context, settings, "--multidirectional", NULL));
    assert_true(settings->sun_multidirectional);
    must(vd_settings_set(context, settings, "--no-multidirectional", NULL));
    assert_false(settings->sun_multidirectional);
    assert_int_equal(vd_settings_set(context, settings, "--no-quiet", "true"), VD_ERR_SETTING);
    assert_error("--no-quiet: takes no value");
    assert_int_equal(vd_settings_set(context, settings, "--quiet", "yes"), VD_ERR_SETTING);
    assert_error("true or false");
    vd_settings_destroy(settings);
}

static void test_taking_back(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(vd_settings_set(context, settings, "--no-azimuth", NULL));
    must(vd_settings_load_text(
        context, settings, "scene",
        "sun: {azimuth: 20, altitude: 30}\nsuns: [{azimuth: 1, altitude: 2}]"));
    assert_false(vd_settings_is_set(settings, VD_KNOB_SUN_AZIMUTH));
    assert_value(settings, "sun.azimuth", vd_knob_fallback("sun.azimuth", "relief"));
    assert_value(settings, "sun.altitude", "30");
    must(vd_settings_set(context, settings, "--no-suns", NULL));
    assert_int_equal(settings->suns.count, 0);
    vd_settings *copy;
    must(vd_settings_copy(context, settings, &copy));
    must(vd_settings_load_text(context, copy, "scene", "sun: {azimuth: 21}"));
    assert_false(vd_settings_is_set(copy, VD_KNOB_SUN_AZIMUTH));
    vd_settings_destroy(copy);
    must(vd_settings_set(context, settings, "--azimuth", "40"));
    assert_value(settings, "sun.azimuth", "40");
    assert_int_equal(vd_settings_set(context, settings, "--no-azimuth", "50"), VD_ERR_SETTING);
    assert_error("--no-azimuth: takes no value");
    vd_settings_destroy(settings);
}

static void test_lists(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(vd_settings_set(context, settings, "--sun", "10,20"));
    must(vd_settings_set(context, settings, "--sun", "30,40,5"));
    must(vd_settings_set(context, settings, "-o", "a.tif"));
    must(vd_settings_set(context, settings, "--output", "b.png"));
    assert_int_equal(settings->suns.count, 2);
    assert_float_equal(settings->suns.items[0].strength, 3, 0);
    assert_float_equal(settings->suns.items[1].azimuth, 30, 0);
    assert_float_equal(settings->suns.items[1].strength, 5, 0);
    assert_value(settings, "suns", "10,20,3\n30,40,5");
    assert_string_equal(settings->output_path.items[1], "b.png");
    /* A file's list does not add to the flags', nor do its lists add up. */
    must(
        load_text(settings, "suns: [{azimuth: 1, altitude: 2}]\noutput: {creation: [A=1, B=2]}\n"));
    assert_int_equal(settings->suns.count, 2);
    must(load_text(settings, "output: {creation: C=3}\n"));
    assert_value(settings, "output.creation", "C=3");
    /* The first flag replaces the file's list, the next adds to it. */
    must(vd_settings_set(context, settings, "--co", "D=4"));
    must(vd_settings_set(context, settings, "--co", "E=5"));
    assert_value(settings, "output.creation", "D=4\nE=5");
    vd_settings_destroy(settings);
}

static void test_bad_values(void **state)
{
    static const char *const bad[][3] = {
        {"--azimuth", "400", "--azimuth: \"400\" is out of range; it takes a number, 0..360 deg"},
        {"sun.azimuth", "-0.001", "--sun-azimuth: \"-0.001\" is out of range"},
        {"--azimuth", "", "is empty"},
        {"--azimuth", "nan", "is not a number"},
        {"--azimuth", "inf", "is not a number"},
        {"--azimuth", "1e999", "is out of range"},
        {"--azimuth", "0x10", "is not a number"},
        {"--azimuth", " 5", "is not a number"},
        {"--azimuth", "5deg", "is not a number"},
        {"--azimuth", "5,", "is not a number"},
        {"--azimuth", ".", "is not a number"},
        {"--azimuth", "1e", "is not a number"},
        {"--samples", "0", "1..65536"},
        {"--samples", "65537", "1..65536"},
        {"--samples", "1.5", "is not a whole number"},
        {"--samples", "1e3", "is not a whole number"},
        {"--seed", "2147483648", "is out of range"},
        {"--band", "99999999999999999999", "is out of range"},
        {"--bounces", "-1", "0..1024 or unlimited"},
        {"--zfactor", "0", "1e-9..1e6"},
        {"--zfactor", "-1", "1e-9..1e6"},
        {"--albedo", "1.01", "is out of range"},
        {"--albedo", "0.1,0.2", "too few"},
        {"--albedo", "0.1,0.2,0.3,0.4", "too many"},
        {"--albedo", "0.1,,0.3", "is not a number"},
        {"--bbox", "1,2,3", "too few"},
        {"--place", "8", "too few"},
        {"--place", "8,46,400", "too many"},
        {"--place", "361,46", "two numbers as x,y, -180..360 deg"},
        {"--srcwin", "1,2,3,4.5", "is not a whole number"},
        {"--size", "640", "WIDTHxHEIGHT"},
        {"--size", "0x480", "is out of range"},
        {"--size", "640,480", "WIDTHxHEIGHT"},
        {"--tone", "loud", "one of linear|filmic"},
        {"--tone", "linear|filmic", "one of linear|filmic"},
        {"--tone", "line", "one of linear|filmic"},
        {"--sun", "10", "azimuth,altitude[,strength]"},
        {"--sun", "10,20,3,4", "too many"},
        {"--sun", "10,20,", "is empty"},
        {"--sun", "10,91", "0..90"},
        {"--ramp", "\xff", "is not UTF-8"},
        {"--ramp", NULL, "needs a value"},
        {"--azimut", "5", "--azimut: no such setting; did you mean --azimuth?"},
        {"suns[].azimuth", "5", "field of a list"}};
    (void)state;
    vd_settings *settings = create();
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(vd_settings_set(context, settings, bad[i][0], bad[i][1]), VD_ERR_SETTING);
        assert_error(bad[i][2]);
    }
    FOR_EACH_KNOB(knob) assert_false(vd_settings_is_set(settings, knob->id));
    vd_settings_destroy(settings);
}

/* Both ends of every range, and a little beyond. */
static void test_range_edges(void **state)
{
    (void)state;
    FOR_EACH_KNOB(knob)
    {
        bool whole = knob->kind == VD_KIND_INT;
        if (!whole && knob->kind != VD_KIND_FLOAT) continue;
        double ends[2] = {knob->least, knob->most};
        for (int e = 0; e < 2; e++) {
            char text[64];
            if (ends[e] > 1e300 || ends[e] < -1e300) continue;
            vd_settings *settings = create_for(knob);
            snprintf(text, sizeof(text), "%.17g", ends[e]);
            vd_result expected = e == 0 && knob->open ? VD_ERR_SETTING : VD_OK;
            assert_int_equal(vd_settings_set(context, settings, knob->info.name, text), expected);
            double step = whole ? 1.0 : fabs(ends[e]) > 1.0 ? fabs(ends[e]) * 1e-9 : 1e-9;
            snprintf(text, sizeof(text), "%.17g", ends[e] + (e ? step : -step));
            assert_int_equal(vd_settings_set(context, settings, knob->info.name, text),
                             VD_ERR_SETTING);
            assert_error(knob->flag[0]);
            assert_error(knob->info.range);
            vd_settings_destroy(settings);
        }
    }
}

static void test_numbers_in_any_locale(void **state)
{
    (void)state;
    if (!setlocale(LC_ALL, "de_DE.UTF-8") && !setlocale(LC_ALL, "fr_FR.UTF-8")) skip();
    vd_settings *settings = create();
    vd_result result = vd_settings_set(context, settings, "--noise", "0.25");
    char text[32] = "";
    vd_result got = vd_settings_get(context, settings, "render.noise", text, sizeof(text));
    setlocale(LC_ALL, "C");
    must(result);
    must(got);
    assert_string_equal(text, "0.25");
    vd_settings_destroy(settings);
}

static void test_get_refuses(void **state)
{
    char text[4];
    (void)state;
    vd_settings *settings = create();
    assert_int_equal(vd_settings_get(context, settings, "filter.shape", text, 4), VD_ERR_SETTING);
    assert_error("16 bytes");
    assert_string_equal(text, "");
    assert_int_equal(vd_settings_get(context, settings, "filter.shap", text, 4), VD_ERR_SETTING);
    assert_error("did you mean filter.shape?");
    must(vd_settings_get(context, settings, "sun.azimuth", text, 4));
    assert_string_equal(text, "315");
    vd_settings_destroy(settings);
    assert_int_equal(vd_settings_create(context, "releif", &settings), VD_ERR_USAGE);
    assert_null(settings);
}

static void test_refuse_says_where(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(vd_settings_refuse(context, settings, VD_KNOB_SUN_AZIMUTH, "no use"));
    must(load_text(settings, "sun:\n  azimuth: 300\n"));
    assert_int_equal(vd_settings_refuse(context, settings, VD_KNOB_SUN_AZIMUTH, "no %s", "use"),
                     VD_ERR_SETTING);
    assert_string_equal(vd_context_error(context), SCENE ":2: sun.azimuth: no use");
    must(vd_settings_set(context, settings, "-az", "315"));
    assert_int_equal(vd_settings_refuse(context, settings, VD_KNOB_SUN_AZIMUTH, "no use"),
                     VD_ERR_SETTING);
    assert_string_equal(vd_context_error(context), "-az: no use");
    vd_settings_destroy(settings);
}

/* ---- documents ----------------------------------------------------------------------------- */

static void collect(void *user, const char *text, size_t length)
{
    fwrite(text, 1, length, user);
}

static char *document(vd_settings_format format)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    must(vd_settings_document(context, format, collect, out));
    fclose(out);
    return text;
}

static void test_documents_name_every_knob(void **state)
{
    (void)state;
    char *text = document(VD_SETTINGS_TEXT), *markdown = document(VD_SETTINGS_MARKDOWN);
    for (size_t i = 0; i < vd_knob_count(); i++) {
        const vd_knob_info *info = vd_knob_at(i);
        assert_non_null(strstr(text, info->name));
        assert_non_null(strstr(text, info->flags));
        assert_non_null(strstr(text, info->help));
        assert_non_null(strstr(markdown, info->name));
        assert_non_null(strstr(markdown, info->help));
    }
    assert_non_null(strstr(markdown, "`swiss`"));
    free(text);
    free(markdown);
    assert_int_equal(vd_settings_document(context, (vd_settings_format)9, collect, stdout),
                     VD_ERR_USAGE);
}

/* Skips a JSON string; at is on its opening quote. */
static const char *skip_string(const char *at)
{
    for (at++; *at && *at != '"'; at++)
        if (*at == '\\') at++;
    return at;
}

static void test_json_schema(void **state)
{
    (void)state;
    char *schema = document(VD_SETTINGS_JSON_SCHEMA), open[64];
    int depth = 0;
    for (const char *at = schema; *at; at++) {
        if (*at == '"') at = skip_string(at);
        assert_true(*at);
        if (*at == '{' || *at == '[') open[depth++] = *at;
        assert_true(depth < 64);
        if (*at != '}' && *at != ']') continue;
        assert_true(depth > 0);
        assert_int_equal(open[--depth], *at == '}' ? '{' : '[');
    }
    assert_int_equal(depth, 0);
    const char *at = schema, *group = "";
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++) {
        char key[64];
        snprintf(key, sizeof(key), "\"%s\": {", knob->group);
        if (strcmp(group, knob->group)) at = strstr(at, key);
        group = knob->group;
        assert_non_null(at);
        if (!knob->field) continue;
        snprintf(key, sizeof(key), "\"%s\": {", knob->field);
        at = strstr(at, key);
        assert_non_null(at);
    }
    free(schema);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table_is_consistent),
        cmocka_unit_test(test_builtin_names),
        cmocka_unit_test(test_choices_match_their_enumerators),
        cmocka_unit_test(test_names_that_people_bring_along),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_defaults_are_the_tables),
        cmocka_unit_test(test_every_knob_by_every_flag),
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_taking_back),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_range_edges),
        cmocka_unit_test(test_numbers_in_any_locale),
        cmocka_unit_test(test_get_refuses),
        cmocka_unit_test(test_refuse_says_where),
        cmocka_unit_test(test_documents_name_every_knob),
        cmocka_unit_test(test_json_schema),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
