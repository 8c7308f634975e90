/* What a lens and film do to light that a perfect camera has seen: lateral chromatic aberration,
 * glare, vignette and grain, in this order, on rows of linear light. Each is opt-in; with none
 * there is nothing to make. */
#ifndef VD_EFFECTS_H
#define VD_EFFECTS_H

#include "base/base.h"

/** Reads rows y to y + rows - 1 of a picture of linear light, rgba[rows][width][4], multiplied by
 *  nothing: alpha says how much is there and colours are already less by as much. */
typedef vd_result (*vd_read_light)(vd_context *context, void *state, int y, int rows, float *rgba);

enum { VD_BLADES_MAX = 64 };

typedef struct vd_effects_options {
    int width, height; /**< pixels */
    float pixel;       /**< side of a pixel on the plane at distance 1 from the lens; 0: no lens */
    float middle_x, middle_y; /**< where the axis of the lens is, in pixels from the upper left */

    float aberration; /**< red is larger and blue smaller by this share; 0: none */
    bool is_measured; /**< instead, of a lens that was measured, what arrives r from the axis on the
                           plane at distance 1 does so at r (c[0] + c[1] r + c[2] r^2) */
    float red[3], blue[3]; /**< by these c */
    float light[3];        /**< and 1 + light[0] r^2 + light[1] r^4 + light[2] r^6 is left of it */

    float glare;        /**< share of light that is scattered, 0..1 */
    float glare_spread; /**< how far: of the shorter side, 0..1 */
    int spikes;         /**< rays of a star about lights; 0: none */
    float spike_turn;   /**< of the first one, counterclockwise, in whole turns; or of the blades */
    bool diffracts;     /**< instead, as an aperture does; */
    int blades;         /**< of so many, 0: a round one, at most VD_BLADES_MAX */

    float vignette;          /**< share of the natural falloff, 0..1 */
    float vignette_barrel;   /**< how far the barrel's rim moves over the aperture at the corners */
    float vignette_strength; /**< of what darkens beyond a radius, 0..1 */
    float vignette_radius;   /**< where it begins, in half diagonals */
    float vignette_softness; /**< over how much more it sets in, likewise */
    const float *mask; /**< [mask_height][mask_width] of 0..1, spread over the picture; NULL */
    int mask_width, mask_height;
    float mask_strength; /**< 0..1 */

    float grain;      /**< standard deviation, in stops; 0: none */
    float grain_size; /**< of a grain, in shares of the width */
    uint32_t seed;
    int threads;

    vd_read_light read;
    void *state;
} vd_effects_options;

typedef struct vd_effects vd_effects;

/** Does it ask for any? */
bool vd_effects_are_any(const vd_effects_options *options);

/** Makes the chain; what is global is read through once here. *out is NULL on failure; destroy with
 *  vd_effects_destroy(), which takes NULL.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_CANCELLED or what read returns. */
VD_MUST_USE vd_result vd_effects_create(vd_context *context, const vd_effects_options *options,
                                        vd_effects **out);
void vd_effects_destroy(vd_effects *effects);

/** As vd_read_light, of a vd_effects as state. The same pixels whatever rows are asked for. */
VD_MUST_USE vd_result vd_effects_read(vd_context *context, void *effects, int y, int rows,
                                      float *rgba);

#endif
