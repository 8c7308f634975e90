/* What the parts of the built-in denoiser share: denoise.c cuts the picture into tiles and gathers
 * them, denoise_rows.h, compiled for each instruction set, filters one. */
#ifndef VD_DENOISE_PARTS_H
#define VD_DENOISE_PARTS_H

#include <stdbool.h>

/* Side of a tile; how far around a pixel its likes are looked for; of patches that are compared,
 * how far they go around their middle; and of squares over which noise is averaged. */
enum {
    VD_DENOISE_TILE = 64,
    VD_DENOISE_REACH = 6,
    VD_DENOISE_PATCH = 1,
    VD_DENOISE_BLUR = 1,
    VD_DENOISE_MARGIN = VD_DENOISE_REACH + VD_DENOISE_PATCH,
    VD_DENOISE_SIDE = VD_DENOISE_TILE + 2 * VD_DENOISE_MARGIN,
    VD_DENOISE_AREA = VD_DENOISE_SIDE * VD_DENOISE_SIDE,
    VD_DENOISE_STRIP = 8 /* rows filtered at a time: what they add up stays in a core's cache */
};

/* Channels at most; planes of features, and what is regressed on: these, and the place. */
enum {
    VD_DENOISE_CHANNELS = 4,
    VD_DENOISE_PLANES = 5,
    VD_DENOISE_TERMS = 1 + VD_DENOISE_PLANES + 2,
    VD_DENOISE_PAIRS = VD_DENOISE_TERMS * (VD_DENOISE_TERMS + 1) / 2,
    VD_DENOISE_SUMS = VD_DENOISE_PAIRS + VD_DENOISE_CHANNELS * VD_DENOISE_TERMS
};

enum {
    VD_DENOISE_PATCH_ROWS = VD_DENOISE_STRIP + 2 * VD_DENOISE_PATCH,
    VD_DENOISE_PATCH_COLUMNS = VD_DENOISE_TILE + 2 * VD_DENOISE_PATCH,
    VD_DENOISE_STRIP_AREA = VD_DENOISE_STRIP * VD_DENOISE_TILE
};

/* A tile with its margin. */
typedef struct vd_denoise_tile {
    int channels, planes;
    float signal[VD_DENOISE_CHANNELS][VD_DENOISE_AREA];
    float variance[VD_DENOISE_CHANNELS][VD_DENOISE_AREA];
    float plane[VD_DENOISE_PLANES][VD_DENOISE_AREA];
    float weight_of[VD_DENOISE_PLANES]; /* of a plane's squared difference, among likes */
    float is_there[VD_DENOISE_AREA];    /* 1 or 0 */
    float out[VD_DENOISE_CHANNELS][VD_DENOISE_TILE * VD_DENOISE_TILE];
    /* Of a strip. */
    float apart[VD_DENOISE_PATCH_ROWS * VD_DENOISE_PATCH_COLUMNS];
    float counted[VD_DENOISE_PATCH_ROWS * VD_DENOISE_PATCH_COLUMNS];
    float weight[VD_DENOISE_STRIP_AREA];
    float sums[VD_DENOISE_SUMS][VD_DENOISE_STRIP_AREA];
} vd_denoise_tile;

/** Fills tile->out where tile->is_there. */
typedef void vd_denoise_filter(vd_denoise_tile *tile);
vd_denoise_filter vd_denoise_base, vd_denoise_avx2, vd_denoise_avx512;

#endif
