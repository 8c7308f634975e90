/* Values and settings as JSON, for programs that keep them in types of their own: the Python
 * package and whoever else reads the table at run time. */
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

typedef void (*text_writer)(void *user, const char *text, size_t length);

/* Ends a stream in memory and hands its text on. */
static vd_result finish(vd_context *context, FILE *stream, char **text, const size_t *length,
                        text_writer write, void *user)
{
    vd_result result = VD_OK;
    if (!stream || fclose(stream) != 0)
        result = vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    else
        write(user, *text, *length);
    free(*text);
    return result;
}

vd_result vd_knob_read(vd_context *context, const char *name, const char *value, text_writer write,
                       void *user)
{
    const vd_knob *knob;
    vd_value parsed;
    char *text = NULL;
    size_t length = 0;
    vd_context_clear(context);
    VD_TRY(vd_knob_row(context, name, &knob));
    const char *where = name[0] != '-' && knob->flag[0] ? knob->flag[0] : name;
    VD_TRY(vd_value_parse(context, knob, where, value, &parsed));
    FILE *stream = open_memstream(&text, &length);
    if (stream) vd_value_print(stream, knob, &parsed, VD_PRINT_JSON);
    vd_value_clear(knob, &parsed);
    return finish(context, stream, &text, &length, write, user);
}

static bool is_asked(const vd_settings *settings, const vd_knob *knob)
{
    return !knob->is_field && settings->origin[knob->id] >= VD_ORIGIN_SCENE;
}

vd_result vd_settings_show(vd_context *context, const vd_settings *settings, text_writer write,
                           void *user)
{
    const char *group = "";
    char *text = NULL;
    size_t length = 0;
    vd_context_clear(context);
    FILE *stream = open_memstream(&text, &length);
    if (!stream) return finish(context, stream, &text, &length, write, user);
    fputc('{', stream);
    if (settings->scene_presets) fprintf(stream, "\"preset\": %s", settings->scene_presets);
    bool any = settings->scene_presets != NULL, is_open = false;
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++) {
        if (!is_asked(settings, knob)) continue;
        bool begins = strcmp(group, knob->group) != 0;
        if (begins && is_open) fputc('}', stream);
        if (any) fputs(", ", stream);
        if (begins) fprintf(stream, "\"%s\": %s", knob->group, knob->field ? "{" : "");
        if (begins) is_open = knob->field != NULL;
        if (knob->field) fprintf(stream, "\"%s\": ", knob->field);
        vd_value value = vd_value_of(knob, settings);
        vd_value_print(stream, knob, &value, VD_PRINT_JSON);
        group = knob->group;
        any = true;
    }
    fprintf(stream, "%s}", is_open ? "}" : "");
    return finish(context, stream, &text, &length, write, user);
}
