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

enum { MAX_LEVELS = 32, BAND_ROWS = 64, COLOURS = 5, CYCLES = 3, SWEEPS = 8, MOST_SWEEPS = 64 };

#define STIFF_CELLS 10.0
#define OVER_RELAXATION 1.5

typedef struct level {
    int nx, ny;
    float *heights; /* of the grid; on coarser levels, their correction */
    int64_t stride; /* floats per row of heights */
    float *load;    /* right side, nx a row; NULL: 0 */
    uint8_t *known; /* a bit per cell; the bits after a row's last are set */
    int64_t known_stride;
    double stiffness; /* s^2, in cells of this level */
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

/* B h: nothing where the surface is even. */
static double bend(const level *l, int x, int y)
{
    const float *h = l->heights + y * l->stride + x;
    double centre = (double)h[0], sum = 0.0;
    if (x > 0) sum += centre - (double)h[-1];
    if (x + 1 < l->nx) sum += centre - (double)h[1];
    if (y > 0) sum += centre - (double)h[-l->stride];
    if (y + 1 < l->ny) sum += centre - (double)h[l->stride];
    return sum;
}

/* What the equation of a cell lacks; *diagonal is the cell's own factor in it. */
static double residual(const level *l, int x, int y, double *diagonal)
{
    double own = bend(l, x, y), others = 0.0;
    int count = 0;
    if (x > 0) others += bend(l, x - 1, y), count++;
    if (x + 1 < l->nx) others += bend(l, x + 1, y), count++;
    if (y > 0) others += bend(l, x, y - 1), count++;
    if (y + 1 < l->ny) others += bend(l, x, y + 1), count++;
    double load = l->load ? (double)l->load[(int64_t)y * l->nx + x] : 0.0;
    *diagonal = count + l->stiffness * (count * count + count);
    return load - own - l->stiffness * (count * own - others);
}

/* ---- work on bands of rows ----------------------------------------------------------------- */

/* Calls visit for the unknown cells of a band of rows. */
static void visit_unknown(const level *l, int64_t band, const step *s,
                          void (*visit)(const step *, int x, int y))
{
    int end = (int)(band + 1) * BAND_ROWS;
    for (int y = (int)band * BAND_ROWS; y < end && y < l->ny; y++) {
        const uint8_t *known = l->known + y * l->known_stride;
        for (int64_t b = 0; b < l->known_stride; b++) {
            if (known[b] == 0xff) continue;
            for (int bit = 0; bit < 8; bit++)
                if (!((known[b] >> bit) & 1)) visit(s, (int)b * 8 + bit, y);
        }
    }
}

static void relax_cell(const step *s, int x, int y)
{
    const level *l = s->fine;
    if ((x + 2 * y) % COLOURS != s->colour) return;
    double diagonal, lack = residual(l, x, y, &diagonal);
    float *h = l->heights + y * l->stride + x;
    *h = (float)((double)*h + OVER_RELAXATION * lack / diagonal);
}

/* Sums the residuals of the four cells below an unknown coarse one. */
static void gather_cell(const step *s, int x, int y)
{
    double sum = 0.0, unused;
    for (int j = 2 * y; j <= 2 * y + 1 && j < s->fine->ny; j++)
        for (int i = 2 * x; i <= 2 * x + 1 && i < s->fine->nx; i++)
            sum += residual(s->fine, i, j, &unused);
    s->coarse->load[(int64_t)y * s->coarse->nx + x] = (float)sum;
    s->coarse->heights[(int64_t)y * s->coarse->nx + x] = 0.0f;
}

/* The coarse correction at a fine cell's centre, bilinear: in x and y, 3/4 its own, 1/4 the next.
 */
static void correct_cell(const step *s, int x, int y)
{
    const level *coarse = s->coarse;
    int x0 = x >> 1, y0 = y >> 1;
    int x1 = (x & 1) ? x0 + 1 : x0 - 1, y1 = (y & 1) ? y0 + 1 : y0 - 1;
    if (x1 < 0 || x1 >= coarse->nx) x1 = x0;
    if (y1 < 0 || y1 >= coarse->ny) y1 = y0;
    const float *near = coarse->heights + y0 * coarse->stride;
    const float *far = coarse->heights + y1 * coarse->stride;
    double a = 0.75 * (double)near[x0] + 0.25 * (double)near[x1];
    double b = 0.75 * (double)far[x0] + 0.25 * (double)far[x1];
    float *h = s->fine->heights + y * s->fine->stride + x;
    *h = (float)((double)*h + 0.75 * a + 0.25 * b);
}

static vd_result relax_band(void *state, int thread, int64_t band)
{
    const step *s = state;
    (void)thread;
    visit_unknown(s->fine, band, s, relax_cell);
    return VD_OK;
}

static vd_result gather_band(void *state, int thread, int64_t band)
{
    const step *s = state;
    (void)thread;
    visit_unknown(s->coarse, band, s, gather_cell);
    return VD_OK;
}

static vd_result correct_band(void *state, int thread, int64_t band)
{
    const step *s = state;
    (void)thread;
    visit_unknown(s->fine, band, s, correct_cell);
    return VD_OK;
}

static vd_result run_bands(vd_context *context, int threads, int rows, step *s,
                           vd_result (*run)(void *, int, int64_t))
{
    vd_work work = {.threads = threads, .run = run, .state = s};
    work.items = ((int64_t)rows + BAND_ROWS - 1) / BAND_ROWS;
    return vd_parallel(context, &work);
}

/* ---- multigrid ----------------------------------------------------------------------------- */

/* A coarse cell is unknown where all that it covers is. *unknown tells if any is. */
static vd_result make_level(vd_context *context, const level *fine, level *out, bool *unknown)
{
    static const char what[] = "filling NODATA";
    void *memory = NULL;
    out->nx = (fine->nx + 1) / 2;
    out->ny = (fine->ny + 1) / 2;
    out->stride = out->nx;
    out->known_stride = ((int64_t)out->nx + 7) / 8;
    out->stiffness = fine->stiffness / 4.0;
    size_t cells = (size_t)out->nx * (size_t)out->ny;
    size_t bytes = (size_t)out->known_stride * (size_t)out->ny;
    VD_TRY(vd_alloc(context, cells, sizeof(float), what, &memory));
    out->heights = memory;
    VD_TRY(vd_alloc(context, cells, sizeof(float), what, &memory));
    out->load = memory;
    VD_TRY(vd_alloc(context, bytes, 1, what, &memory));
    out->known = memory;
    memset(out->known, 0xff, bytes);
    *unknown = false;
    for (int y = 0; y < out->ny; y++) {
        for (int x = 0; x < out->nx; x++) {
            int right = 2 * x + 1 < fine->nx ? 2 * x + 1 : 2 * x;
            int below = 2 * y + 1 < fine->ny ? 2 * y + 1 : 2 * y;
            if (is_known(fine, 2 * x, 2 * y) || is_known(fine, right, 2 * y) ||
                is_known(fine, 2 * x, below) || is_known(fine, right, below))
                continue;
            out->known[y * out->known_stride + (x >> 3)] &= (uint8_t) ~(1u << (x & 7));
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
        VD_TRY(run_bands(context, threads, l->ny, &s, relax_band));
    }
    return VD_OK;
}

/* Down the levels to the coarsest, sweeping, and up again. */
static vd_result cycle(vd_context *context, int threads, level *levels, int top)
{
    for (int l = 0; l < top; l++) {
        step s = {.fine = &levels[l], .coarse = &levels[l + 1]};
        VD_TRY(sweep(context, threads, &levels[l], l));
        VD_TRY(run_bands(context, threads, levels[l + 1].ny, &s, gather_band));
    }
    VD_TRY(sweep(context, threads, &levels[top], top));
    for (int l = top - 1; l >= 0; l--) {
        step s = {.fine = &levels[l], .coarse = &levels[l + 1]};
        VD_TRY(run_bands(context, threads, levels[l].ny, &s, correct_band));
        VD_TRY(sweep(context, threads, &levels[l], l));
    }
    return VD_OK;
}

vd_result vd_dem_span(vd_context *context, vd_dem *dem, int threads)
{
    level levels[MAX_LEVELS];
    memset(levels, 0, sizeof levels);
    VD_TRY(vd_dem_fill(context, dem, threads));
    if (dem->invalid_count == 0) return VD_OK;
    levels[0] = (level){.nx = dem->info.nx,
                        .ny = dem->info.ny,
                        .heights = vd_dem_post(dem, 0, 0),
                        .stride = dem->stride,
                        .known = dem->valid,
                        .known_stride = dem->valid_stride,
                        .stiffness = STIFF_CELLS * STIFF_CELLS};
    int made = 0, top = 0;
    bool unknown = true;
    vd_result result = VD_OK;
    while (result == VD_OK && unknown && (levels[made].nx > 4 || levels[made].ny > 4)) {
        top = made++;
        result = make_level(context, &levels[top], &levels[made], &unknown);
    }
    if (unknown) top = made; /* else the coarsest has nothing to correct */
    for (int i = 0; i < CYCLES && result == VD_OK; i++) {
        result = vd_progress(context, "fill", (double)i / CYCLES);
        if (result == VD_OK) result = cycle(context, threads, levels, top);
    }
    for (int l = 1; l <= made; l++) {
        free(levels[l].heights);
        free(levels[l].load);
        free(levels[l].known);
    }
    return result;
}
