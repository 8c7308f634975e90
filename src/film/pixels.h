/* A whole picture in memory, read from a file. */
#ifndef VD_PIXELS_H
#define VD_PIXELS_H

#include <stdbool.h>

/** Display values 0..1 as sRGB encodes them, or linear radiance. */
typedef struct vd_pixels {
    int width, height;
    bool is_linear;
    float *rgb; /**< [height][width][3] */
} vd_pixels;

#endif
