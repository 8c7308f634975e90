/* Reading pictures back: those that veduta writes, and other programs' like them. */
#ifndef VD_PICTURE_IN_H
#define VD_PICTURE_IN_H

#include "base/base.h"
#include "film/pixels.h"

/** The part of a picture that roi (x, y, width, height) stands for; all of it for NULL.
 *  Returns VD_OK or VD_ERR_SETTING (it does not lie in the picture). */
VD_MUST_USE vd_result vd_picture_in_part(vd_context *context, const char *path, int width,
                                         int height, const int *roi, int part[4]);

/** Reads a PNG or TIFF of one, two (grey and alpha), three or four channels: bytes and 16-bit
 *  numbers as display values, floats as linear radiance. Where there is alpha, colours are
 *  multiplied by it: what is seen over black. Free rgb with free(); NULL on failure.
 *  roi  x, y, width, height of the part to read; NULL: all
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_SETTING (a part outside) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_picture_in_read(vd_context *context, const char *path, const int *roi,
                                         vd_pixels *out);

#endif
