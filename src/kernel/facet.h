/* The surface at a place: its height, its slopes and its normals.
 *
 * A cell is one bilinear patch, or it is refined: cut into 2^k x 2^k facets, bilinear patches too,
 * between posts of its own (terrain/detail.h makes them). Positions stay a cell and a fraction of
 * it; the facet is the one whose part of the cell the fraction lies in, the higher one on a line
 * between two, which both have the same height there. So a position has one facet whatever has led
 * to it, and a ray that leaves from it knows on which it stands.
 *
 * Refined cells come in tiles of 8 x 8, all of one level k. A tile's word has k in its low four
 * bits, 0 for none, and above them where its numbers begin, in units of 64: the highest post of
 * each of the 64 cells, then of each of their quarters, and so on down to squares of 2 x 2 facets;
 * then the posts, row by row, with a ring of one more around the tile for slopes at its edge.
 * The raster's outermost cells are never refined: beyond them the ground goes on by their middle
 * lines (border.h). */
#ifndef VDK_FACET_H
#define VDK_FACET_H

#include "height_field.h"

#define VDK_TILE_SHIFT 3 /* of cells to tiles */
#define VDK_TILE_CELLS (1 << VDK_TILE_SHIFT)
#define VDK_DETAIL_LEVELS 6 /* the most that a cell is cut: 2^6 facets a side */

/* ---- tiles --------------------------------------------------------------------------------- */

/** The word of a cell's tile; 0 of one that is not refined, or no cell of the raster. */
VD_FN vdk_uint vdk_detail_word(VDK_SCENE const vdk_height_field *f, int cx, int cy)
{
    if (!f->detail.tiles || cx < 1 || cy < 1 || cx > f->cells_x - 2 || cy > f->cells_y - 2)
        return 0;
    return f->detail.tiles[(vdk_long)(cy >> VDK_TILE_SHIFT) * (vdk_long)f->detail.tiles_x +
                           (vdk_long)(cx >> VDK_TILE_SHIFT)];
}

VD_FN int vdk_word_level(vdk_uint word)
{
    return (int)(word & 15u);
}
VD_FN vdk_long vdk_word_first(vdk_uint word)
{
    return (vdk_long)(word >> 4) * 64;
}

/** How many maxima come before those of squares that are so many times halved from a cell. */
VD_FN vdk_long vdk_tile_maxima(int halved)
{
    return 64 * ((((vdk_long)1 << 2 * halved) - 1) / 3);
}
/** Posts from one row of a tile to the next. */
VD_FN int vdk_tile_stride(int level)
{
    return (VDK_TILE_CELLS << level) + 3;
}
/** Where a tile of this level has post (i, j), counted from its corner; -1 is the ring's. */
VD_FN vdk_long vdk_tile_post(int level, int i, int j)
{
    return vdk_tile_maxima(level) + (vdk_long)(j + 1) * (vdk_long)vdk_tile_stride(level) +
           (vdk_long)(i + 1);
}
/** Numbers that a tile takes: maxima, posts, and what makes them a multiple of 64. */
VD_FN vdk_long vdk_tile_numbers(int level)
{
    vdk_long stride = vdk_tile_stride(level);
    return (vdk_tile_maxima(level) + stride * stride + 63) / 64 * 64;
}

/** The highest post of a square of 2^size facets a side, (x, y) of them from the cell's corner. */
VD_FN float vdk_facets_max(VDK_SCENE const vdk_height_field *f, vdk_uint word, int cx, int cy,
                           int size, int x, int y)
{
    const int halved = vdk_word_level(word) - size, mask = VDK_TILE_CELLS - 1;
    vdk_long column = (vdk_long)((cx & mask) << halved) + x;
    vdk_long row = (vdk_long)((cy & mask) << halved) + y;
    return f->detail.posts[vdk_word_first(word) + vdk_tile_maxima(halved) +
                           (row << (VDK_TILE_SHIFT + halved)) + column];
}

/** Where facet (i, j) of a refined cell has its first post. */
VD_FN VDK_GLOBAL const float *vdk_facet_posts(VDK_SCENE const vdk_height_field *f, vdk_uint word,
                                              int cx, int cy, int i, int j)
{
    const int level = vdk_word_level(word), mask = VDK_TILE_CELLS - 1;
    return f->detail.posts + vdk_word_first(word) +
           vdk_tile_post(level, ((cx & mask) << level) + i, ((cy & mask) << level) + j);
}

VD_FN vdk_patch vdk_facet_patch(VDK_SCENE const vdk_height_field *f, vdk_uint word, int cx, int cy,
                                int i, int j)
{
    VDK_GLOBAL const float *near = vdk_facet_posts(f, word, cx, cy, i, j);
    VDK_GLOBAL const float *far = near + vdk_tile_stride(vdk_word_level(word));
    vdk_patch patch;
    patch.h00 = near[0];
    patch.h10 = near[1];
    patch.h01 = far[0];
    patch.h11 = far[1];
    return patch;
}

/** No point of a cell is above this. */
VD_FN float vdk_cell_max(VDK_SCENE const vdk_height_field *f, int cx, int cy)
{
    vdk_uint word = vdk_detail_word(f, cx, cy);
    if (word) return vdk_facets_max(f, word, cx, cy, vdk_word_level(word), 0, 0);
    vdk_patch p = vdk_patch_at(f, cx, cy);
    return vdk_max(vdk_max(p.h00, p.h10), vdk_max(p.h01, p.h11));
}

/* ---- facets -------------------------------------------------------------------------------- */

