/* What fills the air: from the knobs of group fog to what the kernel reads. */
#ifndef VD_SCENE_MEDIA_H
#define VD_SCENE_MEDIA_H

#include "scene/scene.h"

/** Refuses knobs of fog that have no use, and fog that cannot be. Returns VD_OK or VD_ERR_SETTING.
 */
VD_MUST_USE vd_result vd_media_check(vd_context *context, const vd_settings *settings);

/** Fills a scene's air, which has its terrain and camera by then.
 *  Returns VD_OK or VD_ERR_SETTING (fog that lies nowhere, or over a plane of shadow alone). */
VD_MUST_USE vd_result vd_scene_set_media(vd_context *context, vd_scene *scene);

#endif
