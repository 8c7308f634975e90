/* Which NODATA cells become data under --fill-nodata: those whose centres lie within so many cells
 * of a valid one's, by exact Euclidean distance.
 *
 * The distance is that of Felzenszwalb & Huttenlocher 2012, "Distance Transforms of Sampled
 * Functions": down the columns to the nearest valid cell above or below, then along each row the
 * lower envelope of the parabolas that those make, and each cell's is the one it lies under. The
 * surface is tension.c's across the whole of each void, so that it does not depend on the limit.
 * Beside what that takes, distances need 4 bytes a cell. */
#include <math.h>
#include <stdlib.h>

#include "terrain/dem_parts.h"

enum { NONE = 1 << 30 }; /* rows to a valid cell where its column has none */

typedef struct transform {
    vd_dem *dem;
    int *rows_away;
    double cell_x, cell_y, limit;
    int *apexes;    /* a row of columns for each thread */
    double *bounds; /* and where each one's part begins */
} transform;

static void measure_columns(transform *t)
{
    const vd_dem *dem = t->dem;
    int nx = dem->info.nx, ny = dem->info.ny;
    for (int y = 0; y < ny; y++) {
        int *row = t->rows_away + (int64_t)y * nx;
        for (int x = 0; x < nx; x++) {
            int above = y > 0 ? row[x - nx] : NONE;
            row[x] = vd_dem_is_valid(dem, x, y) ? 0 : above < NONE ? above + 1 : NONE;
        }
    }
    for (int y = ny - 2; y >= 0; y--) {
        int *row = t->rows_away + (int64_t)y * nx;
        for (int x = 0; x < nx; x++)
            if (row[x + nx] + 1 < row[x]) row[x] = row[x + nx] + 1;
    }
}

/* Where the parabolas over columns p < q, of squared heights f and g, cross. */
static double crossing(int p, double f, int q, double g)
{
    return 0.5 * (((double)q * q + g) - ((double)p * p + f)) / (q - p);
}

/* The squared distance down a column, in units of a column's width. */
static double apex_height(const transform *t, const int *rows_away, int x)
{
    double distance = rows_away[x] * t->cell_y / t->cell_x;
    return distance * distance;
}

static vd_result close_row(void *state, int thread, int64_t y)
{
    transform *t = state;
    int nx = t->dem->info.nx, count = 0;
    const int *rows_away = t->rows_away + y * nx;
    int *apex = t->apexes + (int64_t)thread * nx;
    double *bound = t->bounds + (int64_t)thread * nx;
    uint8_t *valid = t->dem->valid + y * t->dem->valid_stride;
    double limit = t->limit / t->cell_x;
    for (int x = 0; x < nx; x++) {
        if (rows_away[x] >= NONE) continue;
        double own = apex_height(t, rows_away, x), from = -1.0;
        for (; count > 0; count--) {
            int last = apex[count - 1];
            from = crossing(last, apex_height(t, rows_away, last), x, own);
            if (from > bound[count - 1]) break;
        }
        bound[count] = count > 0 ? from : -HUGE_VAL;
        apex[count++] = x;
    }
    for (int x = 0, i = 0; x < nx && count > 0; x++) {
        while (i + 1 < count && bound[i + 1] <= x) i++;
        double across = x - apex[i];
        if (across * across + apex_height(t, rows_away, apex[i]) <= limit * limit)
            valid[x >> 3] |= (uint8_t)(1u << (x & 7));
    }
    return VD_OK;
}

static vd_result close_within(vd_context *context, transform *t, int threads)
{
    vd_dem *dem = t->dem;
    int nx = dem->info.nx, ny = dem->info.ny;
    size_t lanes = (size_t)vd_thread_count(threads) * (size_t)nx;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, (size_t)nx * (size_t)ny, sizeof(int), "filling NODATA", &memory));
    t->rows_away = memory;
    VD_TRY(vd_alloc(context, lanes, sizeof(int), "filling NODATA", &memory));
    t->apexes = memory;
    VD_TRY(vd_alloc(context, lanes, sizeof(double), "filling NODATA", &memory));
    t->bounds = memory;
    measure_columns(t);
    vd_work work = {.threads = threads, .items = ny, .run = close_row, .state = t};
    VD_TRY(vd_parallel(context, &work));
    dem->invalid_count = 0;
    for (int y = 0; y < ny; y++)
        for (int x = 0; x < nx; x++) dem->invalid_count += !vd_dem_is_valid(dem, x, y);
    return VD_OK;
}

vd_result vd_dem_close_voids(vd_context *context, vd_dem *dem, int cells, double cell_x,
                             double cell_y, int threads)
{
    int64_t before = dem->invalid_count;
    if (before == 0) {
        vd_message(context, VD_LEVEL_INFO, "--fill-nodata: the DEM has no NODATA to fill");
        return VD_OK;
    }
    transform t = {.dem = dem, .cell_x = cell_x, .cell_y = cell_y, .limit = cells};
    vd_result result = vd_dem_span(context, dem, threads);
    if (cells == VD_FILL_ALL)
        dem->invalid_count = 0;
    else if (result == VD_OK)
        result = close_within(context, &t, threads);
    free(t.rows_away);
    free(t.apexes);
    free(t.bounds);
    if (result != VD_OK) return result;
    if (dem->invalid_count == 0) {
        free(dem->valid);
        dem->valid = NULL;
    }
    vd_message(context, VD_LEVEL_INFO, "--fill-nodata: filled %lld of %lld cells of NODATA",
               (long long)(before - dem->invalid_count), (long long)before);
    return VD_OK;
}
