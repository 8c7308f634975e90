/* Paths in a scene with water (integrator_general.h, but for what follows).
 *
 * A path that meets water reflects off its surface or goes through, by chance as Fresnel's share
 * says; within it goes on to the bed, to a point that scatters it, or up to the surface from below,
 * where it may be reflected back. All of it is the general path with vertices of two more kinds.
 * The surface is none of the bounces that a scene allows: bed, points in the water and dry ground
 * are. A path whose bounces are used up may still come to the surface, to see what light comes from
 * beyond it, but no more ground.
 *
 * Lights. At the surface, above, as on any ground. At the bed and in the water a light is seen
 * through the surface as if that were level: so much is known of the way that its light takes. From
 * a direction at cosine c, bent to c', with Fresnel's share F, light L arrives as
 *     L (1 - F) c / c' e^(-k d / c')
 * in depth d, per solid angle above the water: the squares of the index cancel. Its ray, that may
 * be blocked, leaves the surface where the bent one comes through it. With is_straight it is not
 * bent, and all is as if c' were c. What else comes from below the surface and leaves it therefore
 * brings no light of suns and of an environment map: those have been asked for; a sky of one or two
 * colours is found in no other way, and so is that of lamps.
 *
 * Underwater the level surface stands for its waves and, at the scale of depths, for the curved
 * one.
 */
#ifndef VDK_WATER_PATH_H
#define VDK_WATER_PATH_H

#include "integrator_general.h"

/** Is a path's vertex in water, or under it? */
VD_FN int vdk_path_is_submerged(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path)
{
    if (path->part == VDK_PART_GROUND || path->part == VDK_PART_OBJECT)
        return scene->water.is_optical && vdk_water_depth(scene, path->at) > 0.0f;
    return path->part == VDK_PART_IN_WATER;
}

/* ---- light from above the water ------------------------------------------------------------ */

/** About what a light gives to what is under water. */
VD_FN float vdk_sunken_weight(VDK_SCENE const vdk_scene *scene, int light)
{
    if (scene->objects.emitter_count > 0 && light == vdk_light_of_emitters(scene)) return 0.0f;
    if (light == scene->sun_count) return 0.25f * VDK_INV_PI * scene->environment.luminance;
    VDK_SCENE const vdk_sun *sun = &scene->suns[light];
    return vdk_luminance(sun->irradiance) * vdk_max(sun->direction.z + sun->sin_half, 0.0f);
}

/** Chooses a light; fills *probability. Returns -1 if there is none. */
VD_FN int vdk_sunken_choose(VDK_SCENE const vdk_scene *scene, float u,
                            VDK_PRIVATE float *probability)
{
    int count = vdk_light_count(scene), chosen = -1;
    float total = 0.0f;
    for (int i = 0; i < count; i++) total += vdk_sunken_weight(scene, i);
    float left = u * total;
    for (int i = 0; i < count; i++) {
        float weight = vdk_sunken_weight(scene, i);
        if (!(weight > 0.0f)) continue;
        chosen = i;
        *probability = weight / total;
        if (left < weight) break;
        left -= weight;
    }
    return chosen;
}

/** Samples a light for a vertex under water. g is unread for one in the water. */
VD_FN void vdk_sunken_light(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                            float pick, VDK_PRIVATE const vdk_ground *g,
                            VDK_PRIVATE vdk_vertex *vertex)
{
    const float least = 1.0e-3f; /* cosine */
    float u, v, pdf, unused, probability = 1.0f;
    vdk_vec wi, light;
    int chosen = vdk_sunken_choose(scene, pick, &probability);
    if (chosen < 0) return;
    vdk_sample_2d(&path->sampler, vdk_vertex_pad(path->depth) + VDK_PAD_SUN, &u, &v);
    if (chosen == scene->sun_count) {
        /* What comes from below the horizon is folded up: only the sky is seen from here. */
        wi = vdk_environment_sample(&scene->environment, u, v, &pdf);
        pdf += vdk_environment_pdf(&scene->environment, vdk_vec_make(wi.x, wi.y, -wi.z));
        wi.z = vdk_abs(wi.z);
        light = vdk_environment_radiance(&scene->environment, wi);
        vertex->sun_factor = 0.0f;
    } else {
        VDK_SCENE const vdk_sun *sun = &scene->suns[chosen];
        wi = vdk_sun_sample(sun, u, v);
        pdf = sun->cos_half < 1.0f ? sun->pdf : 1.0f;
        light = sun->cos_half < 1.0f ? sun->radiance : sun->irradiance;
        vertex->sun_factor = 1.0f - scene->shadow_strength;
    }
    if (!(wi.z > least) || !(pdf > 0.0f)) return;
    vdk_vec below = scene->water.is_straight ? wi : vdk_into_water(wi);
    float phase = 0.25f * VDK_INV_PI, factor = 1.0f;
    vdk_vec f = vdk_vec_make(phase, phase, phase);
    if (path->part != VDK_PART_IN_WATER) {
        f = vdk_ground_eval(g, below, &unused);
        factor = vdk_terminator(&g->surface, below);
    }
    float metres = vdk_max(vdk_water_depth(scene, path->at), 0.0f) / below.z;
    vdk_position surface = vdk_along(&scene->terrain, path->at, below, metres);
    factor *= (1.0f - vdk_fresnel(wi.z, VDK_WATER_INDEX)) * (wi.z / below.z);
    f = vdk_vec_mul(vdk_vec_mul(f, light), vdk_water_left(&scene->water, metres));
    if (scene->media.is_coloured)
        f = vdk_vec_mul(f, vdk_media_colours(scene, surface, wi, VDK_HUGE, 0u));
    else if (scene->media.is_there)
        factor *= vdk_media_left(scene, surface, wi, VDK_HUGE,
                                 vdk_media_to_light(&path->sampler, vdk_vertex_pad(path->depth)));
    if (!(factor > 0.0f) || !(vdk_vec_max(f) > 0.0f)) return;
    vertex->to_sun = 1;
    vertex->light = chosen;
    vertex->sun_direction = wi;
    vertex->sun_light = vdk_vec_scale(f, factor / (probability * pdf));
    if (scene->water.is_straight) return;
    vertex->sun_from = surface;
    vertex->sun_part = VDK_PART_WATER;
}

