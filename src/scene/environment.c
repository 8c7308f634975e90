/* From the knobs of group environment to a map of light. */
#include "scene/scene.h"
#include "scene/sky.h"

vd_result vd_scene_choose_sky(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id sky[] = {VD_KNOB_SKY_MODEL, VD_KNOB_SKY_STRENGTH, VD_KNOB_SKY_COLOR,
                                     VD_KNOB_SKY_HORIZON};
    static const vd_knob_id of_map[] = {VD_KNOB_ENVIRONMENT_ROTATION, VD_KNOB_ENVIRONMENT_STRENGTH};
    vd_knob_id unused;
    for (size_t i = 0; i < sizeof(sky) / sizeof(sky[0]); i++) {
        const vd_knob_id pair[] = {VD_KNOB_ENVIRONMENT_PATH, sky[i]};
        VD_TRY(vd_settings_choose(context, settings, pair, 2, &unused));
    }
    VD_TRY(vd_sky_check(context, settings));
    if (vd_settings_has_environment(settings)) {
        if (!vd_settings_has_suns(settings))
            VD_TRY(vd_settings_refuse_unused(
                context, settings, VD_KNOB_SHADOW_STRENGTH,
                "has no use without a sun, and beside an environment there is one only if asked "
                "for; add --sun-strength 3"));
        return VD_OK;
    }
    if (settings->sky_model != VD_SKY_MODEL_GRADIENT)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_SKY_HORIZON,
                                         "has no use in a uniform sky; add --sky gradient"));
    /* A map that yields takes its own knobs with it. */
    for (size_t i = 0; i < sizeof(of_map) / sizeof(of_map[0]); i++)
        if (settings->origin[of_map[i]] > settings->origin[VD_KNOB_ENVIRONMENT_PATH])
            VD_TRY(vd_settings_refuse_unused(context, settings, of_map[i],
                                             "has no use without an environment map; add "
                                             "--environment"));
    return VD_OK;
}

vd_result vd_scene_check_environment(vd_context *context, const vd_settings *settings,
                                     double *bytes)
{
    vd_environment *map = NULL;
    if (bytes) *bytes = 0.0;
    if (!vd_settings_has_environment(settings)) return VD_OK;
    VD_TRY(vd_environment_load(context, settings->environment_path, settings->environment_strength,
                               &map));
    if (bytes) *bytes = 4.0 * sizeof(float) * map->width * map->height;
    vd_environment_destroy(map);
    return VD_OK;
}

vd_result vd_scene_set_environment(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    if (!vd_settings_has_environment(settings)) return VD_OK;
    VD_TRY(vd_environment_load(context, settings->environment_path, settings->environment_strength,
                               &scene->environment));
    scene->flat.sky = (vdk_sky){.model = VDK_SKY_ENVIRONMENT};
    scene->flat.environment =
        vd_environment_flat(scene->environment, settings->environment_rotation);
    return VD_OK;
}
