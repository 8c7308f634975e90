/* The height field of a DEM: its posts, pyramid and metric in the flat form that rays read. */
#include "terrain/terrain.h"

#include <stdlib.h>

#include "terrain/skyline.h"

double vd_terrain_bytes(int nx, int ny, vd_precision precision)
{
    return vd_posts_bytes(nx, ny, precision) + vd_pyramid_bytes(nx + 1, ny + 1) +
           vd_skyline_bytes(nx + 1, ny + 1);
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

/** The highest post of the outermost cells, which is as high as land beyond the raster gets. */
static float highest_at_edge(const vdk_height_field *f)
{
    float high = f->min;
    for (int k = 0; k < 2; k++) {
        for (int i = 0; i <= f->cells_x; i++)
            high = vdk_max(high, vdk_max(vdk_post(f, i, k), vdk_post(f, i, f->cells_y - k)));
        for (int j = 0; j <= f->cells_y; j++)
            high = vdk_max(high, vdk_max(vdk_post(f, k, j), vdk_post(f, f->cells_x - k, j)));
    }
    return high;
}

/** Posts as rays read them, and what rays skip by over them: of what 16-bit numbers stand for, and
 * of floats before they are folded, which is quicker. */
static vd_result build(vd_context *context, vd_terrain *terrain, const vd_terrain_options *options)
{
    vd_dem *dem = terrain->dem;
    vdk_height_field *field = &terrain->field;
    if (dem->map) { /* of a cache, folded and with its pyramid */
        vd_pyramid_adopt(field, dem->pyramid, dem->drop_unit);
        field->stride = 2 * dem->stride;
        return vd_skyline_build(context, field, options->threads, &terrain->skyline);
    }
    VD_TRY(vd_posts_narrow(context, dem, options->precision, options->threads, field,
                           &terrain->posts));
    VD_TRY(vd_pyramid_build(context, field, options->threads, &terrain->pyramid));
    VD_TRY(vd_skyline_build(context, field, options->threads, &terrain->skyline));
    return dem->posts ? vd_posts_fold(context, dem, options->threads, field) : VD_OK;
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
    if (result == VD_OK) result = build(context, terrain, options);
    if (result == VD_OK) field->edge_drop = field->max - highest_at_edge(field);
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
    vd_posts_clear(&terrain->posts);
    vd_pyramid_clear(&terrain->pyramid);
    free(terrain->skyline);
    free(terrain->row_metric);
    free(terrain->detail_tiles);
    free(terrain->detail_posts);
    free(terrain);
}

uint64_t vd_terrain_checksum(const vd_terrain *terrain)
{
    const vd_dem *dem = terrain->dem;
    const vd_posts *posts = &terrain->posts;
    size_t count = (size_t)(dem->info.nx + 2) * (size_t)(dem->info.ny + 2);
    if (dem->posts) return vd_checksum(dem->posts, count * sizeof(float), 0);
    uint64_t blocks = vd_checksum(posts->blocks, posts->block_count * 2 * sizeof(float), 0);
    return vd_checksum(posts->pairs, posts->pair_count * sizeof(uint32_t), blocks);
}
