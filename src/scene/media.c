/* What fills the air.
 *
 * Fog's heights are elevations, so base and top keep to the contours of the ground when heights are
 * exaggerated. Fog that thins has no top of its own; it is cut off where e^-16 of it is left, which
 * no picture shows, so that all rays have an end of it. */
#include "scene/media.h"

#include <math.h>

#include "kernel/media_track.h"
#include "scene/clouds.h"
#include "scene/droplets.h"

#define DEEPEST 1e5 /* optical depth of fog that is tracked: light would be scattered for ever */
#define REACH 10.0  /* of a valley's floor, in scale heights */
#define PATCH 9.0   /* size of the largest patches, in scale heights */
#define PATCH_HEIGHT 3.0 /* likewise, upward */
#define BELOW_M 1000.0   /* so deep under the lowest floor fog in valleys goes on */
#define CHORD 0.002      /* see kernel/media_fog.h */

bool vd_media_is_asked(const vd_settings *settings)
{
    return settings->fog_kind != VD_FOG_KIND_NONE || vd_clouds_are_asked(settings);
}

/** Colours of extinction are of fog of known depth, and of that alone. */
static vd_result check_colours(vd_context *context, const vd_settings *settings)
{
    if (!vd_settings_is_set(settings, VD_KNOB_FOG_EXTINCTION_COLOR)) return VD_OK;
    if (settings->fog_kind == VD_FOG_KIND_VALLEY || settings->fog_patchiness > 0.0)
        return vd_settings_refuse(context, settings, VD_KNOB_FOG_EXTINCTION_COLOR,
                                  "has no use with fog in valleys or in banks; choose --fog height "
                                  "or homogeneous without --fog-patchiness");
    if (vd_clouds_are_asked(settings))
        return vd_settings_refuse(context, settings, VD_KNOB_FOG_EXTINCTION_COLOR,
                                  "has no use with clouds; leave out one of them");
    if (settings->atmosphere_aerial == VD_ATMOSPHERE_AERIAL_SHADED)
        return vd_settings_refuse(context, settings, VD_KNOB_FOG_EXTINCTION_COLOR,
                                  "has no use with air in shadow; choose --aerial on");
    return VD_OK;
}

/** What each colour has of the extinction. */
static void set_colours(const vd_settings *s, vdk_media *media)
{
    const double *c = s->fog_extinction_color;
    double most = fmax(c[0], fmax(c[1], c[2]));
    media->extinction = (float)(s->fog_extinction * most);
    media->tint = (vdk_vec){(float)(c[0] / most), (float)(c[1] / most), (float)(c[2] / most)};
    media->is_coloured = media->tint.x < 1.0f || media->tint.y < 1.0f || media->tint.z < 1.0f;
}

vd_result vd_media_check(vd_context *context, const vd_settings *settings)
{
    static const vd_knob_id of_fog[] = {VD_KNOB_FOG_EXTINCTION, VD_KNOB_FOG_ALBEDO,
                                        VD_KNOB_FOG_G,          VD_KNOB_FOG_BASE,
                                        VD_KNOB_FOG_TOP,        VD_KNOB_FOG_HEIGHT,
                                        VD_KNOB_FOG_PATCHINESS, VD_KNOB_FOG_EXTINCTION_COLOR,
                                        VD_KNOB_FOG_DROPLET};
    static const vd_knob_id of_all[] = {VD_KNOB_MEDIA_MODE};
    bool is_taken_back =
        settings->is_barred[VD_KNOB_FOG_KIND] || settings->is_barred[VD_KNOB_CLOUDS_KIND];
    if (!vd_media_is_asked(settings) && !is_taken_back)
        VD_REFUSE_ALL_WITHOUT(context, settings, of_all, VD_KNOB_FOG_KIND,
                              "has no use without fog or clouds; add --fog or --clouds");
    if (settings->fog_kind == VD_FOG_KIND_NONE) {
        VD_REFUSE_ALL_WITHOUT(context, settings, of_fog, VD_KNOB_FOG_KIND,
                              "has no use without fog; add --fog");
        return VD_OK;
    }
    VD_TRY(check_colours(context, settings));
    VD_TRY(vd_droplets_check(context, settings, VD_KNOB_FOG_DROPLET, VD_KNOB_FOG_G, "--no-fog-g"));
    if (settings->fog_kind == VD_FOG_KIND_VALLEY)
        return vd_settings_refuse_unused(context, settings, VD_KNOB_FOG_BASE,
                                         "has no use with fog in valleys, whose floors are its "
                                         "base; choose --fog height");
    if (settings->fog_kind == VD_FOG_KIND_HEIGHT) return VD_OK;
    if (!vd_settings_is_set(settings, VD_KNOB_FOG_TOP))
        return vd_settings_refuse(context, settings, VD_KNOB_FOG_KIND,
                                  "homogeneous needs a top, or it would put out the sun; add "
                                  "--fog-top");
    return vd_settings_refuse_unused(context, settings, VD_KNOB_FOG_HEIGHT,
                                     "has no use with homogeneous fog; choose --fog height");
}

