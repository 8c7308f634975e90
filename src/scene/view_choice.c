/* What a view's knobs come to, and which of them cannot stand together. */
#include "scene/lens.h"
#include "scene/view_parts.h"

#include <string.h>

/** Of two knobs that say the same, does the first count? */
static vd_result prefers(vd_context *context, const vd_settings *settings, vd_knob_id first,
                         vd_knob_id second, bool *out)
{
    const vd_knob_id knobs[] = {first, second};
    vd_knob_id chosen;
    VD_TRY(vd_settings_choose(context, settings, knobs, 2, &chosen));
    *out = chosen == first;
    return VD_OK;
}

/** Where the camera is and what it looks at. */
static vd_result choose_place(vd_context *context, const vd_settings *settings, vd_view_choice *out)
{
    static const vd_knob_id around[] = {VD_KNOB_CAMERA_VIEW_FROM, VD_KNOB_CAMERA_DISTANCE};
    out->has_target = vd_settings_is_set(settings, VD_KNOB_CAMERA_TARGET);
    out->has_tilt = vd_settings_is_set(settings, VD_KNOB_CAMERA_TILT);
    out->has_eye = vd_settings_is_set(settings, VD_KNOB_CAMERA_EYE);
    for (size_t i = 0; out->has_eye && i < sizeof(around) / sizeof(around[0]); i++)
        VD_TRY(prefers(context, settings, VD_KNOB_CAMERA_EYE, around[i], &out->has_eye));
    bool is_level = vd_view_is_around(settings);
    if (out->has_eye && out->has_target && out->has_tilt && !is_level)
        VD_TRY(prefers(context, settings, VD_KNOB_CAMERA_TARGET, VD_KNOB_CAMERA_TILT,
                       &out->has_target));
    if (out->has_eye && out->has_target && !is_level) out->has_tilt = false;
    return VD_OK;
}

static vd_result check_projection(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id shifts[] = {VD_KNOB_CAMERA_SHIFT_X, VD_KNOB_CAMERA_SHIFT_Y};
    int projection = settings->camera_projection;
    bool is_plane = false, by_angle;
    switch (projection) {
    case VD_CAMERA_PROJECTION_ORTHO:
        is_plane = true;
        VD_TRY(vd_settings_refuse_unused(
            context, settings, VD_KNOB_CAMERA_FOV,
            "has no use with parallel lines; give --view-width in metres"));
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_CAMERA_FOCAL_LENGTH,
                                         "has no use with parallel lines; give --view-width"));
        VD_TRY(vd_settings_refuse_unused(
            context, settings, VD_KNOB_CAMERA_DISTANCE,
            "has no use with parallel lines, which see the same from any"));
        break;
    case VD_CAMERA_PROJECTION_PANORAMA:
    case VD_CAMERA_PROJECTION_CYLINDER:
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_CAMERA_FOCAL_LENGTH,
                                         "has no use with a panorama; give --fov"));
        break;
    case VD_CAMERA_PROJECTION_PERSPECTIVE:
        is_plane = true;
        if (settings->camera_fov >= 179.0)
            return vd_settings_refuse(context, settings, VD_KNOB_CAMERA_FOV,
                                      "%g degrees are too many for a lens, which has less than "
                                      "179; see --projection panorama or fisheye",
                                      settings->camera_fov);
        break;
    default: break;
    }
    if (projection != VD_CAMERA_PROJECTION_ORTHO)
        VD_TRY(
            vd_settings_refuse_unused(context, settings, VD_KNOB_CAMERA_WIDTH,
                                      "has no use with this projection; add --projection ortho"));
    if (!is_plane)
        VD_REFUSE_ALL_UNUSED(context, settings, shifts,
                             "has no use with this projection; only a plane can be shifted");
    if (!vd_settings_is_set(settings, VD_KNOB_CAMERA_FOCAL_LENGTH) &&
        settings->lens_dof == VD_LENS_DOF_NONE)
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_CAMERA_SENSOR_WIDTH,
                                         "has no use without --focal-length"));
    return prefers(context, settings, VD_KNOB_CAMERA_FOCAL_LENGTH, VD_KNOB_CAMERA_FOV, &by_angle);
}

