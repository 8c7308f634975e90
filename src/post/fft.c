/* Power spectra and convolutions by kissfft.
 *
 * A convolution is a product of spectra on a plane so much wider than the picture as the kernel
 * reaches, so that what leaves on one side does not come in on the other. One thread does one
 * transform, so numbers depend on the library's version alone. */
#include "post/fft.h"

#include <kiss_fftnd.h>

#include <stdlib.h>
#include <string.h>

bool vd_fft_is_there(void)
{
    return true;
}

static vd_result open_plane(vd_context *context, int side, kiss_fft_cpx **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, (size_t)side * (size_t)side, sizeof(kiss_fft_cpx), "glare", &memory));
    *out = memory;
    return VD_OK;
}

static vd_result transform(vd_context *context, int side, bool is_inverse, const kiss_fft_cpx *from,
                           kiss_fft_cpx *to)
{
    const int sides[2] = {side, side};
    kiss_fftnd_cfg plan = kiss_fftnd_alloc(sides, 2, is_inverse, NULL, NULL);
    if (!plan) return vd_fail(context, VD_ERR_MEMORY, "not enough memory for a Fourier transform");
    kiss_fftnd(plan, from, to);
    free(plan);
    return VD_OK;
}

vd_result vd_fft_power(vd_context *context, int n, float *values)
{
    kiss_fft_cpx *from, *to = NULL;
    size_t count = (size_t)n * (size_t)n;
    vd_result result = open_plane(context, n, &from);
    if (result == VD_OK) result = open_plane(context, n, &to);
    if (result == VD_OK) {
        for (size_t i = 0; i < count; i++) from[i].r = values[i];
        result = transform(context, n, false, from, to);
    }
    for (int y = 0; result == VD_OK && y < n; y++)
        for (int x = 0; x < n; x++) {
            size_t column = (size_t)((x + n / 2) % n), row = (size_t)((y + n / 2) % n);
            kiss_fft_cpx at = to[row * (size_t)n + column];
            values[(size_t)y * (size_t)n + (size_t)x] = at.r * at.r + at.i * at.i;
        }
    free(from);
    free(to);
    return result;
}

/** Lays the kernel about the plane's corner, round its edges. */
static void lay_kernel(int side, int reach, const float *kernel, kiss_fft_cpx *plane)
{
    for (int y = -reach; y <= reach; y++)
        for (int x = -reach; x <= reach; x++, kernel++) {
            size_t column = (size_t)((x + side) % side), row = (size_t)((y + side) % side);
            plane[row * (size_t)side + column].r = *kernel;
        }
}

static void multiply(int side, kiss_fft_cpx *a, const kiss_fft_cpx *b)
{
    float scale = 1.0f / ((float)side * (float)side);
    for (size_t i = 0; i < (size_t)side * (size_t)side; i++) {
        kiss_fft_cpx x = a[i], y = b[i];
        a[i].r = scale * (x.r * y.r - x.i * y.i);
        a[i].i = scale * (x.r * y.i + x.i * y.r);
    }
}

vd_result vd_fft_spread(vd_context *context, int width, int height, float *picture, int reach,
                        const float *kernel)
{
    kiss_fft_cpx *plane[3] = {NULL, NULL, NULL}; /* what is transformed, and two spectra */
    int longer = width > height ? width : height;
    int side = longer + reach > 2 * reach + 1 ? longer + reach : 2 * reach + 1;
    side = kiss_fft_next_fast_size(side);
    vd_result result = VD_OK;
    for (int i = 0; i < 3 && result == VD_OK; i++) result = open_plane(context, side, &plane[i]);
    if (result == VD_OK) {
        lay_kernel(side, reach, kernel, plane[0]);
        result = transform(context, side, false, plane[0], plane[1]);
    }
    if (result == VD_OK) {
        memset(plane[0], 0, (size_t)side * (size_t)side * sizeof(plane[0][0]));
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                plane[0][(size_t)y * (size_t)side + (size_t)x].r =
                    picture[(size_t)y * (size_t)width + (size_t)x];
        result = transform(context, side, false, plane[0], plane[2]);
    }
    if (result == VD_OK) {
        multiply(side, plane[2], plane[1]);
        result = transform(context, side, true, plane[2], plane[0]);
    }
    for (int y = 0; result == VD_OK && y < height; y++)
        for (int x = 0; x < width; x++)
            picture[(size_t)y * (size_t)width + (size_t)x] =
                plane[0][(size_t)y * (size_t)side + (size_t)x].r;
    for (int i = 0; i < 3; i++) free(plane[i]);
    return result;
}
