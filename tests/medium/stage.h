/* A view's scene with its context and settings, for tests that look inside. */
#ifndef VD_TESTS_STAGE_H
#define VD_TESTS_STAGE_H

#include "picture.h"
#include "scene/scene.h"

typedef struct stage {
    vd_context *context;
    vd_settings *settings;
    vd_scene *scene;
} stage;

/** Of a DEM and two lists of knobs, either of which may be NULL. */
static inline stage open_stage(const char *dem, const char *const *knobs, const char *const *more)
{
    stage s = {0};
    assert_int_equal(vd_context_create(NULL, &s.context), VD_OK);
    s.settings = test_settings_for(s.context, "render", dem, knobs, more);
    test_ok(s.context, vd_scene_load(s.context, s.settings, &s.scene));
    return s;
}

static inline void close_stage(stage *s)
{
    vd_scene_destroy(s->scene);
    vd_settings_destroy(s->settings);
    vd_context_destroy(s->context);
}

#endif
