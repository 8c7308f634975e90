/* The sky as a picture of everything around, and what it adds up to. */
#ifndef VD_DOME_H
#define VD_DOME_H

#include "atmosphere/tables.h"

/** The size that lights scenes. */
enum { VD_DOME_WIDTH = 512, VD_DOME_HEIGHT = 256 };

/** The sun as a disc in the sky. */
typedef struct vd_dome_disc {
    vdk_vec irradiance; /**< on a plane that faces it */
    double half_deg;    /**< above 0 */
} vd_dome_disc;

/** Draws a latitude-longitude map: row 0 at the zenith, column 0 east of north, going east. A texel
 *  is the mean over its area, so that the map has the light of the sky at any size.
 *  disc     the sun to draw, or NULL for none; the map has all its light
 *  threads  0: one per processor; the texels are the same for any number
 *  texels   [height][width][3], linear Rec. 709; free with free(). NULL on failure.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dome_draw(vd_context *context, const vdk_atmosphere *atmosphere,
                                   const vd_dome_disc *disc, int width, int height, int threads,
                                   float **texels);

/** Irradiance of a level plane by the upper half of a map. */
vdk_vec vd_dome_irradiance(const float *texels, int width, int height);

#endif
