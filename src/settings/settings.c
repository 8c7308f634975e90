/* Settings: one value a knob, and who set it.
 *
 * Each knob remembers the rank of its origin, so the order in which defaults, presets, scene files
 * and flags arrive does not matter: a value is checked in any case, and kept if no higher origin
 * came before. A list belongs whole to one origin; only repeated flags add to it. A flag can also
 * take back what the others say ("--no-fog"): the knob is unset then, and barred to them. A
 * file that turns out to be wrong half-way changes nothing. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "settings/knob.h"

static const vd_knob *knobs_end(void)
{
    return vd_knobs + VD_KNOB_COUNT;
}

/* ---- create, copy, destroy ---------------------------------------------------------------- */

static const vd_command *find_command(const char *name)
{
    for (const vd_command *command = vd_commands; command->name; command++)
        if (name && !strcmp(command->name, name)) return command;
    return NULL;
}

static const char *command_name(const vd_settings *settings)
{
    const vd_command *command = vd_commands;
    while (command->name && command->bit != settings->command) command++;
    return command->name;
}

vd_result vd_settings_create(vd_context *context, const char *command, vd_settings **out)
{
    *out = NULL;
    vd_context_clear(context);
    const vd_command *found = find_command(command);
    if (!found)
        return vd_fail(context, VD_ERR_USAGE, "%s: no such command; use \"%s\"",
                       command ? command : "NULL", vd_commands[0].name);
    void *memory = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_settings), "the settings", &memory));
    vd_settings *settings = memory;
    settings->command = found->bit;
    for (const vd_knob *knob = vd_knobs; knob < knobs_end(); knob++) {
        const char *fallback = vd_knob_default(knob, found->bit);
        if (knob->is_field || !fallback[0]) continue;
        vd_value value;
        vd_result result = vd_value_parse(context, knob, knob->info.name, fallback, &value);
        if (result != VD_OK) {
            vd_settings_destroy(settings);
            return result;
        }
        vd_value_put(knob, value, settings);
    }
    *out = settings;
    return VD_OK;
}

void vd_settings_destroy(vd_settings *settings)
{
    if (!settings) return;
    for (const vd_knob *knob = vd_knobs; knob < knobs_end(); knob++) {
        if (knob->is_field) continue;
        vd_value value = vd_value_of(knob, settings);
        vd_value_clear(knob, &value);
        free(settings->where[knob->id]);
    }
    free(settings->scene_presets);
    free(settings);
}

vd_result vd_settings_copy(vd_context *context, const vd_settings *settings, vd_settings **out)
{
    vd_result result = VD_OK;
    void *memory = NULL;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_settings), "the settings", &memory));
    vd_settings *copy = memory;
    copy->command = settings->command;
    copy->goes_round = settings->goes_round;
    memcpy(copy->origin, settings->origin, sizeof(copy->origin));
    memcpy(copy->is_barred, settings->is_barred, sizeof(copy->is_barred));
    if (settings->scene_presets)
        result = vd_strdup(context, settings->scene_presets, &copy->scene_presets);
    for (const vd_knob *knob = vd_knobs; knob < knobs_end() && result == VD_OK; knob++) {
        if (knob->is_field) continue;
        vd_value value = vd_value_of(knob, settings), own;
        result = vd_value_copy(context, knob, &value, &own);
        vd_value_put(knob, own, copy);
        if (result == VD_OK && settings->where[knob->id])
            result = vd_strdup(context, settings->where[knob->id], &copy->where[knob->id]);
    }
    if (result == VD_OK)
        *out = copy;
    else
        vd_settings_destroy(copy);
    return result;
}

/* ---- setting ------------------------------------------------------------------------------ */

vd_result vd_settings_usable(vd_context *context, const vd_settings *settings, const vd_knob *knob,
                             const char *where)
{
    if (knob->commands & settings->command) return VD_OK;
    return vd_fail(context, VD_ERR_SETTING, "%s: this command has no use for it; leave it out",
                   where);
}

vd_result vd_settings_commit(vd_context *context, vd_settings *settings, const vd_knob *knob,
                             vd_origin origin, const char *where, bool append, vd_value *value)
{
    vd_result result = VD_OK;
    char *own = NULL;
    vd_value held = vd_value_of(knob, settings);
    if ((int)origin < settings->origin[knob->id]) goto cleanup;
    if (origin < VD_ORIGIN_FLAG && settings->is_barred[knob->id]) goto cleanup;
    result = vd_strdup(context, where, &own);
    if (result != VD_OK) goto cleanup;
    if (append && knob->info.is_list && settings->origin[knob->id] == (unsigned char)origin) {
        result = vd_value_append(context, knob, where, &held, value);
        vd_value_put(knob, held, settings);
        if (result != VD_OK) goto cleanup;
    } else {
        vd_value_clear(knob, &held);
        vd_value_put(knob, *value, settings);
        memset(value, 0, sizeof(*value));
    }
    free(settings->where[knob->id]);
    settings->where[knob->id] = own;
    settings->origin[knob->id] = (unsigned char)origin;
    own = NULL;
cleanup:
    free(own);
    vd_value_clear(knob, value);
    return result;
}

