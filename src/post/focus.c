/* Depth of field from a picture and its depth.
 *
 * A point at distance z spreads over a disc of radius r = R |1/z - 1/F| pixels, as by a thin lens
 * (kernel/lens.h). Signed, near before far, r orders the picture into layers in each of which it is
 * about the same. From the nearest on, layer by layer,
 *
 *     out += T * blur(S I),   T *= 1 - blur(S),
 *
 * where S is 1 on the pixels of this layer and of all that are nearer, I is this layer's light,
 * carried on under what is nearer, and blur() is the aperture's shape of this layer's size. That is
 * the layered method of Kraus and Strengert 2007 ("Depth-of-field rendering by pyramidal image
 * processing"), with their matting of occluded parts but with true shapes for their pyramids. What
 * is sharp has a hard S, so nothing behind it bleeds over it; what is near and blurred has a soft
 * one, and through its rim shows what it hid, which is guessed: holes are filled from around by
 * pulling means up a pyramid and pushing them down (Gortler et al. 1996, "The lumigraph", section
 * 3.4.2). S being everything for the last layer, nothing is missing anywhere, and a single layer
 * keeps all light but for what passes the edge, where the nearest pixels stand in.
 *
 * A shape is summed by its rows, each a difference of two running sums, whose ends may lie within
 * pixels: so the time grows with its height alone. The sums are doubles: a sun in a row of floats
 * would leave its rounding on all that follow. Rows are independent: threads change nothing. */
#include "post/focus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"

enum { LAYERS_MAX = 64, SPANS_MAX = 2048, LEVELS_MAX = 16, CHANNELS = 5 };

/* Pixels by which radii within a layer differ, if there need not be more layers than there may. */
#define LAYER_STEP 0.6f
/* What is below this is sharp: a disc that is no wider than a pixel. */
#define SHARP_PX 0.5f
/* Where less than this comes through, nothing more is seen. */
#define HIDDEN 1e-4f
/* The largest circle, in pixels; more is cut to it. */
#define RADIUS_MAX 480.0f

/* A row of a shape: its distance from the middle and where it begins and ends, in pixels. */
typedef struct span {
    int row;
    float left, right;
} span;

/* Light of a level of the pyramid, with how much of it is known: r, g, b, alpha, and that. */
typedef struct level {
    int width, height;
    float *values;
} level;

typedef struct blurrer {
    const vd_focus_options *options;
    const float *depth;
    float *radius; /* signed, by pixel: below 0 nearer than the focus */
    float *rgba, *out, *through;
    double *sums; /* [height][width + 1][CHANNELS]: r, g, b, alpha of S I and S */
    level levels[LEVELS_MAX];
    int level_count;
    float low, step; /* the first layer's radius, and of each how much more */
    int layer;
    span spans[SPANS_MAX];
    int span_count;
    float area;
} blurrer;

/* ---- circles ------------------------------------------------------------------------------- */

static float radius_at(const vd_focus_options *o, int x, int y, float depth)
{
    float nearness = o->nearness + ((float)x + 0.5f - o->middle_x) * o->tilt_x +
                     (o->middle_y - ((float)y + 0.5f)) * o->tilt_y;
    bool is_there = depth > 0.0f && depth < 3.0e38f;
    float r = o->radius_px * (nearness - (is_there ? 1.0f / depth : 0.0f));
    return vdk_clamp(r, -RADIUS_MAX, RADIUS_MAX);
}

static int layer_of(const blurrer *b, float radius)
{
    return vdk_ifloor((radius - b->low) / b->step);
}

static void find_layers(blurrer *b)
{
    const vd_focus_options *o = b->options;
    float low = HUGE_VALF, high = -HUGE_VALF;
    for (int y = 0; y < o->height; y++)
        for (int x = 0; x < o->width; x++) {
            size_t i = (size_t)y * (size_t)o->width + (size_t)x;
            b->radius[i] = radius_at(o, x, y, b->depth[i]);
            low = vdk_min(low, b->radius[i]);
            high = vdk_max(high, b->radius[i]);
        }
    b->step = vdk_max(LAYER_STEP, (high - low) / (float)(LAYERS_MAX - 1));
    /* The focus is in the middle of a layer. */
    b->low = ((float)vdk_ifloor(low / b->step + 0.5f) - 0.5f) * b->step;
}

