/* A physical sky for one eye and one sun, as tables that the kernel reads. */
#ifndef VD_TABLES_H
#define VD_TABLES_H

#include "atmosphere/medium.h"
#include "atmosphere/moonlight.h"
#include "kernel/atmosphere.h"

/** Where an atmosphere is looked at from, and its sun. */
typedef struct vd_sky_place {
    double altitude_m;        /**< of the eye above sea level, 0 (or below: then 0) to space */
    double sun_elevation_deg; /**< of the disc's centre, -90..90, without refraction */
    double sun_azimuth_deg;   /**< clockwise from north */
    double sun_half_deg;      /**< of its disc, for limb darkening; 0: 0.2666 */
    double strength;          /**< sun.strength: luminance of the sun outside the atmosphere */
    vd_moonlight moon;        /**< the moon in the sun's stead, or is_there false */
    bool sky_alone;           /**< leave out the air before points, which costs most */
    bool tells_once;          /**< tell of that what sunlight adds that is scattered once */
} vd_sky_place;

typedef struct vd_atmosphere vd_atmosphere;

/** Computes the tables: a second of two cores. threads 0: one per processor; the tables are
 *  equal to the last bit for any number. *out is NULL on failure; free with
 * vd_atmosphere_destroy(). Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_atmosphere_create(vd_context *context, const vd_air *air,
                                           const vd_sky_place *place, int threads,
                                           vd_atmosphere **out);
/** The same for several eyes in one air under one sun, that of the first place: what they share,
 *  most of the work, is done once. out: one for each; all NULL on failure. */
VD_MUST_USE vd_result vd_atmospheres_create(vd_context *context, const vd_air *air,
                                            const vd_sky_place *places, int count, int threads,
                                            vd_atmosphere **out);
/** The same from a folder's files, and kept there for the next time; see tables_cache.c.
 *  folder  NULL or "": nothing is kept. What cannot be written is said and no failure.
 *  Returns VD_ERR_IO too, for a folder that cannot be made. */
VD_MUST_USE vd_result vd_atmospheres_find(vd_context *context, const char *folder,
                                          double most_bytes, const vd_air *air,
                                          const vd_sky_place *places, int count, int threads,
                                          vd_atmosphere **out);
/** NULL is fine. */
void vd_atmosphere_destroy(vd_atmosphere *atmosphere);
/** What the kernel reads; it points into the atmosphere. */
const vdk_atmosphere *vd_atmosphere_kernel(const vd_atmosphere *atmosphere);

#endif
