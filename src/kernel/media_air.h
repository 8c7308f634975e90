/* All that is in the air: fog and clouds, either or both.
 *
 * Two independent Poisson processes are one of the sum of their rates: of a distance sampled in
 * each the nearer one is that of both, and both's transmittance is the product. Each point found is
 * in the medium that it was found in, with its albedo and phase function.
 *
 * A camera's ray (media_view.h) meets the collisions of both in the order of their distance. Each
 * of clouds, and of fog that is tracked, takes its share of what is left of light by then. Fog
 * whose depth is known takes 1 - T at once, at a point sampled from its T s, of what clouds leave
 * up to there; its T is in the weight of each collision in a cloud and in what is left at the end,
 * exactly. One of all these points is chosen in proportion to what it takes. */
#ifndef VDK_MEDIA_AIR_H
#define VDK_MEDIA_AIR_H

#include "cloud_track.h"
#include "media_track.h"

/** What is left of light after so many metres of a ray: T, or what is so in the mean. */
VD_FN float vdk_media_left(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                           float most, vdk_uint stream)
{
    float left = 1.0f;
    if (scene->media.fog != VDK_FOG_NONE)
        left = scene->media.is_tracked ? vdk_track_left(scene, from, direction, most, stream)
                                       : vdk_expf(-vdk_fog_depth(scene, from, direction, most));
    if (scene->cloud.kind != VDK_CLOUD_NONE && left > 0.0f)
        left *= vdk_cloud_left(scene, from, direction, most, vdk_stream_other(stream));
    return left;
}

/** The same for each colour. Fog whose colours differ is of known depth, and nothing else is there.
 */
VD_FN vdk_vec vdk_media_colours(VDK_SCENE const vdk_scene *scene, vdk_position from,
                                vdk_vec direction, float most, vdk_uint stream)
{
    if (scene->media.is_coloured)
        return vdk_fog_left(scene, vdk_fog_depth(scene, from, direction, most));
    float left = vdk_media_left(scene, from, direction, most, stream);
    return vdk_vec_make(left, left, left);
}

/** How far light comes along a ray through fog of known depth, by a random number; VDK_HUGE
 *  metres if it is not scattered. */
VD_FN float vdk_fog_way(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                        float u)
{
    float metres, deepest = -vdk_logf(1.0f - u);
    if (!(deepest > 0.0f)) return VDK_HUGE;
    vdk_fog_line line = vdk_fog_along(scene, from, direction);
    return vdk_fog_walk(&scene->media, &line, VDK_HUGE, deepest, &metres) >= deepest ? metres
                                                                                     : VDK_HUGE;
}

/** How far light comes along a ray through fog. Returns 0 if it comes to the end. u: a random
 *  number, for fog whose depth is known. */
VD_FN int vdk_fog_collide(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                          float most, vdk_uint stream, float u, VDK_PRIVATE float *metres)
{
    if (scene->media.is_tracked)
        return vdk_track_collide(scene, from, direction, most, stream, metres);
    float way = vdk_fog_way(scene, from, direction, u);
    *metres = vdk_min(way, most);
    return way < most;
}

/** The part in which a ray's light is scattered first, and how far that is; VDK_MISS if it comes to
 *  the end. */
VD_FN int vdk_air_collide(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                          float most, vdk_uint stream, float u, VDK_PRIVATE float *metres)
{
    int part = VDK_MISS;
    *metres = most;
    if (scene->media.fog != VDK_FOG_NONE &&
        vdk_fog_collide(scene, from, direction, most, stream, u, metres))
        part = VDK_PART_MEDIUM;
    if (scene->cloud.kind != VDK_CLOUD_NONE) {
        float near;
        if (vdk_cloud_collide(scene, from, direction, *metres, vdk_stream_other(stream), &near)) {
            *metres = near;
            part = VDK_PART_CLOUD;
        }
    }
    return part;
}

/* A camera's ray through both, and the next point of each. */
typedef struct vdk_air_ray {
    vdk_track track; /* through fog that is tracked */
    vdk_cloud_ray cloud;
    float fog_at, cloud_at;       /* metres; VDK_HUGE: no more */
    float fog_share, cloud_share; /* what they take of what is left */
    float fog_left, cloud_left;
    vdk_uint fog_stream, cloud_stream;
} vdk_air_ray;

VD_FN void vdk_air_next_fog(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE vdk_air_ray *r)
{
    r->fog_share = vdk_track_next(scene, &r->track, &r->fog_stream);
    r->fog_at = r->fog_share < 0.0f ? VDK_HUGE : r->track.t;
}

