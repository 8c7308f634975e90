/* A drape: a raster of colours, in any CRS, as textures on the DEM's grid. */
#ifndef VD_DRAPE_H
#define VD_DRAPE_H

#include "base/base.h"
#include "kernel/texture.h"
#include "terrain/dem.h"

typedef enum vd_drape_resampling {
    VD_DRAPE_AUTO, /**< by the sizes of its pixels and of texels; a palette's by nearest */
    VD_DRAPE_NEAREST,
    VD_DRAPE_CUBIC
} vd_drape_resampling;

typedef struct vd_drape_options {
    const char *path;
    vd_drape_resampling resampling;
    bool are_classes; /**< samples are numbers of classes, by nearest, and not colours */
    int threads;      /**< 0: one per processor */
} vd_drape_options;

/** The part of the DEM's raster that is shown: only there are fine texels made. */
typedef struct vd_drape_window {
    int column, row, columns, rows; /**< in cells */
    double pixels_per_cell;         /**< of the picture, along its finer axis */
} vd_drape_window;

typedef struct vd_drape {
    vdk_texture level[VDK_DRAPE_LEVELS]; /**< the shown part, then, if that is not all, the DEM */
    int levels;
    uint8_t *texels[VDK_DRAPE_LEVELS]; /**< what the levels point to */
} vd_drape;

/** Opens a drape and says what it would take, its pixels unread.
 *  bytes  of its textures; may be NULL
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT (no colours, no place on the DEM's map, none in the
 *  window), VD_ERR_SETTING (resampling that it cannot have) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_drape_probe(vd_context *context, const vd_drape_options *options,
                                     const vd_dem_info *dem, const vd_drape_window *window,
                                     double *bytes);

/** Warps a drape to the DEM's grid.
 *  Returns VD_OK, as vd_drape_probe(), or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_drape_load(vd_context *context, const vd_drape_options *options,
                                    const vd_dem_info *dem, const vd_drape_window *window,
                                    vd_drape **out);
void vd_drape_destroy(vd_drape *drape);

/** What each byte of a texel's colour is in linear light. */
void vd_drape_decoding(float linear[256]);

#endif
