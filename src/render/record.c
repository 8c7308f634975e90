/* A wave's AOVs: what is added when.
 *
 * Beauty is added as without AOVs, sample by sample; its variance by Welford's method (1962, "Note
 * on a Method for Calculating Corrected Sums of Squares and Products"), from the sums that a pixel
 * has, so that it can be gone on with at any number of samples. Of two kinds of light that make
 * beauty one is known, and the other is what that leaves. */
#include "render/record.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/record.h"
#include "kernel/split.h"

/* Rounders of vd_lanes_total(): what is bounded by 1, by 2^15, and by 2^20. */
#define OF_SHARES 0x1.8p16
#define OF_SLOPES 0x1.8p30
#define OF_METRES 0x1.8p35

/* ---- the plan ------------------------------------------------------------------------------ */

static int channel_of(const vd_aov_set *set, vd_aov_id id)
{
    const vd_aov_part *part = vd_aov_part_of(set, id);
    return part ? part->first : -1;
}

static void add_sums(vd_record_plan *plan, int channel, int feature, int count, double rounder)
{
    if (channel < 0) return;
    plan->computes[feature] = true;
    for (int i = 0; i < count; i++)
        plan->sums[plan->sum_count++] = (vd_record_sum){feature + i, channel + i, rounder};
}

void vd_record_plan_make(const vd_aov_set *set, const vdk_scene *scene, float ao_radius,
                         vd_record_plan *out)
{
    static const struct {
        vd_aov_id id;
        int feature, count;
        double rounder;
    } sums[] = {
        {VD_AOV_ALBEDO, VD_FEATURE_ALBEDO, 3, OF_SHARES},
        {VD_AOV_NORMAL, VD_FEATURE_NORMAL, 3, OF_SHARES},
        {VD_AOV_NORMAL_CAMERA, VD_FEATURE_NORMAL_CAMERA, 3, OF_SHARES},
        {VD_AOV_DEPTH, VD_FEATURE_DEPTH, 1, OF_METRES},
        {VD_AOV_ROUGHNESS, VD_FEATURE_ROUGHNESS, 1, OF_SHARES},
        {VD_AOV_METALLIC, VD_FEATURE_METALLIC, 1, OF_SHARES},
        {VD_AOV_AO, VD_FEATURE_LOOKS + VD_LOOK_AO, 1, OF_SHARES},
        {VD_AOV_SUN_VISIBILITY, VD_FEATURE_LOOKS + VD_LOOK_SUN, 1, OF_SHARES},
        {VD_AOV_SKY_VISIBILITY, VD_FEATURE_LOOKS + VD_LOOK_SKY, 1, OF_SHARES},
        {VD_AOV_ELEVATION, VD_FEATURE_ELEVATION, 1, OF_METRES},
        {VD_AOV_SLOPE, VD_FEATURE_SLOPE, 1, OF_SLOPES},
        {VD_AOV_ASPECT, VD_FEATURE_RISE, 2, OF_SLOPES},
        {VD_AOV_UV, VD_FEATURE_UV, 2, OF_SLOPES},
    };
    static const vd_aov_id ids[] = {VD_AOV_CLASS, VD_AOV_MATERIAL_ID, VD_AOV_OBJECT_ID};
    static const vd_aov_id ranks[] = {VD_AOV_CRYPTO_CLASS, VD_AOV_CRYPTO_MATERIAL,
                                      VD_AOV_CRYPTO_OBJECT};
    *out = (vd_record_plan){.channels = set->channels, .ao_radius = ao_radius, .hits = set->hits};
    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        add_sums(out, channel_of(set, sums[i].id), sums[i].feature, sums[i].count, sums[i].rounder);
    out->places[0] = channel_of(set, VD_AOV_POSITION);
    out->places[1] = channel_of(set, VD_AOV_LONLAT);
    if (out->places[0] >= 0) add_sums(out, out->places[0] + 4, VD_FEATURE_ELEVATION, 1, OF_METRES);
    for (int i = 0; i < VD_LOOKS; i++) out->looks[i] = out->computes[VD_FEATURE_LOOKS + i];
    for (int i = 0; i < 3; i++) {
        out->ids[i] = channel_of(set, ids[i]);
        out->ranks[i] = channel_of(set, ranks[i]);
    }
    out->nearest = channel_of(set, VD_AOV_DEPTH_NEAREST);
    out->computes[VD_FEATURE_DEPTH] |= out->nearest >= 0;
    out->mask = channel_of(set, VD_AOV_MASK);
    out->direct = channel_of(set, VD_AOV_DIRECT);
    out->indirect = channel_of(set, VD_AOV_INDIRECT);
    out->diffuse = channel_of(set, VD_AOV_DIFFUSE);
    out->specular = channel_of(set, VD_AOV_SPECULAR);
    out->variance = channel_of(set, VD_AOV_VARIANCE);
    out->sun = out->sky = channel_of(set, VD_AOV_LIGHTS);
    for (int i = 0; i < set->count; i++)
        if (set->parts[i].id == VD_AOV_LIGHTS) out->sky = set->parts[i].first;
    out->suns = (out->sky - out->sun) / 3;
    bool glosses = !scene->plain && (out->diffuse >= 0 || out->specular >= 0);
    out->splits = glosses || (out->sky >= 0 && !(scene->plain && scene->sun_count <= 1));
}

