/* Rasters and files lent from memory: read as the same raster in a file is, in place, whatever its
 * type and steps; what is refused; that paths end with the loan and that no settings name them. */
#include "dem_fixture.h"
#include "settings/settings.h"
#include "terrain/vector_read.h"

enum { NX = 37, NY = 23 };

static double height(int column, int row)
{
    return 1000.0 + 7.0 * column - 11.0 * row + (column * row) % 5;
}

static vd_raster_data plain(const void *data, vd_cell_kind kind, int bytes)
{
    return (vd_raster_data){.label = "array",
                            .data = data,
                            .kind = kind,
                            .width = NX,
                            .height = NY,
                            .bands = 1,
                            .column_step = bytes,
                            .row_step = (int64_t)NX * bytes};
}

static vd_lent *lend(const vd_raster_data *raster)
{
    listener l;
    vd_lent *lent = NULL;
    listener_open(&l);
    if (vd_raster_lend(l.context, raster, &lent) != VD_OK)
        fail_msg("%s", vd_context_error(l.context));
    listener_close(&l);
    return lent;
}

/* Options for what lies nowhere on the map. */
static vd_dem_options sized_options(const vd_lent *lent)
{
    vd_dem_options options = plain_options(vd_lent_path(lent));
    options.cell_size_m = 10.0;
    return options;
}

/* The DEM of a raster in memory, which is NX x NY. */
static vd_dem *load_lent(const vd_raster_data *raster)
{
    vd_lent *lent = lend(raster);
    vd_dem_options options = sized_options(lent);
    vd_dem *dem = load_with(&options);
    vd_lent_destroy(lent);
    assert_int_equal(dem->info.nx, NX);
    assert_int_equal(dem->info.ny, NY);
    return dem;
}

#define TEST_KIND(TYPE, KIND)                                                                      \
    do {                                                                                           \
        TYPE cells[NY][NX];                                                                        \
        for (int j = 0; j < NY; j++)                                                               \
            for (int i = 0; i < NX; i++) cells[j][i] = (TYPE)height(i, j);                         \
        vd_raster_data raster = plain(cells, KIND, sizeof(TYPE));                                  \
        vd_dem *dem = load_lent(&raster);                                                          \
        for (int j = 0; j < NY; j++)                                                               \
            for (int i = 0; i < NX; i++)                                                           \
                assert_near(height_at(dem, i, j), (double)cells[j][i], 0);                         \
        vd_dem_destroy(dem);                                                                       \
    } while (0)

static void test_kinds(void **state)
{
    (void)state;
    TEST_KIND(uint8_t, VD_CELLS_UINT8);
    TEST_KIND(uint16_t, VD_CELLS_UINT16);
    TEST_KIND(int16_t, VD_CELLS_INT16);
    TEST_KIND(uint32_t, VD_CELLS_UINT32);
    TEST_KIND(int32_t, VD_CELLS_INT32);
    TEST_KIND(float, VD_CELLS_FLOAT32);
    TEST_KIND(double, VD_CELLS_FLOAT64);
}

/* Part of a larger array, of one that is transposed, and the second of two bands side by side. */
static void test_steps(void **state)
{
    (void)state;
    static float large[NY + 4][NX + 9], transposed[NX][NY], pairs[NY][NX][2];
    for (int j = 0; j < NY; j++)
        for (int i = 0; i < NX; i++)
            large[j + 3][i + 4] = transposed[i][j] = pairs[j][i][1] = (float)height(i, j);
    vd_raster_data rasters[3];
    for (int i = 0; i < 3; i++) rasters[i] = plain(NULL, VD_CELLS_FLOAT32, sizeof(float));
    rasters[0].data = &large[3][4];
    rasters[0].row_step = sizeof large[0];
    rasters[1].data = transposed;
    rasters[1].column_step = sizeof transposed[0];
    rasters[1].row_step = sizeof(float);
    rasters[2].data = pairs;
    rasters[2].column_step = sizeof pairs[0][0];
    rasters[2].row_step = sizeof pairs[0];
    rasters[2].bands = 2;
    rasters[2].band_step = sizeof(float);
    for (int r = 0; r < 3; r++) {
        vd_lent *lent = lend(&rasters[r]);
        vd_dem_options options = sized_options(lent);
        options.band = rasters[r].bands;
        vd_dem *dem = load_with(&options);
        vd_lent_destroy(lent);
        for (int j = 0; j < NY; j++)
            for (int i = 0; i < NX; i++) assert_near(height_at(dem, i, j), height(i, j), 0);
        vd_dem_destroy(dem);
    }
}

