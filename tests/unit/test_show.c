/* Values and settings as JSON, scene files from memory, titles of groups. */
#define SCENE "test_show_scene.yaml"

#include "settings_fixture.h"

static char shown[1 << 16];

static void keep(void *user, const char *text, size_t length)
{
    (void)user;
    assert_true(length < sizeof shown);
    memcpy(shown, text, length);
    shown[length] = 0;
}

static void assert_read(const char *name, const char *value, const char *expected)
{
    must(vd_knob_read(context, name, value, keep, NULL));
    assert_string_equal(shown, expected);
}

static void test_plainest_forms(void **state)
{
    (void)state;
    assert_read("sun.azimuth", "0315.0", "315");
    assert_read("--azimuth", "1e2", "100");
    assert_read("camera.view_from", "225", "\"SW\"");
    assert_read("camera.view_from", "10.5", "10.5");
    assert_read("camera.size", "0640x480", "[640, 480]");
    assert_read("surface.albedo", "0.5,0.50,0.5", "0.5");
    assert_read("surface.albedo", "0.5,0.25,1", "[0.5, 0.25, 1]");
    assert_read("render.bounces", "unlimited", "\"unlimited\"");
    assert_read("render.bounces", "3", "3");
    assert_read("output.type", "uint16", "\"UInt16\"");
    assert_read("output.dither", "false", "false");
    assert_read("background.fill", "SKY", "\"sky\"");
    assert_read("background.fill", "1", "1");
    assert_read("camera.eye", "1,2,agl:3", "[1, 2, \"agl:3\"]");
    assert_read("camera.eye", "1,2,3", "[1, 2, 3]");
    assert_read("dem.path", "a \"b\".tif", "[\"a \\\"b\\\".tif\"]");
    assert_read("suns", "315,45", "[{\"azimuth\": 315, \"altitude\": 45}]");
    assert_read("suns[].azimuth", "10", "10");
    assert_read("materials", "name=a,bump=1", "[{\"name\": \"a\", \"bump\": 1}]");
}

static void test_what_is_wrong(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"sun.azimuth", "400", "--sun-azimuth: \"400\" is out of range"},
        {"suns[].azimuth", "x", "suns[].azimuth: \"x\" is not a number"},
        {"sun.azimut", "1", "did you mean sun.azimuth?"},
        {"sun.azimuth", "", "is empty"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        assert_int_equal(vd_knob_read(context, rows[i][0], rows[i][1], keep, NULL), VD_ERR_SETTING);
        if (!strstr(vd_context_error(context), rows[i][2]))
            fail_msg("'%s' does not say '%s'", vd_context_error(context), rows[i][2]);
    }
}

/* Each knob's value in JSON is YAML too, and what settings of a scene file show reads back as that
 * file: JSON is YAML. */
static void test_show_round_trip(void **state)
{
    (void)state;
    FOR_EACH_KNOB(knob)
    {
        char text[64];
        vd_settings *one = create_for(knob), *back = create_for(knob);
        must(vd_settings_set(context, one, knob->info.name, sample_of(knob, text)));
        must(vd_settings_show(context, one, keep, NULL));
        must(vd_settings_load_text(context, back, "scene", shown));
        FOR_EACH_KNOB(other)
        {
            vd_value a = vd_value_of(other, one), b = vd_value_of(other, back);
            assert_true(vd_value_equal(other, &a, &b));
            assert_int_equal(vd_settings_is_set(back, other->id), other == knob);
        }
        vd_settings_destroy(back);
        vd_settings_destroy(one);
    }
}

static void test_show(void **state)
{
    (void)state;
    vd_settings *settings = create(), *copy;
    must(vd_settings_show(context, settings, keep, NULL));
    assert_string_equal(shown, "{}");
    must(vd_settings_load_text(
        context, settings, "scene",
        "preset: [swiss, paper]\nsun: {azimuth: 315}\nsuns: [{azimuth: 1, altitude: "
        "2}]\nrender: {samples: 4, seed: 0}\n"));
    must(vd_settings_copy(context, settings, &copy));
    must(vd_settings_show(context, copy, keep, NULL));
    assert_string_equal(
        shown, "{\"preset\": [\"swiss\", \"paper\"], \"sun\": {\"azimuth\": 315}, \"suns\": "
               "[{\"azimuth\": 1, \"altitude\": 2}], \"render\": {\"samples\": 4, "
               "\"seed\": 0}}");
    vd_settings_destroy(copy);
    vd_settings_destroy(settings);
}

static void test_scene_of_memory(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(vd_settings_load_text(context, settings, "mine", "dem: {path: a/b.tif}\n"));
    assert_value(settings, "dem.path", "a/b.tif");
    assert_int_equal(vd_settings_load_text(context, settings, "mine", "sun: {azimuth: 999}\n"),
                     VD_ERR_SETTING);
    assert_non_null(strstr(vd_context_error(context), "mine:1: sun.azimuth: \"999\" is out of"));
    assert_int_equal(vd_settings_load_text(context, settings, "mine", ""), VD_ERR_FORMAT);
    vd_settings_destroy(settings);
}

static void test_titles(void **state)
{
    (void)state;
    FOR_EACH_KNOB(knob) assert_true((knob->field != NULL) == (vd_group_title(knob->group) != NULL));
    assert_null(vd_group_title("no such group"));
    assert_null(vd_group_title(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plainest_forms),  cmocka_unit_test(test_what_is_wrong),
        cmocka_unit_test(test_show_round_trip), cmocka_unit_test(test_show),
        cmocka_unit_test(test_scene_of_memory), cmocka_unit_test(test_titles),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
