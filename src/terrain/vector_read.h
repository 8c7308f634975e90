/* Polygons of a vector file, by OGR. */
#ifndef VD_VECTOR_READ_H
#define VD_VECTOR_READ_H

#include "base/base.h"

typedef struct vd_ring {
    int64_t first, count; /**< its points; the last need not repeat the first */
    bool is_hole;
    double value; /**< of the field asked for; NaN where it is unset, or none was */
} vd_ring;

/** Which polygons to read, and what to call things in messages. */
typedef struct vd_polygon_query {
    const char *path;
    const char *layer;                   /**< NULL: the only one */
    const char *field;                   /**< whose numbers become the rings' values; NULL: none */
    const char *layer_flag, *field_flag; /**< "--clip-layer" */
    const char *purpose;                 /**< "a mask is made of" */
} vd_polygon_query;

typedef struct vd_polygons {
    vd_ring *rings;
    int64_t ring_count;
    double *x, *y; /**< in the layer's CRS, x easting or longitude */
    int64_t point_count;
    char *wkt; /**< of the layer's CRS, or NULL */
} vd_polygons;

/** Reads all polygons of a layer, those in collections too; curves become lines.
 *  *out is zero on failure; free what is in it with vd_polygons_clear().
 *  Returns VD_OK, VD_ERR_INPUT (not there, damaged), VD_ERR_FORMAT (no vector file, no polygons),
 *  VD_ERR_SETTING (layer or field unknown, or one of several layers to be named) or VD_ERR_MEMORY.
 */
VD_MUST_USE vd_result vd_polygons_read(vd_context *context, const vd_polygon_query *query,
                                       vd_polygons *out);
void vd_polygons_clear(vd_polygons *polygons);

#endif
