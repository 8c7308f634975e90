/* A wave's AOVs: what is known of first vertices. The rays that AOVs trace for themselves are
 * record_rays.c's; what is added when all samples have ended is record_end.c's. */
#include "render/record.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/motion_seen.h"
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

static int channel_named(const vd_aov_set *set, const char *name)
{
    const vd_aov_part *part = vd_aov_part_named(set, name);
    return part ? part->first : -1;
}

static void add_sums(vd_record_plan *plan, int channel, int feature, int count, double rounder)
{
    if (channel < 0) return;
    plan->computes[feature] = true;
    for (int i = 0; i < count; i++)
        plan->sums[plan->sum_count++] = (vd_record_sum){feature + i, channel + i, rounder, false};
}

/* Shares of every second sample. */
static void add_halves(const vd_aov_set *set, vd_record_plan *plan)
{
    for (int i = 0; i < VD_LOOKS && set->halves >= 0; i++)
        if (plan->looks[i])
            plan->sums[plan->sum_count++] =
                (vd_record_sum){VD_FEATURE_LOOKS + i, set->halves + i, OF_SHARES, true};
}

/* What plain ground has everywhere: counted, not summed. */
static void set_constants(const vd_aov_set *set, const vdk_scene *scene, vd_record_plan *plan)
{
    const float *albedo = &scene->material.base_color.x;
    const struct {
        vd_aov_id id;
        int channel;
        double value;
    } values[] = {
        {VD_AOV_ROUGHNESS, 0, 1.0},
        {VD_AOV_MATERIAL_ID, 0, VDK_MATERIAL_GROUND},
        {VD_AOV_OBJECT_ID, 0, VDK_OBJECT_TERRAIN},
        {VD_AOV_CRYPTO_MATERIAL, 0, VDK_MATERIAL_GROUND},
        {VD_AOV_CRYPTO_MATERIAL, 1, 1.0},
        {VD_AOV_CRYPTO_OBJECT, 0, VDK_OBJECT_TERRAIN},
        {VD_AOV_CRYPTO_OBJECT, 1, 1.0},
        {VD_AOV_MASK, VDK_MASK_TERRAIN, 1.0},
        {VD_AOV_ALBEDO, 0, ((double)albedo[0] + OF_SHARES) - OF_SHARES},
        {VD_AOV_ALBEDO, 1, ((double)albedo[1] + OF_SHARES) - OF_SHARES},
        {VD_AOV_ALBEDO, 2, ((double)albedo[2] + OF_SHARES) - OF_SHARES},
    };
    bool is_one = scene->ramp.count == 0 && scene->drape.levels == 0;
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        int channel = channel_of(set, values[i].id);
        if (channel < 0 || (values[i].id == VD_AOV_ALBEDO && !is_one)) continue;
        plan->constants[plan->constant_count++] =
            (vd_record_constant){channel + values[i].channel, values[i].value};
    }
    if (!is_one) add_sums(plan, channel_of(set, VD_AOV_ALBEDO), VD_FEATURE_ALBEDO, 3, OF_SHARES);
}

/* What is not plain has of each point. */
static void set_varying(const vd_aov_set *set, vd_record_plan *plan)
{
    static const vd_aov_id ids[] = {VD_AOV_CLASS, VD_AOV_MATERIAL_ID, VD_AOV_OBJECT_ID};
    static const vd_aov_id ranks[] = {VD_AOV_CRYPTO_CLASS, VD_AOV_CRYPTO_MATERIAL,
                                      VD_AOV_CRYPTO_OBJECT};
    add_sums(plan, channel_of(set, VD_AOV_ALBEDO), VD_FEATURE_ALBEDO, 3, OF_SHARES);
    add_sums(plan, channel_of(set, VD_AOV_ROUGHNESS), VD_FEATURE_ROUGHNESS, 1, OF_SHARES);
    add_sums(plan, channel_of(set, VD_AOV_METALLIC), VD_FEATURE_METALLIC, 1, OF_SHARES);
    for (int i = 0; i < 3; i++) {
        plan->ids[i] = channel_of(set, ids[i]);
        plan->ranks[i] = channel_of(set, ranks[i]);
    }
}

