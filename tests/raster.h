/* For tests that look at written pictures through GDAL. */
#ifndef VD_TESTS_RASTER_H
#define VD_TESTS_RASTER_H

#include <gdal.h>

#include "picture.h"

/** Everything a reader sees of a raster, as one hash: size, type, place and pixels. */
static inline uint64_t raster_hash(const char *path)
{
    double geotransform[6] = {0};
    GDALDatasetH data = GDALOpen(path, GA_ReadOnly);
    assert_non_null(data);
    int width = GDALGetRasterXSize(data), height = GDALGetRasterYSize(data);
    int bands = GDALGetRasterCount(data);
    GDALDataType type = GDALGetRasterDataType(GDALGetRasterBand(data, 1));
    GDALGetGeoTransform(data, geotransform);
    size_t count = (size_t)width * (size_t)height * (size_t)bands;
    double *pixels = malloc(count * sizeof(double));
    assert_non_null(pixels);
    assert_int_equal(GDALDatasetRasterIO(data, GF_Read, 0, 0, width, height, pixels, width, height,
                                         GDT_Float64, bands, NULL, 0, 0, 0),
                     CE_None);
    GDALClose(data);
    uint64_t hash = test_hash(pixels, count * sizeof(double)) ^
                    test_hash(geotransform, sizeof(geotransform)) * 3u;
    free(pixels);
    return hash + (uint64_t)width * 5u + (uint64_t)height * 7u + (uint64_t)type * 11u;
}

#endif
