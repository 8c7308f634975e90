/* A path on its way from vertex to vertex: what it carries, what is known of a vertex, and what all
 * kinds of ground have in common. */
#ifndef VDK_PATH_H
#define VDK_PATH_H

#include "block.h"
#include "lights.h"
#include "sampler.h"
#include "sunward.h"
#include "surface.h"

/* Pads of random numbers: one for the pixel, then so many a vertex. */
enum {
    VDK_PAD_PIXEL = 0,
    VDK_PAD_FIRST_VERTEX = 1,
    VDK_PAD_SUN = 0,
    VDK_PAD_SUN_CHOICE = 1, /* its second number chooses a part of the BSDF */
    VDK_PAD_BSDF = 2,
    VDK_PAD_ROULETTE = 3, /* its second number chooses an emitter */
    VDK_PADS_PER_VERTEX = 4
};

/* Unlimited paths play roulette from this vertex on, in scenes with fog from a later one and with
 * odds that much better: scattered light that few paths bring is noise. */
#define VDK_ROULETTE_FROM 4
#define VDK_ROULETTE_FROM_IN_FOG 6
#define VDK_ROULETTE_ODDS_IN_FOG 2.0f
/* They go on by so great a chance at most: in clouds they have to for long, and paths that others
 * stand for are most of the noise of these. */
#define VDK_ROULETTE_MOST 0.98f
#define VDK_ROULETTE_IN_MEDIA 0.995f
#define VDK_ROULETTE_IN_CLOUDS 0.998f

