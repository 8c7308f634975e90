/* kernel/height_field.h in lanes, to the last bit: for those who walk over it (walk.h) and those
 * who shade it (render/shade.h). */
#ifndef VD_FIELD_LANES_H
#define VD_FIELD_LANES_H

#include "terrain/lanes.h"
#include "terrain/narrow.h"

VD_LANE_FN vd_mask is_positive(vd_lanes x)
{
    return vd_lt((vd_lanes){0}, x);
}
VD_LANE_FN vd_lanes lerp(vd_lanes a, vd_lanes b, vd_lanes t)
{
    return (1.0f - t) * a + t * b;
}
VD_LANE_FN vd_lanes patch_height(const vd_lanes h[4], vd_lanes u, vd_lanes v)
{
    return lerp(lerp(h[0], h[2], v), lerp(h[1], h[3], v), u);
}

/** vdk_patch_at() for cells of `tested`, any for others: corners 00, 10, 01 and 11. */
VD_LANE_FN void patches_at(const vdk_height_field *f, vd_mask tested, vd_ilanes x, vd_ilanes y,
                           vd_lanes h[4])
{
    /* The pair of rows with the cell's upper posts, and that with its lower ones: the same for an
     * even row, which has all four there. */
    if (f->block_shift) {
        vd_narrow_patches(f, tested, x, y, h);
        return;
    }
    vd_lanes upper[4], lower[4];
    vd_ilanes column = vd_wrap_add(x, x);
    vd_gather_fours(f->posts, vd_ilanes_where(tested, vd_index(y >> 1, f->stride, column)), upper);
    vd_gather_fours(
        f->posts,
        vd_ilanes_where(tested, vd_index(vd_wrap_add(y, vd_ilanes_all(1)) >> 1, f->stride, column)),
        lower);
    vd_mask is_odd = vd_ieq(y & 1, vd_ilanes_all(1));
    h[0] = vd_select(is_odd, upper[1], upper[0]);
    h[1] = vd_select(is_odd, upper[3], upper[2]);
    h[2] = vd_select(is_odd, lower[0], upper[1]);
    h[3] = vd_select(is_odd, lower[2], upper[3]);
}

/** vdk_metric_at() */
VD_LANE_FN void metric_at(const vdk_height_field *f, vd_ilanes cy, vd_lanes m[4])
{
    for (int k = 0; k < 4; k++) m[k] = vd_lanes_all(f->to_grid[k]);
    if (f->metric_rows) {
        vd_ilanes row = vd_ilanes_clamp(cy, 0, f->metric_rows - 1);
        m[0] = vd_lanes_gather(f->row_metric, 2 * row);
        m[1] = m[2] = (vd_lanes){0};
        m[3] = vd_lanes_gather(f->row_metric + 1, 2 * row);
    }
}

#endif
