/* Rasters read: values, units, masks, orientation, and everything that must be refused. */
#include <unistd.h>

#include "dem_fixture.h"

static const double six[6] = {10, 20, 30, 40, 50, 60};

static raster_spec small(const char *path)
{
    return (raster_spec){.path = path,
                         .nx = 3,
                         .ny = 2,
                         .geotransform = UTM_30M,
                         .crs = "EPSG:32611",
                         .values = six};
}

/* ---- values -------------------------------------------------------------------------------- */

static void reads_every_type_exactly(void **state)
{
    (void)state;
    static const GDALDataType types[] = {GDT_Byte,   GDT_Int16,   GDT_UInt16, GDT_Int32,
                                         GDT_UInt32, GDT_Float32, GDT_Float64};
    for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
        raster_spec spec = small("type.tif");
        spec.type = types[t];
        write_raster(&spec);
        vd_dem *dem = load("type.tif");
        assert_int_equal(dem->info.nx, 3);
        assert_int_equal(dem->info.ny, 2);
        for (int i = 0; i < 6; i++) assert_true(height_at(dem, i % 3, i / 3) == six[i]);
        assert_null(dem->valid);
        assert_true(dem->base_m == 10.0);
        vd_dem_destroy(dem);
    }
}

static void applies_scale_offset_and_feet(void **state)
{
    (void)state;
    static const struct {
        const char *unit;
        double metres;
    } units[] = {{NULL, 1.0}, {"m", 1.0}, {"ft", 0.3048}, {"US survey foot", 1200.0 / 3937.0}};
    for (size_t u = 0; u < sizeof units / sizeof units[0]; u++) {
        raster_spec spec = small("scaled.tif");
        spec.scale = 0.25;
        spec.offset = 1000.0;
        spec.unit = units[u].unit;
        write_raster(&spec);
        vd_dem *dem = load("scaled.tif");
        /* Half an ulp of the largest height relative to the base, 15 m. */
        for (int i = 0; i < 6; i++)
            assert_near(height_at(dem, i % 3, i / 3), (0.25 * six[i] + 1000.0) * units[u].metres,
                        1e-6);
        vd_dem_destroy(dem);
    }
}

static void takes_the_unit_from_a_compound_crs(void **state)
{
    (void)state;
    raster_spec spec = small("compound.tif");
    spec.crs = "EPSG:2230+6360"; /* California zone 6 (US feet) + NAVD88 height (US feet) */
    write_raster(&spec);
    vd_dem *dem = load("compound.tif");
    double foot = 1200.0 / 3937.0, metres[2];
    assert_near(dem->info.vertical_to_m, foot, 1e-15);
    vd_dem_metres_per_cell(&dem->info, 0.0, metres);
    assert_near(metres[0], 30.0 * foot, 1e-9);
    assert_near(height_at(dem, 2, 1), 60.0 * foot, 1e-6);
    vd_dem_destroy(dem);
}

static void keeps_precision_far_from_zero(void **state)
{
    (void)state;
    const double integers[4] = {-2000000000, -1999999999, -1999999998, -1999999000};
    raster_spec spec = small("far.tif");
    spec.nx = 2;
    spec.type = GDT_Int32;
    spec.values = integers;
    spec.scale = 0.001; /* millimetres */
    write_raster(&spec);
    vd_dem *dem = load("far.tif");
    /* -2,000,000 m needs 21 bits; a float relative to the base keeps the millimetres. */
    for (int i = 0; i < 4; i++)
        assert_near(height_at(dem, i % 2, i / 2), 0.001 * integers[i], 1e-7);
    vd_dem_destroy(dem);

    const double fine[4] = {4000.0001, 4000.0002, 4000.0003, 4000.0004};
    spec.type = GDT_Float64;
    spec.values = fine;
    spec.scale = 0.0;
    write_raster(&spec);
    dem = load("far.tif");
    for (int i = 0; i < 4; i++) assert_near(height_at(dem, i % 2, i / 2), fine[i], 1e-10);
    vd_dem_destroy(dem);
}

