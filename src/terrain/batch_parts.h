/* Between the tracers of batches and the choice among them. */
#ifndef VD_BATCH_PARTS_H
#define VD_BATCH_PARTS_H

#include "terrain/batch.h"

typedef struct vd_batch_list {
    int count;
    int ray[VD_BATCH_RAYS + 8]; /* eight at a time are taken from it */
} vd_batch_list;

/** Rays in units of cells, where they are, and lists of what to do with them. */
struct vd_batch_work {
    float gx[VD_BATCH_RAYS], gy[VD_BATCH_RAYS], gz[VD_BATCH_RAYS];
    float ix[VD_BATCH_RAYS], iy[VD_BATCH_RAYS], margin[VD_BATCH_RAYS], end[VD_BATCH_RAYS];
    int32_t x[VD_BATCH_RAYS], y[VD_BATCH_RAYS], level[VD_BATCH_RAYS];
    float t[VD_BATCH_RAYS];
    int32_t goes_on[VD_BATCH_RAYS]; /**< beyond the raster's edge, if nothing is hit before */
    vd_batch_list walks;            /**< left their first cell */
    vd_batch_list hits;             /**< hit the raster */
    vd_batch_list outside;          /**< start beyond the raster */
    vd_batch_list cleared;          /**< reached its edge */
};

/* walk_avx2.c */
void vd_walk_avx2(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work);

#endif
