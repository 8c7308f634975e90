/* From open rasters to posts: every tile read once, by strips, into its place.
 *
 * Heights keep a float's precision by being stored relative to one whole number of metres near
 * them, subtracted in double: a lidar tile at 4,000 m or a bathymetry whose integers start at -2^31
 * loses nothing. That base is the first valid height in the order of the grid's rows, which no
 * strip size, file layout or cutting into tiles changes, and neither do rasters stored south up. It
 * is found first, by reading only the tiles at the top, as far as their first valid cell; what a
 * lone raster has above it is NODATA and not read again.
 *
 * Then the strips of a tile are read side by side, each thread having a handle of its own. A
 * strip's rows are its thread's alone, in the posts and in the mask, so nothing depends on their
 * order. Where tiles overlap the later one is written over the earlier where it is valid, hence one
 * tile after another. The peak of memory is the posts, the mask and a block or strip a thread. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/dem_parts.h"

/* Cells looked at together: all of them heights, which is quick, or one by one. */
enum { CHUNK = 512 };

typedef struct reader {
    vd_context *context;
    const vd_dem_options *options;
    vd_mosaic *mosaic;
    vd_dem *dem;
    bool is_lone; /* one raster, which gets a mask with its first invalid cell */
    bool has_base;
    /* The base's cell in the grid, and whose tile's it is. */
    int64_t base_cell;
    int base_tile;
    int first_strip; /* of a lone raster; those before it hold nothing valid */
    bool is_odd;     /* or values that are to be counted */
    pthread_mutex_t mutex;
    int64_t absurd; /* cells beyond VD_HEIGHT_LIMIT_M; under the mutex */
} reader;

/* A tile in work. */
typedef struct tile_reader {
    reader *r;
    int index;
    const vd_tile *tile;
    vd_raster **rasters; /* a handle for each thread, opened at its first strip */
    int first_strip, strips, height;
} tile_reader;

/* A strip, in rows of the file; the rows' numbers in the tile go the other way where it is flipped.
 */
typedef struct strip {
    int first, rows;
} strip;

static strip strip_at(const tile_reader *t, int number)
{
    strip s = {(t->tile->flipped ? t->strips - 1 - number : number) * t->height, t->height};
    if (s.first + s.rows > t->tile->ny) s.rows = t->tile->ny - s.first;
    return s;
}

/* The row of the grid that a row of the file is. */
static int grid_row(const vd_tile *tile, int row)
{
    return tile->row + (tile->flipped ? tile->ny - 1 - row : row);
}

static bool is_height(double metres)
{
    return fabs(metres) <= VD_HEIGHT_LIMIT_M;
}

static void plan_tile(tile_reader *t, const vd_raster *raster)
{
    t->tile = &t->r->mosaic->tiles[t->index];
    t->height = vd_raster_strip_rows(raster);
    t->strips = (t->tile->ny + t->height - 1) / t->height;
}

/* ---- the base ------------------------------------------------------------------------------ */

/* The column of a row's first height, or -1; *out is it in metres. *is_odd is set if there are
 * values before it that are none. */
static int first_height(const vd_cells *cells, int row, double to_m, double *out, bool *is_odd)
{
    double values[CHUNK];
    for (int first = 0; first < cells->columns; first += CHUNK) {
        int count = cells->columns - first < CHUNK ? cells->columns - first : CHUNK;
        const uint8_t *valid = cells->valid ? cells->valid + row * cells->stride + first : NULL;
        vd_cells_to_values(cells, row, first, count, values);
        for (int i = 0; i < count; i++) {
            if ((valid && !valid[i]) || !isfinite(values[i])) continue;
            *out = values[i] * to_m;
            if (is_height(*out)) return first + i;
            *is_odd = true;
        }
    }
    return -1;
}

