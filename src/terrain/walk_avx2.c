/* The walk of walk.h for x86-64-v3: AVX2, eight lanes. */
#define VD_WALK vd_walk_avx2
#include "terrain/walk.h"
