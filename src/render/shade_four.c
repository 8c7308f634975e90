/* The shader of shade.h for four lanes: SSE4 on x86-64-v2, NEON on Arm. */
#define VD_SHADER vd_shader_four
#include "render/shade.h"
