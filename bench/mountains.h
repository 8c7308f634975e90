/* Mountains to measure on: any number of cells of 10 m, the same bits everywhere. */
#ifndef BENCH_MOUNTAINS_H
#define BENCH_MOUNTAINS_H

#include "terrain/terrain.h"

#define BENCH_CELL_M 10.0

/** Heights in metres of count posts of row j, from column i on; i and j from -1. */
void bench_mountains_row(int i, int j, int count, float *out);

/** The terrain of size x size raster cells, its pyramid built by that many threads (0: all).
 *  *build_s is what the pyramid took. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result bench_terrain_create(vd_context *context, int size, int threads,
                                           double *build_s, vd_terrain **out);

#endif