double vd_media_cells_per_metre(const vdk_scene *flat)
{
    const float *m = flat->terrain.to_grid;
    return sqrt(fabs((double)m[0] * (double)m[3] - (double)m[1] * (double)m[2]));
}

/** Fog over the floors of valleys: its bounds, as far as the settings leave them open. */
static vd_result set_floors(vd_context *context, vd_scene *scene, double *base, double *top)
{
    vdk_media *media = &scene->flat.media;
    double height = scene->settings->fog_height;
    vd_media_floors floors;
    VD_TRY(vd_media_find_floors(context, &scene->flat, REACH * height, &floors));
    scene->floors = floors.memory;
    media->floors = floors.heights;
    media->floor_width = floors.width;
    media->floor_height = floors.height;
    media->floor_scale = floors.scale;
    *base = (double)floors.lowest - BELOW_M;
    *top = (double)floors.highest + (double)VDK_FOG_END * height;
    return VD_OK;
}

/** Patches are as large as fog is deep, times a few. */
static void set_patches(vd_scene *scene, double depth)
{
    vdk_media *media = &scene->flat.media;
    double cell = 1.0 / vd_media_cells_per_metre(&scene->flat);
    media->patchiness = (float)scene->settings->fog_patchiness;
    media->patch_x = media->patch_y = (float)(cell / (PATCH * depth));
    media->patch_z = (float)(1.0 / (PATCH_HEIGHT * depth));
    media->is_tracked = media->patchiness > 0.0f || media->fog == VDK_FOG_VALLEY;
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
    double top = base + (double)VDK_FOG_END * s->fog_height;
    if (s->fog_kind == VD_FOG_KIND_VALLEY) VD_TRY(set_floors(context, scene, &base, &top));
    if (vd_settings_is_set(s, VD_KNOB_FOG_TOP)) top = s->fog_top - dem->base_m;
    if (top <= base)
        return vd_settings_refuse(context, s, VD_KNOB_FOG_TOP,
                                  "%g m must lie above the fog's base, which is at %.1f m",
                                  s->fog_top, base + dem->base_m);
    if (s->fog_kind == VD_FOG_KIND_HEIGHT)
        top = fmin(top, base + (double)VDK_FOG_END * s->fog_height);
    media->is_there = 1;
    media->is_single = s->media_mode == VD_MEDIA_MODE_SHAFTS;
    media->fog = VDK_FOG_HOMOGENEOUS + s->fog_kind - VD_FOG_KIND_HOMOGENEOUS;
    set_colours(s, media);
    media->albedo =
        (vdk_vec){(float)s->fog_albedo[0], (float)s->fog_albedo[1], (float)s->fog_albedo[2]};
    media->phase = vd_phase_asked(s, VD_KNOB_FOG_DROPLET, s->fog_droplet, s->fog_g);
    media->base = (float)base;
    media->top = (float)top;
    media->scale_height = (float)s->fog_height;
    media->piece = VDK_HUGE;
    if (flat->curve.per_m2 > 0.0f)
        media->piece = (float)(2.0 * sqrt(CHORD * s->fog_height / (double)flat->curve.per_m2));
    double depth = media->fog == VDK_FOG_HOMOGENEOUS ? 0.5 * (top - base) : s->fog_height;
    set_patches(scene, depth);
    if (media->is_tracked && s->fog_extinction * depth > DEEPEST)
        return vd_settings_refuse(context, s, VD_KNOB_FOG_EXTINCTION,
                                  "%g per metre would throw light about without end in fog in "
                                  "valleys or banks that is %g m deep; it is at most %g there",
                                  s->fog_extinction, depth, DEEPEST / depth);
    flat->misty = flat->plain && !media->is_tracked && !media->is_coloured &&
                  flat->sun_count <= 1 && !(media->phase.draine > 0.0f);
    flat->plain = 0;
    return VD_OK;
}
