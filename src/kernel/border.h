/* A whole ray: over the raster, and beyond its edge.
 *
 * The plane is cut by the raster's four edges into nine regions. Over the raster the ray goes
 * through the pyramid (traverse.h). Beyond, with an open border, it sees the sky; with an extended
 * one the surface keeps the height of the nearest point of the edge: beyond a side it is that
 * side's profile carried outward, beyond a corner a plane. A ray passes at most five regions. */
#ifndef VDK_BORDER_H
#define VDK_BORDER_H

#include "traverse.h"

/* Steps of so many rows or columns are skipped along a side that the ray clears. */
#define VDK_PROFILE_LEVEL 4

/** The position where the ray is at time t, wherever that may be, at height z. */
VD_FN vdk_position vdk_free_position(VDK_PRIVATE const vdk_ray *r, float t, float z)
{
    vdk_position p;
    float x = vdk_clamp(r->origin.fx + t * r->gx, -1.0e9f, 1.0e9f);
    float y = vdk_clamp(r->origin.fy + t * r->gy, -1.0e9f, 1.0e9f);
    int ix = vdk_ifloor(x), iy = vdk_ifloor(y);
    p.cx = vdk_imin(vdk_imax(r->origin.cx, -1000000000), 1000000000) + ix;
    p.cy = vdk_imin(vdk_imax(r->origin.cy, -1000000000), 1000000000) + iy;
    p.fx = x - (float)ix;
    p.fy = y - (float)iy;
    p.z = z;
    return p;
}

/** Beyond a corner: the plane at the height of the raster's corner point. */
VD_FN int vdk_corner_hit(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                         int side_x, int side_y, float t0, float t1, int own,
                         VDK_PRIVATE vdk_position *hit)
{
    int cx = side_x < 0 ? 0 : f->cells_x - 1, cy = side_y < 0 ? 0 : f->cells_y - 1;
    float plane = vdk_patch_height(vdk_patch_at(f, cx, cy), 0.5f, 0.5f);
    float above = vdk_height_at(r, t0) - plane;
    float t;
    if (own) {
        if (r->gz > 0.0f) return VDK_MISS;
        t = 0.0f;
    } else if (above < 0.0f) {
        t = t0;
    } else {
        if (r->gz >= 0.0f) return VDK_MISS;
        t = t0 - above / r->gz;
        if (t > t1) return VDK_MISS;
    }
    *hit = vdk_free_position(r, t, plane);
    return VDK_HIT;
}

/* Beyond a side the surface is a profile along it. "Along" is y beyond the western and eastern
 * sides, x beyond the northern and southern ones. */
typedef struct vdk_profile {
    int along_x; /* non-zero: the profile runs along x */
    int across;  /* the row or column of cells whose middle line is the edge */
    int cells;   /* along the profile */
    int forward; /* non-zero: the ray runs towards higher cells */
} vdk_profile;

VD_FN float vdk_profile_time(VDK_PRIVATE const vdk_ray *r, VDK_PRIVATE const vdk_profile *p,
                             int line)
{
    return p->along_x ? vdk_time_x(r, line, 0.0f) : vdk_time_y(r, line, 0.0f);
}

VD_FN float vdk_profile_fraction(VDK_PRIVATE const vdk_ray *r, VDK_PRIVATE const vdk_profile *p,
                                 int cell, float t)
{
    return p->along_x ? vdk_fraction_x(r, cell, t) : vdk_fraction_y(r, cell, t);
}

/** The profile's height within one of its cells; the bits of the patch's height on the edge. */
VD_FN float vdk_profile_height(VDK_SCENE const vdk_height_field *f,
                               VDK_PRIVATE const vdk_profile *p, int cell, float s)
{
    vdk_patch patch =
        p->along_x ? vdk_patch_at(f, cell, p->across) : vdk_patch_at(f, p->across, cell);
    return p->along_x ? vdk_patch_height(patch, s, 0.5f) : vdk_patch_height(patch, 0.5f, s);
}

/** One cell of the profile, that the ray is over from t0 to t1. */
VD_FN int vdk_profile_cell_hit(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                               VDK_PRIVATE const vdk_profile *p, int cell, float t0, float t1,
                               int own, VDK_PRIVATE float *t_hit)
{
    float h0 = vdk_profile_height(f, p, cell, vdk_profile_fraction(r, p, cell, t0));
    float h1 = vdk_profile_height(f, p, cell, vdk_profile_fraction(r, p, cell, t1));
    *t_hit = t0;
    if (own) {
        if (t1 <= t0) return VDK_MISS; /* over its edge, so never over this cell */
        float slope = vdk_profile_height(f, p, cell, 1.0f) - vdk_profile_height(f, p, cell, 0.0f);
        return r->gz - slope * (p->along_x ? r->gx : r->gy) <= 0.0f;
    }
    float c = vdk_height_at(r, t0) - h0;
    float e = vdk_height_at(r, t1) - h1;
    if (c < 0.0f || (c == 0.0f && e <= 0.0f)) return VDK_HIT;
    if (e >= 0.0f) return VDK_MISS;
    *t_hit = t0 + (t1 - t0) * (c / (c - e));
    return VDK_HIT;
}

