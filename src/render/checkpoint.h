/* Which picture a checkpoint belongs to. */
#ifndef VD_RENDER_CHECKPOINT_H
#define VD_RENDER_CHECKPOINT_H

#include "render/render.h"

/** Everything that decides the scene's pixels, as lines of text; free with free(). Returns VD_OK or
 *  VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_identity_make(vd_context *context, const vd_scene *scene,
                                       const vd_aov_set *aovs, char **out);

/** Refuses the checkpoint at path, whose identity is `there`, for a scene whose identity is `here`,
 * naming the first thing that differs. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_identity_compare(vd_context *context, const char *path, const char *there,
                                          const char *here);

#endif
