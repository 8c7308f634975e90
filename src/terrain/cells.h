/* Cells of a raster as its file keeps them, and the loops that turn them into heights.
 *
 * Heights are (float)(value * scale + offset) * to_m - base in double, as said in heights.c. Where
 * scale, offset and unit change nothing and every value is a float, one subtraction of floats gives
 * the same bits: the base is a whole number below 2^24, and rounding the exact difference first to
 * double's 53 bits and then to float's 24 never differs from rounding it at once (Figueroa 1995,
 * "When is double rounding innocuous?": 53 >= 2 x 24 + 2). */
#ifndef VD_CELLS_H
#define VD_CELLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum vd_cell_type {
    VD_CELL_U8,
    VD_CELL_U16,
    VD_CELL_S16,
    VD_CELL_U32,
    VD_CELL_S32,
    VD_CELL_F32,
    VD_CELL_F64
} vd_cell_type;

/** A rectangle of a raster. */
typedef struct vd_cells {
    vd_cell_type type;
    const void *values;
    const uint8_t *valid;           /**< 0 where the file has no value; NULL: it has them all */
    int64_t stride;                 /**< cells from row to row, of both */
    int column, row, columns, rows; /**< place in the file */
    double scale, offset;           /**< from values to the band's unit */
} vd_cells;

/** Of what lies within HEIGHT_LIMIT_M of zero. */
#define VD_HEIGHT_LIMIT_M 1e7

size_t vd_cell_size(vd_cell_type type);

/** Whether a row's cells from first on all hold heights, as far as their values say. */
bool vd_cells_are_heights(const vd_cells *cells, int row, int first, int count, double to_m);
/** Writes the heights of such cells, in metres above base_m. */
void vd_cells_to_heights(const vd_cells *cells, int row, int first, int count, double to_m,
                         double base_m, float *out);
/** The values of cells, scaled, in the band's unit. */
void vd_cells_to_values(const vd_cells *cells, int row, int first, int count, double *out);

/** Looks for values that are NODATA, or within tolerance of it (which integers cannot be).
 *  valid  0 where it is, else 1; written only where there is any, with the cells' stride
 *  Returns 0 if there is none, 1 if all found are NODATA itself, 2 if some are only close to it. */
int vd_cells_find_nodata(const vd_cells *cells, double nodata, double tolerance, uint8_t *valid);

#endif
