/* The pyramid of maxima.
 *
 * Level l holds, for each node of 2^l x 2^l cells, the highest of the (2^l + 1)^2 posts around
 * them, as a 16-bit number of quanta above the DEM's minimum, rounded up and one more, so that
 * neither storing it nor reading it back in float arithmetic can put it below a post. 2/3 byte a
 * cell. */
#include "terrain/terrain.h"

#include <stdlib.h>

/* Rows of nodes that one work item builds. */
#define ROWS_PER_ITEM 64

typedef struct level_job {
    const vd_dem *dem;
    vdk_height_field *field;
    uint16_t *pyramid;
    int level;
    int rows;
} level_job;

static int nodes_at(int cells, int level)
{
    return (int)(((int64_t)cells + ((int64_t)1 << level) - 1) >> level);
}

static int level_count(int cells_x, int cells_y)
{
    int level = 0;
    while (nodes_at(cells_x, level) > 1 || nodes_at(cells_y, level) > 1) level++;
    return level;
}

double vd_terrain_bytes(int nx, int ny)
{
    double posts = 4.0 * ((double)nx + 2.0) * ((double)ny + 2.0);
    double nodes = 0.0;
    int top = level_count(nx + 1, ny + 1);
    for (int level = 1; level <= top; level++)
        nodes += (double)nodes_at(nx + 1, level) * (double)nodes_at(ny + 1, level);
    return posts + 2.0 * nodes;
}

static uint16_t quantise_up(const vdk_height_field *field, float height)
{
    float steps = (height - field->quantum_base) / field->quantum;
    int q = (int)steps + 2;
    return (uint16_t)(q < 0 ? 0 : q > 65535 ? 65535 : q);
}

/** The highest of the 3 x 3 posts around a 2 x 2 block of cells. */
static float highest_post(const level_job *job, int x, int y)
{
    const vd_dem *dem = job->dem;
    int i1 = 2 * x + 2 < job->field->cells_x ? 2 * x + 2 : job->field->cells_x;
    int j1 = 2 * y + 2 < job->field->cells_y ? 2 * y + 2 : job->field->cells_y;
    float high = dem->posts[2 * y * dem->stride + 2 * x];
    for (int j = 2 * y; j <= j1; j++) {
        const float *row = dem->posts + j * dem->stride;
        for (int i = 2 * x; i <= i1; i++) high = row[i] > high ? row[i] : high;
    }
    return high;
}

/** The highest of a node's children, which lie one level below. */
static uint16_t highest_child(const level_job *job, int x, int y)
{
    const vdk_height_field *field = job->field;
    int below = job->level - 1;
    int width = field->level_width[below], height = nodes_at(field->cells_y, below);
    uint16_t high = 0;
    for (int j = 2 * y; j < 2 * y + 2 && j < height; j++)
        for (int i = 2 * x; i < 2 * x + 2 && i < width; i++) {
            uint16_t q = job->pyramid[field->level_offset[below] + (int64_t)j * width + i];
            high = q > high ? q : high;
        }
    return high;
}

static vd_result build_rows(void *state, int thread, int64_t item)
{
    const level_job *job = state;
    (void)thread;
    int width = job->field->level_width[job->level];
    int first = (int)item * ROWS_PER_ITEM;
    int last = first + ROWS_PER_ITEM < job->rows ? first + ROWS_PER_ITEM : job->rows;
    for (int y = first; y < last; y++) {
        uint16_t *out = job->pyramid + job->field->level_offset[job->level] + (int64_t)y * width;
        for (int x = 0; x < width; x++)
            out[x] = job->level == 1 ? quantise_up(job->field, highest_post(job, x, y))
                                     : highest_child(job, x, y);
    }
    return VD_OK;
}

static vd_result build_pyramid(vd_context *context, vd_terrain *terrain, int threads)
{
    vdk_height_field *field = &terrain->field;
    int64_t total = 0;
    field->levels = level_count(field->cells_x, field->cells_y);
    for (int level = 1; level <= field->levels; level++) {
        field->level_offset[level] = total;
        field->level_width[level] = nodes_at(field->cells_x, level);
        total += (int64_t)field->level_width[level] * nodes_at(field->cells_y, level);
    }
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)total, sizeof(uint16_t), "the height pyramid", &memory));
    terrain->pyramid = memory;
    terrain->pyramid_bytes = 2.0 * (double)total;
    field->pyramid = terrain->pyramid;

    float range = terrain->dem->max - terrain->dem->min;
    field->quantum_base = terrain->dem->min;
    field->quantum = range > 0.0f ? range / 65500.0f : 1.0f;
    for (int level = 1; level <= field->levels; level++) {
        level_job job = {terrain->dem, field, terrain->pyramid, level,
                         nodes_at(field->cells_y, level)};
        vd_work work = {NULL, job.rows < 256 ? 1 : threads,
                        (job.rows + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM, build_rows, &job};
        VD_TRY(vd_parallel(context, &work));
    }
    return VD_OK;
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
    if (result == VD_OK) result = build_pyramid(context, terrain, options->threads);
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
    free(terrain->pyramid);
    free(terrain->row_metric);
    free(terrain);
}
