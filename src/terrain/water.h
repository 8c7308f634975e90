/* Water on a DEM: which cells hold which body at which level, how far the shore is, and a bed where
 * the DEM has the water's surface instead. */
#ifndef VD_WATER_H
#define VD_WATER_H

#include "terrain/dem.h"

/** The number of the sea's cells among the marks of vd_water_map. */
#define VD_WATER_SEA 65535
#define VD_WATER_BODIES_MAX 65534 /* the sea among them; the highest number is VD_WATER_SEA - 2 */

typedef struct vd_water_options {
    bool has_sea;
    double sea_m;       /**< its level */
    bool with_basins;   /**< all ground below it is the sea's, also what the sea has no way to */
    bool has_flats;     /**< level areas of the DEM are lakes */
    const char *path;   /**< of lakes' polygons; NULL: none */
    const char *layer;  /**< NULL: the only one */
    const char *field;  /**< whose numbers are their levels, in metres; NULL: the DEM says them */
    double min_area_m2; /**< of a level area */
    bool nodata_is_sea; /**< cells without data are under the sea, and made valid */
    const char *bathymetry; /**< raster of heights of the bed; NULL: a slope */
    double bed_slope;       /**< of the bed at the shore */
    double bed_depth_m;     /**< that such a slope ends in */
    int threads;
} vd_water_options;

typedef struct vd_water_map {
    int count;       /**< bodies; number 0 is the sea, there or not */
    double *level_m; /**< of each, relative to the DEM's base */
    double *area_m2; /**< of each but the sea */
    uint16_t *cells; /**< number per padded cell, (nx + 1) x (ny + 1); NULL: there is sea alone */
    uint16_t *shore; /**< distance from the shore per padded post, in units of shore_unit_m */
    double shore_unit_m;
    double deepest_m;  /**< greatest depth at a post */
    int64_t wet_count; /**< posts under water */
    int dry;           /**< number of a body without water: ground below the sea that is shut off
                            from it; 0: there is none */
    int64_t dry_count; /**< posts of such ground */
} vd_water_map;

/** Reads a file of lakes as vd_water_find() would, for its faults.
 *  Returns as vd_polygons_read(). */
VD_MUST_USE vd_result vd_water_probe(vd_context *context, const vd_water_options *options);

/** Finds the water and lowers the bed under what the DEM has as level; heights change, and with
 * them min and max, but not valid_min and valid_max. The DEM is not one from a cache. Free what is
 * in *out with vd_water_clear(), which is zero on failure. Returns VD_OK, VD_ERR_SETTING,
 * VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_water_find(vd_context *context, const vd_water_options *options,
                                    vd_dem *dem, vd_water_map *out);
void vd_water_clear(vd_water_map *map);

/** Bytes that a map takes for a raster of this size, at most. */
double vd_water_bytes(int nx, int ny);

#endif
