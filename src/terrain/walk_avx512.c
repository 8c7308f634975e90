/* The walk of walk.h for x86-64-v4: AVX-512, sixteen lanes. */
#define VD_WALK vd_walk_avx512
#include "terrain/walk.h"
