/* Sky and air by brute force: spectral path tracing of the medium that the tables are made from. */
#ifndef BENCH_ATMOSPHERE_PATHS_H
#define BENCH_ATMOSPHERE_PATHS_H

#include "atmosphere/medium.h"

typedef struct bench_atmosphere bench_atmosphere;

/** What is seen along a ray. */
typedef struct bench_ray {
    double altitude_m;        /**< of the eye */
    double sun_elevation_deg; /**< at the eye */
    double elevation_deg;     /**< of the ray */
    double azimuth_deg;       /**< of the ray, from the sun's */
    double length_m;          /**< 0: to the ground or to space; else what is scattered before */
    int paths;                /**< in each wavelength; a multiple of 8 */
    uint64_t seed;
} bench_ray;

typedef struct bench_light {
    double rgb[3];
    double error;            /**< standard error of the luminance, relative */
    double transmittance[3]; /**< along the ray, for light with the sun's spectrum */
} bench_light;

/** NULL if there is no memory. Free with free(). */
bench_atmosphere *bench_atmosphere_create(const vd_air *air);
bench_light bench_atmosphere_trace(const bench_atmosphere *atmosphere, const bench_ray *ray);

#endif
