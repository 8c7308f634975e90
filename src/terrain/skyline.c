/* The skyline.
 *
 * A ray that rises more steeply than any land does, seen from where the ray starts, need not be
 * followed for long. For each square N of 16 x 16 cells we keep a height m and a slope s such that
 * all land q beyond N lies at or below m + s dist(N, q), and land in N and the squares around it at
 * or below m; distances are horizontal, in cells. So a ray from a point of N at height z that rises
 * by r a cell is above all land from the distance (m - z) / (r - s) on: it is at z + r d there, and
 * dist(N, q) <= d.
 *
 * m is the maximum over N and its eight neighbours. s is found from the top of the pyramid down: it
 * is the steepest line from m to the squares up to REACH away, taken one by one, or what it was for
 * the square twice as large, P, to all beyond: m_P + s_P d >= what is there, and d >= REACH
 * squares, so s_P + (m_P - m) / (REACH squares) is steep enough. It is never below 0, so land that
 * is carried outward beyond the raster's edge (further away at the same height) lies below it too.
 *
 * A word has m in quanta of the pyramid, rounded up, in its low half, and s in sixteenths of a
 * quantum per cell above it; 65535 stands for any slope. 0.016 byte a cell. The loops over a row
 * are plain enough for the compiler to do many squares at once. */
#include "terrain/skyline.h"

#include <math.h>
#include <stdlib.h>

#include "kernel/traverse.h"

/* Squares beyond which the larger square is asked. */
#define REACH 5
/* A height that is below all land, in quanta. */
#define LOWEST (-1.0e9f)

/* One level: rows have REACH squares of no land before and after them. */
typedef struct level {
    int nx, ny;
    int64_t stride;
    float *highest; /* of a square */
    float *around;  /* of it and its neighbours: m */
    float *slope;
} level;

typedef struct job {
    const vdk_height_field *field;
    const level *below; /* the level that is made */
    const level *above; /* the one made before, NULL at the top */
    int at;             /* level of the pyramid */
    uint32_t *words;    /* written on the last level */
} job;

static int squares(int cells, int at)
{
    return (int)(((int64_t)cells + ((int64_t)1 << at) - 1) >> at);
}

double vd_skyline_bytes(int cells_x, int cells_y)
{
    return 4.0 * squares(cells_x, VDK_SKYLINE_LEVEL) * squares(cells_y, VDK_SKYLINE_LEVEL);
}

static float *row_of(const level *l, float *plane, int y)
{
    return plane + (y + REACH) * l->stride + REACH;
}

static void clear_level(level *l)
{
    free(l->highest);
    *l = (level){0};
}

static vd_result make_level(vd_context *context, const vdk_height_field *f, int at, level *out)
{
    level l = {.nx = squares(f->cells_x, at), .ny = squares(f->cells_y, at)};
    void *memory;
    l.stride = l.nx + 2 * REACH;
    size_t plane = (size_t)l.stride * ((size_t)l.ny + 2 * REACH);
    VD_TRY(vd_alloc(context, 3 * plane, sizeof(float), "the skyline", &memory));
    l.highest = memory;
    l.around = l.highest + plane;
    l.slope = l.around + plane;
    for (size_t i = 0; i < plane; i++) l.highest[i] = LOWEST;
    for (int y = 0; y < l.ny; y++) {
        float *row = row_of(&l, l.highest, y);
        for (int x = 0; x < l.nx; x++)
            row[x] = (vdk_node_max(f, at, x, y) - f->quantum_base) / f->quantum;
    }
    *out = l;
    return VD_OK;
}

/** The maximum over each square of a row and its neighbours. */
static void look_around(const level *l, int y)
{
    float *restrict out = row_of(l, l->around, y);
    for (int x = 0; x < l->nx; x++) out[x] = LOWEST;
    for (int dy = -1; dy <= 1; dy++) {
        const float *restrict row = row_of(l, l->highest, y + dy);
        for (int x = 0; x < l->nx; x++) {
            float side = row[x - 1] > row[x + 1] ? row[x - 1] : row[x + 1];
            float high = row[x] > side ? row[x] : side;
            out[x] = out[x] > high ? out[x] : high;
        }
    }
}

