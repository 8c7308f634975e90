/* The light that an aperture diffracts about a point: its point spread function, PSF.
 *
 * Far from an aperture A, and so on the sensor behind a lens, the light of wavelength l about a
 * point's image has the intensity |F(x / (l N))|^2, where F is A's Fourier transform, A's width is
 * 1 and N the f-number (J. Goodman, "Introduction to Fourier Optics", section 4.4, equation 4-25;
 * T. Ritschel et al. 2009, "Temporal glare", make glare of an eye that way). A round one gives
 * Airy's rings, a polygon a ray across each of its edges to both sides: N of them if N is even, 2 N
 * if not. It is the same picture for each wavelength but for its scale, so white light makes rays
 * whose ends are red and whose fringes fade into each other.
 *
 * The aperture is drawn on WIDE of the SIDE samples of a grid, with soft edges, whose own
 * transform is divided out; so the transform has WIDE / 2 orders and SIDE / WIDE samples
 * an order; rays fade out towards its edge. Wavelengths are WAVES steps of the visible range in the
 * colours that the eye gives them (C. Wyman et al. 2013, "Simple analytic approximations to the CIE
 * XYZ color matching functions", equation 4), without what lies outside of Rec. 709, each channel's
 * sum 1: white stays white, and light is moved, not made. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"
#include "post/effects_parts.h"
#include "post/fft.h"

enum { SIDE = VD_DIFFRACTION_SIDE, WIDE = SIDE / VD_DIFFRACTION_SAMPLES, WAVES = 16 };
#define SHORTEST_NM 400.0f
#define LONGEST_NM 700.0f
#define MIDDLE_NM 550.0f /* whose reach is the one that is asked for */

/* ---- one wavelength ------------------------------------------------------------------------- */

/* Half planes whose common part is the aperture, of radius 1; none: a disc. */
typedef struct aperture {
    int edges;
    float across[VD_BLADES_MAX][2]; /* unit, outward */
    float inner;                    /* how far from the middle an edge is */
} aperture;

static aperture make_aperture(int blades, float turn)
{
    aperture a = {.edges = blades};
    float unread;
    if (blades > 0) vdk_sincos_turns(0.5f / (float)blades, &unread, &a.inner);
    for (int i = 0; i < blades; i++)
        vdk_sincos_turns(((float)i + 0.5f) / (float)blades + turn, &a.across[i][1],
                         &a.across[i][0]);
    return a;
}

/** How far within its edges a place is; below 0 without. */
static float within(const aperture *a, float x, float y)
{
    float least = 1.0f - vdk_sqrtf(x * x + y * y);
    for (int i = 0; i < a->edges; i++)
        least = vdk_min(least, a->inner - x * a->across[i][0] - y * a->across[i][1]);
    return least;
}

/** How much of a sample it leaves open: edges are as soft as a tent two samples wide. */
static float share_open(const aperture *a, int column, int row)
{
    const float half = 0.5f * WIDE;
    float x = ((float)column + 0.5f) / half - 1.0f, y = ((float)row + 0.5f) / half - 1.0f;
    float d = vdk_clamp(within(a, x, -y) * half, -1.0f, 1.0f);
    return 0.5f + d - 0.5f * d * vdk_abs(d);
}

/** One over what such edges leave of the power so many samples from the middle of the transform;
 *  and rays fade out over the farther half of their way, where the grid would cut them off. */
static float sharper(int x, int y)
{
    float r = vdk_sqrtf((float)(x * x + y * y)), s, c;
    float t = vdk_clamp(2.0f - 4.0f / SIDE * r, 0.0f, 1.0f);
    if (!(r > 0.0f) || !(t > 0.0f)) return r > 0.0f ? 0.0f : 1.0f;
    vdk_sincos_turns(0.5f * r / SIDE, &s, &c);
    float left = s / (VDK_PI * r / SIDE);
    return t * t * (3.0f - 2.0f * t) / (left * left * left * left);
}

vd_result vd_diffraction_power(vd_context *context, int blades, float turn, float **out)
{
    void *memory;
    double total = 0.0;
    *out = NULL;
    VD_TRY(vd_alloc(context, (size_t)SIDE * SIDE, sizeof(float), "glare", &memory));
    float *power = memory;
    const aperture a = make_aperture(blades, turn);
    for (int y = 0; y < WIDE + 2; y++)
        for (int x = 0; x < WIDE + 2; x++) power[y * SIDE + x] = share_open(&a, x - 1, y - 1);
    vd_result result = vd_fft_power(context, SIDE, power);
    if (result != VD_OK) {
        free(power);
        return result;
    }
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            power[y * SIDE + x] *= sharper(x - SIDE / 2, y - SIDE / 2);
            total += (double)power[y * SIDE + x];
        }
    for (int i = 0; i < SIDE * SIDE; i++) power[i] = (float)((double)power[i] / total);
    *out = power;
    return VD_OK;
}

