/* The flat scene that the path integrator reads: terrain, light, ground and camera, nothing
 * allocated. */
#ifndef VDK_SCENE_H
#define VDK_SCENE_H

#include "atmosphere.h"
#include "cloud_data.h"
#include "facet.h"
#include "material.h"
#include "media_data.h"
#include "objects.h"
#include "rules.h"
#include "texture.h"
#include "water_data.h"

#define VDK_SUNS_MAX 64
#define VDK_FILTER_CELLS 128
#define VDK_UNLIMITED (-1)

/* A disc of uniform radiance in the sky; a half angle of 0 makes it a point. */
typedef struct vdk_sun {
    vdk_vec direction;  /* towards its centre, unit, (east, north, up) */
    vdk_vec irradiance; /* on a plane that faces it */
    vdk_vec radiance;   /* of the disc; unread for a point */
    float cos_half;     /* of its half angle; 1 for a point */
    float sin_half;
    float pdf; /* of its directions, per steradian; unread for a point */
} vdk_sun;

enum { VDK_SKY_UNIFORM = 0, VDK_SKY_GRADIENT = 1, VDK_SKY_ENVIRONMENT = 2 };

typedef struct vdk_sky {
    int model;
    vdk_vec zenith;  /* radiance overhead; a uniform sky's everywhere */
    vdk_vec horizon; /* at the horizon and below it */
} vdk_sky;

/* A map of the light from everywhere, the sky of model VDK_SKY_ENVIRONMENT: see environment.h. */
typedef struct vdk_environment {
    VDK_GLOBAL const float *texels;  /* radiance, linear RGB, [height][width][3] */
    VDK_GLOBAL const float *rows;    /* of sampling: shares of the rows, summed up to 1 */
    VDK_GLOBAL const float *columns; /* within each row those of its texels, [height][width] */
    int width, height;
    float turn;        /* clockwise from above, in whole turns, of column 0 from north */
    float luminance;   /* integral over the sphere */
    float outstanding; /* of it what stands out over twice the mean */
} vdk_environment;

/* A colour for each elevation: stops in rising order, a repeated elevation makes a sharp edge. */
typedef struct vdk_elevation_ramp {
    VDK_GLOBAL const float *elevation; /* relative to the base; NULL: no ramp */
    VDK_GLOBAL const float *rgba;      /* four a stop; alpha is unread */
    int count;
} vdk_elevation_ramp;

/* Where the points of a picture in another CRS lie on the grid: see lattice.h. */
#define VDK_LATTICE_PX 64 /* side of a block of the picture */
#define VDK_NOWHERE (-2147483647 - 1)

typedef struct vdk_lattice_node {
    int cx, cy; /* cx is VDK_NOWHERE at a point that has no place in the grid's CRS */
    float fx, fy;
} vdk_lattice_node;

typedef struct vdk_lattice_block {
    int first; /* of its nodes, which stand row by row, 2^level + 1 a side */
    int level;
} vdk_lattice_block;

typedef struct vdk_lattice {
    VDK_GLOBAL const vdk_lattice_block *blocks; /* NULL: no lattice */
    VDK_GLOBAL const vdk_lattice_node *nodes;
    int blocks_x;
    int period; /* columns round the globe; 0: none */
    int west;   /* the first of them that places lie on, as far from the grid as the last */
} vdk_lattice;

/* Orthographic, straight down. The grid coordinates of pixel centres are tabulated by the host in
 * double precision as cell and fraction, so that a picture of any width is sharp to its last pixel.
 */
typedef struct vdk_map_camera {
    VDK_GLOBAL const int *column_cell;
    VDK_GLOBAL const float *column_fraction;
    VDK_GLOBAL const int *row_cell;
    VDK_GLOBAL const float *row_fraction;
    float cells_per_pixel_x, cells_per_pixel_y;
    float spread;        /* half the width of a pixel, in metres */
    vdk_lattice lattice; /* instead of all the above, if it has blocks */
} vdk_map_camera;

