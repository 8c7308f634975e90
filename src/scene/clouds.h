/* Clouds: from the knobs of group clouds to what the kernel reads. */
#ifndef VD_SCENE_CLOUDS_H
#define VD_SCENE_CLOUDS_H

#include "scene/scene.h"

/** Are there to be clouds? */
bool vd_clouds_are_asked(const vd_settings *settings);

/** Refuses knobs of clouds that have no use, and clouds that are none. Returns VD_OK or
 *  VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_clouds_check(vd_context *context, const vd_settings *settings);

/** Puts the settings' clouds, if any, over a scene that has its terrain and camera.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (over a plane of shadow alone). */
VD_MUST_USE vd_result vd_scene_set_clouds(vd_context *context, vd_scene *scene);

/* ---- of a file (cloud_grid.c) ---------------------------------------------------------------- */

/** Is it a file that the settings name for clouds? */
bool vd_cloud_is_file(const vd_settings *settings);
/** Puts the file's grid into a scene that has all else of its clouds.
 *  Returns VD_OK, VD_ERR_SETTING (a place that is nowhere), or as vd_voxels_read(). */
VD_MUST_USE vd_result vd_scene_set_cloud_grid(vd_context *context, vd_scene *scene);

/* ---- their shape (cloud_shape.c) ------------------------------------------------------------- */

/** Clouds that are made up, in periods of their map: a square that repeats. */
typedef struct vd_cloud_shape {
    int kind; /**< VDK_CLOUD_CUMULUS, ... */
    uint32_t seed;
    double coverage;  /**< share of the map that clouds are over */
    double size;      /**< metres from one to the next */
    double thickness; /**< metres */
    double carve;     /**< metres that noise takes off at most; of cirrus a share */
} vd_cloud_shape;

#define VD_CLOUD_MAP 512  /**< texels along a side of the map */
#define VD_CLOUD_SIZES 16 /**< of one cloud in a period of it */
#define VD_CLOUD_CELLS 8  /**< of majorants along one of these */

/** Draws the map: in the low half of each word a top (cirrus: density) in 65535ths, in the high one
 *  its steepness as kernel/cloud.h has it.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_cloud_draw_map(vd_context *context, const vd_cloud_shape *shape,
                                        uint32_t *map);

/** Fills noise: squares of distances to the nearest of scattered points, in octaves of so many
 *  points along a side, each twice as many as the one before.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_cloud_fill_noise(vd_context *context, int points, int octaves,
                                          uint32_t seed, uint8_t *texels);

/* ---- their bounds (cloud_bounds.c) ----------------------------------------------------------- */

/** The bounds of density in cells and their parts, as kernel/cloud_data.h has them. */
typedef struct vd_cloud_bounds {
    uint8_t *majorants, *minorants;
    int *parted;
    uint8_t *parts; /**< to be freed by free() */
} vd_cloud_bounds;

/** Fills the bounds of clouds that are made up, and makes room for those of parts.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_cloud_bound(vd_context *context, const vdk_cloud *cloud,
                                     vd_cloud_bounds *bounds);

/** Fills minorants of empty cells with how far about them all are (cloud_empty.c); the others stay.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_cloud_find_empty(vd_context *context, const vdk_cloud *cloud,
                                          uint8_t *minorants);

#endif
