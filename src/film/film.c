/* The tile store.
 *
 * A tile's slot holds its pixels, row by row and without padding, and then its blocks. Slots lie
 * one after another, row of tiles by row of tiles. The tiles of a row of tiles all have its height,
 * so where a slot begins follows from the tile's corner alone, and a film takes exactly the bytes
 * of its pixels and blocks; in memory and in a file at the same offsets.
 *
 * The mean of a pixel is (float)(sum * (1.0 / count)), computed when a tile is stored or when it is
 * read: the same operations on the same numbers. */
#include <stdlib.h>
#include <string.h>

#include "film/parts.h"

struct vd_film {
    int x, y; /* in the picture */
    int width, height, tile, channels;
    int64_t tiles_across, tiles_down;
    bool keeps_sums;
    vd_store store;
    int64_t start;            /* of the slots in the store */
    vd_checkpoint checkpoint; /* path NULL: none */
};

/* A tile's place in the picture and its slot's in the store. */
typedef struct slot {
    int x, y, width, height;
    size_t pixel_bytes, size; /* of the pixels, and of all */
    int64_t offset;
} slot;

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static bool keeps_sums(const vd_film_options *options)
{
    return options->keeps_sums || options->checkpoint;
}

static size_t pixel_bytes(bool sums, int channels)
{
    return (size_t)channels * (sums ? sizeof(double) : sizeof(float));
}

double vd_film_bytes(const vd_film_options *options)
{
    double pixels = (double)options->width * (double)options->height;
    double blocks = (double)vd_film_blocks(options->width) * vd_film_blocks(options->height);
    return pixels * (double)pixel_bytes(keeps_sums(options), options->channels) +
           blocks * (double)sizeof(vd_film_block);
}

bool vd_film_spools(const vd_film_options *options)
{
    double bytes = vd_film_bytes(options);
    return options->checkpoint || bytes > options->memory_budget ||
           bytes > vd_memory_available() / 2;
}

static vd_result make_film(vd_context *context, const vd_film_options *options, vd_film **out)
{
    *out = NULL;
    if (options->width < 1 || options->height < 1 || options->tile < 1 ||
        options->tile % VD_FILM_BLOCK_PX != 0 || options->channels < 1 ||
        options->channels > VD_FILM_CHANNELS_MAX)
        return vd_fail(context, VD_ERR_INTERNAL,
                       "a film of %d x %d pixels of %d channels in tiles of %d", options->width,
                       options->height, options->channels, options->tile);
    void *memory = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_film), "the film", &memory));
    *out = memory;
    **out = (vd_film){.x = options->x,
                      .y = options->y,
                      .width = options->width,
                      .height = options->height,
                      .tile = options->tile,
                      .channels = options->channels,
                      .tiles_across = ((int64_t)options->width + options->tile - 1) / options->tile,
                      .tiles_down = ((int64_t)options->height + options->tile - 1) / options->tile,
                      .keeps_sums = keeps_sums(options),
                      .store = {.file = -1}};
    return VD_OK;
}

vd_result vd_film_create(vd_context *context, const vd_film_options *options, vd_film **out)
{
    VD_TRY(make_film(context, options, out));
    vd_film *film = *out;
    double bytes = vd_film_bytes(options);
    vd_result result;
    if (options->checkpoint) {
        result = vd_checkpoint_create(context, options, vd_film_tile_count(film), bytes,
                                      &film->checkpoint, &film->store);
        film->start = film->checkpoint.slots;
    } else if (vd_film_spools(options)) {
        result = vd_store_in_spool(context, options, bytes, &film->store);
    } else {
        result = vd_store_in_memory(context, bytes, &film->store);
    }
    if (result != VD_OK) {
        vd_film_destroy(film);
        *out = NULL;
    }
    return result;
}

