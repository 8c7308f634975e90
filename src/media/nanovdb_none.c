/* A build without NanoVDB's header reads no grids. */
#include "media/voxels.h"

#include <string.h>

bool vd_voxels_have_reader(void)
{
    return false;
}

vd_result vd_voxels_read(vd_context *context, const char *path, bool y_up, vd_voxels *out)
{
    (void)y_up;
    memset(out, 0, sizeof *out);
    return vd_fail(context, VD_ERR_UNSUPPORTED,
                   "%s needs NanoVDB to be read, which this build is without; install it by "
                   "tools/install-deps build and build anew",
                   path);
}
