/* The camera of a view: from map coordinates and angles to the flat camera of the kernel. */
#ifndef VD_VIEW_H
#define VD_VIEW_H

#include "kernel/scene.h"
#include "scene/frame.h"
#include "settings/settings.h"
#include "terrain/terrain.h"

/** What a view's settings come to, where they leave it to each other. */
typedef struct vd_view_choice {
    bool has_eye;     /**< camera.eye counts; else the camera is placed around its target */
    bool has_target;  /**< camera.target does */
    bool has_tilt;    /**< camera.tilt does, beside an eye and target */
    int border;       /**< VD_TERRAIN_BORDER_*, not AUTO */
    int background;   /**< VD_BACKGROUND_FILL_*, not AUTO */
    int plane;        /**< VD_TERRAIN_PLANE_*, not AUTO; NONE without a block */
    double paper[3];  /**< if background is COLOR */
    double curvature; /**< 1 less refraction; 0: flat */
} vd_view_choice;

/** Refuses by name what says a thing twice or has no use.
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_view_choose(vd_context *context, const vd_settings *settings,
                                     vd_view_choice *out);

/** A terrain, and how its heights have been lowered. */
typedef struct vd_scene_ground {
    const vd_terrain *terrain;
    const vdk_curve *curve;
} vd_scene_ground;

/** Lowers a DEM's heights for the Earth's curvature about the eye of a view, or the DEM's middle
 *  where it has none. Returns VD_OK, VD_ERR_SETTING, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_view_bend(vd_context *context, const vd_settings *settings,
                                   const vd_view_choice *choice, vd_dem *dem, vdk_curve *out);

/** Fills camera and block of a flat scene that has its terrain and curve.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_SETTING (an eye under the ground, say). */
VD_MUST_USE vd_result vd_view_make(vd_context *context, const vd_settings *settings,
                                   const vd_view_choice *choice, const vd_frame *frame,
                                   const vd_terrain *terrain, vdk_scene *flat);

/** What a pixel of a view is: metres across the ray a metre of distance, or of an ortho camera in
 *  metres; 0 where that hangs on the ground. */
double vd_view_pixel(const vd_settings *settings, const vd_frame *frame);

/** Puts the eye of a view, which stands by the ground, on ground whose shape has changed since it
 *  was made, and looks whether any other eye is above it still.
 *  before  the height there that it was made for, by vd_view_ground()
 *  Returns VD_OK or VD_ERR_SETTING (it is not). */
VD_MUST_USE vd_result vd_view_settle(vd_context *context, const vd_settings *settings,
                                     const vd_view_choice *choice, const vd_terrain *terrain,
                                     double before, vdk_scene *flat);

/** The stored height of the ground under the eye of a view. */
double vd_view_ground(const vd_terrain *terrain, const vdk_scene *flat);

/** Does the camera's projection reach all over a picture? A full fisheye ends in a circle. */
bool vd_view_fills(const vdk_scene *flat, const vd_frame *frame);

/** The light on the plane under a block, once lights are known. */
void vd_view_light_plane(vdk_scene *flat);

/** Where the sun stands by default: to the left of where the camera looks, and a little behind it;
 *  the more it looks down, the more in front, until it is the upper left of a map. Degrees from
 *  north. */
double vd_view_sun_azimuth(const vdk_view_camera *camera);

#endif
