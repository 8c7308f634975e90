/* Directions towards a sun, where droplets are in the air.
 *
 * Their lobe is a fraction of a degree wide (phase.h), so a light that is sampled from a point in
 * the air is a spike: next to nothing, but for directions within such a lobe about the sun, where
 * it is hundreds of times more. A path comes there seldom, which is noise, from the ground as from
 * the air. So a share of directions onward is sampled from a lobe about the sun instead, and all
 * are weighed by the pdf of the mixture (Veach 1997, section 9.2.4: one sample of several
 * techniques): the spike is divided by a pdf that has the same. Others lose that share. With
 * several suns the lobe is about the one with the most light; those beside it stay spikes. */
#ifndef VDK_SUNWARD_H
#define VDK_SUNWARD_H

#include "scene.h"

#define VDK_SUNWARD_SHARE 0.25f

typedef struct vdk_sunward {
    float share;  /* of directions; 0: the rest is unread */
    float g;      /* of the lobe */
    vdk_vec away; /* from the sun */
} vdk_sunward;

VD_FN vdk_sunward vdk_sunward_at(VDK_SCENE const vdk_scene *scene)
{
    vdk_sunward s = {0.0f, 0.0f, {0.0f, 0.0f, -1.0f}};
    float most = 0.0f;
    int in_fog = scene->media.phase.draine > 0.0f, in_clouds = scene->cloud.phase.draine > 0.0f;
    if (!(in_fog || in_clouds) || scene->media.is_single) return s;
    for (int i = 0; i < scene->sun_count; i++) {
        float light = vdk_luminance(scene->suns[i].irradiance);
        if (!(light > most)) continue;
        most = light;
        s.share = VDK_SUNWARD_SHARE;
        s.away = vdk_vec_scale(scene->suns[i].direction, -1.0f);
    }
    s.g = in_fog ? scene->media.phase.g : scene->cloud.phase.g;
    return s;
}

/** The pdf of a direction of which a share is from the lobe, and the rest has this pdf. */
VD_FN float vdk_sunward_pdf(VDK_PRIVATE const vdk_sunward *s, vdk_vec wi, float pdf)
{
    return vdk_lerp(pdf, vdk_lobe_sharp(s->g, vdk_phase_chord(s->away, wi)), s->share);
}

/** How much more a path is worth by its way onward: sunlight may go on along it, back to the eye,
 * by its spike. */
VD_FN float vdk_sunward_worth(VDK_SCENE const vdk_scene *scene, vdk_vec direction)
{
    vdk_sunward s = vdk_sunward_at(scene);
    if (!(s.share > 0.0f)) return 1.0f;
    return 1.0f + VDK_PI * vdk_lobe_sharp(s.g, vdk_phase_chord(s.away, direction));
}

VD_FN vdk_vec vdk_sunward_sample(VDK_PRIVATE const vdk_sunward *s, float u, float v)
{
    float x = vdk_lobe_sharp_sample(s->g, u);
    return vdk_lobe_turned(vdk_vec_scale(s->away, -1.0f), vdk_sqrtf(x * (2.0f - x)), 1.0f - x, v);
}

#endif
