/* Rendering: every pixel's samples onto the film. */
#ifndef VD_RENDER_H
#define VD_RENDER_H

#include "film/aov.h"
#include "film/film.h"
#include "scene/scene.h"

/** How a pixel will look: encode takes scene-linear RGB to display values, of which a noise target
 * speaks. May be called by several threads at once. */
typedef struct vd_render_display {
    void (*encode)(const void *state, const float linear[3], float encoded[3]);
    const void *state;
} vd_render_display;

typedef struct vd_render_stats {
    double seconds;
    uint64_t samples; /**< traced by this run; a resumed one found others done */
    uint64_t rays;
    int threads;
    vd_film_samples film; /**< samples per pixel that the picture has */
    bool complete;        /**< no time limit cut it short */
} vd_render_stats;

/** Refuses, by name, knobs of rendering that have no use beside others. Returns VD_OK or
 *  VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_render_check(vd_context *context, const vd_settings *settings);

/** Film options for a scene's picture: its tiles are whole blocks. */
vd_film_options vd_render_film_options(const vd_settings *settings, const vd_frame *frame,
                                       const vd_aov_set *aovs);

/** Warns that the checkpoint at path was removed under the run, which so keeps nothing. */
void vd_render_tell_lost(vd_context *context, const char *path);

/** Renders the scene onto a new film of these channels, or goes on with the one in a checkpoint.
 *  display  read only with a noise target, else NULL will do
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_IO, VD_ERR_EXISTS, VD_ERR_SETTING, VD_ERR_FORMAT or
 *  VD_ERR_INPUT (all four of a checkpoint) or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_render_scene(vd_context *context, const vd_scene *scene,
                                      const vd_aov_set *aovs, const vd_render_display *display,
                                      vd_film **out, vd_render_stats *stats);

/** Fills what of a plan depends on this machine's speed, by rendering a small synthetic terrain
 * under the same settings (about a tenth of a second): rays and seconds. Returns VD_OK,
 * VD_ERR_MEMORY or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_render_estimate(vd_context *context, const vd_settings *settings,
                                         double pixels, vd_plan *plan);

#endif
