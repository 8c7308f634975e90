/* Paths in waves.
 *
 * Paths are kept in slots. In each turn all of them are shaded, then all rays to suns are traced in
 * one batch and all rays onward in another (terrain/batch.h), which is what makes tracing fast;
 * paths that end give their slot to the next sample, so that batches stay full until the last.
 * Which paths travel together changes nothing: each has its own random numbers, and its radiance is
 * put where its sample is. */
#include "render/wave.h"

#include <stdlib.h>

#include "kernel/relief.h"

enum { SLOTS = 512 };
_Static_assert((int)SLOTS <= (int)VD_BATCH_RAYS, "a batch takes a ray of each slot");

struct vd_wave {
    vdk_vec radiance[VD_WAVE_SAMPLES];
    vdk_path path[SLOTS];
    vdk_vertex vertex[SLOTS];
    int sample[SLOTS]; /* of the path, as an index of radiance */
    vd_ray_batch to_sun, onward;
    vd_batch_work *work;
};

vd_result vd_wave_create(vd_context *context, vd_wave **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_wave), "rays on their way", &memory));
    vd_wave *wave = memory;
    wave->work = NULL;
    vd_result result =
        vd_alloc(context, 1, vd_batch_work_bytes, "rays on their way", (void **)&memory);
    if (result != VD_OK) {
        vd_wave_destroy(wave);
        return result;
    }
    wave->work = memory;
    *out = wave;
    return VD_OK;
}

void vd_wave_destroy(vd_wave *wave)
{
    if (wave) free(wave->work);
    free(wave);
}

/* Puts new paths into the slots from `active` on. Returns how many slots are in use then. */
static int fill_slots(vd_wave *wave, const vd_wave_job *job, int active, int *next)
{
    int samples = (int)(job->to - job->from), total = job->width * job->height * samples;
    for (; active < SLOTS && *next < total; ++*next) {
        int pixel = *next / samples;
        vdk_position at;
        int x = job->x + pixel % job->width, y = job->y + pixel / job->width;
        vdk_sampler sampler = vdk_sampler_at(job->scene->pattern, job->scene->seed, x, y);
        vdk_sampler_seek(&sampler, job->from + (uint32_t)(*next % samples));
        if (!vdk_relief_place(job->scene, x, y, &sampler, &at)) {
            wave->radiance[*next] = vdk_vec_make(0.0f, 0.0f, 0.0f);
            continue;
        }
        wave->path[active] = vdk_path_begin(sampler, at);
        wave->sample[active++] = *next;
    }
    return active;
}

/* Shades all paths and traces the rays that are due. */
static void shade_and_trace(vd_wave *wave, const vd_wave_job *job, int active)
{
    wave->to_sun.count = wave->onward.count = 0;
    for (int i = 0; i < active; i++) {
        vdk_vertex vertex = vdk_path_shade(job->scene, &wave->path[i]);
        if (vertex.to_sun) vd_batch_add(&wave->to_sun, &wave->path[i].at, vertex.sun_direction);
        if (vertex.onward) vd_batch_add(&wave->onward, &wave->path[i].at, vertex.direction);
        wave->vertex[i] = vertex;
    }
    job->tracer->trace(&job->scene->terrain, &wave->to_sun, wave->work);
    job->tracer->trace(&job->scene->terrain, &wave->onward, wave->work);
}

/* Adds what the rays found; paths that go on are moved together. Returns how many do. */
static int advance(vd_wave *wave, const vdk_scene *scene, int active)
{
    int to_sun = 0, onward = 0, left = 0;
    for (int i = 0; i < active; i++) {
        vdk_path *path = &wave->path[i];
        const vdk_vertex *vertex = &wave->vertex[i];
        bool goes_on = vertex->onward;
        if (vertex->to_sun) vdk_path_light(scene, vertex, wave->to_sun.hit[to_sun++], path);
        if (vertex->onward) {
            int ray = onward++;
            goes_on =
                vdk_path_onward(scene, vertex, wave->onward.hit[ray], wave->onward.at[ray], path);
        }
        if (goes_on) {
            wave->path[left] = *path;
            wave->sample[left++] = wave->sample[i];
        } else {
            wave->radiance[wave->sample[i]] = path->radiance;
        }
    }
    return left;
}

const vdk_vec *vd_wave_trace(vd_wave *wave, const vd_wave_job *job, uint64_t *rays)
{
    int next = 0, active = 0;
    wave->to_sun.on_surface = wave->onward.on_surface = 1;
    wave->to_sun.any_hit = 1;
    wave->onward.any_hit = 0;
    while ((active = fill_slots(wave, job, active, &next)) > 0) {
        shade_and_trace(wave, job, active);
        *rays += (uint64_t)(wave->to_sun.count + wave->onward.count);
        active = advance(wave, job->scene, active);
    }
    return wave->radiance;
}
