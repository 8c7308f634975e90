/* Tone: exposure, points, curve, sRGB encoding, tints, quantisation, each a pure function of its
 * arguments.
 *
 * Order. A channel c of scene-linear Rec. 709 is multiplied by 2^stops; the black and the white
 * point carry it to (c - black) / (white - black); a curve takes it to display-linear 0..1; it is
 * encoded as IEC 61966-2-1 asks; between the tints, encoded likewise, it says how far from the
 * shadow's colour to the light's; and it is rounded with or without dither. Exposure and points
 * together are one factor and one difference, so neither costs anything where it is not used.
 *
 * White balance comes first: each channel is divided by that of daylight of a temperature T and
 * multiplied by that of 6500 K, both of luminance 1 (von Kries's rule in the space of the film, as
 * cameras do). Daylight is that of CIE 15:2004, equations 3.2 to 3.4.
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
 * In these two the channels never mix: a pure colour stays pure however bright, and a mixed one
 * turns on its way to white, as its channels arrive one after another: red rock goes through
 * yellow, a blue sky through cyan. AgX (Sobotka 2022, the view transform; the numbers here are our
 * own) lets every colour bleach. An inset matrix gives each primary a share of the other two, a
 * sigmoid on the logarithm of each channel brings all three to white in the end, and the inverse
 * matrix, the outset, gives dim colours back their purity. Rows add up to 1, so that grey passes
 * unchanged. The sigmoid works on stops t = log2(c / g) from mid-grey and yields the square root
 * of the display value:
 *
 *     v = sqrt(g) + s t / sqrt(1 + (s t / k)^2),    f = v^2.
 *
 * Its wishes: the two of filmic at mid-grey, which give s = ln 2 sqrt(g) / 2; f = 1 at t = 6.5 and
 * f = 0 at t = -10, which give one k above grey and one below. Both halves are straight at grey,
 * so they meet without a kink in slope or curvature. 1.0 becomes 0.56. The inset's wishes: every
 * primary loses 0.16, so that all bleach alike; and it is parted between the other two such that
 * the hues of ten colours (primaries, secondaries, four mixed), in Oklab (Ottosson 2020), drift
 * least from four stops below to ten above. Least squares with three unknowns gives 0.54 of red's
 * to green, 0.51 of green's and 0.34 of blue's to red; rounded to half hundredths below. The
 * primaries then keep their hue to 5 degrees while they have a third of their colour, where equal
 * parts would turn blue 20 degrees towards purple and red 12 away from yellow. Mixed colours still
 * turn, by about half of what filmic does.
 *
 * ACES is the reference rendering and output transforms of the Academy's system for a display of
 * Rec. 709, as S. Hill fitted them in 2017 by two matrices and a quotient of quadratics: contrasty,
 * with bleached lights; mid-grey becomes 0.106, and 26 white. Neutral is
 * Khronos' PBR Neutral (E. Lalish 2024): it shows base colours as they are, but for a little toe,
 * up to 0.76, compresses the largest channel of what is brighter, and bleaches it slowly.
 *
 * Last come tables: a .cube file (lut.h) takes encoded colours before they are tinted.
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

#define AGX_GREY 0.424264069f /* its square root */
#define AGX_LOG2_GREY -2.47393119f
#define AGX_SLOPE 0.147038722f /* s; the two limits are s times -10 and 6.5 */
#define AGX_BLACK -1.47038722f
#define AGX_WHITE 0.95575169f
#define AGX_TOE 0.443110377f
#define AGX_SHOULDER 0.721291576f

static const float agx_inset[3][3] = {
    {0.865f, 0.08f, 0.055f}, {0.085f, 0.81f, 0.105f}, {0.075f, 0.08f, 0.845f}};
static const float agx_outset[3][3] = {{1.172273279f, -0.109589041f, -0.062684238f},
                                       {-0.110889544f, 1.260273973f, -0.149384429f},
                                       {-0.093549506f, -0.109589041f, 1.203138547f}};

/** Display-linear 0..1 of c >= 0. */
static float filmic(float c)
{
    if (c >= FILMIC_WHITE) return 1.0f;
    float p = vdk_powf(c, FILMIC_N);
    return vdk_min(FILMIC_S * p / (p + FILMIC_K), 1.0f);
}

/** Display-linear 0..1 of c >= 0, for one channel between inset and outset. */
static float agx_sigmoid(float c)
{
    float u = AGX_SLOPE * (vdk_log2f(c) - AGX_LOG2_GREY);
    u = vdk_clamp(u, AGX_BLACK, AGX_WHITE);
    float bend = u * (u < 0.0f ? 1.0f / AGX_TOE : 1.0f / AGX_SHOULDER);
    float v = vdk_clamp(AGX_GREY + u / vdk_sqrtf(1.0f + bend * bend), 0.0f, 1.0f);
    return v * v;
}

static void transform(const float matrix[3][3], float c[3])
{
    float r = c[0], g = c[1], b = c[2];
    for (int i = 0; i < 3; i++) c[i] = matrix[i][0] * r + matrix[i][1] * g + matrix[i][2] * b;
}

static const float aces_inset[3][3] = {
    {0.59719f, 0.35458f, 0.04823f}, {0.07600f, 0.90834f, 0.01566f}, {0.02840f, 0.13383f, 0.83777f}};
static const float aces_outset[3][3] = {{1.60475f, -0.53108f, -0.07367f},
                                        {-0.10208f, 1.10813f, -0.00605f},
                                        {-0.00327f, -0.07276f, 1.07602f}};