static void chooses_the_band(void **state)
{
    (void)state;
    raster_spec spec = small("one.tif");
    write_raster(&spec);
    const char *vrt = "<VRTDataset rasterXSize=\"3\" rasterYSize=\"2\">"
                      "<GeoTransform>0,1000,0,0,0,-1000</GeoTransform>"
                      "<VRTRasterBand dataType=\"Int16\" band=\"1\"/>"
                      "<VRTRasterBand dataType=\"Float32\" band=\"2\"><SimpleSource>"
                      "<SourceFilename relativeToVRT=\"1\">one.tif</SourceFilename>"
                      "<SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>";
    FILE *file = fopen("bands.vrt", "w");
    fputs(vrt, file);
    fclose(file);
    vd_dem_options options = plain_options("bands.vrt");
    options.band = 2;
    vd_dem *dem = load_with(&options);
    assert_true(height_at(dem, 2, 1) == 60.0);
    vd_dem_destroy(dem);
    options.band = 3;
    assert_refused(&options, VD_ERR_SETTING, "--band 3");
}

/* ---- masks --------------------------------------------------------------------------------- */

static void masks_nodata_nan_and_absurd_values(void **state)
{
    (void)state;
    const double values[12] = {1, 2,       -9999, 4,  (double)NAN, 6, (double)INFINITY,
                               8, -3.4e38, 10,    11, 12};
    const double nodata = -9999;
    raster_spec spec = small("holes.tif");
    spec.nx = 4;
    spec.ny = 3;
    spec.values = values;
    spec.nodata = &nodata;
    write_raster(&spec);
    vd_dem_options options = plain_options("holes.tif");
    listener l;
    vd_dem *dem = NULL;
    listener_open(&l);
    assert_int_equal(vd_dem_load(l.context, &options, &dem), VD_OK);
    assert_int_equal(l.warnings, 1);
    assert_non_null(strstr(l.last, "10,000 km"));
    assert_int_equal(dem->invalid_count, 4);
    for (int i = 0; i < 12; i++) {
        bool expected = i != 2 && i != 4 && i != 6 && i != 8;
        assert_int_equal(vd_dem_is_valid(dem, i % 4, i / 4), expected);
        assert_true(isfinite(height_at(dem, i % 4, i / 4)));
    }
    assert_true(dem->base_m + (double)dem->valid_min == 1.0);
    assert_true(dem->base_m + (double)dem->valid_max == 12.0);
    vd_dem_destroy(dem);
    listener_close(&l);
}

static void masks_by_alpha_and_mask_band(void **state)
{
    (void)state;
    raster_spec spec = small("masked.tif");
    write_raster(&spec);
    GDALDatasetH file = GDALOpen("masked.tif", GA_Update);
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES");
    assert_int_equal(GDALCreateDatasetMaskBand(file, GMF_PER_DATASET), CE_None);
    unsigned char mask[6] = {255, 255, 0, 255, 255, 255};
    assert_int_equal(GDALRasterIO(GDALGetMaskBand(GDALGetRasterBand(file, 1)), GF_Write, 0, 0, 3, 2,
                                  mask, 3, 2, GDT_Byte, 0, 0),
                     CE_None);
    GDALClose(file);
    CPLSetConfigOption("GDAL_TIFF_INTERNAL_MASK", NULL);
    vd_dem *dem = load("masked.tif");
    assert_int_equal(dem->invalid_count, 1);
    assert_false(vd_dem_is_valid(dem, 2, 0));
    vd_dem_destroy(dem);

    file = GDALCreate(GDALGetDriverByName("GTiff"), "alpha.tif", 3, 2, 2, GDT_Byte, NULL);
    GDALSetGeoTransform(file, (double[6])UTM_30M);
    GDALSetRasterColorInterpretation(GDALGetRasterBand(file, 2), GCI_AlphaBand);
    unsigned char values[12] = {1, 2, 3, 4, 5, 6, 255, 255, 255, 0, 255, 255};
    assert_int_equal(
        GDALDatasetRasterIO(file, GF_Write, 0, 0, 3, 2, values, 3, 2, GDT_Byte, 2, NULL, 0, 0, 0),
        CE_None);
    GDALClose(file);
    dem = load("alpha.tif");
    assert_int_equal(dem->invalid_count, 1);
    assert_false(vd_dem_is_valid(dem, 0, 1));
    vd_dem_destroy(dem);
}

/* ---- orientation --------------------------------------------------------------------------- */

