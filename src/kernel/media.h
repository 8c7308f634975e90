/* Light in what fills the air.
 *
 * The radiative transfer equation (Chandrasekhar 1960) as an integral along a ray, for extinction
 * s, albedo w, phase function p and transmittance T(t) = e^-tau(t):
 *     L = T(d) L(d) + integral over t of T(t) s w(t) integral over wi of p(wo, wi) L(t, wi).
 * A path's ray onward meets whatever is first: a distance is sampled by the density T s, which
 * weighs 1 and w; one beyond what the tracer has found leaves that as it is, by the probability T.
 * A point found is a vertex like one on the ground, with p in place of BSDF and cosine: a light is
 * sampled from it, through the medium by T in closed form, and a direction from p, and what both
 * can find is weighted by the balance heuristic, which knows of directions alone (Veach 1997,
 * section 9.2.2.1): T is in the one as a factor and in the other as a chance. Phase functions
 * are those of phase.h, sampled exactly.
 *
 * A ray of the camera is not left to chance: media_view.h.
 *
 * Where light is to be scattered once alone, a point in the air is found by a camera's ray, or by
 * one that water reflects, as a lake shows the shafts over it: all other rays are weakened by T,
 * and from that point lights are sampled and nothing else, but for a sky of one or two colours,
 * which is found by p alone.
 *
 * Extinction is the same for all colours, as droplets have it, and colour in the albedo, a weight;
 * or each colour has its own (media_fog.h).
 * Points in the air are none of the bounces that a scene allows, like the surface of water, and
 * paths among them end by roulette. */
#ifndef VDK_MEDIA_H
#define VDK_MEDIA_H

#include "media_air.h"
#include "path.h"

/** The pad that says how far a path's ray onward comes. */
VD_FN vdk_uint vdk_media_pad(int depth)
{
    return 0x20000000u + (vdk_uint)depth;
}

/** A number for a path's vertex that nothing else uses: of the way to a light. */
VD_FN vdk_uint vdk_media_to_light(VDK_PRIVATE const vdk_sampler *sampler, vdk_uint pad)
{
    return vdk_stream_make(sampler, pad + 0x28000000u);
}

/** Share of light that a point in the air scatters, and does not take. */
VD_FN vdk_vec vdk_media_albedo(VDK_SCENE const vdk_scene *scene, int part)
{
    return part >= VDK_PART_CLOUD ? scene->cloud.albedo : scene->media.albedo;
}

/** The phase function by which it does. */
VD_FN VDK_SCENE const vdk_phase *vdk_media_phase(VDK_SCENE const vdk_scene *scene, int part)
{
    return part >= VDK_PART_CLOUD ? &scene->cloud.phase : &scene->media.phase;
}

/** Does a path's ray onward run under water, where no fog is? */
VD_FN int vdk_media_lie_above(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                              vdk_vec direction)
{
    if (!scene->water.is_optical) return 0;
    if (path->part == VDK_PART_WATER) return direction.z < 0.0f;
    if (path->part == VDK_PART_GROUND || path->part == VDK_PART_OBJECT)
        return vdk_water_depth(scene, path->at) > 0.0f;
    return path->part == VDK_PART_IN_WATER;
}

/** The random number by which a path meets fog of known depth. */
VD_FN float vdk_media_number(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                             vdk_uint pad)
{
    int is_read = scene->media.fog != VDK_FOG_NONE && !scene->media.is_tracked;
    return is_read ? vdk_sample_1d(&path->sampler, pad) : 0.0f;
}

/** The chance by which light is looked for at a point of a cloud, of what its phase function, in a
 *  unit of an even one's, lets it have. */
VD_FN float vdk_cloud_chance(float phase)
{
    return vdk_clamp(4.0f * VDK_PI * phase, 0.1f, 1.0f);
}

/** vdk_media_meet() of fog whose colours differ, before `most` metres. */
VD_FN int vdk_fog_meet(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path, int part,
                       float most, VDK_PRIVATE vdk_position *hit, VDK_PRIVATE vdk_vertex *vertex)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    vdk_vec carried = vdk_vec_mul(path->throughput, vertex->weight);
    float sum = carried.x + carried.y + carried.z, metres;
    if (!(sum > 0.0f)) return part;
    float u = vdk_sample_1d(&path->sampler, vdk_media_pad(path->depth));
    float tint = vdk_fog_tint_of(m, vdk_fog_hero(carried, &u));
    vdk_fog_line line = vdk_fog_along(scene, path->at, vertex->direction);
    float depth = vdk_fog_walk(m, &line, most, -vdk_logf(1.0f - u) / tint, &metres);
    int meets = metres < most;
    vdk_vec share = vdk_fog_left(scene, depth);
    if (meets) share = vdk_vec_mul(share, m->tint);
    float density = vdk_vec_dot(carried, share) / sum; /* of all colours that could have found it */
    if (!(density > 0.0f)) return part;
    share = vdk_vec_scale(share, 1.0f / density);
    vertex->weight = vdk_vec_mul(vertex->weight, share);
    vertex->discs = vdk_vec_mul(vertex->discs, share);
    if (!meets) return part;
    *hit = vdk_along(&scene->terrain, path->at, vertex->direction, metres);
    vertex->weight = vdk_vec_mul(vertex->weight, m->albedo);
    vertex->discs = vdk_vec_make(0.0f, 0.0f, 0.0f);
    return VDK_PART_MEDIUM;
}

/** Lets the ray onward from a vertex meet the media too, of which is known what else it meets.
 *  Returns the part that it does meet; *hit becomes the point, and the vertex's weight what that is
 *  worth. */
VD_FN int vdk_media_meet(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                         int part, VDK_PRIVATE vdk_position *hit, VDK_PRIVATE vdk_vertex *vertex)
{
    float most = VDK_HUGE, metres;
    if (vdk_media_lie_above(scene, path, vertex->direction)) return part;
    if (part != VDK_MISS) {
        vdk_vec way = vdk_metres_between(&scene->terrain, path->at, *hit);
        most = vdk_sqrtf(vdk_vec_dot(way, way));
    }
    vdk_uint pad = vdk_media_pad(path->depth);
    vdk_uint stream = vdk_stream_make(&path->sampler, pad);
    if (scene->media.is_single && path->part != VDK_PART_WATER) {
        vdk_vec left = vdk_media_colours(scene, path->at, vertex->direction, most, stream);
        vertex->weight = vdk_vec_mul(vertex->weight, left);
        vertex->discs = vdk_vec_mul(vertex->discs, left);
        return part;
    }
    if (scene->media.is_coloured) return vdk_fog_meet(scene, path, part, most, hit, vertex);
    float u = vdk_media_number(scene, path, pad);
    int medium = vdk_air_collide(scene, path->at, vertex->direction, most, stream, u, &metres);
    if (medium == VDK_MISS) return part;
    *hit = vdk_along(&scene->terrain, path->at, vertex->direction, metres);
    vertex->weight = vdk_vec_mul(vertex->weight, vdk_media_albedo(scene, medium));
    vertex->discs = vdk_vec_make(0.0f, 0.0f, 0.0f);
    return medium;
}

#endif
