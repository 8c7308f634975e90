/* The settings that decide what a picture shows, as text to be compared. */
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

static bool is_left_out(const vd_knob *knob, const vd_knob_set *without)
{
    if (knob->is_field || knob->kind == VD_KIND_PATH || knob->kind == VD_KIND_PATHS) return true;
    for (size_t i = 0; i < without->knob_count; i++)
        if (knob->id == without->knobs[i]) return true;
    for (size_t i = 0; i < without->group_count; i++)
        if (strcmp(knob->group, without->groups[i]) == 0) return true;
    return false;
}

vd_result vd_settings_identity(vd_context *context, const vd_settings *settings,
                               const vd_knob_set *without, char **out)
{
    char *text = NULL;
    size_t length = 0;
    *out = NULL;
    FILE *stream = open_memstream(&text, &length);
    if (!stream) return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++) {
        if (is_left_out(knob, without)) continue;
        vd_value value = vd_value_of(knob, settings);
        fprintf(stream, "%s: ", knob->info.name);
        if (vd_knob_default(knob, settings->command)[0] || vd_settings_is_set(settings, knob->id))
            vd_value_print(stream, knob, &value, VD_PRINT_YAML);
        else
            fputs("unset", stream);
        fputc('\n', stream);
    }
    if (fclose(stream) != 0) {
        free(text);
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    }
    *out = text;
    return VD_OK;
}
