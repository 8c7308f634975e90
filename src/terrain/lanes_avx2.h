/* lanes.h for AVX2. */
#ifndef VD_LANES_AVX2_H
#define VD_LANES_AVX2_H

#include <immintrin.h>

#include "terrain/lanes_mask.h"

VD_LANE_FN unsigned vd_bits(vd_mask mask)
{
    return (unsigned)_mm256_movemask_ps((__m256)mask);
}
VD_LANE_FN vd_mask vd_mask_of_bits(unsigned bits)
{
    const vd_ilanes each = {1, 2, 4, 8, 16, 32, 64, 128};
    return (vd_ilanes_all((int32_t)bits) & each) == each;
}
/** a where the mask is set, else b. */
VD_LANE_FN vd_lanes vd_select(vd_mask mask, vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)mask);
}
/** a < b ? a : b, and a > b ? a : b. */
VD_LANE_FN vd_lanes vd_lanes_min(vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm256_min_ps((__m256)a, (__m256)b);
}
VD_LANE_FN vd_lanes vd_lanes_max(vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm256_max_ps((__m256)a, (__m256)b);
}
VD_LANE_FN vd_ilanes vd_ilanes_min(vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)_mm256_min_epi32((__m256i)a, (__m256i)b);
}
VD_LANE_FN vd_ilanes vd_ilanes_max(vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)_mm256_max_epi32((__m256i)a, (__m256i)b);
}
/** a b + c rounded once or twice: for bounds only. */
VD_LANE_FN vd_lanes vd_lanes_near(vd_lanes a, vd_lanes b, vd_lanes c)
{
    return (vd_lanes)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c);
}
VD_LANE_FN vd_lanes vd_lanes_sqrt(vd_lanes x)
{
    return (vd_lanes)_mm256_sqrt_ps((__m256)x);
}
/** The sum of all lanes, each rounded by adding the rounder and taking it away: see
 *  vd_lanes_total() of lanes_four.h. */
VD_LANE_FN double vd_lanes_total(vd_lanes v, double rounder)
{
    __m256d by = _mm256_set1_pd(rounder);
    __m256d a = _mm256_cvtps_pd(_mm256_castps256_ps128((__m256)v));
    __m256d b = _mm256_cvtps_pd(_mm256_extractf128_ps((__m256)v, 1));
    a = _mm256_sub_pd(_mm256_add_pd(a, by), by);
    b = _mm256_sub_pd(_mm256_add_pd(b, by), by);
    a = _mm256_add_pd(a, b);
    __m128d half = _mm_add_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_add_sd(half, _mm_unpackhi_pd(half, half)));
}
VD_LANE_FN vd_ilanes vd_shift_right(vd_ilanes v, vd_ilanes by)
{
    return (vd_ilanes)_mm256_srav_epi32((__m256i)v, (__m256i)by);
}
VD_LANE_FN vd_ilanes vd_shift_left(vd_ilanes v, vd_ilanes by)
{
    return (vd_ilanes)_mm256_sllv_epi32((__m256i)v, (__m256i)by);
}

/* The lanes of each mask in order, a nibble a lane. */
VD_LANE_FN __m256i vd_lane_order(uint32_t nibbles)
{
    const __m256i shifts = _mm256_setr_epi32(0, 4, 8, 12, 16, 20, 24, 28);
    return _mm256_srlv_epi32(_mm256_set1_epi32((int)nibbles), shifts);
}
/* Eight bits spread to a nibble each. */
VD_LANE_FN uint32_t vd_spread_bits(unsigned bits)
{
    return (uint32_t)_pdep_u32(bits, 0x11111111u) * 15u;
}

/** The lanes of the mask, side by side in their order, to p; the rest is overwritten with anything.
 */
VD_LANE_FN void vd_compress(int32_t *p, vd_mask mask, vd_ilanes v)
{
    uint32_t order = _pext_u32(0x76543210u, vd_spread_bits(vd_bits(mask)));
    _mm256_storeu_si256((__m256i *)p,
                        _mm256_permutevar8x32_epi32((__m256i)v, vd_lane_order(order)));
}
/** Numbers from p on in lanes of the mask, in their order; the others keep theirs. */
VD_LANE_FN vd_ilanes vd_expand(vd_ilanes old, vd_mask mask, const int32_t *p)
{
    uint32_t order = _pdep_u32(0x76543210u, vd_spread_bits(vd_bits(mask)));
    __m256i next = _mm256_loadu_si256((const __m256i *)p);
    next = _mm256_permutevar8x32_epi32(next, vd_lane_order(order));
    return (vd_ilanes)vd_select(mask, (vd_lanes)next, (vd_lanes)old);
}

