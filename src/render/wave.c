/* Paths in waves.
 *
 * Paths are kept in slots, one array an item. In each turn all of them are shaded, then all rays to
 * suns are traced in one batch and all rays onward in another (terrain/batch.h), which is what
 * makes tracing fast; paths that end give their slot to the next sample, so that batches stay full
 * until the last. Which paths travel together changes nothing: each has its own random numbers, and
 * its radiance is put where its sample is.
 *
 * Shading too is done for many paths side by side (shade.h), compiled for each instruction set, and
 * one by one in scalars (shade_scalar.c) to compare with. */
#include "render/wave.h"

#include <stdlib.h>
#include <string.h>

#include "render/record.h"
#include "render/wave_parts.h"

vd_result vd_wave_create(vd_context *context, vd_wave **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_wave), "rays on their way", &memory));
    vd_wave *wave = memory;
    wave->work = NULL;
    wave->recorder = NULL;
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
    if (wave) vd_recorder_destroy(wave->recorder);
    free(wave);
}

void vd_wave_record(vd_wave *wave, struct vd_recorder *recorder)
{
    wave->recorder = recorder;
}

const vd_shader *vd_shader_of(const vd_tracer *tracer, const vdk_scene *scene)
{
    static const struct {
        const char *isa;
        const vd_shader *plain, *in_fog;
    } all[] = {
        {"scalar", &vd_shader_scalar, &vd_shader_scalar},
#if defined(__x86_64__)
        {"avx2", &vd_shader_avx2, &vd_shader_fog_avx2},
        {"avx512", &vd_shader_avx512, &vd_shader_fog_avx512},
#endif
    };
    bool is_in_lanes = (scene->plain || scene->misty) && !scene->moments;
    if (!is_in_lanes || scene->splits) return &vd_shader_scalar;
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (strcmp(all[i].isa, tracer->isa) == 0)
            return scene->plain ? all[i].plain : all[i].in_fog;
    return scene->plain ? &vd_shader_four : &vd_shader_fog_four;
}

/* Leaves each sample the colour that its ray was one of. */
static void colour_samples(vd_wave *wave, const vd_wave_job *job)
{
    int samples = (int)(job->to - job->from);
    for (int i = 0; i < vd_wave_sample_count(job); i++) {
        int x = job->x + i / samples % job->width, y = job->y + i / samples / job->width;
        vdk_sampler sampler = vdk_sampler_at(job->scene->pattern, job->scene->seed, x, y);
        vdk_sampler_seek(&sampler, job->from + (uint32_t)(i % samples));
        wave->seen[i].radiance = vdk_lens_coloured(&sampler, wave->seen[i].radiance);
    }
}

const vdk_seen *vd_wave_trace(vd_wave *wave, const vd_wave_job *job, uint64_t *rays)
{
    const vdk_scene *scene = job->scene;
    /* What is recorded of paths in fog is what the scalar shader leaves. */
    const vd_shader *shader = wave->recorder && scene->misty ? &vd_shader_scalar : job->shader;
    size_t samples = (size_t)vd_wave_sample_count(job);
    bool asks = job->stop && scene->media.is_there && !wave->recorder;
    wave->active = wave->next = wave->air.count = 0;
    wave->sights = 0;
    wave->to_sun.on_surface = wave->onward.on_surface = 1;
    wave->to_sun.any_hit = scene->objects.emitter_count == 0;
    wave->to_sun.shadows = job->shadows;
    wave->onward.any_hit = wave->onward.is_bounded = 0;
    if (scene->media.is_there) memset(wave->air.radiance, 0, samples * sizeof(vdk_vec));
    if (wave->recorder) vd_record_begin(wave, job);
    for (;;) {
        wave->first = wave->active;
        do shader->place(wave, job);
        while (wave->active == 0 && (wave->next < (int)samples || wave->air.count > 0));
        if (wave->active == 0) break;
        if (asks && job->stop(job->state, job->thread)) return NULL;
        shader->shade(wave, scene);
        if (wave->recorder) vd_record_ask(wave, job, wave->first);
        vd_block_rays(wave, job, wave->to_sun_from, &wave->to_sun);
        vd_object_rays(job, wave->to_sun_from, &wave->to_sun_objects, &wave->to_sun);
        vd_block_rays(wave, job, wave->onward_from, &wave->onward);
        vd_object_rays(job, wave->onward_from, &wave->onward_objects, &wave->onward);
        *rays += (uint64_t)(wave->to_sun.count + wave->onward.count);
        if (wave->recorder) *rays += vd_record_turn(wave, job, wave->first);
        shader->advance(wave, scene);
        if (wave->recorder) vd_record_moved(wave);
    }
    for (size_t i = 0; scene->media.is_there && i < samples; i++)
        wave->seen[i].radiance = vdk_vec_add(wave->seen[i].radiance, wave->air.radiance[i]);
    if (vdk_abs(scene->view.lens.aberration) > 0.0f) colour_samples(wave, job);
    if (wave->recorder) vd_record_end(wave, job);
    *rays += wave->sights;
    return wave->seen;
}
