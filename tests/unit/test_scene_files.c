/* Scene files and presets: every knob through YAML and back, what is wrong in a file and how that
 * is said, and who wins over whom. */
#define SCENE "test_scene_files_scene.yaml"

#include <sys/stat.h>

#include "base/embedded.h"
#include "settings_fixture.h"

/* ---- scene files --------------------------------------------------------------------------- */

/* Each knob alone, then all together, through YAML and back, and through a copy. */
static void test_yaml_round_trip(void **state)
{
    (void)state;
    vd_settings *all = create();
    FOR_EACH_KNOB(knob)
    {
        char text[64], *yaml;
        vd_settings *one = create_for(knob), *back = create_for(knob), *copy;
        bool in_all = knob->commands & all->command;
        must(vd_settings_set(context, one, knob->info.name, sample_of(knob, text)));
        if (in_all) must(vd_settings_set(context, all, knob->info.name, sample_of(knob, text)));
        if (knob->info.is_list) {
            must(vd_settings_set(context, one, knob->info.name, sample_of(knob, text)));
            if (in_all) must(vd_settings_set(context, all, knob->info.name, sample_of(knob, text)));
        }
        must(vd_settings_to_yaml(context, one, &yaml));
        must(load_text(back, yaml));
        must(vd_settings_copy(context, one, &copy));
        FOR_EACH_KNOB(other)
        {
            vd_value a = vd_value_of(other, one), b = vd_value_of(other, back);
            vd_value c = vd_value_of(other, copy);
            assert_true(vd_value_equal(other, &a, &b) && vd_value_equal(other, &a, &c));
            assert_int_equal(vd_settings_is_set(back, other->id), other == knob);
            assert_int_equal(copy->origin[other->id], one->origin[other->id]);
        }
        free(yaml);
        vd_settings_destroy(copy);
        vd_settings_destroy(back);
        vd_settings_destroy(one);
    }
    char *yaml;
    vd_settings *back = create();
    must(vd_settings_to_yaml(context, all, &yaml));
    must(load_text(back, yaml));
    FOR_EACH_KNOB(knob)
    {
        vd_value a = vd_value_of(knob, all), b = vd_value_of(knob, back);
        assert_true(vd_value_equal(knob, &a, &b));
    }
    free(yaml);
    vd_settings_destroy(back);
    vd_settings_destroy(all);
}

/* Beside an environment map the sun is there because it was asked for, which a scene file must keep
 * though the value is the default's; one that is not there must stay out. */
static void test_yaml_keeps_the_sun_beside_a_map(void **state)
{
    (void)state;
    for (int asked = 0; asked < 2; asked++) {
        char *yaml;
        vd_settings *settings = create(), *back = create();
        must(load_text(settings, asked ? "{}\n" : "sun: {size: 5}\n"));
        must(vd_settings_set(context, settings, "--environment", "sky.exr"));
        if (asked) must(vd_settings_set(context, settings, "--sun-strength", "3"));
        assert_true(vd_settings_has_environment(settings));
        assert_int_equal(vd_settings_has_suns(settings), asked);
        must(vd_settings_to_yaml(context, settings, &yaml));
        must(load_text(back, yaml));
        assert_true(vd_settings_has_environment(back));
        assert_int_equal(vd_settings_has_suns(back), asked);
        must(vd_settings_set(context, back, "--sky-strength", "1"));
        assert_false(vd_settings_has_environment(back));
        assert_true(vd_settings_has_suns(back));
        free(yaml);
        vd_settings_destroy(settings);
        vd_settings_destroy(back);
    }
}

static void test_yaml_of_defaults_and_odd_numbers(void **state)
{
    (void)state;
    char *yaml;
    vd_settings *settings = create();
    must(vd_settings_to_yaml(context, settings, &yaml));
    assert_string_equal(yaml, "{}\n");
    must(load_text(settings, yaml));
    free(yaml);
    must(vd_settings_set(context, settings, "--bounces", "unlimited"));
    must(vd_settings_set(context, settings, "--noise", "0.1234567890123456"));
    must(vd_settings_set(context, settings, "--exposure", "-0"));
    must(vd_settings_to_yaml(context, settings, &yaml));
    assert_string_equal(yaml, "render:\n  noise: 0.1234567890123456\n  bounces: unlimited\n");
    free(yaml);
    assert_int_equal(settings->render_bounces, -1);
    vd_settings_destroy(settings);
}

