/* Light that changes while the shutter is open: a sun that goes its way, and clouds in the wind. */
#ifndef VD_SCENE_LIGHT_MOTION_H
#define VD_SCENE_LIGHT_MOTION_H

#include "animation/animation.h"
#include "scene/scene.h"

/** Gives a scene its moments (vdk_scene.moments) where suns or clouds of its animation change from
 *  a frame's moment on, so many frames long.
 *  moves  do they?
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_CANCELLED, or what the light of some time is refused for.
 */
VD_MUST_USE vd_result vd_light_move(vd_context *context, const vd_animation *animation,
                                    double frame, double span, vd_scene *scene, bool *moves);
/** Frees what a scene has of them. */
void vd_light_motion_clear(vd_scene *scene);

/** Moves the clouds of a scene as clouds.offset says. */
void vd_clouds_blow(const vd_settings *settings, vdk_scene *flat);

#endif
