/* Rays through clouds, from cell to cell of their majorants.
 *
 * Delta and ratio tracking as in media_track.h, by majorants that are constant within a cell
 * (Szirmay-Kalos, Toth and Magdics 2011, "Free Path Sampling in High Resolution Inhomogeneous
 * Participating Media", section 4): a cell without cloud costs a step and no random number. Well
 * within a cloud the least density of a cell, its minorant, is close to the greatest: a collision
 * is real by the minorant's share whatever density is (Kutz et al. 2017, "Spectral and
 * Decomposition Tracking for Rendering Heterogeneous Volumes", section 4), and transmittance is
 * e^-depth of the minorants, known, times what ratio tracking has for the rest (Novak, Selle and
 * Jarosz 2014, "Residual Ratio Tracking", equation 10). A ray is a line along the level axes, whose
 * cells follow one another as in Amanatides and Woo 1987 ("A Fast Voxel Traversal Algorithm for Ray
 * Tracing"), each boundary's distance worked out anew from its number so that nothing adds up;
 * upward it is the parabola of media_fog.h, first falling then rising, and its planes are found by
 * its roots. An empty cell is left together with all about it that are too (scene/cloud_empty.c).
 *
 * What light is scattered by is clouds or fog, whichever is met first: independent Poisson
 * processes superpose, so the nearer of two collisions is that of both together, and transmittances
 * multiply. media_air.h does that. */
#ifndef VDK_CLOUD_TRACK_H
#define VDK_CLOUD_TRACK_H

#include "cloud.h"
#include "media_fog.h"
#include "sampler.h"
#include "stream.h"

/* A ray on its way through the box. */
typedef struct vdk_cloud_ray {
    float x, y;     /* of its origin in cells from the box's corner */
    float gx, gy;   /* cells per metre */
    float ix, iy;   /* metres per cell */
    float a, b, c;  /* of its height in cells over the base: c + b t + a t^2 */
    int count;      /* of stretches within the box that are still ahead */
    float later[2]; /* the other stretch, if there are two */
    float t, end;   /* where it is, and where this stretch ends, in metres */
    float ib;       /* metres per cell upward, where that is a line */
    int i, j, k;    /* the part of a cell where it is, counted in parts */
    int number;     /* of its cell's parts, or -1 */
    int low_x, high_x, low_y, high_y, low_z, high_z; /* parts over which its bounds hold: from the
                                                        first to before the last */
    int falls;
    float next_x, next_y, plane; /* where it leaves that along each axis */
    float most;                  /* the majorant there */
    float least;                 /* and the minorant */
    float boost;                 /* so many times are majorants thicker than they have to be */
    float known;  /* what is to be known without tracking: depth of the minorants behind it */
    int residual; /* is it? Then majorants are what is left over them */
} vdk_cloud_ray;

/** A number of parts in cells. */
VD_FN float vdk_cloud_cells(int parts)
{
    return (1.0f / VDK_CLOUD_PARTS) * (float)parts;
}

/** Where a ray leaves the parts that share its bounds along the level axes. */
VD_FN float vdk_cloud_next_x(VDK_PRIVATE const vdk_cloud_ray *r)
{
    return (vdk_cloud_cells(r->gx > 0.0f ? r->high_x : r->low_x) - r->x) * r->ix;
}

VD_FN float vdk_cloud_next_y(VDK_PRIVATE const vdk_cloud_ray *r)
{
    return (vdk_cloud_cells(r->gy > 0.0f ? r->high_y : r->low_y) - r->y) * r->iy;
}

/** The same upward or downward. */
VD_FN float vdk_cloud_plane(VDK_PRIVATE vdk_cloud_ray *r)
{
    if (!(r->a > 0.0f)) {
        if (r->falls) return (vdk_cloud_cells(r->low_z) - r->c) * r->ib;
        return r->b > 0.0f ? (vdk_cloud_cells(r->high_z) - r->c) * r->ib : VDK_HUGE;
    }
    if (r->falls) {
        float c = r->c - vdk_cloud_cells(r->low_z), d = r->b * r->b - 4.0f * r->a * c;
        if (d >= 0.0f) return 2.0f * c / (vdk_sqrtf(d) - r->b);
        r->falls = 0;
    }
    float c = r->c - vdk_cloud_cells(r->high_z);
    float root = vdk_sqrtf(vdk_max(r->b * r->b - 4.0f * r->a * c, 0.0f));
    if (r->b < 0.0f) return (root - r->b) / (2.0f * r->a);
    return r->b + root > 0.0f ? -2.0f * c / (r->b + root) : VDK_HUGE;
}

