/* How droplets of water scatter light. */
#ifndef VD_DROPLETS_H
#define VD_DROPLETS_H

#include "kernel/phase.h"

#define VD_DROPLET_LEAST_UM 1.5
#define VD_DROPLET_MOST_UM 50.0

/** The phase function of droplets so many micrometres across, 1.5 to 50. */
vdk_phase vd_droplets_phase(double micrometres);

#endif