static void test_yaml_forms(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(load_text(settings,
                   "dem: {bbox: \"1,2,3,4\", srcwin: [0, 1, 2, 3]}\n"
                   "sun: {time: 2026-06-21T09:30+02:00, place: [-8.5, 46]}\n"
                   "surface: {albedo: 0.5}\n"
                   "camera: {size: 640x480}\n"
                   "sky: &sky {strength: 0.1, color: &white [1, 1, 1], horizon: *white}\n"
                   "render: {bounces: \"unlimited\"}\n"
                   "suns:\n  - {azimuth: 1, altitude: 2}\n  - azimuth: 3\n    altitude: 4\n"
                   "output: {path: one.tif}\n"));
    assert_value(settings, "dem.bbox", "1,2,3,4");
    assert_value(settings, "dem.srcwin", "0,1,2,3");
    assert_value(settings, "sun.time", "2026-06-21T09:30+02:00");
    assert_value(settings, "sun.place", "-8.5,46");
    assert_value(settings, "surface.albedo", "0.5");
    assert_value(settings, "camera.size", "640x480");
    assert_value(settings, "sky.horizon", "1");
    assert_value(settings, "render.bounces", "unlimited");
    assert_value(settings, "suns", "1,2,3\n3,4,3");
    assert_value(settings, "output.path", "one.tif");
    must(load_text(settings, "suns: []\ncamera: {size: [320, 200]}\n"));
    assert_int_equal(settings->suns.count, 0);
    assert_value(settings, "camera.size", "320x200");
    vd_settings_destroy(settings);
}

static void test_paths_are_relative_to_the_file(void **state)
{
    (void)state;
    static const char yaml[] = "preset: [./p.yaml, ./q.yaml]\n"
                               "dem: {path: d.tif}\nsurface: {ramp: hypsometric}\n"
                               "output: {path: [a.tif, /b.tif, 'relief 12:30.png']}\n"
                               "run: {stats: s.json}\nrender: {spool_dir: 'C_X:y'}\n";
    vd_settings *settings = create();
    mkdir("test_scene_files_dir", 0777);
    write_file("test_scene_files_dir/s.yaml", yaml, strlen(yaml));
    write_file("test_scene_files_dir/p.yaml", "sun: {size: 7}\nsky: {strength: 2}", 33);
    write_file("test_scene_files_dir/q.yaml", "sky: {strength: 3}", 18);
    must(vd_settings_load(context, settings, "test_scene_files_dir/s.yaml"));
    assert_value(settings, "dem.path", "test_scene_files_dir/d.tif");
    assert_value(settings, "surface.ramp", "hypsometric");
    assert_value(settings, "output.path",
                 "test_scene_files_dir/a.tif\n/b.tif\ntest_scene_files_dir/relief 12:30.png");
    assert_value(settings, "run.stats", "test_scene_files_dir/s.json");
    assert_value(settings, "render.spool_dir", "C_X:y");
    assert_value(settings, "sun.size", "7");
    assert_value(settings, "sky.strength", "3");
    must(load_text(settings, "surface: {ramp: ramps/x.txt}"));
    assert_value(settings, "surface.ramp", "ramps/x.txt");
    remove("test_scene_files_dir/s.yaml");
    remove("test_scene_files_dir/p.yaml");
    remove("test_scene_files_dir/q.yaml");
    remove("test_scene_files_dir");
    vd_settings_destroy(settings);
}

