/* The shaders of shade.h and shade_fog.h for x86-64-v4: AVX-512, sixteen lanes. */
#define VD_SHADER vd_shader_avx512
#define VD_FOG_SHADER vd_shader_fog_avx512
#include "render/shade.h"
#include "render/shade_fog.h"
