/* lanes.h for AVX-512 (F, BW, DQ and VL, as x86-64-v4 has them). */
#ifndef VD_LANES_AVX512_H
#define VD_LANES_AVX512_H

#include <immintrin.h>

typedef __mmask16 vd_mask;

VD_LANE_FN vd_mask vd_lt(vd_lanes a, vd_lanes b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LT_OQ);
}
VD_LANE_FN vd_mask vd_le(vd_lanes a, vd_lanes b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_LE_OQ);
}
VD_LANE_FN vd_mask vd_eq(vd_lanes a, vd_lanes b)
{
    return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_EQ_OQ);
}
VD_LANE_FN vd_mask vd_igt(vd_ilanes a, vd_ilanes b)
{
    return _mm512_cmpgt_epi32_mask((__m512i)a, (__m512i)b);
}
VD_LANE_FN vd_mask vd_ieq(vd_ilanes a, vd_ilanes b)
{
    return _mm512_cmpeq_epi32_mask((__m512i)a, (__m512i)b);
}
VD_LANE_FN vd_mask vd_not(vd_mask a)
{
    return (vd_mask)~a;
}
/** -1 where the mask is set, else 0. */
VD_LANE_FN vd_ilanes vd_ilanes_of_mask(vd_mask mask)
{
    return (vd_ilanes)_mm512_maskz_set1_epi32(mask, -1);
}
VD_LANE_FN unsigned vd_bits(vd_mask mask)
{
    return mask;
}
VD_LANE_FN vd_mask vd_mask_of_bits(unsigned bits)
{
    return (vd_mask)bits;
}
/** v where the mask is set, else 0. */
VD_LANE_FN vd_ilanes vd_ilanes_where(vd_mask mask, vd_ilanes v)
{
    return (vd_ilanes)_mm512_maskz_mov_epi32(mask, (__m512i)v);
}
/** a where the mask is set, else b. */
VD_LANE_FN vd_lanes vd_select(vd_mask mask, vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm512_mask_blend_ps(mask, (__m512)b, (__m512)a);
}
/** a < b ? a : b, and a > b ? a : b. */
VD_LANE_FN vd_lanes vd_lanes_min(vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm512_min_ps((__m512)a, (__m512)b);
}
VD_LANE_FN vd_lanes vd_lanes_max(vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm512_max_ps((__m512)a, (__m512)b);
}
VD_LANE_FN vd_ilanes vd_ilanes_min(vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)_mm512_min_epi32((__m512i)a, (__m512i)b);
}
VD_LANE_FN vd_ilanes vd_ilanes_max(vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)_mm512_max_epi32((__m512i)a, (__m512i)b);
}
/** a b + c rounded once or twice: for bounds only. */
VD_LANE_FN vd_lanes vd_lanes_near(vd_lanes a, vd_lanes b, vd_lanes c)
{
    return (vd_lanes)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}
VD_LANE_FN vd_lanes vd_lanes_sqrt(vd_lanes x)
{
    return (vd_lanes)_mm512_sqrt_ps((__m512)x);
}
/** The sum of all lanes, each rounded by adding the rounder and taking it away: see
 *  vd_lanes_total() of lanes_four.h. */
VD_LANE_FN double vd_lanes_total(vd_lanes v, double rounder)
{
    __m512d by = _mm512_set1_pd(rounder);
    __m512d a = _mm512_cvtps_pd(_mm512_castps512_ps256((__m512)v));
    __m512d b = _mm512_cvtps_pd(_mm512_extractf32x8_ps((__m512)v, 1));
    a = _mm512_sub_pd(_mm512_add_pd(a, by), by);
    b = _mm512_sub_pd(_mm512_add_pd(b, by), by);
    return _mm512_reduce_add_pd(_mm512_add_pd(a, b));
}
VD_LANE_FN vd_ilanes vd_shift_right(vd_ilanes v, vd_ilanes by)
{
    return (vd_ilanes)_mm512_srav_epi32((__m512i)v, (__m512i)by);
}
VD_LANE_FN vd_ilanes vd_shift_left(vd_ilanes v, vd_ilanes by)
{
    return (vd_ilanes)_mm512_sllv_epi32((__m512i)v, (__m512i)by);
}

/** The lanes of the mask, side by side in their order, to p; the rest is overwritten with anything.
 */
VD_LANE_FN void vd_compress(int32_t *p, vd_mask mask, vd_ilanes v)
{
    _mm512_storeu_si512(p, _mm512_maskz_compress_epi32(mask, (__m512i)v));
}
/** Numbers from p on in lanes of the mask, in their order; the others keep theirs. */
VD_LANE_FN vd_ilanes vd_expand(vd_ilanes old, vd_mask mask, const int32_t *p)
{
    return (vd_ilanes)_mm512_mask_expand_epi32((__m512i)old, mask, _mm512_loadu_si512(p));
}

