/* Scenes of clouds over a few posts. */
#ifndef TEST_CLOUD_FIXTURE_H
#define TEST_CLOUD_FIXTURE_H

#include "fog_fixture.h"
#include "picture.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

static const char *const cloud_knobs[] = {
    "background.fill", "sky",    "sky.model",        "uniform", "camera.size", "8x8",
    "terrain.border",  "extend", "camera.curvature", "true",    NULL};

static const char *const cloud_kinds[] = {"cumulus", "stratus", "cirrus"};

/** Clouds of a kind over the window's ground, which is black, without any light. */
static inline stage cloudy(const char *kind, const char *const *more)
{
    const char *all[32] = {"clouds.kind", kind};
    int count = 2;
    for (; more && *more; more++) all[count++] = *more;
    stage s = open_stage(WINDOW, cloud_knobs, all);
    vdk_scene *flat = &s.scene->flat;
    flat->material.base_color = grey(0.0);
    flat->sky.zenith = flat->sky.horizon = grey(0.0);
    flat->sun_count = 0;
    return s;
}

/** A position over the middle of the raster, by an elevation over the base of heights. */
static inline vdk_position aloft(const vdk_scene *s, double east, double north, double elevation)
{
    vdk_position p =
        vdk_moved(&s->terrain, s->cloud.about, vdk_vec_make((float)east, (float)north, 0.0f));
    p.z = (float)elevation - vdk_curve_drop(&s->terrain, &s->curve, p);
    return p;
}

/** Extinction of clouds at a place. */
static inline double cloud_at(const vdk_scene *s, vdk_position p)
{
    const vdk_cloud *c = &s->cloud;
    vdk_vec at = vdk_metres_between(&s->terrain, c->about, p);
    double x = ((double)c->east * (double)at.x + (double)c->north * (double)at.y - (double)c->west);
    double y =
        ((double)c->east * (double)at.y - (double)c->north * (double)at.x - (double)c->south);
    double z = ((double)vdk_elevation_at(s, p) - (double)c->base) / (double)c->cell_z;
    if (z < 0.0 || z > c->depth) return 0.0;
    return (double)c->extinction * (double)vdk_cloud_density(c, (float)(x / (double)c->cell),
                                                             (float)(y / (double)c->cell),
                                                             (float)z);
}

/** Depth of a ray through clouds, by the midpoint rule. */
static inline double cloud_depth(const vdk_scene *s, vdk_position from, vdk_vec d, double length,
                                 int steps)
{
    double depth = 0.0;
    for (int i = 0; i < steps; i++) {
        double t = (i + 0.5) * length / steps;
        depth += cloud_at(s, vdk_along(&s->terrain, from, d, (float)t)) * length / steps;
    }
    return depth;
}

#endif
