/* The tables by which directions of an environment map are chosen: kernel/environment.h says how,
 * and what a texel's share is. Sums are doubles, added in the map's own order by one thread (0.1 s
 * for 4096 x 2048), so the tables are the same wherever they are made. */
#include "atmosphere/environment.h"

#include <stdlib.h>

#include "base/vmath.h"

static const char tables[] = "the environment's tables";

/** Luminance of a texel's place in the bilinear surface: its mean over the texel is (1 6 1) / 8 of
 *  the centres along each axis. */
static double mean_luminance(const vd_environment *e, int column, int row)
{
    static const double weight[3] = {0.125, 0.75, 0.125};
    double sum = 0.0;
    for (int j = 0; j < 3; j++) {
        int y = row + j - 1;
        y = y < 0 ? 0 : y >= e->height ? e->height - 1 : y;
        for (int i = 0; i < 3; i++) {
            int x = (column + i - 1 + e->width) % e->width;
            const float *t = e->texels + 3 * ((size_t)y * (size_t)e->width + (size_t)x);
            sum += weight[j] * weight[i] * (double)vdk_luminance(vdk_vec_make(t[0], t[1], t[2]));
        }
    }
    return sum;
}

/** Sums to shares of 1, the last exactly; where there is nothing every entry has the same. */
static void normalize(const double *sums, int count, float *out)
{
    double total = sums[count - 1];
    for (int i = 0; i < count; i++)
        out[i] = (float)(total > 0.0 ? sums[i] / total : (i + 1.0) / count);
}

/** The light of a row whose texels have this sum, by the solid angle of each. */
static double light_of_row(const vd_environment *e, int row, double sum)
{
    double sine, upper, lower;
    vd_sincos_deg(180.0 * row / e->height, &sine, &upper);
    vd_sincos_deg(180.0 * (row + 1.0) / e->height, &sine, &lower);
    return sum * 2.0 * VD_PI / e->width * (upper - lower);
}

static void tabulate(vd_environment *e, double *column_sums, double *row_sums)
{
    double total = 0.0;
    for (int row = 0; row < e->height; row++) {
        double sum = 0.0;
        for (int column = 0; column < e->width; column++)
            column_sums[column] = sum += mean_luminance(e, column, row);
        normalize(column_sums, e->width, e->columns + (size_t)row * (size_t)e->width);
        row_sums[row] = total += light_of_row(e, row, sum);
    }
    normalize(row_sums, e->height, e->rows);
    e->luminance = total;
}

/** What of the map's light stands out over twice its mean, which is about the mean of a sky over
 *  dark ground. */
static double outstanding(const vd_environment *e)
{
    double common = 2.0 * e->luminance / (4.0 * VD_PI), total = 0.0;
    for (int row = 0; row < e->height; row++) {
        double sum = 0.0;
        for (int column = 0; column < e->width; column++) {
            double over = mean_luminance(e, column, row) - common;
            if (over > 0.0) sum += over;
        }
        total += light_of_row(e, row, sum);
    }
    return total;
}

vd_result vd_environment_create(vd_context *context, int width, int height, float *texels,
                                vd_environment **out)
{
    size_t columns = (size_t)width, rows = (size_t)height;
    void *memory, *sums = NULL;
    *out = NULL;
    vd_result result = vd_alloc(context, 1, sizeof(vd_environment), "the environment", &memory);
    vd_environment *e = memory;
    if (result != VD_OK) {
        free(texels);
        return result;
    }
    *e = (vd_environment){.width = width, .height = height, .texels = texels};
    result = vd_alloc(context, rows, sizeof(float), tables, &memory);
    e->rows = memory;
    if (result == VD_OK) {
        result = vd_alloc(context, rows * columns, sizeof(float), tables, &memory);
        e->columns = memory;
    }
    if (result == VD_OK) result = vd_alloc(context, columns + rows, sizeof(double), tables, &sums);
    if (result == VD_OK) {
        tabulate(e, sums, (double *)sums + columns);
        e->outstanding = outstanding(e);
        *out = e;
    } else {
        vd_environment_destroy(e);
    }
    free(sums);
    return result;
}

void vd_environment_destroy(vd_environment *environment)
{
    if (!environment) return;
    free(environment->texels);
    free(environment->rows);
    free(environment->columns);
    free(environment);
}

vdk_environment vd_environment_flat(const vd_environment *environment, double rotation_deg)
{
    return (vdk_environment){
        .texels = environment->texels,
        .rows = environment->rows,
        .columns = environment->columns,
        .width = environment->width,
        .height = environment->height,
        .turn = (float)(rotation_deg / 360.0),
        .luminance = (float)environment->luminance,
        .outstanding = (float)environment->outstanding,
    };
}
