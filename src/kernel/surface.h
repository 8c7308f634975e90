/* What a path finds where it meets the ground: normals and the material. */
#ifndef VDK_SURFACE_H
#define VDK_SURFACE_H

#include "ground.h"
#include "scene.h"

typedef struct vdk_surface {
    vdk_vec geometric; /* unit normal of the patch */
    vdk_vec shading;   /* unit normal to shade with */
    float agreement;   /* cosine between the two */
    vdk_material material;
    int class_here, layer_material; /* the class, and the material of layers that covers most; -1:
                                       none does */
} vdk_surface;

VD_FN vdk_vec vdk_ramp_colour(VDK_SCENE const vdk_elevation_ramp *ramp, float z)
{
    int low = 0, high = ramp->count - 1;
    if (z <= ramp->elevation[0]) {
        high = 0;
    } else if (z >= ramp->elevation[high]) {
        low = high;
    } else {
        while (high - low > 1) {
            int middle = (low + high) / 2;
            if (ramp->elevation[middle] <= z)
                low = middle;
            else
                high = middle;
        }
    }
    VDK_GLOBAL const float *a = ramp->rgba + 4 * low;
    VDK_GLOBAL const float *b = ramp->rgba + 4 * high;
    float span = ramp->elevation[high] - ramp->elevation[low];
    float t = span > 0.0f ? (z - ramp->elevation[low]) / span : 0.0f;
    return vdk_vec_make(vdk_lerp(a[0], b[0], t), vdk_lerp(a[1], b[1], t), vdk_lerp(a[2], b[2], t));
}

/** How much lower than it is a height is stored at a place. */
VD_FN float vdk_curve_drop(VDK_SCENE const vdk_height_field *f, VDK_SCENE const vdk_curve *curve,
                           vdk_position p)
{
    if (!(curve->per_m2 > 0.0f)) return 0.0f;
    VDK_SCENE const float *m = f->to_grid;
    float det = m[0] * m[3] - m[1] * m[2];
    float dx = (float)(p.cx - curve->about.cx) + (p.fx - curve->about.fx);
    float dy = (float)(p.cy - curve->about.cy) + (p.fy - curve->about.fy);
    float east = (m[3] * dx - m[1] * dy) / det, north = (m[0] * dy - m[2] * dx) / det;
    return curve->per_m2 * (east * east + north * north);
}

/** The ground's true elevation, by which it is coloured. */
VD_FN float vdk_elevation_at(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    return p.z + vdk_curve_drop(&scene->terrain, &scene->curve, p);
}

/** The colour below all layers, where land cover is of this class. */
VD_FN vdk_vec vdk_colour_of(VDK_SCENE const vdk_scene *scene, vdk_position p, int class_here)
{
    VDK_SCENE const vdk_class_map *classes = &scene->ground.classes;
    vdk_vec albedo = scene->material.base_color;
    if (scene->ramp.count > 0)
        albedo = vdk_vec_mul(albedo, vdk_ramp_colour(&scene->ramp, vdk_elevation_at(scene, p)));
    if (class_here > 0 && classes->colours) {
        VDK_GLOBAL const float *rgba = classes->colours + 4 * class_here;
        float alpha = classes->opacity * rgba[3];
        albedo = vdk_vec_add(vdk_vec_scale(albedo, 1.0f - alpha),
                             vdk_vec_scale(vdk_vec_make(rgba[0], rgba[1], rgba[2]), alpha));
    }
    if (scene->drape.levels > 0)
        albedo = vdk_drape_over(&scene->drape, vdk_drape_at(&scene->drape, p.cx, p.fx, p.cy, p.fy),
                                albedo);
    return albedo;
}

/** The colour of ground without layers and classes. */
VD_FN vdk_vec vdk_albedo_at(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    return vdk_colour_of(scene, p, 0);
}

/** The ground at a point that is seen from wo in pixels of so much spread (vdk_path). */
VD_FN vdk_surface vdk_surface_at(VDK_SCENE const vdk_scene *scene, vdk_position p, vdk_vec wo,
                                 float spread)
{
    VDK_SCENE const vdk_ground_layers *ground = &scene->ground;
    vdk_surface s;
    s.geometric = vdk_geometric_normal(&scene->terrain, p);
    s.shading = vdk_shading_normal(&scene->terrain, p, s.geometric);
    s.agreement = scene->terrain.smooth_normals ? vdk_vec_dot(s.geometric, s.shading) : 1.0f;
    s.material = scene->material;
    s.class_here = 0;
    s.layer_material = -1;
    if (ground->layer_count == 0 && ground->classes.levels == 0) {
        s.material.base_color = vdk_albedo_at(scene, p);
        return s;
    }
    /* A pixel is stretched along one direction of slanting ground; as wide as its area asks. */
    float slant = vdk_max(vdk_vec_dot(s.geometric, wo), 0.05f);
    vdk_ground_point point = vdk_ground_point_at(&scene->terrain, ground, p,
                                                 vdk_curve_drop(&scene->terrain, &scene->curve, p),
                                                 s.shading, 2.0f * spread / vdk_sqrtf(slant));
    s.material.base_color = vdk_colour_of(scene, p, point.class_here);
    s.shading = vdk_ground_over(&scene->terrain, ground, &point, wo, &s.material);
    s.agreement = vdk_vec_dot(s.geometric, s.shading);
    s.class_here = point.class_here;
    s.layer_material = point.material_here;
    return s;
}

/** How much of a sun's light from direction wi an interpolated normal may show. Where the patch
 * itself turns away from the sun its light must be gone, or the shadow's edge would follow the
 * cells; Chiang, Li and Burley 2019, "Taming the Shadow Terminator", equations 1 and 2, fade it
 * smoothly. */
VD_FN float vdk_terminator(VDK_PRIVATE const vdk_surface *s, vdk_vec wi)
{
    float cos_geometric = vdk_vec_dot(s->geometric, wi);
    float cos_shading = vdk_vec_dot(s->shading, wi);
    if (cos_geometric <= 0.0f || cos_shading <= 0.0f) return 0.0f;
    /* Opposed normals (agreement < 0) are past the paper; from above the limit is 1. */
    float unfaded = cos_shading * s->agreement;
    if (cos_geometric >= unfaded) return 1.0f;
    float g = cos_geometric / unfaded;
    return g * (1.0f + g * (1.0f - g));
}

#endif
