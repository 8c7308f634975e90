/* A point of an object: where it is, how its surface lies there, and what it is made of.
 *
 * Meshes are thin: seen from behind, a triangle's normals are turned over, so that geometric and
 * shading normal are on the viewer's side. Place and normals come from the triangle's corners and
 * barycentric coordinates, never from the distance along a ray, so they do not lose digits with it.
 */
#ifndef VDK_OBJECT_SURFACE_H
#define VDK_OBJECT_SURFACE_H

#include "motion.h"
#include "scene.h"
#include "surface.h"

VD_FN vdk_vec vdk_mesh_vec(VDK_GLOBAL const float *xyz, vdk_uint index)
{
    VDK_GLOBAL const float *p = xyz + 3 * (vdk_long)index;
    return vdk_vec_make(p[0], p[1], p[2]);
}

/** A point or normal of a mesh at a time of 0 to 1. */
VD_FN vdk_vec vdk_mesh_vec_at(VDK_GLOBAL const vdk_mesh *mesh, VDK_GLOBAL const float *xyz,
                              vdk_uint index, float time)
{
    if (mesh->steps < 2) return vdk_mesh_vec(xyz, index);
    float at = time * (float)(mesh->steps - 1);
    int i = vdk_imin(vdk_ifloor(at), mesh->steps - 2);
    VDK_GLOBAL const float *from = xyz + mesh->stride * i;
    return vdk_vec_between(vdk_mesh_vec(from, index), vdk_mesh_vec(from + mesh->stride, index),
                           at - (float)i);
}

/** Does a copy move, or change its form, while the shutter is open? */
VD_FN int vdk_object_moves(VDK_SCENE const vdk_objects *objects, int instance)
{
    VDK_GLOBAL const vdk_instance *object = objects->instances + instance;
    return object->way >= 0 || objects->meshes[object->mesh].steps > 1;
}

/** Where a copy stands at a time of 0 to 1. */
VD_FN vdk_transform vdk_placed(VDK_SCENE const vdk_objects *objects, int instance, float time)
{
    VDK_GLOBAL const vdk_instance *object = objects->instances + instance;
    if (object->way < 0) return object->placed;
    float at = time * (float)(object->steps - 1);
    int i = vdk_imin(vdk_ifloor(at), object->steps - 2);
    float t = at - (float)i;
    vdk_transform a = objects->ways[object->way + i], b = objects->ways[object->way + i + 1];
    vdk_transform placed;
    placed.at = vdk_position_between(a.at, b.at, t);
    for (int k = 0; k < 9; k++) placed.turn[k] = vdk_lerp(a.turn[k], b.turn[k], t);
    placed.scale = vdk_lerp(a.scale, b.scale, t);
    return placed;
}

/** A vector of a mesh in the world. */
VD_FN vdk_vec vdk_turned(VDK_PRIVATE const vdk_transform *t, vdk_vec v)
{
    VDK_PRIVATE const float *m = t->turn;
    return vdk_vec_make(m[0] * v.x + m[1] * v.y + m[2] * v.z, m[3] * v.x + m[4] * v.y + m[5] * v.z,
                        m[6] * v.x + m[7] * v.y + m[8] * v.z);
}

/* A triangle by its corners, in metres (east, north, up) from where its object stands. */
typedef struct vdk_triangle {
    vdk_vec a, ab, ac;
} vdk_triangle;

VD_FN vdk_triangle vdk_triangle_of(VDK_SCENE const vdk_objects *objects, int instance, int triangle,
                                   float time, VDK_PRIVATE const vdk_transform *placed)
{
    VDK_GLOBAL const vdk_mesh *mesh = objects->meshes + objects->instances[instance].mesh;
    VDK_GLOBAL const vdk_uint *corner = mesh->corners + 3 * (vdk_long)triangle;
    vdk_vec a = vdk_mesh_vec_at(mesh, mesh->points, corner[0], time);
    vdk_vec b = vdk_mesh_vec_at(mesh, mesh->points, corner[1], time);
    vdk_vec c = vdk_mesh_vec_at(mesh, mesh->points, corner[2], time);
    vdk_vec to_a = vdk_vec_scale(a, -1.0f);
    vdk_triangle t;
    t.a = vdk_turned(placed, a);
    t.ab = vdk_turned(placed, vdk_vec_add(b, to_a));
    t.ac = vdk_turned(placed, vdk_vec_add(c, to_a));
    return t;
}