vd_result vd_film_resume(vd_context *context, const char *path, vd_film **out, char **identity)
{
    vd_film_options options = {.checkpoint = path};
    vd_checkpoint checkpoint = {0};
    vd_store store;
    vd_film *film = NULL;
    *out = NULL;
    *identity = NULL;
    vd_result result = vd_checkpoint_open(context, path, &options, identity, &checkpoint, &store);
    if (result == VD_OK) result = make_film(context, &options, &film);
    if (result == VD_OK)
        result = vd_checkpoint_read_directory(context, vd_film_tile_count(film),
                                              vd_film_bytes(&options), &checkpoint, &store);
    if (result != VD_OK) {
        vd_checkpoint_close(&checkpoint);
        vd_store_close(&store);
        vd_film_destroy(film);
        free(*identity);
        *identity = NULL;
        return result;
    }
    film->checkpoint = checkpoint;
    film->store = store;
    film->start = checkpoint.slots;
    *out = film;
    return VD_OK;
}

void vd_film_place(vd_film *film, int x, int y)
{
    film->x = x;
    film->y = y;
}

void vd_film_destroy(vd_film *film)
{
    if (!film) return;
    vd_store_close(&film->store);
    vd_checkpoint_close(&film->checkpoint);
    free(film);
}

bool vd_film_has_checkpoint(const vd_film *film)
{
    return film->checkpoint.path && vd_checkpoint_is_there(&film->checkpoint, &film->store);
}

void vd_film_remove_checkpoint(const vd_film *film)
{
    if (film->checkpoint.path) vd_checkpoint_remove(&film->checkpoint, &film->store);
}

int vd_film_width(const vd_film *film)
{
    return film->width;
}

int vd_film_height(const vd_film *film)
{
    return film->height;
}

int vd_film_tile_px(const vd_film *film)
{
    return film->tile;
}

int vd_film_channels(const vd_film *film)
{
    return film->channels;
}

bool vd_film_is_spooled(const vd_film *film)
{
    return film->store.file >= 0;
}

int64_t vd_film_tile_count(const vd_film *film)
{
    return film->tiles_across * film->tiles_down;
}

/* A tile's place on the film. */
static void rect_of(const vd_film *film, int64_t tile, int *x, int *y, int *width, int *height)
{
    *x = (int)(tile % film->tiles_across * film->tile);
    *y = (int)(tile / film->tiles_across * film->tile);
    *width = smaller(film->tile, film->width - *x);
    *height = smaller(film->tile, film->height - *y);
}

void vd_film_tile_rect(const vd_film *film, int64_t tile, int *x, int *y, int *width, int *height)
{
    rect_of(film, tile, x, y, width, height);
    *x += film->x;
    *y += film->y;
}

/* Before a slot are all rows of tiles above it, and the tiles to its left, as high as it is. */
static slot slot_of(const vd_film *film, int64_t tile)
{
    slot s;
    rect_of(film, tile, &s.x, &s.y, &s.width, &s.height);
    int64_t pixel = (int64_t)pixel_bytes(film->keeps_sums, film->channels);
    int64_t across = vd_film_blocks(film->width), high = vd_film_blocks(s.height);
    int64_t pixels = (int64_t)s.y * film->width + (int64_t)s.x * s.height;
    int64_t blocks = s.y / VD_FILM_BLOCK_PX * across + s.x / VD_FILM_BLOCK_PX * high;
    s.offset = film->start + pixels * pixel + blocks * (int64_t)sizeof(vd_film_block);
    s.pixel_bytes = (size_t)pixel * (size_t)s.width * (size_t)s.height;
    s.size = s.pixel_bytes + sizeof(vd_film_block) * (size_t)vd_film_blocks(s.width) * (size_t)high;
    return s;
}

static bool is_stored(const vd_film *film, int64_t tile)
{
    return !film->checkpoint.path || film->checkpoint.checksums[tile] != 0;
}

static vd_result check_tile(vd_context *context, const vd_film *film, int64_t tile)
{
    if (tile >= 0 && tile < vd_film_tile_count(film)) return VD_OK;
    return vd_fail(context, VD_ERR_INTERNAL, "the film has no tile %lld", (long long)tile);
}

