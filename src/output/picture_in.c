#include "output/picture_in.h"

#include <errno.h>
#include <gdal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/gdal_parts.h"

#define SIDE_MAX 65536

/* What a sample of a type stands for: its largest value, or 0 for floats. */
static float peak_of(GDALDataType type)
{
    switch (type) {
    case GDT_Byte: return 255.0f;
    case GDT_UInt16: return 65535.0f;
    default: return 0.0f;
    }
}

vd_result vd_picture_in_part(vd_context *context, const char *path, int width, int height,
                             const int *roi, int part[4])
{
    const int all[4] = {0, 0, width, height};
    memcpy(part, roi ? roi : all, sizeof(all));
    if (part[0] < 0 || part[1] < 0 || part[2] < 1 || part[3] < 1 || part[2] > width - part[0] ||
        part[3] > height - part[1])
        return vd_fail(context, VD_ERR_SETTING,
                       "--roi: %d,%d,%d,%d does not lie in %s, which has %d x %d pixels", part[0],
                       part[1], part[2], part[3], path, width, height);
    return VD_OK;
}

static vd_result check(vd_context *context, const char *path, GDALDatasetH dataset, const int *roi,
                       int rect[4])
{
    int width = GDALGetRasterXSize(dataset), height = GDALGetRasterYSize(dataset);
    int bands = GDALGetRasterCount(dataset);
    GDALDataType type = bands > 0 ? GDALGetRasterDataType(GDALGetRasterBand(dataset, 1)) : GDT_Byte;
    if (bands < 1 || bands > 4)
        return vd_fail(context, VD_ERR_FORMAT, "%s: has %d bands; a picture has 1 to 4", path,
                       bands);
    if (type != GDT_Byte && type != GDT_UInt16 && type != GDT_Float32)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has samples of type %s; a picture has Byte, UInt16 or Float32", path,
                       GDALGetDataTypeName(type));
    VD_TRY(vd_picture_in_part(context, path, width, height, roi, rect));
    if (rect[2] > SIDE_MAX || rect[3] > SIDE_MAX)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: %d x %d pixels are too many to compare at once; choose a part by --roi",
                       path, rect[2], rect[3]);
    return VD_OK;
}

/* Bands side by side, rgba[height][width][4], to colours multiplied by alpha. */
static void to_rgb(int64_t pixels, int bands, float peak, const float *samples, float *rgb)
{
    bool is_grey = bands < 3, has_alpha = bands == 2 || bands == 4;
    float scale = peak > 0.0f ? 1.0f / peak : 1.0f;
    for (int64_t i = 0; i < pixels; i++) {
        const float *in = samples + bands * i;
        float alpha = has_alpha ? in[bands - 1] * scale : 1.0f;
        for (int c = 0; c < 3; c++) rgb[3 * i + c] = in[is_grey ? 0 : c] * scale * alpha;
    }
}

static vd_result read_bands(vd_context *context, const char *path, GDALDatasetH dataset,
                            const int rect[4], vd_pixels *out)
{
    int bands = GDALGetRasterCount(dataset);
    GDALDataType type = GDALGetRasterDataType(GDALGetRasterBand(dataset, 1));
    size_t pixels = (size_t)rect[2] * (size_t)rect[3];
    void *samples = NULL, *rgb = NULL;
    VD_TRY(vd_alloc(context, pixels, (size_t)bands * sizeof(float), path, &samples));
    vd_result result = vd_alloc(context, pixels, 3 * sizeof(float), path, &rgb);
    GSpacing pixel = (GSpacing)bands * (GSpacing)sizeof(float);
    if (result == VD_OK &&
        GDALDatasetRasterIOEx(dataset, GF_Read, rect[0], rect[1], rect[2], rect[3], samples,
                              rect[2], rect[3], GDT_Float32, bands, NULL, pixel, pixel * rect[2],
                              sizeof(float), NULL) != CE_None)
        result =
            vd_fail(context, VD_ERR_INPUT, "%s: cannot be read to its end; is it damaged?", path);
    if (result == VD_OK) {
        *out = (vd_pixels){rect[2], rect[3], type == GDT_Float32, rgb};
        to_rgb((int64_t)pixels, bands, peak_of(type), samples, rgb);
        rgb = NULL;
    }
    free(rgb);
    free(samples);
    return result;
}

vd_result vd_picture_in_read(vd_context *context, const char *path, const int *roi, vd_pixels *out)
{
    int rect[4] = {0};
    *out = (vd_pixels){0};
    VD_TRY(vd_refuse_special_file(context, path));
    if (access(path, R_OK) != 0)
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", path,
                       strerror(errno));
    GDALAllRegister();
    CPLPushErrorHandler(CPLQuietErrorHandler);
    GDALDatasetH dataset = GDALOpen(path, GA_ReadOnly);
    vd_result result = VD_OK;
    if (!dataset)
        result = vd_fail(
            context, VD_ERR_INPUT,
            "%s: cannot be read as a picture; give a PNG, TIFF, OpenEXR or Radiance file", path);
    if (result == VD_OK) result = check(context, path, dataset, roi, rect);
    if (result == VD_OK) result = read_bands(context, path, dataset, rect, out);
    if (dataset) GDALClose(dataset);
    CPLPopErrorHandler();
    return result;
}
