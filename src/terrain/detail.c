/* Posts between the posts.
 *
 * Cells that a camera sees from near are cut into facets (kernel/facet.h), in tiles of 8 x 8 cells
 * that have a level each; only tiles that are cut take memory. A post is a function of its place
 * alone, whatever its tile's level, so tiles of one level have the same posts, to the bit, where
 * they meet.
 *
 * Where a finer cell meets a coarser one, or one that is not cut, its posts on the line between
 * them that the other has not are put on the straight line between those that it has; and where
 * three or four cells meet in a corner one of which is not cut, the corner is the DEM's own post.
 * So the surface has no step anywhere: both sides of a line have the same posts, and between these
 * the same straight line, but for how its points are rounded. A ray that passes there a hair above
 * the one and below the other hits (kernel/traverse.h: ground is solid), so none slips through.
 *
 * What bounds cells from above (the pyramid, the skyline over it, the field's maximum) is built
 * anew, and covers the facets. What is below the DEM's posts needs no bound, but for the field's
 * minimum, from which margins are taken.
 *
 * Memory: a tile of level k takes 64 (4^k + (4^k - 1) / 3) floats and a little for its edges: 5.3
 * bytes a facet. */
#include "terrain/detail.h"

#include <stdlib.h>

#include "terrain/pyramid.h"
#include "terrain/skyline.h"

vd_result vd_detail_plan_make(vd_context *context, const vdk_height_field *field,
                              vd_detail_plan *out)
{
    void *memory;
    *out = (vd_detail_plan){((field->cells_x - 1) >> VDK_TILE_SHIFT) + 1,
                            ((field->cells_y - 1) >> VDK_TILE_SHIFT) + 1, NULL};
    VD_TRY(vd_alloc(context, (size_t)out->tiles_x, (size_t)out->tiles_y, "the plan of the detail",
                    &memory));
    out->levels = memory;
    return VD_OK;
}

void vd_detail_plan_clear(vd_detail_plan *plan)
{
    free(plan->levels);
    *plan = (vd_detail_plan){0};
}

static int64_t tiles_of(const vd_detail_plan *plan)
{
    return (int64_t)plan->tiles_x * plan->tiles_y;
}

static int64_t numbers_of(const vd_detail_plan *plan)
{
    int64_t sum = 0;
    for (int64_t i = 0; i < tiles_of(plan); i++)
        if (plan->levels[i]) sum += vdk_tile_numbers(plan->levels[i]);
    return sum;
}

double vd_detail_bytes(const vd_detail_plan *plan)
{
    return sizeof(float) * (double)numbers_of(plan) + sizeof(uint32_t) * (double)tiles_of(plan);
}

double vd_detail_bytes_of(double cells, int level)
{
    const double tile = VDK_TILE_CELLS * VDK_TILE_CELLS;
    return sizeof(float) * (double)vdk_tile_numbers(level) * cells / tile;
}

/* ---- a tile --------------------------------------------------------------------------------- */

typedef struct job {
    vdk_height_field field; /* with the tiles' words, for the levels of cells */
    vd_detail_heights heights;
    const void *shape;
    float *posts;
    const int32_t *tiles;    /* those that are cut */
    float *highest, *lowest; /* of each of these */
} job;

static float *post_of(const vd_detail_tile *t, int i, int j)
{
    return t->posts + (int64_t)j * t->stride + i;
}

/** The coarsest level of the cells that a post touches. */
static int coarsest_at(const vdk_height_field *f, const vd_detail_tile *t, int i, int j)
{
    const int mask = (1 << t->level) - 1;
    int x = t->cx + (i >> t->level), y = t->cy + (j >> t->level), least = t->level;
    for (int dy = (j & mask) ? 0 : -1; dy <= 0; dy++)
        for (int dx = (i & mask) ? 0 : -1; dx <= 0; dx++)
            least = vdk_imin(least, vdk_word_level(vdk_detail_word(f, x + dx, y + dy)));
    return least;
}

