/* Refined cells: which, how finely, and their posts, in the form that kernel/facet.h reads. */
#ifndef VD_DETAIL_H
#define VD_DETAIL_H

#include "base/base.h"
#include "kernel/facet.h"
#include "terrain/terrain.h"

/** The shape of the ground between the posts: the height at a fraction of a cell, both of which are
 *  multiples of a tile's finest step, in [0, 1). Where cells meet it is asked once for all of them.
 *  Pure, and called by several threads. */
typedef float (*vd_detail_height)(const void *shape, int cx, int cy, float fx, float fy);

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
                                        const vd_detail_plan *plan, vd_detail_height height,
                                        const void *shape, int threads);

#endif
