/* Random numbers in a row, of which nobody knows beforehand how many are wanted: for tracking. */
#ifndef VDK_STREAM_H
#define VDK_STREAM_H

#include "sampler.h"

/** A stream of them for a sample of a pixel, of which nothing else uses this pad. */
VD_FN vdk_uint vdk_stream_make(VDK_PRIVATE const vdk_sampler *sampler, vdk_uint pad)
{
    vdk_uint place = vdk_hash_combine(sampler->hash, sampler->place);
    return vdk_hash_combine(vdk_hash_combine(place, sampler->index_reversed), pad);
}

VD_FN float vdk_stream_next(VDK_PRIVATE vdk_uint *stream)
{
    *stream += 0x9e3779b9u;
    return vdk_unit_float(vdk_hash(*stream));
}

/** Another stream, from one that begins. */
VD_FN vdk_uint vdk_stream_other(vdk_uint stream)
{
    return vdk_hash_combine(stream, 0x636c6f75u);
}

#endif
