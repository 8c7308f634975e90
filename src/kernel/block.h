/* The block: ground cut along the raster's edges, its sides, its underside, and the plane that it
 * stands on.
 *
 * The block is convex but for the ground on top, and its footprint is the raster: so a ray from
 * outside meets it at the side where it comes over the raster, if it is below the ground there, or
 * goes on over the ground from that point (vdk_block_before()); and a ray that leaves the raster
 * never comes back, so that what leaves a side meets no ground at all. What has met nothing may
 * still meet the plane (vdk_block_after()). Between the two any tracer of the ground will do: all
 * rays that it is given start over the raster, which is also where it is quick.
 *
 * A ray comes over the raster at the later of the two lines by which it enters the columns and the
 * rows, so it meets one side or another at every corner; there the ground's height has the bits
 * that the ground's own test gets, so it meets either the side or the ground. Nothing is moved by
 * an epsilon: a ray of a side goes outward, one of the plane upward. A point of the plane that
 * rounding has put under the block is moved to the block's edge.
 *
 * The plane is ground as far as the eye sees, or a shadow catcher: seen directly this has no
 * colour, but an alpha, the share of light that the block takes from it. A path that begins there
 * adds up the difference that the block makes to the plane's light, light by light: what it stands
 * before is taken away, what it reflects is added. So where it makes none, alpha is 0 without
 * noise. To all other paths that plane too is a surface like any. */
#ifndef VDK_BLOCK_H
#define VDK_BLOCK_H

#include "border.h"
#include "surface.h"
#include "water.h"

/* What a ray meets, and what a vertex of a path is a part of. A ray from the air comes from
 * VDK_MISS. */
enum {
    VDK_PART_GROUND = VDK_HIT,
    VDK_PART_WEST,
    VDK_PART_EAST,
    VDK_PART_NORTH,
    VDK_PART_SOUTH,
    VDK_PART_UNDERSIDE,
    VDK_PART_PLANE,
    VDK_PART_WATER,    /* its surface, from above or below (water.h) */
    VDK_PART_IN_WATER, /* a point in it that scatters light */
    VDK_PART_OBJECT,   /* of no block: a mesh, which leaves its rays in the air (objects.h) */
    VDK_PART_MEDIUM,   /* a point in the air that scatters light (media.h): in fog */
    VDK_PART_CLOUD,    /* in a cloud */
    VDK_PART_CLOUD_LIT /* in a cloud, and the light that is sampled has been (cloud_path.h) */
};

/** Is a part a point in the air? */
VD_FN int vdk_part_is_air(int part)
{
    return part >= VDK_PART_MEDIUM;
}

/* The ground has to be traced to know more. */
#define VDK_TO_TRACE (-1)

/** When a ray is over the raster, and the part of the block by whose side it comes there. Returns 0
 *  if it never is. */
VD_FN int vdk_over_raster(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                          VDK_PRIVATE float *t_in, VDK_PRIVATE float *t_out, VDK_PRIVATE int *part)
{
    float west = vdk_time_x(r, 0, 0.5f), east = vdk_time_x(r, f->cells_x - 1, 0.5f);
    float north = vdk_time_y(r, 0, 0.5f), south = vdk_time_y(r, f->cells_y - 1, 0.5f);
    float x_in = vdk_min(west, east), y_in = vdk_min(north, south);
    *t_in = vdk_max(vdk_max(x_in, y_in), 0.0f);
    *t_out = vdk_min(vdk_max(west, east), vdk_max(north, south));
    if (x_in >= y_in)
        *part = r->gx > 0.0f ? VDK_PART_WEST : VDK_PART_EAST;
    else
        *part = r->gy > 0.0f ? VDK_PART_NORTH : VDK_PART_SOUTH;
    return *t_in < *t_out;
}

/** The point above or below the raster's edge where a ray comes over it by a side. */
VD_FN vdk_position vdk_at_side(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE const vdk_ray *r,
                               float t, int part)
{
    vdk_position p = vdk_free_position(r, t, vdk_height_at(r, t));
    if (part == VDK_PART_WEST || part == VDK_PART_EAST) {
        p.cx = part == VDK_PART_WEST ? 0 : f->cells_x - 1;
        p.fx = 0.5f;
    } else {
        p.cy = part == VDK_PART_NORTH ? 0 : f->cells_y - 1;
        p.fy = 0.5f;
    }
    vdk_to_edge(f, &p);
    return p;
}

