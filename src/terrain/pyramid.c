/* The pyramid of maxima.
 *
 * A node of level l covers 2^l x 2^l cells and has the highest of the (2^l + 1)^2 posts around
 * them, as a 16-bit number of quanta above the DEM's minimum, rounded up and one more, so that
 * neither storing it nor reading it back in float arithmetic can put it below a post.
 *
 * Levels from 3 up are kept as they are. Most of a pyramid's bytes are in its two finest levels, so
 * these share one word for each block of 4 x 4 cells: its own maximum in the low 16 bits, and above
 * it for each quarter of 2 x 2 cells four bits that say how much lower the quarter is, by a table
 * of drops. The drop is rounded down, so a quarter's bound is no tighter than the posts and no
 * looser than the block. The table grows from steps of an eighth of a usual drop to eight times it,
 * as precise as the bound needs to be: together 0.29 byte a cell instead of 0.67. */
#include "terrain/pyramid.h"

#include <stdlib.h>

/* Rows of nodes that one work item builds. */
#define ROWS_PER_ITEM 32
/* Rows of blocks from which a usual drop is taken. */
#define SAMPLED_ROWS 32

typedef struct level_job {
    vdk_height_field *field;
    vd_pyramid *pyramid;
    int level;
    int rows;
    float *scratch; /* a row of posts for each half of a block row, for each thread */
} level_job;

static int nodes_at(int cells, int level)
{
    return (int)(((int64_t)cells + ((int64_t)1 << level) - 1) >> level);
}

static int level_count(int cells_x, int cells_y)
{
    int level = 0;
    while (nodes_at(cells_x, level) > 1 || nodes_at(cells_y, level) > 1) level++;
    return level;
}

static int64_t block_count(int cells_x, int cells_y)
{
    return (int64_t)nodes_at(cells_x, 2) * nodes_at(cells_y, 2);
}

static int64_t upper_count(int cells_x, int cells_y)
{
    int64_t nodes = 0;
    int top = level_count(cells_x, cells_y);
    for (int level = 3; level <= top; level++)
        nodes += (int64_t)nodes_at(cells_x, level) * nodes_at(cells_y, level);
    return nodes;
}

double vd_pyramid_bytes(int cells_x, int cells_y)
{
    return 4.0 * (double)block_count(cells_x, cells_y) +
           2.0 * (double)upper_count(cells_x, cells_y);
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

static int64_t scratch_floats(const vdk_height_field *field)
{
    return 2 * ((int64_t)field->cells_x + 5);
}

/** The highest of three rows of posts from row j on, column by column; rows and columns past the
 *  last are as the last. */
static void highest_of_rows(const vdk_height_field *field, int j, float *restrict out)
{
    const float *rows[3];
    int posts = field->cells_x + 1;
    for (int k = 0; k < 3; k++)
        rows[k] = field->posts + field->stride * (j + k < field->cells_y ? j + k : field->cells_y);
    const float *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2];
    for (int i = 0; i < posts; i++) {
        float ab = a[i] > b[i] ? a[i] : b[i];
        out[i] = ab > c[i] ? ab : c[i];
    }
    for (int i = posts; i < posts + 4; i++) out[i] = out[posts - 1];
}

static uint32_t quantise_up(const vdk_height_field *field, float height)
{
    float steps = (height - field->quantum_base) / field->quantum;
    int q = (int)steps + 2;
    return (uint32_t)(q > 65535 ? 65535 : q);
}

/** The quarters' maxima of block x, from what highest_of_rows() made of its two halves. */
static void quarters_of(const vdk_height_field *field, const float *upper, const float *lower,
                        int x, uint32_t quarters[4])
{
    for (int k = 0; k < 4; k++) {
        const float *p = (k < 2 ? upper : lower) + 4 * x + 2 * (k & 1);
        quarters[k] = quantise_up(field, larger(larger(p[0], p[1]), p[2]));
    }
}

static uint32_t highest_of(const uint32_t quarters[4])
{
    uint32_t high = quarters[0];
    for (int k = 1; k < 4; k++) high = quarters[k] > high ? quarters[k] : high;
    return high;
}

static uint32_t pack_block(const vdk_height_field *field, const uint32_t quarters[4])
{
    uint32_t high = highest_of(quarters), word = high;
    for (int k = 0; k < 4; k++) {
        uint32_t step = 0;
        for (int n = 1; n < VDK_DROPS; n++) step += high - quarters[k] >= field->drop[n];
        word |= step << (16 + 4 * k);
    }
    return word;
}

static vd_result build_blocks(void *state, int thread, int64_t item)
{
    const level_job *job = state;
    const vdk_height_field *field = job->field;
    float *upper = job->scratch + thread * scratch_floats(field);
    float *lower = upper + scratch_floats(field) / 2;
    int width = field->blocks_x;
    int first = (int)item * ROWS_PER_ITEM;
    int last = first + ROWS_PER_ITEM < job->rows ? first + ROWS_PER_ITEM : job->rows;
    for (int y = first; y < last; y++) {
        uint32_t *out = job->pyramid->blocks + (int64_t)y * width;
        highest_of_rows(field, 4 * y, upper);
        highest_of_rows(field, 4 * y + 2, lower);
        for (int x = 0; x < width; x++) {
            uint32_t quarters[4];
            quarters_of(field, upper, lower, x, quarters);
            out[x] = pack_block(field, quarters);
        }
    }
    return VD_OK;
}

