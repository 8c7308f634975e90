/* A camera and objects that move while the shutter is open. */
#ifndef VD_SCENE_MOTION_H
#define VD_SCENE_MOTION_H

#include "animation/animation.h"
#include "scene/scene.h"

/** Refuses knobs of the shutter that mean nothing or have no use.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_motion_check(vd_context *context, const vd_settings *settings);

/** The same for a picture that is blurred from a file: of its shutter it is known that it was open.
 */
VD_MUST_USE vd_result vd_motion_check_file(vd_context *context, const vd_settings *settings);

/** At which even parts of the shutter's light come in: times from their mean on, in shares of all
 * the time that it is open. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_motion_times(vd_context *context, const vd_settings *settings,
                                      float times[VDK_SHUTTER_CELLS]);

/** Fails if the camera cannot be where some of these frames have it, which it says. The scene is
 * one of them; frames that stand on other ground are not looked at. Returns VD_OK, VD_ERR_MEMORY,
 * or what the camera is refused for. */
VD_MUST_USE vd_result vd_motion_check_way(vd_context *context, const vd_animation *animation,
                                          int first, int last, const vd_scene *scene);

/** Says that a shutter blurs nothing, of settings in which nothing moves. */
void vd_motion_tell_still(vd_context *context, const vd_settings *settings);

/** Lets camera and objects of a scene, which is that of a frame, move as the animation has it while
 *  the shutter of the scene's settings is open. What stands still then is left alone.
 *  Returns VD_OK, VD_ERR_MEMORY, or what the scene of some time is refused for. */
VD_MUST_USE vd_result vd_motion_set(vd_context *context, const vd_animation *animation,
                                    double frame, vd_scene *scene);

#endif
