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

#define VDK_NOISE_OCTAVES 12
#define VDK_NOISE_FADE 0.5f
/* Octaves whose factor is below this are left out. */
#define VDK_NOISE_LEAST 0.05f
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

/** A signed number of 2^-32ths; |x| < 2^63. */
VD_FN vdk_ulong vdk_noise_fixed(float x)
{
    return (vdk_ulong)(vdk_long)x;
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

/** What a lattice point's gradient adds at (dx, dy, dz) from it, and its gradient. Components are
 *  uniform in -1..1, of ten bits each. */
VD_FN float vdk_noise_corner(vdk_uint hash, float dx, float dy, float dz,
                             VDK_PRIVATE vdk_vec *gradient)
{
    gradient->x = (float)(int)(hash & 1023u) * (2.0f / 1023.0f) - 1.0f;
    gradient->y = (float)(int)((hash >> 10) & 1023u) * (2.0f / 1023.0f) - 1.0f;
    gradient->z = (float)(int)((hash >> 20) & 1023u) * (2.0f / 1023.0f) - 1.0f;
    return gradient->x * dx + gradient->y * dy + gradient->z * dz;
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

/** One octave, with a variance of 1, and its gradient per lattice unit. */
VD_FN float vdk_noise_octave(vdk_noise_place at, vdk_uint seed, VDK_PRIVATE vdk_vec *gradient)
{
    vdk_uint x = (vdk_uint)(at.x >> 32) * 0x8da6b343u, y = (vdk_uint)(at.y >> 32) * 0xd8163841u;
    vdk_uint z = (vdk_uint)(at.z >> 32) * 0xcb1ab31fu;
    float tx = vdk_noise_fraction(at.x), ty = vdk_noise_fraction(at.y);
    float tz = vdk_noise_fraction(at.z);
    float wx = vdk_noise_fade(tx), wy = vdk_noise_fade(ty), wz = vdk_noise_fade(tz);
    float value = 0.0f, along_x = 0.0f, along_y = 0.0f, along_z = 0.0f;
    vdk_vec sum = vdk_vec_make(0.0f, 0.0f, 0.0f), g;
    for (int corner = 0; corner < 8; corner++) {
        int i = corner & 1, j = (corner >> 1) & 1, k = corner >> 2;
        vdk_uint hash = (x + (i ? 0x8da6b343u : 0u)) ^ (y + (j ? 0xd8163841u : 0u)) ^
                        (z + (k ? 0xcb1ab31fu : 0u));
        float v = vdk_noise_corner(vdk_hash(hash ^ seed), tx - (float)i, ty - (float)j,
                                   tz - (float)k, &g);
        float bx = i ? wx : 1.0f - wx, by = j ? wy : 1.0f - wy, bz = k ? wz : 1.0f - wz;
        value += bx * by * bz * v;
        sum = vdk_vec_add(sum, vdk_vec_scale(g, bx * by * bz));
        along_x += (i ? v : -v) * (by * bz);
        along_y += (j ? v : -v) * (bx * bz);
        along_z += (k ? v : -v) * (bx * by);
    }
    sum.x += along_x * vdk_noise_fade_slope(tx);
    sum.y += along_y * vdk_noise_fade_slope(ty);
    sum.z += along_z * vdk_noise_fade_slope(tz);
    *gradient = vdk_vec_scale(sum, VDK_NOISE_SCALE);
    return value * VDK_NOISE_SCALE;
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

#endif