/* ---- one thread's -------------------------------------------------------------------------- */

vd_result vd_recorder_create(vd_context *context, const vd_record_plan *plan, vd_recorder **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_recorder), "AOVs on their way", &memory));
    vd_recorder *recorder = memory;
    recorder->plan = plan;
    if (plan->splits && plan->suns > 0) {
        vd_result result = vd_alloc(context, (size_t)plan->suns * VD_WAVE_SAMPLES, sizeof(vdk_vec),
                                    "AOVs on their way", &memory);
        if (result != VD_OK) {
            vd_recorder_destroy(recorder);
            return result;
        }
        recorder->suns = memory;
    }
    *out = recorder;
    return VD_OK;
}

void vd_recorder_destroy(vd_recorder *recorder)
{
    if (recorder) free(recorder->suns);
    free(recorder);
}

const vd_recording *vd_recording_of(const vd_tracer *tracer)
{
#if defined(__x86_64__)
    if (strcmp(tracer->isa, "avx2") == 0) return &vd_recording_avx2;
    if (strcmp(tracer->isa, "avx512") == 0) return &vd_recording_avx512;
#endif
    (void)tracer;
    return &vd_recording_base;
}

/* ---- steps of a wave ----------------------------------------------------------------------- */

void vd_record_begin(vd_wave *wave, const vd_wave_job *job)
{
    vd_recorder *recorder = wave->recorder;
    const vd_record_plan *plan = recorder->plan;
    size_t samples = (size_t)vd_wave_sample_count(job);
    recorder->sums = job->sums;
    recorder->stride = job->stride;
    memset(recorder->flags, 0, samples);
    if (plan->sky >= 0) memset(recorder->sky, 0, samples * sizeof(vdk_vec));
    if (!plan->splits) return;
    memset(recorder->specular, 0, samples * sizeof(vdk_vec));
    for (int i = 0; recorder->suns && i < plan->suns; i++)
        memset(recorder->suns + i * VD_WAVE_SAMPLES, 0, samples * sizeof(vdk_vec));
}

void vd_record_surface(vd_recorder *recorder, int slot, int part, const vdk_surface *surface)
{
    recorder->roughness.f[slot] = vdk_record_roughness(&surface->material);
    recorder->metallic.f[slot] = surface->material.metallic;
    recorder->class_here.i[slot] = surface->class_here;
    recorder->material.i[slot] = vdk_material_of(part, surface->layer_material);
}

/* Traces rays of a kind from new vertices. */
static uint64_t look(vd_wave *wave, const vd_wave_job *job, int kind, int first)
{
    vd_recorder *recorder = wave->recorder;
    vd_ray_batch *batch = &recorder->probe;
    float *free_ones = recorder->looks[kind].f + first;
    if (kind == VD_LOOK_SUN && job->scene->sun_count == 0) {
        memset(free_ones, 0, (size_t)(wave->active - first) * sizeof(float));
        return 0;
    }
    vd_recording_of(job->tracer)->aim(wave, job, kind, first);
    batch->on_surface = 1;
    batch->any_hit = kind != VD_LOOK_AO;
    batch->horizon = NULL;
    batch->shadows = kind == VD_LOOK_SUN ? job->shadows : NULL;
    vd_block_rays(wave, job, recorder->probe_from, batch);
    for (int i = 0; i < batch->count; i++) {
        free_ones[i] = batch->hit[i] ? 0.0f : 1.0f;
        if (!batch->hit[i] || kind != VD_LOOK_AO) continue;
        vdk_position from = {batch->cx[i], batch->cy[i], batch->fx[i], batch->fy[i], batch->z[i]};
        vdk_vec way = vdk_metres_between(&job->scene->terrain, from, batch->at[i]);
        float radius = recorder->plan->ao_radius;
        if (vdk_vec_dot(way, way) > radius * radius) free_ones[i] = 1.0f;
    }
    return (uint64_t)batch->count;
}

