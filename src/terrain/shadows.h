/* Where a sun's light passes over the land and where it cannot come: by which rays to that sun know
 * how they end soon after they have begun. */
#ifndef VD_SHADOWS_H
#define VD_SHADOWS_H

#include "base/base.h"
#include "kernel/height_field.h"

/* A word is for a stretch of 2^SIDE cells of a line; there is a line every 2^LINE cells. */
enum { VD_SHADOWS_LINE = 5, VD_SHADOWS_SIDE = 3 };

typedef struct vd_shadows {
    uint32_t *words; /**< in the low half the height from which rays are clear of all land beyond
                          the line, in quanta of the pyramid; in the high half that below which they
                          are blocked. NULL: of no use */
    int along_x;     /**< lines are columns, since the sun stands more east or west */
    int width;       /**< words of a line */
} vd_shadows;

/** Makes the table of a sun: of rays in directions at most that far from one. A sun that is partly
 *  below the horizon, or whose rays spread too much, has none: out->words is NULL then. Clear it in
 *  any case.
 *  direction  unit: east, north, up
 *  sin_half   of the greatest angle between them, 0 for a point
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_shadows_build(vd_context *context, const vdk_height_field *field,
                                       vdk_vec direction, float sin_half, int threads,
                                       vd_shadows *out);
void vd_shadows_clear(vd_shadows *shadows);

/** Its bytes for so many cells, at most. */
double vd_shadows_bytes(int cells_x, int cells_y);

#endif
