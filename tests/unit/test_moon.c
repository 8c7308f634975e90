/* The moon's place against Meeus's example and PyEphem, and its light against published figures. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "atmosphere/moon.h"
#include "atmosphere/moonlight.h"
#include "atmosphere/spectrum.h"

static void near(const char *what, double got, double wanted, double bound)
{
    double off = fabs(remainder(got - wanted, 360.0));
    if (!(off <= bound))
        fail_msg("%s: %.8f, not %.8f: off by %.2g, allowed %.2g", what, got, wanted, off, bound);
}

/* Meeus 1998, examples 47.a and 48.a: 1992 April 12, 0 h of dynamical time. What the shorter tables
 * leave out is 0.004 degrees here. */
static void agrees_with_the_book(void **state)
{
    const double day = -2820.5; /* of terrestrial time since J2000.0 */
    vd_solar_ephemeris sun;
    vd_moon_ephemeris moon;
    (void)state;
    vd_solar_ephemeris_at(day, 0.0, &sun);
    vd_moon_ephemeris_at(day, 0.0, &sun, &moon);
    near("longitude", moon.longitude, 133.167265, 0.004);
    near("latitude", moon.latitude, -3.229126, 0.004);
    if (fabs(moon.distance_km - 368409.7) > 10.0) fail_msg("%f km away", moon.distance_km);
    near("right ascension", moon.right_ascension, 134.688470, 0.004);
    near("declination", moon.declination, 13.768368, 0.004);
    near("phase", moon.phase, 69.0756, 0.005);
    assert_true(moon.age > 0.0 && moon.age < 180.0); /* waxing */
}

/* PyEphem 4.2.1 (Moshier's lunar theory), geometric, at 8 E 47 N, sea level; with its own
 * difference of clocks, which moves the moon by 0.0002 degrees a second. Bound: the 0.007 degrees
 * that 1500 dates of 1900 to 2100 were off at most. */
static void agrees_with_an_almanac(void **state)
{
    static const struct {
        double day, azimuth, altitude, lit;
    } rows[] = {
        {-32037.5763889, 11.9683, -47.8785, 0.0723}, {-11121.6548611, 247.4674, 13.1155, 0.3299},
        {-143.0000000, 191.1411, 57.7683, 0.0000},   {4626.4791667, 177.1456, 40.3630, 0.9964},
        {7728.2916667, 91.8390, 15.0239, 0.9954},    {9854.4166667, 114.7736, 54.0947, 0.9881},
        {16589.6666667, 204.2572, 14.0024, 0.8891},  {32455.2500000, 310.0212, -37.1289, 0.1227},
    };
    vd_solar_site site = vd_solar_site_at_sea(8.0, 47.0);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        vd_moon_position moon;
        vd_moon_position_at(rows[i].day, &site, &moon);
        near("altitude", moon.at.altitude, rows[i].altitude, 0.008);
        near("azimuth, along the sky", moon.at.azimuth * cos(moon.at.altitude * 3.14159265 / 180.0),
             rows[i].azimuth * cos(moon.at.altitude * 3.14159265 / 180.0), 0.008);
        near("lit", 0.5 + 0.5 * cos(moon.phase * 3.14159265 / 180.0), rows[i].lit, 0.0003);
    }
}

static double lux(double phase, bool waxes, double distance_km)
{
    vd_band bands[VD_BANDS];
    vd_moonlight moon = {true, phase, waxes, distance_km, 0.0};
    double sum = 0.0;
    vd_spectrum_bands(bands);
    for (int i = 0; i < VD_BANDS; i++)
        sum += bands[i].lux * vd_moonlight_share(&moon, bands[i].wavelength_nm);
    return sum;
}

/* A full moon of magnitude -12.73 has 10^(-0.4 (14.18 - 12.73)) = 0.263 lx (Krisciunas & Schaefer
 * 1991, equations 8 and 9, which leave out the surge within 7 degrees of full); a half moon by
 * theirs 0.0240 lx. Two models fitted to different measurements: 10 % at full, 25 % at the
 * quarters, whose mean it is of. No moon gives more than 0.4 lx; none is at new. */
static void light_is_as_published(void **state)
{
    (void)state;
    double full = lux(7.0, true, 0.0), first = lux(90.0, true, 0.0), last = lux(90.0, false, 0.0);
    if (fabs(full / 0.263 - 1.0) > 0.1) fail_msg("full: %f lx", full);
    if (fabs(0.5 * (first + last) / 0.0240 - 1.0) > 0.25) fail_msg("half: %f, %f lx", first, last);
    assert_true(first > last && first < 1.2 * last); /* more of the bright highlands is lit */
    assert_true(lux(0.0, true, 0.0) < 0.4 && lux(179.0, true, 0.0) < 1e-3 * full);
    assert_true(fabs(lux(97.0, true, 0.0) / lux(97.001, true, 0.0) - 1.0) < 1e-3);
    assert_true(fabs(lux(20.0, true, 356500.0) / lux(20.0, true, 384400.0) - 1.1626) < 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_book),
        cmocka_unit_test(agrees_with_an_almanac),
        cmocka_unit_test(light_is_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
