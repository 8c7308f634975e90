/* Terrains for tests, made of a function of the grid position. */
#ifndef TEST_TERRAINS_H
#define TEST_TERRAINS_H

#include <stdlib.h>

#include "random.h"
#include "terrain/terrain.h"

/** Height of padded post (i, j) in metres. */
typedef double (*test_height)(const void *state, int i, int j);

/** A terrain of nx x ny raster cells of cell_m[0] x cell_m[1] metres, its columns turned
 *  anticlockwise from east by the angle of turn = (cosine, sine). Aborts when there is no memory: a
 * test cannot go on. */
static inline vd_terrain *test_terrain(int nx, int ny, const double cell_m[2], const double turn[2],
                                       test_height height, const void *state,
                                       vd_terrain_options options)
{
    vd_terrain *terrain = NULL;
    vd_dem *dem = calloc(1, sizeof *dem);
    float *posts = calloc(vd_dem_post_count(nx, ny), sizeof *posts);
    if (!dem || !posts) abort();
    dem->info.nx = nx;
    dem->info.ny = ny;
    dem->info.metric = VD_METRIC_CONSTANT;
    dem->info.to_grid[0] = turn[0] / cell_m[0];
    dem->info.to_grid[1] = turn[1] / cell_m[0];
    dem->info.to_grid[2] = turn[1] / cell_m[1];
    dem->info.to_grid[3] = -turn[0] / cell_m[1];
    dem->stride = nx + 2;
    dem->posts = posts;
    for (int j = 0; j < ny + 2; j++)
        for (int i = 0; i < nx + 2; i++) {
            float h = (float)height(state, i, j);
            posts[j * dem->stride + i] = h;
            dem->min = i + j == 0 || h < dem->min ? h : dem->min;
            dem->max = i + j == 0 || h > dem->max ? h : dem->max;
        }
    dem->valid_min = dem->min;
    dem->valid_max = dem->max;
    if (vd_terrain_create(NULL, &dem, &options, &terrain) != VD_OK) abort();
    return terrain;
}

/** The usual one: square cells, north up. */
static inline vd_terrain *test_terrain_square(int side, double cell_m, test_height height,
                                              const void *state, vd_terrain_options options)
{
    const double cells[2] = {cell_m, cell_m}, turn[2] = {1.0, 0.0};
    return test_terrain(side, side, cells, turn, height, state, options);
}

/** A reproducible number in [0, 1) for a lattice point. */
static inline double test_lattice(uint64_t seed, int i, int j)
{
    test_random r = {seed ^ ((uint64_t)(uint32_t)i << 32 | (uint32_t)j)};
    test_bits(&r);
    return test_unit(&r);
}

/** Smooth noise in [0, 1) at (x, y), in units of its lattice. */
static inline double test_noise(uint64_t seed, double x, double y)
{
    int i = (int)x - (x < 0.0), j = (int)y - (y < 0.0);
    double u = x - i, v = y - j;
    u = u * u * (3.0 - 2.0 * u);
    v = v * v * (3.0 - 2.0 * v);
    double a = test_lattice(seed, i, j) * (1.0 - u) + test_lattice(seed, i + 1, j) * u;
    double b = test_lattice(seed, i, j + 1) * (1.0 - u) + test_lattice(seed, i + 1, j + 1) * u;
    return a * (1.0 - v) + b * v;
}

/** Mountains in [0, 1): noise at six scales, each half as wide and high as the one before. */
static inline double test_mountains(uint64_t seed, double x, double y)
{
    double sum = 0.0, share = 0.5;
    for (int octave = 0; octave < 6; octave++, share *= 0.5, x *= 2.0, y *= 2.0)
        sum += share * test_noise(seed + (uint64_t)octave, x, y);
    return sum;
}

#endif
