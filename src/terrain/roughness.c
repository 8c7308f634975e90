/* The roughness of a DEM, and what that says of forms finer than its posts.
 *
 * Land is rough at all scales, and much in the way of a fractal: the standard deviation of what
 * differs from a straight line over a distance d grows as d^H (Mandelbrot 1983, "The Fractal
 * Geometry of Nature"; Voss 1988, "Fractals in nature: from characterization to simulation", takes
 * it from a structure function as we do). So forms between the posts are as high as the DEM's own
 * say, carried on by H.
 *
 * What is measured are second differences h(x - d) - 2 h(x) + h(x + d), which no slope adds to,
 * along rows and columns, for d of 2 and 4 cells; those of one cell are left out, since surveys are
 * smoothed there. A wave of length l and standard deviation s makes them 4 s sin^2(pi d / l) on
 * average, most where l = 2 d. Of waves of lengths 2, 4, 8, ... cells with s as l^H those at d = 2
 * add up to 4 s_4 sqrt(1 + 4^H / 4 + ...), which is near 6 s_4 for the H of land, so s_4 is taken
 * as a sixth of them. H is half the binary logarithm of the ratio of variances at 4 and at 2 cells,
 * of the whole DEM.
 *
 * Heights in whole steps q have a variance of q^2 / 12 of their own, and second differences six
 * times that: it is taken away, or plains of whole metres would be rough.
 *
 * Variances are averaged over squares of 16 x 16 posts around points 8 cells apart, and are
 * bilinear between these. */
#include "terrain/roughness.h"

#include <math.h>
#include <stdlib.h>

/* Second differences at d = 2 of a band of 4 cells with a standard deviation of 1. */
#define GAIN 6.0
/* What H may be: rougher is noise, smoother adds nothing. */
#define LEAST_EXPONENT 0.6
#define MOST_EXPONENT 0.85

typedef struct job {
    const vdk_height_field *field;
    double noise; /* variance of second differences that rounding makes */
    vd_roughness *out;
    double *sums; /* per row of points, variances at 2 and at 4 cells */
} job;

static double bend(const vdk_height_field *f, int i, int j, int di, int dj)
{
    double second = (double)vdk_post(f, i - di, j - dj) - 2.0 * (double)vdk_post(f, i, j) +
                    (double)vdk_post(f, i + di, j + dj);
    return second * second;
}

/** The mean square of second differences over d cells around a point. */
static double variance_at(const job *j, int column, int row, int d)
{
    const vdk_height_field *f = j->field;
    const int reach = VD_ROUGHNESS_CELLS;
    int x0 = vdk_imax(column - reach, d), x1 = vdk_imin(column + reach, f->cells_x - d);
    int y0 = vdk_imax(row - reach, d), y1 = vdk_imin(row + reach, f->cells_y - d);
    double sum = 0.0, count = 0.0;
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++) {
            sum += bend(f, x, y, d, 0) + bend(f, x, y, 0, d);
            count += 2.0;
        }
    return count > 0.0 ? fmax(sum / count - j->noise, 0.0) : 0.0;
}

static vd_result measure_row(void *state, int thread, int64_t item)
{
    const job *j = state;
    const vd_roughness *out = j->out;
    (void)thread;
    for (int x = 0; x < out->width; x++) {
        int column = x << VD_ROUGHNESS_SHIFT, row = (int)item << VD_ROUGHNESS_SHIFT;
        double at_2 = variance_at(j, column, row, 2);
        out->at[item * out->width + x] = (float)(sqrt(at_2) / GAIN);
        j->sums[2 * item] += at_2;
        j->sums[2 * item + 1] += variance_at(j, column, row, 4);
    }
    return VD_OK;
}

vd_result vd_roughness_measure(vd_context *context, const vdk_height_field *field, float step,
                               int threads, vd_roughness *out)
{
    void *memory;
    *out = (vd_roughness){((field->cells_x - 1) >> VD_ROUGHNESS_SHIFT) + 2,
                          ((field->cells_y - 1) >> VD_ROUGHNESS_SHIFT) + 2, NULL, 0.0f};
    VD_TRY(vd_alloc(context, (size_t)out->width * (size_t)out->height, sizeof(float),
                    "the DEM's roughness", &memory));
    out->at = memory;
    vd_result result =
        vd_alloc(context, (size_t)out->height, 2 * sizeof(double), "the DEM's roughness", &memory);
    if (result == VD_OK) {
        job j = {field, 0.5 * (double)step * (double)step, out, memory};
        vd_work work = {NULL, threads, out->height, measure_row, &j};
        result = vd_parallel(context, &work);
        double at_2 = 0.0, at_4 = 0.0;
        for (int y = 0; y < out->height; y++) {
            at_2 += j.sums[2 * y];
            at_4 += j.sums[2 * y + 1];
        }
        /* Logarithms by the kernel's own function: no bit of a picture hangs on libm. */
        double h = at_2 > 0.0 ? 0.5 * (double)vdk_log2f((float)(at_4 / at_2)) : MOST_EXPONENT;
        out->exponent = (float)fmin(fmax(h, LEAST_EXPONENT), MOST_EXPONENT);
    }
    free(memory);
    if (result != VD_OK) vd_roughness_clear(out);
    return result;
}

void vd_roughness_clear(vd_roughness *roughness)
{
    free(roughness->at);
    *roughness = (vd_roughness){0};
}

float vd_roughness_at(const vd_roughness *roughness, int cx, int cy, float fx, float fy)
{
    const float per_cell = 1.0f / (float)VD_ROUGHNESS_CELLS;
    int mask = VD_ROUGHNESS_CELLS - 1;
    float u = ((float)(cx & mask) + fx) * per_cell, v = ((float)(cy & mask) + fy) * per_cell;
    const float *p =
        roughness->at + (cy >> VD_ROUGHNESS_SHIFT) * roughness->width + (cx >> VD_ROUGHNESS_SHIFT);
    return vdk_lerp(vdk_lerp(p[0], p[1], u),
                    vdk_lerp(p[roughness->width], p[roughness->width + 1], u), v);
}
