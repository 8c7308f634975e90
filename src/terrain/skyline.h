/* How high the land can stand against the sky, seen from each part of it: by which rays upward know
 * that they have left it. */
#ifndef VD_SKYLINE_H
#define VD_SKYLINE_H

#include "base/base.h"
#include "kernel/height_field.h"

/** Makes the skyline of a field that has its pyramid, and points the field to it. *words is NULL on
 *  failure, or else for free(). Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_skyline_build(vd_context *context, vdk_height_field *field, int threads,
                                       uint32_t **words);

/** Its bytes for so many cells. */
double vd_skyline_bytes(int cells_x, int cells_y);

#endif
