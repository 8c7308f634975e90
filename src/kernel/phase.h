/* Phase functions: how light that is scattered in the air is spread over directions, per steradian.
 *
 * One lobe is Henyey and Greenstein's (1941, "Diffuse radiation in the Galaxy", equation 2), of the
 * mean cosine g. Droplets of water scatter by Lorenz and Mie's theory, far more sharply forward and
 * with more to the sides than one such lobe can: their function is near a share of such a lobe and
 * the rest of one of Draine's (2003, "Scattering by Interstellar Dust Grains. I", equation 10),
 *     D(c) = (1 - g^2) (1 + a c^2) / (4 pi (1 + a (1 + 2 g^2) / 3) (1 + g^2 - 2 g c)^(3/2)),
 * by Jendersie and d'Eon (2023, "An Approximate Mie Scattering Function for Fog and Cloud
 * Rendering"), whose fit is in media/droplets.c. It has neither fogbow nor glory.
 *
 * Both are sampled exactly, and a mixture by the choice of a lobe. With k = 1 + g^2 and the
 * distance s = sqrt(k - 2 g c) for a cosine, b = a / (4 g^2), Draine's distribution is
 *     u = G(s) - G(1 - g) over G(1 + g) - G(1 - g),  G(s) = -(1 + b k^2) / s - 2 b k s + b s^3 / 3,
 * so that s is the only positive root of s^4 - 6 k s^2 + q s - 3 (1 / b + k^2), where q = -3 G / b.
 * That is Ferrari's, by a cubic that has one real root alone, whatever q (Jendersie and d'Eon give
 * the same inverse, in another form).
 *
 * A lobe of droplets is a fraction of a degree wide, and a cosine, as a float, says an angle
 * of so little badly: for them angles are known by 1 - cosine, half the square of the chord. */
#ifndef VDK_PHASE_H
#define VDK_PHASE_H

#include "math.h"

typedef struct vdk_phase {
    float g;        /* mean cosine of Henyey and Greenstein's lobe */
    float draine;   /* share of Draine's; 0: there is none, and the rest is unread */
    float draine_g; /* above 0 */
    float draine_a; /* above 0 */
} vdk_phase;

/* ---- Henyey and Greenstein's lobe ---------------------------------------------------------- */

/** For the cosine between the way that light comes and the way it goes on. */
VD_FN float vdk_lobe(float g, float cosine)
{
    float d = 1.0f + g * (g - 2.0f * cosine);
    return 0.25f * VDK_INV_PI * (1.0f - g * g) / (d * vdk_sqrtf(d));
}

/** A direction about an axis, by the cosine to it and the sine. */
VD_FN vdk_vec vdk_lobe_turned(vdk_vec axis, float sine_to, float z, float v)
{
    float sine, cosine;
    vdk_sincos_turns(v, &sine, &cosine);
    return vdk_vec_from_frame(axis, sine_to * cosine, sine_to * sine, z);
}

VD_FN vdk_vec vdk_lobe_sample(float g, vdk_vec axis, float u, float v)
{
    float z = 1.0f - 2.0f * u;
    if (vdk_abs(g) > 1.0e-3f) {
        float root = (1.0f - g * g) / (1.0f - g * z);
        z = vdk_clamp((1.0f + g * g - root * root) / (2.0f * g), -1.0f, 1.0f);
    }
    return vdk_lobe_turned(axis, vdk_sqrtf(vdk_max(1.0f - z * z, 0.0f)), z, v);
}

/* ---- droplets: x is 1 - cosine ------------------------------------------------------------- */

/** Half the square of the chord between where light goes, to wo, and where light from wi would go
 *  unscattered. */
VD_FN float vdk_phase_chord(vdk_vec wo, vdk_vec wi)
{
    vdk_vec chord = vdk_vec_add(wo, wi);
    return vdk_min(0.5f * vdk_vec_dot(chord, chord), 2.0f);
}

