/* Fog of known depth in lanes: kernel/media_fog.h and what of kernel/media.h goes with it, by the
 * rules of kernel_lanes.h. A ray's stretches keep places of their own, the one before it dips below
 * the fog's base and the one after, whichever of them there are. */
#ifndef VD_FOG_LANES_H
#define VD_FOG_LANES_H

#include "render/kernel_lanes.h"

typedef struct fog_line {
    vd_lanes a, b, c;
    vd_mask is_there[2]; /* stretches */
    vd_lanes from[2], to[2];
} fog_line;

/* A stretch of a ray. */
typedef struct stretch {
    vd_mask is_there;
    vd_lanes from, to;
} stretch;

/** vdk_fog_below() of lines, whose a is 0. */
VD_LANE_FN stretch line_below(vd_lanes b, vd_lanes c)
{
    const vd_lanes zero = {0};
    vd_mask rises = vd_lt(zero, b), slants = rises | vd_lt(b, zero);
    vd_lanes q = -c / b;
    stretch s;
    s.from = vd_lanes_where(vd_not(rises) & slants, vd_lanes_max(q, zero));
    s.to = vd_select(rises, q, vd_lanes_all(VDK_HUGE));
    s.is_there = (slants & vd_lt(s.from, s.to)) | (vd_not(slants) & vd_le(c, zero));
    return s;
}

/** vdk_fog_below() */
VD_LANE_FN stretch fog_below(vd_lanes a, vd_lanes b, vd_lanes c, int is_curved)
{
    const vd_lanes zero = {0};
    stretch straight = line_below(b, c), s;
    if (!is_curved) return straight;
    vd_mask bends = vd_lt(zero, a);
    vd_lanes d = b * b - 4.0f * a * c;
    vd_lanes root = vd_lanes_sqrt(vd_lanes_max(d, zero));
    vd_lanes q = -0.5f * (b + vd_select(vd_lt(b, zero), -root, root));
    vd_lanes one = q / a, other = c / q;
    s.from = vd_lanes_max(vd_lanes_min(one, other), zero);
    s.to = vd_lanes_max(one, other);
    s.is_there = vd_lt(zero, d) & vd_lt(s.from, s.to);
    s.from = vd_select(bends, s.from, straight.from);
    s.to = vd_select(bends, s.to, straight.to);
    s.is_there = (bends & s.is_there) | (vd_not(bends) & straight.is_there);
    return s;
}

/** vdk_metres_between() */
VD_LANE_FN vec metres_between(const vdk_height_field *f, const position *a, const position *b)
{
    vd_lanes m[4];
    metric_at(f, a->cy, m);
    vd_lanes det = m[0] * m[3] - m[1] * m[2];
    vd_lanes x = vd_lanes_of(b->cx - a->cx) + (b->fx - a->fx);
    vd_lanes y = vd_lanes_of(b->cy - a->cy) + (b->fy - a->fy);
    return (vec){(m[3] * x - m[1] * y) / det, (m[0] * y - m[2] * x) / det,
                 (b->z - a->z) * f->z_factor};
}

/** vdk_along() */
VD_LANE_FN position along(const vdk_height_field *f, const position *p, vec direction,
                          vd_lanes metres)
{
    vd_lanes m[4], g[2];
    position q;
    metric_at(f, p->cy, m);
    g[0] = m[0] * direction.x + m[1] * direction.y;
    g[1] = m[2] * direction.x + m[3] * direction.y;
    for (int k = 0; k < 2; k++) {
        vd_mask negative = vd_lt(g[k], (vd_lanes){0});
        vd_lanes least = vd_select(negative, vd_lanes_all(-1.0e-20f), vd_lanes_all(1.0e-20f));
        g[k] = vd_select(vd_lt(vd_lanes_abs(g[k]), vd_lanes_all(1.0e-20f)), least, g[k]);
    }
    vd_lanes x = vd_lanes_clamp(p->fx + metres * g[0], -1.0e9f, 1.0e9f);
    vd_lanes y = vd_lanes_clamp(p->fy + metres * g[1], -1.0e9f, 1.0e9f);
    vd_ilanes ix = ifloor(x), iy = ifloor(y);
    q.cx = vd_ilanes_clamp(p->cx, -1000000000, 1000000000) + ix;
    q.cy = vd_ilanes_clamp(p->cy, -1000000000, 1000000000) + iy;
    q.fx = x - vd_lanes_of(ix);
    q.fy = y - vd_lanes_of(iy);
    q.z = p->z + metres * (direction.z / f->z_factor);
    return q;
}

