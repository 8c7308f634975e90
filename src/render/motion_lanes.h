/* kernel/motion.h for VD_LANES samples at a time, by the rules of kernel_lanes.h: their times, and
 * the poses of a camera that moves. Includers have included that. */
#ifndef VD_MOTION_LANES_H
#define VD_MOTION_LANES_H

#include "kernel/motion.h"

/* vdk_pose */
typedef struct pose {
    position eye;
    vec right, up, forward;
    vd_lanes pixel, middle_x, middle_y;
} pose;

VD_LANE_FN pose pose_still(const vdk_view_camera *c)
{
    return (pose){{vd_ilanes_all(c->eye.cx), vd_ilanes_all(c->eye.cy), vd_lanes_all(c->eye.fx),
                   vd_lanes_all(c->eye.fy), vd_lanes_all(c->eye.z)},
                  vec_all(c->right),
                  vec_all(c->up),
                  vec_all(c->forward),
                  vd_lanes_all(c->pixel),
                  vd_lanes_all(c->middle_x),
                  vd_lanes_all(c->middle_y)};
}

VD_LANE_FN vd_lanes motion_time(const vdk_motion *motion, vd_lanes row, vd_lanes u)
{
    vd_lanes at = u * (float)VDK_SHUTTER_CELLS;
    vd_ilanes cell = vd_ilanes_min(ifloor(at), vd_ilanes_all(VDK_SHUTTER_CELLS - 1));
    vd_lanes share =
        vd_lanes_min(vd_lanes_max(row / motion->height, (vd_lanes){0}), vd_lanes_all(1.0f));
    vd_lanes from = vd_lanes_gather(motion->when, cell);
    vd_lanes to = vd_lanes_gather(motion->when + 1, cell);
    vd_lanes within = from + (at - vd_lanes_of(cell)) * (to - from);
    return motion->rolling * share + within;
}

VD_LANE_FN vd_lanes between(vd_lanes a, vd_lanes b, vd_lanes t)
{
    return a + t * (b - a);
}

/** A member of the poses of these numbers, which are those before and behind a time, at that time.
 */
VD_LANE_FN vd_lanes member_between(const float *member, vd_ilanes at, vd_lanes t)
{
    const int size = sizeof(vdk_pose) / sizeof(float);
    return between(vd_lanes_gather(member, at), vd_lanes_gather(member + size, at), t);
}

VD_LANE_FN vec vec_between(const vdk_vec *member, vd_ilanes at, vd_lanes t)
{
    return (vec){member_between(&member->x, at, t), member_between(&member->y, at, t),
                 member_between(&member->z, at, t)};
}

/** Cells and fractions along one axis. */
VD_LANE_FN void cells_between(const int *cell, const float *fraction, vd_ilanes at, vd_lanes t,
                              vd_ilanes *to_cell, vd_lanes *to_fraction)
{
    const int size = sizeof(vdk_pose) / sizeof(float);
    vd_ilanes a = vd_gather_words((const uint32_t *)cell, at);
    vd_ilanes b = vd_gather_words((const uint32_t *)cell + size, at);
    vd_lanes fa = vd_lanes_gather(fraction, at), fb = vd_lanes_gather(fraction + size, at);
    vd_lanes x = fa + t * (vd_lanes_of(b - a) + (fb - fa));
    vd_ilanes whole = ifloor(x);
    *to_cell = a + whole;
    *to_fraction = x - vd_lanes_of(whole);
}

/** vdk_pose_at() */
VD_LANE_FN pose pose_at(const vdk_motion *motion, vd_lanes time)
{
    const vdk_pose *p = motion->poses;
    vd_lanes at = time * (float)(motion->count - 1);
    vd_ilanes i = vd_ilanes_min(ifloor(at), vd_ilanes_all(motion->count - 2));
    vd_lanes t = at - vd_lanes_of(i);
    i = i * (int)(sizeof(vdk_pose) / sizeof(float));
    pose out;
    cells_between(&p->eye.cx, &p->eye.fx, i, t, &out.eye.cx, &out.eye.fx);
    cells_between(&p->eye.cy, &p->eye.fy, i, t, &out.eye.cy, &out.eye.fy);
    out.eye.z = member_between(&p->eye.z, i, t);
    out.forward = vec_normalize(vec_between(&p->forward, i, t));
    vec right = vec_between(&p->right, i, t), f = out.forward;
    out.right = vec_normalize(vec_add(right, vec_scale(f, -vec_dot(right, f))));
    vec r = out.right;
    out.up = (vec){r.y * f.z - r.z * f.y, r.z * f.x - r.x * f.z, r.x * f.y - r.y * f.x};
    out.pixel = member_between(&p->pixel, i, t);
    out.middle_x = member_between(&p->middle_x, i, t);
    out.middle_y = member_between(&p->middle_y, i, t);
    return out;
}

#endif
