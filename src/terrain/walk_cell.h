/* Lanes of the walk (walk.h): what they keep of their rays, and the test of one cell, with the
 * arithmetic of kernel/height_field.h and kernel/traverse.h to the last bit. */
#ifndef VD_WALK_CELL_H
#define VD_WALK_CELL_H

#include "kernel/border.h"
#include "terrain/batch_parts.h"
#include "terrain/field_lanes.h"

/* Positions are lowered by this share of them. They have been rounded six times, by 2^-24 each at
 * most, from what the comparison of times would say. */
#define SHORTFALL 0x1p-20f

/* What is kept of each ray. Of the axes x comes first. */
enum {
    CELL,                /* mirrored, two of them, as all of these up to SPEED */
    FLIP = CELL + 2,     /* -1 where mirrored, else 0 */
    ORIGIN = FLIP + 2,   /* the line below the origin's cell, mirrored as a line */
    PART = ORIGIN + 2,   /* how far the origin is past it; not above 0 where mirrored */
    INVERSE = PART + 2,  /* metres along the ray per cell */
    SPEED = INVERSE + 2, /* cells per metre along the ray */
    LEVEL = SPEED + 2,
    TIME, /* at which the lane has come to its cell */
    END,  /* of the ray over the raster */
    LAST, /* from when it is known to hit nothing, at most that */
    LOW,
    RISE, /* height in quanta at its origin less the margin, and per metre */
    Z,
    CLIMB,
    MARGIN,  /* the same in stored units, the margin apart */
    GOES_ON, /* beyond the raster, unless something is hit: 0 or 1 */
    RAY,     /* index in the batch */
    ITEMS
};

typedef union item {
    float f[VD_LANES];
    int32_t i[VD_LANES];
} item;

typedef struct group {
    item of[ITEMS];
    item part[2], height; /* where those of `hit` hit */
    unsigned live, hit;   /* bits: lanes whose ray is under way, and that have a hit to report */
} group;

_Static_assert((int)ITEMS <= (int)VD_QUEUE_ITEMS, "the queue of a batch has these items");

VD_LANE_FN vd_lanes twist_of(const vd_lanes h[4])
{
    return (h[0] - h[1]) - (h[2] - h[3]);
}
/* An axis of the rays of a group, and the stretch of it that a cell or node takes. */
typedef struct axis {
    vd_ilanes cell, flip, origin;
    vd_lanes part, inverse, speed;
} axis;

typedef struct stretch {
    vd_lanes offset_in, offset_out; /* of its lines from the origin's */
    vd_lanes in, out;               /* when the ray crosses them */
} stretch;

VD_LANE_FN axis axis_of(const group *g, int k)
{
    return (axis){vd_ilanes_load(g->of[CELL + k].i),   vd_ilanes_load(g->of[FLIP + k].i),
                  vd_ilanes_load(g->of[ORIGIN + k].i), vd_lanes_load(g->of[PART + k].f),
                  vd_lanes_load(g->of[INVERSE + k].f), vd_lanes_load(g->of[SPEED + k].f)};
}
VD_LANE_FN vd_lanes offset_of(const axis *a, vd_ilanes line)
{
    return vd_lanes_of((vd_ilanes)((vd_ulanes)line - (vd_ulanes)a->origin));
}
VD_LANE_FN vd_lanes time_at(const axis *a, vd_lanes offset)
{
    return (offset - a->part) * a->inverse;
}
/** One cell further than where rays are at time t, which has been lowered: so it is not negative,
 *  since origins are at most that far before their line. */
VD_LANE_FN vd_ilanes next_cell(const axis *a, vd_lanes t)
{
    return vd_wrap_add(a->origin,
                       vd_ilanes_of(vd_lanes_near(t, a->speed, a->part + (1.0f - SHORTFALL))));
}

VD_LANE_FN stretch stretch_of_cell(const axis *a)
{
    stretch s;
    s.offset_in = offset_of(a, a->cell);
    s.offset_out = offset_of(a, vd_wrap_add(a->cell, vd_ilanes_all(1)));
    s.in = time_at(a, s.offset_in);
    s.out = time_at(a, s.offset_out);
    return s;
}
/** Where rays are within their cell at time t, 0 to 1 on the cell's own axis, not the mirrored one;
 *  and vdk_fraction() itself, which is exact at the cell's lines, for times of which it is known
 *  that they are not that of the one line, or of the other. */
VD_LANE_FN vd_lanes inner_fraction(const axis *a, const stretch *s, vd_lanes t)
{
    vd_lanes from = a->part - (s->offset_in - vd_lanes_of(a->flip));
    return vd_lanes_clamp(vd_lanes_flip(from + t * a->speed, a->flip), 0.0f, 1.0f);
}
VD_LANE_FN vd_lanes fraction_not_out(const axis *a, const stretch *s, vd_lanes t)
{
    vd_lanes near_end = (vd_lanes)(a->flip & (vd_ilanes)vd_lanes_all(1.0f));
    return vd_select(vd_eq(t, s->in), near_end, inner_fraction(a, s, t));
}
VD_LANE_FN vd_lanes fraction_not_in(const axis *a, const stretch *s, vd_lanes t)
{
    vd_lanes far_end = (vd_lanes)(~a->flip & (vd_ilanes)vd_lanes_all(1.0f));
    return vd_select(vd_eq(t, s->out), far_end, inner_fraction(a, s, t));
}
VD_LANE_FN vd_lanes fraction(const axis *a, const stretch *s, vd_lanes t)
{
    vd_lanes near_end = (vd_lanes)(a->flip & (vd_ilanes)vd_lanes_all(1.0f));
    return vd_select(vd_eq(t, s->in), near_end, fraction_not_in(a, s, t));
}

