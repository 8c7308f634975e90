/* Between the tracers of batches and the choice among them. */
#ifndef VD_BATCH_PARTS_H
#define VD_BATCH_PARTS_H

#include "kernel/border.h"
#include "terrain/batch.h"

/* Lanes read and write whole registers, so past the end of a list by up to one. */
enum { VD_BATCH_SPARE = 16, VD_QUEUE_ITEMS = 24 };

typedef struct vd_batch_list {
    int count;
    int32_t ray[VD_BATCH_RAYS + VD_BATCH_SPARE];
} vd_batch_list;

struct vd_batch_work {
    int queued; /**< rays that left their first cell, an array an item (walk.h) */
    int32_t queue[VD_QUEUE_ITEMS][VD_BATCH_RAYS + VD_BATCH_SPARE];
    vd_batch_list outside; /**< start beyond the raster */
    vd_batch_list cleared; /**< reached its edge */
};

/** The i-th ray of a batch. */
static inline vdk_ray vd_batch_ray(const vdk_height_field *f, const vd_ray_batch *batch, int i)
{
    vdk_position from = {batch->cx[i], batch->cy[i], batch->fx[i], batch->fy[i], batch->z[i]};
    return vdk_ray_make(f, from, vdk_vec_make(batch->dx[i], batch->dy[i], batch->dz[i]),
                        batch->on_surface);
}

/* walk.h, compiled for each instruction set. */
void vd_walk_four(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work);
void vd_walk_avx2(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work);
void vd_walk_avx512(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work);

#endif
