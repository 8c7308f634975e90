/* The moment of an animation that is shown, and scenes one after the other. */
#include <math.h>

#include "api/api.h"

/** Metres in a unit of the DEM's map, along x and y. */
static vd_result find_scale(vd_context *context, const vd_settings *settings, double out[2])
{
    vd_dem_info info = {0};
    double cell[2];
    out[0] = out[1] = 1.0;
    bool is_read =
        settings->keyframes.count > 0 || settings->objects.count > 0 || settings->flight_path;
    if (!is_read || settings->dem_path.count == 0) return VD_OK;
    vd_dem_options options = vd_scene_dem_options(settings);
    vd_result result = vd_dem_probe(context, &options, &info);
    if (result == VD_OK && info.metric != VD_METRIC_CONSTANT) {
        const double *g = info.geotransform;
        vd_dem_metres_per_cell(&info, 0.5 * info.ny, cell);
        out[0] = cell[0] / hypot(g[1], g[4]);
        out[1] = cell[1] / hypot(g[2], g[5]);
    }
    vd_dem_info_clear(&info);
    return result;
}

vd_result vd_moment_animate(vd_context *context, const vd_settings *settings, vd_animation **out)
{
    double scale[2];
    *out = NULL;
    VD_TRY(vd_animation_check(context, settings));
    if (!vd_animation_is_asked(settings)) return VD_OK;
    VD_TRY(find_scale(context, settings, scale));
    vd_flight *flight;
    VD_TRY(vd_flight_load(context, settings, scale, &flight));
    return vd_animation_create(context, settings, scale, flight, out);
}

vd_result vd_moment_begin(vd_context *context, const vd_settings *settings, vd_moment *out)
{
    *out = (vd_moment){.settings = settings};
    if (!vd_settings_are_for(settings, VD_COMMAND_RENDER)) return VD_OK;
    VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_ANIMATION_CHUNK,
                                     "has no use for one picture; veduta animate takes it"));
    VD_TRY(vd_moment_animate(context, settings, &out->animation));
    if (!out->animation) return VD_OK;
    bool is_set = vd_settings_is_set(settings, VD_KNOB_ANIMATION_FRAME);
    out->frame = is_set ? settings->animation_frame : 1.0;
    vd_result result = vd_animation_at(context, out->animation, out->frame, &out->own);
    out->settings = out->own;
    if (result != VD_OK) vd_moment_end(out);
    return result;
}

void vd_moment_end(vd_moment *moment)
{
    vd_settings_destroy(moment->own);
    vd_animation_destroy(moment->animation);
    *moment = (vd_moment){0};
}
