/* From the knobs of the terrain's detail to refined cells. */
#ifndef VD_SCENE_DETAIL_H
#define VD_SCENE_DETAIL_H

#include "scene/scene.h"

/** Refuses knobs of the detail that mean nothing or have no use.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_check_detail(vd_context *context, const vd_settings *settings);

/** Refuses detail where pixels are too coarse for it, or it would take more memory than there is,
 *  as far as that is known before heights are.
 *  bytes  that it takes, at most; 0 without; may be NULL
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_plan_detail(vd_context *context, const vd_settings *settings,
                                           const vd_dem_info *dem, const vd_frame *frame,
                                           double *bytes);

/** Refines what the camera of a scene sees, if its settings ask for that, and puts the camera on
 *  the new ground. Returns VD_OK, VD_ERR_SETTING (it would take too much memory, or show nothing),
 *  VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_scene_refine(vd_context *context, vd_scene *scene);

#endif
