/* Triangle meshes as they are read from files: points in metres with z up, and what their triangles
 * are made of. */
#ifndef VD_MESH_H
#define VD_MESH_H

#include "base/base.h"

/** Which way a file counts upward. */
typedef enum vd_mesh_up {
    VD_MESH_UP_AUTO, /**< as its format has it: y, in PLY z */
    VD_MESH_UP_Y,
    VD_MESH_UP_Z
} vd_mesh_up;

/** What a part of a mesh is made of by its file. */
typedef struct vd_mesh_material {
    float base_color[3]; /**< linear */
    float roughness, metallic, specular;
    float emission[3]; /**< radiance */
    char *picture;     /**< path of a picture of its colours, or NULL */
} vd_mesh_material;

typedef struct vd_mesh {
    float *points;     /**< x, y, z each, step after step */
    float *normals;    /**< likewise, unit; NULL: the file has none */
    float *uvs;        /**< two each, v up; NULL: none */
    uint32_t *corners; /**< three a triangle */
    int *slots;        /**< of each triangle: its material */
    int64_t point_count, triangle_count;
    int steps; /**< at even times, if it changes its form while the shutter is open; else 1 */
    vd_mesh_material *materials;
    int material_count; /**< at least one */
    int64_t dropped;    /**< triangles without area, which are left out */
    uint64_t faces;     /**< of vd_mesh_read_shape(): a sum over what joins which points; else 0 */
    float low[3], high[3];
} vd_mesh;

/** Fails where a file cannot be one of a mesh, unread but for its name: it is not there, or of no
 *  format known here. Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_UNSUPPORTED (the build
 *  lacks Assimp). */
VD_MUST_USE vd_result vd_mesh_probe(vd_context *context, const char *path);

/** Reads a mesh; *out is NULL on failure.
 *  Returns as vd_mesh_probe(), or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_mesh_read(vd_context *context, const char *path, vd_mesh_up up,
                                   vd_mesh **out);
void vd_mesh_destroy(vd_mesh *mesh);

/** Reads a mesh as one shape of several (shapes.h): points stay in the file's order, none are
 * joined, and no triangle is left out. Returns as vd_mesh_read(). */
VD_MUST_USE vd_result vd_mesh_read_shape(vd_context *context, const char *path, vd_mesh_up up,
                                         vd_mesh **out);

/** Does this build read meshes? */
bool vd_mesh_has_reader(void);

/** A sum over all that decides how it looks. */
uint64_t vd_mesh_checksum(const vd_mesh *mesh);

/** What mesh_read.c and mesh.c share: an empty mesh of this size, and the last look at one that is
 *  filled, which leaves out triangles without area unless it is a shape, turns y up to z up, and
 *  finds the bounds.
 *  Returns VD_OK, VD_ERR_FORMAT (corners that are no points, points that are no numbers, nothing
 *  left) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_mesh_create(vd_context *context, const char *path, int64_t points,
                                     int64_t triangles, int materials, bool has_normals,
                                     bool has_uvs, vd_mesh **out);
VD_MUST_USE vd_result vd_mesh_finish(vd_context *context, const char *path, vd_mesh_up up,
                                     vd_mesh *mesh);
/** Leaves out triangles that are without area at all steps. */
void vd_mesh_drop_lines(vd_mesh *mesh);
/** Finds the bounds of all steps. */
void vd_mesh_bound(vd_mesh *mesh);

#endif
