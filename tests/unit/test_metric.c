/* Metres per cell and the way from metres to cells, for every kind of CRS and for none. */
#include "base/vmath.h"
#include "dem_fixture.h"

static const double flat[4] = {1, 1, 1, 1};

static raster_spec square(const char *path, const char *crs, const double geotransform[6])
{
    raster_spec spec = {.path = path, .nx = 2, .ny = 2, .crs = crs, .values = flat};
    if (geotransform) memcpy(spec.geotransform, geotransform, sizeof spec.geotransform);
    return spec;
}

static vd_dem_info probe(const vd_dem_options *options)
{
    listener l;
    vd_dem_info info;
    listener_open(&l);
    if (vd_dem_probe(l.context, options, &info) != VD_OK)
        fail_msg("%s", vd_context_error(l.context));
    listener_close(&l);
    return info;
}

static vd_dem_info write_and_probe(const char *crs, const double geotransform[6])
{
    raster_spec spec = square("place.tif", crs, geotransform);
    write_raster(&spec);
    vd_dem_options options = plain_options("place.tif");
    return probe(&options);
}

/* vmath.h's own functions against libm, whose error is below an ulp. */
static void elementary_functions_are_exact(void **state)
{
    (void)state;
    for (double degrees = -400.0; degrees < 400.0; degrees += 0.137) {
        double sine, cosine;
        vd_sincos_deg(degrees, &sine, &cosine);
        /* libm's argument in radians is rounded, by up to 7 * 2^-53. */
        assert_near(sine, sin(degrees * VD_PI / 180.0), 1.3e-15);
        assert_near(cosine, cos(degrees * VD_PI / 180.0), 1.3e-15);
        assert_near(vd_exp(degrees) / exp(degrees), 1.0, 1e-15);
    }
    double sine, cosine;
    vd_sincos_deg(90.0, &sine, &cosine);
    assert_true(sine == 1.0 && cosine == 0.0);
    assert_true(vd_exp(0.0) == 1.0 && vd_exp(-1000.0) == 0.0);
}

/* All the way round, and close to the axes, where a small angle keeps its digits. */
static void arcs_are_exact(void **state)
{
    (void)state;
    for (int i = -18000; i <= 18000; i++) {
        double angle = i * 0.01, r = 1.0 + 0.01 * (i % 7) * i, radians = angle * (VD_PI / 180.0);
        double x = fabs(r) * cos(radians), y = fabs(r) * sin(radians);
        double wanted = atan2(y, x) * (180.0 / VD_PI);
        assert_near(vd_atan2_deg(y, x), wanted, 6e-14);
        assert_near(vd_asin_deg(sin(radians)), asin(sin(radians)) * (180.0 / VD_PI), 6e-14);
    }
    for (double t = 1e-300; t < 1.0; t *= 1.7)
        assert_near(vd_atan2_deg(t, 1.0) / (atan(t) * (180.0 / VD_PI)), 1.0, 1e-15);
    assert_true(vd_atan2_deg(0.0, 0.0) == 0.0 && vd_atan2_deg(2.0, 0.0) == 90.0);
    assert_true(vd_atan2_deg(0.0, -1.0) == 180.0 && vd_atan2_deg(-3.0, 0.0) == -90.0);
    assert_true(vd_asin_deg(1.5) == 90.0 && vd_asin_deg(-1.0) == -90.0);
}

/* Length of a degree on WGS 84: at the equator pi/180 a = 111319.4908 m and pi/180 a (1 - e^2) =
 * 110574.2758 m; elsewhere by the closed forms in long double, from a and f alone. */
