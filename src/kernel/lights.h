/* Suns and sky: radiance by direction, and the choice of a sun to sample. An environment map, which
 * takes the sky's place, has directions of its own to sample: environment.h. */
#ifndef VDK_LIGHTS_H
#define VDK_LIGHTS_H

#include "environment.h"

VD_FN vdk_vec vdk_sky_radiance(VDK_SCENE const vdk_scene *scene, vdk_vec direction)
{
    VDK_SCENE const vdk_sky *sky = &scene->sky;
    if (sky->model == VDK_SKY_ENVIRONMENT)
        return vdk_environment_radiance(&scene->environment, direction);
    if (sky->model == VDK_SKY_UNIFORM) return sky->zenith;
    float t = vdk_clamp(direction.z, 0.0f, 1.0f);
    return vdk_vec_add(vdk_vec_scale(sky->horizon, 1.0f - t), vdk_vec_scale(sky->zenith, t));
}

/** Can a ray that leaves the terrain bring light? Not under a black sky with points for suns, where
 *  no object gives any and nothing is in the air to scatter it. */
VD_FN int vdk_has_light_outside(VDK_SCENE const vdk_scene *scene)
{
    if (scene->sky.model == VDK_SKY_ENVIRONMENT || scene->objects.emitter_count > 0) return 1;
    if (scene->media.is_there) return 1;
    if (vdk_vec_max(scene->sky.zenith) > 0.0f || vdk_vec_max(scene->sky.horizon) > 0.0f) return 1;
    for (int i = 0; i < scene->sun_count; i++)
        if (scene->suns[i].cos_half < 1.0f) return 1;
    return 0;
}

/** Is a direction within a sun's disc? Never for a point. */
VD_FN int vdk_sun_covers(VDK_SCENE const vdk_sun *sun, vdk_vec direction)
{
    return sun->cos_half < 1.0f && vdk_vec_dot(sun->direction, direction) > sun->cos_half;
}

/** A direction uniformly within a sun's disc. */
VD_FN vdk_vec vdk_sun_sample(VDK_SCENE const vdk_sun *sun, float u, float v)
{
    if (sun->cos_half >= 1.0f) return sun->direction;
    float s, c;
    float z = 1.0f - u * (1.0f - sun->cos_half);
    float radius = vdk_sqrtf(vdk_max(1.0f - z * z, 0.0f));
    vdk_sincos_turns(v, &s, &c);
    return vdk_vec_from_frame(sun->direction, radius * c, radius * s, z);
}

/** What a sun can give a surface of this normal at most: its irradiance times the cosine of the
 * nearest point of its disc. Suns are chosen in proportion to it. */
VD_FN float vdk_sun_weight(VDK_SCENE const vdk_sun *sun, vdk_vec normal)
{
    float c = vdk_vec_dot(sun->direction, normal);
    if (c < sun->cos_half) {
        float s = vdk_sqrtf(vdk_max(1.0f - c * c, 0.0f));
        c = c * sun->cos_half + s * sun->sin_half;
    } else {
        c = 1.0f;
    }
    return c > 0.0f ? c * vdk_luminance(sun->irradiance) : 0.0f;
}

VD_FN float vdk_sun_total_weight(VDK_SCENE const vdk_scene *scene, vdk_vec normal)
{
    float total = 0.0f;
    for (int i = 0; i < scene->sun_count; i++) total += vdk_sun_weight(&scene->suns[i], normal);
    return total;
}

/** Chooses a sun in proportion to its weight; total > 0. Fills *probability. */
VD_FN int vdk_sun_choose(VDK_SCENE const vdk_scene *scene, vdk_vec normal, float total, float u,
                         VDK_PRIVATE float *probability)
{
    float left = u * total;
    int chosen = -1;
    float weight = 0.0f;
    for (int i = 0; i < scene->sun_count; i++) {
        float w = vdk_sun_weight(&scene->suns[i], normal);
        if (w <= 0.0f) continue;
        chosen = i;
        weight = w;
        if (left < w) break;
        left -= w;
    }
    *probability = weight / total;
    return chosen;
}

#endif
