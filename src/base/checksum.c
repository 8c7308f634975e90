/* Checksums, by the XXH3 of the xxHash library: as fast as memory, and the same everywhere. */
#include <xxhash.h>

#include "base/base.h"

uint64_t vd_checksum(const void *bytes, size_t size, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes, size, seed);
}