vd_result vd_knob_row(vd_context *context, const char *name, const vd_knob **out)
{
    char excerpt[68];
    const vd_knob_info *info = vd_knob_find(name);
    *out = NULL;
    if (info)
        for (const vd_knob *knob = vd_knobs; knob < knobs_end(); knob++)
            if (&knob->info == info) *out = knob;
    if (!*out) {
        const char *nearest = vd_knob_nearest(name);
        return vd_fail(context, VD_ERR_SETTING, "%s: no such setting%s%s%s",
                       vd_excerpt(name ? name : "", excerpt), nearest ? "; did you mean " : "",
                       nearest ? nearest : "", nearest ? "?" : "");
    }
    return VD_OK;
}

/* The row of a name or flag that has a value in the settings. */
static vd_result find_knob(vd_context *context, const char *name, const vd_knob **out)
{
    VD_TRY(vd_knob_row(context, name, out));
    if ((*out)->is_field) {
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: a field of a list has no value of its own; "
                       "set the whole record with \"%s\"",
                       name, (*out)->group);
    }
    return VD_OK;
}

vd_result vd_settings_set(vd_context *context, vd_settings *settings, const char *name,
                          const char *value)
{
    const vd_knob *knob;
    vd_value parsed;
    vd_context_clear(context);
    VD_TRY(find_knob(context, name, &knob));
    const char *where = name[0] == '-' ? name : knob->flag[0];
    bool negated = !strncmp(name, "--no-", 5);
    VD_TRY(vd_settings_usable(context, settings, knob, where));
    if (negated && value)
        return vd_fail(context, VD_ERR_SETTING, "%s: takes no value; leave it out", where);
    if (negated && knob->kind != VD_KIND_BOOL) {
        settings->is_barred[knob->id] = true;
        return vd_settings_unset(context, settings, knob->id);
    }
    if (!value && knob->kind != VD_KIND_BOOL)
        return vd_fail(context, VD_ERR_SETTING, "%s: needs a value", where);
    if (!value) value = negated ? "false" : "true";
    VD_TRY(vd_value_parse(context, knob, where, value, &parsed));
    return vd_settings_commit(context, settings, knob, VD_ORIGIN_FLAG, where, true, &parsed);
}

vd_result vd_settings_whole(vd_context *context, vd_settings *settings, vd_settings_change change,
                            const void *argument)
{
    vd_settings *copy;
    VD_TRY(vd_settings_copy(context, settings, &copy));
    vd_result result = change(context, copy, argument);
    if (result == VD_OK) {
        vd_settings before = *settings;
        *settings = *copy;
        *copy = before;
    }
    vd_settings_destroy(copy);
    return result;
}

vd_result vd_settings_unset(vd_context *context, vd_settings *settings, vd_knob_id id)
{
    const vd_knob *knob = &vd_knobs[id];
    const char *fallback = vd_knob_default(knob, settings->command);
    vd_value value, held = vd_value_of(knob, settings);
    memset(&value, 0, sizeof(value));
    if (fallback[0]) VD_TRY(vd_value_parse(context, knob, knob->info.name, fallback, &value));
    vd_value_clear(knob, &held);
    vd_value_put(knob, value, settings);
    free(settings->where[id]);
    settings->where[id] = NULL;
    settings->origin[id] = VD_ORIGIN_DEFAULT;
    return VD_OK;
}

/* ---- asking ------------------------------------------------------------------------------- */

bool vd_settings_is_set(const vd_settings *settings, vd_knob_id id)
{
    return settings->origin[id] != VD_ORIGIN_DEFAULT;
}

vd_result vd_settings_refuse(vd_context *context, const vd_settings *settings, vd_knob_id id,
                             const char *why_format, ...)
{
    char why[512];
    va_list arguments;
    if (!vd_settings_is_set(settings, id)) return VD_OK;
    va_start(arguments, why_format);
    vsnprintf(why, sizeof(why), why_format, arguments);
    va_end(arguments);
    return vd_fail(context, VD_ERR_SETTING, "%s: %s", settings->where[id], why);
}

/* Has a flag taken back a knob of this one's group? */
static bool is_left_alone(const vd_settings *settings, vd_knob_id id)
{
    for (const vd_knob *knob = vd_knobs; knob < knobs_end(); knob++)
        if (settings->is_barred[knob->id] && !strcmp(knob->group, vd_knobs[id].group)) return true;
    return false;
}

vd_result vd_settings_refuse_unused(vd_context *context, const vd_settings *settings, vd_knob_id id,
                                    const char *why)
{
    if (settings->origin[id] < VD_ORIGIN_SCENE) return VD_OK;
    if (settings->origin[id] < VD_ORIGIN_FLAG && is_left_alone(settings, id)) return VD_OK;
    return vd_settings_refuse(context, settings, id, "%s", why);
}

vd_result vd_settings_refuse_all_unused(vd_context *context, const vd_settings *settings,
                                        const vd_knob_id *knobs, size_t count, const char *why)
{
    for (size_t i = 0; i < count; i++)
        VD_TRY(vd_settings_refuse_unused(context, settings, knobs[i], why));
    return VD_OK;
}

