/* Where the moon stands in the sky of a place on Earth at a time, and how much of it is lit.
 *
 * Meeus 1998, "Astronomical Algorithms", 2nd edition, chapters 47 and 48, of whose terms those
 * below 0.0006 degrees are left out. Against the full theory it is right to 0.007 degrees and 13 km
 * for the years 1900 to 2100; see tests/unit/test_moon.c. */
#ifndef VD_MOON_H
#define VD_MOON_H

#include "atmosphere/solar.h"

/** The moon as seen from the Earth's centre. Angles in degrees. */
typedef struct vd_moon_ephemeris {
    double longitude, latitude; /**< apparent, of the ecliptic of the date */
    double right_ascension, declination;
    double distance_km;
    double age;   /**< of the lunation: 0 new, 90 first quarter, 180 full */
    double phase; /**< angle at the moon between sun and Earth, 0 at full */
} vd_moon_ephemeris;

/** The moon in a site's sky. */
typedef struct vd_moon_position {
    vd_solar_position at;
    double distance_km; /**< from the Earth's centre */
    double age, phase;
    double sun_distance_au; /**< of the Earth, about the moon's */
} vd_moon_position;

/** sun: of the same time, by vd_solar_ephemeris_at(). */
void vd_moon_ephemeris_at(double day, double delta_t_s, const vd_solar_ephemeris *sun,
                          vd_moon_ephemeris *out);
void vd_moon_position_at(double day, const vd_solar_site *site, vd_moon_position *out);

#endif
