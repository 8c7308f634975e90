/* The same pixels, bit for bit: for any number of threads and tile size, for a film in memory and
 * on disk, for each compiler (the expected hashes are in this file, and every build runs it), and
 * from one version to the next: what the defaults make is pinned here. */
#include "picture.h"
#include "raster.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

static const char *const small[] = {"dem.srcwin", "40,60,100,75", "render.samples", "8", NULL};

/** Threads, tiles and spooling keep the pixels of a pattern of noise. */
static void check_pattern(const char *pattern)
{
    static const char *const variants[][7] = {
        {"render.threads", "1", NULL},
        {"render.threads", "2", "render.tile", "16", NULL},
        {"render.threads", "7", "render.tile", "33", NULL},
        {"render.threads", "7", "render.tile", "1024", NULL},
        {"render.threads", "2", "render.memory", "0", NULL},
        {"render.threads", "7", "render.memory", "0.05", "render.tile", "17", NULL},
    };
    const char *knobs[] = {"render.pattern", pattern, "dem.srcwin", "40,60,100,75",
                           "render.samples", "8",     NULL};
    test_picture p = test_render(WINDOW, knobs, NULL);
    uint64_t expected = test_picture_hash(&p);
    free(p.rgba);
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        p = test_render(WINDOW, knobs, variants[i]);
        assert_true(test_picture_hash(&p) == expected);
        free(p.rgba);
    }
}

static void test_threads_tiles_and_spool(void **state)
{
    (void)state;
    check_pattern("independent");
    check_pattern("blue");
}

/* Heights of whole numbers are the same in half the memory, and so is the picture. */
static void test_precision(void **state)
{
    static const char *const variants[][3] = {{"terrain.precision", "float32", NULL},
                                              {"terrain.precision", "int16", NULL},
                                              {"terrain.precision", "auto", NULL}};
    static const char *const place[] = {"surface.ramp", "hypsometric", "render.samples", "2", NULL};
    static const char *const dems[] = {WINDOW, VD_SOURCE_DIR "/data/jacksboro.tif"};
    (void)state;
    for (size_t d = 0; d < 2; d++) {
        uint64_t hashes[3];
        for (size_t i = 0; i < 3; i++) {
            test_picture p = test_render(dems[d], place, variants[i]);
            hashes[i] = test_picture_hash(&p);
            free(p.rgba);
        }
        assert_true(hashes[0] == hashes[1] && hashes[0] == hashes[2]);
    }
}

/* A noise target asks for the blue pattern, unless told otherwise; nothing else does. */
static void test_automatic_pattern(void **state)
{
    static const char *const noise[] = {"render.noise", "0.02", NULL};
    static const char *const blue[] = {"render.pattern", "blue", NULL};
    static const char *const blue_noise[] = {"render.pattern", "blue", "render.noise", "0.02",
                                             NULL};
    static const char *const independent[] = {"render.pattern", "independent", NULL};
    const char *const *const variants[] = {NULL, independent, blue, noise, blue_noise};
    uint64_t hashes[5];
    (void)state;
    for (int i = 0; i < 5; i++) {
        test_picture p = test_render(WINDOW, small, variants[i]);
        hashes[i] = test_picture_hash(&p);
        free(p.rgba);
    }
    assert_true(hashes[0] == hashes[1]);
    assert_true(hashes[3] == hashes[4]);
    assert_true(hashes[0] != hashes[2]);
    assert_true(hashes[0] != hashes[3]);
}

/* With a noise target, where sampling stops is decided by fixed blocks, not by tiles. */
static void test_noise_target(void **state)
{
    static const char *const target[] = {"render.samples", "96", "render.noise", "0.02", NULL};
    static const char *const other[] = {"render.samples",
                                        "96",
                                        "render.noise",
                                        "0.02",
                                        "render.threads",
                                        "3",
                                        "render.tile",
                                        "50",
                                        NULL};
    (void)state;
    test_picture a = test_render(WINDOW, small, target);
    test_picture b = test_render(WINDOW, small, other);
    assert_true(test_picture_hash(&a) == test_picture_hash(&b));
    free(a.rgba);
    free(b.rgba);
}

