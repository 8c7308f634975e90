/* Paths over plain ground in fog whose depth is known (media_fog.h), under one sun or none and a
 * sky of one or two colours. The shaders in lanes (render/shade_fog.h) do the same.
 *
 * On the ground a vertex is that of integrator_plain.h, with the transmittance of the fog to the
 * sun beside the rest; in fog it has a phase function in place of BSDF and cosine (media.h). What
 * is due is written down as on any ground, so that lights, rays onward and the meeting with fog are
 * those of integrator_general.h: where the fog is thin the picture is that of plain ground. */
#ifndef VDK_INTEGRATOR_MISTY_H
#define VDK_INTEGRATOR_MISTY_H

#include "integrator_general.h"
#include "integrator_plain.h"

/** Weighs a direction of the BSDF or phase function, of the first pdf, against one of the sun's
 * disc by the balance heuristic: how much of the disc's radiance it brings. */
VD_FN float vdk_misty_share(VDK_SCENE const vdk_sun *sun, float pdf)
{
    return pdf / (pdf + sun->pdf);
}

/** Samples the sun from a point in fog. */
VD_FN void vdk_misty_sun(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                         vdk_uint pad, VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v;
    VDK_SCENE const vdk_sun *sun = &scene->suns[0];
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_SUN, &u, &v);
    vertex->sun_direction = vdk_sun_sample(sun, u, v);
    float phase = vdk_phase_between(&scene->media.phase, path->wo, vertex->sun_direction);
    vertex->to_sun = 1;
    vertex->sun_light = sun->irradiance;
    vertex->sun_factor = phase;
    if (sun->cos_half < 1.0f) {
        vertex->sun_light = sun->radiance;
        vertex->sun_factor =
            scene->media.is_single ? phase / sun->pdf : vdk_misty_share(sun, phase);
    }
}

/** Lets the sun's light come through the fog to a vertex, and tells of it as integrator_general.h
 *  does. */
VD_FN void vdk_misty_weaken(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                            VDK_PRIVATE vdk_vertex *vertex)
{
    float depth = vdk_fog_depth(scene, path->at, vertex->sun_direction, VDK_HUGE);
    float factor = vertex->sun_factor * vdk_expf(-depth);
    vdk_vec light = vdk_vec_mul(vertex->surface.material.base_color, vertex->sun_light);
    vertex->to_sun = factor > 0.0f;
    vertex->sun_light = vdk_vec_scale(light, factor);
    vertex->sun_factor = 1.0f - scene->shadow_strength;
}

/** Samples a direction onward. Returns what of the sun's radiance its disc adds there, of a weight
 *  1. */
VD_FN float vdk_misty_sample(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                             vdk_uint pad, VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v, sine, cosine, pdf;
    VDK_SCENE const vdk_sun *sun = &scene->suns[0];
    VDK_PRIVATE const vdk_surface *s = &vertex->surface;
    int in_fog = path->part == VDK_PART_MEDIUM;
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_BSDF, &u, &v);
    if (in_fog) {
        vertex->direction = vdk_phase_sample(&scene->media.phase, path->wo, u, v);
    } else {
        vdk_sincos_turns(v, &sine, &cosine);
        float radius = vdk_sqrtf(u);
        vertex->direction = vdk_vec_from_frame(s->shading, radius * cosine, radius * sine,
                                               vdk_sqrtf(vdk_max(1.0f - u, 0.0f)));
    }
    if (!(vertex->sun_total > 0.0f) || !vdk_sun_covers(sun, vertex->direction)) return 0.0f;
    if (in_fog) {
        if (scene->media.is_single) return 0.0f;
        return vdk_misty_share(sun,
                               vdk_phase_between(&scene->media.phase, path->wo, vertex->direction));
    }
    pdf = vdk_max(vdk_vec_dot(s->shading, vertex->direction), 0.0f) * VDK_INV_PI;
    return vdk_terminator(s, vertex->direction) * vdk_misty_share(sun, pdf);
}

/** The ground or fog at the path's vertex, and the rays that are due there. */
VD_FN void vdk_misty_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                           VDK_PRIVATE vdk_vertex *vertex)
{
    vdk_uint pad = vdk_vertex_pad(path->depth);
    int in_fog = path->part == VDK_PART_MEDIUM;
    vertex->to_sun = 0;
    vertex->sky_pdf = 0.0f;
    vertex->emitter_pdf = 0.0f;
    vertex->emitter = -1;
    vertex->light = 0;
    vertex->sun_gloss = vertex->gloss = vdk_vec_make(0.0f, 0.0f, 0.0f);
    if (in_fog) {
        vertex->surface = vdk_level_surface(vdk_vec_make(1.0f, 1.0f, 1.0f));
        vertex->surface.geometric = vdk_vec_make(0.0f, 0.0f, 0.0f);
        vertex->sun_total = (float)scene->sun_count;
        if (scene->sun_count > 0) vdk_misty_sun(scene, path, pad, vertex);
    } else {
        vertex->surface = vdk_surface_at(scene, path->at, path->wo, path->spread);
        vertex->sun_total = vdk_sun_total_weight(scene, vertex->surface.shading);
        if (vertex->sun_total > 0.0f) vdk_sample_sun(scene, &path->sampler, pad, vertex);
    }
    if (vertex->to_sun) vdk_misty_weaken(scene, path, vertex);
    float disc = vdk_misty_sample(scene, path, pad, vertex);
    vertex->onward = 1;
    vertex->weight = vertex->surface.material.base_color;
    vertex->discs = vdk_vec_scale(vdk_vec_mul(vertex->weight, scene->suns[0].radiance), disc);
}

#endif
