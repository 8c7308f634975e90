/* The camera of a view: from map coordinates and angles to the flat camera of the kernel. */
#ifndef VD_VIEW_H
#define VD_VIEW_H

#include "kernel/scene.h"
#include "settings/settings.h"
#include "terrain/terrain.h"

/** Fails where the camera would without looking at heights.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_view_check(vd_context *context, const vd_settings *settings,
                                    const vd_dem_info *info);

/** Fills camera and background of a flat scene that has its terrain.
 *  Returns VD_OK or VD_ERR_SETTING (an eye under the ground, say). */
VD_MUST_USE vd_result vd_view_make(vd_context *context, const vd_settings *settings,
                                   const vd_terrain *terrain, vdk_scene *flat);

#endif
