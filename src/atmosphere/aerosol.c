/* Haze is a mixture of a few kinds of particles, each with its sizes and refractive index; what
 * light does to a particle follows from Mie's solution (mie.c), and what it does to haze is the
 * sum.
 *
 * Particles, mixtures and heights are those of OPAC (Hess, Koepke & Schult 1998, "Optical
 * Properties of Aerosols and Clouds", Bulletin of the American Meteorological Society 79, tables 1
 * to 5): rural is its "continental average", maritime "maritime clean"; all at 80 % relative
 * humidity, at which particles that take up water are grown and their refractive index is mixed by
 * volume with water's (Haenel 1976). A scale height is OPAC's optical depth over its extinction at
 * the ground. Refractive indices: d'Almeida, Koepke & Shettle 1991, "Atmospheric Aerosols". The
 * dust of Mars: sizes by Wolff et al. 2009, Journal of Geophysical Research 114, E00D04 (effective
 * radius 1.5 um, variance 0.3), absorption such that the single-scattering albedo is that of
 * Ockert-Bell et al. 1997, JGR 102.
 *
 * Limits: spheres. Desert dust is not, and scatters more to the side and less back than here. The
 * humidity is one; swelling of haze near saturation is not modelled. */
#include "atmosphere/aerosol.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "atmosphere/mie.h"
#include "base/vmath.h"

#define SIZES 80 /* of particles in a component */
#define PARTS 4
#define INDICES 11 /* from 350 nm by 50 nm */
#define SMALLEST_UM 0.005
#define LARGEST_UM 20.0

/** Particles of one substance with a log-normal distribution of sizes. */
typedef struct component {
    double radius_um; /* median by number */
    double sigma;     /* geometric standard deviation */
    double dry;       /* share of the volume that is not water */
    double n;         /* dry */
    double k[INDICES];
} component;

#define EVERYWHERE(k)                                                                              \
    {                                                                                              \
        k, k, k, k, k, k, k, k, k, k, k                                                            \
    }
#define MINERAL_K                                                                                  \
    {                                                                                              \
        1.7e-2, 1.3e-2, 8.5e-3, 7.8e-3, 5.5e-3, 4.5e-3, 4.5e-3, 4e-3, 4e-3, 4e-3, 4e-3             \
    }

enum {
    SOLUBLE,
    INSOLUBLE,
    SOOT,
    SALT_FINE,
    SALT_COARSE,
    DUST_FINE,
    DUST_MIDDLE,
    DUST_COARSE,
    MARS
};

static const component components[] = {
    [SOLUBLE] = {0.0306,
                 2.24,
                 0.3326,
                 1.53,
                 {5e-3, 5e-3, 5e-3, 5e-3, 6e-3, 6e-3, 7e-3, 7e-3, 8.5e-3, 1e-2, 1.15e-2}},
    [INSOLUBLE] = {0.471, 2.51, 1.0, 1.53, EVERYWHERE(8e-3)},
    [SOOT] = {0.0118,
              2.0,
              1.0,
              1.75,
              {0.465, 0.46, 0.455, 0.45, 0.44, 0.435, 0.435, 0.43, 0.43, 0.43, 0.43}},
    [SALT_FINE] = {0.416, 2.03, 0.1268, 1.5, EVERYWHERE(1e-8)},
    [SALT_COARSE] = {3.49, 2.03, 0.1261, 1.5, EVERYWHERE(1e-8)},
    [DUST_FINE] = {0.07, 1.95, 1.0, 1.53, MINERAL_K},
    [DUST_MIDDLE] = {0.39, 2.0, 1.0, 1.53, MINERAL_K},
    [DUST_COARSE] = {1.9, 2.15, 1.0, 1.53, MINERAL_K},
    [MARS] = {0.78,
              1.67,
              1.0,
              1.5,
              {1.5e-2, 1.25e-2, 1e-2, 7e-3, 4.3e-3, 2.6e-3, 1.9e-3, 1.5e-3, 1.3e-3, 1.2e-3,
               1.2e-3}},
};

static const struct mixture {
    double height_m;
    struct {
        int component;
        double number; /* in a volume */
    } parts[PARTS];
} mixtures[VD_AEROSOL_KINDS] = {
    [VD_AEROSOL_RURAL] = {2000.0, {{SOLUBLE, 7000.0}, {INSOLUBLE, 0.4}, {SOOT, 8300.0}}},
    [VD_AEROSOL_MARITIME] = {1070.0, {{SOLUBLE, 1500.0}, {SALT_FINE, 20.0}, {SALT_COARSE, 3.2e-3}}},
    [VD_AEROSOL_URBAN] = {1820.0, {{SOLUBLE, 28000.0}, {INSOLUBLE, 1.5}, {SOOT, 130000.0}}},
    [VD_AEROSOL_DESERT] =
        {1970.0,
         {{SOLUBLE, 2000.0}, {DUST_FINE, 269.5}, {DUST_MIDDLE, 30.5}, {DUST_COARSE, 0.142}}},
    [VD_AEROSOL_MARS] = {11100.0, {{MARS, 1.0}}},
};

const double vd_aerosol_nm[VD_AEROSOL_WAVELENGTHS] = {360.0, 430.0, 490.0, 550.0,
                                                      610.0, 680.0, 750.0, 830.0};

static double node_cosine(int i)
{
    double t = (double)i / (VD_PHASE_NODES - 1);
    return 1.0 - 2.0 * t * t * t * t;
}

