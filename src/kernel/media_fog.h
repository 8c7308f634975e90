/* Fog that depends on height alone: how much of it a ray goes through, and how far it comes.
 *
 * Optical depth is tau(t) = integral of the extinction along the ray, light is weakened by e^-tau
 * (Beer and Lambert), and a photon's way ends where tau is -ln(1 - u) for a uniform u (Pharr,
 * Jakob, Humphreys 2023, "Physically Based Rendering", 4th ed., section 11.1.2): both have closed
 * forms here, so that no step is taken and no random number is spent on empty air.
 *
 * A ray's height over the fog's base is
 *     h(t) = c + b t + a t^2,   a = k d^2, b = g + 2 k r . d, c = z + k r^2 - base
 * for a drop k of stored heights per square metre, the ray's horizontal part d, its rise g and its
 * origin at r from the place about which the Earth falls away; a is 0 on a flat one. Fog lies
 * between base and top, so at most two stretches of a ray are in it: it may pass below the base in
 * between. Homogeneous fog's depth is extinction times their length. Fog that thins with height,
 *     extinction e^(-h / H),
 * has for a line h the depth extinction e^(-h0 / H) (1 - e^(-f t)) / f with f = b / H over a length
 * t, which is inverted by a logarithm. Over the curved Earth h is taken for a chord over pieces of
 * the ray so short that the parabola is within 0.002 H of it, lowered by the mean of that: so depth
 * is off by less than 0.2 %, in most rays by far less.
 *
 * Colours. Fog may weaken each colour by a share c of the same depth. A point is then found by the
 * depth at which one of the colours is scattered, chosen at random, and brings all of them, weighed
 * by its probability as any of them would have found it: Wilkie et al. 2014 ("Hero Wavelength
 * Spectral Sampling", equation 7) with the balance heuristic over three colours. */
#ifndef VDK_MEDIA_FOG_H
#define VDK_MEDIA_FOG_H

#include "water.h"

/* The part of a ray that is in fog. */
typedef struct vdk_fog_line {
    float a, b, c;        /* of its height over the base, see above */
    int count;            /* of stretches */
    float from[2], to[2]; /* metres */
} vdk_fog_line;

/** The stretch of t >= 0 in which a t^2 + b t + c <= 0, a >= 0. Returns 0 if there is none. */
VD_FN int vdk_fog_below(float a, float b, float c, VDK_PRIVATE float *from, VDK_PRIVATE float *to)
{
    *from = 0.0f;
    *to = VDK_HUGE;
    if (!(a > 0.0f)) {
        if (!(vdk_abs(b) > 0.0f)) return c <= 0.0f;
        if (b > 0.0f)
            *to = -c / b;
        else
            *from = vdk_max(-c / b, 0.0f);
        return *to > *from;
    }
    float d = b * b - 4.0f * a * c;
    if (!(d > 0.0f)) return 0;
    float q = -0.5f * (b + (b < 0.0f ? -vdk_sqrtf(d) : vdk_sqrtf(d)));
    float one = q / a, other = c / q;
    *from = vdk_max(vdk_min(one, other), 0.0f);
    *to = vdk_max(one, other);
    return *to > *from;
}

/** Where a ray from a position is in the scene's fog. */
VD_FN vdk_fog_line vdk_fog_along(VDK_SCENE const vdk_scene *scene, vdk_position from,
                                 vdk_vec direction)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    VDK_SCENE const vdk_curve *curve = &scene->curve;
    vdk_fog_line line;
    float low, high, dips, rises;
    line.a = 0.0f;
    line.b = direction.z / scene->terrain.z_factor;
    line.c = from.z - m->base;
    line.count = 0;
    line.from[0] = line.from[1] = line.to[0] = line.to[1] = 0.0f;
    if (curve->per_m2 > 0.0f) {
        vdk_vec at = vdk_metres_between(&scene->terrain, curve->about, from);
        line.a = curve->per_m2 * (direction.x * direction.x + direction.y * direction.y);
        line.b += 2.0f * curve->per_m2 * (at.x * direction.x + at.y * direction.y);
        line.c += curve->per_m2 * (at.x * at.x + at.y * at.y);
    }
    if (!vdk_fog_below(line.a, line.b, line.c - (m->top - m->base), &low, &high)) return line;
    if (!vdk_fog_below(line.a, line.b, line.c, &dips, &rises)) dips = rises = high;
    line.from[0] = low;
    line.to[0] = vdk_min(high, dips);
    line.count = line.to[0] > low;
    line.from[line.count] = vdk_max(low, rises);
    line.to[line.count] = high;
    line.count += high > line.from[line.count];
    return line;
}

