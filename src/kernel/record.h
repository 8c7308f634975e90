/* What AOVs tell of the first vertex of a path: where it is, and what lies there. Rays of their own
 * have random numbers that no path uses; but under a single sun plain ground's rays to it go where
 * those of paths do, so that most need not be traced again.
 *
 * Slope and aspect are those of the land itself, the patch's own, without z_factor and without the
 * Earth's curvature. Depth is the camera's: of what it sees. */
#ifndef VDK_RECORD_H
#define VDK_RECORD_H

#include "view.h"

/* Pads far beyond those of any path. */
enum {
    VDK_PAD_AO = 0x7fff0000,
    VDK_PAD_SUN_SEEN = 0x7fff0001,
    VDK_PAD_SUN_SEEN_CHOICE = 0x7fff0002,
    VDK_PAD_SKY_SEEN = 0x7fff0003
};

/* What is seen; the records of a scene's list of objects count on from the last. */
enum {
    VDK_OBJECT_NONE = 0,
    VDK_OBJECT_TERRAIN,
    VDK_OBJECT_PLINTH,
    VDK_OBJECT_PLANE,
    VDK_OBJECT_WATER,
    VDK_OBJECT_OWN
};
/* Materials likewise, those of layers from the last on, and then one of each record of objects. */
enum {
    VDK_MATERIAL_NONE = 0,
    VDK_MATERIAL_GROUND,
    VDK_MATERIAL_PLINTH,
    VDK_MATERIAL_PLANE,
    VDK_MATERIAL_WATER,
    VDK_MATERIAL_OWN
};
/* The channels of the mask. */
enum { VDK_MASK_TERRAIN = 0, VDK_MASK_WATER, VDK_MASK_SKY, VDK_MASK_OBJECT };

typedef struct vdk_record {
    vdk_vec normal_camera;
    float depth, elevation, slope;
    float rise_east, rise_north; /* per metre; bounded on what stands upright */
    float u, v;
} vdk_record;

/** The object that a part belongs to; record is that of an object of the scene's list. */
VD_FN int vdk_object_of(int part, int record)
{
    if (part == VDK_PART_OBJECT) return VDK_OBJECT_OWN + record;
    if (part == VDK_PART_GROUND) return VDK_OBJECT_TERRAIN;
    if (part == VDK_PART_WATER || part == VDK_PART_IN_WATER) return VDK_OBJECT_WATER;
    return part == VDK_PART_PLANE ? VDK_OBJECT_PLANE : VDK_OBJECT_PLINTH;
}

/** The channel of the mask that an object counts for. */
VD_FN int vdk_mask_of(int object)
{
    if (object == VDK_OBJECT_TERRAIN) return VDK_MASK_TERRAIN;
    return object == VDK_OBJECT_WATER ? VDK_MASK_WATER : VDK_MASK_OBJECT;
}

/** The material of a part, where one of `layers` materials of layers lies on top (-1: none), or
 *  that is of a record. */
VD_FN int vdk_material_of(int part, int layered, int layers, int record)
{
    if (part == VDK_PART_OBJECT) return VDK_MATERIAL_OWN + layers + record;
    if (part == VDK_PART_WATER || part == VDK_PART_IN_WATER) return VDK_MATERIAL_WATER;
    if (part != VDK_PART_GROUND && part != VDK_PART_PLANE) return VDK_MATERIAL_PLINTH;
    if (layered >= 0) return VDK_MATERIAL_OWN + layered;
    return part == VDK_PART_GROUND ? VDK_MATERIAL_GROUND : VDK_MATERIAL_PLANE;
}

/** Is a first vertex something that is there? A plane of shadow alone is not. */
VD_FN int vdk_record_is_there(VDK_SCENE const vdk_scene *scene, int part)
{
    return part != VDK_PART_PLANE || !scene->block.plane_is_shadow;
}

/** How far a point is from the camera: along its axis, or with a projection that has none along
 *  the ray. */
VD_FN float vdk_record_depth(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    vdk_vec d = vdk_metres_between(&scene->terrain, scene->view.eye, p);
    if (scene->view.projection == VDK_PROJECTION_PERSPECTIVE ||
        scene->view.projection == VDK_PROJECTION_ORTHO)
        return vdk_vec_dot(scene->view.forward, d);
    return vdk_sqrtf(vdk_vec_dot(d, d));
}

