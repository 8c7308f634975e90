/* Rays against instances of meshes: the one thing that is asked of Embree. Coordinates are metres
 * (east, north, up) from an origin of the scene's choice. */
#ifndef VD_OBJECT_TRACER_H
#define VD_OBJECT_TRACER_H

#include "base/base.h"
#include "kernel/objects.h"
#include "objects/mesh.h"

typedef struct vd_object_tracer vd_object_tracer;

/** What it is made of; meshes and instances must outlive the tracer. */
typedef struct vd_object_parts {
    vd_mesh *const *meshes;
    int mesh_count;
    const vdk_instance *instances;
    const float (*places)[3]; /**< where each instance stands */
    int instance_count;
    const vdk_transform *ways;    /**< of those that move, by their numbers; NULL: none does */
    const float (*way_places)[3]; /**< where each of these stands */
} vd_object_parts;

typedef struct vd_object_ray {
    float origin[3], direction[3]; /**< unit */
    float far;                     /**< metres; what lies beyond is not met */
    float time;                    /**< 0 to 1 of the ways */
} vd_object_ray;

/** Does this build trace objects? */
bool vd_object_tracer_is_there(void);

/** The same objects give the same hits for any number of threads, on processors with the same
 *  instructions. *out is NULL on failure.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_INTERNAL or VD_ERR_UNSUPPORTED. */
VD_MUST_USE vd_result vd_object_tracer_create(vd_context *context, const vd_object_parts *parts,
                                              vd_object_tracer **out);
void vd_object_tracer_destroy(vd_object_tracer *tracer);

/** An instance may have so many steps of its way. */
enum { VD_OBJECT_STEPS_MAX = 129 };
/** Lets those instances move that now have ways, and those meshes change that now have several
 *  steps; all else stays as the tracer was made of it.
 *  Returns as vd_object_tracer_create(). */
VD_MUST_USE vd_result vd_object_tracer_move(vd_context *context, const vd_object_parts *parts,
                                            vd_object_tracer *tracer);

/** The first thing that a ray meets. Thread-safe, as the next is. */
bool vd_object_hit(const vd_object_tracer *tracer, const vd_object_ray *ray, vdk_object_point *out);
/** Does a ray meet anything? */
bool vd_object_blocks(const vd_object_tracer *tracer, const vd_object_ray *ray);

#endif
