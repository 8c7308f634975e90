/* A lens that was measured: what of lensfun's calibrations holds for one picture. */
#ifndef VD_LENS_PROFILE_H
#define VD_LENS_PROFILE_H

#include "scene/lensfun.h"

/** How a picture is taken. */
typedef struct vd_lens_shot {
    double focal_mm, sensor_mm; /**< as in life; the sensor's width */
    double shape;               /**< height over width of the picture */
    double f_stop;              /**< 0: as the knobs say, or the lens's widest */
    double focus_m;             /**< as in life; HUGE_VAL: far away */
} vd_lens_shot;

/** What such a lens does. Radii r are in focal lengths, from the axis. */
typedef struct vd_lens_profile {
    bool has_distortion, has_colour, has_light;
    double inner, odd[2],
        even[2];            /**< a straight r arrives at r (1 + inner + odd[0] r + even[0] r^2
                                 + odd[1] r^3 + even[1] r^4) */
    double red[3], blue[3]; /**< there red goes on to r (red[0] + red[1] r + red[2] r^2) */
    double light[3];        /**< of light 1 + light[0] r^2 + light[1] r^4 + ... is left */
} vd_lens_profile;

/** Looks for it, for a render, before anything is read. Returns as vd_lens_profile_find(). */
VD_MUST_USE vd_result vd_lens_profile_check(vd_context *context, const vd_settings *settings);

/** Fills what the lens does that lens.profile names; nothing if it names none.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_UNSUPPORTED or VD_ERR_SETTING (no such lens, or it cannot
 * be set so, or other knobs bring what it brings). */
VD_MUST_USE vd_result vd_lens_profile_find(vd_context *context, const vd_settings *settings,
                                           const vd_lens_shot *shot, vd_lens_profile *out);

/** It as text of at most VD_LENS_PROFILE_TEXT bytes, and back. Returns false for any other text. */
enum { VD_LENS_PROFILE_TEXT = 512 };
void vd_lens_profile_print(const vd_lens_profile *profile, char text[VD_LENS_PROFILE_TEXT]);
bool vd_lens_profile_read(const char *text, vd_lens_profile *out);

#endif
