/* Noise lies on the grid: a column is the metres it measures in the DEM's middle row, so in degrees
 * noise is as wide there as is asked for, and narrower towards the pole. */
#include "scene/noise.h"

#include <math.h>

#include "base/vmath.h"

#define LATTICE 4294967296.0 /* a lattice unit in 2^-32ths */

static uint32_t hash_of(const char *name, int number)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (; *name; name++) hash = (hash ^ (uint8_t)*name) * 16777619u;
    return vdk_hash(hash ^ (uint32_t)number);
}

/** So many lattice units, any number of them wrapped. */
static uint64_t fixed(double units)
{
    double whole = floor(units);
    return ((uint64_t)(int64_t)fmod(whole, LATTICE) << 32) + (uint64_t)((units - whole) * LATTICE);
}

vdk_noise vd_noise_make(const vd_dem *dem, double z_factor, const vd_noise_options *options)
{
    double metres[2], total = 0.0, power = 1.0;
    uint32_t seed = hash_of(options->name, options->number);
    vd_dem_metres_per_cell(&dem->info, 0.5 * dem->info.ny - 0.5, metres);
    double x = metres[0] / options->scale_m, y = metres[1] / options->scale_m;
    double z = z_factor / options->scale_z_m;
    for (int i = 0; i < options->octaves; i++, power *= options->gain * options->gain)
        total += power;
    vdk_noise noise = {
        .step_x = fixed(x),
        .step_y = fixed(y),
        .part_x = (float)(x * LATTICE),
        .part_y = (float)(y * LATTICE),
        .part_z = (float)(z * LATTICE),
        /* The raster's corner is half a cell inside padded cell (0, 0). Seeds move it off the
         * lattice's points. */
        .first_x = fixed(-0.5 * x) + ((uint64_t)vdk_hash(seed + 1u) << 16),
        .first_y = fixed(-0.5 * y) + ((uint64_t)vdk_hash(seed + 2u) << 16),
        .first_z = fixed(dem->base_m * z) + ((uint64_t)vdk_hash(seed + 3u) << 16),
        .wavelength = (float)options->scale_m,
        .gain = (float)options->gain,
        .first = (float)(1.0 / sqrt(total)),
        .octaves = options->octaves,
        .seed = seed,
    };
    return noise;
}

double vd_gaussian_threshold(double share)
{
    enum { STEPS = 4000 };
    const double width = 8.0 / STEPS, scale = 0.3989422804014327 * width;
    double above = 3.167124e-5; /* beyond 4 */
    /* The sum of the density's middles, from there down. */
    for (int i = 0; i < STEPS; i++) {
        double x = 4.0 - (i + 0.5) * width, part = scale * vd_exp(-0.5 * x * x);
        if (above + part >= share) return x + width * (0.5 - (share - above) / part);
        above += part;
    }
    return -4.0; /* a share of all but 3e-5 */
}
