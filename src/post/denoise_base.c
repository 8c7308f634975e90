/* The filter of denoise_rows.h for whatever the compiler builds for. */
#define VD_DENOISE_NAME vd_denoise_base
#include "post/denoise_rows.h"
