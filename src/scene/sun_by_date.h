/* The sun by date: where knobs sun.time and sun.place put it. */
#ifndef VD_SUN_BY_DATE_H
#define VD_SUN_BY_DATE_H

#include "scene/frame.h"
#include "settings/settings.h"

/** Refuses values of the two knobs that cannot be used, whatever the DEM.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_sun_check_date(vd_context *context, const vd_settings *settings);

/** Finds the sun at sun.time over the centre of the frame, or over sun.place, and says where it is.
 *  azimuth_deg   clockwise from the grid's north
 *  altitude_deg  as refracted; both are rounded to the four decimals of the message
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (no place known, not on Earth, sun below the
 *  horizon). */
VD_MUST_USE vd_result vd_sun_by_date(vd_context *context, const vd_settings *settings,
                                     const vd_dem_info *info, const vd_frame *frame,
                                     double *azimuth_deg, double *altitude_deg);

#endif
