/* The knobs of a group as a picture notes them, and read from there. */
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

vd_result vd_settings_group_text(vd_context *context, const vd_settings *settings,
                                 const char *group, char **out)
{
    char *text = NULL;
    size_t length = 0;
    *out = NULL;
    FILE *stream = open_memstream(&text, &length);
    if (!stream) return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    fprintf(stream, "%s:\n", group);
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++) {
        if (knob->is_field || strcmp(knob->group, group) != 0) continue;
        if (!(knob->commands & (1U << VD_COMMAND_COMPOSE))) continue; /* which reads it */
        if (!vd_knob_default(knob, settings->command)[0] && !vd_settings_is_set(settings, knob->id))
            continue;
        vd_value value = vd_value_of(knob, settings);
        fprintf(stream, "  %s: ", knob->field);
        vd_value_print(stream, knob, &value, VD_PRINT_YAML);
        fputc('\n', stream);
    }
    if (fclose(stream) != 0) {
        free(text);
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    }
    *out = text;
    return VD_OK;
}

vd_result vd_settings_apply_noted(vd_context *context, vd_settings *settings, const char *label,
                                  const char *text)
{
    const vd_yaml_source source = {.label = label,
                                   .folder = "",
                                   .text = text,
                                   .length = strlen(text),
                                   .origin = VD_ORIGIN_NOTED};
    return vd_yaml_apply(context, settings, &source);
}
