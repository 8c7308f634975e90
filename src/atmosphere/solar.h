/* Where the sun stands in the sky of a place on Earth at a time.
 *
 * The method is the Solar Position Algorithm of Reda & Andreas 2004 (NREL/TP-560-34302, revised
 * 2008), whole: its own uncertainty is 0.0003 degrees for the years -2000..6000. What it is fed
 * matters more. Earth's rotation is known for the future only roughly, and UTC stands up to 0.9 s
 * beside UT1, which is 0.004 degrees of azimuth or altitude; refraction near the horizon follows
 * the weather by tenths of a degree.
 *
 * Times are days of UT since J2000.0, noon of 2000-01-01 (date.h makes them). */
#ifndef VD_SOLAR_H
#define VD_SOLAR_H

#include <stdbool.h>

/** The sun as seen from the Earth's centre, and the Earth's turning. Angles in degrees. */
typedef struct vd_solar_ephemeris {
    double heliocentric_longitude, heliocentric_latitude; /**< of the Earth, L and B */
    double radius_au;                                     /**< R, distance to the sun */
    double nutation_longitude, obliquity;                 /**< delta psi, epsilon */
    double apparent_longitude;                            /**< lambda */
    double sidereal_time;                                 /**< nu, apparent, at Greenwich */
    double right_ascension, declination;                  /**< alpha, delta */
} vd_solar_ephemeris;

/** Where somebody stands, and in what air. */
typedef struct vd_solar_site {
    double longitude_deg; /**< east positive */
    double latitude_deg;
    double elevation_m;
    double pressure_hpa;
    double temperature_c;
} vd_solar_site;

/** The sun in a site's sky. Angles in degrees. */
typedef struct vd_solar_position {
    double hour_angle, declination; /**< topocentric, H' and delta' */
    double azimuth;                 /**< clockwise from true north, 0..360 */
    double altitude;                /**< of the disc's centre, geometric: as without air */
    double refracted_altitude;      /**< as seen; below -0.83 the same as the geometric one */
} vd_solar_position;

/** Seconds by which terrestrial time is ahead of UT: the polynomials of Espenak & Meeus 2006 for
 *  1600..2150 and their parabola beyond. Within a second of the measured past; the 6 s that it is
 *  off today are 0.0001 degrees of the sun. */
double vd_solar_delta_t(double day);

/** The sun at a time, delta_t seconds of terrestrial time ahead of UT. */
void vd_solar_ephemeris_at(double day, double delta_t_s, vd_solar_ephemeris *out);

/** The same in the sky of a site. */
void vd_solar_look(const vd_solar_ephemeris *sun, const vd_solar_site *site,
                   vd_solar_position *out);

/** All of it: the position at a time. */
void vd_solar_position_at(double day, const vd_solar_site *site, vd_solar_position *out);

/** A site at sea level in mean air: 1013.25 hPa, 10 degrees Celsius. */
vd_solar_site vd_solar_site_at_sea(double longitude_deg, double latitude_deg);

/** From a time at night, when the sun (its centre, as refracted) next stands above the horizon:
 *  forward in time for direction 1, backward for -1. To a second. Returns false if it does not for
 *  more than a year. */
bool vd_solar_find_day(double night, const vd_solar_site *site, int direction, double *out);

#endif
