/* Where light comes from in fog: directions for paths to look in.
 *
 * Next-event estimation finds the sun from a point in fog, and from ground under it; what a path's
 * ray onward is for is light that fog has scattered before. That has a lobe about the sun, as
 * narrow as the phase function, and is not where phase function or BSDF alone would look: a path
 * that looks away from the sun and comes upon the lobe by chance brings much of it, and most paths
 * bring next to none.
 *
 * So directions are chosen by importance resampling (Talbot, Cline and Egbert 2005, "Importance
 * Resampling for Global Illumination", equations 4 and 5). A few candidates come from a density q
 * that looks for both,
 *     q = (1 - s) f + s p(g, wi . sun),
 * f being the phase function, or cosine / pi on the ground, and s half at most, less where the fog
 * between a point and the sun is thin, and none above it. One of them is chosen in proportion to f
 * l / q for a guess l at the light that comes from there, and weighs mean of f l / q over all
 * candidates / l, so that light times weight has the integral of f times light for its mean,
 * whatever l is: a bad guess costs noise and no bias. The candidates' numbers are Hammersley's four
 * points, shifted by those of the vertex: together they are even over q, so that few do.
 *
 * The guess is that of level fog as deep as it is over the point. Of a ray that leaves it at a
 * slant it scatters the share x = t / (1 + t), near 1 - e^-t, for its depth t; of one that goes
 * down, half or so. What is scattered is sunlight that has come through the fog, as the lobe and as
 * much again from everywhere; what is not is the sky, or ground as bright. Its four numbers are
 * those that left least noise in views of fog by height, from 0.0005 to 0.004 per metre, under suns
 * from 8 to 40 degrees high: each may be off by half before that shows.
 *
 * Suns and sky that have directions of their own to sample are weighed against q (Veach 1997,
 * section 9.2.2.1): with any weights of the two that add up to 1 for each direction the sum has no
 * bias, so the density of a candidate does in place of that of the one chosen, which has no closed
 * form. A phase function that is about even in all directions needs no guide, and one of droplets
 * has one of its own (sunward.h). The guide is of misty scenes (integrator_misty.h): under a
 * physical sky the air has dimmed a low sun, whose lobe it takes for more than it is, and it gained
 * nothing. */
#ifndef VDK_MEDIA_GUIDE_H
#define VDK_MEDIA_GUIDE_H

#include "lights.h"
#include "media.h"

#define VDK_GUIDE_CANDIDATES 4
#define VDK_GUIDE_LEAST 0.25f  /* a mean cosine, either way, that is worth it */
#define VDK_GUIDE_SHARE 0.5f   /* of candidates about the sun, at most */
#define VDK_GUIDE_BELOW 0.4f   /* share of light from below that is scattered */
#define VDK_GUIDE_DIMS 0.4f    /* how fast depth to the sun dims what is */
#define VDK_GUIDE_COVERS 0.6f  /* how much of the rest fog hides */
#define VDK_GUIDE_AMBIENT 0.5f /* what of the sky that is */
#define VDK_GUIDE_SUNLIT 0.02f /* how bright ground is by a sun's irradiance, beside the sky */

/* What light a point has to expect. */
typedef struct vdk_guide {
    vdk_vec sun; /* the direction */
    float g;
    float share; /* of candidates about the sun; 0: the point has no use for the guide */
    float up;    /* optical depth overhead */
    float glow;  /* what of the sun's irradiance fog scatters */
    float ambient;
} vdk_guide;

/** Do paths in the scene's fog have one? */
VD_FN int vdk_is_guided(VDK_SCENE const vdk_scene *scene)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    return m->fog != VDK_FOG_NONE && !m->is_single && scene->sun_count > 0 &&
           !(m->phase.draine > 0.0f) && vdk_abs(m->phase.g) >= VDK_GUIDE_LEAST;
}

/** The light of a sky of one or two colours and of ground under the sun, as one number. */
VD_FN float vdk_guide_ambient(VDK_SCENE const vdk_scene *scene)
{
    return VDK_GUIDE_AMBIENT * (vdk_luminance(scene->sky.zenith) +
                                VDK_GUIDE_SUNLIT * vdk_luminance(scene->suns[0].irradiance));
}

/** And what fog scatters of the sun's where nothing weakens that. */
VD_FN float vdk_guide_glow(VDK_SCENE const vdk_scene *scene)
{
    return vdk_luminance(scene->suns[0].irradiance) * vdk_luminance(scene->media.albedo);
}

/** The depth of fog overhead at this stored height. */
VD_FN float vdk_guide_up(VDK_SCENE const vdk_scene *scene, float z)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    float all = m->top - m->base, h = vdk_clamp(z - m->base, 0.0f, all);
    float left = all - h;
    if (m->fog == VDK_FOG_HEIGHT) left = m->scale_height * vdk_expf(-h / m->scale_height);
    return m->extinction * scene->terrain.z_factor * left;
}

/** The guide at a point with so much fog overhead; the scene is guided. */
VD_FN vdk_guide vdk_guide_make(VDK_SCENE const vdk_scene *scene, float up)
{
    vdk_guide q;
    q.sun = scene->suns[0].direction;
    q.g = scene->media.phase.g;
    q.up = up;
    float slant = up / vdk_max(q.sun.z, 0.02f);
    q.share = VDK_GUIDE_SHARE * (slant / (1.0f + slant));
    q.glow = vdk_guide_glow(scene) / (1.0f + VDK_GUIDE_DIMS * slant);
    q.ambient = vdk_guide_ambient(scene);
    return q;
}

