/* Look-up tables of colours, as colour graders hand them on: .cube files. */
#ifndef VD_LUT_H
#define VD_LUT_H

#include "base/base.h"

typedef struct vd_lut vd_lut;

/** Reads a .cube file (Adobe's Cube LUT Specification 1.0), of one dimension or three.
 *  *out is NULL on failure; destroy with vd_lut_destroy(), which takes NULL.
 *  Returns VD_OK, VD_ERR_INPUT (cannot be read), VD_ERR_FORMAT or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_lut_load(vd_context *context, const char *path, vd_lut **out);
void vd_lut_destroy(vd_lut *lut);

/** Puts a colour through the table; what lies beyond its domain is taken from its edge. */
void vd_lut_apply(const vd_lut *lut, float rgb[3]);

#endif
