/* The recording of record_lanes.h for x86-64-v3: AVX2, eight lanes. */
#define VD_RECORDING vd_recording_avx2
#include "render/record_lanes.h"
