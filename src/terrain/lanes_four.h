/* lanes.h for four lanes: in the compiler's own vectors, as NEON and others have them, and with
 * SSE4 where that lacks what these ask for (shifts by lanes above all) or compilers do not see it.
 */
#ifndef VD_LANES_FOUR_H
#define VD_LANES_FOUR_H

#if defined(__SSE4_1__)
#include <immintrin.h>
#endif

#include "terrain/lanes_mask.h"

VD_LANE_FN vd_mask vd_mask_of_bits(unsigned bits)
{
    const vd_ilanes each = {1, 2, 4, 8};
    return (vd_ilanes_all((int32_t)bits) & each) == each;
}
/** a b + c rounded once or twice: for bounds only. */
VD_LANE_FN vd_lanes vd_lanes_near(vd_lanes a, vd_lanes b, vd_lanes c)
{
    return a * b + c;
}

/** The sum of all lanes, each rounded by adding the rounder and taking it away. With a rounder of
 *  1.5 2^(52 - k) what is added are multiples of 2^-k, so that while the sum stays below 2^(53 - k)
 *  it is exact, and the same in whatever order. */
VD_LANE_FN double vd_lanes_total(vd_lanes v, double rounder)
{
    double sum = 0.0;
    for (int i = 0; i < VD_LANES; i++) sum += ((double)v[i] + rounder) - rounder;
    return sum;
}

#if defined(__SSE4_1__)

VD_LANE_FN unsigned vd_bits(vd_mask mask)
{
    return (unsigned)_mm_movemask_ps((__m128)mask);
}
/** a where the mask is set, else b. */
VD_LANE_FN vd_lanes vd_select(vd_mask mask, vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm_blendv_ps((__m128)b, (__m128)a, (__m128)mask);
}
/** a < b ? a : b, and a > b ? a : b. */
VD_LANE_FN vd_lanes vd_lanes_min(vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm_min_ps((__m128)a, (__m128)b);
}
VD_LANE_FN vd_lanes vd_lanes_max(vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm_max_ps((__m128)a, (__m128)b);
}
VD_LANE_FN vd_ilanes vd_ilanes_min(vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)_mm_min_epi32((__m128i)a, (__m128i)b);
}
VD_LANE_FN vd_ilanes vd_ilanes_max(vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)_mm_max_epi32((__m128i)a, (__m128i)b);
}
VD_LANE_FN vd_lanes vd_lanes_sqrt(vd_lanes x)
{
    return (vd_lanes)_mm_sqrt_ps((__m128)x);
}
/** v shifted by 0 to 30; to the right for |v| < 2^24 only. By powers of two in floats, which are
 *  exact: there are no shifts by lanes before AVX2. */
VD_LANE_FN vd_ilanes vd_shift_left(vd_ilanes v, vd_ilanes by)
{
    return v * vd_ilanes_of((vd_lanes)((by + 127) << 23));
}
VD_LANE_FN vd_ilanes vd_shift_right(vd_ilanes v, vd_ilanes by)
{
    __m128 quotient = (__m128)(vd_lanes_of(v) * (vd_lanes)((127 - by) << 23));
    return (vd_ilanes)_mm_cvttps_epi32(_mm_floor_ps(quotient));
}
/** Bits 4 n to 4 n + 3 of words. */
VD_LANE_FN vd_ilanes vd_nibble(vd_ilanes word, vd_ilanes n)
{
    const vd_ilanes lane = {(int)0x80808000, (int)0x80808004, (int)0x80808008, (int)0x8080800c};
    vd_ilanes byte = (vd_ilanes)_mm_shuffle_epi8((__m128i)word, (__m128i)(lane + (n >> 1)));
    return (vd_ilanes)vd_select((n & 1) != 0, (vd_lanes)(byte >> 4), (vd_lanes)(byte & 15));
}
/** vdk_drop_units() of each lane's lowest four bits; the others are 0. */
VD_LANE_FN vd_ilanes vd_drop_units(vd_ilanes bits)
{
    const __m128i units = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28);
    return (vd_ilanes)_mm_shuffle_epi8(units, (__m128i)bits);
}

#else