void vd_record_plan_make(const vd_aov_set *set, const vdk_scene *scene, float ao_radius,
                         vd_record_plan *out)
{
    static const struct {
        vd_aov_id id;
        int feature, count;
        double rounder;
    } sums[] = {
        {VD_AOV_NORMAL, VD_FEATURE_NORMAL, 3, OF_SHARES},
        {VD_AOV_NORMAL_CAMERA, VD_FEATURE_NORMAL_CAMERA, 3, OF_SHARES},
        {VD_AOV_DEPTH, VD_FEATURE_DEPTH, 1, OF_METRES},
        {VD_AOV_AO, VD_FEATURE_LOOKS + VD_LOOK_AO, 1, OF_SHARES},
        {VD_AOV_SUN_VISIBILITY, VD_FEATURE_LOOKS + VD_LOOK_SUN, 1, OF_SHARES},
        {VD_AOV_SKY_VISIBILITY, VD_FEATURE_LOOKS + VD_LOOK_SKY, 1, OF_SHARES},
        {VD_AOV_ELEVATION, VD_FEATURE_ELEVATION, 1, OF_METRES},
        {VD_AOV_SLOPE, VD_FEATURE_SLOPE, 1, OF_SLOPES},
        {VD_AOV_ASPECT, VD_FEATURE_RISE, 2, OF_SLOPES},
        {VD_AOV_UV, VD_FEATURE_UV, 2, OF_SLOPES},
        {VD_AOV_MOTION, VD_FEATURE_MOTION, 2, OF_SLOPES},
    };
    *out = (vd_record_plan){.channels = set->channels,
                            .ao_radius = ao_radius,
                            .hits = set->hits,
                            .ids = {-1, -1, -1},
                            .ranks = {-1, -1, -1},
                            .direct = set->direct,
                            .specular = set->specular};
    for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
        add_sums(out, channel_of(set, sums[i].id), sums[i].feature, sums[i].count, sums[i].rounder);
    out->places[0] = channel_of(set, VD_AOV_POSITION);
    out->places[1] = channel_of(set, VD_AOV_LONLAT);
    if (out->places[0] >= 0) add_sums(out, out->places[0] + 4, VD_FEATURE_ELEVATION, 1, OF_METRES);
    for (int i = 0; i < VD_LOOKS; i++) out->looks[i] = out->computes[VD_FEATURE_LOOKS + i];
    add_halves(set, out);
    out->nearest = channel_of(set, VD_AOV_DEPTH_NEAREST);
    out->computes[VD_FEATURE_DEPTH] |= out->nearest >= 0;
    out->mask = channel_of(set, VD_AOV_MASK);
    out->is_plain = scene->plain;
    if (scene->plain)
        set_constants(set, scene, out);
    else
        set_varying(set, out);
    out->indirect = channel_of(set, VD_AOV_INDIRECT);
    out->diffuse = channel_of(set, VD_AOV_DIFFUSE);
    out->variance = channel_of(set, VD_AOV_VARIANCE);
    out->volume = channel_of(set, VD_AOV_VOLUME);
    out->transmittance = channel_of(set, VD_AOV_TRANSMITTANCE);
    out->half = channel_of(set, VD_AOV_BEAUTY_HALF);
    out->motion = channel_of(set, VD_AOV_MOTION);
    out->sun = channel_of(set, VD_AOV_LIGHTS);
    out->sky = channel_named(set, "light_sky");
    out->emitters = channel_named(set, "light_emitters");
    for (int i = 0; i < scene->ground.layer_count; i++)
        if (scene->ground.layers[i].material >= out->layer_materials)
            out->layer_materials = scene->ground.layers[i].material + 1;
    out->suns = (out->sky - out->sun) / 3;
    bool glosses = !scene->plain && out->specular >= 0;
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
    if (!plan->splits) return;
    if (plan->emitters >= 0) memset(recorder->emitters, 0, samples * sizeof(vdk_vec));
    memset(recorder->specular, 0, samples * sizeof(vdk_vec));
    for (int i = 0; recorder->suns && i < plan->suns; i++)
        memset(recorder->suns + i * VD_WAVE_SAMPLES, 0, samples * sizeof(vdk_vec));
}

void vd_record_surface(vd_recorder *recorder, const vdk_scene *scene, int slot,
                       const vdk_path *path, const vdk_surface *surface)
{
    int record = 0;
    if (path->part == VDK_PART_OBJECT) record = scene->objects.instances[path->on.instance].record;
    recorder->roughness.f[slot] = vdk_record_roughness(&surface->material);
    recorder->metallic.f[slot] = surface->material.metallic;
    recorder->class_here.i[slot] = surface->class_here;
    recorder->material.i[slot] = vdk_material_of(path->part, surface->layer_material,
                                                 recorder->plan->layer_materials, record);
    recorder->object.i[slot] = vdk_object_of(path->part, record);
}

