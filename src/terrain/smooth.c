/* Generalisation: the heights blurred by a Gaussian of so many metres, as reliefs at small scale
 * need.
 *
 * The blur is separable: along rows, then along columns, each in place, so no second grid is held.
 * Its width in cells follows the metres per cell; along rows of a DEM in degrees each row has its
 * own, along columns the middle row's serves (the radius of curvature varies by 1 % from equator to
 * pole). The kernel is cut off at 4 standard deviations, where 6e-5 of its weight is left out, and
 * renormalised over the cells that are inside the raster and valid, in each direction: a constant
 * stays constant up to every edge and void.
 *
 * Sums are doubles, added in the order of the taps whatever the number of threads. The cost is that
 * of 16 multiplications per cell and cell of standard deviation. A sheared grid is blurred along
 * its own axes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vmath.h"
#include "terrain/dem_parts.h"

#define CUTOFF_SIGMAS 4.0
enum { BAND_ROWS = 16, CHUNK = 512, STRIP_COLUMNS = 64 };

typedef struct blur {
    vd_context *context;
    vd_dem *dem;
    double sigma_m;
} blur;

/* weights[0..radius] of a Gaussian of sigma cells; returns the radius, below limit. */
static int gaussian(double sigma, int limit, double *weights)
{
    double reach = ceil(CUTOFF_SIGMAS * sigma);
    int radius = reach < limit - 1 ? (int)reach : limit - 1;
    for (int k = 0; k <= radius; k++) {
        double t = k / sigma;
        weights[k] = vd_exp(-0.5 * t * t);
    }
    return radius;
}

/* ---- along rows ---------------------------------------------------------------------------- */

/* out[x] = sum over k of weights[|k|] in[x + k], as far as in reaches. In chunks that stay in the
 * nearest cache, tap by tap, which compilers turn into vector code. */
static void convolve(const double *in, int n, const double *weights, int radius, double *out)
{
    for (int begin = 0; begin < n; begin += CHUNK) {
        int end = n - begin < CHUNK ? n : begin + CHUNK;
        for (int x = begin; x < end; x++) out[x] = 0.0;
        for (int k = -radius; k <= radius; k++) {
            int low = begin > -k ? begin : -k;
            int high = end < n - k ? end : n - k;
            double w = weights[k < 0 ? -k : k];
            for (int x = low; x < high; x++) out[x] += w * in[x + k];
        }
    }
}

/* The sum of weights inside a row of n without voids, from the running sum of one side's. */
static void inside_weights(int n, const double *weights, int radius, double *side, double *out)
{
    side[0] = 0.0;
    for (int k = 1; k <= radius; k++) side[k] = side[k - 1] + weights[k];
    for (int x = 0; x < n; x++) {
        int left = x < radius ? x : radius;
        int right = n - 1 - x < radius ? n - 1 - x : radius;
        out[x] = weights[0] + side[left] + side[right];
    }
}

/* Values and 0/1 validity of part of a row; a void's value is 0. Says whether there is a void. */
static bool take_row(const vd_dem *dem, int column, int row, int n, double *values, double *valid)
{
    const float *post = vd_dem_post(dem, column, row);
    bool has_void = false;
    for (int x = 0; x < n; x++) {
        bool known = vd_dem_is_valid(dem, column + x, row);
        values[x] = known ? (double)post[x] : 0.0;
        valid[x] = known ? 1.0 : 0.0;
        has_void |= !known;
    }
    return has_void;
}

static void blur_row(const blur *b, int row, double *scratch)
{
    vd_dem *dem = b->dem;
    int n = dem->info.nx;
    double *weights = scratch, *side = scratch + n, *values = scratch + 2 * (int64_t)n;
    double *valid = values + n, *sum = valid + n, *norm = sum + n;
    double metres[2];
    vd_dem_metres_per_cell(&dem->info, row, metres);
    int radius = gaussian(b->sigma_m / metres[0], n, weights);
    if (take_row(dem, 0, row, n, values, valid))
        convolve(valid, n, weights, radius, norm);
    else
        inside_weights(n, weights, radius, side, norm);
    convolve(values, n, weights, radius, sum);
    float *post = vd_dem_post(dem, 0, row);
    for (int x = 0; x < n; x++)
        if (valid[x] > 0.0) post[x] = (float)(sum[x] / norm[x]);
}

