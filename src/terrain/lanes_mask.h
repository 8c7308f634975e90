/* Masks of lanes that are lanes themselves, all bits of each set or none, as before AVX-512. */
#ifndef VD_LANES_MASK_H
#define VD_LANES_MASK_H

typedef vd_ilanes vd_mask;

VD_LANE_FN vd_mask vd_lt(vd_lanes a, vd_lanes b)
{
    return a < b;
}
VD_LANE_FN vd_mask vd_le(vd_lanes a, vd_lanes b)
{
    return a <= b;
}
VD_LANE_FN vd_mask vd_eq(vd_lanes a, vd_lanes b)
{
    return a == b;
}
VD_LANE_FN vd_mask vd_igt(vd_ilanes a, vd_ilanes b)
{
    return a > b;
}
VD_LANE_FN vd_mask vd_ieq(vd_ilanes a, vd_ilanes b)
{
    return a == b;
}
VD_LANE_FN vd_mask vd_not(vd_mask a)
{
    return ~a;
}
/** -1 where the mask is set, else 0. */
VD_LANE_FN vd_ilanes vd_ilanes_of_mask(vd_mask mask)
{
    return mask;
}
/** v where the mask is set, else 0. */
VD_LANE_FN vd_ilanes vd_ilanes_where(vd_mask mask, vd_ilanes v)
{
    return mask & v;
}

#endif
