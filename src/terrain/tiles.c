/* Pictures that tile, by GDAL. Each copy averages two by two texels of that before it, to the left
 * and above first where a side is odd, down to a single texel. */
#include "terrain/tiles.h"

#include <gdal.h>
#include <stdlib.h>

#include "terrain/dem_parts.h"
#include "terrain/gdal_words.h"
#include "terrain/srgb.h"

enum { SIDE_MAX = 16384 };

static vd_result open_tile(vd_context *context, const char *path, vd_gdal_words *words,
                           GDALDatasetH *out)
{
    *out = NULL;
    VD_TRY(vd_refuse_special_file(context, path));
    *out = GDALOpenEx(path, GDAL_OF_RASTER | GDAL_OF_VERBOSE_ERROR, NULL, NULL, NULL);
    if (!*out)
        return vd_fail(context, VD_ERR_INPUT,
                       "%s: cannot be opened as a picture: %s; check its name", path,
                       vd_gdal_words_or(words, "no driver knows it"));
    int width = GDALGetRasterXSize(*out), height = GDALGetRasterYSize(*out);
    if (GDALGetRasterCount(*out) < 1 || width > SIDE_MAX || height > SIDE_MAX)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: has %d bands of %d x %d; a picture that tiles has one or three of at "
                       "most %d a side",
                       path, GDALGetRasterCount(*out), width, height, SIDE_MAX);
    GDALDataType type = GDALGetRasterDataType(GDALGetRasterBand(*out, 1));
    if (type != GDT_Byte && type != GDT_UInt16)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its bands are %s; pictures that tile are Byte or UInt16: convert it by "
                       "gdal_translate -ot Byte -scale",
                       path, GDALGetDataTypeName(type));
    return VD_OK;
}

vd_result vd_tile_probe(vd_context *context, const char *path)
{
    vd_gdal_words words = {0};
    GDALDatasetH file;
    vd_raster_register();
    vd_gdal_listen(&words);
    vd_result result = open_tile(context, path, &words, &file);
    if (file) GDALClose(file);
    vd_gdal_leave();
    return result;
}

static vd_result read_bands(vd_context *context, const char *path, const vd_gdal_words *words,
                            GDALDatasetH file, uint8_t *texels)
{
    int width = GDALGetRasterXSize(file), height = GDALGetRasterYSize(file);
    bool grey = GDALGetRasterCount(file) < 3, wide;
    int64_t count = (int64_t)width * height;
    void *memory;
    wide = GDALGetRasterDataType(GDALGetRasterBand(file, 1)) == GDT_UInt16;
    VD_TRY(vd_alloc(context, (size_t)count, sizeof(uint16_t), "a picture that tiles", &memory));
    uint16_t *values = memory;
    vd_result result = VD_OK;
    for (int c = 0; result == VD_OK && c < 3; c++) {
        GDALRasterBandH band = GDALGetRasterBand(file, grey ? 1 : c + 1);
        if (GDALRasterIO(band, GF_Read, 0, 0, width, height, values, width, height, GDT_UInt16, 0,
                         0) != CE_None)
            result = vd_fail(context, VD_ERR_INPUT,
                             "%s: cannot be read: %s; the file may be truncated or damaged", path,
                             vd_gdal_words_or(words, "no reason given"));
        for (int64_t i = 0; result == VD_OK && i < count; i++)
            texels[4 * i + c] = (uint8_t)(wide ? (values[i] + 128) / 257 : values[i]);
    }
    free(values);
    return result;
}

static void halve(const uint8_t *from, int width, int height, vd_tile_kind kind, uint8_t *to)
{
    int w = width > 1 ? width / 2 : 1, h = height > 1 ? height / 2 : 1;
    for (int j = 0; j < h; j++)
        for (int i = 0; i < w; i++)
            for (int c = 0; c < 3; c++) {
                float sum = 0.0f;
                for (int k = 0; k < 4; k++) {
                    int x = 2 * i + (k & 1), y = 2 * j + (k >> 1);
                    x = x < width ? x : width - 1;
                    y = y < height ? y : height - 1;
                    float value = (float)from[4 * ((int64_t)y * width + x) + c] / 255.0f;
                    sum += kind == VD_TILE_COLOUR ? vd_srgb_decode(value) : value;
                }
                sum *= 0.25f;
                if (kind == VD_TILE_COLOUR) sum = vd_srgb_encode(sum);
                to[4 * ((int64_t)j * w + i) + c] = (uint8_t)(255.0f * sum + 0.5f);
            }
}

static vd_result fill(vd_context *context, const char *path, vd_tile_kind kind,
                      const vd_gdal_words *words, GDALDatasetH file, uint8_t **texels,
                      vdk_tile *out)
{
    int width = GDALGetRasterXSize(file), height = GDALGetRasterYSize(file);
    int64_t total = 0;
    void *memory;
    *out = (vdk_tile){NULL, width, height, 0};
    for (int w = width, h = height;; w = w > 1 ? w / 2 : 1, h = h > 1 ? h / 2 : 1) {
        total += (int64_t)w * h;
        out->levels++;
        if (w == 1 && h == 1) break;
    }
    VD_TRY(vd_alloc(context, (size_t)total, 4, "a picture that tiles", &memory));
    *texels = memory;
    out->texels = memory;
    VD_TRY(read_bands(context, path, words, file, *texels));
    uint8_t *level = *texels;
    for (int l = 1; l < out->levels; l++) {
        uint8_t *next = level + 4 * (int64_t)width * height;
        halve(level, width, height, kind, next);
        level = next;
        width = width > 1 ? width / 2 : 1;
        height = height > 1 ? height / 2 : 1;
    }
    return VD_OK;
}

vd_result vd_tile_load(vd_context *context, const char *path, vd_tile_kind kind, uint8_t **texels,
                       vdk_tile *out)
{
    vd_gdal_words words = {0};
    GDALDatasetH file;
    *texels = NULL;
    vd_raster_register();
    vd_gdal_listen(&words);
    vd_result result = open_tile(context, path, &words, &file);
    if (result == VD_OK) result = fill(context, path, kind, &words, file, texels, out);
    if (file) GDALClose(file);
    vd_gdal_leave();
    return result;
}
