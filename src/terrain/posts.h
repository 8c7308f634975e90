/* How posts lie in memory as rays read them: pairs of rows of floats, or of 16-bit numbers. */
#ifndef VD_POSTS_H
#define VD_POSTS_H

#include "base/base.h"
#include "kernel/height_field.h"
#include "terrain/dem.h"

typedef enum vd_precision {
    VD_PRECISION_FLOAT32, /**< as the DEM has them */
    VD_PRECISION_INT16,   /**< 16-bit numbers, at most half a step off */
    VD_PRECISION_AUTO     /**< 16-bit numbers if they are the same heights to the bit */
} vd_precision;

/** Posts as 16-bit numbers; NULL and 0 where they are floats. */
typedef struct vd_posts {
    uint32_t *pairs; /**< a column of two rows each, the even row's in the low half */
    float *blocks;   /**< lowest height and step of each block */
    size_t pair_count, block_count;
} vd_posts;

/** Makes 16-bit numbers of a DEM's posts, row by row as they were read, where precision asks for it
 *  (and, with VD_PRECISION_AUTO, heights allow it), and enters them into the field. Then dem->posts
 *  is NULL, and the maximum of DEM and field that of the new heights. No more memory is taken than
 *  the posts were, but a row of them. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_posts_narrow(vd_context *context, vd_dem *dem, vd_precision precision,
                                      int threads, vdk_height_field *field, vd_posts *out);
void vd_posts_clear(vd_posts *posts);

/** Lays a DEM's float posts in pairs of rows. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_posts_fold(vd_context *context, vd_dem *dem, int threads,
                                    vdk_height_field *field);

/** The highest of posts in three rows, column by column; the first two rows are of one block. Posts
 *  are 16-bit numbers. */
void vd_posts_highest(const vdk_height_field *field, const int rows[3], float *restrict out);

/** Bytes that posts take for a raster of this size, at most. */
double vd_posts_bytes(int nx, int ny, vd_precision precision);

#endif
