/* Tiles of a picture for the filter of denoise_rows.h. */
#include "post/denoise.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"
#include "post/denoise_parts.h"

/* A rectangle gathered for a tile: its margin, and what noise is averaged over around that. */
enum { GATHER = VD_DENOISE_SIDE + 2 * VD_DENOISE_BLUR, GATHERED = GATHER * GATHER };

/* Normals so far apart, and depths that differ by so many powers of e, are half as alike. */
#define NORMAL_APART 0.15f
#define DEPTH_APART 0.1f
/* Albedos below are as dark as noise. */
#define ALBEDO_LEAST 0.01f
#define ALBEDO_SHARE 0.1f
/* Of a signal that is known to the last digit. */
#define NOISE_LEAST 1.0e-8f

typedef struct worker {
    vd_denoise_tile tile;
    float signal[GATHERED * VD_DENOISE_CHANNELS], noise[GATHERED * VD_DENOISE_CHANNELS];
    float albedo[3 * GATHERED], normal[3 * GATHERED], depth[GATHERED];
    float divisor[VD_DENOISE_CHANNELS][VD_DENOISE_AREA];
    float out[VD_DENOISE_TILE * VD_DENOISE_TILE * VD_DENOISE_CHANNELS];
} worker;

typedef struct job {
    vd_context *context;
    const vd_denoise_input *input;
    vd_denoise_filter *filter;
    worker *workers;
    int across; /* tiles in a row */
} job;

/* The part of the picture that a tile's rectangle covers: the rest repeats its edges. */
typedef struct part {
    int x, y, width, height; /* of what is read */
    int from_x, from_y;      /* of the rectangle, which may lie outside */
} part;

static int within(int at, int least, int most)
{
    return at < least ? least : at > most ? most : at;
}

static part part_of(const vd_denoise_input *in, int tile_x, int tile_y)
{
    const int around = VD_DENOISE_MARGIN + VD_DENOISE_BLUR;
    part p = {.from_x = tile_x - around, .from_y = tile_y - around};
    p.x = within(p.from_x, 0, in->width);
    p.y = within(p.from_y, 0, in->height);
    p.width = within(p.from_x + GATHER, 0, in->width) - p.x;
    p.height = within(p.from_y + GATHER, 0, in->height) - p.y;
    return p;
}

/* Which of the pixels read stands for one of the rectangle. */
static int read_at(const part *p, int x, int y)
{
    int column = within(p->from_x + x - p->x, 0, p->width - 1);
    int row = within(p->from_y + y - p->y, 0, p->height - 1);
    return row * p->width + column;
}

/* ---- a pixel's planes ----------------------------------------------------------------------- */

static bool has_normal(const worker *w, int from)
{
    const float *n = w->normal + 3 * from;
    return n[0] != 0.0f || n[1] != 0.0f || n[2] != 0.0f;
}

/* Is anything in a pixel, so that it may be changed? */
static bool is_there(const vd_denoise_input *in, const worker *w, int from)
{
    if (has_normal(w, from)) return true;
    if (in->has_depth && w->depth[from] > 0.0f) return true;
    if (in->channels < VD_DENOISE_CHANNELS) return false;
    float alpha = w->signal[VD_DENOISE_CHANNELS * from + 3];
    return alpha > 0.0f && alpha < 1.0f; /* shadow on paper */
}

/* What a channel of a pixel is divided by: the albedo, of light that a surface reflects. */
static float divisor_of(const vd_denoise_input *in, const worker *w, int from, int channel)
{
    if (!in->has_albedo || channel >= 3 || !has_normal(w, from)) return 1.0f;
    return vdk_max(w->albedo[3 * from + channel], ALBEDO_LEAST);
}

static void set_pixel(const vd_denoise_input *in, worker *w, int at, int from, bool is_inside)
{
    vd_denoise_tile *t = &w->tile;
    const float *albedo = w->albedo + 3 * from, *normal = w->normal + 3 * from;
    bool is_solid = has_normal(w, from);
    int plane = 0;
    t->is_there[at] = is_inside && is_there(in, w, from) ? 1.0f : 0.0f;
    for (int c = 0; c < in->channels; c++) {
        w->divisor[c][at] = divisor_of(in, w, from, c);
        t->signal[c][at] = w->signal[in->channels * from + c] / w->divisor[c][at];
    }
    for (int k = 0; k < 3; k++) t->plane[plane++][at] = normal[k];
    if (!in->has_depth) return;
    t->plane[plane++][at] = is_solid ? vdk_logf(w->depth[from]) : 0.0f;
    float grey = (albedo[0] + albedo[1] + albedo[2]) * (1.0f / 3.0f);
    t->plane[plane][at] = is_solid ? ALBEDO_SHARE / vdk_max(grey, ALBEDO_LEAST) : 0.0f;
}

