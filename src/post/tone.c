/* Tone: exposure, curve, sRGB encoding, quantisation, each a pure function of its arguments.
 *
 * Order. A channel c of scene-linear Rec. 709 is multiplied by 2^stops, goes through a curve to
 * display-linear 0..1, is encoded as IEC 61966-2-1 asks, and is rounded with or without dither.
 * Channels never mix: an overexposed colour bleaches towards white as it does on film, and no
 * channel changes direction, so neither curve can turn a hue beyond what the bleaching does.
 *
 * Linear clips at 1. Filmic is the response of Naka and Rushton (1966), an S on a logarithmic axis
 * like the density curve of Hurter and Driffield, scaled to reach white at a finite exposure:
 *
 *     f(c) = S c^n / (c^n + k),    S = 1 + k / w^n,    f = 1 from c = w on.
 *
 * Its three constants follow from three wishes:
 *     f(w) = 1 at w = 2^3.5, three and a half stops above the white of the linear curve;
 *     f(g) = g at mid-grey g = 0.18: switching the curve on does not change the exposure;
 *     d log f / d log c = 1 there: nor the contrast around mid-grey.
 * The last gives k = g^n / (n - 1); put into the second, n = (1 - (g / w)^n) / (1 - g), which the
 * fixed-point iteration solves. Below grey n > 1 makes a slight toe; above it the shoulder
 * takes 1.0 to 0.65 and arrives at w with a slope of 0.003.
 *
 * Encoding has c^(1/2.4), and a big picture has a billion of them. It is smooth in the fourth root,
 * which two square roots give exactly rounded: in q = c^(1/4), 1.055 q^(5/3) - 0.055 is a
 * polynomial of degree 7 over the branch's range, through the Chebyshev nodes, to 5e-7. That and
 * rounding stay below a tenth of a step of 16 bits.
 *
 * Dither is triangular noise two steps wide, which makes the mean of the integers the value itself
 * and their variance independent of it (Lipshitz, Wannamaker and Vanderkooy 1992). Within half a
 * step of either end that noise would be cut off and the mean shifted; there uniform noise one step
 * wide takes over, which has the same mean, cannot leave the range, and leaves an exact 0 or 1 what
 * it is. It is done in fixed point with 16 fractional bits. */
#include "post/tone.h"

#include "kernel/math.h"
#include "kernel/sampler.h"

#define FILMIC_WHITE 11.3137085f
#define FILMIC_N 1.21142802f
#define FILMIC_K 0.592452733f
#define FILMIC_S 1.03135358f

/** Display-linear 0..1 of c >= 0. */
static float filmic(float c)
{
    if (c >= FILMIC_WHITE) return 1.0f;
    float p = vdk_powf(c, FILMIC_N);
    return vdk_min(FILMIC_S * p / (p + FILMIC_K), 1.0f);
}

/** The opto-electronic transfer function of IEC 61966-2-1 for 0 <= c <= 1. Both branches are
 * computed and one selected: noisy pixels would make a jump a bad guess half of the time. */
static float srgb_encode(float c)
{
    float t = vdk_sqrtf(vdk_sqrtf(c)) - 0.625f;
    float p = -0.0679922621f;
    p = p * t + 0.0614802274f;
    p = p * t - 0.0454866453f;
    p = p * t + 0.0631449748f;
    p = p * t - 0.12199037f;
    p = p * t + 0.685576472f;
    p = p * t + 1.28535056f;
    p = p * t + 0.427005785f;
    return c <= 0.0031308f ? 12.92f * c : c < 1.0f ? vdk_min(p, 1.0f) : 1.0f;
}

void vd_tone_apply(const vd_tone *tone, const float linear[3], float encoded[3])
{
    float stops = tone->exposure_stops;
    float scale = stops == 0.0f ? 1.0f : vdk_exp2f(stops);
    for (int i = 0; i < 3; i++) {
        float c = linear[i] * scale;
        if (!(c > 0.0f)) c = 0.0f; /* NaN too */
        encoded[i] = srgb_encode(tone->curve == VD_TONE_FILMIC ? filmic(c) : vdk_min(c, 1.0f));
    }
}

uint32_t vd_tone_quantise(float encoded, uint32_t levels, bool dither, int x, int y)
{
    const uint32_t half = 32768;
    if (!(encoded > 0.0f)) return 0;
    if (encoded >= 1.0f) return levels;

    /* levels << 16 fits 32 bits, and a float's 24 bits are below 1/256 step even at 16 bits. */
    uint32_t value = (uint32_t)(encoded * (float)levels * 65536.0f);
    if (!dither) return (uint32_t)(((uint64_t)value + half) >> 16);

    uint32_t hash = vdk_hash_combine(vdk_hash((uint32_t)y), (uint32_t)x);
    uint32_t u = hash & 0xffffu, v = hash >> 16;
    if (value < half || value > (levels << 16) - half)
        return (uint32_t)(((uint64_t)value + u) >> 16);
    return (uint32_t)(((uint64_t)value + half + u - v) >> 16);
}
