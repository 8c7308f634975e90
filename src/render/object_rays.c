/* Rays among objects: what vd_block_rays() has found of ground and block stands, unless an object
 * stands before it. This is the only place where objects are looked for.
 *
 * Objects are traced in single precision from an origin of the scene. A ray that leaves one starts
 * a hair outside it, by more than rounding can have moved it inside (Waechter and Binder 2019, "A
 * Fast and Robust Method for Avoiding Self-Intersection", Ray Tracing Gems, chapter 6): so it meets
 * neither its own triangle nor one beside it in the same plane, and no distance is tuned. The bound
 * is ERROR times the numbers that were rounded: coordinates of origin and object (each 2^-24 of
 * itself when it is made a float, and a few times that on the way through the instance's inverse
 * transform and the triangle test), and the stored height, which is a float too. At 1 km from the
 * eye that is 2 mm. Rays from ground and block are not moved, nor are rays of the height field that
 * leave objects.
 *
 * A ray to a lamp has reached it if the lamp is what it meets first, whatever the distances. */
#include "render/wave_parts.h"

#include <math.h>

#include "scene/objects.h"

#define ERROR (1.0 / (1 << 20))

static vdk_position origin_of(const vd_ray_batch *batch, int i)
{
    return (vdk_position){batch->cx[i], batch->cy[i], batch->fx[i], batch->fy[i], batch->z[i]};
}

/** The ray as the objects' tracer has it, up to what it has met. */
static vd_object_ray ray_of(const vdk_scene *scene, const vd_ray_batch *batch, int i,
                            const vdk_vec *normal, float time)
{
    double from[3], to[3], along = HUGE_VAL;
    const double d[3] = {(double)batch->dx[i], (double)batch->dy[i], (double)batch->dz[i]};
    vd_objects_metres(scene, origin_of(batch, i), from);
    if (batch->hit[i] != VDK_MISS && !batch->any_hit) {
        vd_objects_metres(scene, batch->at[i], to);
        along = 0.0;
        for (int k = 0; k < 3; k++) along += (to[k] - from[k]) * d[k];
    }
    if (normal) {
        const double n[3] = {(double)normal->x, (double)normal->y, (double)normal->z};
        double side = n[0] * d[0] + n[1] * d[1] + n[2] * d[2] < 0.0 ? -1.0 : 1.0;
        double size = fabs((double)batch->z[i]) * (double)scene->terrain.z_factor;
        for (int k = 0; k < 3; k++) size = fmax(size, fabs(from[k]));
        for (int k = 0; k < 3; k++) from[k] += side * ERROR * size * n[k];
    }
    return (vd_object_ray){{(float)from[0], (float)from[1], (float)from[2]},
                           {batch->dx[i], batch->dy[i], batch->dz[i]},
                           (float)along,
                           time};
}

void vd_object_rays(const vd_wave_job *job, const int32_t *from, vd_wave_objects *objects,
                    vd_ray_batch *batch)
{
    const vdk_scene *scene = job->scene;
    if (!job->objects) return;
    for (int i = 0; i < batch->count; i++) {
        bool leaves = from && from[i] == VDK_PART_OBJECT;
        int target = from ? objects->target[i] : -1;
        if (batch->any_hit && batch->hit[i]) continue;
        vd_object_ray ray =
            ray_of(scene, batch, i, leaves ? &objects->normal[i] : NULL, objects->time[i]);
        if (batch->any_hit) {
            if (vd_object_blocks(job->objects, &ray)) batch->hit[i] = VDK_PART_OBJECT;
            continue;
        }
        vdk_object_point *met = &objects->met[i];
        if (!vd_object_hit(job->objects, &ray, met)) continue;
        batch->hit[i] = VDK_PART_OBJECT;
        batch->at[i] = vdk_object_position(scene, *met);
        if (target < 0) continue;
        const vdk_emitter *lamp = &scene->objects.emitters[target];
        if (met->instance == lamp->instance && met->triangle == lamp->triangle)
            batch->hit[i] = VDK_MISS;
    }
}
