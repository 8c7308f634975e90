/* What fills the air.
 *
 * Fog's heights are elevations, so base and top keep to the contours of the ground when heights are
 * exaggerated. Fog that thins has no top of its own; it is cut off where e^-16 of it is left, which
 * no picture shows, so that all rays have an end of it. */
#include "scene/media.h"

#include <math.h>

#define SCALE_HEIGHTS 16.0
#define CHORD 0.002 /* see kernel/media_fog.h */

vd_result vd_media_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id of_fog[] = {VD_KNOB_FOG_EXTINCTION, VD_KNOB_FOG_ALBEDO,
                                        VD_KNOB_FOG_G,          VD_KNOB_FOG_BASE,
                                        VD_KNOB_FOG_TOP,        VD_KNOB_FOG_HEIGHT};
    if (settings->fog_kind == VD_FOG_KIND_NONE) {
        VD_REFUSE_ALL_UNUSED(context, settings, of_fog, "has no use without fog; add --fog");
        return VD_OK;
    }
    if (settings->fog_kind == VD_FOG_KIND_HEIGHT) return VD_OK;
    if (!vd_settings_is_set(settings, VD_KNOB_FOG_TOP))
        return vd_settings_refuse(context, settings, VD_KNOB_FOG_KIND,
                                  "homogeneous needs a top, or it would put out the sun; add "
                                  "--fog-top");
    return vd_settings_refuse_unused(context, settings, VD_KNOB_FOG_HEIGHT,
                                     "has no use with homogeneous fog; choose --fog height");
}

vd_result vd_scene_set_media(vd_context *context, vd_scene *scene)
{
    const vd_settings *s = scene->settings;
    const vd_dem *dem = scene->terrain->dem;
    vdk_scene *flat = &scene->flat;
    vdk_media *media = &flat->media;
    if (s->fog_kind == VD_FOG_KIND_NONE) return VD_OK;
    if (flat->block.has_plane && flat->block.plane_is_shadow)
        return vd_settings_refuse(context, s, VD_KNOB_FOG_KIND,
                                  "has no use over a plane of shadow alone; add --terrain-plane "
                                  "ground, or none");
    double base = (double)dem->valid_min;
    if (vd_settings_is_set(s, VD_KNOB_FOG_BASE)) base = s->fog_base - dem->base_m;
    double top = base + SCALE_HEIGHTS * s->fog_height;
    if (vd_settings_is_set(s, VD_KNOB_FOG_TOP)) top = s->fog_top - dem->base_m;
    if (top <= base)
        return vd_settings_refuse(context, s, VD_KNOB_FOG_TOP,
                                  "%g m must lie above the fog's base, which is at %.1f m",
                                  s->fog_top, base + dem->base_m);
    media->is_there = 1;
    media->fog = s->fog_kind == VD_FOG_KIND_HEIGHT ? VDK_FOG_HEIGHT : VDK_FOG_HOMOGENEOUS;
    media->extinction = (float)s->fog_extinction;
    media->albedo =
        (vdk_vec){(float)s->fog_albedo[0], (float)s->fog_albedo[1], (float)s->fog_albedo[2]};
    media->g = (float)s->fog_g;
    media->base = (float)base;
    media->top = (float)top;
    media->scale_height = (float)s->fog_height;
    media->piece = VDK_HUGE;
    if (flat->curve.per_m2 > 0.0f)
        media->piece = (float)(2.0 * sqrt(CHORD * s->fog_height / (double)flat->curve.per_m2));
    flat->plain = 0;
    return VD_OK;
}