/* ---- holes --------------------------------------------------------------------------------- */

static void pull(const level *fine, const level *coarse)
{
    memset(coarse->values, 0,
           (size_t)coarse->width * (size_t)coarse->height * CHANNELS * sizeof(float));
    for (int y = 0; y < fine->height; y++)
        for (int x = 0; x < fine->width; x++) {
            const float *from =
                fine->values + ((size_t)y * (size_t)fine->width + (size_t)x) * CHANNELS;
            float *to = coarse->values +
                        ((size_t)(y / 2) * (size_t)coarse->width + (size_t)(x / 2)) * CHANNELS;
            for (int c = 0; c < CHANNELS; c++) to[c] += from[c];
        }
    for (size_t i = 0; i < (size_t)coarse->width * (size_t)coarse->height; i++) {
        float *to = coarse->values + i * CHANNELS;
        float known = to[CHANNELS - 1];
        if (!(known > 1.0f)) continue;
        for (int c = 0; c < CHANNELS; c++) to[c] /= known;
    }
}

/** Fills what is not known of a level from the one above, between the four nearest there. */
static void push(const level *coarse, const level *fine)
{
    for (int y = 0; y < fine->height; y++)
        for (int x = 0; x < fine->width; x++) {
            float *to = fine->values + ((size_t)y * (size_t)fine->width + (size_t)x) * CHANNELS;
            float missing = 1.0f - to[CHANNELS - 1];
            if (!(missing > 0.0f)) continue;
            int i = x / 2, j = y / 2;
            int other_i = vdk_imin(vdk_imax(i + (x & 1 ? 1 : -1), 0), coarse->width - 1);
            int other_j = vdk_imin(vdk_imax(j + (y & 1 ? 1 : -1), 0), coarse->height - 1);
            const int at[4][2] = {{i, j}, {other_i, j}, {i, other_j}, {other_i, other_j}};
            static const float weights[4] = {0.5625f, 0.1875f, 0.1875f, 0.0625f};
            for (int k = 0; k < 4; k++) {
                const float *from =
                    coarse->values +
                    ((size_t)at[k][1] * (size_t)coarse->width + (size_t)at[k][0]) * CHANNELS;
                for (int c = 0; c < CHANNELS; c++) to[c] += missing * weights[k] * from[c];
            }
        }
}

/** The light of a layer, and under all that is nearer what it may be there. */
static void fill_layer(blurrer *b)
{
    const vd_focus_options *o = b->options;
    level *base = &b->levels[0];
    for (size_t i = 0; i < (size_t)o->width * (size_t)o->height; i++) {
        float *to = base->values + i * CHANNELS;
        bool is_in = layer_of(b, b->radius[i]) == b->layer;
        for (int c = 0; c < 4; c++) to[c] = is_in ? b->rgba[4 * i + (size_t)c] : 0.0f;
        to[4] = is_in ? 1.0f : 0.0f;
    }
    for (int k = 1; k < b->level_count; k++) pull(&b->levels[k - 1], &b->levels[k]);
    for (int k = b->level_count - 1; k > 0; k--) push(&b->levels[k], &b->levels[k - 1]);
}

static vd_result sum_row(void *state, int thread, int64_t row)
{
    blurrer *b = state;
    const vd_focus_options *o = b->options;
    (void)thread;
    double *to = b->sums + (size_t)row * ((size_t)o->width + 1) * CHANNELS;
    for (int c = 0; c < CHANNELS; c++) to[c] = 0.0;
    for (int x = 0; x < o->width; x++) {
        size_t i = (size_t)row * (size_t)o->width + (size_t)x;
        const float *light = b->levels[0].values + i * CHANNELS;
        double covered = layer_of(b, b->radius[i]) <= b->layer ? 1.0 : 0.0;
        for (int c = 0; c < CHANNELS; c++)
            to[CHANNELS + c] = to[c] + (c < 4 ? covered * (double)light[c] : covered);
        to += CHANNELS;
    }
    return VD_OK;
}

