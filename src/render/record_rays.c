/* Rays of AOVs: from each first vertex one for each of ao, sun_visibility and sky_visibility.
 *
 * Paths over plain ground have a ray onward that says what ao asks for, and under a single sun
 * mostly one to it that says what sun_visibility does: those are not traced again. The rest of
 * their rays travel with the paths' own, at the ends of the same batches, since a batch's last rays
 * walk beside empty lanes and a short batch is little else. All others are traced kind by kind. */
#include <string.h>

#include "kernel/record.h"
#include "render/record.h"

/* Does a ray of a kind say what one of the paths' says? */
static bool shares(const vdk_scene *scene, int kind)
{
    if (!scene->plain) return false;
    if (kind == VD_LOOK_AO) return scene->bounces != 0 || vdk_has_light_outside(scene);
    return kind == VD_LOOK_SUN && scene->sun_count == 1;
}

static float as_share(bool is_free)
{
    return is_free ? 1.0f : 0.0f;
}

/* Is what a ray of ao has met too far away to count? */
static bool is_far(const vd_recorder *recorder, const vdk_scene *scene, vdk_position from,
                   vdk_position at)
{
    float radius = recorder->plan->ao_radius;
    vdk_vec way = vdk_metres_between(&scene->terrain, from, at);
    return vdk_vec_dot(way, way) > radius * radius;
}

/* ---- with rays of paths -------------------------------------------------------------------- */

/* Where a path has no ray to the only sun, since its shading turns from it, the ground itself may
 * not: there the ray is asked for that it would have had. */
static void ask_for_sun(vd_wave *wave, const vdk_scene *scene, int first)
{
    vd_recorder *recorder = wave->recorder;
    const vd_wave_item *path = wave->path, *normal = &wave->vertex[VD_VERTEX_GEOMETRIC];
    for (int i = first; i < wave->active; i++) {
        if (wave->vertex[VD_VERTEX_TO_SUN].i[i]) continue;
        vdk_sampler sampler = {scene->pattern, (vdk_uint)path[VD_PATH_HASH].i[i],
                               (vdk_uint)path[VD_PATH_PLACE].i[i],
                               (vdk_uint)path[VD_PATH_INDEX].i[i]};
        vdk_vec way =
            vdk_sun_seen_direction(vd_scene_then(scene, path[VD_PATH_TIME].f[i]), &sampler);
        if (!(vdk_vec_dot(way, vdk_vec_make(normal[0].f[i], normal[1].f[i], normal[2].f[i])) >
              0.0f))
            continue;
        vdk_position from = vd_record_vertex(wave, i);
        recorder->asked_from[wave->to_sun.count - recorder->own_to_sun] = i;
        vd_batch_add(&wave->to_sun, &from, way);
    }
}

void vd_record_ask(vd_wave *wave, const vd_wave_job *job, int first)
{
    vd_recorder *recorder = wave->recorder;
    const bool *looks = recorder->plan->looks;
    recorder->own_to_sun = wave->to_sun.count;
    recorder->own_onward = wave->onward.count;
    if (!job->scene->plain || first == wave->active) return;
    if (looks[VD_LOOK_SUN] && shares(job->scene, VD_LOOK_SUN)) ask_for_sun(wave, job->scene, first);
    if (!looks[VD_LOOK_SKY]) return;
    vd_recording_of(job->tracer)
        ->aim(wave, job, VD_LOOK_SKY, first, &wave->onward, wave->onward_from);
}

/* New vertices are the last, and so are their rays, but for those that were asked for. */
static void take_sun(vd_wave *wave, int first)
{
    vd_recorder *recorder = wave->recorder;
    const vd_wave_item *has_ray = &wave->vertex[VD_VERTEX_TO_SUN];
    float *seen = recorder->looks[VD_LOOK_SUN].f;
    for (int i = wave->active - 1, ray = recorder->own_to_sun - 1; i >= first; i--)
        seen[i] = has_ray->i[i] ? as_share(!wave->to_sun.hit[ray--]) : 0.0f;
    for (int ray = recorder->own_to_sun; ray < wave->to_sun.count; ray++)
        seen[recorder->asked_from[ray - recorder->own_to_sun]] = as_share(!wave->to_sun.hit[ray]);
}

