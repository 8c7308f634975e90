/* What the files of effects share; nothing outside includes it.
 *
 *     effects.c    the chain, and rows kept for steps that look at neighbours
 *     aberration.c lateral chromatic aberration
 *     glare.c      light scattered in the lens
 *     diffraction.c what an aperture makes of a point of light
 *     film.c       vignette and grain, pixel by pixel */
#ifndef VD_EFFECTS_PARTS_H
#define VD_EFFECTS_PARTS_H

#include "post/effects.h"

/** The picture, smaller, as glare spreads it: what is to be added to each pixel. */
typedef struct vd_glare {
    int width, height;
    float step;    /**< pixels of the picture a pixel of this is wide */
    float kept[3]; /**< what of each channel stays in its pixel, and is not in this */
    float *rgb;    /**< [height][width][3] */
} vd_glare;

bool vd_aberration_is_any(const vd_effects_options *options);
/** Rows of the picture above and below those wanted that aberration looks at. */
int vd_aberration_margin(const vd_effects_options *options);
/** Rows y to y + rows - 1, from rows of the picture from first on (have of them, with margins). */
void vd_aberration_rows(const vd_effects_options *options, const float *rgba, int first, int have,
                        int y, int rows, float *out);

/* The grid of a diffracted point: samples a side, and from order to order. */
enum { VD_DIFFRACTION_SIDE = 1024, VD_DIFFRACTION_SAMPLES = 4 };
/** Diffracted light of one wavelength, [side][side] about its middle, which adds up to 1.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_UNSUPPORTED. Free *out. */
VD_MUST_USE vd_result vd_diffraction_power(vd_context *context, int blades, float turn,
                                           float **out);
/** What becomes of a pixel: [3][2 reach + 1][2 reach + 1], each channel at most 1 in all.
 *  reach_px  how far light of the middle wavelength goes, in pixels
 *  most      of *reach; farther light is lost
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_CANCELLED or VD_ERR_UNSUPPORTED. Free *out. */
VD_MUST_USE vd_result vd_diffraction_kernel(vd_context *context, const vd_effects_options *options,
                                            float reach_px, int most, int *reach, float **out);

/** Reads the whole picture by `read` and spreads its light. Clear it in any case.
 *  Returns VD_OK, VD_ERR_MEMORY, VD_ERR_CANCELLED or what read returns. */
VD_MUST_USE vd_result vd_glare_make(vd_context *context, const vd_effects_options *options,
                                    vd_read_light read, void *state, vd_glare *out);
void vd_glare_rows(const vd_effects_options *options, const vd_glare *glare, int y, int rows,
                   float *rgba);
void vd_glare_clear(vd_glare *glare);

void vd_vignette_rows(const vd_effects_options *options, int y, int rows, float *rgba);
void vd_grain_rows(const vd_effects_options *options, int y, int rows, float *rgba);

/** Are there a vignette's numbers that darken anything? */
bool vd_vignette_is_any(const vd_effects_options *options);

#endif
