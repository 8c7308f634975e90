/* Level areas of a DEM, which are water that the survey saw from above.
 *
 * Makers of DEMs lay lakes and sea level. So an area is taken for water where cells that touch by
 * their sides have one height, cover the least area asked for, and most of them
 * (half) have all eight neighbours at that height too: plains of whole metres break up into areas
 * that are mostly edge. Cells are visited in order of rows, so bodies are numbered from the north,
 * whatever the threads. One height is within 2 mm, which is more than warping adds to level
 * heights.
 *
 * With a sea, areas at its level or up to half a metre below (a geoid's or a tide's difference) are
 * the sea's. What is
 * under water beside them (warping rings along shores) is the same sea, three cells wide: not a bed
 * that was surveyed. */
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"
#include "terrain/water_parts.h"

#define SEA_TOLERANCE_M 0.5
#define LEAST_INSIDE 0.5
#define SAME_M 0.002f
#define RINGS 3

/* An area in the making: its cells, in a list that grows. */
typedef struct area {
    int64_t *cells;
    int64_t count, capacity;
} area;

static bool is_valid(const vd_water_work *work, int64_t cell)
{
    int nx = work->dem->info.nx;
    return vd_dem_is_valid(work->dem, (int)(cell % nx), (int)(cell / nx));
}

static float height_of(const vd_water_work *work, int64_t cell)
{
    int nx = work->dem->info.nx;
    return *vd_dem_post(work->dem, (int)(cell % nx), (int)(cell / nx));
}

static vd_result add_cell(const vd_water_work *work, area *a, uint8_t *seen, int64_t cell)
{
    if (a->count == a->capacity) {
        int64_t wanted = 2 * a->capacity + 1024;
        void *memory = realloc(a->cells, (size_t)wanted * sizeof(int64_t));
        if (!memory)
            return vd_fail(work->context, VD_ERR_MEMORY,
                           "level areas of the DEM do not fit into "
                           "memory; give a smaller part");
        a->cells = memory;
        a->capacity = wanted;
    }
    a->cells[a->count++] = cell;
    seen[cell] = 1;
    return VD_OK;
}

/** Gathers the area of a cell. */
static vd_result grow(const vd_water_work *work, int64_t from, uint8_t *seen, area *a)
{
    const int nx = work->dem->info.nx, ny = work->dem->info.ny;
    const float height = height_of(work, from);
    a->count = 0;
    VD_TRY(add_cell(work, a, seen, from));
    for (int64_t k = 0; k < a->count; k++) {
        int64_t cell = a->cells[k];
        int x = (int)(cell % nx), y = (int)(cell / nx);
        const int64_t next[4] = {x > 0 ? cell - 1 : -1, x < nx - 1 ? cell + 1 : -1,
                                 y > 0 ? cell - nx : -1, y < ny - 1 ? cell + nx : -1};
        for (int n = 0; n < 4; n++) {
            int64_t other = next[n];
            if (other < 0 || seen[other] || !is_valid(work, other)) continue;
            if (!(vdk_abs(height_of(work, other) - height) <= SAME_M)) continue;
            VD_TRY(add_cell(work, a, seen, other));
        }
    }
    return VD_OK;
}

/** The share of an area's cells that lie inside it. */
static double share_inside(const vd_water_work *work, const area *a)
{
    const int nx = work->dem->info.nx, ny = work->dem->info.ny;
    const float height = height_of(work, a->cells[0]);
    int64_t inside = 0;
    for (int64_t k = 0; k < a->count; k++) {
        int x = (int)(a->cells[k] % nx), y = (int)(a->cells[k] / nx);
        bool is_inside = true;
        for (int n = 0; n < 9 && is_inside; n++) {
            int i = x + n % 3 - 1, j = y + n / 3 - 1;
            if (i < 0 || j < 0 || i >= nx || j >= ny) continue;
            is_inside = vdk_abs(*vd_dem_post(work->dem, i, j) - height) <= SAME_M;
        }
        inside += is_inside;
    }
    return (double)inside / (double)a->count;
}

static vd_result mark(vd_water_work *work, const area *a)
{
    const vd_water_options *o = work->options;
    const double cell = work->cell_m[0] * work->cell_m[1];
    double height = (double)height_of(work, a->cells[0]), over = 0.0;
    int number = VD_WATER_SEA;
    if ((double)a->count * cell < o->min_area_m2) return VD_OK;
    bool is_sea = false;
    if (o->has_sea) {
        over = height + work->dem->base_m - o->sea_m;
        is_sea = over <= (double)SAME_M && over >= -SEA_TOLERANCE_M;
    }
    if (!is_sea && !o->has_flats) return VD_OK;
    if (share_inside(work, a) < LEAST_INSIDE) return VD_OK;
    if (!is_sea) VD_TRY(vd_water_add(work, height, &number));
    for (int64_t k = 0; k < a->count; k++)
        if (!work->marks[a->cells[k]]) work->marks[a->cells[k]] = (uint16_t)number;
    if (!is_sea) work->map->area_m2[number] = (double)a->count * cell;
    return VD_OK;
}

/** Marks what is under water next to the sea's level areas. */
static void mark_rings(vd_water_work *work)
{
    const int nx = work->dem->info.nx, ny = work->dem->info.ny;
    for (int ring = 1; ring <= RINGS; ring++) {
        /* Those of this ring are told apart by a mark of their own until it is whole. */
        const uint16_t ringed = VD_WATER_SEA - 1;
        for (int y = 0; y < ny; y++)
            for (int x = 0; x < nx; x++) {
                uint16_t *mark = &work->marks[(int64_t)y * nx + x];
                bool touches = false;
                if (*mark || !vd_water_is_wet(work, x, y)) continue;
                for (int n = 0; n < 9 && !touches; n++) {
                    int i = x + n % 3 - 1, j = y + n / 3 - 1;
                    touches = i >= 0 && j >= 0 && i < nx && j < ny &&
                              work->marks[(int64_t)j * nx + i] == VD_WATER_SEA;
                }
                if (touches) *mark = ringed;
            }
        for (int64_t k = 0; k < (int64_t)nx * ny; k++)
            if (work->marks[k] == ringed) work->marks[k] = VD_WATER_SEA;
    }
}

vd_result vd_water_mark_flats(vd_water_work *work)
{
    const int64_t count = (int64_t)work->dem->info.nx * work->dem->info.ny;
    area a = {0};
    void *memory;
    VD_TRY(vd_alloc(work->context, (size_t)count, 1, "level areas", &memory));
    uint8_t *seen = memory;
    vd_result result = VD_OK;
    for (int64_t cell = 0; result == VD_OK && cell < count; cell++) {
        if (seen[cell] || !is_valid(work, cell)) continue;
        result = grow(work, cell, seen, &a);
        if (result == VD_OK) result = mark(work, &a);
    }
    free(seen);
    free(a.cells);
    if (result == VD_OK && work->options->has_sea) mark_rings(work);
    return result;
}
