/* The camera in space: a pixel's sample, along its ray to the ground.
 *
 * The eye is a position on the grid like any other, an int32 cell and a fraction, also far beyond
 * the raster; what a ray meets is as precise as its direction, 24 bits of an angle. Perspective,
 * equidistant fisheye (r = f angle) and the cylinder of a panorama (longitude along x, latitude
 * along y: equirectangular; or its tangent, as on a drawn panorama) are the textbook projections;
 * an ortho camera's rays are parallel and leave from a plane through its eye. A lens (lens.h) may
 * bend what is straight and blur what is not in focus, and a shutter what moves (motion.h). */
#ifndef VDK_VIEW_H
#define VDK_VIEW_H

#include "air_shadow.h"
#include "border.h"
#include "lens.h"
#include "motion.h"
#include "relief.h"

/* What a sample brings. */
typedef struct vdk_seen {
    vdk_vec radiance;
    float alpha; /* 0 where it sees nothing */
} vdk_seen;

/* A ray of the camera. */
typedef struct vdk_sight {
    vdk_position from;
    vdk_vec direction; /* unit */
    float width;       /* of a pixel: on a plane across the ray, in metres per metre of distance; of
                          an ortho camera in metres */
    float time;        /* of motion.h */
} vdk_sight;

VD_FN vdk_vec vdk_pose_direction(VDK_PRIVATE const vdk_pose *pose, float x, float y, float z)
{
    return vdk_vec_add(vdk_vec_add(vdk_vec_scale(pose->right, x), vdk_vec_scale(pose->up, y)),
                       vdk_vec_scale(pose->forward, z));
}

/** The ray of a sample, (u, v) pixels from the centre of pixel (x, y), of a camera in this pose.
 *  Returns 0 where the projection shows nothing. */
VD_FN int vdk_view_ray_of(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_pose *pose, int x,
                          int y, float u, float v, VDK_PRIVATE vdk_sight *sight)
{
    VDK_SCENE const vdk_view_camera *camera = &scene->view;
    float px = (((float)x + 0.5f - pose->middle_x) + u) * pose->pixel;
    float py = ((pose->middle_y - ((float)y + 0.5f)) - v) * pose->pixel;
    float sx, cx, sy, cy, r;
    sight->from = pose->eye;
    sight->time = 0.0f;
    sight->width = pose->pixel;
    if (camera->lens.is_distorted) sight->width *= vdk_lens_straighten(&camera->lens, &px, &py);
    switch (camera->projection) {
    case VDK_PROJECTION_ORTHO:
        sight->direction = pose->forward;
        sight->from = vdk_moved(&scene->terrain, pose->eye, vdk_pose_direction(pose, px, py, 0.0f));
        return 1;
    case VDK_PROJECTION_PANORAMA:
        if (vdk_abs(px) > VDK_PI || vdk_abs(py) > 0.5f * VDK_PI) return 0;
        vdk_sincos_turns(px * (0.5f * VDK_INV_PI), &sx, &cx);
        vdk_sincos_turns(py * (0.5f * VDK_INV_PI), &sy, &cy);
        sight->direction = vdk_pose_direction(pose, sx * cy, sy, cx * cy);
        return 1;
    case VDK_PROJECTION_CYLINDER:
        if (vdk_abs(px) > VDK_PI) return 0;
        vdk_sincos_turns(px * (0.5f * VDK_INV_PI), &sx, &cx);
        r = 1.0f / vdk_sqrtf(py * py + 1.0f);
        sight->direction = vdk_pose_direction(pose, sx * r, py * r, cx * r);
        sight->width *= r;
        return 1;
    case VDK_PROJECTION_FISHEYE:
        r = vdk_sqrtf(px * px + py * py);
        if (camera->lens.most_angle > 0.0f) {
            float wider, angle = vdk_fisheye_angle(&camera->lens, r, &wider);
            if (angle < 0.0f) return 0;
            px *= r > 0.0f ? angle / r : 1.0f;
            py *= r > 0.0f ? angle / r : 1.0f;
            sight->width *= wider;
            r = angle;
        }
        if (r > VDK_PI) return 0;
        vdk_sincos_turns(r * (0.5f * VDK_INV_PI), &sx, &cx);
        sx = r > 0.0f ? sx / r : 0.0f;
        sight->direction = vdk_pose_direction(pose, px * sx, py * sx, cx);
        return 1;
    default:
        r = 1.0f / vdk_sqrtf(px * px + py * py + 1.0f);
        sight->direction = vdk_pose_direction(pose, px * r, py * r, r);
        sight->width *= r * r;
        return 1;
    }
}

