/* A tile filtered: what denoise.h explains, in loops along rows that any compiler makes vectors of.
 * No sum runs along a row, so all instruction sets give the same bits. Define VD_DENOISE_NAME, then
 * include this file once. */
#include <math.h>

#include "post/denoise_parts.h"

#define TILE VD_DENOISE_TILE
#define SIDE VD_DENOISE_SIDE
#define PATCH VD_DENOISE_PATCH
#define COLUMNS VD_DENOISE_PATCH_COLUMNS

/* How many standard deviations apart likes may be, squared. */
#define SPREAD2 1.2f
/* By which a term that hardly varies is held back. */
#define RIDGE 1.0e-4f
/* A pixel in units of the regression. */
#define PER_PIXEL 0.1f
/* Less than any variance that matters. */
#define TINY 1.0e-30f

/* The start of a strip's row among the tile's pixels; row -PATCH is the first of its patches. */
static int place_of(int strip, int row)
{
    return (VD_DENOISE_MARGIN + strip + row) * SIDE + VD_DENOISE_MARGIN;
}

/* How far pixels of a row are from those at an offset, in standard deviations squared, less what
 * their noise alone makes of it: Rousselle et al. 2012, equation 2. */
static void compare_row(const vd_denoise_tile *t, int at, int offset, float *restrict apart,
                        float *restrict counted)
{
    const float *restrict here = t->is_there + at, *restrict there = t->is_there + at + offset;
    float share = t->channels > 1 ? 1.0f / 3.0f : 1.0f; /* alpha mostly has no noise */
    for (int x = 0; x < COLUMNS; x++) counted[x] = here[x] * there[x];
    for (int x = 0; x < COLUMNS; x++) apart[x] = 0.0f;
    for (int c = 0; c < t->channels; c++) {
        const float *restrict a = t->signal[c] + at, *restrict b = t->signal[c] + at + offset;
        const float *restrict u = t->variance[c] + at, *restrict v = t->variance[c] + at + offset;
        for (int x = 0; x < COLUMNS; x++) {
            float difference = a[x] - b[x], noise = u[x] + v[x];
            float less = u[x] < v[x] ? u[x] : v[x];
            apart[x] += (difference * difference - (u[x] + less)) / (SPREAD2 * noise + TINY);
        }
    }
    for (int x = 0; x < COLUMNS; x++) apart[x] *= share * counted[x];
}

/* Sums over the columns of patches, in place. */
static void add_columns(float *row)
{
    float sums[TILE];
    for (int x = 0; x < TILE; x++) {
        sums[x] = row[x];
        for (int k = 1; k <= 2 * PATCH; k++) sums[x] += row[x + k];
    }
    for (int x = 0; x < TILE; x++) row[x] = sums[x];
}

/* The weights of a row: of how far patches are apart, and features. */
static void weigh_row(vd_denoise_tile *t, int at, int offset, int row)
{
    const float *restrict apart = t->apart + row * COLUMNS;
    const float *restrict counted = t->counted + row * COLUMNS;
    const float *restrict there = t->is_there + at + offset;
    float *restrict weight = t->weight + row * TILE;
    float sum[TILE], count[TILE], features[TILE];
    for (int x = 0; x < TILE; x++) sum[x] = apart[x];
    for (int x = 0; x < TILE; x++) count[x] = counted[x];
    for (int k = 1; k <= 2 * PATCH; k++) {
        for (int x = 0; x < TILE; x++) sum[x] += apart[k * COLUMNS + x];
        for (int x = 0; x < TILE; x++) count[x] += counted[k * COLUMNS + x];
    }
    for (int x = 0; x < TILE; x++) features[x] = 0.0f;
    for (int i = 0; i < t->planes; i++) {
        const float *restrict a = t->plane[i] + at, *restrict b = t->plane[i] + at + offset;
        float of = t->weight_of[i];
        for (int x = 0; x < TILE; x++) features[x] += of * (a[x] - b[x]) * (a[x] - b[x]);
    }
    for (int x = 0; x < TILE; x++) {
        float mean = count[x] > 0.0f ? sum[x] / count[x] : 0.0f;
        /* (1 - d / 8)^8, which is much like e^-d and ends at 8. */
        float w = 1.0f - 0.125f * ((mean > 0.0f ? mean : 0.0f) + features[x]);
        w = w > 0.0f ? w : 0.0f;
        w *= w;
        w *= w;
        weight[x] = w * w * there[x];
    }
}

static void add_product(float *restrict sum, const float *restrict a, const float *restrict b)
{
    for (int x = 0; x < TILE; x++) sum[x] += a[x] * b[x];
}

