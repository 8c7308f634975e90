/* Where water is, and where rays meet it.
 *
 * A body of water is level: its surface is one stored height, less the Earth's curvature. It lies
 * in the cells that are of its number, wherever the ground there is lower; so the shore is where
 * the bilinear ground comes through that surface, to the last bit, and no outline is stored. The
 * sea (body 0) is in all cells of no other body, and goes on beyond the raster.
 *
 * Nothing of it is traced. Ground closes a body on all sides, so a straight ray from above that
 * ends on ground under water has come through its surface, and one that ends on dry ground has not;
 * only where the Earth's curvature or the raster's edge let a ray dip into the sea and out again do
 * distances decide. Where it came through is a root: of a linear equation, or with curvature of
 *     A t^2 + B t + C = 0,   A = k d^2, B = g + 2 k r . d, C = z + k r^2 - level
 * for drop k per square metre, the ray's horizontal part d, its rise g and its origin at r from the
 * place about which the Earth falls away. Its discriminant is below 0 beyond the horizon.
 *
 * Tracers know nothing of water: what they return is looked at afterwards, a level and a comparison
 * a ray. Scenes without water are not even looked at. A body that its ground does not close (a lake
 * whose level is set above its shore) ends at the edge of its cells; from below its level it is
 * dry. Low ground that the sea has no way to is a body too, whose level is below all ground. */
#ifndef VDK_WATER_H
#define VDK_WATER_H

#include "border.h"
#include "surface.h"

/** The position so many metres along a ray. */
VD_FN vdk_position vdk_along(VDK_SCENE const vdk_height_field *f, vdk_position p, vdk_vec direction,
                             float metres)
{
    vdk_ray r = vdk_ray_make(f, p, direction, 0);
    return vdk_free_position(&r, metres, vdk_height_at(&r, metres));
}

/** The number of the body that may be at a place; -1 for none. */
VD_FN int vdk_water_body_at(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    VDK_SCENE const vdk_water *water = &scene->water;
    VDK_SCENE const vdk_height_field *f = &scene->terrain;
    int body = 0;
    if (water->bodies && (vdk_to_edge(f, &p) == 0 || f->border == VDK_BORDER_EXTEND))
        body = water->bodies[(vdk_long)p.cy * f->cells_x + p.cx];
    return body > 0 || water->has_sea ? body : -1;
}

/** The stored height of a body's surface at a place. */
VD_FN float vdk_water_surface(VDK_SCENE const vdk_scene *scene, int body, vdk_position p)
{
    return scene->water.body[body].level - vdk_curve_drop(&scene->terrain, &scene->curve, p);
}

/** How deep a position is in water, in metres; 0 or less where it is dry. */
VD_FN float vdk_water_depth(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    int body = vdk_water_body_at(scene, p);
    if (body < 0) return 0.0f;
    return (vdk_water_surface(scene, body, p) - p.z) * scene->terrain.z_factor;
}

/** The distance from the shore in metres, at a place over the raster. */
VD_FN float vdk_water_shore(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    VDK_SCENE const vdk_water *water = &scene->water;
    vdk_long width = scene->terrain.cells_x + 1;
    vdk_to_edge(&scene->terrain, &p);
    VDK_GLOBAL const vdk_ushort *near = water->shore + (vdk_long)p.cy * width + p.cx;
    float a = vdk_lerp((float)near[0], (float)near[width], p.fy);
    float b = vdk_lerp((float)near[1], (float)near[width + 1], p.fy);
    return vdk_lerp(a, b, p.fx) * water->shore_unit;
}

/** When a ray comes through a body's surface, from above (side 1) or below (-1). Returns 0 if it
 *  does not. */
VD_FN int vdk_water_time(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ray *r,
                         vdk_vec direction, int body, float side, VDK_PRIVATE float *t)
{
    VDK_SCENE const vdk_curve *curve = &scene->curve;
    float a = 0.0f, b = r->gz, c = r->origin.z - scene->water.body[body].level;
    if (curve->per_m2 > 0.0f) {
        vdk_vec at = vdk_metres_between(&scene->terrain, curve->about, r->origin);
        a = curve->per_m2 * (direction.x * direction.x + direction.y * direction.y);
        b += 2.0f * curve->per_m2 * (at.x * direction.x + at.y * direction.y);
        c += curve->per_m2 * (at.x * at.x + at.y * at.y);
    }
    float d = b * b - 4.0f * a * c;
    if (!(side * c >= 0.0f) || !(side * b < 0.0f) || d < 0.0f) return 0;
    *t = 2.0f * vdk_abs(c) / (vdk_abs(b) + vdk_sqrtf(d));
    return 1;
}

