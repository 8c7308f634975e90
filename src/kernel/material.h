/* What the ground is made of, at a point: the few numbers of the Principled model (Burley 2012,
 * "Physically Based Shading at Disney") that a landscape needs. bsdf.h makes a BSDF of them.
 *
 * With metallic, specular and diffuse_roughness 0 it is Lambertian, and its albedo is the base
 * colour. */
#ifndef VDK_MATERIAL_H
#define VDK_MATERIAL_H

#include "math.h"

typedef struct vdk_material {
    vdk_vec base_color;
    float roughness;         /* of the glossy part: 0 a mirror, 1 dull */
    float metallic;          /* 0: a coat over a diffuse body; 1: bare metal */
    float specular;          /* of the coat, 0.5: 4 % at normal incidence; 0: no coat */
    float diffuse_roughness; /* of the body; 0: Lambert */
} vdk_material;

#endif
