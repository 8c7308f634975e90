/* From a DEM's rows of floats to what rays read.
 *
 * Rays read posts by pairs of rows, column by column (kernel/height_field.h), so that a cell's four
 * corners lie side by side. As floats that is a matter of order. As 16-bit numbers it takes half
 * the memory: a number q stands for low + q step, with low and step those of its block of 64 x 64
 * posts.
 *
 * Exact or not. Heights that are whole multiples of some power of two, as a DEM's of integers are,
 * come back to the bit if a block spans no more than 65,535 of them: low is a post, q step and the
 * sum are numbers that a float holds. So the step is first the least power of two that reaches over
 * the block's range; if a single post does not come back with it, it is a 65,535th of the range,
 * and a post is off by half a step (of 0.8 cm where a block's range is 500 m) and what floats
 * round. That is so far below the heights' own errors that it matters for one thing only: pictures
 * are then not those of the floats. If one block could be all of the DEM and exact it is, and then
 * rays need not look for their blocks; integers nearly always can.
 *
 * In place. Pair p of rows takes half of what it took, so its numbers go to where pair p / 2 was,
 * which has moved by then if pairs are taken in order. Threads take those from 2^n to 2^(n+1)
 * together: their numbers go where nothing is left to read. Then the rest of the memory goes back.
 *
 * All passes are bound by memory, and take as long as reading the posts twice. */
#include "terrain/posts.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Rows and columns of posts in a block. */
#define BLOCK_SHIFT 6
#define BLOCK (1 << BLOCK_SHIFT)
/* Pairs of rows of posts that one work item moves. */
#define PAIRS_PER_ITEM 64
/* The largest number of 16 bits. */
#define MOST_STEPS 65535
/* A step's reciprocal has to be a number; nor is any height as fine as that. */
#define LEAST_STEP 0x1p-100f

static int64_t row_count(const vd_dem *dem)
{
    return (int64_t)dem->info.ny + 2;
}
static int64_t pair_count(const vd_dem *dem)
{
    return (row_count(dem) + 1) / 2;
}
static int64_t block_rows(int64_t posts)
{
    return (posts + BLOCK - 1) >> BLOCK_SHIFT;
}

double vd_posts_bytes(int nx, int ny, vd_precision precision)
{
    double posts = (double)vd_dem_post_count(nx, ny);
    double blocks = (double)block_rows((int64_t)nx + 2) * (double)block_rows((int64_t)ny + 2);
    return precision == VD_PRECISION_INT16 ? 2.0 * posts + 8.0 * blocks : 4.0 * posts;
}

/* ---- floats -------------------------------------------------------------------------------- */

typedef struct fold_job {
    float *posts;
    float *scratch; /* a pair of rows for each thread */
    int64_t columns, pairs;
} fold_job;

static vd_result fold_pairs(void *state, int thread, int64_t item)
{
    const fold_job *job = state;
    size_t bytes = 2 * (size_t)job->columns * sizeof(float);
    float *rows = job->scratch + thread * 2 * job->columns;
    int64_t last = (item + 1) * PAIRS_PER_ITEM;
    for (int64_t n = item * PAIRS_PER_ITEM; n < last && n < job->pairs; n++) {
        float *pair = job->posts + n * 2 * job->columns;
        memcpy(rows, pair, bytes);
        for (int64_t i = 0; i < job->columns; i++) {
            pair[2 * i] = rows[i];
            pair[2 * i + 1] = rows[job->columns + i];
        }
    }
    return VD_OK;
}

/* The last pair of an odd number of rows has one that nothing reads. */
vd_result vd_posts_fold(vd_context *context, vd_dem *dem, int threads, vdk_height_field *field)
{
    int workers = vd_thread_count(threads);
    fold_job job = {dem->posts, NULL, dem->stride, pair_count(dem)};
    void *scratch;
    VD_TRY(vd_alloc(context, (size_t)(workers * 2 * job.columns), sizeof(float),
                    "pairs of rows of heights", &scratch));
    job.scratch = scratch;
    vd_work work = {NULL, job.pairs < 256 ? 1 : workers,
                    (job.pairs + PAIRS_PER_ITEM - 1) / PAIRS_PER_ITEM, fold_pairs, &job};
    vd_result result = vd_parallel(context, &work);
    free(scratch);
    field->stride = 2 * dem->stride;
    return result;
}