/** The part along an axis at this many cells, of those from the first one to before the last. */
VD_FN int vdk_cloud_part(float cells, int first, int last)
{
    return vdk_imin(vdk_imax(vdk_ifloor(cells * VDK_CLOUD_PARTS), first), last - 1);
}

VD_FN float vdk_cloud_height(VDK_PRIVATE const vdk_cloud_ray *r)
{
    return r->c + r->t * (r->b + r->t * r->a);
}

/** The parts along an axis that are this one or in its cell, by their number: one or a cell. */
VD_FN void vdk_cloud_box(VDK_PRIVATE int *low, VDK_PRIVATE int *high, int part, int number)
{
    *low = part & -number;
    *high = *low + number;
}

/** So many more on both sides, but none before the first or after the last. */
VD_FN void vdk_cloud_widen(VDK_PRIVATE int *low, VDK_PRIVATE int *high, int more, int most)
{
    *low = vdk_imax(*low - more, 0);
    *high = vdk_imin(*high + more, most);
}

/** Finds the bounds where a ray is, and where it leaves them. */
VD_FN void vdk_cloud_arrive(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r)
{
    int reach;
    r->number = vdk_cloud_bounds(c, r->i, r->j, r->k, &r->most, &r->least, &reach);
    if (r->number >= 0) {
        vdk_cloud_box(&r->low_x, &r->high_x, r->i, 1);
        vdk_cloud_box(&r->low_y, &r->high_y, r->j, 1);
        vdk_cloud_box(&r->low_z, &r->high_z, r->k, 1);
    } else {
        const int part = VDK_CLOUD_PARTS;
        vdk_cloud_box(&r->low_x, &r->high_x, r->i, part);
        vdk_cloud_box(&r->low_y, &r->high_y, r->j, part);
        vdk_cloud_box(&r->low_z, &r->high_z, r->k, part);
        if (reach > 0) {
            vdk_cloud_widen(&r->low_x, &r->high_x, part * reach, part * c->across);
            vdk_cloud_widen(&r->low_y, &r->high_y, part * reach, part * c->along);
            vdk_cloud_widen(&r->low_z, &r->high_z, part * reach * c->upward, part * c->depth);
        }
    }
    r->next_x = vdk_cloud_next_x(r);
    r->next_y = vdk_cloud_next_y(r);
    r->plane = vdk_cloud_plane(r);
}

/** Puts a ray to the beginning of a stretch. */
VD_FN void vdk_cloud_enter(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r, float from,
                           float to)
{
    r->t = from;
    r->end = to;
    r->i = vdk_cloud_part(r->x + from * r->gx, 0, c->across * VDK_CLOUD_PARTS);
    r->j = vdk_cloud_part(r->y + from * r->gy, 0, c->along * VDK_CLOUD_PARTS);
    r->k = vdk_cloud_part(vdk_cloud_height(r), 0, c->depth * VDK_CLOUD_PARTS);
    r->falls = r->b + 2.0f * r->a * from < 0.0f;
    vdk_cloud_arrive(c, r);
}

/** The stretches of a ray, no further than `most`, at heights within the box. */
VD_FN void vdk_cloud_stretches(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r,
                               float first, float last)
{
    float low, high, dips, rises;
    r->count = 0;
    if (!(last > first)) return;
    if (!vdk_fog_below(r->a, r->b, r->c - (float)c->depth, &low, &high)) return;
    if (!vdk_fog_below(r->a, r->b, r->c, &dips, &rises)) dips = rises = high;
    low = vdk_max(low, first);
    high = vdk_min(high, last);
    float before = vdk_min(high, dips), after = vdk_max(low, rises);
    if (high > after) {
        r->later[0] = after;
        r->later[1] = high;
        r->count++;
    }
    if (before > low) {
        r->count++;
        vdk_cloud_enter(c, r, low, before);
    } else if (r->count > 0) {
        vdk_cloud_enter(c, r, after, high);
    }
}

