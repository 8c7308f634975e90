/* The AOVs that settings ask for. */
#ifndef VD_AOVS_H
#define VD_AOVS_H

#include "film/aov.h"
#include "settings/settings.h"

/** Refuses names that there are none of, or that command and DEM have no use for. Lays out the
 *  film's channels in *out, also without any AOV.
 *  has_crs  so has the DEM
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_aovs_choose(vd_context *context, const vd_settings *settings, bool has_crs,
                                     vd_aov_set *out);

#endif
