/* Noise in the ground: a function of place that looks like chance, has no grain finer or coarser
 * than is asked for, and never repeats.
 *
 * An octave is gradient noise (Perlin 1985, "An Image Synthesizer"; the quintic fade is that of
 * Perlin 2002, "Improving Noise"): a lattice of random gradients, each of whose planes is blended
 * into the others'. Gradients are a hash of their lattice point. A field is a sum of octaves, each
 * half as coarse as the one before and weaker by `gain`, with a mean of 0 and a variance of 1.
 *
 * Places are fixed-point: a cell is so many 2^-32ths of the lattice (step), so that noise has the
 * same grain in the corner of a large grid as at its centre, and wraps after 2^32 lattice points.
 * The next octave is a shift; each is moved by some irrational amount, or their lattice points, at
 * which all gradient noise is 0, would coincide.
 *
 * Filtering. Of an octave of wavelength l a pixel of width w sees the average, whose standard
 * deviation is about exp(-VDK_NOISE_FADE (w / l)^2) of the octave's own (found by averaging;
 * tests/medium/test_ground.c holds it to that). So octaves fade out by that factor where pixels
 * outgrow them, and those faded are not computed: distance makes noise cheaper. What variance is
 * lost with them is told to the caller, who may owe it to a roughness or to the width of an edge.
 */
#ifndef VDK_NOISE_H
#define VDK_NOISE_H

#include "hash.h"
#include "math.h"

#define VDK_NOISE_FADE 0.5f
/* Octaves whose factor is below this are left out. */
#define VDK_NOISE_LEAST 0.12f
/* One over the standard deviation of the noise as it is summed up from its gradients, and the
 * standard deviation of its slope along an axis of the lattice, by quadrature. */
#define VDK_NOISE_SCALE 5.2371475f
#define VDK_NOISE_SLOPE 2.6086056f

/* A place on the lattice of the first octave, in 2^-32ths of it. */
typedef struct vdk_noise_place {
    vdk_ulong x, y, z;
} vdk_noise_place;

typedef struct vdk_noise {
    vdk_ulong step_x, step_y;   /* of the lattice, a column and a row of the grid */
    vdk_ulong first_x, first_y; /* where padded cell (0, 0) begins */
    vdk_ulong first_z;          /* where height 0 lies */
    float part_x, part_y;       /* as the steps, for a fraction of a cell */
    float part_z;               /* a stored unit of height */
    float wavelength;           /* of the first octave, in metres */
    float gain;                 /* an octave's amplitude, of that before it */
    float first;                /* the first one's amplitude: all have a variance of 1 */
    int octaves;
    vdk_uint seed;
} vdk_noise;

/** A signed number of 2^-32ths. Past 2^63, where floats are millions of lattice units apart, it is
 * as good as any. */
VD_FN vdk_ulong vdk_noise_fixed(float x)
{
    return (vdk_ulong)(vdk_long)vdk_clamp(x, -9.0e18f, 9.0e18f);
}

/** Where a point of the ground lies: padded cell, fraction of it and stored height. */
VD_FN vdk_noise_place vdk_noise_at(VDK_GLOBAL const vdk_noise *noise, int cx, float fx, int cy,
                                   float fy, float z)
{
    vdk_noise_place at;
    at.x = noise->first_x + (vdk_ulong)(vdk_long)cx * noise->step_x +
           vdk_noise_fixed(fx * noise->part_x);
    at.y = noise->first_y + (vdk_ulong)(vdk_long)cy * noise->step_y +
           vdk_noise_fixed(fy * noise->part_y);
    at.z = noise->first_z + vdk_noise_fixed(z * noise->part_z);
    return at;
}

/** The place on the next octave's lattice. */
VD_FN vdk_noise_place vdk_noise_finer(vdk_noise_place at)
{
    at.x = (at.x << 1) + 0x9e3779b9u;
    at.y = (at.y << 1) + 0x6a09e667u;
    at.z = (at.z << 1) + 0xbb67ae85u;
    return at;
}

