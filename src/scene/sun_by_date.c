/* From a date to a sun over the map.
 *
 * The sun's azimuth counts from true north and a map's light from the north of its grid; between
 * them lies the meridian convergence, which is measured by walking a few metres north from the
 * centre of the part shown. On a conformal projection that turns the whole sky rightly. Others bend
 * directions besides, and there only north is exact.
 *
 * The place is one point for the whole picture: over 100 km the sun moves by a degree. Its
 * elevation is taken as 0, since heights are not read yet. At 3,000 m there is a third less air to
 * refract: a sun 5 degrees high stands 0.05 degrees lower, one at the horizon 0.15.
 *
 * The two angles are rounded to the decimals of the message: whoever sets them by hand gets the
 * same picture, and the last digits of PROJ, which its versions may change, do not reach it. */
#include "scene/sun_by_date.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "atmosphere/date.h"
#include "atmosphere/solar.h"
#include "base/vmath.h"
#include "terrain/map_transform.h"

#define EARTH_RADIUS_M 6378137.0
#define STEP_DEG 1e-4    /* walked north: 11 m */
#define DUSK_DEG (-18.0) /* down to which a physical sky has light: the range of sun.altitude */

static double rounded(double angle)
{
    return floor(angle * 1e4 + 0.5) / 1e4;
}

vd_result vd_sun_check_date(vd_context *context, const vd_settings *settings)
{
    vd_date date;
    if (!settings->sun_time) return VD_OK;
    const char *problem = vd_date_parse(settings->sun_time, &date);
    if (problem)
        return vd_settings_refuse(context, settings, VD_KNOB_SUN_TIME, "\"%.60s\" %s",
                                  settings->sun_time, problem);
    return vd_sun_check_place(context, settings);
}

vd_result vd_sun_check_place(vd_context *context, const vd_settings *settings)
{
    if (fabs(settings->sun_place[1]) > 90.0)
        return vd_settings_refuse(context, settings, VD_KNOB_SUN_PLACE,
                                  "latitude %g is out of range; it takes longitude,latitude, the "
                                  "second within -90..90",
                                  settings->sun_place[1]);
    return VD_OK;
}

/* ---- the place ---------------------------------------------------------------------------- */

/** The frame's centre on the globe, and true north there. */
static vd_result find_centre(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                             const char *wkt, const vd_crs_info *crs, const vd_frame *frame,
                             vd_sun_spot *out)
{
    static const char globe[] = "EPSG:4326";
    vd_map_transform *to_globe = NULL, *to_map = NULL;
    const double *g = frame->geotransform;
    double c = 0.5 * frame->width, r = 0.5 * frame->height;
    double x = g[0] + c * g[1] + r * g[2], y = g[3] + c * g[4] + r * g[5];
    vd_result result = vd_map_transform_create(context, wkt, globe, &to_globe);
    if (result == VD_OK) result = vd_map_transform_create(context, globe, wkt, &to_map);
    if (result != VD_OK) goto cleanup;
    vd_map_transform_points(to_globe, 1, &x, &y);
    out->longitude_deg = x;
    out->latitude_deg = y;
    /* A step that never passes over a pole. */
    double south = y > 0.0 ? y - STEP_DEG : y;
    double step_x[2] = {x, x}, step_y[2] = {south, south + STEP_DEG};
    vd_map_transform_points(to_map, 2, step_x, step_y);
    double east = step_x[1] - step_x[0], north = step_y[1] - step_y[0];
    out->north_deg = crs->is_geographic ? 0.0 : vd_atan2_deg(east, north);
    if (!isfinite(x) || !isfinite(y) || !isfinite(east) || !isfinite(north))
        result = vd_settings_refuse(
            context, settings, knob,
            "the centre of the picture has no longitude and latitude in the CRS '%s'; show another "
            "part%s",
            crs->name, knob == VD_KNOB_SUN_TIME ? ", or use --azimuth and --altitude" : "");
cleanup:
    vd_map_transform_destroy(to_globe);
    vd_map_transform_destroy(to_map);
    return result;
}

