/* From scene-linear radiance to display values: exposure, black and white point, tone curve, sRGB
 * encoding, tints, quantisation. All in the kernel's own elementary functions, so that every
 * compiler makes the same bytes. */
#ifndef VD_TONE_H
#define VD_TONE_H

#include "post/lut.h"

typedef enum vd_tone_curve {
    VD_TONE_LINEAR,
    VD_TONE_FILMIC,
    VD_TONE_AGX,
    VD_TONE_ACES,
    VD_TONE_NEUTRAL
} vd_tone_curve;

/** The temperature of white as it is, in kelvin. */
#define VD_TONE_WHITE_K 6500.0

/** What is wished for. */
typedef struct vd_tone_options {
    vd_tone_curve curve;
    float exposure_stops;
    double white_balance_k; /**< colour temperature of the light shown as white; 0: that of D65 */
    double black, white;  /**< exposed light that becomes 0 and 1 before the curve; black < white */
    float tint_shadow[3]; /**< colours, linear 0..1, in which black and white are printed */
    float tint_light[3];
    float saturation;  /**< of exposed light, at its luminance: 0 grey, 1 as it is */
    const vd_lut *lut; /**< what encoded values go through, or NULL; it outlives the tone */
} vd_tone_options;

/** The same, made ready: nothing is left to compute that does not depend on the pixel. */
typedef struct vd_tone {
    vd_tone_curve curve;
    float balance[3];   /**< of the channels, for the white balance */
    float gain, offset; /**< what enters the curve is light * gain - offset */
    float tint_shadow[3],
        tint_range[3]; /**< encoded: the value is shadow + range * encoded curve */
    float saturation;
    const vd_lut *lut;
} vd_tone;

/** No exposure, the curve, points 0 and 1, no tint: the identity but for the curve. */
vd_tone_options vd_tone_plain(vd_tone_curve curve);
vd_tone vd_tone_make(const vd_tone_options *options);

/** Scene-linear RGB to display-referred, sRGB-encoded values in 0..1. NaN becomes black. */
void vd_tone_apply(const vd_tone *tone, const float linear[3], float encoded[3]);

/** The same of a pixel of which so much is there (alpha), laid over a colour of linear display
 * values 0..1, which takes tints but neither exposure nor curve. At an alpha of 1 over is unread.
 */
void vd_tone_apply_over(const vd_tone *tone, const float linear[3], float alpha,
                        const float over[3], float encoded[3]);

/** An encoded value to an integer of 0..levels (255 or 65535), with triangular noise of one step
 * that is a pure function of (x, y) when dither is set: the same for all channels, so that grey
 * stays grey. */
uint32_t vd_tone_quantise(float encoded, uint32_t levels, bool dither, int x, int y);

#endif