/* With a time limit the picture comes in passes; one that is over in time is the same. */
static void test_time_limit(void **state)
{
    static const char *const limit[] = {"render.time_limit", "1e6", NULL};
    static const char *const target[] = {"render.samples", "96", "render.noise", "0.01", NULL};
    static const char *const both[] = {"render.samples",
                                       "96",
                                       "render.noise",
                                       "0.01",
                                       "render.time_limit",
                                       "1e6",
                                       "render.tile",
                                       "32",
                                       NULL};
    (void)state;
    test_picture a = test_render(WINDOW, small, NULL), b = test_render(WINDOW, small, limit);
    assert_true(test_picture_hash(&a) == test_picture_hash(&b));
    free(a.rgba);
    free(b.rgba);
    a = test_render(WINDOW, small, target);
    b = test_render(WINDOW, small, both);
    assert_true(test_picture_hash(&a) == test_picture_hash(&b));
    free(a.rgba);
    free(b.rgba);
}

/* Cancels a run when it has been asked so often whether to. */
static int cancel_later(void *user)
{
    int *left = user;
    return --*left < 0;
}

/* Renders with a checkpoint, cut off again and again after `patience` questions, more each time,
 * until it is done; counts the runs. The first three have one thread, which asks after every item,
 * so that they are cut off on any machine; where there are more, only the first of them asks,
 * however much the others do. */
