/* Grids of densities out of .nvdb files: bricks of voxels, as the kernel reads them. */
#ifndef VD_VOXELS_H
#define VD_VOXELS_H

#include "base/base.h"

#define VD_BRICK 8 /* voxels along a side, as NanoVDB's leaves have */
#define VD_BRICK_VOXELS (VD_BRICK * VD_BRICK * VD_BRICK)
#define VD_BRICKS_MOST (1 << 19)          /* of voxels that are there: 2^28 of them */
#define VD_BRICK_CELLS_MOST (1 << 26)     /* of the box about them */
#define VD_NANOVDB_BYTES_MOST (1LL << 33) /* of a grid in memory */

/** A box of bricks, of which most may be empty. Axes are east, north and up. */
typedef struct vd_voxels {
    int bricks[3];    /**< along the axes; cells of the box are ordered [north][east][up] */
    int count;        /**< of bricks that are there */
    int32_t *places;  /**< of each cell: its brick's number, or -1 */
    float *values;    /**< of each brick, [north][east][up], 0 to 1: shares of the greatest */
    uint8_t *bounds;  /**< of each cell: what no value between its voxels, and between them and the
                           next cells' first, is above, in 255ths */
    float most;       /**< the greatest */
    double side;      /**< of a voxel, in the file's unit */
    double corner[3]; /**< where in it the middle of the box's first voxel is */
    void *memory;     /**< what all this is in */
} vd_voxels;

/** Is there a reader in this build? */
bool vd_voxels_have_reader(void);

/** Reads the grid named density of a file, else its first grid of densities.
 *  path   a .nvdb file: plain or ZIP
 *  y_up   is the file's y axis up, and its z axis south? Else z is up and y north
 *  out    free with vd_voxels_free()
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT, VD_ERR_UNSUPPORTED or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_voxels_read(vd_context *context, const char *path, bool y_up,
                                     vd_voxels *out);
void vd_voxels_free(vd_voxels *voxels);

/* ---- what any reader shares (voxels.c) ------------------------------------------------------- */

/** Makes room for so many bricks in a box, all cells of which are empty.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_voxels_make_room(vd_context *context, const int bricks[3], int count,
                                          vd_voxels *out);
/** Makes values shares of the greatest, which is above 0, and finds their bounds. */
void vd_voxels_finish(vd_voxels *voxels);

/* ---- between the file (nanovdb_file.c) and its tree (nanovdb.c) ------------------------------ */

/** A grid as it is in memory. */
typedef struct vd_nanovdb_grid {
    uint32_t *words; /**< free with free() */
    uint64_t bytes;
    uint32_t type, kind; /**< as NanoVDB's GridType and GridClass */
} vd_nanovdb_grid;

/** Finds the grid in a file and unpacks it, so that it is as long as it says, and no more is known
 *  of it. Returns as vd_voxels_read(). */
VD_MUST_USE vd_result vd_nanovdb_read(vd_context *context, const char *path, vd_nanovdb_grid *out);
/** Is a type of numbers that stand for densities? */
bool vd_nanovdb_is_density(uint32_t type);

#endif
