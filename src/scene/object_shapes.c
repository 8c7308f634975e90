/* Objects that change their form: the files of their shapes, and their meshes at a moment and over
 * the time that the shutter is open. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scene/objects.h"

#define SHAPES_MAX 10000

/* Paths of a record's shapes, and of their number. */
typedef struct files {
    vd_context *context;
    const vd_settings *settings;
    int record;
    char **paths;
    int count;
} files;

static vd_result add_file(files *f, const char *path)
{
    if (f->count == SHAPES_MAX)
        return vd_settings_refuse(f->context, f->settings, VD_KNOB_OBJECTS,
                                  "object %d (%s): %d shapes are possible, not more", f->record + 1,
                                  f->settings->objects.items[f->record].path, SHAPES_MAX);
    char **paths = realloc(f->paths, (size_t)(f->count + 1) * sizeof(*paths));
    if (!paths) return vd_fail(f->context, VD_ERR_MEMORY, "not enough memory for a path");
    f->paths = paths;
    VD_TRY(vd_strdup(f->context, path, &f->paths[f->count]));
    f->count++;
    return VD_OK;
}

/** The place for a number in flag_%03d.obj: where it begins, and its digits; false: it has none. */
static bool find_number(const char *path, const char **at, int *digits, const char **rest)
{
    char *end;
    *at = strchr(path, '%');
    if (!*at) return false;
    long width = strtol(*at + 1, &end, 10);
    *rest = end + 1;
    *digits = (int)width;
    return *end == 'd' && width >= 0 && width <= 9 && !strchr(*rest, '%');
}

/** All files of a pattern whose numbers follow each other, from 0 or 1 on. */
static vd_result add_pattern(files *f, const char *pattern, const char *at, int digits,
                             const char *rest)
{
    const vd_objects_item *item = &f->settings->objects.items[f->record];
    int before = f->count;
    bool is_there = true, is_first = false;
    for (int number = 0; is_there || number < 2; number++) {
        char *path;
        if (asprintf(&path, "%.*s%0*d%s", (int)(at - pattern), pattern, digits, number, rest) < 0)
            return vd_fail(f->context, VD_ERR_MEMORY, "not enough memory for a path");
        is_there = access(path, F_OK) == 0;
        bool is_path = is_there && strcmp(path, item->path) == 0;
        is_first |= is_path;
        vd_result result = is_there && !is_path ? add_file(f, path) : VD_OK;
        free(path);
        if (result != VD_OK) return result;
    }
    if (f->count > before || is_first) return VD_OK;
    return vd_settings_refuse(
        f->context, f->settings, VD_KNOB_OBJECTS,
        "object %d (%s): no file of the shapes %s is there, with a number from "
        "0 or 1 on",
        f->record + 1, item->path, pattern);
}

static vd_result add_files(files *f)
{
    const vd_objects_item *item = &f->settings->objects.items[f->record];
    VD_TRY(add_file(f, item->path));
    for (int i = 0; i < item->shapes.count; i++) {
        const char *path = item->shapes.items[i], *at, *rest;
        int digits;
        if (find_number(path, &at, &digits, &rest))
            VD_TRY(add_pattern(f, path, at, digits, rest));
        else
            VD_TRY(add_file(f, path));
    }
    return VD_OK;
}

static void close_files(files *f)
{
    for (int i = 0; i < f->count; i++) free(f->paths[i]);
    free(f->paths);
}

/* ---- for objects.c ------------------------------------------------------------------------ */

vd_result vd_objects_check_shapes(vd_context *context, const vd_settings *settings, int record,
                                  vd_result (*check)(vd_context *, const char *, void *), void *sum)
{
    files f = {context, settings, record, NULL, 0};
    const vd_objects_item *item = &settings->objects.items[record];
    if (item->shapes.count == 0 && (item->shape != 0.0 || item->cycle))
        return vd_settings_refuse(
            context, settings, VD_KNOB_OBJECTS,
            "object %d (%s): %s has no use where it has one shape; add shapes", record + 1,
            item->path, item->shape != 0.0 ? "shape" : "cycle");
    vd_result result = add_files(&f);
    for (int i = 0; i < f.count && result == VD_OK; i++) result = check(context, f.paths[i], sum);
    close_files(&f);
    return result;
}

vd_result vd_objects_read_shapes(vd_context *context, const vd_settings *settings, int record,
                                 vd_mesh_up up, vd_shapes **shapes, vd_mesh **mesh)
{
    files f = {context, settings, record, NULL, 0};
    const vd_objects_item *item = &settings->objects.items[record];
    *shapes = NULL;
    vd_result result = add_files(&f);
    if (result == VD_OK)
        result = vd_shapes_read(context, (const char *const *)f.paths, f.count, up, shapes);
    close_files(&f);
    if (result == VD_OK)
        result = vd_shapes_mesh(context, *shapes, item->cycle, &item->shape, 1, mesh);
    return result;
}

void vd_objects_flatten(vd_objects *o, int mesh)
{
    const vd_mesh *from = o->meshes[mesh];
    vdk_mesh *flat = &o->flat_meshes[mesh];
    flat->points = from->points;
    flat->normals = from->normals;
    flat->uvs = from->uvs;
    flat->corners = from->corners;
    flat->slots = from->slots;
    flat->steps = from->steps;
    flat->stride = 3 * from->point_count;
}
