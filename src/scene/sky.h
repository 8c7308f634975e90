/* Physical skies: from the knobs of group atmosphere to the tables and maps that light a scene. */
#ifndef VD_SKY_H
#define VD_SKY_H

#include "atmosphere/tables.h"
#include "scene/scene.h"

/** Refuses knobs that a physical sky cannot use, and those of group atmosphere without one.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_sky_check(vd_context *context, const vd_settings *settings);

/** Computes the air that the settings ask for, as seen from one altitude in metres, or from two; or
 *  finds it in the settings' cache. The last sees the air before points too, if it is wanted.
 *  out: one for each, NULL on failure. Returns VD_OK, VD_ERR_MEMORY, VD_ERR_IO (the cache's folder)
 *  or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_sky_create(vd_context *context, const vd_settings *settings,
                                    vd_sun_angles sun, const double *altitudes_m, int count,
                                    bool with_air, vd_atmosphere **out);

/** What the kernel reads of it, with atmosphere.strength. */
vdk_atmosphere vd_sky_kernel(const vd_settings *settings, const vd_atmosphere *atmosphere);

/** Puts the settings' physical sky, if any, in place of the sky of a scene that has its terrain,
 *  camera and sun, and gives the sun what the air leaves of its light.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_scene_set_sky(vd_context *context, vd_scene *scene, vd_sun_angles sun);

/** Lets what is in the way of the sun shade the air of a scene that has all but its objects, if the
 *  settings ask for it; nothing is in that of one below the horizon.
 *  Returns VD_OK, or VD_ERR_SETTING from above the air. */
VD_MUST_USE vd_result vd_scene_shade_air(vd_context *context, vd_scene *scene);

#endif