/* ---- all of them ---------------------------------------------------------------------------- */

static float lobe(float nm, float height, float middle, float below, float above)
{
    float x = (nm - middle) / (nm < middle ? below : above);
    return height * vdk_expf(-0.5f * x * x);
}

static float seen(float nm, int channel)
{
    static const float to_rgb[3][3] = {
        {3.2406f, -1.5372f, -0.4986f}, {-0.9689f, 1.8758f, 0.0415f}, {0.0557f, -0.2040f, 1.0570f}};
    float x = lobe(nm, 1.056f, 599.8f, 37.9f, 31.0f) + lobe(nm, 0.362f, 442.0f, 16.0f, 26.7f) +
              lobe(nm, -0.065f, 501.1f, 20.4f, 26.2f);
    float y = lobe(nm, 0.821f, 568.8f, 46.9f, 40.5f) + lobe(nm, 0.286f, 530.9f, 16.3f, 31.1f);
    float z = lobe(nm, 1.217f, 437.0f, 11.8f, 36.0f) + lobe(nm, 0.681f, 459.0f, 26.0f, 13.8f);
    const float *m = to_rgb[channel];
    return vdk_max(m[0] * x + m[1] * y + m[2] * z, 0.0f);
}

typedef struct maker {
    const float *power;
    int reach;
    float step;    /* pixels from sample to sample, of the middle wavelength */
    float *kernel; /* [3][2 reach + 1][2 reach + 1] */
} maker;

/** Adds light at a place of a kernel, in pixels from its middle, to the four pixels about it. */
static void splat(const maker *m, float *kernel, float x, float y, float light)
{
    int width = 2 * m->reach + 1, i = vdk_ifloor(x), j = vdk_ifloor(y);
    float fx = x - (float)i, fy = y - (float)j;
    for (int k = 0; k < 4; k++) {
        int to_x = i + (k & 1) + m->reach, to_y = j + (k >> 1) + m->reach;
        float w = (k & 1 ? fx : 1.0f - fx) * (k >> 1 ? fy : 1.0f - fy);
        if (to_x >= 0 && to_y >= 0 && to_x < width && to_y < width)
            kernel[(size_t)to_y * (size_t)width + (size_t)to_x] += w * light;
    }
}

/** Adds a wavelength; samples farther apart than pixels are cut into some that are not. */
static void add_wave(const maker *m, float *kernel, float scale, float share)
{
    int parts = vdk_imax((int)ceilf(1.1f * m->step * scale), 1);
    for (int y = 0; y < SIDE * parts; y++)
        for (int x = 0; x < SIDE * parts; x++) {
            float light = m->power[(y / parts) * SIDE + x / parts];
            if (!(light > 0.0f)) continue;
            float at_x = ((float)x + 0.5f) / (float)parts - 0.5f - SIDE / 2;
            float at_y = ((float)y + 0.5f) / (float)parts - 0.5f - SIDE / 2;
            splat(m, kernel, at_x * m->step * scale, at_y * m->step * scale,
                  share * light / (float)(parts * parts));
        }
}

static vd_result make_channel(void *state, int thread, int64_t channel)
{
    const maker *m = state;
    float share[WAVES], total = 0.0f;
    size_t width = (size_t)(2 * m->reach + 1);
    (void)thread;
    for (int i = 0; i < WAVES; i++) {
        float nm = SHORTEST_NM + (LONGEST_NM - SHORTEST_NM) * ((float)i + 0.5f) / WAVES;
        share[i] = seen(nm, (int)channel);
        total += share[i];
    }
    for (int i = 0; i < WAVES; i++) {
        float nm = SHORTEST_NM + (LONGEST_NM - SHORTEST_NM) * ((float)i + 0.5f) / WAVES;
        if (share[i] > 1e-3f * total)
            add_wave(m, m->kernel + (size_t)channel * width * width, nm / MIDDLE_NM,
                     share[i] / total);
    }
    return VD_OK;
}

vd_result vd_diffraction_kernel(vd_context *context, const vd_effects_options *o, float reach_px,
                                int most, int *reach, float **out)
{
    void *memory;
    float *power;
    *out = NULL;
    *reach = vdk_imin((int)ceilf(reach_px * LONGEST_NM / MIDDLE_NM) + 1, most);
    size_t width = (size_t)(2 * *reach + 1);
    VD_TRY(vd_alloc(context, 3 * width * width, sizeof(float), "glare", &memory));
    *out = memory;
    VD_TRY(vd_diffraction_power(context, o->blades, o->spike_turn, &power));
    maker m = {power, *reach, reach_px / (SIDE / 2), *out};
    vd_work work = {.threads = o->threads, .items = 3, .run = make_channel, .state = &m};
    vd_result result = vd_parallel(context, &work);
    free(power);
    return result;
}
