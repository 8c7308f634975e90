/* When has a block enough samples? See noise.c. */
#ifndef VD_NOISE_H
#define VD_NOISE_H

#include <stdint.h>

/** The number of samples after `count` at which to look at the noise: 2, 4, 8, ... */
uint32_t vd_noise_next_look(uint32_t count);

/** Where a block of `count` samples a pixel will have enough.
 *  change2  mean square, over pixels and channels, of the change of the display values of the means
 *           since half as many samples
 *  last2    the same at the look before, of the means of a half and a quarter; 0: not known
 *  target   the root-mean-square error wanted, in display values
 *  Returns a number from count to below its double, or 0: look again at the double. */
uint32_t vd_noise_end(uint32_t count, double change2, double last2, double target);

#endif
