/* Comparing pictures, as veduta.h declares it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "atmosphere/environment_read.h"
#include "output/output.h"
#include "output/picture_in.h"
#include "post/compare.h"

/* The map of differences as a picture for vd_output_write(). */
typedef struct map_source {
    const float *map;
    int width;
} map_source;

/* From black through violet, red and yellow to white: lighter as the difference grows, so that it
 * reads in grey, too. Linear radiance, three stops between the ends. */
static void colour_of(float value, float *rgba)
{
    static const float stops[5][3] = {{0.0f, 0.0f, 0.0f},
                                      {0.08f, 0.01f, 0.25f},
                                      {0.5f, 0.03f, 0.16f},
                                      {0.95f, 0.35f, 0.02f},
                                      {1.0f, 1.0f, 0.75f}};
    float at = 4.0f * fminf(fmaxf(value, 0.0f), 1.0f);
    int i = at < 3.0f ? (int)at : 3;
    for (int c = 0; c < 3; c++)
        rgba[c] = stops[i][c] + (at - (float)i) * (stops[i + 1][c] - stops[i][c]);
    rgba[3] = 1.0f;
}

static vd_result map_rows(vd_context *context, void *state, int y, int rows, float *rgba)
{
    const map_source *source = state;
    (void)context;
    for (int64_t i = 0; i < (int64_t)rows * source->width; i++)
        colour_of(source->map[(int64_t)y * source->width + i], rgba + 4 * i);
    return VD_OK;
}

static vd_output_options diff_options(const vd_compare_options *options)
{
    vd_tone_options tone = vd_tone_plain(VD_TONE_LINEAR);
    return (vd_output_options){.path = options->diff,
                               .format = VD_FORMAT_PNG,
                               .type = VD_SAMPLE_BYTE,
                               .tone = vd_tone_make(&tone),
                               .overwrite = options->overwrite};
}

static vd_result check_diff(vd_context *context, const vd_compare_options *options)
{
    vd_format format;
    if (!options->diff) return VD_OK;
    VD_TRY(vd_format_choose(context, options->diff, NULL, &format));
    if (format != VD_FORMAT_PNG)
        return vd_fail(context, VD_ERR_SETTING, "--diff: %s is no PNG; name it .png",
                       options->diff);
    vd_output_options out = diff_options(options);
    return vd_output_check(context, &out);
}

static vd_result write_diff(vd_context *context, const vd_compare_options *options,
                            const vd_pixels *size, const float *map)
{
    map_source state = {map, size->width};
    vd_source source = {
        .width = size->width, .height = size->height, .state = &state, .read_rows = map_rows};
    vd_output_options out = diff_options(options);
    return vd_output_write(context, &source, &out);
}

static vd_result check_alike(vd_context *context, const char *a, const vd_pixels *pa, const char *b,
                             const vd_pixels *pb)
{
    if (pa->width != pb->width || pa->height != pb->height)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s is %d x %d pixels and %s %d x %d; choose the same part of both by --roi",
                       a, pa->width, pa->height, b, pb->width, pb->height);
    if (pa->is_linear != pb->is_linear)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s has linear radiance and %s display values; compare two of a kind",
                       pa->is_linear ? a : b, pa->is_linear ? b : a);
    for (int64_t i = 0; pa->is_linear && i < 3 * (int64_t)pa->width * pa->height; i++) {
        const vd_pixels *bad = !isfinite(pa->rgb[i]) ? pa : !isfinite(pb->rgb[i]) ? pb : NULL;
        if (bad)
            return vd_fail(context, VD_ERR_FORMAT, "%s: pixel %d,%d is not a number",
                           bad == pa ? a : b, (int)(i / 3 % pa->width), (int)(i / 3 / pa->width));
    }
    return VD_OK;
}

static vd_result measure(vd_context *context, const vd_compare_options *options,
                         const vd_pixels *reference, const vd_pixels *test, vd_comparison *out)
{
    void *map = NULL;
    vd_result result = VD_OK;
    out->width = reference->width;
    out->height = reference->height;
    out->is_linear = reference->is_linear;
    out->psnr = vd_compare_psnr(reference, test);
    out->relmse = vd_compare_relmse(reference, test);
    if (options->ssim) VD_TRY(vd_compare_ssim(context, reference, test, &out->ssim));
    if (!options->flip && !options->diff) return VD_OK;
    if (options->diff)
        VD_TRY(vd_alloc(context, (size_t)reference->width * (size_t)reference->height,
                        sizeof(float), "the map of differences", &map));
    result = vd_compare_flip(context, reference, test, map, &out->flip);
    if (result == VD_OK && options->diff) result = write_diff(context, options, reference, map);
    free(map);
    return result;
}

/* The part of an OpenEXR or Radiance picture; all of it without roi. */
static vd_result crop(vd_context *context, const char *path, const vd_light_picture *all,
                      const int *roi, vd_pixels *out)
{
    void *memory;
    int r[4];
    VD_TRY(vd_picture_in_part(context, path, all->width, all->height, roi, r));
    size_t row = 3 * (size_t)r[2];
    VD_TRY(vd_alloc(context, row * (size_t)r[3], sizeof(float), path, &memory));
    *out = (vd_pixels){r[2], r[3], true, memory};
    for (int y = 0; y < r[3]; y++)
        memcpy(out->rgb + row * (size_t)y,
               all->rgb + 3 * ((size_t)(r[1] + y) * (size_t)all->width + (size_t)r[0]),
               row * sizeof(float));
    return VD_OK;
}

static vd_result read_pixels(vd_context *context, const char *path, const int *roi, vd_pixels *out)
{
    vd_light_picture all;
    *out = (vd_pixels){0};
    if (!vd_light_picture_is(path)) return vd_picture_in_read(context, path, roi, out);
    VD_TRY(vd_light_picture_read(context, path, &all));
    vd_result result = crop(context, path, &all, roi, out);
    free(all.rgb);
    return result;
}

vd_result vd_compare_files(vd_context *context, const char *reference, const char *test,
                           const vd_compare_options *options, vd_comparison *out)
{
    static const vd_compare_options all = {.ssim = 1, .flip = 1};
    vd_pixels a = {0}, b = {0};
    vd_context_clear(context);
    *out = (vd_comparison){0};
    if (!options) options = &all;
    const int *roi = options->roi[2] > 0 || options->roi[3] > 0 ? options->roi : NULL;
    VD_TRY(check_diff(context, options));
    vd_result result = read_pixels(context, reference, roi, &a);
    if (result == VD_OK) result = read_pixels(context, test, roi, &b);
    if (result == VD_OK) result = check_alike(context, reference, &a, test, &b);
    if (result == VD_OK) result = measure(context, options, &a, &b, out);
    free(a.rgb);
    free(b.rgb);
    return result;
}
