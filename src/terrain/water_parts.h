/* What the files that find water share. Nothing here is for other folders. */
#ifndef VD_WATER_PARTS_H
#define VD_WATER_PARTS_H

#include "terrain/dem_parts.h"
#include "terrain/water.h"

/* Work on a DEM's water. */
typedef struct vd_water_work {
    vd_context *context;
    const vd_water_options *options;
    vd_dem *dem;
    vd_water_map *map;
    uint16_t *marks; /**< per raster cell: number of the body whose surface the DEM has there, or
                          VD_WATER_SEA; 0: none, it is dry or the DEM has the bed */
    double cell_m[2];
    int capacity; /**< of the map's bodies */
} vd_water_work;

/** Adds a body of this level (relative to the DEM's base); *number is its own.
 *  Returns VD_OK, VD_ERR_SETTING (too many) or VD_ERR_MEMORY. (water.c) */
VD_MUST_USE vd_result vd_water_add(vd_water_work *work, double level_m, int *number);

/** Marks level areas: of the sea, and as lakes if those are asked for. (water_flats.c) */
VD_MUST_USE vd_result vd_water_mark_flats(vd_water_work *work);
/** Marks lakes by their polygons. (water_polygons.c) */
VD_MUST_USE vd_result vd_water_mark_polygons(vd_water_work *work);

/** Marks what is below the sea's level and has no way to it, as map->dry. (water_basins.c) */
VD_MUST_USE vd_result vd_water_mark_basins(vd_water_work *work);

/** Is there water over a cell, marked or by its height? */
static inline bool vd_water_is_wet(const vd_water_work *work, int column, int row)
{
    const vd_water_options *o = work->options;
    const int mark = work->marks[(int64_t)row * work->dem->info.nx + column];
    if (mark) return mark != work->map->dry;
    return o->has_sea &&
           (double)*vd_dem_post(work->dem, column, row) + work->dem->base_m < o->sea_m;
}

/** Fills out[row * nx + column] with each wet cell's distance in metres to the nearest dry one, 0
 * of dry ones; where all is wet VD_WATER_NO_SHORE. (water_shore.c) */
#define VD_WATER_NO_SHORE 1.0e9f
VD_MUST_USE vd_result vd_water_distances(const vd_water_work *work, float *out);

/** Lowers the bed of marked cells by the raster of options->bathymetry where that has data, and by
 *  distance else. (water_bed.c) */
VD_MUST_USE vd_result vd_water_lower_bed(vd_water_work *work, const float *distance);

#endif