static vd_result look_for_base(void *state, const vd_cells *cells)
{
    const tile_reader *t = state;
    reader *r = t->r;
    for (int i = 0; i < cells->rows; i++) {
        int j = t->tile->flipped ? cells->rows - 1 - i : i;
        double metres;
        int column = first_height(cells, j, t->tile->vertical_to_m, &metres, &r->is_odd);
        if (column < 0) continue;
        int64_t cell = (int64_t)grid_row(t->tile, cells->row + j) * r->dem->info.nx +
                       t->tile->column + cells->column + column;
        if (r->has_base &&
            (cell > r->base_cell || (cell == r->base_cell && t->index < r->base_tile)))
            return VD_OK;
        r->has_base = true;
        r->base_cell = cell;
        r->base_tile = t->index;
        r->dem->base_m = floor(metres + 0.5);
        return VD_OK;
    }
    return VD_OK;
}

/* Reads a tile from the north until it has a valid cell, or can have none before the base. */
static vd_result search_tile(reader *r, int index)
{
    vd_raster *raster = NULL;
    VD_TRY(vd_mosaic_open_tile(r->context, r->mosaic, r->options, index, &raster));
    tile_reader t = {.r = r, .index = index};
    plan_tile(&t, raster);
    vd_result result = VD_OK;
    for (int n = 0; n < t.strips && result == VD_OK; n++) {
        strip s = strip_at(&t, n);
        int north = grid_row(t.tile, t.tile->flipped ? s.first + s.rows - 1 : s.first);
        if (r->has_base &&
            (r->base_tile == index || (int64_t)north * r->dem->info.nx > r->base_cell))
            break;
        r->first_strip = n;
        result = vd_progress(r->context, "read", 0.0);
        if (result == VD_OK)
            result = vd_raster_read(r->context, raster, s.first, s.rows, look_for_base, &t);
    }
    if (r->is_lone)
        r->mosaic->only = raster; /* for reading it */
    else
        vd_raster_close(raster);
    return result;
}

typedef struct top {
    int row, tile;
} top;

static int compare_tops(const void *a, const void *b)
{
    const top *p = a, *q = b;
    return p->row != q->row ? (p->row < q->row ? -1 : 1) : p->tile - q->tile;
}

static vd_result find_base(reader *r)
{
    void *memory = NULL;
    int count = r->mosaic->count;
    vd_result result = VD_OK;
    VD_TRY(vd_alloc(r->context, (size_t)count, sizeof(top), "the tiles", &memory));
    top *tops = memory;
    for (int i = 0; i < count; i++) tops[i] = (top){r->mosaic->tiles[i].row, i};
    qsort(tops, (size_t)count, sizeof *tops, compare_tops);
    for (int i = 0; i < count && result == VD_OK; i++) {
        if (r->has_base && (int64_t)tops[i].row * r->dem->info.nx > r->base_cell) break;
        result = search_tile(r, tops[i].tile);
    }
    free(tops);
    return result;
}

/* ---- the mask ------------------------------------------------------------------------------ */

/* The mask with all cells alike. The bits behind a row's last cell are always set. */
static vd_result make_mask(reader *r, bool is_valid)
{
    vd_dem *dem = r->dem;
    void *memory = NULL;
    size_t stride = (size_t)dem->valid_stride, rows = (size_t)dem->info.ny;
    VD_TRY(vd_alloc(r->context, stride * rows, 1, "the NODATA mask", &memory));
    uint8_t *valid = memory;
    memset(valid, is_valid ? 0xff : 0x00, stride * rows);
    for (size_t row = 1; row <= rows && !is_valid && dem->info.nx % 8 != 0; row++)
        valid[row * stride - 1] = (uint8_t)(0xff << (dem->info.nx % 8));
    dem->valid = valid;
    return VD_OK;
}

/* A lone raster's mask, made when it is needed. */
static vd_result need_mask(reader *r)
{
    pthread_mutex_lock(&r->mutex);
    vd_result result = r->dem->valid ? VD_OK : make_mask(r, true);
    pthread_mutex_unlock(&r->mutex);
    return result;
}

