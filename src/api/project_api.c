/* Points of the map in the picture, as veduta.h declares it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "output/point_table.h"
#include "scene/project.h"
#include "terrain/map_transform.h"
#include "terrain/vector_points.h"

typedef struct job {
    vd_context *context;
    const vd_project_options *options;
    vd_vector_points read;
    vd_scene *scene;
    int64_t count; /* of all points: those read, then those of the options */
    vd_point *points;
    vd_projected *found;
    double *longitude, *latitude; /* or NULL */
} job;

vd_result vd_scene_project(vd_context *context, const vd_scene *scene, const char *crs,
                           size_t count, const vd_point *points, vd_projected *out)
{
    vd_context_clear(context);
    return vd_project(context, scene, crs, (int64_t)count, points, out);
}

/** The CRS that all points are in; NULL: the DEM's. */
static const char *crs_of(const job *j, int64_t first)
{
    return first < j->read.count && j->read.wkt ? j->read.wkt : j->options->crs;
}

static vd_result gather(job *j)
{
    void *memory;
    const vd_project_options *o = j->options;
    if (o->path)
        VD_TRY(vd_vector_points_read(j->context, o->path, o->layer, "--points-layer", &j->read));
    j->count = j->read.count + (int64_t)o->count;
    if (j->count == 0) return VD_OK;
    size_t count = (size_t)j->count;
    VD_TRY(vd_alloc(j->context, count, sizeof(vd_point), "the points", &memory));
    j->points = memory;
    VD_TRY(vd_alloc(j->context, count, sizeof(vd_projected), "the points", &memory));
    j->found = memory;
    if (j->read.count > 0)
        memcpy(j->points, j->read.points, (size_t)j->read.count * sizeof(vd_point));
    if (o->count > 0) memcpy(j->points + j->read.count, o->points, o->count * sizeof(vd_point));
    for (int64_t i = 0; i < j->count && o->has_height; i++) {
        j->points[i].z = o->height_m;
        j->points[i].height = o->height_m == 0.0 ? VD_HEIGHT_GROUND : VD_HEIGHT_ABOVE_GROUND;
    }
    return VD_OK;
}

/** Longitudes and latitudes of the points from one on, for GeoJSON. */
static vd_result locate(job *j, int64_t first, int64_t count)
{
    const vd_dem_info *info = &j->scene->terrain->dem->info;
    const char *crs = crs_of(j, first);
    if (!crs) crs = info->source_wkt ? info->source_wkt : info->wkt;
    vd_map_transform *way;
    VD_TRY(vd_map_transform_create(j->context, crs, "EPSG:4326", &way));
    for (int64_t i = first; i < first + count; i++) {
        j->longitude[i] = j->points[i].x;
        j->latitude[i] = j->points[i].y;
        vd_map_transform_points(way, 1, &j->longitude[i], &j->latitude[i]);
    }
    vd_map_transform_destroy(way);
    return VD_OK;
}

static vd_result locate_all(job *j)
{
    void *memory;
    const vd_dem_info *info = &j->scene->terrain->dem->info;
    if (j->count == 0 || !info->wkt) return VD_OK;
    VD_TRY(vd_alloc(j->context, (size_t)j->count, 2 * sizeof(double), "the points", &memory));
    j->longitude = memory;
    j->latitude = j->longitude + j->count;
    VD_TRY(locate(j, 0, j->read.count));
    return locate(j, j->read.count, (int64_t)j->options->count);
}

static vd_result project_all(job *j)
{
    const int64_t parts[] = {0, j->read.count, j->count};
    for (int i = 0; i < 2; i++)
        VD_TRY(vd_project(j->context, j->scene, crs_of(j, parts[i]), parts[i + 1] - parts[i],
                          j->points + parts[i], j->found + parts[i]));
    return VD_OK;
}

/* ---- out ------------------------------------------------------------------------------------ */

static void write_file(void *user, const char *text, size_t length)
{
    (void)!fwrite(text, 1, length, user);
}

static void write_table(const job *j, bool is_geojson, const vd_text_sink *sink)
{
    vd_point_table table = {
        .width = j->scene->frame.width,
        .height = j->scene->frame.height,
        .count = j->count,
        .points = j->points,
        .found = j->found,
        .longitude = j->longitude,
        .latitude = j->latitude,
        .field_count = j->read.field_count,
        .fields = j->read.fields,
        .is_number = j->read.is_number,
        .values = j->read.values,
        .valued = j->read.count,
    };
    if (is_geojson)
        vd_point_table_geojson(&table, sink);
    else
        vd_point_table_csv(&table, sink);
}

static vd_result write_whole(const job *j, bool is_geojson)
{
    const vd_project_options *o = j->options;
    vd_whole_file *file = NULL;
    VD_TRY(vd_whole_begin(j->context, o->output, o->overwrite, &file));
    FILE *out = fopen(vd_whole_path(file), "w");
    if (!out) {
        vd_whole_abort(&file);
        return vd_fail(j->context, VD_ERR_IO, "%s: cannot be written", o->output);
    }
    vd_text_sink sink = {write_file, out};
    write_table(j, is_geojson, &sink);
    int bad = ferror(out);
    if (fclose(out) != 0 || bad) {
        vd_whole_abort(&file);
        return vd_fail(j->context, VD_ERR_IO, "%s: writing failed; is the disk full?", o->output);
    }
    return vd_whole_commit(j->context, &file);
}

/** Whether the output is GeoJSON, and what can be known to fail before the work. */
static vd_result check_output(vd_context *context, const vd_project_options *o, bool *is_geojson)
{
    vd_whole_file *file = NULL;
    *is_geojson = o->is_geojson;
    if (!o->output) return VD_OK;
    const char *suffix = strrchr(o->output, '.');
    bool is_csv = suffix && strcasecmp(suffix, ".csv") == 0;
    *is_geojson =
        suffix && (strcasecmp(suffix, ".geojson") == 0 || strcasecmp(suffix, ".json") == 0);
    if (!is_csv && !*is_geojson)
        return vd_fail(context, VD_ERR_SETTING,
                       "-o: %s is neither CSV (.csv) nor GeoJSON (.geojson, .json); name it so",
                       o->output);
    VD_TRY(vd_whole_begin(context, o->output, o->overwrite, &file));
    vd_whole_abort(&file);
    return VD_OK;
}

vd_result vd_project_write(vd_context *context, const vd_settings *settings,
                           const vd_project_options *options)
{
    job j = {.context = context, .options = options};
    bool is_geojson;
    vd_context_clear(context);
    VD_TRY(check_output(context, options, &is_geojson));
    vd_result result = gather(&j);
    if (result == VD_OK) result = vd_scene_load_shape(context, settings, &j.scene);
    if (result == VD_OK) result = project_all(&j);
    if (result == VD_OK && is_geojson) result = locate_all(&j);
    vd_text_sink sink = {options->write, options->user};
    if (result == VD_OK && options->output)
        result = write_whole(&j, is_geojson);
    else if (result == VD_OK)
        write_table(&j, is_geojson, &sink);
    vd_scene_destroy(j.scene);
    vd_vector_points_clear(&j.read);
    free(j.points);
    free(j.found);
    free(j.longitude);
    return result;
}