/* ---- shapes -------------------------------------------------------------------------------- */

/** Half the chord of the shape of radius 1 at a height, to the left and to the right. */
static bool chord(const vd_focus_options *o, float y, float *left, float *right)
{
    if (o->blades == 0) {
        float half2 = 1.0f - y * y;
        if (!(half2 > 0.0f)) return false;
        *right = vdk_sqrtf(half2);
        *left = -*right;
        return true;
    }
    bool found = false;
    *left = *right = 0.0f;
    for (int k = 0; k < o->blades; k++) {
        float s0, c0, s1, c1;
        vdk_sincos_turns((float)k / (float)o->blades + o->turn, &s0, &c0);
        vdk_sincos_turns((float)(k + 1) / (float)o->blades + o->turn, &s1, &c1);
        if ((s0 > y) == (s1 > y)) continue;
        float x = c0 + (y - s0) / (s1 - s0) * (c1 - c0);
        *left = found ? vdk_min(*left, x) : x;
        *right = found ? vdk_max(*right, x) : x;
        found = true;
    }
    return found;
}

/** The rows of the layer's shape; of small ones several to a pixel. Shapes of what is nearer than
 *  the focus stand on their heads. */
static void make_spans(blurrer *b, float radius)
{
    const vd_focus_options *o = b->options;
    float size = vdk_abs(radius), head = radius < 0.0f ? 1.0f : -1.0f;
    b->span_count = 0;
    b->area = 0.0f;
    if (!(size > SHARP_PX)) return;
    int parts = size < 6.0f ? 8 : 2, reach = (int)ceilf(size) * parts;
    for (int i = -reach; i < reach && b->span_count < SPANS_MAX; i++) {
        float y = ((float)i + 0.5f) / (float)parts, left = 0.0f, right = 0.0f;
        if (!chord(o, -head * y / size, &left, &right)) continue;
        left *= head * size * o->squeeze;
        right *= head * size * o->squeeze;
        if (left > right) {
            float swap = left;
            left = right;
            right = swap;
        }
        b->spans[b->span_count++] = (span){vdk_ifloor(y + 0.5f), left, right};
        b->area += right - left;
    }
}

/** A running sum at a place between pixels; beyond the ends the pixels there go on. */
static void sum_at(const double *row, int width, float x, double out[CHANNELS])
{
    int i = vdk_imin(vdk_imax(vdk_ifloor(x), 0), width - 1);
    double f = (double)x - i;
    const double *at = row + (size_t)i * CHANNELS;
    for (int c = 0; c < CHANNELS; c++) out[c] = at[c] + f * (at[CHANNELS + c] - at[c]);
}

static void blurred_at(const blurrer *b, int x, int y, double out[CHANNELS])
{
    const vd_focus_options *o = b->options;
    const size_t stride = ((size_t)o->width + 1) * CHANNELS;
    double from[CHANNELS], to[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) out[c] = 0.0;
    if (b->span_count == 0) {
        const double *at = b->sums + (size_t)y * stride + (size_t)x * CHANNELS;
        for (int c = 0; c < CHANNELS; c++) out[c] = at[CHANNELS + c] - at[c];
        return;
    }
    for (int k = 0; k < b->span_count; k++) {
        const span *s = &b->spans[k];
        int row = vdk_imin(vdk_imax(y + s->row, 0), o->height - 1);
        sum_at(b->sums + (size_t)row * stride, o->width, (float)x + 0.5f + s->left, from);
        sum_at(b->sums + (size_t)row * stride, o->width, (float)x + 0.5f + s->right, to);
        for (int c = 0; c < CHANNELS; c++) out[c] += to[c] - from[c];
    }
    for (int c = 0; c < CHANNELS; c++) out[c] /= (double)b->area;
}