static void set_bits(uint8_t *bits, int first, int count)
{
    int last = first + count;
    for (; first < last && (first & 7); first++) bits[first >> 3] |= (uint8_t)(1u << (first & 7));
    for (; first + 8 <= last; first += 8) bits[first >> 3] = 0xff;
    for (; first < last; first++) bits[first >> 3] |= (uint8_t)(1u << (first & 7));
}

/* The rows above a lone raster's first valid cell that are not read. */
static vd_result mask_top(const tile_reader *t)
{
    if (t->first_strip == 0) return VD_OK;
    strip s = strip_at(t, t->first_strip);
    int rows = grid_row(t->tile, t->tile->flipped ? s.first + s.rows - 1 : s.first);
    VD_TRY(need_mask(t->r));
    vd_dem *dem = t->r->dem;
    for (int row = 0; row < rows; row++) {
        uint8_t *bits = dem->valid + row * dem->valid_stride;
        memset(bits, 0, (size_t)dem->valid_stride);
        set_bits(bits, dem->info.nx, (int)(8 * dem->valid_stride) - dem->info.nx);
    }
    return VD_OK;
}

static int64_t count_invalid(const vd_dem *dem)
{
    int64_t bytes = dem->valid_stride * dem->info.ny, set = 0, i = 0;
    for (; i + 8 <= bytes; i += 8) {
        uint64_t word;
        memcpy(&word, dem->valid + i, sizeof word);
        set += __builtin_popcountll(word);
    }
    for (; i < bytes; i++) set += __builtin_popcount(dem->valid[i]);
    return 8 * bytes - set;
}

/* ---- heights ------------------------------------------------------------------------------- */

/* Cells some of which may hold no height. */
static vd_result store_mixed(const tile_reader *t, const vd_cells *cells, int row, int first,
                             int count)
{
    reader *r = t->r;
    const vd_dem *dem = r->dem;
    double values[CHUNK];
    int64_t absurd = 0;
    const uint8_t *valid = cells->valid ? cells->valid + row * cells->stride + first : NULL;
    int at = grid_row(t->tile, cells->row + row);
    int column = t->tile->column + cells->column + first;
    float *post = vd_dem_post(dem, column, at);
    if (r->is_lone) VD_TRY(need_mask(r));
    uint8_t *bits = dem->valid + at * dem->valid_stride;
    vd_cells_to_values(cells, row, first, count, values);
    for (int i = 0; i < count; i++) {
        double metres = values[i] * t->tile->vertical_to_m;
        bool is_known = (!valid || valid[i]) && isfinite(values[i]);
        uint8_t bit = (uint8_t)(1u << ((column + i) & 7));
        if (is_known && is_height(metres)) {
            post[i] = (float)(metres - dem->base_m);
            bits[(column + i) >> 3] |= bit;
        } else {
            absurd += is_known;
            if (r->is_lone) bits[(column + i) >> 3] &= (uint8_t)~bit;
        }
    }
    if (absurd > 0) {
        pthread_mutex_lock(&r->mutex);
        r->absurd += absurd;
        pthread_mutex_unlock(&r->mutex);
    }
    return VD_OK;
}

static vd_result store_cells(void *state, const vd_cells *cells)
{
    const tile_reader *t = state;
    const vd_dem *dem = t->r->dem;
    double to_m = t->tile->vertical_to_m;
    for (int row = 0; row < cells->rows; row++) {
        int at = grid_row(t->tile, cells->row + row);
        for (int first = 0; first < cells->columns; first += CHUNK) {
            int count = cells->columns - first < CHUNK ? cells->columns - first : CHUNK;
            int column = t->tile->column + cells->column + first;
            const uint8_t *valid = cells->valid ? cells->valid + row * cells->stride + first : NULL;
            if ((valid && memchr(valid, 0, (size_t)count)) ||
                !vd_cells_are_heights(cells, row, first, count, to_m)) {
                VD_TRY(store_mixed(t, cells, row, first, count));
                continue;
            }
            vd_cells_to_heights(cells, row, first, count, to_m, dem->base_m,
                                vd_dem_post(dem, column, at));
            if (!t->r->is_lone) set_bits(dem->valid + at * dem->valid_stride, column, count);
        }
    }
    return VD_OK;
}

