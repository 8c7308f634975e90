/* Motion blur after the fact: from a sharp picture, how far each pixel moves, and how far away it
 * is. */
#ifndef VD_SMEAR_H
#define VD_SMEAR_H

#include "base/base.h"

enum { VD_SMEAR_TIMES = 128 };

typedef struct vd_smear_options {
    int width, height;
    float
        times[VD_SMEAR_TIMES]; /**< rising: at which even parts of the light come in, from the time
                                  of the picture on, in shares of all that the motion takes */
    int threads;
} vd_smear_options;

/** Blurs rgba[height][width][4] in place; colours are less by alpha already.
 * motion[height][width][2] is in pixels to the right and up; depth_m[height][width] infinite or 0
 * where there is nothing. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED; after a failure the
 * picture is of no use. */
VD_MUST_USE vd_result vd_smear(vd_context *context, const vd_smear_options *options,
                               const float *motion, const float *depth_m, float *rgba);

#endif