static vd_result alloc_bytes(vd_context *context, size_t size, char **out)
{
    void *memory = NULL;
    vd_result result = vd_alloc(context, size, 1, "a tile", &memory);
    *out = memory;
    return result;
}

static const vd_film_block *block_at(const vd_film_block *blocks, int width, int x, int y)
{
    return &blocks[y / VD_FILM_BLOCK_PX * vd_film_blocks(width) + x / VD_FILM_BLOCK_PX];
}

static void mean_of(const double *sum, int channels, uint32_t count, float *out)
{
    double scale = count ? 1.0 / count : 0.0;
    for (int c = 0; c < channels; c++) out[c] = (float)(sum[c] * scale);
}

vd_result vd_film_store(vd_context *context, vd_film *film, int64_t tile, const double *sums,
                        const vd_film_block *blocks)
{
    VD_TRY(check_tile(context, film, tile));
    slot s = slot_of(film, tile);
    char *bytes;
    VD_TRY(alloc_bytes(context, s.size, &bytes));
    if (film->keeps_sums) {
        memcpy(bytes, sums, s.pixel_bytes);
    } else {
        size_t pixel = pixel_bytes(false, film->channels);
        for (int i = 0; i < s.width * s.height; i++) {
            float mean[VD_FILM_CHANNELS_MAX];
            mean_of(sums + (int64_t)i * film->channels, film->channels,
                    block_at(blocks, s.width, i % s.width, i / s.width)->count, mean);
            memcpy(bytes + (size_t)i * pixel, mean, pixel);
        }
    }
    memcpy(bytes + s.pixel_bytes, blocks, s.size - s.pixel_bytes);
    vd_result result = vd_store_write(context, &film->store, s.offset, bytes, s.size);
    if (result == VD_OK && film->checkpoint.path)
        result = vd_checkpoint_enter(context, &film->checkpoint, &film->store, tile,
                                     vd_checkpoint_checksum(bytes, s.size, tile));
    free(bytes);
    return result;
}

vd_result vd_film_load(vd_context *context, vd_film *film, int64_t tile, double *sums,
                       vd_film_block *blocks)
{
    VD_TRY(check_tile(context, film, tile));
    if (!film->keeps_sums) return vd_fail(context, VD_ERR_INTERNAL, "this film keeps no sums");
    slot s = slot_of(film, tile);
    memset(sums, 0, s.pixel_bytes);
    memset(blocks, 0, s.size - s.pixel_bytes);
    if (!is_stored(film, tile)) return VD_OK;
    char *bytes;
    VD_TRY(alloc_bytes(context, s.size, &bytes));
    vd_result result = vd_store_read(context, &film->store, s.offset, bytes, s.size);
    uint64_t *entry = film->checkpoint.path ? &film->checkpoint.checksums[tile] : NULL;
    if (result == VD_OK && entry && *entry != vd_checkpoint_checksum(bytes, s.size, tile))
        *entry = 0; /* damaged, or cut off while it was written */
    if (result == VD_OK && (!entry || *entry)) {
        memcpy(sums, bytes, s.pixel_bytes);
        memcpy(blocks, bytes + s.pixel_bytes, s.size - s.pixel_bytes);
    }
    free(bytes);
    return result;
}

static vd_result load_blocks(vd_context *context, const vd_film *film, int64_t tile, const slot *s,
                             vd_film_block *blocks)
{
    size_t size = s->size - s->pixel_bytes;
    if (is_stored(film, tile))
        return vd_store_read(context, &film->store, s->offset + (int64_t)s->pixel_bytes, blocks,
                             size);
    memset(blocks, 0, size);
    return VD_OK;
}

/* ---- rectangles --------------------------------------------------------------------------- */

/* The part of a rectangle that lies in one tile: columns and rows of the tile, and where its first
 * pixel goes. */
typedef struct part {
    slot slot;
    int64_t tile;
    int x, y, columns, rows;
    int64_t first, stride; /* in pixels of the rectangle */
    int channel, channels; /* wanted: the first, and how many */
} part;

