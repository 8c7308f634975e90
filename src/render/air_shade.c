/* Shade in the air before what the camera sees (kernel/air_shadow.h), for a turn of a wave at once:
 * as soon as the rays of the camera are traced, rays from a point of each go to the sun in a batch
 * of their own. What is in the shade is taken off where the air's light is: a path that begins, a
 * sample that sees the sky, and the media's part. */
#include "render/wave_parts.h"

void vd_shade_add(vd_wave *wave, const vdk_scene *scene, const vdk_sight *sight,
                  const vdk_sampler *sampler, float distance, float depth, int sample, int slot)
{
    vd_wave_shade *shade = &wave->shade;
    int i = shade->to_sun.count;
    vdk_air_point *point = &shade->point[i];
    if (!vdk_air_point_draw(scene, sight->from, sight->direction, distance, depth, sampler, point))
        return;
    vd_batch_add(&shade->to_sun, &point->at, point->to_sun);
    shade->sample[i] = sample;
    shade->time[i] = sight->time;
    shade->slot[i] = slot;
}

static void take(vdk_vec *from, vdk_vec v)
{
    *from = vdk_vec_add(*from, vdk_vec_scale(v, -1.0f));
}

void vd_shade_end(vd_wave *wave, const vd_wave_job *job)
{
    const vdk_scene *scene = job->scene;
    vd_wave_shade *shade = &wave->shade;
    vd_ray_batch *batch = &shade->to_sun;
    batch->on_surface = 0;
    batch->any_hit = 1;
    batch->horizon = NULL;
    batch->shadows = NULL;
    vd_block_rays(wave, job, NULL, batch);
    vd_object_rays(job, NULL, &wave->sight_objects, batch);
    wave->sights += (uint64_t)batch->count;
    for (int i = 0; i < batch->count; i++) {
        vdk_vec media;
        const vdk_scene *then = vd_scene_then(scene, shade->time[i]);
        vdk_vec taken = vdk_air_point_taken(then, &shade->point[i], batch->hit[i], &media);
        int slot = shade->slot[i];
        if (scene->media.is_there) take(&wave->air.radiance[shade->sample[i]], media);
        if (slot < 0) {
            take(&wave->seen[shade->sample[i]].radiance, taken);
            continue;
        }
        wave->path[VD_PATH_RADIANCE].f[slot] -= taken.x;
        wave->path[VD_PATH_RADIANCE + 1].f[slot] -= taken.y;
        wave->path[VD_PATH_RADIANCE + 2].f[slot] -= taken.z;
    }
}
