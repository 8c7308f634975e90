#include "post/compare.h"

#include <math.h>
#include <stdlib.h>

static int64_t value_count(const vd_pixels *p)
{
    return 3 * (int64_t)p->width * p->height;
}

double vd_compare_psnr(const vd_pixels *reference, const vd_pixels *test)
{
    int64_t count = value_count(reference);
    double sum = 0.0;
    for (int64_t i = 0; i < count; i++) {
        double d = (double)test->rgb[i] - (double)reference->rgb[i];
        sum += d * d;
    }
    return -10.0 * log10(sum / (double)count);
}

double vd_compare_relmse(const vd_pixels *reference, const vd_pixels *test)
{
    int64_t count = value_count(reference);
    double sum = 0.0;
    for (int64_t i = 0; i < count; i++) {
        double r = (double)reference->rgb[i], d = (double)test->rgb[i] - r;
        sum += d * d / (r * r + 0.01);
    }
    return sum / (double)count;
}

/* ---- SSIM ---------------------------------------------------------------------------------- */

#define WINDOW 7
#define MOMENTS 5

/* Sums over a window of r, t, r^2, t^2 and r t. */
typedef struct moments {
    double of[MOMENTS];
} moments;

static void add(moments *m, double sign, const double part[MOMENTS])
{
    for (int k = 0; k < MOMENTS; k++) m->of[k] += sign * part[k];
}

static void moments_of(const vd_pixels *reference, const vd_pixels *test, int x, int y, int c,
                       double out[MOMENTS])
{
    int64_t i = 3 * ((int64_t)y * reference->width + x) + c;
    double r = (double)reference->rgb[i], t = (double)test->rgb[i];
    const double all[MOMENTS] = {r, t, r * r, t * t, r * t};
    for (int k = 0; k < MOMENTS; k++) out[k] = all[k];
}

static double similarity(const moments *m)
{
    const double n = WINDOW * WINDOW, c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
    double r = m->of[0] / n, t = m->of[1] / n, norm = n / (n - 1.0);
    double rr = norm * (m->of[2] / n - r * r), tt = norm * (m->of[3] / n - t * t);
    double rt = norm * (m->of[4] / n - r * t);
    return (2.0 * r * t + c1) * (2.0 * rt + c2) / ((r * r + t * t + c1) * (rr + tt + c2));
}

/* One row of windows of one channel, whose columns' sums are given. */
static double row_of_windows(const moments *columns, int width)
{
    moments window = {{0}};
    double sum = 0.0;
    for (int x = 0; x < width; x++) {
        add(&window, 1.0, columns[x].of);
        if (x >= WINDOW) add(&window, -1.0, columns[x - WINDOW].of);
        if (x >= WINDOW - 1) sum += similarity(&window);
    }
    return sum;
}

vd_result vd_compare_ssim(vd_context *context, const vd_pixels *reference, const vd_pixels *test,
                          double *out)
{
    int width = reference->width, height = reference->height;
    void *memory;
    double sum = 0.0, part[MOMENTS];
    *out = 0.0;
    if (width < WINDOW || height < WINDOW)
        return vd_fail(context, VD_ERR_SETTING,
                       "--metric: ssim compares windows of %d x %d pixels, and there are %d x %d; "
                       "leave it out",
                       WINDOW, WINDOW, width, height);
    VD_TRY(vd_alloc(context, (size_t)width, sizeof(moments), "the windows of SSIM", &memory));
    moments *columns = memory;
    for (int c = 0; c < 3; c++) {
        for (int x = 0; x < width; x++) columns[x] = (moments){{0}};
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                moments_of(reference, test, x, y, c, part);
                add(&columns[x], 1.0, part);
                if (y < WINDOW) continue;
                moments_of(reference, test, x, y - WINDOW, c, part);
                add(&columns[x], -1.0, part);
            }
            if (y >= WINDOW - 1) sum += row_of_windows(columns, width);
        }
    }
    free(columns);
    *out = sum / (3.0 * (width - WINDOW + 1.0) * (height - WINDOW + 1.0));
    return VD_OK;
}
