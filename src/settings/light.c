/* Which light the settings mean, where groups of knobs exclude each other. Who set them decides: a
 * flag goes against a preset, and not the other way round. */
#include <string.h>

#include "settings/knob.h"

/** The highest origin of a group's knobs. */
static int highest_origin(const vd_settings *settings, const char *group)
{
    int highest = VD_ORIGIN_DEFAULT;
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++)
        if (!knob->is_field && strcmp(knob->group, group) == 0 &&
            settings->origin[knob->id] > highest)
            highest = settings->origin[knob->id];
    return highest;
}

bool vd_settings_has_environment(const vd_settings *settings)
{
    return settings->environment_path &&
           highest_origin(settings, "sky") <= settings->origin[VD_KNOB_ENVIRONMENT_PATH];
}

bool vd_settings_has_suns(const vd_settings *settings)
{
    int map = settings->origin[VD_KNOB_ENVIRONMENT_PATH];
    return !vd_settings_has_environment(settings) || highest_origin(settings, "sun") >= map ||
           highest_origin(settings, "suns") >= map;
}

bool vd_settings_has_physical_sky(const vd_settings *settings)
{
    return settings->sky_model == VD_SKY_MODEL_PHYSICAL && !vd_settings_has_environment(settings);
}
