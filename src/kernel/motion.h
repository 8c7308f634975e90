/* A camera and objects that move while the shutter is open (distribution ray tracing: R. Cook, T.
 * Porter, L. Carpenter 1984).
 *
 * Each sample has a time of its own, by a random number that no other use has, so that the samples
 * of a pixel are spread evenly over time; the shutter's curve is followed by the inverse of what
 * light it has let in, so all samples count the same. A rolling shutter opens row by row, from the
 * top down, and a sample's row is where it lies, not its pixel. At its time the camera is that of
 * the host's poses, between two of them: places go straight, axes along the chord of their arc,
 * made orthonormal again. With n pieces of a
 * turn by an angle a the direction is off by less than (a / n)^2 / 8, and a place on a circle of
 * radius r by r times that: of 16 pieces and 10 degrees 1.5e-5, a part in 10,000 of the blur. All
 * rays of the sample's paths have its time: objects are where they are then (object_surface.h). */
#ifndef VDK_MOTION_H
#define VDK_MOTION_H

#include "sampler.h"
#include "scene.h"

enum { VDK_PAD_TIME = (1 << 20) + 64 }; /* of its random number, behind the lens's */

/** The camera's own pose. */
VD_FN vdk_pose vdk_pose_still(VDK_SCENE const vdk_view_camera *camera)
{
    vdk_pose pose;
    pose.eye = camera->eye;
    pose.right = camera->right;
    pose.up = camera->up;
    pose.forward = camera->forward;
    pose.pixel = camera->pixel;
    pose.middle_x = camera->middle_x;
    pose.middle_y = camera->middle_y;
    return pose;
}

/** Do the rays of the camera start from several poses? */
VD_FN int vdk_camera_moves(VDK_SCENE const vdk_view_camera *camera)
{
    return camera->motion.count > 0 && !camera->motion.is_sharp;
}

/** When a sample is taken that lies so many pixels from the picture's top: 0 to 1, of all the time
 *  that the shutter is open somewhere. */
VD_FN float vdk_motion_time(VDK_SCENE const vdk_motion *motion, float row, float u)
{
    float at = u * (float)VDK_SHUTTER_CELLS;
    int cell = vdk_imin(vdk_ifloor(at), VDK_SHUTTER_CELLS - 1);
    float share = vdk_min(vdk_max(row / motion->height, 0.0f), 1.0f);
    float within =
        motion->when[cell] + (at - (float)cell) * (motion->when[cell + 1] - motion->when[cell]);
    return motion->rolling * share + within;
}

VD_FN vdk_vec vdk_vec_between(vdk_vec a, vdk_vec b, float t)
{
    return vdk_vec_make(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), a.z + t * (b.z - a.z));
}

/** A place on the straight line between two. */
VD_FN vdk_position vdk_position_between(vdk_position a, vdk_position b, float t)
{
    vdk_position p;
    float x = a.fx + t * ((float)(b.cx - a.cx) + (b.fx - a.fx));
    float y = a.fy + t * ((float)(b.cy - a.cy) + (b.fy - a.fy));
    int cx = vdk_ifloor(x), cy = vdk_ifloor(y);
    p.cx = a.cx + cx;
    p.cy = a.cy + cy;
    p.fx = x - (float)cx;
    p.fy = y - (float)cy;
    p.z = a.z + t * (b.z - a.z);
    return p;
}

/** The pose at a time of 0 to 1. */
VD_FN vdk_pose vdk_pose_at(VDK_SCENE const vdk_motion *motion, float time)
{
    float at = time * (float)(motion->count - 1);
    int i = vdk_imin(vdk_ifloor(at), motion->count - 2);
    float t = at - (float)i;
    vdk_pose a = motion->poses[i], b = motion->poses[i + 1], pose;
    pose.eye = vdk_position_between(a.eye, b.eye, t);
    pose.forward = vdk_vec_normalize(vdk_vec_between(a.forward, b.forward, t));
    vdk_vec right = vdk_vec_between(a.right, b.right, t);
    float off = vdk_vec_dot(right, pose.forward);
    pose.right = vdk_vec_normalize(vdk_vec_add(right, vdk_vec_scale(pose.forward, -off)));
    vdk_vec r = pose.right, f = pose.forward;
    pose.up = vdk_vec_make(r.y * f.z - r.z * f.y, r.z * f.x - r.x * f.z, r.x * f.y - r.y * f.x);
    pose.pixel = a.pixel + t * (b.pixel - a.pixel);
    pose.middle_x = a.middle_x + t * (b.middle_x - a.middle_x);
    pose.middle_y = a.middle_y + t * (b.middle_y - a.middle_y);
    return pose;
}

#endif
