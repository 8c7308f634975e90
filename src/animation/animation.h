/* Settings that change over time: keyframes of knobs, a camera that goes round its target, a sun
 * that moves through a day, objects that go on and on, a flight along a line. */
#ifndef VD_ANIMATION_H
#define VD_ANIMATION_H

#include "animation/flight.h"
#include "animation/frames.h"

typedef struct vd_animation vd_animation;

/** Is there anything in the settings that may change from frame to frame? */
bool vd_animation_is_asked(const vd_settings *settings);

/** Refuses what group animation and keyframes cannot mean, and knobs of them that have no use.
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_animation_check(vd_context *context, const vd_settings *settings);

/** Reads what moves out of settings, which must outlive it.
 *  scale   metres in a unit of the map along x and y, by which distances between keys are reckoned
 *  flight  of the settings, which is taken over, also on failure; NULL: there is none
 *  Returns as vd_animation_check(). */
VD_MUST_USE vd_result vd_animation_create(vd_context *context, const vd_settings *settings,
                                          const double scale[2], vd_flight *flight,
                                          vd_animation **out);
void vd_animation_destroy(vd_animation *animation);

/** All its frames, from 1 on. */
vd_frames vd_animation_frames(const vd_animation *animation);

/** The settings of a moment, in frames; destroy with vd_settings_destroy(). They stand by
 *  themselves: nothing of what moves is left in them, and their seed is that of the frame.
 *  *out is NULL on failure. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_animation_at(vd_context *context, const vd_animation *animation,
                                      double frame, vd_settings **out);

#endif
