/* Ground with which holes are filled, by cell: the same for both surfaces that span them. */
#ifndef VD_TESTS_VOID_HEIGHTS_H
#define VD_TESTS_VOID_HEIGHTS_H

#include <math.h>

static inline double level_ground(int x, int y)
{
    (void)x;
    (void)y;
    return 1234.7;
}

static inline double plane(int x, int y)
{
    return 500.0 + 3.0 * x - 2.0 * y;
}

static inline double hills(int x, int y)
{
    return 1000.0 + 80.0 * sin(0.11 * x) * cos(0.07 * y) + ((x * 31 + y * 57) % 23);
}

#endif
