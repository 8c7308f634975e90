/* The denoisers of src/post over a whole picture in memory. */
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "kernel/math.h"
#include "post/denoise.h"
#include "post/oidn.h"

vd_result vd_clean_planes_create(vd_context *context, int width, int height, int channels,
                                 vd_clean_planes *out)
{
    size_t pixels = (size_t)width * (size_t)height, each = (size_t)channels;
    void *memory;
    *out = (vd_clean_planes){.width = width, .height = height, .channels = channels};
    VD_TRY(vd_alloc(context, pixels, (3 * each + 7) * sizeof(float),
                    "the whole picture, which is denoised at once", &memory));
    out->signal = memory;
    out->noise = out->signal + pixels * each;
    out->clean = out->noise + pixels * each;
    out->albedo = out->clean + pixels * each;
    out->normal = out->albedo + 3 * pixels;
    out->depth = out->normal + 3 * pixels;
    return VD_OK;
}

void vd_clean_planes_destroy(vd_clean_planes *planes)
{
    free(planes->signal);
    planes->signal = NULL;
}

/* ---- the built-in one ----------------------------------------------------------------------- */

static vd_result read_rectangle(vd_context *context, void *state, int x, int y, int width,
                                int height, float *signal, float *noise, float *albedo,
                                float *normal, float *depth)
{
    const vd_clean_planes *p = state;
    const struct {
        const float *from;
        float *to;
        int channels;
    } copies[] = {{p->signal, signal, p->channels},
                  {p->noise, noise, p->channels},
                  {p->albedo, albedo, 3},
                  {p->normal, normal, 3},
                  {p->depth, depth, 1}};
    (void)context;
    for (int i = 0; i < (p->has_depth ? 5 : 4); i++) {
        size_t stride = (size_t)width * (size_t)copies[i].channels;
        for (int row = 0; row < height; row++)
            memcpy(copies[i].to + (size_t)row * stride,
                   copies[i].from + ((int64_t)(y + row) * p->width + x) * copies[i].channels,
                   stride * sizeof(float));
    }
    return VD_OK;
}

static vd_result write_rectangle(vd_context *context, void *state, int x, int y, int width,
                                 int height, const float *clean)
{
    const vd_clean_planes *p = state;
    size_t stride = (size_t)width * (size_t)p->channels;
    (void)context;
    for (int row = 0; row < height; row++)
        memcpy(p->clean + ((int64_t)(y + row) * p->width + x) * p->channels,
               clean + (size_t)row * stride, stride * sizeof(float));
    return VD_OK;
}

void vd_clean_veil(float left, float albedo[3], float normal[3], float *depth)
{
    if (!(left < VD_CLEAN_AIR)) return;
    for (int c = 0; c < 3; c++) albedo[c] = vdk_lerp(1.0f, albedo[c], left);
    for (int c = 0; c < 3; c++) normal[c] *= left;
    if (*depth > 0.0f) *depth = vdk_expf(left * vdk_logf(*depth));
}

static vd_result run_own(vd_context *context, const vd_settings *settings, vd_clean_planes *p)
{
    const vd_denoise_input input = {.width = p->width,
                                    .height = p->height,
                                    .channels = p->channels,
                                    .has_albedo = !p->is_share,
                                    .has_depth = p->has_depth,
                                    .state = p,
                                    .read = read_rectangle,
                                    .write = write_rectangle};
    return vd_denoise(context, &input, getenv("VEDUTA_ISA"), settings->render_threads);
}

/* ---- Open Image Denoise --------------------------------------------------------------------- */

static vd_oidn_options oidn_options(const vd_settings *settings)
{
    return (vd_oidn_options){.library = settings->denoise_oidn_library,
                             .fastest =
                                 settings->denoise_oidn_device == VD_DENOISE_OIDN_DEVICE_FASTEST,
                             .threads = settings->render_threads};
}

/* It takes three channels, and leaves alpha; color has room for them. What is not there stays. */
static vd_result filter_color(vd_context *context, vd_oidn *oidn, vd_clean_planes *p, float *color)
{
    const int64_t pixels = (int64_t)p->width * p->height;
    const int colors = p->channels > 1 ? 3 : 1;
    for (int64_t i = 0; i < pixels; i++)
        for (int c = 0; c < 3; c++)
            color[3 * i + c] = p->signal[p->channels * i + (colors > 1 ? c : 0)];
    memcpy(p->clean, p->signal, (size_t)pixels * (size_t)p->channels * sizeof(float));
    for (int64_t i = 0; i < pixels; i++) {
        const float *n = p->normal + 3 * i;
        p->is_there[i] =
            n[0] != 0.0f || n[1] != 0.0f || n[2] != 0.0f || (p->has_depth && p->depth[i] > 0.0f);
    }
    VD_TRY(vd_oidn_prefilter(context, oidn, p->width, p->height, "albedo", p->albedo));
    VD_TRY(vd_oidn_prefilter(context, oidn, p->width, p->height, "normal", p->normal));
    VD_TRY(vd_oidn_filter(context, oidn, p->width, p->height, color, !p->is_share, p->albedo,
                          p->normal, color));
    for (int64_t i = 0; i < pixels; i++)
        for (int c = 0; p->is_there[i] && c < colors; c++)
            p->clean[p->channels * i + c] = color[3 * i + c];
    return VD_OK;
}

static vd_result run_oidn(vd_context *context, const vd_settings *settings, vd_clean_planes *p)
{
    const size_t pixels = (size_t)p->width * (size_t)p->height;
    vd_oidn *oidn;
    void *memory = NULL;
    vd_oidn_options options = oidn_options(settings);
    VD_TRY(vd_oidn_open(context, &options, &oidn));
    vd_result result = vd_alloc(context, pixels, 3 * sizeof(float) + sizeof(bool),
                                "the whole picture for Open Image Denoise", &memory);
    if (result == VD_OK) {
        p->is_there = (bool *)((float *)memory + 3 * pixels);
        result = filter_color(context, oidn, p, memory);
    }
    free(memory);
    p->is_there = NULL;
    vd_oidn_close(oidn);
    return result;
}

vd_result vd_clean_planes_run(vd_context *context, const vd_settings *settings,
                              vd_clean_planes *planes)
{
    if (settings->denoise_method == VD_DENOISE_METHOD_OIDN)
        return run_oidn(context, settings, planes);
    return run_own(context, settings, planes);
}

vd_result vd_denoise_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id of_oidn[] = {VD_KNOB_DENOISE_OIDN_LIBRARY, VD_KNOB_DENOISE_OIDN_DEVICE};
    vd_oidn *oidn;
    if (settings->denoise_method != VD_DENOISE_METHOD_OIDN) {
        VD_REFUSE_ALL_UNUSED(context, settings, of_oidn,
                             "has no use without Open Image Denoise; add --denoise oidn");
        return VD_OK;
    }
    vd_oidn_options options = oidn_options(settings);
    VD_TRY(vd_oidn_open(context, &options, &oidn));
    vd_oidn_close(oidn);
    return VD_OK;
}
