/* Where water is found on a DEM, how far its shore is, and what bed it gets. */
#include "dem_fixture.h"
#include "terrain/water.h"

enum { NX = 40, NY = 30 };

static double values[NX * NY];

/* A valley of whole metres with a lake at 50 m, an island in it, and a sea at 0 in the south. */
static void make_land(void)
{
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++) {
            double v = 20.0 + (x * 7 + y * 13) % 5;
            if (x >= 5 && x < 20 && y >= 4 && y < 16) v = 50.0;
            if (x >= 3 && x < 22 && y >= 2 && y < 18 && !(v > 49.0)) v = 53.0 + x % 2;
            if (x >= 11 && x < 13 && y >= 9 && y < 11) v = 60.0;
            if (y >= 24) v = 0.0;
            values[y * NX + x] = v;
        }
}

static vd_dem *load_land(const double *nodata)
{
    raster_spec spec = {.path = "water.tif",
                        .nx = NX,
                        .ny = NY,
                        .geotransform = UTM_30M,
                        .crs = "EPSG:32632",
                        .values = values,
                        .nodata = nodata};
    vd_dem_options options = {.path = "water.tif", .band = 1};
    vd_dem *dem = NULL;
    vd_context *context = NULL;
    write_raster(&spec);
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_int_equal(vd_dem_load(context, &options, &dem), VD_OK);
    vd_context_destroy(context);
    return dem;
}

static double height(const vd_dem *dem, int x, int y)
{
    return (double)dem->posts[(y + 1) * dem->stride + x + 1] + dem->base_m;
}

static vd_water_options options_of(void)
{
    return (vd_water_options){.min_area_m2 = 20000.0, .bed_slope = 0.1, .bed_depth_m = 30.0};
}

/* Distances against all pairs, and the bed's rule. */
static void test_sea(void **state)
{
    (void)state;
    make_land();
    vd_dem *dem = load_land(NULL);
    vd_water_options options = options_of();
    vd_water_map map;
    options.has_sea = true;
    assert_int_equal(vd_water_find(NULL, &options, dem, &map), VD_OK);
    assert_int_equal(map.count, 1);
    assert_null(map.cells);
    assert_int_equal(map.wet_count, 6 * NX);
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++) {
            double nearest = y < 24 ? 0.0 : 30.0 * (y - 23);
            double kept = map.shore[(y + 1) * (NX + 2) + x + 1] * map.shore_unit_m;
            assert_near(kept, nearest, 0.5 * map.shore_unit_m + 1e-6);
            double bed = 30.0 * (1.0 - exp(-0.1 * nearest / 30.0));
            assert_near(height(dem, x, y), y < 24 ? values[y * NX + x] : -bed, 1e-4);
        }
    assert_near((double)dem->min + dem->base_m, -30.0 * (1.0 - exp(-0.6)), 1e-4);
    vd_water_clear(&map);
    vd_dem_destroy(dem);
}

/* A level area is a lake with its island out of it; ground of whole metres is none. */
static void test_flats(void **state)
{
    (void)state;
    make_land();
    vd_dem *dem = load_land(NULL);
    vd_water_options options = options_of();
    vd_water_map map;
    options.has_flats = true;
    assert_int_equal(vd_water_find(NULL, &options, dem, &map), VD_OK);
    assert_int_equal(map.count, 3); /* the lake, and the level south */
    assert_near(map.level_m[1] + dem->base_m, 50.0, 1e-4);
    assert_near(map.area_m2[1], (15 * 12 - 4) * 900.0, 1e-6);
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++) {
            double nearest = 1e9, d = 0.0;
            if (height(dem, x, y) >= values[y * NX + x]) continue;
            for (int j = 0; j < NY; j++)
                for (int i = 0; i < NX; i++)
                    if (!(values[j * NX + i] < 0.5) && !(values[j * NX + i] == 50.0))
                        nearest = fmin(nearest, hypot(30.0 * (i - x), 30.0 * (j - y)));
            d = 30.0 * (1.0 - exp(-0.1 * nearest / 30.0));
            assert_near(height(dem, x, y), values[y * NX + x] - d, 1e-3);
        }
    /* Patches that touch the lake are its own, and no others. */
    assert_int_equal(map.cells[5 * (NX + 1) + 5], 1); /* its corner is post (5, 4) of the raster */
    assert_int_equal(map.cells[4 * (NX + 1) + 4], 0);
    assert_int_equal(map.cells[10 * (NX + 1) + 12], 0); /* between the island's own posts */
    assert_int_equal(map.cells[10 * (NX + 1) + 11], 1);
    vd_water_clear(&map);
    vd_dem_destroy(dem);
}

/* A basin below the sea, a wall of one cell away from it: dry, and as the DEM has it, unless asked
 * for; with a gap in the wall, if only over a corner, it is the sea's. */
