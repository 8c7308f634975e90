/* The round Earth under a flat grid: heights lowered by how far the ground sinks with distance. */
#ifndef VD_CURVE_H
#define VD_CURVE_H

#include "terrain/dem.h"

typedef struct vd_curve {
    double column,
        row; /**< padded grid coordinates of the place about which the Earth falls away */
    double coefficient; /**< 1 less refraction */
    double z_factor;    /**< by which heights are multiplied later on, but not this */
    double per_m2;      /**< filled: how much lower a stored height is, per square metre */
} vd_curve;

/** Lowers all heights of a DEM whose cells are of one size. valid_min and valid_max stay as they
 *  are: elevations. Returns VD_OK or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_bend(vd_context *context, vd_dem *dem, vd_curve *curve, int threads);

#endif
