/* The shader of shade.h with four lanes: SSE4 on x86-64-v2, NEON on Arm. */
#define VD_SHADER vd_shader_four
#define VD_FOG_SHADER vd_shader_fog_four
#include "render/shade.h"
#include "render/shade_fog.h"
