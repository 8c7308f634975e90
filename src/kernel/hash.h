/* Bits in disorder: what the sampler's random numbers are made of. */
#ifndef VDK_HASH_H
#define VDK_HASH_H

#include "portable.h"

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

#endif
