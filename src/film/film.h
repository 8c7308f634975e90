/* The film: every pixel's samples, in square tiles, in memory or in a file.
 *
 * One mechanism serves pictures of any size, time limits and checkpoints: a tile is stored by the
 * one thread that rendered it and read back by rectangles. Up to the memory budget, and while there
 * is room, the tiles live in memory, above it in an unlinked file in the spool folder, or in a
 * checkpoint that has a name and outlives the process. All give the same numbers. A pixel not
 * stored yet is zero.
 *
 * A pixel has some channels: red, green and blue first, then what else was asked for. What it keeps
 * of each depends on whether its tile may be stored before all its samples are in. A film for
 * finished tiles keeps means as floats, 4 bytes a channel; one that is to be gone on with keeps
 * sums as doubles, 8 bytes. Either way the mean is the same float. Samples are counted for each
 * block of 16 x 16 pixels of a fixed grid, not for each pixel. */
#ifndef VD_FILM_H
#define VD_FILM_H

#include "base/base.h"

/** Side of a block: all its pixels have the same number of samples. */
#define VD_FILM_BLOCK_PX 16

/** Channels a pixel may have. */
#define VD_FILM_CHANNELS_MAX 256

/** How far a block is. */
typedef struct vd_film_block {
    uint32_t count; /**< samples that each of its pixels has */
    uint32_t end;   /**< samples at which it will have enough; 0: not known yet */
    double change2; /**< how far it moved to the last look at its noise (render/noise.h) */
} vd_film_block;

typedef struct vd_film vd_film;

typedef struct vd_film_options {
    int x, y;              /**< its first pixel's place in the picture, of which it may be a part */
    int width, height;     /**< pixels */
    int tile;              /**< side of a tile in pixels, whole blocks */
    int channels;          /**< of a pixel */
    bool keeps_sums;       /**< tiles may be stored unfinished, loaded and gone on with */
    double memory_budget;  /**< bytes; a larger film is spooled (vd_film_spools()) */
    const char *spool_dir; /**< NULL: the folder of spool_beside */
    const char *spool_beside; /**< a file, whose disk has room for large things; NULL: $TMPDIR,
                                   /tmp */
    const char *checkpoint;   /**< the file that holds the film, which then keeps sums; NULL: none
                               */
    const char *identity;     /**< a checkpoint's: says which picture it belongs to */
    bool overwrite;           /**< replaces a checkpoint that exists and no other run uses */
} vd_film_options;

/** A film of zeroed pixels. A file's whole length is reserved here, so that a disk too small for it
 * is an error before rendering.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_IO or VD_ERR_EXISTS (a checkpoint). */
VD_MUST_USE vd_result vd_film_create(vd_context *context, const vd_film_options *options,
                                     vd_film **out);
/** Opens a checkpoint with the tiles it holds; width, height, tile and channels are the
 * file's. Its identity
 * goes to *identity, to be freed by the caller. Of damage, what hits a tile loses that tile, which
 * then reads as never stored, and what hits the rest refuses the file.
 *  Returns VD_OK, VD_ERR_INPUT (cannot be read, in use), VD_ERR_FORMAT, VD_ERR_IO or VD_ERR_MEMORY.
 */
VD_MUST_USE vd_result vd_film_resume(vd_context *context, const char *path, vd_film **out,
                                     char **identity);
/** Says where in the picture a film's first pixel is, which a checkpoint does not. */
void vd_film_place(vd_film *film, int x, int y);
/** A checkpoint stays; what else the film took is freed. */
void vd_film_destroy(vd_film *film);
/** Is there a checkpoint, and under its name? Someone may have removed it meanwhile. */
bool vd_film_has_checkpoint(const vd_film *film);
/** Removes the checkpoint's name, if it has one and the file is still the film's. */
void vd_film_remove_checkpoint(const vd_film *film);

int vd_film_width(const vd_film *film);
int vd_film_height(const vd_film *film);
int vd_film_tile_px(const vd_film *film);
int vd_film_channels(const vd_film *film);
/** Is the film in a file? */
bool vd_film_is_spooled(const vd_film *film);
/** Bytes that a film of these options takes (in memory or on disk). */
double vd_film_bytes(const vd_film_options *options);
/** Would a film of these options be in a file? So it is if it is larger than the budget or than
 * half of the memory that this process may still take, whose other half rendering and writing want.
 */
bool vd_film_spools(const vd_film_options *options);

/** Tiles are numbered row by row; those at the right and bottom edge may be smaller. Their place is
 *  that in the picture. */
int64_t vd_film_tile_count(const vd_film *film);
void vd_film_tile_rect(const vd_film *film, int64_t tile, int *x, int *y, int *width, int *height);
/** Blocks along so many pixels. */
static inline int vd_film_blocks(int pixels)
{
    return (pixels + VD_FILM_BLOCK_PX - 1) / VD_FILM_BLOCK_PX;
}

/** Stores a tile: the sums of its own rectangle's pixels, row by row, the channels of each
 * together, and its blocks, row by row. Different tiles may be stored and loaded by different
 * threads at once. Returns VD_OK, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_film_store(vd_context *context, vd_film *film, int64_t tile,
                                    const double *sums, const vd_film_block *blocks);
/** Loads what vd_film_store() stored, zeros for a tile never stored or damaged; only of a film that
 * keeps sums. Returns VD_OK, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_film_load(vd_context *context, vd_film *film, int64_t tile, double *sums,
                                   vd_film_block *blocks);

/** Reads the means of a rectangle of the picture, of `count` channels from `first` on,
 * means[height][width][count], zeros where the film is not; by several threads at once if they
 * like. Returns VD_OK, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_film_means(vd_context *context, const vd_film *film, int first, int count,
                                    int x, int y, int width, int height, float *means);
/** Reads the numbers of samples of a rectangle, counts[height][width]; else as vd_film_means(). */
VD_MUST_USE vd_result vd_film_counts(vd_context *context, const vd_film *film, int x, int y,
                                     int width, int height, uint32_t *counts);

/** Samples per pixel over the whole film. */
typedef struct vd_film_samples {
    uint32_t least, most;
    double mean;
} vd_film_samples;

/** Returns VD_OK, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_film_count_samples(vd_context *context, const vd_film *film,
                                            vd_film_samples *out);

#endif
