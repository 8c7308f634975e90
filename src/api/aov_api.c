/* AOVs of a picture, from the means of its film to what they stand for.
 *
 * A place is kept as padded grid coordinates, in two parts each (render/record_lanes.h), and turned
 * into map coordinates, and by PROJ into longitude and latitude, in double precision when it is
 * read: once a pixel, of the mean place of its samples. As floats they would be off by metres, so
 * `position` is relative to an origin near the middle of the DEM, and `lonlat` is in two parts. */
#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "base/vmath.h"
#include "kernel/record.h"
#include "render/aovs.h"
#include "scene/objects.h"
#include "terrain/map_transform.h"

#define PLACE_CELLS 64.0

/* ---- what ids stand for -------------------------------------------------------------------- */

static vd_result allocate_names(vd_context *context, int count, vd_aov_names *out)
{
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(char *), "names of AOVs", &memory));
    *out = (vd_aov_names){count, memory};
    return VD_OK;
}

static vd_result take_classes(vd_context *context, const vd_scene *scene, vd_picture *picture)
{
    const vd_class_raster *classes = vd_scene_classes(scene);
    void *memory;
    VD_TRY(allocate_names(context, classes ? classes->count + 1 : 1, &picture->names[0]));
    if (!classes) return VD_OK;
    VD_TRY(vd_alloc(context, (size_t)classes->count + 1, sizeof(int32_t), "classes", &memory));
    picture->class_values = memory;
    for (int i = 1; i <= classes->count; i++) {
        char name[16];
        snprintf(name, sizeof(name), "%d", (int)classes->value[i]);
        picture->class_values[i] = classes->value[i];
        VD_TRY(vd_strdup(context, name, &picture->names[0].items[i]));
    }
    return VD_OK;
}

/* The name of a record of objects, and after that what it is made of, if that is asked for and has
 * a name. */
static vd_result object_name(vd_context *context, const vd_settings *settings, int record,
                             bool with_material, char **out)
{
    const char *material = settings->objects.items[record].material;
    char text[256];
    vd_object_name(settings, record, text, sizeof(text));
    size_t used = strlen(text);
    if (with_material && material) snprintf(text + used, sizeof(text) - used, "_%.100s", material);
    return vd_strdup(context, text, out);
}

static vd_result name_objects(vd_context *context, const vd_scene *scene, bool with_material,
                              int first, vd_aov_names *out)
{
    for (int i = 0; i < scene->settings->objects.count; i++)
        VD_TRY(object_name(context, scene->settings, i, with_material, &out->items[first + i]));
    return VD_OK;
}

static vd_result take_materials(vd_context *context, const vd_scene *scene, vd_aov_names *out)
{
    static const char *const own[] = {NULL, "ground", "plinth", "plane", "water"};
    int count = 0;
    while (vd_scene_material_name(scene, count)) count++;
    VD_TRY(allocate_names(context, VDK_MATERIAL_OWN + count + scene->settings->objects.count, out));
    for (int i = 1; i < VDK_MATERIAL_OWN; i++) VD_TRY(vd_strdup(context, own[i], &out->items[i]));
    for (int i = 0; i < count; i++)
        VD_TRY(vd_strdup(context, vd_scene_material_name(scene, i),
                         &out->items[VDK_MATERIAL_OWN + i]));
    return name_objects(context, scene, true, VDK_MATERIAL_OWN + count, out);
}

static vd_result take_objects(vd_context *context, const vd_scene *scene, vd_aov_names *out)
{
    static const char *const names[] = {NULL, "terrain", "plinth", "plane", "water"};
    VD_TRY(allocate_names(context, VDK_OBJECT_OWN + scene->settings->objects.count, out));
    for (int i = 1; i < VDK_OBJECT_OWN; i++) VD_TRY(vd_strdup(context, names[i], &out->items[i]));
    return name_objects(context, scene, false, VDK_OBJECT_OWN, out);
}

