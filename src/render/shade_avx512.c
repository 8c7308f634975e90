/* The shader of shade.h for x86-64-v4: AVX-512, sixteen lanes. */
#define VD_SHADER vd_shader_avx512
#include "render/shade.h"