VD_FN vdk_vec vdk_triangle_point(vdk_triangle t, float u, float v)
{
    return vdk_vec_add(t.a, vdk_vec_add(vdk_vec_scale(t.ab, u), vdk_vec_scale(t.ac, v)));
}

/** Across a triangle, as long as twice its area. */
VD_FN vdk_vec vdk_triangle_cross(vdk_triangle t)
{
    return vdk_vec_make(t.ab.y * t.ac.z - t.ab.z * t.ac.y, t.ab.z * t.ac.x - t.ab.x * t.ac.z,
                        t.ab.x * t.ac.y - t.ab.y * t.ac.x);
}

/** Its unit normal, on either side. */
VD_FN vdk_vec vdk_triangle_normal(vdk_triangle t)
{
    /* Of a tiny triangle the squares of lengths would be too small for floats. */
    float size = vdk_max(vdk_max(vdk_vec_max(t.ab), vdk_vec_max(t.ac)),
                         -vdk_min(vdk_min(vdk_min(t.ab.x, t.ab.y), t.ab.z),
                                  vdk_min(vdk_min(t.ac.x, t.ac.y), t.ac.z)));
    t.ab = vdk_vec_scale(t.ab, 1.0f / size);
    t.ac = vdk_vec_scale(t.ac, 1.0f / size);
    return vdk_vec_normalize(vdk_triangle_cross(t));
}

/** Where a point of an object is. */
VD_FN vdk_position vdk_object_position(VDK_SCENE const vdk_scene *scene, vdk_object_point on)
{
    vdk_transform placed = vdk_placed(&scene->objects, on.instance, on.time);
    vdk_triangle t = vdk_triangle_of(&scene->objects, on.instance, on.triangle, on.time, &placed);
    return vdk_moved(&scene->terrain, placed.at, vdk_triangle_point(t, on.u, on.v));
}

VD_FN int vdk_object_material_of(VDK_SCENE const vdk_objects *objects, int instance, int triangle)
{
    VDK_GLOBAL const vdk_instance *object = objects->instances + instance;
    VDK_GLOBAL const vdk_mesh *mesh = objects->meshes + object->mesh;
    return object->material >= 0 ? object->material : mesh->first_material + mesh->slots[triangle];
}

/** The light that a point of an object gives by itself, to all sides. */
VD_FN vdk_vec vdk_object_emission(VDK_SCENE const vdk_objects *objects, vdk_object_point on)
{
    return objects->materials[vdk_object_material_of(objects, on.instance, on.triangle)].emission;
}

/** The colour of a picture on a mesh, at a point that is seen in pixels of so many metres. */
VD_FN vdk_vec vdk_object_picture(VDK_SCENE const vdk_objects *objects, vdk_object_point on,
                                 int picture, vdk_triangle t, float width)
{
    VDK_GLOBAL const vdk_mesh *mesh = objects->meshes + objects->instances[on.instance].mesh;
    VDK_GLOBAL const vdk_uint *corner = mesh->corners + 3 * (vdk_long)on.triangle;
    float at[6];
    for (int k = 0; k < 3; k++) {
        at[2 * k] = mesh->uvs[2 * (vdk_long)corner[k]];
        at[2 * k + 1] = mesh->uvs[2 * (vdk_long)corner[k] + 1];
    }
    float bu = at[2] - at[0], bv = at[3] - at[1], cu = at[4] - at[0], cv = at[5] - at[1];
    float u = at[0] + on.u * bu + on.v * cu, v = at[1] + on.u * bv + on.v * cv;
    vdk_vec across = vdk_triangle_cross(t);
    float area = vdk_sqrtf(vdk_vec_dot(across, across));
    float per_metre = vdk_sqrtf(vdk_abs(bu * cv - bv * cu) / vdk_max(area, 1.0e-30f));
    u -= (float)vdk_ifloor(u);
    v -= (float)vdk_ifloor(v);
    return vdk_tile_at(&objects->look, picture, u, v, width * per_metre, 1);
}

