/* How high the land stands as seen from one eye: by which all rays of a camera know at once where
 * they need not look. */
#ifndef VD_HORIZON_H
#define VD_HORIZON_H

#include <string.h>

#include "base/base.h"
#include "kernel/height_field.h"

/* Sectors of directions in each octant; steps of distance in each doubling of it, and grades of
 * slope in each doubling of how far it is below the steepest. */
enum {
    VD_HORIZON_SECTORS = 128,
    VD_HORIZON_STEP_BITS = 4,
    VD_HORIZON_GRADE_BITS = 6,
    VD_HORIZON_GRADES = 7 << VD_HORIZON_GRADE_BITS
};
/* The bits of 4.0f: the second step begins 4 cells from the eye, the first one at the eye. */
#define VD_HORIZON_NEAR 0x40800000

typedef struct vd_horizon {
    uint32_t *steps; /**< of each octant, sector and grade the step where a ray may first meet land,
                          a byte each, the lowest of a word first; NULL: of no use */
    float top;       /**< the slope from which grades are told by how far a ray's is below it */
    int32_t first;   /**< the bits of that where the second grade begins */
    float highest;   /**< rays of a greater slope meet no land, wherever */
} vd_horizon;

/** Makes the table of an eye, which has to be over the raster, inside its edge, and above the
 *  ground; for any other it is of no use, and out->steps NULL. Clear it in any case.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_horizon_build(vd_context *context, const vdk_height_field *field,
                                       const vdk_position *eye, int threads, vd_horizon *out);
void vd_horizon_clear(vd_horizon *horizon);

/** Where a step begins: its distance from the eye along the longer axis, in cells. */
static inline float vd_horizon_distance(int step)
{
    int32_t bits = step > 0 ? VD_HORIZON_NEAR + ((step - 1) << (23 - VD_HORIZON_STEP_BITS)) : 0;
    float distance;
    memcpy(&distance, &bits, sizeof(distance));
    return distance;
}

/** The grade of a ray's slope: the first is above all land of the raster. */
static inline int vd_horizon_grade(const vd_horizon *horizon, float slope)
{
    float below = horizon->top - slope;
    int32_t bits;
    memcpy(&bits, &below, sizeof(bits));
    bits = bits > horizon->first ? bits - horizon->first : -1;
    int grade = (bits >> (23 - VD_HORIZON_GRADE_BITS)) + 1;
    return grade < VD_HORIZON_GRADES ? grade : VD_HORIZON_GRADES - 1;
}

#endif