/** Puts a corner of cells, one of which is not cut, on the DEM's post. */
static void settle_corner(const vdk_height_field *f, const vd_detail_tile *t, int i, int j)
{
    if (coarsest_at(f, t, i, j) == 0)
        *post_of(t, i, j) = vdk_post(f, vdk_imin(t->cx + (i >> t->level), f->cells_x),
                                     vdk_imin(t->cy + (j >> t->level), f->cells_y));
}

/** Puts posts of the side of a cell that begins at (i, j) on straight lines between those that the
 *  cell beyond it has. */
static void settle_side(const vdk_height_field *f, const vd_detail_tile *t, int i, int j,
                        int along_x)
{
    const int count = 1 << t->level, di = along_x, dj = !along_x;
    const int step = count >> coarsest_at(f, t, i + di, j + dj);
    for (int k = 0; k < count; k++) {
        int at = k & (step - 1), from = k - at;
        if (at == 0) continue;
        *post_of(t, i + k * di, j + k * dj) = vdk_lerp(
            *post_of(t, i + from * di, j + from * dj),
            *post_of(t, i + (from + step) * di, j + (from + step) * dj), (float)at / (float)step);
    }
}

/** Makes the lines between cells what all of these see: corners first, then what is between. */
static void settle(const vdk_height_field *f, const vd_detail_tile *t)
{
    const int count = 1 << t->level;
    for (int y = 0; y <= VDK_TILE_CELLS; y++)
        for (int x = 0; x <= VDK_TILE_CELLS; x++) settle_corner(f, t, x * count, y * count);
    for (int y = 0; y <= VDK_TILE_CELLS; y++)
        for (int x = 0; x <= VDK_TILE_CELLS; x++) {
            if (x < VDK_TILE_CELLS) settle_side(f, t, x * count, y * count, 1);
            if (y < VDK_TILE_CELLS) settle_side(f, t, x * count, y * count, 0);
        }
}

/** Maxima of squares of 2 x 2 facets from the posts, then each from four of the ones before. */
static void find_maxima(const vd_detail_tile *t, float *maxima)
{
    for (int size = 1; size <= t->level; size++) {
        const int halved = t->level - size, side = VDK_TILE_CELLS << halved;
        float *out = maxima + vdk_tile_maxima(halved);
        const float *finer = maxima + vdk_tile_maxima(halved + 1);
        for (int y = 0; y < side; y++)
            for (int x = 0; x < side; x++) {
                float high = -VDK_HUGE;
                for (int k = 0; size == 1 && k < 9; k++)
                    high = vdk_max(high, *post_of(t, 2 * x + k % 3, 2 * y + k / 3));
                for (int k = 0; size > 1 && k < 4; k++)
                    high = vdk_max(high, finer[(2 * y + k / 2) * 2 * side + 2 * x + k % 2]);
                out[y * side + x] = high;
            }
    }
}

static vd_result fill_tile(void *state, int thread, int64_t item)
{
    const job *j = state;
    const vdk_detail *detail = &j->field.detail;
    const vdk_uint word = detail->tiles[j->tiles[item]];
    const int level = vdk_word_level(word), side = VDK_TILE_CELLS << level;
    float *numbers = j->posts + vdk_word_first(word);
    const vd_detail_tile t = {(j->tiles[item] % detail->tiles_x) << VDK_TILE_SHIFT,
                              (j->tiles[item] / detail->tiles_x) << VDK_TILE_SHIFT, level,
                              numbers + vdk_tile_post(level, 0, 0), vdk_tile_stride(level)};
    float high = -VDK_HUGE, low = VDK_HUGE;
    (void)thread;
    VD_TRY(j->heights(j->shape, &t));
    settle(&j->field, &t);
    for (int y = 0; y <= side; y++)
        for (int x = 0; x <= side; x++) {
            high = vdk_max(high, *post_of(&t, x, y));
            low = vdk_min(low, *post_of(&t, x, y));
        }
    find_maxima(&t, numbers);
    j->highest[item] = high;
    j->lowest[item] = low;
    return VD_OK;
}