/** Does the ray clear the block of profile cells that holds cell, from t0 on? */
VD_FN int vdk_profile_clear(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                            VDK_PRIVATE const vdk_profile *p, int cell, float t0, float t1)
{
    const int level = VDK_PROFILE_LEVEL;
    if (f->levels < level) return 0;
    int a = cell >> level, b = p->across >> level;
    return vdk_lowest(r, t0, t1) > vdk_node_max(f, level, p->along_x ? a : b, p->along_x ? b : a);
}

/** Beyond a side: along its profile from t0 to t1. */
VD_FN int vdk_side_hit(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                       VDK_PRIVATE const vdk_profile *p, float t0, float t1, int own,
                       VDK_PRIVATE vdk_position *hit)
{
    int cell = p->along_x ? vdk_cell_at_x(f, r, t0) : vdk_cell_at_y(f, r, t0);
    if (own) cell = p->along_x ? r->origin.cx : r->origin.cy;
    for (;;) {
        int block = p->forward ? ((cell >> VDK_PROFILE_LEVEL) + 1) << VDK_PROFILE_LEVEL
                               : (cell >> VDK_PROFILE_LEVEL) << VDK_PROFILE_LEVEL;
        float t_block = vdk_min(vdk_profile_time(r, p, block), t1);
        float t_stop;
        if (!own && vdk_profile_clear(f, r, p, cell, t0, t_block)) {
            t_stop = t_block;
            cell = p->forward ? block : block - 1;
        } else {
            float t_hit;
            t_stop = vdk_min(vdk_profile_time(r, p, p->forward ? cell + 1 : cell), t1);
            if (vdk_profile_cell_hit(f, r, p, cell, t0, t_stop, own, &t_hit)) {
                float s = vdk_profile_fraction(r, p, cell, t_hit);
                *hit = vdk_free_position(r, t_hit, vdk_profile_height(f, p, cell, s));
                if (p->along_x) {
                    hit->cx = cell;
                    hit->fx = s;
                } else {
                    hit->cy = cell;
                    hit->fy = s;
                }
                return VDK_HIT;
            }
            cell += p->forward ? 1 : -1;
        }
        own = 0;
        if (t_stop >= t1 || cell < 0 || cell >= p->cells) return VDK_MISS;
        t0 = t_stop;
    }
}

/** When the ray leaves its region along one axis. */
VD_FN float vdk_region_end(int side, int forward, float time_low, float time_high)
{
    if (side == 0) return forward ? time_high : time_low;
    if (side < 0) return forward ? time_low : VDK_HUGE;
    return forward ? VDK_HUGE : time_high;
}

/** Traces a ray; on VDK_HIT fills *hit with a position on the surface. With cleared non-zero the
 * ray starts over the raster and is known to hit nothing there. */
VD_FN int vdk_trace_beyond(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                           int cleared, VDK_PRIVATE vdk_position *hit)
{
    int side_x = vdk_side(r->origin.cx, r->origin.fx, f->cells_x);
    int side_y = vdk_side(r->origin.cy, r->origin.fy, f->cells_y);
    const int forward_x = r->gx > 0.0f, forward_y = r->gy > 0.0f;
    const float x_low = vdk_time_x(r, 0, 0.5f), x_high = vdk_time_x(r, f->cells_x - 1, 0.5f);
    const float y_low = vdk_time_y(r, 0, 0.5f), y_high = vdk_time_y(r, f->cells_y - 1, 0.5f);
    float t = 0.0f;
    int own = r->on_surface;
    for (;;) {
        float end_x = vdk_region_end(side_x, forward_x, x_low, x_high);
        float end_y = vdk_region_end(side_y, forward_y, y_low, y_high);
        float end = vdk_max(vdk_min(vdk_min(end_x, end_y), r->t_top), t);
        if (side_x == 0 && side_y == 0) {
            if (!cleared && vdk_traverse(f, r, t, end, own, hit)) return VDK_HIT;
        } else if (f->border == VDK_BORDER_EXTEND) {
            if (side_x != 0 && side_y != 0) {
                if (vdk_corner_hit(f, r, side_x, side_y, t, end, own, hit)) return VDK_HIT;
            } else {
                vdk_profile p;
                p.along_x = side_x == 0;
                p.across = p.along_x ? (side_y < 0 ? 0 : f->cells_y - 1)
                                     : (side_x < 0 ? 0 : f->cells_x - 1);
                p.cells = p.along_x ? f->cells_x : f->cells_y;
                p.forward = p.along_x ? forward_x : forward_y;
                if (vdk_side_hit(f, r, &p, t, end, own, hit)) return VDK_HIT;
            }
        }
        if (end >= VDK_HUGE || end >= r->t_top) return VDK_MISS;
        if (end_x <= end_y) side_x += forward_x ? 1 : -1;
        if (end_y <= end_x) side_y += forward_y ? 1 : -1;
        if (side_x < -1 || side_x > 1 || side_y < -1 || side_y > 1) return VDK_MISS;
        t = end;
        own = 0;
    }
}

/** Traces a ray; on VDK_HIT fills *hit with a position on the surface. */
VD_FN int vdk_trace(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                    VDK_PRIVATE vdk_position *hit)
{
    return vdk_trace_beyond(f, r, 0, hit);
}

#endif
