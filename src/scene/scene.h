/* A scene: settings and data turned into the flat form that the kernel reads. */
#ifndef VD_SCENE_H
#define VD_SCENE_H

#include "atmosphere/environment.h"
#include "atmosphere/moonlight.h"
#include "kernel/scene.h"
#include "scene/coverage.h"
#include "scene/frame.h"
#include "scene/view.h"
#include "settings/settings.h"
#include "terrain/classes.h"
#include "terrain/drape.h"
#include "terrain/height_cache.h"
#include "terrain/ramp.h"
#include "terrain/terrain.h"

struct vd_scene {
    vd_settings *settings;
    vd_terrain *terrain;
    vd_ramp *ramp;
    vd_drape *drape;
    vd_environment *environment;      /**< a map read from a file, or drawn from a physical sky */
    struct vd_atmosphere *atmosphere; /**< of a physical sky, as the eye sees it; NULL: none */
    struct vd_ground *ground;         /**< layers and classes; NULL: none */
    struct vd_objects *objects;       /**< meshes that stand there; NULL: none */
    struct vd_water *water;           /**< NULL: none */
    void *clouds;                     /**< their map, noise and majorants; NULL: none */
    void *cloud_parts; /**< bounds of parts of their cells, or of a file's; NULL: none */
    float *floors;     /**< of valleys, for fog in them; NULL: none */
    float sun_at[3 * VDK_SUN_STEPS]; /**< what of the sun's light comes down, by elevation */
    vd_frame frame;
    vd_view_choice view; /**< of a view */
    int *cells;          /**< grid cells of the pixel centres, columns, then rows; or NULL */
    float *fractions;    /**< and their fractions */
    vdk_pose *poses;     /**< of a camera that moves; or NULL */
    vdk_scene *moments;  /**< of light that moves (light_motion.h); or NULL */
    vd_scene *shells;    /**< which own the skies of these, and nothing else */
    int shell_count;
    bool is_shell;         /**< one of them: it says nothing */
    vd_coverage *coverage; /**< owns the lattice of a picture in another CRS */
    vdk_scene flat;        /**< points into the above */
    double read_seconds, build_seconds;
};

/** Options for reading the DEM that the settings name. */
vd_dem_options vd_scene_dem_options(const vd_settings *settings);

/** How the settings have heights kept: as floats with a cache, whose file has those. */
vd_precision vd_scene_precision(const vd_settings *settings);
/** Options for keeping its heights; folder is NULL if they are not to be kept. */
vd_cache_options vd_scene_cache_options(const vd_settings *settings);

/** Refuses knobs that contradict each other or that this scene cannot use, by name; needs no
 * heights. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_check(vd_context *context, const vd_settings *settings);

/** Refuses a black point that does not lie below the white point; either may have been left at its
 *  default. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_check_tone(vd_context *context, const vd_settings *settings);

/** Fails where the settings' ramp would, before the heights are read.
 *  Returns VD_OK or as vd_ramp_load(). */
VD_MUST_USE vd_result vd_scene_check_ramp(vd_context *context, const vd_settings *settings);

/** Fails where the settings' drape would, its pixels unread.
 *  bytes  of its textures, 0 without a drape; may be NULL
 *  Returns VD_OK or as vd_drape_probe(). */
VD_MUST_USE vd_result vd_scene_check_drape(vd_context *context, const vd_settings *settings,
                                           const vd_dem_info *dem, const vd_frame *frame,
                                           double *bytes);

/** Lays the settings' drape, if any, over a scene that has its terrain and frame.
 *  Returns VD_OK or as vd_drape_load(). */
VD_MUST_USE vd_result vd_scene_set_drape(vd_context *context, vd_scene *scene);

/** Refuses knobs of groups sky and environment that contradict each other or have no use.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_choose_sky(vd_context *context, const vd_settings *settings);

/** Fails where the settings' environment map would, before the heights are read.
 *  bytes  that it takes, 0 without one; may be NULL
 *  Returns VD_OK or as vd_environment_load(). */
VD_MUST_USE vd_result vd_scene_check_environment(vd_context *context, const vd_settings *settings,
                                                 double *bytes);

/** Puts the settings' environment map, if any, in place of a scene's sky.
 *  Returns VD_OK or as vd_environment_load(). */
VD_MUST_USE vd_result vd_scene_set_environment(vd_context *context, vd_scene *scene);
/** Fails where the settings' layers and classes would, pixels and heights unread.
 *  bytes  that they take; may be NULL
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_MEMORY, or as vd_classes_probe(). */
VD_MUST_USE vd_result vd_scene_check_ground(vd_context *context, const vd_settings *settings,
                                            const vd_dem_info *dem, const vd_frame *frame,
                                            double *bytes);