/** The quintic fade of a fraction of a lattice cell. */
VD_FN float vdk_noise_fade(float t)
{
    return t * t * t * (t * (t * 6.0f - 15.0f) + 10.0f);
}
VD_FN float vdk_noise_fade_slope(float t)
{
    return 30.0f * t * t * (t * (t - 2.0f) + 1.0f);
}

VD_FN float vdk_noise_fraction(vdk_ulong x)
{
    return (float)(int)((vdk_uint)x >> 8) * (1.0f / 16777216.0f);
}

/** Fills the gradients of a lattice cell's corners, and what each adds at a point of it. Components
 *  are uniform in -1..1, of ten bits each. Corner k is the higher one in x, y and z as its bits 0,
 * 1 and 2 say. Loops over corners have no order among them, so compilers take several at once. */
VD_FN void vdk_noise_corners(vdk_noise_place at, vdk_uint seed, float tx, float ty, float tz,
                             float gx[8], float gy[8], float gz[8], float v[8])
{
    const vdk_uint px = 0x8da6b343u, py = 0xd8163841u, pz = 0xcb1ab31fu;
    vdk_uint x = (vdk_uint)(at.x >> 32) * px, y = (vdk_uint)(at.y >> 32) * py;
    vdk_uint z = ((vdk_uint)(at.z >> 32) * pz) ^ seed,
             high = ((vdk_uint)(at.z >> 32) * pz + pz) ^ seed;
    vdk_uint h[8] = {
        x ^ y ^ z,    (x + px) ^ y ^ z,    x ^ (y + py) ^ z,    (x + px) ^ (y + py) ^ z,
        x ^ y ^ high, (x + px) ^ y ^ high, x ^ (y + py) ^ high, (x + px) ^ (y + py) ^ high};
    const float sx[8] = {0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f};
    const float sy[8] = {0.0f, 0.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f};
    const float sz[8] = {0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f};
    for (int k = 0; k < 8; k++) {
        vdk_uint hash = h[k] ^ (h[k] >> 16);
        hash *= 0x85ebca6bu;
        hash ^= hash >> 13;
        gx[k] = (float)(int)(hash & 1023u) * (2.0f / 1023.0f) - 1.0f;
        gy[k] = (float)(int)((hash >> 10) & 1023u) * (2.0f / 1023.0f) - 1.0f;
        gz[k] = (float)(int)((hash >> 20) & 1023u) * (2.0f / 1023.0f) - 1.0f;
        v[k] = gx[k] * (tx - sx[k]) + gy[k] * (ty - sy[k]) + gz[k] * (tz - sz[k]);
    }
}

/** Eight corners' values, blended. */
VD_FN float vdk_noise_blend(const float v[8], float wx, float wy, float wz)
{
    float a = v[0] + wx * (v[1] - v[0]), b = v[2] + wx * (v[3] - v[2]);
    float c = v[4] + wx * (v[5] - v[4]), d = v[6] + wx * (v[7] - v[6]);
    float near = a + wy * (b - a), far = c + wy * (d - c);
    return near + wz * (far - near);
}

/** One octave, with a variance of 1. */
VD_FN float vdk_noise_value(vdk_noise_place at, vdk_uint seed)
{
    float gx[8], gy[8], gz[8], v[8];
    float tx = vdk_noise_fraction(at.x), ty = vdk_noise_fraction(at.y);
    float tz = vdk_noise_fraction(at.z);
    vdk_noise_corners(at, seed, tx, ty, tz, gx, gy, gz, v);
    return VDK_NOISE_SCALE *
           vdk_noise_blend(v, vdk_noise_fade(tx), vdk_noise_fade(ty), vdk_noise_fade(tz));
}