/** The point of a body's surface where a ray is at time t. */
VD_FN vdk_position vdk_on_water(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ray *r,
                                int body, float t)
{
    vdk_position p = vdk_free_position(r, t, 0.0f);
    p.z = vdk_water_surface(scene, body, p);
    return p;
}

/** Can a ray that ends on dry ground have dipped into the sea before? */
VD_FN int vdk_water_may_dip(VDK_SCENE const vdk_scene *scene, vdk_position origin)
{
    if (!scene->water.has_sea) return 0;
    if (scene->curve.per_m2 > 0.0f) return 1;
    return scene->terrain.border == VDK_BORDER_OPEN && !scene->block.is_there &&
           vdk_to_edge(&scene->terrain, &origin) != 0;
}

/** Where a ray that meets nothing leaves the raster under water, as at the edge of a body that it
 *  cuts; its number, or -1. */
VD_FN int vdk_water_cut(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ray *r)
{
    VDK_SCENE const vdk_height_field *f = &scene->terrain;
    if (f->border != VDK_BORDER_OPEN || !scene->water.bodies) return -1;
    float x = vdk_max(vdk_time_x(r, 0, 0.5f), vdk_time_x(r, f->cells_x - 1, 0.5f));
    float y = vdk_max(vdk_time_y(r, 0, 0.5f), vdk_time_y(r, f->cells_y - 1, 0.5f));
    float t = vdk_min(x, y);
    if (!(t > 0.0f)) return -1;
    vdk_position p = vdk_free_position(r, t, vdk_height_at(r, t));
    vdk_to_edge(f, &p);
    int body = vdk_water_body_at(scene, p);
    return body > 0 && p.z < vdk_water_surface(scene, body, p) ? body : -1;
}

/** A ray from the dry, of which is known what it meets but for water; see vdk_water_met(). */
VD_FN int vdk_water_met_from_above(VDK_SCENE const vdk_scene *scene, vdk_position origin,
                                   vdk_vec direction, int is_ground, VDK_PRIVATE vdk_position *hit)
{
    vdk_ray r = vdk_ray_make(&scene->terrain, origin, direction, 0);
    int body = is_ground ? vdk_water_body_at(scene, *hit) : vdk_water_cut(scene, &r);
    float t;
    if (is_ground && (body < 0 || hit->z >= vdk_water_surface(scene, body, *hit))) {
        if (!vdk_water_may_dip(scene, origin)) return 0;
        if (hit->z < vdk_water_surface(scene, 0, *hit)) return 0; /* low ground shut off from it */
        if (!vdk_water_time(scene, &r, direction, 0, 1.0f, &t)) return 0;
        float end = vdk_vec_dot(vdk_metres_between(&scene->terrain, origin, *hit), direction);
        if (t >= end - (1.0e-4f * end + 0.01f)) return 0;
        *hit = vdk_on_water(scene, &r, 0, t);
        return 1;
    }
    if (body < 0 && scene->water.has_sea) body = 0;
    if (body < 0 || !vdk_water_time(scene, &r, direction, body, 1.0f, &t)) return 0;
    vdk_position p = vdk_on_water(scene, &r, body, t);
    vdk_position there = p;
    if (!is_ground && scene->block.is_there && vdk_to_edge(&scene->terrain, &there) != 0) return 0;
    *hit = p;
    return 1;
}

/** Does a ray come through the surface of water before it meets what else it meets? Then *hit
 *  becomes that point. is_submerged: it begins in water, below its surface; is_ground: what else it
 *  meets is the ground, at *hit. */
VD_FN int vdk_water_met(VDK_SCENE const vdk_scene *scene, int is_submerged, vdk_position origin,
                        vdk_vec direction, int is_ground, VDK_PRIVATE vdk_position *hit)
{
    if (!is_submerged) return vdk_water_met_from_above(scene, origin, direction, is_ground, hit);
    float t;
    int body = vdk_water_body_at(scene, origin);
    if (body < 0 || (is_ground && vdk_water_depth(scene, *hit) > 0.0f)) return 0;
    vdk_ray r = vdk_ray_make(&scene->terrain, origin, direction, 0);
    if (!vdk_water_time(scene, &r, direction, body, -1.0f, &t)) return 0;
    *hit = vdk_on_water(scene, &r, body, t);
    return 1;
}

#endif