/* Place, CRS, NODATA and unit are those of the same raster in a file; the place to the last bit. */
static void test_description(void **state)
{
    (void)state;
    const double place[6] = {500000.1, 29.999999999999996, 0.0, 4000000.3, 0.0, -30.1};
    const double nodata = -9999.0, values[4] = {100.0, -9999.0, 130.0, 140.0};
    const raster_spec spec = {
        .path = "lend.tif",
        .nx = 2,
        .ny = 2,
        .type = GDT_Float64,
        .geotransform = {500000.1, 29.999999999999996, 0.0, 4000000.3, 0.0, -30.1},
        .crs = "EPSG:32633",
        .values = values,
        .nodata = &nodata,
        .unit = "ft"};
    write_raster(&spec);
    vd_raster_data raster = plain(values, VD_CELLS_FLOAT64, sizeof(double));
    raster.width = raster.height = 2;
    raster.row_step = 2 * sizeof(double);
    raster.geotransform = place;
    raster.crs = "EPSG:32633";
    raster.nodata = &nodata;
    raster.unit = "ft";
    vd_lent *lent = lend(&raster);
    vd_dem *a = load("lend.tif"), *b = load(vd_lent_path(lent));
    vd_lent_destroy(lent);
    assert_memory_equal(a->info.geotransform, b->info.geotransform, sizeof place);
    assert_memory_equal(b->info.geotransform, place, sizeof place);
    assert_string_equal(a->info.wkt, b->info.wkt);
    assert_string_equal(a->info.vertical_unit, b->info.vertical_unit);
    assert_int_equal(a->invalid_count, 1);
    assert_int_equal(b->invalid_count, 1);
    assert_false(vd_dem_is_valid(b, 1, 0));
    assert_memory_equal(a->posts, b->posts, sizeof(float) * vd_dem_post_count(2, 2));
    vd_dem_destroy(a);
    vd_dem_destroy(b);
    remove("lend.tif");
}

static void assert_not_lent(vd_raster_data raster, vd_result code, const char *words)
{
    listener l;
    vd_lent *lent = (vd_lent *)&l;
    listener_open(&l);
    assert_int_equal(vd_raster_lend(l.context, &raster, &lent), code);
    assert_null(lent);
    if (!strstr(vd_context_error(l.context), words))
        fail_msg("'%s' does not say '%s'", vd_context_error(l.context), words);
    listener_close(&l);
}

static void test_refusals(void **state)
{
    (void)state;
    static const float cells[NY][NX];
    const vd_raster_data good = plain(cells, VD_CELLS_FLOAT32, sizeof(float));
    vd_raster_data bad[8];
    for (int i = 0; i < 8; i++) bad[i] = good;
    bad[0].width = 0;
    bad[1].column_step = 3;
    bad[2].row_step = -4;
    bad[3].data = NULL;
    bad[4].kind = (vd_cell_kind)7;
    bad[5].bands = 2; /* without a step between them */
    bad[6].row_step = (int64_t)1 << 31;
    for (int i = 0; i < 7; i++) assert_not_lent(bad[i], VD_ERR_USAGE, "are no raster in memory");
    bad[7].crs = "EPSG:0";
    assert_not_lent(bad[7], VD_ERR_SETTING, "EPSG:0");
    static const char *const labels[] = {"", "a/b", "../b", ".", "cells", "a b", NULL};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        vd_raster_data raster = good;
        raster.label = labels[i];
        assert_not_lent(raster, VD_ERR_USAGE, "no label");
    }
    vd_lent_destroy(NULL);
}

/* Two of one label do not meet, and a path leads nowhere once taken back. */
static void test_lifetime(void **state)
{
    (void)state;
    float low[NY][NX] = {{1.0f}}, high[NY][NX] = {{9.0f}};
    vd_raster_data a = plain(low, VD_CELLS_FLOAT32, sizeof(float));
    vd_raster_data b = plain(high, VD_CELLS_FLOAT32, sizeof(float));
    vd_lent *of_a = lend(&a), *of_b = lend(&b);
    char gone[128];
    snprintf(gone, sizeof gone, "%s", vd_lent_path(of_a));
    assert_string_not_equal(gone, vd_lent_path(of_b));
    vd_lent_destroy(of_a);
    vd_dem_options options = sized_options(of_b);
    vd_dem *dem = load_with(&options);
    assert_near(height_at(dem, 0, 0), 9.0, 0);
    vd_dem_destroy(dem);
    vd_lent_destroy(of_b);
    options = plain_options(gone);
    assert_refused(&options, VD_ERR_INPUT, "array: cannot be read");
}

