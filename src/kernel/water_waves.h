/* The form of water's surface at a point, for light alone: waves as slopes, and foam.
 *
 * Waves are sines of wavelengths from the spectrum's peak down to a hand's breadth, each with the
 * same share of the variance of slope, which a wind spectrum has about evenly over the logarithm of
 * the wave number (scene/waves.c). A pixel sees of each what its footprint, an ellipse that is
 * longer the flatter it looks, leaves of it: exp(-k^2 s^2 / 2) for a Gaussian whose standard
 * deviation s along the wave is half a pixel. The variance that is lost becomes roughness, so near
 * waves are seen one by one, distant ones as a sheen, and the sum of both is the same (Bruneton,
 * Neyret and Holzschuch 2010, "Real-time Realistic Ocean Lighting using Seamless Transitions from
 * Geometry to BRDF"; Dupuy et al. 2013, "Linear Efficient Antialiased Displacement and Reflectance
 * Mapping"). Waves longer than a body of water has room for are weak there: exp(-5/8 (k_p / k)^2)
 * of their amplitude, as the spectrum of Pierson and Moskowitz (1964) has beyond its peak.
 *
 * Gusts make patches: wide noise that raises and lowers the slopes.
 *
 * Foam lies where waves break, in less water than foam_depth, torn by noise; and as whitecaps on a
 * share of open water, in patches as far as pixels see them. */
#ifndef VDK_WATER_WAVES_H
#define VDK_WATER_WAVES_H

#include "water.h"

#define VDK_WATER_GUSTS 0.25f /* standard deviation of the slopes' factor */

typedef struct vdk_water_form {
    float east, north; /* slopes */
    float lost;        /* variance of slope, both ways together, that is not in them */
} vdk_water_form;

/** What is left of a wave in a pixel of this spread that is seen from wo. */
VD_FN float vdk_wave_left(VDK_GLOBAL const vdk_water_wave *wave, vdk_vec wo, float spread)
{
    float level2 = wo.x * wo.x + wo.y * wo.y, flat = vdk_max(vdk_abs(wo.z), 0.02f);
    float along2 = 0.0f;
    if (level2 > 1.0e-6f) {
        float along = wave->east * wo.x + wave->north * wo.y;
        along2 = along * along / level2;
    }
    float k = spread * wave->number;
    return vdk_expf(-0.5f * k * k * (along2 / (flat * flat) + (1.0f - along2)));
}

/** The waves at a point of a body's surface. */
VD_FN vdk_water_form vdk_water_form_at(VDK_SCENE const vdk_scene *scene, int body, vdk_position p,
                                       vdk_vec wo, float spread)
{
    VDK_SCENE const vdk_water *water = &scene->water;
    float longest = water->body[body].longest, gust = 1.0f, sine, cosine;
    vdk_water_form form;
    form.east = form.north = 0.0f;
    form.lost = water->lost;
    if (water->noise) {
        vdk_vec unused;
        float lost;
        VDK_GLOBAL const vdk_noise *noise = water->noise + 1;
        vdk_noise_place at = vdk_noise_at(noise, p.cx, p.fx, p.cy, p.fy, 0.0f);
        gust += VDK_WATER_GUSTS * vdk_noise_sum(noise, at, 2.0f * spread, &unused, &lost);
        gust = vdk_clamp(gust, 0.3f, 1.7f);
    }
    for (int i = 0; i < water->wave_count; i++) {
        VDK_GLOBAL const vdk_water_wave *wave = water->waves + i;
        float fits = longest / wave->number;
        float slope = wave->slope * vdk_expf(-0.625f * fits * fits);
        float left = vdk_wave_left(wave, wo, spread);
        if (left > 0.02f) {
            vdk_uint phase =
                wave->first + (vdk_uint)p.cx * wave->step_x + (vdk_uint)p.cy * wave->step_y;
            float turns = (float)(int)(phase >> 8) * (1.0f / 16777216.0f) + p.fx * wave->turns_x +
                          p.fy * wave->turns_y;
            vdk_sincos_turns(turns, &sine, &cosine);
            float along = slope * left * cosine;
            form.east += along * wave->east;
            form.north += along * wave->north;
            form.lost += 0.5f * slope * slope * (1.0f - left * left);
        } else {
            form.lost += 0.5f * slope * slope;
        }
    }
    form.east *= gust;
    form.north *= gust;
    form.lost *= gust * gust;
    return form;
}

VD_FN float vdk_smoothstep(float low, float high, float x)
{
    float t = vdk_clamp((x - low) / (high - low), 0.0f, 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

/** The share of the surface under foam at a point with so much water below. */
VD_FN float vdk_foam_at(VDK_SCENE const vdk_scene *scene, vdk_position p, float depth, float spread)
{
    VDK_SCENE const vdk_water *water = &scene->water;
    if (!(water->foam > 0.0f) || !water->noise) return 0.0f;
    vdk_vec unused;
    float lost;
    vdk_noise_place at = vdk_noise_at(water->noise, p.cx, p.fx, p.cy, p.fy, 0.0f);
    float n = vdk_noise_sum(water->noise, at, 2.0f * spread, &unused, &lost);
    /* An edge as much wider as the noise in it is lost (ground.h). */
    float wide = 0.3f * vdk_sqrtf(1.0f + 5.0f * lost * 2.0f);
    float caps = vdk_smoothstep(-wide, wide, n - water->whitecaps_limit);
    caps = vdk_lerp(caps, water->whitecaps, lost);
    float breaks = 1.0f - depth / water->foam_depth;
    float shore = vdk_smoothstep(-wide, wide, 2.2f * breaks - 1.1f + 0.55f * n);
    shore *= vdk_smoothstep(0.0f, 0.25f, breaks + 0.25f);
    return vdk_min(water->foam * vdk_max(caps, 0.85f * shore), 1.0f);
}

#endif
