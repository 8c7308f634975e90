/* Scenes made of a few numbers, and the radiance at a point of them with an honest error. */
#ifndef TEST_LIGHT_FIXTURE_H
#define TEST_LIGHT_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/integrator.h"
#include "terrains.h"

#define PI 3.14159265358979324
#define DEGREE (PI / 180.0)

/* ---- scenes and measurements --------------------------------------------------------------- */

static inline vdk_vec grey(double value)
{
    return vdk_vec_make((float)value, (float)value, (float)value);
}

/** A white ground of this terrain without any light. */
static inline vdk_scene scene_of(const vd_terrain *terrain)
{
    vdk_scene s = {.terrain = terrain->field, .shadow_strength = 1.0f, .plain = 1};
    s.material.base_color = grey(1.0);
    return s;
}

static inline void add_sun(vdk_scene *s, double azimuth_deg, double altitude_deg, double size_deg,
                           double irradiance)
{
    double az = azimuth_deg * DEGREE, alt = altitude_deg * DEGREE, half = 0.5 * size_deg * DEGREE;
    vdk_sun *sun = &s->suns[s->sun_count++];
    sun->direction =
        vdk_vec_make((float)(sin(az) * cos(alt)), (float)(cos(az) * cos(alt)), (float)sin(alt));
    sun->irradiance = grey(irradiance);
    sun->cos_half = 1.0f;
    if (size_deg == 0.0) return;
    sun->cos_half = (float)cos(half);
    sun->sin_half = (float)sin(half);
    sun->radiance = grey(irradiance / (PI * sin(half) * sin(half)));
    sun->pdf = (float)(1.0 / (4.0 * PI * sin(0.5 * half) * sin(0.5 * half)));
}

static inline vdk_position ground_at(const vdk_scene *s, double x, double y)
{
    vdk_position p = {(int)x, (int)y, 0.0f, 0.0f, 0.0f};
    p.fx = (float)(x - p.cx);
    p.fy = (float)(y - p.cy);
    p.z = vdk_patch_height(vdk_patch_at(&s->terrain, p.cx, p.cy), p.fx, p.fy);
    return p;
}

/** The mean of the first 'samples' of one pixel's radiance. */
static inline double radiance_at(const vdk_scene *s, vdk_position p, vdk_uint pixel,
                                 vdk_uint samples)
{
    vdk_uint hash = vdk_hash(pixel + 1234u), rays = 0;
    double sum = 0.0;
    for (vdk_uint i = 0; i < samples; i++) {
        vdk_sampler sampler = vdk_sampler_make(hash, i);
        vdk_path path = vdk_path_begin(sampler, p, vdk_vec_make(0.0f, 0.0f, 1.0f), 0.0f);
        sum += (double)vdk_radiance(s, path, &rays).y;
    }
    return sum / samples;
}

typedef struct estimate {
    double mean, error; /* standard error of the mean */
} estimate;

static inline estimate estimate_of(const double *values, int count)
{
    estimate e = {0.0, 0.0};
    for (int i = 0; i < count; i++) e.mean += values[i] / count;
    for (int i = 0; i < count; i++) e.error += (values[i] - e.mean) * (values[i] - e.mean);
    e.error = sqrt(e.error / (count - 1.0) / count);
    return e;
}

/** Radiance at a point by pixels that know nothing of each other, which gives an honest error. */
static inline estimate radiance_estimate(const vdk_scene *s, vdk_position p, vdk_uint samples)
{
    enum { PIXELS = 64 };
    double values[PIXELS];
    for (vdk_uint i = 0; i < PIXELS; i++) values[i] = radiance_at(s, p, i, samples);
    return estimate_of(values, PIXELS);
}

/** Fails unless two estimates agree within 4.5 standard errors (p = 7e-6 each) and what rounding to
 *  floats leaves. */
static inline void assert_agree(const char *what, estimate a, estimate b)
{
    double allowed = 4.5 * sqrt(a.error * a.error + b.error * b.error) + 2e-6 * fabs(a.mean);
    if (fabs(a.mean - b.mean) <= allowed) return;
    fail_msg("%s: %.6f and %.6f differ by %.2g, allowed %.2g", what, a.mean, b.mean,
             fabs(a.mean - b.mean), allowed);
}

/* ---- terrains ------------------------------------------------------------------------------ */

static inline double height_flat(const void *state, int i, int j)
{
    (void)state;
    (void)i;
    (void)j;
    return 250.0;
}

static inline double height_rough(const void *state, int i, int j)
{
    (void)state;
    return 400.0 * test_mountains(9, i / 8.0, j / 8.0) + 20.0 * test_lattice(10, i, j);
}

static inline vd_terrain *rough_terrain(void)
{
    return test_terrain_square(40, 20.0, height_rough, NULL, (vd_terrain_options){.z_factor = 1.0});
}

#endif