/* ---- all tiles ------------------------------------------------------------------------------ */

/** Gives each tile its word, and lists those that are cut. */
static int64_t lay_out(const vd_detail_plan *plan, uint32_t *words, int32_t *tiles)
{
    int64_t first = 0, count = 0;
    for (int64_t i = 0; i < tiles_of(plan); i++) {
        words[i] = 0;
        if (plan->levels[i] == 0) continue;
        words[i] = (uint32_t)(first / 64) << 4 | plan->levels[i];
        tiles[count++] = (int32_t)i;
        first += vdk_tile_numbers(plan->levels[i]);
    }
    return count;
}

static vd_result fill(vd_context *context, job *j, int64_t count, int threads,
                      vdk_height_field *field)
{
    vd_work work = {"detail", threads, count, fill_tile, j};
    VD_TRY(vd_parallel(context, &work));
    for (int64_t i = 0; i < count; i++) {
        field->max = vdk_max(field->max, j->highest[i]);
        field->min = vdk_min(field->min, j->lowest[i]);
    }
    return VD_OK;
}

/** Builds what bounds the field from above. */
static vd_result bound(vd_context *context, vd_terrain *terrain, vdk_height_field *field,
                       int threads)
{
    vd_pyramid pyramid = {0};
    uint32_t *skyline = NULL;
    vd_result result = vd_pyramid_build(context, field, threads, &pyramid);
    if (result == VD_OK) result = vd_skyline_build(context, field, threads, &skyline);
    if (result != VD_OK) {
        vd_pyramid_clear(&pyramid);
        return result;
    }
    vd_pyramid_clear(&terrain->pyramid);
    free(terrain->skyline);
    terrain->pyramid = pyramid;
    terrain->skyline = skyline;
    return VD_OK;
}

vd_result vd_terrain_refine(vd_context *context, vd_terrain *terrain, const vd_detail_plan *plan,
                            vd_detail_heights heights, const void *shape, int threads)
{
    void *words = NULL, *posts = NULL, *tiles = NULL, *bounds = NULL;
    const size_t all = (size_t)tiles_of(plan), numbers = (size_t)numbers_of(plan);
    vdk_height_field field = terrain->field;
    if (numbers == 0) return VD_OK;
    if (numbers / 64 >= (size_t)1 << 28)
        return vd_fail(context, VD_ERR_MEMORY,
                       "the terrain's detail has more than 2^34 posts; take a smaller "
                       "--terrain-detail");
    vd_result result = vd_alloc(context, all, sizeof(uint32_t), "the terrain's detail", &words);
    if (result == VD_OK)
        result = vd_alloc(context, numbers, sizeof(float), "the terrain's detail", &posts);
    if (result == VD_OK)
        result = vd_alloc(context, all, sizeof(int32_t), "the terrain's detail", &tiles);
    if (result == VD_OK)
        result = vd_alloc(context, 2 * all, sizeof(float), "the terrain's detail", &bounds);
    if (result == VD_OK) {
        field.detail = (vdk_detail){words, posts, plan->tiles_x};
        int64_t count = lay_out(plan, words, tiles);
        job j = {field, heights, shape, posts, tiles, bounds, (float *)bounds + all};
        result = fill(context, &j, count, threads, &field);
    }
    float edge = terrain->field.max - terrain->field.edge_drop;
    if (result == VD_OK) result = bound(context, terrain, &field, threads);
    free(tiles);
    free(bounds);
    if (result != VD_OK) {
        free(words);
        free(posts);
        return result;
    }
    field.edge_drop = field.max - edge;
    terrain->detail_tiles = words;
    terrain->detail_posts = posts;
    terrain->field = field;
    return VD_OK;
}
