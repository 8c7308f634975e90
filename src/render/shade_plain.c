/* The shader of shade.h in the compiler's own vectors: SSE4 on x86-64-v2, NEON on Arm. */
#define VD_SHADER vd_shader_plain
#include "render/shade.h"
