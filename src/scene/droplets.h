/* The phase functions of fog and clouds, by their knobs. */
#ifndef VD_SCENE_DROPLETS_H
#define VD_SCENE_DROPLETS_H

#include "kernel/phase.h"
#include "settings/settings.h"

/** Refuses a size of droplets beside a mean cosine, which both say the same thing.
 *  without  the option that takes the latter back
 *  Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_droplets_check(vd_context *context, const vd_settings *settings,
                                        vd_knob_id droplet, vd_knob_id mean_cosine,
                                        const char *without);

/** A medium's phase function: of droplets so many micrometres across if that knob is set, else of
 *  one lobe of a mean cosine. */
vdk_phase vd_phase_asked(const vd_settings *settings, vd_knob_id droplet, double micrometres,
                         double mean_cosine);

#endif