/* ---- vertices ------------------------------------------------------------------------------ */

/** A vertex from which no ray is due yet. */
VD_FN void vdk_vertex_begin(VDK_PRIVATE vdk_vertex *vertex)
{
    vertex->surface = vdk_level_surface(vdk_vec_make(0.0f, 0.0f, 0.0f));
    vertex->sun_total = 0.0f;
    vertex->to_sun = 0;
    vertex->discs = vdk_vec_make(0.0f, 0.0f, 0.0f);
    vertex->sky_pdf = vertex->emitter_pdf = 0.0f;
    vertex->emitter = -1;
    vertex->onward = 0;
}

/** The surface from below. */
VD_FN void vdk_underside_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                               VDK_PRIVATE vdk_vertex *vertex)
{
    const float asked_for = 1.0e30f; /* so much more likely that the light was sampled */
    float u, v, w, unused;
    vdk_uint pad = vdk_vertex_pad(path->depth);
    vdk_vertex_begin(vertex);
    vdk_water_facets facets = vdk_water_facets_at(scene, path);
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_BSDF, &u, &v);
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_SUN_CHOICE, &unused, &w);
    float weight = vdk_water_sample(&facets, u, v, w, &vertex->direction, &unused);
    vertex->weight = vdk_vec_make(weight, weight, weight);
    vertex->onward = 1;
    if (scene->sky.model == VDK_SKY_ENVIRONMENT) vertex->sky_pdf = asked_for;
}

/** The bed, an object under water, or a point in the water. */
VD_FN void vdk_sunken_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                            VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v, pick_light, pick_part;
    vdk_uint pad = vdk_vertex_pad(path->depth);
    vdk_ground g;
    vdk_bsdf_sampled s;
    vdk_vertex_begin(vertex);
    if (path->part != VDK_PART_IN_WATER) {
        g = vdk_ground_at(scene, path);
        vertex->surface = g.surface;
    }
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_SUN_CHOICE, &pick_light, &pick_part);
    vdk_sunken_light(scene, path, pick_light, &g, vertex);
    if (vdk_path_is_last(scene, path) && !vdk_has_light_outside(scene)) return;
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_BSDF, &u, &v);
    if (path->part != VDK_PART_IN_WATER) {
        if (!vdk_ground_sample(&g, u, v, pick_part, &s)) return;
    } else {
        float sine, cosine, z = 1.0f - 2.0f * u, radius = vdk_sqrtf(vdk_max(1.0f - z * z, 0.0f));
        vdk_sincos_turns(v, &sine, &cosine);
        s.wi = vdk_vec_make(radius * cosine, radius * sine, z);
        s.weight = vdk_vec_make(1.0f, 1.0f, 1.0f);
    }
    vertex->onward = 1;
    vertex->direction = s.wi;
    vertex->weight = s.weight;
}

VD_FN void vdk_water_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                           VDK_PRIVATE vdk_vertex *vertex)
{
    if (path->part == VDK_PART_WATER && path->wo.z < 0.0f && scene->water.is_optical)
        vdk_underside_shade(scene, path, vertex);
    else if (vdk_path_is_submerged(scene, path))
        vdk_sunken_shade(scene, path, vertex);
    else
        vdk_general_shade(scene, path, vertex);
}

/* ---- onward -------------------------------------------------------------------------------- */

/** As vdk_path_onward(). */
VD_FN int vdk_water_onward(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                           int part, vdk_position hit, VDK_PRIVATE vdk_path *path)
{
    const float bottomless = 1.0e6f;
    float u, v, metres;
    int enters =
        path->part == VDK_PART_WATER && scene->water.is_optical && vertex->direction.z < 0.0f;
    if (!enters && !vdk_path_is_submerged(scene, path))
        return vdk_general_onward(scene, vertex, part, hit, path);
    path->throughput = vdk_vec_mul(path->throughput, vertex->weight);
    float most = bottomless;
    if (part != VDK_MISS) {
        vdk_vec way = vdk_metres_between(&scene->terrain, path->at, hit);
        most = vdk_min(vdk_sqrtf(vdk_vec_dot(way, way)), bottomless);
    }
    vdk_sample_2d(&path->sampler, vdk_water_pad(path->depth) + 1, &u, &v);
    float sinks = scene->objects.emitter_count ? 0.0f : vdk_max(-vertex->direction.z, 0.0f);
    if (vdk_water_event(&scene->water, u, v, most, sinks, &metres, &path->throughput)) {
        hit = vdk_along(&scene->terrain, path->at, vertex->direction, metres);
        return vdk_path_bounce(scene, vertex->direction, VDK_PART_IN_WATER, hit, path);
    }
    if (part == VDK_PART_OBJECT) vdk_add_emission(scene, vertex, path);
    return part != VDK_MISS && vdk_path_bounce(scene, vertex->direction, part, hit, path);
}

#endif
