/* What came with veduta: the names of it, for those who list or complete them, and the materials.
 */
#include <string.h>

#include "base/embedded.h"
#include "settings/knob.h"

const char *vd_builtin_name(const char *knob, size_t index)
{
    static const char *const folders[][2] = {
        {"preset", "presets"}, {"surface.ramp", "ramps"}, {"classes.palette", "palettes"}};
    static const char *const clouds[] = {"cumulus", "stratus", "cirrus"};
    if (knob && !strcmp(knob, "dem.cache")) return index == 0 ? "auto" : NULL;
    if (knob && !strcmp(knob, "clouds.kind")) return index < 3 ? clouds[index] : NULL;
    if (knob && !strcmp(knob, "water.path")) return index == 0 ? "flats" : NULL;
    for (size_t i = 0; knob && i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (strcmp(folders[i][0], knob)) continue;
        for (const vd_embedded_file *file = vd_embedded_files; file->folder; file++)
            if (!strcmp(file->folder, folders[i][1]) && index-- == 0) return file->name;
    }
    return NULL;
}

vd_result vd_settings_builtin_materials(vd_context *context, vd_settings **out)
{
    void *memory;
    const char *text = vd_embedded_find("materials", "builtin");
    vd_yaml_source source = {.label = "built-in materials",
                             .folder = "",
                             .text = text,
                             .length = strlen(text),
                             .origin = VD_ORIGIN_SCENE_PRESET};
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_settings), "the built-in materials", &memory));
    vd_settings *settings = memory;
    settings->command = vd_knobs[VD_KNOB_MATERIALS].commands;
    vd_result result = vd_yaml_apply(context, settings, &source);
    if (result != VD_OK) {
        vd_settings_destroy(settings);
        return result;
    }
    *out = settings;
    return VD_OK;
}
