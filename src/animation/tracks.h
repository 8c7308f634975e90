/* Keyframes sorted out: a track for each knob that they name. */
#ifndef VD_TRACKS_H
#define VD_TRACKS_H

#include "animation/curve.h"
#include "settings/numbers.h"

typedef struct vd_track {
    vd_number_knob knob;
    int count;      /**< of its keys */
    double *frames; /**< [count] rising */
    vd_way *ways;   /**< [count] */
    double *values; /**< [count][VD_NUMBERS_MAX] */
    double *slopes; /**< as values; of a place unread but for what is not space */
    double *points; /**< of a place: [count][3]; else NULL, as are the next ones */
    double *knots, *knot_slopes, *lengths;
    vd_trail trail;
} vd_track;

typedef struct vd_tracks {
    int count;
    vd_track *items;
    double last; /**< frame of the last key */
} vd_tracks;

/** Reads the keyframes of settings. scale is as of vd_animation_create(). *out is zero on failure.
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_tracks_make(vd_context *context, const vd_settings *settings,
                                     const double scale[2], vd_tracks *out);
void vd_tracks_clear(vd_tracks *tracks);
/** The numbers of a track at a frame. */
void vd_track_at(const vd_track *track, double frame, double out[VD_NUMBERS_MAX]);
/** The track of a knob that is no field, or NULL. */
const vd_track *vd_tracks_find(const vd_tracks *tracks, vd_knob_id knob);

#endif
