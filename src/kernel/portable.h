/* What differs between the compilers that read the kernel: C11 on a host, OpenCL C 1.2 on a device.
 *
 * Everything under src/kernel is written in what both share: 32-bit scalars and structs of them,
 * 64-bit array offsets, no recursion, no function pointers, no library functions but sqrt, and an
 * address-space word on every pointer: VDK_GLOBAL for the arrays, VDK_SCENE for the scene that all
 * work items read, VDK_PRIVATE for a caller's own variables, and VDK_TABLE before constant tables.
 * A backend costs one more branch of this file. */
#ifndef VDK_PORTABLE_H
#define VDK_PORTABLE_H

#ifdef __OPENCL_VERSION__

#define VD_FN static inline
#define VDK_GLOBAL __global
#define VDK_SCENE __global
#define VDK_PRIVATE __private
#define VDK_TABLE __constant
typedef uchar vdk_uchar;
typedef uint vdk_uint;
typedef ushort vdk_ushort;
typedef long vdk_long;
typedef ulong vdk_ulong;
#define VDK_BITS_OF_FLOAT(x) as_uint(x)
#define VDK_FLOAT_OF_BITS(x) as_float(x)
#define vdk_sqrtf(x) sqrt(x)

#else

#include <stdint.h>

#define VD_FN static inline __attribute__((unused))
#define VDK_GLOBAL
#define VDK_SCENE
#define VDK_PRIVATE
#define VDK_TABLE static
typedef uint8_t vdk_uchar;
typedef uint32_t vdk_uint;
typedef uint16_t vdk_ushort;
typedef int64_t vdk_long;
typedef uint64_t vdk_ulong;

VD_FN vdk_uint vdk_bits_of_float(float x)
{
    union {
        float f;
        vdk_uint u;
    } both;
    both.f = x;
    return both.u;
}
VD_FN float vdk_float_of_bits(vdk_uint x)
{
    union {
        float f;
        vdk_uint u;
    } both;
    both.u = x;
    return both.f;
}
#define VDK_BITS_OF_FLOAT(x) vdk_bits_of_float(x)
#define VDK_FLOAT_OF_BITS(x) vdk_float_of_bits(x)
/* IEEE 754 asks for a correctly rounded square root, so every host gives the same bits. */
#define vdk_sqrtf(x) __builtin_sqrtf(x)

#endif

#endif
