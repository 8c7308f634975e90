/* What the files that make a DEM share among themselves: the open raster, the metric, and the steps
 * from raw heights to finished ones. Nothing here is for other folders. */
#ifndef VD_DEM_PARTS_H
#define VD_DEM_PARTS_H

#include <stdio.h>

#include "terrain/cells.h"
#include "terrain/dem.h"
#include "terrain/sources.h"

/* ---- the open file (dem_read.c) ------------------------------------------------------------ */

typedef enum vd_crs_kind { VD_CRS_NONE, VD_CRS_PROJECTED, VD_CRS_GEOGRAPHIC } vd_crs_kind;

typedef struct vd_raster vd_raster;

/** What metric.c needs beside vd_dem_info. */
typedef struct vd_raster_crs {
    vd_crs_kind kind;
    double metres_per_unit; /**< of a projected CRS's axes */
} vd_raster_crs;

/** Opens options->path and fills info and crs as the file has them: not turned over, and
 *  without a metric. Close with vd_raster_close(); free info's text with vd_dem_info_clear(). Both
 *  are empty on failure.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_raster_open(vd_context *context, const vd_dem_options *options,
                                     vd_dem_info *info, vd_raster_crs *crs, vd_raster **out);
void vd_raster_close(vd_raster *raster);
/** Makes GDAL's drivers known; once for the process, however often it is called. */
void vd_raster_register(void);
/** What colour the band says it is; NULL if none. */
const char *vd_raster_colour(const vd_raster *raster);
/** Warns of what may be meant otherwise: an unknown unit of height, a band of colours. */
void vd_raster_remark(vd_context *context, const vd_raster *raster);
/** Writes a line for each file that makes the raster, with its size and time of change; or "?" and
 *  a name where those cannot be known. (source_state.c) */
void vd_raster_list_sources(vd_raster *raster, FILE *out);
/** GDAL and its version. */
const char *vd_raster_library(void);
/** Reads from the overview of this size from now on (one of info's levels).
 *  Returns VD_OK or VD_ERR_INPUT (there is none). */
VD_MUST_USE vd_result vd_raster_use_level(vd_context *context, vd_raster *raster,
                                          vd_dem_level size);

/** Another handle on what other reads, for another thread; close with vd_raster_close().
 *  Returns VD_OK, VD_ERR_INPUT (it has changed) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_raster_open_again(vd_context *context, const vd_raster *other,
                                           vd_raster **out);
/** Whether several handles read it faster than one. */
bool vd_raster_is_shared(const vd_raster *raster);
/** Rows that are best read together: some rows of the file's blocks, where they fit. */
int vd_raster_strip_rows(const vd_raster *raster);

/** Looks at cells that were read; their memory is used again when it returns. */
typedef vd_result vd_cells_visitor(void *state, const vd_cells *cells);

/** Reads rows row .. row + rows - 1 of the file, which are a strip, and shows them to visit, one
 *  rectangle after another. Handles on one file may be read at once.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_MEMORY or what visit did. (raster_read.c) */
VD_MUST_USE vd_result vd_raster_read(vd_context *context, vd_raster *raster, int row, int rows,
                                     vd_cells_visitor *visit, void *state);

/* ---- the files (sources.c, mosaic.c) -------------------------------------------------------- */

/** A raster's place in the DEM's grid, in cells. */
typedef struct vd_tile {
    const char *path; /**< the mosaic's */
    int column, row, nx, ny;
    vd_dem_level size; /**< of the file's full grid */
    bool flipped;      /**< its rows run south to north */
    double vertical_to_m;
    double geotransform[6]; /**< north up */
} vd_tile;

/** The rasters that make a DEM, in the order given: where they overlap, the later wins. */
typedef struct vd_mosaic {
    vd_source_list files;
    char *name; /**< for messages */
    vd_tile *tiles;
    int count;
    vd_raster *only; /**< a lone raster stays open */
} vd_mosaic;

/** Finds and looks at all rasters, refuses those that are not of one grid, and fills info for them
 *  together, north up and with its metric, at options->level. *out is zero on failure; else clear
 * it and info. Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_SETTING, VD_ERR_MEMORY or
 *  VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_mosaic_open(vd_context *context, const vd_dem_options *options,
                                     vd_dem_info *info, vd_mosaic *out);
void vd_mosaic_clear(vd_mosaic *mosaic);
/** Opens a tile at its level; close with vd_raster_close(). Returns as vd_raster_open(). */
VD_MUST_USE vd_result vd_mosaic_open_tile(vd_context *context, vd_mosaic *mosaic,
                                          const vd_dem_options *options, int index,
                                          vd_raster **out);

/** Reads the heights of all tiles into dem's posts, and fills base_m, valid and invalid_count.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_MEMORY or VD_ERR_CANCELLED. (heights.c) */
VD_MUST_USE vd_result vd_dem_read_heights(vd_context *context, const vd_dem_options *options,
                                          vd_mosaic *mosaic, vd_dem *dem);

/* ---- the metric (metric.c) ----------------------------------------------------------------- */

/** Turns info's geotransform north up and fills flipped; a raster without one gets its cells for
 *  map units. Returns VD_OK or VD_ERR_FORMAT (cells without area). */
VD_MUST_USE vd_result vd_metric_turn(vd_context *context, const vd_dem_options *options,
                                     vd_dem_info *info);
/** Fills metric and to_grid of a grid that is north up. Says what it had to assume.
 *  Returns VD_OK, VD_ERR_FORMAT or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_metric_derive(vd_context *context, const vd_dem_options *options,
                                       const vd_raster_crs *crs, vd_dem_info *info);

/** Could the grid's coordinates be longitudes and latitudes? */
bool vd_metric_looks_like_degrees(const vd_dem_info *info);
/** Warns that a projected CRS may not be the grid's own. */
void vd_metric_warn_of_degrees(vd_context *context, const char *path, const vd_dem_info *info);

/* ---- the heights (smooth.c, fill.c, tension.c, voids.c, ring.c) ----------------------------- */

/** The post of raster cell (column, row). */
static inline float *vd_dem_post(const vd_dem *dem, int column, int row)
{
    return dem->posts + (row + 1) * dem->stride + column + 1;
}

/** Blurs the valid cells' heights by a Gaussian of standard deviation sigma_m metres; NODATA has no
 *  weight. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_smooth(vd_context *context, vd_dem *dem, double sigma_m, int threads);

/** Gives the NODATA cells heights that also go on with the slopes around them; slower than
 *  vd_dem_fill(). Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. (tension.c) */
VD_MUST_USE vd_result vd_dem_span(vd_context *context, vd_dem *dem, int threads);

/** Makes NODATA cells that lie within `cells` of valid ones valid (VD_FILL_ALL: all of them), with
 *  heights that join smoothly to their surroundings. cell_x, cell_y: how many of those cells a cell
 *  of the grid is. Says how much it filled. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_close_voids(vd_context *context, vd_dem *dem, int cells, double cell_x,
                                         double cell_y, int threads);

/** Gives the NODATA cells heights that join smoothly to their surroundings.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_fill(vd_context *context, vd_dem *dem, int threads);

/** Adds the ring of posts around finished heights, and finds their range.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. (ring.c) */
VD_MUST_USE vd_result vd_dem_add_ring(vd_context *context, vd_dem *dem, int threads);

#endif
