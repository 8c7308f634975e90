/* Open Image Denoise 2, if it is here: Intel's neural denoiser, loaded at run time. What it makes
 * is not the same to the bit on other processors, devices and versions of it. */
#ifndef VD_OIDN_H
#define VD_OIDN_H

#include "base/base.h"

typedef struct vd_oidn vd_oidn;

typedef struct vd_oidn_options {
    const char *library; /**< its shared library; NULL: the system's */
    bool fastest;        /**< on the fastest device there is, else on the processor */
    int threads;         /**< of the processor; 0: one per processor */
} vd_oidn_options;

/** Loads the library and opens a device. Returns VD_OK, VD_ERR_MEMORY or VD_ERR_UNSUPPORTED (not
 *  found, too old, or it has no such device). */
VD_MUST_USE vd_result vd_oidn_open(vd_context *context, const vd_oidn_options *options,
                                   vd_oidn **out);
void vd_oidn_close(vd_oidn *oidn);

/** Denoises a picture in memory, [height][width][3] of each.
 *  color   linear radiance, or if it is none (is_light) shares of 1
 *  albedo, normal  of what is seen, prefiltered, both or neither (NULL)
 *  out     may be color
 *  Returns VD_OK or VD_ERR_UNSUPPORTED (what the library says). */
VD_MUST_USE vd_result vd_oidn_filter(vd_context *context, vd_oidn *oidn, int width, int height,
                                     const float *color, bool is_light, const float *albedo,
                                     const float *normal, float *out);
/** Takes the noise out of albedo or normal themselves, as the library would have them for the rest;
 *  name is which. Returns as vd_oidn_filter(). */
VD_MUST_USE vd_result vd_oidn_prefilter(vd_context *context, vd_oidn *oidn, int width, int height,
                                        const char *name, float *plane);

#endif
