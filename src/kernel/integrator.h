/* The path integrator: radiance that leaves the ground towards the eye (Kajiya 1986, "The Rendering
 * Equation", with next-event estimation).
 *
 * At each vertex one sun is chosen in proportion to what it can give and one direction of its disc
 * is sampled; another direction is sampled from the BSDF (cosine about the shading normal), which
 * finds the sky, the suns' discs and the next vertex. Discs are found by both and weighted by the
 * balance heuristic (Veach 1997, section 9.2.2.1). A direction that the shading normal allows but
 * the patch does not meets the ground where it starts and bounces again, so no energy is lost.
 *
 * A path is taken from vertex to vertex in steps that trace nothing themselves: vdk_path_shade()
 * says which rays are due, vdk_path_light() and vdk_path_onward() are told what became of them. So
 * one path may be traced ray by ray (vdk_radiance()) or many together (render/wave.c), with the
 * same result.
 *
 * shadow_strength s < 1 lets the part 1 - s of a sun's light through the terrain that stands before
 * it; 1 is physical. */
#ifndef VDK_INTEGRATOR_H
#define VDK_INTEGRATOR_H

#include "block.h"
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
    vdk_sampler sampler;
    vdk_position at; /* its next vertex */
    int part;        /* and what that lies on (block.h) */
    vdk_vec wo;      /* from there back to where the path comes from, unit */
    float spread; /* half the width of its pixel where it meets the ground, in metres; 0: unknown */
    int depth;    /* vertices before that one */
    vdk_vec radiance;
    vdk_vec throughput;
} vdk_path;

/* The ground at a vertex, and the rays that are to be traced from there. */
typedef struct vdk_vertex {
    vdk_surface surface;
    float sun_total; /* weight of all suns */
    int to_sun;      /* is a ray to a sun due? The three below are unread without. */
    vdk_vec sun_direction;
    vdk_vec sun_light;
    float sun_factor;
    int onward; /* is a ray due that was sampled from the BSDF? */
    vdk_vec direction;
} vdk_vertex;

VD_FN float vdk_visibility(VDK_SCENE const vdk_scene *scene, int is_blocked)
{
    return is_blocked ? 1.0f - scene->shadow_strength : 1.0f;
}

/** Does the path begin on a plane that shows only shadow, so that it is not light it brings but the
 *  difference that the block makes? */
VD_FN int vdk_path_catches(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path)
{
    return path->part == VDK_PART_PLANE && path->depth == 0 && scene->block.plane_is_shadow;
}

/** How much of a light arrives at the path's vertex; there, of light that was to arrive. */
VD_FN float vdk_path_visibility(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                                int is_blocked)
{
    float visibility = vdk_visibility(scene, is_blocked);
    return vdk_path_catches(scene, path) ? visibility - 1.0f : visibility;
}

VD_FN vdk_uint vdk_vertex_pad(int depth)
{
    return VDK_PAD_FIRST_VERTEX + (vdk_uint)depth * VDK_PADS_PER_VERTEX;
}

