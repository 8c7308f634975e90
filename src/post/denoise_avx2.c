/* The filter of denoise_rows.h for x86-64-v3: AVX2, eight lanes. */
#define VD_DENOISE_NAME vd_denoise_avx2
#include "post/denoise_rows.h"
