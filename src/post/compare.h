/* How far one picture is from another: the measures that papers and tools use. */
#ifndef VD_COMPARE_H
#define VD_COMPARE_H

#include "base/base.h"
#include "film/pixels.h"

/** Peak signal-to-noise ratio in decibels for a peak of 1, over all pixels and channels; infinite
 *  for pictures that are equal. */
double vd_compare_psnr(const vd_pixels *reference, const vd_pixels *test);

/** Relative mean squared error: the mean over pixels and channels of (t - r)^2 / (r^2 + 0.01). */
double vd_compare_relmse(const vd_pixels *reference, const vd_pixels *test);

/** Structural similarity (Wang et al. 2004), its mean over pixels and channels: windows of 7 x 7
 *  pixels, equal weights, sample covariances, K1 = 0.01, K2 = 0.03, a range of 1; windows that do
 *  not lie wholly inside are left out. Both sides must be at least 7 pixels.
 *  Returns VD_OK, VD_ERR_SETTING (too small) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_compare_ssim(vd_context *context, const vd_pixels *reference,
                                      const vd_pixels *test, double *out);

/** FLIP (flip.c): the mean difference that an eye sees, 0..1.
 *  map  [height][width], the difference of each pixel; may be NULL
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_compare_flip(vd_context *context, const vd_pixels *reference,
                                      const vd_pixels *test, float *map, double *out);

#endif