/** The same, and its gradient per lattice unit. */
VD_FN float vdk_noise_octave(vdk_noise_place at, vdk_uint seed, VDK_PRIVATE vdk_vec *gradient)
{
    float gx[8], gy[8], gz[8], v[8];
    float tx = vdk_noise_fraction(at.x), ty = vdk_noise_fraction(at.y);
    float tz = vdk_noise_fraction(at.z);
    float wx = vdk_noise_fade(tx), wy = vdk_noise_fade(ty), wz = vdk_noise_fade(tz);
    vdk_noise_corners(at, seed, tx, ty, tz, gx, gy, gz, v);
    /* Differences across the cell, each blended by the two other axes. */
    float x0 = v[1] - v[0], x1 = v[3] - v[2], x2 = v[5] - v[4], x3 = v[7] - v[6];
    float a = v[0] + wx * x0, b = v[2] + wx * x1, c = v[4] + wx * x2, d = v[6] + wx * x3;
    float xn = x0 + wy * (x1 - x0), xf = x2 + wy * (x3 - x2);
    float near = a + wy * (b - a), far = c + wy * (d - c), yn = b - a, yf = d - c;
    gradient->x =
        vdk_noise_blend(gx, wx, wy, wz) + (xn + wz * (xf - xn)) * vdk_noise_fade_slope(tx);
    gradient->y =
        vdk_noise_blend(gy, wx, wy, wz) + (yn + wz * (yf - yn)) * vdk_noise_fade_slope(ty);
    gradient->z = vdk_noise_blend(gz, wx, wy, wz) + (far - near) * vdk_noise_fade_slope(tz);
    *gradient = vdk_vec_scale(*gradient, VDK_NOISE_SCALE);
    return VDK_NOISE_SCALE * (near + wz * (far - near));
}

/** How much of an octave is left in pixels of this width. */
VD_FN float vdk_noise_left(float width, float wavelength)
{
    float r = width / wavelength;
    return vdk_expf(-VDK_NOISE_FADE * r * r);
}

/** All octaves that pixels of this width see. Fills *slopes with the gradient (columns, rows, up)
 * of a relief whose octaves' slopes have the field's amplitudes: of a variance of 1 together along
 *  each axis, and without correlation to the value. *lost is the share of either variance that such
 *  pixels do not see. */
VD_FN float vdk_noise_sum(VDK_GLOBAL const vdk_noise *noise, vdk_noise_place at, float width,
                          VDK_PRIVATE vdk_vec *slopes, VDK_PRIVATE float *lost)
{
    float amplitude = noise->first, wavelength = noise->wavelength, sum = 0.0f, kept = 0.0f;
    vdk_vec gradient;
    *slopes = vdk_vec_make(0.0f, 0.0f, 0.0f);
    for (int octave = 0; octave < noise->octaves; octave++) {
        float left = vdk_noise_left(width, wavelength);
        if (left < VDK_NOISE_LEAST) break;
        float part = amplitude * left;
        sum += part * vdk_noise_octave(at, noise->seed + (vdk_uint)octave, &gradient);
        *slopes = vdk_vec_add(*slopes, vdk_vec_scale(gradient, part / VDK_NOISE_SLOPE));
        kept += part * part;
        at = vdk_noise_finer(at);
        amplitude *= noise->gain;
        wavelength *= 0.5f;
    }
    *lost = vdk_max(1.0f - kept, 0.0f);
    return sum;
}

/** The value alone, and only as far as it decides whether it is within low..high: octaves end where
 *  those left, at three standard deviations, cannot bring it in. */
VD_FN float vdk_noise_near(VDK_GLOBAL const vdk_noise *noise, vdk_noise_place at, float width,
                           float low, float high, VDK_PRIVATE float *lost)
{
    float amplitude = noise->first, wavelength = noise->wavelength, sum = 0.0f, left = 1.0f;
    float kept = 0.0f;
    for (int octave = 0; octave < noise->octaves; octave++) {
        float part = amplitude * vdk_noise_left(width, wavelength);
        if (part < VDK_NOISE_LEAST * amplitude) break;
        sum += part * vdk_noise_value(at, noise->seed + (vdk_uint)octave);
        kept += part * part;
        left -= amplitude * amplitude;
        float reach = 3.0f * vdk_sqrtf(vdk_max(left, 0.0f));
        if (sum + reach < low || sum - reach > high) {
            *lost = 0.0f;
            return sum;
        }
        at = vdk_noise_finer(at);
        amplitude *= noise->gain;
        wavelength *= 0.5f;
    }
    *lost = vdk_max(1.0f - kept, 0.0f);
    return sum;
}

#endif