/** vdk_lobe() of g > 0. */
VD_FN float vdk_lobe_sharp(float g, float x)
{
    float e = 1.0f - g, d = e * e + 2.0f * g * x;
    return 0.25f * VDK_INV_PI * e * (1.0f + g) / (d * vdk_sqrtf(d));
}

/** The same sampled. */
VD_FN float vdk_lobe_sharp_sample(float g, float u)
{
    float e = 1.0f - g, below = 1.0f + g - 2.0f * g * u;
    float root = e * (1.0f + g) / below;
    return vdk_clamp(e * u * (root + e) / below, 0.0f, 2.0f);
}

VD_FN float vdk_draine(float g, float a, float x)
{
    float cosine = 1.0f - x, norm = 1.0f + a * (1.0f + 2.0f * g * g) * (1.0f / 3.0f);
    return vdk_lobe_sharp(g, x) * (1.0f + a * cosine * cosine) / norm;
}

/** The cube root of what is above 0. */
VD_FN float vdk_cube_root(float x)
{
    return vdk_exp2f(vdk_log2f(x) * (1.0f / 3.0f));
}

/** q of the quartic for a distance s. */
VD_FN float vdk_draine_q(float k, float b, float s)
{
    return (3.0f / b + 3.0f * k * k + s * s * (6.0f * k - s * s)) / s;
}

VD_FN float vdk_draine_sample(float g, float a, float u)
{
    float k = 1.0f + g * g, b = a / (4.0f * g * g), r = 4.0f / b;
    float q = vdk_lerp(vdk_draine_q(k, b, 1.0f - g), vdk_draine_q(k, b, 1.0f + g), u);
    float half_q = 0.5f * (q * q - 12.0f * k * r) - 32.0f * k * k * k; /* z^3 + 3 r z - q' = 0 */
    float w = vdk_cube_root(vdk_abs(half_q) + vdk_sqrtf(half_q * half_q + r * r * r));
    float z = w - r / w;
    float y = 4.0f * k + (half_q < 0.0f ? -z : z), m = vdk_sqrtf(y);
    float s = 0.5f * (vdk_sqrtf(vdk_max(12.0f * k - y + 2.0f * q / m, 0.0f)) - m);
    return vdk_clamp((s - (1.0f - g)) * (s + 1.0f - g) / (2.0f * g), 0.0f, 2.0f);
}

VD_FN float vdk_droplets(VDK_SCENE const vdk_phase *p, float x)
{
    return (1.0f - p->draine) * vdk_lobe_sharp(p->g, x) +
           p->draine * vdk_draine(p->draine_g, p->draine_a, x);
}

VD_FN float vdk_droplets_sample(VDK_SCENE const vdk_phase *p, float u)
{
    if (u < p->draine) return vdk_draine_sample(p->draine_g, p->draine_a, u / p->draine);
    return vdk_lobe_sharp_sample(p->g, (u - p->draine) / (1.0f - p->draine));
}

/* ---- a medium's ---------------------------------------------------------------------------- */

/** The phase function of light from wi that goes to wo. */
VD_FN float vdk_phase_between(VDK_SCENE const vdk_phase *p, vdk_vec wo, vdk_vec wi)
{
    if (!(p->draine > 0.0f)) return vdk_lobe(p->g, vdk_clamp(-vdk_vec_dot(wo, wi), -1.0f, 1.0f));
    return vdk_droplets(p, vdk_phase_chord(wo, wi));
}

/** Where light that goes to wo may have come from, by the phase function. */
VD_FN vdk_vec vdk_phase_sample(VDK_SCENE const vdk_phase *p, vdk_vec wo, float u, float v)
{
    vdk_vec axis = vdk_vec_scale(wo, -1.0f);
    if (!(p->draine > 0.0f)) return vdk_lobe_sample(p->g, axis, u, v);
    float x = vdk_droplets_sample(p, u);
    return vdk_lobe_turned(axis, vdk_sqrtf(x * (2.0f - x)), 1.0f - x, v);
}

#endif