/** The same of the camera as it stands still. */
VD_FN int vdk_view_ray(VDK_SCENE const vdk_scene *scene, int x, int y, float u, float v,
                       VDK_PRIVATE vdk_sight *sight)
{
    vdk_pose pose = vdk_pose_still(&scene->view);
    return vdk_view_ray_of(scene, &pose, x, y, u, v, sight);
}

/** A vector that goes with the camera, which is given as it is when that stands still. */
VD_FN vdk_vec vdk_view_turned(VDK_SCENE const vdk_view_camera *camera,
                              VDK_PRIVATE const vdk_pose *pose, vdk_vec v)
{
    if (!vdk_camera_moves(camera)) return v;
    return vdk_pose_direction(pose, vdk_vec_dot(v, camera->right), vdk_vec_dot(v, camera->up),
                              vdk_vec_dot(v, camera->forward));
}

/** Takes a pinhole's ray through a point of the aperture, in metres along its axes. */
VD_FN void vdk_view_refract(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_pose *pose,
                            float side, float top, VDK_PRIVATE vdk_sight *sight)
{
    VDK_SCENE const vdk_view_camera *camera = &scene->view;
    VDK_SCENE const vdk_lens *lens = &camera->lens;
    float scale = 1.0f / vdk_vec_dot(sight->direction, pose->forward);
    float x = vdk_vec_dot(sight->direction, pose->right) * scale;
    float y = vdk_vec_dot(sight->direction, pose->up) * scale;
    vdk_vec at = vdk_vec_add(vdk_vec_scale(lens->side, side), vdk_vec_scale(lens->top, top));
    at = vdk_view_turned(camera, pose, at);
    vdk_vec ray = vdk_vec_scale(sight->direction, scale);
    ray = vdk_vec_add(ray, vdk_vec_scale(at, -vdk_lens_nearness(lens, x, y)));
    sight->direction = vdk_vec_normalize(ray);
    sight->from = vdk_moved(&scene->terrain, pose->eye, at);
}

/** The ray of a sample, which the sampler is at. Returns as vdk_view_ray(). */
VD_FN int vdk_view_aim(VDK_SCENE const vdk_scene *scene, int x, int y,
                       VDK_PRIVATE const vdk_sampler *sampler, VDK_PRIVATE vdk_sight *sight)
{
    VDK_SCENE const vdk_view_camera *camera = &scene->view;
    float u, v, time = 0.0f;
    vdk_pose pose = vdk_pose_still(camera);
    vdk_sample_2d(sampler, VDK_PAD_PIXEL, &u, &v);
    u = vdk_filter_offset(&scene->filter, u);
    v = vdk_filter_offset(&scene->filter, v);
    if (camera->motion.is_open) {
        float row = (float)y + 0.5f + v, open = vdk_sample_1d(sampler, VDK_PAD_TIME);
        time = vdk_motion_time(&camera->motion, row, open);
        if (vdk_camera_moves(camera)) pose = vdk_pose_at(&camera->motion, time);
    }
    if (vdk_abs(camera->lens.aberration) > 0.0f) {
        float size = vdk_lens_size(&camera->lens, sampler);
        u += (((float)x + 0.5f - pose.middle_x) + u) * (size - 1.0f);
        v += (((float)y + 0.5f - pose.middle_y) + v) * (size - 1.0f);
    }
    if (!vdk_view_ray_of(scene, &pose, x, y, u, v, sight)) return 0;
    sight->time = time;
    if (camera->lens.radius > 0.0f) {
        float scale = 1.0f / vdk_vec_dot(sight->direction, pose.forward);
        vdk_lens_sample(&camera->lens, sampler, vdk_vec_dot(sight->direction, pose.right) * scale,
                        vdk_vec_dot(sight->direction, pose.up) * scale, &u, &v);
        vdk_view_refract(scene, &pose, u, v, sight);
    }
    return 1;
}

