/* The few functions of Open Image Denoise's C interface that are needed, by name.
 *
 * The library is not linked, so that veduta runs without it, and its header is not needed to build:
 * the types below are what its interface of version 2 says, whose number is in the library's name.
 * Albedo and normals are denoised by themselves first and then said to be clean, which is how it
 * wants the best of pictures made. */
#include "post/oidn.h"

#include <dlfcn.h>
#include <stdlib.h>

#if defined(__APPLE__)
#define LIBRARY "libOpenImageDenoise.2.dylib"
#else
#define LIBRARY "libOpenImageDenoise.so.2"
#endif

enum { DEVICE_DEFAULT = 0, DEVICE_CPU = 1, FORMAT_FLOAT3 = 3 };

/* Every function that is used: result, name, arguments. */
#define FUNCTIONS(X)                                                                               \
    X(void *, oidnNewDevice, (int type))                                                           \
    X(void, oidnCommitDevice, (void *device))                                                      \
    X(void, oidnReleaseDevice, (void *device))                                                     \
    X(void, oidnSetDeviceInt, (void *device, const char *name, int value))                         \
    X(void, oidnSetDeviceBool, (void *device, const char *name, bool value))                       \
    X(int, oidnGetDeviceError, (void *device, const char **text))                                  \
    X(void *, oidnNewFilter, (void *device, const char *type))                                     \
    X(void, oidnReleaseFilter, (void *filter))                                                     \
    X(void, oidnSetSharedFilterImage,                                                              \
      (void *filter, const char *name, void *pixels, int format, size_t width, size_t height,      \
       size_t offset, size_t pixel_stride, size_t row_stride))                                     \
    X(void, oidnSetFilterBool, (void *filter, const char *name, bool value))                       \
    X(void, oidnCommitFilter, (void *filter))                                                      \
    X(void, oidnExecuteFilter, (void *filter))

struct vd_oidn {
    void *library, *device;
#define MEMBER(result, name, arguments) result(*name) arguments;
    FUNCTIONS(MEMBER)
#undef MEMBER
};

static vd_result load(vd_context *context, const char *path, vd_oidn *o)
{
    o->library = dlopen(path ? path : LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (!o->library && path)
        return vd_fail(context, VD_ERR_UNSUPPORTED,
                       "--oidn-library: %s cannot be loaded (%s); name the library of Open Image "
                       "Denoise 2, or use --denoise nlm",
                       path, dlerror());
    if (!o->library)
        return vd_fail(context, VD_ERR_UNSUPPORTED,
                       "--denoise oidn: no %s among the system's libraries and LD_LIBRARY_PATH; "
                       "install Open Image Denoise 2, name its library by --oidn-library, or use "
                       "--denoise nlm, which is built in",
                       LIBRARY);
    const char *missing = NULL;
    void *symbol;
#define FIND(result, name, arguments)                                                              \
    symbol = dlsym(o->library, #name);                                                             \
    if (!symbol) missing = #name;                                                                  \
    *(void **)(&o->name) = symbol;
    FUNCTIONS(FIND)
#undef FIND
    if (!missing) return VD_OK;
    return vd_fail(context, VD_ERR_UNSUPPORTED,
                   "%s: has no %s, so it is not Open Image Denoise 2; name another library by "
                   "--oidn-library",
                   path ? path : LIBRARY, missing);
}

/* Fails with what the library has to say, if anything. */
static vd_result check(vd_context *context, const vd_oidn *o, void *device)
{
    const char *text = NULL;
    if (o->oidnGetDeviceError(device, &text) == 0) return VD_OK;
    return vd_fail(context, VD_ERR_UNSUPPORTED,
                   "Open Image Denoise: %s; use another --oidn-device, or --denoise nlm",
                   text ? text : "it does not say why");
}

vd_result vd_oidn_open(vd_context *context, const vd_oidn_options *options, vd_oidn **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_oidn), "the denoiser", &memory));
    vd_oidn *o = memory;
    vd_result result = load(context, options->library, o);
    if (result == VD_OK) {
        o->device = o->oidnNewDevice(options->fastest ? DEVICE_DEFAULT : DEVICE_CPU);
        if (o->device && !options->fastest) {
            o->oidnSetDeviceInt(o->device, "numThreads", vd_thread_count(options->threads));
            o->oidnSetDeviceBool(o->device, "setAffinity", false);
        }
        if (o->device) o->oidnCommitDevice(o->device);
        result = check(context, o, o->device);
    }
    if (result != VD_OK) {
        vd_oidn_close(o);
        return result;
    }
    *out = o;
    return VD_OK;
}

void vd_oidn_close(vd_oidn *o)
{
    if (!o) return;
    if (o->device) o->oidnReleaseDevice(o->device);
    if (o->library) dlclose(o->library);
    free(o);
}

typedef struct image {
    const char *name;
    const float *pixels; /* NULL: it is not given */
} image;

static vd_result run(vd_context *context, const vd_oidn *o, int width, int height,
                     const image images[4], const char *switched_on, bool is_clean)
{
    void *filter = o->oidnNewFilter(o->device, "RT");
    for (int i = 0; i < 4; i++)
        if (images[i].pixels)
            o->oidnSetSharedFilterImage(filter, images[i].name, (void *)(uintptr_t)images[i].pixels,
                                        FORMAT_FLOAT3, (size_t)width, (size_t)height, 0, 0, 0);
    if (switched_on) o->oidnSetFilterBool(filter, switched_on, true);
    if (is_clean) o->oidnSetFilterBool(filter, "cleanAux", true);
    o->oidnCommitFilter(filter);
    o->oidnExecuteFilter(filter);
    o->oidnReleaseFilter(filter);
    return check(context, o, o->device);
}

vd_result vd_oidn_filter(vd_context *context, vd_oidn *o, int width, int height, const float *color,
                         bool is_light, const float *albedo, const float *normal, float *out)
{
    const image images[4] = {
        {"color", color}, {"albedo", albedo}, {"normal", normal}, {"output", out}};
    return run(context, o, width, height, images, is_light ? "hdr" : NULL, albedo != NULL);
}

vd_result vd_oidn_prefilter(vd_context *context, vd_oidn *o, int width, int height,
                            const char *name, float *plane)
{
    const image images[4] = {{name, plane}, {"output", plane}, {NULL, NULL}, {NULL, NULL}};
    return run(context, o, width, height, images, NULL, false);
}
