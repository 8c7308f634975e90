/* The files that the rows of test_knobs name: GeoTIFFs, drapes, palettes and masks. */
#ifndef KNOB_FILES_H
#define KNOB_FILES_H

#include <gdal.h>

#include "picture.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

/** The heights, with holes and an overview. */
static void write_raised(GDALDatasetH out, GDALDatasetH in, float *heights)
{
    double geotransform[6];
    int factor = 2;
    GDALGetGeoTransform(in, geotransform);
    GDALSetGeoTransform(out, geotransform);
    GDALSetProjection(out, GDALGetProjectionRef(in));
    GDALSetRasterNoDataValue(GDALGetRasterBand(out, 1), -9999.0);
    for (int i = 0; i < 256 * 256; i++) heights[i] = i % 77 ? 3000.0f - heights[i] : -9999.0f;
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, 1), GF_Write, 0, 0, 256, 256, heights, 256,
                                  256, GDT_Float32, 0, 0),
                     CE_None);
    assert_int_equal(GDALBuildOverviews(out, "AVERAGE", 1, &factor, 0, NULL, NULL, NULL), CE_None);
    GDALClose(out);
}

/** GeoTIFFs of window.tif's heights: twice, the second band turned upside down in height; without
 * any georeference; and turned upside down, with holes and an overview. */
static void write_variants(void)
{
    static float heights[256 * 256];
    GDALDatasetH in = GDALOpen(WINDOW, GA_ReadOnly);
    assert_non_null(in);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(in, 1), GF_Read, 0, 0, 256, 256, heights, 256,
                                  256, GDT_Float32, 0, 0),
                     CE_None);
    GDALDriverH driver = GDALGetDriverByName("GTiff");
    GDALDatasetH two = GDALCreate(driver, "two_bands.tif", 256, 256, 2, GDT_Float32, NULL);
    GDALDatasetH bare = GDALCreate(driver, "bare.tif", 256, 256, 1, GDT_Float32, NULL);
    GDALDatasetH raised = GDALCreate(driver, "raised.tif", 256, 256, 1, GDT_Float32, NULL);
    assert_non_null(two);
    assert_non_null(bare);
    assert_non_null(raised);
    double geotransform[6];
    GDALGetGeoTransform(in, geotransform);
    GDALSetGeoTransform(two, geotransform);
    GDALSetProjection(two, GDALGetProjectionRef(in));
    for (int band = 1; band <= 2; band++) {
        GDALDatasetH out = two;
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, band), GF_Write, 0, 0, 256, 256,
                                      heights, 256, 256, GDT_Float32, 0, 0),
                         CE_None);
        if (band == 1)
            assert_int_equal(GDALRasterIO(GDALGetRasterBand(bare, 1), GF_Write, 0, 0, 256, 256,
                                          heights, 256, 256, GDT_Float32, 0, 0),
                             CE_None);
        for (int i = 0; i < 256 * 256; i++) heights[i] = 3000.0f - heights[i];
    }
    write_raised(raised, in, heights);
    GDALClose(bare);
    GDALClose(two);
    GDALClose(in);
}

/** A drape of checks over window.tif, coarser than it; and one whose colours are a palette's. */
static void write_drapes(void)
{
    uint8_t checks[64 * 64];
    double geotransform[6];
    for (int i = 0; i < 64 * 64; i++) checks[i] = (i + i / 64) % 2 ? 250 : 90;
    GDALDatasetH dem = GDALOpen(WINDOW, GA_ReadOnly);
    assert_non_null(dem);
    GDALGetGeoTransform(dem, geotransform);
    geotransform[1] *= 4.0;
    geotransform[5] *= 4.0;
    for (int palette = 0; palette < 2; palette++) {
        GDALDatasetH drape =
            GDALCreate(GDALGetDriverByName("GTiff"), palette ? "classes.tif" : "drape.tif", 64, 64,
                       1, GDT_Byte, NULL);
        assert_non_null(drape);
        GDALRasterBandH band = GDALGetRasterBand(drape, 1);
        GDALSetGeoTransform(drape, geotransform);
        GDALSetProjection(drape, GDALGetProjectionRef(dem));
        if (palette) {
            const GDALColorEntry entry = {250, 90, 40, 255};
            GDALColorTableH table = GDALCreateColorTable(GPI_RGB);
            GDALSetColorEntry(table, 250, &entry);
            GDALSetRasterColorTable(band, table);
            GDALDestroyColorTable(table);
        }
        assert_int_equal(GDALRasterIO(band, GF_Write, 0, 0, 64, 64, checks, 64, 64, GDT_Byte, 0, 0),
                         CE_None);
        GDALClose(drape);
    }
    GDALClose(dem);
}

/** Colours for the classes of that palette. */
static void write_palette(void)
{
    FILE *file = fopen("palette.txt", "w");
    assert_non_null(file);
    fprintf(file, "90 200 10 20\n250 10 200 30\n");
    fclose(file);
}

/** A box in UTM as a file of one polygon. */
static void write_box(const char *path, double x0, double y0, double x1, double y1)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file,
            "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":"
            "{\"name\":\"urn:ogc:def:crs:EPSG::32611\"}},\"features\":[{\"type\":\"Feature\","
            "\"properties\":{},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%g,%g],"
            "[%g,%g],[%g,%g],[%g,%g],[%g,%g]]]}}]}\n",
            x0, y0, x1, y0, x1, y1, x0, y1, x0, y0);
    fclose(file);
}

/** Masks: the western and the eastern part of the small picture, both as layers of one file, and
 * one far from it. */
static void write_masks(void)
{
    write_box("west.geojson", 390000, 3799000, 391000, 3801000);
    write_box("east.geojson", 391000, 3799000, 392000, 3801000);
    write_box("far.geojson", 100000, 3799000, 101000, 3801000);
    FILE *file = fopen("both.vrt", "w");
    assert_non_null(file);
    fprintf(file, "<OGRVRTDataSource>\n");
    for (int i = 0; i < 2; i++)
        fprintf(file,
                "<OGRVRTLayer name=\"%s\"><SrcDataSource relativeToVRT=\"1\">%s.geojson"
                "</SrcDataSource></OGRVRTLayer>\n",
                i ? "east" : "west", i ? "east" : "west");
    fprintf(file, "</OGRVRTDataSource>\n");
    fclose(file);
}

#endif
