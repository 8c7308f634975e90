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
#include "terrain/void_grid.h"

enum { FINEST_SWEEPS = 8, MOST_SWEEPS = 128 };

typedef struct step {
    vd_void_grid *fine;
    vd_void_grid *coarse;
    int colour;
} step;

/* A coarse cell is the mean of the known ones among the four it covers. */
static void pull_row(const vd_void_grid *fine, vd_void_grid *coarse, int row)
{
    for (int x = 0; x < coarse->nx; x++) {
        double sum = 0.0;
        int count = 0;
        for (int j = 2 * row; j <= 2 * row + 1 && j < fine->ny; j++) {
            for (int i = 2 * x; i <= 2 * x + 1 && i < fine->nx; i++) {
                if (!vd_void_is_known(fine, i, j)) continue;
                sum += (double)fine->heights[j * fine->stride + i];
                count++;
            }
        }
        if (count > 0)
            coarse->heights[row * coarse->stride + x] = (float)(sum / count);
        else
            vd_void_forget(coarse, x, row);
    }
}

static float relaxed_value(const vd_void_grid *l, int x, int y)
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
    int end = (int)(band + 1) * VD_VOID_BAND_ROWS;
    for (int y = (int)band * VD_VOID_BAND_ROWS; y < end && y < s->coarse->ny; y++)
        pull_row(s->fine, s->coarse, y);
    return VD_OK;
}

/* With a coarse level a cell starts from it, else it is relaxed if it has the colour. */
static void update_cell(const void *state, int x, int y)
{
    const step *s = state;
    float *height = s->fine->heights + y * s->fine->stride + x;
    if (s->coarse)
        *height = (float)vd_void_coarse_height(s->coarse, x, y);
    else if (((x + y) & 1) == s->colour)
        *height = relaxed_value(s->fine, x, y);
}

static vd_result update_band(void *state, int thread, int64_t band)
{
    const step *s = state;
    (void)thread;
    vd_void_visit(s->fine, band, s, update_cell);
    return VD_OK;
}

static vd_result relax(vd_context *context, int threads, vd_void_grid *l, int depth)
{
    int sweeps = depth > 4 ? MOST_SWEEPS : FINEST_SWEEPS << depth;
    for (int half = 0; half < 2 * sweeps; half++) {
        step s = {.fine = l, .colour = half & 1};
        VD_TRY(vd_void_run(context, threads, l->ny, &s, update_band));
    }
    return VD_OK;
}

vd_result vd_dem_fill(vd_context *context, vd_dem *dem, int threads)
{
    if (dem->invalid_count == 0) return VD_OK;
    vd_void_grid levels[VD_VOID_LEVELS];
    memset(levels, 0, sizeof levels);
    levels[0] = (vd_void_grid){dem->info.nx, dem->info.ny, vd_dem_post(dem, 0, 0),
                               dem->stride,  dem->valid,   dem->valid_stride};
    vd_result result = vd_progress(context, "fill", 0.0);
    int top = 0;
    while (result == VD_OK && (levels[top].nx > 1 || levels[top].ny > 1)) {
        result = vd_void_halve(context, &levels[top], &levels[top + 1]);
        step s = {.fine = &levels[top], .coarse = &levels[top + 1]};
        top++;
        if (result == VD_OK) result = vd_void_run(context, threads, levels[top].ny, &s, pull_band);
    }
    for (int l = top - 1; l >= 0 && result == VD_OK; l--) {
        step s = {.fine = &levels[l], .coarse = &levels[l + 1]};
        result = vd_void_run(context, threads, levels[l].ny, &s, update_band);
        if (result == VD_OK) result = relax(context, threads, &levels[l], l);
        if (result == VD_OK) result = vd_progress(context, "fill", (double)(top - l) / (double)top);
    }
    for (int l = 1; l <= top; l++) {
        free(levels[l].heights);
        free(levels[l].known);
    }
    return result;
}
