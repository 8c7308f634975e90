/* For tests that compose rendered files, and compare pictures. */
#ifndef VD_TESTS_COMPOSED_H
#define VD_TESTS_COMPOSED_H

#include "picture.h"

/** Runs `veduta compose` with two lists of knobs, either of which may be NULL, over what is there;
 *  error becomes what it says. */
static inline vd_result test_compose(const char *const *knobs, const char *const *more,
                                     char error[256])
{
    vd_context *context = NULL;
    vd_settings *settings = NULL;
    int width, height;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_settings_create(context, "compose", &settings));
    test_ok(context, vd_settings_set(context, settings, "output.overwrite", "true"));
    test_apply(context, settings, knobs);
    test_apply(context, settings, more);
    test_ok(context, vd_outputs_check(context, settings));
    vd_result result = vd_compose(context, settings, &width, &height);
    assert_true(result != VD_OK || (width > 0 && height > 0));
    snprintf(error, 256, "%s", vd_context_error(context));
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return result;
}

/** The same, which must succeed. */
static inline void test_composed(const char *const *knobs, const char *const *more)
{
    char error[256];
    if (test_compose(knobs, more, error) != VD_OK) fail_msg("%s", error);
}

/** How like a picture is to a reference. */
static inline double test_ssim(const char *reference, const char *test)
{
    vd_context *context = NULL;
    vd_comparison found;
    const vd_compare_options options = {.ssim = 1};
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_compare_files(context, reference, test, &options, &found));
    vd_context_destroy(context);
    return found.ssim;
}

#endif
