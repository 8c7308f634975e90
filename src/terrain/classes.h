/* Land cover: a raster of class numbers, in any CRS, on the DEM's grid, and the colours of classes.
 */
#ifndef VD_CLASSES_H
#define VD_CLASSES_H

#include "base/base.h"
#include "kernel/rules.h"
#include "terrain/drape.h"

enum { VD_CLASSES_MAX = 255 };

typedef struct vd_class_options {
    const char *path;
    const char *palette; /**< a file's name or a built-in one's; NULL: the raster's colour table */
    bool needs_colours;  /**< it is an error that there are none */
    int threads;         /**< 0: one per processor */
} vd_class_options;

typedef struct vd_class_raster {
    vdk_texture level[VDK_DRAPE_LEVELS]; /**< the shown part, then, if that is not all, the DEM */
    int levels;
    uint8_t *classes[VDK_DRAPE_LEVELS]; /**< a number from 1 on for each class; 0: none */
    int count;                          /**< of classes */
    int32_t value[VD_CLASSES_MAX + 1];  /**< each one's value in the raster */
    float (*colours)[4];                /**< linear r, g, b and alpha by number; NULL: none */
    double pixels_per_cell;             /**< of the raster */
} vd_class_raster;

/** Opens the raster and the palette and says what they would take, pixels unread.
 *  bytes  of the classes; may be NULL
 *  Returns as vd_classes_load(). */
VD_MUST_USE vd_result vd_classes_probe(vd_context *context, const vd_class_options *options,
                                       const vd_dem_info *dem, const vd_drape_window *window,
                                       double *bytes);

/** Reads the raster onto the DEM's grid, each place by its nearest pixel.
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT (no classes, no place on the DEM's map, none in the
 *  window, more than VD_CLASSES_MAX, no colour for one), VD_ERR_SETTING (no such palette),
 *  VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_classes_load(vd_context *context, const vd_class_options *options,
                                      const vd_dem_info *dem, const vd_drape_window *window,
                                      vd_class_raster **out);
void vd_classes_destroy(vd_class_raster *classes);

/** A class's number, 0 if the raster has none of this value; classes may be NULL. */
int vd_class_index(const vd_class_raster *classes, long value);

#endif