static void test_basins(void **state)
{
    (void)state;
    for (int asked = 0; asked < 2; asked++)
        for (int gap = 0; gap < 2; gap++) {
            make_land();
            for (int y = 19; y < 23; y++)
                for (int x = 30; x < 36; x++) values[y * NX + x] = -60.0 - x;
            if (gap) values[23 * NX + 36] = -1.0; /* touches the post (35, 22), and the sea */
            vd_dem *dem = load_land(NULL);
            vd_water_options options = options_of();
            vd_water_map map;
            options.has_sea = true;
            options.with_basins = asked;
            assert_int_equal(vd_water_find(NULL, &options, dem, &map), VD_OK);
            int is_dry = !asked && !gap;
            assert_int_equal(map.dry_count, is_dry ? 4 * 6 : 0);
            assert_int_equal(map.wet_count, 6 * NX + gap + (is_dry ? 0 : 4 * 6));
            assert_int_equal(map.count, 1 + is_dry);
            assert_int_equal(map.dry, is_dry);
            assert_near(height(dem, 33, 20), -93.0, 1e-4);
            if (is_dry) {
                assert_true(map.level_m[1] + dem->base_m < -1e6);
                assert_int_equal(map.cells[21 * (NX + 1) + 33], 1);
                assert_int_equal(map.cells[26 * (NX + 1) + 33], 0);
                assert_int_equal(map.shore[21 * (NX + 2) + 34], 0);
            }
            vd_water_clear(&map);
            vd_dem_destroy(dem);
        }
}

static void write_lake(const char *field)
{
    FILE *file = fopen("lake.geojson", "w");
    assert_non_null(file);
    fprintf(
        file,
        "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":"
        "\"urn:ogc:def:crs:EPSG::32632\"}},\"features\":[{\"type\":\"Feature\",\"properties\":"
        "{%s},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[500150,3999880],[500600,"
        "3999880],[500600,3999520],[500150,3999520],[500150,3999880]],[[500300,3999760],[500360,"
        "3999760],[500360,3999700],[500300,3999700],[500300,3999760]]]}}]}\n",
        field);
    fclose(file);
}

/* The same lake as a polygon with a hole: 10 x 2 cells of columns 5 to 19 and rows 4 to 15. Its
 * level is that of its shore, or the field's. */
static void test_polygons(void **state)
{
    (void)state;
    for (int with_field = 0; with_field < 2; with_field++) {
        make_land();
        write_lake("\"level\": 51.5");
        vd_dem *dem = load_land(NULL);
        vd_water_options options = options_of();
        vd_water_map map;
        options.path = "lake.geojson";
        options.field = with_field ? "level" : NULL;
        assert_int_equal(vd_water_find(NULL, &options, dem, &map), VD_OK);
        assert_int_equal(map.count, 2);
        assert_near(map.level_m[1] + dem->base_m, with_field ? 51.5 : 50.0, 1e-4);
        assert_near(map.area_m2[1], (15 * 12 - 4) * 900.0, 1e-6);
        assert_near(height(dem, 10, 8), values[8 * NX + 10], 1e-4); /* the hole is dry land */
        assert_true(height(dem, 6, 6) < 50.0);
        vd_water_clear(&map);
        vd_dem_destroy(dem);
    }
}

/* Another raster's bed, in another grid; cells without data under the sea. */
static void test_bed(void **state)
{
    static double bed[20 * 15];
    const double nodata = -9999.0;
    (void)state;
    make_land();
    for (int i = 0; i < 20 * 15; i++) bed[i] = -7.5;
    raster_spec spec = {.path = "bed.tif",
                        .nx = 20,
                        .ny = 15,
                        .crs = "EPSG:32632",
                        .values = bed,
                        .geotransform = {500000.0, 60.0, 0.0, 4000000.0, 0.0, -60.0}};
    write_raster(&spec);
    for (int x = 0; x < NX; x++) values[23 * NX + x] = nodata;
    vd_dem *dem = load_land(&nodata);
    vd_water_options options = options_of();
    vd_water_map map;
    options.has_sea = options.nodata_is_sea = true;
    options.bathymetry = "bed.tif";
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_int_equal(vd_water_find(context, &options, dem, &map), VD_OK);
    assert_int_equal(map.wet_count, 7 * NX);
    assert_int_equal(dem->invalid_count, 0);
    assert_true(vd_dem_is_valid(dem, 3, 23));
    for (int y = 23; y < NY; y++) assert_near(height(dem, 11, y), -7.5, 1e-4);
    vd_water_clear(&map);
    vd_dem_destroy(dem);
    vd_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sea),    cmocka_unit_test(test_flats),
        cmocka_unit_test(test_basins), cmocka_unit_test(test_polygons),
        cmocka_unit_test(test_bed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
