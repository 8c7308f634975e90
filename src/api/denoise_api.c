/* The denoisers of src/post over a picture's film.
 *
 * What is denoised goes into films of its own, of the same kind (in memory, or spooled where that
 * is too large), which are then read in place of the rendered one. The built-in filter works tile
 * by tile on what lies around each; Open Image Denoise wants the whole picture in memory. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "post/denoise.h"

/* Which AOVs are denoised, each by itself. */
static const vd_aov_id clean_aovs[VD_CLEAN_COUNT] = {[VD_CLEAN_AO] = VD_AOV_AO,
                                                     [VD_CLEAN_SUN] = VD_AOV_SUN_VISIBILITY,
                                                     [VD_CLEAN_SKY] = VD_AOV_SKY_VISIBILITY};

typedef struct job {
    const vd_picture *picture;
    vd_film *out;
    int first;                       /* channel of the film that is denoised */
    int channels;                    /* of it */
    bool is_share;                   /* of samples that are 0 or 1, not light */
    float noise;                     /* of what the halves say */
    int albedo, normal, half, depth; /* channels of what helps; depth -1: a map */
    int transmittance;               /* of media; -1: none are there, or it matters not */
} job;

/* ---- from the film -------------------------------------------------------------------------- */

/* Numbers of a rectangle that the film has of each pixel. */
typedef struct samples {
    float *means; /* [pixels][channels of the film] */
    uint32_t *counts;
} samples;

static vd_result read_samples(vd_context *context, const job *j, int x, int y, int width,
                              int height, samples *out)
{
    const vd_film *film = j->picture->film;
    const int channels = vd_film_channels(film);
    size_t pixels = (size_t)width * (size_t)height;
    void *memory;
    VD_TRY(vd_alloc(context, pixels, ((size_t)channels + 1) * sizeof(float), "pixels to denoise",
                    &memory));
    *out = (samples){memory, (uint32_t *)((float *)memory + pixels * (size_t)channels)};
    vd_result result = vd_film_means(context, film, 0, channels, x, y, width, height, out->means);
    if (result == VD_OK) result = vd_film_counts(context, film, x, y, width, height, out->counts);
    if (result != VD_OK) free(memory);
    return result;
}

/* Penumbrae: with so few dimensions evenly spread samples have a variance that falls by the square
 * of their number, so that the halves are four times as noisy as the whole, and the whole is off by
 * a third of what their difference says. */
#define NOISE_OF_SUN (1.0f / 3.0f)

/* The variance of the mean of a channel. Half of the samples less the other half is twice as far
 * from 0 as the mean is from what it should be; of a single sample nothing is known. */
static float noise_of(const job *j, const float *mean, int channel, uint32_t count)
{
    float value = mean[j->first + channel];
    if (count < 2) return value * value;
    float half = mean[j->half + channel] * ((float)count / (float)(count / 2));
    float off = value - half;
    /* Of an odd number the halves are not equal. */
    float odd = (float)(count / 2) / (float)(count - count / 2);
    return off * off * odd * j->noise;
}

static vd_result read_rectangle(vd_context *context, void *state, int x, int y, int width,
                                int height, float *signal, float *noise, float *albedo,
                                float *normal, float *depth)
{
    const job *j = state;
    const vd_aov_set *set = &j->picture->aovs;
    const int stride = vd_film_channels(j->picture->film);
    samples read;
    VD_TRY(read_samples(context, j, x, y, width, height, &read));
    for (int64_t i = 0; i < (int64_t)width * height; i++) {
        const float *mean = read.means + i * stride;
        for (int c = 0; c < j->channels; c++) {
            *signal++ = mean[j->first + c];
            *noise++ = noise_of(j, mean, c, read.counts[i]);
        }
        for (int c = 0; c < 3; c++) albedo[3 * i + c] = mean[j->albedo + c];
        for (int c = 0; c < 3; c++) normal[3 * i + c] = mean[j->normal + c];
        if (j->depth < 0) continue;
        float hits = mean[set->hits];
        float left = j->transmittance >= 0 ? mean[j->transmittance] : 1.0f;
        if (hits > 0.0f && mean[j->depth] > 0.0f) {
            depth[i] = mean[j->depth] / hits;
            if (!j->is_share) vd_clean_veil(left, albedo + 3 * i, normal + 3 * i, &depth[i]);
        } else {
            depth[i] = left < VD_CLEAN_AIR ? 1.0f : 0.0f;
        }
    }
    free(read.means);
    return VD_OK;
}

static vd_result write_rectangle(vd_context *context, void *state, int x, int y, int width,
                                 int height, const float *signal)
{
    const job *j = state;
    const int side = vd_film_tile_px(j->out), count = width * height * j->channels;
    const int across = (vd_film_width(j->out) + side - 1) / side;
    const int blocks = vd_film_blocks(width) * vd_film_blocks(height);
    void *memory;
    VD_TRY(vd_alloc(context, 1,
                    (size_t)count * sizeof(double) + (size_t)blocks * sizeof(vd_film_block),
                    "a tile", &memory));
    double *sums = memory;
    vd_film_block *done = (vd_film_block *)(sums + count);
    for (int i = 0; i < count; i++)
        sums[i] = (double)(j->is_share ? vdk_clamp(signal[i], 0.0f, 1.0f) : signal[i]);
    for (int i = 0; i < blocks; i++) done[i].count = 1;
    int64_t tile = (int64_t)(y / side) * across + x / side;
    vd_result result = vd_film_store(context, j->out, tile, sums, done);
    free(memory);
    return result;
}

