/* A build without lensfun knows no lens by name. */
#include <string.h>

#include "scene/lensfun.h"

vd_result vd_lensfun_find(vd_context *context, const vd_settings *settings, double crop,
                          vd_lens_data *out)
{
    (void)crop;
    memset(out, 0, sizeof(*out));
    return vd_fail(context, VD_ERR_UNSUPPORTED,
                   "%s: needs lensfun, which this build is without; install it by "
                   "tools/install-deps build and build anew, or give the lens's --distortion",
                   settings->where[VD_KNOB_LENS_PROFILE]);
}

void vd_lens_data_clear(vd_lens_data *data)
{
    (void)data;
}
