/* From the knobs of materials, layers and classes to what the kernel lays over the ground. */
#ifndef VD_SCENE_GROUND_H
#define VD_SCENE_GROUND_H

#include "scene/scene.h"

/** Materials by name: the settings' own before the built-in ones. */
typedef struct vd_material_book {
    const vd_settings *settings;
    vd_settings *builtin;
} vd_material_book;

VD_MUST_USE vd_result vd_material_book_open(vd_context *context, const vd_settings *settings,
                                            vd_material_book *out);
void vd_material_book_close(vd_material_book *book);
/** NULL if there is none of that name. */
const vd_materials_item *vd_material_find(const vd_material_book *book, const char *name);

/** Refuses a name that no material has, of the number-th item ("layer 3") of a list.
 *  Returns VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_material_refuse(vd_context *context, const vd_material_book *book,
                                         vd_knob_id list, const char *item, int number,
                                         const char *name);

/** Makes materials for what is not ground, with room for so many pictures beside their own; *flat
 *  gets them and the tiles. Free *out with vd_ground_destroy(), also on failure.
 *  Returns VD_OK, VD_ERR_MEMORY, or as vd_tile_load(). */
VD_MUST_USE vd_result vd_ground_of_materials(vd_context *context, const vd_scene *scene,
                                             const vd_materials_item *const *items, int count,
                                             int pictures, struct vd_ground **out,
                                             vdk_ground_layers *flat);
/** Adds a picture of colours to the tiles of such materials; *out is its number. */
VD_MUST_USE vd_result vd_ground_add_picture(vd_context *context, struct vd_ground *ground,
                                            const char *path, int *out);

/** Refuses layers that mean nothing: unknown materials, limits in the wrong order, elevations that
 *  are none, layers under which all others are hidden. Returns VD_OK, VD_ERR_SETTING or
 *  VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_layers_check(vd_context *context, const vd_settings *settings,
                                      const vd_material_book *book);

/** Makes a layer of its record, which vd_layers_check() has let pass; its material is left out.
 *  order  among the layers
 *  classes  of its class numbers as the map counts them; NULL without classes */
VD_MUST_USE vd_result vd_layer_make(vd_context *context, const vd_settings *settings,
                                    const vd_terrain *terrain, int order,
                                    const vd_class_raster *classes, vdk_ground_layer *out);

#endif
