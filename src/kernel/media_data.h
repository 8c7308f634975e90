/* What fills the air: fog, as data. media_fog.h and media.h evaluate it; scene/media.c makes it. */
#ifndef VDK_MEDIA_DATA_H
#define VDK_MEDIA_DATA_H

#include "height_field.h"
#include "phase.h"

enum { VDK_FOG_NONE = 0, VDK_FOG_HOMOGENEOUS, VDK_FOG_HEIGHT, VDK_FOG_VALLEY };

typedef struct vdk_media {
    int is_there;
    int is_single;      /* light is scattered once, and only into a camera's rays (media.h) */
    int fog;            /* VDK_FOG_HOMOGENEOUS, ... */
    float extinction;   /* of fog at its base, per metre; the most of all colours */
    int is_coloured;    /* colours differ in it (media_fog.h) */
    vdk_vec tint;       /* the share of it that each has, 1 at most; unread if they do not */
    vdk_vec albedo;     /* share of it that is scattered */
    vdk_phase phase;    /* of light that is */
    float base, top;    /* of fog: heights over the base of heights, less no curvature */
    float scale_height; /* in which it falls to 1 / e, in units of heights; unread unless HEIGHT */
    float piece;        /* metres of a ray whose height may be taken for a line (media_fog.h) */
    int is_tracked; /* it differs from place to place; the rest is unread if not (media_track.h) */
    float patchiness;
    float patch_x, patch_y, patch_z; /* periods of its noise per cell and unit of heights */
    VDK_GLOBAL const float *floors;  /* of fog in valleys, [floor_height][floor_width] */
    int floor_width, floor_height;
    float floor_scale; /* cells of that grid per cell of the ground's */
} vdk_media;

#endif
