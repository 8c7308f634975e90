/* Where the sun is, as veduta.h declares it. */
#include <math.h>

#include "api/api.h"
#include "atmosphere/date.h"
#include "atmosphere/solar.h"

vd_result vd_sun_find(vd_context *context, const char *time, double longitude, double latitude,
                      vd_sun_place *out)
{
    vd_date date;
    vd_solar_position sun;
    vd_context_clear(context);
    *out = (vd_sun_place){0};
    const char *problem = vd_date_parse(time, &date);
    if (problem) return vd_fail(context, VD_ERR_SETTING, "time: \"%.60s\" %s", time, problem);
    if (!(fabs(longitude) <= 360.0 && fabs(latitude) <= 90.0))
        return vd_fail(context, VD_ERR_SETTING,
                       "%g,%g is no place; give longitude,latitude, the second within -90..90",
                       longitude, latitude);
    vd_solar_site site = vd_solar_site_at_sea(longitude, latitude);
    vd_solar_position_at(date.day, &site, &sun);
    *out = (vd_sun_place){sun.azimuth, sun.altitude, sun.refracted_altitude};
    return VD_OK;
}
