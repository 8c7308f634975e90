/* The path integrator: radiance that leaves the ground towards the eye (Kajiya 1986, "The Rendering
 * Equation", with next-event estimation).
 *
 * At each vertex one sun is chosen in proportion to what it can give and one direction of its disc
 * is sampled; another direction is sampled from the BSDF (cosine about the shading normal), which
 * finds the sky, the suns' discs and the next vertex. Discs are found by both and weighted by the
 * balance heuristic (Veach 1997, section 9.2.2.1). A direction that the shading normal allows but
 * the patch does not meets the ground where it starts and bounces again, so no energy is lost.
 *
 * shadow_strength s < 1 lets the part 1 - s of a sun's light through the terrain that stands before
 * it; 1 is physical. */
#ifndef VDK_INTEGRATOR_H
#define VDK_INTEGRATOR_H

#include "border.h"
#include "lights.h"
#include "sampler.h"
#include "surface.h"

/* Pads of random numbers: one for the pixel, then so many a vertex. */
enum {
    VDK_PAD_PIXEL = 0,
    VDK_PAD_FIRST_VERTEX = 1,
    VDK_PAD_SUN = 0,
    VDK_PAD_SUN_CHOICE = 1,
    VDK_PAD_BSDF = 2,
    VDK_PAD_ROULETTE = 3,
    VDK_PADS_PER_VERTEX = 4
};

/* Unlimited paths play roulette from this vertex on. */
#define VDK_ROULETTE_FROM 4

typedef struct vdk_path {
    vdk_vec radiance;
    vdk_vec throughput;
    vdk_uint rays;
} vdk_path;

VD_FN float vdk_visibility(VDK_SCENE const vdk_scene *scene, int is_blocked)
{
    return is_blocked ? 1.0f - scene->shadow_strength : 1.0f;
}

/** Adds the light of one sun by next-event estimation. */
VD_FN void vdk_add_sun(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sampler *sampler,
                       vdk_uint pad, vdk_position p, VDK_PRIVATE const vdk_surface *s, float total,
                       VDK_PRIVATE vdk_path *path)
{
    float u, v, probability;
    float pick = scene->sun_count > 1 ? vdk_sample_1d(sampler, pad + VDK_PAD_SUN_CHOICE) : 0.0f;
    VDK_SCENE const vdk_sun *sun =
        &scene->suns[vdk_sun_choose(scene, s->shading, total, pick, &probability)];
    vdk_sample_2d(sampler, pad + VDK_PAD_SUN, &u, &v);
    vdk_vec wi = vdk_sun_sample(sun, u, v);
    float cosine = vdk_vec_dot(s->shading, wi);
    float fade = vdk_terminator(s, wi);
    if (!(cosine > 0.0f) || !(fade > 0.0f)) return;

    float pdf_bsdf = cosine * VDK_INV_PI;
    float factor = cosine * VDK_INV_PI * fade / probability;
    vdk_vec light = sun->irradiance;
    if (sun->cos_half < 1.0f) {
        light = sun->radiance;
        factor /= sun->pdf;
        factor *= probability * sun->pdf / (probability * sun->pdf + pdf_bsdf);
    }
    vdk_position hit;
    vdk_ray ray = vdk_ray_make(&scene->terrain, p, wi, 1);
    factor *= vdk_visibility(scene, vdk_trace(&scene->terrain, &ray, &hit));
    path->rays++;
    path->radiance = vdk_vec_add(
        path->radiance,
        vdk_vec_scale(vdk_vec_mul(vdk_vec_mul(path->throughput, s->albedo), light), factor));
}

/** Adds the suns whose discs a direction sampled from the BSDF meets. */
VD_FN void vdk_add_discs(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_surface *s,
                         vdk_vec wi, int is_blocked, float total, VDK_PRIVATE vdk_path *path)
{
    float pdf_bsdf = vdk_max(vdk_vec_dot(s->shading, wi), 0.0f) * VDK_INV_PI;
    for (int i = 0; i < scene->sun_count; i++) {
        VDK_SCENE const vdk_sun *sun = &scene->suns[i];
        if (!vdk_sun_covers(sun, wi)) continue;
        float pdf_sun = vdk_sun_weight(sun, s->shading) / total * sun->pdf;
        float factor = vdk_visibility(scene, is_blocked) * vdk_terminator(s, wi) * pdf_bsdf /
                       (pdf_sun + pdf_bsdf);
        path->radiance = vdk_vec_add(
            path->radiance,
            vdk_vec_scale(vdk_vec_mul(vdk_vec_mul(path->throughput, s->albedo), sun->radiance),
                          factor));
    }
}

/** Ends a path at random; what goes on is made stronger by as much. Returns 0 at its end. */
VD_FN int vdk_roulette(VDK_PRIVATE const vdk_sampler *sampler, vdk_uint pad,
                       VDK_PRIVATE vdk_path *path)
{
    float survival = vdk_min(vdk_vec_max(path->throughput), 0.98f);
    if (vdk_sample_1d(sampler, pad + VDK_PAD_ROULETTE) >= survival) return 0;
    path->throughput = vdk_vec_scale(path->throughput, 1.0f / survival);
    return 1;
}

/** Radiance leaving the surface at p upward; *rays is increased by the rays traced. */
VD_FN vdk_vec vdk_radiance(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sampler *sampler,
                           vdk_position p, VDK_PRIVATE vdk_uint *rays)
{
    vdk_path path;
    path.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    path.throughput = vdk_vec_make(1.0f, 1.0f, 1.0f);
    path.rays = 0;
    for (int depth = 0;; depth++) {
        vdk_uint pad = VDK_PAD_FIRST_VERTEX + (vdk_uint)depth * VDK_PADS_PER_VERTEX;
        vdk_surface s = vdk_surface_at(scene, p);
        float total = vdk_sun_total_weight(scene, s.shading);
        if (total > 0.0f) vdk_add_sun(scene, sampler, pad, p, &s, total, &path);

        if (depth == scene->bounces && !vdk_has_light_outside(scene)) break;
        float u, v, sine, cosine;
        vdk_sample_2d(sampler, pad + VDK_PAD_BSDF, &u, &v);
        vdk_sincos_turns(v, &sine, &cosine);
        float radius = vdk_sqrtf(u);
        vdk_vec wi = vdk_vec_from_frame(s.shading, radius * cosine, radius * sine,
                                        vdk_sqrtf(vdk_max(1.0f - u, 0.0f)));
        vdk_ray ray = vdk_ray_make(&scene->terrain, p, wi, 1);
        int is_blocked = vdk_trace(&scene->terrain, &ray, &p);
        path.rays++;
        if (total > 0.0f) vdk_add_discs(scene, &s, wi, is_blocked, total, &path);
        path.throughput = vdk_vec_mul(path.throughput, s.albedo);
        if (!is_blocked) {
            path.radiance = vdk_vec_add(
                path.radiance, vdk_vec_mul(path.throughput, vdk_sky_radiance(&scene->sky, wi)));
            break;
        }
        if (depth == scene->bounces) break;
        if (scene->bounces == VDK_UNLIMITED && depth >= VDK_ROULETTE_FROM &&
            !vdk_roulette(sampler, pad, &path))
            break;
        if (!(vdk_vec_max(path.throughput) > 0.0f)) break;
    }
    *rays += path.rays;
    return path.radiance;
}

#endif
