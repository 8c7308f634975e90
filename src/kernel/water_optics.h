/* Water as an optical medium: its surface as facets of a dielectric, and what lies between that and
 * the bed.
 *
 * A facet reflects the exact share that Fresnel's equations have for unpolarised light, and lets
 * the rest through by Snell's law. Facets are those of GGX (microfacet.h) about the normal of the
 * waves that are seen, chosen among the visible ones. All that a facet reflects goes up and all it
 * lets through goes down: a direction that would not is mirrored in the level plane, in the samples
 * and in the density alike, and no light is lost among facets. So reflection times cosine is
 * Fresnel's share times the density of samples, and every sample weighs 1: a surface of any
 * roughness returns just what falls on it. (Smith's shadowing of what leaves is left out, as light
 * that meets a second facet mostly leaves by it; at a grazing view that is the nearer truth.)
 *
 * Radiance grows by the square of the index on its way into water and shrinks by it on its way out
 * (Nicodemus 1963, "Radiance"; Mobley 1994, "Light and Water", equation 4.21).
 *
 * The water itself absorbs and scatters. Scattering is evenly into all directions, at twice the
 * backscattering coefficient: what is scattered forward goes on as if nothing had been (the
 * quasi-single-scattering approximation of Gordon 1973, "Simple Calculation of the Diffuse
 * Reflectance of the Ocean", Applied Optics 12).
 *
 * A path's distance to its next event is sampled from a mixture of exponentials, one a colour, by
 * the root of what each colour scatters. Light that a ray finds at distance t, so much deeper as
 * its cosine c_v says, has come down as deep before, however often it was scattered, and absorption
 * a has left at most e^(-a t c_v) of it: so the exponential is that of k + a c_v, and what light is
 * lost on the way down takes back what the weight has more. A lamp in the water is not so lost, and
 * scenes with lamps use k alone. */
#ifndef VDK_WATER_OPTICS_H
#define VDK_WATER_OPTICS_H

#include "microfacet.h"
#include "water_data.h"

/** The share of light that a smooth dielectric reflects, of index eta over that of the side from
 *  which light comes at this cosine. */
VD_FN float vdk_fresnel(float cosine, float eta)
{
    float under = 1.0f - (1.0f - cosine * cosine) / (eta * eta);
    if (under <= 0.0f) return 1.0f;
    float through = eta * vdk_sqrtf(under); /* times eta */
    float across = (cosine - through) / (cosine + through);
    float e2 = eta * eta;
    float along = (e2 * cosine - through) / (e2 * cosine + through);
    return 0.5f * (across * across + along * along);
}

/* Facets about a normal, seen from one side. */
typedef struct vdk_water_facets {
    vdk_vec normal; /* unit, on the side that is seen */
    vdk_vec wo;     /* in its frame, z > 0 */
    float side;     /* 1 from above, -1 from below */
    int is_mirror;  /* one facet, of no roughness: what it reflects is found by samples alone */
    float alpha;
    float eta;      /* index of the other side over that of this */
    float brighter; /* about how much brighter what it mirrors is than what comes through it */
} vdk_water_facets;

/** The facets of a surface of these slopes and roughness, seen from wo. brighter: see above, for
 *  the choice of samples alone. */
VD_FN vdk_water_facets vdk_water_facets_make(float east, float north, float alpha, vdk_vec wo,
                                             float brighter)
{
    const float least = 1.0e-4f;
    vdk_water_facets f;
    f.side = wo.z < 0.0f ? -1.0f : 1.0f;
    f.normal = vdk_vec_normalize(vdk_vec_make(-east * f.side, -north * f.side, f.side));
    f.wo = vdk_vec_to_frame(f.normal, wo);
    f.wo.z = vdk_max(vdk_abs(f.wo.z), least);
    f.is_mirror = !(alpha > 0.0f);
    f.alpha = vdk_clamp(alpha, VDK_ALPHA_MIN, 1.0f);
    f.eta = f.side > 0.0f ? VDK_WATER_INDEX : 1.0f / VDK_WATER_INDEX;
    f.brighter = brighter;
    return f;
}

/** The chance by which a facet that reflects this share is taken to reflect: as much of all light
 *  as comes that way. */
VD_FN float vdk_facet_chance(VDK_PRIVATE const vdk_water_facets *f, float share)
{
    return share * f->brighter / (share * f->brighter + (1.0f - share));
}

/** Adds what one facet does to vdk_water_reflects(), that mirrors wo into wi. */
VD_FN void vdk_facet_reflects(VDK_PRIVATE const vdk_water_facets *f, vdk_vec wi,
                              VDK_PRIVATE float *reflected, VDK_PRIVATE float *density)
{
    float pdf;
    vdk_vec in_frame = vdk_vec_to_frame(f->normal, wi);
    vdk_vec sum = vdk_vec_add(f->wo, in_frame);
    float length2 = vdk_vec_dot(sum, sum);
    if (!(sum.z > 0.0f) || length2 < 1.0e-8f) return;
    vdk_vec h = vdk_vec_scale(sum, 1.0f / vdk_sqrtf(length2));
    vdk_ggx_eval(f->alpha, f->wo, in_frame, h, &pdf);
    float share = vdk_fresnel(vdk_vec_dot(f->wo, h), f->eta);
    *reflected += share * pdf;
    *density += vdk_facet_chance(f, share) * pdf;
}

