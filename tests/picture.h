/* For tests that render: a picture from knobs given as text, its pixels, and a hash of them. */
#ifndef VD_TESTS_PICTURE_H
#define VD_TESTS_PICTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "veduta/veduta.h"

typedef struct test_picture {
    int width, height;
    float *rgba; /* scene-linear, [height][width][4] */
} test_picture;

/** Fails the test with the context's sentence unless result is VD_OK. */
static inline void test_ok(const vd_context *context, vd_result result)
{
    if (result != VD_OK) fail_msg("%s: %s", vd_result_name(result), vd_context_error(context));
}

/** Applies knobs given as name, value, ..., NULL. */
static inline void test_apply(vd_context *context, vd_settings *settings, const char *const *knobs)
{
    for (; knobs && knobs[0]; knobs += 2)
        test_ok(context, vd_settings_set(context, settings, knobs[0], knobs[1]));
}

/** Settings of a command for a DEM and two lists of knobs, either of which may be NULL. */
static inline vd_settings *test_settings_for(vd_context *context, const char *command,
                                             const char *dem, const char *const *knobs,
                                             const char *const *more)
{
    vd_settings *settings = NULL;
    test_ok(context, vd_settings_create(context, command, &settings));
    test_ok(context, vd_settings_set(context, settings, "dem.path", dem));
    test_apply(context, settings, knobs);
    test_apply(context, settings, more);
    return settings;
}

static inline vd_settings *test_settings(vd_context *context, const char *dem,
                                         const char *const *knobs, const char *const *more)
{
    return test_settings_for(context, "relief", dem, knobs, more);
}

/** A picture's pixels; free rgba with free(). */
static inline test_picture test_picture_of(vd_context *context, const vd_picture *picture)
{
    test_picture out = {vd_picture_width(picture), vd_picture_height(picture), NULL};
    out.rgba = malloc((size_t)out.width * (size_t)out.height * 4 * sizeof(float));
    assert_non_null(out.rgba);
    test_ok(context, vd_picture_read(context, picture, 0, 0, out.width, out.height, out.rgba));
    return out;
}

/** Renders by a command; free rgba with free(). */
static inline test_picture test_render_by(const char *command, const char *dem,
                                          const char *const *knobs, const char *const *more)
{
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    vd_picture *picture = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, command, dem, knobs, more);
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_render(context, scene, &picture));
    test_picture out = test_picture_of(context, picture);
    vd_picture_destroy(picture);
    vd_scene_destroy(scene);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return out;
}

static inline test_picture test_render(const char *dem, const char *const *knobs,
                                       const char *const *more)
{
    return test_render_by("relief", dem, knobs, more);
}

/** Renders to the outputs that settings name. */
static inline void test_write_outputs(vd_context *context, const vd_settings *settings)
{
    vd_scene *scene = NULL;
    vd_picture *picture = NULL;
    test_ok(context, vd_outputs_check(context, settings));
    test_ok(context, vd_scene_load(context, settings, &scene));
    test_ok(context, vd_render(context, scene, &picture));
    test_ok(context, vd_picture_write(context, picture));
    vd_picture_destroy(picture);
    vd_scene_destroy(scene);
}

/** FNV-1a, 64 bits, of bytes. */
static inline uint64_t test_hash(const void *bytes, size_t size)
{
    const unsigned char *p = bytes;
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++) hash = (hash ^ p[i]) * 0x100000001b3u;
    return hash;
}

static inline uint64_t test_picture_hash(const test_picture *p)
{
    return test_hash(p->rgba, (size_t)p->width * (size_t)p->height * 4 * sizeof(float));
}

/** An integer from the environment, for runs longer than the default. */
static inline int test_env(const char *name, int fallback)
{
    const char *text = getenv(name);
    return text ? atoi(text) : fallback;
}

#endif