/** Raises the slopes of a row so that squares (dx, dy) away lie below them. */
static void look_at(const level *l, int y, int dx, int dy, float per_distance)
{
    const float *restrict there = row_of(l, l->highest, y + dy) + dx;
    const float *restrict around = row_of(l, l->around, y);
    float *restrict slope = row_of(l, l->slope, y);
    for (int x = 0; x < l->nx; x++) {
        float steep = (there[x] - around[x]) * per_distance;
        slope[x] = slope[x] > steep ? slope[x] : steep;
    }
}

/** What the larger squares say of all that is further away. */
static void look_beyond(const job *j, int y)
{
    const level *l = j->below, *p = j->above;
    const float *around = row_of(l, l->around, y);
    float *slope = row_of(l, l->slope, y);
    float per_reach = 1.0f / (float)(REACH << j->at);
    for (int x = 0; x < l->nx; x++) {
        slope[x] = 0.0f;
        if (!p) continue;
        float rise = row_of(p, p->around, y >> 1)[x >> 1] - around[x];
        slope[x] = row_of(p, p->slope, y >> 1)[x >> 1] + rise * per_reach;
    }
}

/** Rounded up, with a hair more for what rounding has taken. */
static void write_row(const job *j, int y)
{
    const level *l = j->below;
    const float *around = row_of(l, l->around, y), *slope = row_of(l, l->slope, y);
    uint32_t *out = j->words + (int64_t)y * l->nx;
    for (int x = 0; x < l->nx; x++) {
        float steep = slope[x] * 16.0f * 1.0001f + 2.0f;
        uint32_t m = (uint32_t)vdk_min(around[x] + 2.0f, 65535.0f);
        out[x] = m | (steep < 65535.0f ? (uint32_t)steep : 65535u) << 16;
    }
}

static vd_result make_row(void *state, int thread, int64_t item)
{
    const job *j = state;
    const level *l = j->below;
    const int y = (int)item;
    (void)thread;
    look_around(l, y);
    look_beyond(j, y);
    for (int dy = -REACH; dy <= REACH; dy++) {
        for (int dx = -REACH; dx <= REACH; dx++) {
            int gap_x = vdk_imax(abs(dx) - 1, 0), gap_y = vdk_imax(abs(dy) - 1, 0);
            if (gap_x + gap_y == 0) continue; /* a neighbour, which m is above */
            float gap = sqrtf((float)(gap_x * gap_x + gap_y * gap_y)) * (float)(1 << j->at);
            look_at(l, y, dx, dy, 1.0f / gap);
        }
    }
    if (j->words) write_row(j, y);
    return VD_OK;
}

vd_result vd_skyline_build(vd_context *context, vdk_height_field *field, int threads,
                           uint32_t **words)
{
    level above = {0}, below = {0};
    vd_result result = VD_OK;
    void *memory = NULL;
    *words = NULL;
    if (field->levels < VDK_SKYLINE_LEVEL) return VD_OK;
    VD_TRY(vd_alloc(context, (size_t)vd_skyline_bytes(field->cells_x, field->cells_y), 1,
                    "the skyline", &memory));
    for (int at = field->levels; at >= VDK_SKYLINE_LEVEL && result == VD_OK; at--) {
        result = make_level(context, field, at, &below);
        if (result != VD_OK) break;
        job j = {field, &below, above.nx ? &above : NULL, at,
                 at == VDK_SKYLINE_LEVEL ? memory : NULL};
        vd_work work = {NULL, below.ny < 64 ? 1 : threads, below.ny, make_row, &j};
        result = vd_parallel(context, &work);
        clear_level(&above);
        above = below;
        below = (level){0};
    }
    clear_level(&above);
    clear_level(&below);
    if (result != VD_OK) {
        free(memory);
        return result;
    }
    *words = memory;
    field->skyline = memory;
    return VD_OK;
}
