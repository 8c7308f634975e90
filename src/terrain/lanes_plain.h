/* lanes.h for any processor, in plain C with the compiler's vectors. */
#ifndef VD_LANES_PLAIN_H
#define VD_LANES_PLAIN_H

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
VD_LANE_FN unsigned vd_bits(vd_mask mask)
{
    unsigned bits = 0;
    for (int i = 0; i < VD_LANES; i++) bits |= (unsigned)(mask[i] & 1) << i;
    return bits;
}
VD_LANE_FN vd_mask vd_mask_of_bits(unsigned bits)
{
    const vd_ilanes each = {1, 2, 4, 8, 16, 32, 64, 128};
    return (vd_ilanes_all((int32_t)bits) & each) != 0;
}
/** v where the mask is set, else 0. */
VD_LANE_FN vd_ilanes vd_ilanes_where(vd_mask mask, vd_ilanes v)
{
    return mask & v;
}
/** a where the mask is set, else b. */
VD_LANE_FN vd_lanes vd_select(vd_mask mask, vd_lanes a, vd_lanes b)
{
    return (vd_lanes)(((vd_ilanes)a & mask) | ((vd_ilanes)b & ~mask));
}
VD_LANE_FN vd_lanes vd_lanes_min(vd_lanes a, vd_lanes b)
{
    return vd_select(a < b, a, b);
}
VD_LANE_FN vd_lanes vd_lanes_max(vd_lanes a, vd_lanes b)
{
    return vd_select(a > b, a, b);
}
VD_LANE_FN vd_ilanes vd_ilanes_min(vd_ilanes a, vd_ilanes b)
{
    vd_mask less = a < b;
    return (a & less) | (b & ~less);
}
VD_LANE_FN vd_ilanes vd_ilanes_max(vd_ilanes a, vd_ilanes b)
{
    vd_mask more = a > b;
    return (a & more) | (b & ~more);
}
/** a b + c rounded once or twice: for bounds only. */
VD_LANE_FN vd_lanes vd_lanes_near(vd_lanes a, vd_lanes b, vd_lanes c)
{
    return a * b + c;
}
VD_LANE_FN vd_lanes vd_lanes_sqrt(vd_lanes x)
{
    for (int i = 0; i < VD_LANES; i++) x[i] = __builtin_sqrtf(x[i]);
    return x;
}
VD_LANE_FN vd_ilanes vd_shift_right(vd_ilanes v, vd_ilanes by)
{
    return v >> by;
}
VD_LANE_FN vd_ilanes vd_shift_left(vd_ilanes v, vd_ilanes by)
{
    return v << by;
}

/** The lanes of the mask, side by side in their order, to p; the rest is overwritten with anything.
 */
VD_LANE_FN void vd_compress(int32_t *p, vd_mask mask, vd_ilanes v)
{
    for (int i = 0; i < VD_LANES; i++) {
        *p = v[i];
        p -= mask[i];
    }
}
/** Numbers from p on in lanes of the mask, in their order; the others keep theirs. */
VD_LANE_FN vd_ilanes vd_expand(vd_ilanes old, vd_mask mask, const int32_t *p)
{
    for (int i = 0; i < VD_LANES; i++) {
        old[i] = mask[i] ? *p : old[i];
        p -= mask[i];
    }
    return old;
}

/** table[index & 7] for each lane. */
VD_LANE_FN vd_ilanes vd_table_at(const int32_t table[VD_LANES], vd_ilanes index)
{
    vd_ilanes v;
    for (int i = 0; i < VD_LANES; i++) v[i] = table[index[i] & 7];
    return v;
}
/** vdk_drop_units() of each lane's lowest four bits. */
VD_LANE_FN vd_ilanes vd_drop_units(vd_ilanes bits)
{
    vd_ilanes octave = bits >> 2, above = octave > 0;
    return ((bits & 3) + (4 & above)) << ((octave - 1) & above);
}

/** The word at p[index] for each lane; an index is taken as unsigned. */
VD_LANE_FN vd_ilanes vd_gather_words(const uint32_t *p, vd_ilanes index)
{
    vd_ilanes v;
    for (int i = 0; i < VD_LANES; i++) v[i] = (int32_t)p[(uint32_t)index[i]];
    return v;
}
/** Four numbers from p[index] on for each lane. */
VD_LANE_FN void vd_gather_fours(const float *p, vd_ilanes index, vd_lanes out[4])
{
    for (int i = 0; i < VD_LANES; i++)
        for (int k = 0; k < 4; k++) out[k][i] = p[(int64_t)(uint32_t)index[i] + k];
}

/** vdk_reverse_bits(). */
VD_LANE_FN vd_ilanes vd_reverse_bits(vd_ilanes v)
{
    vd_ulanes x = (vd_ulanes)v;
    x = (x << 16) | (x >> 16);
    x = ((x & 0x00ff00ffu) << 8) | ((x >> 8) & 0x00ff00ffu);
    x = ((x & 0x0f0f0f0fu) << 4) | ((x >> 4) & 0x0f0f0f0fu);
    x = ((x & 0x33333333u) << 2) | ((x >> 2) & 0x33333333u);
    return (vd_ilanes)(((x & 0x55555555u) << 1) | ((x >> 1) & 0x55555555u));
}
/** vd_compress() for floats. */
VD_LANE_FN void vd_compress_floats(float *p, vd_mask mask, vd_lanes v)
{
    for (int i = 0; i < VD_LANES; i++) {
        *p = v[i];
        p -= mask[i];
    }
}

#endif