/** What is seen where a ray of the camera meets no ground. */
VD_FN vdk_seen vdk_view_background(VDK_SCENE const vdk_scene *scene, vdk_vec direction)
{
    vdk_seen seen;
    seen.alpha = scene->view.sees_sky ? 1.0f : 0.0f;
    seen.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    if (!scene->view.sees_sky) return seen;
    if (scene->air.is_there) {
        seen.radiance = vdk_aerial_background(scene, direction);
        return seen;
    }
    seen.radiance = vdk_sky_radiance(scene, direction);
    for (int i = 0; i < scene->sun_count; i++)
        if (vdk_sun_covers(&scene->suns[i], direction))
            seen.radiance = vdk_vec_add(seen.radiance, scene->suns[i].radiance);
    return seen;
}

/** How far it is along a ray of the camera to a point of it, in metres. */
VD_FN float vdk_view_distance(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sight *sight,
                              vdk_position hit)
{
    float m[4];
    vdk_metric_at(&scene->terrain, sight->from.cy, m);
    /* By the axis along which the ray moves most cells. */
    vdk_vec d = sight->direction;
    float gx = m[0] * d.x + m[1] * d.y, gy = m[2] * d.x + m[3] * d.y, gz = d.z;
    float dx = (float)(hit.cx - sight->from.cx) + (hit.fx - sight->from.fx);
    float dy = (float)(hit.cy - sight->from.cy) + (hit.fy - sight->from.fy);
    float dz = (hit.z - sight->from.z) * scene->terrain.z_factor;
    float distance = vdk_abs(gx) >= vdk_abs(gy) ? dx / gx : dy / gy;
    if (vdk_abs(gz) > 0.9f) distance = dz / gz;
    return vdk_abs(distance);
}

/** Half the width of a pixel that sees a point of the ground, in metres across the ray. */
VD_FN float vdk_view_spread(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sight *sight,
                            vdk_position hit)
{
    if (scene->view.projection == VDK_PROJECTION_ORTHO) return 0.5f * sight->width;
    return 0.5f * sight->width * vdk_view_distance(scene, sight, hit);
}

/** The path of a camera's ray that meets a part at a point, and in *seen what is known of it so
 * far: of a plane that shows only shadow what is behind it, marked by a negative alpha. */
VD_FN vdk_path vdk_view_begin(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sight *sight,
                              vdk_sampler sampler, int part, vdk_position hit, float spread,
                              VDK_PRIVATE vdk_seen *seen)
{
    vdk_path path = vdk_path_begin(sampler, hit, vdk_vec_scale(sight->direction, -1.0f), spread);
    path.part = part;
    path.time = sight->time;
    seen->alpha = 1.0f;
    if (vdk_path_catches(scene, &path)) {
        *seen = vdk_view_background(scene, sight->direction);
        seen->alpha = -1.0f;
    } else if (scene->air.distance_scale > 0.0f) {
        vdk_aerial_before(scene, sight->direction, vdk_view_distance(scene, sight, hit), &path);
    }
    return path;
}

/** What a sample brings when its path has ended, with what was known of it when it began. */
VD_FN vdk_seen vdk_view_end(VDK_SCENE const vdk_scene *scene, vdk_seen seen, vdk_vec radiance)
{
    if (seen.alpha >= 0.0f) {
        seen.radiance = radiance;
        return seen;
    }
    float light = scene->block.plane_light;
    float shadow = light > 0.0f ? -vdk_luminance(radiance) / light : 0.0f;
    seen.radiance = vdk_vec_scale(seen.radiance, 1.0f - shadow);
    seen.alpha = scene->view.sees_sky ? 1.0f : shadow;
    return seen;
}

/** The optical depth of the media before what a ray of the camera meets, or of all of them. */
VD_FN float vdk_view_depth(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sight *sight,
                           VDK_PRIVATE const vdk_sampler *sampler, float distance,
                           VDK_PRIVATE vdk_media_point *point)
{
    return vdk_media_depth(scene, sight->from, sight->direction, distance, sampler, point);
}

/** The path of light that media of this depth, before a ray of the camera has gone so many metres,
 *  scatter into it. Returns 0 if they scatter none this time. */
VD_FN int vdk_view_begin_in_air(VDK_SCENE const vdk_scene *scene,
                                VDK_PRIVATE const vdk_sight *sight, vdk_sampler sampler,
                                float distance, float depth,
                                VDK_PRIVATE const vdk_media_point *point,
                                VDK_PRIVATE vdk_path *path)
{
    float width = scene->view.projection == VDK_PROJECTION_ORTHO ? 0.0f : sight->width;
    if (!vdk_media_begin(scene, sight->from, sight->direction, distance, depth, point, sampler,
                         width, path))
        return 0;
    path->time = sight->time;
    if (!vdk_cloud_walk(scene, path)) path->throughput = vdk_vec_make(0.0f, 0.0f, 0.0f);
    return 1;
}

