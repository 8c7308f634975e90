/* Aerial perspective: what the air before the first ground that the eye sees takes from its light
 * and adds to it (Bruneton & Neyret 2008, "Precomputed Atmospheric Scattering", section 2.2, whose
 * equation L = L0 T + S this is).
 *
 * A path begins with the air's light as its radiance and the transmittance as its throughput, so
 * all that it brings has come through the air, and no sample is noisier for it. The air on the way
 * of light to the ground is in the light; that between two points of the ground that light each
 * other is left out: such light is weak, and mostly of near ground. So are reflections in the
 * ground, whose distances are taken as clear.
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

/** What is behind everything: sky or planet, and the sun's disc before it. */
VD_FN vdk_vec vdk_aerial_background(VDK_SCENE const vdk_scene *scene, vdk_vec direction)
{
    VDK_SCENE const vdk_air *air = &scene->air;
    vdk_vec light = vdk_atmosphere_sky(&air->seen, direction);
    if (!(air->disc.x > 0.0f) || direction.z < air->seen.horizon) return light;
    vdk_vec limb = vdk_atmosphere_limb(&air->seen, vdk_vec_dot(direction, air->seen.sun));
    return vdk_vec_add(light, vdk_vec_mul(limb, air->disc));
}

#endif
