/* Settings compared: as text that decides what a picture shows, and two by two. */
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

static bool holds(const vd_knob_set *set, const vd_knob *knob)
{
    for (size_t i = 0; i < set->knob_count; i++)
        if (knob->id == set->knobs[i]) return true;
    for (size_t i = 0; i < set->group_count; i++)
        if (strcmp(knob->group, set->groups[i]) == 0) return true;
    return false;
}

static bool is_left_out(const vd_knob *knob, const vd_knob_set *without)
{
    return knob->is_field || knob->kind == VD_KIND_PATH || knob->kind == VD_KIND_PATHS ||
           holds(without, knob);
}

bool vd_settings_same(const vd_settings *a, const vd_settings *b, const vd_knob_set *within)
{
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++) {
        if (knob->is_field || !holds(within, knob)) continue;
        vd_value one = vd_value_of(knob, a), other = vd_value_of(knob, b);
        if (!vd_value_equal(knob, &one, &other)) return false;
    }
    return true;
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