VD_FN void vdk_air_next_cloud(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE vdk_air_ray *r)
{
    r->cloud_share = vdk_cloud_next(&scene->cloud, &r->cloud, &r->cloud_stream);
    r->cloud_at = r->cloud_share < 0.0f ? VDK_HUGE : r->cloud.t;
}

/** The whole fog of known depth as one point. */
VD_FN void vdk_air_known_fog(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                             float most, VDK_PRIVATE vdk_air_ray *r)
{
    vdk_fog_line line = vdk_fog_along(scene, from, direction);
    float depth = vdk_fog_walk(&scene->media, &line, most, VDK_HUGE, &r->fog_at);
    r->fog_share = vdk_fog_reach(1.0f, depth);
    float u = vdk_stream_next(&r->fog_stream);
    vdk_fog_walk(&scene->media, &line, most, -vdk_logf(1.0f - u * r->fog_share), &r->fog_at);
    if (!(r->fog_share > 0.0f)) r->fog_at = VDK_HUGE;
}

VD_FN vdk_air_ray vdk_air_ray_make(VDK_SCENE const vdk_scene *scene, vdk_position from,
                                   vdk_vec direction, float most, vdk_uint stream)
{
    vdk_air_ray r;
    r.fog_at = r.cloud_at = VDK_HUGE;
    r.fog_share = r.cloud_share = 0.0f;
    r.fog_left = r.cloud_left = 1.0f;
    r.fog_stream = stream;
    r.cloud_stream = vdk_stream_other(stream);
    r.cloud.count = 0;
    if (scene->cloud.kind != VDK_CLOUD_NONE) {
        r.cloud = vdk_cloud_ray_make(scene, from, direction, most);
        vdk_cloud_boost(&scene->cloud, &r.cloud);
        vdk_air_next_cloud(scene, &r);
    }
    if (scene->media.fog == VDK_FOG_NONE) return r;
    if (!scene->media.is_tracked) {
        vdk_air_known_fog(scene, from, direction, most, &r);
        return r;
    }
    r.track = vdk_track_make(scene, from, direction, most);
    if (r.track.end > r.track.t) vdk_track_boost(&scene->media, &r.track);
    vdk_air_next_fog(scene, &r);
    return r;
}

/** Goes on to the next point, and returns what it takes of light. */
VD_FN float vdk_air_take(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                         VDK_PRIVATE vdk_air_ray *r)
{
    float taken;
    int is_known = !scene->media.is_tracked && scene->media.fog != VDK_FOG_NONE;
    if (r->fog_at <= r->cloud_at) {
        taken = r->cloud_left * r->fog_left * r->fog_share;
        if (is_known) {
            r->fog_at = VDK_HUGE;
            return taken;
        }
        r->fog_left *= 1.0f - r->fog_share;
        vdk_air_next_fog(scene, r);
        return taken;
    }
    taken = r->cloud_left * r->fog_left * r->cloud_share;
    if (is_known) taken *= vdk_expf(-vdk_fog_depth(scene, from, direction, r->cloud_at));
    r->cloud_left *= 1.0f - r->cloud_share;
    vdk_air_next_cloud(scene, r);
    return taken;
}

/** What is left of light at the end of a camera's ray, which is returned, and a point that
 * scatters, and in which part: *weight is what is scattered at all, 0 if nothing is, in which case
 * the others are unread. */
VD_FN float vdk_air_split(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                          float most, vdk_uint stream, VDK_PRIVATE float *metres,
                          VDK_PRIVATE int *part, VDK_PRIVATE float *weight)
{
    const float little = 0.1f;
    vdk_uint choice = vdk_stream_other(vdk_stream_other(stream));
    vdk_air_ray r = vdk_air_ray_make(scene, from, direction, most, stream);
    *weight = 0.0f;
    *metres = 0.0f;
    *part = VDK_PART_MEDIUM;
    while (r.fog_at < VDK_HUGE || r.cloud_at < VDK_HUGE) {
        int is_fog = r.fog_at <= r.cloud_at;
        float at = is_fog ? r.fog_at : r.cloud_at;
        float taken = vdk_air_take(scene, from, direction, &r);
        *weight += taken;
        if (vdk_stream_next(&choice) * *weight < taken) {
            *metres = at;
            *part = is_fog ? VDK_PART_MEDIUM : VDK_PART_CLOUD;
        }
        float left = r.fog_left * r.cloud_left;
        if (left >= little) continue;
        if (vdk_stream_next(&choice) * little >= left) return 0.0f;
        r.cloud_left *= little / left;
    }
    if (!scene->media.is_tracked && scene->media.fog != VDK_FOG_NONE)
        r.fog_left = vdk_expf(-vdk_fog_depth(scene, from, direction, most));
    return r.fog_left * r.cloud_left;
}

#endif