vd_result vd_sun_find_spot(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                           const vd_dem_info *info, const vd_frame *frame, vd_sun_spot *out)
{
    vd_crs_info crs = {0};
    vd_result result = VD_OK;
    bool given = vd_settings_is_set(settings, VD_KNOB_SUN_PLACE);
    *out = (vd_sun_spot){0.0, 0.0, 0.0};
    /* A CRS that is neither projected nor geographic places nothing on the globe: as good as none.
     */
    if (info && info->wkt && vd_crs_describe(NULL, info->wkt, &crs) == VD_OK) {
        if (fabs(crs.semi_major_m / EARTH_RADIUS_M - 1.0) > 0.01)
            result = vd_settings_refuse(
                context, settings, knob,
                "finds the sun over the Earth, but the CRS '%s' is of a body with a radius of %.0f "
                "km; %s",
                crs.name, crs.semi_major_m / 1000.0,
                knob == VD_KNOB_SUN_TIME ? "use --azimuth and --altitude"
                                         : "give a DEM of the Earth");
        else
            result = find_centre(context, settings, knob, info->wkt, &crs, frame, out);
        free(crs.wkt);
    } else if (!given) {
        result = vd_settings_refuse(
            context, settings, knob,
            "%s has no CRS that says where on Earth it lies; add --place LONGITUDE,LATITUDE",
            info ? settings->dem_path.items[0] : "a sky by itself");
    }
    if (given) {
        out->longitude_deg = settings->sun_place[0];
        out->latitude_deg = settings->sun_place[1];
    }
    return result;
}

/* ---- the sun ------------------------------------------------------------------------------ */

/** Refuses a time at night, and says when the day before it ended and the next begins. */
static vd_result refuse_night(vd_context *context, const vd_settings *settings, vd_date date,
                              const vd_solar_site *site, const vd_solar_position *sun)
{
    char end[40], start[40], days[128] = "it stays there for more than a year";
    vd_date dusk = date, dawn = date;
    if (vd_solar_find_day(date.day, site, -1, &dusk.day) &&
        vd_solar_find_day(date.day, site, 1, &dawn.day)) {
        /* To whole minutes of daylight. */
        dusk.day -= 0.5 / 1440.0;
        dawn.day += 0.5 / 1440.0;
        snprintf(days, sizeof(days), "it was up until %s and is again from %s",
                 vd_date_print(dusk, false, end), vd_date_print(dawn, false, start));
    }
    return vd_settings_refuse(context, settings, VD_KNOB_SUN_TIME,
                              "the sun is %s at %.4f,%.4f, at an altitude of %.4f "
                              "degrees (%.4f refracted); %s",
                              vd_settings_has_physical_sky(settings)
                                  ? "too far below the horizon for twilight (18 degrees)"
                                  : "below the horizon",
                              site->longitude_deg, site->latitude_deg, sun->altitude,
                              sun->refracted_altitude, days);
}

vd_result vd_sun_by_date(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                         const vd_frame *frame, double *azimuth_deg, double *altitude_deg)
{
    char utc[40];
    vd_sun_spot place;
    vd_date date;
    vd_solar_position sun;
    VD_TRY(vd_sun_check_date(context, settings));
    VD_TRY(vd_sun_find_spot(context, settings, VD_KNOB_SUN_TIME, info, frame, &place));
    (void)vd_date_parse(settings->sun_time, &date);
    vd_solar_site site = vd_solar_site_at_sea(place.longitude_deg, place.latitude_deg);
    vd_solar_position_at(date.day, &site, &sun);
    *altitude_deg = rounded(sun.refracted_altitude);
    *azimuth_deg = rounded(sun.azimuth + place.north_deg);
    if (*azimuth_deg < 0.0) *azimuth_deg = rounded(*azimuth_deg + 360.0);
    if (*azimuth_deg >= 360.0) *azimuth_deg = rounded(*azimuth_deg - 360.0);
    bool is_light =
        vd_settings_has_physical_sky(settings) ? *altitude_deg >= DUSK_DEG : *altitude_deg > 0.0;
    if (!is_light) return refuse_night(context, settings, date, &site, &sun);
    date.offset_min = 0;
    vd_message(context, VD_LEVEL_INFO,
               "sun of %s at %.4f,%.4f: azimuth %.4f from true north, %.4f from grid north; "
               "altitude %.4f geometric, %.4f refracted",
               vd_date_print(date, true, utc), place.longitude_deg, place.latitude_deg, sun.azimuth,
               *azimuth_deg, sun.altitude, *altitude_deg);
    return VD_OK;
}
