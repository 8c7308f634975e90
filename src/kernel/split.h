/* Light told apart: which part of what a path gets at a vertex comes from which light.
 *
 * A path's steps (integrator.h) add light to its radiance. The same steps on a path that has no
 * radiance yet say what they add, without another formula for it: so parts add up to the whole but
 * for rounding. What a ray onward finds are discs of suns, each by itself, light that objects give,
 * and the rest, which is the sky's. */
#ifndef VDK_SPLIT_H
#define VDK_SPLIT_H

#include "view.h"

/** What a ray to a light brings. */
VD_FN vdk_vec vdk_split_light(VDK_SCENE const vdk_scene *scene, vdk_path path,
                              VDK_PRIVATE const vdk_vertex *vertex, int is_blocked)
{
    path.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    vdk_path_light(scene, vertex, is_blocked, &path);
    return path.radiance;
}

/** What a ray onward brings, of suns and sky. */
VD_FN vdk_vec vdk_split_onward(VDK_SCENE const vdk_scene *scene, vdk_path path,
                               VDK_PRIVATE const vdk_vertex *vertex, int is_blocked)
{
    vdk_position unread = path.at;
    path.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    vdk_path_onward(scene, vertex, is_blocked, unread, &path);
    return path.radiance;
}

/** How many suns' discs a ray onward meets; *first is the first of them. */
VD_FN int vdk_split_covering(VDK_SCENE const vdk_scene *scene, vdk_vec direction,
                             VDK_PRIVATE int *first)
{
    int count = 0;
    for (int i = scene->sun_count - 1; i >= 0; i--)
        if (vdk_sun_covers(&scene->suns[i], direction)) {
            *first = i;
            count++;
        }
    return count;
}

/** What a ray onward that meets a sun's disc brings of it.
 *  alone  it meets no other's */
VD_FN vdk_vec vdk_split_disc(VDK_SCENE const vdk_scene *scene, vdk_path path,
                             VDK_PRIVATE const vdk_vertex *vertex, int is_blocked, int light,
                             int alone)
{
    vdk_vec discs = vertex->discs;
    path.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    if (!(vertex->sun_total > 0.0f)) return path.radiance;
    if (scene->plain) {
        vdk_add_disc(scene, &vertex->surface, vertex->direction, is_blocked, vertex->sun_total,
                     &scene->suns[light], &path);
        return path.radiance;
    }
    if (!alone && path.part < VDK_PART_CLOUD) {
        vdk_bsdf_sampled s;
        vdk_ground g = vdk_ground_at(scene, &path);
        if (vdk_suns_are_sampled(&g)) return path.radiance;
        vdk_ground_eval(&g, vertex->direction, &s.pdf);
        s.wi = vertex->direction;
        s.weight = vertex->weight;
        discs = vdk_vec_mul(vdk_disc_met(scene, &g, &s, vertex->sun_total, light), g.sunshine);
    }
    vdk_general_discs(scene, discs, is_blocked, &path);
    return path.radiance;
}

/** What a ray onward that meets an object brings of the light that this gives by itself; path.met
 *  says where. */
VD_FN vdk_vec vdk_split_emission(VDK_SCENE const vdk_scene *scene, vdk_path path,
                                 VDK_PRIVATE const vdk_vertex *vertex)
{
    path.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    path.throughput = vdk_vec_mul(path.throughput, vertex->weight);
    vdk_add_emission(scene, vertex, &path);
    return path.radiance;
}

/** What of a background (vdk_view_background()) is a sun's disc. */
VD_FN vdk_vec vdk_split_background(VDK_SCENE const vdk_scene *scene, vdk_vec direction, int light)
{
    VDK_SCENE const vdk_sun *sun = &scene->suns[light];
    vdk_vec none = vdk_vec_make(0.0f, 0.0f, 0.0f);
    if (!scene->air.is_there) return vdk_sun_covers(sun, direction) ? sun->radiance : none;
    vdk_vec all = vdk_aerial_background(scene, direction);
    vdk_vec sky = vdk_atmosphere_sky(&scene->air.seen, direction);
    return vdk_vec_add(all, vdk_vec_scale(sky, -1.0f));
}

#endif
