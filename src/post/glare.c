/* Glare: light that a lens scatters, as a share of all light and without a threshold, so that only
 * what is far brighter than its surroundings is seen to glow.
 *
 * The point spread has the same energy in each octave of distance, which is the inverse square that
 * the scattering of lenses and eyes tends to (G. Spencer et al. 1995, "Physically-based glare
 * effects for digital images", equation for f2): a sum of Gaussians of equal weights whose widths
 * double. A star of rays may be added, as an aperture of straight blades diffracts: along a ray
 * light falls with the inverse square of the distance, too (the far field of a polygon, across its
 * edges; M. Born and E. Wolf, "Principles of Optics", section 8.5). Both add up to 1: light is
 * moved, not made; what goes beyond the edge is lost.
 *
 * Or light is spread as the very aperture diffracts it (diffraction.c), rays, rings, colours and
 * all, by a convolution; what of it stays in its pixel is left there.
 *
 * All is done on a smaller picture, at most SIDE pixels a side, since nothing of it is sharp;
 * FINE_SIDE where light is diffracted, whose rays are thin. So the memory and time of large
 * pictures are those of reading them once more. Rows of it are independent, and each is summed in
 * one order: the result does not depend on threads. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"
#include "post/effects_parts.h"
#include "post/fft.h"

enum { SIDE = 768, FINE_SIDE = 1536, STRIP = 64, OCTAVES = 6, REACH = 3, TAPS_MAX = 256 };

/* The share of a star, where there is one. */
#define STAR_SHARE 0.5f

typedef struct maker {
    const vd_effects_options *options;
    int width, height, step;
    float *light;  /* [height][width][3]: the picture, smaller */
    float *across; /* the same, blurred along rows */
    float *sum;
    float *weights; /* of a Gaussian, from its middle on */
    int reach;
    float share;
    float length;  /* of a star's rays, in pixels of the smaller picture */
    float kept[3]; /* of vd_glare */
} maker;

/* ---- the smaller picture ------------------------------------------------------------------- */

static vd_result shrink(vd_context *context, maker *m, vd_read_light read, void *state)
{
    const vd_effects_options *o = m->options;
    void *memory;
    VD_TRY(vd_alloc(context, (size_t)STRIP * (size_t)o->width, 4 * sizeof(float), "rows", &memory));
    float *strip = memory;
    vd_result result = VD_OK;
    for (int y = 0; y < o->height && result == VD_OK; y += STRIP) {
        int rows = o->height - y < STRIP ? o->height - y : STRIP;
        result = read(context, state, y, rows, strip);
        for (int r = 0; r < rows && result == VD_OK; r++)
            for (int x = 0; x < o->width; x++) {
                const float *pixel = strip + 4 * ((size_t)r * (size_t)o->width + (size_t)x);
                float *to = m->light + 3 * ((size_t)((y + r) / m->step) * (size_t)m->width +
                                            (size_t)(x / m->step));
                for (int c = 0; c < 3; c++) to[c] += pixel[c];
            }
    }
    free(strip);
    float area = 1.0f / ((float)m->step * (float)m->step);
    for (size_t i = 0; i < (size_t)m->width * (size_t)m->height * 3; i++) m->light[i] *= area;
    return result;
}

/* ---- Gaussians ----------------------------------------------------------------------------- */

static vd_result blur_row(void *state, int thread, int64_t row)
{
    const maker *m = state;
    (void)thread;
    const float *from = m->light + (size_t)row * (size_t)m->width * 3;
    float *to = m->across + (size_t)row * (size_t)m->width * 3;
    memset(to, 0, (size_t)m->width * 3 * sizeof(float));
    for (int d = -m->reach; d <= m->reach; d++) {
        float weight = m->weights[d < 0 ? -d : d];
        int first = d < 0 ? -d : 0, end = d > 0 ? m->width - d : m->width;
        for (int i = 3 * first; i < 3 * end; i++) to[i] += weight * from[i + 3 * d];
    }
    return VD_OK;
}

static vd_result blur_down(void *state, int thread, int64_t row)
{
    const maker *m = state;
    (void)thread;
    float *to = m->sum + (size_t)row * (size_t)m->width * 3;
    for (int d = -m->reach; d <= m->reach; d++) {
        float weight = m->share * m->weights[d < 0 ? -d : d];
        int64_t other = row + d;
        if (other < 0 || other >= m->height) continue;
        const float *from = m->across + (size_t)other * (size_t)m->width * 3;
        for (int i = 0; i < 3 * m->width; i++) to[i] += weight * from[i];
    }
    return VD_OK;
}

