/* atmosphere_reference: the tables of sky and air against brute force.
 *
 *     atmosphere_reference [quick | long | mars] [PATHS [SUN]]
 *
 * A line for each sun and visibility: over directions of equal solid angle the mean relative error
 * of the luminance and the mean distance in u'v', with the reference's own noise, and the worst of
 * them; then the air's transmittance and in-scattered light over 10 and 50 km. Exit status 1 if a
 * mean is over its limit: 2 % and 0.004, for a sun below 5 degrees 5 % and 0.008; for the air 0.5 %
 * and 2 %. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atmosphere/tables.h"
#include "atmosphere_paths.h"

#define BANDS 8
#define AZIMUTHS 6
#define PLACES (BANDS * AZIMUTHS)
#define PI 3.14159265358979323846

typedef struct comparison {
    const bench_atmosphere *reference;
    const vdk_atmosphere *tables;
    double altitude, sun, length;
    int paths;
    int sparse; /* half as many rows of directions, and no horizon */
    bench_ray rays[PLACES];
    double luminance[PLACES], colour[PLACES], noise[PLACES];
    double transmittance[PLACES], channels[PLACES];
} comparison;

static void to_uv(const double rgb[3], double *y, double uv[2])
{
    double x = 0.4124 * rgb[0] + 0.3576 * rgb[1] + 0.1805 * rgb[2];
    double z = 0.0193 * rgb[0] + 0.1192 * rgb[1] + 0.9505 * rgb[2];
    *y = 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
    uv[0] = 4.0 * x / (x + 15.0 * *y + 3.0 * z);
    uv[1] = 9.0 * *y / (x + 15.0 * *y + 3.0 * z);
}

static vd_result compare_ray(void *state, int thread, int64_t item)
{
    comparison *c = state;
    const bench_ray *ray = &c->rays[item];
    (void)thread;
    bench_light light = bench_atmosphere_trace(c->reference, ray);
    double e = ray->elevation_deg * PI / 180.0, a = ray->azimuth_deg * PI / 180.0;
    /* The tables' sun is in the north. */
    vdk_vec d = vdk_vec_make((float)(cos(e) * sin(a)), (float)(cos(e) * cos(a)), (float)sin(e));
    vdk_vec ours, passed;
    if (ray->length_m > 0.0) {
        vdk_atmosphere_air(c->tables, d, (float)ray->length_m, &ours, &passed);
        const double t[3] = {(double)passed.x, (double)passed.y, (double)passed.z};
        double y, yr, uv[2];
        to_uv(t, &y, uv);
        to_uv(light.transmittance, &yr, uv);
        /* Of less than that nothing is seen. */
        if (yr > 0.01) c->transmittance[item] = fabs(y / yr - 1.0);
        for (int k = 0; k < 3; k++)
            c->channels[item] = fmax(c->channels[item], fabs(t[k] - light.transmittance[k]));
    } else {
        ours = vdk_atmosphere_sky(c->tables, d);
    }
    double rgb[3] = {(double)ours.x, (double)ours.y, (double)ours.z}, y, yr, uv[2], uvr[2];
    to_uv(rgb, &y, uv);
    to_uv(light.rgb, &yr, uvr);
    c->luminance[item] = y / yr - 1.0;
    c->colour[item] = hypot(uv[0] - uvr[0], uv[1] - uvr[1]);
    c->noise[item] = light.error;
    return VD_OK;
}

/** Compares count rays, prints a line; are the means within their limits? */
static int report(comparison *c, int count, const char *name, double limit, double colour_limit)
{
    vd_work work = {NULL, 0, count, compare_ray, c};
    double error = 0.0, bias = 0.0, colour = 0.0, noise = 0.0;
    double through = 0.0, channels = 0.0;
    int worst = 0, worst_colour = 0;
    memset(c->channels, 0, sizeof c->channels);
    memset(c->transmittance, 0, sizeof c->transmittance);
    if (vd_parallel(NULL, &work) != VD_OK) return 0;
    for (int i = 0; i < count; i++) {
        error += fabs(c->luminance[i]) / count;
        bias += c->luminance[i] / count;
        colour += c->colour[i] / count;
        noise += c->noise[i] / count;
        through = fmax(through, c->transmittance[i]);
        channels = fmax(channels, c->channels[i]);
        if (fabs(c->luminance[i]) > fabs(c->luminance[worst])) worst = i;
        if (c->colour[i] > c->colour[worst_colour]) worst_colour = i;
    }
    int good = error < limit && colour < colour_limit &&
               (c->length <= 0.0 || (through < 0.005 && channels < 0.005));
    printf("%-22s %5.2f %% (%+5.2f, noise %4.2f)  u'v' %.4f  worst %+6.2f %% at %4.1f/%3.0f, "
           "%.4f at %4.1f/%3.0f",
           name, 100.0 * error, 100.0 * bias, 100.0 * noise, colour, 100.0 * c->luminance[worst],
           c->rays[worst].elevation_deg, c->rays[worst].azimuth_deg, c->colour[worst_colour],
           c->rays[worst_colour].elevation_deg, c->rays[worst_colour].azimuth_deg);
    if (c->length > 0.0)
        printf("  transmittance %.3f %%, channels %.4f", 100.0 * through, channels);
    printf("%s\n", good ? "" : "  OVER THE LIMIT");
    fflush(stdout);
    return good;
}

