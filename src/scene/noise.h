/* Noise as the kernel reads it, from sizes in metres. */
#ifndef VD_SCENE_NOISE_H
#define VD_SCENE_NOISE_H

#include "kernel/noise.h"
#include "terrain/dem.h"

/** What a field of noise is like. */
typedef struct vd_noise_options {
    double scale_m;   /**< of the first octave, on the map */
    double scale_z_m; /**< and upward */
    double gain;      /**< an octave's amplitude, of that before it */
    int octaves;
    const char *name; /**< whose hash is the seed */
    int number;       /**< tells apart those of one name */
} vd_noise_options;

/** The field as it lies on a DEM, anchored at the raster's corner and at height 0 of the land times
 *  z_factor. */
vdk_noise vd_noise_make(const vd_dem *dem, double z_factor, const vd_noise_options *options);

/** A standard Gaussian number is above this with a chance of share; within 1e-6 for shares of
 *  0.001..0.999. */
double vd_gaussian_threshold(double share);

#endif
