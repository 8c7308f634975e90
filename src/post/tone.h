/* From scene-linear radiance to display values: exposure, tone curve, sRGB encoding, quantisation.
 * All in the kernel's own elementary functions, so that every compiler makes the same bytes. */
#ifndef VD_TONE_H
#define VD_TONE_H

#include "base/base.h"

typedef enum vd_tone_curve { VD_TONE_LINEAR, VD_TONE_FILMIC } vd_tone_curve;

typedef struct vd_tone {
    vd_tone_curve curve;
    float exposure_stops;
} vd_tone;

/** Scene-linear RGB to display-referred, sRGB-encoded values in 0..1. NaN becomes 0. */
void vd_tone_apply(const vd_tone *tone, const float linear[3], float encoded[3]);

/** An encoded value to an integer of 0..levels (255 or 65535), with triangular noise of one step
 * that is a pure function of (x, y) when dither is set: the same for all channels, so that grey
 * stays grey. */
uint32_t vd_tone_quantise(float encoded, uint32_t levels, bool dither, int x, int y);

#endif
