/* The ROLO model of the moon's disc as a whole: Kieffer & Stone 2005, "The Spectral Irradiance of
 * the Moon", Astronomical Journal 129: the logarithm of its reflectance by equation 10 with the
 * coefficients of table 4, without the libration's terms (up to 4 % of light), and irradiance by
 * equations 8 and 9. It is fitted to phases from 1.55 to 97 degrees, within 1 % in its shape and
 * some 5 to 10 % in its scale.
 *
 * Nearer to full there is an eclipse or nearly; the light is that of 1.55 degrees. Crescents beyond
 * 97 degrees fade by Krisciunas & Schaefer 1991, "A Model of the Brightness of Moonlight",
 * Publications of the Astronomical Society of the Pacific 103, equation 9, continued from there;
 * the Earth's light on the rest of the disc is left out. */
#include "atmosphere/moonlight.h"

#include <math.h>
#include <stddef.h>

#include "base/vmath.h"

#define NEAREST_DEG 1.55
#define FARTHEST_DEG 97.0
#define MEAN_KM 384400.0
#define SOLID_ANGLE 6.4177e-5 /* of the moon at its mean distance */
#define RADIAN (VD_PI / 180.0)

/** Of the filters between 350 and 870 nm those that lie apart: wavelength, a0..a3, b1..b3, d1..d3.
 */
static const double filters[][11] = {
    {350.0, -2.67511, -1.78539, 0.50612, -0.25578, 0.03744, 0.00981, -0.00322, 0.34185, 0.01441,
     -0.01602},
    {405.0, -2.35754, -1.72134, 0.40337, -0.21105, 0.03505, 0.01043, -0.00341, 0.35235, -0.03818,
     -0.00006},
    {441.6, -2.31964, -1.72114, 0.37286, -0.19304, 0.03736, 0.01545, -0.00559, 0.37935, -0.09562,
     0.00970},
    {475.0, -2.28999, -1.63180, 0.36193, -0.20381, 0.04007, 0.01216, -0.00437, 0.33024, -0.03131,
     0.00222},
    {549.1, -2.10782, -1.66736, 0.41697, -0.22026, 0.03451, 0.01452, -0.00517, 0.36814, -0.09815,
     0.0},
    {665.1, -1.88914, -1.58096, 0.30477, -0.17908, 0.04415, 0.00983, -0.00389, 0.37141, -0.13514,
     0.01248},
    {745.3, -1.86896, -1.57522, 0.33712, -0.19415, 0.03967, 0.01318, -0.00464, 0.36888, -0.14828,
     0.00958},
    {865.3, -1.74561, -1.58482, 0.35009, -0.19569, 0.04142, 0.01612, -0.00550, 0.39200, -0.18837,
     0.00978},
};

/** Equation 10 at a phase in degrees: the moon's sun stands over a longitude of as much, east as it
 * waxes. */
static double log_reflectance(const double *c, double phase, bool waxes)
{
    double sine, cosine, g = phase * RADIAN, sun = waxes ? g : -g, sun2 = sun * sun;
    vd_sincos_deg((phase + 30.5858) / 16.7498 / RADIAN, &sine, &cosine);
    return c[1] + g * (c[2] + g * (c[3] + g * c[4])) + sun * (c[5] + sun2 * (c[6] + sun2 * c[7])) +
           c[8] * vd_exp(-phase / 4.06054) + c[9] * vd_exp(-phase / 12.8802) + c[10] * cosine;
}

static double reflectance(double nm, double phase, bool waxes)
{
    size_t count = sizeof filters / sizeof *filters, i = 0;
    double seen = fmin(fmax(phase, NEAREST_DEG), FARTHEST_DEG), low, high;
    while (i < count - 2 && filters[i + 1][0] <= nm) i++;
    low = vd_exp(log_reflectance(filters[i], seen, waxes));
    high = vd_exp(log_reflectance(filters[i + 1], seen, waxes));
    double t = (nm - filters[i][0]) / (filters[i + 1][0] - filters[i][0]);
    double mean = low + t * (high - low);
    if (phase <= FARTHEST_DEG) return mean;
    double p4 = phase * phase * phase * phase;
    double f4 = FARTHEST_DEG * FARTHEST_DEG * FARTHEST_DEG * FARTHEST_DEG;
    double magnitudes = 0.026 * (phase - FARTHEST_DEG) + 4e-9 * (p4 - f4);
    return mean * vd_pow(10.0, -0.4 * magnitudes);
}

double vd_moonlight_share(const vd_moonlight *moon, double wavelength_nm)
{
    double distance = moon->distance_km > 0.0 ? moon->distance_km / MEAN_KM : 1.0;
    double sun = moon->sun_distance_au > 0.0 ? moon->sun_distance_au : 1.0;
    return reflectance(wavelength_nm, moon->phase, moon->waxes) * SOLID_ANGLE / VD_PI /
           (distance * distance * sun * sun);
}
