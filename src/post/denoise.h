/* Noise taken out of a picture, with the help of what is known without noise.
 *
 * Each pixel is estimated from its likes within 13 x 13 pixels: a plane is fitted to them, by least
 * squares, over their features and places, and its height at the pixel is taken. So a slope's
 * shading, which goes with its normal, is fitted and not averaged, and relief of the size of a
 * pixel stays (first-order regression: Moon et al. 2014, "Adaptive rendering based on weighted
 * local regression", ACM TOG 33(5), equation 4; Bitterli et al. 2016, "Nonlinearly weighted
 * first-order regression for denoising Monte Carlo renderings", CGF 35(4), equation 2). Likes are
 * weighed by how far patches of 3 x 3 are apart in units of their noise (Rousselle et al. 2012,
 * "Adaptive rendering with non-local means filtering", ACM TOG 31(6), equation 2), and by normals
 * and depth. Noise is measured: half of the samples less the other half, squared, over 5 x 5
 * pixels; with samples as evenly spread as ours, the variance of single samples says several times
 * too much.
 *
 * Light is divided by the albedo before, and multiplied after, so textures are not touched. What is
 * added to it, haze and gloss, is not in proportion to the albedo: in views its reciprocal is one
 * of the features, and so is the depth's logarithm.
 *
 * Where nothing is (clear sky, paper, NODATA) pixels stay as they are, to the bit. All that a pixel
 * depends on lies within 9 pixels around it, and sums are in one order; so tiles, threads and
 * instruction sets change nothing.
 *
 * Cost: 169 neighbours of each pixel, about 2 s of a core's time for a million pixels in AVX-512;
 * memory for a tile. */
#ifndef VD_DENOISE_H
#define VD_DENOISE_H

#include "base/base.h"

/** What is to be cleaned, and what is known of it. */
typedef struct vd_denoise_input {
    int width, height;
    int channels; /**< 1, 3, or 4 with the last an alpha */
    bool
        has_albedo; /**< the first three are light that it reflects; else they are taken as they are
                     */
    bool has_depth; /**< a view */
    void *state;
    /** A rectangle of pixels, which lies in the picture; by several threads at once.
     *  signal  [height][width][channels]
     *  noise   likewise: an estimate of the variance of each, itself noisy
     *  albedo  [height][width][3], normal likewise: sums over what is there, 0 where nothing is
     *  depth   [height][width], if has_depth: above 0 where normal is not 0; where it is, 0 for
     *          nothing, else fog or clouds before the sky */
    vd_result (*read)(vd_context *context, void *state, int x, int y, int width, int height,
                      float *signal, float *noise, float *albedo, float *normal, float *depth);
    /** What has become of a tile, signal[height][width][channels]; likewise. */
    vd_result (*write)(vd_context *context, void *state, int x, int y, int width, int height,
                       const float *signal);
} vd_denoise_input;

/** Denoises all of a picture, tile by tile. isa is as for vd_tracer_choose(): NULL, or the name of
 * an instruction set, which is only a wish. Returns VD_OK, VD_ERR_MEMORY, VD_ERR_CANCELLED, or what
 * read and write say. */
VD_MUST_USE vd_result vd_denoise(vd_context *context, const vd_denoise_input *input,
                                 const char *isa, int threads);

#endif
