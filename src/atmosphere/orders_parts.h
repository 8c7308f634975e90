/* What orders.c and rays.c share. */
#ifndef VD_ORDERS_PARTS_H
#define VD_ORDERS_PARTS_H

#include "atmosphere/parts.h"

#define VD_UPWARD 9   /* directions above the horizon */
#define VD_DOWNWARD 6 /* and below */
#define VD_RAYS (VD_UPWARD + VD_DOWNWARD)
#define VD_AZIMUTHS 10 /* in half a turn */
#define VD_CROSSINGS (2 * VD_LEVELS + 1)
#define VD_FINE 4 /* places between crossings, and one of them, for the sun's own light */

/** Where a ray crosses a level, and the weight of the source there. */
typedef struct vd_crossing {
    int level;
    double distance;
    double mu;
    float upright[VD_TERMS];
    vd_spectral weight;
} vd_crossing;

/** A place where sunlight is looked at, and the weights of what gas and haze make of it. */
typedef struct vd_sunlit {
    double distance, radius;
    vd_spectral gas, haze;
} vd_sunlit;

typedef struct vd_path {
    double mu, solid_angle; /* the latter for each azimuth */
    float upright[VD_TERMS];
    int count;
    bool meets_ground;
    double ground_distance;
    vd_spectral ground; /* transmittance to it */
    vd_crossing crossings[VD_CROSSINGS];
    int sunlit_count;
    vd_sunlit sunlit[VD_FINE * VD_CROSSINGS];
} vd_path;

/** The rays that leave a level, and where they cross the levels. */
void vd_rays_find(const vd_bands_optics *bands, const double level_m[VD_LEVELS], int level,
                  vd_path paths[VD_RAYS]);
/** The shares of gas and haze in what scatters and absorbs at an altitude. */
void vd_rays_shares(const vd_bands_optics *bands, double altitude_m, vd_spectral *gas,
                    vd_spectral *haze);

#endif
