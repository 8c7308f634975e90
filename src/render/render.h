/* Rendering: every pixel's samples onto the film. */
#ifndef VD_RENDER_H
#define VD_RENDER_H

#include "film/film.h"
#include "scene/scene.h"

typedef struct vd_render_stats {
    double seconds;
    uint64_t samples;
    uint64_t rays;
    int threads;
    float metered_stops; /**< automatic exposure; 0 without */
} vd_render_stats;

/** Film options for a scene's picture: its tiles are whole blocks (render.c). */
vd_film_options vd_render_film_options(const vd_settings *settings, int width, int height);

/** Renders the scene onto a new film.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_IO or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_render_scene(vd_context *context, const vd_scene *scene, vd_film **out,
                                      vd_render_stats *stats);

/** Fills what of a plan depends on this machine's speed, by rendering a small synthetic terrain
 * under the same settings (about a tenth of a second): rays and seconds. Returns VD_OK,
 * VD_ERR_MEMORY or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_render_estimate(vd_context *context, const vd_settings *settings,
                                         double pixels, vd_plan *plan);

#endif
