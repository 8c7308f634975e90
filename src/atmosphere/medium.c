/* Gas: scattering cross sections of air by Bucholtz 1995, "Rayleigh-scattering calculations for the
 * terrestrial atmosphere", Applied Optics 34, equation 8 and table 3 (King's factor is in them);
 * phase function by equations 12 and 13 with the depolarization of his table 1 at 550 nm. Density
 * by altitude: US Standard Atmosphere 1976, table 1, its logarithm linear between the rows taken
 * here. Ozone: absorption at 233 K by Gorshelev et al. and Serdyuchenko et al. 2014, "High spectral
 * resolution ozone absorption cross-sections", Atmospheric Measurement Techniques 7, means of 10
 * nm; profile of the US Standard Atmosphere (its table 18), scaled to the column asked for. Haze:
 * aerosol.c; exponential in altitude, its density from the visibility V by Koschmieder's relation,
 * extinction at 550 nm = 3.912 / V, of which the gas has its part; or from the turbidity. Mars:
 * carbon dioxide at 610 Pa and 210 K, whose refractivity makes its cross section 2.4 times that of
 * air, dust and gas with one scale height (well mixed).
 *
 * Refraction is left out: rays are straight. It would lift the sun by half a degree at the horizon;
 * the sun's apparent place is the caller's. So is polarization, whose neglect costs up to a few
 * percent of a pure Rayleigh sky (Chandrasekhar 1950, section 70). */
#include "atmosphere/medium.h"

#include <math.h>
#include <string.h>

#include "base/vmath.h"

#define AIR_PER_M3 2.54743e25  /* at 288.15 K and 101325 Pa */
#define MARS_PER_M3 2.1e23     /* at 210 K and 610 Pa */
#define DOBSON_UNIT 2.6867e20  /* molecules per m2 */
#define DEPOLARIZATION 0.02842 /* of Bucholtz at 550 nm */
#define KOSCHMIEDER 3.912      /* -ln 0.02 */

typedef struct row {
    double altitude_km, value;
} row;

/** kg/m3 */
static const row air_density[] = {
    {0, 1.2250},     {1, 1.1117},     {2, 1.0066},     {3, 0.90925},    {4, 0.81935},
    {5, 0.73643},    {6, 0.66011},    {8, 0.52579},    {10, 0.41351},   {11, 0.36480},
    {15, 0.19476},   {20, 0.08891},   {25, 0.04008},   {30, 0.01841},   {35, 8.4634e-3},
    {40, 3.9957e-3}, {45, 1.9663e-3}, {50, 1.0269e-3}, {60, 3.0968e-4}, {70, 8.2829e-5},
    {80, 1.8458e-5}, {90, 3.416e-6},  {100, 5.604e-7}};

/** 1e18 molecules per m3 */
static const row ozone_density[] = {
    {0, 0.75},   {2, 0.68},    {4, 0.58},    {6, 0.57},    {8, 0.65},   {10, 1.13},
    {12, 2.02},  {14, 2.35},   {16, 2.95},   {18, 4.04},   {20, 4.77},  {22, 4.86},
    {24, 4.54},  {26, 4.03},   {28, 3.24},   {30, 2.52},   {32, 2.03},  {34, 1.58},
    {36, 1.22},  {38, 0.873},  {40, 0.607},  {42, 0.398},  {44, 0.274}, {46, 0.169},
    {48, 0.103}, {50, 0.0664}, {60, 0.0073}, {70, 0.0005}, {80, 0.0}};