/* Rays over a cell each. */
typedef struct over_cell {
    axis x, y;
    stretch sx, sy;
    vd_lanes in, out, stop; /* when they come, leave, and leave or end */
    vd_lanes z, climb, margin;
    vd_lanes h[4];
} over_cell;

VD_LANE_FN over_cell over_cells(const vdk_height_field *f, const group *g, vd_mask tested)
{
    over_cell o;
    o.x = axis_of(g, 0);
    o.y = axis_of(g, 1);
    patches_at(f, tested, o.x.cell ^ o.x.flip, o.y.cell ^ o.y.flip, o.h);
    o.sx = stretch_of_cell(&o.x);
    o.sy = stretch_of_cell(&o.y);
    o.in = vd_lanes_max(vd_lanes_max(o.sx.in, o.sy.in), (vd_lanes){0});
    o.out = vd_lanes_min(o.sx.out, o.sy.out);
    o.stop = vd_lanes_min(o.out, vd_lanes_load(g->of[END].f));
    o.z = vd_lanes_load(g->of[Z].f);
    o.climb = vd_lanes_load(g->of[CLIMB].f);
    o.margin = vd_lanes_load(g->of[MARGIN].f);
    return o;
}

/* The height of rays over a patch as a quadratic in Bernstein form, from 0 to 1 while they are over
 * it, and those that start below it. */
typedef struct arc {
    vd_lanes c, b, e;
    vd_mask below;
} arc;

/** vdk_cell_hit(), but for when. */
VD_LANE_FN vd_mask cell_hits(const over_cell *o, arc *a)
{
    const vd_lanes zero = {0};
    vd_lanes rise_in = o->in * o->climb, rise_out = o->stop * o->climb;
    vd_lanes lowest = (o->z + vd_lanes_min(rise_in, rise_out)) - o->margin;
    vd_lanes highest = vd_lanes_max(vd_lanes_max(o->h[0], o->h[1]), vd_lanes_max(o->h[2], o->h[3]));
    vd_lanes u0 = fraction_not_out(&o->x, &o->sx, o->in),
             v0 = fraction_not_out(&o->y, &o->sy, o->in);
    vd_lanes u1 = fraction_not_in(&o->x, &o->sx, o->stop);
    vd_lanes v1 = fraction_not_in(&o->y, &o->sy, o->stop);
    a->c = (o->z + rise_in) - patch_height(o->h, u0, v0);
    a->e = (o->z + rise_out) - patch_height(o->h, u1, v1);
    a->b = 0.5f * (a->c + a->e + twist_of(o->h) * (u1 - u0) * (v1 - v0));
    a->below = vd_lt(a->c, zero) | (vd_eq(a->c, zero) & vd_le(a->b, zero));
    vd_mask dips = vd_lt(a->b, zero) & vd_le(a->c * a->e, a->b * a->b);
    return (a->below | vd_lt(a->e, zero) | dips) & vd_le(lowest, highest);
}

/** When those that do hit. */
VD_LANE_FN vd_lanes time_of_hit(const over_cell *o, const arc *a)
{
    vd_mask sags = vd_lt(a->b, (vd_lanes){0});
    vd_lanes d = vd_lanes_sqrt(vd_lanes_max(a->b * a->b - a->c * a->e, (vd_lanes){0}));
    vd_lanes above = vd_select(sags, a->c, a->b + d);
    vd_lanes below = vd_select(sags, a->c + (d - a->b), (a->b + d) - a->e);
    vd_lanes s = vd_lanes_clamp(above / below, 0.0f, 1.0f);
    return vd_select(a->below, o->in, o->in + s * (o->stop - o->in));
}

/** vdk_own_cell_hit(), of rays whose origin is at (u, v) on the patch. */
VD_LANE_FN vd_mask own_cell_hits(const over_cell *o, vd_lanes u, vd_lanes v, vd_lanes *t_hit)
{
    const vd_lanes zero = {0}, *h = o->h;
    vd_lanes gx = vd_lanes_flip(o->x.speed, o->x.flip), gy = vd_lanes_flip(o->y.speed, o->y.flip);
    vd_lanes hu = lerp(h[1] - h[0], h[3] - h[2], v);
    vd_lanes hv = lerp(h[2] - h[0], h[3] - h[1], u);
    vd_lanes climb = o->climb - (hu * gx + hv * gy);
    vd_lanes bend = twist_of(h) * gx * gy;
    vd_mask sinks = vd_le(climb, zero);
    *t_hit = vd_select(sinks, zero, vd_lanes_min(climb / bend, o->stop));
    return is_positive(o->stop) & (sinks | vd_not(is_positive(climb - bend * o->stop)));
}

/** vdk_on_patch(). */
VD_LANE_FN void place_hits(group *g, const over_cell *o, vd_mask hits, vd_lanes t)
{
    vd_lanes u = fraction(&o->x, &o->sx, t), v = fraction(&o->y, &o->sy, t);
    vd_lanes_store(g->part[0].f, vd_select(hits, u, vd_lanes_load(g->part[0].f)));
    vd_lanes_store(g->part[1].f, vd_select(hits, v, vd_lanes_load(g->part[1].f)));
    vd_lanes_store(g->height.f,
                   vd_select(hits, patch_height(o->h, u, v), vd_lanes_load(g->height.f)));
}

#endif
