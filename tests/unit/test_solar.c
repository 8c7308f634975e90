/* The sun's position against the paper that the algorithm comes from and against pvlib, and the
 * dates that lead to it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "atmosphere/date.h"
#include "atmosphere/solar.h"

static double day_of(const char *text)
{
    vd_date date;
    const char *problem = vd_date_parse(text, &date);
    if (problem) fail_msg("%s: %s", text, problem);
    return date.day;
}

/** Fails unless two angles are within a bound, around the circle. */
static void near_angle(const char *what, double got, double wanted, double bound)
{
    double off = fabs(remainder(got - wanted, 360.0));
    if (!(off <= bound))
        fail_msg("%s: %.10f, not %.10f: off by %.2g, allowed %.2g", what, got, wanted, off, bound);
}

/* Reda & Andreas 2004, table A5.1: every value to the last digit printed, half of which is the
 * bound. */
static void agrees_with_the_paper(void **state)
{
    static const vd_solar_site golden = {-105.1786, 39.742476, 1830.14, 820.0, 11.0};
    vd_solar_ephemeris sun;
    vd_solar_position seen;
    (void)state;
    double day = day_of("2003-10-17T12:30:30-07:00");
    near_angle("Julian day", day + 2451545.0, 2452930.312847, 5e-7);
    vd_solar_ephemeris_at(day, 67.0, &sun);
    near_angle("L", sun.heliocentric_longitude, 24.0182616917, 6e-11);
    near_angle("B", sun.heliocentric_latitude, -0.0001011219, 6e-11);
    near_angle("R", sun.radius_au, 0.9965422974, 6e-11);
    near_angle("delta psi", sun.nutation_longitude, -0.00399840, 5e-9);
    near_angle("epsilon", sun.obliquity, 23.440465, 5.1e-7);
    near_angle("lambda", sun.apparent_longitude, 204.0085519281, 6e-11);
    near_angle("alpha", sun.right_ascension, 202.22741, 5e-6);
    near_angle("delta", sun.declination, -9.31434, 5e-6);
    vd_solar_look(&sun, &golden, &seen);
    near_angle("H'", seen.hour_angle, 11.10629, 2e-5); /* the paper's rounded time */
    near_angle("delta'", seen.declination, -9.316179, 5e-7);
    near_angle("zenith angle", 90.0 - seen.refracted_altitude, 50.11162, 5e-6);
    near_angle("azimuth", seen.azimuth, 194.34024, 5e-6);
}

/* pvlib's Julian days are rounded to 4e-5 s, in which the sky turns by 1.7e-7 degrees. */
static void agrees_with_pvlib(void **state)
{
    char line[256];
    int rows = 0;
    FILE *file = fopen(VD_SOURCE_DIR "/tests/data/sun_positions.csv", "r");
    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        vd_solar_ephemeris sun;
        vd_solar_position seen;
        vd_solar_site site;
        double delta_t, azimuth, altitude, refracted;
        if (line[0] == '#') continue;
        char *comma = strchr(line, ',');
        assert_non_null(comma);
        *comma = '\0';
        assert_int_equal(sscanf(comma + 1, "%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf,%lf",
                                &site.longitude_deg, &site.latitude_deg, &site.elevation_m,
                                &site.pressure_hpa, &site.temperature_c, &delta_t, &azimuth,
                                &altitude, &refracted),
                         9);
        vd_solar_ephemeris_at(day_of(line), delta_t, &sun);
        vd_solar_look(&sun, &site, &seen);
        double shrink = cos(altitude * 3.14159265358979 / 180.0);
        near_angle(line, shrink * remainder(seen.azimuth - azimuth, 360.0), 0.0, 4e-7);
        near_angle(line, seen.altitude, altitude, 4e-7);
        near_angle(line, seen.refracted_altitude, refracted, 4e-7);
        rows++;
    }
    fclose(file);
    assert_int_equal(rows, 60);
}

/* Measured values (Espenak & Meeus 2006, table of Delta T), and no step where polynomials meet
 * that would move the sun by a thousandth of a degree (90 s). */
static void knows_the_earths_turning(void **state)
{
    (void)state;
    assert_true(fabs(vd_solar_delta_t(day_of("1700-01-01T00:00Z")) - 9.0) < 1.0);
    assert_true(fabs(vd_solar_delta_t(day_of("1900-01-01T00:00Z")) + 3.0) < 0.5);
    assert_true(fabs(vd_solar_delta_t(day_of("1950-01-01T00:00Z")) - 29.0) < 0.5);
    assert_true(fabs(vd_solar_delta_t(day_of("1980-01-01T00:00Z")) - 50.5) < 0.5);
    assert_true(fabs(vd_solar_delta_t(day_of("2000-01-01T00:00Z")) - 63.8) < 0.5);
    for (double day = -400.0 * 365.2425; day < 1000.0 * 365.2425; day += 30.0)
        assert_true(fabs(vd_solar_delta_t(day + 30.0) - vd_solar_delta_t(day)) < 5.0);
}

static bool is_up(double day, const vd_solar_site *site)
{
    vd_solar_position sun;
    vd_solar_position_at(day, site, &sun);
    return sun.refracted_altitude > 0.0;
}