/** (1 - e^(-f t)) / f. */
VD_FN float vdk_fog_reach(float f, float t)
{
    float y = f * t;
    if (vdk_abs(y) < 0.1f)
        return t * (1.0f - y * (1.0f / 2.0f) *
                               (1.0f - y * (1.0f / 3.0f) *
                                           (1.0f - y * (1.0f / 4.0f) *
                                                       (1.0f - y * (1.0f / 5.0f) *
                                                                   (1.0f - y * (1.0f / 6.0f))))));
    return (1.0f - vdk_expf(-y)) / f;
}

/** The t of which vdk_fog_reach(f, t) is r. */
VD_FN float vdk_fog_unreach(float f, float r)
{
    float x = f * r;
    if (vdk_abs(x) < 0.1f)
        return r *
               (1.0f +
                x * (1.0f / 2.0f +
                     x * (1.0f / 3.0f +
                          x * (1.0f / 4.0f + x * (1.0f / 5.0f + x * (1.0f / 6.0f + x / 7.0f))))));
    return -vdk_logf(vdk_max(1.0f - x, 1.0e-30f)) / f;
}

/** Goes along a ray until the optical depth behind it is `deepest`, but no further than `most`
 *  metres. Returns the depth that it has come to; *metres is how far. */
VD_FN float vdk_fog_walk(VDK_SCENE const vdk_media *m, VDK_PRIVATE const vdk_fog_line *line,
                         float most, float deepest, VDK_PRIVATE float *metres)
{
    float depth = 0.0f;
    *metres = most;
    for (int k = 0; k < line->count; k++) {
        float s = line->from[k], end = line->to[k];
        while (s < end && s < most) {
            float length = end - s, fall = 0.0f, extinction = m->extinction;
            if (m->fog == VDK_FOG_HEIGHT) {
                if (line->a > 0.0f) length = vdk_min(length, m->piece);
                float chord = line->b + line->a * (2.0f * s + length);
                float h = line->c + s * (line->b + s * line->a);
                h -= line->a * length * length * (1.0f / 6.0f);
                extinction *= vdk_expf(-h / m->scale_height);
                fall = chord / m->scale_height;
            }
            float part = vdk_min(length, most - s); /* of the chord's piece, wherever it ends */
            float more = extinction * vdk_fog_reach(fall, part);
            if (depth + more >= deepest) {
                float t = vdk_fog_unreach(fall, (deepest - depth) / extinction);
                *metres = s + vdk_clamp(t, 0.0f, part);
                return deepest;
            }
            depth += more;
            s += length;
        }
    }
    return depth;
}

/** The optical depth of so many metres of a ray. */
VD_FN float vdk_fog_depth(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                          float most)
{
    float unread;
    vdk_fog_line line = vdk_fog_along(scene, from, direction);
    return vdk_fog_walk(&scene->media, &line, most, VDK_HUGE, &unread);
}

/** What so much depth leaves of each colour. */
VD_FN vdk_vec vdk_fog_left(VDK_SCENE const vdk_scene *scene, float depth)
{
    VDK_SCENE const vdk_media *m = &scene->media;
    float left = vdk_expf(-depth * (m->is_coloured ? m->tint.x : 1.0f));
    if (!m->is_coloured) return vdk_vec_make(left, left, left);
    return vdk_vec_make(left, vdk_expf(-depth * m->tint.y), vdk_expf(-depth * m->tint.z));
}

/** The same as one number, for what has no colour. */
VD_FN float vdk_fog_left_grey(VDK_SCENE const vdk_scene *scene, float depth)
{
    if (!scene->media.is_coloured) return vdk_expf(-depth);
    return vdk_luminance(vdk_fog_left(scene, depth));
}

VD_FN float vdk_fog_tint_of(VDK_SCENE const vdk_media *m, int colour)
{
    return colour == 0 ? m->tint.x : colour == 1 ? m->tint.y : m->tint.z;
}

/** A colour's number, chosen in proportion to weights, none of which is below 0 and not all are 0,
 * by a uniform number, which is one again thereafter. */
VD_FN int vdk_fog_hero(vdk_vec weights, VDK_PRIVATE float *u)
{
    float left = *u * (weights.x + weights.y + weights.z), of_it = weights.z;
    int hero = 2;
    if (left < weights.x) {
        hero = 0;
        of_it = weights.x;
    } else if (left - weights.x < weights.y) {
        hero = 1;
        left -= weights.x;
        of_it = weights.y;
    } else {
        left -= weights.x + weights.y;
    }
    *u = of_it > 0.0f ? vdk_clamp(left / of_it, 0.0f, VDK_BELOW_ONE) : 0.0f;
    return hero;
}

#endif
