/* Aerial perspective: what the air before the first ground that the eye sees takes from its light
 * and adds to it (Bruneton & Neyret 2008, "Precomputed Atmospheric Scattering", section 2.2, whose
 * equation L = L0 T + S this is).
 *
 * A path begins with the air's light as its radiance and the transmittance as its throughput, so
 * all that it brings has come through the air, and no sample is noisier for it. In a view the same
 * is done where a path goes on from the ground to other ground, in a lake's mirror or as bounced
 * light: by the tables of the eye, as if it looked that way, which is exact for ground at its own
 * height and off as haze thins with the difference. The air on the way of light to the ground is in
 * the light, and more of it before low ground than before high: under a low sun peaks are lit when
 * valleys are so no more, and last in red.
 *
 * distance_scale multiplies the way through the air, not the air: a colour of the horizon stays
 * what it is, it only comes nearer. A map's ground is seen straight from above, from the height of
 * the highest, so that there haze lies in the low land (Imhof 1965, "Kartographische
 * Gelaendedarstellung", on aerial perspective). */
#ifndef VDK_AERIAL_H
#define VDK_AERIAL_H

#include "path.h"

/** Puts the air of a distance before a path that has just begun. */
VD_FN void vdk_aerial_before(VDK_SCENE const vdk_scene *scene, vdk_vec direction, float distance,
                             VDK_PRIVATE vdk_path *path)
{
    vdk_atmosphere_air(&scene->air.seen, direction, distance * scene->air.distance_scale,
                       &path->radiance, &path->throughput);
}

/** The same of a path of a map. */
VD_FN void vdk_aerial_above(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE vdk_path *path)
{
    float depth = (scene->air.ceiling - path->at.z) * scene->terrain.z_factor;
    vdk_aerial_before(scene, vdk_vec_make(0.0f, 0.0f, -1.0f), vdk_max(depth, 0.0f), path);
}

/** Puts the air between two points of the ground before what comes from the far one. */
VD_FN void vdk_aerial_between(VDK_SCENE const vdk_scene *scene, vdk_vec direction, vdk_position far,
                              VDK_PRIVATE vdk_path *path)
{
    vdk_vec light, passed;
    float distance = vdk_distance_between(scene, path->at, far);
    vdk_atmosphere_air(&scene->air.seen, direction, distance * scene->air.distance_scale, &light,
                       &passed);
    path->radiance = vdk_vec_add(path->radiance, vdk_vec_mul(path->throughput, light));
    path->throughput = vdk_vec_mul(path->throughput, passed);
}

/** What of the sun's light shines at a place, over its light at the highest. */
VD_FN vdk_vec vdk_aerial_sun(VDK_SCENE const vdk_scene *scene, vdk_position at)
{
    VDK_SCENE const vdk_air *air = &scene->air;
    float x = (vdk_elevation_at(scene, at) - air->sun_from) * air->sun_steps;
    x = vdk_clamp(x, 0.0f, (float)(VDK_SUN_STEPS - 1));
    int i = vdk_imin((int)x, VDK_SUN_STEPS - 2);
    float t = x - (float)i;
    VDK_GLOBAL const float *low = air->sun_at + 3 * i;
    return vdk_vec_make(vdk_lerp(low[0], low[3], t), vdk_lerp(low[1], low[4], t),
                        vdk_lerp(low[2], low[5], t));
}

/** The radiance of a part of the moon's disc over the disc's mean: ground of the law of Lommel and
 * Seeliger, mu0 / (mu0 + mu) (Hapke 1993, equation 8.35), which is flat at full moon. */
VD_FN vdk_vec vdk_aerial_moon(VDK_SCENE const vdk_air *air, vdk_vec direction)
{
    vdk_vec moon = air->seen.sun;
    float along = vdk_vec_dot(direction, moon), value = 0.0f;
    float sine2 = (1.0f - air->seen.cos_half) * (1.0f + air->seen.cos_half);
    vdk_vec across = vdk_vec_add(direction, vdk_vec_scale(moon, -along));
    float inside = 1.0f - vdk_vec_dot(across, across) / sine2;
    if (along > 0.0f && inside > 0.0f) {
        float mu = vdk_sqrtf(inside);
        vdk_vec normal =
            vdk_vec_add(vdk_vec_scale(across, 1.0f / vdk_sqrtf(sine2)), vdk_vec_scale(moon, -mu));
        float mu0 = vdk_vec_dot(normal, air->lit_from);
        if (mu0 > 0.0f) value = air->face * mu0 / (mu0 + mu);
    }
    return vdk_vec_make(value, value, value);
}

/** What is behind everything: sky or planet, and the sun's disc before it. */
VD_FN vdk_vec vdk_aerial_background(VDK_SCENE const vdk_scene *scene, vdk_vec direction)
{
    VDK_SCENE const vdk_air *air = &scene->air;
    vdk_vec light = vdk_atmosphere_sky(&air->seen, direction);
    if (!(air->disc.x > 0.0f) || direction.z < air->seen.horizon) return light;
    vdk_vec limb = air->face > 0.0f
                       ? vdk_aerial_moon(air, direction)
                       : vdk_atmosphere_limb(&air->seen, vdk_vec_dot(direction, air->seen.sun));
    return vdk_vec_add(light, vdk_vec_mul(limb, air->disc));
}

#endif
