/* Elevation ramps: gdaldem color-relief text files, and a few that come with veduta. */
#ifndef VD_RAMP_H
#define VD_RAMP_H

#include "base/base.h"

typedef enum vd_ramp_match { VD_RAMP_LINEAR, VD_RAMP_NEAREST } vd_ramp_match;

/** Stops in rising order of elevation; equal elevations make a sharp edge. Between stops the colour
 * is linear in scene-linear RGB: the reader has put in enough stops that this follows the file's
 * own interpolation (in encoded values) to within 1/1000. Beyond the first and last stop their
 * colours go on. */
typedef struct vd_ramp {
    int count;
    float *elevation_m; /**< relative to base_m */
    float (*rgb)[4];    /**< scene-linear Rec. 709, and alpha */
    bool has_nodata;
    float nodata_rgb[4];
} vd_ramp;

/** Reads a ramp.
 *  name     the name of a built-in ramp, or a file's path (./grey for a file of a built-in's name)
 *  match    as gdaldem's default, or its -nearest_color_entry
 *  min_m, max_m  the DEM's lowest and highest valid elevation, for entries in percent
 *  base_m   subtracted from all elevations
 *  Alpha and the `nv` colour are read since files have them, but a relief makes no use of them:
 * gdaldem writes alpha only with -alpha, and NODATA is transparent here. Returns VD_OK,
 * VD_ERR_INPUT, VD_ERR_FORMAT (file, line, what), VD_ERR_SETTING or VD_ERR_MEMORY.
 */
VD_MUST_USE vd_result vd_ramp_load(vd_context *context, const char *name, vd_ramp_match match,
                                   double min_m, double max_m, double base_m, vd_ramp **out);
void vd_ramp_destroy(vd_ramp *ramp);

#endif
