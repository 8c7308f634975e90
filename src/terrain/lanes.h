/* Eight lanes of floats or integers in an AVX2 register, for code that takes eight rays side by
 * side.
 *
 * Sums, products, comparisons and shifts are the compiler's own vector extension; here is the rest.
 * A comparison gives a mask: all bits of a lane set where it holds. Every operation rounds as its
 * scalar twin in kernel/math.h, so lanes give the same bits as scalars. */
#ifndef VD_LANES_H
#define VD_LANES_H

#include <stdint.h>
#include <string.h>

#include <immintrin.h>

#define VD_LANES 8

typedef float vd_lanes __attribute__((vector_size(32)));
typedef int32_t vd_ilanes __attribute__((vector_size(32)));

#define VD_LANE_FN static inline __attribute__((always_inline, unused))

VD_LANE_FN vd_lanes vd_lanes_all(float x)
{
    return (vd_lanes){x, x, x, x, x, x, x, x};
}
VD_LANE_FN vd_ilanes vd_ilanes_all(int32_t x)
{
    return (vd_ilanes){x, x, x, x, x, x, x, x};
}
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
VD_LANE_FN vd_lanes vd_lanes_of(vd_ilanes v)
{
    return __builtin_convertvector(v, vd_lanes);
}

/** a where the mask is set, else b. */
VD_LANE_FN vd_lanes vd_select(vd_ilanes mask, vd_lanes a, vd_lanes b)
{
    return (vd_lanes)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)mask);
}
VD_LANE_FN vd_ilanes vd_iselect(vd_ilanes mask, vd_ilanes a, vd_ilanes b)
{
    return (vd_ilanes)vd_select(mask, (vd_lanes)a, (vd_lanes)b);
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
VD_LANE_FN vd_lanes vd_lanes_clamp(vd_lanes x, float low, float high)
{
    return vd_lanes_min(vd_lanes_max(x, vd_lanes_all(low)), vd_lanes_all(high));
}
VD_LANE_FN vd_lanes vd_lanes_abs(vd_lanes x)
{
    return vd_select(x < 0.0f, -x, x);
}
VD_LANE_FN vd_ilanes vd_ilanes_clamp(vd_ilanes x, int32_t low, int32_t high)
{
    x = vd_iselect(x < low, vd_ilanes_all(low), x);
    return vd_iselect(x > high, vd_ilanes_all(high), x);
}
VD_LANE_FN vd_lanes vd_lanes_sqrt(vd_lanes x)
{
    return (vd_lanes)_mm256_sqrt_ps((__m256)x);
}

/** One bit a lane of a mask. */
VD_LANE_FN unsigned vd_lanes_bits(vd_ilanes mask)
{
    return (unsigned)_mm256_movemask_ps((__m256)mask);
}

/** Numbers looked up by lanes. */
enum { VD_TABLE = 16 };
typedef struct vd_table {
    vd_ilanes low, high;
} vd_table;

VD_LANE_FN vd_table vd_table_of(const int32_t numbers[VD_TABLE])
{
    return (vd_table){vd_ilanes_load(numbers), vd_ilanes_load(numbers + VD_LANES)};
}

VD_LANE_FN vd_ilanes vd_table_at(const vd_table *table, vd_ilanes index)
{
    __m256i low = _mm256_permutevar8x32_epi32((__m256i)table->low, (__m256i)index);
    __m256i high = _mm256_permutevar8x32_epi32((__m256i)table->high, (__m256i)index);
    return vd_iselect(index << 28, (vd_ilanes)high, (vd_ilanes)low);
}

/* Loads from eight places. Eight scalar loads and the shuffles between beat the gather instruction
 * on processors of today: 8 to 11 cycles against 11 to 17. */

VD_LANE_FN int32_t vd_word_at(const char *p, uint64_t offset)
{
    int32_t word;
    memcpy(&word, p + offset, sizeof(word));
    return word;
}

/** The four bytes at p + offset for each lane; offsets are not negative. */
VD_LANE_FN vd_ilanes vd_gather_words(const void *p, vd_ilanes offset)
{
    const char *from = p;
    __m128i half[2];
    for (int k = 0; k < 2; k++) {
        __m128i at = k ? _mm256_extracti128_si256((__m256i)offset, 1)
                       : _mm256_castsi256_si128((__m256i)offset);
        uint64_t a = (uint64_t)_mm_extract_epi64(at, 0), b = (uint64_t)_mm_extract_epi64(at, 1);
        half[k] = _mm_cvtsi32_si128(vd_word_at(from, (uint32_t)a));
        half[k] = _mm_insert_epi32(half[k], vd_word_at(from, a >> 32), 1);
        half[k] = _mm_insert_epi32(half[k], vd_word_at(from, (uint32_t)b), 2);
        half[k] = _mm_insert_epi32(half[k], vd_word_at(from, b >> 32), 3);
    }
    return (vd_ilanes)_mm256_set_m128i(half[1], half[0]);
}

/** p[index] for each lane. */
VD_LANE_FN vd_lanes vd_lanes_gather(const float *p, vd_ilanes index)
{
    vd_lanes v;
    for (int i = 0; i < VD_LANES; i++) v[i] = p[index[i]];
    return v;
}

/** The 2 x 2 floats at p[y stride + x] for each lane: corners 00, 10, 01 and 11 in (x, y). */
VD_LANE_FN void vd_gather_squares(const float *p, int64_t stride, vd_ilanes x, vd_ilanes y,
                                  vd_lanes corners[4])
{
    int32_t xs[VD_LANES], ys[VD_LANES];
    vd_ilanes_store(xs, x);
    vd_ilanes_store(ys, y);
    __m128 square[VD_LANES];
    for (int k = 0; k < VD_LANES; k++) {
        const float *at = p + (ys[k] * stride + xs[k]);
        double upper, lower;
        memcpy(&upper, at, sizeof(upper));
        memcpy(&lower, at + stride, sizeof(lower));
        square[k] = _mm_castpd_ps(_mm_set_pd(lower, upper));
    }
    __m256 a = _mm256_set_m128(square[4], square[0]), b = _mm256_set_m128(square[5], square[1]);
    __m256 c = _mm256_set_m128(square[6], square[2]), d = _mm256_set_m128(square[7], square[3]);
    __m256 ab0 = _mm256_unpacklo_ps(a, b), ab1 = _mm256_unpackhi_ps(a, b);
    __m256 cd0 = _mm256_unpacklo_ps(c, d), cd1 = _mm256_unpackhi_ps(c, d);
    corners[0] = (vd_lanes)_mm256_shuffle_ps(ab0, cd0, 0x44);
    corners[1] = (vd_lanes)_mm256_shuffle_ps(ab0, cd0, 0xee);
    corners[2] = (vd_lanes)_mm256_shuffle_ps(ab1, cd1, 0x44);
    corners[3] = (vd_lanes)_mm256_shuffle_ps(ab1, cd1, 0xee);
}

#endif