VD_LANE_FN unsigned vd_bits(vd_mask mask)
{
    const vd_ilanes each = mask & (vd_ilanes){1, 2, 4, 8};
    return (unsigned)((each[0] | each[1]) | (each[2] | each[3]));
}
/** a where the mask is set, else b. */
VD_LANE_FN vd_lanes vd_select(vd_mask mask, vd_lanes a, vd_lanes b)
{
    return (vd_lanes)(((vd_ilanes)a & mask) | ((vd_ilanes)b & ~mask));
}
/** a < b ? a : b, and a > b ? a : b. */
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
VD_LANE_FN vd_lanes vd_lanes_sqrt(vd_lanes x)
{
    for (int i = 0; i < VD_LANES; i++) x[i] = __builtin_sqrtf(x[i]);
    return x;
}
/** v shifted by 0 to 30; to the right for |v| < 2^24 only. */
VD_LANE_FN vd_ilanes vd_shift_left(vd_ilanes v, vd_ilanes by)
{
    return v << by;
}
VD_LANE_FN vd_ilanes vd_shift_right(vd_ilanes v, vd_ilanes by)
{
    return v >> by;
}
/** Bits 4 n to 4 n + 3 of words. */
VD_LANE_FN vd_ilanes vd_nibble(vd_ilanes word, vd_ilanes n)
{
    return (word >> (4 * n)) & 15;
}
/** vdk_drop_units() of each lane's lowest four bits; the others are 0. */
VD_LANE_FN vd_ilanes vd_drop_units(vd_ilanes bits)
{
    vd_ilanes octave = bits >> 2, above = octave > 0;
    return ((bits & 3) + (4 & above)) << ((octave - 1) & above);
}

#endif

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
VD_LANE_FN vd_ilanes vd_table_at(const int32_t table[VD_TABLE], vd_ilanes index)
{
    return (vd_ilanes){table[index[0] & 7], table[index[1] & 7], table[index[2] & 7],
                       table[index[3] & 7]};
}
/** The word at p[index] for each lane; an index is taken as unsigned. */
VD_LANE_FN vd_ilanes vd_gather_words(const uint32_t *p, vd_ilanes index)
{
    return (vd_ilanes){(int32_t)p[(uint32_t)index[0]], (int32_t)p[(uint32_t)index[1]],
                       (int32_t)p[(uint32_t)index[2]], (int32_t)p[(uint32_t)index[3]]};
}
/** Four numbers from p[index] on for each lane. */
VD_LANE_FN void vd_gather_fours(const float *p, vd_ilanes index, vd_lanes out[4])
{
    vd_lanes set[4];
    for (int k = 0; k < 4; k++) set[k] = vd_lanes_load(p + (int64_t)(uint32_t)index[k]);
#if defined(__SSE4_1__)
    __m128 ab0 = _mm_unpacklo_ps((__m128)set[0], (__m128)set[1]);
    __m128 ab1 = _mm_unpackhi_ps((__m128)set[0], (__m128)set[1]);
    __m128 cd0 = _mm_unpacklo_ps((__m128)set[2], (__m128)set[3]);
    __m128 cd1 = _mm_unpackhi_ps((__m128)set[2], (__m128)set[3]);
    out[0] = (vd_lanes)_mm_movelh_ps(ab0, cd0);
    out[1] = (vd_lanes)_mm_movehl_ps(cd0, ab0);
    out[2] = (vd_lanes)_mm_movelh_ps(ab1, cd1);
    out[3] = (vd_lanes)_mm_movehl_ps(cd1, ab1);
#else
    for (int k = 0; k < 4; k++) out[k] = (vd_lanes){set[0][k], set[1][k], set[2][k], set[3][k]};
#endif
}
/** Two words from p[index] on for each lane, of a little-endian machine; an index is taken as
 *  unsigned. */
VD_LANE_FN void vd_gather_twos(const void *p, vd_ilanes index, vd_ilanes out[2])
{
    for (int i = 0; i < VD_LANES; i++) {
        uint64_t two;
        memcpy(&two, (const char *)p + 4 * (uint64_t)(uint32_t)index[i], sizeof(two));
        out[0][i] = (int32_t)(uint32_t)two;
        out[1][i] = (int32_t)(two >> 32);
    }
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
