/* Depth of field from a picture and its depth.
 *
 * A point at distance z spreads over a disc of radius r = R |1/z - 1/F| pixels, as by a thin lens
 * (kernel/lens.h). Signed, near before far, r orders the picture into layers in each of which it is
 * about the same: the layered method of Kraus and Strengert 2007 ("Depth-of-field rendering by
 * pyramidal image processing") with true shapes for their pyramids. What a layer covers of a pixel
 * is c = blur(S), S being 1 on its own pixels and blur() the aperture's shape of its size. From the
 * nearest on,
 *
 *     out += min(c, T) blur(S I) / c,   T -= min(c, T),
 *
 * from T = 1: points of the aperture that see one layer do not see another. So a slope, which lies
 * in many layers, is blurred as a whole; what is sharp has c = 1 on its own pixels and 0 elsewhere,
 * so that nothing behind bleeds over it; and what is near and blurred lets through by its rim what
 * is behind. What T is left then has seen what the picture does not show, because something nearer
 * hid it. That is guessed from around: holes are filled by pulling means up a pyramid and pushing
 * them down (Gortler et al. 1996, "The lumigraph", section 3.4.2), layer by layer, from all that is
 * not nearer, of which a layer is a share; and the rest of T goes to these by blur(share).
 *
 * A shape is summed by its rows, each a difference of two running sums, whose ends may lie within
 * pixels: so the time grows with its height alone. The sums are doubles: a sun in a row of floats
 * would leave its rounding on all that follow. Pixels about which a layer covers nothing, by a
 * table of sums of what it covers (Crow 1984), are left out. Beyond the picture's edge the nearest
 * pixels stand in. Rows are independent: threads change nothing.
 *
 * Where there is nothing, as around a block on paper, a lens still blurs shadows that lie there:
 * depth is carried on into it from around.
 *
 * A band of sharpness laid over a picture (tilt-shift, as retouchers make it) is the same with a
 * radius that grows with the distance from a line instead. */
#include "post/focus.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"

/* Channels of the pyramid: light and alpha of this layer, its share S, and how much is known; those
 * before the last are summed. */
enum { LAYERS_MAX = 96, SPANS_MAX = 2048, LEVELS_MAX = 16, SHARE = 4, SUMS = 5, CHANNELS = 6 };

/* Pixels by which radii within a layer differ, if there need not be more layers than there may. */
#define LAYER_STEP 0.3f
/* What is below this is sharp: a disc that is no wider than a pixel. */
#define SHARP_PX 0.5f
/* Of less than this nothing more is asked. */
#define SEEN_ALL 1e-4f
/* What is left of less than this is shared among what is seen. */
#define GUESSED 0.02f
/* And from so much more on, nothing of it. */
#define GUESSED_ALL 0.15f
/* No surface is farther; AOVs say 1e10 where there is none. */
#define EMPTY_M 9.9e9f
/* The largest circle, in pixels; more is cut to it. */
#define RADIUS_MAX 480.0f

/* A row of a shape: its distance from the middle and where it begins and ends, in pixels. */
typedef struct span {
    int row;
    float left, right;
} span;

/* A level of the pyramid. */
typedef struct level {
    int width, height;
    float *values;
} level;

typedef struct blurrer {
    const vd_focus_options *options;
    const float *depth;
    float *radius;            /* signed, by pixel: below 0 nearer than the focus */
    float *rgba, *out, *left; /* left: T */
    float *guess;   /* [height][width][SUMS]: what is guessed, times its weights, and those */
    double *sums;   /* [height][width + 1][SUMS] of S I and S */
    uint32_t *seen; /* [height + 1][width + 1]: pixels above and to the left that S covers */
    level levels[LEVELS_MAX];
    int level_count;
    float low, step; /* the first layer's radius, and of each how much more */
    int layer;
    span spans[SPANS_MAX];
    int span_count;
    float area;
    int reach_x, reach_y; /* of the shape, in whole pixels */
    bool guesses;         /* is what a layer hides asked for, or what it shows? */
} blurrer;

/* ---- circles ------------------------------------------------------------------------------- */