/* Against walking by five minutes: from every night found, the nearest daylight either way. */
static void finds_daylight(void **state)
{
    static const double latitudes[] = {0.0, 46.5, -34.0, 69.0, -78.0};
    const double step = 5.0 / 1440.0, second = 1.0 / 86400.0;
    (void)state;
    for (size_t i = 0; i < sizeof latitudes / sizeof latitudes[0]; i++) {
        vd_solar_site site = vd_solar_site_at_sea(100.0, latitudes[i]);
        for (double night = day_of("2026-01-03T00:00Z"); night < 9800.0; night += 29.3) {
            double found;
            if (is_up(night, &site)) continue;
            for (int direction = -1; direction <= 1; direction += 2) {
                assert_true(vd_solar_find_day(night, &site, direction, &found));
                assert_true(is_up(found, &site));
                assert_false(is_up(found - direction * second, &site));
                if (fabs(found - night) > 3.0) continue; /* of a polar night, that is enough */
                for (double day = night; direction * (found - day) > second;
                     day += direction * step)
                    assert_false(is_up(day, &site));
            }
        }
    }
}

static void reads_dates(void **state)
{
    static const struct {
        const char *text, *utc;
    } dates[] = {
        {"2026-06-21T09:30+02:00", "2026-06-21T07:30:00Z"},
        {"2026-06-21 09:30:15+0200", "2026-06-21T07:30:15Z"},
        {"2026-06-21T00:30:59.25+02", "2026-06-20T22:30:59Z"},
        {"2024-12-31T23:30-05:30", "2025-01-01T05:00:00Z"},
        {"2024-02-29T12:00Z", "2024-02-29T12:00:00Z"},
        {"2000-02-29T23:59:59Z", "2000-02-29T23:59:59Z"},
        {"1600-01-01T00:00Z", "1600-01-01T00:00:00Z"},
        {"2100-03-01T00:00+01:00", "2100-02-28T23:00:00Z"},
        {"3000-12-31T23:59:59Z", "3000-12-31T23:59:59Z"},
    };
    static const char *const wrong[][2] = {
        {"", "is not a date and time"},
        {"2026-06-21", "is not a date and time"},
        {"2026-6-21T09:30Z", "is not a date and time"},
        {"21.6.2026 09:30Z", "is not a date and time"},
        {"2026-06-21T09:30:Z", "is not a date and time"},
        {"2026-06-21T09:30:00.Z", "is not a date and time"},
        {"2026-06-21T09:30 Z", "is not a date and time"},
        {"2026-06-21T09:30Z ", "is not a date and time"},
        {"2026-06-21T09:30+24:00", "is not a date and time"},
        {"2026-06-21T09:30+02:60", "is not a date and time"},
        {"2026-06-21T09:30+02:", "is not a date and time"},
        {"2026-06-21T09:30+2", "is not a date and time"},
        {"2026-06-21T09:30", "names no time zone"},
        {"2026-06-21T09:30:10.5", "names no time zone"},
        {"2026-13-01T09:30Z", "is a day that the calendar does not have"},
        {"2026-00-01T09:30Z", "is a day that the calendar does not have"},
        {"2026-04-31T09:30Z", "is a day that the calendar does not have"},
        {"2026-02-29T09:30Z", "is a day that the calendar does not have"},
        {"1900-02-29T09:30Z", "is a day that the calendar does not have"},
        {"2026-06-21T24:00Z", "is a time that no clock shows"},
        {"2026-06-21T09:60Z", "is a time that no clock shows"},
        {"2016-12-31T23:59:60Z", "is a time that no clock shows"},
        {"1599-12-31T23:59Z", "is outside the years"},
        {"3001-01-01T00:00Z", "is outside the years"},
    };
    char text[40];
    vd_date date;
    (void)state;
    for (size_t i = 0; i < sizeof dates / sizeof dates[0]; i++) {
        assert_null(vd_date_parse(dates[i].text, &date));
        date.offset_min = 0;
        assert_string_equal(vd_date_print(date, true, text), dates[i].utc);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *problem = vd_date_parse(wrong[i][0], &date);
        if (!problem || strncmp(problem, wrong[i][1], strlen(wrong[i][1])) != 0)
            fail_msg("\"%s\" %s", wrong[i][0], problem ? problem : "is taken");
    }
}

/* Days count by one from day to day, and come back the same on clocks anywhere. */
static void counts_days(void **state)
{
    char text[40];
    vd_date date, back;
    (void)state;
    assert_true(day_of("2000-01-01T12:00Z") == 0.0);
    for (int day = -146000; day < 365000; day += 97)
        for (int offset = -720; offset <= 840; offset += 390) {
            date = (vd_date){day + 0.25, offset};
            assert_null(vd_date_parse(vd_date_print(date, false, text), &back));
            assert_true(fabs(back.day - date.day) < 1e-9 && back.offset_min == offset);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_paper),
        cmocka_unit_test(agrees_with_pvlib),
        cmocka_unit_test(knows_the_earths_turning),
        cmocka_unit_test(finds_daylight),
        cmocka_unit_test(reads_dates),
        cmocka_unit_test(counts_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
