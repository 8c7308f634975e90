/* A ramp as its text says it: entries in encoded colour, before they become stops. For ramps, and
 * for palettes, which are the same text with values of classes for elevations. */
#ifndef VD_RAMP_PARSE_H
#define VD_RAMP_PARSE_H

#include "base/base.h"

typedef struct vd_ramp_entry {
    double elevation_m;
    double encoded[4]; /**< sRGB-encoded red, green, blue, and alpha: 0..1 */
    int order;         /**< place in the file, for a stable sort */
} vd_ramp_entry;

typedef struct vd_ramp_text {
    vd_ramp_entry *entries; /**< as in the file; free() */
    int count, capacity;
    bool has_nodata;
    double nodata[4]; /**< encoded, alpha */
} vd_ramp_text;

/** A kind of such texts. */
typedef struct vd_colour_text {
    const char *folder; /**< of the built-in ones */
    const char *noun;   /**< what one is called */
    const char *key;    /**< what its lines begin with */
} vd_colour_text;

/** The text of a built-in one or of a file; free(). *out is NULL on failure.
 *  Returns VD_OK, VD_ERR_SETTING (no such), VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_colour_text_read(vd_context *context, const vd_colour_text *what,
                                          const char *name, char **out);

/** Parses a gdaldem color-relief text or a GMT colour table in RGB.
 *  name  for messages; text  writable, is cut up; min_m, max_m  what 0 % and 100 % stand for.
 *  Returns VD_OK, VD_ERR_FORMAT or VD_ERR_MEMORY; out->entries is to be freed in any case. */
VD_MUST_USE vd_result vd_ramp_parse(vd_context *context, const char *name, char *text, double min_m,
                                    double max_m, vd_ramp_text *out);

#endif