static void test_bad_scene_files(void **state)
{
    static const struct {
        const char *yaml, *error;
        vd_result result;
    } bad[] = {
        {"sun:\n  azimut: 3\n", ":2: sun.azimut: unknown key; did you mean sun.azimuth?",
         VD_ERR_SETTING},
        {"sn: {azimuth: 3}", ":1: sn: unknown key; did you mean sun?", VD_ERR_SETTING},
        {"azimuth: 3", ":1: azimuth: unknown key; did you mean sun.azimuth?", VD_ERR_SETTING},
        {"sun: {exposure: 3}", "sun.exposure: unknown key; did you mean tone.exposure?",
         VD_ERR_SETTING},
        {"terrain: {zfactor: 3}", "did you mean terrain.z_factor?", VD_ERR_SETTING},
        {"xylophone: 3", ":1: xylophone: unknown key", VD_ERR_SETTING},
        {"\n\nsun:\n  azimuth: north\n", ":4: sun.azimuth: \"north\" is not a number",
         VD_ERR_SETTING},
        {"sun: {azimuth: 361}",
         ":1: sun.azimuth: \"361\" is out of range; it takes a number, "
         "0..360 deg",
         VD_ERR_SETTING},
        {"sun: {azimuth: '300'}", "is text, being in quotes", VD_ERR_SETTING},
        {"sun: {azimuth: [1]}", "sun.azimuth: is a sequence", VD_ERR_SETTING},
        {"sun: {azimuth: {a: 1}}", "sun.azimuth: is a map", VD_ERR_SETTING},
        {"sun: {azimuth: }", "sun.azimuth: has no value", VD_ERR_SETTING},
        {"dem: {path: null}", "dem.path: has no value", VD_ERR_SETTING},
        {"dem: {path: ''}", "is empty", VD_ERR_SETTING},
        {"dem: {path: \"a\\0b\"}", "holds a zero byte", VD_ERR_SETTING},
        {"dem: {path: [a, [b]]}", "dem.path: is a sequence", VD_ERR_SETTING},
        {"sun: 5", ":1: sun: is a single value; a map", VD_ERR_SETTING},
        {"sun: {multidirectional: 1}", "is neither; it takes true or false", VD_ERR_SETTING},
        {"sun: {color: [1]}", "too few", VD_ERR_SETTING},
        {"sun: {color: [1, 2, 3]}", "out of range", VD_ERR_SETTING},
        {"sun: {color: [1, [2], 3]}", "is a sequence", VD_ERR_SETTING},
        {"sun: {color: [\"1,1\", 1]}", "is not a number", VD_ERR_SETTING},
        {"sun: {size: 1}\nsun: {size: 2}", ":2: sun: is there twice, first in line 1",
         VD_ERR_SETTING},
        {"sun:\n  size: 1\n  size: 2\n", ":3: sun.size: is there twice", VD_ERR_SETTING},
        {"suns: {azimuth: 1}", "suns: is a map; a sequence of maps", VD_ERR_SETTING},
        {"suns: [5]", "suns: an item is a single value; a map", VD_ERR_SETTING},
        {"suns:\n - {azimuth: 1}\n", ":2: suns: an item without altitude", VD_ERR_SETTING},
        {"suns: [{azimuth: 1, altitude: 99}]", "suns.altitude: \"99\" is out of range",
         VD_ERR_SETTING},
        {"suns: [{azimuth: 1, altitud: 9}]", "did you mean suns[].altitude?", VD_ERR_SETTING},
        {"? [a]\n: 1", "a key that is no word", VD_ERR_SETTING},
        {"sun: !x {size: 1}", "the tag !x means nothing here", VD_ERR_SETTING},
        {"<<: {sun: {size: 1}}", "unknown key", VD_ERR_SETTING},
        {"preset: nowhere", ":1: preset: no preset \"nowhere\"", VD_ERR_SETTING},
        {"preset: swis", "did you mean swiss?", VD_ERR_SETTING},
        {"preset: [swiss,\n  swis]", ":2: preset: no preset \"swis\"", VD_ERR_SETTING},
        {"preset: [{name: swiss}]", ":1: preset: is a map", VD_ERR_SETTING},
        {"- 1", ":1: is a sequence; write groups as maps", VD_ERR_FORMAT},
        {"hello", "is a single value", VD_ERR_FORMAT},
        {"", "holds no settings", VD_ERR_FORMAT},
        {"# nothing\n", "holds no settings", VD_ERR_FORMAT},
        {"sun: {size: 1\nsky: 2", "not YAML", VD_ERR_FORMAT},
        {"sun: {size: 1}\n\tsky: 2", ":2: not YAML", VD_ERR_FORMAT},
        {"sun: *nobody", "not YAML", VD_ERR_FORMAT},
        {"sun: {size: 1}\n---\nsky: {strength: 1}\n", ":3: a second document", VD_ERR_FORMAT},
        {"a: \x01", "not YAML", VD_ERR_FORMAT},
        {"a: \xff", "not YAML", VD_ERR_FORMAT},
        {"[[[[[[[[[[[[[[[[[[[[[[", "nested more than 16", VD_ERR_FORMAT}};
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        vd_settings *settings = create();
        assert_int_equal(load_text(settings, bad[i].yaml), bad[i].result);
        assert_error(SCENE ":");
        assert_error(bad[i].error);
        FOR_EACH_KNOB(knob) assert_false(vd_settings_is_set(settings, knob->id));
        vd_settings_destroy(settings);
    }
}

