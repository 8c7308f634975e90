/* The walk of walk.h in the compiler's own vectors: SSE4 on x86-64-v2, NEON on Arm. */
#define VD_WALK vd_walk_plain
#include "terrain/walk.h"
