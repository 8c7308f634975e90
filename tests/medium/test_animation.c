/* Moments and frames: a moment is the picture of the values that its keys come to, and frames are
 * the same however they are come by. */
#include <gdal.h>
#include <unistd.h>

#include "picture.h"
#include "raster.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

/* Noise alone tells frames apart from plain pictures, so it stands still. */
static const char *const small[] = {
    "camera.size", "24x16",          "render.samples", "2", "render.bounces",
    "1",           "terrain.border", "open",           NULL};

typedef struct moment {
    const char *moving[14]; /* knobs of the animation */
    const char *still[8];   /* those of the plain picture */
} moment;

#define EYE(x, z) "frame=" x ",knob=camera.eye,value=391000,3799000,agl:" z
#define LOOK "camera.target", "391000,3801000,agl:0"

static const moment moments[] = {
    {{"keyframes", "1,camera.fov,20", "keyframes", "9,camera.fov,60", "animation.frame", "9"},
     {"camera.fov", "60"}},
    {{"keyframes", "1,camera.fov,20,linear", "keyframes", "9,camera.fov,60", "animation.frame",
      "4"},
     {"camera.fov", "35"}},
    {{"keyframes", "1,camera.fov,20,hold", "keyframes", "9,camera.fov,60", "animation.frame",
      "8.9"},
     {"camera.fov", "20"}},
    {{"keyframes", "1,camera.fov,20,ease", "keyframes", "9,camera.fov,60", "animation.frame", "3"},
     {"camera.fov", "26.25"}}, /* 20 + 40 (3/16 - 1/32) */
    {{"keyframes", "1,sun.azimuth,350", "keyframes", "5,sun.azimuth,20", "animation.frame", "3"},
     {"sun.azimuth", "5"}}, /* by the shorter way */
    {{"keyframes", EYE("1", "200"), "keyframes", EYE("5", "600"), "animation.frame", "2", LOOK},
     {"camera.eye", "391000,3799000,agl:300", LOOK}},
    {{"keyframes", "1,suns[2].strength,1,linear", "keyframes", "3,suns[2].strength,3",
      "animation.frame", "2", "suns", "300,40,1", "suns", "200,50,9"},
     {"suns", "300,40,1", "suns", "200,50,2"}},
    {{"keyframes", "1,camera.view_from,S", "keyframes", "3,camera.view_from,W", "animation.frame",
      "2"},
     {"camera.view_from", "SW"}},
    {{"animation.orbit", "360", "animation.length", "8", "animation.frame", "3", "camera.view_from",
      "W", "camera.distance", "9000"},
     {"camera.view_from", "N", "camera.distance", "9000"}},
    {{"animation.day", "2026-06-21T08:00-07:00/2026-06-21T10:00-07:00", "animation.length", "13",
      "animation.frame", "7"},
     {"sun.time", "2026-06-21T09:00-07:00"}},
};

static test_picture picture_of(vd_context *context, const char *const *knobs, bool is_moving)
{
    static const char *const still[] = {"animation.noise", "still", NULL};
    vd_settings *settings = test_settings_for(context, "render", WINDOW, small, knobs);
    vd_scene *scene = NULL;
    vd_picture *picture = NULL;
    if (is_moving) test_apply(context, settings, still);
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_render(context, scene, &picture));
    test_picture out = test_picture_of(context, picture);
    vd_picture_destroy(picture);
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    return out;
}

static void test_moments(void **state)
{
    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        test_picture a = picture_of(*state, moments[i].moving, true);
        test_picture b = picture_of(*state, moments[i].still, false);
        if (memcmp(a.rgba, b.rgba, sizeof(float) * 4 * (size_t)a.width * (size_t)a.height) != 0)
            fail_msg("moment %zu is another picture", i);
        free(a.rgba);
        free(b.rgba);
    }
}

/* ---- frames ------------------------------------------------------------------------------- */

enum { FRAMES = 5 };

/* An animation in which ground is shared by frames 1 to 3 and not by the others, with fog that
 * lies in its valleys. */