vd_result vd_picture_take_aovs(vd_context *context, const vd_scene *scene, vd_picture *picture)
{
    const vd_dem *dem = scene->terrain->dem;
    vd_grid_place *grid = &picture->grid;
    VD_TRY(vd_aovs_choose(context, scene->settings, dem->info.wkt != NULL, &picture->aovs));
    memcpy(grid->geotransform, dem->info.geotransform, sizeof(grid->geotransform));
    if (dem->info.wkt) VD_TRY(vd_strdup(context, dem->info.wkt, &grid->wkt));
    grid->base_m = dem->base_m;
    /* Whole map units are easier to read, where they are small beside the DEM. */
    const double *g = grid->geotransform;
    double column = 0.5 * dem->info.nx, row = 0.5 * dem->info.ny;
    bool is_wide = fabs(column * g[1]) + fabs(row * g[2]) > 100.0;
    grid->origin[0] = g[0] + column * g[1] + row * g[2];
    grid->origin[1] = g[3] + column * g[4] + row * g[5];
    for (int c = 0; c < 2 && is_wide; c++) grid->origin[c] = floor(grid->origin[c]);
    if (picture->aovs.count == 0) return VD_OK;
    if (vd_aov_part_of(&picture->aovs, VD_AOV_LONLAT)) {
        void *memory;
        VD_TRY(vd_alloc(context, 1, sizeof(vd_lonlat), "places", &memory));
        picture->lonlat = memory;
    }
    VD_TRY(take_classes(context, scene, picture));
    VD_TRY(take_materials(context, scene, &picture->names[1]));
    return take_objects(context, scene, &picture->names[2]);
}

void vd_picture_clear_aovs(vd_picture *picture)
{
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < picture->names[k].count; i++) free(picture->names[k].items[i]);
        free(picture->names[k].items);
    }
    if (picture->lonlat) vd_map_transform_destroy(atomic_load(&picture->lonlat->free));
    free(picture->lonlat);
    free(picture->class_values);
    free(picture->grid.wkt);
}

/* ---- places -------------------------------------------------------------------------------- */

/* The map coordinates of a mean place; mean is that of the film's channels. */
static void map_place(const vd_grid_place *grid, const float *mean, float hits, double out[2])
{
    const double *g = grid->geotransform;
    double share = (double)hits;
    double column = PLACE_CELLS * floor((double)mean[0] / share + 0.5) + (double)mean[1] / share;
    double row = PLACE_CELLS * floor((double)mean[2] / share + 0.5) + (double)mean[3] / share;
    column -= 0.5; /* of the raster's edge, not of the padded grid's */
    row -= 0.5;
    out[0] = g[0] + column * g[1] + row * g[2];
    out[1] = g[3] + column * g[4] + row * g[5];
}

static void position_values(const vd_grid_place *grid, const float *mean, float hits,
                            float values[3])
{
    double at[2];
    map_place(grid, mean, hits, at);
    values[0] = (float)(at[0] - grid->origin[0]);
    values[1] = (float)(at[1] - grid->origin[1]);
    values[2] = (float)((double)mean[4] / (double)hits + grid->base_m - grid->origin[2]);
}

/* Longitudes and latitudes of a rectangle. */
static vd_result lonlat_values(vd_context *context, const vd_picture *picture, int64_t count,
                               const float *means, const float *hits, float *values)
{
    const vd_grid_place *grid = &picture->grid;
    vd_map_transform *transform = atomic_exchange(&picture->lonlat->free, NULL);
    void *memory;
    vd_result result = vd_alloc(context, 2 * (size_t)count, sizeof(double), "places", &memory);
    double *x = memory, *y = x ? x + count : NULL;
    if (result == VD_OK && !transform)
        result = vd_map_transform_create(context, grid->wkt, "EPSG:4326", &transform);
    for (int64_t i = 0; result == VD_OK && i < count; i++) {
        double at[2] = {(double)NAN, (double)NAN};
        if (hits[i] > 0.0f) map_place(grid, means + 4 * i, hits[i], at);
        x[i] = at[0];
        y[i] = at[1];
    }
    for (int64_t i = 0; result == VD_OK && i < count; i += 65536)
        vd_map_transform_points(transform, (int)(count - i < 65536 ? count - i : 65536), x + i,
                                y + i);
    for (int64_t i = 0; result == VD_OK && i < count; i++) {
        if (!isfinite(x[i]) || !isfinite(y[i])) continue;
        values[4 * i] = (float)x[i];
        values[4 * i + 1] = (float)y[i];
        values[4 * i + 2] = (float)(x[i] - (double)values[4 * i]);
        values[4 * i + 3] = (float)(y[i] - (double)values[4 * i + 1]);
    }
    vd_map_transform_destroy(atomic_exchange(&picture->lonlat->free, transform));
    free(memory);
    return result;
}

/* ---- values -------------------------------------------------------------------------------- */

/* What the film alone does not know. */
static vd_result finish_values(vd_context *context, const vd_picture *picture, vd_aov_id id,
                               int64_t count, const float *means, const float *hits, float *values)
{
    const vd_grid_place *grid = &picture->grid;
    if (id == VD_AOV_LONLAT) return lonlat_values(context, picture, count, means, hits, values);
    for (int64_t i = 0; i < count; i++) {
        if (id == VD_AOV_POSITION && hits[i] > 0.0f)
            position_values(grid, means + 5 * i, hits[i], values + 3 * i);
        if (id == VD_AOV_ELEVATION && hits[i] > 0.0f)
            values[i] = (float)((double)means[i] / (double)hits[i] + grid->base_m);
        if (id == VD_AOV_CLASS && picture->class_values)
            values[i] = (float)picture->class_values[(int)values[i]];
    }
    return VD_OK;
}

