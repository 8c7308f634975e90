/* A physical sky and the air before it, looked up in tables that the host has computed for one eye
 * and one sun (src/atmosphere/tables.c).
 *
 * Both tables go by direction: rows by height above or below the horizon, dense at it, which is a
 * seam, so that no light leaks across; columns by azimuth from the sun, whose other side is the
 * same. They hold two colours. One is smooth. The other is what haze has scattered but once, less
 * its phase function, which makes the glow about the sun far sharper than any table; the phase
 * function at 550 nm is multiplied in here, and how the others differ from it is in the colour.
 *
 * The air before a point is held as the mean extinction k along the way and the light it would send
 * if it were endless, so that transmittance is e^-kd and in-scattered light that colour times
 * 1 - e^-kd: both hardly change with distance, and no distance between nodes is a bad one. */
#ifndef VDK_ATMOSPHERE_H
#define VDK_ATMOSPHERE_H

#include "math.h"

#define VDK_SKY_ABOVE 72 /* rows */
#define VDK_SKY_BELOW 32
#define VDK_SKY_COLUMNS 48
#define VDK_SKY_FLOATS 6 /* smooth, haze */
#define VDK_AIR_ROWS 36  /* above, and as many below */
#define VDK_AIR_COLUMNS 24
#define VDK_AIR_STEPS 32
#define VDK_AIR_FLOATS 6 /* smooth, haze */
#define VDK_ONCE_FLOATS 9
#define VDK_THROUGH_ROWS 128
#define VDK_THROUGH_STEPS 64
#define VDK_AIR_FARTHEST 500000.0f
#define VDK_AIR_PHASES 192 /* of sqrt(sin(angle / 2)) from 0 to 1 */
#define VDK_AIR_SUNS 128   /* of sqrt(altitude / top) from 0 to 1 */

typedef struct vdk_atmosphere {
    VDK_GLOBAL const float *sky;     /* [row][column][float], rows from the horizon up, then down */
    VDK_GLOBAL const float *air;     /* [row][column][step][float] */
    VDK_GLOBAL const float *through; /* extinction, [row][step][three] */
    VDK_GLOBAL const float
        *once; /* see air_shadow.h, [row][column][step][float]; NULL: unasked for */
    VDK_GLOBAL const float *phases; /* of haze at 550 nm, per steradian */
    VDK_GLOBAL const float *suns;  /* irradiance on a plane that faces the sun, three by altitude */
    vdk_vec sun;                   /* towards it, unit, (east, north, up) */
    float sun_x, sun_y;            /* unit, or (1, 0) under a sun in the zenith */
    float horizon;                 /* direction.z of the horizon */
    float half_zenith, half_nadir; /* sines of half its angle from zenith and nadir */
    float edge;                    /* of the air from outside, as a share of half_zenith; else 0 */
    float eye,
        outside;    /* 0 within; else the eye's radius, and how much its square is over the air's */
    float top;      /* of the air, m */
    vdk_vec whole;  /* irradiance by all the disc at the eye, were it above the horizon */
    vdk_vec limb;   /* exponents of limb darkening */
    float cos_half; /* of the sun's disc */
    float strength; /* the sun's, of all the light here */
} vdk_atmosphere;

/** The phase function of haze at 550 nm; cosine of the angle by which light is turned. */
VD_FN float vdk_atmosphere_phase(VDK_SCENE const vdk_atmosphere *a, float cosine)
{
    float half_sine2 = vdk_clamp(0.5f * (1.0f - cosine), 0.0f, 1.0f);
    float t = vdk_sqrtf(vdk_sqrtf(half_sine2)) * (float)(VDK_AIR_PHASES - 1);
    int i = vdk_imin((int)t, VDK_AIR_PHASES - 2);
    return vdk_lerp(a->phases[i], a->phases[i + 1], t - (float)i);
}

/** Where a direction lies in the tables: v from 0 at the horizon to 1, above it or below; u from 0
 *  at the sun's azimuth to 1. v is above 1 where there is no air. */