/** How likely the lobe about the sun has a direction. */
VD_FN float vdk_guide_lobe(VDK_PRIVATE const vdk_guide *q, vdk_vec wi)
{
    return vdk_lobe(q->g, vdk_clamp(vdk_vec_dot(q->sun, wi), -1.0f, 1.0f));
}

/** The density of candidates where f and the lobe are these. */
VD_FN float vdk_guide_pdf(VDK_PRIVATE const vdk_guide *q, float f, float lobe)
{
    return f + q->share * (lobe - f);
}

/** The guess at the light that comes from a direction of this rise. */
VD_FN float vdk_guide_light(VDK_PRIVATE const vdk_guide *q, float rise, float lobe)
{
    float x = rise > 0.0f ? q->up / (q->up + rise) : VDK_GUIDE_BELOW;
    return q->ambient * (1.0f - VDK_GUIDE_COVERS * x) + q->glow * x * (lobe + 0.25f * VDK_INV_PI);
}

/** The i-th candidate's numbers, of a vertex that has (u, v). Returns whether it is one of the
 *  lobe's; they become those of the lobe or of f. */
VD_FN int vdk_guide_numbers(VDK_PRIVATE const vdk_guide *q, int i, VDK_PRIVATE float *u,
                            VDK_PRIVATE float *v)
{
    *u += 0.25f * (float)i;
    *v += 0.25f * (float)(2 * (i & 1) + (i >> 1));
    *u -= *u >= 1.0f ? 1.0f : 0.0f;
    *v -= *v >= 1.0f ? 1.0f : 0.0f;
    int is_lobe = *u < q->share;
    *u = is_lobe ? *u / q->share : (*u - q->share) / (1.0f - q->share);
    *u = vdk_min(*u, VDK_BELOW_ONE);
    return is_lobe;
}

/* One of the candidates so far. */
typedef struct vdk_guide_choice {
    float pick; /* a uniform number */
    float sum;  /* of f l / q of all of them */
    vdk_vec direction;
    float light, pdf; /* l and q of the one */
} vdk_guide_choice;

/** None so far, and the number that is to choose. */
VD_FN vdk_guide_choice vdk_guide_choose(float pick)
{
    vdk_guide_choice c;
    c.pick = pick;
    c.sum = 0.0f;
    c.direction = vdk_vec_make(0.0f, 0.0f, 1.0f);
    c.light = c.pdf = 1.0f;
    return c;
}

/** Puts the i-th candidate forward. */
VD_FN void vdk_guide_offer(VDK_PRIVATE const vdk_guide *q, int i, vdk_vec wi, float f,
                           VDK_PRIVATE vdk_guide_choice *c)
{
    float lobe = vdk_guide_lobe(q, wi), pdf = vdk_guide_pdf(q, f, lobe);
    float light = vdk_guide_light(q, wi.z, lobe);
    float before = c->sum, worth = pdf > 0.0f ? f * light / pdf : 0.0f;
    c->sum = before + worth;
    float at = c->pick * c->sum;
    if (i == 0 || at < worth) {
        c->pick = worth > 0.0f ? at / worth : c->pick;
        c->direction = wi;
        c->light = light;
        c->pdf = pdf;
    } else {
        c->pick = before > 0.0f ? (at - worth) / before : c->pick;
    }
    c->pick = vdk_min(c->pick, VDK_BELOW_ONE);
}

/** What the one that is chosen of all weighs. */
VD_FN float vdk_guide_weight(VDK_PRIVATE const vdk_guide_choice *c)
{
    return c->sum / (c->light * (float)VDK_GUIDE_CANDIDATES);
}

/** Chooses a direction for a point in fog that sends light to wo. */
VD_FN vdk_guide_choice vdk_guide_phase(VDK_PRIVATE const vdk_guide *q, vdk_vec wo, float u, float v,
                                       float pick)
{
    vdk_guide_choice c = vdk_guide_choose(pick);
    for (int i = 0; i < VDK_GUIDE_CANDIDATES; i++) {
        float a = u, b = v;
        int is_lobe = vdk_guide_numbers(q, i, &a, &b);
        vdk_vec axis = is_lobe ? q->sun : vdk_vec_scale(wo, -1.0f);
        vdk_vec wi = vdk_lobe_sample(q->g, axis, a, b);
        float f = vdk_lobe(q->g, vdk_clamp(-vdk_vec_dot(wo, wi), -1.0f, 1.0f));
        vdk_guide_offer(q, i, wi, f, &c);
    }
    return c;
}

/** The same for matte ground of this normal. */
VD_FN vdk_guide_choice vdk_guide_matte(VDK_PRIVATE const vdk_guide *q, vdk_vec normal, float u,
                                       float v, float pick)
{
    vdk_guide_choice c = vdk_guide_choose(pick);
    for (int i = 0; i < VDK_GUIDE_CANDIDATES; i++) {
        float a = u, b = v;
        vdk_vec wi = vdk_guide_numbers(q, i, &a, &b) ? vdk_lobe_sample(q->g, q->sun, a, b)
                                                     : vdk_cosine_about(normal, a, b);
        vdk_guide_offer(q, i, wi, vdk_cosine_pdf(normal, wi), &c);
    }
    return c;
}

#endif
