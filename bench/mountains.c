/* Mountains: domain-warped, ridged fractal noise.
 *
 * Ten octaves of gradient noise (Perlin 2002), from valleys 10 km apart to ripples of two cells,
 * each folded at zero into a ridge and weighted by the ridge below it (Musgrave's ridged
 * multifractal, in Ebert et al., "Texturing and Modeling"), so that crests are rough and valley
 * floors smooth. Where it is looked up is displaced by slower noise, which bends the ridges, and a
 * still slower mask lets plains lie between the ranges. The mean slope is about 18 degrees, heights
 * are 100 to 2,700 m, and both change little with the size.
 *
 * A height is a pure function of its post, in plain float arithmetic: no tables, no library call,
 * no branch. So all threads and compilers make the same terrain, and rows vectorise: 32,768 x
 * 32,768 take minutes, not an hour. Coordinates are positive, since truncation stands for floor. */
#include "mountains.h"

#include <math.h>
#include <stdlib.h>

/* Vectors as wide as the machine has, chosen at run time; the bits are the same. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define WIDEST __attribute__((target_clones("default", "avx2")))
#else
#define WIDEST
#endif

/* So that vectors are as wide in the functions that a row is made of. */
#define INLINE static inline __attribute__((always_inline))

enum { OCTAVES = 10, SPAN = 256 };
#define VALLEY_CELLS 1000.0f
#define ROWS_PER_ITEM 16

INLINE float least(float a, float b)
{
    return a < b ? a : b;
}

INLINE float clamp(float x, float low, float high)
{
    float y = x > low ? x : low;
    return y < high ? y : high;
}

INLINE uint32_t scramble(uint32_t x, uint32_t y, uint32_t seed)
{
    uint32_t h = (x * 0x9e3779b1u) ^ (y * 0x85ebca77u) ^ (seed * 0xc2b2ae3du);
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return h ^ (h >> 15);
}

/** What a lattice point with random bits adds at a distance (x, y) from it. */
INLINE float slope_at(uint32_t bits, float x, float y)
{
    float gx = (float)(int)(bits & 0xffffu) * (1.0f / 32768.0f) - 1.0f;
    float gy = (float)(int)(bits >> 16) * (1.0f / 32768.0f) - 1.0f;
    return gx * x + gy * y;
}

INLINE float fade(float t)
{
    return t * t * t * (t * (t * 6.0f - 15.0f) + 10.0f);
}

/** Gradient noise, within -1 to 1, of period one; x and y not negative. */
INLINE float noise(float x, float y, uint32_t seed)
{
    int i = (int)x, j = (int)y;
    uint32_t a = (uint32_t)i, b = (uint32_t)j;
    float u = x - (float)i, v = y - (float)j, fade_u = fade(u), fade_v = fade(v);
    float n00 = slope_at(scramble(a, b, seed), u, v);
    float n10 = slope_at(scramble(a + 1, b, seed), u - 1.0f, v);
    float n01 = slope_at(scramble(a, b + 1, seed), u, v - 1.0f);
    float n11 = slope_at(scramble(a + 1, b + 1, seed), u - 1.0f, v - 1.0f);
    float upper = n00 + (n10 - n00) * fade_u, lower = n01 + (n11 - n01) * fade_u;
    return upper + (lower - upper) * fade_v;
}

/** Three octaves of displacement. */
INLINE float bend(float x, float y, uint32_t seed)
{
    return 0.5f * noise(0.7f * x, 0.7f * y, seed) + 0.25f * noise(1.9f * x, 1.9f * y, seed + 1) +
           0.1f * noise(4.7f * x, 4.7f * y, seed + 2);
}

/** Where the ridges of a post are looked up, and how much of a mountain it is. */
INLINE void look_up(float column, float row, float *bent_x, float *bent_y, float *mask)
{
    float x = column * (1.0f / VALLEY_CELLS) + 137.3f, y = row * (1.0f / VALLEY_CELLS) + 211.7f;
    *mask = clamp(0.55f + 0.9f * noise(0.31f * x, 0.31f * y, 31), 0.08f, 1.0f);
    *bent_x = x + bend(x, y, 41);
    *bent_y = y + bend(x, y, 51);
}

