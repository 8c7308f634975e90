/* The shape of the ground between a DEM's posts. */
#ifndef VD_DETAIL_SHAPE_H
#define VD_DETAIL_SHAPE_H

#include "kernel/noise.h"
#include "terrain/detail.h"
#include "terrain/roughness.h"

/** From where the ground is seen, and how wide pixels are there. */
typedef struct vd_detail_sight {
    bool is_parallel; /**< pixels are as wide everywhere */
    vdk_position eye; /**< else they widen with the distance from here */
    float width;      /**< of a pixel, in metres, or in metres a metre of distance */
} vd_detail_sight;

/** What lies on the ground, as far as it shapes it. */
typedef struct vd_detail_cover {
    float amount; /**< of the relief that the DEM's roughness asks for */
    float ledges; /**< how much hard beds stand out, 0 to 1 */
    float bed;    /**< thickness of a bed, in stored units; unread without ledges */
    float raised; /**< by pictures of heights, in stored units */
} vd_detail_cover;

/** The cover at a place of the smooth surface, with its normal, for pixels of this width. Pure, and
 *  called by several threads. */
typedef vd_detail_cover (*vd_detail_cover_at)(const void *ground, vdk_position p, vdk_vec normal,
                                              float pixel);

/** All that a height hangs on. */
typedef struct vd_detail_shape {
    const vdk_height_field *field;
    const vd_roughness *roughness;
    vd_detail_sight sight;
    float metres[2]; /**< of a cell, along rows and along columns */
    float strength;  /**< of what is added to the smooth surface; 0: nothing is */
    float finest;    /**< length below which nothing is added, in metres: posts cannot hold it */
    int octaves;     /**< of stripes and lumps, each half as long as the one before */
    float size[VDK_DETAIL_LEVELS]; /**< of an octave: its share of the roughness */
    vdk_noise stripes;             /**< the lattice of the first octave of gullies */
    vdk_noise lumps;               /**< of what has no direction */
    vdk_noise warp;                /**< of beds, which wander and wedge out */
    vd_detail_cover_at cover;      /**< NULL: bare ground */
    const void *ground;
    bool has_raised; /**< does any cover raise the ground by pictures? */
} vd_detail_shape;

/** Fills octaves, sizes and the finest length for a cell cut into 2^level facets a side, once the
 *  rest is there. */
void vd_detail_shape_begin(vd_detail_shape *shape, int level);

/** Width of a pixel that sees a place at a stored height, in metres. */
float vd_detail_pixel(const vd_detail_shape *shape, int cx, int cy, float fx, float fy, float z);

/** A vd_detail_heights. */
VD_MUST_USE vd_result vd_detail_shape_heights(const void *shape, const vd_detail_tile *tile);

#endif
