/* Rays through the height field.
 *
 * The ground is solid: a ray hits where it first is at or below the surface. So a cell is tested by
 * the heights of the ray over the surface where it enters (c) and leaves (e) it, and by the control
 * ordinate b between them: along the ray that height is a quadratic, in Bernstein form
 * c (1-s)^2 + 2 b s (1-s) + e s^2 with b = (c + e + K du dv) / 2 and K the patch's twist. It is a
 * hit when c < 0 or e < 0, or when b < 0 and b^2 >= c e; a ray that starts from the very edge (c =
 * 0) hits when it does not climb from there (b <= 0). Cells that share an edge compute the same
 * bits for the crossing (vdk_patch_height), so no ray slips between them, without any epsilon; and
 * one that rounding puts a hair below a neighbour hits it, which errs by that hair.
 *
 * A ray that leaves a surface starts on its own patch, where its height is t times a linear
 * function: the root at the origin is divided out and only the other is looked for.
 *
 * The pyramid has, for nodes of 2 x 2, 4 x 4, ... cells, the highest post as a 16-bit number
 * rounded up; a ray above it skips the node. It walks from where it starts, down into nodes it may
 * hit and up again when it leaves a node's parent, keeping no stack. Which cell comes next is
 * decided by comparing the times at which the ray crosses grid lines, never by its rounded
 * position, so the sequence of cells is exactly that of the lines' times. Times of lines are ((line
 * - origin cell) - fraction) / g: as precise in the corner of a large grid as at its centre. Minima
 * are not kept: on solid ground a ray that dips under a node's minimum has met the surface before.
 *
 * Pruning is conservative (height and node bounds carry a margin for rounding), so it never changes
 * a hit: the cell test alone decides, and any other traversal with that test returns the same bits.
 * The one bound that such a traversal must share is the ray's own t_top, where every test ends.
 * Cost: O(log n) nodes for a ray that clears the terrain. Tevs, Ihrke and Seidel 2008, "Maximum
 * Mipmaps for Fast, Accurate, and Scalable Dynamic Height Field Rendering", has the idea. */
#ifndef VDK_TRAVERSE_H
#define VDK_TRAVERSE_H

#include "facet.h"

typedef struct vdk_ray {
    vdk_position origin;
    float gx, gy, gz; /* columns, rows, stored height per metre along the ray; gx, gy never 0 */
    float ix, iy;     /* 1 / gx, 1 / gy */
    float margin;     /* more than rounding can move a height along the ray, near the surface */
    float t_top;      /* when a climbing ray has left all posts below */
    int on_surface;   /* the origin lies on the surface of its own cell */
} vdk_ray;

enum { VDK_MISS = 0, VDK_HIT = 1 };

/** A ray from a position along a unit direction (east, north, up). */
VD_FN vdk_ray vdk_ray_make(VDK_SCENE const vdk_height_field *f, vdk_position origin,
                           vdk_vec direction, int on_surface)
{
    const float least = 1.0e-20f; /* keeps 1 / g finite; moves a ray by less than any rounding */
    float m[4];
    vdk_ray r;
    vdk_metric_at(f, origin.cy, m);
    r.origin = origin;
    r.gx = m[0] * direction.x + m[1] * direction.y;
    r.gy = m[2] * direction.x + m[3] * direction.y;
    r.gz = direction.z / f->z_factor;
    if (vdk_abs(r.gx) < least) r.gx = r.gx < 0.0f ? -least : least;
    if (vdk_abs(r.gy) < least) r.gy = r.gy < 0.0f ? -least : least;
    r.ix = 1.0f / r.gx;
    r.iy = 1.0f / r.gy;
    r.margin = 2.0e-6f * (vdk_abs(origin.z) + vdk_max(vdk_abs(f->max), vdk_abs(f->min)));
    r.t_top = r.gz > 0.0f ? (f->max - origin.z + r.margin) / r.gz : VDK_HUGE;
    r.on_surface = on_surface;
    return r;
}

