/* The moon as the light of a scene.
 *
 * By date it stands where it stood, and is lit from where the sun was; by hand its age in the
 * lunation is its phase, and it is lit from the right as it waxes, as seen from the north of the
 * Earth. A full moon by hand passes the Earth's shadow at the mean of its orbit's height, 3.3
 * degrees beside it.
 *
 * As with the sun (sun_by_date.c) its angles are rounded to the decimals of the message. Of its
 * light, which the phase decides, no more than four digits are asked for, so the last ones of the
 * ephemeris do not matter there. */
#include <math.h>

#include "atmosphere/date.h"
#include "atmosphere/moon.h"
#include "base/vmath.h"
#include "scene/sun_by_date.h"

#define AU_KM 149597870.7
#define BESIDE_SHADOW_DEG 3.3
/* Of the sun, above which the night is not dark and moonlight is the least of its light. */
#define DARK_DEG (-9.0)

static double rounded(double angle)
{
    return floor(angle * 1e4 + 0.5) / 1e4;
}

/** Unit vector, east, north, up. */
static void direction_of(double azimuth_deg, double altitude_deg, double out[3])
{
    double sin_az, cos_az, sin_alt, cos_alt;
    vd_sincos_deg(azimuth_deg, &sin_az, &cos_az);
    vd_sincos_deg(altitude_deg, &sin_alt, &cos_alt);
    out[0] = sin_az * cos_alt;
    out[1] = cos_az * cos_alt;
    out[2] = sin_alt;
}

static vdk_vec unit(const double v[3])
{
    double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    return vdk_vec_make((float)(v[0] / length), (float)(v[1] / length), (float)(v[2] / length));
}

vd_result vd_moon_by_hand(vd_context *context, const vd_settings *settings, vd_sun_angles *out)
{
    double full = settings->sun_moon_age - 180.0, to[3], lit[3];
    double sin_az, cos_az, sin_phase, cos_phase;
    if (!(out->altitude_deg > 0.0))
        return vd_settings_refuse(context, settings, VD_KNOB_SUN_ALTITUDE,
                                  "%g puts the moon below the horizon, where it lights nothing; "
                                  "choose 0 to 90",
                                  out->altitude_deg);
    out->moon = (vd_moonlight){
        .is_there = true,
        .phase = fmin(sqrt(full * full + BESIDE_SHADOW_DEG * BESIDE_SHADOW_DEG), 180.0),
        .waxes = full < 0.0};
    /* The sun lies beside the direction back from the moon by the phase, to the right of it. */
    double side = out->moon.waxes ? 1.0 : -1.0;
    direction_of(out->azimuth_deg, out->altitude_deg, to);
    vd_sincos_deg(out->azimuth_deg, &sin_az, &cos_az);
    vd_sincos_deg(out->moon.phase, &sin_phase, &cos_phase);
    for (int k = 0; k < 3; k++) lit[k] = -cos_phase * to[k];
    lit[0] += side * sin_phase * cos_az;
    lit[1] -= side * sin_phase * sin_az;
    out->moon_lit_from = unit(lit);
    return VD_OK;
}

/* Stops below a full moon, from which on a night is so dark that its exposure is to be chosen. */
#define DARK_STOPS 4.0
#define MIDDLE_NM 550.0

void vd_moon_tell_dark(vd_context *context, const vd_settings *settings, const vd_moonlight *moon)
{
    const vd_moonlight full = {.is_there = true};
    if (!moon->is_there || !settings->tone_auto_exposure) return;
    double share = vd_moonlight_share(moon, MIDDLE_NM) / vd_moonlight_share(&full, MIDDLE_NM);
    double stops = share > 0.0 ? -log2(share) : HUGE_VAL;
    if (!(stops > DARK_STOPS)) return;
    if (!(share > 1e-9)) stops = 30.0;
    vd_message(context, VD_LEVEL_WARNING,
               "the moon sends %.2g of a full moon's light, which auto exposure makes up for; add "
               "--exposure -%.1f to have it as dark as it is beside a full one",
               share, stops);
}

static vd_result refuse_below(vd_context *context, const vd_settings *settings,
                              const vd_sun_spot *spot, const vd_moon_position *moon)
{
    return vd_settings_refuse(context, settings, VD_KNOB_SUN_TIME,
                              "the moon is below the horizon at %.4f,%.4f, at an altitude of %.4f "
                              "degrees; choose another time (it rises about 50 minutes later each "
                              "day)",
                              spot->longitude_deg, spot->latitude_deg, moon->at.altitude);
}

vd_result vd_moon_by_date(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                          const vd_frame *frame, vd_sun_angles *out)
{
    char utc[40];
    vd_sun_spot spot;
    vd_date date;
    vd_moon_position moon;
    vd_solar_position sun;
    double to[3], to_sun[3], lit[3];
    VD_TRY(vd_sun_check_date(context, settings));
    VD_TRY(vd_sun_find_spot(context, settings, VD_KNOB_SUN_TIME, info, frame, &spot));
    (void)vd_date_parse(settings->sun_time, &date);
    vd_solar_site site = vd_solar_site_at_sea(spot.longitude_deg, spot.latitude_deg);
    vd_moon_position_at(date.day, &site, &moon);
    vd_solar_position_at(date.day, &site, &sun);
    out->altitude_deg = rounded(moon.at.refracted_altitude);
    out->azimuth_deg = rounded(moon.at.azimuth + spot.north_deg);
    if (out->azimuth_deg < 0.0) out->azimuth_deg = rounded(out->azimuth_deg + 360.0);
    if (out->azimuth_deg >= 360.0) out->azimuth_deg = rounded(out->azimuth_deg - 360.0);
    if (!(out->altitude_deg > 0.0)) return refuse_below(context, settings, &spot, &moon);
    out->moon = (vd_moonlight){.is_there = true,
                               .phase = rounded(moon.phase),
                               .waxes = moon.age < 180.0,
                               .distance_km = floor(moon.distance_km + 0.5),
                               .sun_distance_au = rounded(moon.sun_distance_au)};
    direction_of(moon.at.azimuth + spot.north_deg, moon.at.altitude, to);
    direction_of(sun.azimuth + spot.north_deg, sun.altitude, to_sun);
    for (int k = 0; k < 3; k++)
        lit[k] = moon.sun_distance_au * AU_KM * to_sun[k] - moon.distance_km * to[k];
    out->moon_lit_from = unit(lit);
    double sine, cosine;
    vd_sincos_deg(0.5 * moon.phase, &sine, &cosine);
    date.offset_min = 0;
    vd_message(context, VD_LEVEL_INFO,
               "moon of %s at %.4f,%.4f: azimuth %.4f from grid north, altitude %.4f refracted, "
               "%.0f %% lit, %s, %.0f km away",
               vd_date_print(date, true, utc), spot.longitude_deg, spot.latitude_deg,
               out->azimuth_deg, out->altitude_deg, 100.0 * cosine * cosine,
               out->moon.waxes ? "waxing" : "waning", moon.distance_km);
    if (sun.altitude > DARK_DEG)
        vd_message(context, VD_LEVEL_WARNING,
                   "the sun is at an altitude of %.1f degrees at that time, and its light, which "
                   "is more than the moon's, is left out",
                   sun.altitude);
    return VD_OK;
}
