/* From the knobs of groups sun, suns and sky to discs and radiances. */
#include "kernel/math.h"
#include "scene/scene.h"
#include "scene/sun_by_date.h"
#include "scene/view.h"

typedef struct sun_row {
    double azimuth_deg, altitude_deg, strength;
} sun_row;

static void place_sun(const vd_settings *settings, sun_row row, vdk_sun *sun)
{
    float sin_az, cos_az, sin_alt, cos_alt;
    vdk_sincos_turns((float)(row.azimuth_deg / 360.0), &sin_az, &cos_az);
    vdk_sincos_turns((float)(row.altitude_deg / 360.0), &sin_alt, &cos_alt);
    sun->direction = vdk_vec_make(sin_az * cos_alt, cos_az * cos_alt, sin_alt);
    float strength = (float)row.strength;
    sun->irradiance = vdk_vec_make(strength * (float)settings->sun_color[0],
                                   strength * (float)settings->sun_color[1],
                                   strength * (float)settings->sun_color[2]);
    vdk_sincos_turns((float)(0.5 * settings->sun_size / 360.0), &sun->sin_half, &sun->cos_half);
    if (!(sun->cos_half < 1.0f)) {
        sun->cos_half = 1.0f;
        sun->sin_half = 0.0f;
        return;
    }
    /* A disc of radiance L and half angle a gives a plane facing it pi L sin^2 a. 1 - cos a is
       written as sin^2 a / (1 + cos a), which keeps its digits for a small disc. */
    float sin2 = sun->sin_half * sun->sin_half;
    sun->radiance = vdk_vec_scale(sun->irradiance, 1.0f / (VDK_PI * sin2));
    sun->pdf = (1.0f + sun->cos_half) / (2.0f * VDK_PI * sin2);
}

static vdk_vec sky_colour(const double colour[3], double strength)
{
    return vdk_vec_make((float)(colour[0] * strength), (float)(colour[1] * strength),
                        (float)(colour[2] * strength));
}

vd_result vd_scene_choose_suns(vd_context *context, const vd_settings *settings, vd_knob_id *out)
{
    static const vd_knob_id singles[] = {VD_KNOB_SUN_ALTITUDE, VD_KNOB_SUN_STRENGTH};
    static const vd_knob_id several[] = {VD_KNOB_SUNS, VD_KNOB_SUN_MULTIDIRECTIONAL};
    vd_knob_id knobs[4];
    size_t count = 0;
    bool is_one = vd_settings_has_physical_sky(settings);
    if (is_one)
        VD_REFUSE_ALL_UNUSED(context, settings, several,
                             "has no use under a physical sky, which has one sun; use --azimuth "
                             "and --altitude, or --time");
    if (settings->suns.count > 0 && !is_one) knobs[count++] = VD_KNOB_SUNS;
    if (settings->sun_multidirectional && !is_one) knobs[count++] = VD_KNOB_SUN_MULTIDIRECTIONAL;
    knobs[count++] = VD_KNOB_SUN_TIME;
    knobs[count++] = VD_KNOB_SUN_AZIMUTH;
    VD_TRY(vd_settings_choose(context, settings, knobs, count, out));
    /* A list has its own altitudes and strengths, a date its altitude. */
    for (size_t i = 0; *out == VD_KNOB_SUNS && i < sizeof(singles) / sizeof(singles[0]); i++) {
        const vd_knob_id pair[] = {VD_KNOB_SUNS, singles[i]};
        VD_TRY(vd_settings_choose(context, settings, pair, 2, out));
    }
    if (*out == VD_KNOB_SUN_TIME) {
        static const vd_knob_id pairs[][2] = {{VD_KNOB_SUN_TIME, VD_KNOB_SUN_ALTITUDE},
                                              {VD_KNOB_SUN_TIME, VD_KNOB_SUN_MOON_AGE}};
        for (int i = 0; i < 2 && *out == VD_KNOB_SUN_TIME; i++)
            VD_TRY(vd_settings_choose(context, settings, pairs[i], 2, out));
    }
    if (!settings->sun_moon)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_SUN_MOON_AGE,
                                         "has no use without the moon as the light; add --moon"));
    /* A place yields together with its time; hours of sun have theirs by date. */
    if (*out != VD_KNOB_SUN_TIME && !vd_settings_are_for(settings, VD_COMMAND_SUN_HOURS) &&
        settings->origin[VD_KNOB_SUN_PLACE] > settings->origin[VD_KNOB_SUN_TIME])
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_SUN_PLACE,
                                         "has no use without a time; add --time"));
    if (*out != VD_KNOB_SUNS && *out != VD_KNOB_SUN_MULTIDIRECTIONAL && *out != VD_KNOB_SUN_TIME)
        *out = VD_KNOB_SUN_AZIMUTH;
    return VD_OK;
}

