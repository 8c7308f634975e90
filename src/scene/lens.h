/* The lens of a view's camera. */
#ifndef VD_LENS_H
#define VD_LENS_H

#include "scene/lens_profile.h"
#include "scene/view_parts.h"

/** Refuses by name what has no use.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_lens_check(vd_context *context, const vd_settings *settings);

/** Fills the lens of a flat scene that has its ground, block and camera. plane_width is what the
 *  picture shows of the plane at distance 1.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (a focus behind the camera, say). */
VD_MUST_USE vd_result vd_lens_set(vd_context *context, const vd_settings *settings,
                                  double plane_width, const vd_frame *frame,
                                  const vd_scene_ground *ground, vdk_scene *flat);

/** The object that --focus names, or NULL. (object_focus.c) */
const char *vd_lens_focus_name(const vd_settings *settings);

/** From the knobs to a lens's aperture, what is in focus and how that is tilted; the rest of *lens
 *  stays. focal_mm is the focal length as it is in life, focus_m what is sharp along the axis.
 *  Returns VD_OK or VD_ERR_SETTING (two knobs for one width). */
VD_MUST_USE vd_result vd_lens_measure(vd_context *context, const vd_settings *settings,
                                      double focal_mm, double focus_m, vdk_lens *lens);

/** Says so where a lens that is measured blurs nothing by as much as half a pixel, but for what is
 *  less than half as far as its focus; pixel as of a vdk_view_camera. */
void vd_lens_tell_sharp(vd_context *context, const vd_settings *settings, const vdk_lens *lens,
                        double pixel);

/** Fills the distortion of a lens, once the camera has pixels and their middle.
 *  Returns VD_OK or VD_ERR_SETTING (one that folds the picture). */
VD_MUST_USE vd_result vd_lens_distort(vd_context *context, const vd_settings *settings,
                                      const vd_frame *frame, vdk_view_camera *camera);
/** Likewise that of a lens that was measured, if it has any.
 *  Returns VD_OK or VD_ERR_SETTING (it folds so large a picture). */
VD_MUST_USE vd_result vd_lens_bend(vd_context *context, const vd_settings *settings,
                                   const vd_lens_profile *profile, const vd_frame *frame,
                                   vdk_view_camera *camera);
/** Fills the distortion of a fisheye's lens, once the camera is there.
 *  Returns VD_OK or VD_ERR_SETTING (one that folds the picture; fisheye.c). */
VD_MUST_USE vd_result vd_fisheye_set(vd_context *context, const vd_settings *settings,
                                     const vd_frame *frame, vdk_view_camera *camera);
/** How far from the middle light at an angle from the axis arrives, of a fisheye that is distorted.
 *  Returns false if it does not. */
bool vd_fisheye_arrives(const vdk_lens *lens, double angle, double *radius);

/** Puts the place where it arrives in the place of a straight ray (x, y, 1), of a lens that is
 *  distorted. Returns false if it does not, being outside of what the lens shows. */
bool vd_lens_arrives(const vdk_lens *lens, double *x, double *y);

#endif
