/* Objects as data: meshes, where copies of them stand, what they are made of, and which of their
 * triangles give light. object_surface.h and emitters.h evaluate them; scene/objects.c makes them.
 *
 * A copy ("instance") shares its mesh and has a transform of its own: a place on the grid, as
 * precise as any, and a turn that takes the mesh's axes to metres east, north and up. One that
 * moves while the shutter is open has such transforms at even times, and between two of them is
 * where a straight line from number to number puts it, in the engine's tracer as here. So has a
 * mesh that changes its form the points and normals of even times, with the same triangles. The
 * kernel never looks for what a ray hits among them: the engine does, and hands over an object's
 * number, a triangle, barycentric coordinates and the ray's time. */
#ifndef VDK_OBJECTS_H
#define VDK_OBJECTS_H

#include "height_field.h"
#include "rules.h"

/* A point of an object: corner a of the triangle plus u (b - a) + v (c - a). */
typedef struct vdk_object_point {
    int instance, triangle;
    float u, v;
    float time; /* of motion.h; unread of one that stands still */
} vdk_object_point;

/* Where a copy stands: all that may change in time. */
typedef struct vdk_transform {
    vdk_position at;
    float turn[9]; /* row-major: rotation and scale, to (east, north, up) */
    float scale;   /* of lengths */
} vdk_transform;

typedef struct vdk_mesh {
    VDK_GLOBAL const float *points;     /* x, y, z each; z up; step after step */
    VDK_GLOBAL const float *normals;    /* likewise, unit; NULL: the triangles' own */
    VDK_GLOBAL const float *uvs;        /* u to the right, v up; NULL: none */
    VDK_GLOBAL const vdk_uint *corners; /* three a triangle */
    VDK_GLOBAL const int *slots;        /* of each triangle: which of the mesh's materials */
    VDK_GLOBAL const int *lamps; /* of each triangle: its number among those that give light by the
                                    mesh's own materials, or -1; NULL: none does */
    int first_material;          /* of its slots among all */
    int steps;                   /* in which it changes its form at even times; 1: it does not */
    vdk_long stride;             /* floats of points, and of normals, of a step */
} vdk_mesh;

typedef struct vdk_instance {
    vdk_transform placed; /* at the picture's own time */
    int way;              /* of its transforms in time, the first; -1: it stands still */
    int steps;            /* how many they are: two at least */
    int mesh;
    int material;      /* of all of it; -1: the mesh's own */
    int first_emitter; /* of its triangles that give light, in their order; -1: none does */
    int record;        /* of the scene's list that it stands for */
} vdk_instance;

/* What a triangle is made of. */
typedef struct vdk_object_material {
    vdk_material base;
    int named;        /* among the materials of `look`, which take the place of base; -1: none */
    int picture;      /* of its colours by uv, among the tiles of `look`; -1: none */
    vdk_vec emission; /* radiance, on both sides */
} vdk_object_material;

/* A triangle that gives light. */
typedef struct vdk_emitter {
    int instance, triangle;
    vdk_uint trail; /* which way to take at each node from the root down, from the lowest bit up */
    float area;     /* square metres */
} vdk_emitter;

/* A node of the tree over them: a bounding ball, and a cone of the triangles' normals. */
typedef struct vdk_emitter_node {
    vdk_vec centre; /* metres (east, north, up) from the objects' origin */
    float radius;
    vdk_vec axis; /* of normals, whose signs mean nothing */
    float cosine; /* of the angle about it that holds them all */
    float power;  /* luminance times area of all below */
    int second;   /* child; the first is the next node. Of a leaf: -1 - its emitter */
} vdk_emitter_node;

typedef struct vdk_objects {
    VDK_GLOBAL const vdk_mesh *meshes;
    VDK_GLOBAL const vdk_instance *instances;
    VDK_GLOBAL const vdk_transform *ways;
    VDK_GLOBAL const vdk_object_material *materials;
    VDK_GLOBAL const vdk_emitter *emitters;
    VDK_GLOBAL const vdk_emitter_node *nodes;
    vdk_ground_layers look; /* materials by name, and pictures */
    vdk_position origin;    /* from which single-precision coordinates count */
    int count;              /* of instances; 0: there are no objects */
    int emitter_count;
} vdk_objects;

#endif
