/* From the words of --aov to the film's channels. */
#include "render/aovs.h"

#include <stdio.h>
#include <string.h>

#include "scene/media.h"

#define LIST_MAX 1024

/* All names, for a message. */
static void list_names(bool is_view, char list[LIST_MAX])
{
    size_t used = 0;
    for (int id = 0; id < VD_AOV_COUNT; id++)
        if (is_view || !vd_aovs[id].is_of_views)
            used += (size_t)snprintf(list + used, LIST_MAX - used, "%s, ", vd_aovs[id].name);
    snprintf(list + used, LIST_MAX - used, "or all");
}

/* What the words ask for. */
typedef struct vd_wish {
    bool named[VD_AOV_COUNT];
    bool all;
} vd_wish;

static vd_result take_name(vd_context *context, const vd_settings *settings, const char *name,
                           vd_wish *wish)
{
    bool is_view = vd_settings_are_for(settings, VD_COMMAND_RENDER);
    char list[LIST_MAX];
    if (strcmp(name, "all") == 0) {
        wish->all = true;
        return VD_OK;
    }
    vd_aov_id id = vd_aov_find(name);
    if (id == VD_AOV_COUNT) {
        list_names(is_view, list);
        return vd_settings_refuse(context, settings, VD_KNOB_AOV_NAMES,
                                  "'%.60s' is no AOV; there are %s", name, list);
    }
    if (!is_view && vd_aovs[id].is_of_views)
        return vd_settings_refuse(context, settings, VD_KNOB_AOV_NAMES,
                                  "'%s' has no use on a map, which no camera sees; leave it out",
                                  name);
    wish->named[id] = true;
    return VD_OK;
}

/* Names by commas, with or without spaces. */
static vd_result take_names(vd_context *context, const vd_settings *settings, const char *text,
                            vd_wish *wish)
{
    for (const char *at = text;; at++) {
        at += strspn(at, " ");
        size_t length = strcspn(at, ","), end = length;
        char name[64];
        while (end > 0 && at[end - 1] == ' ') end--;
        snprintf(name, sizeof(name), "%.*s", (int)(end < sizeof(name) ? end : sizeof(name) - 1),
                 at);
        VD_TRY(take_name(context, settings, name, wish));
        at += length;
        if (!*at) return VD_OK;
    }
}

/* One sun is "light_sun", several have numbers. */
static int name_lights(int suns, bool has_objects, char (*names)[VD_AOV_NAME_MAX])
{
    int count = 0;
    for (int i = 0; i < suns; i++)
        snprintf(names[count++], VD_AOV_NAME_MAX, suns > 1 ? "light_sun%d" : "light_sun", i + 1);
    snprintf(names[count++], VD_AOV_NAME_MAX, "light_sky");
    if (has_objects) snprintf(names[count++], VD_AOV_NAME_MAX, "light_emitters");
    return count;
}

vd_result vd_aovs_choose(vd_context *context, const vd_settings *settings, bool has_crs,
                         vd_aov_set *out)
{
    bool is_view = vd_settings_are_for(settings, VD_COMMAND_RENDER);
    char lights[VDK_SUNS_MAX + 2][VD_AOV_NAME_MAX];
    vd_wish wish = {.all = false};
    int suns = 0;
    for (int i = 0; i < settings->aov_names.count; i++)
        VD_TRY(take_names(context, settings, settings->aov_names.items[i], &wish));
    if (wish.named[VD_AOV_LONLAT] && !has_crs)
        return vd_settings_refuse(context, settings, VD_KNOB_AOV_NAMES,
                                  "'lonlat' has no use with a DEM without a CRS; leave it out, or "
                                  "say the CRS by --assign-crs");
    bool has_media = vd_media_is_asked(settings);
    static const vd_aov_id of_media[] = {VD_AOV_VOLUME, VD_AOV_TRANSMITTANCE};
    for (int i = 0; i < 2 && !has_media; i++)
        if (wish.named[of_media[i]])
            return vd_settings_refuse(context, settings, VD_KNOB_AOV_NAMES,
                                      "'%s' has no use without fog or clouds; add "
                                      "--fog or --clouds",
                                      vd_aovs[of_media[i]].name);
    static const vd_aov_id of_light[] = {VD_AOV_DIRECT,   VD_AOV_INDIRECT, VD_AOV_DIFFUSE,
                                         VD_AOV_SPECULAR, VD_AOV_LIGHTS,   VD_AOV_VOLUME};
    bool has_colours = settings->lens_chromatic_aberration != 0.0;
    for (size_t i = 0; i < sizeof(of_light) / sizeof(of_light[0]) && has_colours; i++)
        if (wish.named[of_light[i]] || wish.all)
            return vd_settings_refuse(
                context, settings, VD_KNOB_LENS_CHROMATIC_ABERRATION,
                "has samples of one colour each, which AOVs of kinds of light "
                "(%s) cannot tell; leave them out, or use "
                "--chromatic-aberration, which comes after the light",
                vd_aovs[of_light[i]].name);
    bool has_shutter = vd_settings_is_set(settings, VD_KNOB_SHUTTER_INTERVAL);
    if (wish.named[VD_AOV_MOTION] && !has_shutter)
        return vd_settings_refuse(
            context, settings, VD_KNOB_AOV_NAMES,
            "'motion' has no use without a shutter, which says over what time "
            "it goes; add --shutter OPEN,CLOSE");
    for (int id = 0; id < VD_AOV_COUNT; id++)
        if (wish.all && (is_view || !vd_aovs[id].is_of_views) && (has_crs || id != VD_AOV_LONLAT) &&
            (has_media || (id != VD_AOV_VOLUME && id != VD_AOV_TRANSMITTANCE)) &&
            (has_shutter || id != VD_AOV_MOTION))
            wish.named[id] = true;
    bool is_blurred = is_view && settings->shutter_blur == VD_SHUTTER_BLUR_POST;
    if (is_view && settings->lens_dof == VD_LENS_DOF_POST) wish.named[VD_AOV_DEPTH] = true;
    if (is_blurred) wish.named[VD_AOV_DEPTH] = wish.named[VD_AOV_MOTION] = true;
    if (!wish.named[VD_AOV_AO])
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_AOV_AO_RADIUS,
                                         "has no use without that AOV; add --aov ao"));
    if (wish.named[VD_AOV_LIGHTS]) VD_TRY(vd_scene_count_suns(context, settings, &suns));
    if (suns > VDK_SUNS_MAX) suns = VDK_SUNS_MAX; /* more are refused later */
    int count = name_lights(suns, settings->objects.count > 0, lights);
    bool needed[VD_AOV_COUNT] = {false};
    if (settings->denoise_method != VD_DENOISE_METHOD_NONE) {
        needed[VD_AOV_ALBEDO] = needed[VD_AOV_NORMAL] = needed[VD_AOV_BEAUTY_HALF] = true;
        needed[VD_AOV_DEPTH] = is_view;
        needed[VD_AOV_TRANSMITTANCE] = has_media;
    }
    return vd_aov_lay_out(context, wish.named, needed, is_view, count,
                          (const char(*)[VD_AOV_NAME_MAX])lights, out);
}