static void test_bytes(void **state)
{
    (void)state;
    static const char text[] = "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1],[0,0]]]}";
    listener l;
    vd_lent *lent = NULL;
    vd_polygons polygons;
    listener_open(&l);
    assert_int_equal(vd_bytes_lend(l.context, "p.geojson", text, sizeof text - 1, &lent), VD_OK);
    const vd_polygon_query query = {.path = vd_lent_path(lent)};
    assert_int_equal(vd_polygons_read(l.context, &query, &polygons), VD_OK);
    assert_int_equal(polygons.ring_count, 1);
    vd_polygons_clear(&polygons);
    vd_lent_destroy(lent);
    assert_int_equal(vd_bytes_lend(l.context, "p/q", text, 1, &lent), VD_ERR_USAGE);
    assert_null(lent);
    listener_close(&l);
}

/* Each cell has the number of the last polygon that its centre lies in. */
static void test_classes(void **state)
{
    (void)state;
    static const char text[] =
        "{\"type\":\"FeatureCollection\",\"features\":["
        "{\"type\":\"Feature\",\"properties\":{\"code\":7},\"geometry\":{\"type\":\"Polygon\","
        "\"coordinates\":[[[0,0],[4,0],[4,3],[0,3],[0,0]]]}},"
        "{\"type\":\"Feature\",\"properties\":{\"code\":300},\"geometry\":{\"type\":\"Polygon\","
        "\"coordinates\":[[[2,0],[6,0],[6,1],[2,1],[2,0]]]}}]}";
    static const int32_t expected[3][6] = {
        {7, 7, 7, 7, 0, 0}, {7, 7, 7, 7, 0, 0}, {7, 7, 300, 300, 300, 300}};
    int32_t cells[3][6];
    listener l;
    vd_lent *polygons = NULL, *classes = NULL;
    listener_open(&l);
    assert_int_equal(vd_bytes_lend(l.context, "p.geojson", text, sizeof text - 1, &polygons),
                     VD_OK);
    const char *path = vd_lent_path(polygons);
    if (vd_classes_lend(l.context, "c", path, "code", 1.0, &classes) != VD_OK)
        fail_msg("%s", vd_context_error(l.context));
    GDALDatasetH raster = GDALOpen(vd_lent_path(classes), GA_ReadOnly);
    assert_non_null(raster);
    assert_int_equal(GDALGetRasterXSize(raster), 6);
    assert_int_equal(GDALGetRasterYSize(raster), 3);
    assert_int_equal(GDALRasterIO(GDALGetRasterBand(raster, 1), GF_Read, 0, 0, 6, 3, cells, 6, 3,
                                  GDT_Int32, 0, 0),
                     CE_None);
    GDALClose(raster);
    assert_memory_equal(cells, expected, sizeof cells);
    vd_lent_destroy(classes);
    assert_int_equal(vd_classes_lend(l.context, "c", path, "kind", 1.0, &classes), VD_ERR_FORMAT);
    assert_non_null(strstr(vd_context_error(l.context), "no field 'kind'"));
    assert_null(classes);
    assert_int_equal(vd_classes_lend(l.context, "c", path, "code", 0.0, &classes), VD_ERR_USAGE);
    assert_int_equal(vd_classes_lend(l.context, "c", "none.shp", "code", 1.0, &classes),
                     VD_ERR_INPUT);
    assert_int_equal(vd_classes_lend(l.context, "c", path, "code", 1e-9, &classes), VD_ERR_FORMAT);
    vd_lent_destroy(polygons);
    listener_close(&l);
}

/* What a picture's metadata say can be read by another process. */
static void test_settings_leave_it_out(void **state)
{
    (void)state;
    static const float cells[NY][NX];
    vd_raster_data raster = plain(cells, VD_CELLS_FLOAT32, sizeof(float));
    vd_lent *lent = lend(&raster);
    listener l;
    vd_settings *settings;
    char *yaml;
    listener_open(&l);
    assert_int_equal(vd_settings_create(l.context, "relief", &settings), VD_OK);
    assert_int_equal(vd_settings_set(l.context, settings, "dem.path", vd_lent_path(lent)), VD_OK);
    assert_int_equal(vd_settings_set(l.context, settings, "drape.path", vd_lent_path(lent)), VD_OK);
    assert_int_equal(vd_settings_set(l.context, settings, "clip.path", "a.shp"), VD_OK);
    assert_int_equal(vd_settings_to_yaml(l.context, settings, &yaml), VD_OK);
    assert_string_equal(yaml, "clip:\n  path: \"a.shp\"\n");
    free(yaml);
    vd_settings_destroy(settings);
    vd_lent_destroy(lent);
    listener_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),       cmocka_unit_test(test_steps),
        cmocka_unit_test(test_description), cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_lifetime),    cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_classes),     cmocka_unit_test(test_settings_leave_it_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
