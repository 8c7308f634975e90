/* The tile store.
 *
 * Tiles lie one after another, row of tiles by row of tiles, each with its own pixels row by row
 * and no padding: the tiles of a row of tiles all have its height, so a tile's place follows from
 * its corner alone, and the film takes exactly width * height pixels. In memory that is one block;
 * in a spool file the same bytes at the same offsets.
 *
 * The file is written and read by position (pwrite, pread) and not mapped: a full or failing disk
 * is then an error code and not a signal, the file's pages never count as this process's memory,
 * and a tile is one system call. It has no name, so nothing is left of it however the process ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "film/film.h"

struct vd_film {
    int width, height, tile;
    int64_t tiles_across, tiles_down;
    vd_film_pixel *pixels; /* NULL when spooled */
    int spool;             /* file descriptor, or -1 */
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

double vd_film_bytes(const vd_film_options *options)
{
    return (double)options->width * (double)options->height * (double)sizeof(vd_film_pixel);
}

/* Makes the file as long as the film and has the disk set the room aside. Returns an errno, or 0.
 */
static int reserve(int descriptor, off_t bytes)
{
#ifdef __APPLE__
    fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, bytes, 0};
    if (fcntl(descriptor, F_PREALLOCATE, &store) != 0 && errno == ENOSPC) return ENOSPC;
    return ftruncate(descriptor, bytes) == 0 ? 0 : errno;
#else
    int reason;
    do reason = posix_fallocate(descriptor, 0, bytes);
    while (reason == EINTR);
    /* Some C libraries leave the file as it is where the file system cannot reserve. */
    if (reason == EOPNOTSUPP || reason == EINVAL)
        return ftruncate(descriptor, bytes) == 0 ? 0 : errno;
    return reason;
#endif
}

/* The folder for the spool file, its first *length bytes. Not /tmp if it can be helped: that is
 * often memory, which is what a spool is to save. */
static const char *spool_folder(const vd_film_options *options, int *length)
{
    const char *folder = options->spool_dir;
    if ((!folder || !*folder) && options->spool_beside) {
        const char *slash = strrchr(options->spool_beside, '/');
        *length = !slash                           ? 1
                  : slash == options->spool_beside ? 1
                                                   : (int)(slash - options->spool_beside);
        return slash ? options->spool_beside : ".";
    }
    if (!folder || !*folder) folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/tmp";
    *length = (int)strlen(folder);
    return folder;
}

/* Opens a spool file for the film: no name, its full length set aside, reading as zeros. */
static vd_result open_spool(vd_context *context, const vd_film_options *options, int *out)
{
    int length;
    const char *folder = spool_folder(options, &length);
    size_t size = (size_t)length + 32;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, size, 1, "a file name", &memory));
    char *path = memory;
    char bytes[32];
    vd_result result = VD_OK;

    snprintf(path, size, "%.*s/.veduta-film-XXXXXX", length, folder);
    int descriptor = mkstemp(path);
    if (descriptor < 0) {
        result = vd_fail(context, VD_ERR_IO,
                         "cannot make a spool file in %.*s: %s; name another folder by --spool-dir",
                         length, folder, strerror(errno));
        goto cleanup;
    }
    unlink(path);
    fcntl(descriptor, F_SETFD, FD_CLOEXEC);
    int reason = reserve(descriptor, (off_t)vd_film_bytes(options));
    if (reason != 0) {
        close(descriptor);
        result = vd_fail(context, VD_ERR_IO,
                         "cannot set aside %s for the spool file in %.*s: %s; free some space, or "
                         "name another folder by --spool-dir",
                         vd_format_bytes(vd_film_bytes(options), bytes), length, folder,
                         strerror(reason));
        goto cleanup;
    }
    *out = descriptor;

cleanup:
    free(path);
    return result;
}

vd_result vd_film_create(vd_context *context, const vd_film_options *options, vd_film **out)
{
    *out = NULL;
    if (options->width < 1 || options->height < 1 || options->tile < 1)
        return vd_fail(context, VD_ERR_INTERNAL, "a film of %d x %d pixels in tiles of %d",
                       options->width, options->height, options->tile);
    void *memory = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_film), "the film", &memory));
    vd_film *film = memory;
    *film = (vd_film){.width = options->width,
                      .height = options->height,
                      .tile = options->tile,
                      .tiles_across = ((int64_t)options->width + options->tile - 1) / options->tile,
                      .tiles_down = ((int64_t)options->height + options->tile - 1) / options->tile,
                      .spool = -1};

    vd_result result;
    if (vd_film_bytes(options) > options->memory_budget) {
        result = open_spool(context, options, &film->spool);
    } else {
        memory = NULL;
        result = vd_alloc(context, (size_t)options->width * (size_t)options->height,
                          sizeof(vd_film_pixel), "the film", &memory);
        film->pixels = memory;
    }
    if (result != VD_OK) {
        vd_film_destroy(film);
        return result;
    }
    *out = film;
    return VD_OK;
}

