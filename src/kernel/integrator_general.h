/* Paths over ground of any material (bsdf.h), and over objects, under suns, any sky, and lamps.
 *
 * At each vertex a light is chosen in proportion to what it can give: a sun, an environment map, or
 * the objects that give light (emitters.h).
 * One direction is sampled from the light and one from the BSDF, and what both can find is weighted
 * by the balance heuristic (Veach 1997, section 9.2.2.1). A sky of one or two colours is found by
 * the BSDF's directions alone.
 *
 * Interpolated normals make directions that the shading normal allows and the patch does not. The
 * BSDF is folded there: what it would send below the patch is mirrored in the patch's plane and
 * goes up. That is done alike for directions sampled and directions asked for, so that no light is
 * lost and a glossy ridge has no dark seam. wo below the shading normal's plane is mirrored in that
 * (bsdf.h). A sun's light is faded at the terminator as on plain ground (surface.h). */
#ifndef VDK_INTEGRATOR_GENERAL_H
#define VDK_INTEGRATOR_GENERAL_H

#include "aerial.h"
#include "bsdf.h"
#include "emitters.h"
#include "media.h"
#include "path.h"
#include "water_ground.h"

/* The ground at a vertex, seen from where the path comes from. */
typedef struct vdk_ground {
    vdk_position at;
    vdk_surface surface;
    vdk_bsdf bsdf;
    vdk_vec sunshine; /* what of a sun's light the air lets down to here */
    float time;       /* the path's */
    int is_water;     /* of whose BSDF only the facets are read */
    vdk_water_facets facets;
    int is_medium; /* a point in the air, whose phase function is its BSDF times cosine (media.h) */
    int is_cloud;  /* one in a cloud */
    vdk_vec wo;    /* this and the next are unread but of that */
    VDK_SCENE const vdk_phase *phase;
    vdk_sunward sunward; /* of directions onward; unread but of ground and air */
    float worth; /* of a cloud: by how much the light of suns is weighed; 0: look for it anyway */
} vdk_ground;

/** A point in the air, which has no surface. */
VD_FN void vdk_ground_in_air(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                             VDK_PRIVATE vdk_ground *g)
{
    g->wo = path->wo;
    g->worth = 0.0f;
    g->phase = vdk_media_phase(scene, path->part);
    g->surface = vdk_level_surface(vdk_vec_make(1.0f, 1.0f, 1.0f));
    g->surface.geometric = vdk_vec_make(0.0f, 0.0f, 0.0f);
    g->bsdf.f90 = 0.0f;
}

VD_FN vdk_ground vdk_ground_at(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path)
{
    vdk_ground g;
    g.at = path->at;
    g.time = path->time;
    g.is_water = 0;
    g.is_medium = vdk_part_is_air(path->part);
    g.is_cloud = path->part >= VDK_PART_CLOUD;
    if (g.is_medium)
        vdk_ground_in_air(scene, path, &g);
    else if (path->part == VDK_PART_GROUND)
        g.surface = vdk_surface_at(scene, path->at, path->wo, path->spread);
    else if (path->part == VDK_PART_WATER)
        g.is_water = vdk_water_top(scene, path, &g.surface, &g.facets);
    else if (path->part == VDK_PART_OBJECT)
        g.surface = vdk_object_surface(scene, path->on, path->at, path->wo, path->spread);
    else
        g.surface = vdk_block_surface(scene, path->part, path->at, path->wo, path->spread);
    g.bsdf.glossy = 1.0f;
    g.sunshine =
        scene->air.sun_at ? vdk_aerial_sun(scene, path->at) : vdk_vec_make(1.0f, 1.0f, 1.0f);
    if (g.is_water) return g;
    g.sunward = vdk_sunward_at(scene);
    if (path->part == VDK_PART_CLOUD_LIT)
        g.sunward.share = 0.0f; /* it is as cloud_path.h left it */
    if (g.is_medium) return g;
    g.bsdf = vdk_bsdf_make(&g.surface.material, vdk_vec_to_frame(g.surface.shading, path->wo),
                           scene->multiscatter);
    return g;
}

