/* Which files a run writes: its outputs, of which one with "{aov}" in its name stands for a file
 * for each AOV that is asked for. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"

#define PATTERN "{aov}"

/* Where the pattern stands in a file's name; NULL: nowhere. */
static const char *find_pattern(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strstr(slash ? slash : path, PATTERN);
}

static vd_result add(vd_context *context, vd_output_list *list, char *path, const char *aov)
{
    void *grown = realloc(list->items, ((size_t)list->count + 1) * sizeof(vd_output_item));
    if (!grown) {
        free(path);
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the outputs' names");
    }
    list->items = grown;
    list->items[list->count++] = (vd_output_item){path, aov};
    return VD_OK;
}

static vd_result add_each(vd_context *context, vd_output_list *list, const vd_aov_set *aovs,
                          const char *path, const char *pattern)
{
    size_t before = (size_t)(pattern - path), after = before + sizeof(PATTERN) - 1;
    for (int i = 0; i < aovs->count; i++) {
        const char *name = aovs->parts[i].name;
        size_t length = strlen(name);
        void *memory;
        VD_TRY(vd_alloc(context, strlen(path) + length + 1, 1, "the outputs' names", &memory));
        char *whole = memory;
        memcpy(whole, path, before);
        memcpy(whole + before, name, length);
        strcpy(whole + before + length, path + after);
        VD_TRY(add(context, list, whole, name));
    }
    return VD_OK;
}

static vd_result add_path(vd_context *context, vd_output_list *list, const vd_aov_set *aovs,
                          const char *path)
{
    const char *pattern = find_pattern(path);
    char *copy = NULL;
    if (!pattern) {
        VD_TRY(vd_strdup(context, path, &copy));
        return add(context, list, copy, NULL);
    }
    if (aovs && aovs->count > 0) return add_each(context, list, aovs, path, pattern);
    return vd_fail(context, VD_ERR_SETTING,
                   "%s: stands for a file for each AOV, and none is asked for; add --aov, as in "
                   "--aov slope,sky_visibility",
                   path);
}

vd_result vd_output_list_make(vd_context *context, const vd_settings *settings,
                              const vd_aov_set *aovs, vd_output_list *out)
{
    *out = (vd_output_list){0};
    vd_result result = VD_OK;
    for (int i = 0; result == VD_OK && i < settings->output_path.count; i++)
        result = add_path(context, out, aovs, settings->output_path.items[i]);
    if (result != VD_OK) vd_output_list_clear(out);
    return result;
}

void vd_output_list_clear(vd_output_list *list)
{
    for (int i = 0; i < list->count; i++) free(list->items[i].path);
    free(list->items);
    list->items = NULL;
    list->count = 0;
}