/** Is a position over the raster, its edge included? */
VD_FN int vdk_is_over(VDK_SCENE const vdk_height_field *f, vdk_position p)
{
    return vdk_side(p.cx, p.fx, f->cells_x) == 0 && vdk_side(p.cy, p.fy, f->cells_y) == 0;
}

/** The plane, as a ray meets it that has met nothing else. */
VD_FN int vdk_plane_hit(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_ray *r,
                        VDK_PRIVATE vdk_position *hit)
{
    VDK_SCENE const vdk_height_field *f = &scene->terrain;
    if (!scene->block.has_plane || r->gz >= 0.0f) return VDK_MISS;
    float t = vdk_max((scene->block.base - r->origin.z) / r->gz, 0.0f);
    vdk_position p = vdk_free_position(r, t, scene->block.base);
    if (vdk_is_over(f, p)) {
        float west = (float)p.cx + p.fx, east = (float)f->cells_x - west;
        float north = (float)p.cy + p.fy, south = (float)f->cells_y - north;
        int along_x = vdk_min(west, east) < vdk_min(north, south);
        if (along_x) {
            p.cx = west < east ? 0 : f->cells_x - 1;
            p.fx = 0.5f;
        } else {
            p.cy = north < south ? 0 : f->cells_y - 1;
            p.fy = 0.5f;
        }
    }
    *hit = p;
    return VDK_PART_PLANE;
}

/** What can be known of a ray without tracing the ground. from: the part that its origin lies on,
 *  VDK_MISS in the air. Returns the part that it meets, with *hit filled, or VDK_MISS; or
 *  VDK_TO_TRACE, with *origin moved to where it comes over the raster. */
VD_FN int vdk_block_before(VDK_SCENE const vdk_scene *scene, int from, vdk_vec direction,
                           VDK_PRIVATE vdk_position *origin, VDK_PRIVATE vdk_position *hit)
{
    VDK_SCENE const vdk_height_field *f = &scene->terrain;
    const float base = scene->block.base;
    float t_in, t_out;
    int part;
    if (from == VDK_PART_GROUND) return VDK_TO_TRACE;
    if (from >= VDK_PART_WATER) from = VDK_MISS;
    if (from == VDK_MISS && vdk_is_over(f, *origin) &&
        (origin->z >= base || !scene->block.is_there))
        return VDK_TO_TRACE;
    vdk_ray r = vdk_ray_make(f, *origin, direction, 0);
    if (from != VDK_MISS && from != VDK_PART_PLANE) return vdk_plane_hit(scene, &r, hit);
    if (!vdk_over_raster(f, &r, &t_in, &t_out, &part)) return vdk_plane_hit(scene, &r, hit);
    vdk_position side = vdk_at_side(f, &r, t_in, part);
    if (scene->block.is_there) {
        if (side.z < base) {
            if (scene->block.has_plane) return vdk_plane_hit(scene, &r, hit);
            if (r.gz <= 0.0f || vdk_height_at(&r, t_out) < base) return VDK_MISS;
            float t = vdk_clamp((base - r.origin.z) / r.gz, t_in, t_out);
            *hit = vdk_free_position(&r, t, base);
            vdk_to_edge(f, hit);
            return VDK_PART_UNDERSIDE;
        }
        if (side.z < vdk_patch_height(vdk_patch_at(f, side.cx, side.cy), side.fx, side.fy) ||
            (scene->water.is_there && vdk_water_depth(scene, side) > 0.0f)) {
            *hit = side;
            return part;
        }
    }
    *origin = side;
    return VDK_TO_TRACE;
}

/** What a ray meets that was traced and has missed the ground. */
VD_FN int vdk_block_after(VDK_SCENE const vdk_scene *scene, vdk_vec direction, vdk_position origin,
                          VDK_PRIVATE vdk_position *hit)
{
    if (!scene->block.has_plane || direction.z >= 0.0f) return VDK_MISS;
    vdk_ray r = vdk_ray_make(&scene->terrain, origin, direction, 0);
    return vdk_plane_hit(scene, &r, hit);
}

/** What a ray meets of which is known what it meets but for water. */
VD_FN int vdk_water_after(VDK_SCENE const vdk_scene *scene, int from, vdk_position origin,
                          vdk_vec direction, int part, VDK_PRIVATE vdk_position *hit)
{
    if (from == VDK_PART_WATER || (part > VDK_PART_GROUND && part < VDK_PART_PLANE)) return part;
    int is_submerged =
        from == VDK_PART_IN_WATER || ((from == VDK_PART_GROUND || from == VDK_PART_OBJECT) &&
                                      vdk_water_depth(scene, origin) > 0.0f);
    return vdk_water_met(scene, is_submerged, origin, direction, part == VDK_PART_GROUND, hit)
               ? VDK_PART_WATER
               : part;
}

