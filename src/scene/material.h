/* From the knobs of group surface to the ground's material. */
#ifndef VD_SCENE_MATERIAL_H
#define VD_SCENE_MATERIAL_H

#include "kernel/scene.h"
#include "settings/settings.h"

/** Refuses knobs of a glossy ground on a matte one. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_material_check(vd_context *context, const vd_settings *settings);

/** Sets the scene's material but for its base colour; ground that is not Lambertian is not plain.
 */
void vd_material_set(const vd_settings *settings, vdk_scene *flat);

#endif
