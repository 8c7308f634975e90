/* Paths over plain ground in fog whose depth is known (media_fog.h), under one sun or none and a
 * sky of one or two colours. The shaders in lanes (render/shade_fog.h) do the same.
 *
 * On the ground a vertex is that of integrator_plain.h, with the transmittance of the fog to the
 * sun beside the rest; in fog it has a phase function in place of BSDF and cosine (media.h). What
 * is due is written down as on any ground, so that lights, rays onward and the meeting with fog are
 * those of integrator_general.h: where the fog is thin the picture is that of plain ground. Both
 * look about for light as media_guide.h guesses at it. */
#ifndef VDK_INTEGRATOR_MISTY_H
#define VDK_INTEGRATOR_MISTY_H

#include "integrator_general.h"
#include "integrator_plain.h"
#include "media_guide.h"

/** Weighs directions that paths take, of this density, against those of the sun's disc by the
 *  balance heuristic: what comes of the disc's radiance, where BSDF times cosine or phase function
 *  is f. */
VD_FN float vdk_misty_share(VDK_SCENE const vdk_sun *sun, float f, float pdf)
{
    return f / (pdf + sun->pdf);
}

/** The guide of a path's vertex; of no share if the scene has none. */
VD_FN vdk_guide vdk_misty_guide(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path)
{
    vdk_guide q = {{0.0f, 0.0f, 0.0f}, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    if (vdk_is_guided(scene)) q = vdk_guide_make(scene, vdk_guide_up(scene, path->at.z));
    return q;
}

/** Samples the sun from a point in fog. */
VD_FN void vdk_misty_sun(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                         VDK_PRIVATE const vdk_guide *q, vdk_uint pad,
                         VDK_PRIVATE vdk_vertex *vertex)
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
        float pdf = vdk_guide_pdf(q, phase, vdk_guide_lobe(q, vertex->sun_direction));
        vertex->sun_factor = vdk_misty_share(sun, phase, scene->media.is_single ? 0.0f : pdf);
    }
}

/** Samples the sun from the ground. */
VD_FN void vdk_misty_sunlit(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                            VDK_PRIVATE const vdk_guide *q, vdk_uint pad,
                            VDK_PRIVATE vdk_vertex *vertex)
{
    VDK_SCENE const vdk_sun *sun = &scene->suns[0];
    vdk_sample_sun(scene, &path->sampler, pad, vertex);
    if (!vertex->to_sun || !(sun->cos_half < 1.0f) || !vdk_is_guided(scene)) return;
    float f = vdk_cosine_pdf(vertex->surface.shading, vertex->sun_direction);
    float pdf = vdk_guide_pdf(q, f, vdk_guide_lobe(q, vertex->sun_direction));
    vertex->sun_factor *= (f + sun->pdf) / (pdf + sun->pdf); /* it was weighed against f alone */
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
                             VDK_PRIVATE const vdk_guide *q, vdk_uint pad,
                             VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v, weight = 1.0f, pdf;
    VDK_SCENE const vdk_sun *sun = &scene->suns[0];
    VDK_PRIVATE const vdk_surface *s = &vertex->surface;
    int in_fog = path->part == VDK_PART_MEDIUM;
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_BSDF, &u, &v);
    if (vdk_is_guided(scene)) {
        float pick = vdk_sample_1d(&path->sampler, pad + VDK_PAD_SUN_CHOICE);
        vdk_guide_choice c = in_fog ? vdk_guide_phase(q, path->wo, u, v, pick)
                                    : vdk_guide_matte(q, s->shading, u, v, pick);
        vertex->direction = c.direction;
        weight = vdk_guide_weight(&c);
        pdf = c.pdf;
    } else if (in_fog) {
        vertex->direction = vdk_phase_sample(&scene->media.phase, path->wo, u, v);
        pdf = vdk_phase_between(&scene->media.phase, path->wo, vertex->direction);
    } else {
        vertex->direction = vdk_cosine_about(s->shading, u, v);
        pdf = vdk_cosine_pdf(s->shading, vertex->direction);
    }
    vertex->weight = vdk_vec_scale(s->material.base_color, weight);
    if (!(vertex->sun_total > 0.0f) || !vdk_sun_covers(sun, vertex->direction)) return 0.0f;
    if (in_fog && scene->media.is_single) return 0.0f;
    return (in_fog ? 1.0f : vdk_terminator(s, vertex->direction)) * vdk_misty_share(sun, pdf, pdf);
}

/** The ground or fog at the path's vertex, and the rays that are due there. */
VD_FN void vdk_misty_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                           VDK_PRIVATE vdk_vertex *vertex)
{
    vdk_uint pad = vdk_vertex_pad(path->depth);
    int in_fog = path->part == VDK_PART_MEDIUM;
    vdk_guide q = vdk_misty_guide(scene, path);
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
        if (scene->sun_count > 0) vdk_misty_sun(scene, path, &q, pad, vertex);
    } else {
        vertex->surface = vdk_surface_at(scene, path->at, path->wo, path->spread);
        vertex->sun_total = vdk_sun_total_weight(scene, vertex->surface.shading);
        if (vertex->sun_total > 0.0f) vdk_misty_sunlit(scene, path, &q, pad, vertex);
    }
    if (vertex->to_sun) vdk_misty_weaken(scene, path, vertex);
    float disc = vdk_misty_sample(scene, path, &q, pad, vertex);
    vertex->onward = 1;
    vertex->discs = vdk_vec_scale(vdk_vec_mul(vertex->weight, scene->suns[0].radiance), disc);
}

#endif