double vd_phase_at(const float *nodes, double cosine)
{
    double half = 0.5 * (1.0 - cosine); /* of the angle, its sine squared */
    double t = half > 0.0 ? sqrt(sqrt(half < 1.0 ? half : 1.0)) * (VD_PHASE_NODES - 1) : 0.0;
    int i = (int)t < VD_PHASE_NODES - 2 ? (int)t : VD_PHASE_NODES - 2;
    double u = t - i;
    return (1.0 - u) * (double)nodes[i] + u * (double)nodes[i + 1];
}

void vd_phase_moments(const float *nodes, int count, double *moments)
{
    /* Gauss's four points of a cell; of the solid angle 2 pi d cosine = 16 pi t^3 dt. */
    static const double at[2] = {0.33998104358485626, 0.86113631159405258};
    static const double weight[2] = {0.65214515486254614, 0.34785484513745386};
    for (int l = 0; l < count; l++) moments[l] = 0.0;
    for (int i = 0; i + 1 < VD_PHASE_NODES; i++) {
        for (int g = 0; g < 4; g++) {
            double u = 0.5 + (g & 1 ? 0.5 : -0.5) * at[g / 2];
            double t = (i + u) / (VD_PHASE_NODES - 1);
            double p = (1.0 - u) * (double)nodes[i] + u * (double)nodes[i + 1];
            double part = p * 0.5 * weight[g / 2] * 16.0 * VD_PI * t * t * t / (VD_PHASE_NODES - 1);
            double cosine = 1.0 - 2.0 * t * t * t * t, last = 0.0, legendre = 1.0;
            for (int l = 0; l < count; l++) {
                moments[l] += part * legendre;
                double next = ((2.0 * l + 1.0) * cosine * legendre - l * last) / (l + 1.0);
                last = legendre;
                legendre = next;
            }
        }
    }
}

typedef struct search {
    const struct mixture *mixture;
    double cosines[VD_PHASE_NODES];
    struct {
        double extinction, scattering, intensity[VD_PHASE_NODES];
    } parts[VD_AEROSOL_WAVELENGTHS][PARTS];
} search;

/** One component at one wavelength. */
static vd_result find_part(void *state, int thread, int64_t item)
{
    search *s = state;
    int at = (int)(item / PARTS), part = (int)(item % PARTS);
    double number = s->mixture->parts[part].number;
    (void)thread;
    if (!(number > 0.0)) return VD_OK;
    const component *c = &components[s->mixture->parts[part].component];
    double nm = vd_aerosol_nm[at], place = (nm - 350.0) / 50.0;
    int i = (int)place;
    double k = c->dry * (c->k[i] + (place - i) * (c->k[i + 1] - c->k[i]));
    double n = c->dry * c->n + (1.0 - c->dry) * 1.333;
    /* By area the distribution is the same log-normal about a larger radius. */
    double width = vd_log(c->sigma), centre = vd_log(c->radius_um) + 2.0 * width * width;
    double low = fmax(centre - 3.5 * width, vd_log(SMALLEST_UM));
    double high = fmin(centre + 3.5 * width, vd_log(LARGEST_UM));
    for (int j = 0; j < SIZES; j++) {
        double log_radius = low + (high - low) * (j + 0.5) / SIZES, radius = vd_exp(log_radius);
        double z = (log_radius - vd_log(c->radius_um)) / width;
        double weight = number * vd_exp(-0.5 * z * z) / width * radius * radius * (high - low);
        vd_mie_add(2000.0 * VD_PI * radius / nm, n, k, weight, s->cosines, VD_PHASE_NODES,
                   &s->parts[at][part].extinction, &s->parts[at][part].scattering,
                   s->parts[at][part].intensity);
    }
    return VD_OK;
}

vd_result vd_aerosol_find(vd_context *context, vd_aerosol_kind kind, int threads, vd_aerosol *out)
{
    void *memory;
    memset(out, 0, sizeof *out);
    VD_TRY(vd_alloc(context, 1, sizeof(search), "the optics of haze", &memory));
    search *s = memory;
    s->mixture = &mixtures[kind];
    for (int i = 0; i < VD_PHASE_NODES; i++) s->cosines[i] = node_cosine(i);
    vd_work work = {NULL, threads, VD_AEROSOL_WAVELENGTHS * PARTS, find_part, s};
    vd_result result = vd_parallel(context, &work);
    for (int at = 0; at < VD_AEROSOL_WAVELENGTHS && result == VD_OK; at++) {
        double extinction = 0.0, scattering = 0.0, norm;
        for (int part = 0; part < PARTS; part++) {
            extinction += s->parts[at][part].extinction;
            scattering += s->parts[at][part].scattering;
        }
        out->extinction[at] = extinction;
        out->albedo[at] = scattering / extinction;
        for (int i = 0; i < VD_PHASE_NODES; i++) {
            double sum = 0.0;
            for (int part = 0; part < PARTS; part++) sum += s->parts[at][part].intensity[i];
            out->phase[at][i] = (float)(sum / (2.0 * VD_PI * scattering));
        }
        /* Of what lies between the nodes too. */
        vd_phase_moments(out->phase[at], 1, &norm);
        for (int i = 0; i < VD_PHASE_NODES; i++)
            out->phase[at][i] = (float)((double)out->phase[at][i] / norm);
    }
    double at_550 = out->extinction[VD_AEROSOL_550];
    for (int at = 0; at < VD_AEROSOL_WAVELENGTHS; at++) out->extinction[at] /= at_550;
    out->height_m = s->mixture->height_m;
    free(memory);
    return result;
}
