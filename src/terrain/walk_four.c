/* The walk of walk.h with four lanes: SSE4 on x86-64-v2, NEON on Arm. */
#define VD_WALK vd_walk_four
#include "terrain/walk.h"
