/* Are two pads of random numbers paired as if at random? */
#ifndef TEST_PADS_H
#define TEST_PADS_H

#include "chi_square.h"
#include "kernel/sampler.h"

/** The correlation of N stratified pairs has mean zero. Its variance would be 1 / (N - 1) for a
 * random pairing; nested scrambling pairs blocks alike, and with random digits in place of the hash
 * (simulated) that makes 1.58 / (N - 1). Over 2000 trials the variance is known to 5 %, so 2 is 5
 * of its standard errors above.
 *  pair  the i-th of n pairs of a pad, in a trial beside the pad `other` */
static inline void assert_pads_uncorrelated(int n, void (*pair)(int trial, int i, vdk_uint other,
                                                                vdk_uint pad, float *u, float *v))
{
    enum { TRIALS = 2000 };
    for (vdk_uint other = 2; other < 6; other++) {
        double sum = 0.0, squares = 0.0;
        for (int trial = 0; trial < TRIALS; trial++) {
            double product = 0.0;
            for (int i = 0; i < n; i++) {
                float u, v, w, t;
                pair(trial, i, other, 1, &u, &v);
                pair(trial, i, other, other, &w, &t);
                product += (other & 1u) ? ((double)u - 0.5) * ((double)t - 0.5)
                                        : ((double)v - 0.5) * ((double)w - 0.5);
            }
            double correlation = product * 12.0 / n;
            sum += correlation;
            squares += correlation * correlation;
        }
        double variance = squares / TRIALS;
        print_message("pads 1 and %u: correlation %.5f, variance %.2f / (N - 1)\n", other,
                      sum / TRIALS, variance * (n - 1));
        assert_true(fabs(sum / TRIALS) < DEVIATE_LIMIT * sqrt(variance / TRIALS));
        assert_true(variance < 2.0 / (n - 1));
    }
}

#endif
