/* Automatic exposure. */
#ifndef VD_METER_H
#define VD_METER_H

#include "scene/scene.h"

/** Meters the scene's light if its settings ask for it (tone.auto_exposure), and says the result in
 * a message. *stops is the exposure to add to tone.exposure: 0 if it is not asked for, or if there is
 * no light to be seen. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED.
 */
VD_MUST_USE vd_result vd_meter_exposure(vd_context *context, const vd_scene *scene, float *stops);

#endif
