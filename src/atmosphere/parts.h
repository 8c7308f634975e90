/* Shared by the files that compute an atmosphere's tables, and by no others. */
#ifndef VD_ATMOSPHERE_PARTS_H
#define VD_ATMOSPHERE_PARTS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "atmosphere/medium.h"
#include "atmosphere/spectrum.h"
#include "atmosphere/tables.h"
#include "kernel/series.h"

/* ---- bands side by side ------------------------------------------------------------------- */

/* Plain C has no word for them; both compilers do, at the baseline of every processor, and each
 * element is its own IEEE operation. */
typedef float vd_four __attribute__((vector_size(16)));
#define VD_FOURS (VD_BANDS / 4)

/** A value in each band. */
typedef struct vd_spectral {
    vd_four part[VD_FOURS];
} vd_spectral;

static inline vd_spectral vd_spectral_all(float value)
{
    vd_spectral out;
    for (int i = 0; i < VD_FOURS; i++) out.part[i] = (vd_four){value, value, value, value};
    return out;
}
static inline void vd_spectral_add(vd_spectral *to, float scale, const vd_spectral *a)
{
    for (int i = 0; i < VD_FOURS; i++) to->part[i] += scale * a->part[i];
}
static inline vd_spectral vd_spectral_mul(const vd_spectral *a, const vd_spectral *b)
{
    vd_spectral out;
    for (int i = 0; i < VD_FOURS; i++) out.part[i] = a->part[i] * b->part[i];
    return out;
}

/** e^-x for -80 < x; relative error < 2e-7 (1 + x), for x < 0 2e-5; 0 above 80. */
static inline vd_spectral vd_spectral_exp(const vd_spectral *x)
{
    typedef int32_t four_ints __attribute__((vector_size(16)));
    vd_spectral out;
    for (int i = 0; i < VD_FOURS; i++) {
        vd_four a = x->part[i];
        four_ints inside = a < 80.0f;
        a = (vd_four)((four_ints)a & inside);
        vd_four y = a * -1.44269504f;
        four_ints n = __builtin_convertvector(y - 0.5f, four_ints);
        vd_four f = (y - __builtin_convertvector(n, vd_four)) * 0.69314718f;
        vd_four p = VDK_EXP_SERIES(f);
        p = p * (vd_four)((n + 127) << 23);
        out.part[i] = (vd_four)((four_ints)p & inside);
    }
    return out;
}

/* ---- what all bands need (columns.c) --------------------------------------------------------- */

#define VD_COLUMN_HEIGHTS 160
#define VD_COLUMN_ANGLES 512
#define VD_DEGREE 8 /* of spherical harmonics, the highest */
#define VD_TERMS                                                                                   \
    ((VD_DEGREE + 1) * (VD_DEGREE + 2) / 2) /* of them, without those odd in azimuth               \
                                             */

/** The medium in the bands, with the forward peak of the haze taken for no scattering at all. */
typedef struct vd_bands_optics {
    const vd_medium *medium;
    vd_band bands[VD_BANDS];
    vd_optics optics[VD_BANDS];
    vd_spectral extinction[VD_CONSTITUENTS];                           /* as it is */
    vd_spectral scaled[VD_CONSTITUENTS];                               /* without the peak */
    vd_spectral scattering[VD_CONSTITUENTS];                           /* without the peak */
    vd_spectral haze_scattering;                                       /* as it is */
    vd_spectral gas_moment[VD_DEGREE + 1], haze_moment[VD_DEGREE + 1]; /* without the peak */
} vd_bands_optics;

/** Depths of the constituents from any place outward. */
typedef struct vd_columns {
    const vd_medium *medium;
    double radius, outside; /* of ground and top, from the planet's centre */
    double reach;           /* from a point of the ground to the top, along the ground's tangent */
    float logs[VD_COLUMN_HEIGHTS][VD_COLUMN_ANGLES][VD_CONSTITUENTS + 1];
} vd_columns;

void vd_bands_optics_find(const vd_medium *medium, vd_bands_optics *out);
/** Fills in *out with several threads. Returns VD_OK or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_columns_find(vd_context *context, const vd_medium *medium, int threads,
                                      vd_columns *out);
/** Metres of density 1 along a ray that leaves at radius r under the cosine mu from the zenith, to
 *  the top. The ray must not meet the ground; one that does is taken for the tangent to it. */
void vd_columns_at(const vd_columns *columns, double r, double mu, double out[VD_CONSTITUENTS]);
/** How much of the sun's irradiance reaches a place, by absorption and scattering out of the beam
 * and by the horizon, which may cover the disc in part. mu: cosine of the sun's zenith angle.
 * extinction is that of the bands, scaled or not. False: none does, and *out is 0. */
bool vd_columns_sun(const vd_columns *columns, const vd_spectral extinction[VD_CONSTITUENTS],
                    double r, double mu, vd_spectral *out);
/** The part of the sun's disc that stands above the horizon. */
double vd_columns_seen(const vd_columns *columns, double r, double mu);
/** Cosine of the zenith angle of the horizon at radius r, which is at least the ground's. */
static inline double vd_horizon_mu(double radius, double r)
{
    double ratio = radius / r;
    return ratio < 1.0 ? -sqrt((1.0 - ratio) * (1.0 + ratio)) : 0.0;
}

