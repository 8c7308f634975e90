/* A build without Assimp or Embree: these files take the places of those that know them, here too,
 * and a scene with objects is refused by one sentence that says what is missing. */
#include "objects/embree_none.c"
#include "objects/mesh_read_none.c"

#include "picture.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

static void a_scene_with_objects_says_what_is_missing(void **state)
{
    (void)state;
    static const char *const knobs[] = {"objects", "path=tower.obj,at=391000,3799000", NULL};
    vd_context *context = NULL;
    vd_scene *scene = NULL;
    vd_object_tracer *tracer = NULL;
    const vd_object_parts parts = {0};
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_settings *settings = test_settings_for(context, "render", WINDOW, knobs, NULL);
    assert_int_equal(vd_scene_load(context, settings, &scene), VD_ERR_UNSUPPORTED);
    assert_non_null(strstr(vd_context_error(context), "tower.obj: objects need Assimp"));
    vd_context_clear(context);
    assert_int_equal(vd_object_tracer_create(context, &parts, &tracer), VD_ERR_UNSUPPORTED);
    assert_non_null(strstr(vd_context_error(context), "need Embree"));
    assert_null(tracer);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scene_with_objects_says_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
