/* The sRGB encoding of colours in files (IEC 61966-2-1), to and from linear light of 0..1. */
#ifndef VD_SRGB_H
#define VD_SRGB_H

#include "kernel/math.h"

static inline float vd_srgb_decode(float encoded)
{
    return encoded <= 0.04045f ? encoded / 12.92f : vdk_powf((encoded + 0.055f) / 1.055f, 2.4f);
}

static inline float vd_srgb_encode(float linear)
{
    return linear <= 0.0031308f ? 12.92f * linear : 1.055f * vdk_powf(linear, 1.0f / 2.4f) - 0.055f;
}

#endif