static bench_ray make_ray(const comparison *c, double elevation, double azimuth, int number)
{
    return (bench_ray){c->altitude, c->sun,   elevation,           azimuth,
                       c->length,   c->paths, (uint64_t)number + 1};
}

static int compare_dome(comparison *c, const char *name)
{
    double limit = c->sun < 5.0 ? 0.05 : 0.02, colour_limit = c->sun < 5.0 ? 0.008 : 0.004;
    char low[64];
    int bands = c->sparse ? BANDS / 2 : BANDS;
    for (int i = 0; i < bands * AZIMUTHS; i++)
        c->rays[i] = make_ray(c, asin((i / AZIMUTHS + 0.5) / bands) * 180.0 / PI,
                              (i % AZIMUTHS + 0.5) * 180.0 / AZIMUTHS, i);
    int good = report(c, bands * AZIMUTHS, name, limit, colour_limit);
    if (c->sparse) return good;
    /* The horizon, a small part of the dome, for itself, above it and below. */
    for (int i = 0; i < 2 * AZIMUTHS; i++)
        c->rays[i] =
            make_ray(c, i < AZIMUTHS ? 0.5 : 1.5, (i % AZIMUTHS + 0.5) * 180.0 / AZIMUTHS, 100 + i);
    snprintf(low, sizeof low, "  horizon");
    report(c, 2 * AZIMUTHS, low, 1.0, 1.0);
    return good;
}

static int compare_air(comparison *c)
{
    static const double elevations[] = {-1.0, 0.5, 3.0};
    int good = 1;
    for (int far = 0; far < 2; far++) {
        int count = 0;
        c->length = far ? 50000.0 : 10000.0;
        for (int e = 0; e < 3; e++)
            for (int a = c->sparse ? 2 : 0; a < (c->sparse ? 4 : 6); a++)
                c->rays[count] = make_ray(c, far && e == 0 ? -0.5 : elevations[e],
                                          (a + 0.5) * 180.0 / 6.0, 200 + count),
                count++;
        good &= report(c, count, far ? "  air, 50 km" : "  air, 10 km", 0.02, 0.004);
    }
    c->length = 0.0;
    return good;
}

static int compare_sun(const vd_air *air, double sun, double altitude, int paths, int with_air,
                       int sparse)
{
    static comparison c;
    vd_sky_place place = {.altitude_m = altitude, .sun_elevation_deg = sun, .strength = 1.0};
    vd_atmosphere *tables;
    char name[64];
    memset(&c, 0, sizeof c);
    double start = vd_seconds();
    if (vd_atmosphere_create(NULL, air, &place, 0, &tables) != VD_OK) return 0;
    snprintf(name, sizeof name, "%g deg, %g km, %.1f s", sun, air->visibility_km,
             vd_seconds() - start);
    bench_atmosphere *reference = bench_atmosphere_create(air);
    c.tables = vd_atmosphere_kernel(tables);
    c.reference = reference;
    c.altitude = altitude;
    c.sun = sun;
    c.paths = paths;
    c.sparse = sparse;
    int good = reference && compare_dome(&c, name);
    if (reference && with_air) good &= compare_air(&c);
    free(reference);
    vd_atmosphere_destroy(tables);
    return good;
}

int main(int count, char **words)
{
    static const double suns[] = {90.0, 70.0, 45.0, 20.0, 5.0, 0.5, -4.0};
    static const double visibilities[] = {100.0, 23.0};
    int is_long = count > 1 && strcmp(words[1], "long") == 0;
    int paths = count > 2 ? (atoi(words[2]) + 7) / 8 * 8 : is_long ? 1000 : 240;
    vd_air air = vd_air_defaults();
    int good = 1;
    if (count > 1 && strcmp(words[1], "mars") == 0) {
        air = vd_air_mars();
        return !compare_sun(&air, count > 3 ? atof(words[3]) : 45.0, 1000.0, paths, 1, 0);
    }
    if (!is_long) {
        air.visibility_km = 80.0;
        return !compare_sun(&air, 20.0, 500.0, paths, 1, 1);
    }
    for (int v = 0; v < 2; v++) {
        air.visibility_km = visibilities[v];
        for (int i = 0; i < 7; i++) {
            if (count > 3 && suns[i] != atof(words[3])) continue;
            good &= compare_sun(&air, suns[i], suns[i] == 45.0 ? 1000.0 : 100.0,
                                suns[i] < 0.0 ? 4 * paths : paths, suns[i] == 45.0, 0);
        }
    }
    return !good;
}
