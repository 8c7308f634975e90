/* Heights averaged over ever larger squares, for those who ask what lies around a point. */
#ifndef VD_COARSE_H
#define VD_COARSE_H

#include "base/base.h"
#include "kernel/height_field.h"
#include "kernel/rules.h"

/** Bytes that they take for a raster of this size. */
double vd_coarse_bytes(int nx, int ny);

/** Averages the posts of a field over squares of 2, 4, 8, ... posts a side, down to one. *memory is
 *  what out points to; free with free(). Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_coarse_build(vd_context *context, const vdk_height_field *field,
                                      int threads, float **memory, vdk_coarse_heights *out);

#endif
