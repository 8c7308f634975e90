/* Textures laid over the height field: a picture whose texels are aligned with the grid.
 *
 * A texel is four bytes: red, green and blue as sRGB encodes them, and a mask. A look-up blends the
 * four texels around a position in linear light, each colour weighted by its mask, so that what a
 * masked texel holds never shows: the result is premultiplied, as Porter and Duff 1984
 * ("Compositing Digital Images") have it, and is laid over the colour below by their "over".
 *
 * Positions are an int32 cell and a fraction, and stay so here: whole cells become whole texels in
 * integers, and only what is left over is a float. */
#ifndef VDK_TEXTURE_H
#define VDK_TEXTURE_H

#include "math.h"

#define VDK_DRAPE_LEVELS 2

typedef struct vdk_texture {
    VDK_GLOBAL const vdk_uchar *texels;   /* red, green, blue, mask; row after row */
    int column, row, columns, rows;       /* the part of the raster it covers, in cells */
    int texels_per_cell, cells_per_texel; /* one of the two is 1 */
    int width, height;                    /* in texels */
} vdk_texture;

/* The picture on the ground: the first level that covers a position counts, the last one is for
 * everywhere. */
typedef struct vdk_drape {
    vdk_texture level[VDK_DRAPE_LEVELS];
    int levels; /* 0: no drape */
    float opacity;
    float linear[256]; /* what the bytes of a colour mean */
} vdk_drape;

/* A colour times its mask, and the mask. */
typedef struct vdk_texel {
    vdk_vec colour;
    float mask;
} vdk_texel;

/** The two texels on either side of a coordinate along one axis, and the weight of the second.
 *  cell      the padded cell less the texture's first raster cell
 *  fraction  of it; raster coordinates are half a cell less than padded ones */
VD_FN float vdk_texture_axis(int cell, float fraction, int texels_per_cell, int cells_per_texel,
                             int size, VDK_PRIVATE int *first, VDK_PRIVATE int *second)
{
    int whole = cell >= 0 ? cell / cells_per_texel : -((-cell - 1) / cells_per_texel) - 1;
    float rest = (float)(cell - whole * cells_per_texel) + fraction - 0.5f;
    float x = rest * (float)texels_per_cell / (float)cells_per_texel - 0.5f;
    int below = vdk_ifloor(x);
    int texel = whole * texels_per_cell + below;
    *first = vdk_imin(vdk_imax(texel, 0), size - 1);
    *second = vdk_imin(vdk_imax(texel + 1, 0), size - 1);
    return x - (float)below;
}

VD_FN void vdk_texel_add(VDK_SCENE const vdk_drape *drape, VDK_SCENE const vdk_texture *texture,
                         int x, int y, float weight, VDK_PRIVATE vdk_texel *sum)
{
    VDK_GLOBAL const vdk_uchar *t =
        texture->texels + 4 * ((vdk_long)y * (vdk_long)texture->width + (vdk_long)x);
    float mask = weight * ((float)t[3] / 255.0f);
    vdk_vec colour = vdk_vec_make(drape->linear[t[0]], drape->linear[t[1]], drape->linear[t[2]]);
    sum->colour = vdk_vec_add(sum->colour, vdk_vec_scale(colour, mask));
    sum->mask += mask;
}

/** The drape at a position: padded cell and fraction. */
VD_FN vdk_texel vdk_drape_at(VDK_SCENE const vdk_drape *drape, int cx, float fx, int cy, float fy)
{
    int level = 0;
    while (level < drape->levels - 1) {
        VDK_SCENE const vdk_texture *t = &drape->level[level];
        int i = cx - t->column, j = cy - t->row;
        if (i >= 0 && i <= t->columns && j >= 0 && j <= t->rows) break;
        level++;
    }
    VDK_SCENE const vdk_texture *t = &drape->level[level];
    int x0, x1, y0, y1;
    float u = vdk_texture_axis(cx - t->column, fx, t->texels_per_cell, t->cells_per_texel, t->width,
                               &x0, &x1);
    float v = vdk_texture_axis(cy - t->row, fy, t->texels_per_cell, t->cells_per_texel, t->height,
                               &y0, &y1);
    vdk_texel sum;
    sum.colour = vdk_vec_make(0.0f, 0.0f, 0.0f);
    sum.mask = 0.0f;
    vdk_texel_add(drape, t, x0, y0, (1.0f - u) * (1.0f - v), &sum);
    vdk_texel_add(drape, t, x1, y0, u * (1.0f - v), &sum);
    vdk_texel_add(drape, t, x0, y1, (1.0f - u) * v, &sum);
    vdk_texel_add(drape, t, x1, y1, u * v, &sum);
    return sum;
}

/** Lays the drape over a colour. */
VD_FN vdk_vec vdk_drape_over(VDK_SCENE const vdk_drape *drape, vdk_texel texel, vdk_vec below)
{
    return vdk_vec_add(vdk_vec_scale(texel.colour, drape->opacity),
                       vdk_vec_scale(below, 1.0f - drape->opacity * texel.mask));
}

#endif