typedef vd_result (*read_part)(vd_context *context, const vd_film *film, const part *p,
                               const vd_film_block *blocks, void *out);

/* The wanted channels of a row of pixels that are kept as they are in `pixels`. */
static void take_means(const vd_film *film, const part *p, const vd_film_block *blocks,
                       const char *pixels, int j, float *out)
{
    size_t pixel = pixel_bytes(film->keeps_sums, film->channels);
    const char *from = pixels + pixel_bytes(film->keeps_sums, p->channel);
    for (int i = 0; i < p->columns; i++, from += pixel, out += p->channels) {
        double sum[VD_FILM_CHANNELS_MAX];
        if (!film->keeps_sums) {
            for (int c = 0; c < p->channels; c++)
                memcpy(out + c, from + (size_t)c * sizeof(float), sizeof(float));
            continue;
        }
        memcpy(sum, from, pixel_bytes(true, p->channels));
        mean_of(sum, p->channels, block_at(blocks, p->slot.width, p->x + i, p->y + j)->count, out);
    }
}

/* Rows of means, or of sums divided. In memory they are read where they lie: of many AOVs each is a
 * few channels of a pixel that has a hundred. From a file all the rows that are needed come in one
 * read, over the tile's whole width, which is rarely more than is asked for. */
static vd_result read_means(vd_context *context, const vd_film *film, const part *p,
                            const vd_film_block *blocks, void *out)
{
    float *means = out;
    size_t pixel = pixel_bytes(film->keeps_sums, film->channels);
    size_t row = pixel * (size_t)p->slot.width;
    int64_t offset = p->slot.offset + (int64_t)row * p->y;
    const char *rows = vd_store_at(&film->store, offset);
    char *bytes = NULL;
    vd_result result = VD_OK;
    if (!rows || !is_stored(film, p->tile)) {
        VD_TRY(alloc_bytes(context, row * (size_t)p->rows, &bytes));
        rows = bytes;
        if (is_stored(film, p->tile))
            result = vd_store_read(context, &film->store, offset, bytes, row * (size_t)p->rows);
    }
    for (int j = 0; result == VD_OK && j < p->rows; j++)
        take_means(film, p, blocks, rows + (size_t)j * row + (size_t)p->x * pixel, j,
                   means + p->channels * (p->first + j * p->stride));
    free(bytes);
    return result;
}

static vd_result read_counts(vd_context *context, const vd_film *film, const part *p,
                             const vd_film_block *blocks, void *out)
{
    uint32_t *counts = out;
    (void)context;
    (void)film;
    for (int j = 0; j < p->rows; j++)
        for (int i = 0; i < p->columns; i++)
            counts[p->first + j * p->stride + i] =
                block_at(blocks, p->slot.width, p->x + i, p->y + j)->count;
    return VD_OK;
}

/* A rectangle wanted of the picture, and what of it is on the film: pixels of the film from x, y
 * on, and where in what is wanted they go. */
typedef struct wanted {
    int x, y, width, height;
    int64_t first, stride;
} wanted;

static wanted on_film(const vd_film *film, int x, int y, int width, int height)
{
    int left = x > film->x ? x : film->x, top = y > film->y ? y : film->y;
    wanted w = {.x = left - film->x, .y = top - film->y, .stride = width};
    w.width = smaller(x + width, film->x + film->width) - left;
    w.height = smaller(y + height, film->y + film->height) - top;
    w.first = (int64_t)(top - y) * width + (left - x);
    return w;
}

