/* What frame.c and frame_crs.c share. */
#ifndef VD_FRAME_PARTS_H
#define VD_FRAME_PARTS_H

#include "scene/frame.h"

#define VD_FRAME_PIXELS_MAX 1000000 /* along one side */

/** Sets the picture's size in pixels; knob is the one that asks for it, VD_KNOB_COUNT for none.
 *  Returns VD_OK or VD_ERR_SETTING (none, or too many). */
VD_MUST_USE vd_result vd_frame_set_size(vd_context *context, const vd_settings *settings,
                                        vd_knob_id knob, double width, double height,
                                        vd_frame *frame);

/** Of the knobs that exclude each other those that count; VD_KNOB_COUNT for none. */
typedef struct vd_frame_knobs {
    vd_knob_id window; /**< dem.bbox or dem.srcwin */
    vd_knob_id size;   /**< camera.size, camera.resolution or camera.output_scale */
} vd_frame_knobs;

/** Lays the picture out in camera.crs; out's window of cells is set already.
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_frame_warp(vd_context *context, const vd_settings *settings,
                                    const vd_dem_info *info, vd_frame_knobs knobs, vd_frame *out);

/** Is camera.crs set, and another CRS than the DEM's? Refuses it for a DEM without one. Returns
 *  VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_frame_choose_crs(vd_context *context, const vd_settings *settings,
                                          const vd_dem_info *info, bool *out);

#endif
