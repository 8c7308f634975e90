/* Lanes of floats or integers side by side, for code that takes many rays at once.
 *
 * Sums, products and shifts are the compiler's own vector extension; what it lacks is here, once
 * for each instruction set: AVX-512 with sixteen lanes, AVX2 with eight, and for all others eight
 * lanes in plain C, which compilers turn into pairs of SSE or NEON registers. A mask is what
 * comparisons give and selections take; masks are joined by & | ^ and vd_not(). Every operation
 * rounds as its scalar twin in kernel/math.h, so lanes give the same bits as scalars. */
#ifndef VD_LANES_H
#define VD_LANES_H

#include <stdint.h>
#include <string.h>

#define VD_LANE_FN static inline __attribute__((always_inline, unused))

#if defined(__AVX512F__)
#define VD_LANES 16
#elif defined(__AVX2__)
#define VD_LANES 8
#else
#define VD_LANES 4
#endif

/* Tables that lanes look up have eight entries, and are there twice for sixteen lanes. */
#define VD_TABLE (VD_LANES > 8 ? VD_LANES : 8)

typedef float vd_lanes __attribute__((vector_size(4 * VD_LANES)));
typedef int32_t vd_ilanes __attribute__((vector_size(4 * VD_LANES)));
typedef uint32_t vd_ulanes __attribute__((vector_size(4 * VD_LANES)));

VD_LANE_FN vd_lanes vd_lanes_load(const float *p)
{
    vd_lanes v;
    memcpy(&v, p, sizeof(v));
    return v;
}
VD_LANE_FN vd_ilanes vd_ilanes_load(const int32_t *p)
{
    vd_ilanes v;
    memcpy(&v, p, sizeof(v));
    return v;
}
VD_LANE_FN void vd_lanes_store(float *p, vd_lanes v)
{
    memcpy(p, &v, sizeof(v));
}
VD_LANE_FN void vd_ilanes_store(int32_t *p, vd_ilanes v)
{
    memcpy(p, &v, sizeof(v));
}
VD_LANE_FN vd_lanes vd_lanes_all(float x)
{
    return x - (vd_lanes){0};
}
VD_LANE_FN vd_ilanes vd_ilanes_all(int32_t x)
{
    return x - (vd_ilanes){0};
}
VD_LANE_FN vd_lanes vd_lanes_of(vd_ilanes v)
{
    return __builtin_convertvector(v, vd_lanes);
}
/** Rounded towards zero. */
VD_LANE_FN vd_ilanes vd_ilanes_of(vd_lanes v)
{
    return __builtin_convertvector(v, vd_ilanes);
}

#if defined(__AVX512F__)
#include "terrain/lanes_avx512.h"
#elif defined(__AVX2__)
#include "terrain/lanes_avx2.h"
#else
#include "terrain/lanes_four.h"
#endif

VD_LANE_FN vd_ilanes vd_iselect(vd_mask mask, vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)vd_select(mask, (vd_lanes)a, (vd_lanes)b);
}
/** v where the mask is set, else 0. */
VD_LANE_FN vd_lanes vd_lanes_where(vd_mask mask, vd_lanes v)
{
    return (vd_lanes)vd_ilanes_where(mask, (vd_ilanes)v);
}
VD_LANE_FN vd_lanes vd_lanes_clamp(vd_lanes x, float low, float high)
{
    return vd_lanes_min(vd_lanes_max(x, vd_lanes_all(low)), vd_lanes_all(high));
}
VD_LANE_FN vd_ilanes vd_ilanes_clamp(vd_ilanes x, int32_t low, int32_t high)
{
    return vd_ilanes_min(vd_ilanes_max(x, vd_ilanes_all(low)), vd_ilanes_all(high));
}
VD_LANE_FN vd_lanes vd_lanes_abs(vd_lanes x)
{
    return (vd_lanes)((vd_ilanes)x & 0x7fffffff);
}
/** x, or -x in lanes where flip is -1 and not 0. */
VD_LANE_FN vd_lanes vd_lanes_flip(vd_lanes x, vd_ilanes flip)
{
    return (vd_lanes)((vd_ilanes)x ^ (flip & INT32_MIN));
}

/** a + b, and y stride + x as an index, which may wrap: in lanes that hold nothing of meaning, or
 *  where a number is unsigned. */
VD_LANE_FN vd_ilanes vd_wrap_add(vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)((vd_ulanes)a + (vd_ulanes)b);
}
VD_LANE_FN vd_ilanes vd_index(vd_ilanes y, int64_t stride, vd_ilanes x)
{
    return (vd_ilanes)((vd_ulanes)y * (uint32_t)stride + (vd_ulanes)x);
}

/** p[index] for each lane. */
VD_LANE_FN vd_lanes vd_lanes_gather(const float *p, vd_ilanes index)
{
    vd_lanes v;
    for (int i = 0; i < VD_LANES; i++) v[i] = p[index[i]];
    return v;
}

/** The lanes from 0 below count, which may be more than there are. */
VD_LANE_FN vd_mask vd_mask_below(int count)
{
    return vd_mask_of_bits(count >= VD_LANES ? (unsigned)((1ull << VD_LANES) - 1)
                                             : (1u << count) - 1u);
}
/** from, from + 1, ... */
VD_LANE_FN vd_ilanes vd_ilanes_count(int32_t from)
{
    vd_ilanes v;
    for (int i = 0; i < VD_LANES; i++) v[i] = i;
    return v + from;
}
#endif
