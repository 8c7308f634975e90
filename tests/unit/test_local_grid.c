/* A DEM in degrees warped to metres: every cell has the height of the place that it is at, by a
 * transverse Mercator projection of our own. */
#include "dem_fixture.h"
#include "terrain/map_transform.h"

#define DEGREE (3.14159265358979323846 / 180.0)

/* WGS 84 */
static const double A = 6378137.0, E2 = 0.00669437999014;

/* The meridian's length from the equator (Snyder 1987, eq. 3-21). */
static double meridian(double lat)
{
    double e4 = E2 * E2, e6 = e4 * E2;
    return A * ((1 - E2 / 4 - 3 * e4 / 64 - 5 * e6 / 256) * lat -
                (3 * E2 / 8 + 3 * e4 / 32 + 45 * e6 / 1024) * sin(2 * lat) +
                (15 * e4 / 256 + 45 * e6 / 1024) * sin(4 * lat) - 35 * e6 / 3072 * sin(6 * lat));
}

/* Transverse Mercator by its series (eqs. 8-9 to 8-15), radians from the middle to metres. */
static void project(double lat, double lon, double lat0, double *x, double *y)
{
    double e2 = E2 / (1 - E2), n = A / sqrt(1 - E2 * sin(lat) * sin(lat));
    double t = tan(lat) * tan(lat), c = e2 * cos(lat) * cos(lat), a = cos(lat) * lon;
    double a2 = a * a, a3 = a2 * a, a4 = a2 * a2;
    *x = n * (a + (1 - t + c) * a3 / 6 + (5 - 18 * t + t * t + 72 * c - 58 * e2) * a4 * a / 120);
    *y = meridian(lat) - meridian(lat0) +
         n * tan(lat) *
             (a2 / 2 + (5 - t + 9 * c + 4 * c * c) * a4 / 24 +
              (61 - 58 * t + t * t + 600 * c - 330 * e2) * a4 * a2 / 720);
}

/* Smooth enough that cubic convolution at 40 cells a wave is right to a few parts in 10,000. */
static double height_of(double lat, double lon, double cell)
{
    return 1000.0 + 400.0 * sin(lat / cell / 6.5) * cos(lon / cell / 7.5);
}

static vd_dem *load_warped(double west, double north, double cell, int nx, int ny, bool holes)
{
    const double nodata = -9999.0;
    double *values = calloc((size_t)(nx * ny), sizeof *values);
    assert_non_null(values);
    for (int j = 0; j < ny; j++)
        for (int i = 0; i < nx; i++) {
            double lat = north - (j + 0.5) * cell, lon = west + (i + 0.5) * cell;
            values[j * nx + i] = height_of(lat, lon, cell);
            if (holes && i < nx / 2) values[j * nx + i] = nodata;
        }
    raster_spec spec = {.path = "degrees.tif",
                        .nx = nx,
                        .ny = ny,
                        .geotransform = {west, cell, 0.0, north, 0.0, -cell},
                        .crs = "EPSG:4326",
                        .values = values,
                        .nodata = holes ? &nodata : NULL};
    write_raster(&spec);
    free(values);
    vd_dem_options options = plain_options("degrees.tif");
    options.in_metres = true;
    options.threads = 2;
    return load_with(&options);
}

/* Latitude and longitude of a point of the new grid, by Newton's method on our own projection. */
static void unproject(double x, double y, double lat0, double lon0, double *lat, double *lon)
{
    double u = lat0 * DEGREE, v = 0.0;
    for (int i = 0; i < 12; i++) {
        double px, py;
        project(u, v, lat0 * DEGREE, &px, &py);
        u += (y - py) / A;
        v += (x - px) / (A * cos(u));
    }
    *lat = u / DEGREE;
    *lon = lon0 + v / DEGREE;
}

