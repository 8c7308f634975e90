/* The sun's spectrum, haze and gas against published figures and sums; the tables' bits. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "atmosphere/mie.h"
#include "atmosphere/parts.h"
#include "atmosphere/tables.h"
#include "base/vmath.h"

static void near(const char *name, double got, double wanted, double bound)
{
    if (fabs(got - wanted) <= bound) return;
    fail_msg("%s is %.6g, not %.6g: off by %.3g, allowed %.3g", name, got, wanted, got - wanted,
             bound);
}

static vd_atmosphere *make_sky(const vd_air *air, double altitude, double sun, int threads)
{
    vd_sky_place place = {.altitude_m = altitude, .sun_elevation_deg = sun, .strength = 1.0};
    vd_atmosphere *out;
    assert_int_equal(vd_atmosphere_create(NULL, air, &place, threads, &out), VD_OK);
    return out;
}

/* ---- spectrum -----------------------------------------------------------------------------------
 */

static void sun_has_its_illuminance_and_colour(void **state)
{
    vd_band bands[VD_BANDS];
    double lux = 0.0, rgb[3] = {0.0, 0.0, 0.0};
    (void)state;
    vd_spectrum_bands(bands);
    for (int i = 0; i < VD_BANDS; i++) {
        lux += bands[i].lux;
        for (int k = 0; k < 3; k++) rgb[k] += bands[i].rgb[k];
    }
    near("sun in lux", lux, VD_SUN_LUX, 10.0);
    near("luminance", 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2], 1.0, 1e-4);
    /* x = 0.323, y = 0.333: Gueymard 2004 gives 5778 K, whose point on Planck's locus is near. */
    near("red", rgb[0], 1.098, 0.01);
    near("blue", rgb[2], 0.943, 0.01);
}

static void white_is_white(void **state)
{
    static const double d65[3] = {0.95047, 1.0, 1.08883};
    double rgb[3];
    (void)state;
    vd_spectrum_rgb_of_xyz(d65, rgb);
    for (int k = 0; k < 3; k++) near("a channel of D65", rgb[k], 1.0, 1e-4);
}

static void logarithms_and_powers_are_exact(void **state)
{
    (void)state;
    for (double x = 1e-300; x < 1e300; x *= 1.37)
        near("ln", vd_log(x), log(x), 2e-16 + 4e-16 * fabs(log(x)));
    for (double x = 0.5; x < 2.0; x += 1e-4)
        near("ln", vd_log(x), log(x), 2e-16 + 4e-16 * fabs(log(x)));
    near("a power", vd_pow(0.55, -4.08) / pow(0.55, -4.08), 1.0, 4e-15);
    assert_true(vd_log(1.0) == 0.0 && vd_log(0.0) == -700.0 && vd_pow(0.0, 2.0) == 0.0);
}

/* ---- haze and gas -------------------------------------------------------------------------------
 */

/* Bohren & Huffman 1983, appendix A: a sphere of 0.525 um, m = 1.55, in light of 632.8 nm. */
static void a_sphere_scatters_as_published(void **state)
{
    double cosines[2] = {1.0, -1.0}, intensity[2] = {0.0, 0.0}, extinction = 0.0, scattering = 0.0;
    (void)state;
    vd_mie_add(2.0 * VD_PI * 0.525 / 0.6328, 1.55, 0.0, 1.0, cosines, 2, &extinction, &scattering,
               intensity);
    near("Q_ext", extinction, 3.10543, 1e-5);
    near("Q_sca", scattering, 3.10543, 1e-5);
    /* Their Q_back is 4 |S(180)|^2 / x^2, ours 2 |S|^2 / x^2. */
    near("Q_back", 2.0 * intensity[1], 2.92534, 1e-4);
    extinction = scattering = intensity[0] = intensity[1] = 0.0;
    /* A small sphere: Rayleigh's 8/3 x^4 |(m2 - 1) / (m2 + 2)|^2. */
    vd_mie_add(0.01, 1.5, 0.0, 1.0, cosines, 2, &extinction, &scattering, intensity);
    near("Q_sca of a small one, relative", scattering / (8.0 / 3.0 * 1e-8 * pow(1.25 / 4.25, 2.0)),
         1.0, 1e-4);
}

/* OPAC's own table 4 and figures: single-scattering albedo and asymmetry at 550 nm and 80 %. */
static void haze_is_as_published(void **state)
{
    static const struct {
        double albedo, asymmetry;
    } published[] = {[VD_AEROSOL_RURAL] = {0.925, 0.703},
                     [VD_AEROSOL_MARITIME] = {0.997, 0.772},
                     [VD_AEROSOL_URBAN] = {0.817, 0.689},
                     [VD_AEROSOL_DESERT] = {0.888, 0.729}};
    vd_aerosol haze;
    (void)state;
    for (int kind = 0; kind < VD_AEROSOL_MARS; kind++) {
        double moments[2];
        assert_int_equal(vd_aerosol_find(NULL, (vd_aerosol_kind)kind, 1, &haze), VD_OK);
        vd_phase_moments(haze.phase[VD_AEROSOL_550], 2, moments);
        near("the integral of a phase function", moments[0], 1.0, 1e-6);
        near("albedo", haze.albedo[VD_AEROSOL_550], published[kind].albedo, 0.003);
        near("asymmetry", moments[1], published[kind].asymmetry, 0.006);
    }
}

