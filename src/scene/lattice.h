/* The lattice of kernel/lattice.h, filled: where the points of a picture in another CRS lie on the
 * DEM's grid. */
#ifndef VD_LATTICE_H
#define VD_LATTICE_H

#include "kernel/scene.h"
#include "scene/frame.h"

typedef struct vd_lattice {
    vdk_lattice flat; /**< points into the rest */
    vdk_lattice_block *blocks;
    vdk_lattice_node *nodes;
    int64_t node_count;
} vd_lattice;

/** Computes the lattice of a frame that is warped.
 *  crs      the picture's, as GDAL takes it
 *  threads  0: one per processor
 *  Returns VD_OK, VD_ERR_SETTING, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_lattice_create(vd_context *context, const vd_frame *frame,
                                        const vd_dem_info *info, const char *crs, int threads,
                                        vd_lattice **out);
void vd_lattice_destroy(vd_lattice *lattice);

/** Bytes of the lattice of a picture, if one mesh a block suffices, as it mostly does. */
double vd_lattice_bytes(int width, int height);

#endif