static void check_registration(double west, double north, double cell, int nx, int ny)
{
    vd_dem *dem = load_warped(west, north, cell, nx, ny, false);
    const vd_dem_info *info = &dem->info;
    double lat0 = north - 0.5 * ny * cell, lon0 = west + 0.5 * nx * cell, worst = 0.0;
    assert_non_null(info->source_wkt);
    assert_int_equal(info->metric, VD_METRIC_CONSTANT);
    assert_near(info->geotransform[1], -info->geotransform[5], 1e-9);
    for (int row = 0; row < info->ny; row += 3)
        for (int column = 0; column < info->nx; column += 2) {
            double x = info->geotransform[0] + (column + 0.5) * info->geotransform[1];
            double y = info->geotransform[3] + (row + 0.5) * info->geotransform[5];
            double lat, lon;
            unproject(x, y, lat0, lon0, &lat, &lon);
            assert_true(lon > west && lon < west + nx * cell);
            assert_true(lat < north && lat > north - ny * cell);
            double expected = height_of(lat, lon, cell);
            bool is_rim = lon < west + 2 * cell || lon > west + (nx - 2) * cell ||
                          lat > north - 2 * cell || lat < north - (ny - 2) * cell;
            if (!is_rim) worst = fmax(worst, fabs(height_at(dem, column, row) - expected));
        }
    /* A slope is 60 m a cell at most. */
    printf("%d x %d cells of %g degrees to %d x %d of %.1f m: heights off by %.3f m, %.4f cells\n",
           nx, ny, cell, info->nx, info->ny, info->geotransform[1], worst, worst / 60.0);
    assert_true(worst < 0.6);
    assert_true(info->nx * info->ny > nx * ny / 2);
    vd_dem_destroy(dem);
}

static void test_registration(void **state)
{
    (void)state;
    check_registration(7.0, 46.5, 1.0 / 3600.0, 300, 250);
    check_registration(-118.0, 64.0, 1.0 / 1200.0, 200, 300);
    check_registration(10.0, -28.0, 1.0 / 30.0, 299, 280); /* nearly ten degrees */
}

static void test_mask(void **state)
{
    (void)state;
    vd_dem *dem = load_warped(7.0, 46.5, 1.0 / 3600.0, 120, 80, true);
    int64_t invalid = 0;
    for (int row = 0; row < dem->info.ny; row++)
        for (int i = 0; i < dem->info.nx; i++) {
            double x = dem->info.geotransform[0] + (i + 0.5) * dem->info.geotransform[1];
            if (fabs(x) > 2.0 * dem->info.geotransform[1])
                assert_int_equal(vd_dem_is_valid(dem, i, row), x > 0.0);
            invalid += !vd_dem_is_valid(dem, i, row);
        }
    assert_int_equal(dem->invalid_count, invalid);
    vd_dem_destroy(dem);
}

/* The new CRS keeps the datum and is what the geotransform is in. */
static void test_crs(void **state)
{
    (void)state;
    vd_dem *dem = load_warped(7.0, 46.5, 1.0 / 3600.0, 60, 60, false);
    vd_map_transform *transform;
    double x = 7.0 + 30.0 / 3600.0, y = 46.5 - 30.0 / 3600.0;
    assert_int_equal(vd_map_transform_create(NULL, "EPSG:4326", dem->info.wkt, &transform), VD_OK);
    vd_map_transform_points(transform, 1, &x, &y);
    assert_near(x, 0.0, 1e-6);
    assert_near(y, 0.0, 1e-6);
    vd_map_transform_destroy(transform);
    vd_dem_destroy(dem);
}

static void test_refusals(void **state)
{
    static const struct {
        double west, north, cell;
        int nx, ny;
        const char *words;
    } cases[] = {{0.0, 60.0, 0.1, 101, 20, "spans 10.1 x 2.0 degrees"},
                 {0.0, 60.0, 0.1, 20, 120, "spans 2.0 x 12.0 degrees"},
                 {0.0, 86.0, 0.1, 20, 20, "polar"}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        raster_spec spec = {.path = "large.tif",
                            .nx = cases[i].nx,
                            .ny = cases[i].ny,
                            .geotransform = {cases[i].west, cases[i].cell, 0.0, cases[i].north, 0.0,
                                             -cases[i].cell},
                            .crs = "EPSG:4326"};
        write_raster(&spec);
        vd_dem_options options = plain_options("large.tif");
        options.in_metres = true;
        assert_refused(&options, VD_ERR_SETTING, cases[i].words);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_registration),
                                       cmocka_unit_test(test_mask), cmocka_unit_test(test_crs),
                                       cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