/** The one sun of group sun, or the moon, where a date puts it if that is the source. */
static vd_result find_single(vd_context *context, const vd_settings *settings, vd_knob_id source,
                             const vd_dem_info *info, const vd_frame *frame,
                             const vdk_view_camera *camera, vd_sun_angles *out)
{
    *out = (vd_sun_angles){
        settings->sun_azimuth, settings->sun_altitude, {.is_there = false}, {0.0f, 0.0f, 0.0f}};
    if (camera && !vd_settings_is_set(settings, VD_KNOB_SUN_AZIMUTH))
        out->azimuth_deg = vd_view_sun_azimuth(camera);
    bool by_date = source == VD_KNOB_SUN_TIME;
    if (settings->sun_moon) {
        VD_TRY(by_date ? vd_moon_by_date(context, settings, info, frame, out)
                       : vd_moon_by_hand(context, settings, out));
        vd_moon_tell_dark(context, settings, &out->moon);
        return VD_OK;
    }
    if (!by_date) return VD_OK;
    return vd_sun_by_date(context, settings, info, frame, &out->azimuth_deg, &out->altitude_deg);
}

vd_result vd_scene_place_sun(vd_context *context, const vd_settings *settings,
                             const vd_dem_info *info, const vd_frame *frame, vd_sun_angles *out)
{
    vd_knob_id source;
    VD_TRY(vd_scene_choose_suns(context, settings, &source));
    return find_single(context, settings, source, info, frame, NULL, out);
}

vd_result vd_scene_check_suns(vd_context *context, const vd_settings *settings,
                              const vd_dem_info *info, const vd_frame *frame)
{
    vd_sun_angles unused;
    return vd_scene_place_sun(context, settings, info, frame, &unused);
}

/** The suns that a knob places, one by index; 0 past the last. */
static int sun_at(const vd_settings *settings, vd_knob_id source, sun_row single, int index,
                  sun_row *out)
{
    *out = single;
    if (source == VD_KNOB_SUNS) {
        if (index >= settings->suns.count) return 0;
        const vd_suns_item *item = &settings->suns.items[index];
        *out = (sun_row){item->azimuth, item->altitude, item->strength};
        return 1;
    }
    if (source != VD_KNOB_SUN_MULTIDIRECTIONAL) return index == 0;
    out->azimuth_deg = 225.0 + 45.0 * index;
    out->strength = 0.25 * settings->sun_strength;
    return index < 4;
}

vd_result vd_scene_count_suns(vd_context *context, const vd_settings *settings, int *out)
{
    sun_row row, single = {0.0, 0.0, settings->sun_strength};
    vd_knob_id source;
    *out = 0;
    VD_TRY(vd_scene_choose_suns(context, settings, &source));
    for (int i = 0; vd_settings_has_suns(settings) && sun_at(settings, source, single, i, &row);
         i++)
        *out += row.strength > 0.0;
    return VD_OK;
}

vd_result vd_scene_lights(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                          const vd_frame *frame, vdk_scene *flat, vd_sun_angles *sun)
{
    sun_row row;
    vd_knob_id source;
    flat->sun_count = 0;
    VD_TRY(vd_scene_choose_suns(context, settings, &source));
    VD_TRY(find_single(context, settings, source, info, frame, frame->is_view ? &flat->view : NULL,
                       sun));
    const sun_row single = {sun->azimuth_deg, sun->altitude_deg, settings->sun_strength};
    for (int i = 0; vd_settings_has_suns(settings) && sun_at(settings, source, single, i, &row);
         i++) {
        if (!(row.strength > 0.0)) continue;
        if (flat->sun_count == VDK_SUNS_MAX)
            return vd_settings_refuse(context, settings, VD_KNOB_SUNS,
                                      "%d suns are possible, not more", VDK_SUNS_MAX);
        place_sun(settings, row, &flat->suns[flat->sun_count++]);
    }
    flat->sky.model =
        settings->sky_model == VD_SKY_MODEL_GRADIENT ? VDK_SKY_GRADIENT : VDK_SKY_UNIFORM;
    flat->sky.zenith = sky_colour(settings->sky_color, settings->sky_strength);
    flat->sky.horizon = sky_colour(settings->sky_horizon, settings->sky_strength);
    return VD_OK;
}

vd_result vd_scene_lights_quietly(vd_context *context, const vd_settings *settings,
                                  const vd_dem_info *info, const vd_frame *frame, vdk_scene *flat,
                                  vd_sun_angles *sun)
{
    vd_result result = vd_scene_lights(NULL, settings, info, frame, flat, sun);
    if (result == VD_OK) return VD_OK;
    return vd_scene_lights(context, settings, info, frame, flat, sun);
}
