#include "atmosphere/esra.h"

#include <math.h>

#include "base/vmath.h"

#define SCALE_HEIGHT_M 8434.5

/** Air between the ground and the sun in atmospheres above the sea's level: equation 5, of Kasten &
 *  Young 1989. */
static double air_mass(double altitude_deg, double elevation_m)
{
    double sine, cosine;
    vd_sincos_deg(altitude_deg, &sine, &cosine);
    return vd_exp(-elevation_m / SCALE_HEIGHT_M) /
           (sine + 0.50572 * vd_pow(altitude_deg + 6.07995, -1.6364));
}

/** The optical thickness of clean, dry air for one air mass: equation 7, of Kasten 1996. */
static double rayleigh(double m)
{
    if (m > 20.0) return 1.0 / (10.4 + 0.718 * m);
    return 1.0 / (6.62960 + m * (1.75130 + m * (-0.12020 + m * (0.00650 - m * 0.00013))));
}

double vd_esra_beam(double altitude_deg, double elevation_m, double turbidity)
{
    /* Equation 3; 0.8662 is Kasten's correction of turbidities for that newer thickness. */
    double m = air_mass(altitude_deg, elevation_m);
    return vd_exp(-0.8662 * turbidity * m * rayleigh(m));
}

double vd_esra_diffuse(double altitude_deg, double turbidity)
{
    /* The light with the sun at the zenith (14), and how it goes with the altitude (15, 16). */
    const double t = turbidity;
    double sine, cosine;
    vd_sincos_deg(altitude_deg, &sine, &cosine);
    double zenith = -1.5843e-2 + t * (3.0543e-2 + t * 3.797e-4);
    double a0 = 2.6463e-1 + t * (-6.1581e-2 + t * 3.1408e-3);
    double a1 = 2.0402 + t * (1.8945e-2 - t * 1.1161e-2);
    double a2 = -1.3025 + t * (3.9231e-2 + t * 8.5079e-3);
    if (a0 * zenith < 2.0e-3) a0 = 2.0e-3 / zenith;
    return fmax(zenith * (a0 + sine * (a1 + sine * a2)), 0.0);
}
