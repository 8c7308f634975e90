/* A DEM read into memory: heights in metres on a padded grid, its mask, and where it lies on the
 * map.
 *
 * The grid. A raster of nx x ny cells has nx x ny posts at the cells' centres. The padded grid adds
 * a ring of posts, continued linearly from the two outermost, so that the bilinear surface runs on
 * to the raster's edge: padded post (i + 1, j + 1) is the centre of raster cell (i, j), row 0
 * north. The surface is defined for padded x in [0.5, nx + 0.5] and y in [0.5, ny + 0.5].
 *
 * Heights are floats in metres relative to base_m. NODATA cells hold filled heights; the mask says
 * which they are. A south-up raster is turned over on reading, so row 0 is always the northern (or,
 * for a rotated one, the first) row. */
#ifndef VD_DEM_H
#define VD_DEM_H

#include "base/base.h"

/** How map units become metres. */
typedef enum vd_metric {
    VD_METRIC_CONSTANT, /**< the same metres per cell everywhere: projected, or no CRS */
    VD_METRIC_ELLIPSOID /**< degrees: metres per cell depend on the row */
} vd_metric;

enum { VD_DEM_LEVELS_MAX = 32, VD_FILL_ALL = -1 };

/** The size of an overview, or of the full grid. */
typedef struct vd_dem_level {
    int nx, ny;
} vd_dem_level;

/** What to read and how; all of it from the knobs of group `dem`. */
typedef struct vd_dem_options {
    const char *path;        /**< a raster, or a folder or archive of rasters */
    const char *const *more; /**< further ones, which make one DEM with it; the later wins */
    int more_count;
    int band;               /**< from 1 */
    const char *assign_crs; /**< anything GDAL takes for a CRS; NULL: the file's own */
    double cell_size_m;     /**< 0: by the CRS */
    double scale;           /**< gdaldem's -s: vertical units per horizontal unit; 0: by the CRS */
    double smooth_m;        /**< standard deviation of a Gaussian blur of the heights; 0: none */
    int level;              /**< of vd_dem_info's levels; 0: the full grid */
    int fill_nodata;        /**< NODATA this many cells from data is made data; VD_FILL_ALL */
    bool in_metres;         /**< warp a DEM in degrees (local_grid.h) */
    int threads;
    bool list_sources; /**< fill vd_dem_info's */
} vd_dem_options;

/** What is known of a DEM before its heights are read. */
typedef struct vd_dem_info {
    int nx, ny;             /**< raster cells */
    double geotransform[6]; /**< GDAL's, of the grid as turned (row 0 north) */
    bool has_geotransform;
    bool flipped;     /**< the file's rows run south to north */
    char *wkt;        /**< WKT2 of the CRS, or NULL */
    char *source_wkt; /**< of a grid warped to metres: the CRS that it had; else NULL */
    char crs_name[256];
    char horizontal_unit[64];
    char vertical_unit[64];
    double vertical_to_m; /**< metres per unit of height (after the band's scale and offset) */
    double
        height_step_m; /**< a file of whole numbers has heights in steps of so much; 0: of none */
    vd_metric metric;
    /** World metres to grid cells, row-major, for VD_METRIC_CONSTANT: a step of (east, north)
     * metres moves (to_grid[0] * e + to_grid[1] * n, to_grid[2] * e + to_grid[3] * n) columns and
     * rows. For VD_METRIC_ELLIPSOID this is the middle row's, and vd_dem_metres_per_cell() has the
     * rest. */
    double to_grid[4];
    double semi_major_m, inverse_flattening; /**< of the CRS's ellipsoid; 0 flattening: a sphere;
                                                  both 0 without a CRS */
    double degrees_per_unit;                 /**< of a geographic CRS's axes */
    int files;                               /**< that make the DEM */
    char *sources; /**< if asked for: a line for each file, with what changes when it does */
    int level_count;
    vd_dem_level levels[VD_DEM_LEVELS_MAX]; /**< the full grid, then overviews down to the coarsest;
                                                 all cover the same ground */
} vd_dem_info;

/** Floats that the posts of a raster take. */
static inline size_t vd_dem_post_count(int nx, int ny)
{
    return ((size_t)nx + 2) * ((size_t)ny + 2 + ((size_t)ny & 1));
}

typedef struct vd_dem {
    vd_dem_info info;
    float *posts;   /**< (nx + 2) x (ny + 2), row-major, relative to base_m; room for an even number
                         of rows (vd_dem_post_count()) */
    int64_t stride; /**< floats per row of posts: nx + 2 */
    double base_m;
    float min, max; /**< of all posts, relative to base_m, filled ones and the ring included */
    float valid_min, valid_max; /**< of the raster's valid cells, relative to base_m */
    uint8_t
        *valid; /**< one bit a raster cell, row after row, rows padded to bytes; NULL: all valid */
    int64_t valid_stride; /**< bytes per row */
    int64_t invalid_count;
    /* Of a DEM from a cache file, which is mapped read-only: the above point into it, posts lie in
     * pairs of rows already, and the pyramid is there too. */
    void *map; /**< NULL: all is in memory of its own */
    size_t map_bytes;
    const uint32_t *pyramid;
    const uint32_t *drop_unit; /**< of each of its levels */
} vd_dem;

/** Opens a raster and says what it is, heights unread. Strings inside are freed by
 *  vd_dem_info_clear(). Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_dem_probe(vd_context *context, const vd_dem_options *options,
                                   vd_dem_info *out);
void vd_dem_info_clear(vd_dem_info *info);

/** The coarsest level that a picture with so many cells of the full grid to a pixel can be made of,
 *  0 where that is the full grid. */
int vd_dem_choose_level(const vd_dem_info *info, double cells_per_pixel);

/** Reads the whole band: values to metres, NODATA and NaN masked and filled, smoothed if asked,
 * ring added. Where an overview is read, the result is in its cells. Returns VD_OK, VD_ERR_INPUT,
 * VD_ERR_FORMAT, VD_ERR_SETTING, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_load(vd_context *context, const vd_dem_options *options, vd_dem **out);
void vd_dem_destroy(vd_dem *dem);

/** True where the raster has a value. */
static inline bool vd_dem_is_valid(const vd_dem *dem, int column, int row)
{
    if (!dem->valid) return true;
    return (dem->valid[row * dem->valid_stride + (column >> 3)] >> (column & 7)) & 1;
}

/** Metres per cell along x and y at a raster row (0 = first row's centre; fractions and rows beyond
 *  the raster allowed, latitude clamped to 89.9 degrees). */
void vd_dem_metres_per_cell(const vd_dem_info *info, double row, double out[2]);

#endif
