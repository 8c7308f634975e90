/* What fills the air: from the knobs of group fog to what the kernel reads. */
#ifndef VD_SCENE_MEDIA_H
#define VD_SCENE_MEDIA_H

#include "scene/scene.h"

/** Is anything to fill the air? */
bool vd_media_is_asked(const vd_settings *settings);

/** Refuses knobs of fog that have no use, and fog that cannot be. Returns VD_OK or VD_ERR_SETTING.
 */
VD_MUST_USE vd_result vd_media_check(vd_context *context, const vd_settings *settings);

/** A coarse grid of the floors of valleys, as elevations over the base of heights; see
 *  vdk_floor_at(). */
typedef struct vd_media_floors {
    void *memory;         /**< to be freed */
    const float *heights; /**< [height][width] */
    int width, height;
    float scale; /**< cells of it per cell of the ground's */
    float lowest, highest;
} vd_media_floors;

/** Finds the floors of a scene's ground within a reach of each place.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_media_find_floors(vd_context *context, const vdk_scene *flat,
                                           double reach_m, vd_media_floors *out);

/** Cells of a view's ground per metre. */
double vd_media_cells_per_metre(const vdk_scene *flat);

/** Fills a scene's air, which has its terrain and camera by then.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (fog that lies nowhere, or over a plane of shadow
 *  alone). */
VD_MUST_USE vd_result vd_scene_set_media(vd_context *context, vd_scene *scene);

#endif
