/* Presets: scene files that rank below the user's own. A name is looked for first among the user's,
 * in $XDG_CONFIG_HOME/veduta/presets/NAME.yaml (~/.config without that variable), then among those
 * that came with veduta; a path has a '/' or ends in ".yaml". */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/embedded.h"
#include "settings/knob.h"

static bool is_path(const char *name)
{
    size_t length = strlen(name);
    return strchr(name, '/') || (length > 5 && !strcmp(name + length - 5, ".yaml"));
}

/* The user's own file for a name, whether or not it exists; NULL without a home. */
static vd_result user_path(vd_context *context, const char *name, char **out)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    *out = NULL;
    bool has_config = config && config[0] == '/'; /* the standard has relative ones ignored */
    if (!has_config && !home) return VD_OK;
    if (asprintf(out, "%s%s/veduta/presets/%s.yaml", has_config ? config : home,
                 has_config ? "" : "/.config", name) >= 0)
        return VD_OK;
    *out = NULL;
    return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the path of a preset");
}

/* Says which presets there are, the nearest first. */
static vd_result refuse_unknown(vd_context *context, const char *where, const char *name)
{
    char known[512] = "", excerpt[68];
    if (access(name, F_OK) == 0)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: no preset \"%s\"; the file of that name is written ./%s", where,
                       vd_excerpt(name, excerpt), name);
    vd_nearest nearest = {.unknown = name};
    for (const vd_embedded_file *file = vd_embedded_files; file->folder; file++) {
        if (strcmp(file->folder, "presets")) continue;
        size_t used = strlen(known);
        snprintf(known + used, sizeof(known) - used, "%s%s", used ? ", " : "", file->name);
        vd_nearest_offer(&nearest, file->name, file->name);
    }
    return vd_fail(context, VD_ERR_SETTING,
                   "%s: no preset \"%s\"%s%s%s; there are %s, and your own in "
                   "~/.config/veduta/presets or by path",
                   where, vd_excerpt(name, excerpt), nearest.found ? "; did you mean " : "",
                   nearest.found ? nearest.found : "", nearest.found ? "?" : "", known);
}

vd_result vd_preset_apply(vd_context *context, vd_settings *settings, const char *where,
                          const char *name, vd_origin origin)
{
    if (!*name) return refuse_unknown(context, where, name);
    if (is_path(name)) return vd_yaml_apply_file(context, settings, name, origin);
    char *path = NULL, label[96], excerpt[68];
    VD_TRY(user_path(context, name, &path));
    bool own = path && access(path, F_OK) == 0;
    vd_result result = own ? vd_yaml_apply_file(context, settings, path, origin) : VD_OK;
    free(path);
    if (own) return result;
    const char *text = vd_embedded_find("presets", name);
    if (!text) return refuse_unknown(context, where, name);
    snprintf(label, sizeof(label), "preset %s", vd_excerpt(name, excerpt));
    vd_yaml_source source = {
        .label = label, .folder = "", .text = text, .length = strlen(text), .origin = origin};
    return vd_yaml_apply(context, settings, &source);
}

static vd_result apply(vd_context *context, vd_settings *settings, const char *name)
{
    return vd_preset_apply(context, settings, "--preset", name, VD_ORIGIN_PRESET);
}

vd_result vd_settings_preset(vd_context *context, vd_settings *settings, const char *name)
{
    vd_context_clear(context);
    if (!name) return vd_fail(context, VD_ERR_SETTING, "--preset: needs a name or a path");
    return vd_settings_whole(context, settings, apply, name);
}