/** Traces a ray from a part, or from the air (VDK_MISS), through a scene without water. */
VD_FN int vdk_dry_trace(VDK_SCENE const vdk_scene *scene, int from, vdk_position origin,
                        vdk_vec direction, VDK_PRIVATE vdk_position *hit)
{
    if (scene->terrain.border == VDK_BORDER_OPEN &&
        (scene->block.is_there || from == VDK_MISS || from >= VDK_PART_WATER)) {
        int part = vdk_block_before(scene, from, direction, &origin, hit);
        if (part != VDK_TO_TRACE) return part;
    }
    vdk_ray r = vdk_ray_make(&scene->terrain, origin, direction, from == VDK_PART_GROUND);
    if (vdk_trace(&scene->terrain, &r, hit)) return VDK_PART_GROUND;
    return vdk_block_after(scene, direction, origin, hit);
}

/** Traces a ray from a part, or from the air (VDK_MISS); returns the part it meets. Of objects it
 *  knows nothing: those are for an engine to look for. */
VD_FN int vdk_scene_trace(VDK_SCENE const vdk_scene *scene, int from, vdk_position origin,
                          vdk_vec direction, VDK_PRIVATE vdk_position *hit)
{
    int part = vdk_dry_trace(scene, from, origin, direction, hit);
    if (!scene->water.is_there) return part;
    return vdk_water_after(scene, from, origin, direction, part, hit);
}

/** Lays the layers over a plane of ground, as over level ground of its height without land cover.
 */
VD_FN void vdk_plane_layers(VDK_SCENE const vdk_scene *scene, vdk_position p, vdk_vec wo,
                            float spread, VDK_PRIVATE vdk_surface *s)
{
    float slant = vdk_max(wo.z, 0.05f);
    vdk_ground_point point = vdk_ground_point_at(&scene->terrain, &scene->ground, p, 0.0f,
                                                 s->geometric, 2.0f * spread / vdk_sqrtf(slant));
    point.is_plain = 1;
    point.class_here = 0;
    s->shading = vdk_ground_over(&scene->terrain, &scene->ground, &point, wo, &s->material);
    s->agreement = vdk_vec_dot(s->geometric, s->shading);
    s->layer_material = point.material_here;
}

/** Sides, underside and plane, at a point that is seen from wo in pixels of so much spread. */
VD_FN vdk_surface vdk_block_surface(VDK_SCENE const vdk_scene *scene, int part, vdk_position p,
                                    vdk_vec wo, float spread)
{
    vdk_surface s;
    float m[4];
    vdk_metric_at(&scene->terrain, p.cy, m);
    s.geometric = vdk_vec_make(0.0f, 0.0f, part == VDK_PART_PLANE ? 1.0f : -1.0f);
    if (part == VDK_PART_WEST || part == VDK_PART_EAST)
        s.geometric = vdk_vec_normalize(vdk_vec_make(m[0], m[1], 0.0f));
    if (part == VDK_PART_NORTH || part == VDK_PART_SOUTH)
        s.geometric = vdk_vec_normalize(vdk_vec_make(m[2], m[3], 0.0f));
    if (part == VDK_PART_WEST || part == VDK_PART_NORTH)
        s.geometric = vdk_vec_scale(s.geometric, -1.0f);
    s.shading = s.geometric;
    s.agreement = 1.0f;
    s.material.base_color =
        part == VDK_PART_PLANE ? scene->block.plane_albedo : scene->block.side_albedo;
    if (scene->water.is_there && part < VDK_PART_UNDERSIDE && vdk_water_depth(scene, p) > 0.0f &&
        p.z > vdk_patch_height(vdk_patch_at(&scene->terrain, p.cx, p.cy), p.fx, p.fy))
        s.material.base_color = scene->water.deep;
    s.material.roughness = s.material.metallic = s.material.specular = 0.0f;
    s.material.diffuse_roughness = 0.0f;
    s.class_here = 0;
    s.layer_material = -1;
    if (part == VDK_PART_PLANE && !scene->block.plane_is_shadow && scene->ground.layer_count > 0)
        vdk_plane_layers(scene, p, wo, spread, &s);
    return s;
}

#endif