/** When the ray crosses the grid line x = line + part, or y; part is 0 or 0.5. */
VD_FN float vdk_time_x(VDK_PRIVATE const vdk_ray *r, int line, float part)
{
    return ((float)(line - r->origin.cx) + part - r->origin.fx) * r->ix;
}
VD_FN float vdk_time_y(VDK_PRIVATE const vdk_ray *r, int line, float part)
{
    return ((float)(line - r->origin.cy) + part - r->origin.fy) * r->iy;
}

/** Where the ray is within a cell (0..1) at time t, given when it crosses the cell's two lines on
 * the axis (at 0 and at 1): exactly 0 or 1 at those times. Offset: of the origin from the cell's
 * lower line. */
VD_FN float vdk_fraction(float t, float time_0, float time_1, float offset, float g)
{
    if (t == time_0) return 0.0f;
    if (t == time_1) return 1.0f;
    return vdk_clamp(offset + t * g, 0.0f, 1.0f);
}
VD_FN float vdk_fraction_x(VDK_PRIVATE const vdk_ray *r, int cx, float t)
{
    return vdk_fraction(t, vdk_time_x(r, cx, 0.0f), vdk_time_x(r, cx + 1, 0.0f),
                        r->origin.fx - (float)(cx - r->origin.cx), r->gx);
}
VD_FN float vdk_fraction_y(VDK_PRIVATE const vdk_ray *r, int cy, float t)
{
    return vdk_fraction(t, vdk_time_y(r, cy, 0.0f), vdk_time_y(r, cy + 1, 0.0f),
                        r->origin.fy - (float)(cy - r->origin.cy), r->gy);
}

VD_FN float vdk_height_at(VDK_PRIVATE const vdk_ray *r, float t)
{
    return r->origin.z + t * r->gz;
}

/** The lowest the ray gets between two times, less what rounding can add. */
VD_FN float vdk_lowest(VDK_PRIVATE const vdk_ray *r, float t0, float t1)
{
    return vdk_height_at(r, r->gz >= 0.0f ? t0 : t1) - r->margin;
}

/** The position on a cell's surface where the ray is at time t. */
VD_FN vdk_position vdk_on_patch(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                                int cx, int cy, float t)
{
    vdk_position p;
    p.cx = cx;
    p.cy = cy;
    p.fx = vdk_fraction_x(r, cx, t);
    p.fy = vdk_fraction_y(r, cy, t);
    p.z = vdk_height_of(f, cx, cy, p.fx, p.fy);
    return p;
}

/** The first root in (0, 1] of c (1-s)^2 + 2 b s (1-s) + e s^2 for c >= 0, known to exist: with
 *  q = s / (1 - s), e q^2 + 2 b q + c = 0, in the form that does not cancel. */
VD_FN float vdk_first_root(float c, float b, float e)
{
    float d = vdk_sqrtf(vdk_max(b * b - c * e, 0.0f));
    float s = b < 0.0f ? c / (c + (d - b)) : (b + d) / ((b + d) - e);
    return vdk_clamp(s, 0.0f, 1.0f);
}

/* A patch along one axis, as a ray sees it: when the ray crosses its two lines, how far its origin
 * is past the lower one, and its speed; in patches. */
typedef struct vdk_side_of_patch {
    float time_0, time_1, offset, g;
} vdk_side_of_patch;

VD_FN float vdk_fraction_of(VDK_PRIVATE const vdk_side_of_patch *s, float t)
{
    return vdk_fraction(t, s->time_0, s->time_1, s->offset, s->g);
}

/** The test: does the ray hit a patch that it is over from t0 to t1? */
VD_FN int vdk_patch_hit(VDK_PRIVATE const vdk_ray *r, vdk_patch p,
                        VDK_PRIVATE const vdk_side_of_patch *x,
                        VDK_PRIVATE const vdk_side_of_patch *y, float t0, float t1,
                        VDK_PRIVATE float *t_hit)
{
    if (vdk_lowest(r, t0, t1) > vdk_max(vdk_max(p.h00, p.h10), vdk_max(p.h01, p.h11)))
        return VDK_MISS;
    float u0 = vdk_fraction_of(x, t0), v0 = vdk_fraction_of(y, t0);
    float u1 = vdk_fraction_of(x, t1), v1 = vdk_fraction_of(y, t1);
    float c = vdk_height_at(r, t0) - vdk_patch_height(p, u0, v0);
    float e = vdk_height_at(r, t1) - vdk_patch_height(p, u1, v1);
    float twist = (p.h00 - p.h10) - (p.h01 - p.h11);
    float b = 0.5f * (c + e + twist * (u1 - u0) * (v1 - v0));
    if (c < 0.0f || (c == 0.0f && b <= 0.0f)) {
        *t_hit = t0;
        return VDK_HIT;
    }
    if (e < 0.0f || (b < 0.0f && b * b >= c * e)) {
        *t_hit = t0 + vdk_first_root(c, b, e) * (t1 - t0);
        return VDK_HIT;
    }
    return VDK_MISS;
}