/* ---- the built-in one ----------------------------------------------------------------------- */

static vd_result filter(vd_context *context, job *j)
{
    const vd_film *film = j->picture->film;
    const vd_denoise_input input = {.width = vd_film_width(film),
                                    .height = vd_film_height(film),
                                    .channels = j->channels,
                                    .has_albedo = !j->is_share,
                                    .has_depth = j->depth >= 0,
                                    .state = j,
                                    .read = read_rectangle,
                                    .write = write_rectangle};
    return vd_denoise(context, &input, getenv("VEDUTA_ISA"), j->picture->settings->render_threads);
}

/* ---- Open Image Denoise --------------------------------------------------------------------- */

static vd_result write_tiles(vd_context *context, job *j, const float *signal)
{
    const int width = vd_film_width(j->out);
    float tile_of[VD_FILM_BLOCK_PX * VD_FILM_BLOCK_PX * 16 * 4];
    for (int64_t tile = 0; tile < vd_film_tile_count(j->out); tile++) {
        int x, y, w, h;
        vd_film_tile_rect(j->out, tile, &x, &y, &w, &h);
        for (int row = 0; row < h; row++)
            memcpy(tile_of + (size_t)row * (size_t)w * (size_t)j->channels,
                   signal + ((int64_t)(y + row) * width + x) * j->channels,
                   (size_t)w * (size_t)j->channels * sizeof(float));
        VD_TRY(write_rectangle(context, j, x, y, w, h, tile_of));
    }
    return VD_OK;
}

static vd_result run_whole(vd_context *context, job *j)
{
    const int width = vd_film_width(j->out), height = vd_film_height(j->out);
    vd_clean_planes p;
    VD_TRY(vd_clean_planes_create(context, width, height, j->channels, &p));
    p.is_share = j->is_share;
    p.has_depth = j->depth >= 0;
    vd_result result = read_rectangle(context, j, 0, 0, width, height, p.signal, p.noise, p.albedo,
                                      p.normal, p.depth);
    if (result == VD_OK) result = vd_clean_planes_run(context, j->picture->settings, &p);
    if (result == VD_OK) result = write_tiles(context, j, p.clean);
    vd_clean_planes_destroy(&p);
    return result;
}

/* ---- all that is denoised ------------------------------------------------------------------- */

const vd_film *vd_picture_clean_aov(const vd_picture *picture, vd_aov_id id)
{
    for (int i = VD_CLEAN_AO; i < VD_CLEAN_COUNT; i++)
        if (clean_aovs[i] == id) return picture->clean[i];
    return NULL;
}

static int channel_of(const vd_picture *picture, vd_aov_id id)
{
    const vd_aov_part *part = vd_aov_part_of(&picture->aovs, id);
    return part ? part->first : -1;
}

/* Denoises beauty or one AOV into a film of its own. */
static vd_result clean(vd_context *context, vd_picture *picture, int what)
{
    const vd_settings *settings = picture->settings;
    bool is_beauty = what == VD_CLEAN_BEAUTY;
    job j = {.picture = picture,
             .first = is_beauty ? 0 : channel_of(picture, clean_aovs[what]),
             .channels = !is_beauty               ? 1
                         : picture->frame.is_view ? 4
                                                  : 3,
             .is_share = !is_beauty,
             .noise = what == VD_CLEAN_SUN ? NOISE_OF_SUN : 1.0f,
             .albedo = channel_of(picture, VD_AOV_ALBEDO),
             .normal = channel_of(picture, VD_AOV_NORMAL),
             .half = is_beauty ? channel_of(picture, VD_AOV_BEAUTY_HALF)
                               : picture->aovs.halves + what - VD_CLEAN_AO,
             .depth = channel_of(picture, VD_AOV_DEPTH),
             .transmittance = is_beauty ? channel_of(picture, VD_AOV_TRANSMITTANCE) : -1};
    if (!picture->frame.is_view) j.depth = -1;
    if (j.first < 0) return VD_OK;
    const vd_aov_set channels = {.channels = j.channels};
    vd_film_options options = vd_render_film_options(settings, &picture->frame, &channels);
    options.keeps_sums = false;
    options.checkpoint = NULL;
    options.tile = 64;
    VD_TRY(vd_film_create(context, &options, &picture->clean[what]));
    j.out = picture->clean[what];
    if (settings->denoise_method == VD_DENOISE_METHOD_OIDN) return run_whole(context, &j);
    return filter(context, &j);
}

vd_result vd_picture_denoise(vd_context *context, vd_picture *picture)
{
    if (picture->settings->denoise_method == VD_DENOISE_METHOD_NONE) return VD_OK;
    double start = vd_seconds();
    for (int what = 0; what < VD_CLEAN_COUNT; what++) VD_TRY(clean(context, picture, what));
    picture->denoise_seconds = vd_seconds() - start;
    return VD_OK;
}
