/* Equation numbers are those of Reda & Andreas 2004, revised 2008. The paper's angles go by radians
 * and degrees in turn; here all are degrees but in the series of the appendix. */
#include "atmosphere/solar.h"

#include <math.h>

#include "atmosphere/solar_tables.h"
#include "base/vmath.h"

#define DEGREES (180.0 / VD_PI)
/* The sun's half disc and the air's mean refraction, below which refraction is not applied. */
#define LOWEST_REFRACTED_DEG (-(0.26667 + 0.5667))

/** c[0] + c[1] x + ... */
static double polynomial(const double *c, int count, double x)
{
    double sum = 0.0;
    for (int i = count - 1; i >= 0; i--) sum = sum * x + c[i];
    return sum;
}

/* ---- the Earth's turning ------------------------------------------------------------------ */

double vd_solar_delta_t(double day)
{
    /* Espenak & Meeus 2006, "Five Millennium Canon of Solar Eclipses", NASA/TP-2006-214141. */
    static const struct {
        double before, origin, c[8];
    } spans[] = {
        {1700.0, 1600.0, {120.0, -0.9808, -0.01532, 1.0 / 7129.0}},
        {1800.0, 1700.0, {8.83, 0.1603, -0.0059285, 0.00013336, -1.0 / 1174000.0}},
        {1860.0,
         1800.0,
         {13.72, -0.332447, 0.0068612, 0.0041116, -0.00037436, 0.0000121272, -0.0000001699,
          0.000000000875}},
        {1900.0, 1860.0, {7.62, 0.5737, -0.251754, 0.01680668, -0.0004473624, 1.0 / 233174.0}},
        {1920.0, 1900.0, {-2.79, 1.494119, -0.0598939, 0.0061966, -0.000197}},
        {1941.0, 1920.0, {21.20, 0.84493, -0.076100, 0.0020936}},
        {1961.0, 1950.0, {29.07, 0.407, -1.0 / 233.0, 1.0 / 2547.0}},
        {1986.0, 1975.0, {45.45, 1.067, -1.0 / 260.0, -1.0 / 718.0}},
        {2005.0, 2000.0, {63.86, 0.3345, -0.060374, 0.0017275, 0.000651814, 0.00002373599}},
        {2050.0, 2000.0, {62.92, 0.32217, 0.005589}},
        {2150.0, 1820.0, {-20.0 - 0.5628 * 330.0, 0.5628, 0.0032}},
        {HUGE_VAL, 1820.0, {-20.0, 0.0, 0.0032}},
    };
    double year = 2000.0 + day / 365.2425;
    int i = 0;
    while (year >= spans[i].before) i++;
    return polynomial(spans[i].c, 8, year - spans[i].origin);
}

/* ---- the sun from the Earth's centre ------------------------------------------------------ */

/** Equations 9 to 12, but for the unit. */
static double sum_series(const solar_series *series, double millennia)
{
    const solar_term *term = series->terms;
    double sum = 0.0, power = 1.0;
    for (int k = 0; k < 6; k++) {
        double part = 0.0;
        for (int i = 0; i < series->counts[k]; i++, term++)
            part += term->a * vd_cos_deg((term->b + term->c * millennia) * DEGREES);
        sum += part * power;
        power *= millennia;
    }
    return sum / 1e8;
}