/** Of a band: above it as what is far, below as what is near. */
static float band_radius(const vd_focus_options *o, int x, int y)
{
    float across =
        ((float)x + 0.5f - o->middle_x) * o->band_x + (o->middle_y - ((float)y + 0.5f)) * o->band_y;
    float off = vdk_clamp((vdk_abs(across) - o->band_half) / o->band_falloff, 0.0f, 1.0f);
    float radius = o->radius_px * off * off * (3.0f - 2.0f * off);
    return across < 0.0f ? -radius : radius;
}

static float lens_radius(const vd_focus_options *o, int x, int y, float nearness)
{
    float sharp = o->nearness + ((float)x + 0.5f - o->middle_x) * o->tilt_x +
                  (o->middle_y - ((float)y + 0.5f)) * o->tilt_y;
    return vdk_clamp(o->radius_px * (sharp - nearness), -RADIUS_MAX, RADIUS_MAX);
}

static int layer_of(const blurrer *b, float radius)
{
    return vdk_ifloor((radius - b->low) / b->step);
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

/** The light of a layer; where it is guessed, under all that is nearer too, and only there. */
static void fill_layer(blurrer *b)
{
    const vd_focus_options *o = b->options;
    const size_t pixels = (size_t)o->width * (size_t)o->height;
    float *base = b->levels[0].values;
    for (size_t i = 0; i < pixels; i++) {
        float *to = base + i * CHANNELS;
        int layer = layer_of(b, b->radius[i]);
        for (int c = 0; c < 4; c++) to[c] = layer == b->layer ? b->rgba[4 * i + (size_t)c] : 0.0f;
        to[SHARE] = layer == b->layer ? 1.0f : 0.0f;
        to[CHANNELS - 1] = layer >= b->layer ? 1.0f : 0.0f;
    }
    if (!b->guesses) return;
    for (int k = 1; k < b->level_count; k++) pull(&b->levels[k - 1], &b->levels[k]);
    for (int k = b->level_count - 1; k > 0; k--) push(&b->levels[k], &b->levels[k - 1]);
    for (size_t i = 0; i < pixels; i++)
        if (layer_of(b, b->radius[i]) >= b->layer)
            memset(base + i * CHANNELS, 0, CHANNELS * sizeof(float));
}

/** Carries depth on into where there is nothing. */
static void fill_depth(blurrer *b)
{
    const vd_focus_options *o = b->options;
    const size_t pixels = (size_t)o->width * (size_t)o->height;
    float *base = b->levels[0].values;
    memset(base, 0, pixels * CHANNELS * sizeof(float));
    for (size_t i = 0; i < pixels; i++) {
        bool is_there = b->depth[i] > 0.0f && b->depth[i] < EMPTY_M;
        base[i * CHANNELS] = is_there ? 1.0f / b->depth[i] : 0.0f;
        base[i * CHANNELS + CHANNELS - 1] = is_there || b->rgba[4 * i + 3] >= 1.0f ? 1.0f : 0.0f;
    }
    for (int k = 1; k < b->level_count; k++) pull(&b->levels[k - 1], &b->levels[k]);
    for (int k = b->level_count - 1; k > 0; k--) push(&b->levels[k], &b->levels[k - 1]);
}

static void find_layers(blurrer *b)
{
    const vd_focus_options *o = b->options;
    float low = HUGE_VALF, high = -HUGE_VALF;
    if (b->depth) fill_depth(b);
    for (int y = 0; y < o->height; y++)
        for (int x = 0; x < o->width; x++) {
            size_t i = (size_t)y * (size_t)o->width + (size_t)x;
            float nearness = b->levels[0].values[i * CHANNELS];
            b->radius[i] = b->depth ? lens_radius(o, x, y, nearness) : band_radius(o, x, y);
            low = vdk_min(low, b->radius[i]);
            high = vdk_max(high, b->radius[i]);
        }
    b->step = vdk_max(LAYER_STEP, (high - low) / (float)(LAYERS_MAX - 1));
    /* The focus is in the middle of a layer. */
    b->low = ((float)vdk_ifloor(low / b->step + 0.5f) - 0.5f) * b->step;
}

static vd_result sum_row(void *state, int thread, int64_t row)
{
    blurrer *b = state;
    const vd_focus_options *o = b->options;
    (void)thread;
    double *to = b->sums + (size_t)row * ((size_t)o->width + 1) * SUMS;
    for (int c = 0; c < SUMS; c++) to[c] = 0.0;
    for (int x = 0; x < o->width; x++) {
        size_t i = (size_t)row * (size_t)o->width + (size_t)x;
        const float *light = b->levels[0].values + i * CHANNELS;
        for (int c = 0; c < SUMS; c++) to[SUMS + c] = to[c] + (double)light[c];
        to += SUMS;
    }
    return VD_OK;
}

static void count_seen(blurrer *b)
{
    const vd_focus_options *o = b->options;
    size_t stride = (size_t)o->width + 1;
    memset(b->seen, 0, stride * sizeof(b->seen[0]));
    for (int y = 0; y < o->height; y++) {
        uint32_t *to = b->seen + (size_t)(y + 1) * stride, in_row = 0;
        const float *light = b->levels[0].values + (size_t)y * (size_t)o->width * CHANNELS;
        to[0] = 0;
        for (int x = 0; x < o->width; x++) {
            in_row += light[(size_t)x * CHANNELS + SHARE] > 0.0f;
            to[x + 1] = to[(size_t)x + 1 - stride] + in_row;
        }
    }
}

/** Does the layer cover anything within its shape's reach of a pixel? */
static bool is_seen(const blurrer *b, int x, int y)
{
    const vd_focus_options *o = b->options;
    size_t stride = (size_t)o->width + 1;
    int left = vdk_imax(x - b->reach_x, 0), right = vdk_imin(x + b->reach_x + 1, o->width);
    const uint32_t *top = b->seen + (size_t)vdk_imax(y - b->reach_y, 0) * stride;
    const uint32_t *bottom = b->seen + (size_t)vdk_imin(y + b->reach_y + 1, o->height) * stride;
    return bottom[right] - bottom[left] - top[right] + top[left] > 0;
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
    b->reach_x = b->reach_y = 0;
    if (!(size > SHARP_PX)) return;
    b->reach_x = (int)ceilf(size * vdk_max(o->squeeze, 1.0f)) + 1;
    b->reach_y = (int)ceilf(size) + 1;
    int parts = size < 6.0f ? 8 : size < 16.0f ? 2 : 1, reach = (int)ceilf(size) * parts;
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
static void sum_at(const double *row, int width, float x, double out[SUMS])
{
    int i = vdk_imin(vdk_imax(vdk_ifloor(x), 0), width - 1);
    double f = (double)x - i;
    const double *at = row + (size_t)i * SUMS;
    for (int c = 0; c < SUMS; c++) out[c] = at[c] + f * (at[SUMS + c] - at[c]);
}

static void blurred_at(const blurrer *b, int x, int y, double out[SUMS])
{
    const vd_focus_options *o = b->options;
    const size_t stride = ((size_t)o->width + 1) * SUMS;
    double from[SUMS], to[SUMS];
    for (int c = 0; c < SUMS; c++) out[c] = 0.0;
    if (b->span_count == 0) {
        const double *at = b->sums + (size_t)y * stride + (size_t)x * SUMS;
        for (int c = 0; c < SUMS; c++) out[c] = at[SUMS + c] - at[c];
        return;
    }
    for (int k = 0; k < b->span_count; k++) {
        const span *s = &b->spans[k];
        int row = vdk_imin(vdk_imax(y + s->row, 0), o->height - 1);
        sum_at(b->sums + (size_t)row * stride, o->width, (float)x + 0.5f + s->left, from);
        sum_at(b->sums + (size_t)row * stride, o->width, (float)x + 0.5f + s->right, to);
        for (int c = 0; c < SUMS; c++) out[c] += to[c] - from[c];
    }
    for (int c = 0; c < SUMS; c++) out[c] /= (double)b->area;
}

static vd_result blur_row(void *state, int thread, int64_t row)
{
    blurrer *b = state;
    const vd_focus_options *o = b->options;
    const bool hides = b->depth != NULL; /* a band's strips hide nothing */
    const float enough = b->guesses ? GUESSED : SEEN_ALL;
    (void)thread;
    for (int x = 0; x < o->width; x++) {
        size_t i = (size_t)row * (size_t)o->width + (size_t)x;
        float left = b->left[i];
        if ((hides && !(left > enough)) || !is_seen(b, x, (int)row)) continue;
        double light[SUMS];
        blurred_at(b, x, (int)row, light);
        if (!(light[SHARE] > 0.0)) continue;
        if (b->guesses) {
            for (int c = 0; c < SUMS; c++) b->guess[SUMS * i + (size_t)c] += (float)light[c];
            continue;
        }
        float covered = (float)light[SHARE];
        float seen = hides ? vdk_min(covered, left) / covered : 1.0f;
        for (int c = 0; c < 4; c++) b->out[4 * i + (size_t)c] += seen * (float)light[c];
        b->left[i] = left - seen * covered;
    }
    return VD_OK;
}

/** What is left goes to what was guessed, or, the less it is, to what is seen. */
static void share_rest(blurrer *b)
{
    const vd_focus_options *o = b->options;
    for (size_t i = 0; i < (size_t)o->width * (size_t)o->height; i++) {
        const float *guess = b->guess + SUMS * i;
        float left = b->left[i], mean = 0.0f;
        if (left > GUESSED && guess[SHARE] > 0.0f)
            mean = left * vdk_min((left - GUESSED) * (1.0f / GUESSED_ALL), 1.0f);
        float total = 1.0f - left + mean;
        if (!(total > 0.0f)) continue; /* nothing about it: it stays */
        for (int c = 0; c < 4; c++) {
            float guessed = mean > 0.0f ? mean * guess[c] / guess[SHARE] : 0.0f;
            b->rgba[4 * i + (size_t)c] = (b->out[4 * i + (size_t)c] + guessed) / total;
        }
    }
}

/* ---- all of it ----------------------------------------------------------------------------- */

static vd_result allocate(vd_context *context, blurrer *b)
{
    const vd_focus_options *o = b->options;
    size_t pixels = (size_t)o->width * (size_t)o->height;
    void *memory;
    VD_TRY(vd_alloc(context, pixels, sizeof(float), "radii of blur", &memory));
    b->radius = memory;
    VD_TRY(vd_alloc(context, pixels, sizeof(float), "what is left to see", &memory));
    b->left = memory;
    VD_TRY(vd_alloc(context, pixels, SUMS * sizeof(float), "what is guessed", &memory));
    b->guess = memory;
    VD_TRY(vd_alloc(context, pixels, 4 * sizeof(float), "a blurred picture", &memory));
    b->out = memory;
    VD_TRY(vd_alloc(context, (size_t)o->height * ((size_t)o->width + 1), SUMS * sizeof(double),
                    "running sums", &memory));
    b->sums = memory;
    VD_TRY(vd_alloc(context, ((size_t)o->height + 1) * ((size_t)o->width + 1), sizeof(uint32_t),
                    "sums of coverage", &memory));
    b->seen = memory;
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
    count_seen(b);
    make_spans(b, (float)(sum / (double)count));
    VD_TRY(vd_parallel(context, &work));
    work.run = blur_row;
    return vd_parallel(context, &work);
}

static vd_result blur_layers(vd_context *context, blurrer *b, int first, int last)
{
    for (b->layer = first; b->layer <= last; b->layer++) {
        double share = (double)(b->layer - first) / (last - first + 1);
        VD_TRY(vd_progress(context, "focus", b->guesses ? 0.5 + 0.5 * share : 0.5 * share));
        VD_TRY(blur_layer(context, b));
    }
    return VD_OK;
}

static vd_result blur(vd_context *context, blurrer *b)
{
    const vd_focus_options *o = b->options;
    size_t pixels = (size_t)o->width * (size_t)o->height;
    int last = 0;
    VD_TRY(allocate(context, b));
    find_layers(b);
    for (size_t i = 0; i < pixels; i++) {
        b->left[i] = 1.0f;
        last = vdk_imax(last, layer_of(b, b->radius[i]));
    }
    VD_TRY(blur_layers(context, b, 0, last));
    b->guesses = true;
    if (b->depth) VD_TRY(blur_layers(context, b, 1, last));
    share_rest(b);
    return vd_progress(context, "focus", 1.0);
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
    free(b->left);
    free(b->guess);
    free(b->out);
    free(b->sums);
    free(b->seen);
    free(b);
    return result;
}
