/* Coverage: what share of each pixel of a picture is there. NODATA is not, nor what lies outside of
 * the DEM or of the clip mask. */
#ifndef VD_COVERAGE_H
#define VD_COVERAGE_H

#include "scene/area.h"
#include "scene/frame.h"
#include "scene/lattice.h"
#include "terrain/dem.h"

typedef struct vd_coverage vd_coverage;

/** Makes the coverage of a picture; it keeps nothing of the DEM but a copy of its mask.
 *  lattice  of a frame that is warped, else NULL
 *  clip     the clip mask, or NULL
 *  Both are taken over, also on failure. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_coverage_create(vd_context *context, const vd_frame *frame,
                                         const vd_dem *dem, vd_lattice *lattice, vd_area *clip,
                                         vd_coverage **out);
/** One more owner of the same coverage; NULL of NULL. */
vd_coverage *vd_coverage_share(vd_coverage *coverage);
/** One owner less; the last one frees it. */
void vd_coverage_release(vd_coverage *coverage);

/** Tells coverages of different clip masks apart; 0 without one. */
uint64_t vd_coverage_clip_checksum(const vd_coverage *coverage);

/** May any pixel be less than 1? False of NULL. */
bool vd_coverage_has_gaps(const vd_coverage *coverage);

/** The shares, 0..1, of a rectangle of pixels within the picture, into out[height][width].
 *  Thread-safe. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_coverage_rows(vd_context *context, const vd_coverage *coverage, int x,
                                       int y, int width, int height, float *out);

/** True where all of a rectangle is 0, so that nothing of it needs to be rendered; false of NULL.
 *  Thread-safe. */
bool vd_coverage_is_empty(const vd_coverage *coverage, int x, int y, int width, int height);

#endif
