/* The film: every pixel's sums, in square tiles, in memory or in a spool file.
 *
 * One mechanism serves pictures of any size: a tile is written whole by the one thread that
 * rendered it and read back by rectangles. Up to the memory budget the tiles live in memory; above
 * it in an unlinked file in the spool folder, written and read by position, so that resident memory
 * stays small whatever the picture's size. A pixel not stored yet is zero. Both give the same
 * numbers.
 *
 * A stored tile is complete: all samples that its pixels will get. So a checkpoint is the spool
 * file with a name and the list of its stored tiles, and a resumed run renders the others. */
#ifndef VD_FILM_H
#define VD_FILM_H

#include "base/base.h"

/** A pixel's accumulated samples: radiance summed in double, each sample added in index order by
 * one thread; m2 is Welford's sum of squared deviations of luminance. */
typedef struct vd_film_pixel {
    double sum[3];
    float m2;
    uint32_t count;
} vd_film_pixel;

typedef struct vd_film vd_film;

typedef struct vd_film_options {
    int width, height;     /**< pixels */
    int tile;              /**< side of a tile in pixels */
    double memory_budget;  /**< bytes; a larger film is spooled */
    const char *spool_dir; /**< NULL: the folder of spool_beside */
    const char
        *spool_beside; /**< a file, whose disk has room for large things; NULL: $TMPDIR, /tmp */
} vd_film_options;

/** A film of zeroed pixels. The whole spool file is reserved here, so that a disk too small for it
 * is an error before rendering. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_IO. */
VD_MUST_USE vd_result vd_film_create(vd_context *context, const vd_film_options *options,
                                     vd_film **out);
void vd_film_destroy(vd_film *film);

int vd_film_width(const vd_film *film);
int vd_film_height(const vd_film *film);
bool vd_film_is_spooled(const vd_film *film);
/** Bytes that a film of these options takes (in memory or on disk). */
double vd_film_bytes(const vd_film_options *options);

/** Tiles are numbered row by row; those at the right and bottom edge may be smaller. */
int64_t vd_film_tile_count(const vd_film *film);
void vd_film_tile_rect(const vd_film *film, int64_t tile, int *x, int *y, int *width, int *height);

/** Stores a finished tile, pixels[height][width] of its own rectangle. Different tiles may be
 * stored by different threads at once. Returns VD_OK or VD_ERR_IO. */
VD_MUST_USE vd_result vd_film_store(vd_context *context, vd_film *film, int64_t tile,
                                    const vd_film_pixel *pixels);
/** Copies a rectangle out, pixels[height][width]; by several threads at once if they like. Returns
 * VD_OK or VD_ERR_IO. */
VD_MUST_USE vd_result vd_film_load(vd_context *context, const vd_film *film, int x, int y,
                                   int width, int height, vd_film_pixel *pixels);

#endif