static void test_failed_file_changes_nothing(void **state)
{
    (void)state;
    vd_settings *settings = create();
    must(vd_settings_set(context, settings, "--sun", "1,2"));
    assert_int_equal(load_text(settings, "preset: swiss\nsky: {strength: 1}\nsun: {size: x}\n"),
                     VD_ERR_SETTING);
    assert_value(settings, "sky.strength", vd_knob_find("sky.strength")->fallback);
    assert_value(settings, "sky.model", vd_knob_find("sky.model")->fallback);
    assert_value(settings, "suns", "1,2,3");
    assert_int_equal(vd_settings_load(context, settings, "no/such.yaml"), VD_ERR_INPUT);
    assert_error("no/such.yaml: cannot be opened");
    assert_int_equal(vd_settings_load(context, settings, "."), VD_ERR_INPUT);
    vd_settings_destroy(settings);
}

/* Every beginning of a file is an error or settings, never a crash (the sanitizers look on). */
static void test_truncated_files(void **state)
{
    static const char yaml[] =
        "preset: swiss\nsun: &a {azimuth: 300, color: [1, 0.5, 0]}\n"
        "suns: [{azimuth: 1, altitude: 2}]\noutput: {creation: [A=\"1\", B]}\n";
    (void)state;
    for (size_t length = 0; length < sizeof(yaml); length++) {
        vd_settings *settings = create();
        write_file(SCENE, yaml, length);
        vd_result result = vd_settings_load(context, settings, SCENE);
        if (result != VD_OK) assert_error(SCENE);
        vd_settings_destroy(settings);
    }
}

static void test_huge_files(void **state)
{
    (void)state;
    size_t size = (1 << 20) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    vd_settings *settings = create();
    memset(text, '#', size);
    write_file(SCENE, text, size);
    assert_int_equal(vd_settings_load(context, settings, SCENE), VD_ERR_FORMAT);
    assert_error("larger than 1 MiB");
    memset(text, '[', size - 1);
    write_file(SCENE, text, size - 1);
    assert_int_equal(vd_settings_load(context, settings, SCENE), VD_ERR_FORMAT);
    assert_error("nested");
    memset(text, 'x', size - 1);
    memcpy(text, "dem: {path: ", 12);
    text[size - 2] = '}';
    write_file(SCENE, text, size - 1);
    assert_int_equal(vd_settings_load(context, settings, SCENE), VD_ERR_SETTING);
    assert_error("is too long");
    size_t used = (size_t)snprintf(text, size, "output: {creation: [");
    for (int i = 0; i < 5000; i++) used += (size_t)snprintf(text + used, size - used, "A,");
    snprintf(text + used, size - used, "A]}");
    assert_int_equal(load_text(settings, text), VD_ERR_SETTING);
    assert_error("more than 4096 items");
    vd_settings_destroy(settings);
    free(text);
}

/* ---- presets and precedence ---------------------------------------------------------------- */

/** Presets are for views as for maps, but for those of what views alone have. */
static void test_presets_apply(void **state)
{
    (void)state;
    int count = 0;
    for (const vd_embedded_file *file = vd_embedded_files; file->folder; file++) {
        if (strcmp(file->folder, "presets")) continue;
        vd_settings *settings;
        must(vd_settings_create(context, "render", &settings));
        must(vd_settings_preset(context, settings, file->name));
        assert_int_equal(strncmp(file->text, "# ", 2), 0);
        char path[512];
        snprintf(path, sizeof(path), "%s/presets/%s.yaml", VD_SOURCE_DIR, file->name);
        must(vd_settings_preset(context, settings, path));
        vd_settings_destroy(settings);
        count++;
    }
    assert_true(count >= 4);
    vd_settings *settings = create();
    assert_int_equal(vd_settings_preset(context, settings, "phisical"), VD_ERR_SETTING);
    assert_error("did you mean physical?");
    assert_error("hypsometric, imhof");
    assert_int_equal(vd_settings_preset(context, settings, ""), VD_ERR_SETTING);
    assert_int_equal(vd_settings_preset(context, settings, "no.yaml"), VD_ERR_INPUT);
    write_file(SCENE, "preset: swiss", 13);
    assert_int_equal(vd_settings_preset(context, settings, SCENE), VD_ERR_SETTING);
    assert_error("cannot stand on another");
    vd_settings_destroy(settings);
}