static vd_result read_strip(void *state, int thread, int64_t item)
{
    tile_reader *t = state;
    reader *r = t->r;
    vd_raster **raster = &t->rasters[thread];
    strip s = strip_at(t, t->first_strip + (int)item);
    if (!*raster) VD_TRY(vd_raster_open_again(r->context, t->rasters[0], raster));
    return vd_raster_read(r->context, *raster, s.first, s.rows, store_cells, t);
}

static vd_result read_tile(reader *r, int index)
{
    void *memory = NULL;
    int threads = vd_thread_count(r->options->threads);
    tile_reader t = {.r = r, .index = index};
    VD_TRY(vd_alloc(r->context, (size_t)threads, sizeof(vd_raster *), "a tile's readers", &memory));
    t.rasters = memory;
    vd_result result = vd_mosaic_open_tile(r->context, r->mosaic, r->options, index, &t.rasters[0]);
    if (result != VD_OK) goto cleanup;
    plan_tile(&t, t.rasters[0]);
    if (r->is_lone) {
        t.first_strip = r->is_odd ? 0 : r->first_strip;
        result = mask_top(&t);
    } else {
        result = vd_progress(r->context, "read", (double)index / (double)r->mosaic->count);
    }
    if (result != VD_OK) goto cleanup;
    vd_work work = {.phase = r->is_lone ? "read" : NULL,
                    .threads = vd_raster_is_shared(t.rasters[0]) ? threads : 1,
                    .items = t.strips - t.first_strip,
                    .run = read_strip,
                    .state = &t};
    result = vd_parallel(r->context, &work);

cleanup:
    for (int i = 0; i < threads; i++) vd_raster_close(t.rasters[i]);
    free(t.rasters);
    return result;
}

/* Whether there is anything to see, and what was odd. */
static vd_result check_heights(reader *r)
{
    const char *name = r->mosaic->name;
    if (r->absurd > 0)
        vd_message(
            r->context, VD_LEVEL_WARNING,
            "%s: %lld cells hold values beyond 10,000 km; taken as NODATA (gdal_edit -a_nodata "
            "declares them)",
            name, (long long)r->absurd);
    if (r->has_base) return VD_OK;
    return vd_fail(r->context, VD_ERR_FORMAT,
                   "%s: has no valid height, all its cells are NODATA or beyond 10,000 km; check "
                   "--band and the file's NODATA value",
                   name);
}

static vd_result read_all(reader *r)
{
    vd_dem *dem = r->dem;
    VD_TRY(find_base(r));
    /* Tiles start from a mask without valid cells, which are the gaps in the end. */
    if (!r->is_lone) VD_TRY(make_mask(r, false));
    for (int i = 0; i < r->mosaic->count; i++) VD_TRY(read_tile(r, i));
    VD_TRY(vd_progress(r->context, "read", 1.0));
    dem->invalid_count = dem->valid ? count_invalid(dem) : 0;
    if (dem->invalid_count == 0) {
        free(dem->valid);
        dem->valid = NULL;
    }
    return check_heights(r);
}

vd_result vd_dem_read_heights(vd_context *context, const vd_dem_options *options, vd_mosaic *mosaic,
                              vd_dem *dem)
{
    reader r = {.context = context,
                .options = options,
                .mosaic = mosaic,
                .dem = dem,
                .is_lone = mosaic->count == 1};
    pthread_mutex_init(&r.mutex, NULL);
    vd_result result = read_all(&r);
    pthread_mutex_destroy(&r.mutex);
    return result;
}