static vd_result read_rect(vd_context *context, const vd_film *film, int channel, int channels,
                           const wanted *w, read_part read, void *out)
{
    if (channel < 0 || channels < 0 || channels > film->channels - channel)
        return vd_fail(context, VD_ERR_INTERNAL, "the film has no channels %d to %d", channel,
                       channel + channels - 1);
    size_t side = (size_t)vd_film_blocks(film->tile);
    void *memory = NULL;
    VD_TRY(vd_alloc(context, side * side, sizeof(vd_film_block), "a tile", &memory));
    vd_film_block *blocks = memory;
    vd_result result = VD_OK;
    for (int j = 0, rows; result == VD_OK && j < w->height; j += rows) {
        rows = smaller(w->height - j, film->tile - (w->y + j) % film->tile);
        for (int i = 0, columns; result == VD_OK && i < w->width; i += columns) {
            columns = smaller(w->width - i, film->tile - (w->x + i) % film->tile);
            int64_t tile = (w->y + j) / film->tile * film->tiles_across + (w->x + i) / film->tile;
            part p = {.slot = slot_of(film, tile),
                      .tile = tile,
                      .x = (w->x + i) % film->tile,
                      .y = (w->y + j) % film->tile,
                      .columns = columns,
                      .rows = rows,
                      .first = w->first + j * w->stride + i,
                      .stride = w->stride,
                      .channel = channel,
                      .channels = channels};
            result = load_blocks(context, film, tile, &p.slot, blocks);
            if (result == VD_OK) result = read(context, film, &p, blocks, out);
        }
    }
    free(blocks);
    return result;
}

/* Is a rectangle all on the film? What is not becomes zeros. */
static bool is_whole(const wanted *w, int width, int height)
{
    return w->width == width && w->height == height;
}

static vd_result check_size(vd_context *context, int width, int height)
{
    if (width >= 0 && height >= 0) return VD_OK;
    return vd_fail(context, VD_ERR_INTERNAL, "a rectangle of %d x %d pixels", width, height);
}

vd_result vd_film_means(vd_context *context, const vd_film *film, int first, int count, int x,
                        int y, int width, int height, float *means)
{
    VD_TRY(check_size(context, width, height));
    wanted w = on_film(film, x, y, width, height);
    if (!is_whole(&w, width, height))
        memset(means, 0, (size_t)width * (size_t)height * (size_t)count * sizeof(*means));
    return read_rect(context, film, first, count, &w, read_means, means);
}

vd_result vd_film_counts(vd_context *context, const vd_film *film, int x, int y, int width,
                         int height, uint32_t *counts)
{
    VD_TRY(check_size(context, width, height));
    wanted w = on_film(film, x, y, width, height);
    if (!is_whole(&w, width, height))
        memset(counts, 0, (size_t)width * (size_t)height * sizeof(*counts));
    return read_rect(context, film, 0, 0, &w, read_counts, counts);
}

/* Into a vd_film_samples, whose mean is a sum meanwhile. */
static void add_samples(const slot *s, const vd_film_block *blocks, vd_film_samples *out)
{
    int across = vd_film_blocks(s->width);
    for (int i = 0; i < across * vd_film_blocks(s->height); i++) {
        int x = i % across * VD_FILM_BLOCK_PX, y = i / across * VD_FILM_BLOCK_PX;
        double pixels = (double)smaller(VD_FILM_BLOCK_PX, s->width - x) *
                        smaller(VD_FILM_BLOCK_PX, s->height - y);
        uint32_t count = blocks[i].count;
        out->least = count < out->least ? count : out->least;
        out->most = count > out->most ? count : out->most;
        out->mean += pixels * count;
    }
}

vd_result vd_film_count_samples(vd_context *context, const vd_film *film, vd_film_samples *out)
{
    size_t side = (size_t)vd_film_blocks(film->tile);
    void *memory = NULL;
    *out = (vd_film_samples){.least = UINT32_MAX};
    VD_TRY(vd_alloc(context, side * side, sizeof(vd_film_block), "a tile", &memory));
    vd_film_block *blocks = memory;
    vd_result result = VD_OK;
    for (int64_t tile = 0; result == VD_OK && tile < vd_film_tile_count(film); tile++) {
        slot s = slot_of(film, tile);
        result = load_blocks(context, film, tile, &s, blocks);
        if (result == VD_OK) add_samples(&s, blocks, out);
    }
    out->mean /= (double)film->width * film->height;
    free(blocks);
    return result;
}
