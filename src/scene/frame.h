/* The map view's frame: which part of the raster the picture shows, in how many pixels, and where
 * those lie on the map. */
#ifndef VD_FRAME_H
#define VD_FRAME_H

#include "settings/settings.h"
#include "terrain/dem.h"

/** Raster coordinates: column 0.0 is the western edge of the first cell, row 0.0 the northern edge.
 */
typedef struct vd_frame {
    double column, row; /**< of the part shown, its corner in cells */
    int columns, rows;
    int width, height;                           /**< of the picture, in pixels */
    int crop_x, crop_y, crop_width, crop_height; /**< of it what is made; all of it unless asked */
    double cells_per_pixel_x, cells_per_pixel_y; /**< about, if is_warped */
    double geotransform[6];                      /**< of the picture; GDAL's convention */
    bool is_warped; /**< laid out in the CRS camera.crs, north up, and not along the grid */
    bool is_view;   /**< seen by a camera, not from straight above: only width and height count */
} vd_frame;

/** Works the frame out from the knobs dem.bbox, dem.srcwin, camera.output_scale, camera.size,
 *  camera.resolution, camera.crop and camera.crs. Edges of dem.bbox are moved to the nearest cell
 * edges. Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_frame_make(vd_context *context, const vd_settings *settings,
                                    const vd_dem_info *info, vd_frame *out);

/** Lays the frame of a view over a DEM as it was read, which may be on another grid than the
 * file's.
 */
void vd_frame_cover(vd_frame *frame, const vd_dem_info *info);

/** The level of the DEM that the picture is made of, by the knob dem.overviews; all of it for a
 *  picture that is warped, whose pixels have no one size in cells. */
int vd_frame_level(const vd_frame *frame, const vd_settings *settings, const vd_dem_info *info);
/** Counts in the cells of a level from now on; place and size of the picture stay as they are. */
void vd_frame_use_level(vd_frame *frame, const vd_dem_info *info, int level);

/** Raster coordinates of a pixel's centre along x, and along y. */
double vd_frame_column(const vd_frame *frame, int pixel_x);
double vd_frame_row(const vd_frame *frame, int pixel_y);

#endif
