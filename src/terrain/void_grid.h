/* What the two surfaces across NODATA, fill.c's membrane and tension.c's sheet, have in common: a
 * pyramid of grids that each halve the one below, and work on their unknown cells by bands of rows.
 * Nothing here is for other files. */
#ifndef VD_VOID_GRID_H
#define VD_VOID_GRID_H

#include <string.h>

#include "base/base.h"

enum { VD_VOID_LEVELS = 32, VD_VOID_BAND_ROWS = 64 };

typedef struct vd_void_grid {
    int nx, ny;
    float *heights;
    int64_t stride; /**< floats per row */
    uint8_t *known; /**< a bit per cell; the bits after a row's last are set */
    int64_t known_stride;
} vd_void_grid;

static inline bool vd_void_is_known(const vd_void_grid *grid, int x, int y)
{
    return (grid->known[y * grid->known_stride + (x >> 3)] >> (x & 7)) & 1;
}

static inline void vd_void_forget(vd_void_grid *grid, int x, int y)
{
    grid->known[y * grid->known_stride + (x >> 3)] &= (uint8_t) ~(1u << (x & 7));
}

/** A grid of half as many cells a side, of heights 0, all known. The caller frees heights and
 * known, also on failure. Returns VD_OK or VD_ERR_MEMORY. */
static inline VD_MUST_USE vd_result vd_void_halve(vd_context *context, const vd_void_grid *fine,
                                                  vd_void_grid *out)
{
    void *memory = NULL;
    out->nx = (fine->nx + 1) / 2;
    out->ny = (fine->ny + 1) / 2;
    out->stride = out->nx;
    out->known_stride = ((int64_t)out->nx + 7) / 8;
    size_t cells = (size_t)out->nx * (size_t)out->ny;
    size_t bytes = (size_t)out->known_stride * (size_t)out->ny;
    VD_TRY(vd_alloc(context, cells, sizeof(float), "filling NODATA", &memory));
    out->heights = memory;
    VD_TRY(vd_alloc(context, bytes, 1, "filling NODATA", &memory));
    memset(memory, 0xff, bytes);
    out->known = memory;
    return VD_OK;
}

/** The coarse grid at a fine cell's centre, bilinear: in x and y, 3/4 its own cell, 1/4 the next.
 */
static inline double vd_void_coarse_height(const vd_void_grid *coarse, int x, int y)
{
    int x0 = x >> 1, y0 = y >> 1;
    int x1 = (x & 1) ? x0 + 1 : x0 - 1, y1 = (y & 1) ? y0 + 1 : y0 - 1;
    if (x1 < 0 || x1 >= coarse->nx) x1 = x0;
    if (y1 < 0 || y1 >= coarse->ny) y1 = y0;
    const float *near = coarse->heights + y0 * coarse->stride;
    const float *far = coarse->heights + y1 * coarse->stride;
    double a = 0.75 * (double)near[x0] + 0.25 * (double)near[x1];
    double b = 0.75 * (double)far[x0] + 0.25 * (double)far[x1];
    return 0.75 * a + 0.25 * b;
}

/** Calls visit for the unknown cells of a band of rows. */
static inline void vd_void_visit(const vd_void_grid *grid, int64_t band, const void *state,
                                 void (*visit)(const void *state, int x, int y))
{
    int end = (int)(band + 1) * VD_VOID_BAND_ROWS;
    for (int y = (int)band * VD_VOID_BAND_ROWS; y < end && y < grid->ny; y++) {
        const uint8_t *known = grid->known + y * grid->known_stride;
        for (int64_t b = 0; b < grid->known_stride; b++) {
            if (known[b] == 0xff) continue;
            for (int bit = 0; bit < 8; bit++)
                if (!((known[b] >> bit) & 1)) visit(state, (int)b * 8 + bit, y);
        }
    }
}

/** Runs the bands of so many rows. Returns as vd_parallel(). */
static inline VD_MUST_USE vd_result vd_void_run(vd_context *context, int threads, int rows,
                                                void *state, vd_result (*run)(void *, int, int64_t))
{
    vd_work work = {.threads = threads, .run = run, .state = state};
    work.items = ((int64_t)rows + VD_VOID_BAND_ROWS - 1) / VD_VOID_BAND_ROWS;
    return vd_parallel(context, &work);
}

#endif
