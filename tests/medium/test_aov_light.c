/* AOVs of kinds of light, and that all AOVs are the same bits however they come about, and leave
 * beauty's as they are. */
#include "aov_fixture.h"
#include "api/api.h"
#include "terrain/batch.h"

static const char *const all_aovs[] = {"aov.names", "all", NULL};

/* Kinds of scenes that recording tells apart. */
static const struct {
    const char *name, *command;
    const char *knobs[18];
} scenes[] = {
    {"plain map", "relief", {"dem.srcwin", "60,60,50,40", NULL}},
    {"two suns",
     "relief",
     {"dem.srcwin", "60,60,50,40", "suns", "120,35,2", "suns", "150,30,1", NULL}},
    {"environment",
     "relief",
     {"dem.srcwin", "60,60,40,30", "environment.path", VD_SOURCE_DIR "/data/evening.hdr", "suns",
      "120,35,2", NULL}},
    {"block", "render", {"camera.size", "56x40", NULL}},
    {"plain view", "render", {"camera.size", "56x40", "terrain.border", "open", NULL}},
    {"fisheye",
     "render",
     {"camera.size", "40x40", "camera.projection", "fisheye", "camera.eye",
      "391000,3799000,agl:300", NULL}},
    {"gloss and layers",
     "render",
     {"terrain.plane", "none", "camera.size", "56x40", "surface.roughness", "0.3", "layers",
      "material=rock,slope_min=20", "layers", "material=snow,elevation_min=60%", NULL}},
    {"shadow catcher",
     "render",
     {"camera.size", "56x40", "terrain.plane", "shadow", "background.fill", "transparent", NULL}},
    {"water and detail",
     "render",
     {"camera.size", "48x36", "water.level", "900", "terrain.detail", "4", "sun.size", "2", NULL}},
    {"air",
     "render",
     {"camera.size", "40x30", "sky.model", "physical", "sun.altitude", "8", "terrain.border",
      "extend", "camera.curvature", "true", NULL}},
};
enum {
    SCENES = sizeof(scenes) / sizeof(scenes[0]),
    WITHOUT_AIR = SCENES - 1
}; /* which takes long */

static shot take_scene(int n, const char *const *more, const char *samples)
{
    const char *knobs[24];
    int count = 0;
    for (; scenes[n].knobs[count]; count++) knobs[count] = scenes[n].knobs[count];
    knobs[count++] = "render.samples";
    knobs[count++] = samples;
    knobs[count] = NULL;
    return take(scenes[n].command, WINDOW, knobs, more);
}

/* ---- the same bits ------------------------------------------------------------------------- */

/** Renders a shot's scene again, with a knob changed. */
static void retake(shot *s, const char *knob, const char *value)
{
    vd_picture_destroy(s->picture);
    s->picture = NULL;
    test_ok(s->context, vd_settings_set(s->context, s->scene->settings, knob, value));
    test_ok(s->context, vd_render(s->context, s->scene, &s->picture));
}

/** The sum of AOVs is beauty, times alpha as the film has it: floats whose sums are off by a unit
 *  in the last place of the largest part each, and where one is the rest by that of another. */
static void check_sum(const shot *s, const char *scene, const char *const *parts)
{
    float *rgba = beauty_of(s), *values[8];
    int count = 0;
    for (; parts[count]; count++) values[count] = aov_of(s, parts[count], NULL);
    for (int i = 0; i < 3 * s->width * s->height; i++) {
        double sum = 0.0, large = 0.0;
        double whole = (double)rgba[i / 3 * 4 + i % 3];
        if (strcmp(scenes[0].name, scene) != 0) whole *= (double)rgba[i / 3 * 4 + 3];
        for (int k = 0; k < count; k++) {
            sum += (double)values[k][i];
            large = fmax(large, fabs((double)values[k][i]));
        }
        if (fabs(sum - whole) > 4e-7 * large + 1e-12)
            fail_msg("%s: %s and the others add up to %.9g, not %.9g", scene, parts[0], sum, whole);
    }
    for (int k = 0; k < count; k++) free(values[k]);
    free(rgba);
}

static void test_beauty(void **state)
{
    static const char *const bounces[] = {"direct", "indirect", NULL};
    static const char *const lobes[] = {"diffuse", "specular", NULL};
    static const char *const one[] = {"light_sun", "light_sky", NULL};
    static const char *const two[] = {"light_sun1", "light_sun2", "light_sky", NULL};
    (void)state;
    for (int n = 0; n < SCENES; n++) {
        shot s = take_scene(n, NULL, "5");
        float *a = beauty_of(&s);
        retake(&s, "aov.names", "all");
        float *b = beauty_of(&s);
        if (memcmp(a, b, (size_t)s.width * (size_t)s.height * 4 * sizeof(float)) != 0)
            fail_msg("%s: AOVs change beauty", scenes[n].name);
        check_sum(&s, scenes[n].name, bounces);
        check_sum(&s, scenes[n].name, lobes);
        check_sum(&s, scenes[n].name, strcmp(scenes[n].name, "two suns") ? one : two);
        free(a);
        free(b);
        drop(&s);
    }
}