/** Delta psi and delta epsilon, in degrees: equations 15 to 23. */
static void find_nutation(double centuries, double *longitude, double *obliquity)
{
    static const double x_of[5][4] = {
        {297.85036, 445267.111480, -0.0019142, 1.0 / 189474.0}, /* elongation of the moon */
        {357.52772, 35999.050340, -0.0001603, -1.0 / 300000.0}, /* anomaly of the sun */
        {134.96298, 477198.867398, 0.0086972, 1.0 / 56250.0},   /* anomaly of the moon */
        {93.27191, 483202.017538, -0.0036825, 1.0 / 327270.0},  /* the moon's latitude */
        {125.04452, -1934.136261, 0.0020708, 1.0 / 450000.0},   /* the moon's node */
    };
    double x[5];
    for (int i = 0; i < 5; i++) x[i] = polynomial(x_of[i], 4, centuries);
    *longitude = *obliquity = 0.0;
    for (size_t n = 0; n < sizeof(nutation_terms) / sizeof(nutation_terms[0]); n++) {
        const solar_nutation_term *term = &nutation_terms[n];
        double angle = 0.0, sine, cosine;
        for (int i = 0; i < 5; i++) angle += x[i] * term->y[i];
        vd_sincos_deg(angle, &sine, &cosine);
        *longitude += (term->a + term->b * centuries) * sine / 36e6;
        *obliquity += (term->c + term->d * centuries) * cosine / 36e6;
    }
}

void vd_solar_ephemeris_at(double day, double delta_t_s, vd_solar_ephemeris *out)
{
    static const double mean_obliquity[] = {84381.448, -4680.93, -1.55, 1999.25, -51.38, -249.67,
                                            -39.05,    7.12,     27.87, 5.79,    2.45};
    double centuries_ut = day / 36525.0;                      /* JC, 6 */
    double centuries = (day + delta_t_s / 86400.0) / 36525.0; /* JCE, 5 and 7 */
    double millennia = centuries / 10.0, nutation_obliquity;  /* JME, 8 */
    double l = vd_full_turn(DEGREES * sum_series(&heliocentric_longitude, millennia));
    double b = DEGREES * sum_series(&heliocentric_latitude, millennia);
    double r = sum_series(&heliocentric_radius, millennia);
    double geocentric_longitude = l + 180.0, latitude = -b; /* 13, 14 */
    find_nutation(centuries, &out->nutation_longitude, &nutation_obliquity);
    double epsilon = polynomial(mean_obliquity, 11, millennia / 10.0) / 3600.0 + /* 24 */
                     nutation_obliquity;                                         /* 25 */
    double aberration = -20.4898 / (3600.0 * r);                                 /* 26 */
    double lambda =
        vd_full_turn(geocentric_longitude + out->nutation_longitude + aberration); /* 27 */
    /* 28: whole days turn by 360 degrees, taken out so that they cost no digits. */
    double mean_sidereal = 280.46061837 + 360.0 * (day - floor(day)) + 0.98564736629 * day +
                           centuries_ut * centuries_ut * (0.000387933 - centuries_ut / 38710000.0);
    double sin_lambda, cos_lambda, sin_epsilon, cos_epsilon, sin_beta, cos_beta;
    vd_sincos_deg(lambda, &sin_lambda, &cos_lambda);
    vd_sincos_deg(epsilon, &sin_epsilon, &cos_epsilon);
    vd_sincos_deg(latitude, &sin_beta, &cos_beta);
    out->heliocentric_longitude = l;
    out->heliocentric_latitude = b;
    out->radius_au = r;
    out->obliquity = epsilon;
    out->apparent_longitude = lambda;
    out->sidereal_time =
        vd_full_turn(mean_sidereal + out->nutation_longitude * cos_epsilon); /* 29 */
    out->right_ascension = vd_full_turn(vd_atan2_deg(
        sin_lambda * cos_epsilon - sin_beta / cos_beta * sin_epsilon, cos_lambda)); /* 30 */
    out->declination =
        vd_asin_deg(sin_beta * cos_epsilon + cos_beta * sin_epsilon * sin_lambda); /* 31 */
}

/* ---- the sun from a site ------------------------------------------------------------------ */

/** Degrees by which the air lifts what stands at a geometric altitude: equation 42. */
static double find_refraction(double altitude, const vd_solar_site *site)
{
    double sine, cosine;
    if (altitude < LOWEST_REFRACTED_DEG) return 0.0;
    vd_sincos_deg(altitude + 10.3 / (altitude + 5.11), &sine, &cosine);
    return site->pressure_hpa / 1010.0 * 283.0 / (273.0 + site->temperature_c) * 1.02 * cosine /
           (60.0 * sine);
}

