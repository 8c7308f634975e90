/* A block of pixels: the unit of decision and interruption. */
#ifndef VD_BLOCK_H
#define VD_BLOCK_H

#include "render/render.h"
#include "render/wave.h"
#include "terrain/horizon.h"

/** What is asked of every block. */
typedef struct vd_block_plan {
    const vdk_scene *flat;
    const vd_coverage *coverage; /**< what of the picture is there; NULL: all */
    vd_tracer tracer;
    const vd_horizon *horizon;              /**< of a view's eye, or NULL */
    const struct vd_shadows *shadows;       /**< of the scene's only light to sample, or NULL */
    const struct vd_object_tracer *objects; /**< of the scene's objects, or NULL */
    vd_wave **waves;                        /**< one a thread */
    double **before;                        /**< room for a block's sums, one a thread */
    int channels;                           /**< of the film */
    bool records;                           /**< AOVs: waves add up all there is of a sample */
    uint32_t samples;                       /**< per pixel, at most */
    double noise; /**< root-mean-square error of display values to stop at; 0: none */
    vd_render_display display;
    /** Asked every few samples; true ends the work. */
    bool (*stop)(void *state, int thread);
    void *state;
} vd_block_plan;

/** Where a block lies in the picture and in a buffer of sums. */
typedef struct vd_block_place {
    int x, y, width, height;
    double *sums; /**< of its first pixel */
    int stride;   /**< pixels from row to row of the buffer */
} vd_block_place;

/** Has the block all samples that it will get? */
bool vd_block_is_done(const vd_block_plan *plan, const vd_film_block *block);

/** Goes on with a block to `goal` samples a pixel, or to where it is done. Adds the rays traced to
 * *rays. Returns false if it was told to stop; the block then is as it was at some number of
 * samples before, from which it can be gone on with to the same result. */
bool vd_block_render(const vd_block_plan *plan, int thread, const vd_block_place *place,
                     uint32_t goal, vd_film_block *block, uint64_t *rays);

#endif