/** Rise of the land per metre east and north, for its unit normal; at most so much a metre. */
VD_FN void vdk_record_rise(VDK_SCENE const vdk_scene *scene, vdk_position p, int part,
                           vdk_vec normal, float least, VDK_PRIVATE float *east,
                           VDK_PRIVATE float *north)
{
    float flat = 1.0f / (vdk_max(normal.z, least) * scene->terrain.z_factor);
    *east = -normal.x * flat;
    *north = -normal.y * flat;
    if (part != VDK_PART_GROUND || !(scene->curve.per_m2 > 0.0f)) return;
    vdk_vec d = vdk_metres_between(&scene->terrain, scene->curve.about, p);
    *east += 2.0f * scene->curve.per_m2 * d.x;
    *north += 2.0f * scene->curve.per_m2 * d.y;
}

/** The record of a first vertex with these normals. */
VD_FN vdk_record vdk_record_at(VDK_SCENE const vdk_scene *scene, vdk_position p, int part,
                               vdk_vec geometric, vdk_vec shading)
{
    VDK_SCENE const vdk_height_field *f = &scene->terrain;
    VDK_SCENE const vdk_view_camera *view = &scene->view;
    vdk_record r;
    float east, north;
    r.normal_camera =
        vdk_vec_make(vdk_vec_dot(view->right, shading), vdk_vec_dot(view->up, shading),
                     -vdk_vec_dot(view->forward, shading));
    r.depth = vdk_record_depth(scene, p);
    r.elevation =
        part == VDK_PART_PLANE || part == VDK_PART_UNDERSIDE ? p.z : vdk_elevation_at(scene, p);
    vdk_record_rise(scene, p, part, geometric, 1.0e-6f, &east, &north);
    r.slope = 180.0f * VDK_INV_PI * vdk_atan2f(vdk_sqrtf(east * east + north * north), 1.0f);
    vdk_record_rise(scene, p, part, geometric, 0.00390625f, &r.rise_east, &r.rise_north);
    r.u = ((float)p.cx + p.fx - 0.5f) / (float)(f->cells_x - 1);
    r.v = 1.0f - ((float)p.cy + p.fy - 0.5f) / (float)(f->cells_y - 1);
    return r;
}

/** Roughness as it is told: matte ground has none of gloss, and counts as dull. */
VD_FN float vdk_record_roughness(VDK_PRIVATE const vdk_material *m)
{
    return m->specular > 0.0f || m->metallic > 0.0f ? m->roughness : 1.0f;
}

/* ---- rays ----------------------------------------------------------------------------------- */

/** Where a ray of the AOV ao goes. */
VD_FN vdk_vec vdk_ao_direction(VDK_PRIVATE const vdk_sampler *sampler, vdk_vec shading)
{
    float u, v;
    vdk_sample_2d(sampler, VDK_PAD_AO, &u, &v);
    return vdk_cosine_about(shading, u, v);
}

/** Where one of sky_visibility goes. */
VD_FN vdk_vec vdk_sky_seen_direction(VDK_PRIVATE const vdk_sampler *sampler)
{
    float u, v;
    vdk_sample_2d(sampler, VDK_PAD_SKY_SEEN, &u, &v);
    return vdk_cosine_about(vdk_vec_make(0.0f, 0.0f, 1.0f), u, v);
}

/** The pad of their places on the disc. */
VD_FN vdk_uint vdk_sun_seen_pad(VDK_SCENE const vdk_scene *scene)
{
    if (scene->plain && scene->sun_count == 1) return VDK_PAD_FIRST_VERTEX + VDK_PAD_SUN;
    return VDK_PAD_SUN_SEEN;
}

/** Where one of sun_visibility goes: to any point of a sun's disc, of several suns by strength;
 *  there is one at least. */
VD_FN vdk_vec vdk_sun_seen_direction(VDK_SCENE const vdk_scene *scene,
                                     VDK_PRIVATE const vdk_sampler *sampler)
{
    float u, v;
    int chosen = 0;
    if (scene->sun_count > 1) {
        float total = 0.0f;
        for (int i = 0; i < scene->sun_count; i++)
            total += vdk_luminance(scene->suns[i].irradiance);
        float left = total * vdk_sample_1d(sampler, VDK_PAD_SUN_SEEN_CHOICE);
        for (int i = 0; i < scene->sun_count; i++) {
            float weight = vdk_luminance(scene->suns[i].irradiance);
            if (weight > 0.0f) chosen = i;
            if (left < weight) break;
            left -= weight;
        }
    }
    vdk_sample_2d(sampler, vdk_sun_seen_pad(scene), &u, &v);
    return vdk_sun_sample(&scene->suns[chosen], u, v);
}

#endif
