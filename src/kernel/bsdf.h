/* The ground's BSDF: a matte body under a glossy coat, or metal, or a blend of both.
 *
 * The parts, for vdk_material's metallic m and albedo rho of the base colour:
 *   glossy   GGX (microfacet.h) with Schlick's Fresnel term; F0 is 0.08 specular for the coat and
 *            rho for metal. F90 is 1, and sinks with F0 below 0.02, as no real surface has so
 *            little: so specular 0 is no coat at all.
 *   again    what microfacets pass among each other before it leaves, after Kulla and Conty 2017
 *            ("Revisiting Physically Based Shading at Imageworks"), as a lobe
 *            F' (1 - E(c_o)) (1 - E(c_i)) / (pi (1 - M)),   F' = F^2 M / (1 - F (1 - M)),
 *            of their white albedo E, its mean M, and the mean F = F0 + (F90 - F0) / 21. Without
 *            it rough metal is too dark, by a half at roughness 1; a scene may leave it out.
 *   matte    EON (diffuse.h), scaled by (1 - C(c_o)) (1 - C(c_i)) / (1 - N), where C is the albedo
 *            of the coat's two parts above and N its mean: what the coat reflects does not reach
 *            the body. (Kelemen and Szirmay-Kalos 2001, "A Microfacet Based Coupled
 *            Specular-Matte BRDF Model".)
 * All three are reciprocal, and a white ground returns all light, but for the tables' errors. A
 * rough body under a coat has a lobe that is not quite what N is a mean of; it is made darker by as
 * much (VDK_BODY_EXCESS) as it would return too much at most, and returns 2 % too little at worst.
 *
 * Directions are sampled from the visible facets or, for the two other parts, from the cosine; as
 * the second and a rough body shine at grazing angles, from the whole hemisphere evenly too. pdf is
 * that of the mixture, so that every sample is worth its share of all parts.
 *
 * All is in the frame of the shading normal. wo may come from below: it counts as its mirror image
 * in the surface, so that the light is continuous where an interpolated normal turns away from the
 * eye. */
#ifndef VDK_BSDF_H
#define VDK_BSDF_H

#include "diffuse.h"
#include "material.h"
#include "microfacet.h"

#define VDK_BODY_EXCESS 0.0065f

typedef struct vdk_bsdf {
    vdk_vec wo; /* z >= 0 */
    float alpha;
    vdk_vec f0; /* of the glossy part */
    float f90;
    vdk_vec again; /* that lobe's factor of (1 - E(c_i)) */
    vdk_vec body;  /* albedo of the matte part */
    float diffuse_roughness;
    vdk_ggx_row row;
    float coat_f0, coat_f90, coat_again; /* of C */
    float under_coat;                    /* the matte part's factor of 1 - C(c_i) */
    float glossy;                        /* probability of sampling the visible facets */
    float even;                          /* and, of the rest, evenly */
} vdk_bsdf;

/* A direction sampled from a BSDF. */
typedef struct vdk_bsdf_sampled {
    vdk_vec wi;
    vdk_vec weight; /* BSDF times cosine over pdf */
    float pdf;      /* per steradian; 0: there is none, the light is lost */
} vdk_bsdf_sampled;

/** F' of a mean Fresnel term. */
VD_FN float vdk_bsdf_again(float fresnel, float mean)
{
    return fresnel * fresnel * mean / (1.0f - fresnel * (1.0f - mean));
}

/** C(c) of a coat, or N of the means. */
VD_FN float vdk_bsdf_coat(VDK_PRIVATE const vdk_bsdf *b, vdk_ggx_albedo albedo)
{
    return b->coat_f0 * (albedo.white - albedo.schlick) + b->coat_f90 * albedo.schlick +
           b->coat_again * (1.0f - albedo.white);
}

/** Sets how much of the samples each kind of sampling has: as the parts' albedos are. */
VD_FN void vdk_bsdf_share(VDK_PRIVATE vdk_bsdf *b, vdk_ggx_albedo albedo, vdk_ggx_albedo mean)
{
    float glossy = vdk_luminance(b->f0) * (albedo.white - albedo.schlick) + b->f90 * albedo.schlick;
    float again = vdk_luminance(b->again) * VDK_PI * (1.0f - mean.white);
    float rest = vdk_luminance(b->body) * (1.0f - vdk_bsdf_coat(b, albedo)) + again;
    if (!(glossy > 0.0f)) return;
    b->glossy = glossy / (glossy + rest);
    if (again > 0.0f) b->even += 0.5f * again / rest;
}

/** F' of a mean Fresnel term of which F0 is known and F90 is 1. */
VD_FN float vdk_bsdf_metal_again(float f0, float mean)
{
    return vdk_bsdf_again(f0 + (1.0f - f0) / 21.0f, mean);
}

/** Sets what depends on the lobe of light passed among microfacets. */
VD_FN void vdk_bsdf_set_again(VDK_PRIVATE vdk_bsdf *b, VDK_PRIVATE const vdk_material *material,
                              vdk_ggx_albedo albedo, vdk_ggx_albedo mean)
{
    vdk_vec f = material->base_color;
    float m = material->metallic;
    b->coat_again = vdk_bsdf_again(b->coat_f0 + (b->coat_f90 - b->coat_f0) / 21.0f, mean.white);
    vdk_vec again = vdk_vec_make(vdk_lerp(b->coat_again, vdk_bsdf_metal_again(f.x, mean.white), m),
                                 vdk_lerp(b->coat_again, vdk_bsdf_metal_again(f.y, mean.white), m),
                                 vdk_lerp(b->coat_again, vdk_bsdf_metal_again(f.z, mean.white), m));
    b->again = vdk_vec_scale(again, VDK_INV_PI * (1.0f - albedo.white) / (1.0f - mean.white));
}

