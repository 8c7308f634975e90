/* What the files that make a DEM share among themselves: the open raster, the metric, and the steps
 * from raw heights to finished ones. Nothing here is for other folders. */
#ifndef VD_DEM_PARTS_H
#define VD_DEM_PARTS_H

#include "terrain/dem.h"

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
/** Rows that are best read together: whole blocks of the file where they fit in 16 MB. */
int vd_raster_strip_rows(const vd_raster *raster);
/** Rows row .. row + rows - 1 of the file, scale and offset applied, in the band's unit.
 *  valid  1 where the cell has a finite value, else 0; the value is then anything.
 *  Returns VD_OK or VD_ERR_INPUT. */
VD_MUST_USE vd_result vd_raster_read(vd_context *context, vd_raster *raster, int row, int rows,
                                     double *values, uint8_t *valid);

/* ---- the metric (metric.c) ----------------------------------------------------------------- */

/** Turns info's geotransform north up and fills flipped, metric, to_grid and, for options->scale,
 *  vertical_to_m. Says what it had to assume. Returns VD_OK, VD_ERR_FORMAT or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_metric_derive(vd_context *context, const vd_dem_options *options,
                                       const vd_raster_crs *crs, vd_dem_info *info);

/* ---- the heights (smooth.c, fill.c) -------------------------------------------------------- */

/** The post of raster cell (column, row). */
static inline float *vd_dem_post(const vd_dem *dem, int column, int row)
{
    return dem->posts + (row + 1) * dem->stride + column + 1;
}

/** Blurs the valid cells' heights by a Gaussian of standard deviation sigma_m metres; NODATA has no
 *  weight. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_smooth(vd_context *context, vd_dem *dem, double sigma_m, int threads);

/** Gives the NODATA cells heights that join smoothly to their surroundings.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_dem_fill(vd_context *context, vd_dem *dem, int threads);

#endif
