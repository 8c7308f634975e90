/* Paths within clouds; among droplets of a size, high over all ground alone (sunward.h).
 *
 * In a thick white cloud light is scattered dozens of times. A path is taken from point to point of
 * it here, in a scene without objects: from one that is high over all ground to another no ray is
 * traced. It is the path of integrator_general.h and it comes out of the cloud by the
 * same random numbers; what differs is how the suns are found.
 *
 * Droplets scatter light forward in so narrow a lobe that a sun sampled from a vertex is a spike:
 * next to nothing, but for the few directions towards the sun, where it is much. So from a vertex u
 * with a direction sampled from the phase function p to v, whose light of the suns is sampled, a
 * second way to v is tried: a direction from the lobe q that p has about a sun, and on to a vertex
 * of its own. The balance heuristic (Veach 1997, section 9.2.2.1) weighs the light of v's suns by
 * p / (p + q) in the path and by q / (p + q) on that side path, for the direction from u to v;
 * other lights have nothing of it. The one is small where the suns' light is a spike, the other
 * never is above p. The side path covers points in clouds alone, and those alone are weighed.
 *
 * The way to a sun is long. Where a vertex can get little light, by the phase function, it is gone
 * by a chance in proportion, and counts as much more (Russian roulette: Arvo and Kirk 1990). */
#ifndef VDK_CLOUD_PATH_H
#define VDK_CLOUD_PATH_H

#include "integrator_general.h"

/** Is so high a point above all that is not air? Heights are as stored: rays are straight in them.
 */
VD_FN int vdk_cloud_is_high(VDK_SCENE const vdk_scene *scene, float z)
{
    return z > scene->terrain.max;
}

/** Does a ray between two points in the air meet anything else on the way, of so many metres? */
VD_FN int vdk_cloud_is_barred(VDK_SCENE const vdk_scene *scene, vdk_position from,
                              vdk_vec direction, vdk_position to, float metres)
{
    vdk_position hit;
    if (vdk_cloud_is_high(scene, from.z) && vdk_cloud_is_high(scene, to.z)) return 0;
    if (scene->cloud.phase.draine > 0.0f) return 1;
    if (!vdk_scene_trace(scene, VDK_PART_CLOUD, from, direction, &hit)) return 0;
    vdk_vec way = vdk_metres_between(&scene->terrain, from, hit);
    return vdk_sqrtf(vdk_vec_dot(way, way)) <= metres;
}

/** How much of a sun's light what is not air leaves on its way to a point, of what passes that. */
VD_FN float vdk_cloud_sees(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                           float passes)
{
    vdk_position unread;
    if (vdk_cloud_is_high(scene, from.z) && direction.z > 0.0f) return 1.0f;
    return vdk_dry_trace(scene, VDK_PART_CLOUD, from, direction, &unread) ? passes : 1.0f;
}

/** All suns' light. */
VD_FN float vdk_cloud_sunlight(VDK_SCENE const vdk_scene *scene)
{
    float sum = 0.0f;
    for (int i = 0; i < scene->sun_count; i++) sum += vdk_luminance(scene->suns[i].irradiance);
    return sum;
}

/** The pdf of a direction as one from the lobes about the suns, of which one is chosen by its
 *  light, of all of it. */
VD_FN float vdk_cloud_lobe(VDK_SCENE const vdk_scene *scene, vdk_vec direction, float light)
{
    float sum = 0.0f;
    for (int i = 0; i < scene->sun_count; i++) {
        vdk_vec away = vdk_vec_scale(scene->suns[i].direction, -1.0f);
        sum += vdk_luminance(scene->suns[i].irradiance) *
               vdk_phase_between(&scene->cloud.phase, away, direction);
    }
    return light > 0.0f ? sum / light : 0.0f;
}

/** A sun, chosen by its light. */
VD_FN int vdk_cloud_choose_sun(VDK_SCENE const vdk_scene *scene, float light, float u,
                               VDK_PRIVATE float *probability)
{
    float left = u * light;
    int chosen = 0;
    for (int i = 0; i < scene->sun_count; i++) {
        float weight = vdk_luminance(scene->suns[i].irradiance);
        if (!(weight > 0.0f)) continue;
        chosen = i;
        *probability = weight / light;
        if (left < weight) break;
        left -= weight;
    }
    return chosen;
}

/** The integral of a sun's radiance over its disc, as directions on it are sampled. */
VD_FN vdk_vec vdk_cloud_sun(VDK_SCENE const vdk_sun *sun)
{
    return sun->cos_half < 1.0f ? vdk_vec_scale(sun->radiance, 1.0f / sun->pdf) : sun->irradiance;
}

/** The suns' light that comes to a point by a second vertex, found by a direction from their
 *  lobes. */
