/* Scenes of fog over a few posts, seen along one ray. */
#ifndef TEST_FOG_FIXTURE_H
#define TEST_FOG_FIXTURE_H

#include <stdio.h>

#include "kernel/view.h"
#include "light_fixture.h"
#include "random.h"

static inline vd_terrain *flat_terrain(void)
{
    return test_terrain_square(16, 30.0, height_flat, NULL, (vd_terrain_options){.z_factor = 1.0});
}

/** Fog over a scene of a terrain, by heights over the ground's lowest. */
static inline void add_fog(vdk_scene *s, int kind, double extinction, double albedo, double g,
                           double top)
{
    s->plain = 0;
    s->media.is_there = 1;
    s->media.fog = kind;
    s->media.extinction = (float)extinction;
    s->media.albedo = grey(albedo);
    s->media.phase.g = (float)g;
    s->media.base = s->terrain.min;
    s->media.top = s->terrain.min + (float)top;
    s->media.scale_height = (float)(top / 16.0);
    s->media.piece = VDK_HUGE;
}

static inline vdk_vec unit(double azimuth_deg, double altitude_deg)
{
    double az = azimuth_deg * DEGREE, alt = altitude_deg * DEGREE;
    return vdk_vec_make((float)(sin(az) * cos(alt)), (float)(cos(az) * cos(alt)), (float)sin(alt));
}

/** Makes a camera of one ray, from so many metres over the lowest ground. */
static inline void look(vdk_scene *s, double x, double y, double height, vdk_vec forward)
{
    vdk_view_camera *view = &s->view;
    view->projection = VDK_PROJECTION_ORTHO;
    view->eye = ground_at(s, x, y);
    view->eye.z = s->terrain.min + (float)height;
    view->forward = forward;
    view->right = view->up = vdk_vec_make(0.0f, 0.0f, 0.0f);
    view->sees_sky = 1;
}

/** What a pixel sees, in the mean of so many samples. */
static inline double seen_by(const vdk_scene *s, vdk_uint pixel, vdk_uint samples)
{
    double sum = 0.0;
    vdk_uint rays = 0;
    vdk_sampler sampler = vdk_sampler_at(VDK_PATTERN_INDEPENDENT, s->seed, (int)pixel, 7);
    for (vdk_uint i = 0; i < samples; i++)
        sum += (double)vdk_see(s, 0, 0, sampler, i, &rays).radiance.y;
    return sum / samples;
}

/** By pixels that know nothing of each other. */
static inline estimate seen(const vdk_scene *s, vdk_uint samples)
{
    enum { PIXELS = 64 };
    double values[PIXELS];
    for (vdk_uint i = 0; i < PIXELS; i++) values[i] = seen_by(s, i, samples);
    return estimate_of(values, PIXELS);
}

/** Fails unless an estimate is a number, within a share of it; its own error must allow that. */
static inline void assert_is(const char *what, estimate e, double truth, double share)
{
    printf("%s: %.5f +- %.5f, should be %.5f (%+.3f %%)\n", what, e.mean, e.error, truth,
           100.0 * (e.mean / truth - 1.0));
    assert_true(e.error < 0.5 * share * truth);
    assert_true(fabs(e.mean - truth) < share * truth);
}

#endif
