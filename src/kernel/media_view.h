/* Media before a camera.
 *
 * What a camera's ray sees is split in two, each with a path of its own: what is behind the media,
 * weakened by their transmittance, which is known exactly; and what they scatter into the ray, from
 * a distance sampled by the density T s / (1 - T(d)) of a point before d, weighed by 1 - T(d). So
 * thin mist costs a picture's ground no noise, and the two are AOVs for nothing. Of media that have
 * to be tracked (media_track.h) T is an estimate without bias, and so are distance and weight.
 *
 * A physical sky's own air (aerial.h) is mixed with the media. With A(t) the light that air before
 * t adds and a(t) what it lets through, the integral of T(t) dA is T(d) A(d) plus the mean of
 * A(t) (1 - T(d)) over distances so sampled, by parts: each path begins with the air before its own
 * vertex. */
#ifndef VDK_MEDIA_VIEW_H
#define VDK_MEDIA_VIEW_H

#include "aerial.h"
#include "media.h"

#define VDK_MEDIA_SALT 0x6d656469u /* makes the random numbers of a path in media its own */

#define VDK_PAD_MEDIA 0x7ffe0000u /* of tracking before a camera */

/** Is the media's depth known along any ray? */
VD_FN int vdk_media_is_known(VDK_SCENE const vdk_scene *scene)
{
    return !scene->media.is_tracked && scene->cloud.kind == VDK_CLOUD_NONE;
}

/* A point that scatters light into a camera's ray, which was found on the way to what is left at
 * the ray's end; of media whose depth is known it is unread, and found later. */
typedef struct vdk_media_point {
    float metres, weight;
    int part;
} vdk_media_point;

/** The optical depth of the media before so many metres of a camera's ray, or one whose T is so in
 *  the mean; 0 where it meets none. */
VD_FN float vdk_media_depth(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                            float most, VDK_PRIVATE const vdk_sampler *sampler,
                            VDK_PRIVATE vdk_media_point *point)
{
    if (vdk_media_is_known(scene)) return vdk_fog_depth(scene, from, direction, most);
    float left =
        vdk_air_split(scene, from, direction, most, vdk_stream_make(sampler, VDK_PAD_MEDIA),
                      &point->metres, &point->part, &point->weight);
    return left > 0.0f ? vdk_max(-vdk_logf(left), 0.0f) : VDK_HUGE;
}

/** 1 - T of a camera's ray before so many metres. */
VD_FN float vdk_media_share(float depth)
{
    return vdk_fog_reach(1.0f, depth);
}

/** Puts the media before a path that begins on what a camera's ray meets. */
VD_FN void vdk_media_before(VDK_SCENE const vdk_scene *scene, float depth,
                            VDK_PRIVATE vdk_path *path)
{
    vdk_vec left = vdk_fog_left(scene, depth);
    path->radiance = vdk_vec_mul(path->radiance, left);
    path->throughput = vdk_vec_mul(path->throughput, left);
}

/** A point of fog of known depth before so many metres of a camera's ray, by a uniform number: how
 *  far it is. Returns what it is worth for each colour. */
VD_FN vdk_vec vdk_fog_point(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                            float most, float depth, float u, VDK_PRIVATE float *metres)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    const vdk_vec even = vdk_vec_make(1.0f, 1.0f, 1.0f);
    vdk_fog_line line = vdk_fog_along(scene, from, direction);
    if (!m->is_coloured) {
        float share = vdk_media_share(depth);
        vdk_fog_walk(m, &line, most, -vdk_logf(1.0f - u * share), metres);
        return vdk_vec_make(share, share, share);
    }
    vdk_vec shares =
        vdk_vec_make(vdk_media_share(depth * m->tint.x), vdk_media_share(depth * m->tint.y),
                     vdk_media_share(depth * m->tint.z));
    int hero = vdk_fog_hero(even, &u);
    float share = hero == 0 ? shares.x : hero == 1 ? shares.y : shares.z;
    float deep = -vdk_logf(1.0f - u * share) / vdk_fog_tint_of(m, hero);
    deep = vdk_fog_walk(m, &line, most, deep, metres);
    vdk_vec found = vdk_vec_mul(vdk_fog_left(scene, deep), m->tint);
    float density = (found.x / shares.x + found.y / shares.y + found.z / shares.z) / 3.0f;
    return density > 0.0f ? vdk_vec_scale(found, 1.0f / density) : vdk_vec_make(0.0f, 0.0f, 0.0f);
}

/** Begins the path of light that the media scatter into a camera's ray, of this depth and so many
 *  metres, of which vdk_media_depth() has told. width: the pixel's, per metre of distance. Returns
 * 0 if they scatter none this time. */
VD_FN int vdk_media_begin(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                          float most, float depth, VDK_PRIVATE const vdk_media_point *point,
                          vdk_sampler sampler, float width, VDK_PRIVATE vdk_path *path)
{
    float metres = 0.0f;
    vdk_vec shares;
    int part = VDK_PART_MEDIUM;
    sampler.hash = vdk_hash_combine(sampler.hash, VDK_MEDIA_SALT);
    if (!vdk_media_is_known(scene)) {
        if (!(point->weight > 0.0f)) return 0;
        metres = point->metres;
        part = point->part;
        shares = vdk_vec_make(point->weight, point->weight, point->weight);
    } else {
        float u = vdk_sample_1d(&sampler, VDK_PAD_PIXEL);
        shares = vdk_fog_point(scene, from, direction, most, depth, u, &metres);
    }
    vdk_position at = vdk_along(&scene->terrain, from, direction, metres);
    *path = vdk_path_begin(sampler, at, vdk_vec_scale(direction, -1.0f), 0.5f * width * metres);
    path->part = part;
    if (scene->air.distance_scale > 0.0f) vdk_aerial_before(scene, direction, metres, path);
    path->radiance = vdk_vec_mul(path->radiance, shares);
    path->throughput =
        vdk_vec_mul(vdk_vec_mul(path->throughput, vdk_media_albedo(scene, part)), shares);
    return 1;
}

#endif
