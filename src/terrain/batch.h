/* Many rays at once: what the integrator asks of the terrain, and what it is told.
 *
 * There is a tracer for each instruction set, and a scalar one that the others must agree with to
 * the last bit; the best that the machine has is chosen when a picture is begun. */
#ifndef VD_BATCH_H
#define VD_BATCH_H

#include "base/base.h"
#include "kernel/height_field.h"

/* Enough that the last rays of a batch, which walk beside empty lanes, count for little; few enough
 * to stay in a core's own cache. A multiple of all vector widths. */
enum { VD_BATCH_RAYS = 1024 };

/** Rays from the surface or from the air, and where they hit; one array an item. */
typedef struct vd_ray_batch {
    int count;
    int on_surface;                   /**< all origins lie on the surface of their own cell */
    int any_hit;                      /**< whether, not where */
    int is_bounded;                   /**< what is further on than `most` says may be missed */
    const struct vd_horizon *horizon; /**< of the eye that all rays leave from, or NULL */
    const struct vd_shadows *shadows; /**< of the sun that all rays go to, or NULL */
    int32_t cx[VD_BATCH_RAYS], cy[VD_BATCH_RAYS];
    float fx[VD_BATCH_RAYS], fy[VD_BATCH_RAYS], z[VD_BATCH_RAYS];
    float dx[VD_BATCH_RAYS], dy[VD_BATCH_RAYS], dz[VD_BATCH_RAYS]; /**< unit: east, north, up */
    float most[VD_BATCH_RAYS];                                     /**< metres; unread if not */
    int32_t hit[VD_BATCH_RAYS];                                    /**< 0 or 1 */
    vdk_position at[VD_BATCH_RAYS]; /**< unread without a hit, or for any */
} vd_ray_batch;

/** Adds a ray from a position along a unit direction (east, north, up). */
static inline void vd_batch_add(vd_ray_batch *batch, const vdk_position *from, vdk_vec direction)
{
    int i = batch->count++;
    batch->cx[i] = from->cx;
    batch->cy[i] = from->cy;
    batch->fx[i] = from->fx;
    batch->fy[i] = from->fy;
    batch->z[i] = from->z;
    batch->dx[i] = direction.x;
    batch->dy[i] = direction.y;
    batch->dz[i] = direction.z;
}

/** What a tracer keeps of a batch on its way; one for each thread. */
typedef struct vd_batch_work vd_batch_work;
extern const size_t vd_batch_work_bytes;

typedef struct vd_tracer {
    const char *isa;
    void (*trace)(const vdk_height_field *f, vd_ray_batch *batch, vd_batch_work *work);
} vd_tracer;

/** The best tracer that this machine and terrain allow, or with a name that one: "scalar"; on
 *  x86-64 "sse4", "avx2" or "avx512"; on Arm "neon". Returns VD_OK, or VD_ERR_SETTING when there is
 *  none of this name or the machine lacks its instructions. */
VD_MUST_USE vd_result vd_tracer_choose(vd_context *context, const char *isa,
                                       const vdk_height_field *f, vd_tracer *out);

/** The n-th tracer that this machine can run, from the scalar one up; false past the last. */
bool vd_tracer_at(int n, vd_tracer *out);

#endif
