/* Samples of a rectangle of pixels, many paths at a time. */
#ifndef VD_WAVE_H
#define VD_WAVE_H

#include "kernel/view.h"
#include "terrain/batch.h"

/* Samples of one call: those of a block's pixels, 16 of each. */
enum { VD_WAVE_SAMPLES = 4096 };

typedef struct vd_wave vd_wave;
struct vd_recorder;

/** For one thread. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_wave_create(vd_context *context, vd_wave **out);
void vd_wave_destroy(vd_wave *wave);
/** Gives a wave what records AOVs (record.h), or NULL; destroyed with it. */
void vd_wave_record(vd_wave *wave, struct vd_recorder *recorder);

/** What shades paths of a scene; there is one for each tracer, and one for scenes not plain. */
typedef struct vd_shader vd_shader;
const vd_shader *vd_shader_of(const vd_tracer *tracer, const vdk_scene *scene);

typedef struct vd_wave_job {
    const vdk_scene *scene;
    const vd_tracer *tracer;
    const vd_shader *shader;
    int x, y, width, height; /**< pixels */
    uint32_t from, to;       /**< samples of each; pixels times samples <= VD_WAVE_SAMPLES */
    const struct vd_horizon *horizon;       /**< of a view's eye, or NULL */
    const struct vd_shadows *shadows;       /**< of the scene's only sun, or NULL */
    const struct vd_object_tracer *objects; /**< of the scene's objects, or NULL */
    double *sums; /**< of the first pixel, to which a wave with a recorder adds all that the film
                       has of its samples; else unread */
    int stride;   /**< pixels from row to row of sums */
    bool (*stop)(void *state, int thread); /**< asked between turns where paths may be long, in
                                                media, and nothing is recorded on the way; true
                                                ends the call. NULL: never */
    void *state;
    int thread;
} vd_wave_job;

/** What all samples see, pixel by pixel in rows and for each in order of the samples; valid until
 *  the next call. Adds the rays traced to *rays. NULL if it was told to stop: nothing is seen then,
 *  and nothing added to the film's sums. */
const vdk_seen *vd_wave_trace(vd_wave *wave, const vd_wave_job *job, uint64_t *rays);

#endif