/** BSDF times cosine for a direction, and the pdf of sampling it by the BSDF. */
VD_FN vdk_vec vdk_ground_scatter(VDK_PRIVATE const vdk_ground *g, vdk_vec wi,
                                 VDK_PRIVATE float *pdf)
{
    vdk_vec normal = g->surface.shading;
    *pdf = 0.0f;
    if (g->is_water) {
        float reflected = vdk_water_reflects(&g->facets, wi, pdf);
        return vdk_vec_make(reflected, reflected, reflected);
    }
    if (g->is_medium) {
        *pdf = vdk_phase_between(g->phase, g->wo, wi);
        return vdk_vec_make(*pdf, *pdf, *pdf);
    }
    if (!(vdk_vec_dot(g->surface.geometric, wi) > 0.0f)) return vdk_vec_make(0.0f, 0.0f, 0.0f);
    vdk_vec f = vdk_bsdf_eval(&g->bsdf, vdk_vec_to_frame(normal, wi), pdf);
    vdk_vec folded = vdk_vec_to_frame(normal, vdk_vec_mirror(wi, g->surface.geometric));
    if (folded.z > 0.0f) {
        float more;
        f = vdk_vec_add(f, vdk_bsdf_eval(&g->bsdf, folded, &more));
        *pdf += more;
    }
    return f;
}

/** The same, and the pdf of sampling it by vdk_ground_sample(). */
VD_FN vdk_vec vdk_ground_eval(VDK_PRIVATE const vdk_ground *g, vdk_vec wi, VDK_PRIVATE float *pdf)
{
    vdk_vec f = vdk_ground_scatter(g, wi, pdf);
    if (!g->is_water && g->sunward.share > 0.0f) *pdf = vdk_sunward_pdf(&g->sunward, wi, *pdf);
    return f;
}

/** Weighs a direction that has been sampled. Returns 0 if nothing comes from there. */
VD_FN int vdk_ground_weigh(VDK_PRIVATE const vdk_ground *g, VDK_PRIVATE vdk_bsdf_sampled *s)
{
    s->weight = vdk_ground_eval(g, s->wi, &s->pdf);
    if (!(s->pdf > 0.0f)) return 0;
    s->weight = vdk_vec_scale(s->weight, 1.0f / s->pdf);
    return vdk_vec_max(s->weight) > 0.0f;
}

/** Samples a direction; weight is BSDF times cosine over pdf. Returns 0 if there is none. */
VD_FN int vdk_ground_sample(VDK_PRIVATE const vdk_ground *g, float u, float v, float w,
                            VDK_PRIVATE vdk_bsdf_sampled *s)
{
    if (g->is_water) {
        float weight = vdk_water_sample(&g->facets, u, v, w, &s->wi, &s->pdf);
        s->weight = vdk_vec_make(weight, weight, weight);
        return weight > 0.0f;
    }
    if (g->sunward.share > 0.0f) {
        if (u < g->sunward.share) {
            s->wi = vdk_sunward_sample(&g->sunward, u / g->sunward.share, v);
            return vdk_ground_weigh(g, s);
        }
        u = (u - g->sunward.share) / (1.0f - g->sunward.share);
    }
    if (g->is_medium) {
        s->wi = vdk_phase_sample(g->phase, g->wo, u, v);
        if (g->sunward.share > 0.0f) return vdk_ground_weigh(g, s);
        s->pdf = vdk_phase_between(g->phase, g->wo, s->wi);
        s->weight = vdk_vec_make(1.0f, 1.0f, 1.0f);
        return 1;
    }
    vdk_vec in_frame = vdk_bsdf_direction(&g->bsdf, u, v, w);
    if (!(in_frame.z > 0.0f)) return 0;
    s->wi = vdk_vec_from_frame(g->surface.shading, in_frame.x, in_frame.y, in_frame.z);
    if (vdk_vec_dot(s->wi, g->surface.geometric) < 0.0f)
        s->wi = vdk_vec_mirror(s->wi, g->surface.geometric);
    return vdk_ground_weigh(g, s);
}

/** Is it a point that scatters light once, and has but sampled lights? */
VD_FN int vdk_is_once(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g)
{
    return g->is_medium && scene->media.is_single;
}

/** Is it a point whose suns are found by sampling them alone? */
VD_FN int vdk_suns_are_sampled(VDK_PRIVATE const vdk_ground *g)
{
    return g->is_cloud || (g->is_medium && g->sunward.share > 0.0f);
}

/* ---- lights -------------------------------------------------------------------------------- */

