/* The shader of shade.h for x86-64-v3: AVX2, eight lanes. */
#define VD_SHADER vd_shader_avx2
#include "render/shade.h"