/* Noise of a pixel: the mean of what the pixels around it say that are there. */
static void set_variance(const vd_denoise_input *in, worker *w, const part *p, int x, int y)
{
    vd_denoise_tile *t = &w->tile;
    const int at = y * VD_DENOISE_SIDE + x;
    float sum[VD_DENOISE_CHANNELS] = {0.0f}, count = 0.0f;
    for (int dy = 0; dy <= 2 * VD_DENOISE_BLUR; dy++)
        for (int dx = 0; dx <= 2 * VD_DENOISE_BLUR; dx++) {
            int column = p->from_x + x + dx, row = p->from_y + y + dy;
            if (column < 0 || row < 0 || column >= in->width || row >= in->height) continue;
            int from = read_at(p, x + dx, y + dy);
            if (!is_there(in, w, from)) continue;
            count += 1.0f;
            for (int c = 0; c < in->channels; c++) {
                float divisor = divisor_of(in, w, from, c);
                sum[c] += w->noise[in->channels * from + c] / (divisor * divisor);
            }
        }
    for (int c = 0; c < in->channels; c++) {
        float least = NOISE_LEAST * t->signal[c][at] * t->signal[c][at];
        t->variance[c][at] = (count > 0.0f ? sum[c] / count : 0.0f) + least;
    }
}

static void fill_tile(const vd_denoise_input *in, worker *w, const part *p)
{
    vd_denoise_tile *t = &w->tile;
    const int blur = VD_DENOISE_BLUR;
    t->channels = in->channels;
    t->planes = in->has_depth ? 5 : 3;
    for (int i = 0; i < 3; i++) t->weight_of[i] = 1.0f / (NORMAL_APART * NORMAL_APART);
    t->weight_of[3] = 1.0f / (DEPTH_APART * DEPTH_APART);
    t->weight_of[4] = 0.0f;
    for (int y = 0; y < VD_DENOISE_SIDE; y++)
        for (int x = 0; x < VD_DENOISE_SIDE; x++) {
            int column = p->from_x + x + blur, row = p->from_y + y + blur;
            bool is_inside = column >= 0 && row >= 0 && column < in->width && row < in->height;
            set_pixel(in, w, y * VD_DENOISE_SIDE + x, read_at(p, x + blur, y + blur), is_inside);
        }
    for (int y = 0; y < VD_DENOISE_SIDE; y++)
        for (int x = 0; x < VD_DENOISE_SIDE; x++) set_variance(in, w, p, x, y);
}

/* ---- tiles ---------------------------------------------------------------------------------- */

static bool has_anything(const vd_denoise_tile *t)
{
    for (int i = 0; i < VD_DENOISE_AREA; i++)
        if (t->is_there[i] != 0.0f) return true;
    return false;
}

/* What is there is the filter's, all else as it was. */
static void take_out(const vd_denoise_input *in, worker *w, const part *p, int width, int height)
{
    const vd_denoise_tile *t = &w->tile;
    const int margin = VD_DENOISE_MARGIN, around = margin + VD_DENOISE_BLUR;
    float *out = w->out;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            int at = (y + margin) * VD_DENOISE_SIDE + x + margin;
            const float *was = w->signal + in->channels * read_at(p, x + around, y + around);
            for (int c = 0; c < in->channels; c++)
                *out++ = t->is_there[at] != 0.0f
                             ? t->out[c][y * VD_DENOISE_TILE + x] * w->divisor[c][at]
                             : was[c];
        }
}

static vd_result denoise_tile(void *state, int thread, int64_t item)
{
    const job *j = state;
    const vd_denoise_input *in = j->input;
    worker *w = &j->workers[thread];
    int x = (int)(item % j->across) * VD_DENOISE_TILE,
        y = (int)(item / j->across) * VD_DENOISE_TILE;
    int width = within(in->width - x, 1, VD_DENOISE_TILE);
    int height = within(in->height - y, 1, VD_DENOISE_TILE);
    part p = part_of(in, x, y);
    VD_TRY(in->read(j->context, in->state, p.x, p.y, p.width, p.height, w->signal, w->noise,
                    w->albedo, w->normal, w->depth));
    fill_tile(in, w, &p);
    if (has_anything(&w->tile)) j->filter(&w->tile);
    take_out(in, w, &p, width, height);
    return in->write(j->context, in->state, x, y, width, height, w->out);
}

static vd_denoise_filter *choose_filter(const char *isa)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool is_wish = isa != NULL;
    bool v3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
              __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma");
    bool v4 = v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
              __builtin_cpu_supports("avx512cd");
    if (v4 && (!is_wish || strcmp(isa, "avx512") == 0)) return vd_denoise_avx512;
    if (v3 && (!is_wish || strcmp(isa, "avx2") == 0)) return vd_denoise_avx2;
#endif
    (void)isa;
    return vd_denoise_base;
}

vd_result vd_denoise(vd_context *context, const vd_denoise_input *input, const char *isa,
                     int threads)
{
    job j = {.context = context, .input = input, .filter = choose_filter(isa)};
    void *memory;
    j.across = (input->width + VD_DENOISE_TILE - 1) / VD_DENOISE_TILE;
    int64_t down = (input->height + VD_DENOISE_TILE - 1) / VD_DENOISE_TILE;
    threads = vd_thread_count(threads);
    VD_TRY(vd_alloc(context, (size_t)threads, sizeof(worker), "tiles to denoise", &memory));
    j.workers = memory;
    vd_work work = {"denoise", threads, j.across * down, denoise_tile, &j};
    vd_result result = vd_parallel(context, &work);
    free(j.workers);
    return result;
}