VD_FN int vdk_light_count(VDK_SCENE const vdk_scene *scene)
{
    return scene->sun_count + (scene->sky.model == VDK_SKY_ENVIRONMENT) +
           (scene->objects.emitter_count > 0);
}

/** The number of the light that all emitters are together: the last one. */
VD_FN int vdk_light_of_emitters(VDK_SCENE const vdk_scene *scene)
{
    return scene->sun_count + (scene->sky.model == VDK_SKY_ENVIRONMENT);
}

/** What of a sun's light the media let down to a vertex, about its centre. */
VD_FN float vdk_sun_left(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g,
                         int light)
{
    if (scene->media.fog == VDK_FOG_NONE || scene->media.fog == VDK_FOG_VALLEY) return 1.0f;
    float depth = vdk_fog_depth(scene, g->at, scene->suns[light].direction, VDK_HUGE);
    return vdk_fog_left_grey(scene, depth);
}

/** How much of a sun's light from a direction a vertex may show. */
VD_FN float vdk_ground_fades(VDK_PRIVATE const vdk_ground *g, vdk_vec wi)
{
    return g->is_medium ? 1.0f : vdk_terminator(&g->surface, wi);
}

/** About what a light can give this ground. The environment comes after the suns; of its light what
 *  is alike all over the sky is left out, as the BSDF's directions find that about as well (Karlik
 *  et al. 2019, "MIS Compensation", take it out of the map's table for the same reason; here under
 *  a clear sky, whose sun stands beside it, it halves the noise). A sun's part in a narrow
 *  reflection is reckoned at its centre, and beside that what matte ground would have, so
 *  that no sun in sight is left out. */
VD_FN float vdk_light_weight(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g,
                             int light)
{
    float pdf;
    if (light == vdk_light_of_emitters(scene)) {
        vdk_lit_point p = vdk_lit_point_at(scene, g->at, g->surface.geometric);
        return VDK_INV_PI * vdk_emitters_irradiance(&scene->objects, &p);
    }
    if (light == scene->sun_count)
        return 0.25f * VDK_INV_PI *
               (vdk_is_once(scene, g) ? scene->environment.luminance
                                      : scene->environment.outstanding);
    VDK_SCENE const vdk_sun *sun = &scene->suns[light];
    float down = g->sunshine.x * vdk_sun_left(scene, g, light);
    if (g->is_medium)
        return vdk_luminance(sun->irradiance) * down *
               vdk_phase_between(g->phase, g->wo, sun->direction);
    float matte = VDK_INV_PI * vdk_sun_weight(sun, g->surface.shading) * down;
    if (!(matte > 0.0f) || !(g->bsdf.glossy > 0.0f)) return matte;
    vdk_vec f = vdk_ground_eval(g, sun->direction, &pdf);
    return 0.25f * matte + vdk_luminance(vdk_vec_mul(f, sun->irradiance));
}

/** The sum of all weights; of a single light, whose weight is of no account, the least effort. */
VD_FN float vdk_light_total(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g)
{
    float total = 0.0f;
    int count = vdk_light_count(scene);
    if (count == 1 && scene->sun_count == 1)
        return g->is_medium || vdk_sun_weight(&scene->suns[0], g->surface.shading) > 0.0f ? 1.0f
                                                                                          : 0.0f;
    if (count == 1 && scene->objects.emitter_count == 0)
        return scene->environment.luminance > 0.0f ? 1.0f : 0.0f;
    for (int i = 0; i < count; i++) total += vdk_light_weight(scene, g, i);
    return total;
}

/** The probability of a light, of a total above 0. */
VD_FN float vdk_light_probability(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g,
                                  float total, int light)
{
    return vdk_light_count(scene) == 1 ? 1.0f : vdk_light_weight(scene, g, light) / total;
}

/** Chooses a light by a uniform number; total > 0. Fills *probability. */
VD_FN int vdk_light_choose(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g,
                           float total, float u, VDK_PRIVATE float *probability)
{
    int count = vdk_light_count(scene), chosen = 0;
    float left = u * total, weight = total;
    for (int i = 0; i < count && count > 1; i++) {
        float w = vdk_light_weight(scene, g, i);
        if (!(w > 0.0f)) continue;
        chosen = i;
        weight = w;
        if (left < w) break;
        left -= w;
    }
    *probability = weight / total;
    return chosen;
}

