/* Where light comes from in fog, in lanes: kernel/media_guide.h, by the rules of kernel_lanes.h. */
#ifndef VD_GUIDE_LANES_H
#define VD_GUIDE_LANES_H

#include "render/fog_lanes.h"

/* A vdk_guide. */
typedef struct guide {
    vdk_vec sun;
    float g, ambient;
    vd_lanes share, up, glow;
} guide;

/** vdk_guide_up() */
VD_LANE_FN vd_lanes guide_up(const vdk_scene *scene, vd_lanes z)
{
    const vdk_media *m = &scene->media;
    const float all = m->top - m->base;
    vd_lanes h = vd_lanes_clamp(z - m->base, 0.0f, all), left = all - h;
    if (m->fog == VDK_FOG_HEIGHT) left = m->scale_height * exp_lanes(-h / m->scale_height);
    return m->extinction * scene->terrain.z_factor * left;
}

/** vdk_guide_make() */
VD_LANE_FN guide guide_make(const vdk_scene *scene, vd_lanes up)
{
    guide q;
    q.sun = scene->suns[0].direction;
    q.g = scene->media.phase.g;
    q.up = up;
    vd_lanes slant = up / vdk_max(q.sun.z, 0.02f);
    q.share = VDK_GUIDE_SHARE * (slant / (1.0f + slant));
    q.glow = vdk_guide_glow(scene) / (1.0f + VDK_GUIDE_DIMS * slant);
    q.ambient = vdk_guide_ambient(scene);
    return q;
}

/** vdk_guide_lobe() */
VD_LANE_FN vd_lanes guide_lobe(const guide *q, vec wi)
{
    return lobe(q->g, vd_lanes_clamp(vec_dot(vec_all(q->sun), wi), -1.0f, 1.0f));
}

/** vdk_guide_pdf() */
VD_LANE_FN vd_lanes guide_pdf(const guide *q, vd_lanes f, vd_lanes lobe)
{
    return f + q->share * (lobe - f);
}

/** vdk_guide_light() */
VD_LANE_FN vd_lanes guide_light(const guide *q, vd_lanes rise, vd_lanes lobe)
{
    vd_lanes x =
        vd_select(is_positive(rise), q->up / (q->up + rise), vd_lanes_all(VDK_GUIDE_BELOW));
    return q->ambient * (1.0f - VDK_GUIDE_COVERS * x) + q->glow * x * (lobe + 0.25f * VDK_INV_PI);
}

/** vdk_guide_numbers() */
VD_LANE_FN vd_mask guide_numbers(const guide *q, int i, vd_lanes *u, vd_lanes *v)
{
    const vd_lanes one = vd_lanes_all(1.0f);
    *u += 0.25f * (float)i;
    *v += 0.25f * (float)(2 * (i & 1) + (i >> 1));
    *u -= vd_lanes_where(vd_le(one, *u), one);
    *v -= vd_lanes_where(vd_le(one, *v), one);
    vd_mask is_lobe = vd_lt(*u, q->share);
    *u = vd_select(is_lobe, *u / q->share, (*u - q->share) / (1.0f - q->share));
    *u = vd_lanes_min(*u, vd_lanes_all(VDK_BELOW_ONE));
    return is_lobe;
}

/* A vdk_guide_choice. */
typedef struct guide_choice {
    vd_lanes pick, sum;
    vec direction;
    vd_lanes light, pdf;
} guide_choice;

/** vdk_guide_choose(), but for what the first candidate sets */
VD_LANE_FN guide_choice guide_choose(vd_lanes pick)
{
    guide_choice c = {0};
    c.pick = pick;
    return c;
}

/** vdk_guide_offer() */
VD_LANE_FN void guide_offer(const guide *q, int i, vec wi, vd_lanes f, guide_choice *c)
{
    const vd_lanes zero = {0};
    vd_lanes lobe = guide_lobe(q, wi), pdf = guide_pdf(q, f, lobe);
    vd_lanes light = guide_light(q, wi.z, lobe);
    vd_lanes before = c->sum, worth = vd_lanes_where(is_positive(pdf), f * light / pdf);
    c->sum = before + worth;
    vd_lanes at = c->pick * c->sum;
    vd_mask takes = i == 0 ? vd_le(zero, zero) : vd_lt(at, worth);
    vd_lanes kept = vd_select(is_positive(before), (at - worth) / before, c->pick);
    c->pick = vd_select(takes, vd_select(is_positive(worth), at / worth, c->pick), kept);
    c->direction = i == 0 ? wi : vec_select(takes, wi, c->direction);
    c->light = i == 0 ? light : vd_select(takes, light, c->light);
    c->pdf = i == 0 ? pdf : vd_select(takes, pdf, c->pdf);
    c->pick = vd_lanes_min(c->pick, vd_lanes_all(VDK_BELOW_ONE));
}

/** vdk_guide_weight() */
VD_LANE_FN vd_lanes guide_weight(const guide_choice *c)
{
    return c->sum / (c->light * (float)VDK_GUIDE_CANDIDATES);
}

/** vdk_guide_phase() */
VD_LANE_FN guide_choice guide_phase(const guide *q, vec wo, vd_lanes u, vd_lanes v, vd_lanes pick)
{
    guide_choice c = guide_choose(pick);
    for (int i = 0; i < VDK_GUIDE_CANDIDATES; i++) {
        vd_lanes a = u, b = v;
        vd_mask is_lobe = guide_numbers(q, i, &a, &b);
        vec axis = vec_select(is_lobe, vec_all(vdk_vec_scale(q->sun, -1.0f)), wo);
        vec wi = phase_sample(q->g, axis, a, b);
        guide_offer(q, i, wi, phase_between(q->g, wo, wi), &c);
    }
    return c;
}

/** vdk_guide_matte() */
VD_LANE_FN guide_choice guide_matte(const guide *q, vec normal, vd_lanes u, vd_lanes v,
                                    vd_lanes pick)
{
    guide_choice c = guide_choose(pick);
    for (int i = 0; i < VDK_GUIDE_CANDIDATES; i++) {
        vd_lanes a = u, b = v;
        vd_mask is_lobe = guide_numbers(q, i, &a, &b);
        vec axis = vec_all(vdk_vec_scale(q->sun, -1.0f));
        vec wi = vec_select(is_lobe, phase_sample(q->g, axis, a, b), cosine_about(normal, a, b));
        guide_offer(q, i, wi, cosine_pdf(normal, wi), &c);
    }
    return c;
}

#endif
