/* How far what is seen moves across the picture while the shutter is open: the AOV `motion`.
 *
 * It is the difference of two projections of the same point, of the ground or of an object that may
 * move itself, by the camera's poses at the times when its row of pixels opens and closes; of the
 * sky, which is infinitely far, of a direction. In pixels, x to the right and y up, as compositing
 * programs have motion vectors. A point that is behind the camera at one of the times has no place
 * in the picture then: its motion about the middle of the time is drawn out. */
#ifndef VDK_MOTION_SEEN_H
#define VDK_MOTION_SEEN_H

#include "view.h"

#define VDK_MOTION_MOST 32000.0f /* pixels; more is cut to it */
#define VDK_MOTION_PART 0.03125f /* of the time, about its middle */

/** Where a camera in this pose shows what lies so far from its eye (east, north, up), or in that
 *  direction: pixels from the upper left corner. Returns 0 if it shows it nowhere. */
VD_FN int vdk_view_place(VDK_SCENE const vdk_view_camera *camera, VDK_PRIVATE const vdk_pose *pose,
                         vdk_vec d, VDK_PRIVATE float *x, VDK_PRIVATE float *y)
{
    float a = vdk_vec_dot(d, pose->right), b = vdk_vec_dot(d, pose->up);
    float c = vdk_vec_dot(d, pose->forward), slopes[3];
    float level = vdk_sqrtf(a * a + c * c), across = vdk_sqrtf(a * a + b * b);
    float px = a, py = b;
    switch (camera->projection) {
    case VDK_PROJECTION_ORTHO: break;
    case VDK_PROJECTION_PANORAMA:
        px = vdk_atan2f(a, c);
        py = vdk_atan2f(b, level);
        break;
    case VDK_PROJECTION_CYLINDER:
        if (!(level > 0.0f)) return 0;
        px = vdk_atan2f(a, c);
        py = b / level;
        break;
    case VDK_PROJECTION_FISHEYE: {
        float angle = vdk_atan2f(across, c);
        if (camera->lens.most_angle > 0.0f) {
            if (angle > camera->lens.most_angle) return 0;
            angle = vdk_fisheye_radius(&camera->lens, angle, &slopes[0]);
        }
        px = across > 0.0f ? angle * a / across : 0.0f;
        py = across > 0.0f ? angle * b / across : 0.0f;
        break;
    }
    default:
        if (!(c > 1.0e-3f * across) || !(c > 0.0f)) return 0;
        px = a / c;
        py = b / c;
        if (camera->lens.is_distorted) {
            float to_x, to_y;
            vdk_lens_distort(&camera->lens, px, py, &to_x, &to_y, slopes);
            px = to_x;
            py = to_y;
        }
        break;
    }
    *x = pose->middle_x + px / pose->pixel;
    *y = pose->middle_y - py / pose->pixel;
    return 1;
}

/** Where a point is in the picture at a time: of an object if `on` is on one, else the place `at`;
 * or if is_far a direction. */
VD_FN int vdk_motion_place(VDK_SCENE const vdk_scene *scene, vdk_object_point on, vdk_position at,
                           vdk_vec direction, int is_far, float time, VDK_PRIVATE float *x,
                           VDK_PRIVATE float *y)
{
    VDK_SCENE const vdk_view_camera *camera = &scene->view;
    vdk_pose pose =
        camera->motion.count > 0 ? vdk_pose_at(&camera->motion, time) : vdk_pose_still(camera);
    on.time = time;
    if (on.instance >= 0 && vdk_object_moves(&scene->objects, on.instance))
        at = vdk_object_position(scene, on);
    if (!is_far) direction = vdk_metres_between(&scene->terrain, pose.eye, at);
    return vdk_view_place(camera, &pose, direction, x, y);
}

/** Its motion over the time in which its row is exposed; the row is in pixels from the top. */
VD_FN void vdk_motion_of(VDK_SCENE const vdk_scene *scene, vdk_object_point on, vdk_position at,
                         vdk_vec direction, int is_far, float row, VDK_PRIVATE float *dx,
                         VDK_PRIVATE float *dy)
{
    VDK_SCENE const vdk_view_camera *camera = &scene->view;
    VDK_SCENE const vdk_motion *motion = &camera->motion;
    float x[2], y[2], scale = 1.0f;
    *dx = *dy = 0.0f;
    if (!motion->is_open || (is_far && camera->projection == VDK_PROJECTION_ORTHO)) return;
    float opens = motion->rolling * vdk_clamp(row / motion->height, 0.0f, 1.0f);
    float closes = vdk_min(opens + motion->open, 1.0f);
    if (!vdk_motion_place(scene, on, at, direction, is_far, opens, &x[0], &y[0]) ||
        !vdk_motion_place(scene, on, at, direction, is_far, closes, &x[1], &y[1])) {
        float middle = 0.5f * (opens + closes), part = 0.5f * VDK_MOTION_PART * (closes - opens);
        scale = 1.0f / VDK_MOTION_PART;
        if (!vdk_motion_place(scene, on, at, direction, is_far, middle - part, &x[0], &y[0]) ||
            !vdk_motion_place(scene, on, at, direction, is_far, middle + part, &x[1], &y[1]))
            return;
    }
    float right = x[1] - x[0], round = 2.0f * VDK_PI / camera->pixel;
    int is_round = camera->projection == VDK_PROJECTION_PANORAMA ||
                   camera->projection == VDK_PROJECTION_CYLINDER;
    if (is_round && right > 0.5f * round) right -= round;
    if (is_round && right < -0.5f * round) right += round;
    *dx = vdk_clamp(scale * right, -VDK_MOTION_MOST, VDK_MOTION_MOST);
    *dy = vdk_clamp(scale * (y[0] - y[1]), -VDK_MOTION_MOST, VDK_MOTION_MOST);
}

#endif
