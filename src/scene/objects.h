/* From the list `objects` to meshes, instances, and lamps on them. */
#ifndef VD_SCENE_OBJECTS_H
#define VD_SCENE_OBJECTS_H

#include "animation/animation.h"
#include "objects/shapes.h"
#include "objects/tracer.h"
#include "scene/scene.h"
#include "settings/numbers.h"

/** All that stands in a scene. */
typedef struct vd_objects {
    vd_mesh **meshes; /**< each file once */
    int mesh_count;
    vd_shapes **shapes; /**< of each mesh that changes its form; NULL: it does not */
    vdk_mesh *flat_meshes;
    int **lamps;             /**< of each mesh: see vdk_mesh; NULL: none */
    int *lamp_counts;        /**< of each mesh, by its own materials */
    int *mesh_of;            /**< of each record of the settings */
    vdk_instance *instances; /**< record after record */
    float (*places)[3];      /**< where they stand, in metres from the origin */
    int instance_count, instance_capacity;
    vdk_transform *ways;    /**< of those that move while the shutter is open; NULL: none does */
    float (*way_places)[3]; /**< as places, of ways */
    int way_count, way_capacity;
    vdk_object_material *materials; /**< the meshes' own, then one of each record that names one */
    int material_count;
    struct vd_ground *look; /**< materials by name, and pictures */
    vdk_emitter *emitters;
    vdk_emitter_node *nodes;
    int emitter_count;
    vd_object_tracer *tracer;
} vd_objects;

/** Fails where the settings' objects would, as far as that can be seen before heights are read.
 *  bytes  that they take, about, 0 without any; may be NULL
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_UNSUPPORTED, or as vd_mesh_probe(). */
VD_MUST_USE vd_result vd_scene_check_objects(vd_context *context, const vd_settings *settings,
                                             double *bytes);

/** Puts the settings' objects, if any, into a scene that has its terrain, with its detail, and
 * view. Returns as vd_scene_check_objects(), vd_mesh_read() or vd_object_tracer_create(). */
VD_MUST_USE vd_result vd_scene_set_objects(vd_context *context, vd_scene *scene);
void vd_objects_destroy(vd_objects *objects);

/** Lets objects move that do so from a frame's moment on, so many frames long.
 *  moved  does any of them?
 *  Returns VD_OK, VD_ERR_MEMORY, or what the objects of some time are refused for.
 *  (object_motion.c) */
VD_MUST_USE vd_result vd_objects_move(vd_context *context, const vd_animation *animation,
                                      double frame, double span, vd_scene *scene, bool *moved);

/** Tells objects of other meshes or in other places apart; 0 for NULL. */
uint64_t vd_objects_checksum(const vd_objects *objects);

/* ---- parts (object_places.c, object_lamps.c) ------------------------------------------------ */

/** Adds the instances of a record as they stand on the ground by these settings, those of the scene
 *  or of another moment; their mesh is read.
 *  Returns VD_OK, VD_ERR_SETTING (outside the DEM), VD_ERR_MEMORY, or as vd_vector_points_read().
 */
VD_MUST_USE vd_result vd_objects_place(vd_context *context, const vd_scene *scene,
                                       const vd_settings *settings, int record, int material,
                                       vd_objects *objects);

/** Focuses the camera on the middle of the nearest copy before it of the record that --focus names,
 *  if it does. Returns VD_OK or VD_ERR_SETTING (none of this name, or all behind it).
 *  (object_focus.c) */
VD_MUST_USE vd_result vd_lens_focus_object(vd_context *context, vd_scene *scene);

/** Calls a function with each file of a record's shapes, the first included, and what it sums up.
 *  Returns what that does, or VD_ERR_SETTING. (object_shapes.c) */
VD_MUST_USE vd_result
vd_objects_check_shapes(vd_context *context, const vd_settings *settings, int record,
                        vd_result (*check)(vd_context *, const char *, void *), void *sum);
/** Reads the shapes of a record that has some, and makes of them its mesh as it is at the settings'
 *  moment. Returns as vd_shapes_read(). (object_shapes.c) */
VD_MUST_USE vd_result vd_objects_read_shapes(vd_context *context, const vd_settings *settings,
                                             int record, vd_mesh_up up, vd_shapes **shapes,
                                             vd_mesh **mesh);
/** Lets the kernel see a mesh as it now is. (object_shapes.c) */
void vd_objects_flatten(vd_objects *objects, int mesh);

/** How far the farthest point of a mesh is from its origin. */
double vd_objects_reach(const vd_mesh *mesh);
/** An ortho camera that was fitted to the ground steps back until no object is behind it at any
 *  time, which changes nothing else. Moves the origin. */
void vd_objects_clear_camera(vd_scene *scene, const vd_objects *o);

/** Finds all triangles that give light, where they are now or on their ways, and hangs them on a
 *  tree, in the place of one that there was. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_objects_light(vd_context *context, vd_scene *scene, vd_objects *objects);

/** A position in metres (east, north, up) from the objects' origin. */
static inline void vd_objects_metres(const vdk_scene *flat, vdk_position p, double out[3])
{
    const vdk_position *o = &flat->objects.origin;
    const float *m = flat->terrain.to_grid;
    double det = (double)m[0] * (double)m[3] - (double)m[1] * (double)m[2];
    double dx = (double)p.cx - o->cx + ((double)p.fx - (double)o->fx);
    double dy = (double)p.cy - o->cy + ((double)p.fy - (double)o->fy);
    out[0] = ((double)m[3] * dx - (double)m[1] * dy) / det;
    out[1] = ((double)m[0] * dy - (double)m[2] * dx) / det;
    out[2] = ((double)p.z - (double)o->z) * (double)flat->terrain.z_factor;
}

#endif
