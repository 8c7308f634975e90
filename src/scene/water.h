/* From the knobs of group water to the kernel's water. */
#ifndef VD_SCENE_WATER_H
#define VD_SCENE_WATER_H

#include "scene/scene.h"
#include "terrain/water.h"

/** What owns the water of a scene. */
struct vd_water {
    vd_water_map map;
    vdk_water_body *bodies;
    vdk_water_wave *waves;
    vdk_noise noise[2];
};

/** Is there water among the settings? */
bool vd_water_is_asked(const vd_settings *settings);

/** Refuses knobs of group water that have no use or contradict each other.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_water_check(vd_context *context, const vd_settings *settings);

/** Finds the water of a DEM, whose bed it lowers; *out is NULL without water.
 *  Returns VD_OK, or as vd_water_find(), or VD_ERR_SETTING (there is none at that level). */
VD_MUST_USE vd_result vd_water_make(vd_context *context, const vd_settings *settings, vd_dem *dem,
                                    struct vd_water **out);
void vd_water_destroy(struct vd_water *water);

/** Puts the water into the flat scene, which has its terrain. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_water_set(vd_context *context, vd_scene *scene);

/** Fails if the camera of a view is under water. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_water_check_eye(vd_context *context, const vd_scene *scene);

/** Waves of a wind, as a DEM lies to them. (waves.c) */
typedef struct vd_wind {
    double speed;    /**< metres per second, above 0 */
    double from_deg; /**< where it comes from, clockwise from north */
} vd_wind;

/** The wave number (radians per metre) of the highest waves, with room for waves to grow over so
 *  many metres; 0: without end. */
double vd_waves_peak(const vd_wind *wind, double fetch_m);
/** The height of the highest third of the waves of the open sea, in metres. */
double vd_waves_height(const vd_wind *wind);
/** The share of open water under whitecaps. */
double vd_waves_whitecaps(const vd_wind *wind);
/** Fills out, of VDK_WATER_WAVES, in rising order of wave numbers; *lost is the variance of slope
 *  that is not in them. */
void vd_waves_make(const vd_wind *wind, const vd_dem_info *info, vdk_water_wave *out, double *lost);

#endif