static void aces(float c[3])
{
    for (int i = 0; i < 3; i++) c[i] = vdk_min(c[i], 65504.0f); /* squares stay finite */
    transform(aces_inset, c);
    for (int i = 0; i < 3; i++)
        c[i] = (c[i] * (c[i] + 0.0245786f) - 0.000090537f) /
               (c[i] * (0.983729f * c[i] + 0.4329510f) + 0.238081f);
    transform(aces_outset, c);
    for (int i = 0; i < 3; i++) c[i] = vdk_clamp(c[i], 0.0f, 1.0f);
}

static void neutral(float c[3])
{
    const float start = 0.76f, desaturation = 0.15f, room = 1.0f - start;
    for (int i = 0; i < 3; i++) c[i] = vdk_min(c[i], 65504.0f);
    float least = vdk_min(c[0], vdk_min(c[1], c[2]));
    float offset = least < 0.08f ? least - 6.25f * least * least : 0.04f;
    for (int i = 0; i < 3; i++) c[i] -= offset;
    float peak = vdk_max(c[0], vdk_max(c[1], c[2]));
    if (!(peak >= start)) return;
    float shown = 1.0f - room * room / (peak + room - start);
    float bleach = 1.0f - 1.0f / (desaturation * (peak - shown) + 1.0f);
    for (int i = 0; i < 3; i++) {
        c[i] *= shown / peak;
        c[i] += bleach * (shown - c[i]);
    }
}

static void agx(float c[3])
{
    transform(agx_inset, c);
    for (int i = 0; i < 3; i++) c[i] = agx_sigmoid(c[i]);
    transform(agx_outset, c);
    for (int i = 0; i < 3; i++) c[i] = vdk_clamp(c[i], 0.0f, 1.0f);
}

/** The opto-electronic transfer function of IEC 61966-2-1 for c >= 0, clipped at 1. Both branches
 * are computed and one selected: noisy pixels would make a jump a bad guess half of the time. */
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

vd_tone_options vd_tone_plain(vd_tone_curve curve)
{
    return (vd_tone_options){
        .curve = curve, .saturation = 1.0f, .white = 1.0, .tint_light = {1.0f, 1.0f, 1.0f}};
}

/** Linear Rec. 709 of daylight of a temperature from 4000 to 25000 K, of luminance 1. */
static void daylight(double kelvin, double rgb[3])
{
    double t = 1000.0 / kelvin;
    double x = kelvin <= 7000.0 ? ((-4.6070 * t + 2.9678) * t + 0.09911) * t + 0.244063
                                : ((-2.0064 * t + 1.9018) * t + 0.24748) * t + 0.237040;
    double y = (-3.0 * x + 2.870) * x - 0.275, cx = x / y, cz = (1.0 - x - y) / y;
    rgb[0] = 3.2404542 * cx - 1.5371385 - 0.4985314 * cz;
    rgb[1] = -0.9692660 * cx + 1.8760108 + 0.0415560 * cz;
    rgb[2] = 0.0556434 * cx - 0.2040259 + 1.0572252 * cz;
}

vd_tone vd_tone_make(const vd_tone_options *options)
{
    double range = options->white - options->black, white[3], light[3];
    daylight(VD_TONE_WHITE_K, white);
    daylight(options->white_balance_k > 0.0 ? options->white_balance_k : VD_TONE_WHITE_K, light);
    vd_tone tone = {
        .curve = options->curve,
        .gain = (float)((double)vdk_exp2f(options->exposure_stops) / range),
        .offset = (float)(options->black / range),
        .saturation = options->saturation,
        .lut = options->lut,
    };
    for (int i = 0; i < 3; i++) {
        tone.balance[i] = (float)(white[i] / light[i]);
        tone.tint_shadow[i] = srgb_encode(options->tint_shadow[i]);
        tone.tint_range[i] = srgb_encode(options->tint_light[i]) - tone.tint_shadow[i];
    }
    return tone;
}

/** What would be below nothing is nothing. */
static void saturate(float saturation, float c[3])
{
    float grey = vdk_luminance(vdk_vec_make(c[0], c[1], c[2]));
    for (int i = 0; i < 3; i++) c[i] = vdk_max(grey + saturation * (c[i] - grey), 0.0f);
}

void vd_tone_apply_over(const vd_tone *tone, const float linear[3], float alpha,
                        const float over[3], float encoded[3])
{
    float c[3];
    for (int i = 0; i < 3; i++) {
        c[i] = linear[i] * tone->balance[i] * tone->gain - tone->offset;
        if (!(c[i] > 0.0f)) c[i] = 0.0f; /* NaN too */
    }
    if (tone->saturation != 1.0f) saturate(tone->saturation, c);
    switch (tone->curve) {
    case VD_TONE_LINEAR: break; /* the encoding clips */
    case VD_TONE_FILMIC:
        for (int i = 0; i < 3; i++) c[i] = filmic(c[i]);
        break;
    case VD_TONE_AGX: agx(c); break;
    case VD_TONE_ACES: aces(c); break;
    case VD_TONE_NEUTRAL: neutral(c); break;
    }
    if (alpha < 1.0f) /* of a linear curve, which the encoding would clip */
        for (int i = 0; i < 3; i++) c[i] = alpha * vdk_min(c[i], 1.0f) + (1.0f - alpha) * over[i];
    for (int i = 0; i < 3; i++) c[i] = srgb_encode(c[i]);
    if (tone->lut) vd_lut_apply(tone->lut, c);
    for (int i = 0; i < 3; i++) encoded[i] = tone->tint_shadow[i] + tone->tint_range[i] * c[i];
}

void vd_tone_apply(const vd_tone *tone, const float linear[3], float encoded[3])
{
    vd_tone_apply_over(tone, linear, 1.0f, NULL, encoded);
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