/* ---- 16-bit numbers ------------------------------------------------------------------------ */

typedef struct narrow_job {
    vd_dem *dem;
    float *blocks;  /* low and step of each */
    float *highest; /* decoded, of each row of blocks */
    int64_t side;   /* posts to a block's side */
    int64_t blocks_x;
    bool only_exact; /* give up at the first post that does not come back */
    atomic_bool is_inexact;
    int64_t first_pair, last_pair; /* of a round */
} narrow_job;

/** low + steps step, as vdk_narrow_post() has it. */
static inline float height_of(uint32_t steps, const float *block)
{
    return block[0] + (float)(int)steps * block[1];
}

/* Not above MOST_STEPS: of the half that is added the roundings before it take a 60th. */
static inline uint32_t steps_of(float height, float low, float per_step)
{
    return (uint32_t)(int)((height - low) * per_step + 0.5f);
}

/** The least power of two of which MOST_STEPS span a range. */
static float exact_step(float range)
{
    int exponent;
    if (!(range > 0.0f)) return 1.0f;
    float mantissa = frexpf(range / (float)MOST_STEPS, &exponent); /* in [0.5, 1) */
    return vdk_max(ldexpf(1.0f, mantissa > 0.5f ? exponent : exponent - 1), LEAST_STEP);
}

/** Do so many posts in a row all come back? */
static bool is_exact(const float *posts, int64_t count, const float *block)
{
    const float low = block[0], step = block[1], per_step = 1.0f / step;
    uint32_t differs = 0;
    for (int64_t i = 0; i < count; i++) {
        float back = low + (float)(int)steps_of(posts[i], low, per_step) * step;
        differs |= vdk_bits_of_float(posts[i]) ^ vdk_bits_of_float(back);
    }
    return differs == 0;
}

/** Whether all of the DEM may be one block: looks at a few rows. */
static vd_result try_one_block(void *state, int thread, int64_t item)
{
    narrow_job *job = state;
    int64_t first = item * BLOCK, last = first + BLOCK;
    (void)thread;
    if (last > row_count(job->dem)) last = row_count(job->dem);
    for (int64_t row = first; row < last && !atomic_load(&job->is_inexact); row++)
        if (!is_exact(job->dem->posts + row * job->dem->stride, job->dem->stride, job->blocks))
            atomic_store(&job->is_inexact, true);
    return VD_OK;
}

/** The lowest and the highest of a block's posts: column by column, as vectors can. */
static void find_range(const float *posts, int64_t stride, int64_t columns, int64_t rows,
                       float *low, float *high)
{
    float lows[BLOCK] = {0}, highs[BLOCK] = {0};
    for (int64_t i = 0; i < columns; i++) lows[i] = highs[i] = posts[i];
    for (int64_t j = 1; j < rows; j++)
        for (int64_t i = 0; i < columns; i++) {
            float h = posts[j * stride + i];
            lows[i] = vdk_min(h, lows[i]);
            highs[i] = vdk_max(h, highs[i]);
        }
    *low = lows[0];
    *high = highs[0];
    for (int64_t i = 1; i < columns; i++) {
        *low = vdk_min(lows[i], *low);
        *high = vdk_max(highs[i], *high);
    }
}

