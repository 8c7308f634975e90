/* Presets: scene files that rank below the user's own. A name is looked for first among the user's,
 * in $XDG_CONFIG_HOME/veduta/presets/NAME.yaml (~/.config without that variable), then among those
 * that came with veduta; a path has a '/' or ends in ".yaml". */
#include <dirent.h>
#include <errno.h>
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

/* The user's own folder, with its '/', whether or not it exists; NULL without a home. */
static vd_result user_folder(vd_context *context, char **out)
{
    const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    *out = NULL;
    bool has_config = config && config[0] == '/'; /* the standard has relative ones ignored */
    if (!has_config && !home) return VD_OK;
    if (asprintf(out, "%s%s/veduta/presets/", has_config ? config : home,
                 has_config ? "" : "/.config") >= 0)
        return VD_OK;
    *out = NULL;
    return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the path of a preset");
}

/* The user's own file for a name, whether or not it exists; NULL without a home. */
static vd_result user_path(vd_context *context, const char *name, char **out)
{
    char *folder;
    *out = NULL;
    VD_TRY(user_folder(context, &folder));
    if (!folder) return VD_OK;
    int length = asprintf(out, "%s%s.yaml", folder, name);
    free(folder);
    if (length >= 0) return VD_OK;
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

/* What a name or path stands for: a file (*path, to be freed), or an embedded text. */
static vd_result find_preset(vd_context *context, const char *where, const char *name, char **path,
                             const char **text)
{
    *path = NULL;
    *text = NULL;
    if (!*name) return refuse_unknown(context, where, name);
    if (is_path(name)) return vd_strdup(context, name, path);
    VD_TRY(user_path(context, name, path));
    if (*path && access(*path, F_OK) == 0) return VD_OK;
    free(*path);
    *path = NULL;
    *text = vd_embedded_find("presets", name);
    return *text ? VD_OK : refuse_unknown(context, where, name);
}

vd_result vd_preset_apply(vd_context *context, vd_settings *settings, const char *where,
                          const char *name, vd_origin origin)
{
    char *path = NULL, label[96], excerpt[68];
    const char *text;
    VD_TRY(find_preset(context, where, name, &path, &text));
    if (path) {
        vd_result result = vd_yaml_apply_file(context, settings, path, origin);
        free(path);
        return result;
    }
    snprintf(label, sizeof(label), "preset %s", vd_excerpt(name, excerpt));
    vd_yaml_source source = {
        .label = label, .folder = "", .text = text, .length = strlen(text), .origin = origin};
    return vd_yaml_apply(context, settings, &source);
}

static vd_result apply(vd_context *context, vd_settings *settings, const void *name)
{
    return vd_preset_apply(context, settings, "--preset", name, VD_ORIGIN_PRESET);
}

vd_result vd_settings_preset(vd_context *context, vd_settings *settings, const char *name)
{
    vd_context_clear(context);
    if (!name) return vd_fail(context, VD_ERR_SETTING, "--preset: needs a name or a path");
    return vd_settings_whole(context, settings, apply, name);
}

/* ---- listing and showing ------------------------------------------------------------------- */

vd_result vd_preset_show(vd_context *context, const char *name,
                         void (*write)(void *user, const char *text, size_t length), void *user)
{
    char *path = NULL, *content = NULL;
    const char *text;
    vd_context_clear(context);
    VD_TRY(find_preset(context, "presets", name ? name : "", &path, &text));
    if (!path) {
        write(user, text, strlen(text));
        return VD_OK;
    }
    size_t length;
    vd_result result = vd_yaml_read_file(context, path, &content, &length);
    if (result == VD_OK) write(user, content, length);
    free(content);
    free(path);
    return result;
}

/* The first line of a text, if it is a comment. */
static void first_line(const char *text, char line[256])
{
    line[0] = '\0';
    if (text[0] != '#') return;
    text += strspn(text, "# ");
    snprintf(line, 256, "%.*s", (int)strcspn(text, "\r\n"), text);
}

typedef void (*preset_each)(void *user, const char *name, const char *summary, const char *path);

static int is_preset_file(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);
    return length > 5 && entry->d_name[0] != '.' && is_path(entry->d_name);
}

static vd_result list_own(vd_context *context, const char *folder, preset_each each, void *user)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_preset_file, alphasort);
    if (count < 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? VD_OK
                   : vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s", folder,
                             strerror(errno));
    for (int i = 0; i < count; i++) {
        char path[4096], line[256] = "", *content = NULL;
        size_t length;
        snprintf(path, sizeof path, "%s%s", folder, entries[i]->d_name);
        if (vd_yaml_read_file(context, path, &content, &length) == VD_OK) first_line(content, line);
        free(content);
        entries[i]->d_name[strlen(entries[i]->d_name) - 5] = '\0';
        each(user, entries[i]->d_name, line, path);
        free(entries[i]);
    }
    free(entries);
    vd_context_clear(context);
    return VD_OK;
}

vd_result vd_presets_list(vd_context *context, preset_each each, void *user)
{
    char *folder = NULL;
    vd_context_clear(context);
    VD_TRY(user_folder(context, &folder));
    vd_result result = folder ? list_own(context, folder, each, user) : VD_OK;
    free(folder);
    for (const vd_embedded_file *file = vd_embedded_files; result == VD_OK && file->folder;
         file++) {
        char line[256], *own = NULL;
        if (strcmp(file->folder, "presets")) continue;
        first_line(file->text, line);
        result = user_path(context, file->name, &own);
        if (result == VD_OK && !(own && access(own, F_OK) == 0)) each(user, file->name, line, NULL);
        free(own);
    }
    return result;
}
