/* The recording of record_lanes.h for x86-64-v4: AVX-512, sixteen lanes. */
#define VD_RECORDING vd_recording_avx512
#include "render/record_lanes.h"
