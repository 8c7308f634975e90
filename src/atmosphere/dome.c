/* The sky as a map of latitude and longitude.
 *
 * The tables of an atmosphere are looked up at a grid of places within each texel that have equal
 * shares of its solid angle, and averaged: the horizon, where the sky is brightest and ends, lies
 * within a row of texels for an eye above the sea. A map of 512 x 256 takes 2 million look-ups.
 *
 * The sun's disc is smaller than such a texel. Its texels are looked into more finely, its limb
 * darkening with it, and then all are scaled so that the map has exactly the disc's irradiance. */
#include "atmosphere/dome.h"

#include <math.h>
#include <stdlib.h>

#include "base/vmath.h"

#define GRID 4       /* places along each side of a texel */
#define DISC_GRID 64 /* and where the sun is */

typedef struct drawing {
    const vdk_atmosphere *atmosphere;
    int width, height;
    float *texels;
} drawing;

/** Cosine from the zenith across a row, by equal solid angles. */
static double height_at(const drawing *d, int row, double across)
{
    double upper, lower, unused;
    vd_sincos_deg(180.0 * row / d->height, &unused, &upper);
    vd_sincos_deg(180.0 * (row + 1) / d->height, &unused, &lower);
    return upper + across * (lower - upper);
}

/** The unit vector to columns from the map's left edge. */
static vdk_vec direction_at(const drawing *d, double column, double z)
{
    double level = sqrt(fmax(1.0 - z * z, 0.0)), sine, cosine;
    vd_sincos_deg(360.0 * column / d->width, &sine, &cosine);
    return vdk_vec_make((float)(level * sine), (float)(level * cosine), (float)z);
}

static vd_result draw_row(void *state, int thread, int64_t item)
{
    const drawing *d = state;
    double z[GRID];
    (void)thread;
    for (int j = 0; j < GRID; j++) z[j] = height_at(d, (int)item, (j + 0.5) / GRID);
    for (int column = 0; column < d->width; column++) {
        double sum[3] = {0.0, 0.0, 0.0};
        float *texel = d->texels + 3 * (item * d->width + column);
        for (int i = 0; i < GRID * GRID; i++) {
            vdk_vec w = direction_at(d, column + (i % GRID + 0.5) / GRID, z[i / GRID]);
            vdk_vec light = vdk_atmosphere_sky(d->atmosphere, w);
            sum[0] += (double)light.x;
            sum[1] += (double)light.y;
            sum[2] += (double)light.z;
        }
        for (int k = 0; k < 3; k++) texel[k] = (float)(sum[k] / (GRID * GRID));
    }
    return VD_OK;
}

/** Solid angle of a texel. */
static double solid_angle(const drawing *d, int row)
{
    return 2.0 * VD_PI / d->width * (height_at(d, row, 0.0) - height_at(d, row, 1.0));
}

/** The mean over a texel of the disc's limb darkening, 0 beyond its rim. */
static void look_for_disc(const drawing *d, int column, int row, double mean[3])
{
    for (int k = 0; k < 3; k++) mean[k] = 0.0;
    for (int j = 0; j < DISC_GRID; j++) {
        double z = height_at(d, row, (j + 0.5) / DISC_GRID);
        for (int i = 0; i < DISC_GRID; i++) {
            vdk_vec w = direction_at(d, column + (i + 0.5) / DISC_GRID, z);
            vdk_vec limb = vdk_atmosphere_limb(d->atmosphere, vdk_vec_dot(w, d->atmosphere->sun));
            mean[0] += (double)limb.x;
            mean[1] += (double)limb.y;
            mean[2] += (double)limb.z;
        }
    }
    for (int k = 0; k < 3; k++) mean[k] /= DISC_GRID * DISC_GRID;
}

/** May the disc touch a texel? */
static bool may_touch(const drawing *d, double half_deg, int column, int row)
{
    const vdk_vec sun = d->atmosphere->sun;
    double reach = half_deg + 180.0 / d->height + 360.0 / d->width, sine, cosine;
    vd_sincos_deg(fmin(reach, 180.0), &sine, &cosine);
    return (double)vdk_vec_dot(direction_at(d, column + 0.5, height_at(d, row, 0.5)), sun) >=
           cosine;
}

static void add_disc(const drawing *d, const vd_dome_disc *disc)
{
    double total[3] = {0.0, 0.0, 0.0}, mean[3];
    /* Twice over the texels about the sun: what they hold, then their share of the light. */
    for (int pass = 0; pass < 2; pass++)
        for (int row = 0; row < d->height; row++)
            for (int column = 0; column < d->width; column++) {
                if (!may_touch(d, disc->half_deg, column, row)) continue;
                look_for_disc(d, column, row, mean);
                float *texel = d->texels + 3 * ((int64_t)row * d->width + column);
                const double light[3] = {(double)disc->irradiance.x, (double)disc->irradiance.y,
                                         (double)disc->irradiance.z};
                for (int k = 0; k < 3; k++) {
                    if (pass == 0)
                        total[k] += mean[k] * solid_angle(d, row);
                    else if (total[k] > 0.0)
                        texel[k] += (float)(mean[k] * light[k] / total[k]);
                }
            }
}

vd_result vd_dome_draw(vd_context *context, const vdk_atmosphere *atmosphere,
                       const vd_dome_disc *disc, int width, int height, int threads, float **texels)
{
    void *memory;
    *texels = NULL;
    VD_TRY(vd_alloc(context, (size_t)width * (size_t)height * 3, sizeof(float), "the sky's map",
                    &memory));
    drawing d = {atmosphere, width, height, memory};
    vd_work work = {NULL, threads, height, draw_row, &d};
    vd_result result = vd_parallel(context, &work);
    if (result != VD_OK) {
        free(memory);
        return result;
    }
    if (disc) add_disc(&d, disc);
    *texels = memory;
    return VD_OK;
}

vdk_vec vd_dome_irradiance(const float *texels, int width, int height)
{
    double sum[3] = {0.0, 0.0, 0.0};
    for (int row = 0; row < height; row++) {
        double upper, lower, unused, low = fmax(180.0 * (row + 1) / height, 0.0);
        vd_sincos_deg(fmin(180.0 * row / height, 90.0), &unused, &upper);
        vd_sincos_deg(fmin(low, 90.0), &unused, &lower);
        /* The integral of the cosine over a zone is half the difference of its squares. */
        double share = VD_PI / width * (upper * upper - lower * lower);
        for (int column = 0; column < width; column++)
            for (int k = 0; k < 3; k++)
                sum[k] += share * (double)texels[3 * ((int64_t)row * width + column) + k];
    }
    return vdk_vec_make((float)sum[0], (float)sum[1], (float)sum[2]);
}
