/* The surface of water as a vertex of a path finds it from above: facets and foam, or matte colour.
 */
#ifndef VDK_WATER_GROUND_H
#define VDK_WATER_GROUND_H

#include "path.h"
#include "water_optics.h"
#include "water_waves.h"

/* Roughness that light is given which has bounced off the ground before: what a calm lake throws
 * onto a slope is blurred by so much, instead of coming as rare and blinding specks (Kaplanyan and
 * Dachsbacher 2013, "Path Space Regularization for Holistic and Robust Light Transport"). */
#define VDK_WATER_ALPHA_BLURRED 0.3f
/* Albedo of foam (Koepke 1984, "Effective reflectance of oceanic whitecaps", Applied Optics 23:
 * 0.55 when fresh). */
#define VDK_FOAM_ALBEDO 0.55f

/** Metres of water over the bed at a point of its surface; very many where no bed is known. */
VD_FN float vdk_bed_depth(VDK_SCENE const vdk_scene *scene, vdk_position p)
{
    VDK_SCENE const vdk_height_field *f = &scene->terrain;
    float surface = p.z;
    if (vdk_to_edge(f, &p) != 0 && f->border == VDK_BORDER_OPEN) return 1.0e6f;
    float bed = vdk_height_of(f, p.cx, p.cy, p.fx, p.fy);
    return vdk_max((surface - bed) * f->z_factor, 0.0f);
}

/** A matte surface of this colour, level. */
VD_FN vdk_surface vdk_level_surface(vdk_vec colour)
{
    vdk_surface s;
    s.geometric = s.shading = vdk_vec_make(0.0f, 0.0f, 1.0f);
    s.agreement = 1.0f;
    s.class_here = 0;
    s.layer_material = -1;
    s.material.base_color = colour;
    s.material.roughness = 1.0f;
    s.material.metallic = s.material.specular = s.material.diffuse_roughness = 0.0f;
    return s;
}

/** The colour of matte water: by depth, and darker in a band along the shore. */
VD_FN vdk_vec vdk_water_tint(VDK_SCENE const vdk_scene *scene, vdk_position p, float spread)
{
    VDK_SCENE const vdk_water *water = &scene->water;
    if (!(water->depth_scale > 0.0f)) return water->deep;
    float depth = vdk_bed_depth(scene, p);
    float t = 1.0f - vdk_expf(-2.5f * depth / water->depth_scale);
    vdk_vec colour =
        vdk_vec_add(vdk_vec_scale(water->shallow, 1.0f - t), vdk_vec_scale(water->deep, t));
    if (!(water->vignette > 0.0f) || !water->shore) return colour;
    float band = vdk_water_shore(scene, p) / vdk_max(water->vignette * spread, 1.0e-3f);
    float dark = 0.38f * vdk_expf(-band);
    return vdk_vec_mul(colour, vdk_vec_make(1.0f - dark, 1.0f - 0.8f * dark, 1.0f - 0.6f * dark));
}

/** About how much brighter the sky above water is than what comes out of it, which is the sky's and
 *  three times as much of the sun's light, off endless water or, through that of this depth, off a
 *  bed of albedo 0.3. Radiance loses the square of the index on its way out. */
VD_FN float vdk_water_contrast(VDK_SCENE const vdk_water *water, float depth)
{
    float body = vdk_vec_max(water->deep);
    float bed = 0.3f * vdk_vec_max(vdk_water_left(water, 2.0f * depth));
    return vdk_clamp(0.5f / (body + bed), 1.0f, 30.0f);
}

/** The facets at a path's vertex, from above or below. */
VD_FN vdk_water_facets vdk_water_facets_at(VDK_SCENE const vdk_scene *scene,
                                           VDK_PRIVATE const vdk_path *path)
{
    int body = vdk_imax(vdk_water_body_at(scene, path->at), 0);
    vdk_water_form form = vdk_water_form_at(scene, body, path->at, path->wo, path->spread);
    float alpha = vdk_sqrtf(form.lost);
    if (path->depth > path->crossings) alpha = vdk_max(alpha, VDK_WATER_ALPHA_BLURRED);
    float brighter = 1.0f;
    if (path->wo.z > 0.0f)
        brighter = vdk_water_contrast(&scene->water, vdk_bed_depth(scene, path->at));
    return vdk_water_facets_make(form.east, form.north, alpha, path->wo, brighter);
}

/** The surface from above. Returns 1 with *facets filled where it is optical and free of foam;
 *  *surface is level then, for what lights ask of it. */
VD_FN int vdk_water_top(VDK_SCENE const vdk_scene *scene, VDK_PRIVATE const vdk_path *path,
                        VDK_PRIVATE vdk_surface *surface, VDK_PRIVATE vdk_water_facets *facets)
{
    float u, chance;
    if (!scene->water.is_optical) {
        *surface = vdk_level_surface(vdk_water_tint(scene, path->at, path->spread));
        return 0;
    }
    *surface = vdk_level_surface(vdk_vec_make(VDK_FOAM_ALBEDO, VDK_FOAM_ALBEDO, VDK_FOAM_ALBEDO));
    float foam = vdk_foam_at(scene, path->at, vdk_bed_depth(scene, path->at), path->spread);
    if (foam > 0.0f) {
        vdk_sample_2d(&path->sampler, vdk_water_pad(path->depth), &u, &chance);
        if (chance < foam) return 0;
    }
    *facets = vdk_water_facets_at(scene, path);
    return 1;
}

#endif