static void measures_degrees_on_wgs84(void **state)
{
    (void)state;
    static const double latitudes[] = {0.0, 35.0, 60.0, -60.0};
    const long double a = 6378137.0L, f = 1.0L / 298.257223563L, e2 = f * (2.0L - f);
    const long double radian = 3.14159265358979323846264338328L / 180.0L;
    for (size_t i = 0; i < 4; i++) {
        double cell = 1.0 / 1200.0;
        double place[6] = {10.0, cell, 0.0, latitudes[i] + 0.5 * cell, 0.0, -cell};
        vd_dem_info info = write_and_probe("EPSG:4326", place);
        assert_int_equal(info.metric, VD_METRIC_ELLIPSOID);
        double metres[2];
        vd_dem_metres_per_cell(&info, 0.0, metres);
        long double s = sinl((long double)latitudes[i] * radian);
        long double w2 = 1.0L - e2 * s * s;
        long double x = a / sqrtl(w2) * cosl((long double)latitudes[i] * radian) * radian;
        long double y = a * (1.0L - e2) / (w2 * sqrtl(w2)) * radian;
        /* The latitude of the row comes back from the file to 1e-14 of 60 degrees. */
        assert_near(metres[0] / cell, (double)x, 1e-7);
        assert_near(metres[1] / cell, (double)y, 1e-7);
        if (i == 0) {
            assert_near(metres[0] / cell, 111319.4908, 1e-4);
            assert_near(metres[1] / cell, 110574.2758, 1e-4);
        }
        vd_dem_info_clear(&info);
    }
}

static void measures_the_moon(void **state)
{
    (void)state;
    const double place[6] = {0.0, 0.125, 0.0, 60.0625, 0.0, -0.125};
    vd_dem_info info = write_and_probe("IAU_2015:30100", place);
    double metres[2], degree = VD_PI / 180.0 * 1737400.0;
    vd_dem_metres_per_cell(&info, 0.0, metres);
    assert_near(metres[0], 0.125 * degree * 0.5, 1e-6);
    assert_near(metres[1], 0.125 * degree, 1e-6);
    assert_true(info.inverse_flattening == 0.0);
    vd_dem_info_clear(&info);
}

/* NTF (Paris) counts in grads: 100 to a right angle. */
static void measures_grads(void **state)
{
    (void)state;
    const double place[6] = {0.0, 0.01, 0.0, 50.005, 0.0, -0.01};
    vd_dem_info info = write_and_probe("EPSG:4807", place);
    assert_near(info.degrees_per_unit, 0.9, 1e-12);
    double metres[2];
    vd_dem_metres_per_cell(&info, 0.0, metres);
    /* 45 degrees on Clarke 1880 (IGN): N cos = a / sqrt(1 - e2/2) / sqrt 2. */
    double n = 6378249.2 / sqrt(1.0 - 0.5 * 0.00680348764) * sqrt(0.5);
    assert_near(metres[0], n * 0.009 * VD_PI / 180.0, 1e-4);
    vd_dem_info_clear(&info);
}

static void follows_projected_units_and_cells(void **state)
{
    (void)state;
    const double place[6] = {6000000.0, 10.0, 0.0, 2000000.0, 0.0, -20.0};
    vd_dem_info info = write_and_probe("EPSG:2230", place); /* US survey feet */
    double foot = 1200.0 / 3937.0, metres[2];
    vd_dem_metres_per_cell(&info, 17.0, metres);
    assert_near(metres[0], 10.0 * foot, 1e-9);
    assert_near(metres[1], 20.0 * foot, 1e-9);
    assert_near(info.to_grid[0], 1.0 / (10.0 * foot), 1e-12);
    assert_near(info.to_grid[3], -1.0 / (20.0 * foot), 1e-12);
    assert_true(info.to_grid[1] == 0.0 && info.to_grid[2] == 0.0);
    vd_dem_info_clear(&info);
}

static void inverts_a_rotated_matrix(void **state)
{
    (void)state;
    const double place[6] = {500000.0, 24.0, 10.0, 4000000.0, 18.0, -13.0};
    vd_dem_info info = write_and_probe("EPSG:32611", place);
    assert_false(info.flipped);
    const double *m = info.to_grid;
    /* A step of one column is (24, 18) m east and north, of one row (10, -13) m. */
    assert_near(m[0] * 24.0 + m[1] * 18.0, 1.0, 1e-14);
    assert_near(m[2] * 24.0 + m[3] * 18.0, 0.0, 1e-14);
    assert_near(m[0] * 10.0 - m[1] * 13.0, 0.0, 1e-14);
    assert_near(m[2] * 10.0 - m[3] * 13.0, 1.0, 1e-14);
    double metres[2];
    vd_dem_metres_per_cell(&info, 0.0, metres);
    assert_near(metres[0], 30.0, 1e-12);
    assert_near(metres[1], sqrt(269.0), 1e-12);
    vd_dem_info_clear(&info);
}