/** vdk_fog_along() */
VD_LANE_FN fog_line fog_along(const vdk_scene *scene, const position *from, vec direction)
{
    const vdk_media *m = &scene->media;
    const vdk_curve *curve = &scene->curve;
    const int is_curved = curve->per_m2 > 0.0f;
    fog_line line;
    line.a = (vd_lanes){0};
    line.b = direction.z / scene->terrain.z_factor;
    line.c = from->z - m->base;
    if (is_curved) {
        const vdk_position *p = &curve->about;
        position about = {vd_ilanes_all(p->cx), vd_ilanes_all(p->cy), vd_lanes_all(p->fx),
                          vd_lanes_all(p->fy), vd_lanes_all(p->z)};
        vec at = metres_between(&scene->terrain, &about, from);
        line.a = curve->per_m2 * (direction.x * direction.x + direction.y * direction.y);
        line.b += 2.0f * curve->per_m2 * (at.x * direction.x + at.y * direction.y);
        line.c += curve->per_m2 * (at.x * at.x + at.y * at.y);
    }
    stretch all = fog_below(line.a, line.b, line.c - (m->top - m->base), is_curved);
    stretch below = fog_below(line.a, line.b, line.c, is_curved);
    vd_lanes dips = vd_select(below.is_there, below.from, all.to);
    vd_lanes rises = vd_select(below.is_there, below.to, all.to);
    line.from[0] = all.from;
    line.to[0] = vd_lanes_min(all.to, dips);
    line.from[1] = vd_lanes_max(all.from, rises);
    line.to[1] = all.to;
    for (int k = 0; k < 2; k++) line.is_there[k] = all.is_there & vd_lt(line.from[k], line.to[k]);
    return line;
}

/** vdk_fog_reach() */
VD_LANE_FN vd_lanes fog_reach(vd_lanes f, vd_lanes t)
{
    vd_lanes y = f * t;
    vd_mask small = vd_lt(vd_lanes_abs(y), vd_lanes_all(0.1f));
    vd_lanes p = 1.0f - y * (1.0f / 6.0f);
    p = 1.0f - y * (1.0f / 5.0f) * p;
    p = 1.0f - y * (1.0f / 4.0f) * p;
    p = 1.0f - y * (1.0f / 3.0f) * p;
    p = 1.0f - y * (1.0f / 2.0f) * p;
    p = t * p;
    if (!vd_bits(vd_not(small))) return p;
    return vd_select(small, p, (1.0f - exp_lanes(-y)) / f);
}

/** vdk_fog_unreach() */
VD_LANE_FN vd_lanes fog_unreach(vd_lanes f, vd_lanes r)
{
    vd_lanes x = f * r;
    vd_mask small = vd_lt(vd_lanes_abs(x), vd_lanes_all(0.1f));
    vd_lanes p = 1.0f / 6.0f + x / 7.0f;
    p = 1.0f / 5.0f + x * p;
    p = 1.0f / 4.0f + x * p;
    p = 1.0f / 3.0f + x * p;
    p = 1.0f / 2.0f + x * p;
    p = r * (1.0f + x * p);
    if (!vd_bits(vd_not(small))) return p;
    vd_lanes left = vd_lanes_max(1.0f - x, vd_lanes_all(1.0e-30f));
    return vd_select(small, p, -log_lanes(left) / f);
}

/* What is behind the ray at a place of its stretch, by the straight fog from there on. */
typedef struct fog_piece {
    vd_lanes length, extinction, fall;
} fog_piece;