/* Where a position lies: on facet (i, j) of its cell's, at a fraction of it. */
typedef struct vdk_facet {
    vdk_uint word; /* of the cell's tile; 0: the cell is the facet */
    int i, j;
    float u, v;
    float per_cell; /* facets along a cell's side */
} vdk_facet;

/** The facet along one axis, and the fraction of it: exact, since a cell is cut in powers of two.
 */
VD_FN int vdk_facet_along(float fraction, int count, VDK_PRIVATE float *part)
{
    float at = fraction * (float)count;
    int i = vdk_imin((int)at, count - 1);
    *part = at - (float)i;
    return i;
}

VD_FN vdk_facet vdk_facet_at(VDK_SCENE const vdk_height_field *f, int cx, int cy, float fx,
                             float fy)
{
    vdk_facet facet;
    facet.word = vdk_detail_word(f, cx, cy);
    facet.i = facet.j = 0;
    facet.u = fx;
    facet.v = fy;
    facet.per_cell = 1.0f;
    if (facet.word) {
        int count = 1 << vdk_word_level(facet.word);
        facet.i = vdk_facet_along(fx, count, &facet.u);
        facet.j = vdk_facet_along(fy, count, &facet.v);
        facet.per_cell = (float)count;
    }
    return facet;
}

VD_FN vdk_patch vdk_patch_of(VDK_SCENE const vdk_height_field *f, int cx, int cy,
                             VDK_PRIVATE const vdk_facet *facet)
{
    if (!facet->word) return vdk_patch_at(f, cx, cy);
    return vdk_facet_patch(f, facet->word, cx, cy, facet->i, facet->j);
}

/** The surface's height at a place of the raster. */
VD_FN float vdk_height_of(VDK_SCENE const vdk_height_field *f, int cx, int cy, float fx, float fy)
{
    vdk_facet facet = vdk_facet_at(f, cx, cy, fx, fy);
    return vdk_patch_height(vdk_patch_of(f, cx, cy, &facet), facet.u, facet.v);
}

/* ---- normals ------------------------------------------------------------------------------- */

/** Slopes at a post by central differences, one-sided at the outermost posts. */
VD_FN void vdk_post_gradient(VDK_SCENE const vdk_height_field *f, int i, int j,
                             VDK_PRIVATE float *hu, VDK_PRIVATE float *hv)
{
    int i0 = vdk_imax(i - 1, 0), i1 = vdk_imin(i + 1, f->cells_x);
    int j0 = vdk_imax(j - 1, 0), j1 = vdk_imin(j + 1, f->cells_y);
    *hu = (vdk_post(f, i1, j) - vdk_post(f, i0, j)) / (float)(i1 - i0);
    *hv = (vdk_post(f, i, j1) - vdk_post(f, i, j0)) / (float)(j1 - j0);
}

/** The surface's own unit normal at a position on it. */
VD_FN vdk_vec vdk_geometric_normal(VDK_SCENE const vdk_height_field *f, vdk_position p)
{
    float hu, hv;
    int beyond = vdk_to_edge(f, &p);
    vdk_facet facet = vdk_facet_at(f, p.cx, p.cy, p.fx, p.fy);
    vdk_patch_gradient(vdk_patch_of(f, p.cx, p.cy, &facet), facet.u, facet.v, &hu, &hv);
    hu *= facet.per_cell;
    hv *= facet.per_cell;
    return vdk_normal_from_gradient(f, p.cy, (beyond & 1) ? 0.0f : hu, (beyond & 2) ? 0.0f : hv);
}

/** Slopes at the four posts of a cell, or of a facet, in heights a cell. */
VD_FN void vdk_corner_gradients(VDK_SCENE const vdk_height_field *f, int cx, int cy,
                                VDK_PRIVATE const vdk_facet *facet, float u[4], float v[4])
{
    if (!facet->word) {
        for (int k = 0; k < 4; k++) vdk_post_gradient(f, cx + (k & 1), cy + (k >> 1), &u[k], &v[k]);
        return;
    }
    VDK_GLOBAL const float *post = vdk_facet_posts(f, facet->word, cx, cy, facet->i, facet->j);
    const int stride = vdk_tile_stride(vdk_word_level(facet->word));
    for (int k = 0; k < 4; k++) {
        VDK_GLOBAL const float *p = post + (k & 1) + (k >> 1) * stride;
        u[k] = 0.5f * facet->per_cell * (p[1] - p[-1]);
        v[k] = 0.5f * facet->per_cell * (p[stride] - p[-stride]);
    }
}

/** The normal to shade with: slopes at the four posts, interpolated; beyond the raster, and where
 *  smooth normals are off, the surface's own. */
VD_FN vdk_vec vdk_shading_normal(VDK_SCENE const vdk_height_field *f, vdk_position p,
                                 vdk_vec geometric)
{
    if (!f->smooth_normals) return geometric;
    if (vdk_side(p.cx, p.fx, f->cells_x) != 0 || vdk_side(p.cy, p.fy, f->cells_y) != 0)
        return geometric;
    float u[4], v[4];
    vdk_facet facet = vdk_facet_at(f, p.cx, p.cy, p.fx, p.fy);
    vdk_corner_gradients(f, p.cx, p.cy, &facet, u, v);
    float hu = vdk_lerp(vdk_lerp(u[0], u[1], facet.u), vdk_lerp(u[2], u[3], facet.u), facet.v);
    float hv = vdk_lerp(vdk_lerp(v[0], v[1], facet.u), vdk_lerp(v[2], v[3], facet.u), facet.v);
    return vdk_normal_from_gradient(f, p.cy, hu, hv);
}

#endif
