/* The path integrator: radiance that leaves the ground towards the eye (Kajiya 1986, "The Rendering
 * Equation", with next-event estimation).
 *
 * A path is taken from vertex to vertex in steps that trace nothing themselves: vdk_path_shade()
 * says which rays are due, vdk_path_light() and vdk_path_onward() are told what became of them. So
 * one path may be traced ray by ray (vdk_radiance()) or many together (render/wave.c), with the
 * same result. Each step is taken as the scene's ground asks: plain, plain in fog, or general.
 *
 * shadow_strength s < 1 lets the part 1 - s of a sun's light through the terrain that stands before
 * it; 1 is physical. */
#ifndef VDK_INTEGRATOR_H
#define VDK_INTEGRATOR_H

#include "block.h"
#include "cloud_path.h"
#include "integrator_general.h"
#include "integrator_misty.h"
#include "integrator_plain.h"
#include "water_path.h"

/** The ground at the path's vertex, and the rays that are due there. */
VD_FN void vdk_path_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                          VDK_PRIVATE vdk_vertex *vertex)
{
    vertex->sun_light = vdk_vec_make(0.0f, 0.0f, 0.0f);
    vertex->sun_factor = 0.0f;
    vertex->sun_from = path->at;
    vertex->sun_part = path->part;
    if (scene->plain)
        vdk_plain_shade(scene, path, vertex);
    else if (scene->misty)
        vdk_misty_shade(scene, path, vertex);
    else if (scene->water.is_there)
        vdk_water_shade(scene, path, vertex);
    else
        vdk_general_shade(scene, path, vertex);
}

/** Adds a light's radiance, when it is known whether the ray to it is blocked. */
VD_FN void vdk_path_light(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                          int is_blocked, VDK_PRIVATE vdk_path *path)
{
    if (scene->plain)
        vdk_plain_light(scene, vertex, is_blocked, path);
    else
        vdk_general_light(scene, vertex, is_blocked, path);
}

/** Adds what the ray onward found, or takes the path to where it is blocked: the part it has met.
 *  Returns 0 at its end. */
VD_FN int vdk_path_onward(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_vertex *vertex,
                          int is_blocked, vdk_position hit, VDK_PRIVATE vdk_path *path)
{
    if (scene->plain) return vdk_plain_onward(scene, vertex, is_blocked, hit, path);
    if (scene->water.is_there) return vdk_water_onward(scene, vertex, is_blocked, hit, path);
    return vdk_general_onward(scene, vertex, is_blocked, hit, path);
}

/** Radiance that a path just begun brings; *rays is increased by the rays traced. */
VD_FN vdk_vec vdk_radiance(VDK_SCENE const vdk_scene *scene, vdk_path path,
                           VDK_PRIVATE vdk_uint *rays)
{
    vdk_vertex vertex;
    vdk_position hit = path.at;
    int is_blocked;
    do {
        vdk_path_shade(scene, &path, &vertex);
        *rays += (vdk_uint)(vertex.to_sun + vertex.onward);
        if (vertex.to_sun) {
            is_blocked =
                vdk_dry_trace(scene, vertex.sun_part, vertex.sun_from, vertex.sun_direction, &hit);
            vdk_path_light(scene, &vertex, is_blocked, &path);
        }
        if (!vertex.onward) break;
        is_blocked = vdk_scene_trace(scene, path.part, path.at, vertex.direction, &hit);
        if (scene->media.is_there)
            is_blocked = vdk_media_meet(scene, &path, is_blocked, &hit, &vertex);
    } while (vdk_path_onward(scene, &vertex, is_blocked, hit, &path) &&
             vdk_cloud_walk(scene, &path));
    return path.radiance;
}

#endif
