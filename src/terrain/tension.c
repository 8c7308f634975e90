/* A smooth surface across NODATA cells that goes on with the slopes at their rims.
 *
 * The membrane of fill.c is right for light that passes over a hole, but seen from above its rim is
 * a crease. Here a hole is spanned by a stiff sheet under tension (Smith & Wessel 1990, "Gridding
 * with continuous curvature splines in tension"): the heights h that solve
 *
 *     B h + s^2 B B h = 0        B: a cell times its neighbours' count, less its neighbours
 *
 * in each unknown cell, the known ones held. The sheet bends within some s = 10 cells of a rim and
 * hangs like a membrane farther off, so a wide hole does not overshoot as a thin plate would: at
 * most by a slope times s. At the raster's edge nothing pulls. On real terrain with holes of 8 to
 * 60 cells it is off by half to three quarters of what the membrane, or gdal_fillnodata, is.
 *
 * It is solved by multigrid in the correction scheme (Brandt 1977): sweeps of over-relaxation on
 * the grid, the remaining residual summed onto a grid of half as many cells (unknown where all four
 * are), the correction found there in the same way and added back bilinear. Cells are swept in five
 * colours, (x + 2 y) mod 5: two of one colour are never in each other's equation, so the result
 * does not depend on the order of cells or threads. Start values are fill.c's. Time is linear in
 * the cells; the grids take 2.8 bytes a cell while they are there. */
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"
#include "terrain/void_grid.h"

enum { COLOURS = 5, CYCLES = 3, SWEEPS = 8, MOST_SWEEPS = 64 };

#define STIFF_CELLS 10.0
#define OVER_RELAXATION 1.5

typedef struct level {
    vd_void_grid grid; /* on coarser levels its heights are their correction */
    float *load;       /* right side, nx a row; NULL: 0 */
    double stiffness;  /* s^2, in cells of this level */
} level;

typedef struct step {
    level *fine;
    level *coarse;
    int colour;
} step;

/* B h: nothing where the surface is even. */
static double bend(const level *l, int x, int y)
{
    const float *h = l->grid.heights + y * l->grid.stride + x;
    double centre = (double)h[0], sum = 0.0;
    if (x > 0) sum += centre - (double)h[-1];
    if (x + 1 < l->grid.nx) sum += centre - (double)h[1];
    if (y > 0) sum += centre - (double)h[-l->grid.stride];
    if (y + 1 < l->grid.ny) sum += centre - (double)h[l->grid.stride];
    return sum;
}

/* What the equation of a cell lacks; *diagonal is the cell's own factor in it. */
static double residual(const level *l, int x, int y, double *diagonal)
{
    double own = bend(l, x, y), others = 0.0;
    int count = 0;
    if (x > 0) others += bend(l, x - 1, y), count++;
    if (x + 1 < l->grid.nx) others += bend(l, x + 1, y), count++;
    if (y > 0) others += bend(l, x, y - 1), count++;
    if (y + 1 < l->grid.ny) others += bend(l, x, y + 1), count++;
    double load = l->load ? (double)l->load[(int64_t)y * l->grid.nx + x] : 0.0;
    *diagonal = count + l->stiffness * (count * count + count);
    return load - own - l->stiffness * (count * own - others);
}

/* ---- work on bands of rows ----------------------------------------------------------------- */

static void relax_cell(const void *state, int x, int y)
{
    const step *s = state;
    const level *l = s->fine;
    if ((x + 2 * y) % COLOURS != s->colour) return;
    double diagonal, lack = residual(l, x, y, &diagonal);
    float *h = l->grid.heights + y * l->grid.stride + x;
    *h = (float)((double)*h + OVER_RELAXATION * lack / diagonal);
}

/* Sums the residuals of the four cells below an unknown coarse one. */
static void gather_cell(const void *state, int x, int y)
{
    const step *s = state;
    double sum = 0.0, unused;
    for (int j = 2 * y; j <= 2 * y + 1 && j < s->fine->grid.ny; j++)
        for (int i = 2 * x; i <= 2 * x + 1 && i < s->fine->grid.nx; i++)
            sum += residual(s->fine, i, j, &unused);
    s->coarse->load[(int64_t)y * s->coarse->grid.nx + x] = (float)sum;
    s->coarse->grid.heights[(int64_t)y * s->coarse->grid.nx + x] = 0.0f;
}

static void correct_cell(const void *state, int x, int y)
{
    const step *s = state;
    float *h = s->fine->grid.heights + y * s->fine->grid.stride + x;
    *h = (float)((double)*h + vd_void_coarse_height(&s->coarse->grid, x, y));
}

