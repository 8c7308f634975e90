/* The pyramid of maxima.
 *
 * A word covers 4^w x 4^w cells and has the highest of the (4^w + 1)^2 posts around them, as a
 * 16-bit number of quanta above the DEM's minimum, rounded up and one more, so that neither storing
 * it nor reading it back in float arithmetic can put it below a post. Above that number it has four
 * bits for each of its quarters, that say by how many units the quarter is lower. The drop is
 * rounded down, so a quarter's bound is no tighter than its posts and no looser than the word; the
 * unit is an eighth of the usual drop on that level, and the bits reach three and a half times it.
 * So two levels of nodes share a word, and all of them take 0.27 byte a cell.
 *
 * A word is made of its four quarters' maxima: on the finest level those of posts, on the others
 * those of four words each of the level below. */
#include "terrain/pyramid.h"

#include <stdlib.h>

#include "terrain/posts.h"

/* Rows of words that one work item builds. */
#define ROWS_PER_ITEM 32
/* Rows of words from which a usual drop is taken. */
#define SAMPLED_ROWS 32

typedef struct level_job {
    vdk_height_field *field;
    uint32_t *words;
    int level; /* of words */
    int rows;
    float *scratch; /* for each thread two rows: highest posts of the upper and lower half */
} level_job;

static int words_at(int cells, int w)
{
    return (int)(((int64_t)cells + ((int64_t)1 << 2 * w) - 1) >> 2 * w);
}

static int level_count(int cells_x, int cells_y)
{
    int level = 0;
    while (((int64_t)1 << level) < cells_x || ((int64_t)1 << level) < cells_y) level++;
    return level;
}

/** Levels of words; at least one, so that there is always something to point at. */
static int word_level_count(int cells_x, int cells_y)
{
    int levels = (level_count(cells_x, cells_y) + 1) / 2;
    return levels > 1 ? levels : 1;
}

double vd_pyramid_bytes(int cells_x, int cells_y)
{
    double words = 0.0;
    for (int w = 1; w <= word_level_count(cells_x, cells_y); w++)
        words += (double)words_at(cells_x, w) * words_at(cells_y, w);
    return 4.0 * words;
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

static int64_t scratch_floats(const vdk_height_field *field)
{
    return 2 * ((int64_t)field->cells_x + 5);
}

/** The highest of three rows of float posts, which are not folded yet. */
static void highest_of_floats(const vdk_height_field *field, const int rows[3], float *restrict out)
{
    const float *restrict a = field->posts + field->stride * rows[0];
    const float *restrict b = field->posts + field->stride * rows[1];
    const float *restrict c = field->posts + field->stride * rows[2];
    for (int i = 0; i <= field->cells_x; i++) {
        float ab = a[i] > b[i] ? a[i] : b[i];
        out[i] = ab > c[i] ? ab : c[i];
    }
}

/** The highest of three rows of posts from row j on, column by column; rows and columns past the
 *  last are as the last. */
static void highest_of_rows(const vdk_height_field *field, int j, float *restrict out)
{
    int rows[3], posts = field->cells_x + 1;
    for (int k = 0; k < 3; k++) rows[k] = j + k < field->cells_y ? j + k : field->cells_y;
    if (field->block_shift)
        vd_posts_highest(field, rows, out);
    else
        highest_of_floats(field, rows, out);
    for (int i = posts; i < posts + 4; i++) out[i] = out[posts - 1];
}

static uint32_t quantise_up(const vdk_height_field *field, float height)
{
    float steps = (height - field->quantum_base) / field->quantum;
    int q = (int)steps + 2;
    return (uint32_t)(q > 65535 ? 65535 : q);
}

static uint32_t highest_of(const uint32_t quarters[4])
{
    uint32_t high = quarters[0];
    for (int k = 1; k < 4; k++) high = quarters[k] > high ? quarters[k] : high;
    return high;
}

/** Makes ready for row y of words of 4 x 4 cells; scratch holds its two halves then. */
static void begin_row(const level_job *job, float *scratch, int y)
{
    if (job->level > 1) return;
    highest_of_rows(job->field, 4 * y, scratch);
    highest_of_rows(job->field, 4 * y + 2, scratch + scratch_floats(job->field) / 2);
}

/** The maxima of the four quarters of word (x, y). Where the grid ends a quarter may have no cell:
 *  it is as high as the one beside it then, or as low as can be. */
static void quarters_of(const level_job *job, const float *scratch, int x, int y,
                        uint32_t quarters[4])
{
    const vdk_height_field *field = job->field;
    if (job->level == 1) {
        for (int k = 0; k < 4; k++) {
            const float *p = scratch + (k >> 1) * (scratch_floats(field) / 2) + 4 * x + 2 * (k & 1);
            quarters[k] = quantise_up(field, larger(larger(p[0], p[1]), p[2]));
        }
        return;
    }
    int below = job->level - 1;
    int width = field->word_width[below], height = words_at(field->cells_y, below);
    const uint32_t *words = job->words + field->word_offset[below];
    for (int k = 0; k < 4; k++) {
        int x0 = 4 * x + 2 * (k & 1), y0 = 4 * y + 2 * (k >> 1);
        quarters[k] = 0;
        for (int j = y0; j < y0 + 2 && j < height; j++)
            for (int i = x0; i < x0 + 2 && i < width; i++) {
                uint32_t high = words[(int64_t)j * width + i] & 0xffff;
                quarters[k] = high > quarters[k] ? high : quarters[k];
            }
    }
}

static uint32_t pack(const uint32_t quarters[4], uint32_t per_65536)
{
    /* The largest number of four bits that stands for no more than so many units. */
    static const uint8_t bits[29] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  8,  9,  9,  10, 10, 11,
                                     11, 12, 12, 12, 12, 13, 13, 13, 13, 14, 14, 14, 14, 15};
    uint32_t high = highest_of(quarters), word = high;
    for (int k = 0; k < 4; k++) {
        uint32_t units = (high - quarters[k]) * per_65536 >> 16;
        word |= (uint32_t)bits[units < 28 ? units : 28] << (16 + 4 * k);
    }
    return word;
}