static void turns_south_up_over(void **state)
{
    (void)state;
    enum { NX = 37, NY = 50 };
    double north_up[NX * NY], south_up[NX * NY];
    for (int i = 0; i < NX * NY; i++) {
        int x = i % NX, y = i / NX;
        double h = (i % 11 == 3) ? -9999.0 : 1000.0 + 0.37 * x * y + 7.0 * ((x * 31 + y * 17) % 13);
        north_up[i] = h;
        south_up[(NY - 1 - y) * NX + x] = h;
    }
    const double nodata = -9999;
    raster_spec spec = small("north.tif");
    spec.nx = NX;
    spec.ny = NY;
    spec.nodata = &nodata;
    spec.values = north_up;
    write_raster(&spec);
    spec.path = "south.tif";
    spec.values = south_up;
    spec.geotransform[3] -= 30.0 * NY;
    spec.geotransform[5] = 30.0;
    write_raster(&spec);

    vd_dem *a = load("north.tif"), *b = load("south.tif");
    assert_false(a->info.flipped);
    assert_true(b->info.flipped);
    assert_true(a->base_m == b->base_m);
    assert_memory_equal(a->posts, b->posts, sizeof(float) * (NX + 2) * (NY + 2));
    assert_memory_equal(a->valid, b->valid, (size_t)a->valid_stride * NY);
    assert_memory_equal(a->info.geotransform, b->info.geotransform, sizeof(double[6]));
    assert_memory_equal(a->info.to_grid, b->info.to_grid, sizeof(double[4]));
    vd_dem_destroy(a);
    vd_dem_destroy(b);
}

/* A ring post continues the two outermost linearly; on a bilinear surface the corners do so in both
 * directions. */
static void continues_to_the_edge(void **state)
{
    (void)state;
    double values[20];
    for (int i = 0; i < 20; i++)
        values[i] = 3.0 + 2.0 * (i % 5) - 5.0 * (i / 5) + (i % 5) * (i / 5);
    raster_spec spec = small("ring.tif");
    spec.nx = 5;
    spec.ny = 4;
    spec.values = values;
    write_raster(&spec);
    vd_dem *dem = load("ring.tif");
    assert_int_equal(dem->stride, 7);
    for (int y = -1; y <= 4; y++)
        for (int x = -1; x <= 5; x++)
            assert_true(height_at(dem, x, y) == 3.0 + 2.0 * x - 5.0 * y + x * y);
    double low = 1e9, high = -1e9;
    for (int i = 0; i < 42; i++) {
        low = fmin(low, (double)dem->posts[i]);
        high = fmax(high, (double)dem->posts[i]);
    }
    assert_true(low == (double)dem->min && high == (double)dem->max);
    assert_true(dem->base_m + (double)dem->valid_max == 11.0);
    vd_dem_destroy(dem);
}