/** Lays a material that has a name over an object: as over ground that lies so. */
VD_FN void vdk_object_named(VDK_SCENE const vdk_scene *scene, int named, vdk_position at,
                            vdk_vec wo, float width, VDK_PRIVATE vdk_surface *s)
{
    VDK_SCENE const vdk_ground_layers *look = &scene->objects.look;
    vdk_ground_point point =
        vdk_ground_point_at(&scene->terrain, look, at,
                            vdk_curve_drop(&scene->terrain, &scene->curve, at), s->shading, width);
    vdk_ground_mix mix = vdk_material_at(&scene->terrain, look, look->materials + named, &point);
    s->material = mix.material;
    s->shading = vdk_ground_finished(&mix, s->shading, wo, &s->material);
}

/** An object at a point that is seen from wo in pixels of so much spread (vdk_path). */
VD_FN vdk_surface vdk_object_surface(VDK_SCENE const vdk_scene *scene, vdk_object_point on,
                                     vdk_position at, vdk_vec wo, float spread)
{
    VDK_SCENE const vdk_objects *objects = &scene->objects;
    VDK_GLOBAL const vdk_instance *object = objects->instances + on.instance;
    VDK_GLOBAL const vdk_mesh *mesh = objects->meshes + object->mesh;
    VDK_GLOBAL const vdk_object_material *material =
        objects->materials + vdk_object_material_of(objects, on.instance, on.triangle);
    vdk_transform placed = vdk_placed(objects, on.instance, on.time);
    vdk_triangle t = vdk_triangle_of(objects, on.instance, on.triangle, on.time, &placed);
    vdk_surface s;
    s.geometric = vdk_triangle_normal(t);
    if (vdk_vec_dot(s.geometric, wo) < 0.0f) s.geometric = vdk_vec_scale(s.geometric, -1.0f);
    s.shading = s.geometric;
    if (mesh->normals) {
        VDK_GLOBAL const vdk_uint *corner = mesh->corners + 3 * (vdk_long)on.triangle;
        vdk_vec n = vdk_vec_scale(vdk_mesh_vec_at(mesh, mesh->normals, corner[0], on.time),
                                  1.0f - on.u - on.v);
        n = vdk_vec_add(
            n, vdk_vec_scale(vdk_mesh_vec_at(mesh, mesh->normals, corner[1], on.time), on.u));
        n = vdk_vec_add(
            n, vdk_vec_scale(vdk_mesh_vec_at(mesh, mesh->normals, corner[2], on.time), on.v));
        n = vdk_turned(&placed, n);
        float length = vdk_sqrtf(vdk_vec_dot(n, n));
        if (length > 1.0e-3f * placed.scale) { /* opposed normals have no mean */
            float side = vdk_vec_dot(n, s.geometric) < 0.0f ? -1.0f : 1.0f;
            s.shading = vdk_vec_scale(n, side / length);
        }
    }
    float width = 2.0f * spread / vdk_sqrtf(vdk_max(vdk_vec_dot(s.geometric, wo), 0.05f));
    s.material = material->base;
    if (material->named >= 0) vdk_object_named(scene, material->named, at, wo, width, &s);
    if (material->picture >= 0 && mesh->uvs)
        s.material.base_color = vdk_vec_mul(
            s.material.base_color, vdk_object_picture(objects, on, material->picture, t, width));
    s.agreement = vdk_vec_dot(s.geometric, s.shading);
    s.class_here = 0;
    s.layer_material = -1;
    return s;
}

#endif