/** Chooses a direction to a sun, for next-event estimation; vertex->sun_total > 0. */
VD_FN void vdk_sample_sun(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sampler *sampler,
                          vdk_uint pad, VDK_PRIVATE vdk_vertex *vertex)
{
    float u, v, probability;
    VDK_PRIVATE const vdk_surface *s = &vertex->surface;
    float pick = scene->sun_count > 1 ? vdk_sample_1d(sampler, pad + VDK_PAD_SUN_CHOICE) : 0.0f;
    VDK_SCENE const vdk_sun *sun =
        &scene->suns[vdk_sun_choose(scene, s->shading, vertex->sun_total, pick, &probability)];
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

/** Adds the suns whose discs a direction sampled from the BSDF meets. */
VD_FN void vdk_add_discs(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_surface *s,
                         vdk_vec wi, int is_blocked, float total, VDK_PRIVATE vdk_path *path)
{
    float pdf_bsdf = vdk_max(vdk_vec_dot(s->shading, wi), 0.0f) * VDK_INV_PI;
    for (int i = 0; i < scene->sun_count; i++) {
        VDK_SCENE const vdk_sun *sun = &scene->suns[i];
        if (!vdk_sun_covers(sun, wi)) continue;
        float pdf_sun = vdk_sun_weight(sun, s->shading) / total * sun->pdf;
        float factor = vdk_path_visibility(scene, path, is_blocked) * vdk_terminator(s, wi) *
                       pdf_bsdf / (pdf_sun + pdf_bsdf);
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

/** A path that has come down to a point of the ground; see vdk_path. */
VD_FN vdk_path vdk_path_begin(vdk_sampler sampler, vdk_position at, vdk_vec wo, float spread)
{
    vdk_path path;
    path.sampler = sampler;
    path.at = at;
    path.part = VDK_PART_GROUND;
    path.wo = wo;
    path.spread = spread;
    path.depth = 0;
    path.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    path.throughput = vdk_vec_make(1.0f, 1.0f, 1.0f);
    return path;
}

/** The ground at the path's vertex, and the rays that are due there. */
VD_FN vdk_vertex vdk_path_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path)
{
    vdk_vertex vertex;
    vdk_uint pad = vdk_vertex_pad(path->depth);
    vertex.surface = path->part == VDK_PART_GROUND ? vdk_surface_at(scene, path->at)
                                                   : vdk_block_surface(scene, path->part, path->at);
    vertex.sun_total = vdk_sun_total_weight(scene, vertex.surface.shading);
    vertex.to_sun = 0;
    if (vertex.sun_total > 0.0f) vdk_sample_sun(scene, &path->sampler, pad, &vertex);
    vertex.onward = path->depth != scene->bounces || vdk_has_light_outside(scene);
    if (vertex.onward) {
        float u, v, sine, cosine;
        vdk_sample_2d(&path->sampler, pad + VDK_PAD_BSDF, &u, &v);
        vdk_sincos_turns(v, &sine, &cosine);
        float radius = vdk_sqrtf(u);
        vertex.direction = vdk_vec_from_frame(vertex.surface.shading, radius * cosine,
                                              radius * sine, vdk_sqrtf(vdk_max(1.0f - u, 0.0f)));
    }
    return vertex;
}

/** Adds a sun's light, when it is known whether the ray to it is blocked. */
VD_FN void vdk_path_light(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                          int is_blocked, VDK_PRIVATE vdk_path *path)
{
    float factor = vertex->sun_factor * vdk_path_visibility(scene, path, is_blocked);
    vdk_vec light =
        vdk_vec_mul(vdk_vec_mul(path->throughput, vertex->surface.albedo), vertex->sun_light);
    path->radiance = vdk_vec_add(path->radiance, vdk_vec_scale(light, factor));
}

/** Adds what the ray onward found, or takes the path to where it is blocked: the part it has met.
 *  Returns 0 at its end. */
VD_FN int vdk_path_onward(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                          int is_blocked, vdk_position hit, VDK_PRIVATE vdk_path *path)
{
    int depth = path->depth;
    if (vertex->sun_total > 0.0f)
        vdk_add_discs(scene, &vertex->surface, vertex->direction, is_blocked, vertex->sun_total,
                      path);
    path->throughput = vdk_vec_mul(path->throughput, vertex->surface.albedo);
    int catches = vdk_path_catches(scene, path);
    if (catches == (is_blocked != 0)) {
        vdk_vec sky = vdk_sky_radiance(&scene->sky, vertex->direction);
        sky = vdk_vec_mul(path->throughput, sky);
        if (catches) sky = vdk_vec_scale(sky, -1.0f);
        path->radiance = vdk_vec_add(path->radiance, sky);
    }
    if (!is_blocked) return 0;
    if (depth == scene->bounces) return 0;
    if (scene->bounces == VDK_UNLIMITED && depth >= VDK_ROULETTE_FROM &&
        !vdk_roulette(&path->sampler, vdk_vertex_pad(depth), path))
        return 0;
    path->at = hit;
    path->part = is_blocked;
    path->wo = vdk_vec_scale(vertex->direction, -1.0f);
    path->depth++;
    return vdk_vec_max(path->throughput) > 0.0f;
}

/** Radiance that a path just begun brings; *rays is increased by the rays traced. */
VD_FN vdk_vec vdk_radiance(VDK_SCENE const vdk_scene *scene, vdk_path path,
                           VDK_PRIVATE vdk_uint *rays)
{
    vdk_vertex vertex;
    vdk_position hit = path.at;
    int is_blocked;
    do {
        vertex = vdk_path_shade(scene, &path);
        *rays += (vdk_uint)(vertex.to_sun + vertex.onward);
        if (vertex.to_sun) {
            is_blocked = vdk_scene_trace(scene, path.part, path.at, vertex.sun_direction, &hit);
            vdk_path_light(scene, &vertex, is_blocked, &path);
        }
        if (!vertex.onward) break;
        is_blocked = vdk_scene_trace(scene, path.part, path.at, vertex.direction, &hit);
    } while (vdk_path_onward(scene, &vertex, is_blocked, hit, &path));
    return path.radiance;
}

#endif