VD_LANE_FN fog_piece fog_piece_at(const vdk_media *m, const fog_line *line, vd_lanes s,
                                  vd_lanes end, int is_curved)
{
    fog_piece p = {end - s, vd_lanes_all(m->extinction), {0}};
    if (m->fog != VDK_FOG_HEIGHT) return p;
    if (is_curved) {
        vd_mask bends = vd_lt((vd_lanes){0}, line->a);
        vd_lanes shorter = vd_lanes_min(p.length, vd_lanes_all(m->piece));
        p.length = vd_select(bends, shorter, p.length);
    }
    vd_lanes chord = line->b + line->a * (2.0f * s + p.length);
    vd_lanes h = line->c + s * (line->b + s * line->a);
    h -= line->a * p.length * p.length * (1.0f / 6.0f);
    p.extinction *= exp_lanes(-h / m->scale_height);
    p.fall = chord / m->scale_height;
    return p;
}

/** vdk_fog_walk() of lanes of the mask. */
static inline vd_lanes fog_walk(const vdk_scene *scene, vd_mask live, const fog_line *line,
                                vd_lanes most, vd_lanes deepest, vd_lanes *metres)
{
    const vdk_media *m = &scene->media;
    const int is_curved = scene->curve.per_m2 > 0.0f;
    vd_lanes depth = {0};
    *metres = most;
    for (int k = 0; k < 2; k++) {
        vd_lanes s = line->from[k], end = line->to[k];
        vd_mask on = live & line->is_there[k] & vd_lt(s, end) & vd_lt(s, most);
        while (vd_bits(on)) {
            fog_piece p = fog_piece_at(m, line, s, end, is_curved);
            vd_lanes part = vd_lanes_min(p.length, most - s);
            vd_lanes more = p.extinction * fog_reach(p.fall, part);
            vd_mask there = on & vd_le(deepest, depth + more);
            if (vd_bits(there)) {
                vd_lanes t = fog_unreach(p.fall, (deepest - depth) / p.extinction);
                t = s + vd_lanes_min(vd_lanes_max(t, (vd_lanes){0}), part);
                *metres = vd_select(there, t, *metres);
                live = live & vd_not(there);
            }
            depth = vd_select(on, vd_select(there, deepest, depth + more), depth);
            s += p.length;
            on = on & live & vd_lt(s, end) & vd_lt(s, most);
        }
    }
    return depth;
}

/** vdk_fog_depth() */
VD_LANE_FN vd_lanes fog_depth(const vdk_scene *scene, vd_mask live, const position *from,
                              vec direction, vd_lanes most)
{
    vd_lanes unread;
    fog_line line = fog_along(scene, from, direction);
    return fog_walk(scene, live, &line, most, vd_lanes_all(VDK_HUGE), &unread);
}

/** vdk_lobe() */
VD_LANE_FN vd_lanes lobe(float g, vd_lanes cosine)
{
    vd_lanes d = 1.0f + g * (g - 2.0f * cosine);
    return (0.25f * VDK_INV_PI * (1.0f - g * g)) / (d * vd_lanes_sqrt(d));
}

/** vdk_phase_between() of one lobe */
VD_LANE_FN vd_lanes phase_between(float g, vec wo, vec wi)
{
    return lobe(g, vd_lanes_clamp(-vec_dot(wo, wi), -1.0f, 1.0f));
}

/** vdk_phase_sample() of one lobe */
VD_LANE_FN vec phase_sample(float g, vec wo, vd_lanes u, vd_lanes v)
{
    vd_lanes sine, cosine, z = 1.0f - 2.0f * u;
    if (vdk_abs(g) > 1.0e-3f) {
        vd_lanes root = (1.0f - g * g) / (1.0f - g * z);
        z = vd_lanes_clamp((1.0f + g * g - root * root) / (2.0f * g), -1.0f, 1.0f);
    }
    vd_lanes radius = vd_lanes_sqrt(vd_lanes_max(1.0f - z * z, (vd_lanes){0}));
    sincos_turns(v, &sine, &cosine);
    return vec_from_frame(vec_scale(wo, vd_lanes_all(-1.0f)), radius * cosine, radius * sine, z);
}

#endif