vd_result vd_settings_refuse_all_without(vd_context *context, const vd_settings *settings,
                                         const vd_knob_id *knobs, size_t count, vd_knob_id other,
                                         const char *why)
{
    for (size_t i = 0; i < count; i++)
        if (settings->origin[knobs[i]] >= settings->origin[other])
            VD_TRY(vd_settings_refuse_unused(context, settings, knobs[i], why));
    return VD_OK;
}

vd_result vd_settings_choose(vd_context *context, const vd_settings *settings,
                             const vd_knob_id *knobs, size_t count, vd_knob_id *out)
{
    *out = VD_KNOB_COUNT;
    for (size_t i = 0; i < count; i++) {
        int origin = settings->origin[knobs[i]];
        int best = *out == VD_KNOB_COUNT ? VD_ORIGIN_DEFAULT : settings->origin[*out];
        if (origin > best) *out = knobs[i];
        if (origin == best && origin >= VD_ORIGIN_SCENE)
            return vd_settings_refuse(context, settings, knobs[i],
                                      "cannot be used together with %s; leave one out",
                                      settings->where[*out]);
    }
    return VD_OK;
}

/* Knobs that may be unset and are: they have no value to show. */
static bool has_value(const vd_settings *settings, const vd_knob *knob)
{
    return vd_knob_default(knob, settings->command)[0] || vd_settings_is_set(settings, knob->id);
}

vd_result vd_settings_get(vd_context *context, const vd_settings *settings, const char *name,
                          char *buffer, size_t size)
{
    const vd_knob *knob;
    char *text = NULL;
    size_t length = 0;
    vd_context_clear(context);
    if (size > 0) buffer[0] = 0;
    VD_TRY(find_knob(context, name, &knob));
    FILE *out = open_memstream(&text, &length);
    if (out && has_value(settings, knob)) {
        vd_value value = vd_value_of(knob, settings);
        vd_value_print(out, knob, &value, VD_PRINT_FLAG);
    }
    if (!out || fclose(out) != 0) {
        free(text);
        return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory for its text", name);
    }
    vd_result result = VD_OK;
    if (length < size)
        memcpy(buffer, text, length + 1);
    else
        result = vd_fail(context, VD_ERR_SETTING, "%s: its value needs a buffer of %zu bytes", name,
                         length + 1);
    free(text);
    return result;
}

/* Whether a path, or one of several, leads to memory of this process. */
static bool is_lent(const vd_knob *knob, const vd_value *value)
{
    if (knob->kind == VD_KIND_PATH || knob->kind == VD_KIND_NAME) return vd_is_lent(value->text);
    for (int i = 0; knob->kind == VD_KIND_PATHS && i < value->list.count; i++)
        if (vd_is_lent(((char **)value->list.items)[i])) return true;
    return false;
}

/* Whether a scene file must name the knob to give the same settings. No file can name data in
 * memory. Beside an environment map it
 * is by being set that a knob of the sun lights it. */
static bool is_worth_writing(const vd_settings *settings, const vd_settings *defaults,
                             const vd_knob *knob)
{
    bool is_sun = !strcmp(knob->group, "sun") || !strcmp(knob->group, "suns");
    if (is_sun && vd_settings_has_environment(settings))
        return vd_settings_is_set(settings, knob->id) && vd_settings_has_suns(settings);
    vd_value value = vd_value_of(knob, settings);
    if (is_lent(knob, &value)) return false;
    if (!vd_knob_default(knob, settings->command)[0]) return vd_settings_is_set(settings, knob->id);
    vd_value fallback = vd_value_of(knob, defaults);
    return !vd_value_equal(knob, &value, &fallback);
}

vd_result vd_settings_to_yaml(vd_context *context, const vd_settings *settings, char **out)
{
    vd_result result = VD_OK;
    vd_settings *defaults = NULL;
    const char *group = "";
    char *text = NULL;
    size_t length = 0;
    *out = NULL;
    FILE *stream = open_memstream(&text, &length);
    if (!stream) return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    result = vd_settings_create(context, command_name(settings), &defaults);
    for (const vd_knob *knob = vd_knobs; knob < knobs_end() && result == VD_OK; knob++) {
        if (knob->is_field || !is_worth_writing(settings, defaults, knob)) continue;
        vd_value value = vd_value_of(knob, settings);
        if (strcmp(group, knob->group))
            fprintf(stream, "%s:%s", knob->group, knob->field ? "\n" : " ");
        group = knob->group;
        if (knob->field) fprintf(stream, "  %s: ", knob->field);
        vd_value_print(stream, knob, &value, VD_PRINT_YAML);
        fputc('\n', stream);
    }
    if (!*group) fputs("{}\n", stream); /* an empty file would be refused */
    if (fclose(stream) != 0 && result == VD_OK)
        result = vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    vd_settings_destroy(defaults);
    if (result == VD_OK)
        *out = text;
    else
        free(text);
    return result;
}
