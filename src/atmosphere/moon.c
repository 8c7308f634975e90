/* Equation numbers are those of Meeus 1998. */
#include "atmosphere/moon.h"

#include <math.h>
#include <stddef.h>

#include "atmosphere/moon_tables.h"
#include "base/vmath.h"

#define AU_KM 149597870.7

/** Terms of the sun's anomaly shrink as the Earth's orbit becomes rounder (47.6). */
static double shrunk(int times_m, double e)
{
    int n = times_m < 0 ? -times_m : times_m;
    return n == 0 ? 1.0 : n == 1 ? e : e * e;
}

void vd_moon_ephemeris_at(double day, double delta_t_s, const vd_solar_ephemeris *sun,
                          vd_moon_ephemeris *out)
{
    double t = (day + delta_t_s / 86400.0) / 36525.0, e = 1.0 - t * (0.002516 + 0.0000074 * t);
    double mean = vd_full_turn(218.3164477 +
                               t * (481267.88123421 + t * (-0.0015786 + t / 538841.0))); /* 47.1 */
    double d = vd_full_turn(297.8501921 + t * (445267.1114034 + t * (-0.0018819 + t / 545868.0)));
    double m = vd_full_turn(357.5291092 + t * (35999.0502909 - 0.0001536 * t));
    double a = vd_full_turn(134.9633964 + t * (477198.8675055 + t * (0.0087414 + t / 69699.0)));
    double f = vd_full_turn(93.2720950 + t * (483202.0175233 - 0.0036539 * t)); /* 47.5 */
    double a1 = 119.75 + 131.849 * t, a2 = 53.09 + 479264.290 * t, a3 = 313.45 + 481266.484 * t;
    double longitude =
        3958.0 * vd_sin_deg(a1) + 1962.0 * vd_sin_deg(mean - f) + 318.0 * vd_sin_deg(a2);
    double latitude = -2235.0 * vd_sin_deg(mean) + 382.0 * vd_sin_deg(a3) +
                      175.0 * vd_sin_deg(a1 - f) + 175.0 * vd_sin_deg(a1 + f) +
                      127.0 * vd_sin_deg(mean - a) - 115.0 * vd_sin_deg(mean + a);
    double distance = 0.0;
    for (size_t i = 0; i < sizeof across / sizeof *across; i++) {
        double angle = across[i].d * d + across[i].m * m + across[i].a * a + across[i].f * f;
        double scale = shrunk(across[i].m, e);
        longitude += scale * across[i].longitude * vd_sin_deg(angle);
        distance += scale * across[i].distance * vd_cos_deg(angle);
    }
    for (size_t i = 0; i < sizeof up / sizeof *up; i++)
        latitude += shrunk(up[i].m, e) * up[i].latitude *
                    vd_sin_deg(up[i].d * d + up[i].m * m + up[i].a * a + up[i].f * f);
    out->longitude = vd_full_turn(mean + 1e-6 * longitude + sun->nutation_longitude);
    out->latitude = 1e-6 * latitude;
    out->distance_km = 385000.56 + 1e-3 * distance;

    double sin_l = vd_sin_deg(out->longitude), cos_l = vd_cos_deg(out->longitude);
    double sin_b = vd_sin_deg(out->latitude), cos_b = vd_cos_deg(out->latitude);
    double sin_e = vd_sin_deg(sun->obliquity), cos_e = vd_cos_deg(sun->obliquity);
    out->right_ascension =
        vd_full_turn(vd_atan2_deg(sin_l * cos_b * cos_e - sin_b * sin_e, cos_l * cos_b)); /* 13.3 */
    out->declination = vd_asin_deg(sin_b * cos_e + cos_b * sin_e * sin_l);                /* 13.4 */

    double east = out->longitude - sun->apparent_longitude;
    double cosine = cos_b * vd_cos_deg(east); /* 48.2, of the elongation */
    double sine = sqrt(fmax(1.0 - cosine * cosine, 0.0)), r = sun->radius_au * AU_KM;
    out->age = vd_full_turn(east);
    out->phase = vd_atan2_deg(r * sine, out->distance_km - r * cosine); /* 48.3 */
}

void vd_moon_position_at(double day, const vd_solar_site *site, vd_moon_position *out)
{
    vd_solar_ephemeris sun, as_sun;
    vd_moon_ephemeris moon;
    double delta_t = vd_solar_delta_t(day);
    vd_solar_ephemeris_at(day, delta_t, &sun);
    vd_moon_ephemeris_at(day, delta_t, &sun, &moon);
    /* Parallax and refraction are those of any body so far away. */
    as_sun = sun;
    as_sun.right_ascension = moon.right_ascension;
    as_sun.declination = moon.declination;
    as_sun.radius_au = moon.distance_km / AU_KM;
    vd_solar_look(&as_sun, site, &out->at);
    out->distance_km = moon.distance_km;
    out->age = moon.age;
    out->phase = moon.phase;
    out->sun_distance_au = sun.radius_au;
}