/** Heights of up to SPAN posts: octave by octave, since an inner loop over posts vectorises. */
INLINE void make_span(int i, int j, int count, float *out)
{
    float x[SPAN], y[SPAN], mask[SPAN], weight[SPAN], sum[SPAN];
    for (int k = 0; k < count; k++) {
        look_up((float)(i + k), (float)j, &x[k], &y[k], &mask[k]);
        weight[k] = 1.0f;
        sum[k] = 0.0f;
    }
    float share = 0.5f, frequency = 1.0f;
    for (uint32_t octave = 0; octave < OCTAVES; octave++) {
        for (int k = 0; k < count; k++) {
            float n = noise(x[k] * frequency, y[k] * frequency, octave);
            float ridge = 1.0f - 1.6f * (n < 0.0f ? -n : n);
            ridge = ridge * ridge * weight[k];
            weight[k] = least(1.6f * ridge, 1.0f);
            sum[k] += share * ridge;
        }
        share *= 0.48f;
        frequency *= 2.03f;
    }
    for (int k = 0; k < count; k++) out[k] = 3300.0f * mask[k] * sum[k];
}

WIDEST void bench_mountains_row(int i, int j, int count, float *out)
{
    for (int k = 0; k < count; k += SPAN)
        make_span(i + k, j, count - k < SPAN ? count - k : SPAN, out + k);
}

typedef struct posts_job {
    vd_dem *dem;
    int side;   /* of the padded grid */
    bool whole; /* metres */
} posts_job;

static vd_result make_rows(void *state, int thread, int64_t item)
{
    const posts_job *job = state;
    (void)thread;
    int first = (int)item * ROWS_PER_ITEM;
    for (int j = first; j < first + ROWS_PER_ITEM && j < job->side; j++) {
        float *row = job->dem->posts + j * job->dem->stride;
        bench_mountains_row(-1, j - 1, job->side, row);
        for (int i = 0; job->whole && i < job->side; i++) row[i] = floorf(row[i]);
    }
    return VD_OK;
}

static void find_range(vd_dem *dem, int64_t posts)
{
    dem->min = dem->max = dem->posts[0];
    for (int64_t i = 0; i < posts; i++) {
        dem->min = dem->posts[i] < dem->min ? dem->posts[i] : dem->min;
        dem->max = dem->posts[i] > dem->max ? dem->posts[i] : dem->max;
    }
    dem->valid_min = dem->min;
    dem->valid_max = dem->max;
}

static vd_result make_dem(vd_context *context, int size, bool whole, vd_dem **out)
{
    int64_t side = (int64_t)size + 2;
    void *memory;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_dem), "the mountains", &memory));
    vd_dem *dem = *out = memory;
    VD_TRY(vd_alloc(context, (size_t)(side * side), sizeof(float), "the mountains", &memory));
    dem->posts = memory;
    dem->stride = side;
    dem->info.nx = dem->info.ny = size;
    dem->info.metric = VD_METRIC_CONSTANT;
    dem->info.to_grid[0] = 1.0 / BENCH_CELL_M;
    dem->info.to_grid[3] = -1.0 / BENCH_CELL_M;
    posts_job job = {dem, (int)side, whole};
    vd_work work = {NULL, 0, (side + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM, make_rows, &job};
    VD_TRY(vd_parallel(context, &work));
    find_range(dem, side * side);
    return VD_OK;
}

vd_result bench_terrain_create(vd_context *context, int size, bool whole, vd_precision kept,
                               int threads, double *build_s, vd_terrain **out)
{
    /* With open borders the ground is that of the mesh, and no more. */
    const vd_terrain_options options = {
        .z_factor = 1.0, .open_border = true, .precision = kept, .threads = threads};
    vd_dem *dem = NULL;
    *out = NULL;
    vd_result result = make_dem(context, size, whole, &dem);
    if (result != VD_OK) {
        vd_dem_destroy(dem);
        return result;
    }
    double start = vd_seconds();
    result = vd_terrain_create(context, &dem, &options, out);
    *build_s = vd_seconds() - start;
    return result;
}