void vd_film_destroy(vd_film *film)
{
    if (!film) return;
    if (film->spool >= 0) close(film->spool);
    free(film->pixels);
    free(film);
}

int vd_film_width(const vd_film *film)
{
    return film->width;
}

int vd_film_height(const vd_film *film)
{
    return film->height;
}

bool vd_film_is_spooled(const vd_film *film)
{
    return film->spool >= 0;
}

int64_t vd_film_tile_count(const vd_film *film)
{
    return film->tiles_across * film->tiles_down;
}

void vd_film_tile_rect(const vd_film *film, int64_t tile, int *x, int *y, int *width, int *height)
{
    *x = (int)(tile % film->tiles_across * film->tile);
    *y = (int)(tile / film->tiles_across * film->tile);
    *width = smaller(film->tile, film->width - *x);
    *height = smaller(film->tile, film->height - *y);
}

/* Where a tile's pixels begin, counted in pixels: after all rows of tiles above it, and the tiles
 * to its left, which are as high as it is. */
static int64_t tile_offset(const vd_film *film, int x, int y, int height)
{
    return (int64_t)y * film->width + (int64_t)x * height;
}

/* Writes count pixels at an offset, or reads them where from is NULL, however many calls it takes.
 */
static vd_result transfer(vd_context *context, const vd_film *film, const vd_film_pixel *from,
                          vd_film_pixel *into, int64_t offset, int64_t count)
{
    size_t size = (size_t)count * sizeof(vd_film_pixel);
    off_t start = (off_t)offset * (off_t)sizeof(vd_film_pixel);
    for (size_t at = 0; at < size;) {
        off_t position = start + (off_t)at;
        ssize_t done = from ? pwrite(film->spool, (const char *)from + at, size - at, position)
                            : pread(film->spool, (char *)into + at, size - at, position);
        if (done > 0)
            at += (size_t)done;
        else if (done == 0 || errno != EINTR)
            return vd_fail(context, VD_ERR_IO,
                           "cannot %s the spool file: %s; name another folder by --spool-dir",
                           from ? "write" : "read", done ? strerror(errno) : "it ends too early");
    }
    return VD_OK;
}

vd_result vd_film_store(vd_context *context, vd_film *film, int64_t tile,
                        const vd_film_pixel *pixels)
{
    int x, y, width, height;
    if (tile < 0 || tile >= vd_film_tile_count(film))
        return vd_fail(context, VD_ERR_INTERNAL, "the film has no tile %lld", (long long)tile);
    vd_film_tile_rect(film, tile, &x, &y, &width, &height);
    int64_t offset = tile_offset(film, x, y, height);
    int64_t count = (int64_t)width * height;
    if (film->pixels) {
        memcpy(film->pixels + offset, pixels, (size_t)count * sizeof *pixels);
        return VD_OK;
    }
    return transfer(context, film, pixels, NULL, offset, count);
}

/* Copies the part of rows y .. y + rows - 1 that lies in one tile; pixels is where its first pixel
 * goes and stride the pixels from one row there to the next. */
static vd_result load_part(vd_context *context, const vd_film *film, int64_t tile, int x, int y,
                           int width, int rows, vd_film_pixel *pixels, int64_t stride)
{
    int left, top, tile_width, tile_height;
    vd_film_tile_rect(film, tile, &left, &top, &tile_width, &tile_height);
    int64_t offset =
        tile_offset(film, left, top, tile_height) + (int64_t)(y - top) * tile_width + (x - left);
    for (int row = 0; row < rows; row++, offset += tile_width, pixels += stride) {
        if (film->pixels)
            memcpy(pixels, film->pixels + offset, (size_t)width * sizeof *pixels);
        else
            VD_TRY(transfer(context, film, NULL, pixels, offset, width));
    }
    return VD_OK;
}

vd_result vd_film_load(vd_context *context, const vd_film *film, int x, int y, int width,
                       int height, vd_film_pixel *pixels)
{
    if (x < 0 || y < 0 || width < 0 || height < 0 || width > film->width - x ||
        height > film->height - y)
        return vd_fail(context, VD_ERR_INTERNAL,
                       "a rectangle of %d x %d pixels at %d, %d is not on the film", width, height,
                       x, y);
    for (int row = 0, rows; row < height; row += rows) {
        int tile_y = (y + row) / film->tile;
        rows = smaller(height - row, film->tile - (y + row) % film->tile);
        for (int column = 0, columns; column < width; column += columns) {
            int tile_x = (x + column) / film->tile;
            columns = smaller(width - column, film->tile - (x + column) % film->tile);
            VD_TRY(load_part(context, film, tile_y * film->tiles_across + tile_x, x + column,
                             y + row, columns, rows, pixels + (int64_t)row * width + column,
                             width));
        }
    }
    return VD_OK;
}
