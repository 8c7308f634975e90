/* The sun by date over a map: the place and the grid's north from the CRS, and what is refused. */
#include "atmosphere/date.h"
#include "atmosphere/solar.h"
#include "dem_fixture.h"
#include "scene/scene.h"
#include "scene/sun_by_date.h"
#include "terrain/map_transform.h"

#define TIME "2026-06-21T16:30Z"
#define RADIAN (180.0 / 3.14159265358979323846)

static vd_settings *create(vd_context *context, const char *time, const char *place)
{
    vd_settings *settings = NULL;
    assert_int_equal(vd_settings_create(context, "relief", &settings), VD_OK);
    assert_int_equal(vd_settings_set(context, settings, "dem.path", "dem.tif"), VD_OK);
    if (time) assert_int_equal(vd_settings_set(context, settings, "--time", time), VD_OK);
    if (place) assert_int_equal(vd_settings_set(context, settings, "--place", place), VD_OK);
    return settings;
}

/** A frame of one pixel whose centre is at (x, y) of the map. */
static vd_frame frame_at(double x, double y)
{
    return (vd_frame){
        .width = 1, .height = 1, .geotransform = {x - 15.0, 30.0, 0.0, y + 15.0, 0.0, -30.0}};
}

/** Azimuth and altitude over the point (x, y) of a CRS; the listener keeps the message. */
static void find_over(listener *l, char *crs, double x, double y, const char *place, double out[2])
{
    vd_dem_info info = {.wkt = crs};
    vd_frame frame = frame_at(x, y);
    vd_settings *settings = create(l->context, TIME, place);
    if (vd_sun_by_date(l->context, settings, &info, &frame, &out[0], &out[1]) != VD_OK)
        fail_msg("%s", vd_context_error(l->context));
    vd_settings_destroy(settings);
}

static vd_solar_position sun_over(double longitude, double latitude)
{
    vd_date date;
    vd_solar_position sun;
    vd_solar_site site = vd_solar_site_at_sea(longitude, latitude);
    assert_null(vd_date_parse(TIME, &date));
    vd_solar_position_at(date.day, &site, &sun);
    return sun;
}

/* Where a projection's convergence has a closed form (Snyder 1987): a polar stereographic one turns
 * with the longitude, Lambert's conic by its constant n, and Mercator's transverse as a series
 * (8-15, of which the terms here leave out less than 1e-7 degrees). */
static void turns_to_grid_north(void **state)
{
    static char polar[] = "EPSG:3413", conic[] = "EPSG:2154", utm[] = "EPSG:32611";
    static char degrees[] = "EPSG:4326";
    static const struct {
        char *crs;
        double longitude, latitude, origin, constant;
    } cases[] = {
        {polar, -100.0, 75.0, -45.0, 1.0},
        {polar, 20.0, 85.0, -45.0, 1.0},
        {conic, -1.5, 48.0, 3.0, 0.7256077650532670},
        {conic, 7.5, 44.0, 3.0, 0.7256077650532670},
        {utm, -119.5, 34.4, -117.0, 0.0},
        {utm, -115.0, 60.0, -117.0, 0.0},
        {degrees, -115.0, 60.0, -115.0, 1.0},
    };
    listener l;
    (void)state;
    listener_open(&l);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double x = cases[i].longitude, y = cases[i].latitude, found[2];
        double turn = cases[i].longitude - cases[i].origin, convergence = cases[i].constant * turn;
        vd_map_transform *transform = NULL;
        assert_int_equal(vd_map_transform_create(l.context, "EPSG:4326", cases[i].crs, &transform),
                         VD_OK);
        vd_map_transform_points(transform, 1, &x, &y);
        vd_map_transform_destroy(transform);
        if (cases[i].crs == utm) {
            double c = cos(cases[i].latitude / RADIAN), s = sin(cases[i].latitude / RADIAN);
            double eta2 = 0.00673949674227643 * c * c, a2 = turn * turn / (RADIAN * RADIAN) * c * c;
            convergence = turn * s *
                          (1.0 + a2 / 3.0 * (1.0 + 3.0 * eta2 + 2.0 * eta2 * eta2) +
                           a2 * a2 / 15.0 * (2.0 - s * s / (c * c)));
        }
        find_over(&l, cases[i].crs, x, y, NULL, found);
        vd_solar_position sun = sun_over(cases[i].longitude, cases[i].latitude);
        /* Half of the last decimal, and the curvature of the meridian over a step of 11 m. */
        assert_near(remainder(found[0] - (sun.azimuth - convergence), 360.0), 0.0, 0.6e-4);
        assert_near(found[1], sun.refracted_altitude, 0.51e-4);
        assert_true(found[0] >= 0.0 && found[0] < 360.0);
    }
    listener_close(&l);
}

