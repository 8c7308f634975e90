/* Coordinates between CRSs, and what is said of a CRS. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dem_fixture.h"
#include "terrain/map_transform.h"

/* On a UTM zone's central meridian x is 500,000 m, and y is 0.9996 of the meridian's arc: to 45
 * degrees north on WGS 84 that is 4,984,944.378 m (Snyder 1987, equation 3-21). */
static void knows_utm(void **state)
{
    (void)state;
    listener l;
    vd_map_transform *transform = NULL;
    double x[2] = {-117.0, -117.0}, y[2] = {0.0, 45.0};
    listener_open(&l);
    assert_int_equal(vd_map_transform_create(l.context, "EPSG:4326", "EPSG:32611", &transform),
                     VD_OK);
    vd_map_transform_points(transform, 2, x, y);
    assert_near(x[0], 500000.0, 1e-6);
    assert_near(y[0], 0.0, 1e-6);
    assert_near(x[1], 500000.0, 1e-6);
    assert_near(y[1], 0.9996 * 4984944.378, 1e-3);
    vd_map_transform_destroy(transform);
    listener_close(&l);
}

/* What cannot be shown there is NaN, and spares its neighbours; more points than one pass takes. */
static void marks_what_has_no_place(void **state)
{
    (void)state;
    enum { COUNT = 700 };
    static double x[COUNT], y[COUNT];
    listener l;
    vd_map_transform *transform = NULL;
    listener_open(&l);
    assert_int_equal(
        vd_map_transform_create(l.context, "EPSG:4326", "+proj=ortho +lat_0=90", &transform),
        VD_OK);
    for (int i = 0; i < COUNT; i++) {
        x[i] = 10.0;
        y[i] = i % 2 ? 60.0 : -60.0;
    }
    vd_map_transform_points(transform, COUNT, x, y);
    for (int i = 0; i < COUNT; i++) assert_int_equal(isnan(x[i]), i % 2 == 0);
    vd_map_transform_destroy(transform);
    listener_close(&l);
}

static void refuses_what_is_no_crs(void **state)
{
    (void)state;
    listener l;
    vd_crs_info info;
    vd_map_transform *transform = NULL;
    listener_open(&l);
    assert_int_equal(vd_map_transform_create(l.context, "EPSG:4326", "nonsense", &transform),
                     VD_ERR_SETTING);
    assert_non_null(strstr(vd_context_error(l.context), "'nonsense'"));
    assert_null(transform);
    vd_context_clear(l.context);
    assert_int_equal(vd_crs_describe(l.context, "EPSG:4978", &info), VD_ERR_SETTING);
    listener_close(&l);
}

static void describes_crs(void **state)
{
    (void)state;
    listener l;
    vd_crs_info info;
    listener_open(&l);
    assert_int_equal(vd_crs_describe(l.context, "EPSG:2229", &info), VD_OK);
    assert_false(info.is_geographic);
    assert_near(info.metres_per_unit, 1200.0 / 3937.0, 1e-12);
    free(info.wkt);
    assert_int_equal(vd_crs_describe(l.context, "EPSG:4326", &info), VD_OK);
    assert_true(info.is_geographic);
    assert_near(info.degrees_per_unit, 1.0, 1e-12);
    assert_near(info.semi_major_m, 6378137.0, 1e-6);
    assert_string_equal(info.name, "WGS 84");
    free(info.wkt);
    listener_close(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_utm),
        cmocka_unit_test(marks_what_has_no_place),
        cmocka_unit_test(refuses_what_is_no_crs),
        cmocka_unit_test(describes_crs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