static test_picture render_in_pieces(const char *const *knobs, int patience, int *runs)
{
    test_picture out = {0, 0, NULL};
    remove("pieces.ck");
    for (*runs = 1; !out.rgba; ++*runs) {
        int left = 1 << 30;
        vd_callbacks callbacks = {.user = &left, .cancel = cancel_later};
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_picture *picture = NULL;
        char threads[8];
        assert_int_equal(vd_context_create(&callbacks, &context), VD_OK);
        vd_settings *settings = test_settings(context, WINDOW, small, knobs);
        snprintf(threads, sizeof(threads), "%d", *runs < 4 ? 1 : 2 + *runs % 2);
        test_ok(context, vd_settings_set(context, settings, "render.checkpoint", "pieces.ck"));
        test_ok(context, vd_settings_set(context, settings, "render.resume", "true"));
        test_ok(context, vd_settings_set(context, settings, "render.threads", threads));
        test_ok(context, vd_scene_load(context, settings, &scene));
        left = patience * *runs;
        vd_result result = vd_render(context, scene, &picture);
        left = 1 << 30;
        if (result == VD_OK)
            out = test_picture_of(context, picture);
        else
            assert_int_equal(result, VD_ERR_CANCELLED);
        vd_picture_destroy(picture);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
    remove("pieces.ck");
    return out;
}

/* A run that is cut off and resumed, with another number of threads each time, ends in the pixels
 * of one that never was: with fixed samples, with a noise target, in the passes of a time limit. */
static void test_resume(void **state)
{
    static const char *const variants[][9] = {
        {"render.samples", "32", NULL},
        {"render.samples", "32", "render.tile", "16", NULL},
        {"render.samples", "96", "render.noise", "0.01", NULL},
        {"render.samples", "96", "render.noise", "0.01", "render.time_limit", "1e6", "render.tile",
         "32", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
        int runs;
        test_picture straight = test_render(WINDOW, small, variants[i]);
        test_picture pieces = render_in_pieces(variants[i], 9, &runs);
        printf("variant %zu: %d runs\n", i, runs);
        assert_true(runs > 3);
        assert_true(test_picture_hash(&straight) == test_picture_hash(&pieces));
        free(straight.rgba);
        free(pieces.rgba);
    }
}

/* A checkpoint of fewer samples is gone on with to more. */
static void test_more_samples(void **state)
{
    static const char *const some[] = {"render.samples", "24", "render.checkpoint", "more.ck",
                                       NULL};
    static const char *const more[] = {
        "render.samples", "60", "render.checkpoint", "more.ck", "render.resume", "true", NULL};
    static const char *const straight[] = {"render.samples", "60", NULL};
    (void)state;
    remove("more.ck");
    test_picture a = test_render(WINDOW, small, some);
    test_picture b = test_render(WINDOW, small, more);
    test_picture c = test_render(WINDOW, small, straight);
    assert_true(test_picture_hash(&a) != test_picture_hash(&b));
    assert_true(test_picture_hash(&b) == test_picture_hash(&c));
    remove("more.ck");
    free(a.rgba);
    free(b.rgba);
    free(c.rgba);
}

/* Another seed is another pattern of noise. */
static void test_seed(void **state)
{
    static const char *const other[] = {"render.seed", "1", NULL};
    (void)state;
    test_picture a = test_render(WINDOW, small, NULL);
    test_picture b = test_render(WINDOW, small, other);
    assert_true(test_picture_hash(&a) != test_picture_hash(&b));
    free(a.rgba);
    free(b.rgba);
}

/* A narrow sun has shadows made for it, which scalars do without: the picture is the same. So it is
 * of two suns, which have none. */
static void test_narrow_suns(void **state)
{
    static const char *const suns[][7] = {
        {"sun.size", "0.53", "sun.altitude", "12", NULL},
        {"sun.size", "0", "sun.azimuth", "95", "sun.altitude", "25", NULL},
        {"sun.size", "3", "sun.altitude", "30", "terrain.border", "open", NULL},
        {"sun.size", "0.53", "suns", "120,35,2", "suns", "300,10,1", NULL},
    };
    static const char *const few[] = {"render.samples", "2", NULL};
    (void)state;
    for (size_t i = 0; i < sizeof(suns) / sizeof(suns[0]); i++) {
        test_picture a = test_render(WINDOW, suns[i], few);
        assert_int_equal(setenv("VEDUTA_ISA", "scalar", 1), 0);
        test_picture b = test_render(WINDOW, suns[i], few);
        unsetenv("VEDUTA_ISA");
        assert_true(test_picture_hash(&a) == test_picture_hash(&b));
        free(a.rgba);
        free(b.rgba);
    }
}

/* The pins: linear radiance, and the decoded pixels of the picture written. A change here is a
 * change of what users get; it needs an issue that says so. */
static const struct {
    const char *dem;
    const char *knobs[5];
    uint64_t radiance, png;
} pins[] = {
    {WINDOW, {"dem.srcwin", "40,60,64,64", NULL}, 0x494d4e7bd2632a98u, 0xe8015b194d004effu},
    {VD_SOURCE_DIR "/data/rmnp.tif",
     {"dem.srcwin", "30,40,64,64", NULL},
     0xeb5c857816d6fb53u,
     0x8dcc64f807aa9155u},
    {WINDOW,
     {"dem.srcwin", "40,60,64,64", "render.pattern", "blue", NULL},
     0x8afbe310c00f469bu,
     0x435f2294085ed33au},
};

static void test_pinned_radiance(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
        test_picture p = test_render(pins[i].dem, pins[i].knobs, NULL);
        uint64_t hash = test_picture_hash(&p);
        printf("radiance %zu: 0x%016llx\n", i, (unsigned long long)hash);
        free(p.rgba);
        assert_true(hash == pins[i].radiance);
    }
}

static void test_pinned_png(void **state)
{
    static const char *const output[] = {"output.path", "pinned.png", "output.overwrite", "true",
                                         NULL};
    (void)state;
    GDALAllRegister();
    for (size_t i = 0; i < sizeof(pins) / sizeof(pins[0]); i++) {
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_picture *picture = NULL;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings = test_settings(context, pins[i].dem, pins[i].knobs, output);
        test_ok(context, vd_scene_load(context, settings, &scene));
        test_ok(context, vd_render(context, scene, &picture));
        test_ok(context, vd_picture_write(context, picture));
        uint64_t hash = raster_hash("pinned.png");
        printf("png %zu: 0x%016llx\n", i, (unsigned long long)hash);
        vd_picture_destroy(picture);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
        assert_true(hash == pins[i].png);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_tiles_and_spool),
        cmocka_unit_test(test_precision),
        cmocka_unit_test(test_automatic_pattern),
        cmocka_unit_test(test_noise_target),
        cmocka_unit_test(test_time_limit),
        cmocka_unit_test(test_resume),
        cmocka_unit_test(test_more_samples),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_narrow_suns),
        cmocka_unit_test(test_pinned_radiance),
        cmocka_unit_test(test_pinned_png),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