static vd_result relax_band(void *state, int thread, int64_t band)
{
    const step *s = state;
    (void)thread;
    vd_void_visit(&s->fine->grid, band, s, relax_cell);
    return VD_OK;
}

static vd_result gather_band(void *state, int thread, int64_t band)
{
    const step *s = state;
    (void)thread;
    vd_void_visit(&s->coarse->grid, band, s, gather_cell);
    return VD_OK;
}

static vd_result correct_band(void *state, int thread, int64_t band)
{
    const step *s = state;
    (void)thread;
    vd_void_visit(&s->fine->grid, band, s, correct_cell);
    return VD_OK;
}

/* ---- multigrid ----------------------------------------------------------------------------- */

/* A coarse cell is unknown where all that it covers is. *unknown tells if any is. */
static vd_result make_level(vd_context *context, const level *fine, level *out, bool *unknown)
{
    void *memory = NULL;
    VD_TRY(vd_void_halve(context, &fine->grid, &out->grid));
    size_t cells = (size_t)out->grid.nx * (size_t)out->grid.ny;
    VD_TRY(vd_alloc(context, cells, sizeof(float), "filling NODATA", &memory));
    out->load = memory;
    out->stiffness = fine->stiffness / 4.0;
    *unknown = false;
    for (int y = 0; y < out->grid.ny; y++) {
        for (int x = 0; x < out->grid.nx; x++) {
            int right = 2 * x + 1 < fine->grid.nx ? 2 * x + 1 : 2 * x;
            int below = 2 * y + 1 < fine->grid.ny ? 2 * y + 1 : 2 * y;
            if (vd_void_is_known(&fine->grid, 2 * x, 2 * y) ||
                vd_void_is_known(&fine->grid, right, 2 * y) ||
                vd_void_is_known(&fine->grid, 2 * x, below) ||
                vd_void_is_known(&fine->grid, right, below))
                continue;
            vd_void_forget(&out->grid, x, y);
            *unknown = true;
        }
    }
    return VD_OK;
}

static vd_result sweep(vd_context *context, int threads, level *l, int depth)
{
    int sweeps = depth < 3 ? SWEEPS << depth : MOST_SWEEPS;
    for (int i = 0; i < sweeps * COLOURS; i++) {
        step s = {.fine = l, .colour = i % COLOURS};
        VD_TRY(vd_void_run(context, threads, l->grid.ny, &s, relax_band));
    }
    return VD_OK;
}

/* Down the levels to the coarsest, sweeping, and up again. */
static vd_result cycle(vd_context *context, int threads, level *levels, int top)
{
    for (int l = 0; l < top; l++) {
        step s = {.fine = &levels[l], .coarse = &levels[l + 1]};
        VD_TRY(sweep(context, threads, &levels[l], l));
        VD_TRY(vd_void_run(context, threads, levels[l + 1].grid.ny, &s, gather_band));
    }
    VD_TRY(sweep(context, threads, &levels[top], top));
    for (int l = top - 1; l >= 0; l--) {
        step s = {.fine = &levels[l], .coarse = &levels[l + 1]};
        VD_TRY(vd_void_run(context, threads, levels[l].grid.ny, &s, correct_band));
        VD_TRY(sweep(context, threads, &levels[l], l));
    }
    return VD_OK;
}

vd_result vd_dem_span(vd_context *context, vd_dem *dem, int threads)
{
    level levels[VD_VOID_LEVELS];
    memset(levels, 0, sizeof levels);
    VD_TRY(vd_dem_fill(context, dem, threads));
    if (dem->invalid_count == 0) return VD_OK;
    levels[0].grid = (vd_void_grid){dem->info.nx, dem->info.ny, vd_dem_post(dem, 0, 0),
                                    dem->stride,  dem->valid,   dem->valid_stride};
    levels[0].stiffness = STIFF_CELLS * STIFF_CELLS;
    int made = 0, top = 0;
    bool unknown = true;
    vd_result result = VD_OK;
    while (result == VD_OK && unknown && (levels[made].grid.nx > 4 || levels[made].grid.ny > 4)) {
        top = made++;
        result = make_level(context, &levels[top], &levels[made], &unknown);
    }
    if (unknown) top = made; /* else the coarsest has nothing to correct */
    for (int i = 0; i < CYCLES && result == VD_OK; i++) {
        result = vd_progress(context, "fill", (double)i / CYCLES);
        if (result == VD_OK) result = cycle(context, threads, levels, top);
    }
    for (int l = 1; l <= made; l++) {
        free(levels[l].grid.heights);
        free(levels[l].load);
        free(levels[l].grid.known);
    }
    return result;
}
