/* A DEM made ready for rays: its posts, the pyramid of maxima over them, and the metric of its
 * rows, in the flat form that the kernel reads. */
#ifndef VD_TERRAIN_H
#define VD_TERRAIN_H

#include "base/base.h"
#include "kernel/height_field.h"
#include "terrain/dem.h"
#include "terrain/pyramid.h"

typedef struct vd_terrain_options {
    double z_factor;
    bool open_border; /**< rays past the raster's edge see the sky */
    bool smooth_normals;
    int threads; /**< 0: one per processor */
} vd_terrain_options;

typedef struct vd_terrain {
    vd_dem *dem;
    vd_pyramid pyramid;
    uint32_t *skyline;
    float *row_metric;
    vdk_height_field field; /**< points into the above */
} vd_terrain;

/** Builds the pyramid. Takes *dem over, also on failure, and sets it to NULL.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_terrain_create(vd_context *context, vd_dem **dem,
                                        const vd_terrain_options *options, vd_terrain **out);
void vd_terrain_destroy(vd_terrain *terrain);

/** Bytes that posts and pyramid take for a raster of this size. */
double vd_terrain_bytes(int nx, int ny);

#endif