/** Finds what numbers stand for in a row of blocks. */
static vd_result choose_steps(void *state, int thread, int64_t item)
{
    narrow_job *job = state;
    const vd_dem *dem = job->dem;
    int64_t first = item * BLOCK, rows = row_count(dem) - first;
    (void)thread;
    rows = rows < BLOCK ? rows : BLOCK;
    for (int64_t x = 0; x < job->blocks_x; x++) {
        const float *posts = dem->posts + first * dem->stride + x * BLOCK;
        float *block = job->blocks + 2 * (item * job->blocks_x + x);
        int64_t columns = dem->stride - x * BLOCK;
        float high;
        columns = columns < BLOCK ? columns : BLOCK;
        if (job->only_exact && atomic_load(&job->is_inexact)) return VD_OK;
        find_range(posts, dem->stride, columns, rows, &block[0], &high);
        block[1] = exact_step(high - block[0]);
        bool exact = true;
        for (int64_t j = 0; j < rows && exact; j++)
            exact = is_exact(posts + j * dem->stride, columns, block);
        if (!exact) {
            block[1] = vdk_max((high - block[0]) / (float)MOST_STEPS, LEAST_STEP);
            atomic_store(&job->is_inexact, true);
        }
        high = height_of(steps_of(high, block[0], 1.0f / block[1]), block);
        if (x == 0 || high > job->highest[item]) job->highest[item] = high;
    }
    return VD_OK;
}

/** The numbers of a pair of rows. */
static void narrow_pair(const narrow_job *job, int64_t pair, const float *upper, const float *lower,
                        uint32_t *restrict out)
{
    int64_t columns = job->dem->stride, y = 2 * pair / job->side;
    for (int64_t x = 0; x * job->side < columns; x++) {
        const float *block = job->blocks + 2 * (y * job->blocks_x + x);
        const float low = block[0], per_step = 1.0f / block[1];
        int64_t last = (x + 1) * job->side;
        last = last < columns ? last : columns;
        for (int64_t i = x * job->side; i < last; i++)
            out[i] = steps_of(upper[i], low, per_step) | steps_of(lower[i], low, per_step) << 16;
    }
}

static vd_result narrow_pairs(void *state, int thread, int64_t item)
{
    const narrow_job *job = state;
    const vd_dem *dem = job->dem;
    int64_t first = job->first_pair + item * PAIRS_PER_ITEM, last = first + PAIRS_PER_ITEM;
    uint32_t *out = (uint32_t *)(void *)dem->posts;
    (void)thread;
    for (int64_t pair = first; pair < last && pair < job->last_pair; pair++) {
        const float *upper = dem->posts + 2 * pair * dem->stride;
        /* A row past the last is as that. */
        const float *lower = 2 * pair + 1 < row_count(dem) ? upper + dem->stride : upper;
        narrow_pair(job, pair, upper, lower, out + pair * dem->stride);
    }
    return VD_OK;
}

/** Numbers in place of all posts; then the memory that is left over goes back. */
static vd_result narrow_in_place(vd_context *context, narrow_job *job, int workers, vd_posts *out)
{
    vd_dem *dem = job->dem;
    const int64_t pairs = pair_count(dem);
    void *first;
    /* Pair 0 goes where itself is. */
    VD_TRY(vd_alloc(context, (size_t)dem->stride, 2 * sizeof(float), "rows of heights", &first));
    memcpy(first, dem->posts, 2 * (size_t)dem->stride * sizeof(float));
    const float *rows = first;
    narrow_pair(job, 0, rows, rows + dem->stride, (uint32_t *)(void *)dem->posts);
    free(first);
    for (int64_t n = 1; n < pairs; n *= 2) {
        job->first_pair = n;
        job->last_pair = 2 * n < pairs ? 2 * n : pairs;
        vd_work work = {NULL, n < 256 ? 1 : workers,
                        (job->last_pair - n + PAIRS_PER_ITEM - 1) / PAIRS_PER_ITEM, narrow_pairs,
                        job};
        VD_TRY(vd_parallel(context, &work));
    }
    out->pair_count = (size_t)(pairs * dem->stride);
    void *kept = realloc(dem->posts, out->pair_count * sizeof(uint32_t));
    out->pairs = kept ? kept : (void *)dem->posts; /* a realloc that fails leaves all as it was */
    dem->posts = NULL;
    return VD_OK;
}

