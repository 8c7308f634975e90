#include "scene/material.h"

/** Any knob of its gloss makes the ground glossy. */
static bool is_glossy(const vd_settings *settings)
{
    return vd_settings_is_set(settings, VD_KNOB_SURFACE_ROUGHNESS) ||
           vd_settings_is_set(settings, VD_KNOB_SURFACE_METALLIC) ||
           vd_settings_is_set(settings, VD_KNOB_SURFACE_SPECULAR);
}

static float value_or(const vd_settings *settings, vd_knob_id knob, double value, float otherwise)
{
    return vd_settings_is_set(settings, knob) ? (float)value : otherwise;
}

vd_result vd_material_check(vd_context *context, const vd_settings *settings)
{
    if (is_glossy(settings) || settings->layers.count > 0 || settings->objects.count > 0)
        return VD_OK;
    return vd_settings_refuse_unused(context, settings, VD_KNOB_SURFACE_MULTISCATTER,
                                     "has no use on matte ground; add --roughness, or layers");
}

void vd_material_set(const vd_settings *settings, vdk_scene *flat)
{
    vdk_material *m = &flat->material;
    m->roughness = 1.0f;
    m->metallic = m->specular = 0.0f;
    m->diffuse_roughness = (float)settings->surface_diffuse_roughness;
    if (is_glossy(settings)) {
        m->roughness =
            value_or(settings, VD_KNOB_SURFACE_ROUGHNESS, settings->surface_roughness, 0.5f);
        m->metallic =
            value_or(settings, VD_KNOB_SURFACE_METALLIC, settings->surface_metallic, 0.0f);
        m->specular =
            value_or(settings, VD_KNOB_SURFACE_SPECULAR, settings->surface_specular, 0.5f);
    }
    flat->multiscatter = settings->surface_multiscatter;
    if (m->metallic > 0.0f || m->specular > 0.0f || m->diffuse_roughness > 0.0f) flat->plain = 0;
}