/* Light that an object gives the eye itself, which its path began with. */
static void begin_on_object(vd_wave *wave, const vdk_scene *scene, int i)
{
    const vd_wave_item *path = wave->path;
    const vd_wave_item *passed = &path[VD_PATH_THROUGHPUT];
    vdk_object_point on = {path[VD_PATH_INSTANCE].i[i], path[VD_PATH_TRIANGLE].i[i],
                           path[VD_PATH_U].f[i], path[VD_PATH_V].f[i], path[VD_PATH_TIME].f[i]};
    wave->recorder->emitters[path[VD_PATH_SAMPLE].i[i]] =
        vdk_vec_mul(vdk_vec_make(passed[0].f[i], passed[1].f[i], passed[2].f[i]),
                    vdk_object_emission(&scene->objects, on));
}

/* How new vertices move across the picture, path by path. */
static void find_motion(vd_wave *wave, const vd_wave_job *job, int first)
{
    const vdk_scene *scene = job->scene;
    const vd_wave_item *path = wave->path;
    int samples = (int)(job->to - job->from);
    for (int i = first; i < wave->active; i++) {
        vdk_object_point on = {-1, -1, 0.0f, 0.0f, 0.0f};
        int pixel = path[VD_PATH_SAMPLE].i[i] / samples;
        if (!scene->plain && path[VD_PATH_PART].i[i] == VDK_PART_OBJECT)
            on = (vdk_object_point){path[VD_PATH_INSTANCE].i[i], path[VD_PATH_TRIANGLE].i[i],
                                    path[VD_PATH_U].f[i], path[VD_PATH_V].f[i], 0.0f};
        vdk_motion_of(scene, on, vd_record_vertex(wave, i), vdk_vec_make(0.0f, 0.0f, 0.0f), 0,
                      (float)(job->y + pixel / job->width) + 0.5f, &wave->recorder->motion[0].f[i],
                      &wave->recorder->motion[1].f[i]);
    }
}

/* What is known of the paths in slots from `first` on, which are at their first vertices. */
static uint64_t begin_paths(vd_wave *wave, const vd_wave_job *job, int first)
{
    vd_recorder *recorder = wave->recorder;
    const vdk_scene *scene = job->scene;
    uint64_t rays;
    if (first == wave->active) return 0;
    for (int i = first; i < wave->active; i++) {
        bool is_there = scene->plain || vdk_record_is_there(scene, wave->path[VD_PATH_PART].i[i]);
        recorder->flags[wave->path[VD_PATH_SAMPLE].i[i]] =
            is_there ? VD_SAMPLE_IS_THERE : VD_SAMPLE_CATCHES;
        if (recorder->plan->emitters >= 0 && wave->path[VD_PATH_PART].i[i] == VDK_PART_OBJECT)
            begin_on_object(wave, scene, i);
    }
    rays = vd_record_look(wave, job, first);
    if (recorder->plan->motion >= 0) find_motion(wave, job, first);
    vd_recording_of(job->tracer)->record(wave, job, first);
    return rays;
}

/* The sky's light on plain ground. */
static void meet_sky(vd_wave *wave, const vdk_scene *scene)
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
        int sample = path[VD_PATH_SAMPLE].i[i];
        recorder->sky[sample] = vdk_vec_mul(share, sky);
        recorder->flags[sample] |= VD_SAMPLE_MEETS_SKY;
    }
}

uint64_t vd_record_turn(vd_wave *wave, const vd_wave_job *job, int first)
{
    uint64_t rays = begin_paths(wave, job, first);
    meet_sky(wave, job->scene);
    return rays;
}

void vd_record_moved(vd_wave *wave)
{
    vd_recorder *recorder = wave->recorder;
    const vd_wave_item *path = wave->path;
    if (recorder->plan->direct < 0) return;
    /* Paths that have just left their first vertex are the last ones. */
    for (int i = wave->active - 1; i >= 0 && path[VD_PATH_DEPTH].i[i] == 1; i--) {
        int sample = path[VD_PATH_SAMPLE].i[i];
        if (sample & VD_WAVE_IN_AIR) continue;
        recorder->flags[sample] |= VD_SAMPLE_GOES_ON;
        recorder->direct[sample] =
            vdk_vec_make(path[VD_PATH_RADIANCE].f[i], path[VD_PATH_RADIANCE + 1].f[i],
                         path[VD_PATH_RADIANCE + 2].f[i]);
    }
}
