/* Pictures that tile, for materials: read whole, with smaller copies. */
#ifndef VD_TILES_H
#define VD_TILES_H

#include "base/base.h"
#include "kernel/rules.h"

/** What a picture's values are. */
typedef enum vd_tile_kind {
    VD_TILE_COLOUR, /**< as sRGB encodes them; smaller copies average light */
    VD_TILE_DATA    /**< numbers, averaged as they are */
} vd_tile_kind;

/** Reads a picture of one band (grey) or three. *texels is what out points to; free with free().
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_tile_load(vd_context *context, const char *path, vd_tile_kind kind,
                                   uint8_t **texels, vdk_tile *out);

/** Opens it, and reads nothing. Returns as vd_tile_load(). */
VD_MUST_USE vd_result vd_tile_probe(vd_context *context, const char *path);

#endif
