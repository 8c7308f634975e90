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

#include "kernel/facet.h"
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
    void *scratch; /* scratch_bytes() for each thread */
} level_job;

/* A row of words in the making. The loops over them are simple ones, for the compiler to vectorise;
 * it does not do that to a word at a time. */
typedef struct row_scratch {
    float *highest;        /* of the posts or words of a half of the row, column by column */
    uint32_t *quarters[2]; /* the upper and the lower half's maxima in quanta, two to a word */
} row_scratch;

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

/* ---- a row of words ------------------------------------------------------------------------- */

static int64_t scratch_columns(const vdk_height_field *field)
{
    return (int64_t)field->cells_x + 8;
}

static size_t scratch_bytes(const vdk_height_field *field)
{
    return (size_t)(2 * scratch_columns(field)) * 4;
}

static row_scratch scratch_of(const level_job *job, int thread)
{
    float *memory = (float *)((char *)job->scratch + (size_t)thread * scratch_bytes(job->field));
    uint32_t *quarters = (uint32_t *)(memory + scratch_columns(job->field));
    return (row_scratch){memory, {quarters, quarters + scratch_columns(job->field) / 2}};
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

/** The same of posts as rays read them, and of cells that are refined over them. */
static void highest_with_detail(const vdk_height_field *field, int j, const int rows[3],
                                float *restrict out)
{
    for (int i = 0; i <= field->cells_x; i++)
        out[i] = vdk_max(vdk_post(field, i, rows[0]),
                         vdk_max(vdk_post(field, i, rows[1]), vdk_post(field, i, rows[2])));
    for (int y = j; y < j + 2 && y < field->cells_y; y++)
        for (int x = 0; x < field->cells_x; x++)
            if (vdk_detail_word(field, x, y)) out[x] = vdk_max(out[x], vdk_cell_max(field, x, y));
}

/** The highest of three rows of posts from row j on, column by column; rows and columns past the
 *  last are as the last. */
static void highest_of_rows(const vdk_height_field *field, int j, float *restrict out)
{
    int rows[3], posts = field->cells_x + 1;
    for (int k = 0; k < 3; k++) rows[k] = j + k < field->cells_y ? j + k : field->cells_y;
    if (field->detail.tiles)
        highest_with_detail(field, j, rows, out);
    else if (field->block_shift)
        vd_posts_highest(field, rows, out);
    else
        highest_of_floats(field, rows, out);
    for (int i = posts; i < posts + 4; i++) out[i] = out[posts - 1];
}

/** Quarters of 2 x 2 cells from the highest posts of their rows. */
static void quarters_of_posts(const vdk_height_field *field, const float *restrict highest,
                              int count, uint32_t *restrict out)
{
    float base = field->quantum_base, quantum = field->quantum;
    for (int i = 0; i < count; i++) {
        float a = highest[2 * i], b = highest[2 * i + 1], c = highest[2 * i + 2];
        float ab = a > b ? a : b;
        int q = (int)(((ab > c ? ab : c) - base) / quantum) + 2;
        out[i] = (uint32_t)(q > 65535 ? 65535 : q);
    }
}

/** Quarters of 2 x 2 words of the level below, from row j of them on; what is past the last is as
 *  low as can be. */
static void quarters_of_words(const level_job *job, int j, int count, uint32_t *restrict out)
{
    const vdk_height_field *field = job->field;
    int below = job->level - 1, width = field->word_width[below];
    int height = words_at(field->cells_y, below);
    for (int i = 0; i < count; i++) out[i] = 0;
    for (int row = j; row < j + 2 && row < height; row++) {
        const uint32_t *words = job->words + field->word_offset[below] + (int64_t)row * width;
        for (int i = 0; i < width; i++) {
            uint32_t high = words[i] & 0xffff;
            out[i >> 1] = high > out[i >> 1] ? high : out[i >> 1];
        }
    }
}

/** Finds the maxima of the quarters of row y of words. Where the grid ends a quarter may have no
 *  cell: it is as high as the one beside it then, or as low as can be. */
static void find_quarters(const level_job *job, const row_scratch *scratch, int y)
{
    const vdk_height_field *field = job->field;
    int count = 2 * field->word_width[job->level];
    for (int half = 0; half < 2; half++) {
        if (job->level > 1) {
            quarters_of_words(job, 4 * y + 2 * half, count, scratch->quarters[half]);
            continue;
        }
        highest_of_rows(field, 4 * y + 2 * half, scratch->highest);
        quarters_of_posts(field, scratch->highest, count, scratch->quarters[half]);
    }
}

static inline uint32_t highest_of(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    uint32_t ab = a > b ? a : b, cd = c > d ? c : d;
    return ab > cd ? ab : cd;
}

/** The largest number of four bits that stands for no more than so many units: 0 to 8 do for
 *  themselves, up to 12 for two each, up to 15 for four. */
static inline uint32_t drop_bits(uint32_t units)
{
    uint32_t u = units < 28 ? units : 28;
    uint32_t twos = 4 + (u >> 1), fours = 8 + (u >> 2);
    u = u < twos ? u : twos;
    return u < fours ? u : fours;
}

static void pack_row(const row_scratch *scratch, int width, uint32_t per_65536,
                     uint32_t *restrict out)
{
    const uint32_t *restrict upper = scratch->quarters[0], *restrict lower = scratch->quarters[1];
    for (int x = 0; x < width; x++) {
        uint32_t a = upper[2 * x], b = upper[2 * x + 1], c = lower[2 * x], d = lower[2 * x + 1];
        uint32_t high = highest_of(a, b, c, d);
        out[x] = high | drop_bits((high - a) * per_65536 >> 16) << 16 |
                 drop_bits((high - b) * per_65536 >> 16) << 20 |
                 drop_bits((high - c) * per_65536 >> 16) << 24 |
                 drop_bits((high - d) * per_65536 >> 16) << 28;
    }
}

/* ---- a level -------------------------------------------------------------------------------- */

static vd_result build_rows(void *state, int thread, int64_t item)
{
    const level_job *job = state;
    const vdk_height_field *field = job->field;
    row_scratch scratch = scratch_of(job, thread);
    int width = field->word_width[job->level];
    uint32_t per_65536 = 65536 / field->drop_unit[job->level];
    int first = (int)item * ROWS_PER_ITEM;
    int last = first + ROWS_PER_ITEM < job->rows ? first + ROWS_PER_ITEM : job->rows;
    for (int y = first; y < last; y++) {
        find_quarters(job, &scratch, y);
        pack_row(&scratch, width, per_65536,
                 job->words + field->word_offset[job->level] + (int64_t)y * width);
    }
    return VD_OK;
}

/** An eighth of how much lower quarters are than their words on average. */
static uint32_t usual_drop(const level_job *job)
{
    row_scratch scratch = scratch_of(job, 0);
    int step = job->rows > SAMPLED_ROWS ? job->rows / SAMPLED_ROWS : 1;
    uint64_t sum = 0, count = 0;
    for (int y = 0; y < job->rows; y += step) {
        find_quarters(job, &scratch, y);
        for (int x = 0; x < job->field->word_width[job->level]; x++) {
            const uint32_t *upper = scratch.quarters[0] + 2 * x;
            const uint32_t *lower = scratch.quarters[1] + 2 * x;
            uint64_t high = highest_of(upper[0], upper[1], lower[0], lower[1]);
            sum += 4 * high - upper[0] - upper[1] - lower[0] - lower[1];
            count += 4;
        }
    }
    uint32_t unit = (uint32_t)(sum / (8 * count));
    return unit > 0 ? unit : 1;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static void lay_out(vdk_height_field *field, const uint32_t *words)
{
    int64_t offset = 0;
    field->levels = level_count(field->cells_x, field->cells_y);
    for (int w = 1; w <= word_level_count(field->cells_x, field->cells_y); w++) {
        field->word_offset[w] = offset;
        field->word_width[w] = words_at(field->cells_x, w);
        offset += (int64_t)field->word_width[w] * words_at(field->cells_y, w);
    }
    field->pyramid = words;
    float range = field->max - field->min;
    field->quantum_base = field->min;
    field->quantum = range > 0.0f ? range / 65500.0f : 1.0f;
}

vd_result vd_pyramid_build(vd_context *context, vdk_height_field *field, int threads,
                           vd_pyramid *pyramid)
{
    void *memory = NULL, *scratch = NULL;
    pyramid->bytes = vd_pyramid_bytes(field->cells_x, field->cells_y);
    VD_TRY(vd_alloc(context, (size_t)pyramid->bytes, 1, "the height pyramid", &memory));
    pyramid->words = memory;
    lay_out(field, pyramid->words);

    int workers = vd_thread_count(threads);
    VD_TRY(vd_alloc(context, (size_t)workers, scratch_bytes(field), "rows of the height pyramid",
                    &scratch));
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

void vd_pyramid_adopt(vdk_height_field *field, const uint32_t *words, const uint32_t *drop_unit)
{
    lay_out(field, words);
    for (int w = 0; w < VDK_WORD_LEVELS; w++) field->drop_unit[w] = drop_unit[w];
}

void vd_pyramid_clear(vd_pyramid *pyramid)
{
    free(pyramid->words);
    *pyramid = (vd_pyramid){0};
}
