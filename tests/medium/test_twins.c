/* A DEM in degrees and its twin in metres must show the same light: real heights are laid down at
 * 35 and at 60 degrees of latitude in UTM, warped to degrees, and both are rendered; blocks of the
 * same ground are compared. The warp resamples the heights (cubic) onto cells of 15 m both ways,
 * fine enough that what it does to slopes stays below the limits; a metric that forgot the cosine
 * of the latitude would be off by tens of per cent. */
#include <math.h>

#include <gdal.h>
#include <gdal_utils.h>
#include <ogr_srs_api.h>

#include "picture.h"

#define SIDE 256
#define BLOCK 16
#define BORDER 32

static const char *const knobs[] = {"render.samples",
                                    "16",
                                    "render.bounces",
                                    "0",
                                    "sky.strength",
                                    "0",
                                    "filter.shape",
                                    "box",
                                    "surface.albedo",
                                    "0.6",
                                    "sun.size",
                                    "5",
                                    NULL};

/** Copies tests/data/window.tif to another place: UTM zone 32 north, its centre on the central
 * meridian and so many metres north of the equator. */
static void write_projected(const char *path, double northing)
{
    char *wkt = NULL;
    double geotransform[6] = {500000.0 - 0.5 * SIDE * 30.0, 30.0, 0.0,
                              northing + 0.5 * SIDE * 30.0, 0.0,  -30.0};
    GDALDatasetH in = GDALOpen(VD_SOURCE_DIR "/tests/data/window.tif", GA_ReadOnly);
    assert_non_null(in);
    GDALDatasetH out =
        GDALCreateCopy(GDALGetDriverByName("GTiff"), path, in, FALSE, NULL, NULL, NULL);
    assert_non_null(out);
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    assert_int_equal(OSRImportFromEPSG(crs, 32632), OGRERR_NONE);
    assert_int_equal(OSRExportToWkt(crs, &wkt), OGRERR_NONE);
    assert_int_equal(GDALSetProjection(out, wkt), CE_None);
    assert_int_equal(GDALSetGeoTransform(out, geotransform), CE_None);
    VSIFree(wkt);
    OSRDestroySpatialReference(crs);
    GDALClose(out);
    GDALClose(in);
}

/** Warps a raster to degrees, onto cells of this size. */
static void warp(const char *from, const char *to, double cell_x, double cell_y)
{
    char x[32], y[32];
    snprintf(x, sizeof(x), "%.12f", cell_x);
    snprintf(y, sizeof(y), "%.12f", cell_y);
    char *arguments[] = {"-t_srs", "EPSG:4326", "-r",      "cubic",      "-tr", x,
                         y,        "-ot",       "Float32", "-overwrite", NULL};
    GDALWarpAppOptions *options = GDALWarpAppOptionsNew(arguments, NULL);
    assert_non_null(options);
    GDALDatasetH in = GDALOpen(from, GA_ReadOnly);
    assert_non_null(in);
    GDALDatasetH out = GDALWarp(to, NULL, 1, &in, options, NULL);
    assert_non_null(out);
    GDALClose(out);
    GDALClose(in);
    GDALWarpAppOptionsFree(options);
}

/** Mean red of the ground between two corners (projected metres) in a picture whose pixel of a
 * place the transform tells. */
static double ground_mean(const test_picture *p, const double geotransform[6],
                          OGRCoordinateTransformationH transform, double x0, double y0)
{
    double sum = 0.0;
    const int steps = 2 * BLOCK;
    for (int j = 0; j < steps; j++)
        for (int i = 0; i < steps; i++) {
            double x = x0 + (i + 0.5) * 15.0, y = y0 - (j + 0.5) * 15.0;
            if (transform) assert_true(OCTTransform(transform, 1, &x, &y, NULL));
            int column = (int)floor((x - geotransform[0]) / geotransform[1]);
            int row = (int)floor((y - geotransform[3]) / geotransform[5]);
            assert_in_range(column, 0, p->width - 1);
            assert_in_range(row, 0, p->height - 1);
            sum += (double)p->rgba[4 * (row * p->width + column)];
        }
    return sum / (steps * steps);
}

static OGRCoordinateTransformationH to_degrees(void)
{
    OGRSpatialReferenceH utm = OSRNewSpatialReference(NULL),
                         geographic = OSRNewSpatialReference(NULL);
    assert_int_equal(OSRImportFromEPSG(utm, 32632), OGRERR_NONE);
    assert_int_equal(OSRImportFromEPSG(geographic, 4326), OGRERR_NONE);
    OSRSetAxisMappingStrategy(utm, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(geographic, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH transform = OCTNewCoordinateTransformation(utm, geographic);
    assert_non_null(transform);
    OSRDestroySpatialReference(utm);
    OSRDestroySpatialReference(geographic);
    return transform;
}

static void read_geotransform(const char *path, double geotransform[6])
{
    GDALDatasetH in = GDALOpen(path, GA_ReadOnly);
    assert_non_null(in);
    assert_int_equal(GDALGetGeoTransform(in, geotransform), CE_None);
    GDALClose(in);
}

/** Metres per degree of longitude and latitude near the place are for the choice of cells only. */
static void compare_at(double northing, double metres_lon, double metres_lat)
{
    double metres[6], degrees[6], difference = 0.0, a_sum = 0.0, b_sum = 0.0;
    write_projected("utm.tif", northing);
    warp("utm.tif", "degrees.tif", 15.0 / metres_lon, 15.0 / metres_lat);
    read_geotransform("utm.tif", metres);
    read_geotransform("degrees.tif", degrees);
    test_picture a = test_render("utm.tif", knobs, NULL);
    test_picture b = test_render("degrees.tif", knobs, NULL);
    OGRCoordinateTransformationH transform = to_degrees();
    int blocks = (SIDE - 2 * BORDER) / BLOCK;
    for (int j = 0; j < blocks; j++)
        for (int i = 0; i < blocks; i++) {
            double x = metres[0] + (BORDER + i * BLOCK) * 30.0;
            double y = metres[3] - (BORDER + j * BLOCK) * 30.0;
            double light_a = ground_mean(&a, metres, NULL, x, y);
            double light_b = ground_mean(&b, degrees, transform, x, y);
            difference += fabs(light_a - light_b);
            a_sum += light_a;
            b_sum += light_b;
        }
    OCTDestroyCoordinateTransformation(transform);
    free(a.rgba);
    free(b.rgba);
    printf("northing %.0f: mean %+.3f %%, blocks %.3f %%\n", northing,
           100.0 * (b_sum / a_sum - 1.0), 100.0 * difference / a_sum);
    assert_true(fabs(b_sum / a_sum - 1.0) < 0.005);
    assert_true(difference / a_sum < 0.01);
}

static void test_twins(void **state)
{
    (void)state;
    GDALAllRegister();
    compare_at(3873000.0, 91290.0, 110940.0); /* 35 degrees north */
    compare_at(6651400.0, 55800.0, 111410.0); /* 60 degrees north */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_twins)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