VD_FN vdk_vec vdk_cloud_aside(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                              VDK_PRIVATE const vdk_ground *g, vdk_uint stream)
{
    const vdk_vec none = vdk_vec_make(0.0f, 0.0f, 0.0f);
    VDK_SCENE const vdk_phase *phase = &scene->cloud.phase;
    const float light = vdk_cloud_sunlight(scene);
    float metres, probability = 1.0f;
    if (!(light > 0.0f)) return none;
    int sun = vdk_cloud_choose_sun(scene, light, vdk_stream_next(&stream), &probability);
    float u = vdk_stream_next(&stream), v = vdk_stream_next(&stream);
    vdk_vec away = vdk_vec_scale(scene->suns[sun].direction, -1.0f);
    vdk_vec wi = vdk_phase_sample(phase, away, u, v);
    float q = vdk_cloud_lobe(scene, wi, light);
    float p = vdk_phase_between(phase, g->wo, wi);
    float weight = p / (p + q);
    float chance = vdk_cloud_chance(weight * vdk_phase_between(phase, away, wi));
    if (vdk_stream_next(&stream) >= chance) return none;
    u = vdk_stream_next(&stream);
    if (vdk_air_collide(scene, path->at, wi, VDK_HUGE, vdk_stream_other(stream), u, &metres) !=
        VDK_PART_CLOUD)
        return none;
    vdk_position at = vdk_along(&scene->terrain, path->at, wi, metres);
    if (vdk_cloud_is_barred(scene, path->at, wi, at, metres)) return none;
    sun = vdk_cloud_choose_sun(scene, light, vdk_stream_next(&stream), &probability);
    u = vdk_stream_next(&stream);
    v = vdk_stream_next(&stream);
    vdk_vec to_sun = vdk_sun_sample(&scene->suns[sun], u, v);
    float passed = vdk_cloud_sees(scene, at, to_sun, 1.0f - scene->shadow_strength);
    if (!(passed > 0.0f)) return none;
    float factor = passed * weight * vdk_phase_between(phase, vdk_vec_scale(wi, -1.0f), to_sun);
    factor *= vdk_media_left(scene, at, to_sun, VDK_HUGE, vdk_stream_other(stream));
    vdk_vec sum = vdk_vec_mul(vdk_cloud_sun(&scene->suns[sun]), scene->cloud.albedo);
    if (scene->air.sun_at) sum = vdk_vec_mul(sum, vdk_aerial_sun(scene, at));
    return vdk_vec_scale(sum, factor / (probability * chance));
}

/** Adds the light that a point has of lights that are sampled. suns: by how much those of the
 *  suns are weighed. */
VD_FN void vdk_cloud_light(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE vdk_ground *g, float suns,
                           VDK_PRIVATE vdk_path *path)
{
    vdk_vertex vertex;
    float pick, unused;
    vdk_uint pad = vdk_vertex_pad(path->depth);
    vertex.to_sun = 0;
    vertex.sun_total = vdk_light_total(scene, g);
    if (!(vertex.sun_total > 0.0f)) return;
    vdk_sample_2d(&path->sampler, pad + VDK_PAD_SUN_CHOICE, &pick, &unused);
    g->worth = suns;
    vdk_sample_light(scene, &path->sampler, pad, pick, g, &vertex);
    if (!vertex.to_sun) return;
    float passed = vdk_cloud_sees(scene, path->at, vertex.sun_direction, vertex.sun_factor);
    vdk_vec light = vdk_vec_scale(vdk_vec_mul(path->throughput, vertex.sun_light), passed);
    if (vertex.light < scene->sun_count) light = vdk_vec_scale(light, suns);
    path->radiance = vdk_vec_add(path->radiance, light);
}

/** Takes a path from point to point of clouds, for as long as there is nothing else on its way.
 *  Returns 0 at its end; else it is at a vertex of which light has been sampled, if it has been. */
VD_FN int vdk_cloud_walk(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE vdk_path *path)
{
    float suns = 1.0f;
    if (path->part != VDK_PART_CLOUD || scene->media.is_single || scene->splits) return 1;
    if (scene->objects.count > 0) return 1;
    if (scene->cloud.phase.draine > 0.0f && !vdk_cloud_is_high(scene, path->at.z)) return 1;
    for (;;) {
        float u, v, metres;
        vdk_uint pad = vdk_media_pad(path->depth);
        vdk_uint stream = vdk_stream_make(&path->sampler, pad);
        vdk_ground g = vdk_ground_at(scene, path);
        vdk_cloud_light(scene, &g, suns, path);
        vdk_vec aside = vdk_cloud_aside(scene, path, &g, vdk_stream_make(&path->sampler, ~pad));
        path->radiance = vdk_vec_add(path->radiance, vdk_vec_mul(path->throughput, aside));
        path->part = VDK_PART_CLOUD_LIT;
        vdk_sample_2d(&path->sampler, vdk_vertex_pad(path->depth) + VDK_PAD_BSDF, &u, &v);
        vdk_vec wi = vdk_phase_sample(&scene->cloud.phase, g.wo, u, v);
        u = vdk_media_number(scene, path, pad);
        if (vdk_air_collide(scene, path->at, wi, VDK_HUGE, stream, u, &metres) != VDK_PART_CLOUD)
            return 1;
        vdk_position hit = vdk_along(&scene->terrain, path->at, wi, metres);
        if (vdk_cloud_is_barred(scene, path->at, wi, hit, metres)) return 1;
        float p = vdk_phase_between(&scene->cloud.phase, g.wo, wi);
        suns = p / (p + vdk_cloud_lobe(scene, wi, vdk_cloud_sunlight(scene)));
        path->throughput = vdk_vec_mul(path->throughput, scene->cloud.albedo);
        if (!vdk_path_bounce(scene, wi, VDK_PART_CLOUD, hit, path)) return 0;
    }
}

#endif