/* A camera in space. A pixel's place on the picture becomes a point of the plane, cylinder or disc
 * that its projection has, (x, y) from the middle of the picture to the right and up, in units of
 * `pixel` a pixel: tangents of angles (perspective; upwards also of a cylinder), metres (ortho),
 * radians (the others). */
enum {
    VDK_PROJECTION_MAP = 0, /* no view: straight down, by vdk_map_camera */
    VDK_PROJECTION_PERSPECTIVE,
    VDK_PROJECTION_ORTHO,
    VDK_PROJECTION_PANORAMA,
    VDK_PROJECTION_CYLINDER,
    VDK_PROJECTION_FISHEYE
};

/* What stands between a camera in space and its rays: see lens.h. */
/* How a lens bends what is straight: not at all, as Brown and Conrady have it, or with the odd
 * powers of a measured one besides. */
#define VDK_DISTORTION_BROWN 1
#define VDK_DISTORTION_MEASURED 2

typedef struct vdk_lens {
    int is_distorted;         /* 0 or one of the above */
    float k1, k2, k3, p1, p2; /* Brown and Conrady's coefficients, unread if it is not */
    float inner, odd1, odd3;  /* of a measured one: what is added to their 1, and for r and r^3 */
    float bend[4];            /* Kannala and Brandt's, of a fisheye */
    float aberration;         /* red is larger and blue smaller by this share; 0: none */
    float most_angle;         /* up to which they are one to one, and the picture is; 0: no such */
    float radius;             /* of the aperture, in metres; 0: a pinhole, and the rest is unread */
    vdk_vec side, top;        /* axes of the aperture, unit */
    float nearness;           /* one over the distance of what is sharp on the axis; 0: infinite */
    float tilt_x, tilt_y;     /* how it grows across the plane before the eye: a tilted lens */
    int blades;               /* 0: a round aperture */
    float turn;               /* of the blades, in whole turns */
    float squeeze;            /* across: of an anamorphic lens */
    float cat_eye;            /* how far the barrel's rim moves over the aperture, in radii for a
                                 point that is 1 from the axis on the plane at distance 1 */
} vdk_lens;

/* Where a camera stands and looks at one time, as the members of vdk_view_camera of these names. */
typedef struct vdk_pose {
    vdk_position eye;
    vdk_vec right, up, forward;
    float pixel, middle_x, middle_y;
} vdk_pose;

#define VDK_SHUTTER_CELLS 128

/* When samples are taken while the shutter is open, and how the camera moves: see motion.h. */
typedef struct vdk_motion {
    int is_open;                      /* does anything move? Else samples have no time, which is 0,
                                         and the rest is unread */
    VDK_GLOBAL const vdk_pose *poses; /* at even times, from the first row's opening to the last
                                         row's closing */
    int count;                        /* 0: the camera stands still */
    int is_sharp;                     /* samples are all of one time, of which view.eye and the like
                                         are too: what moves is asked by AOVs alone */
    float open;                       /* share of all that time for which a row is exposed */
    float rolling;                    /* share of that time between the two rows' openings */
    float height;                     /* of the picture, in pixels */
    float when[VDK_SHUTTER_CELLS + 1]; /* times of a row, in shares of all that time, up to which
                                          even parts of its light have come in */
} vdk_motion;

typedef struct vdk_view_camera {
    int projection;
    vdk_position eye;           /* of an ortho camera: what the middle of the picture looks from */
    vdk_vec right, up, forward; /* unit, (east, north, up) */
    float pixel;
    float middle_x, middle_y; /* where the projection's middle is, in pixels from the picture's
                                 upper left corner */
    int sees_sky;             /* behind the ground; else nothing is there, with an alpha of 0 */
    vdk_lens lens;
    vdk_motion motion;
} vdk_view_camera;

/* A block cut out of the ground along the raster's edges, and a plane that it stands on (block.h).
 * Borders are open then. */
typedef struct vdk_block {
    int is_there;
    int has_plane;
    int plane_is_shadow; /* alone: it is seen only where it lacks light */
    float base;          /* stored height of underside and plane */
    vdk_vec side_albedo, plane_albedo;
    float plane_light; /* luminance of the plane where nothing stands in its light */
} vdk_block;