static vd_result by_rows(vd_context *context, maker *m, vd_result (*run)(void *, int, int64_t))
{
    vd_work work = {.threads = m->options->threads, .items = m->height, .run = run, .state = m};
    return vd_parallel(context, &work);
}

/** Adds a Gaussian of this standard deviation in pixels. */
static vd_result add_gaussian(vd_context *context, maker *m, float sigma)
{
    float total = 0.0f;
    m->reach = vdk_imin((int)ceilf(REACH * sigma), SIDE);
    for (int d = 0; d <= m->reach; d++) {
        float x = (float)d / sigma;
        m->weights[d] = vdk_expf(-0.5f * x * x);
        total += d ? 2.0f * m->weights[d] : m->weights[d];
    }
    for (int d = 0; d <= m->reach; d++) m->weights[d] /= total;
    VD_TRY(by_rows(context, m, blur_row));
    return by_rows(context, m, blur_down);
}

static vd_result add_glow(vd_context *context, maker *m, float widest, float share)
{
    int octaves = 1;
    while (octaves < OCTAVES && widest / (float)(1 << octaves) > 0.7f) octaves++;
    m->share = share / (float)octaves;
    for (int k = 0; k < octaves; k++) VD_TRY(add_gaussian(context, m, widest / (float)(1 << k)));
    return VD_OK;
}

/* ---- stars --------------------------------------------------------------------------------- */

/** Adds one row of what comes along all rays, each a line of bilinear samples. */
static vd_result add_star_row(void *state, int thread, int64_t row)
{
    const maker *m = state;
    const vd_effects_options *o = m->options;
    (void)thread;
    int taps = vdk_imin((int)m->length, TAPS_MAX);
    float total = 0.0f;
    for (int d = 1; d <= taps; d++) total += 1.0f / ((float)d * (float)d);
    for (int ray = 0; ray < o->spikes; ray++) {
        float s, c;
        vdk_sincos_turns((float)ray / (float)o->spikes + o->spike_turn, &s, &c);
        for (int d = 1; d <= taps; d++) {
            /* Light seen here has come from the other way; rows go down. */
            float x = -c * (float)d, y = s * (float)d;
            int i = vdk_ifloor(x), j = vdk_ifloor(y);
            float fx = x - (float)i, fy = y - (float)j;
            float weight = m->share / ((float)o->spikes * total * (float)d * (float)d);
            for (int k = 0; k < 4; k++) {
                float w = weight * (k & 1 ? fx : 1.0f - fx) * (k >> 1 ? fy : 1.0f - fy);
                int64_t from_row = row + j + (k >> 1);
                int shift = i + (k & 1);
                if (from_row < 0 || from_row >= m->height) continue;
                int first = shift < 0 ? -shift : 0;
                int end = shift > 0 ? m->width - shift : m->width;
                const float *from = m->light + (size_t)from_row * (size_t)m->width * 3;
                float *to = m->sum + (size_t)row * (size_t)m->width * 3;
                for (int p = 3 * first; p < 3 * end; p++) to[p] += w * from[p + 3 * shift];
            }
        }
    }
    return VD_OK;
}

/* ---- diffraction --------------------------------------------------------------------------- */

/** Spreads a channel by its kernel, whose middle it takes out into *kept. */
static vd_result diffract_channel(vd_context *context, maker *m, int channel, int reach,
                                  float *kernel, float *plane, float *kept)
{
    size_t count = (size_t)m->width * (size_t)m->height;
    float *middle = kernel + (size_t)reach * (size_t)(2 * reach + 2);
    *kept = *middle;
    *middle = 0.0f;
    for (size_t i = 0; i < count; i++) plane[i] = m->light[3 * i + (size_t)channel];
    VD_TRY(vd_fft_spread(context, m->width, m->height, plane, reach, kernel));
    for (size_t i = 0; i < count; i++) m->sum[3 * i + (size_t)channel] = vdk_max(plane[i], 0.0f);
    return VD_OK;
}

