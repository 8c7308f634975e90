/* Water on a DEM.
 *
 * Bodies come from three places: the sea, by its level, as far as it has a way (water_basins.c);
 * level areas of the DEM; polygons of a vector layer. The cells whose surface the DEM has instead
 * of a bed are marked, and the bed below them is lowered (water_bed.c), before pyramid and
 * curvature know of the heights. What is left is a number for each cell of the patches, which says
 * whose level holds there, and the distance from the shore; where the shore itself runs the ground
 * decides (kernel/water.h).
 *
 * Two bytes a cell for lakes, two for the distance; nothing without water. */
#include "terrain/water.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/water_parts.h"

double vd_water_bytes(int nx, int ny)
{
    return 4.0 * (nx + 2.0) * (ny + 2.0);
}

void vd_water_clear(vd_water_map *map)
{
    free(map->level_m);
    free(map->area_m2);
    free(map->cells);
    free(map->shore);
    memset(map, 0, sizeof(*map));
}

vd_result vd_water_add(vd_water_work *work, double level_m, int *number)
{
    vd_water_map *map = work->map;
    if (map->count >= VD_WATER_BODIES_MAX)
        return vd_fail(work->context, VD_ERR_SETTING,
                       "--water: there are more than %d lakes; give a greater --water-min-area, or "
                       "a file of fewer",
                       VD_WATER_BODIES_MAX);
    if (map->count == work->capacity) {
        int wanted = 2 * work->capacity + 16;
        double *levels = realloc(map->level_m, (size_t)wanted * sizeof(double));
        if (levels) map->level_m = levels;
        double *areas = realloc(map->area_m2, (size_t)wanted * sizeof(double));
        if (areas) map->area_m2 = areas;
        if (!levels || !areas)
            return vd_fail(work->context, VD_ERR_MEMORY, "the lakes do not fit into memory");
        work->capacity = wanted;
    }
    map->level_m[map->count] = level_m;
    map->area_m2[map->count] = 0.0;
    *number = map->count++;
    return VD_OK;
}

/** Cells without data become the sea's. */
static void drown_nodata(vd_water_work *work)
{
    vd_dem *dem = work->dem;
    if (!work->options->nodata_is_sea || !dem->valid) return;
    for (int row = 0; row < dem->info.ny; row++)
        for (int x = 0; x < dem->info.nx; x++) {
            uint16_t *mark = &work->marks[(int64_t)row * dem->info.nx + x];
            if (vd_dem_is_valid(dem, x, row)) continue;
            if (!*mark) *mark = VD_WATER_SEA;
            dem->valid[row * dem->valid_stride + (x >> 3)] |= (uint8_t)(1 << (x & 7));
        }
    dem->invalid_count = 0;
}

static int at_edge(int padded, int count)
{
    return padded < 1 ? 0 : padded > count ? count - 1 : padded - 1;
}

/** Posts of the ring beside lowered ones are as low, and the range of all is found anew. */
static void finish_heights(vd_water_work *work)
{
    vd_dem *dem = work->dem;
    const int nx = dem->info.nx, ny = dem->info.ny;
    dem->min = dem->max = dem->posts[0];
    for (int j = 0; j < ny + 2; j++)
        for (int i = 0; i < nx + 2; i++) {
            int x = at_edge(i, nx), y = at_edge(j, ny);
            float *post = dem->posts + j * dem->stride + i;
            if ((x != i - 1 || y != j - 1) && work->marks[(int64_t)y * nx + x])
                *post = *vd_dem_post(dem, x, y);
            if (*post < dem->min) dem->min = *post;
            if (*post > dem->max) dem->max = *post;
        }
}

/** Numbers the patches: each that touches a lake's post is the lake's. */
static vd_result number_cells(vd_water_work *work)
{
    const int nx = work->dem->info.nx, ny = work->dem->info.ny;
    void *memory;
    if (work->map->count == 1) return VD_OK;
    VD_TRY(vd_alloc(work->context, (size_t)(nx + 1) * (size_t)(ny + 1), sizeof(uint16_t),
                    "the lakes' cells", &memory));
    work->map->cells = memory;
    for (int j = 0; j <= ny; j++)
        for (int i = 0; i <= nx; i++) {
            uint16_t *cell = &work->map->cells[(int64_t)j * (nx + 1) + i];
            for (int corner = 0; corner < 4 && (*cell == 0 || *cell == work->map->dry); corner++) {
                int x = at_edge(i + (corner & 1), nx), y = at_edge(j + (corner >> 1), ny);
                uint16_t mark = work->marks[(int64_t)y * nx + x];
                if (mark && mark != VD_WATER_SEA) *cell = mark;
            }
        }
    return VD_OK;
}

/** Keeps the distances of padded posts, in eighths of a cell, and finds what is under water. */
static vd_result keep_shore(vd_water_work *work, const float *distance)
{
    const vd_dem *dem = work->dem;
    vd_water_map *map = work->map;
    const int nx = dem->info.nx, ny = dem->info.ny;
    void *memory;
    VD_TRY(vd_alloc(work->context, (size_t)(nx + 2) * (size_t)(ny + 2), sizeof(uint16_t),
                    "distances from the shore", &memory));
    map->shore = memory;
    map->shore_unit_m = 0.125 * sqrt(work->cell_m[0] * work->cell_m[1]);
    for (int j = 0; j < ny + 2; j++)
        for (int i = 0; i < nx + 2; i++) {
            int x = at_edge(i, nx), y = at_edge(j, ny);
            double units = (double)distance[(int64_t)y * nx + x] / map->shore_unit_m + 0.5;
            map->shore[(int64_t)j * (nx + 2) + i] = (uint16_t)fmin(units, 65535.0);
        }
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++) {
            int mark = work->marks[(int64_t)y * nx + x];
            if (!vd_water_is_wet(work, x, y)) continue;
            double level = map->level_m[mark == VD_WATER_SEA ? 0 : mark];
            double depth = level - (double)*vd_dem_post(dem, x, y);
            map->wet_count += depth > 0.0;
            map->deepest_m = fmax(map->deepest_m, depth);
        }
    return VD_OK;
}

static vd_result find(vd_water_work *work, float *distance)
{
    const vd_water_options *o = work->options;
    int sea;
    VD_TRY(vd_water_add(work, o->sea_m - work->dem->base_m, &sea));
    if (o->path) VD_TRY(vd_water_mark_polygons(work));
    if (o->has_flats || o->has_sea) VD_TRY(vd_water_mark_flats(work));
    drown_nodata(work);
    if (o->has_sea && !o->with_basins) VD_TRY(vd_water_mark_basins(work));
    VD_TRY(vd_water_distances(work, distance));
    VD_TRY(vd_water_lower_bed(work, distance));
    finish_heights(work);
    VD_TRY(number_cells(work));
    return keep_shore(work, distance);
}

vd_result vd_water_find(vd_context *context, const vd_water_options *options, vd_dem *dem,
                        vd_water_map *out)
{
    vd_water_work work = {.context = context, .options = options, .dem = dem, .map = out};
    const size_t count = (size_t)dem->info.nx * (size_t)dem->info.ny;
    void *memory = NULL;
    memset(out, 0, sizeof(*out));
    vd_dem_metres_per_cell(&dem->info, 0.5 * dem->info.ny - 0.5, work.cell_m);
    VD_TRY(vd_alloc(context, count, sizeof(uint16_t) + sizeof(float), "the water", &memory));
    float *distance = memory;
    work.marks = (uint16_t *)(distance + count);
    vd_result result = find(&work, distance);
    free(memory);
    if (result != VD_OK) vd_water_clear(out);
    return result;
}