static vd_result build_rows(void *state, int thread, int64_t item)
{
    const level_job *job = state;
    const vdk_height_field *field = job->field;
    float *scratch = job->scratch + thread * scratch_floats(field);
    int width = field->word_width[job->level];
    uint32_t per_65536 = 65536 / field->drop_unit[job->level];
    int first = (int)item * ROWS_PER_ITEM;
    int last = first + ROWS_PER_ITEM < job->rows ? first + ROWS_PER_ITEM : job->rows;
    for (int y = first; y < last; y++) {
        uint32_t *out = job->words + field->word_offset[job->level] + (int64_t)y * width;
        begin_row(job, scratch, y);
        for (int x = 0; x < width; x++) {
            uint32_t quarters[4];
            quarters_of(job, scratch, x, y, quarters);
            out[x] = pack(quarters, per_65536);
        }
    }
    return VD_OK;
}

/** An eighth of how much lower quarters are than their words on average. */
static uint32_t usual_drop(const level_job *job)
{
    int step = job->rows > SAMPLED_ROWS ? job->rows / SAMPLED_ROWS : 1;
    uint64_t sum = 0, count = 0;
    for (int y = 0; y < job->rows; y += step) {
        begin_row(job, job->scratch, y);
        for (int x = 0; x < job->field->word_width[job->level]; x++) {
            uint32_t quarters[4];
            quarters_of(job, job->scratch, x, y, quarters);
            for (int k = 0; k < 4; k++) sum += highest_of(quarters) - quarters[k];
            count += 4;
        }
    }
    uint32_t unit = (uint32_t)(sum / (8 * count));
    return unit > 0 ? unit : 1;
}

static void lay_out(vdk_height_field *field, const vd_pyramid *pyramid)
{
    int64_t offset = 0;
    field->levels = level_count(field->cells_x, field->cells_y);
    for (int w = 1; w <= word_level_count(field->cells_x, field->cells_y); w++) {
        field->word_offset[w] = offset;
        field->word_width[w] = words_at(field->cells_x, w);
        offset += (int64_t)field->word_width[w] * words_at(field->cells_y, w);
    }
    field->pyramid = pyramid->words;
}

vd_result vd_pyramid_build(vd_context *context, vdk_height_field *field, int threads,
                           vd_pyramid *pyramid)
{
    void *memory = NULL, *scratch = NULL;
    pyramid->bytes = vd_pyramid_bytes(field->cells_x, field->cells_y);
    VD_TRY(vd_alloc(context, (size_t)pyramid->bytes, 1, "the height pyramid", &memory));
    pyramid->words = memory;
    lay_out(field, pyramid);
    float range = field->max - field->min;
    field->quantum_base = field->min;
    field->quantum = range > 0.0f ? range / 65500.0f : 1.0f;

    int workers = vd_thread_count(threads);
    VD_TRY(vd_alloc(context, (size_t)(workers * scratch_floats(field)), sizeof(float),
                    "rows of the height pyramid", &scratch));
    vd_result result = VD_OK;
    for (int w = 1; w <= word_level_count(field->cells_x, field->cells_y) && result == VD_OK; w++) {
        level_job job = {field, pyramid->words, w, words_at(field->cells_y, w), scratch};
        vd_work work = {NULL, job.rows < 256 ? 1 : workers,
                        (job.rows + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM, build_rows, &job};
        field->drop_unit[w] = usual_drop(&job);
        result = vd_parallel(context, &work);
    }
    free(scratch);
    return result;
}

void vd_pyramid_clear(vd_pyramid *pyramid)
{
    free(pyramid->words);
    *pyramid = (vd_pyramid){0};
}
