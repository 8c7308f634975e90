/* How much of each pixel polygons cover, exactly. */
#ifndef VD_AREA_H
#define VD_AREA_H

#include "base/base.h"

typedef struct vd_area vd_area;

/** A line of a polygon's outline in pixel coordinates (x to the right, y downward). */
typedef struct vd_area_line {
    double x0, y0, x1, y1;
} vd_area_line;

/** Makes an area of lines that form closed outlines; copies them. Where the outlines' winding
 *  number is above 0 is inside: with outer rings that go down on their left side, and holes that go
 *  up there, that is the union of all polygons. height: of the picture, whose rows 0 .. height - 1
 * may be asked for. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_area_create(vd_context *context, const vd_area_line *lines, int64_t count,
                                     int height, vd_area **out);
void vd_area_destroy(vd_area *area);

/** The covered share of pixels x .. x + width - 1 in row y. Thread-safe.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_area_row(vd_context *context, const vd_area *area, int x, int y, int width,
                                  float *out);

/** Tells areas of different lines apart. */
uint64_t vd_area_checksum(const vd_area *area);

/** Adds a line to a row of pixels, width of them and one more, all of unit size: what lies to the
 *  right of its part within the row counts once downward, and once less upward. Sums from the left
 *  then are areas. Lines of a closed outline in any order give the signed areas it covers. */
void vd_area_add_line(double *row, int width, vd_area_line line);

#endif
