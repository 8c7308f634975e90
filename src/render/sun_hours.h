/* Hours of direct sun on every cell of a DEM, and the energy that it brings. */
#ifndef VD_SUN_HOURS_H
#define VD_SUN_HOURS_H

#include "film/film.h"
#include "scene/scene.h"
#include "scene/sun_path.h"

/* Channels of the film: hours, beam in Wh/m2, and if asked for the share of the sky that a cell
 * sees, weighted by how squarely. */
enum { VD_SUN_HOURS_DIRECT, VD_SUN_HOURS_BEAM, VD_SUN_HOURS_SKY, VD_SUN_HOURS_CHANNELS };

/** Adds up over a sun's path. Of the scene it needs the shape of a map at one pixel a cell.
 *  has_sky  also looks at the sky
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_IO (spool file) or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_sun_hours(vd_context *context, const vd_scene *scene,
                                   const vd_sun_path *path, bool has_sky, vd_film **out);

#endif
