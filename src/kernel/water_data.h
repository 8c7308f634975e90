/* Water as the kernel reads it: where it lies, what it is like, and its waves. */
#ifndef VDK_WATER_DATA_H
#define VDK_WATER_DATA_H

#include "noise.h"

#define VDK_WATER_INDEX 1.333f /* of refraction */
#define VDK_WATER_WAVES 72     /* at most */

/* One sine among the waves. Phases are 2^-32ths of a turn, which wrap by themselves, so a wave is
 * as exact in the corner of a large grid as at its centre. */
typedef struct vdk_water_wave {
    vdk_uint step_x, step_y; /* of the phase, a column and a row of the grid */
    vdk_uint first;          /* at the corner of padded cell (0, 0) */
    float turns_x, turns_y;  /* as the steps, in turns, for a fraction of a cell */
    float east, north;       /* unit, along which it runs */
    float number;            /* radians per metre */
    float slope;             /* its amplitude */
} vdk_water_wave;

/* A body of water: the sea is number 0. */
typedef struct vdk_water_body {
    float level;   /* stored height, before the Earth's curvature */
    float longest; /* of its waves, radians per metre: longer ones do not fit */
} vdk_water_body;

typedef struct vdk_water {
    int is_there;
    int has_sea;    /* all that is lower than body 0 and in no other body */
    int is_optical; /* a dielectric over its bed; else matte, of a colour by depth */
    VDK_GLOBAL const vdk_ushort
        *bodies; /* number per padded cell, row after row; NULL: sea alone */
    VDK_GLOBAL const vdk_water_body *body;
    VDK_GLOBAL const vdk_ushort *shore; /* distance from the shore per padded post; may be NULL */
    float shore_unit;                   /* metres */

    /* Optical. */
    vdk_vec absorption, scattering; /* per metre; scattered light goes evenly everywhere */
    int is_straight;                /* light of sun and sky goes on straight below the surface */
    VDK_GLOBAL const vdk_water_wave *waves; /* in rising order of their numbers */
    int wave_count;
    float lost;            /* variance of slope of the waves that are shorter than all of those */
    float foam;            /* strength of all foam; 0: none */
    float foam_depth;      /* metres over the bed in which waves break */
    float whitecaps;       /* share of open water under foam */
    float whitecaps_limit; /* a Gaussian number is above it by that chance */
    VDK_GLOBAL const vdk_noise *noise; /* of foam, and of gusts; NULL without wind */

    /* Matte. */
    vdk_vec shallow, deep; /* colours at the shore, and from depth_scale on */
    float depth_scale;     /* metres; 0: all is `deep` */
    float vignette;        /* half widths of a pixel that the darker band along the shore takes */
} vdk_water;

#ifndef __OPENCL_VERSION__
_Static_assert(sizeof(vdk_water_wave) == 36 && sizeof(vdk_water_body) == 8, "no padding in water");
#endif

#endif
