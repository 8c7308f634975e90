/* Fourier transforms of pictures. fft.c asks kissfft; a build without it has fft_none.c instead. */
#ifndef VD_FFT_H
#define VD_FFT_H

#include "base/base.h"

/** Does this build have them? */
bool vd_fft_is_there(void);

/** Puts the power of each frequency, frequency 0 at [n / 2][n / 2], in the place of values[n][n],
 *  n even. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_UNSUPPORTED. */
VD_MUST_USE vd_result vd_fft_power(vd_context *context, int n, float *values);

/** Spreads picture[height][width] by kernel[2 reach + 1][2 reach + 1], whose middle stays where a
 *  pixel is, in its place; outside there is nothing.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_UNSUPPORTED. */
VD_MUST_USE vd_result vd_fft_spread(vd_context *context, int width, int height, float *picture,
                                    int reach, const float *kernel);

#endif
