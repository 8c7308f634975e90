/* Light reflected by a rough matte surface: EON (Portsmouth, Kutz and Hill 2025, "EON: A Practical
 * Energy-Preserving Rough Diffuse BRDF").
 *
 * Once scattered, it is Fujii's form of Oren and Nayar 1994: of a white surface
 *     (A / pi) (1 + sigma s / t),   s = wi . wo - c_i c_o,   t = max(c_i, c_o) where s > 0, else 1,
 *     A = 1 / (1 + (1/2 - 2 / (3 pi)) sigma),
 * times the albedo. Light scattered more often makes good what that loses, after Kulla and Conty
 * 2017 ("Revisiting Physically Based Shading at Imageworks"): with the albedo E(c) = A (1 + sigma
 * G(c)) of the above and its mean M = A (1 + (2/3 - 28 / (15 pi)) sigma) it is
 *     (rho' / pi) (1 - E(c_i)) (1 - E(c_o)) / (1 - M),   rho' = rho^2 M / (1 - rho (1 - M)).
 * So a white surface returns all light, and sigma = 0 is Lambert's law. */
#ifndef VDK_DIFFUSE_H
#define VDK_DIFFUSE_H

#include "math.h"

/** G(c): 0.0724881 on average. A polynomial fitted to its closed form, off by less than 4.3e-4. */
VD_FN float vdk_eon_excess(float cosine)
{
    float x = 1.0f - cosine;
    return x * (0.0513885f + x * (0.5227487f + x * (-0.3809389f + x * 0.0950159f)));
}

/** A above. */
VD_FN float vdk_eon_scale(float sigma)
{
    return 1.0f / (1.0f + 0.287793409f * sigma);
}

/** The BRDF of an albedo and a roughness sigma between 0 and 1; both directions are above. */
VD_FN vdk_vec vdk_eon(vdk_vec albedo, float sigma, vdk_vec wo, vdk_vec wi)
{
    if (!(sigma > 0.0f)) return vdk_vec_scale(albedo, VDK_INV_PI);
    float s = wi.x * wo.x + wi.y * wo.y;
    float a = vdk_eon_scale(sigma), mean = a * (1.0f + 0.072488163f * sigma);
    float once = a * (1.0f + sigma * (s > 0.0f ? s / vdk_max(wi.z, wo.z) : s));
    float lost_o = 1.0f - a * (1.0f + sigma * vdk_eon_excess(wo.z));
    float lost_i = 1.0f - a * (1.0f + sigma * vdk_eon_excess(wi.z));
    float often = vdk_max(lost_o, 0.0f) * vdk_max(lost_i, 0.0f) / (1.0f - mean) * mean;
    float r = albedo.x, g = albedo.y, b = albedo.z, back = 1.0f - mean;
    vdk_vec sum = vdk_vec_make(r * (once + often * r / (1.0f - r * back)),
                               g * (once + often * g / (1.0f - g * back)),
                               b * (once + often * b / (1.0f - b * back)));
    return vdk_vec_scale(sum, VDK_INV_PI);
}

#endif