static void take_ao(vd_wave *wave, const vdk_scene *scene, int first)
{
    vd_recorder *recorder = wave->recorder;
    const vd_ray_batch *batch = &wave->onward;
    float *seen = recorder->looks[VD_LOOK_AO].f;
    for (int i = wave->active - 1, ray = recorder->own_onward - 1; i >= first; i--, ray--)
        seen[i] = as_share(!batch->hit[ray] ||
                           is_far(recorder, scene, vd_record_vertex(wave, i), batch->at[ray]));
}

static void take_sky(vd_wave *wave, int first)
{
    const int32_t *hit = wave->onward.hit + wave->recorder->own_onward;
    float *seen = wave->recorder->looks[VD_LOOK_SKY].f + first;
    for (int i = 0; i < wave->active - first; i++) seen[i] = as_share(!hit[i]);
}

/* ---- by themselves ------------------------------------------------------------------------- */

/* Lets rays from new vertices meet objects. */
static void look_for_objects(vd_wave *wave, const vd_wave_job *job, int first)
{
    vd_recorder *recorder = wave->recorder;
    const vd_wave_item *normal = &wave->vertex[VD_VERTEX_GEOMETRIC];
    for (int i = 0; i < recorder->probe.count; i++) {
        int at = first + i;
        recorder->probe_objects.target[i] = -1;
        recorder->probe_objects.time[i] = wave->path[VD_PATH_TIME].f[at];
        recorder->probe_objects.normal[i] =
            vdk_vec_make(normal[0].f[at], normal[1].f[at], normal[2].f[at]);
    }
    vd_object_rays(job, recorder->probe_from, &recorder->probe_objects, &recorder->probe);
}

/* Traces rays of a kind from new vertices. */
static uint64_t look(vd_wave *wave, const vd_wave_job *job, int kind, int first)
{
    vd_recorder *recorder = wave->recorder;
    vd_ray_batch *batch = &recorder->probe;
    float *seen = recorder->looks[kind].f + first;
    batch->count = 0;
    batch->on_surface = 1;
    batch->any_hit = kind != VD_LOOK_AO;
    batch->horizon = NULL;
    batch->shadows = kind == VD_LOOK_SUN ? job->shadows : NULL;
    vd_recording_of(job->tracer)->aim(wave, job, kind, first, batch, recorder->probe_from);
    vd_block_rays(wave, job, recorder->probe_from, batch);
    if (job->objects) look_for_objects(wave, job, first);
    for (int i = 0; i < batch->count; i++)
        seen[i] =
            as_share(!batch->hit[i] || (kind == VD_LOOK_AO &&
                                        is_far(recorder, job->scene,
                                               vd_record_vertex(wave, first + i), batch->at[i])));
    return (uint64_t)batch->count;
}

uint64_t vd_record_look(vd_wave *wave, const vd_wave_job *job, int first)
{
    const vdk_scene *scene = job->scene;
    vd_recorder *recorder = wave->recorder;
    size_t bytes = (size_t)(wave->active - first) * sizeof(float);
    uint64_t rays = 0;
    for (int kind = 0; kind < VD_LOOKS; kind++) {
        if (!recorder->plan->looks[kind]) continue;
        if (kind == VD_LOOK_SUN && scene->sun_count == 0)
            memset(recorder->looks[kind].f + first, 0, bytes);
        else if (kind == VD_LOOK_SUN && shares(scene, kind))
            take_sun(wave, first);
        else if (kind == VD_LOOK_AO && shares(scene, kind))
            take_ao(wave, scene, first);
        else if (kind == VD_LOOK_SKY && scene->plain)
            take_sky(wave, first);
        else
            rays += look(wave, job, kind, first);
    }
    return rays;
}
