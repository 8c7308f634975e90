/* What the files of this folder share; nothing outside includes it.
 *
 *     film.c        tiles, pixels and rectangles
 *     store.c       the bytes they are kept as, in memory or in a file
 *     checkpoint.c  the head of a file that outlives the process, and its list of stored tiles */
#ifndef VD_FILM_PARTS_H
#define VD_FILM_PARTS_H

#include "film/film.h"

/* ---- store.c ------------------------------------------------------------------------------ */

/** Bytes by position. */
typedef struct vd_store {
    char *memory;              /**< NULL: in the file */
    int file;                  /**< descriptor, or -1 */
    const char *name, *remedy; /**< of the file, for messages */
} vd_store;

/** Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_store_in_memory(vd_context *context, double bytes, vd_store *out);
/** A file without a name in the folder that the options mean. Returns VD_OK, VD_ERR_MEMORY or
 *  VD_ERR_IO. */
VD_MUST_USE vd_result vd_store_in_spool(vd_context *context, const vd_film_options *options,
                                        double bytes, vd_store *out);
void vd_store_close(vd_store *store);
/** Makes a file as long as it will be and has the disk set the room aside. Returns an errno, or 0.
 */
int vd_store_reserve(int file, double bytes);
/** Write and read however many calls it takes. Return VD_OK or VD_ERR_IO. */
VD_MUST_USE vd_result vd_store_write(vd_context *context, const vd_store *store, int64_t offset,
                                     const void *bytes, size_t size);
VD_MUST_USE vd_result vd_store_read(vd_context *context, const vd_store *store, int64_t offset,
                                    void *bytes, size_t size);
/** Where the bytes from an offset on lie, or NULL in a file. */
static inline const char *vd_store_at(const vd_store *store, int64_t offset)
{
    return store->memory ? store->memory + offset : NULL;
}

/* ---- checkpoint.c ------------------------------------------------------------------------- */

/** A checkpoint file that is open and locked. */
typedef struct vd_checkpoint {
    char *path;          /**< as the user wrote it, for messages */
    char *target;        /**< the same with symbolic links followed, once the file is there */
    int64_t directory;   /**< offset of the list of checksums, one a tile */
    int64_t slots;       /**< offset of the tiles */
    uint64_t *checksums; /**< the list; 0: the tile is not stored */
} vd_checkpoint;

/** Makes the file that options->checkpoint names, whole or not at all; slot_bytes of it are the
 * tiles'. Returns VD_OK, VD_ERR_EXISTS, VD_ERR_IO, VD_ERR_INPUT (in use) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_checkpoint_create(vd_context *context, const vd_film_options *options,
                                           int64_t tiles, double slot_bytes, vd_checkpoint *out,
                                           vd_store *store);
/** Opens the head of one; width, height, tile and channels of *options are filled in. Returns
 * VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_checkpoint_open(vd_context *context, const char *path,
                                         vd_film_options *options, char **identity,
                                         vd_checkpoint *out, vd_store *store);
/** Reads the list of tiles, once their number and the bytes of their slots are known. Returns
 * VD_OK, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_checkpoint_read_directory(vd_context *context, int64_t tiles,
                                                   double slot_bytes, vd_checkpoint *checkpoint,
                                                   const vd_store *store);
/** Notes a tile as stored, after its bytes are written. Returns VD_OK or VD_ERR_IO. */
VD_MUST_USE vd_result vd_checkpoint_enter(vd_context *context, vd_checkpoint *checkpoint,
                                          const vd_store *store, int64_t tile, uint64_t checksum);
/** The checksum of a tile's bytes, never 0. */
uint64_t vd_checkpoint_checksum(const void *bytes, size_t size, int64_t tile);
/** Is its name still this file's? Someone may have removed or replaced it. */
bool vd_checkpoint_is_there(const vd_checkpoint *checkpoint, const vd_store *store);
/** Removes its name, if that is still this file's. A link to it stays. */
void vd_checkpoint_remove(const vd_checkpoint *checkpoint, const vd_store *store);
void vd_checkpoint_close(vd_checkpoint *checkpoint);

#endif
