/* Heights for NODATA cells, for rays that pass over them: a membrane spanned across each hole.
 *
 * The surface wanted is the one with no curvature of its own, where every cell is the mean of its
 * four neighbours (Laplace's equation), bounded by the measured cells around it; at the raster's
 * edge it runs out level. It is found by a pyramid (the pull-push of Gortler et al. 1996, "The
 * Lumigraph", as start values for a cascadic multigrid): each level holds the means of
 * the known cells below it, the top is known throughout; going down, unknown cells start from the
 * level above, bilinear, and are relaxed by a few sweeps, more of them where the level is smaller.
 * A constant comes back exactly; a plane with a hole to within 2 % of the relief across the hole,
 * as the sweeps are few and a coarse cell at the rim stands for known cells that are off its
 * centre.
 *
 * Sweeps are red and black: a cell of one colour reads only the other, so the result does not
 * depend on the order of cells or threads. Time is linear in the cells. The levels above the grid
 * take 0.35 of the heights' memory while they are there. */
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"

enum { MAX_LEVELS = 32, BAND_ROWS = 64, FINEST_SWEEPS = 8, MOST_SWEEPS = 128 };

typedef struct level {
    int nx, ny;
    float *heights;
    int64_t stride; /* floats per row */
    uint8_t *known; /* a bit per cell; the bits after a row's last are set */
    int64_t known_stride;
} level;

typedef struct step {
    level *fine;
    level *coarse;
    int colour;
} step;

static bool is_known(const level *l, int x, int y)
{
    return (l->known[y * l->known_stride + (x >> 3)] >> (x & 7)) & 1;
}

/* A coarse cell is the mean of the known ones among the four it covers. */
static void pull_row(const level *fine, level *coarse, int row)
{
    for (int x = 0; x < coarse->nx; x++) {
        double sum = 0.0;
        int count = 0;
        for (int j = 2 * row; j <= 2 * row + 1 && j < fine->ny; j++) {
            for (int i = 2 * x; i <= 2 * x + 1 && i < fine->nx; i++) {
                if (!is_known(fine, i, j)) continue;
                sum += (double)fine->heights[j * fine->stride + i];
                count++;
            }
        }
        uint8_t *byte = coarse->known + row * coarse->known_stride + (x >> 3);
        if (count > 0)
            coarse->heights[row * coarse->stride + x] = (float)(sum / count);
        else
            *byte &= (uint8_t) ~(1u << (x & 7));
    }
}

/* The coarse level at a fine cell's centre, bilinear: in x and y, 3/4 its own cell, 1/4 the next.
 */
static float push_value(const level *coarse, int x, int y)
{
    int x0 = x >> 1, y0 = y >> 1;
    int x1 = (x & 1) ? x0 + 1 : x0 - 1, y1 = (y & 1) ? y0 + 1 : y0 - 1;
    if (x1 < 0 || x1 >= coarse->nx) x1 = x0;
    if (y1 < 0 || y1 >= coarse->ny) y1 = y0;
    const float *near = coarse->heights + y0 * coarse->stride;
    const float *far = coarse->heights + y1 * coarse->stride;
    double a = 0.75 * (double)near[x0] + 0.25 * (double)near[x1];
    double b = 0.75 * (double)far[x0] + 0.25 * (double)far[x1];
    return (float)(0.75 * a + 0.25 * b);
}

static float relaxed_value(const level *l, int x, int y)
{
    const float *h = l->heights + y * l->stride + x;
    double sum = 0.0;
    int count = 0;
    if (x > 0) sum += (double)h[-1], count++;
    if (x + 1 < l->nx) sum += (double)h[1], count++;
    if (y > 0) sum += (double)h[-l->stride], count++;
    if (y + 1 < l->ny) sum += (double)h[l->stride], count++;
    return (float)(sum / count);
}

static vd_result pull_band(void *state, int thread, int64_t band)
{
    (void)thread;
    step *s = state;
    int end = (int)(band + 1) * BAND_ROWS;
    for (int y = (int)band * BAND_ROWS; y < end && y < s->coarse->ny; y++)
        pull_row(s->fine, s->coarse, y);
    return VD_OK;
}