typedef struct vdk_path {
    vdk_sampler sampler;
    float time;           /* at which all of it happens, of motion.h */
    vdk_position at;      /* its next vertex */
    int part;             /* and what that lies on (block.h) */
    vdk_object_point on;  /* of an object: where on it */
    vdk_object_point met; /* where on an object its ray onward has met one: the engine says */
    vdk_vec wo;           /* from there back to where the path comes from, unit */
    float spread; /* half the width of its pixel where it meets the ground, in metres; 0: unknown */
    int depth;    /* vertices before that one */
    int crossings; /* those of them on the surface of water and in media, which are no bounces */
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
    float sun_factor; /* of its light; on ground that is not plain, what of it passes a block */
    vdk_position sun_from; /* where that ray begins, and on which part */
    int sun_part;
    int onward; /* is a ray due that was sampled from the BSDF? */
    vdk_vec direction;
    /* The rest is of ground that is not plain. */
    vdk_vec weight; /* of what comes along the ray onward */
    vdk_vec discs;  /* light of the suns that it meets */
    float sky_pdf; /* of the choice of the sky as the light to sample, over that of the direction */
    float emitter_pdf; /* the same of the objects' emitters */
    int emitter;       /* that the ray to a light is to reach; -1: none, but a sun or the sky */
    /* And these of scenes that tell kinds of light apart (vdk_scene.splits). */
    int light;         /* that sun_light is of: a sun's number, or the number of suns: the sky */
    vdk_vec sun_gloss; /* share of gloss in sun_light, at a first vertex */
    vdk_vec gloss;     /* and in weight */
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

VD_FN vdk_uint vdk_vertex_pad(int depth)
{
    return VDK_PAD_FIRST_VERTEX + (vdk_uint)depth * VDK_PADS_PER_VERTEX;
}

/** Two more pads, for a vertex on water: foam, and how far light goes in it. */
VD_FN vdk_uint vdk_water_pad(int depth)
{
    return 0x40000000u + 2u * (vdk_uint)depth;
}

/** Is a path where no bounce is: on the surface of water that lets it through, or in a medium? */
VD_FN int vdk_path_crosses(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path)
{
    return vdk_part_is_air(path->part) || (path->part == VDK_PART_WATER && scene->water.is_optical);
}

/** May a path meet no more ground but for what water (water_path.h) and media let it see? */
VD_FN int vdk_path_is_last(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path)
{
    int bounces = path->depth - path->crossings - vdk_path_crosses(scene, path);
    if (vdk_part_is_air(path->part) && scene->media.is_single) return 1;
    return scene->bounces != VDK_UNLIMITED && bounces >= scene->bounces;
}

/** The vertex from which on paths may end at random, and the odds of those that go on. */
VD_FN int vdk_roulette_from(VDK_SCENE const vdk_scene *scene)
{
    return scene->media.fog != VDK_FOG_NONE ? VDK_ROULETTE_FROM_IN_FOG : VDK_ROULETTE_FROM;
}

VD_FN float vdk_roulette_odds(VDK_SCENE const vdk_scene *scene)
{
    return scene->media.fog != VDK_FOG_NONE ? VDK_ROULETTE_ODDS_IN_FOG : 1.0f;
}

/** Ends a path at random, which goes on by this chance at most; what goes on is made stronger by as
 *  much. worth: by how much more than its throughput says it is worth to go on. Returns 0 at its
 *  end. */
VD_FN int vdk_roulette(VDK_PRIVATE const vdk_sampler *sampler, vdk_uint pad, float most,
                       float worth, VDK_PRIVATE vdk_path *path)
{
    float survival = vdk_min(vdk_vec_max(path->throughput) * worth, most);
    if (vdk_sample_1d(sampler, pad + VDK_PAD_ROULETTE) >= survival) return 0;
    path->throughput = vdk_vec_scale(path->throughput, 1.0f / survival);
    return 1;
}

VD_FN float vdk_distance_between(VDK_SCENE const vdk_scene *scene, vdk_position here,
                                 vdk_position there)
{
    float m[4];
    vdk_metric_at(&scene->terrain, here.cy, m);
    float x = (float)(there.cx - here.cx) + (there.fx - here.fx);
    float y = (float)(there.cy - here.cy) + (there.fy - here.fy);
    float z = (there.z - here.z) * scene->terrain.z_factor;
    float cells = vdk_abs(m[0] * m[3] - m[1] * m[2]); /* a square metre */
    return vdk_sqrtf((x * x + y * y) / cells + z * z);
}

/** The spread of a path that bounced off the ground here and meets it there: what comes from there
 *  is blurred over a wide angle, but by water over a narrow one. */
VD_FN float vdk_spread_onward(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                              vdk_position there)
{
    const float tangent =
        !vdk_part_is_air(path->part) && vdk_path_crosses(scene, path) ? 0.002f : 0.25f;
    const float spread = path->spread;
    const vdk_position here = path->at;
    if (scene->plain || scene->misty) return spread; /* and unread */
    return spread + tangent * vdk_distance_between(scene, here, there);
}

/** Takes a path on to where its ray hits a part. Returns 0 at its end. */
VD_FN int vdk_path_bounce(VDK_SCENE const vdk_scene *scene, vdk_vec direction, int part,
                          vdk_position hit, VDK_PRIVATE vdk_path *path)
{
    int depth = path->depth;
    int is_surface = vdk_part_is_air(part) || (part == VDK_PART_WATER && scene->water.is_optical);
    int is_endless = scene->bounces == VDK_UNLIMITED || vdk_part_is_air(part);
    float most = scene->media.is_there ? VDK_ROULETTE_IN_MEDIA : VDK_ROULETTE_MOST;
    if (part >= VDK_PART_CLOUD) most = VDK_ROULETTE_IN_CLOUDS;
    int is_once = vdk_part_is_air(path->part) && scene->media.is_single;
    if (is_once || (vdk_path_is_last(scene, path) && !is_surface)) return 0;
    if (is_endless && depth >= vdk_roulette_from(scene) &&
        !vdk_roulette(&path->sampler, vdk_vertex_pad(depth), most,
                      vdk_roulette_odds(scene) * vdk_sunward_worth(scene, direction), path))
        return 0;
    path->spread = vdk_spread_onward(scene, path, hit);
    path->crossings += vdk_path_crosses(scene, path);
    path->at = hit;
    path->part = part;
    path->on = path->met;
    path->wo = vdk_vec_scale(direction, -1.0f);
    path->depth++;
    return vdk_vec_max(path->throughput) > 0.0f;
}

/** A path that has come down to a point of the ground; see vdk_path. */
VD_FN vdk_path vdk_path_begin(vdk_sampler sampler, vdk_position at, vdk_vec wo, float spread)
{
    vdk_path path;
    path.sampler = sampler;
    path.at = at;
    path.part = VDK_PART_GROUND;
    path.on.instance = path.on.triangle = -1;
    path.on.u = path.on.v = path.on.time = 0.0f;
    path.time = 0.0f;
    path.met = path.on;
    path.wo = wo;
    path.spread = spread;
    path.depth = 0;
    path.crossings = 0;
    path.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    path.throughput = vdk_vec_make(1.0f, 1.0f, 1.0f);
    return path;
}

#endif