VD_FN vdk_cloud_ray vdk_cloud_ray_make(VDK_SCENE const vdk_scene *scene, vdk_position from,
                                       vdk_vec direction, float most)
{
    VDK_SCENE const vdk_cloud *c = &scene->cloud;
    VDK_SCENE const vdk_curve *curve = &scene->curve;
    const float least = 1.0e-20f, up = 1.0f / c->cell_z, size = 1.0f / c->cell;
    vdk_cloud_ray r;
    vdk_vec at = vdk_metres_between(&scene->terrain, c->about, from);
    r.boost = 1.0f;
    r.most = r.least = r.known = 0.0f;
    r.residual = 0;
    r.number = -1;
    r.count = 0;
    r.t = r.end = r.later[0] = r.later[1] = 0.0f;
    r.a = 0.0f;
    r.b = direction.z / scene->terrain.z_factor;
    r.c = from.z - c->base;
    if (curve->per_m2 > 0.0f) {
        vdk_vec over = at;
        if (curve->about.cx != c->about.cx || curve->about.cy != c->about.cy)
            over = vdk_metres_between(&scene->terrain, curve->about, from);
        r.a = curve->per_m2 * (direction.x * direction.x + direction.y * direction.y);
        r.b += 2.0f * curve->per_m2 * (over.x * direction.x + over.y * direction.y);
        r.c += curve->per_m2 * (over.x * over.x + over.y * over.y);
    }
    r.a *= up;
    r.b *= up;
    r.c *= up;
    r.x = (c->east * at.x + c->north * at.y - c->west) * size;
    r.y = (c->east * at.y - c->north * at.x - c->south) * size;
    r.gx = (c->east * direction.x + c->north * direction.y) * size;
    r.gy = (c->east * direction.y - c->north * direction.x) * size;
    if (vdk_abs(r.gx) < least) r.gx = r.gx < 0.0f ? -least : least;
    if (vdk_abs(r.gy) < least) r.gy = r.gy < 0.0f ? -least : least;
    if (vdk_abs(r.b) < least) r.b = r.b < 0.0f ? -least : least;
    r.ib = 1.0f / r.b;
    r.ix = 1.0f / r.gx;
    r.iy = 1.0f / r.gy;
    float x0 = -r.x * r.ix, x1 = ((float)c->across - r.x) * r.ix;
    float y0 = -r.y * r.iy, y1 = ((float)c->along - r.y) * r.iy;
    float first = vdk_max(vdk_max(vdk_min(x0, x1), vdk_min(y0, y1)), 0.0f);
    float last = vdk_min(vdk_min(vdk_max(x0, x1), vdk_max(y0, y1)), most);
    vdk_cloud_stretches(c, &r, first, last);
    return r;
}

/** Takes a ray over a boundary, of x, of y, or upward or downward, where it comes to another part
 * of the same cell. Returns 0, and does nothing, where it does not. */
VD_FN int vdk_cloud_cross_part(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r, int axis)
{
    const int within = VDK_CLOUD_PARTS - 1;
    if (axis == 0) {
        int i = r->gx > 0.0f ? r->i + 1 : r->i - 1;
        if ((i ^ r->i) > within) return 0;
        vdk_cloud_box(&r->low_x, &r->high_x, i, 1);
        r->i = i;
        r->next_x = vdk_cloud_next_x(r);
    } else if (axis == 1) {
        int j = r->gy > 0.0f ? r->j + 1 : r->j - 1;
        if ((j ^ r->j) > within) return 0;
        vdk_cloud_box(&r->low_y, &r->high_y, j, 1);
        r->j = j;
        r->next_y = vdk_cloud_next_y(r);
    } else {
        int k = r->falls ? r->k - 1 : r->k + 1;
        if (k < 0 || (k ^ r->k) > within) return 0;
        vdk_cloud_box(&r->low_z, &r->high_z, k, 1);
        r->k = k;
        r->plane = vdk_cloud_plane(r);
    }
    vdk_cloud_part_bounds(c, r->number, r->i, r->j, r->k, &r->most, &r->least);
    return 1;
}

/** Takes a ray on its way into the part above or below. At the box's own planes it stays where it
 *  is, until the stretch ends or it turns. */
VD_FN void vdk_cloud_climb(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r)
{
    int k = r->falls ? r->low_z - 1 : r->high_z;
    if (k < 0) r->falls = 0;
    if (k >= 0 && k < c->depth * VDK_CLOUD_PARTS) r->k = k;
}

/** Takes a ray over a boundary: from a box of cells it may come to any part next to it. */
VD_FN void vdk_cloud_cross(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r, int axis)
{
    if (r->number < 0) {
        if (axis != 0) r->i = vdk_cloud_part(r->x + r->t * r->gx, r->low_x, r->high_x);
        if (axis != 1) r->j = vdk_cloud_part(r->y + r->t * r->gy, r->low_y, r->high_y);
        if (axis != 2) {
            r->k = vdk_cloud_part(vdk_cloud_height(r), r->low_z, r->high_z);
            r->falls = r->b + 2.0f * r->a * r->t < 0.0f;
        }
    }
    if (axis == 0) r->i = r->gx > 0.0f ? r->high_x : r->low_x - 1;
    if (axis == 1) r->j = r->gy > 0.0f ? r->high_y : r->low_y - 1;
    if (axis == 2) vdk_cloud_climb(c, r);
    vdk_cloud_arrive(c, r);
    int is_top = r->high_z == c->depth * VDK_CLOUD_PARTS;
    if (is_top && !r->falls && r->plane <= r->t) r->plane = VDK_HUGE;
}