static void test_users_own_presets(void **state)
{
    char folder[1024];
    (void)state;
    assert_non_null(realpath(".", folder));
    setenv("XDG_CONFIG_HOME", folder, 1);
    mkdir("veduta", 0777);
    mkdir("veduta/presets", 0777);
    write_file("veduta/presets/swiss.yaml", "sun: {size: 9}", 14);
    vd_settings *settings = create();
    must(vd_settings_preset(context, settings, "swiss"));
    assert_value(settings, "sun.size", "9");
    assert_value(settings, "dem.smooth", "0");
    remove("veduta/presets/swiss.yaml");
    remove("veduta/presets");
    remove("veduta");
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    vd_settings_destroy(settings);
}

/* Applies one of the four sources, lowest first, each with its own value. */
static void apply_source(vd_settings *settings, int source)
{
    switch (source) {
    case 0: must(load_text(settings, "preset: ./test_scene_files_low.yaml")); break;
    case 1: must(vd_settings_preset(context, settings, "./test_scene_files_mid.yaml")); break;
    case 2: must(load_text(settings, "sun: {size: 30}\nsuns: [{azimuth: 30, altitude: 1}]")); break;
    default:
        must(vd_settings_set(context, settings, "--sun-size", "40"));
        must(vd_settings_set(context, settings, "--sun", "40,1"));
    }
}

/* Every subset of the sources in every order: the highest wins. */
static void test_precedence(void **state)
{
    static const char *const sizes[] = {"10", "20", "30", "40"};
    static const char *const suns[] = {"10,1,3", "20,1,3", "30,1,3", "40,1,3"};
    static const char low[] = "sun: {size: 10}\nsuns: [{azimuth: 10, altitude: 1}]";
    static const char mid[] = "sun: {size: 20}\nsuns: [{azimuth: 20, altitude: 1}]";
    (void)state;
    write_file("test_scene_files_low.yaml", low, strlen(low));
    write_file("test_scene_files_mid.yaml", mid, strlen(mid));
    for (int code = 0; code < 256; code++) {
        int order[4] = {code & 3, code >> 2 & 3, code >> 4 & 3, code >> 6};
        unsigned used = 0;
        for (int i = 0; i < 4; i++) used |= 1U << order[i];
        if (used != 15) continue;
        for (unsigned subset = 1; subset < 16; subset++) {
            vd_settings *settings = create();
            int highest = 0;
            for (int i = 0; i < 4; i++) {
                if (!(subset >> order[i] & 1)) continue;
                apply_source(settings, order[i]);
                if (order[i] > highest) highest = order[i];
            }
            assert_value(settings, "sun.size", sizes[highest]);
            assert_value(settings, "suns", suns[highest]);
            vd_settings_destroy(settings);
        }
    }
    remove("test_scene_files_low.yaml");
    remove("test_scene_files_mid.yaml");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yaml_round_trip),
        cmocka_unit_test(test_yaml_keeps_the_sun_beside_a_map),
        cmocka_unit_test(test_yaml_of_defaults_and_odd_numbers),
        cmocka_unit_test(test_yaml_forms),
        cmocka_unit_test(test_paths_are_relative_to_the_file),
        cmocka_unit_test(test_bad_scene_files),
        cmocka_unit_test(test_failed_file_changes_nothing),
        cmocka_unit_test(test_truncated_files),
        cmocka_unit_test(test_huge_files),
        cmocka_unit_test(test_presets_apply),
        cmocka_unit_test(test_users_own_presets),
        cmocka_unit_test(test_precedence),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
