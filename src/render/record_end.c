/* What a wave adds to its pixels when all its samples have ended: beauty, and AOVs that hang on it.
 *
 * Beauty is added as without AOVs, sample by sample; its variance by Welford's method (1962, "Note
 * on a Method for Calculating Corrected Sums of Squares and Products"), from the sums that a pixel
 * has, so that it can be gone on with at any number of samples. Of two kinds of light that make
 * beauty one is known, and the other is what that leaves. */
#include <string.h>

#include "kernel/motion_seen.h"
#include "kernel/record.h"
#include "kernel/split.h"
#include "render/record.h"

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

/* May the pixel of a sample that meets nothing see a sun's disc? If so, *sight is its ray. */
static bool sees_disc(const vd_wave_job *job, int sample, vdk_sight *sight)
{
    const vdk_scene *scene = job->scene;
    return scene->view.sees_sky && scene->view.projection != VDK_PROJECTION_MAP &&
           aim_again(job, sample, sight);
}

/* A pixel's samples of this wave. */
typedef struct pixel {
    double *sums;
    const vdk_seen *seen;
    int first, count;       /* samples of the wave */
    const vd_wave_air *air; /* what media do to them; NULL: there are none */
} pixel;

static void add_vec(double sum[3], vdk_vec v)
{
    sum[0] += (double)v.x;
    sum[1] += (double)v.y;
    sum[2] += (double)v.z;
}

/* sums[to] = sums[whole] - sums[part]. */
static void set_rest(double *sums, int to, int whole, int part)
{
    for (int c = 0; c < 3; c++) sums[to + c] = sums[whole + c] - sums[part + c];
}

/* Each sample is added to the variance before it is to the sum. */
static void add_beauty(const vd_recorder *recorder, const pixel *p)
{
    int variance = recorder->plan->variance;
    double sum[3], spread[3] = {0.0, 0.0, 0.0};
    memcpy(sum, p->sums, sizeof(sum));
    if (variance < 0) {
        for (int i = 0; i < p->count; i++) add_vec(sum, p->seen[i].radiance);
        memcpy(p->sums, sum, sizeof(sum));
        return;
    }
    memcpy(spread, p->sums + variance, sizeof(spread));
    for (int i = 0; i < p->count; i++) {
        vdk_vec radiance = p->seen[i].radiance;
        const double of[3] = {(double)radiance.x, (double)radiance.y, (double)radiance.z};
        for (int c = 0; c < 3; c++) {
            double off = of[c] - sum[c] * recorder->inverse[i];
            spread[c] += off * off * recorder->weight[i];
            sum[c] += of[c];
        }
    }
    memcpy(p->sums, sum, sizeof(sum));
    memcpy(p->sums + variance, spread, sizeof(spread));
}

static void add_direct(const vd_recorder *recorder, const pixel *p)
{
    const int both = VD_SAMPLE_IS_THERE | VD_SAMPLE_GOES_ON;
    double sum[3];
    memcpy(sum, p->sums + recorder->plan->direct, sizeof(sum));
    for (int i = 0; i < p->count; i++) {
        bool goes_on = (recorder->flags[p->first + i] & both) == both;
        add_vec(sum, goes_on ? recorder->direct[p->first + i] : p->seen[i].radiance);
        if (goes_on && p->air) add_vec(sum, p->air->radiance[p->first + i]);
    }
    memcpy(p->sums + recorder->plan->direct, sum, sizeof(sum));
}

static void add_specular(const vd_recorder *recorder, const pixel *p)
{
    double *sum = p->sums + recorder->plan->specular;
    for (int i = 0; recorder->plan->splits && i < p->count; i++)
        if (recorder->flags[p->first + i] & VD_SAMPLE_IS_THERE)
            add_vec(sum, recorder->specular[p->first + i]);
}

/* The sky's light on plain ground, or before it; the rest is the one sun's. */
static void add_sky(const vd_recorder *recorder, const vd_wave_job *job, const pixel *p)
{
    const vd_record_plan *plan = recorder->plan;
    double sum[3];
    memcpy(sum, p->sums + plan->sky, sizeof(sum));
    for (int i = 0; i < p->count; i++) {
        vdk_sight sight;
        int sample = p->first + i, flags = recorder->flags[sample];
        if (flags & VD_SAMPLE_IS_THERE) {
            if (flags & VD_SAMPLE_MEETS_SKY) add_vec(sum, recorder->sky[sample]);
            continue;
        }
        vdk_vec sky = p->seen[i].radiance;
        if (plan->suns > 0 && sees_disc(job, sample, &sight))
            sky = vdk_vec_add(
                sky, vdk_vec_scale(vdk_split_background(vd_scene_then(job->scene, sight.time),
                                                        sight.direction, 0),
                                   -1.0f));
        add_vec(sum, sky);
    }
    memcpy(p->sums + plan->sky, sum, sizeof(sum));
    if (plan->suns > 0) set_rest(p->sums, plan->sun, 0, plan->sky);
}

