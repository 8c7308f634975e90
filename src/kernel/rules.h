/* Layers on the ground as data: materials, the rules by which they lie, and what the rules look
 * at. ground.h evaluates them; scene/ground.c makes them of the settings. */
#ifndef VDK_RULES_H
#define VDK_RULES_H

#include "material.h"
#include "noise.h"
#include "texture.h"

#define VDK_COARSE_LEVELS 24
#define VDK_COARSE_RING 2

/* Heights averaged over ever larger squares of posts: of level l over 2^l a side, with a ring of
 * more around them that goes on as they end. Level 0 is the height field itself. */
typedef struct vdk_coarse_heights {
    VDK_GLOBAL const float *heights; /* level after level from 1 on, row after row */
    int levels;                      /* the last one's number; 0: there are none */
    vdk_long offset[VDK_COARSE_LEVELS];
    int width[VDK_COARSE_LEVELS], height[VDK_COARSE_LEVELS]; /* with the ring */
} vdk_coarse_heights;

/* A picture that tiles, with its smaller copies. */
typedef struct vdk_tile {
    VDK_GLOBAL const vdk_uchar *texels; /* red, green, blue, unread; sizes halve down to 1 */
    int width, height, levels;
} vdk_tile;

/* A material of layers. Noise with no octaves is none. */
typedef struct vdk_ground_material {
    vdk_material base;
    float variation, strata, bump;
    vdk_noise variation_noise, strata_noise, bump_noise;
    vdk_noise tile;                            /* whose first octave is a tile */
    int albedo_map, roughness_map, normal_map; /* of the tiles; -1: none */
    int height_map;                            /* the same; the rest is of the terrain's detail */
    float height, detail, ledges, bed;
} vdk_ground_material;

/* Limits that ask for nothing are VDK_HUGE away. */
typedef struct vdk_ground_layer {
    int material;
    float opacity;
    float elevation_min, elevation_max, elevation_soft; /* stored units, relative to the base */
    float slope_min, slope_max, slope_soft;             /* degrees */
    float aspect_east, aspect_north, aspect_half, aspect_soft; /* a unit vector; degrees */
    int has_aspect;
    float aspect_shift; /* stored units */
    float curvature_min, curvature_max, curvature_soft;
    float hollows;
    int only_hollows; /* no limit but those */
    int has_curvature;
    float curvature_level, curvature_scale; /* of the coarse heights; 4 over the width in metres */
    float threshold;                        /* of noise, above which it lies; -VDK_HUGE: none */
    float wander;                           /* of its edges, in edge widths */
    vdk_noise noise;
    int has_classes;
    vdk_uint classes[8]; /* a bit for each */
} vdk_ground_layer;

/* Land cover: the number of a class, 0 for none, in each texel. */
typedef struct vdk_class_map {
    VDK_GLOBAL const vdk_uchar *classes[VDK_DRAPE_LEVELS];
    vdk_texture level[VDK_DRAPE_LEVELS]; /* how those lie; their texels are unread */
    int levels;                          /* 0: no classes */
    VDK_GLOBAL const float *colours; /* linear r, g, b and an alpha for each class; may be NULL */
    VDK_GLOBAL const vdk_noise *wander; /* two fields; NULL: none */
    float wander_x, wander_y;           /* cells that their standard deviation moves a place */
    float opacity;
} vdk_class_map;

typedef struct vdk_ground_layers {
    VDK_GLOBAL const vdk_ground_layer *layers; /* from the top one down */
    VDK_GLOBAL const vdk_ground_material *materials;
    VDK_GLOBAL const vdk_tile *tiles;
    int layer_count;
    float linear[256]; /* what the bytes of tiles' colours mean */
    vdk_coarse_heights coarse;
    vdk_class_map classes;
} vdk_ground_layers;

#endif