VD_FN int vdk_atmosphere_place(VDK_SCENE const vdk_atmosphere *a, vdk_vec d, VDK_PRIVATE float *u,
                               VDK_PRIVATE float *v)
{
    int above = d.z >= a->horizon;
    float from_pole = vdk_sqrtf(vdk_max(0.5f * (above ? 1.0f - d.z : 1.0f + d.z), 0.0f));
    float q = from_pole / (above ? a->half_zenith : a->half_nadir);
    *v = vdk_sqrtf(vdk_max(1.0f - q, 0.0f) / (above ? 1.0f - a->edge : 1.0f));
    float length2 = d.x * d.x + d.y * d.y, cosine = 1.0f;
    if (length2 > 1e-20f) cosine = (d.x * a->sun_x + d.y * a->sun_y) / vdk_sqrtf(length2);
    *u = vdk_sqrtf(vdk_clamp(0.5f * (1.0f - cosine), 0.0f, 1.0f));
    return above;
}

/** What is seen from the eye in a direction, without the sun's disc: sky, or the planet's ground
 *  under its air. */
VD_FN vdk_vec vdk_atmosphere_sky(VDK_SCENE const vdk_atmosphere *a, vdk_vec direction)
{
    float u, v, out[VDK_SKY_FLOATS];
    int above = vdk_atmosphere_place(a, direction, &u, &v);
    if (v > 1.0f && a->outside > 0.0f && above) return vdk_vec_make(0.0f, 0.0f, 0.0f);
    int rows = above ? VDK_SKY_ABOVE : VDK_SKY_BELOW;
    float y = vdk_min(v, 1.0f) * (float)(rows - 1), x = u * (float)(VDK_SKY_COLUMNS - 1);
    int j = vdk_imin((int)y, rows - 2), i = vdk_imin((int)x, VDK_SKY_COLUMNS - 2);
    float s = y - (float)j, t = x - (float)i;
    VDK_GLOBAL const float *low =
        a->sky + (((above ? 0 : VDK_SKY_ABOVE) + j) * VDK_SKY_COLUMNS + i) * VDK_SKY_FLOATS;
    VDK_GLOBAL const float *high = low + VDK_SKY_COLUMNS * VDK_SKY_FLOATS;
    for (int k = 0; k < VDK_SKY_FLOATS; k++)
        out[k] = vdk_lerp(vdk_lerp(low[k], low[k + VDK_SKY_FLOATS], t),
                          vdk_lerp(high[k], high[k + VDK_SKY_FLOATS], t), s);
    float phase = vdk_atmosphere_phase(a, vdk_vec_dot(direction, a->sun));
    return vdk_vec_make(a->strength * vdk_max(out[0] + phase * out[3], 0.0f),
                        a->strength * vdk_max(out[1] + phase * out[4], 0.0f),
                        a->strength * vdk_max(out[2] + phase * out[5], 0.0f));
}

/** The part of a distance that a ray from an eye in space spends in the air. */
VD_FN float vdk_atmosphere_within(VDK_SCENE const vdk_atmosphere *a, vdk_vec direction,
                                  float distance_m)
{
    if (!(a->outside > 0.0f)) return distance_m;
    float along = -a->eye * direction.z;
    float under = along * along - a->outside;
    if (along <= 0.0f || under <= 0.0f) return 0.0f;
    return vdk_max(distance_m - a->outside / (along + vdk_sqrtf(under)), 0.0f);
}

/** 1 - e^-x for x >= 0, without cancellation. */
VD_FN float vdk_atmosphere_lost(float x)
{
    if (x < 0.02f) return x * (1.0f - x * (0.5f - x * 0.16666667f));
    return 1.0f - vdk_expf(-x);
}

/** Adds weight times count floats at p. */
VD_FN void vdk_atmosphere_add(VDK_GLOBAL const float *p, int count, float weight,
                              VDK_PRIVATE float *sum)
{
    for (int n = 0; n < count; n++) sum[n] += weight * p[n];
}

/** The air between the eye and a point: a picture's colour there becomes
 *  colour * transmittance + in_scatter. */
