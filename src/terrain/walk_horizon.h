/* Rays of one eye, begun where its horizon (horizon.c) says that they may first meet land. */
#ifndef VD_WALK_HORIZON_H
#define VD_WALK_HORIZON_H

#include "terrain/horizon.h"
#include "terrain/walk_cell.h"

/* Where they begin then. */
#define LEVEL_AT_LAND 1
/* Groups of such rays that take turns, and lanes under way at which a group is not worth a step. */
#define GROUPS_OF_EYE 2
#define LEFT_TO_QUEUE 4

/* Relative part by which a ray's slope is lowered, for the rounding of its three numbers. */
#define SLOPE_HAIR 4.0e-6f

/** Is there a horizon for these rays? */
static inline int is_from_eye(const vd_ray_batch *batch)
{
    return batch->horizon && batch->horizon->steps && !batch->on_surface;
}

/** vd_horizon_distance() of the step where rays of these sectors and slopes may first meet land. */
VD_LANE_FN vd_lanes distance_of_land(const vd_horizon *h, vd_ilanes sector, vd_lanes slope)
{
    /* vd_horizon_grade() */
    vd_ilanes below = (vd_ilanes)(h->top - slope);
    vd_ilanes past =
        (vd_ilanes)((vd_ulanes)below - (uint32_t)h->first); /* wraps where it is unread */
    vd_ilanes grade = (past >> (23 - VD_HORIZON_GRADE_BITS)) + 1;
    grade = vd_iselect(vd_igt(below, vd_ilanes_all(h->first)), grade, (vd_ilanes){0});
    grade = vd_ilanes_min(grade, vd_ilanes_all(VD_HORIZON_GRADES - 1));
    vd_ilanes index = sector * VD_HORIZON_GRADES + grade;
    vd_ilanes word = vd_gather_words(h->steps, index >> 2);
    vd_ilanes at = 2 * (index & 3), step = vd_nibble(word, at) + 16 * vd_nibble(word, at + 1);
    vd_ilanes bits = VD_HORIZON_NEAR + (step - 1) * (1 << (23 - VD_HORIZON_STEP_BITS));
    return vd_lanes_where(vd_igt(step, (vd_ilanes){0}), (vd_lanes)bits);
}

/** When rays of the eye, made by begin_rays(), may first meet land: any time past END if none. Ends
 *  those that are above all of it, wherever. */
VD_LANE_FN vd_lanes time_of_land(const vd_horizon *h, group *g)
{
    vd_lanes gx = vd_lanes_load(g->of[SPEED].f), gy = vd_lanes_load(g->of[SPEED + 1].f);
    vd_mask along_y = vd_lt(gx, gy);
    vd_lanes inverse =
        vd_select(along_y, vd_lanes_load(g->of[INVERSE + 1].f), vd_lanes_load(g->of[INVERSE].f));
    vd_lanes slope = vd_lanes_load(g->of[CLIMB].f) * inverse;
    slope -= SLOPE_HAIR * vd_lanes_abs(slope);
    vd_ilanes octant = (vd_ilanes_of_mask(along_y) & 4) | (vd_ilanes_load(g->of[FLIP].i) & 2) |
                       (vd_ilanes_load(g->of[FLIP + 1].i) & 1);
    vd_lanes across = vd_lanes_min(gx, gy) * inverse * (float)VD_HORIZON_SECTORS;
    vd_ilanes sector = vd_ilanes_min(vd_ilanes_of(across), vd_ilanes_all(VD_HORIZON_SECTORS - 1));
    vd_mask above = vd_lt(vd_lanes_all(h->highest), slope);
    vd_ilanes goes_on = vd_ilanes_load(g->of[GOES_ON].i);
    vd_ilanes_store(g->of[GOES_ON].i, vd_ilanes_where(vd_not(above), goes_on));
    return distance_of_land(h, octant * VD_HORIZON_SECTORS + sector, slope) * inverse;
}

#endif