/* A strip holds 16 MB, so this band of 2000 x 1500 is read in two, of whole blocks or not. */
static void reads_in_strips(void **state)
{
    (void)state;
    enum { NX = 2000, NY = 1500 };
    double *values = malloc(sizeof(double) * NX * NY);
    assert_non_null(values);
    for (int i = 0; i < NX * NY; i++) values[i] = (i % 4001) * 7 + i / 999;
    static const char *const layouts[] = {"BLOCKYSIZE=1", "BLOCKYSIZE=300", "BLOCKYSIZE=1500"};
    for (int l = 0; l < 3; l++) {
        char **creation = CSLAddString(NULL, layouts[l]);
        raster_spec spec = small("strips.tif");
        spec.nx = NX;
        spec.ny = NY;
        spec.type = GDT_Int16;
        spec.values = values;
        spec.creation = creation;
        write_raster(&spec);
        GIntBig cache = GDALGetCacheMax64();
        vd_dem *dem = load("strips.tif");
        assert_true(GDALGetCacheMax64() == cache);
        for (int i = 0; i < NX * NY; i++)
            if (height_at(dem, i % NX, i / NX) != values[i]) fail_msg("cell %d differs", i);
        vd_dem_destroy(dem);
        CSLDestroy(creation);
    }
    free(values);
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void refuses_what_is_no_dem(void **state)
{
    (void)state;
    vd_dem_options options = plain_options("no_such_file.tif");
    assert_refused(&options, VD_ERR_INPUT, "no_such_file.tif: cannot be read");

    FILE *file = fopen("words.tif", "w");
    fputs("These are words, not heights.\n", file);
    fclose(file);
    options.path = "words.tif";
    assert_refused(&options, VD_ERR_FORMAT, "words.tif: cannot be opened as a raster");

    raster_spec spec = small("line.tif");
    spec.ny = 1;
    write_raster(&spec);
    options.path = "line.tif";
    assert_refused(&options, VD_ERR_FORMAT, "3 x 1 cells; a surface needs at least 2 x 2");
    spec.nx = 1;
    spec.ny = 3;
    write_raster(&spec);
    assert_refused(&options, VD_ERR_FORMAT, "1 x 3 cells");

    spec = small("complex.tif");
    spec.type = GDT_CFloat32;
    write_raster(&spec);
    options.path = "complex.tif";
    assert_refused(&options, VD_ERR_FORMAT, "is complex (CFloat32)");

    double nowhere[6];
    for (int i = 0; i < 6; i++) nowhere[i] = (double)NAN;
    spec = small("empty.tif");
    spec.values = nowhere;
    write_raster(&spec);
    options.path = "empty.tif";
    assert_refused(&options, VD_ERR_FORMAT, "has no valid height");
}

static void refuses_truncated_files(void **state)
{
    (void)state;
    enum { NX = 64, NY = 200 };
    static double values[NX * NY];
    for (int i = 0; i < NX * NY; i++) values[i] = i % 977;
    static const char *const forms[] = {"", "COMPRESS=DEFLATE", "COMPRESS=LZW"};
    for (int f = 0; f < 3; f++) {
        char **creation = f ? CSLAddString(NULL, forms[f]) : NULL;
        raster_spec spec = small("whole.tif");
        spec.nx = NX;
        spec.ny = NY;
        spec.values = values;
        spec.creation = creation;
        write_raster(&spec);
        CSLDestroy(creation);
        static unsigned char bytes[NX * NY * 8 + 4096];
        FILE *file = fopen("whole.tif", "rb");
        size_t length = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        file = fopen("half.tif", "wb");
        fwrite(bytes, 1, length / 2, file);
        fclose(file);
        vd_dem_options options = plain_options("half.tif");
        assert_refused(&options, VD_ERR_INPUT, "truncated");
    }

    raster_spec spec = small("raw.img");
    spec.driver = "ENVI";
    write_raster(&spec);
    assert_int_equal(truncate("raw.img", 20), 0);
    vd_dem_options options = plain_options("raw.img");
    assert_refused(&options, VD_ERR_INPUT, "has 20 bytes where its header promises 24");
}

static void refuses_more_than_memory(void **state)
{
    (void)state;
    FILE *file = fopen("huge.vrt", "w");
    fputs("<VRTDataset rasterXSize=\"1000000\" rasterYSize=\"1000000\">"
          "<GeoTransform>0,30,0,0,0,-30</GeoTransform>"
          "<VRTRasterBand dataType=\"Float32\" band=\"1\"/></VRTDataset>",
          file);
    fclose(file);
    vd_dem_options options = plain_options("huge.vrt");
    assert_refused(&options, VD_ERR_MEMORY, "the heights");
}

static void stops_when_cancelled(void **state)
{
    (void)state;
    raster_spec spec = small("cancel.tif");
    write_raster(&spec);
    vd_dem_options options = plain_options("cancel.tif");
    listener l;
    vd_dem *dem = NULL;
    listener_open(&l);
    l.cancel = 1;
    assert_int_equal(vd_dem_load(l.context, &options, &dem), VD_ERR_CANCELLED);
    assert_null(dem);
    listener_close(&l);
}

static void warns_of_an_unknown_unit(void **state)
{
    (void)state;
    raster_spec spec = small("cubits.tif");
    spec.unit = "cubit";
    write_raster(&spec);
    vd_dem_options options = plain_options("cubits.tif");
    listener l;
    vd_dem_info info;
    listener_open(&l);
    assert_int_equal(vd_dem_probe(l.context, &options, &info), VD_OK);
    assert_int_equal(l.warnings, 1);
    assert_non_null(strstr(l.last, "cubit"));
    assert_true(info.vertical_to_m == 1.0);
    vd_dem_info_clear(&info);
    listener_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_type_exactly),
        cmocka_unit_test(applies_scale_offset_and_feet),
        cmocka_unit_test(takes_the_unit_from_a_compound_crs),
        cmocka_unit_test(keeps_precision_far_from_zero),
        cmocka_unit_test(chooses_the_band),
        cmocka_unit_test(masks_nodata_nan_and_absurd_values),
        cmocka_unit_test(masks_by_alpha_and_mask_band),
        cmocka_unit_test(turns_south_up_over),
        cmocka_unit_test(continues_to_the_edge),
        cmocka_unit_test(reads_in_strips),
        cmocka_unit_test(refuses_what_is_no_dem),
        cmocka_unit_test(refuses_truncated_files),
        cmocka_unit_test(refuses_more_than_memory),
        cmocka_unit_test(stops_when_cancelled),
        cmocka_unit_test(warns_of_an_unknown_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
