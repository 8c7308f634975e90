/* The clip mask: polygons of a vector file, laid over the picture. */
#ifndef VD_CLIP_H
#define VD_CLIP_H

#include "scene/area.h"
#include "scene/frame.h"

/** Reads the polygons that the knobs of group clip name as an area in pixels of the frame.
 *  *out is NULL if they name none; free with vd_area_destroy().
 *  Returns VD_OK, VD_ERR_SETTING (nothing of them in the picture), VD_ERR_MEMORY or as
 *  vd_polygons_read(). */
VD_MUST_USE vd_result vd_clip_load(vd_context *context, const vd_settings *settings,
                                   const vd_dem_info *info, const vd_frame *frame, vd_area **out);

#endif
