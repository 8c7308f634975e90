/* Light reflected by a rough surface once: microfacets of the GGX distribution (Walter et al. 2007,
 * "Microfacet Models for Refraction through Rough Surfaces", after Trowbridge and Reitz 1975).
 *
 * alpha is the square of the roughness, as Burley 2012 has it and Blender's Principled BSDF. It
 * ends at VDK_ALPHA_MIN, a lobe 0.05 degrees wide, ten times narrower than the sun: what is called
 * a mirror has it, and so is no special case.
 *
 * Masking and shadowing are Smith's, correlated by height (Heitz 2014, "Understanding the
 * Masking-Shadowing Function", equations 72 and 99). With S(c) = sqrt(c^2 + alpha^2 (1 - c^2)) they
 * are
 *     G1(o) = 2 c_o / (c_o + S(c_o)),   G2(i, o) = 2 c_i c_o / (c_o S(c_i) + c_i S(c_o)).
 * Normals are sampled among those that are seen, by the spherical cap that mirrors them (Dupuy and
 * Benyoub 2023, "Sampling Visible GGX Normals with Spherical Caps", listing 3), which leaves a
 * weight of F G2 / G1.
 *
 * All vectors are in the frame of the normal. How much is reflected at all, microfacet_table.h has
 * in numbers: E(c) of white facets (F = 1), and B(c) of facets whose F is (1 - c_h)^5, so that with
 * Schlick's Fresnel term (1994) the albedo is F0 (E - B) + F90 B. */
#ifndef VDK_MICROFACET_H
#define VDK_MICROFACET_H

#include "microfacet_table.h"

#define VDK_ALPHA_MIN 4.0e-4f
#define VDK_ROUGHNESS_MIN 0.02f

VD_FN float vdk_fifth_power(float x)
{
    float x2 = x * x;
    return x2 * x2 * x;
}

VD_FN float vdk_ggx_alpha(float roughness)
{
    return vdk_max(roughness * roughness, VDK_ALPHA_MIN);
}

/** S(c) above. */
VD_FN float vdk_ggx_slant(float alpha, float cosine)
{
    float c2 = cosine * cosine;
    return vdk_sqrtf(c2 + alpha * alpha * (1.0f - c2));
}

/** The density of facets of normal h, per steradian and area of the surface they make up. */
VD_FN float vdk_ggx_density(float alpha, vdk_vec h)
{
    float a2 = alpha * alpha;
    float d = h.x * h.x + h.y * h.y + a2 * (h.z * h.z);
    return a2 / (VDK_PI * (d * d));
}

/** The normal halfway between two directions. */
VD_FN vdk_vec vdk_ggx_half(vdk_vec wo, vdk_vec wi)
{
    return vdk_vec_normalize(vdk_vec_add(wo, wi));
}

/** The part of a white BSDF times the cosine of wi; the pdf of vdk_ggx_sample() comes with it. Both
 *  directions are above the surface. */
VD_FN float vdk_ggx_eval(float alpha, vdk_vec wo, vdk_vec wi, vdk_vec h, VDK_PRIVATE float *pdf)
{
    float slant_o = vdk_ggx_slant(alpha, wo.z), slant_i = vdk_ggx_slant(alpha, wi.z);
    float half_density = 0.5f * vdk_ggx_density(alpha, h);
    *pdf = half_density / (wo.z + slant_o);
    return half_density * wi.z / (wo.z * slant_i + wi.z * slant_o);
}

/** The direction into which a facet, chosen among those that wo sees, mirrors it; below the surface
 *  where light is lost to others. */
