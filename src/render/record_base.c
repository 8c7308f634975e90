/* The recording of record_lanes.h for any machine: four lanes in the compiler's own vectors. */
#define VD_RECORDING vd_recording_base
#include "render/record_lanes.h"