/** Puts media of this depth before what is seen where a ray of the camera meets nothing. */
VD_FN vdk_seen vdk_view_behind(VDK_SCENE const vdk_scene *scene, vdk_seen seen, float depth)
{
    seen.radiance = vdk_vec_mul(seen.radiance, vdk_fog_left(scene, depth));
    seen.alpha = 1.0f - (1.0f - seen.alpha) * vdk_fog_left_grey(scene, depth);
    return seen;
}

/** May air before what a ray of the camera meets, or before the sky, be in the shade? */
VD_FN int vdk_view_is_shaded(VDK_SCENE const vdk_scene *scene, int part)
{
    if (!scene->air.is_shaded || (part == VDK_MISS && !scene->view.sees_sky)) return 0;
    return part != VDK_PART_PLANE || !scene->block.plane_is_shadow;
}

/** What shade in the air takes off a sample whose ray of the camera comes so far, through media of
 *  this depth. */
VD_FN vdk_vec vdk_view_shade(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_sight *sight,
                             VDK_PRIVATE const vdk_sampler *sampler, float distance, float depth,
                             VDK_PRIVATE vdk_uint *rays)
{
    vdk_air_point point;
    vdk_position unread;
    vdk_vec media;
    if (!vdk_air_point_draw(scene, sight->from, sight->direction, distance, depth, sampler, &point))
        return vdk_vec_make(0.0f, 0.0f, 0.0f);
    *rays += 1;
    int part = vdk_scene_trace(scene, VDK_PART_MEDIUM, point.at, point.to_sun, &unread);
    vdk_vec taken = vdk_air_point_taken(scene, &point, part, &media);
    return vdk_vec_add(taken, media);
}

/** What one sample of a pixel brings, which the sampler is of: of a view or of a map. */
VD_FN vdk_seen vdk_see(VDK_SCENE const vdk_scene *scene, int x, int y, vdk_sampler sampler,
                       vdk_uint sample, VDK_PRIVATE vdk_uint *rays)
{
    vdk_seen seen;
    vdk_sight sight;
    vdk_path path;
    vdk_position hit;
    vdk_media_point point = {0.0f, 0.0f, VDK_MISS};
    seen.radiance = vdk_vec_make(0.0f, 0.0f, 0.0f);
    seen.alpha = 0.0f;
    vdk_sampler_seek(&sampler, sample);
    if (scene->view.projection == VDK_PROJECTION_MAP) {
        if (!vdk_relief_begin(scene, x, y, sampler, &path)) return seen;
    } else {
        if (!vdk_view_aim(scene, x, y, &sampler, &sight)) return seen;
        *rays += 1;
        int part = vdk_scene_trace(scene, VDK_MISS, sight.from, sight.direction, &hit);
        float distance = part ? vdk_view_distance(scene, &sight, hit) : VDK_HUGE, depth = 0.0f;
        if (scene->media.is_there)
            depth = vdk_view_depth(scene, &sight, &sampler, distance, &point);
        if (part) {
            path = vdk_view_begin(scene, &sight, sampler, part, hit,
                                  vdk_view_spread(scene, &sight, hit), &seen);
            if (depth > 0.0f) vdk_media_before(scene, depth, &path);
            seen = vdk_view_end(scene, seen, vdk_radiance(scene, path, rays));
        } else {
            seen = vdk_view_background(scene, sight.direction);
            if (depth > 0.0f) seen = vdk_view_behind(scene, seen, depth);
        }
        if (depth > 0.0f &&
            vdk_view_begin_in_air(scene, &sight, sampler, distance, depth, &point, &path))
            seen.radiance = vdk_vec_add(seen.radiance, vdk_radiance(scene, path, rays));
        if (vdk_view_is_shaded(scene, part)) {
            vdk_vec taken = vdk_view_shade(scene, &sight, &sampler, distance, depth, rays);
            seen.radiance = vdk_vec_add(seen.radiance, vdk_vec_scale(taken, -1.0f));
        }
        if (vdk_abs(scene->view.lens.aberration) > 0.0f)
            seen.radiance = vdk_lens_coloured(&sampler, seen.radiance);
        return seen;
    }
    seen.radiance = vdk_radiance(scene, path, rays);
    seen.alpha = 1.0f;
    return seen;
}

#endif
