/* Rays through a scene with a block (kernel/block.h), many at once.
 *
 * What decides without the ground is done ray by ray; the rest is traced in at most two batches,
 * since a batch's rays all leave the ground or none does. Both start over the raster, where the
 * tracers in lanes are at home: a view from outside costs them no more than one from inside. */
#include <string.h>

#include "kernel/block.h"
#include "render/wave_parts.h"

static vdk_position origin_of(const vd_ray_batch *batch, int i)
{
    return (vdk_position){batch->cx[i], batch->cy[i], batch->fx[i], batch->fy[i], batch->z[i]};
}

static vdk_vec direction_of(const vd_ray_batch *batch, int i)
{
    return vdk_vec_make(batch->dx[i], batch->dy[i], batch->dz[i]);
}

/** How many rays of a batch from i on can be traced as they are: they leave the ground, or start
 * over the raster where there is no block, as the first of them does; 0 if that one cannot. */
static int run_from(const vdk_scene *scene, const vd_ray_batch *batch, const int32_t *from,
                    int leave_ground, int i)
{
    int last = i;
    if (!leave_ground && scene->block.is_there) return 0;
    for (; last < batch->count; last++) {
        int leaves = from ? from[last] : VDK_MISS;
        if ((leaves == VDK_PART_GROUND) != leave_ground) break;
        if (!leave_ground && !vdk_is_over(&scene->terrain, origin_of(batch, last))) break;
    }
    return last - i;
}

/** Adds rays i to i + count - 1 of a batch to another as they are. */
static void add_run(const vd_ray_batch *batch, int i, int count, vd_ray_batch *to)
{
    const size_t bytes = (size_t)count * sizeof(float);
    int at = to->count;
    memcpy(to->cx + at, batch->cx + i, bytes);
    memcpy(to->cy + at, batch->cy + i, bytes);
    memcpy(to->fx + at, batch->fx + i, bytes);
    memcpy(to->fy + at, batch->fy + i, bytes);
    memcpy(to->z + at, batch->z + i, bytes);
    memcpy(to->dx + at, batch->dx + i, bytes);
    memcpy(to->dy + at, batch->dy + i, bytes);
    memcpy(to->dz + at, batch->dz + i, bytes);
    if (batch->is_bounded) memcpy(to->most + at, batch->most + i, bytes);
    to->count += count;
}

/** Fills a batch with those rays of another that leave the ground, or with all others, and ray[]
 *  with their numbers there. */
static void pick(const vdk_scene *scene, vd_ray_batch *batch, const int32_t *from, int leave_ground,
                 vd_ray_batch *some, int32_t *ray)
{
    some->count = 0;
    for (int i = 0; i < batch->count; i++) {
        int leaves = from ? from[i] : VDK_MISS;
        if ((leaves == VDK_PART_GROUND) != leave_ground) continue;
        int run = run_from(scene, batch, from, leave_ground, i);
        if (run > 0) {
            for (int k = 0; k < run; k++) ray[some->count + k] = i + k;
            add_run(batch, i, run, some);
            i += run - 1;
            continue;
        }
        vdk_position origin = origin_of(batch, i);
        vdk_vec direction = direction_of(batch, i);
        int part = VDK_TO_TRACE;
        if (scene->block.is_there || scene->terrain.border == VDK_BORDER_OPEN)
            part = vdk_block_before(scene, leaves, direction, &origin, &batch->at[i]);
        if (part != VDK_TO_TRACE) {
            batch->hit[i] = part;
            continue;
        }
        ray[some->count] = i;
        some->most[some->count] = VDK_HUGE; /* it may have been moved */
        vd_batch_add(some, &origin, direction);
    }
}

/** Traces those rays that leave the ground, or all others. */
static void trace_some(vd_wave *wave, const vd_wave_job *job, const int32_t *from, int leave_ground,
                       vd_ray_batch *batch)
{
    const vdk_scene *scene = job->scene;
    vd_ray_batch *some = &wave->some;
    int32_t ray[VD_BATCH_RAYS];
    some->on_surface = leave_ground;
    some->any_hit = batch->any_hit;
    some->is_bounded = batch->is_bounded;
    some->horizon = batch->horizon;
    some->shadows = batch->shadows;
    pick(scene, batch, from, leave_ground, some, ray);
    if (some->count > 0) job->tracer->trace(&scene->terrain, some, wave->work);
    for (int k = 0; k < some->count; k++) {
        int i = ray[k];
        batch->hit[i] = some->hit[k] ? VDK_PART_GROUND : VDK_MISS;
        if (some->hit[k])
            batch->at[i] = some->at[k];
        else if (scene->block.has_plane)
            batch->hit[i] =
                vdk_block_after(scene, direction_of(some, k), origin_of(some, k), &batch->at[i]);
    }
}

/** Where rays that are not to a sun come to the surface of water. */
static void meet_water(const vdk_scene *scene, const int32_t *from, vd_ray_batch *batch)
{
    for (int i = 0; i < batch->count; i++)
        batch->hit[i] = vdk_water_after(scene, from ? from[i] : VDK_MISS, origin_of(batch, i),
                                        direction_of(batch, i), batch->hit[i], &batch->at[i]);
}

void vd_block_rays(vd_wave *wave, const vd_wave_job *job, const int32_t *from, vd_ray_batch *batch)
{
    const vdk_scene *scene = job->scene;
    /* Those of a pinhole that stands still over the raster start there, and where there is no block
     * that is all. */
    bool is_over = batch == &wave->sight && scene->view.projection != VDK_PROJECTION_ORTHO &&
                   !(scene->view.lens.radius > 0.0f) && !vdk_camera_moves(&scene->view) &&
                   vdk_is_over(&scene->terrain, scene->view.eye);
    bool moves = scene->terrain.border == VDK_BORDER_OPEN && !from && !is_over;
    /* From the surface of water, from an object, or from media. */
    bool some_fly =
        from && (scene->water.is_there || scene->objects.count > 0 || scene->media.is_there);
    if (!scene->block.is_there && !moves && !some_fly) {
        job->tracer->trace(&scene->terrain, batch, wave->work);
    } else {
        trace_some(wave, job, from, 0, batch);
        if (from) trace_some(wave, job, from, 1, batch);
    }
    if (scene->water.is_there && batch != &wave->to_sun && batch != &wave->shade.to_sun)
        meet_water(scene, from, batch);
}