static const char *const moving[] = {"keyframes",
                                     "1,fog.extinction,1e-4",
                                     "keyframes",
                                     "5,fog.extinction,1e-3",
                                     "fog.kind",
                                     "valley",
                                     "keyframes",
                                     "1,camera.view_from,200",
                                     "keyframes",
                                     "5,camera.view_from,250",
                                     "keyframes",
                                     "3,terrain.z_factor,1",
                                     "keyframes",
                                     "5,terrain.z_factor,2",
                                     "surface.ramp",
                                     "hypsometric",
                                     NULL};

/* Renders its frames, and returns how many were. */
static int animate(vd_context *context, const char *pattern, const char *const *more)
{
    int frames = 0;
    vd_settings *settings = test_settings_for(context, "render", WINDOW, small, moving);
    test_ok(context, vd_settings_set(context, settings, "output.path", pattern));
    test_apply(context, settings, more);
    test_ok(context, vd_animate(context, settings, &frames));
    vd_settings_destroy(settings);
    return frames;
}

static void hash_frames(const char *pattern, uint64_t hash[FRAMES])
{
    for (int i = 0; i < FRAMES; i++) {
        char path[64];
        snprintf(path, sizeof(path), pattern, i + 1);
        hash[i] = raster_hash(path);
        for (int k = 0; k < i; k++) assert_true(hash[k] != hash[i]);
    }
}

static void remove_frames(const char *pattern)
{
    for (int i = 1; i <= FRAMES; i++) {
        char path[64];
        snprintf(path, sizeof(path), pattern, i);
        unlink(path);
    }
}

static void test_frames(void **state)
{
    static const char whole[] = "whole_%02d.tif", parts[] = "part_%02d.tif";
    static const char *const first[] = {"animation.chunk", "1/3", NULL};
    static const char *const second[] = {"animation.chunk", "2/3", "render.threads", "1", NULL};
    static const char *const third[] = {"animation.chunk", "3/3", NULL};
    static const char *const two[] = {"animation.frames", "2-3", "output.overwrite", "true", NULL};
    uint64_t a[FRAMES], b[FRAMES];
    remove_frames(whole);
    remove_frames(parts);
    assert_int_equal(animate(*state, whole, NULL), FRAMES);
    hash_frames(whole, a);
    /* Parts, backwards, which meter the first frame by themselves. */
    assert_int_equal(animate(*state, parts, third) + animate(*state, parts, second) +
                         animate(*state, parts, first),
                     FRAMES);
    hash_frames(parts, b);
    assert_memory_equal(a, b, sizeof(a));
    /* What is there is kept; what is missing, or asked for anew, is rendered. */
    assert_int_equal(animate(*state, whole, NULL), 0);
    unlink("whole_04.tif");
    assert_int_equal(animate(*state, whole, NULL), 1);
    assert_int_equal(animate(*state, whole, two), 2);
    hash_frames(whole, b);
    assert_memory_equal(a, b, sizeof(a));
}

/* A frame is the picture that veduta render makes of its moment, on ground that no other scene has
 * stood on. */
static void test_frame_alone(void **state)
{
    static const char pattern[] = "linear_%d.tif";
    static const char *const linear[] = {"output.type", "Float32", NULL};
    static const char *const alone[] = {"output.type", "Float32", "output.overwrite", "true", NULL};
    uint64_t hash[FRAMES];
    remove_frames(pattern);
    assert_int_equal(animate(*state, pattern, linear), FRAMES);
    hash_frames(pattern, hash);
    for (int i = 0; i < FRAMES; i++) {
        char frame[8];
        vd_scene *scene = NULL;
        vd_picture *picture = NULL;
        vd_settings *settings = test_settings_for(*state, "render", WINDOW, small, moving);
        test_apply(*state, settings, alone);
        snprintf(frame, sizeof(frame), "%d", i + 1);
        test_ok(*state, vd_settings_set(*state, settings, "animation.frame", frame));
        test_ok(*state, vd_settings_set(*state, settings, "output.path", "alone.tif"));
        test_ok(*state, vd_scene_load(*state, settings, &scene));
        test_ok(*state, vd_render(*state, scene, &picture));
        test_ok(*state, vd_picture_write(*state, picture));
        assert_true(raster_hash("alone.tif") == hash[i]);
        vd_picture_destroy(picture);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
    }
}

static int set_up(void **state)
{
    GDALAllRegister();
    return vd_context_create(NULL, (vd_context **)state) == VD_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    vd_context_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_frames),
        cmocka_unit_test(test_frame_alone),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