/** The table of drops, from how much lower quarters are than their blocks on average. */
static void set_drops(vdk_height_field *field, float *scratch)
{
    static const uint32_t eighths[VDK_DROPS] = {0,  1,  2,  3,  4,  5,  6,  8,
                                                10, 12, 16, 20, 24, 32, 48, 64};
    float *lower = scratch + scratch_floats(field) / 2;
    int rows = nodes_at(field->cells_y, 2);
    int step = rows > SAMPLED_ROWS ? rows / SAMPLED_ROWS : 1;
    uint64_t sum = 0, count = 0;
    for (int y = 0; y < rows; y += step) {
        highest_of_rows(field, 4 * y, scratch);
        highest_of_rows(field, 4 * y + 2, lower);
        for (int x = 0; x < field->blocks_x; x++) {
            uint32_t quarters[4];
            quarters_of(field, scratch, lower, x, quarters);
            for (int k = 0; k < 4; k++) sum += highest_of(quarters) - quarters[k];
            count += 4;
        }
    }
    uint32_t unit = (uint32_t)(sum / (8 * count));
    for (int n = 0; n < VDK_DROPS; n++) field->drop[n] = eighths[n] * (unit > 0 ? unit : 1);
}

/** The highest of a node's children, which lie one level below. */
static uint16_t highest_child(const level_job *job, int x, int y)
{
    const vdk_height_field *field = job->field;
    int below = job->level - 1;
    int width = nodes_at(field->cells_x, below), height = nodes_at(field->cells_y, below);
    uint16_t high = 0;
    for (int j = 2 * y; j < 2 * y + 2 && j < height; j++)
        for (int i = 2 * x; i < 2 * x + 2 && i < width; i++) {
            int64_t at = (int64_t)j * width + i;
            uint16_t q = below == 2 ? (uint16_t)job->pyramid->blocks[at]
                                    : job->pyramid->upper[field->level_offset[below] + at];
            high = q > high ? q : high;
        }
    return high;
}

static vd_result build_level(void *state, int thread, int64_t item)
{
    const level_job *job = state;
    (void)thread;
    int width = job->field->level_width[job->level];
    int first = (int)item * ROWS_PER_ITEM;
    int last = first + ROWS_PER_ITEM < job->rows ? first + ROWS_PER_ITEM : job->rows;
    for (int y = first; y < last; y++) {
        uint16_t *out =
            job->pyramid->upper + job->field->level_offset[job->level] + (int64_t)y * width;
        for (int x = 0; x < width; x++) out[x] = highest_child(job, x, y);
    }
    return VD_OK;
}

static void lay_out(vdk_height_field *field, vd_pyramid *pyramid)
{
    int64_t offset = 0;
    field->levels = level_count(field->cells_x, field->cells_y);
    field->blocks_x = nodes_at(field->cells_x, 2);
    for (int level = 3; level <= field->levels; level++) {
        field->level_offset[level] = offset;
        field->level_width[level] = nodes_at(field->cells_x, level);
        offset += (int64_t)field->level_width[level] * nodes_at(field->cells_y, level);
    }
    pyramid->blocks = pyramid->memory;
    pyramid->upper = (uint16_t *)(pyramid->blocks + block_count(field->cells_x, field->cells_y));
    field->blocks = pyramid->blocks;
    field->pyramid = pyramid->upper;
}

vd_result vd_pyramid_build(vd_context *context, vdk_height_field *field, int threads,
                           vd_pyramid *pyramid)
{
    pyramid->bytes = vd_pyramid_bytes(field->cells_x, field->cells_y);
    /* Whoever takes nodes of both sizes as words reads two bytes past the last. */
    VD_TRY(
        vd_alloc(context, (size_t)pyramid->bytes + 2, 1, "the height pyramid", &pyramid->memory));
    lay_out(field, pyramid);
    float range = field->max - field->min;
    field->quantum_base = field->min;
    field->quantum = range > 0.0f ? range / 65500.0f : 1.0f;

    int workers = vd_thread_count(threads);
    void *scratch = NULL;
    VD_TRY(vd_alloc(context, (size_t)(workers * scratch_floats(field)), sizeof(float),
                    "rows of the height pyramid", &scratch));
    set_drops(field, scratch);
    vd_result result = VD_OK;
    for (int level = 2; level <= (field->levels > 2 ? field->levels : 2) && result == VD_OK;
         level++) {
        level_job job = {field, pyramid, level, nodes_at(field->cells_y, level), scratch};
        vd_work work = {NULL, job.rows < 256 ? 1 : workers,
                        (job.rows + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM,
                        level == 2 ? build_blocks : build_level, &job};
        result = vd_parallel(context, &work);
    }
    free(scratch);
    return result;
}

void vd_pyramid_clear(vd_pyramid *pyramid)
{
    free(pyramid->memory);
    *pyramid = (vd_pyramid){0};
}