static vd_result blur_row(void *state, int thread, int64_t row)
{
    blurrer *b = state;
    const vd_focus_options *o = b->options;
    (void)thread;
    for (int x = 0; x < o->width; x++) {
        size_t i = (size_t)row * (size_t)o->width + (size_t)x;
        float through = b->through[i];
        if (!(through > HIDDEN)) continue;
        double light[CHANNELS];
        blurred_at(b, x, (int)row, light);
        for (int c = 0; c < 4; c++) b->out[4 * i + (size_t)c] += through * (float)light[c];
        b->through[i] = through * vdk_max(1.0f - (float)light[4], 0.0f);
    }
    return VD_OK;
}

/* ---- all of it ----------------------------------------------------------------------------- */

static vd_result allocate(vd_context *context, blurrer *b)
{
    const vd_focus_options *o = b->options;
    size_t pixels = (size_t)o->width * (size_t)o->height;
    void *memory;
    VD_TRY(vd_alloc(context, pixels, sizeof(float), "radii of blur", &memory));
    b->radius = memory;
    VD_TRY(vd_alloc(context, pixels, sizeof(float), "what shines through", &memory));
    b->through = memory;
    VD_TRY(vd_alloc(context, pixels, 4 * sizeof(float), "a blurred picture", &memory));
    b->out = memory;
    VD_TRY(vd_alloc(context, (size_t)o->height * ((size_t)o->width + 1), CHANNELS * sizeof(double),
                    "running sums", &memory));
    b->sums = memory;
    for (int w = o->width, h = o->height; b->level_count < LEVELS_MAX;
         w = (w + 1) / 2, h = (h + 1) / 2) {
        VD_TRY(vd_alloc(context, (size_t)w * (size_t)h, CHANNELS * sizeof(float),
                        "a layer of a picture", &memory));
        b->levels[b->level_count++] = (level){w, h, memory};
        if (w == 1 && h == 1) break;
    }
    return VD_OK;
}

static vd_result blur_layer(vd_context *context, blurrer *b)
{
    const vd_focus_options *o = b->options;
    vd_work work = {.threads = o->threads, .items = o->height, .run = sum_row, .state = b};
    double sum = 0.0;
    int64_t count = 0;
    for (size_t i = 0; i < (size_t)o->width * (size_t)o->height; i++)
        if (layer_of(b, b->radius[i]) == b->layer) {
            sum += (double)b->radius[i];
            count++;
        }
    if (count == 0) return VD_OK;
    fill_layer(b);
    make_spans(b, (float)(sum / (double)count));
    VD_TRY(vd_parallel(context, &work));
    work.run = blur_row;
    return vd_parallel(context, &work);
}

static vd_result blur(vd_context *context, blurrer *b)
{
    const vd_focus_options *o = b->options;
    size_t pixels = (size_t)o->width * (size_t)o->height;
    int last = 0;
    VD_TRY(allocate(context, b));
    find_layers(b);
    for (size_t i = 0; i < pixels; i++) {
        b->through[i] = 1.0f;
        last = vdk_imax(last, layer_of(b, b->radius[i]));
    }
    for (b->layer = 0; b->layer <= last; b->layer++) VD_TRY(blur_layer(context, b));
    memcpy(b->rgba, b->out, pixels * 4 * sizeof(float));
    return VD_OK;
}

vd_result vd_focus_blur(vd_context *context, const vd_focus_options *options, const float *depth_m,
                        float *rgba)
{
    void *memory;
    VD_TRY(vd_alloc(context, 1, sizeof(blurrer), "depth of field", &memory));
    blurrer *b = memory;
    *b = (blurrer){.options = options, .depth = depth_m, .rgba = rgba};
    vd_result result = blur(context, b);
    for (int k = 0; k < b->level_count; k++) free(b->levels[k].values);
    free(b->radius);
    free(b->through);
    free(b->out);
    free(b->sums);
    free(b);
    return result;
}
