/* Paths over plain ground: Lambertian, under suns and a sky of one or two colours. The shaders in
 * lanes (render/shade.h) do the same.
 *
 * At each vertex one sun is chosen in proportion to what it can give and one direction of its disc
 * is sampled; another direction is sampled from the BSDF (cosine about the shading normal), which
 * finds the sky, the suns' discs and the next vertex. Discs are found by both and weighted by the
 * balance heuristic (Veach 1997, section 9.2.2.1). A direction that the shading normal allows but
 * the patch does not meets the ground where it starts and bounces again, so no energy is lost. */
#ifndef VDK_INTEGRATOR_PLAIN_H
#define VDK_INTEGRATOR_PLAIN_H

#include "path.h"

/** Chooses a direction to a sun, for next-event estimation; vertex->sun_total > 0. */
VD_FN void vdk_sample_sun(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sampler *sampler,
                          vdk_uint pad, VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v, probability;
    VDK_PRIVATE const vdk_surface *s = &vertex->surface;
    float pick = scene->sun_count > 1 ? vdk_sample_1d(sampler, pad + VDK_PAD_SUN_CHOICE) : 0.0f;
    vertex->light = vdk_sun_choose(scene, s->shading, vertex->sun_total, pick, &probability);
    VDK_SCENE const vdk_sun *sun = &scene->suns[vertex->light];
    vdk_sample_2d(sampler, pad + VDK_PAD_SUN, &u, &v);
    vdk_vec wi = vdk_sun_sample(sun, u, v);
    float cosine = vdk_vec_dot(s->shading, wi);
    float fade = vdk_terminator(s, wi);
    if (!(cosine > 0.0f) || !(fade > 0.0f)) return;

    float pdf_bsdf = cosine * VDK_INV_PI;
    float factor = cosine * VDK_INV_PI * fade / probability;
    vertex->sun_light = sun->irradiance;
    if (sun->cos_half < 1.0f) {
        vertex->sun_light = sun->radiance;
        factor /= sun->pdf;
        factor *= probability * sun->pdf / (probability * sun->pdf + pdf_bsdf);
    }
    vertex->to_sun = 1;
    vertex->sun_direction = wi;
    vertex->sun_factor = factor;
}

/** Adds a sun whose disc a direction sampled from the BSDF meets. */
VD_FN void vdk_add_disc(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_surface *s,
                        vdk_vec wi, int is_blocked, float total, VDK_SCENE const vdk_sun *sun,
                        VDK_PRIVATE vdk_path *path)
{
    float pdf_bsdf = vdk_cosine_pdf(s->shading, wi);
    float pdf_sun = vdk_sun_weight(sun, s->shading) / total * sun->pdf;
    float factor =
        vdk_visibility(scene, is_blocked) * vdk_terminator(s, wi) * pdf_bsdf / (pdf_sun + pdf_bsdf);
    path->radiance =
        vdk_vec_add(path->radiance,
                    vdk_vec_scale(vdk_vec_mul(vdk_vec_mul(path->throughput, s->material.base_color),
                                              sun->radiance),
                                  factor));
}

/** Adds all suns whose discs it meets. */
VD_FN void vdk_add_discs(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_surface *s,
                         vdk_vec wi, int is_blocked, float total, VDK_PRIVATE vdk_path *path)
{
    for (int i = 0; i < scene->sun_count; i++)
        if (vdk_sun_covers(&scene->suns[i], wi))
            vdk_add_disc(scene, s, wi, is_blocked, total, &scene->suns[i], path);
}

/** The ground at the path's vertex, and the rays that are due there. */
VD_FN void vdk_plain_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                           VDK_PRIVATE vdk_vertex *vertex)
{
    vdk_uint pad = vdk_vertex_pad(path->depth);
    vertex->surface = vdk_surface_at(scene, path->at, path->wo, path->spread);
    vertex->sun_total = vdk_sun_total_weight(scene, vertex->surface.shading);
    vertex->to_sun = 0;
    vertex->sky_pdf = 0.0f; /* the BSDF alone finds this sky */
    if (vertex->sun_total > 0.0f) vdk_sample_sun(scene, &path->sampler, pad, vertex);
    vertex->onward = path->depth != scene->bounces || vdk_has_light_outside(scene);
    if (vertex->onward) {
        float u, v;
        vdk_sample_2d(&path->sampler, pad + VDK_PAD_BSDF, &u, &v);
        vertex->direction = vdk_cosine_about(vertex->surface.shading, u, v);
    }
}

/** Adds a sun's light, when it is known whether the ray to it is blocked. */
VD_FN void vdk_plain_light(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                           int is_blocked, VDK_PRIVATE vdk_path *path)
{
    float factor = vertex->sun_factor * vdk_visibility(scene, is_blocked);
    vdk_vec light = vdk_vec_mul(vdk_vec_mul(path->throughput, vertex->surface.material.base_color),
                                vertex->sun_light);
    path->radiance = vdk_vec_add(path->radiance, vdk_vec_scale(light, factor));
}

/** Adds what the ray onward found, or takes the path to where it is blocked. Returns 0 at its end.
 */
VD_FN int vdk_plain_onward(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                           int is_blocked, vdk_position hit, VDK_PRIVATE vdk_path *path)
{
    if (vertex->sun_total > 0.0f)
        vdk_add_discs(scene, &vertex->surface, vertex->direction, is_blocked, vertex->sun_total,
                      path);
    path->throughput = vdk_vec_mul(path->throughput, vertex->surface.material.base_color);
    if (!is_blocked) {
        vdk_vec sky = vdk_sky_radiance(scene, vertex->direction);
        path->radiance = vdk_vec_add(path->radiance, vdk_vec_mul(path->throughput, sky));
        return 0;
    }
    return vdk_path_bounce(scene, vertex->direction, is_blocked, hit, path);
}

#endif