/** Samples an emitter, with this probability that emitters are what is sampled. */
VD_FN void vdk_sample_emitter(VDK_SCENE const vdk_scene *scene,
                              VDK_PRIVATE const vdk_sampler *sampler, vdk_uint pad,
                              float probability, VDK_PRIVATE const vdk_ground *g,
                              VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v, pick, unread, pdf_bsdf;
    vdk_sample_2d(sampler, pad + VDK_PAD_ROULETTE, &unread, &pick);
    vdk_sample_2d(sampler, pad + VDK_PAD_SUN, &u, &v);
    vdk_emitter_sampled s =
        vdk_emitter_sample(scene, g->at, g->surface.geometric, g->time, pick, u, v);
    if (s.emitter < 0) return;
    vdk_vec f = vdk_ground_eval(g, s.wi, &pdf_bsdf);
    if (!(vdk_vec_max(f) > 0.0f)) return;
    if (vdk_is_once(scene, g)) pdf_bsdf = 0.0f;
    vertex->to_sun = 1;
    vertex->emitter = s.emitter;
    vertex->sun_direction = s.wi;
    vertex->sun_factor = 0.0f;
    vertex->sun_light =
        vdk_vec_scale(vdk_vec_mul(f, s.radiance), 1.0f / (probability * s.pdf + pdf_bsdf));
    if (scene->media.is_there)
        vertex->sun_light =
            vdk_vec_mul(vertex->sun_light, vdk_media_colours(scene, g->at, s.wi, s.distance,
                                                             vdk_media_to_light(sampler, pad)));
}

/** What the media leave of light from outside them, of which the phase function lets a point in a
 *  cloud have so much. */
VD_FN float vdk_light_left(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g,
                           vdk_vec wi, float phase, vdk_uint stream)
{
    float chance = 1.0f;
    if (g->is_cloud && g->worth > 0.0f) chance = vdk_cloud_chance(phase);
    if (chance < 1.0f && vdk_stream_next(&stream) >= chance) return 0.0f;
    return vdk_media_left(scene, g->at, wi, VDK_HUGE, stream) / chance;
}

/** Samples a light, for next-event estimation; sun_total > 0. */
VD_FN void vdk_sample_light(VDK_SCENE const vdk_scene *scene,
                            VDK_PRIVATE const vdk_sampler *sampler, vdk_uint pad, float pick,
                            VDK_PRIVATE const vdk_ground *g, VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v, probability, pdf, pdf_bsdf;
    float factor = 1.0f;
    vdk_vec wi, radiance;
    int light = vdk_light_choose(scene, g, vertex->sun_total, pick, &probability);
    vertex->light = light;
    if (light == vdk_light_of_emitters(scene)) {
        vdk_sample_emitter(scene, sampler, pad, probability, g, vertex);
        return;
    }
    vdk_sample_2d(sampler, pad + VDK_PAD_SUN, &u, &v);
    if (light == scene->sun_count) {
        wi = vdk_environment_sample(&scene->environment, u, v, &pdf);
        vertex->sun_factor = 0.0f;
    } else {
        wi = vdk_sun_sample(&scene->suns[light], u, v);
        pdf = scene->suns[light].pdf;
        factor = vdk_ground_fades(g, wi);
        vertex->sun_factor = 1.0f - scene->shadow_strength;
    }
    vdk_vec f = vdk_ground_eval(g, wi, &pdf_bsdf);
    if (!(factor > 0.0f) || !(vdk_vec_max(f) > 0.0f)) return;
    if (vdk_is_once(scene, g) || (vdk_suns_are_sampled(g) && light < scene->sun_count))
        pdf_bsdf = 0.0f;
    if (light < scene->sun_count && scene->suns[light].cos_half >= 1.0f) {
        radiance = scene->suns[light].irradiance; /* of a point: only this finds it */
        factor /= probability;
    } else {
        radiance = light < scene->sun_count ? scene->suns[light].radiance
                                            : vdk_environment_radiance(&scene->environment, wi);
        factor /= probability * pdf + pdf_bsdf; /* one over its pdf, by the balance heuristic */
    }
    if (light < scene->sun_count) radiance = vdk_vec_mul(radiance, g->sunshine);
    if (scene->media.is_coloured)
        radiance = vdk_vec_mul(radiance, vdk_media_colours(scene, g->at, wi, VDK_HUGE, 0u));
    else if (scene->media.is_there)
        factor *= vdk_light_left(scene, g, wi, f.x * (light < scene->sun_count ? g->worth : 1.0f),
                                 vdk_media_to_light(sampler, pad));
    if (!(factor > 0.0f)) return;
    vertex->to_sun = 1;
    vertex->sun_direction = wi;
    vertex->sun_light = vdk_vec_scale(vdk_vec_mul(f, radiance), factor);
}

