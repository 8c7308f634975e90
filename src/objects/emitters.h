/* The tree over all triangles that give light; see kernel/emitters.h. */
#ifndef VD_EMITTERS_H
#define VD_EMITTERS_H

#include "base/base.h"
#include "kernel/objects.h"

/** A triangle that gives light, as the tree sees it. */
typedef struct vd_lamp {
    vdk_emitter emitter;          /**< its trail is filled here */
    const float (*corners)[3][3]; /**< metres from the objects' origin, at each step of its way */
    int steps;                    /**< 1 of one that stands still */
    float luminance;
} vd_lamp;

/** Builds the tree over at least one lamp; sets their trails. *out has 2 count - 1 nodes and is
 *  freed with free(). Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_emitter_tree(vd_context *context, vd_lamp *lamps, int count,
                                      vdk_emitter_node **out);

#endif