static vd_result diffract(vd_context *context, maker *m)
{
    const vd_effects_options *o = m->options;
    int reach, longer = vdk_imax(m->width, m->height);
    float spread = o->glare_spread * (float)vdk_imin(m->width, m->height);
    float *kernel;
    void *memory;
    VD_TRY(
        vd_alloc(context, (size_t)m->width * (size_t)m->height, sizeof(float), "glare", &memory));
    vd_result result = vd_diffraction_kernel(context, o, spread, longer, &reach, &kernel);
    for (int c = 0; c < 3 && result == VD_OK; c++)
        result =
            diffract_channel(context, m, c, reach,
                             kernel + (size_t)c * (size_t)(2 * reach + 1) * (size_t)(2 * reach + 1),
                             memory, &m->kept[c]);
    free(kernel);
    free(memory);
    return result;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static vd_result make(vd_context *context, maker *m, vd_read_light read, void *state)
{
    const vd_effects_options *o = m->options;
    size_t count = (size_t)m->width * (size_t)m->height * 3;
    float **arrays[] = {&m->light, &m->across, &m->sum};
    void *memory;
    for (int i = 0; i < 3; i++) {
        VD_TRY(vd_alloc(context, count, sizeof(float), "glare", &memory));
        *arrays[i] = memory;
    }
    VD_TRY(vd_alloc(context, SIDE + 1, sizeof(float), "glare", &memory));
    m->weights = memory;
    VD_TRY(shrink(context, m, read, state));
    if (o->diffracts) return diffract(context, m);
    int shorter = vdk_imin(m->width, m->height);
    float widest = vdk_max(o->glare_spread * (float)shorter / REACH, 0.5f);
    VD_TRY(add_glow(context, m, widest, o->spikes > 0 ? 1.0f - STAR_SHARE : 1.0f));
    if (o->spikes == 0) return VD_OK;
    m->length = vdk_max(2.0f * o->glare_spread * (float)shorter, 2.0f);
    m->share = STAR_SHARE;
    return by_rows(context, m, add_star_row);
}

vd_result vd_glare_make(vd_context *context, const vd_effects_options *options, vd_read_light read,
                        void *state, vd_glare *out)
{
    int longer = vdk_imax(options->width, options->height);
    int side = options->diffracts ? FINE_SIDE : SIDE;
    maker m = {.options = options, .step = (longer + side - 1) / side};
    m.width = (options->width + m.step - 1) / m.step;
    m.height = (options->height + m.step - 1) / m.step;
    vd_result result = make(context, &m, read, state);
    free(m.light);
    free(m.across);
    free(m.weights);
    *out = (vd_glare){m.width, m.height, (float)m.step, {m.kept[0], m.kept[1], m.kept[2]}, m.sum};
    return result;
}

void vd_glare_clear(vd_glare *glare)
{
    free(glare->rgb);
    *glare = (vd_glare){0};
}

void vd_glare_rows(const vd_effects_options *o, const vd_glare *glare, int y, int rows, float *rgba)
{
    for (int r = 0; r < rows; r++) {
        float v = vdk_clamp(((float)(y + r) + 0.5f) / glare->step - 0.5f, 0.0f,
                            (float)(glare->height - 1));
        int j = vdk_imin(vdk_ifloor(v), vdk_imax(glare->height - 2, 0));
        int below = glare->height > 1 ? 3 * glare->width : 0;
        float fy = v - (float)j;
        for (int x = 0; x < o->width; x++) {
            float u =
                vdk_clamp(((float)x + 0.5f) / glare->step - 0.5f, 0.0f, (float)(glare->width - 1));
            int i = vdk_imin(vdk_ifloor(u), vdk_imax(glare->width - 2, 0));
            int right = glare->width > 1 ? 3 : 0;
            float fx = u - (float)i;
            const float *at = glare->rgb + 3 * ((size_t)j * (size_t)glare->width + (size_t)i);
            float *pixel = rgba + 4 * ((size_t)r * (size_t)o->width + (size_t)x);
            for (int c = 0; c < 3; c++) {
                float top = at[c] + fx * (at[c + right] - at[c]);
                float bottom = at[c + below] + fx * (at[c + below + right] - at[c + below]);
                float glow = (top + fy * (bottom - top)) * pixel[3];
                pixel[c] += o->glare * (glow - (1.0f - glare->kept[c]) * pixel[c]);
            }
        }
    }
}
