/* The sun's way over a DEM through some days, in steps, and how strong it is. */
#ifndef VD_SUN_PATH_H
#define VD_SUN_PATH_H

#include "kernel/math.h"
#include "scene/frame.h"
#include "settings/settings.h"

/* Elevations at which the beam is known, which is linear in between. */
enum { VD_SUN_PATH_LEVELS = 33 };

/** Where the sun is in the middle of a step. */
typedef struct vd_sun_step {
    vdk_vec direction;              /**< towards its centre as refracted, unit (east, north, up) */
    float hours;                    /**< that this step stands for */
    float beam[VD_SUN_PATH_LEVELS]; /**< W/m2 on a plane facing it, at low_m to high_m */
} vd_sun_step;

typedef struct vd_sun_path {
    int64_t count;
    vd_sun_step *steps; /**< none of a polar night */
    double low_m, high_m;
    double hours;        /**< of daylight on open level ground */
    double diffuse_whm2; /**< of the sky on such ground, Wh/m2 */
    int64_t days;        /**< looked at, which stand for all */
} vd_sun_path;

/** Refuses values of group insolation that cannot be used, whatever the DEM. Returns VD_OK or
 *  VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_sun_path_check(vd_context *context, const vd_settings *settings);

/** Finds the sun's way over the middle of the frame, or over sun.place, by the knobs of group
 *  insolation. A day is one of mean solar time there.
 *  low_m, high_m  of the ground
 *  Free with vd_sun_path_clear(). Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_sun_path_make(vd_context *context, const vd_settings *settings,
                                       const vd_dem_info *info, const vd_frame *frame, double low_m,
                                       double high_m, vd_sun_path *out);
void vd_sun_path_clear(vd_sun_path *path);

#endif
