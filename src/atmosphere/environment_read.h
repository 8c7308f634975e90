/* The files that environment maps come from. */
#ifndef VD_ENVIRONMENT_READ_H
#define VD_ENVIRONMENT_READ_H

#include "base/exr_in.h"

/** The most pixels a side that is believed of a file. */
#define VD_ENVIRONMENT_SIDE_MAX VD_EXR_SIDE_MAX

/** A picture as the file has it: linear RGB, whatever its values, from the upper left corner. */
typedef struct vd_light_picture {
    int width, height;
    float *rgb; /**< [height][width][3]; free with free() */
} vd_light_picture;

/** Reads an OpenEXR file (environment_exr.c) or a Radiance one (environment_hdr.c). *out is zero on
 *  failure. Return VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_UNSUPPORTED or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_light_picture_read_exr(vd_context *context, const char *path,
                                                vd_light_picture *out);
VD_MUST_USE vd_result vd_light_picture_read_hdr(vd_context *context, const char *path,
                                                vd_light_picture *out);

/** Is a file one of the two, by its first bytes? False for one that cannot be read. */
bool vd_light_picture_is(const char *path);
/** Reads one of the two. Returns as they do, or VD_ERR_FORMAT for a file that is neither. */
VD_MUST_USE vd_result vd_light_picture_read(vd_context *context, const char *path,
                                            vd_light_picture *out);

#endif