static vd_result blur_rows(void *state, int thread, int64_t band)
{
    (void)thread;
    const blur *b = state;
    void *scratch = NULL;
    int ny = b->dem->info.ny;
    VD_TRY(
        vd_alloc(b->context, 6 * (size_t)b->dem->info.nx, sizeof(double), "smoothing", &scratch));
    for (int r = 0; r < BAND_ROWS && band * BAND_ROWS + r < ny; r++)
        blur_row(b, (int)(band * BAND_ROWS) + r, scratch);
    free(scratch);
    return VD_OK;
}

/* ---- along columns ------------------------------------------------------------------------- */

/* The original rows still needed by a strip of columns, in a ring: row r is in slot r % slots. */
typedef struct window {
    int columns;
    int slots;
    double *values; /* slots x columns */
    double *valid;
} window;

static void blur_strip_row(vd_dem *dem, const window *w, int column, int row, const double *weights,
                           int radius)
{
    double sum[STRIP_COLUMNS] = {0.0}, norm[STRIP_COLUMNS] = {0.0}, inside = 0.0;
    int ny = dem->info.ny, n = w->columns;
    int first = row < radius ? -row : -radius;
    int last = ny - 1 - row < radius ? ny - 1 - row : radius;
    for (int k = first; k <= last; k++) {
        int64_t slot = (row + k) % w->slots;
        const double *values = w->values + slot * n;
        const double *valid = w->valid + slot * n;
        double weight = weights[k < 0 ? -k : k];
        for (int x = 0; x < n; x++) sum[x] += weight * values[x];
        inside += weight;
        for (int x = 0; dem->valid && x < n; x++) norm[x] += weight * valid[x];
    }
    const double *valid = w->valid + (int64_t)(row % w->slots) * n;
    float *post = vd_dem_post(dem, column, row);
    for (int x = 0; x < n; x++)
        if (valid[x] > 0.0) post[x] = (float)(sum[x] / (dem->valid ? norm[x] : inside));
}

static vd_result blur_columns(void *state, int thread, int64_t strip)
{
    (void)thread;
    const blur *b = state;
    vd_dem *dem = b->dem;
    int nx = dem->info.nx, ny = dem->info.ny;
    int column = (int)strip * STRIP_COLUMNS;
    void *weights = NULL, *memory = NULL;
    window w = {.columns = nx - column < STRIP_COLUMNS ? nx - column : STRIP_COLUMNS};
    double metres[2];
    vd_dem_metres_per_cell(&dem->info, 0.5 * (ny - 1), metres);

    vd_result result = vd_alloc(b->context, (size_t)ny, sizeof(double), "smoothing", &weights);
    if (result != VD_OK) goto cleanup;
    int radius = gaussian(b->sigma_m / metres[1], ny, weights);
    w.slots = radius < ny / 2 ? 2 * radius + 1 : ny;
    size_t doubles = (size_t)w.slots * (size_t)w.columns;
    result = vd_alloc(b->context, 2 * doubles, sizeof(double), "smoothing", &memory);
    if (result != VD_OK) goto cleanup;
    w.values = memory;
    w.valid = w.values + doubles;

    int taken = 0;
    for (int row = 0; row < ny; row++) {
        for (; taken <= row + radius && taken < ny; taken++) {
            int64_t slot = (int64_t)(taken % w.slots) * w.columns;
            take_row(dem, column, taken, w.columns, w.values + slot, w.valid + slot);
        }
        blur_strip_row(dem, &w, column, row, weights, radius);
    }

cleanup:
    free(weights);
    free(memory);
    return result;
}

vd_result vd_dem_smooth(vd_context *context, vd_dem *dem, double sigma_m, int threads)
{
    blur state = {context, dem, sigma_m};
    vd_work rows = {"smooth rows", threads, ((int64_t)dem->info.ny + BAND_ROWS - 1) / BAND_ROWS,
                    blur_rows, &state};
    VD_TRY(vd_parallel(context, &rows));
    vd_work columns = {"smooth columns", threads,
                       ((int64_t)dem->info.nx + STRIP_COLUMNS - 1) / STRIP_COLUMNS, blur_columns,
                       &state};
    return vd_parallel(context, &columns);
}
