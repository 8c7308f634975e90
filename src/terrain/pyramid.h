/* Maxima of blocks of cells, by which rays skip what they clear. */
#ifndef VD_PYRAMID_H
#define VD_PYRAMID_H

#include "base/base.h"
#include "kernel/height_field.h"

typedef struct vd_pyramid {
    uint32_t *words; /**< level by level, the finest first */
    double bytes;
} vd_pyramid;

/** Builds the pyramid over the field's posts and points the field into it.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED; clear it in any case. */
VD_MUST_USE vd_result vd_pyramid_build(vd_context *context, vdk_height_field *field, int threads,
                                       vd_pyramid *pyramid);
/** Points the field into a pyramid that was built before; drop_unit as the field had it then. */
void vd_pyramid_adopt(vdk_height_field *field, const uint32_t *words, const uint32_t *drop_unit);
void vd_pyramid_clear(vd_pyramid *pyramid);

/** Its bytes for so many cells. */
double vd_pyramid_bytes(int cells_x, int cells_y);

#endif
