/* Sun and moon by date: where knobs sun.time and sun.place put them. */
#ifndef VD_SUN_BY_DATE_H
#define VD_SUN_BY_DATE_H

#include "scene/frame.h"
#include "scene/scene.h"
#include "settings/settings.h"

/** Refuses values of the two knobs that cannot be used, whatever the DEM.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_sun_check_date(vd_context *context, const vd_settings *settings);

/** The same of knob sun.place alone. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_sun_check_place(vd_context *context, const vd_settings *settings);

/** Where the sun is looked for. */
typedef struct vd_sun_spot {
    double longitude_deg, latitude_deg;
    double north_deg; /**< azimuth of true north from the grid's */
} vd_sun_spot;

/** The middle of the frame on the globe, or sun.place, and true north there.
 *  knob  that asks for it, for messages
 *  info  of the DEM; NULL: there is none, and sun.place is needed
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (no place known, not on Earth). */
VD_MUST_USE vd_result vd_sun_find_spot(vd_context *context, const vd_settings *settings,
                                       vd_knob_id knob, const vd_dem_info *info,
                                       const vd_frame *frame, vd_sun_spot *out);

/** Finds the sun at sun.time over the centre of the frame, or over sun.place, and says where it is.
 *  azimuth_deg   clockwise from the grid's north
 *  altitude_deg  as refracted; both are rounded to the four decimals of the message
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (no place known, not on Earth, sun below the
 *  horizon). */
VD_MUST_USE vd_result vd_sun_by_date(vd_context *context, const vd_settings *settings,
                                     const vd_dem_info *info, const vd_frame *frame,
                                     double *azimuth_deg, double *altitude_deg);

/** The moon in the sun's stead: at sun.time, or where sun.azimuth, sun.altitude and sun.moon_age
 * put it (moon.c). Azimuth and altitude are rounded too. Returns VD_OK, VD_ERR_MEMORY or
 * VD_ERR_SETTING (as above; the moon below the horizon). */
VD_MUST_USE vd_result vd_moon_by_date(vd_context *context, const vd_settings *settings,
                                      const vd_dem_info *info, const vd_frame *frame,
                                      vd_sun_angles *out);

/** Says so where automatic exposure makes up for a moon that is hardly lit. */
void vd_moon_tell_dark(vd_context *context, const vd_settings *settings, const vd_moonlight *moon);
VD_MUST_USE vd_result vd_moon_by_hand(vd_context *context, const vd_settings *settings,
                                      vd_sun_angles *out);

#endif
