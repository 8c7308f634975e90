/* Refined cells: which, how finely, and their posts, in the form that kernel/facet.h reads. */
#ifndef VD_DETAIL_H
#define VD_DETAIL_H

#include "base/base.h"
#include "kernel/facet.h"
#include "terrain/terrain.h"

/** A tile whose posts are asked for: they and a ring of one more around them, where post (0, 0) is
 *  that of the tile's first cell; those beyond the raster are unread. */
typedef struct vd_detail_tile {
    int cx, cy; /**< its first cell */
    int level;  /**< 2^level facets a cell */
    float *posts;
    int stride; /**< from row to row */
} vd_detail_tile;

/** Fills a tile with the shape of the ground between the DEM's posts. A post is a function of its
 *  place alone, to the bit: tiles of whatever levels that have it get the same. Called by several
 *  threads. Returns VD_OK or VD_ERR_MEMORY. */
typedef vd_result (*vd_detail_heights)(const void *shape, const vd_detail_tile *tile);

/** The cell and the fraction of it where a tile has a post: on the line between two that of the
 *  second, but for the raster's last. */
static inline vdk_position vd_detail_place(const vdk_height_field *f, const vd_detail_tile *tile,
                                           int i, int j)
{
    const int count = 1 << tile->level;
    int x = vdk_imin(vdk_imax(tile->cx * count + i, 0), f->cells_x * count - 1);
    int y = vdk_imin(vdk_imax(tile->cy * count + j, 0), f->cells_y * count - 1);
    float size = 1.0f / (float)count;
    return (vdk_position){x >> tile->level, y >> tile->level, (float)(x & (count - 1)) * size,
                          (float)(y & (count - 1)) * size, 0.0f};
}

/** How finely a raster's tiles are cut, row by row of them. */
typedef struct vd_detail_plan {
    int tiles_x, tiles_y;
    uint8_t *levels; /**< facets a cell as a power of two; 0: a tile is as the DEM has it */
} vd_detail_plan;

/** A plan without any refined tile; free with vd_detail_plan_clear().
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_detail_plan_make(vd_context *context, const vdk_height_field *field,
                                          vd_detail_plan *out);
void vd_detail_plan_clear(vd_detail_plan *plan);

/** Bytes that the posts of a plan take. */
double vd_detail_bytes(const vd_detail_plan *plan);
/** And those of so many cells cut so finely. */
double vd_detail_bytes_of(double cells, int level);

/** Refines a terrain by a plan: takes posts from the shape, and builds pyramid and skyline anew
 *  over them. Nothing is refined where the plan has no tile.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED; the terrain is as it was then. */
VD_MUST_USE vd_result vd_terrain_refine(vd_context *context, vd_terrain *terrain,
                                        const vd_detail_plan *plan, vd_detail_heights heights,
                                        const void *shape, int threads);

#endif
