/* Which frames are rendered, and into what. */
#ifndef VD_FRAMES_H
#define VD_FRAMES_H

#include "settings/settings.h"

/** A run of frames. */
typedef struct vd_frames {
    int first, last;
} vd_frames;

/** Reads the knob animation.frames; both are 0 if it is unset. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_frames_asked(vd_context *context, const vd_settings *settings,
                                      vd_frames *out);
/** Takes of a run the part that the knob animation.chunk names: parts differ by one frame at most,
 *  and last is below first where there are more parts than frames. Returns VD_OK or
 *  VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_frames_chunk(vd_context *context, const vd_settings *settings,
                                      vd_frames *frames);

/** Has a path a place for the frame's number: one %d or %0Nd? %% is a percent sign. Returns
 *  VD_OK or VD_ERR_SETTING, naming the knob output.path. */
VD_MUST_USE vd_result vd_frames_check_pattern(vd_context *context, const vd_settings *settings,
                                              const char *pattern);
/** The path of a frame; free with free(). Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_frames_path(vd_context *context, const char *pattern, int frame,
                                     char **out);

#endif
