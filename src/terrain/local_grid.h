/* A DEM in degrees onto a grid in metres, for views, which have one metric everywhere. */
#ifndef VD_LOCAL_GRID_H
#define VD_LOCAL_GRID_H

#include "terrain/dem.h"

/** Fails where vd_dem_to_metres() would for the size or place of the DEM.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_local_grid_check(vd_context *context, const char *name,
                                          const vd_dem_info *info);

/** Resamples a finished DEM in degrees to a transverse Mercator grid about its middle, and says so;
 *  one that is in metres is left as it is. *dem is replaced, or as it was on failure.
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_to_metres(vd_context *context, const char *name, int threads,
                                       vd_dem **dem);

#endif