/** The light of a sun whose disc a direction sampled from the BSDF meets; total > 0. */
VD_FN vdk_vec vdk_disc_met(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g,
                           VDK_PRIVATE const vdk_bsdf_sampled *s, float total, int light)
{
    VDK_SCENE const vdk_sun *sun = &scene->suns[light];
    float pdf_sun = vdk_light_probability(scene, g, total, light) * sun->pdf;
    float factor = vdk_ground_fades(g, s->wi) * s->pdf / (s->pdf + pdf_sun);
    return vdk_vec_scale(vdk_vec_mul(s->weight, sun->radiance), factor);
}

/** The light of all suns whose discs it meets. */
VD_FN vdk_vec vdk_discs_met(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ground *g,
                            VDK_PRIVATE const vdk_bsdf_sampled *s, float total)
{
    vdk_vec sum = vdk_vec_make(0.0f, 0.0f, 0.0f);
    for (int i = 0; i < scene->sun_count && total > 0.0f; i++)
        if (vdk_sun_covers(&scene->suns[i], s->wi))
            sum = vdk_vec_add(sum, vdk_disc_met(scene, g, s, total, i));
    return vdk_vec_mul(sum, g->sunshine);
}

/** The share of gloss in what ground sends back of light from a direction. */
VD_FN vdk_vec vdk_gloss_share(VDK_PRIVATE const vdk_ground *g, vdk_vec wi)
{
    float pdf;
    vdk_ground bare = *g;
    if (g->is_water) return vdk_vec_make(1.0f, 1.0f, 1.0f);
    if (g->is_medium || !(g->bsdf.f90 > 0.0f)) return vdk_vec_make(0.0f, 0.0f, 0.0f);
    bare.bsdf.body = vdk_vec_make(0.0f, 0.0f, 0.0f);
    vdk_vec all = vdk_ground_eval(g, wi, &pdf), glossy = vdk_ground_eval(&bare, wi, &pdf);
    return vdk_vec_make(all.x > 0.0f ? glossy.x / all.x : 0.0f,
                        all.y > 0.0f ? glossy.y / all.y : 0.0f,
                        all.z > 0.0f ? glossy.z / all.z : 0.0f);
}

/* ---- steps of a path (integrator.h) -------------------------------------------------------- */

VD_FN void vdk_general_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                             VDK_PRIVATE vdk_vertex *vertex)
{
    vdk_bsdf_sampled s;
    float u, v, pick_light, pick_part;
    vdk_uint pad = vdk_vertex_pad(path->depth);
    vdk_ground g = vdk_ground_at(scene, path);
    vertex->surface = g.surface;
    vertex->to_sun = 0;
    vertex->sky_pdf = 0.0f;
    vertex->emitter_pdf = 0.0f;
    vertex->emitter = -1;
    vertex->sun_total = vdk_light_total(scene, &g);
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_SUN_CHOICE, &pick_light, &pick_part);
    if (vertex->sun_total > 0.0f && path->part != VDK_PART_CLOUD_LIT)
        vdk_sample_light(scene, &path->sampler, pad, pick_light, &g, vertex);
    int splits = scene->splits && path->depth == 0;
    if (splits && vertex->to_sun) vertex->sun_gloss = vdk_gloss_share(&g, vertex->sun_direction);
    vertex->onward = 0;
    if (!(vdk_vec_max(path->throughput) > 0.0f)) return;
    if (vdk_path_is_last(scene, path) && !vdk_has_light_outside(scene)) return;
    int is_once = vdk_is_once(scene, &g);
    if (is_once && scene->sky.model == VDK_SKY_ENVIRONMENT) return;
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_BSDF, &u, &v);
    if (!vdk_ground_sample(&g, u, v, pick_part, &s)) return;
    vertex->onward = 1;
    vertex->direction = s.wi;
    vertex->weight = s.weight;
    if (splits) vertex->gloss = vdk_gloss_share(&g, s.wi);
    vertex->discs = vdk_vec_make(0.0f, 0.0f, 0.0f);
    if (is_once) {
        vertex->emitter_pdf = 1.0e30f; /* as if so much more likely sampled */
        return;
    }
    if (!vdk_suns_are_sampled(&g)) vertex->discs = vdk_discs_met(scene, &g, &s, vertex->sun_total);
    if (scene->sky.model == VDK_SKY_ENVIRONMENT && vertex->sun_total > 0.0f)
        vertex->sky_pdf =
            vdk_light_probability(scene, &g, vertex->sun_total, scene->sun_count) / s.pdf;
    if (scene->objects.emitter_count > 0 && vertex->sun_total > 0.0f)
        vertex->emitter_pdf =
            vdk_light_probability(scene, &g, vertex->sun_total, vdk_light_of_emitters(scene)) /
            s.pdf;
}

