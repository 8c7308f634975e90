/* A wind's waves.
 *
 * What matters to light is slope. Its variance, all ways together, is 0.003 + 0.00512 U for a wind
 * of U metres per second (Cox and Munk 1954, "Measurement of the Roughness of the Sea Surface from
 * Photographs of the Sun's Glitter", J. Opt. Soc. Am. 44, clean surface). The waves that have it
 * are from the highest, of wave number k_p, down to ripples of 400 radians per metre; in between,
 * the spectrum of a wind sea falls as k^-3 in height (Phillips 1958), which is an even spread of
 * slope over ln k, and that is how it is dealt out here. Of a sea that has grown to its end k_p is
 * 0.77 g / U^2 (Pierson and Moskowitz 1964), its waves' height 0.21 U^2 / g; where there is only a
 * fetch F to grow in, by JONSWAP (Hasselmann et al. 1973), the peak's frequency is
 * 22 (g^2 / U F)^(1/3). The share of whitecaps is 3.84e-6 U^3.41 (Monahan and O'Muircheartaigh
 * 1980, J. Phys. Oceanogr. 10).
 *
 * Waves run about the wind's direction. The long ones keep to it, so that their crests are long;
 * short ones go all ways: the standard deviation of their angle is 25 degrees at the peak and grows
 * about as the square root of the wave number beyond it (Hasselmann, Dunckel and Ewing 1980,
 * "Directional Wave Spectra Observed during JONSWAP 1973", J. Phys. Oceanogr. 10). There are no
 * random numbers: angles and phases are a low-discrepancy sequence. */
#include <math.h>

#include "base/vmath.h"
#include "scene/water.h"

#define GRAVITY 9.81
#define RIPPLES 400.0   /* wave number */
#define SHORTEST 42.0   /* of the waves that are seen one by one: 15 cm */
#define BEYOND_PEAK 0.6 /* the longest wave's, of the peak's */
/* What of ln k the peak's fall takes: half of ln 1.25 and Euler's constant. */
#define BELOW_PEAK 0.4002
/* Angles are those of a cosine law times this, at the peak and at most. */
#define SPREAD_AT_PEAK 0.64
#define SPREAD_MOST 1.6
#define GOLDEN 0.6180339887498949
#define PLASTIC 0.7548776662466927

double vd_waves_peak(const vd_wind *wind, double fetch_m)
{
    double grown = 0.77 * GRAVITY / (wind->speed * wind->speed);
    if (!(fetch_m > 0.0)) return grown;
    double frequency = 22.0 * vd_pow(GRAVITY * GRAVITY / (wind->speed * fetch_m), 1.0 / 3.0);
    return fmax(grown, frequency * frequency / GRAVITY);
}

double vd_waves_height(const vd_wind *wind)
{
    return 0.21 * wind->speed * wind->speed / GRAVITY;
}

double vd_waves_whitecaps(const vd_wind *wind)
{
    return fmin(3.84e-6 * vd_pow(wind->speed, 3.41), 0.5);
}

static uint32_t to_phase(double turns)
{
    return (uint32_t)((turns - floor(turns)) * 4294967296.0);
}

void vd_waves_make(const vd_wind *wind, const vd_dem_info *info, vdk_water_wave *out, double *lost)
{
    const double *m = info->to_grid, det = m[0] * m[3] - m[1] * m[2];
    double peak = vd_waves_peak(wind, 0.0);
    double slope2 = 0.003 * fmin(wind->speed, 1.0) + 0.00512 * wind->speed;
    double ripples = fmax(RIPPLES, 4.0 * peak),
           shortest = fmin(fmax(SHORTEST, 2.0 * peak), ripples);
    double density = slope2 / (vd_log(ripples / peak) - BELOW_PEAK);
    double longest = BEYOND_PEAK * peak;
    double step = vd_log(shortest / longest) / VDK_WATER_WAVES;
    for (int i = 0; i < VDK_WATER_WAVES; i++) {
        double u = (i + 1) * GOLDEN, v = (i + 1) * PLASTIC, sine, cosine;
        u -= floor(u);
        v -= floor(v);
        double number = longest * vd_exp((i + 0.5 + 0.8 * (v - 0.5)) * step);
        double spread = SPREAD_AT_PEAK * sqrt(fmax(number / peak, 1.0));
        double angle =
            wind->from_deg + 180.0 + fmin(spread, SPREAD_MOST) * vd_asin_deg(2.0 * u - 1.0);
        vd_sincos_deg(angle, &sine, &cosine);
        double turns = number / (2.0 * VD_PI); /* a metre */
        double east = turns * sine, north = turns * cosine;
        double x = (m[3] * east - m[2] * north) / det, y = (m[0] * north - m[1] * east) / det;
        double first = (i + 1) * (i + 3) * 0.3819660112501051;
        out[i] = (vdk_water_wave){
            .step_x = to_phase(x),
            .step_y = to_phase(y),
            .first = to_phase(first),
            .turns_x = (float)x,
            .turns_y = (float)y,
            .east = (float)sine,
            .north = (float)cosine,
            .number = (float)number,
            .slope = (float)sqrt(2.0 * density * step),
        };
    }
    *lost = density * vd_log(ripples / shortest);
}
