/* The shaders of shade.h and shade_fog.h for x86-64-v3: AVX2, eight lanes. */
#define VD_SHADER vd_shader_avx2
#define VD_FOG_SHADER vd_shader_fog_avx2
#include "render/shade.h"
#include "render/shade_fog.h"