/* The file that says POINT ties its first post to the origin, the one that says AREA its first
 * corner: GDAL gives both the same geotransform, of cells, so that posts are at centres. */
static void area_and_point_agree(void **state)
{
    (void)state;
    const double place[6] = UTM_30M;
    raster_spec spec = square("area.tif", "EPSG:32611", place);
    spec.area_or_point = "Area";
    write_raster(&spec);
    spec.path = "point.tif";
    spec.area_or_point = "Point";
    write_raster(&spec);
    vd_dem_options area = plain_options("area.tif"), point = plain_options("point.tif");
    vd_dem_info a = probe(&area), p = probe(&point);
    assert_memory_equal(a.geotransform, place, sizeof place);
    assert_memory_equal(p.geotransform, place, sizeof place);
    vd_dem_info_clear(&a);
    vd_dem_info_clear(&p);

    /* What stands in the POINT file itself is half a cell further in. */
    double raw[6];
    CPLSetConfigOption("GTIFF_POINT_GEO_IGNORE", "YES");
    GDALDatasetH file = GDALOpen("point.tif", GA_ReadOnly);
    assert_int_equal(GDALGetGeoTransform(file, raw), CE_None);
    GDALClose(file);
    CPLSetConfigOption("GTIFF_POINT_GEO_IGNORE", NULL);
    assert_true(raw[0] == place[0] + 15.0 && raw[3] == place[3] - 15.0);
}

static void scale_is_gdaldems(void **state)
{
    (void)state;
    const double place[6] = {10.0, 0.001, 0.0, 45.0, 0.0, -0.002};
    raster_spec spec = square("scale.tif", "EPSG:4326", place);
    spec.unit = "ft";
    write_raster(&spec);
    vd_dem_options options = plain_options("scale.tif");
    options.scale = 370400.0;
    vd_dem_info info = probe(&options);
    double metres[2];
    vd_dem_metres_per_cell(&info, 0.0, metres);
    assert_int_equal(info.metric, VD_METRIC_CONSTANT);
    /* Feet a degree, and heights in feet: both in metres, so smoothing and ramps keep their unit.
     */
    assert_near(info.vertical_to_m, 0.3048, 1e-12);
    assert_near(metres[0], 370.4 * 0.3048, 1e-9);
    assert_near(metres[1], 740.8 * 0.3048, 1e-9);
    vd_dem_info_clear(&info);
}

static void works_without_a_crs(void **state)
{
    (void)state;
    double metres[2];
    raster_spec spec = square("bare.tif", NULL, NULL);
    write_raster(&spec);
    vd_dem_options options = plain_options("bare.tif");
    assert_refused(&options, VD_ERR_SETTING, "--cell-size");
    options.cell_size_m = 25.0;
    vd_dem_info info = probe(&options);
    vd_dem_metres_per_cell(&info, 0.0, metres);
    assert_near(metres[0], 25.0, 1e-12);
    assert_near(metres[1], 25.0, 1e-12);
    assert_true(info.to_grid[0] > 0.0 && info.to_grid[3] < 0.0);
    assert_null(info.wkt);
    assert_string_equal(info.crs_name, "none");
    vd_dem_info_clear(&info);

    const double degrees[6] = {-117.0, 0.001, 0.0, 34.0, 0.0, -0.001};
    spec = square("degrees.tif", NULL, degrees);
    write_raster(&spec);
    options = plain_options("degrees.tif");
    assert_refused(&options, VD_ERR_SETTING, "--assign-crs");
    options.assign_crs = "EPSG:4326";
    info = probe(&options);
    assert_int_equal(info.metric, VD_METRIC_ELLIPSOID);
    assert_string_equal(info.crs_name, "WGS 84");
    assert_non_null(info.wkt);
    vd_dem_info_clear(&info);

    const double plan[6] = {500000.0, 30.0, 0.0, 4000000.0, 0.0, -30.0};
    spec = square("plan.tif", NULL, plan);
    write_raster(&spec);
    options = plain_options("plan.tif");
    listener l;
    listener_open(&l);
    assert_int_equal(vd_dem_probe(l.context, &options, &info), VD_OK);
    assert_int_equal(l.infos, 1);
    assert_int_equal(l.warnings, 0);
    vd_dem_metres_per_cell(&info, 0.0, metres);
    assert_near(metres[0], 30.0, 1e-12);
    vd_dem_info_clear(&info);
    listener_close(&l);
}