VD_FN vdk_vec vdk_ggx_sample(float alpha, vdk_vec wo, float u, float v)
{
    float s, c;
    vdk_vec stretched = vdk_vec_normalize(vdk_vec_make(alpha * wo.x, alpha * wo.y, wo.z));
    float z = (1.0f - v) * (1.0f + stretched.z) - stretched.z;
    float radius = vdk_sqrtf(vdk_max(1.0f - z * z, 0.0f));
    vdk_sincos_turns(u, &s, &c);
    vdk_vec cap = vdk_vec_add(vdk_vec_make(radius * c, radius * s, z), stretched);
    vdk_vec h = vdk_vec_make(alpha * cap.x, alpha * cap.y, vdk_max(cap.z, 0.0f));
    float length2 = vdk_vec_dot(h, h);
    if (!(length2 > 0.0f)) return vdk_vec_make(-wo.x, -wo.y, wo.z);
    return vdk_vec_scale(vdk_vec_mirror(wo, vdk_vec_scale(h, 1.0f / vdk_sqrtf(length2))), -1.0f);
}

/* ---- albedo -------------------------------------------------------------------------------- */

/* Where a roughness lies among the rows of the tables. */
typedef struct vdk_ggx_row {
    int index;
    float t;
    float place; /* 0 to 1 */
    float bend;  /* of the columns: see vdk_ggx_albedo() */
} vdk_ggx_row;

/* E and B. */
typedef struct vdk_ggx_albedo {
    float white, schlick;
} vdk_ggx_albedo;

VD_FN vdk_ggx_row vdk_ggx_row_of(float roughness)
{
    vdk_ggx_row row;
    row.place = vdk_clamp(roughness, 0.0f, 1.0f);
    float x = row.place * (float)(VDK_GGX_ROWS - 1);
    float r = vdk_max(roughness, VDK_ROUGHNESS_MIN);
    row.index = vdk_imin(vdk_ifloor(x), VDK_GGX_ROWS - 2);
    row.t = x - (float)row.index;
    row.bend = r * vdk_sqrtf(r);
    return row;
}

/** A column's place, 0 to 1, for a cosine. It crowds them at grazing angles as narrow as the lobe.
 */
VD_FN float vdk_ggx_column(float bend, float cosine)
{
    return vdk_sqrtf(cosine * (1.0f + bend) / (cosine + bend));
}

VD_FN float vdk_ggx_table(VDK_PRIVATE const vdk_ggx_row *row, int column, float t, int item)
{
    int at = 2 * (row->index * VDK_GGX_COLUMNS + column) + item;
    float a = vdk_lerp(vdk_ggx_tables[at], vdk_ggx_tables[at + 2], t);
    at += 2 * VDK_GGX_COLUMNS;
    return vdk_lerp(a, vdk_lerp(vdk_ggx_tables[at], vdk_ggx_tables[at + 2], t), row->t);
}

/** E and B of a cosine; off by less than 0.004. B is tabulated as what B / E has above (1 -
 *  cosine)^5, which is how much a smooth surface would have. */
VD_FN vdk_ggx_albedo vdk_ggx_albedo_of(VDK_PRIVATE const vdk_ggx_row *row, float cosine)
{
    vdk_ggx_albedo albedo;
    float y = vdk_ggx_column(row->bend, cosine) * (float)(VDK_GGX_COLUMNS - 1);
    int column = vdk_imin(vdk_ifloor(y), VDK_GGX_COLUMNS - 2);
    float t = y - (float)column;
    albedo.white = vdk_ggx_table(row, column, t, 0);
    albedo.schlick =
        albedo.white * (vdk_ggx_table(row, column, t, 1) + vdk_fifth_power(1.0f - cosine));
    return albedo;
}

/** Their means over a cosine-weighted hemisphere. A smooth surface loses so little that what a lobe
 *  makes good must be normalised by the loss of these very look-ups: hence rows in between. */
VD_FN vdk_ggx_albedo vdk_ggx_mean_albedo(VDK_PRIVATE const vdk_ggx_row *row)
{
    vdk_ggx_albedo albedo;
    float x = row->place * (float)(VDK_GGX_MEANS - 1);
    int index = vdk_imin(vdk_ifloor(x), VDK_GGX_MEANS - 2), at = 2 * index;
    float t = x - (float)index;
    albedo.white = vdk_lerp(vdk_ggx_means[at], vdk_ggx_means[at + 2], t);
    albedo.schlick = vdk_lerp(vdk_ggx_means[at + 1], vdk_ggx_means[at + 3], t);
    return albedo;
}

#endif