/** m2, means of 10 nm from 360 nm */
static const double ozone_absorption[] = {
    1.18e-27,  2.182e-28, 2.818e-28, 6.636e-28, 1.527e-27, 2.763e-27, 5.52e-27,  8.451e-27,
    1.582e-26, 2.316e-26, 3.669e-26, 4.924e-26, 7.752e-26, 9.016e-26, 1.48e-25,  1.602e-25,
    2.139e-25, 2.755e-25, 3.091e-25, 3.5e-25,   4.266e-25, 4.672e-25, 4.398e-25, 4.701e-25,
    5.019e-25, 4.305e-25, 3.74e-25,  3.215e-25, 2.662e-25, 2.238e-25, 1.852e-25, 1.473e-25,
    1.209e-25, 9.423e-26, 7.455e-26, 6.566e-26, 5.105e-26, 4.15e-26,  4.228e-26, 3.237e-26,
    2.451e-26, 2.801e-26, 2.534e-26, 1.624e-26, 1.465e-26, 2.078e-26, 1.383e-26, 7.105e-27};

vd_air vd_air_defaults(void)
{
    return (vd_air){VD_PLANET_EARTH, VD_AEROSOL_RURAL, 40.0, 0.0, 300.0, 0.3};
}

vd_air vd_air_mars(void)
{
    /* 0.5 over the 11.1 km of the dust's height. */
    return (vd_air){VD_PLANET_MARS, VD_AEROSOL_MARS, 86.8, 0.0, 0.0, 0.25};
}

/** Between the rows linear, or linear in the logarithm. */
static double look_up(const row *rows, int count, double altitude_km, bool logarithmic)
{
    int i = 0;
    while (i < count - 2 && rows[i + 1].altitude_km <= altitude_km) i++;
    double t =
        (altitude_km - rows[i].altitude_km) / (rows[i + 1].altitude_km - rows[i].altitude_km);
    double a = rows[i].value, b = rows[i + 1].value;
    if (t > 1.0) return 0.0;
    return logarithmic ? a * vd_exp(t * vd_log(b / a)) : a + t * (b - a);
}

/** Rayleigh's cross section of air, m2. */
static double cross_section(double nm)
{
    double um = nm / 1000.0;
    if (um < 0.5) return 3.01577e-32 * vd_pow(um, -(3.55212 + 1.35579 * um + 0.11563 / um));
    return 4.01061e-32 * vd_pow(um, -(3.99668 + 1.10298e-3 * um + 2.71393e-2 / um));
}

static double depolarized(void)
{
    return DEPOLARIZATION / (2.0 - DEPOLARIZATION);
}

double vd_rayleigh_phase(double cosine)
{
    double g = depolarized();
    return 3.0 / (16.0 * VD_PI * (1.0 + 2.0 * g)) * ((1.0 + 3.0 * g) + (1.0 - g) * cosine * cosine);
}

double vd_rayleigh_moment(void)
{
    double g = depolarized();
    return (1.0 - g) / (10.0 * (1.0 + 2.0 * g));
}

double vd_medium_column(const vd_medium *medium, int constituent)
{
    const double *nodes = medium->profile[constituent];
    double sum = 0.0;
    for (int i = 0; i + 1 < VD_PROFILE_NODES; i++) sum += 0.5 * (nodes[i] + nodes[i + 1]);
    return sum * medium->top_m / (VD_PROFILE_NODES - 1);
}

static void fill_profiles(vd_medium *medium)
{
    for (int i = 0; i < VD_PROFILE_NODES; i++) {
        double altitude = medium->top_m * i / (VD_PROFILE_NODES - 1), km = altitude / 1000.0;
        bool earth = medium->planet == VD_PLANET_EARTH;
        double haze = vd_exp(-altitude / medium->aerosol.height_m);
        medium->profile[VD_GAS][i] =
            earth ? look_up(air_density, sizeof air_density / sizeof *air_density, km, true) /
                        air_density[0].value
                  : haze;
        medium->profile[VD_HAZE][i] = haze;
        medium->profile[VD_OZONE][i] =
            earth ? look_up(ozone_density, sizeof ozone_density / sizeof *ozone_density, km, false)
                  : 0.0;
    }
}

