/* The rays that are measured. */
#ifndef BENCH_RAYS_H
#define BENCH_RAYS_H

#include "terrain/terrain.h"

enum { BENCH_RAY_KINDS = 8 };

/** Rays of one kind, in an order in which neighbours lie close together. */
typedef struct bench_rays {
    const char *name;
    bool on_surface; /**< they leave the surface of their own cell */
    bool any_hit;
    bool from_eye; /**< all of them leave from one point in the air */
    bool to_sun;   /**< all of them go to the sun of bench_sun() */
    bool coherent; /**< neighbours go nearly the same way */
    int count;
    vdk_position *from;
    vdk_vec *lifted;    /**< where a mesh's ray starts: world metres, a little above the surface */
    vdk_vec *direction; /**< unit: east, north, up */
} bench_rays;

/** Makes all kinds: map-primary, map-sun, map-ao, map-bounce, then the same of a view. width and
 *  height in pixels, a ray to each, whole tiles of 4. Free with bench_rays_clear().
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING. */
VD_MUST_USE vd_result bench_rays_make(vd_context *context, const vdk_height_field *field, int width,
                                      int height, bench_rays out[BENCH_RAY_KINDS]);
void bench_rays_clear(bench_rays rays[BENCH_RAY_KINDS]);

/** The direction of the sun, and the sine of its disc's half angle, a hair more. */
vdk_vec bench_sun(float *sin_half);

/** World metres of post (i, j): x east, y north, from post (0, 0). */
vdk_vec bench_world(const vdk_height_field *field, int i, int j);

#endif
