/* The filter of denoise_rows.h for x86-64-v4: AVX-512, sixteen lanes. */
#define VD_DENOISE_NAME vd_denoise_avx512
#include "post/denoise_rows.h"