/* Optical depths of the whole column. Bucholtz 1995, table 5: Rayleigh 0.0973 at 550 nm for the US
 * standard atmosphere; ozone of 300 DU absorbs 0.040 at the top of the Chappuis bands. */
static void columns_are_as_published(void **state)
{
    vd_air air = vd_air_defaults();
    vd_medium *m = malloc(sizeof *m);
    vd_optics optics;
    (void)state;
    assert_int_equal(vd_medium_find(NULL, &air, 1, m), VD_OK);
    vd_medium_optics(m, 550.0, &optics);
    near("Rayleigh", optics.extinction[VD_GAS] * vd_medium_column(m, VD_GAS), 0.0973, 0.0010);
    near("extinction of 40 km", optics.extinction[VD_GAS] + optics.extinction[VD_HAZE],
         3.912 / 40000.0, 1e-9);
    vd_medium_optics(m, 605.0, &optics);
    near("ozone", optics.extinction[VD_OZONE] * vd_medium_column(m, VD_OZONE), 0.040, 0.002);
    air.visibility_km = 0.0;
    air.turbidity = 3.0;
    assert_int_equal(vd_medium_find(NULL, &air, 1, m), VD_OK);
    vd_medium_optics(m, 550.0, &optics);
    double gas = optics.extinction[VD_GAS] * vd_medium_column(m, VD_GAS);
    near("turbidity", 1.0 + optics.extinction[VD_HAZE] * vd_medium_column(m, VD_HAZE) / gas, 3.0,
         1e-9);
    free(m);
}

/* The table of columns against plain sums along the ray, from any place. */
static void transmittance_is_the_line_integral(void **state)
{
    static const double altitudes[] = {0.0, 37.0, 900.0, 3200.0, 8848.0, 24000.0, 61000.0};
    vd_air air = vd_air_defaults();
    vd_medium *m = malloc(sizeof *m);
    vd_columns *c = malloc(sizeof *c);
    vd_optics optics;
    (void)state;
    assert_int_equal(vd_medium_find(NULL, &air, 0, m), VD_OK);
    assert_int_equal(vd_columns_find(NULL, m, 0, c), VD_OK);
    vd_medium_optics(m, 550.0, &optics);
    for (int i = 0; i < 7; i++) {
        double r = m->radius_m + altitudes[i], horizon = vd_horizon_mu(m->radius_m, r);
        for (int j = 0; j <= 12; j++) {
            double x = j / 12.0, mu = horizon + (1.0 - horizon) * x * x, end, depth = 0.0,
                   ours = 0.0;
            double sums[VD_CONSTITUENTS] = {0.0}, column[VD_CONSTITUENTS];
            double top = m->radius_m + m->top_m;
            end = sqrt(top * top - r * r * (1.0 - mu * mu)) - r * mu;
            for (int n = 0; n < 40000; n++) {
                double density[VD_CONSTITUENTS], t = end * (n + 0.5) / 40000.0;
                vd_medium_density(m, sqrt(r * r + t * t + 2.0 * r * t * mu) - m->radius_m, density);
                for (int k = 0; k < VD_CONSTITUENTS; k++) sums[k] += density[k] * end / 40000.0;
            }
            vd_columns_at(c, r, mu, column);
            for (int k = 0; k < VD_CONSTITUENTS; k++) {
                depth += sums[k] * optics.extinction[k];
                ours += column[k] * optics.extinction[k];
            }
            near("transmittance, relative", exp(depth - ours), 1.0, 0.005);
        }
    }
    free(m);
    free(c);
}

/* ---- determinism --------------------------------------------------------------------------------
 */

static uint64_t checksum(const vdk_atmosphere *k)
{
    size_t sky = (VDK_SKY_ABOVE + VDK_SKY_BELOW) * VDK_SKY_COLUMNS * VDK_SKY_FLOATS;
    size_t air = (size_t)2 * VDK_AIR_ROWS * VDK_AIR_COLUMNS * VDK_AIR_STEPS * VDK_AIR_FLOATS;
    size_t through = (size_t)2 * VDK_THROUGH_ROWS * VDK_THROUGH_STEPS * 3;
    uint64_t sum = vd_checksum(k->sky, sky * sizeof(float), 1);
    sum = vd_checksum(k->air, air * sizeof(float), sum);
    sum = vd_checksum(k->through, through * sizeof(float), sum);
    return vd_checksum(k->suns, 3 * VDK_AIR_SUNS * sizeof(float), sum);
}

/* The pin holds for every compiler and processor. */
static void tables_are_equal_everywhere(void **state)
{
    vd_air air = vd_air_defaults();
    uint64_t sums[2];
    (void)state;
    for (int i = 0; i < 2; i++) {
        vd_atmosphere *a = make_sky(&air, 300.0, 40.0, 1 + 2 * i);
        sums[i] = checksum(vd_atmosphere_kernel(a));
        vd_atmosphere_destroy(a);
    }
    assert_true(sums[0] == sums[1]);
    assert_int_equal(sums[0], UINT64_C(0xaa3e212aaf907128));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sun_has_its_illuminance_and_colour),
        cmocka_unit_test(white_is_white),
        cmocka_unit_test(logarithms_and_powers_are_exact),
        cmocka_unit_test(a_sphere_scatters_as_published),
        cmocka_unit_test(haze_is_as_published),
        cmocka_unit_test(columns_are_as_published),
        cmocka_unit_test(transmittance_is_the_line_integral),
        cmocka_unit_test(tables_are_equal_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
