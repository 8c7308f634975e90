/* A mesh in several shapes: files of the same triangles, between which it changes its form. */
#ifndef VD_OBJECT_SHAPES_H
#define VD_OBJECT_SHAPES_H

#include "objects/mesh.h"

typedef struct vd_shapes {
    vd_mesh *first; /**< triangles, materials and the first shape's points */
    int count;
    float *points;   /**< shape after shape */
    float *normals;  /**< likewise; NULL: some shape has none */
    double *strides; /**< [count - 1]: how far a point goes at most from each to the next */
} vd_shapes;

/** Reads them; *out is NULL on failure.
 *  Returns as vd_mesh_read(), or VD_ERR_FORMAT (they do not join the same points). */
VD_MUST_USE vd_result vd_shapes_read(vd_context *context, const char *const *paths, int count,
                                     vd_mesh_up up, vd_shapes **out);
void vd_shapes_destroy(vd_shapes *shapes);

/** The mesh as it is so far on in the shapes, at each of some steps: 1.25 is a quarter of the way
 *  from the second to the third. Before the first and behind the last it stays as they are, or if
 *  it is in cycles the first comes after the last. Destroy with vd_mesh_destroy(); *out is NULL on
 *  failure. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_shapes_mesh(vd_context *context, const vd_shapes *shapes, bool is_cycle,
                                     const double *at, int steps, vd_mesh **out);

/** How far a point is off at most, in metres of the file, where it goes straight from one shape to
 *  another and is t of the way there, but should be in a third. */
double vd_shapes_error(const vd_shapes *shapes, bool is_cycle, double from, double to,
                       double wanted, double t);

#endif
