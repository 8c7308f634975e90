/* Points of a vector file, by OGR. */
#ifndef VD_POINTS_READ_H
#define VD_POINTS_READ_H

#include "base/base.h"

typedef struct vd_points {
    double *x, *y; /**< in the layer's CRS, x easting or longitude */
    int64_t count;
    char *wkt; /**< of the layer's CRS, or NULL */
} vd_points;

/** Reads all points of a file's only layer, those of multipoints too, in their order.
 *  *out is zero on failure; free what is in it with vd_points_clear().
 *  Returns VD_OK, VD_ERR_INPUT (not there, damaged), VD_ERR_FORMAT (no vector file, no points, or
 *  several layers) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_points_read(vd_context *context, const char *path, vd_points *out);
void vd_points_clear(vd_points *points);

#endif