static void refuses_what_cannot_be_placed(void **state)
{
    (void)state;
    const double place[6] = UTM_30M;
    raster_spec spec = square("utm.tif", "EPSG:32611", place);
    write_raster(&spec);
    vd_dem_options options = plain_options("utm.tif");
    options.cell_size_m = 10.0;
    assert_refused(&options, VD_ERR_SETTING, "--cell-size: ");
    options.scale = 1.0;
    assert_refused(&options, VD_ERR_SETTING, "--scale: ");
    options = plain_options("utm.tif");
    options.assign_crs = "EPSG:99999999";
    assert_refused(&options, VD_ERR_SETTING, "--assign-crs 'EPSG:99999999'");
    options.assign_crs = "EPSG:4978";
    assert_refused(&options, VD_ERR_FORMAT, "neither projected nor geographic");
    options.assign_crs = "EPSG:4326";
    assert_refused(&options, VD_ERR_FORMAT, "cannot be its own");

    const double rotated[6] = {10.0, 0.001, 0.0001, 45.0, 0.0001, -0.001};
    spec = square("rotated.tif", "EPSG:4326", rotated);
    write_raster(&spec);
    options = plain_options("rotated.tif");
    assert_refused(&options, VD_ERR_FORMAT, "gdalwarp");

    const double line[6] = {0.0, 10.0, 10.0, 0.0, 10.0, 10.0};
    spec = square("line.tif", "EPSG:32611", line);
    write_raster(&spec);
    options = plain_options("line.tif");
    assert_refused(&options, VD_ERR_FORMAT, "without area");
}

static void warns_near_the_poles(void **state)
{
    (void)state;
    const double place[6] = {0.0, 45.0, 0.0, 90.5, 0.0, -1.0};
    raster_spec spec = square("pole.tif", "EPSG:4326", place);
    write_raster(&spec);
    vd_dem_options options = plain_options("pole.tif");
    listener l;
    vd_dem_info info;
    double metres[2];
    listener_open(&l);
    assert_int_equal(vd_dem_probe(l.context, &options, &info), VD_OK);
    assert_int_equal(l.warnings, 1);
    assert_non_null(strstr(l.last, "above 85 degrees"));
    vd_dem_metres_per_cell(&info, 0.0, metres);
    assert_true(metres[0] > 0.0 && isfinite(metres[0]));
    double beyond[2];
    vd_dem_metres_per_cell(&info, -5.0, beyond);
    assert_true(beyond[0] == metres[0]);
    vd_dem_info_clear(&info);
    listener_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elementary_functions_are_exact),
        cmocka_unit_test(arcs_are_exact),
        cmocka_unit_test(measures_degrees_on_wgs84),
        cmocka_unit_test(measures_the_moon),
        cmocka_unit_test(measures_grads),
        cmocka_unit_test(follows_projected_units_and_cells),
        cmocka_unit_test(inverts_a_rotated_matrix),
        cmocka_unit_test(area_and_point_agree),
        cmocka_unit_test(scale_is_gdaldems),
        cmocka_unit_test(works_without_a_crs),
        cmocka_unit_test(refuses_what_cannot_be_placed),
        cmocka_unit_test(warns_near_the_poles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