/* Adds a row's pixels at an offset to the normal equations of the row. */
static void add_row(vd_denoise_tile *t, int at, int dx, int dy, int row)
{
    const int offset = dy * SIDE + dx, terms = t->planes + 3, to = row * TILE;
    float by[VD_DENOISE_TERMS][TILE], weighted[VD_DENOISE_TERMS][TILE];
    int next = 0;
    for (int x = 0; x < TILE; x++) by[0][x] = 1.0f;
    for (int i = 0; i < t->planes; i++) {
        const float *restrict a = t->plane[i] + at, *restrict b = t->plane[i] + at + offset;
        for (int x = 0; x < TILE; x++) by[1 + i][x] = b[x] - a[x];
    }
    for (int x = 0; x < TILE; x++) by[terms - 2][x] = PER_PIXEL * (float)dx;
    for (int x = 0; x < TILE; x++) by[terms - 1][x] = PER_PIXEL * (float)dy;
    for (int i = 0; i < terms; i++)
        for (int x = 0; x < TILE; x++) weighted[i][x] = t->weight[to + x] * by[i][x];
    for (int i = 0; i < terms; i++)
        for (int j = 0; j <= i; j++) add_product(t->sums[next++] + to, weighted[i], by[j]);
    for (int c = 0; c < t->channels; c++)
        for (int i = 0; i < terms; i++)
            add_product(t->sums[next++] + to, weighted[i], t->signal[c] + at + offset);
}

/* ---- the solution --------------------------------------------------------------------------- */

static int pair_of(int i, int j)
{
    return i * (i + 1) / 2 + j;
}

/* Cholesky's factors in place of the matrix, for each pixel of a row. */
static void factor_row(vd_denoise_tile *t, int terms, int to)
{
    float ridge[TILE];
    for (int x = 0; x < TILE; x++) ridge[x] = RIDGE * t->sums[0][to + x] + TINY;
    for (int i = 0; i < terms; i++)
        for (int j = 0; j <= i; j++) {
            float *restrict a = t->sums[pair_of(i, j)] + to;
            if (i == j && i > 0)
                for (int x = 0; x < TILE; x++) a[x] += ridge[x];
            for (int k = 0; k < j; k++) {
                const float *restrict b = t->sums[pair_of(i, k)] + to;
                const float *d = t->sums[pair_of(j, k)] + to; /* b itself if i is j */
                for (int x = 0; x < TILE; x++) a[x] -= b[x] * d[x];
            }
            if (i == j) {
                for (int x = 0; x < TILE; x++) a[x] = sqrtf(a[x] > TINY ? a[x] : TINY);
                continue;
            }
            const float *restrict d = t->sums[pair_of(j, j)] + to;
            for (int x = 0; x < TILE; x++) a[x] /= d[x];
        }
}

/* What is wanted of the solution is its constant term. */
static void solve_row(const vd_denoise_tile *t, int terms, int to, int channel, float *restrict out)
{
    float z[VD_DENOISE_TERMS][TILE];
    int first = pair_of(terms, 0) + channel * terms;
    for (int i = 0; i < terms; i++) {
        for (int x = 0; x < TILE; x++) z[i][x] = t->sums[first + i][to + x];
        for (int k = 0; k < i; k++) {
            const float *restrict a = t->sums[pair_of(i, k)] + to;
            for (int x = 0; x < TILE; x++) z[i][x] -= a[x] * z[k][x];
        }
        const float *restrict d = t->sums[pair_of(i, i)] + to;
        for (int x = 0; x < TILE; x++) z[i][x] /= d[x];
    }
    for (int i = terms - 1; i >= 0; i--) {
        for (int k = i + 1; k < terms; k++) {
            const float *restrict a = t->sums[pair_of(k, i)] + to;
            for (int x = 0; x < TILE; x++) z[i][x] -= a[x] * z[k][x];
        }
        const float *restrict d = t->sums[pair_of(i, i)] + to;
        for (int x = 0; x < TILE; x++) z[i][x] /= d[x];
    }
    for (int x = 0; x < TILE; x++) out[x] = z[0][x];
}

/* ---- a strip, and the tile ------------------------------------------------------------------ */

static void add_offset(vd_denoise_tile *t, int strip, int dx, int dy)
{
    const int offset = dy * SIDE + dx;
    for (int row = 0; row < VD_DENOISE_PATCH_ROWS; row++) {
        float *apart = t->apart + row * COLUMNS, *counted = t->counted + row * COLUMNS;
        compare_row(t, place_of(strip, row - PATCH) - PATCH, offset, apart, counted);
        add_columns(apart);
        add_columns(counted);
    }
    for (int row = 0; row < VD_DENOISE_STRIP; row++) {
        weigh_row(t, place_of(strip, row), offset, row);
        add_row(t, place_of(strip, row), dx, dy, row);
    }
}

void VD_DENOISE_NAME(vd_denoise_tile *t)
{
    const int terms = t->planes + 3, sums = pair_of(terms, 0) + t->channels * terms;
    for (int strip = 0; strip < TILE; strip += VD_DENOISE_STRIP) {
        for (int i = 0; i < sums; i++)
            for (int x = 0; x < VD_DENOISE_STRIP_AREA; x++) t->sums[i][x] = 0.0f;
        for (int dy = -VD_DENOISE_REACH; dy <= VD_DENOISE_REACH; dy++)
            for (int dx = -VD_DENOISE_REACH; dx <= VD_DENOISE_REACH; dx++)
                add_offset(t, strip, dx, dy);
        for (int row = 0; row < VD_DENOISE_STRIP; row++) {
            factor_row(t, terms, row * TILE);
            for (int c = 0; c < t->channels; c++)
                solve_row(t, terms, row * TILE, c, t->out[c] + (strip + row) * TILE);
        }
    }
}