/** table[index & 7] for each lane. */
VD_LANE_FN vd_ilanes vd_table_at(const int32_t table[VD_TABLE], vd_ilanes index)
{
    return (vd_ilanes)_mm256_permutevar8x32_epi32((__m256i)vd_ilanes_load(table), (__m256i)index);
}
/** Bits 4 n to 4 n + 3 of words. */
VD_LANE_FN vd_ilanes vd_nibble(vd_ilanes word, vd_ilanes n)
{
    return vd_shift_right(word, 4 * n) & 15;
}
/** vdk_drop_units() of each lane's lowest four bits; the others are 0. */
VD_LANE_FN vd_ilanes vd_drop_units(vd_ilanes bits)
{
    const __m256i units = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 24, 28));
    return (vd_ilanes)_mm256_shuffle_epi8(units, (__m256i)bits);
}

/* Loads from eight places. Eight scalar loads and the shuffles between beat the gather instruction
 * on processors of today: 8 to 11 cycles against 11 to 17. */

VD_LANE_FN int32_t vd_word_at(const uint32_t *p, uint64_t index)
{
    return (int32_t)p[index];
}
/** The word at p[index] for each lane; an index is taken as unsigned. */
VD_LANE_FN vd_ilanes vd_gather_words(const uint32_t *p, vd_ilanes index)
{
    __m128i half[2];
    for (int k = 0; k < 2; k++) {
        __m128i at = k ? _mm256_extracti128_si256((__m256i)index, 1)
                       : _mm256_castsi256_si128((__m256i)index);
        uint64_t a = (uint64_t)_mm_extract_epi64(at, 0), b = (uint64_t)_mm_extract_epi64(at, 1);
        half[k] = _mm_cvtsi32_si128(vd_word_at(p, (uint32_t)a));
        half[k] = _mm_insert_epi32(half[k], vd_word_at(p, a >> 32), 1);
        half[k] = _mm_insert_epi32(half[k], vd_word_at(p, (uint32_t)b), 2);
        half[k] = _mm_insert_epi32(half[k], vd_word_at(p, b >> 32), 3);
    }
    return (vd_ilanes)_mm256_set_m128i(half[1], half[0]);
}
/** Sets of four numbers, one of each from each set. */
VD_LANE_FN void vd_transpose(const __m256 set[4], vd_lanes out[4])
{
    __m256 ab0 = _mm256_unpacklo_ps(set[0], set[1]), ab1 = _mm256_unpackhi_ps(set[0], set[1]);
    __m256 cd0 = _mm256_unpacklo_ps(set[2], set[3]), cd1 = _mm256_unpackhi_ps(set[2], set[3]);
    out[0] = (vd_lanes)_mm256_shuffle_ps(ab0, cd0, 0x44);
    out[1] = (vd_lanes)_mm256_shuffle_ps(ab0, cd0, 0xee);
    out[2] = (vd_lanes)_mm256_shuffle_ps(ab1, cd1, 0x44);
    out[3] = (vd_lanes)_mm256_shuffle_ps(ab1, cd1, 0xee);
}
/** Four numbers from p[index] on for each lane. */
VD_LANE_FN void vd_gather_fours(const float *p, vd_ilanes index, vd_lanes out[4])
{
    int32_t at[VD_LANES];
    __m256 set[4];
    vd_ilanes_store(at, index);
    for (int k = 0; k < 4; k++)
        set[k] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(p + (uint32_t)at[k])),
                                      _mm_loadu_ps(p + (uint32_t)at[k + 4]), 1);
    vd_transpose(set, out);
}
/** Two words from p[index] on for each lane; an index is taken as unsigned. */
VD_LANE_FN void vd_gather_twos(const void *p, vd_ilanes index, vd_ilanes out[2])
{
    const __m64 *at[VD_LANES];
    __m256 set[2];
    for (int k = 0; k < VD_LANES; k++)
        at[k] = (const __m64 *)((const char *)p + 4 * (uint64_t)(uint32_t)index[k]);
    for (int k = 0; k < 2; k++) {
        __m128 low = _mm_loadl_pi(_mm_setzero_ps(), at[2 * k]);
        __m128 high = _mm_loadl_pi(_mm_setzero_ps(), at[2 * k + 4]);
        set[k] =
            _mm256_set_m128(_mm_loadh_pi(high, at[2 * k + 5]), _mm_loadh_pi(low, at[2 * k + 1]));
    }
    out[0] = (vd_ilanes)_mm256_shuffle_ps(set[0], set[1], 0x88);
    out[1] = (vd_ilanes)_mm256_shuffle_ps(set[0], set[1], 0xdd);
}

/** vdk_reverse_bits(): bytes in reverse, and of each both halves by a table. */
VD_LANE_FN vd_ilanes vd_reverse_bits(vd_ilanes v)
{
    const __m256i half = _mm256_set1_epi8(15);
    const __m256i bytes = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12));
    const __m256i table = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15));
    __m256i x = _mm256_shuffle_epi8((__m256i)v, bytes);
    __m256i low = _mm256_shuffle_epi8(table, _mm256_and_si256(x, half));
    __m256i high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), half));
    return (vd_ilanes)_mm256_or_si256(_mm256_slli_epi16(low, 4), high);
}
/** vd_compress() for floats. */
VD_LANE_FN void vd_compress_floats(float *p, vd_mask mask, vd_lanes v)
{
    vd_compress((int32_t *)p, mask, (vd_ilanes)v);
}

#endif