uint64_t vd_record_vertices(vd_wave *wave, const vd_wave_job *job, int first)
{
    vd_recorder *recorder = wave->recorder;
    const vdk_scene *scene = job->scene;
    uint64_t rays = 0;
    if (first == wave->active) return 0;
    for (int i = first; i < wave->active; i++) {
        bool is_there = scene->plain || vdk_record_is_there(scene, wave->path[VD_PATH_PART].i[i]);
        recorder->flags[wave->path[VD_PATH_SAMPLE].i[i]] =
            is_there ? VD_SAMPLE_IS_THERE : VD_SAMPLE_CATCHES;
    }
    for (int kind = 0; kind < VD_LOOKS; kind++)
        if (recorder->plan->looks[kind]) rays += look(wave, job, kind, first);
    vd_recording_of(job->tracer)->record(wave, job, first);
    return rays;
}

void vd_record_light(vd_wave *wave, const vdk_scene *scene)
{
    vd_recorder *recorder = wave->recorder;
    const vd_wave_item *path = wave->path, *vertex = wave->vertex;
    if (recorder->plan->sky < 0 || recorder->plan->splits) return;
    /* A path over plain ground meets the sky once, when it leaves; the rest is the one sun's. */
    for (int i = 0, ray = 0; i < wave->active; i++) {
        if (!vertex[VD_VERTEX_ONWARD].i[i] || wave->onward.hit[ray++]) continue;
        vdk_vec sky = vdk_sky_radiance(scene, vdk_vec_make(vertex[VD_VERTEX_DIRECTION].f[i],
                                                           vertex[VD_VERTEX_DIRECTION + 1].f[i],
                                                           vertex[VD_VERTEX_DIRECTION + 2].f[i]));
        vdk_vec share =
            vdk_vec_make(path[VD_PATH_THROUGHPUT].f[i] * vertex[VD_VERTEX_ALBEDO].f[i],
                         path[VD_PATH_THROUGHPUT + 1].f[i] * vertex[VD_VERTEX_ALBEDO + 1].f[i],
                         path[VD_PATH_THROUGHPUT + 2].f[i] * vertex[VD_VERTEX_ALBEDO + 2].f[i]);
        recorder->sky[path[VD_PATH_SAMPLE].i[i]] = vdk_vec_mul(share, sky);
    }
}

void vd_record_moved(vd_wave *wave)
{
    vd_recorder *recorder = wave->recorder;
    const vd_wave_item *path = wave->path;
    if (recorder->plan->direct < 0 && recorder->plan->indirect < 0) return;
    /* Paths that have just left their first vertex are the last ones. */
    for (int i = wave->active - 1; i >= 0 && path[VD_PATH_DEPTH].i[i] == 1; i--) {
        int sample = path[VD_PATH_SAMPLE].i[i];
        recorder->flags[sample] |= VD_SAMPLE_GOES_ON;
        recorder->direct[sample] =
            vdk_vec_make(path[VD_PATH_RADIANCE].f[i], path[VD_PATH_RADIANCE + 1].f[i],
                         path[VD_PATH_RADIANCE + 2].f[i]);
    }
}

/* ---- the end of a wave --------------------------------------------------------------------- */

static void add_vec(double *sums, int channel, vdk_vec v)
{
    if (channel < 0) return;
    sums[channel] += (double)v.x;
    sums[channel + 1] += (double)v.y;
    sums[channel + 2] += (double)v.z;
}

/* Adds what is left of the whole beside a part. */
static void add_rest(double *sums, int channel, vdk_vec whole, vdk_vec part)
{
    if (channel < 0) return;
    sums[channel] += (double)whole.x - (double)part.x;
    sums[channel + 1] += (double)whole.y - (double)part.y;
    sums[channel + 2] += (double)whole.z - (double)part.z;
}

/* Before the sample is added to `count` others. */
static void add_variance(const double *sums, double *variance, uint32_t count, vdk_vec radiance)
{
    const float of[3] = {radiance.x, radiance.y, radiance.z};
    if (count == 0) return;
    double inverse = 1.0 / count, factor = count / (count + 1.0);
    for (int c = 0; c < 3; c++) {
        double off = (double)of[c] - sums[c] * inverse;
        variance[c] += off * off * factor;
    }
}