/** Takes a ray on by so much depth of its majorants, and returns the majorant there; 0 at the end,
 *  when *depth is what was too much. */
VD_FN float vdk_cloud_advance(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r,
                              VDK_PRIVATE float *depth)
{
    const float scale = c->extinction * r->boost;
    while (r->count > 0) {
        while (r->t < r->end) {
            float next = vdk_min(vdk_min(r->next_x, r->next_y), vdk_min(r->plane, r->end));
            if (next > r->t) {
                float majorant = r->residual ? r->most - r->least : r->most;
                float more = majorant * scale * (next - r->t), from = r->t;
                int is_here = more > *depth;
                r->t = is_here ? from + *depth / (majorant * scale) : next;
                if (r->residual) r->known += r->least * scale * (r->t - from);
                if (is_here) return majorant;
                *depth -= more;
            }
            if (next >= r->end) break;
            int axis = next == r->next_x ? 0 : next == r->next_y ? 1 : 2;
            if (r->number < 0 || !vdk_cloud_cross_part(c, r, axis)) vdk_cloud_cross(c, r, axis);
        }
        r->t = r->end;
        r->count--;
        if (r->count > 0) vdk_cloud_enter(c, r, r->later[0], r->later[1]);
    }
    return 0.0f;
}

/** Density where a ray is. */
VD_FN float vdk_cloud_here(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE const vdk_cloud_ray *r)
{
    return vdk_cloud_density(c, r->x + r->t * r->gx, r->y + r->t * r->gy, vdk_cloud_height(r));
}

/** Takes a ray to the next collision in the majorants. Returns the share of those there that are
 *  real; -1 if there is none before the end. */
VD_FN float vdk_cloud_next(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r,
                           VDK_PRIVATE vdk_uint *stream)
{
    if (r->count == 0) return -1.0f;
    float depth = -vdk_logf(1.0f - vdk_stream_next(stream));
    float majorant = vdk_cloud_advance(c, r, &depth);
    if (!(majorant > 0.0f)) return -1.0f;
    float density = vdk_cloud_here(c, r);
    if (r->residual) density -= r->least;
    return vdk_clamp(density / majorant, 0.0f, 1.0f) / r->boost;
}

/** Makes a ray's majorants so thick that a few collisions are likely where there is any cloud. */
VD_FN void vdk_cloud_boost(VDK_SCENE const vdk_cloud *c, VDK_PRIVATE vdk_cloud_ray *r)
{
    const float enough = 4.0f, most = 1000.0f;
    vdk_cloud_ray ahead = *r;
    float left = enough;
    if (vdk_cloud_advance(c, &ahead, &left) > 0.0f) return;
    if (left < enough) r->boost = vdk_min(enough / (enough - left), most);
}

/** How far light comes along a ray through clouds, by delta tracking. Returns 0 if it comes to the
 *  end. */
VD_FN int vdk_cloud_collide(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                            float most, vdk_uint stream, VDK_PRIVATE float *metres)
{
    VDK_SCENE const vdk_cloud *c = &scene->cloud;
    vdk_cloud_ray r = vdk_cloud_ray_make(scene, from, direction, most);
    while (r.count > 0) {
        float depth = -vdk_logf(1.0f - vdk_stream_next(&stream));
        float majorant = vdk_cloud_advance(c, &r, &depth);
        *metres = r.t;
        if (!(majorant > 0.0f)) return 0;
        float pick = vdk_stream_next(&stream) * majorant;
        if (pick < r.least || pick < vdk_cloud_here(c, &r)) return 1;
    }
    return 0;
}

/** What clouds leave of light at the end of a ray, by residual ratio tracking; little light by
 *  chance: below a quarter that it is found less often adds nothing to what is noisy, and rays end
 *  soon in thick cloud. Droplets of a size scatter in so sharp a spike that it would. */
VD_FN float vdk_cloud_left(VDK_SCENE const vdk_scene *scene, vdk_position from, vdk_vec direction,
                           float most, vdk_uint stream)
{
    const float little = scene->cloud.phase.draine > 0.0f ? 0.01f : 0.25f;
    vdk_cloud_ray r = vdk_cloud_ray_make(scene, from, direction, most);
    float left = 1.0f, before = 0.0f, share;
    r.residual = 1;
    do {
        share = vdk_cloud_next(&scene->cloud, &r, &stream);
        left *= vdk_expf(before - r.known) * (1.0f - vdk_max(share, 0.0f));
        before = r.known;
        if (left < little) {
            if (vdk_stream_next(&stream) * little >= left) return 0.0f;
            left = little;
        }
    } while (share >= 0.0f);
    return left;
}

#endif
