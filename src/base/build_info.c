/* What this library is and was built from. The build passes the versions; a compiler run by hand,
 * which passes none, gets "unknown". */
#include "base/base.h"

#ifndef VD_BUILD_TYPE
#define VD_BUILD_TYPE "unknown"
#endif
#ifndef VD_BUILD_TARGET
#define VD_BUILD_TARGET "unknown"
#endif
#ifndef VD_GDAL_VERSION
#define VD_GDAL_VERSION "unknown"
#endif
#ifndef VD_LIBPNG_VERSION
#define VD_LIBPNG_VERSION "unknown"
#endif
#ifndef VD_LIBYAML_VERSION
#define VD_LIBYAML_VERSION "unknown"
#endif

#ifndef VD_OPENEXR_VERSION
#define VD_OPENEXR_VERSION "unknown"
#endif

#ifndef VD_ASSIMP_VERSION
#define VD_ASSIMP_VERSION "unknown"
#endif
#ifndef VD_EMBREE_VERSION
#define VD_EMBREE_VERSION "unknown"
#endif
#ifndef VD_NANOVDB_VERSION
#define VD_NANOVDB_VERSION "unknown"
#endif

#ifndef VD_LENSFUN_VERSION
#define VD_LENSFUN_VERSION "unknown"
#endif

#ifndef VD_KISSFFT_VERSION
#define VD_KISSFFT_VERSION "unknown"
#endif

#if defined(__clang__)
#define VD_COMPILER "clang " __clang_version__
#elif defined(__GNUC__)
#define VD_COMPILER "gcc " __VERSION__
#else
#define VD_COMPILER "unknown"
#endif

#if defined(__SANITIZE_ADDRESS__)
#define VD_SANITIZERS "address, undefined"
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define VD_SANITIZERS "address, undefined"
#endif
#endif
#ifndef VD_SANITIZERS
#define VD_SANITIZERS "none"
#endif

#define VD_TEXT_(x) #x
#define VD_TEXT(x) VD_TEXT_(x)
#define VD_VERSION_TEXT                                                                            \
    VD_TEXT(VD_VERSION_MAJOR) "." VD_TEXT(VD_VERSION_MINOR) "." VD_TEXT(VD_VERSION_PATCH)

const char *vd_version(void)
{
    return VD_VERSION_TEXT;
}

const char *vd_build_info(void)
{
    return "veduta: " VD_VERSION_TEXT "\n"
           "compiler: " VD_COMPILER "\n"
           "build: " VD_BUILD_TYPE "\n"
           "target: " VD_BUILD_TARGET "\n"
           "sanitizers: " VD_SANITIZERS "\n"
           "GDAL: " VD_GDAL_VERSION "\n"
           "libpng: " VD_LIBPNG_VERSION "\n"
           "libyaml: " VD_LIBYAML_VERSION "\n"
           "OpenEXR: " VD_OPENEXR_VERSION "\n"
           "Assimp (objects): " VD_ASSIMP_VERSION "\n"
           "Embree (objects): " VD_EMBREE_VERSION "\n"
           "NanoVDB (grids of clouds): " VD_NANOVDB_VERSION "\n"
           "lensfun (lenses by name): " VD_LENSFUN_VERSION "\n"
           "kissfft (glare by diffraction): " VD_KISSFFT_VERSION "\n"
           "not deterministic: --time-limit; --crs and --clip-mask across versions of PROJ and "
           "GDAL; objects (Embree) across instruction sets and versions of it; "
           "--denoise oidn across processors, devices and versions of it; "
           "--glare-kind diffraction across versions of kissfft\n";
}
