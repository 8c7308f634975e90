/* Vignettes and grain, pixel by pixel.
 *
 * Natural vignetting is that of any lens: the light on its sensor falls with the fourth power of
 * the cosine of the angle to the axis (Kingslake 1989, "A History of the Photographic Lens"; two
 * for the distance, one for the aperture and one for the sensor seen aslant). Mechanical is the
 * barrel's: its rim, a circle as large as the aperture, moves over it in proportion to the distance
 * from the axis; what is left of a disc of radius 1 by another d away is (2 acos(d / 2) - d sqrt(1
 * - d^2 / 4)) / pi. What a lens was measured to let through is a polynomial of the distance's
 * square. The artistic ones darken by a smooth step beyond a radius, or as a picture
 * says.
 *
 * Grain is noise of density: light times 2^n, n of mean 0 and the standard deviation that was asked
 * for. Grains are as large in the picture whatever its pixels are: value noise on a lattice of that
 * size, with the picture's left upper corner as origin, and where pixels are larger than grains
 * they see the mean of several, which is less by the root of their number. Each channel has its
 * own, with a half of all in common, as in colour film. */
#include <math.h>

#include "base/vmath.h"
#include "kernel/hash.h"
#include "kernel/math.h"
#include "post/effects_parts.h"

/* ---- vignettes ----------------------------------------------------------------------------- */

bool vd_vignette_is_any(const vd_effects_options *o)
{
    bool is_measured = o->light[0] != 0.0f || o->light[1] != 0.0f || o->light[2] != 0.0f;
    return is_measured || (o->vignette > 0.0f && o->pixel > 0.0f) || o->vignette_barrel > 0.0f ||
           o->vignette_strength > 0.0f || (o->mask && o->mask_strength > 0.0f);
}

static float smooth_step(float x)
{
    x = vdk_clamp(x, 0.0f, 1.0f);
    return x * x * (3.0f - 2.0f * x);
}

/** What two discs of radius 1 have in common, their centres d apart. */
static float overlap(float d)
{
    if (d >= 2.0f) return 0.0f;
    double half = 0.5 * (double)d, rest = sqrt(1.0 - half * half);
    return (float)((2.0 * vd_atan2_deg(rest, half) * (VD_PI / 180.0) - 2.0 * half * rest) / VD_PI);
}

static float mask_at(const vd_effects_options *o, float x, float y)
{
    float u = vdk_clamp(x / (float)o->width * (float)o->mask_width - 0.5f, 0.0f,
                        (float)(o->mask_width - 1));
    float v = vdk_clamp(y / (float)o->height * (float)o->mask_height - 0.5f, 0.0f,
                        (float)(o->mask_height - 1));
    int i = vdk_imin(vdk_ifloor(u), vdk_imax(o->mask_width - 2, 0));
    int j = vdk_imin(vdk_ifloor(v), vdk_imax(o->mask_height - 2, 0));
    int right = o->mask_width > 1, below = o->mask_height > 1 ? o->mask_width : 0;
    const float *at = o->mask + (size_t)j * (size_t)o->mask_width + (size_t)i;
    float fx = u - (float)i, fy = v - (float)j;
    float top = at[0] + fx * (at[right] - at[0]);
    float bottom = at[below] + fx * (at[below + right] - at[below]);
    return top + fy * (bottom - top);
}

static float vignette_at(const vd_effects_options *o, float x, float y)
{
    float dx = x - o->middle_x, dy = y - o->middle_y, r2 = dx * dx + dy * dy, factor = 1.0f;
    float half =
        0.5f * vdk_sqrtf((float)o->width * (float)o->width + (float)o->height * (float)o->height);
    if (o->vignette > 0.0f) {
        float cosine2 = 1.0f / (1.0f + r2 * o->pixel * o->pixel);
        factor *= 1.0f - o->vignette * (1.0f - cosine2 * cosine2);
    }
    float q = r2 * o->pixel * o->pixel;
    factor *= vdk_max(1.0f + q * (o->light[0] + q * (o->light[1] + q * o->light[2])), 0.0f);
    if (o->vignette_barrel > 0.0f) factor *= overlap(o->vignette_barrel * vdk_sqrtf(r2) / half);
    if (o->vignette_strength > 0.0f) {
        float beyond = vdk_sqrtf(r2) / half - o->vignette_radius;
        factor *= 1.0f - o->vignette_strength * smooth_step(beyond / o->vignette_softness);
    }
    if (o->mask) factor *= 1.0f - o->mask_strength * (1.0f - mask_at(o, x, y));
    return factor;
}

void vd_vignette_rows(const vd_effects_options *o, int y, int rows, float *rgba)
{
    for (int r = 0; r < rows; r++)
        for (int x = 0; x < o->width; x++) {
            float factor = vignette_at(o, (float)x + 0.5f, (float)(y + r) + 0.5f);
            float *pixel = rgba + 4 * ((size_t)r * (size_t)o->width + (size_t)x);
            for (int c = 0; c < 3; c++) pixel[c] *= factor;
        }
}

/* ---- grain --------------------------------------------------------------------------------- */

/** A number of variance 1 of a lattice point: the sum of four uniform ones, about normal. */
static float at_point(uint32_t seed, int i, int j)
{
    uint32_t hash = vdk_hash_combine(vdk_hash_combine(seed, (uint32_t)i), (uint32_t)j);
    float sum = 0.0f;
    for (int k = 0; k < 4; k++) sum += (float)((hash >> (8 * k)) & 0xffu) * (1.0f / 255.0f) - 0.5f;
    return sum * 1.7252f; /* sqrt(3), and as much again as bytes are few */
}

/** Noise of variance 1 at a place on the lattice. Between four points a smooth blend of them, whose
 *  weights' squares add up to less than 1, which is made good. */
static float noise_at(uint32_t seed, float x, float y)
{
    int i = vdk_ifloor(x), j = vdk_ifloor(y);
    float u = smooth_step(x - (float)i), v = smooth_step(y - (float)j);
    float w[4] = {(1.0f - u) * (1.0f - v), u * (1.0f - v), (1.0f - u) * v, u * v};
    float sum = 0.0f, squares = 0.0f;
    for (int k = 0; k < 4; k++) {
        sum += w[k] * at_point(seed, i + (k & 1), j + (k >> 1));
        squares += w[k] * w[k];
    }
    return sum / vdk_sqrtf(squares);
}

void vd_grain_rows(const vd_effects_options *o, int y, int rows, float *rgba)
{
    const float grains = 1.0f / (o->grain_size * (float)o->width); /* a pixel's width */
    const float shown = o->grain * vdk_min(1.0f, 1.0f / grains);
    const uint32_t seed = vdk_hash(o->seed ^ 0x67726169u);
    const float common = 0.70710678f;
    for (int r = 0; r < rows; r++)
        for (int x = 0; x < o->width; x++) {
            float *pixel = rgba + 4 * ((size_t)r * (size_t)o->width + (size_t)x);
            float gx = ((float)x + 0.5f) * grains, gy = ((float)(y + r) + 0.5f) * grains;
            float all = noise_at(seed, gx, gy);
            for (int c = 0; c < 3; c++) {
                float own = noise_at(vdk_hash_combine(seed, (uint32_t)c + 1u), gx, gy);
                /* The mean of 2^n is above 1, by the second factor. */
                float stops = shown * common * (all + own);
                pixel[c] *= vdk_exp2f(stops - 0.34657359f * shown * shown);
            }
        }
}
