/* What the files that make a drape share: the open raster, and what its samples mean. Nothing here
 * is for other folders. */
#ifndef VD_DRAPE_PARTS_H
#define VD_DRAPE_PARTS_H

#include "terrain/drape.h"

typedef struct vd_drape_source vd_drape_source;

/** How samples become colours: they are linear light, or indices of a palette. */
typedef struct vd_drape_coding {
    int colours;       /**< 1 (grey or palette) or 3 */
    float (*entry)[4]; /**< of a palette: linear red, green, blue, and alpha; NULL: none */
    int entries;
} vd_drape_coding;

/** Floats a sample: its colours and its mask (0..255). */
static inline int vd_drape_sample_floats(const vd_drape_coding *coding)
{
    return coding->colours + 1;
}

/** Lays out textures with at least so many texels a cell where the window is, or as many as there
 * is room for, and coarse ones elsewhere. Returns the number of levels. */
int vd_drape_lay_out(vd_context *context, const char *path, double wanted, const vd_dem_info *dem,
                     const vd_drape_window *window, vdk_texture level[VDK_DRAPE_LEVELS]);

/** Linear red, green, blue, each 0..1, and the mask, 0..1, of one sample. */
void vd_drape_decode(const vd_drape_coding *coding, const float *sample, float rgba[4]);

/** Opens options->path and finds its place on the DEM. Close with vd_drape_source_close().
 *  Returns as vd_drape_probe(). */
VD_MUST_USE vd_result vd_drape_source_open(vd_context *context, const vd_drape_options *options,
                                           const vd_dem_info *dem, const vd_drape_window *window,
                                           vd_drape_source **out);
void vd_drape_source_close(vd_drape_source *source);
const vd_drape_coding *vd_drape_source_coding(const vd_drape_source *source);
/** Its pixels per cell of the DEM, along the finer axis, about the window. */
double vd_drape_source_density(const vd_drape_source *source);

/** A grid of samples to warp to, aligned with the DEM's. */
typedef struct vd_drape_grid {
    double column, row; /**< raster coordinates of its upper left corner */
    double step;        /**< cells from sample to sample */
    int width, height;  /**< in samples */
    const char *method; /**< GDAL's name of the resampling */
} vd_drape_grid;

/** Warps to samples[height][width][vd_drape_sample_floats()], which come zeroed.
 *  Returns VD_OK, VD_ERR_INPUT or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_drape_source_warp(vd_context *context, vd_drape_source *source,
                                           const vd_drape_grid *grid, float *samples);
/** After warping: says where values do not look like colours. */
void vd_drape_source_report(vd_context *context, const vd_drape_source *source);

#endif