/** The patch that the ray starts on, at a fraction (u, v) of it, left at time t1: hit at once if
 *  the ray goes under it. A ray that starts on the edge and leaves over it (t1 = 0) is never over
 *  this patch; the next one decides.
 *  gx, gy  the ray's speed in patches */
VD_FN int vdk_own_patch_hit(VDK_PRIVATE const vdk_ray *r, vdk_patch p, float u, float v, float gx,
                            float gy, float t1, VDK_PRIVATE float *t_hit)
{
    float hu, hv;
    if (t1 <= 0.0f) return VDK_MISS;
    vdk_patch_gradient(p, u, v, &hu, &hv);
    float climb = r->gz - (hu * gx + hv * gy);
    float bend = ((p.h00 - p.h10) - (p.h01 - p.h11)) * gx * gy;
    *t_hit = 0.0f;
    if (climb <= 0.0f) return VDK_HIT;
    if (climb - bend * t1 > 0.0f) return VDK_MISS;
    *t_hit = vdk_min(climb / bend, t1);
    return VDK_HIT;
}

/** Facet (i, j) of a refined cell, that the ray is over from t0 to t1; with own non-zero it starts
 *  on it. */
VD_FN int vdk_facet_hit(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                        vdk_uint word, int cx, int cy, int i, int j, float t0, float t1, int own,
                        VDK_PRIVATE float *t_hit)
{
    const float count = (float)(1 << vdk_word_level(word)), size = 1.0f / count;
    vdk_patch p = vdk_facet_patch(f, word, cx, cy, i, j);
    if (own)
        return vdk_own_patch_hit(r, p, r->origin.fx * count - (float)i,
                                 r->origin.fy * count - (float)j, r->gx * count, r->gy * count, t1,
                                 t_hit);
    vdk_side_of_patch x, y;
    float low_x = (float)i * size, low_y = (float)j * size;
    x.time_0 = vdk_time_x(r, cx, low_x);
    x.time_1 = vdk_time_x(r, cx, low_x + size);
    x.offset = ((r->origin.fx - (float)(cx - r->origin.cx)) - low_x) * count;
    x.g = r->gx * count;
    y.time_0 = vdk_time_y(r, cy, low_y);
    y.time_1 = vdk_time_y(r, cy, low_y + size);
    y.offset = ((r->origin.fy - (float)(cy - r->origin.cy)) - low_y) * count;
    y.g = r->gy * count;
    return vdk_patch_hit(r, p, &x, &y, t0, t1, t_hit);
}

/** The test of a refined cell that the ray is over from t0 to t1: through its facets as through
 *  cells, by squares of them as by nodes. With own non-zero it starts on the facet of its origin.
 */