/** table[index & 7] for each lane; the table is there twice. */
VD_LANE_FN vd_ilanes vd_table_at(const int32_t table[VD_TABLE], vd_ilanes index)
{
    return (vd_ilanes)_mm512_permutexvar_epi32((__m512i)index, (__m512i)vd_ilanes_load(table));
}
/** Bits 4 n to 4 n + 3 of words. */
VD_LANE_FN vd_ilanes vd_nibble(vd_ilanes word, vd_ilanes n)
{
    return vd_shift_right(word, 4 * n) & 15;
}
/** vdk_drop_units() of each lane's lowest four bits; the others are 0. */
VD_LANE_FN vd_ilanes vd_drop_units(vd_ilanes bits)
{
    const __m512i units = _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28));
    return (vd_ilanes)_mm512_shuffle_epi8(units, (__m512i)bits);
}

/** The word at p[index] for each lane; an index is taken as unsigned. */
VD_LANE_FN vd_ilanes vd_gather_words(const uint32_t *p, vd_ilanes index)
{
    __m256i low = _mm512_castsi512_si256((__m512i)index);
    __m256i high = _mm512_extracti64x4_epi64((__m512i)index, 1);
    __m256i a = _mm512_i64gather_epi32(_mm512_cvtepu32_epi64(low), p, 4);
    __m256i b = _mm512_i64gather_epi32(_mm512_cvtepu32_epi64(high), p, 4);
    return (vd_ilanes)_mm512_inserti64x4(_mm512_castsi256_si512(a), b, 1);
}
/** Four numbers from p[index] on for each lane. */
VD_LANE_FN void vd_gather_fours(const float *p, vd_ilanes index, vd_lanes out[4])
{
    int32_t at[VD_LANES];
    __m512 set[4];
    vd_ilanes_store(at, index);
    for (int k = 0; k < 4; k++) {
        set[k] = _mm512_castps128_ps512(_mm_loadu_ps(p + (uint32_t)at[k]));
        set[k] = _mm512_insertf32x4(set[k], _mm_loadu_ps(p + (uint32_t)at[k + 4]), 1);
        set[k] = _mm512_insertf32x4(set[k], _mm_loadu_ps(p + (uint32_t)at[k + 8]), 2);
        set[k] = _mm512_insertf32x4(set[k], _mm_loadu_ps(p + (uint32_t)at[k + 12]), 3);
    }
    __m512 ab0 = _mm512_unpacklo_ps(set[0], set[1]), ab1 = _mm512_unpackhi_ps(set[0], set[1]);
    __m512 cd0 = _mm512_unpacklo_ps(set[2], set[3]), cd1 = _mm512_unpackhi_ps(set[2], set[3]);
    out[0] = (vd_lanes)_mm512_shuffle_ps(ab0, cd0, 0x44);
    out[1] = (vd_lanes)_mm512_shuffle_ps(ab0, cd0, 0xee);
    out[2] = (vd_lanes)_mm512_shuffle_ps(ab1, cd1, 0x44);
    out[3] = (vd_lanes)_mm512_shuffle_ps(ab1, cd1, 0xee);
}
/** Two words from p[index] on for each lane; an index is taken as unsigned. */
VD_LANE_FN void vd_gather_twos(const void *p, vd_ilanes index, vd_ilanes out[2])
{
    __m256i low = _mm512_castsi512_si256((__m512i)index);
    __m256i high = _mm512_extracti64x4_epi64((__m512i)index, 1);
    __m512i a = _mm512_i64gather_epi64(_mm512_cvtepu32_epi64(low), p, 4);
    __m512i b = _mm512_i64gather_epi64(_mm512_cvtepu32_epi64(high), p, 4);
    for (int k = 0; k < 2; k++) {
        out[k] = (vd_ilanes)_mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(a)),
                                               _mm512_cvtepi64_epi32(b), 1);
        a = _mm512_srli_epi64(a, 32);
        b = _mm512_srli_epi64(b, 32);
    }
}

/** vdk_reverse_bits(): bytes in reverse, and of each both halves by a table. */
VD_LANE_FN vd_ilanes vd_reverse_bits(vd_ilanes v)
{
    const __m512i half = _mm512_set1_epi8(15);
    const __m512i bytes =
        _mm512_broadcast_i32x4(_mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
    const __m512i table =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15));
    __m512i x = _mm512_shuffle_epi8((__m512i)v, bytes);
    __m512i low = _mm512_shuffle_epi8(table, _mm512_and_si512(x, half));
    __m512i high = _mm512_shuffle_epi8(table, _mm512_and_si512(_mm512_srli_epi16(x, 4), half));
    return (vd_ilanes)_mm512_or_si512(_mm512_slli_epi16(low, 4), high);
}
/** vd_compress() for floats. */
VD_LANE_FN void vd_compress_floats(float *p, vd_mask mask, vd_lanes v)
{
    vd_compress((int32_t *)p, mask, (vd_ilanes)v);
}

#endif
