/* Mountains to measure on: any number of cells of 10 m, the same bits everywhere. */
#ifndef BENCH_MOUNTAINS_H
#define BENCH_MOUNTAINS_H

#include "terrain/terrain.h"

#define BENCH_CELL_M 10.0

/** Heights in metres of count posts of row j, from column i on; i and j from -1. */
void bench_mountains_row(int i, int j, int count, float *out);

/** The terrain of size x size raster cells, in whole metres or not, its heights kept like this,
 * built by that many threads (0: all) in *build_s seconds. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result bench_terrain_create(vd_context *context, int size, bool whole,
                                           vd_precision kept, int threads, double *build_s,
                                           vd_terrain **out);

#endif