/* How much lower than they are heights are stored, for the Earth's curvature: by so much per square
 * metre of distance from a place. */
typedef struct vdk_curve {
    vdk_position about;
    float per_m2; /* in stored units; 0: heights are as they are */
} vdk_curve;

#define VDK_SUN_STEPS 64

/* The air of a physical sky. It lights the ground by an environment map drawn from it, as seen from
 * the ground; what is behind and before the ground is looked up as seen from the eye. */
typedef struct vdk_air {
    int is_there;
    vdk_atmosphere seen;
    vdk_vec disc;         /* mean radiance of the sun's disc as the eye sees it; 0: unseen */
    vdk_vec lit_from;     /* of the moon's disc: towards the sun, unit */
    float face;           /* and how much brighter than its mean a half lit place is; 0: the sun */
    float distance_scale; /* of the air before the ground; 0: none is seen */
    float ceiling;        /* of a map: the stored height from which its ground is seen */
    int is_shaded;        /* what it adds to a view, where the sun is hidden: see air_shadow.h */
    float shade_top;      /* and the stored height above which nothing hides it */
    VDK_GLOBAL const float *sun_at; /* what of suns[0] shines at an elevation, [step][three]; NULL:
                                       all of it anywhere */
    float sun_from, sun_steps;      /* the lowest elevation, over the base; steps per metre */
} vdk_air;

/* The pixel filter's inverse distribution along one axis, in pixels from the centre. */
typedef struct vdk_filter {
    float offset[VDK_FILTER_CELLS + 1];
} vdk_filter;

typedef struct vdk_scene {
    vdk_height_field terrain;
    vdk_map_camera camera;
    vdk_view_camera view;
    vdk_block block;
    vdk_curve curve;
    vdk_water water;
    vdk_filter filter;
    vdk_sun suns[VDK_SUNS_MAX];
    int sun_count;
    vdk_sky sky;
    vdk_environment environment;
    vdk_air air;
    vdk_media media;
    vdk_cloud cloud;
    vdk_material material; /* under ramp and drape */
    int multiscatter;      /* does light pass among microfacets, on ground that is not plain? */
    vdk_elevation_ramp ramp;
    vdk_drape drape;
    vdk_ground_layers ground; /* what layers and classes add */
    vdk_objects objects;
    int plain; /* Lambertian ground under suns and a sky of one or two colours, which the shaders in
                  lanes know; all else is for the scalar one */
    int misty; /* the same with one sun at most in fog of known depth, and not plain by that alone:
                  the shaders in lanes know it too */
    int splits; /* vertices tell of what light and gloss they have, for AOVs: see split.h */
    float shadow_strength;
    int bounces; /* 0: direct light only; VDK_UNLIMITED */
    int pattern; /* VDK_PATTERN_INDEPENDENT, ... (sampler.h) */
    vdk_uint seed;
    VDK_GLOBAL const struct vdk_scene *moments; /* the scene in even parts of the time that the
                             shutter is open, where suns or clouds move in it; NULL: they do not */
    int moment_count;
} vdk_scene;

#ifndef __OPENCL_VERSION__
/* What a device must agree with. */
_Static_assert(sizeof(vdk_vec) == 12 && sizeof(vdk_sun) == 48, "no padding in a sun");
_Static_assert(sizeof(vdk_sky) == 28 && sizeof(vdk_filter) == 4 * (VDK_FILTER_CELLS + 1),
               "no padding in sky and filter");
_Static_assert(sizeof(vdk_lattice_node) == 16 && sizeof(vdk_lattice_block) == 8,
               "no padding in a lattice");
_Static_assert(sizeof(vdk_position) == 20 && sizeof(vdk_patch) == 16, "no padding in a position");
_Static_assert(sizeof(vdk_pose) == 68, "no padding in a pose");
_Static_assert(sizeof(vdk_material) == 28, "no padding in a material");
#endif

#endif
