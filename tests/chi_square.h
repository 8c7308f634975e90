/* Are counts as a distribution would have them?
 *
 * A chi-square of k degrees of freedom is brought to a normal deviate (Wilson and Hilferty 1931).
 * The limit of 4.5 is exceeded by chance with p = 3.4e-6, so that a sound sampler fails 150 of them
 * with p = 5e-4; seeds are fixed: a test fails always or never. */
#ifndef TEST_CHI_SQUARE_H
#define TEST_CHI_SQUARE_H

#include <math.h>

#define DEVIATE_LIMIT 4.5

/** How many standard deviations counts are from those expected, as a normal deviate. */
static inline double chi_square_deviate_from(const int *counts, const double *expected, int bins)
{
    double chi = 0.0, k = bins - 1.0;
    for (int i = 0; i < bins; i++)
        chi += (counts[i] - expected[i]) * (counts[i] - expected[i]) / expected[i];
    return (cbrt(chi / k) - (1.0 - 2.0 / (9.0 * k))) / sqrt(2.0 / (9.0 * k));
}

/** How many standard deviations counts are from uniform, as a normal deviate. */
static inline double chi_square_deviate(const int *counts, int bins, double total)
{
    double expected = total / bins, chi = 0.0, k = bins - 1.0;
    for (int i = 0; i < bins; i++)
        chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    return (cbrt(chi / k) - (1.0 - 2.0 / (9.0 * k))) / sqrt(2.0 / (9.0 * k));
}

#endif
