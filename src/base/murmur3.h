/* MurmurHash3 for x86, 32 bits (Appleby 2011, in the public domain), by which Cryptomatte names what
 * is in a picture. */
#ifndef VD_MURMUR3_H
#define VD_MURMUR3_H

#include <stddef.h>
#include <stdint.h>

/** The hash of so many bytes; little-endian words whatever the machine. */
static inline uint32_t vd_murmur3_32(const void *bytes, size_t length, uint32_t seed)
{
    const unsigned char *at = bytes;
    uint32_t hash = seed, word = 0;
    for (size_t i = 0; i < length; i++) {
        word |= (uint32_t)at[i] << (8 * (i & 3u));
        if ((i & 3u) != 3u && i + 1 < length) continue;
        word *= 0xcc9e2d51u;
        word = word << 15 | word >> 17;
        hash ^= word * 0x1b873593u;
        word = 0;
        if ((i & 3u) == 3u) hash = (hash << 13 | hash >> 19) * 5u + 0xe6546b64u;
    }
    hash ^= (uint32_t)length;
    hash = (hash ^ hash >> 16) * 0x85ebca6bu;
    hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
    return hash ^ hash >> 16;
}

#endif