VD_FN int vdk_refined_cell_hit(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                               vdk_uint word, int cx, int cy, float t0, float t1, int own,
                               VDK_PRIVATE float *t_hit)
{
    const int top = vdk_word_level(word), count = 1 << top;
    const int sx = r->gx > 0.0f ? 1 : 0, sy = r->gy > 0.0f ? 1 : 0;
    const float size = 1.0f / (float)count;
    float unused, t = t0;
    int size_level = own ? 0 : top;
    int x = own ? vdk_facet_along(r->origin.fx, count, &unused) : 0;
    int y = own ? vdk_facet_along(r->origin.fy, count, &unused) : 0;
    for (;;) {
        float tx = vdk_time_x(r, cx, (float)((x + sx) << size_level) * size);
        float ty = vdk_time_y(r, cy, (float)((y + sy) << size_level) * size);
        float t_out = vdk_min(tx, ty);
        float t_stop = vdk_min(t_out, t1);
        if (size_level > 0) {
            if (vdk_lowest(r, t, t_stop) <= vdk_facets_max(f, word, cx, cy, size_level, x, y)) {
                size_level--;
                float line_x = (float)((2 * x + 1) << size_level) * size;
                float line_y = (float)((2 * y + 1) << size_level) * size;
                x = 2 * x + (t >= vdk_time_x(r, cx, line_x) ? sx : 1 - sx);
                y = 2 * y + (t >= vdk_time_y(r, cy, line_y) ? sy : 1 - sy);
                continue;
            }
        } else {
            if (vdk_facet_hit(f, r, word, cx, cy, x, y, t, t_stop, own, t_hit)) return VDK_HIT;
            own = 0;
        }
        if (t_out >= t1) return VDK_MISS;
        int old_x = x, old_y = y;
        if (tx <= ty) x += 2 * sx - 1;
        if (ty <= tx) y += 2 * sy - 1;
        int squares = count >> size_level;
        if (x < 0 || y < 0 || x >= squares || y >= squares) return VDK_MISS;
        t = t_out;
        if (size_level < top && (((old_x ^ x) | (old_y ^ y)) >> 1) != 0) {
            x >>= 1;
            y >>= 1;
            size_level++;
        }
    }
}

/** The test of a cell that the ray is over from t0 to t1. */
VD_FN int vdk_cell_hit(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r, int cx,
                       int cy, float t0, float t1, VDK_PRIVATE float *t_hit)
{
    vdk_side_of_patch x, y;
    vdk_uint word = vdk_detail_word(f, cx, cy);
    if (word) return vdk_refined_cell_hit(f, r, word, cx, cy, t0, t1, 0, t_hit);
    x.time_0 = vdk_time_x(r, cx, 0.0f);
    x.time_1 = vdk_time_x(r, cx + 1, 0.0f);
    x.offset = r->origin.fx - (float)(cx - r->origin.cx);
    x.g = r->gx;
    y.time_0 = vdk_time_y(r, cy, 0.0f);
    y.time_1 = vdk_time_y(r, cy + 1, 0.0f);
    y.offset = r->origin.fy - (float)(cy - r->origin.cy);
    y.g = r->gy;
    return vdk_patch_hit(r, vdk_patch_at(f, cx, cy), &x, &y, t0, t1, t_hit);
}

/** The cell on whose surface the ray starts, left at time t1. */
VD_FN int vdk_own_cell_hit(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                           float t1, VDK_PRIVATE float *t_hit)
{
    int cx = r->origin.cx, cy = r->origin.cy;
    vdk_uint word = vdk_detail_word(f, cx, cy);
    if (word) return vdk_refined_cell_hit(f, r, word, cx, cy, 0.0f, t1, 1, t_hit);
    return vdk_own_patch_hit(r, vdk_patch_at(f, cx, cy), r->origin.fx, r->origin.fy, r->gx, r->gy,
                             t1, t_hit);
}

/** A quarter's drop in units, from its four bits: 0 to 7 by ones, 8 to 14 by twos, 16 to 28 by
 *  fours. */
VD_FN vdk_uint vdk_drop_units(vdk_uint bits)
{
    return bits < 4u ? bits : (4u + (bits & 3u)) << ((bits >> 2) - 1u);
}

/** The height that no post of a node is above. A word of the pyramid is for 4^w x 4^w cells: their
 *  maximum in its low half, then for each quarter four bits, how much lower that is. So words of w
 *  hold the nodes of level 2 w whole, and those of level 2 w - 1 as quarters. */
