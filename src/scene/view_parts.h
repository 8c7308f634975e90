/* What the files that make a view's camera share. Nothing here is for other folders. */
#ifndef VD_VIEW_PARTS_H
#define VD_VIEW_PARTS_H

#include "scene/view.h"

/** Is it a picture of what is all around, level unless it is tilted? */
static inline bool vd_view_is_around(const vd_settings *settings)
{
    return settings->camera_projection == VD_CAMERA_PROJECTION_PANORAMA ||
           settings->camera_projection == VD_CAMERA_PROJECTION_CYLINDER;
}

/* ---- places (view_place.c) ------------------------------------------------------------------ */

/** A point by padded grid coordinates, and stored height. */
typedef struct vd_spot {
    double column, row, z;
} vd_spot;

/** The middle of the raster, on the ground. */
vd_spot vd_spot_middle(const vd_terrain *terrain);
/** The highest post of the raster's middle half. */
vd_spot vd_spot_summit(const vd_terrain *terrain);
/** A place as the user names it. Returns VD_OK, VD_ERR_SETTING (it has no place in the DEM's CRS)
 *  or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_spot_of_place(vd_context *context, const vd_settings *settings,
                                       vd_knob_id knob, const vd_place *place,
                                       const vd_scene_ground *ground, vd_spot *out);
/** A place without its height. Returns as vd_spot_of_place(). */
VD_MUST_USE vd_result vd_spot_of_map(vd_context *context, const vd_settings *settings,
                                     vd_knob_id knob, const vd_place *place,
                                     const vd_dem_info *info, vd_spot *out);
/** The stored height of the ground, which beyond the raster is that of its edge. */
double vd_spot_ground(const vd_terrain *terrain, vd_spot spot);
vdk_position vd_spot_position(vd_spot spot);

/** Metres (east, north, up) from the raster's middle at stored height 0, and back. */
void vd_spot_to_world(const vd_terrain *terrain, vd_spot spot, double out[3]);
vd_spot vd_spot_of_world(const vd_terrain *terrain, const double world[3]);

/* ---- everything in frame (view_fit.c) ------------------------------------------------------- */

/** All that has to be in frame: the ground, and its rectangle at a stored height below. */
typedef struct vd_hull {
    const vd_terrain *terrain;
    double low;
} vd_hull;

/** The greatest v . p of all points p (world) of the hull. */
double vd_hull_reach(const vd_hull *hull, const double v[3]);

/** Right, up and forward, unit. */
typedef struct vd_axes {
    double right[3], up[3], forward[3];
} vd_axes;

/** The part of the plane before the eye, at distance 1 (of an ortho camera in metres), that the
 *  picture shows: by its middle and half its size. */
typedef struct vd_window {
    double x, y, half_x, half_y;
} vd_window;

/** Where the eye of a lens stands to have the whole hull in its window, and as near as can be. */
void vd_fit_lens(const vd_hull *hull, const vd_axes *axes, const vd_window *window, double eye[3]);
/** How far from the target it stands then, if it looks at that. Negative if no distance will do. */
double vd_fit_distance(const vd_hull *hull, const vd_axes *axes, const vd_window *window,
                       const double target[3]);
/** The same of a cone of this half angle, in degrees below 90. */
double vd_fit_cone(const vd_hull *hull, const vd_axes *axes, double half_deg,
                   const double target[3]);
/** The window around the middle, or the target if it is not NULL, in which an ortho camera has the
 *  whole hull: as wide as it must be for a picture of this shape (height by width). *width is in
 *  metres. eye is put before all of the hull. */
void vd_fit_ortho(const vd_hull *hull, const vd_axes *axes, double shape, const double *target,
                  double eye[3], double *width);

#endif
