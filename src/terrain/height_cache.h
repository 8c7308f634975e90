/* Finished heights and their pyramid in a file, for the next run to map. */
#ifndef VD_HEIGHT_CACHE_H
#define VD_HEIGHT_CACHE_H

#include "terrain/terrain.h"

typedef struct vd_cache_options {
    const char *folder; /**< "auto": veduta's in the user's cache folder */
    double most_bytes;  /**< of all files together */
    bool verify;        /**< read all of a file and compare its checksums */
} vd_cache_options;

typedef struct vd_cache vd_cache;

/** Finds the place for one DEM's heights, and makes the folder if it is missing.
 *  sources  as vd_dem_info's
 *  *out     NULL if these sources cannot be kept (a message says why), or on failure; free it with
 *           vd_cache_end(). Returns VD_OK, VD_ERR_IO (no such folder) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_cache_begin(vd_context *context, const vd_cache_options *options,
                                     const vd_dem_options *dem, const char *sources,
                                     vd_cache **out);
/** Maps the heights; *out is NULL if there are none, or none that can be used (a message says so).
 *  They are for vd_terrain_create() alone: posts lie as it would lay them.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_cache_read(vd_context *context, const vd_cache *cache, vd_dem **out);
/** Keeps a terrain's heights, and removes those used longest ago beyond most_bytes. What cannot be
 *  written is said and no failure. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_cache_write(vd_context *context, const vd_cache *cache,
                                     const vd_terrain *terrain);
void vd_cache_end(vd_cache *cache);

#endif
