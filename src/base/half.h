/* Half-precision floats (IEEE 754 binary16), as OpenEXR keeps them. */
#ifndef VD_HALF_H
#define VD_HALF_H

#include <stdint.h>
#include <string.h>

#define VD_HALF_MAX 65504.0f

/** The half nearest to a finite float, ties to the even one; what lies beyond the largest half
 *  becomes that, since an infinite pixel spoils every filter that later touches it. */
static inline uint16_t vd_half_of_float(float x)
{
    uint32_t bits, sign;
    x = x > VD_HALF_MAX ? VD_HALF_MAX : x < -VD_HALF_MAX ? -VD_HALF_MAX : x;
    memcpy(&bits, &x, sizeof(bits));
    sign = bits >> 16 & 0x8000u;
    bits &= 0x7fffffffu;
    uint32_t mantissa = bits, shift = 13;
    if (bits < 0x38800000u) { /* below 2^-14 halves have fewer digits: multiples of 2^-24 */
        shift = 126 - (bits >> 23);
        if (shift > 24) return (uint16_t)sign;
        mantissa = (bits & 0x007fffffu) | 0x00800000u;
    } else {
        mantissa -= 0x38000000u; /* the exponents' biases differ by 112 */
    }
    uint32_t kept = mantissa >> shift, rest = mantissa & ((1u << shift) - 1u);
    uint32_t middle = 1u << (shift - 1);
    kept += rest > middle || (rest == middle && (kept & 1u));
    return (uint16_t)(sign | kept);
}

/** The float that a half is. */
static inline float vd_float_of_half(uint16_t half)
{
    uint32_t sign = (uint32_t)(half & 0x8000u) << 16, rest = half & 0x7fffu, bits;
    float value;
    if (rest >= 0x7c00u) { /* infinite or no number */
        bits = rest << 13 | 0x7f800000u;
        memcpy(&value, &bits, sizeof(value));
    } else if (rest < 0x0400u) {
        value = (float)rest * 0x1p-24f;
    } else {
        bits = (rest << 13) + 0x38000000u;
        memcpy(&value, &bits, sizeof(value));
    }
    memcpy(&bits, &value, sizeof(bits));
    bits |= sign;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

#endif
