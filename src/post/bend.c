/* Each pixel of the distorted picture is found where its ray comes from in the straight one, by the
 * kernel's own inverse (kernel/lens.h), and resampled there by the cubic of Catmull and Rom (Keys
 * 1981, a = -1/2), which keeps parabolas. Where the distortion shrinks the picture the cubic is as
 * much wider as a pixel is, so that it is a low pass too. It rings below nothing, and stops there;
 * beyond the picture's edge there is nothing, and the edge is as soft as the filter. */
#include "post/bend.h"

#include <math.h>
#include <stdatomic.h>

#include "kernel/lens.h"

/* The most that a pixel's filter reaches to each side: of pictures shrunk to less than a third. */
enum { TAPS_MAX = 2 * 8 };

typedef struct job {
    const vd_bend_options *options;
    const float *in;
    float *out;
    atomic_bool has_gaps;
} job;

static float cubic(float t)
{
    t = vdk_abs(t);
    if (t >= 2.0f) return 0.0f;
    if (t >= 1.0f) return ((-0.5f * t + 2.5f) * t - 4.0f) * t + 2.0f;
    return (1.5f * t - 2.5f) * t * t + 1.0f;
}

/* The samples about a place in pixels, whose centres are at halves, and their weights. */
typedef struct taps {
    int first, count;
    float weight[TAPS_MAX];
} taps;

static taps taps_at(float place, float wider)
{
    taps t = {0};
    float total = 0.0f, reach = vdk_min(2.0f * wider, 0.5f * TAPS_MAX - 0.5f);
    t.first = (int)ceilf(place - 0.5f - reach);
    t.count = (int)floorf(place - 0.5f + reach) - t.first + 1;
    for (int i = 0; i < t.count; i++) {
        t.weight[i] = cubic(((float)(t.first + i) + 0.5f - place) / (0.5f * reach));
        total += t.weight[i];
    }
    for (int i = 0; i < t.count; i++) t.weight[i] /= total;
    return t;
}

static bool sample(const vd_bend_options *o, const float *rgba, float x, float y, float wider,
                   float out[4])
{
    taps across = taps_at(x, wider), down = taps_at(y, wider);
    float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    bool is_inside = true;
    for (int j = 0; j < down.count; j++)
        for (int i = 0; i < across.count; i++) {
            int column = across.first + i, row = down.first + j;
            if (column < 0 || row < 0 || column >= o->width || row >= o->height) {
                is_inside = false;
                continue;
            }
            const float *from = rgba + 4 * ((ptrdiff_t)row * o->width + column);
            for (int c = 0; c < 4; c++) sum[c] += across.weight[i] * down.weight[j] * from[c];
        }
    for (int c = 0; c < 4; c++) out[c] = vdk_max(sum[c], 0.0f);
    out[3] = vdk_min(out[3], 1.0f);
    return is_inside;
}

static vd_result bend_row(void *state, int thread, int64_t y)
{
    job *j = state;
    const vd_bend_options *o = j->options;
    float *out = j->out + 4 * y * o->width;
    (void)thread;
    for (int x = 0; x < o->width; x++, out += 4) {
        float px = ((float)x + 0.5f - o->middle_x) * o->pixel;
        float py = (o->middle_y - ((float)y + 0.5f)) * o->pixel;
        float wider = vdk_max(vdk_lens_straighten(&o->lens, &px, &py), 1.0f);
        if (!sample(o, j->in, o->middle_x + px / o->pixel, o->middle_y - py / o->pixel, wider, out))
            atomic_store(&j->has_gaps, true);
    }
    return VD_OK;
}

vd_result vd_bend(vd_context *context, const vd_bend_options *options, const float *rgba,
                  float *out, bool *is_whole)
{
    job j = {.options = options, .in = rgba, .out = out};
    vd_work work = {
        .threads = options->threads, .items = options->height, .run = bend_row, .state = &j};
    vd_result result = vd_parallel(context, &work);
    *is_whole = !atomic_load(&j.has_gaps);
    return result;
}
