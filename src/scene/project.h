/* Points of the map in the picture: the way back of the camera. */
#ifndef VD_PROJECT_H
#define VD_PROJECT_H

#include "scene/scene.h"

/** Finds where points of the map come to lie in a scene's picture, and whether they are seen there.
 *  Of the scene it needs no more than its shape (vd_scene_build_shape()).
 *  crs     of the points; NULL: the DEM's own
 *  points  [count]; out [count]
 *  Returns VD_OK, VD_ERR_SETTING (a CRS that is none, or no way from it to the DEM's),
 * VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_project(vd_context *context, const vd_scene *scene, const char *crs,
                                 int64_t count, const vd_point *points, vd_projected *out);

#endif
