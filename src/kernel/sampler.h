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
 * reversed, as the hash wants them, which saves most of the reversals.
 *
 * Two patterns of noise differ in the index alone. Independent: each pixel has seeds of its own and
 * counts from 0, so that the errors of neighbours have nothing in common. Blue: the pixels of a
 * tile share one sequence and its seeds, and each takes the indices that blue_index.h gives it, so
 * that they average out. */
#ifndef VDK_SAMPLER_H
#define VDK_SAMPLER_H

#include "blue_index.h"
#include "math.h"

enum { VDK_PATTERN_INDEPENDENT = 0, VDK_PATTERN_BLUE = 1 };

typedef struct vdk_sampler {
    int pattern;
    vdk_uint hash;           /* of the pixel; in the blue pattern of its tile */
    vdk_uint place;          /* of the pixel in its tile (blue_index.h); unread if independent */
    vdk_uint index_reversed; /* of the sample, digits reversed */
} vdk_sampler;

VD_FN vdk_uint vdk_pixel_hash(vdk_uint seed, int x, int y)
{
    return vdk_hash_combine(vdk_hash_combine(vdk_hash(seed), (vdk_uint)x), (vdk_uint)y);
}

/** Sets a sampler to one of its pixel's samples. */
VD_FN void vdk_sampler_seek(VDK_PRIVATE vdk_sampler *s, vdk_uint sample)
{
    s->index_reversed = vdk_reverse_bits(sample);
}

/** A sampler of the independent pattern. */
VD_FN vdk_sampler vdk_sampler_make(vdk_uint pixel_hash, vdk_uint sample)
{
    vdk_sampler s;
    s.pattern = VDK_PATTERN_INDEPENDENT;
    s.hash = pixel_hash;
    s.place = 0;
    vdk_sampler_seek(&s, sample);
    return s;
}

/** What the samples of pixel (x, y), neither negative, have in common; to be set to one of them. */
VD_FN vdk_sampler vdk_sampler_at(int pattern, vdk_uint seed, int x, int y)
{
    if (pattern == VDK_PATTERN_INDEPENDENT) return vdk_sampler_make(vdk_pixel_hash(seed, x, y), 0);
    vdk_sampler s;
    s.pattern = pattern;
    s.hash = vdk_pixel_hash(seed, x / VDK_BLUE_TILE, y / VDK_BLUE_TILE);
    s.place = vdk_blue_place(x, y);
    vdk_sampler_seek(&s, 0);
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

/** The index of a sample in the sequence of the pad with this seed. */
VD_FN vdk_uint vdk_sample_index(VDK_PRIVATE const vdk_sampler *s, vdk_uint seed)
{
    if (s->pattern == VDK_PATTERN_INDEPENDENT)
        return vdk_reverse_bits(vdk_laine_karras(s->index_reversed, seed));
    vdk_uint sample = vdk_laine_karras(s->index_reversed >> VDK_BLUE_BITS, seed) << VDK_BLUE_BITS;
    return vdk_blue_index(vdk_blue_scramble(s->place, seed), vdk_reverse_bits(sample));
}

/** Two dimensions of one pad. */
VD_FN void vdk_sample_2d(VDK_PRIVATE const vdk_sampler *s, vdk_uint pad, VDK_PRIVATE float *u,
                         VDK_PRIVATE float *v)
{
    vdk_uint seed = vdk_hash_combine(s->hash, pad);
    vdk_uint index = vdk_sample_index(s, seed);
    *u = vdk_unit_float(vdk_reverse_bits(vdk_laine_karras(index, seed * 0x9e3779b1u + 1u)));
    *v = vdk_unit_float(vdk_reverse_bits(
        vdk_laine_karras(vdk_sobol_second_reversed(index), seed * 0x85ebca77u + 2u)));
}

/** One dimension of a pad: the first of the two. */
VD_FN float vdk_sample_1d(VDK_PRIVATE const vdk_sampler *s, vdk_uint pad)
{
    vdk_uint seed = vdk_hash_combine(s->hash, pad);
    vdk_uint index = vdk_sample_index(s, seed);
    return vdk_unit_float(vdk_reverse_bits(vdk_laine_karras(index, seed * 0x9e3779b1u + 1u)));
}

#endif
