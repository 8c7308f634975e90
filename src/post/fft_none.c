/* A build without kissfft transforms nothing. */
#include "post/fft.h"

static vd_result refuse(vd_context *context)
{
    return vd_fail(
        context, VD_ERR_UNSUPPORTED,
        "--glare-kind diffraction: needs kissfft, which this build is without; install it "
        "by tools/install-deps build and build anew, or leave it out");
}

bool vd_fft_is_there(void)
{
    return false;
}

vd_result vd_fft_power(vd_context *context, int n, float *values)
{
    (void)n, (void)values;
    return refuse(context);
}

vd_result vd_fft_spread(vd_context *context, int width, int height, float *picture, int reach,
                        const float *kernel)
{
    (void)width, (void)height, (void)picture, (void)reach, (void)kernel;
    return refuse(context);
}