VD_FN void vdk_general_light(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                             int is_blocked, VDK_PRIVATE vdk_path *path)
{
    vdk_vec light = vdk_vec_mul(path->throughput, vertex->sun_light);
    float factor = is_blocked ? vertex->sun_factor : 1.0f;
    if (vdk_path_catches(scene, path) && vertex->emitter < 0) factor -= 1.0f;
    path->radiance = vdk_vec_add(path->radiance, vdk_vec_scale(light, factor));
}

/** Adds the light of the object that the ray onward has met. */
VD_FN void vdk_add_emission(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                            VDK_PRIVATE vdk_path *path)
{
    vdk_vec emission = vdk_object_emission(&scene->objects, path->met);
    if (!(vdk_vec_max(emission) > 0.0f)) return;
    float pdf = vdk_emitter_pdf(scene, path->at, vertex->surface.geometric, vertex->direction,
                                path->met, vdk_object_position(scene, path->met));
    float share = 1.0f / (1.0f + vertex->emitter_pdf * pdf);
    path->radiance =
        vdk_vec_add(path->radiance, vdk_vec_scale(vdk_vec_mul(path->throughput, emission), share));
}

/** Adds discs that the ray onward met. */
VD_FN void vdk_general_discs(VDK_SCENE const vdk_scene *scene, vdk_vec discs, int is_blocked,
                             VDK_PRIVATE vdk_path *path)
{
    float visibility =
        vdk_visibility(scene, is_blocked) - (vdk_path_catches(scene, path) ? 1.0f : 0.0f);
    discs = vdk_vec_scale(discs, visibility);
    path->radiance = vdk_vec_add(path->radiance, vdk_vec_mul(path->throughput, discs));
}

VD_FN int vdk_general_onward(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                             int is_blocked, vdk_position hit, VDK_PRIVATE vdk_path *path)
{
    int catches = vdk_path_catches(scene, path);
    vdk_general_discs(scene, vertex->discs, is_blocked, path);
    path->throughput = vdk_vec_mul(path->throughput, vertex->weight);
    if (catches == (is_blocked != VDK_MISS)) {
        vdk_vec sky = vdk_vec_mul(path->throughput, vdk_sky_radiance(scene, vertex->direction));
        float share = catches ? -1.0f : 1.0f;
        if (vertex->sky_pdf > 0.0f)
            share /= 1.0f +
                     vertex->sky_pdf * vdk_environment_pdf(&scene->environment, vertex->direction);
        path->radiance = vdk_vec_add(path->radiance, vdk_vec_scale(sky, share));
    }
    if (is_blocked == VDK_PART_OBJECT) vdk_add_emission(scene, vertex, path);
    if (is_blocked && !catches && scene->air.distance_scale > 0.0f &&
        scene->view.projection != VDK_PROJECTION_MAP &&
        !(is_blocked == VDK_PART_CLOUD && path->part >= VDK_PART_CLOUD))
        vdk_aerial_between(scene, vertex->direction, hit, path);
    return is_blocked && vdk_path_bounce(scene, vertex->direction, is_blocked, hit, path);
}

/** Begins a path on an object: the eye sees what light that gives. */
VD_FN void vdk_path_begin_on(VDK_SCENE const vdk_scene *scene, vdk_object_point on,
                             VDK_PRIVATE vdk_path *path)
{
    path->on = on;
    path->radiance = vdk_vec_add(
        path->radiance, vdk_vec_mul(path->throughput, vdk_object_emission(&scene->objects, on)));
}

#endif