static void test_reproducible(void **state)
{
    static const char *const ways[][2] = {{"render.threads", "1"},
                                          {"render.tile", "16"},
                                          {"render.threads", "3"},
                                          {"render.memory", "0"}};
    (void)state;
    for (int n = 0; n < WITHOUT_AIR; n++) {
        shot s = take_scene(n, all_aovs, "5");
        uint64_t expected = shot_hash(&s);
        for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++) {
            retake(&s, ways[k][0], ways[k][1]);
            if (shot_hash(&s) != expected)
                fail_msg("%s with %s %s differs", scenes[n].name, ways[k][0], ways[k][1]);
        }
        vd_tracer tracer;
        for (int k = 0; vd_tracer_at(k, &tracer); k++) {
            assert_int_equal(setenv("VEDUTA_ISA", tracer.isa, 1), 0);
            retake(&s, "render.threads", "2");
            if (shot_hash(&s) != expected) fail_msg("%s by %s differs", scenes[n].name, tracer.isa);
        }
        unsetenv("VEDUTA_ISA");
        drop(&s);
    }
}

/* Five samples, then on to thirteen, are the same as thirteen; and another set of AOVs is refused
 * by name. */
static void test_resumed(void **state)
{
    static const char *const kept[] = {
        "aov.names", "all", "render.checkpoint", "aov.ck", "render.resume", "true", NULL};
    static const char *const fewer[] = {
        "aov.names", "albedo", "render.checkpoint", "aov.ck", "render.resume", "true", NULL};
    (void)state;
    for (int n = 0; n < WITHOUT_AIR; n++) {
        shot s = take_scene(n, all_aovs, "13");
        uint64_t expected = shot_hash(&s);
        drop(&s);
        remove("aov.ck");
        s = take_scene(n, kept, "5");
        drop(&s);
        s = take_scene(n, kept, "13");
        if (shot_hash(&s) != expected) fail_msg("%s resumed differs", scenes[n].name);
        drop(&s);
        if (n > 0) continue;
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_picture *picture = NULL;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings =
            test_settings_for(context, scenes[n].command, WINDOW, scenes[n].knobs, fewer);
        test_ok(context, vd_scene_load(context, settings, &scene));
        assert_int_equal(vd_render(context, scene, &picture), VD_ERR_SETTING);
        if (!strstr(vd_context_error(context), "aov.names was"))
            fail_msg("%s", vd_context_error(context));
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
    remove("aov.ck");
}

/* ---- kinds of light ------------------------------------------------------------------------ */

/** Fails unless an AOV is the beauty of another picture, within what rounding to floats leaves of
 *  the sums that both are. */
static void check_same(const char *what, const shot *s, const char *aov, const shot *other)
{
    float *values = aov_of(s, aov, NULL), *rgba = beauty_of(other);
    for (int i = 0; i < 3 * s->width * s->height; i++) {
        double truth = (double)rgba[i / 3 * 4 + i % 3] * (double)rgba[i / 3 * 4 + 3];
        if (fabs((double)values[i] - truth) > 1e-6 * truth + 1e-6)
            fail_msg("%s: %s of number %d is %.9g, not %.9g", what, aov, i, (double)values[i],
                     truth);
    }
    free(values);
    free(rgba);
}

/* Without bounces all is direct: the same samples, so the same light. Light of the sun is what
 * there is with a black sky. (A point of a sun under a black sky needs no rays onward, which the
 * disc of these has.) */
static void test_against_pictures(void **state)
{
    static const char *const no_bounces[] = {"render.bounces", "0", NULL};
    static const char *const no_sky[] = {"sky.strength", "0", NULL};
    static const char *const no_sun[] = {"sun.strength", "0", NULL};
    static const int tried[] = {0, 4, 6}; /* plain, a view, and with gloss and layers */
    (void)state;
    for (size_t k = 0; k < sizeof(tried) / sizeof(tried[0]); k++) {
        int n = tried[k];
        shot s = take_scene(n, all_aovs, "6");
        shot direct = take_scene(n, no_bounces, "6"), sun = take_scene(n, no_sky, "6");
        shot sky = take_scene(n, no_sun, "6");
        check_same(scenes[n].name, &s, "direct", &direct);
        check_same(scenes[n].name, &s, "light_sun", &sun);
        /* The sky of a scene without sun has the same samples too where all is plain. */
        if (n == 0) check_same(scenes[n].name, &s, "light_sky", &sky);
        drop(&s);
        drop(&direct);
        drop(&sun);
        drop(&sky);
    }
}

/* Several suns on ground of any kind: each is what a picture has that it alone lights, in the mean.
 * Which sun a sample looks at is chosen by chance, so single pixels differ. */
static void check_suns(const char *const *ground)
{
    static const char *const both[] = {"aov.names", "lights",       "suns", "120,35,2", "suns",
                                       "150,30,1",  "sky.strength", "0",    NULL};
    static const char *const first[] = {"suns", "120,35,2", "sky.strength", "0", NULL};
    static const char *const second[] = {"suns", "150,30,1", "sky.strength", "0", NULL};
    shot s = take("relief", WINDOW, ground, both);
    for (int k = 0; k < 2; k++) {
        shot alone = take("relief", WINDOW, ground, k ? second : first);
        float *values = aov_of(&s, k ? "light_sun2" : "light_sun1", NULL);
        float *rgba = beauty_of(&alone);
        double a = 0.0, b = 0.0;
        for (int i = 0; i < s.width * s.height; i++) {
            a += (double)values[3 * i + 1];
            b += (double)rgba[4 * i + 1];
        }
        /* 60 x 60 x 32 samples of light that varies by less than itself: 4 standard errors of two
         * means. */
        if (fabs(a - b) > 0.017 * b) fail_msg("sun %d gives %.5f, alone %.5f", k + 1, a, b);
        free(values);
        free(rgba);
        drop(&alone);
    }
    drop(&s);
}

static void test_suns(void **state)
{
    static const char *const plain[] = {"dem.srcwin", "60,60,60,60", "render.samples", "32", NULL};
    static const char *const glossy[] = {"dem.srcwin",
                                         "60,60,60,60",
                                         "render.samples",
                                         "32",
                                         "surface.roughness",
                                         "0.4",
                                         "surface.specular",
                                         "0.8",
                                         NULL};
    (void)state;
    check_suns(plain);
    check_suns(glossy);
}

/* Matte ground has no specular light, metal no diffuse. What a coat adds to matte ground is a part
 * of both: between the two. */
static void test_lobes(void **state)
{
    static const struct {
        const char *knobs[7];
        double least, most; /* of specular in all, in the mean */
    } rows[] = {
        {{"surface.diffuse_roughness", "0.5", NULL}, 0.0, 0.0},
        {{"surface.metallic", "1", "surface.roughness", "0.5", NULL}, 1.0, 1.0},
        {{"surface.roughness", "0.3", "surface.specular", "1", NULL}, 0.02, 0.5},
    };
    static const char *const knobs[] = {"dem.srcwin", "60,60,40,40", "aov.names",
                                        "specular,diffuse", NULL};
    (void)state;
    for (size_t k = 0; k < sizeof(rows) / sizeof(rows[0]); k++) {
        shot s = take("relief", WINDOW, knobs, rows[k].knobs);
        float *specular = aov_of(&s, "specular", NULL), *diffuse = aov_of(&s, "diffuse", NULL);
        double gloss = 0.0, all = 0.0;
        for (int i = 0; i < 3 * s.width * s.height; i++) {
            gloss += (double)specular[i];
            all += (double)specular[i] + (double)diffuse[i];
        }
        if (gloss < (rows[k].least - 1e-6) * all || gloss > (rows[k].most + 1e-6) * all)
            fail_msg("row %zu: %.4f of the light is specular", k, gloss / all);
        free(specular);
        free(diffuse);
        drop(&s);
    }
}

/* Of two samples the variance of the mean is a quarter of the square of their difference, which the
 * first alone tells. */
static void test_variance(void **state)
{
    static const char *const with[] = {"aov.names", "variance", NULL};
    (void)state;
    shot one = take_scene(0, NULL, "1"), two = take_scene(0, with, "2");
    float *a = beauty_of(&one), *b = beauty_of(&two), *variance = aov_of(&two, "variance", NULL);
    for (int i = 0; i < 3 * two.width * two.height; i++) {
        double first = (double)a[i / 3 * 4 + i % 3], mean = (double)b[i / 3 * 4 + i % 3];
        double truth = (mean - first) * (mean - first);
        if (fabs((double)variance[i] - truth) > 1e-6 * mean * sqrt(truth) + 1e-12)
            fail_msg("variance %d is %g, not %g", i, (double)variance[i], truth);
    }
    free(a);
    free(b);
    free(variance);
    drop(&one);
    drop(&two);
}

/* With a noise target pixels have as many samples as their block asks for, which the film knows. */
static void test_counts(void **state)
{
    static const char *const knobs[] = {"render.noise", "0.03", "aov.names", "sample_count", NULL};
    static uint32_t truth[56 * 40];
    (void)state;
    shot s = take_scene(4, knobs, "256");
    float *counts = aov_of(&s, "sample_count", NULL);
    test_ok(s.context, vd_film_counts(s.context, s.picture->film, 0, 0, s.width, s.height, truth));
    for (int i = 0; i < s.width * s.height; i++) assert_true(counts[i] == (float)truth[i]);
    free(counts);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beauty),   cmocka_unit_test(test_reproducible),
        cmocka_unit_test(test_resumed),  cmocka_unit_test(test_against_pictures),
        cmocka_unit_test(test_suns),     cmocka_unit_test(test_lobes),
        cmocka_unit_test(test_variance), cmocka_unit_test(test_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