vd_result vd_medium_find(vd_context *context, const vd_air *air, int threads, vd_medium *out)
{
    memset(out, 0, sizeof *out);
    out->planet = air->planet;
    out->ground_albedo = air->ground_albedo;
    if (air->planet == VD_PLANET_MOON) {
        /* The machinery wants some height, if an empty one. */
        out->radius_m = 1737400.0;
        out->top_m = 1000.0;
        return VD_OK;
    }
    bool mars = air->planet == VD_PLANET_MARS;
    out->radius_m = mars ? 3389500.0 : 6371000.0;
    out->top_m = 100000.0;
    VD_TRY(vd_aerosol_find(context, mars ? VD_AEROSOL_MARS : air->aerosol, threads, &out->aerosol));
    fill_profiles(out);
    out->gas_scale = mars ? 2.4 * MARS_PER_M3 : AIR_PER_M3;
    double gas = out->gas_scale * cross_section(550.0);
    double haze = KOSCHMIEDER / (1000.0 * air->visibility_km) - gas;
    if (!(air->visibility_km > 0.0))
        haze = (air->turbidity - 1.0) * gas * vd_medium_column(out, VD_GAS) /
               vd_medium_column(out, VD_HAZE);
    out->haze = haze > 0.0 ? haze : 0.0;
    if (!mars) out->ozone_number = air->ozone_du * DOBSON_UNIT / vd_medium_column(out, VD_OZONE);
    return VD_OK;
}

void vd_medium_density(const vd_medium *medium, double altitude_m, double out[VD_CONSTITUENTS])
{
    double place = altitude_m / medium->top_m * (VD_PROFILE_NODES - 1);
    if (!(place > 0.0)) place = 0.0;
    int i = place < VD_PROFILE_NODES - 2 ? (int)place : VD_PROFILE_NODES - 2;
    double t = place - i < 1.0 ? place - i : 1.0;
    for (int k = 0; k < VD_CONSTITUENTS; k++)
        out[k] = (1.0 - t) * medium->profile[k][i] + t * medium->profile[k][i + 1];
}

void vd_medium_optics(const vd_medium *medium, double nm, vd_optics *out)
{
    const vd_aerosol *a = &medium->aerosol;
    memset(out, 0, sizeof *out);
    if (medium->planet == VD_PLANET_MOON) return;
    int i = 0;
    while (i < VD_AEROSOL_WAVELENGTHS - 2 && vd_aerosol_nm[i + 1] <= nm) i++;
    double t = (nm - vd_aerosol_nm[i]) / (vd_aerosol_nm[i + 1] - vd_aerosol_nm[i]);
    out->extinction[VD_GAS] = out->scattering[VD_GAS] = medium->gas_scale * cross_section(nm);
    double ozone = (nm - 365.0) / 10.0;
    int count = sizeof ozone_absorption / sizeof *ozone_absorption;
    int j = ozone > 0.0 ? (int)ozone : 0;
    if (j > count - 2) j = count - 2;
    out->extinction[VD_OZONE] =
        medium->ozone_number *
        fmax(ozone_absorption[j] + (ozone - j) * (ozone_absorption[j + 1] - ozone_absorption[j]),
             0.0);
    /* Extinction goes by powers of the wavelength. */
    double power = vd_log(nm / vd_aerosol_nm[i]) / vd_log(vd_aerosol_nm[i + 1] / vd_aerosol_nm[i]);
    double haze =
        medium->haze * a->extinction[i] * vd_pow(a->extinction[i + 1] / a->extinction[i], power);
    out->extinction[VD_HAZE] = haze;
    out->scattering[VD_HAZE] = haze * ((1.0 - t) * a->albedo[i] + t * a->albedo[i + 1]);
    for (int n = 0; n < VD_PHASE_NODES; n++)
        out->phase[n] =
            (float)((1.0 - t) * (double)a->phase[i][n] + t * (double)a->phase[i + 1][n]);
}