/* --place moves the sun, not the grid's north; and does without a CRS. */
static void takes_a_place_instead(void **state)
{
    static char utm[] = "EPSG:32611";
    double found[2], here[2];
    listener l;
    (void)state;
    listener_open(&l);
    find_over(&l, utm, 400000.0, 3800000.0, NULL, here);
    vd_solar_position sun = sun_over(-60.0, 40.0);
    find_over(&l, NULL, 0.0, 0.0, "-60,40", found);
    assert_near(found[0], sun.azimuth, 0.51e-4);
    find_over(&l, utm, 400000.0, 3800000.0, "300,40", found);
    assert_near(found[1], sun.refracted_altitude, 0.51e-4);
    assert_true(strstr(l.last, "at 300.0000,40.0000: azimuth ") != NULL);
    /* The convergence there is -0.6; both pictures have the same. */
    double turn = found[0] - sun.azimuth;
    assert_true(turn > 0.5 && turn < 0.7);
    listener_close(&l);
}

/* The message's angles, set by hand, make the same lights to the bit. */
static void message_reproduces_the_light(void **state)
{
    static char utm[] = "EPSG:32611";
    static vdk_scene by_date, by_hand;
    vd_sun_angles sun;
    vd_dem_info info = {.wkt = utm};
    vd_frame frame = frame_at(380000.0, 3805000.0);
    char azimuth[32], altitude[32];
    listener l;
    (void)state;
    listener_open(&l);
    vd_settings *dated = create(l.context, TIME, NULL), *plain = create(l.context, NULL, NULL);
    assert_int_equal(vd_scene_lights(l.context, dated, &info, &frame, &by_date, &sun), VD_OK);
    assert_int_equal(l.infos, 1);
    assert_int_equal(sscanf(strstr(l.last, "true north, "), "true north, %31s", azimuth), 1);
    assert_int_equal(sscanf(strstr(l.last, "geometric, "), "geometric, %31s", altitude), 1);
    assert_int_equal(vd_settings_set(l.context, plain, "--azimuth", azimuth), VD_OK);
    assert_int_equal(vd_settings_set(l.context, plain, "--altitude", altitude), VD_OK);
    assert_int_equal(vd_scene_lights(l.context, plain, &info, &frame, &by_hand, &sun), VD_OK);
    assert_int_equal(by_date.sun_count, 1);
    assert_memory_equal(by_date.suns, by_hand.suns, sizeof by_date.suns);
    vd_settings_destroy(dated);
    vd_settings_destroy(plain);
    listener_close(&l);
}

static void refuses_what_has_no_sun(void **state)
{
    static char utm[] = "EPSG:32611", moon[] = "+proj=longlat +R=1737400",
                mars[] = "+proj=eqc +R=3396190";
    static char ortho[] = "+proj=ortho +lat_0=40";
    static const struct {
        char *crs;
        const char *time, *place, *words;
    } cases[] = {
        {utm, "2026-06-21T06:00Z", NULL, "it was up until 2026-06-21T03:0"},
        {utm, "2026-06-20T23:00-07:00", NULL, "T20:0"},
        {utm, TIME, "15,-85", "below the horizon at 15.0000,-85.0000"},
        {moon, TIME, NULL, "radius of 1737 km"},
        {moon, TIME, "8,46", "radius of 1737 km"},
        {mars, TIME, NULL, "radius of 3396 km"},
        {NULL, TIME, NULL, "add --place LONGITUDE,LATITUDE"},
        {ortho, TIME, NULL, "has no longitude and latitude"},
        {utm, "2026-06-21T12:00", NULL, "add Z for UTC"},
        {utm, TIME, "46,95", "--place: latitude 95 is out of range"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double azimuth, altitude;
        listener l;
        vd_dem_info info = {.wkt = cases[i].crs};
        vd_frame frame = cases[i].crs == ortho ? frame_at(7e6, 0.0) : frame_at(380000.0, 3805000.0);
        if (cases[i].crs == moon) frame = frame_at(0.0, 0.0);
        listener_open(&l);
        vd_settings *settings = create(l.context, cases[i].time, cases[i].place);
        assert_int_equal(vd_sun_by_date(l.context, settings, &info, &frame, &azimuth, &altitude),
                         VD_ERR_SETTING);
        const char *text = vd_context_error(l.context);
        if (!strstr(text, cases[i].words)) fail_msg("'%s' does not say '%s'", text, cases[i].words);
        assert_int_equal(l.infos, 0);
        vd_settings_destroy(settings);
        listener_close(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_to_grid_north),
        cmocka_unit_test(takes_a_place_instead),
        cmocka_unit_test(message_reproduces_the_light),
        cmocka_unit_test(refuses_what_has_no_sun),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