static vd_result choose_curvature(vd_context *context, const vd_settings *settings,
                                  vd_view_choice *out)
{
    bool by_coefficient = vd_settings_is_set(settings, VD_KNOB_CAMERA_CURVATURE_COEFFICIENT);
    if (by_coefficient && vd_settings_is_set(settings, VD_KNOB_CAMERA_REFRACTION))
        VD_TRY(prefers(context, settings, VD_KNOB_CAMERA_CURVATURE_COEFFICIENT,
                       VD_KNOB_CAMERA_REFRACTION, &by_coefficient));
    if (by_coefficient && vd_settings_is_set(settings, VD_KNOB_CAMERA_CURVATURE))
        VD_TRY(prefers(context, settings, VD_KNOB_CAMERA_CURVATURE_COEFFICIENT,
                       VD_KNOB_CAMERA_CURVATURE, &by_coefficient));
    if (by_coefficient) {
        out->curvature = settings->camera_curvature_coefficient;
    } else if (settings->camera_curvature) {
        out->curvature = 1.0 - settings->camera_refraction;
    } else {
        VD_TRY(vd_settings_refuse_unused(context, settings, VD_KNOB_CAMERA_REFRACTION,
                                         "has no use without --curvature"));
    }
    if (out->curvature > 0.0 && settings->dem_cache)
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_CACHE,
                                  "cannot keep heights that are lowered for the Earth's "
                                  "curvature; leave it out");
    return VD_OK;
}

/** What is beyond the edge, below and behind. */
static vd_result choose_stage(vd_context *context, const vd_settings *settings, vd_view_choice *out)
{
    static const double paper[3] = {0.87, 0.89, 0.91};
    static const vd_knob_id of_block[] = {VD_KNOB_TERRAIN_BASE, VD_KNOB_TERRAIN_PLINTH,
                                          VD_KNOB_TERRAIN_PLANE};
    bool is_model = !out->has_eye && !vd_view_is_around(settings);
    out->border = settings->terrain_border;
    /* Who stands in the land under a real sky sees its planet from the DEM's edge to the horizon,
     * and who stands by the sea sees that. */
    bool is_land = !is_model && (vd_settings_has_physical_sky(settings) ||
                                 vd_settings_is_set(settings, VD_KNOB_WATER_LEVEL));
    if (out->border == VD_TERRAIN_BORDER_AUTO)
        out->border = is_land ? VD_TERRAIN_BORDER_OPEN : VD_TERRAIN_BORDER_BLOCK;
    bool is_block = out->border == VD_TERRAIN_BORDER_BLOCK;
    if (!is_block)
        VD_REFUSE_ALL_UNUSED(context, settings, of_block,
                             "has no use without a block; add --terrain-border block");
    out->background = (int)settings->background_fill.word;
    memcpy(out->paper, settings->background_fill.rgb, sizeof(out->paper));
    if (out->background == VD_BACKGROUND_FILL_AUTO) {
        out->background = is_block && is_model ? VD_BACKGROUND_FILL_COLOR : VD_BACKGROUND_FILL_SKY;
        memcpy(out->paper, paper, sizeof(out->paper));
    }
    out->plane = is_block ? settings->terrain_plane : VD_TERRAIN_PLANE_NONE;
    if (out->plane == VD_TERRAIN_PLANE_AUTO)
        out->plane = out->background == VD_BACKGROUND_FILL_SKY ? VD_TERRAIN_PLANE_GROUND
                                                               : VD_TERRAIN_PLANE_SHADOW;
    return VD_OK;
}

vd_result vd_view_choose(vd_context *context, const vd_settings *settings, vd_view_choice *out)
{
    *out = (vd_view_choice){0};
    VD_TRY(choose_place(context, settings, out));
    VD_TRY(check_projection(context, settings));
    VD_TRY(vd_lens_check(context, settings));
    VD_TRY(choose_curvature(context, settings, out));
    return choose_stage(context, settings, out);
}