/** Decides what numbers stand for. Leaves job->blocks NULL if the posts stay floats. */
static vd_result choose_blocks(vd_context *context, narrow_job *job, int workers, vd_posts *out)
{
    const vd_dem *dem = job->dem;
    int64_t rows = block_rows(row_count(dem));
    vd_work work = {NULL, rows < 8 ? 1 : workers, rows, try_one_block, job};
    void *memory;
    VD_TRY(vd_alloc(context, 2, sizeof(float), "the heights' steps", &memory));
    out->blocks = job->blocks = memory;
    out->block_count = 1;
    job->blocks_x = 1;
    job->side = dem->stride > 2 * pair_count(dem) ? dem->stride : 2 * pair_count(dem);
    job->blocks[0] = dem->min;
    job->blocks[1] = exact_step(dem->max - dem->min);
    VD_TRY(vd_parallel(context, &work));
    if (!atomic_load(&job->is_inexact)) return VD_OK;

    free(out->blocks);
    out->blocks = job->blocks = NULL;
    job->side = BLOCK;
    job->blocks_x = block_rows(dem->stride);
    out->block_count = (size_t)(rows * job->blocks_x);
    VD_TRY(vd_alloc(context, out->block_count, 2 * sizeof(float), "the heights' steps", &memory));
    out->blocks = job->blocks = memory;
    VD_TRY(vd_alloc(context, (size_t)rows, sizeof(float), "rows of steps", &memory));
    job->highest = memory;
    atomic_store(&job->is_inexact, false);
    work.run = choose_steps;
    return vd_parallel(context, &work);
}

vd_result vd_posts_narrow(vd_context *context, vd_dem *dem, vd_precision precision, int threads,
                          vdk_height_field *field, vd_posts *out)
{
    int workers = vd_thread_count(threads);
    narrow_job job = {.dem = dem, .only_exact = precision == VD_PRECISION_AUTO};
    *out = (vd_posts){0};
    if (precision == VD_PRECISION_FLOAT32) return VD_OK;
    vd_result result = choose_blocks(context, &job, workers, out);
    bool stays = job.only_exact && atomic_load(&job.is_inexact);
    if (result == VD_OK && !stays) result = narrow_in_place(context, &job, workers, out);
    if (result == VD_OK && !stays) {
        field->posts = NULL;
        field->pairs = out->pairs;
        field->blocks = out->blocks;
        field->stride = 2 * dem->stride;
        field->block_shift = out->block_count == 1 ? VDK_ONE_BLOCK : BLOCK_SHIFT;
        field->blocks_x = (int)job.blocks_x;
        for (int64_t y = 0; job.highest && y < block_rows(row_count(dem)); y++)
            dem->max = y == 0 || job.highest[y] > dem->max ? job.highest[y] : dem->max;
        field->max = dem->max;
    }
    free(job.highest);
    if (result != VD_OK || stays) vd_posts_clear(out);
    return result;
}

void vd_posts_clear(vd_posts *posts)
{
    free(posts->pairs);
    free(posts->blocks);
    *posts = (vd_posts){0};
}

void vd_posts_highest(const vdk_height_field *field, const int rows[3], float *restrict out)
{
    const int64_t columns = (int64_t)field->cells_x + 1, side = (int64_t)1 << field->block_shift;
    const uint32_t *pairs[3];
    const float *block[3];
    int half[3];
    for (int k = 0; k < 3; k++) {
        pairs[k] = field->pairs + (rows[k] >> 1) * (field->stride >> 1);
        block[k] = field->blocks + 2 * (int64_t)(rows[k] >> field->block_shift) * field->blocks_x;
        half[k] = (rows[k] & 1) * 16;
    }
    for (int64_t x = 0; x < columns; x += side) {
        const int64_t last = x + side < columns ? x + side : columns;
        const float low = block[0][0], step = block[0][1];
        const float third_low = block[2][0], third_step = block[2][1];
        for (int64_t i = x; i < last; i++) {
            float a = (float)(int)(pairs[0][i] >> half[0] & 0xffffu);
            float b = (float)(int)(pairs[1][i] >> half[1] & 0xffffu);
            float c = (float)(int)(pairs[2][i] >> half[2] & 0xffffu);
            out[i] = vdk_max(low + vdk_max(a, b) * step, third_low + c * third_step);
        }
        for (int k = 0; k < 3; k++) block[k] += 2;
    }
}
