#include "scene/droplets.h"

#include "media/droplets.h"

vd_result vd_droplets_check(vd_context *context, const vd_settings *settings, vd_knob_id droplet,
                            vd_knob_id mean_cosine, const char *without)
{
    if (!vd_settings_is_set(settings, droplet) || !vd_settings_is_set(settings, mean_cosine))
        return VD_OK;
    return vd_settings_refuse(context, settings, droplet,
                              "has no use beside a mean cosine, as droplets have one of their own; "
                              "leave one of them out, or take back a preset's by %s",
                              without);
}

vdk_phase vd_phase_asked(const vd_settings *settings, vd_knob_id droplet, double micrometres,
                         double mean_cosine)
{
    if (vd_settings_is_set(settings, droplet)) return vd_droplets_phase(micrometres);
    return (vdk_phase){.g = (float)mean_cosine};
}