void vd_solar_look(const vd_solar_ephemeris *sun, const vd_solar_site *site, vd_solar_position *out)
{
    double sin_phi, cos_phi, sin_h, cos_h, sin_delta, cos_delta;
    double h =
        vd_full_turn(sun->sidereal_time + site->longitude_deg - sun->right_ascension); /* 32 */
    vd_sincos_deg(site->latitude_deg, &sin_phi, &cos_phi);
    vd_sincos_deg(h, &sin_h, &cos_h);
    vd_sincos_deg(sun->declination, &sin_delta, &cos_delta);
    /* Parallax: the site lies x Earth radii from the axis and y from the equator's plane. */
    double sin_xi = vd_sin_deg(8.794 / (3600.0 * sun->radius_au));                   /* 33 */
    double u = vd_atan2_deg(0.99664719 * sin_phi, cos_phi);                          /* 34 */
    double x = vd_cos_deg(u) + site->elevation_m / 6378140.0 * cos_phi;              /* 35 */
    double y = 0.99664719 * vd_sin_deg(u) + site->elevation_m / 6378140.0 * sin_phi; /* 36 */
    double across = cos_delta - x * sin_xi * cos_h;
    double shift = vd_atan2_deg(-x * sin_xi * sin_h, across); /* 37 */
    double declination =
        vd_atan2_deg((sin_delta - y * sin_xi) * vd_cos_deg(shift), across); /* 39 */
    double hour_angle = h - shift;                                          /* 40 */
    vd_sincos_deg(hour_angle, &sin_h, &cos_h);
    vd_sincos_deg(declination, &sin_delta, &cos_delta);
    out->hour_angle = hour_angle;
    out->declination = declination;
    out->altitude = vd_asin_deg(sin_phi * sin_delta + cos_phi * cos_delta * cos_h); /* 41 */
    out->refracted_altitude = out->altitude + find_refraction(out->altitude, site); /* 43 */
    /* 45 and 46, with both arguments times the cosine of the declination: right at the poles. */
    out->azimuth = vd_full_turn(
        180.0 + vd_atan2_deg(sin_h * cos_delta, cos_h * sin_phi * cos_delta - sin_delta * cos_phi));
}

void vd_solar_position_at(double day, const vd_solar_site *site, vd_solar_position *out)
{
    vd_solar_ephemeris sun;
    vd_solar_ephemeris_at(day, vd_solar_delta_t(day), &sun);
    vd_solar_look(&sun, site, out);
}

vd_solar_site vd_solar_site_at_sea(double longitude_deg, double latitude_deg)
{
    return (vd_solar_site){.longitude_deg = longitude_deg,
                           .latitude_deg = latitude_deg,
                           .pressure_hpa = 1013.25,
                           .temperature_c = 10.0};
}

/* ---- day and night ------------------------------------------------------------------------ */

static bool is_up(double day, const vd_solar_site *site, vd_solar_position *out)
{
    vd_solar_position_at(day, site, out);
    return out->refracted_altitude > 0.0;
}

bool vd_solar_find_day(double night, const vd_solar_site *site, int direction, double *out)
{
    /* From noon to noon, by the hour angle, until the sun is up at one; between that noon and the
     * night before it the sun crosses the horizon once. */
    vd_solar_position sun;
    double noon = night, dark = night;
    vd_solar_position_at(night, site, &sun);
    double ahead = vd_full_turn(-direction * sun.hour_angle);
    for (int days = 0; days < 400; days++) {
        noon += direction * ahead / 360.0;
        ahead = 360.0;
        if (is_up(noon, site, &sun)) {
            while (fabs(noon - dark) > 0.5 / 86400.0) {
                double middle = 0.5 * (noon + dark);
                *(is_up(middle, site, &sun) ? &noon : &dark) = middle;
            }
            *out = noon;
            return true;
        }
        dark = noon;
    }
    return false;
}
