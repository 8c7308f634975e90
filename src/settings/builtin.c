/* The names of what came with veduta, for those who list or complete them. */
#include <string.h>

#include "base/embedded.h"
#include "settings/knob.h"

const char *vd_builtin_name(const char *knob, size_t index)
{
    static const char *const folders[][2] = {{"preset", "presets"}, {"surface.ramp", "ramps"}};
    if (knob && !strcmp(knob, "dem.cache")) return index == 0 ? "auto" : NULL;
    for (size_t i = 0; knob && i < sizeof(folders) / sizeof(folders[0]); i++) {
        if (strcmp(folders[i][0], knob)) continue;
        for (const vd_embedded_file *file = vd_embedded_files; file->folder; file++)
            if (!strcmp(file->folder, folders[i][1]) && index-- == 0) return file->name;
    }
    return NULL;
}