/** The BSDF of a material seen from wo, unit.
 *  multiscatter  with light that microfacets pass among each other? */
VD_FN vdk_bsdf vdk_bsdf_make(VDK_PRIVATE const vdk_material *material, vdk_vec wo, int multiscatter)
{
    vdk_bsdf b;
    float metallic = material->metallic, coat;
    b.wo = vdk_vec_make(wo.x, wo.y, vdk_abs(wo.z));
    b.alpha = vdk_ggx_alpha(material->roughness);
    b.row = vdk_ggx_row_of(material->roughness);
    b.body = vdk_vec_scale(material->base_color, 1.0f - metallic);
    b.diffuse_roughness = material->diffuse_roughness;
    b.even = 0.25f * b.diffuse_roughness;
    b.coat_f0 = 0.08f * material->specular;
    b.coat_f90 = vdk_min(50.0f * b.coat_f0, 1.0f);
    coat = (1.0f - metallic) * b.coat_f0;
    b.f0 =
        vdk_vec_add(vdk_vec_scale(material->base_color, metallic), vdk_vec_make(coat, coat, coat));
    b.f90 = vdk_lerp(b.coat_f90, 1.0f, metallic);
    b.again = vdk_vec_make(0.0f, 0.0f, 0.0f);
    b.coat_again = 0.0f;
    b.under_coat = 1.0f;
    b.glossy = 0.0f;
    if (b.f90 > 0.0f) {
        vdk_ggx_albedo albedo = vdk_ggx_albedo_of(&b.row, b.wo.z);
        vdk_ggx_albedo mean = vdk_ggx_mean_albedo(&b.row);
        if (multiscatter) vdk_bsdf_set_again(&b, material, albedo, mean);
        b.under_coat = (1.0f - vdk_bsdf_coat(&b, albedo)) / (1.0f - vdk_bsdf_coat(&b, mean));
        b.under_coat *= 1.0f - VDK_BODY_EXCESS * b.diffuse_roughness;
        vdk_bsdf_share(&b, albedo, mean);
    }
    return b;
}

/** BSDF times cosine for a direction, and the pdf of sampling it; both 0 below the surface. */
VD_FN vdk_vec vdk_bsdf_eval(VDK_PRIVATE const vdk_bsdf *b, vdk_vec wi, VDK_PRIVATE float *pdf)
{
    vdk_vec f = vdk_vec_make(0.0f, 0.0f, 0.0f);
    float facets = 0.0f;
    *pdf = 0.0f;
    if (!(wi.z > 0.0f)) return f;
    float under_coat = b->under_coat;
    if (b->f90 > 0.0f) {
        vdk_vec h = vdk_ggx_half(b->wo, wi);
        float white = vdk_ggx_eval(b->alpha, b->wo, wi, h, &facets);
        float schlick = vdk_fifth_power(1.0f - vdk_vec_dot(wi, h));
        vdk_ggx_albedo albedo = vdk_ggx_albedo_of(&b->row, wi.z);
        under_coat *= 1.0f - vdk_bsdf_coat(b, albedo);
        f = vdk_vec_make(vdk_lerp(b->f0.x, b->f90, schlick), vdk_lerp(b->f0.y, b->f90, schlick),
                         vdk_lerp(b->f0.z, b->f90, schlick));
        f = vdk_vec_add(vdk_vec_scale(f, white),
                        vdk_vec_scale(b->again, (1.0f - albedo.white) * wi.z));
    }
    *pdf = b->glossy * facets +
           (1.0f - b->glossy) * ((1.0f - b->even) * wi.z + 0.5f * b->even) * VDK_INV_PI;
    vdk_vec matte = vdk_eon(b->body, b->diffuse_roughness, b->wo, wi);
    return vdk_vec_add(f, vdk_vec_scale(matte, under_coat * wi.z));
}

/** Samples a direction by three uniform numbers, of which w chooses the kind of sampling. */
VD_FN vdk_vec vdk_bsdf_direction(VDK_PRIVATE const vdk_bsdf *b, float u, float v, float w)
{
    if (w < b->glossy) return vdk_ggx_sample(b->alpha, b->wo, v, u);
    float s, c, z;
    z = w - b->glossy < b->even * (1.0f - b->glossy) ? 1.0f - u : vdk_sqrtf(1.0f - u);
    float radius = vdk_sqrtf(vdk_max(1.0f - z * z, 0.0f));
    vdk_sincos_turns(v, &s, &c);
    return vdk_vec_make(radius * c, radius * s, z);
}

VD_FN vdk_bsdf_sampled vdk_bsdf_sample(VDK_PRIVATE const vdk_bsdf *b, float u, float v, float w)
{
    vdk_bsdf_sampled s;
    s.wi = vdk_bsdf_direction(b, u, v, w);
    s.weight = vdk_bsdf_eval(b, s.wi, &s.pdf);
    if (s.pdf > 0.0f) s.weight = vdk_vec_scale(s.weight, 1.0f / s.pdf);
    return s;
}

#endif
