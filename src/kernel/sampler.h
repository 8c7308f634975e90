/* Random numbers: a pure function of (seed, pixel, sample, dimension).
 *
 * Owen-scrambled Sobol points after Burley 2020, "Practical Hash-based Owen Scrambling": each pair
 * of dimensions ("pad") takes the first two Sobol dimensions, its index order shuffled and its
 * digits scrambled by the hash of Laine and Karras 2011 with seeds of its own, so that pads are
 * independent of each other while each is a scrambled (0,2)-sequence. N samples are a prefix of 2N.
 *
 * The second Sobol dimension is Pascal's matrix mod 2: with the index read as a polynomial over
 * GF(2), its digits are those of p(1 + x). Since p = a + x^(2^m) b becomes (a' + b') + x^(2^m) b',
 * five steps of "low half ^= high half" do it without a table. Values are kept with their digits
 * reversed, as the hash wants them, which saves most of the reversals. */
#ifndef VDK_SAMPLER_H
#define VDK_SAMPLER_H

#include "math.h"

typedef struct vdk_sampler {
    vdk_uint pixel_hash;
    vdk_uint index_reversed; /* of the sample, digits reversed */
} vdk_sampler;

VD_FN vdk_uint vdk_reverse_bits(vdk_uint x)
{
    x = (x << 16) | (x >> 16);
    x = ((x & 0x00ff00ffu) << 8) | ((x & 0xff00ff00u) >> 8);
    x = ((x & 0x0f0f0f0fu) << 4) | ((x & 0xf0f0f0f0u) >> 4);
    x = ((x & 0x33333333u) << 2) | ((x & 0xccccccccu) >> 2);
    return ((x & 0x55555555u) << 1) | ((x & 0xaaaaaaaau) >> 1);
}

/** Owen scrambling of a number whose digits are reversed: each output bit depends on the input bits
 *  below it only. */
VD_FN vdk_uint vdk_laine_karras(vdk_uint x, vdk_uint seed)
{
    x += seed;
    x ^= x * 0x6c50b47cu;
    x ^= x * 0xb82f1e52u;
    x ^= x * 0xc7afe638u;
    x ^= x * 0x8d22f6e6u;
    return x;
}

/** A well-mixed 32-bit hash (the finaliser of MurmurHash3). */
VD_FN vdk_uint vdk_hash(vdk_uint x)
{
    x ^= x >> 16;
    x *= 0x85ebca6bu;
    x ^= x >> 13;
    x *= 0xc2b2ae35u;
    return x ^ (x >> 16);
}

VD_FN vdk_uint vdk_hash_combine(vdk_uint h, vdk_uint x)
{
    return vdk_hash(h ^ (x + 0x9e3779b9u + (h << 6) + (h >> 2)));
}

VD_FN vdk_uint vdk_pixel_hash(vdk_uint seed, int x, int y)
{
    return vdk_hash_combine(vdk_hash_combine(vdk_hash(seed), (vdk_uint)x), (vdk_uint)y);
}

VD_FN vdk_sampler vdk_sampler_make(vdk_uint pixel_hash, vdk_uint sample)
{
    vdk_sampler s;
    s.pixel_hash = pixel_hash;
    s.index_reversed = vdk_reverse_bits(sample);
    return s;
}

/** To [0, 1): the 24 leading bits. */
VD_FN float vdk_unit_float(vdk_uint x)
{
    return (float)(x >> 8) * (1.0f / 16777216.0f);
}

/** Sobol's second dimension of an index, digits reversed. */
VD_FN vdk_uint vdk_sobol_second_reversed(vdk_uint index)
{
    index ^= (index >> 16) & 0x0000ffffu;
    index ^= (index >> 8) & 0x00ff00ffu;
    index ^= (index >> 4) & 0x0f0f0f0fu;
    index ^= (index >> 2) & 0x33333333u;
    return index ^ ((index >> 1) & 0x55555555u);
}

/** Two dimensions of one pad. */
VD_FN void vdk_sample_2d(VDK_PRIVATE const vdk_sampler *s, vdk_uint pad, VDK_PRIVATE float *u,
                         VDK_PRIVATE float *v)
{
    vdk_uint seed = vdk_hash_combine(s->pixel_hash, pad);
    vdk_uint index = vdk_reverse_bits(vdk_laine_karras(s->index_reversed, seed));
    *u = vdk_unit_float(vdk_reverse_bits(vdk_laine_karras(index, seed * 0x9e3779b1u + 1u)));
    *v = vdk_unit_float(vdk_reverse_bits(
        vdk_laine_karras(vdk_sobol_second_reversed(index), seed * 0x85ebca77u + 2u)));
}

/** One dimension of a pad: the first of the two. */
VD_FN float vdk_sample_1d(VDK_PRIVATE const vdk_sampler *s, vdk_uint pad)
{
    vdk_uint seed = vdk_hash_combine(s->pixel_hash, pad);
    vdk_uint index = vdk_reverse_bits(vdk_laine_karras(s->index_reversed, seed));
    return vdk_unit_float(vdk_reverse_bits(vdk_laine_karras(index, seed * 0x9e3779b1u + 1u)));
}

#endif