/** Reflection times cosine for a direction, and the density of samples there. */
VD_FN float vdk_water_reflects(VDK_PRIVATE const vdk_water_facets *f, vdk_vec wi,
                               VDK_PRIVATE float *density)
{
    float reflected = 0.0f;
    *density = 0.0f;
    if (!(wi.z * f->side > 0.0f) || f->is_mirror) return 0.0f;
    vdk_facet_reflects(f, wi, &reflected, density);
    vdk_facet_reflects(f, vdk_vec_make(wi.x, wi.y, -wi.z), &reflected, density);
    return reflected;
}

/** Samples a direction by three uniform numbers; whether it goes through is its side. Returns the
 *  weight of radiance that comes from there; *density is unread for one that goes through. */
VD_FN float vdk_water_sample(VDK_PRIVATE const vdk_water_facets *f, float u, float v, float w,
                             VDK_PRIVATE vdk_vec *wi, VDK_PRIVATE float *density)
{
    const float only_way = 1.0e30f;
    vdk_vec mirrored = vdk_vec_make(-f->wo.x, -f->wo.y, f->wo.z);
    if (!f->is_mirror) mirrored = vdk_ggx_sample(f->alpha, f->wo, v, u);
    vdk_vec h = vdk_ggx_half(f->wo, mirrored);
    float c = vdk_vec_dot(f->wo, h), e = 1.0f / f->eta;
    float share = vdk_fresnel(c, f->eta), chance = vdk_facet_chance(f, share);
    *density = only_way;
    if (w < chance) {
        *wi = vdk_vec_from_frame(f->normal, mirrored.x, mirrored.y, mirrored.z);
        if (wi->z * f->side < 0.0f) wi->z = -wi->z;
        if (f->is_mirror) return share / chance;
        float reflected = vdk_water_reflects(f, *wi, density);
        return *density > 0.0f ? reflected / *density : 0.0f;
    }
    float under = vdk_sqrtf(vdk_max(1.0f - (1.0f - c * c) * (e * e), 0.0f));
    vdk_vec t = vdk_vec_add(vdk_vec_scale(h, c * e - under), vdk_vec_scale(f->wo, -e));
    *wi = vdk_vec_normalize(vdk_vec_from_frame(f->normal, t.x, t.y, t.z));
    if (wi->z * f->side > 0.0f) wi->z = -wi->z;
    return e * e * (1.0f - share) / (1.0f - chance);
}

/** A direction of the air as it is below a level surface. */
VD_FN vdk_vec vdk_into_water(vdk_vec wi)
{
    const float e = 1.0f / VDK_WATER_INDEX;
    return vdk_vec_make(wi.x * e, wi.y * e, vdk_sqrtf(1.0f - (1.0f - wi.z * wi.z) * (e * e)));
}

/** What is left of light after so many metres of water. */
VD_FN vdk_vec vdk_water_left(VDK_SCENE const vdk_water *water, float metres)
{
    vdk_vec k = vdk_vec_scale(vdk_vec_add(water->absorption, water->scattering), -metres);
    return vdk_vec_make(vdk_expf(k.x), vdk_expf(k.y), vdk_expf(k.z));
}

/** The root of what is scattered of all that a metre of water takes. */
VD_FN float vdk_root_share(float scattering, float extinction)
{
    return scattering > 0.0f ? vdk_sqrtf(scattering / extinction) : 0.0f;
}

/** How far light of a path goes in water, at most so many metres. Returns whether it is scattered
 *  there, before the end. sinks: metres deeper for a metre of it, 0 if it rises or there are lamps.
 *  *throughput is multiplied by what that is worth. */
VD_FN int vdk_water_event(VDK_SCENE const vdk_water *water, float u, float v, float most,
                          float sinks, VDK_PRIVATE float *metres, VDK_PRIVATE vdk_vec *throughput)
{
    vdk_vec scattering = water->scattering;
    vdk_vec k = vdk_vec_add(water->absorption, scattering);
    vdk_vec weight = vdk_vec_make(throughput->x * vdk_root_share(scattering.x, k.x),
                                  throughput->y * vdk_root_share(scattering.y, k.y),
                                  throughput->z * vdk_root_share(scattering.z, k.z));
    float sum = weight.x + weight.y + weight.z;
    *metres = most;
    if (!(sum > 0.0f)) { /* nothing is scattered: all ends at the bed */
        *throughput = vdk_vec_mul(*throughput, vdk_water_left(water, most));
        return 0;
    }
    weight = vdk_vec_scale(weight, 1.0f / sum);
    vdk_vec rate = vdk_vec_add(k, vdk_vec_scale(water->absorption, sinks));
    float chosen = u < weight.x ? rate.x : u < weight.x + weight.y ? rate.y : rate.z;
    float t = -vdk_logf(1.0f - v) / chosen;
    int is_event = t < most;
    *metres = vdk_min(t, most);
    vdk_vec left = vdk_water_left(water, *metres);
    vdk_vec chance =
        vdk_vec_make(weight.x * vdk_expf(-rate.x * *metres), weight.y * vdk_expf(-rate.y * *metres),
                     weight.z * vdk_expf(-rate.z * *metres));
    if (is_event) {
        chance = vdk_vec_mul(chance, rate);
        left = vdk_vec_mul(left, scattering);
    }
    float pdf = chance.x + chance.y + chance.z;
    if (!(pdf > 0.0f)) {
        *throughput = vdk_vec_make(0.0f, 0.0f, 0.0f);
        return is_event;
    }
    *throughput = vdk_vec_mul(*throughput, vdk_vec_scale(left, 1.0f / pdf));
    return is_event;
}

#endif
