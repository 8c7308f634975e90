/* A lens's distortion of a picture that a perfect lens has made. */
#ifndef VD_BEND_H
#define VD_BEND_H

#include "base/base.h"
#include "kernel/scene.h"

typedef struct vd_bend_options {
    int width, height;        /**< pixels */
    float pixel;              /**< side of a pixel on the plane at distance 1 from the lens */
    float middle_x, middle_y; /**< its axis, in pixels from the upper left */
    vdk_lens lens;            /**< whose distortion is one to one over the picture */
    int threads;
} vd_bend_options;

/** Bends rgba[height][width][4], of linear light multiplied by alpha, into another such. Where the
 *  distorted picture shows what the straight one has not there is nothing, and *is_whole is false.
 *  Returns VD_OK, VD_ERR_CANCELLED or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_bend(vd_context *context, const vd_bend_options *options,
                              const float *rgba, float *out, bool *is_whole);

#endif