/** Half the angle under which the sun is seen. */
#define VD_SUN_HALF_DEG 0.2666

/* ---- light scattered more than once (orders.c) ------------------------------------------------
 */

#define VD_LEVELS 24
#define VD_SUNS 72 /* elevations of the sun, at most */
#define VD_SUN_LOOKUP 8192

/** All orders of scattering in the atmosphere about a place. */
typedef struct vd_orders {
    double level_m[VD_LEVELS];
    int suns;
    double sun_deg[VD_SUNS];
    float sun_place[VD_SUN_LOOKUP + 1]; /* by the sine of the elevation, from -1 to 1 */
    /** Moments of the radiance, and of what haze makes of it, by level, sun and term. */
    vd_spectral (*moments)[VD_SUNS][VD_TERMS];
    vd_spectral (*haze)[VD_SUNS][VD_TERMS];
    vd_spectral ground[VD_SUNS]; /* the ground's radiance, under sun and sky */
    /** By level (VD_LEVELS is the ground) and sun: the logarithm of how much brighter the next is.
     */
    vd_spectral growth[VD_LEVELS + 1][VD_SUNS];
} vd_orders;

/** reach_deg: how far from the place, as an angle about the planet's centre, light is looked for.
 *  Returns VD_OK, VD_ERR_MEMORY or VD_ERR_CANCELLED; on failure *out holds nothing. */
VD_MUST_USE vd_result vd_orders_find(vd_context *context, const vd_bands_optics *bands,
                                     const vd_columns *columns, double sun_deg, double reach_deg,
                                     int threads, vd_orders *out);
void vd_orders_free(vd_orders *orders);
/** Where among sun_deg a sun of this sine of elevation stands. */
static inline float vd_orders_sun(const vd_orders *orders, double sine)
{
    double place = (sine + 1.0) * (0.5 * VD_SUN_LOOKUP);
    if (!(place > 0.0)) place = 0.0;
    int i = place < VD_SUN_LOOKUP - 1 ? (int)place : VD_SUN_LOOKUP - 1;
    float t = (float)(place - i);
    return (1.0f - t) * orders->sun_place[i] + t * orders->sun_place[i + 1];
}
/** The two suns about a place and their weights. Light falls by powers as the sun sets: the pattern
 * of a place in between is between those of the two, and its brightness the geometric mean. */
static inline int vd_orders_between(const vd_spectral *growth, int suns, float place,
                                    vd_spectral *low, vd_spectral *high)
{
    int sun = (int)place < suns - 2 ? (int)place : suns - 2;
    float t = place - (float)sun;
    for (int i = 0; i < VD_FOURS; i++) {
        low->part[i] = -t * growth[sun].part[i];
        high->part[i] = (1.0f - t) * growth[sun].part[i];
    }
    *low = vd_spectral_exp(low);
    *high = vd_spectral_exp(high);
    for (int i = 0; i < VD_FOURS; i++) {
        low->part[i] *= 1.0f - t;
        high->part[i] *= t;
    }
    return sun;
}
/** The ground's radiance under a sun of this sine of elevation. */
vd_spectral vd_orders_ground(const vd_orders *orders, double sun_sine);
/** The spherical harmonics of a direction (cosine from the zenith): all terms, without azimuth. */
void vd_harmonics(double mu, float out[VD_TERMS]);
/** Multiplies in the azimuth, by the cosine of its angle from the sun's. */
static inline void vd_harmonics_turn(const float *upright, float cosine, int degree, float *out)
{
    float turn[VD_DEGREE + 1] = {1.0f, cosine};
    for (int m = 2; m <= degree; m++) turn[m] = 2.0f * cosine * turn[m - 1] - turn[m - 2];
    for (int l = 0, at = 0; l <= degree; l++)
        for (int m = 0; m <= l; m++, at++) out[at] = upright[at] * turn[m];
}

/** The light that gas and haze of density 1 scatter into a direction at a place, each alone, having
 *  been scattered before: per metre, once multiplied by scattering[VD_GAS or VD_HAZE]. */
void vd_orders_at(const vd_orders *orders, const vd_bands_optics *bands, double altitude_m,
                  double sun_sine, double mu, float azimuth_cosine, vd_spectral *gas,
                  vd_spectral *haze);

/* ---- what an eye sees (tables.c) --------------------------------------------------------------
 */

#define VD_SKY_ROWS (VDK_SKY_ABOVE + VDK_SKY_BELOW)
#define VD_AIR_NODES (2 * VDK_AIR_ROWS * VDK_AIR_COLUMNS)

struct vd_atmosphere {
    vdk_atmosphere kernel; /* points to what follows */
    float sky[VD_SKY_ROWS * VDK_SKY_COLUMNS * VDK_SKY_FLOATS];
    float air[VD_AIR_NODES * VDK_AIR_STEPS * VDK_AIR_FLOATS];
    float through[2 * VDK_THROUGH_ROWS * VDK_THROUGH_STEPS * 3];
    float once[VD_AIR_NODES * VDK_AIR_STEPS * VDK_ONCE_FLOATS];
    int has_once;
    float phases[VDK_AIR_PHASES];
    float suns[VDK_AIR_SUNS * 3];
};

/** Points the kernel's part to the tables beside it. */
void vd_atmosphere_attach(vd_atmosphere *atmosphere);

#endif