/* The ray of a sample of a view. Returns 0 where the projection shows nothing. */
static int aim_again(const vd_wave_job *job, int sample, vdk_sight *sight)
{
    int samples = (int)(job->to - job->from), pixel = sample / samples;
    int x = job->x + pixel % job->width, y = job->y + pixel / job->width;
    vdk_sampler sampler = vdk_sampler_at(job->scene->pattern, job->scene->seed, x, y);
    vdk_sampler_seek(&sampler, job->from + (uint32_t)(sample % samples));
    return vdk_view_aim(job->scene, x, y, &sampler, sight);
}

/* May a sample that meets nothing be outside of what the projection shows? */
static bool has_outside(const vdk_scene *scene)
{
    return scene->view.projection != VDK_PROJECTION_PERSPECTIVE &&
           scene->view.projection != VDK_PROJECTION_ORTHO;
}

/* Adds the lights of a sample; the sky's is what suns leave. */
static void add_lights(const vd_recorder *recorder, const vd_wave_job *job, double *sums,
                       int sample, vdk_vec radiance)
{
    const vd_record_plan *plan = recorder->plan;
    const vdk_scene *scene = job->scene;
    bool is_there = recorder->flags[sample] & VD_SAMPLE_IS_THERE;
    bool sees_discs = !recorder->flags[sample] && scene->view.sees_sky &&
                      scene->view.projection != VDK_PROJECTION_MAP;
    vdk_vec rest = radiance;
    vdk_sight sight;
    if (sees_discs) sees_discs = aim_again(job, sample, &sight);
    for (int i = 0; i < plan->suns && i < scene->sun_count; i++) {
        vdk_vec sun = vdk_vec_make(0.0f, 0.0f, 0.0f);
        if (is_there && plan->splits)
            sun = recorder->suns[i * VD_WAVE_SAMPLES + sample];
        else if (is_there)
            sun = vdk_vec_add(radiance, vdk_vec_scale(recorder->sky[sample], -1.0f));
        else if (sees_discs)
            sun = vdk_split_background(scene, sight.direction, i);
        add_vec(sums, plan->sun + 3 * i, sun);
        rest = vdk_vec_add(rest, vdk_vec_scale(sun, -1.0f));
    }
    add_vec(sums, plan->sky, rest);
}

static void add_sample(const vd_recorder *recorder, const vd_wave_job *job, double *sums,
                       int sample, uint32_t count, const vdk_seen *seen)
{
    const vd_record_plan *plan = recorder->plan;
    const vdk_vec none = {0.0f, 0.0f, 0.0f}, radiance = seen->radiance;
    int flags = recorder->flags[sample];
    bool is_there = flags & VD_SAMPLE_IS_THERE;
    if (plan->variance >= 0) add_variance(sums, sums + plan->variance, count, radiance);
    add_vec(sums, 0, radiance);
    if (plan->direct >= 0 || plan->indirect >= 0) {
        bool goes_on = is_there && (flags & VD_SAMPLE_GOES_ON);
        vdk_vec direct = goes_on ? recorder->direct[sample] : radiance;
        add_vec(sums, plan->direct, direct);
        add_rest(sums, plan->indirect, radiance, direct);
    }
    if (plan->diffuse >= 0 || plan->specular >= 0) {
        vdk_vec specular = is_there && plan->splits ? recorder->specular[sample] : none;
        add_vec(sums, plan->specular, specular);
        add_rest(sums, plan->diffuse, radiance, specular);
    }
    if (plan->sky >= 0) add_lights(recorder, job, sums, sample, radiance);
}

void vd_record_end(vd_wave *wave, const vd_wave_job *job)
{
    const vd_recorder *recorder = wave->recorder;
    const vd_record_plan *plan = recorder->plan;
    const vdk_seen *seen = wave->seen;
    bool is_view = job->scene->view.projection != VDK_PROJECTION_MAP;
    bool outside = has_outside(job->scene);
    int sample = 0;
    for (int i = 0; i < job->width * job->height; i++) {
        int at = (i / job->width) * job->stride + i % job->width, misses = 0;
        double *sums = job->sums + (int64_t)at * plan->channels;
        for (uint32_t s = job->from; s < job->to; s++, seen++, sample++) {
            vdk_sight unread;
            add_sample(recorder, job, sums, sample, s, seen);
            if (is_view) sums[3] += (double)seen->alpha;
            if (is_view && plan->mask >= 0 && !(recorder->flags[sample] & VD_SAMPLE_IS_THERE))
                misses += !outside || aim_again(job, sample, &unread);
        }
        if (plan->mask >= 0) sums[plan->mask + VDK_MASK_SKY] += misses;
    }
}