VD_FN float vdk_node_max(VDK_SCENE const vdk_height_field *f, int level, int x, int y)
{
    int w = (level + 1) >> 1, is_quarter = level & 1;
    vdk_uint word =
        f->pyramid[f->word_offset[w] + (vdk_long)(y >> is_quarter) * (vdk_long)f->word_width[w] +
                   (vdk_long)(x >> is_quarter)];
    int highest = (int)(word & 0xffffu);
    if (is_quarter)
        highest -= (int)(vdk_drop_units((word >> (16 + 4 * (2 * (y & 1) + (x & 1)))) & 15u) *
                         f->drop_unit[w]);
    return f->quantum_base + (float)highest * f->quantum;
}

/** The cell that the ray is in at time t, found by the times of its lines from a rounded guess. */
VD_FN int vdk_cell_at_x(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r, float t)
{
    float guess = vdk_clamp(r->origin.fx + t * r->gx, -1.0e9f, 1.0e9f);
    int c = vdk_imin(vdk_imax(r->origin.cx + vdk_ifloor(guess), 0), f->cells_x - 1);
    int forward = r->gx > 0.0f;
    while (c > 0 && (forward ? vdk_time_x(r, c, 0.0f) > t : vdk_time_x(r, c, 0.0f) <= t)) c--;
    while (c < f->cells_x - 1 &&
           (forward ? vdk_time_x(r, c + 1, 0.0f) <= t : vdk_time_x(r, c + 1, 0.0f) > t))
        c++;
    return c;
}
VD_FN int vdk_cell_at_y(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r, float t)
{
    float guess = vdk_clamp(r->origin.fy + t * r->gy, -1.0e9f, 1.0e9f);
    int c = vdk_imin(vdk_imax(r->origin.cy + vdk_ifloor(guess), 0), f->cells_y - 1);
    int forward = r->gy > 0.0f;
    while (c > 0 && (forward ? vdk_time_y(r, c, 0.0f) > t : vdk_time_y(r, c, 0.0f) <= t)) c--;
    while (c < f->cells_y - 1 &&
           (forward ? vdk_time_y(r, c + 1, 0.0f) <= t : vdk_time_y(r, c + 1, 0.0f) > t))
        c++;
    return c;
}

/** The stretch of the ray over the raster, from t_in to t_end. With own non-zero it starts on the
 *  surface of its origin's cell. On a hit, fills *hit. */
VD_FN int vdk_traverse(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                       float t_in, float t_end, int own, VDK_PRIVATE vdk_position *hit)
{
    const int sx = r->gx > 0.0f ? 1 : 0, sy = r->gy > 0.0f ? 1 : 0;
    int x = own ? r->origin.cx : vdk_cell_at_x(f, r, t_in);
    int y = own ? r->origin.cy : vdk_cell_at_y(f, r, t_in);
    int level = 0;
    for (;;) {
        float tx = vdk_time_x(r, (x + sx) << level, 0.0f);
        float ty = vdk_time_y(r, (y + sy) << level, 0.0f);
        float t_out = vdk_min(tx, ty);
        float t_stop = vdk_min(t_out, t_end);
        if (level > 0) {
            if (vdk_lowest(r, t_in, t_stop) <= vdk_node_max(f, level, x, y)) {
                /* Down into the child that the ray is in at t_in. */
                level--;
                int past_x = t_in >= vdk_time_x(r, (2 * x + 1) << level, 0.0f);
                int past_y = t_in >= vdk_time_y(r, (2 * y + 1) << level, 0.0f);
                x = 2 * x + (past_x ? sx : 1 - sx);
                y = 2 * y + (past_y ? sy : 1 - sy);
                continue;
            }
        } else {
            float t_hit;
            int is_hit = own ? vdk_own_cell_hit(f, r, t_stop, &t_hit)
                             : vdk_cell_hit(f, r, x, y, t_in, t_stop, &t_hit);
            if (is_hit) {
                *hit = vdk_on_patch(f, r, x, y, t_hit);
                return VDK_HIT;
            }
            own = 0;
        }
        if (t_out >= t_end) return VDK_MISS;
        int old_x = x, old_y = y;
        if (tx <= ty) x += 2 * sx - 1;
        if (ty <= tx) y += 2 * sy - 1;
        t_in = t_out;
        if (level < f->levels && (((old_x ^ x) | (old_y ^ y)) >> 1) != 0) {
            x >>= 1;
            y >>= 1;
            level++;
        }
    }
}

#endif