/* The light of suns, each by itself, and of objects; the rest is the sky's. */
static void add_suns(const vd_recorder *recorder, const vd_wave_job *job, const pixel *p)
{
    const vd_record_plan *plan = recorder->plan;
    double *sky = p->sums + plan->sky;
    for (int i = 0; i < p->count; i++) {
        vdk_sight sight;
        int sample = p->first + i, flags = recorder->flags[sample];
        bool sees = !flags && sees_disc(job, sample, &sight);
        vdk_vec left = vdk_vec_make(1.0f, 1.0f, 1.0f);
        if (p->air) left = vdk_fog_left(job->scene, p->air->depth[sample]);
        if (plan->emitters >= 0 && ((flags & VD_SAMPLE_IS_THERE) || p->air))
            add_vec(p->sums + plan->emitters, recorder->emitters[sample]);
        for (int k = 0; k < plan->suns && k < job->scene->sun_count; k++) {
            double *sum = p->sums + plan->sun + 3 * k;
            if (sees)
                add_vec(sum, vdk_vec_mul(vdk_split_background(vd_scene_then(job->scene, sight.time),
                                                              sight.direction, k),
                                         left));
            if ((flags & VD_SAMPLE_IS_THERE) || p->air)
                add_vec(sum, recorder->suns[k * VD_WAVE_SAMPLES + sample]);
        }
    }
    memcpy(sky, p->sums, 3 * sizeof(double));
    for (int c = 0; c < 3; c++) {
        for (int k = 0; k < plan->suns; k++) sky[c] -= p->sums[plan->sun + 3 * k + c];
        if (plan->emitters >= 0) sky[c] -= p->sums[plan->emitters + c];
    }
}

static void add_media(const vdk_scene *scene, const vd_record_plan *plan, const pixel *p)
{
    for (int i = p->first; p->air && i < p->first + p->count; i++) {
        if (plan->volume >= 0) add_vec(p->sums + plan->volume, p->air->radiance[i]);
        if (plan->transmittance >= 0)
            p->sums[plan->transmittance] += (double)vdk_fog_left_grey(scene, p->air->depth[i]);
    }
}

/* Samples of a view that meet nothing. */
static int count_misses(const vd_recorder *recorder, const vd_wave_job *job, const pixel *p)
{
    int misses = 0;
    bool outside = has_outside(job->scene);
    vdk_sight unread;
    for (int i = 0; i < p->count; i++)
        if (!(recorder->flags[p->first + i] & VD_SAMPLE_IS_THERE))
            misses += !outside || aim_again(job, p->first + i, &unread);
    return misses;
}

/* Samples 1, 3, 5, ... of the pixel. */
static void add_half(const vd_wave_job *job, const pixel *p, int half)
{
    for (int i = 1 - (int)(job->from & 1); i < p->count; i += 2) {
        add_vec(p->sums + half, p->seen[i].radiance);
        p->sums[half + 3] += (double)p->seen[i].alpha;
    }
}

/* The motion of the sky behind samples that meet nothing; to the bits of vd_lanes_total(), so that
 * the sum is exact. */
static void add_far_motion(const vd_recorder *recorder, const vd_wave_job *job, const pixel *p)
{
    const double rounder = 0x1.8p30;
    double *sum = p->sums + recorder->plan->motion;
    for (int i = p->first; i < p->first + p->count; i++) {
        vdk_sight sight;
        vdk_object_point none = {-1, -1, 0.0f, 0.0f, 0.0f};
        float motion[2];
        if ((recorder->flags[i] & VD_SAMPLE_IS_THERE) || !aim_again(job, i, &sight)) continue;
        int row = job->y + i / (int)(job->to - job->from) / job->width;
        vdk_motion_of(job->scene, none, sight.from, sight.direction, 1, (float)row + 0.5f,
                      &motion[0], &motion[1]);
        for (int c = 0; c < 2; c++) sum[c] += ((double)motion[c] + rounder) - rounder;
    }
}

static void add_pixel(const vd_recorder *recorder, const vd_wave_job *job, const pixel *p)
{
    const vd_record_plan *plan = recorder->plan;
    bool is_view = job->scene->view.projection != VDK_PROJECTION_MAP;
    add_beauty(recorder, p);
    if (plan->half >= 0) add_half(job, p, plan->half);
    for (int i = 0; is_view && i < p->count; i++) p->sums[3] += (double)p->seen[i].alpha;
    if (plan->direct >= 0) add_direct(recorder, p);
    if (plan->indirect >= 0) set_rest(p->sums, plan->indirect, 0, plan->direct);
    add_media(job->scene, plan, p);
    if (plan->motion >= 0) add_far_motion(recorder, job, p);
    if (plan->specular >= 0) add_specular(recorder, p);
    if (plan->diffuse >= 0) set_rest(p->sums, plan->diffuse, 0, plan->specular);
    if (plan->sky >= 0 && plan->splits) add_suns(recorder, job, p);
    if (plan->sky >= 0 && !plan->splits) add_sky(recorder, job, p);
    if (plan->mask >= 0 && is_view)
        p->sums[plan->mask + VDK_MASK_SKY] += count_misses(recorder, job, p);
}

void vd_record_end(vd_wave *wave, const vd_wave_job *job)
{
    vd_recorder *recorder = wave->recorder;
    int samples = (int)(job->to - job->from);
    for (int i = 0; recorder->plan->variance >= 0 && i < samples; i++) {
        uint32_t before = job->from + (uint32_t)i;
        recorder->inverse[i] = before ? 1.0 / before : 0.0;
        recorder->weight[i] = before / (before + 1.0);
    }
    for (int i = 0; i < job->width * job->height; i++) {
        int at = (i / job->width) * job->stride + i % job->width;
        pixel p = {job->sums + (int64_t)at * recorder->plan->channels, wave->seen + i * samples,
                   i * samples, samples, job->scene->media.is_there ? &wave->air : NULL};
        add_pixel(recorder, job, &p);
    }
}