static vd_result read_counts(vd_context *context, const vd_picture *picture, vd_aov_rule rule,
                             int x, int y, int width, int height, uint32_t *counts)
{
    bool counts_samples = rule == VD_AOV_RULE_VARIANCE || rule == VD_AOV_RULE_HALF;
    if (!counts_samples && rule != VD_AOV_RULE_COUNT) return VD_OK;
    return vd_film_counts(context, picture->film, x, y, width, height, counts);
}

vd_result vd_picture_aov_values(vd_context *context, const vd_picture *picture, int part, int x,
                                int y, int width, int height, float *values)
{
    const vd_aov_set *set = &picture->aovs;
    const vd_aov_part *p = &set->parts[part];
    const vd_aov *aov = &vd_aovs[p->id];
    int64_t count = (int64_t)width * height;
    const vd_film *clean = vd_picture_clean_aov(picture, p->id);
    const vd_film *film = clean ? clean : picture->film;
    int of_each = vd_aov_value_count(p->id), first = clean ? 0 : p->first;
    void *memory;
    if (aov->rule == VD_AOV_RULE_MEAN)
        return vd_film_means(context, film, first, aov->film, x, y, width, height, values);
    VD_TRY(vd_alloc(context, (size_t)count * (size_t)(aov->film + 2), sizeof(float),
                    "rows of an AOV", &memory));
    float *hits = memory, *means = hits + count;
    uint32_t *counts = (uint32_t *)(means + count * aov->film);
    vd_result result = VD_OK;
    if (vd_aov_counts_hits(aov->rule))
        result = vd_film_means(context, picture->film, set->hits, 1, x, y, width, height, hits);
    if (result == VD_OK && aov->film > 0)
        result = vd_film_means(context, film, first, aov->film, x, y, width, height, means);
    if (result == VD_OK)
        result = read_counts(context, picture, aov->rule, x, y, width, height, counts);
    for (int64_t i = 0; result == VD_OK && i < count; i++)
        vd_aov_values(p->id, means + i * aov->film, hits[i], counts[i], values + i * of_each);
    if (result == VD_OK)
        result = finish_values(context, picture, p->id, count, means, hits, values);
    free(memory);
    return result;
}

static vd_result read_rows(vd_context *context, void *state, int part, int y, int rows,
                           float *values)
{
    const vd_picture *picture = state;
    return vd_picture_aov_values(context, picture, part, 0, y, picture->frame.width, rows, values);
}

void vd_picture_aov_source(const vd_picture *picture, vd_aov_source *out)
{
    *out = (vd_aov_source){.set = &picture->aovs,
                           .wkt = picture->grid.wkt,
                           .state = (void *)picture,
                           .read_rows = read_rows};
    memcpy(out->origin, picture->grid.origin, sizeof(out->origin));
    memcpy(out->names, picture->names, sizeof(out->names));
}

/* ---- veduta.h ------------------------------------------------------------------------------ */

int vd_picture_aov_count(const vd_picture *picture)
{
    return picture->aovs.count;
}

vd_result vd_picture_aov_at(vd_context *context, const vd_picture *picture, int index,
                            vd_aov_info *out)
{
    vd_context_clear(context);
    *out = (vd_aov_info){0};
    if (index < 0 || index >= picture->aovs.count)
        return vd_fail(context, VD_ERR_USAGE, "the picture has no AOV %d", index);
    const vd_aov_part *part = &picture->aovs.parts[index];
    *out = (vd_aov_info){part->name, vd_aovs[part->id].channels, vd_aov_value_count(part->id)};
    return VD_OK;
}

vd_result vd_picture_read_aov(vd_context *context, const vd_picture *picture, const char *name,
                              int x, int y, int width, int height, float *values, double origin[3])
{
    vd_context_clear(context);
    const vd_aov_part *part = vd_aov_part_named(&picture->aovs, name);
    VD_TRY(vd_picture_check_rectangle(context, picture, x, y, width, height));
    if (!part) return vd_fail(context, VD_ERR_USAGE, "the picture has no AOV '%.60s'", name);
    if (origin) memcpy(origin, picture->grid.origin, sizeof(picture->grid.origin));
    return vd_picture_aov_values(context, picture, (int)(part - picture->aovs.parts),
                                 picture->frame.crop_x + x, picture->frame.crop_y + y, width,
                                 height, values);
}
