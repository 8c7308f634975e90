/* Depth of field after the fact: from a sharp picture and how far away each pixel is. */
#ifndef VD_FOCUS_H
#define VD_FOCUS_H

#include "base/base.h"

/** A lens, or a band of sharpness over a picture without depth. */
typedef struct vd_focus_options {
    int width, height;
    float radius_px; /**< of the circle of confusion of a point at infinity, were the focus at 1 m:
                        the aperture's radius in metres over the side of a pixel on the plane at 1 m
                      */
    float nearness;  /**< one over the distance in focus, in metres; 0: infinite */
    float tilt_x, tilt_y; /**< how it grows with each pixel to the right and up (kernel/lens.h) */
    float middle_x, middle_y; /**< where it is that, in pixels from the upper left */
    int blades;               /**< 0: round */
    float turn;               /**< of the blades, in whole turns */
    float squeeze;            /**< width over height of the aperture */
    float band_x, band_y;     /**< of a band: the direction across it, to the right and up; unit */
    float band_half;          /**< half of what is sharp, in pixels across */
    float band_falloff;       /**< over how many more the circle grows to radius_px; above 0 */
    int threads;
} vd_focus_options;

/** Blurs rgba[height][width][4] in place; colours are less by alpha already. depth_m[height][width]
 *  is along the axis, infinite or 0 where there is nothing; NULL: by the band.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED; after a failure the picture is of no use. */
VD_MUST_USE vd_result vd_focus_blur(vd_context *context, const vd_focus_options *options,
                                    const float *depth_m, float *rgba);

#endif
