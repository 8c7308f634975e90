/* Media before a camera.
 *
 * What a camera's ray sees is split in two, each with a path of its own: what is behind the media,
 * weakened by their transmittance, which is known exactly; and what they scatter into the ray, from
 * a distance sampled by the density T s / (1 - T(d)) of a point before d, weighed by 1 - T(d). So
 * thin mist costs a picture's ground no noise, and the two are AOVs for nothing.
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

/** 1 - T of a camera's ray before so many metres. */
VD_FN float vdk_media_share(float depth)
{
    return vdk_fog_reach(1.0f, depth);
}

/** Puts the media before a path that begins on what a camera's ray meets. */
VD_FN void vdk_media_before(float depth, VDK_PRIVATE vdk_path *path)
{
    float left = vdk_expf(-depth);
    path->radiance = vdk_vec_scale(path->radiance, left);
    path->throughput = vdk_vec_scale(path->throughput, left);
}

/** Begins the path of light that the media scatter into a camera's ray, of this depth and so many
 *  metres. width: the pixel's, per metre of distance. */
VD_FN vdk_path vdk_media_begin(VDK_SCENE const vdk_scene *scene, vdk_position from,
                               vdk_vec direction, float most, float depth, vdk_sampler sampler,
                               float width)
{
    float metres, share = vdk_media_share(depth);
    sampler.hash = vdk_hash_combine(sampler.hash, VDK_MEDIA_SALT);
    float u = vdk_sample_1d(&sampler, VDK_PAD_PIXEL);
    vdk_fog_line line = vdk_fog_along(scene, from, direction);
    vdk_fog_walk(&scene->media, &line, most, -vdk_logf(1.0f - u * share), &metres);
    vdk_position at = vdk_along(&scene->terrain, from, direction, metres);
    vdk_path path =
        vdk_path_begin(sampler, at, vdk_vec_scale(direction, -1.0f), 0.5f * width * metres);
    path.part = VDK_PART_MEDIUM;
    if (scene->air.distance_scale > 0.0f) vdk_aerial_before(scene, direction, metres, &path);
    path.radiance = vdk_vec_scale(path.radiance, share);
    path.throughput = vdk_vec_scale(vdk_vec_mul(path.throughput, scene->media.albedo), share);
    return path;
}

#endif
