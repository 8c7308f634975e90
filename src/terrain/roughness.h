/* How rough land is at the scale of a DEM's posts, and how that goes on below it. */
#ifndef VD_ROUGHNESS_H
#define VD_ROUGHNESS_H

#include "base/base.h"
#include "kernel/height_field.h"

/** A band of wavelengths, of four cells, and how others differ from it. */
typedef struct vd_roughness {
    int width, height; /**< points, one at each corner of squares of VD_ROUGHNESS_CELLS cells */
    float *at;         /**< the band's standard deviation there, in stored units */
    float exponent;    /**< H: a band of l cells has (l / 4)^H times that */
} vd_roughness;

enum { VD_ROUGHNESS_SHIFT = 3, VD_ROUGHNESS_CELLS = 1 << VD_ROUGHNESS_SHIFT };

/** Measures the posts of a field.
 *  step  of stored heights, where they are multiples of one; 0: they are not
 *  Free with vd_roughness_clear(). Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_roughness_measure(vd_context *context, const vdk_height_field *field,
                                           float step, int threads, vd_roughness *out);
void vd_roughness_clear(vd_roughness *roughness);

/** The band's standard deviation at a place, smooth from point to point. */
float vd_roughness_at(const vd_roughness *roughness, int cx, int cy, float fx, float fy);

#endif
