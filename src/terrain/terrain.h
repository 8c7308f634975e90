/* A DEM made ready for rays: its posts, the pyramid of maxima over them, and the metric of its
 * rows, in the flat form that the kernel reads. */
#ifndef VD_TERRAIN_H
#define VD_TERRAIN_H

#include "base/base.h"
#include "kernel/height_field.h"
#include "terrain/dem.h"
#include "terrain/posts.h"
#include "terrain/pyramid.h"

typedef struct vd_terrain_options {
    double z_factor;
    bool open_border; /**< rays past the raster's edge see the sky */
    bool smooth_normals;
    vd_precision precision;
    int threads; /**< 0: one per processor */
} vd_terrain_options;

typedef struct vd_terrain {
    vd_dem *dem;    /**< whose posts are NULL where they are 16-bit numbers */
    vd_posts posts; /**< these */
    vd_pyramid pyramid;
    uint32_t *skyline;
    float *row_metric;
    uint32_t *detail_tiles; /**< of a terrain with refined cells (detail.h) */
    float *detail_posts;
    vdk_height_field field; /**< points into the above */
} vd_terrain;

/** Lays out posts and builds the pyramid. Takes *dem over, also on failure, and sets it to NULL.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_terrain_create(vd_context *context, vd_dem **dem,
                                        const vd_terrain_options *options, vd_terrain **out);
void vd_terrain_destroy(vd_terrain *terrain);

/** Bytes that posts and pyramid take for a raster of this size, at most. */
double vd_terrain_bytes(int nx, int ny, vd_precision precision);

/** Of all heights. */
uint64_t vd_terrain_checksum(const vd_terrain *terrain);

#endif
