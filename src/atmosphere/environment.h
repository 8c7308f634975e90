/* Environment maps: pictures of the light from everywhere, and the tables that the kernel chooses
 * directions by (kernel/environment.h). */
#ifndef VD_ENVIRONMENT_H
#define VD_ENVIRONMENT_H

#include "base/base.h"
#include "kernel/scene.h"

/** Latitude-longitude, row 0 at the zenith, columns east from north. */
typedef struct vd_environment {
    int width, height;
    float *texels;  /**< linear Rec. 709, [height][width][3] */
    float *rows;    /**< the tables of vdk_environment */
    float *columns; /**< */
    double luminance, outstanding;
} vd_environment;

/** Reads a map from an OpenEXR or Radiance (.hdr, .pic) file, whichever its first bytes say, and
 *  multiplies it by strength. Warns of one that is not twice as wide as high, and of one without
 *  light. Returns VD_OK, VD_ERR_INPUT (cannot be read), VD_ERR_FORMAT (neither kind; damaged; a
 *  pixel that is no light: not a number, infinite, negative, above 1e20), VD_ERR_UNSUPPORTED (its
 *  compression) or VD_ERR_MEMORY. Negative
 *  values below a thousandth of the mean, as lossy compression leaves them, become 0. */
VD_MUST_USE vd_result vd_environment_load(vd_context *context, const char *path, double strength,
                                          vd_environment **out);

/** Makes a map of pixels in memory, finite and not negative.
 *  texels  [height][width][3], from malloc(); taken over, also on failure
 *  out     the map, or NULL on failure; free with vd_environment_destroy()
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_environment_create(vd_context *context, int width, int height,
                                            float *texels, vd_environment **out);
void vd_environment_destroy(vd_environment *environment);

/** What the kernel reads of it, turned clockwise as seen from above; points into it. */
vdk_environment vd_environment_flat(const vd_environment *environment, double rotation_deg);

#endif