VD_FN void vdk_atmosphere_air(VDK_SCENE const vdk_atmosphere *a, vdk_vec direction,
                              float distance_m, VDK_PRIVATE vdk_vec *in_scatter,
                              VDK_PRIVATE vdk_vec *transmittance)
{
    float u, v, k[3] = {0.0f, 0.0f, 0.0f};
    float out[VDK_AIR_FLOATS] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
    int above = vdk_atmosphere_place(a, direction, &u, &v);
    float within = vdk_atmosphere_within(a, direction, distance_m);
    float far = vdk_sqrtf(vdk_clamp(within * (1.0f / VDK_AIR_FARTHEST), 0.0f, 1.0f));
    v = vdk_min(v, 1.0f);

    float z = far * (float)(VDK_THROUGH_STEPS - 1), y = v * (float)(VDK_THROUGH_ROWS - 1);
    int step = vdk_imin((int)z, VDK_THROUGH_STEPS - 2),
        row = vdk_imin((int)y, VDK_THROUGH_ROWS - 2);
    float r = z - (float)step, s = y - (float)row;
    if (!above) row += VDK_THROUGH_ROWS;
    for (int corner = 0; corner < 4; corner++) {
        int at = (row + ((corner >> 1) & 1)) * VDK_THROUGH_STEPS + step + (corner & 1);
        vdk_atmosphere_add(a->through + 3 * at, 3,
                           ((corner & 2) ? s : 1.0f - s) * ((corner & 1) ? r : 1.0f - r), k);
    }

    z = far * (float)(VDK_AIR_STEPS - 1);
    y = v * (float)(VDK_AIR_ROWS - 1);
    float x = u * (float)(VDK_AIR_COLUMNS - 1);
    step = vdk_imin((int)z, VDK_AIR_STEPS - 2);
    row = vdk_imin((int)y, VDK_AIR_ROWS - 2);
    int column = vdk_imin((int)x, VDK_AIR_COLUMNS - 2);
    r = z - (float)step;
    s = y - (float)row;
    float t = x - (float)column;
    if (!above) row += VDK_AIR_ROWS;
    for (int corner = 0; corner < 8; corner++) {
        int at = (row + ((corner >> 2) & 1)) * VDK_AIR_COLUMNS + column + ((corner >> 1) & 1);
        at = at * VDK_AIR_STEPS + step + (corner & 1);
        vdk_atmosphere_add(a->air + VDK_AIR_FLOATS * at, VDK_AIR_FLOATS,
                           ((corner & 4) ? s : 1.0f - s) * ((corner & 2) ? t : 1.0f - t) *
                               ((corner & 1) ? r : 1.0f - r),
                           out);
    }
    float phase = vdk_atmosphere_phase(a, vdk_vec_dot(direction, a->sun));
    float lost[3];
    for (int n = 0; n < 3; n++) lost[n] = vdk_atmosphere_lost(vdk_max(k[n] * within, 0.0f));
    *transmittance = vdk_vec_make(1.0f - lost[0], 1.0f - lost[1], 1.0f - lost[2]);
    *in_scatter = vdk_vec_make(a->strength * lost[0] * vdk_max(out[0] + phase * out[3], 0.0f),
                               a->strength * lost[1] * vdk_max(out[1] + phase * out[4], 0.0f),
                               a->strength * lost[2] * vdk_max(out[2] + phase * out[5], 0.0f));
}

/** The sun's irradiance on a plane that faces it, above a place of the eye's horizon, at an
 * altitude above sea level. */
VD_FN vdk_vec vdk_atmosphere_sun(VDK_SCENE const vdk_atmosphere *a, float altitude_m)
{
    float x = vdk_sqrtf(vdk_clamp(altitude_m / a->top, 0.0f, 1.0f)) * (float)(VDK_AIR_SUNS - 1);
    int i = vdk_imin((int)x, VDK_AIR_SUNS - 2);
    float t = x - (float)i;
    VDK_GLOBAL const float *low = a->suns + 3 * i;
    return vdk_vec_make(a->strength * vdk_lerp(low[0], low[3], t),
                        a->strength * vdk_lerp(low[1], low[4], t),
                        a->strength * vdk_lerp(low[2], low[5], t));
}

/** The radiance of a part of the sun's disc over the disc's mean; cosine of its angle from the
 *  centre. 0 beyond the rim. Hestroffer & Magnan 1998, equation 1. */
VD_FN vdk_vec vdk_atmosphere_limb(VDK_SCENE const vdk_atmosphere *a, float cosine)
{
    float x = 1.0f - (1.0f - cosine) / (1.0f - a->cos_half);
    if (x <= 0.0f) return vdk_vec_make(0.0f, 0.0f, 0.0f);
    return vdk_vec_make((1.0f + 0.5f * a->limb.x) * vdk_powf(x, 0.5f * a->limb.x),
                        (1.0f + 0.5f * a->limb.y) * vdk_powf(x, 0.5f * a->limb.y),
                        (1.0f + 0.5f * a->limb.z) * vdk_powf(x, 0.5f * a->limb.z));
}

#ifndef __OPENCL_VERSION__
_Static_assert(sizeof(vdk_atmosphere) == 6 * sizeof(void *) + 80,
               "no padding in an atmosphere, but at its end");
#endif

#endif