/* Visits the unknown cells of a band of rows: with a coarse level it starts them, else it relaxes
 * those of one colour. */
static vd_result update_band(void *state, int thread, int64_t band)
{
    (void)thread;
    step *s = state;
    level *l = s->fine;
    int end = (int)(band + 1) * BAND_ROWS;
    for (int y = (int)band * BAND_ROWS; y < end && y < l->ny; y++) {
        const uint8_t *known = l->known + y * l->known_stride;
        for (int64_t b = 0; b < l->known_stride; b++) {
            if (known[b] == 0xff) continue;
            for (int bit = 0; bit < 8; bit++) {
                if ((known[b] >> bit) & 1) continue;
                int x = (int)b * 8 + bit;
                if (s->coarse)
                    l->heights[y * l->stride + x] = push_value(s->coarse, x, y);
                else if (((x + y) & 1) == s->colour)
                    l->heights[y * l->stride + x] = relaxed_value(l, x, y);
            }
        }
    }
    return VD_OK;
}

static vd_result run_bands(vd_context *context, int threads, int rows, step *s,
                           vd_result (*run)(void *, int, int64_t))
{
    vd_work work = {.threads = threads, .run = run, .state = s};
    work.items = ((int64_t)rows + BAND_ROWS - 1) / BAND_ROWS;
    return vd_parallel(context, &work);
}

static vd_result make_level(vd_context *context, const level *fine, level *out)
{
    void *memory = NULL;
    out->nx = (fine->nx + 1) / 2;
    out->ny = (fine->ny + 1) / 2;
    out->stride = out->nx;
    out->known_stride = ((int64_t)out->nx + 7) / 8;
    size_t cells = (size_t)out->nx * (size_t)out->ny;
    VD_TRY(vd_alloc(context, cells, sizeof(float), "filling NODATA", &memory));
    out->heights = memory;
    size_t bytes = (size_t)out->known_stride * (size_t)out->ny;
    VD_TRY(vd_alloc(context, bytes, 1, "filling NODATA", &memory));
    memset(memory, 0xff, bytes);
    out->known = memory;
    return VD_OK;
}

static vd_result relax(vd_context *context, int threads, level *l, int depth)
{
    int sweeps = depth > 4 ? MOST_SWEEPS : FINEST_SWEEPS << depth;
    for (int half = 0; half < 2 * sweeps; half++) {
        step s = {.fine = l, .colour = half & 1};
        VD_TRY(run_bands(context, threads, l->ny, &s, update_band));
    }
    return VD_OK;
}

vd_result vd_dem_fill(vd_context *context, vd_dem *dem, int threads)
{
    if (dem->invalid_count == 0) return VD_OK;
    level levels[MAX_LEVELS];
    memset(levels, 0, sizeof levels);
    levels[0] = (level){dem->info.nx, dem->info.ny, vd_dem_post(dem, 0, 0),
                        dem->stride,  dem->valid,   dem->valid_stride};
    vd_result result = vd_progress(context, "fill", 0.0);
    int top = 0;
    while (result == VD_OK && (levels[top].nx > 1 || levels[top].ny > 1)) {
        result = make_level(context, &levels[top], &levels[top + 1]);
        step s = {.fine = &levels[top], .coarse = &levels[top + 1]};
        top++;
        if (result == VD_OK) result = run_bands(context, threads, levels[top].ny, &s, pull_band);
    }
    for (int l = top - 1; l >= 0 && result == VD_OK; l--) {
        step s = {.fine = &levels[l], .coarse = &levels[l + 1]};
        result = run_bands(context, threads, levels[l].ny, &s, update_band);
        if (result == VD_OK) result = relax(context, threads, &levels[l], l);
        if (result == VD_OK) result = vd_progress(context, "fill", (double)(top - l) / (double)top);
    }
    for (int l = 1; l <= top; l++) {
        free(levels[l].heights);
        free(levels[l].known);
    }
    return result;
}