/** Lays the settings' layers and classes, if any, over a scene that has its terrain and frame.
 *  Returns VD_OK, VD_ERR_CANCELLED, or as vd_scene_check_ground(). */
VD_MUST_USE vd_result vd_scene_set_ground(vd_context *context, vd_scene *scene);
void vd_ground_destroy(struct vd_ground *ground);
/** The scene's land cover, or NULL. */
const vd_class_raster *vd_scene_classes(const vd_scene *scene);
/** The name of a material of layers by its number in the flat scene, NULL past the last. */
const char *vd_scene_material_name(const vd_scene *scene, int index);

/** Fails where the settings' water would, heights unread.
 *  bytes  that it takes, 0 without water; may be NULL
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_scene_check_water(vd_context *context, const vd_settings *settings,
                                           const vd_dem_info *dem, double *bytes);

/** The part of the DEM that a frame shows. */
vd_drape_window vd_scene_window(const vd_frame *frame);

/** Which knob places the suns: VD_KNOB_SUNS (the list), VD_KNOB_SUN_MULTIDIRECTIONAL,
 *  VD_KNOB_SUN_TIME or VD_KNOB_SUN_AZIMUTH (the one sun). Returns VD_OK or VD_ERR_SETTING (they
 *  contradict each other). */
VD_MUST_USE vd_result vd_scene_choose_suns(vd_context *context, const vd_settings *settings,
                                           vd_knob_id *out);

/** Fails where the lights would for want of a place or of daylight, before the heights are read,
 *  and says where a date puts the sun. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_check_suns(vd_context *context, const vd_settings *settings,
                                          const vd_dem_info *info, const vd_frame *frame);

/** Where the one sun stands, or the moon in its stead. */
typedef struct vd_sun_angles {
    double azimuth_deg, altitude_deg;
    vd_moonlight moon;
    vdk_vec moon_lit_from; /**< towards the sun, which lights the moon */
} vd_sun_angles;

/** How many suns the settings light, before it is known where they stand. Returns VD_OK or
 *  VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_count_suns(vd_context *context, const vd_settings *settings,
                                          int *out);

/** Finds it by the knobs of group sun, the first way or by date.
 *  info  of the DEM; NULL: there is none, and a date needs a place
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_scene_place_sun(vd_context *context, const vd_settings *settings,
                                         const vd_dem_info *info, const vd_frame *frame,
                                         vd_sun_angles *out);

/** Fills the lights of a flat scene, and in *sun where its one sun stands, put out or not. Returns
 * VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (more suns than there is room; a date without a place or
 * at night). */
VD_MUST_USE vd_result vd_scene_lights(vd_context *context, const vd_settings *settings,
                                      const vd_dem_info *info, const vd_frame *frame,
                                      vdk_scene *flat, vd_sun_angles *sun);
/** The same of one of many times, without the notes on where a date has the sun. */
VD_MUST_USE vd_result vd_scene_lights_quietly(vd_context *context, const vd_settings *settings,
                                              const vd_dem_info *info, const vd_frame *frame,
                                              vdk_scene *flat, vd_sun_angles *sun);

/** Tabulates a pixel filter of this shape (VD_FILTER_SHAPE_*) and width in pixels. */
void vd_scene_filter(int shape, double width_px, vdk_filter *out);

/** The width that the filter's knobs mean: as set, or the shape's own. */
double vd_scene_filter_width(const vd_settings *settings);

/** Builds a scene of a DEM that is in memory; copies settings and frame and takes *dem over, also
 * on failure. Returns VD_OK, VD_ERR_SETTING, VD_ERR_FORMAT, VD_ERR_INPUT, VD_ERR_MEMORY or
 * VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_scene_build(vd_context *context, const vd_settings *settings,
                                     const vd_frame *frame, vd_dem **dem, vd_scene **out);

/** The same on the ground of a scene that vd_scene_shares_ground() says can give it, and which is
 *  left without it, to be destroyed. */
VD_MUST_USE vd_result vd_scene_rebuild(vd_context *context, const vd_settings *settings,
                                       const vd_frame *frame, vd_scene *before, vd_scene **out);

/** Would a scene of these settings, of the same files, stand on the very same ground? Then it need
 *  not be read again. Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_scene_shares_ground(vd_context *context, const vd_scene *scene,
                                             const vd_settings *settings, bool *out);

/** The same without light, colours and materials: terrain, camera, block and coverage, by which it
 *  is known what is where in the picture. Returns as vd_scene_build(). */
VD_MUST_USE vd_result vd_scene_build_shape(vd_context *context, const vd_settings *settings,
                                           const vd_frame *frame, vd_dem **dem, vd_scene **out);

#endif
