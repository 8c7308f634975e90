/* Random numbers for tests: SplitMix64 (Steele, Lea and Flood 2014), the same on every machine. */
#ifndef TEST_RANDOM_H
#define TEST_RANDOM_H

#include <stdint.h>

typedef struct test_random {
    uint64_t state;
} test_random;

static inline uint64_t test_bits(test_random *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/** Uniform in [0, 1). */
static inline double test_unit(test_random *r)
{
    return (double)(test_bits(r) >> 11) * 0x1p-53;
}

/** Uniform in [low, high). */
static inline double test_between(test_random *r, double low, double high)
{
    return low + (high - low) * test_unit(r);
}

/** One of 0 .. count - 1. */
static inline int test_choice(test_random *r, int count)
{
    return (int)(test_bits(r) % (uint64_t)count);
}

#endif
