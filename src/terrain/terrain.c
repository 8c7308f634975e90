/* The height field of a DEM: its posts, pyramid and metric in the flat form that rays read. */
#include "terrain/terrain.h"

#include <stdlib.h>
#include <string.h>

/* Pairs of rows of posts that one work item folds. */
#define PAIRS_PER_ITEM 64

double vd_terrain_bytes(int nx, int ny)
{
    return 4.0 * (double)vd_dem_post_count(nx, ny) + vd_pyramid_bytes(nx + 1, ny + 1);
}

typedef struct fold_job {
    float *posts;
    float *scratch; /* a pair of rows for each thread */
    int64_t columns, pairs;
} fold_job;

static vd_result fold_pairs(void *state, int thread, int64_t item)
{
    const fold_job *job = state;
    size_t bytes = 2 * (size_t)job->columns * sizeof(float);
    float *rows = job->scratch + thread * 2 * job->columns;
    int64_t last = (item + 1) * PAIRS_PER_ITEM;
    for (int64_t n = item * PAIRS_PER_ITEM; n < last && n < job->pairs; n++) {
        float *pair = job->posts + n * 2 * job->columns;
        memcpy(rows, pair, bytes);
        for (int64_t i = 0; i < job->columns; i++) {
            pair[2 * i] = rows[i];
            pair[2 * i + 1] = rows[job->columns + i];
        }
    }
    return VD_OK;
}

/** Lays the DEM's posts in pairs of rows, as rays read them. The last pair of an odd number has a
 *  row that nothing reads. */
static vd_result fold(vd_context *context, vd_terrain *terrain, int threads)
{
    const vd_dem *dem = terrain->dem;
    int workers = vd_thread_count(threads);
    fold_job job = {dem->posts, NULL, dem->stride, (dem->info.ny + 3) / 2};
    void *scratch;
    VD_TRY(vd_alloc(context, (size_t)(workers * 2 * job.columns), sizeof(float),
                    "pairs of rows of heights", &scratch));
    job.scratch = scratch;
    vd_work work = {NULL, job.pairs < 256 ? 1 : workers,
                    (job.pairs + PAIRS_PER_ITEM - 1) / PAIRS_PER_ITEM, fold_pairs, &job};
    vd_result result = vd_parallel(context, &work);
    free(scratch);
    terrain->field.stride = 2 * dem->stride;
    return result;
}

/** Metres to cells: one matrix, or for degrees a pair for each row of cells. */
static vd_result set_metric(vd_context *context, vd_terrain *terrain)
{
    vdk_height_field *field = &terrain->field;
    const vd_dem_info *info = &terrain->dem->info;
    for (int i = 0; i < 4; i++) field->to_grid[i] = (float)info->to_grid[i];
    if (info->metric == VD_METRIC_CONSTANT) return VD_OK;
    void *memory;
    VD_TRY(
        vd_alloc(context, (size_t)field->cells_y, 2 * sizeof(float), "the rows' metric", &memory));
    terrain->row_metric = memory;
    for (int row = 0; row < field->cells_y; row++) {
        double metres[2];
        vd_dem_metres_per_cell(info, row - 0.5, metres);
        terrain->row_metric[2 * row] = (float)(1.0 / metres[0]);
        terrain->row_metric[2 * row + 1] = (float)(-1.0 / metres[1]);
    }
    field->row_metric = terrain->row_metric;
    field->metric_rows = field->cells_y;
    return VD_OK;
}

/** Pyramid and layout of the posts, unless they come from a cache. */
static vd_result make_ready(vd_context *context, vd_terrain *terrain, int threads)
{
    vdk_height_field *field = &terrain->field;
    const vd_dem *dem = terrain->dem;
    if (dem->map) {
        vd_pyramid_adopt(field, dem->pyramid, dem->drop_unit);
        field->stride = 2 * dem->stride;
        return VD_OK;
    }
    VD_TRY(vd_pyramid_build(context, field, threads, &terrain->pyramid));
    return fold(context, terrain, threads);
}

vd_result vd_terrain_create(vd_context *context, vd_dem **dem, const vd_terrain_options *options,
                            vd_terrain **out)
{
    void *memory = NULL;
    *out = NULL;
    vd_result result = vd_alloc(context, 1, sizeof(vd_terrain), "the terrain", &memory);
    vd_terrain *terrain = memory;
    if (result != VD_OK) {
        vd_dem_destroy(*dem);
        *dem = NULL;
        return result;
    }
    terrain->dem = *dem;
    *dem = NULL;
    vdk_height_field *field = &terrain->field;
    field->posts = terrain->dem->posts;
    field->stride = terrain->dem->stride;
    field->cells_x = terrain->dem->info.nx + 1;
    field->cells_y = terrain->dem->info.ny + 1;
    field->z_factor = (float)options->z_factor;
    field->min = terrain->dem->min;
    field->max = terrain->dem->max;
    field->border = options->open_border ? VDK_BORDER_OPEN : VDK_BORDER_EXTEND;
    field->smooth_normals = options->smooth_normals;
    result = set_metric(context, terrain);
    if (result == VD_OK) result = make_ready(context, terrain, options->threads);
    if (result != VD_OK) {
        vd_terrain_destroy(terrain);
        return result;
    }
    *out = terrain;
    return VD_OK;
}

void vd_terrain_destroy(vd_terrain *terrain)
{
    if (!terrain) return;
    vd_dem_destroy(terrain->dem);
    vd_pyramid_clear(&terrain->pyramid);
    free(terrain->row_metric);
    free(terrain);
}
