/* Low ground that the sea has no way to.
 *
 * The sea is all that is lower than its level and joined to it: from the raster's edge, and from
 * what is marked as the sea's own (level areas at its level, cells without data that are drowned).
 * What is as low and shut off by higher ground, as Death Valley or the Dead Sea's shores, is dry.
 * Its posts become a body like a lake, of a level below all ground, so that nothing else has to
 * know of it.
 *
 * Posts are neighbours if they share a patch, so all eight around one: no patch has posts of both.
 * The way is searched from the edge inward with a stack, each post once. */
#include <stdlib.h>
#include <string.h>

#include "terrain/water_parts.h"

/* Level of what is dry, relative to the DEM's base. */
#define BELOW_ALL_M (-1.0e7)

typedef struct search {
    vd_water_work *work;
    uint8_t *reached;
    int64_t *stack;
    int64_t depth, capacity;
} search;

static vd_result push(search *s, int x, int y)
{
    const int64_t cell = (int64_t)y * s->work->dem->info.nx + x;
    uint16_t mark = s->work->marks[cell];
    if (s->reached[cell] || !vd_water_is_wet(s->work, x, y)) return VD_OK;
    if (mark && mark != VD_WATER_SEA) return VD_OK; /* a lake's */
    if (s->depth == s->capacity) {
        int64_t wanted = 2 * s->capacity + 1024;
        int64_t *stack = realloc(s->stack, (size_t)wanted * sizeof(*stack));
        if (!stack)
            return vd_fail(s->work->context, VD_ERR_MEMORY,
                           "the sea's ways inland do not fit into memory");
        s->stack = stack;
        s->capacity = wanted;
    }
    s->reached[cell] = 1;
    s->stack[s->depth++] = cell;
    return VD_OK;
}

static vd_result flood(search *s)
{
    const int nx = s->work->dem->info.nx, ny = s->work->dem->info.ny;
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++)
            if (x == 0 || y == 0 || x == nx - 1 || y == ny - 1 ||
                s->work->marks[(int64_t)y * nx + x] == VD_WATER_SEA)
                VD_TRY(push(s, x, y));
    while (s->depth > 0) {
        int64_t cell = s->stack[--s->depth];
        int x = (int)(cell % nx), y = (int)(cell / nx);
        for (int n = 0; n < 9; n++) {
            int i = x + n % 3 - 1, j = y + n / 3 - 1;
            if (i >= 0 && j >= 0 && i < nx && j < ny) VD_TRY(push(s, i, j));
        }
    }
    return VD_OK;
}

vd_result vd_water_mark_basins(vd_water_work *work)
{
    const int nx = work->dem->info.nx, ny = work->dem->info.ny;
    search s = {.work = work};
    void *memory;
    VD_TRY(vd_alloc(work->context, (size_t)nx * (size_t)ny, 1, "the sea's ways inland", &memory));
    s.reached = memory;
    vd_result result = flood(&s);
    for (int y = 0; result == VD_OK && y < ny; y++)
        for (int x = 0; result == VD_OK && x < nx; x++) {
            const int64_t cell = (int64_t)y * nx + x;
            if (s.reached[cell] || work->marks[cell] || !vd_water_is_wet(work, x, y)) continue;
            if (!work->map->dry) result = vd_water_add(work, BELOW_ALL_M, &work->map->dry);
            work->marks[cell] = (uint16_t)work->map->dry;
            work->map->dry_count++;
        }
    free(s.reached);
    free(s.stack);
    return result;
}
