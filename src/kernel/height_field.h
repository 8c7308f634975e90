/* The height field: a padded grid of posts with a bilinear patch in each cell.
 *
 * Coordinates. A position is an int32 cell, a fraction of it in [0, 1] along columns (x) and rows
 * (y), and a height. Cell (i, j) lies between padded posts (i, j) and (i + 1, j + 1). The raster
 * ends half a cell inside the outermost cells; beyond, under VDK_BORDER_EXTEND, the surface goes on
 * with the height of the nearest point of that edge, so there cell numbers run on, negative too.
 *
 * A direction in metres (east, north, up) becomes cells and heights per metre by the metric of the
 * row that the ray leaves from: cell sizes, rotation and z_factor are scales of rays, never of
 * heights.
 *
 * Heights are floats, or 16-bit numbers of steps above the lowest height of a block of posts
 * (terrain/posts.c). A post belongs to one block, so whatever asks for it gets the same bits. */
#ifndef VDK_HEIGHT_FIELD_H
#define VDK_HEIGHT_FIELD_H

#include "math.h"

#define VDK_SKYLINE_LEVEL 4 /* of nodes that the skyline has words for */
#define VDK_WORD_LEVELS 17  /* words of up to 4^16 cells a side: more than an int32 counts */

/* The block_shift of posts that are all in one block: more than any row or column shifted by it
 * leaves. */
#define VDK_ONE_BLOCK 30

enum { VDK_BORDER_EXTEND = 0, VDK_BORDER_OPEN = 1 };

/* Posts between the posts, of cells that have them: see detail.h. */
typedef struct vdk_detail {
    VDK_GLOBAL const vdk_uint *tiles; /* a word for each square of cells; NULL: no cell has any */
    VDK_GLOBAL const float *posts;
    int tiles_x;
} vdk_detail;

typedef struct vdk_height_field {
    VDK_GLOBAL const float *posts;      /* in pairs of rows; see vdk_post_index() */
    VDK_GLOBAL const vdk_uint *pairs;   /* or as 16-bit numbers; see vdk_narrow_post() */
    VDK_GLOBAL const float *blocks;     /* what those stand for: per block the lowest height and the
                                           step */
    VDK_GLOBAL const vdk_uint *pyramid; /* quantised maxima; see vdk_node_max() */
    VDK_GLOBAL const vdk_uint *skyline; /* terrain/skyline.c; may be NULL: it only saves steps */
    VDK_GLOBAL const float *row_metric; /* per row of cells: columns per metre east, rows per metre
                                           north; unread when metric_rows is 0 */
    vdk_long stride;                    /* posts per pair of rows */
    int block_shift; /* blocks have 2^block_shift posts a side; 0: posts are floats */
    int blocks_x;    /* blocks in a row of them */
    int levels;      /* level l has nodes of 2^l cells a side; the top one has a single node */
    vdk_long word_offset[VDK_WORD_LEVELS]; /* of words of 4^w cells a side, w from 1 up */
    int word_width[VDK_WORD_LEVELS];       /* words per row */
    vdk_uint drop_unit[VDK_WORD_LEVELS];   /* quanta in a unit of their quarters' drops */
    int cells_x, cells_y;
    int metric_rows;  /* 0: to_grid holds everywhere */
    float to_grid[4]; /* (east, north) metres to (columns, rows), row-major */
    float z_factor;
    float quantum, quantum_base; /* a quantised maximum q stands for quantum_base + q quantum */
    float min, max;              /* of all posts */
    float edge_drop; /* how much lower than max all posts of the outermost cells are; 0 will do */
    int border;
    int smooth_normals;
    vdk_detail detail;
} vdk_height_field;

/* A point on the surface, or in the air. */
typedef struct vdk_position {
    int cx, cy;
    float fx, fy;
    float z; /* stored units, relative to the base */
} vdk_position;

/* A patch: corner heights in the order of columns, then rows. */
typedef struct vdk_patch {
    float h00, h10, h01, h11;
} vdk_patch;

/** Where post (i, j) is among the posts: rows 2 n and 2 n + 1 share a row of memory, column by
 *  column, so that a cell's four corners lie in one or two cache lines and so do its neighbours'.
 */
VD_FN vdk_long vdk_post_index(VDK_SCENE const vdk_height_field *f, int i, int j)
{
    return (vdk_long)(j >> 1) * f->stride + 2 * (vdk_long)i + (vdk_long)(j & 1);
}

/** A post that is a 16-bit number. Those of rows 2 n and 2 n + 1 in a column share a word, the even
 *  row's in its low half; words lie as pairs of floats do. */
VD_FN float vdk_narrow_post(VDK_SCENE const vdk_height_field *f, int i, int j)
{
    vdk_uint pair = f->pairs[(vdk_long)(j >> 1) * (f->stride >> 1) + (vdk_long)i];
    vdk_uint steps = (j & 1) ? pair >> 16 : pair & 0xffffu;
    VDK_GLOBAL const float *block =
        f->blocks + 2 * ((vdk_long)(j >> f->block_shift) * (vdk_long)f->blocks_x +
                         (vdk_long)(i >> f->block_shift));
    return block[0] + (float)(int)steps * block[1];
}

VD_FN float vdk_post(VDK_SCENE const vdk_height_field *f, int i, int j)
{
    if (f->block_shift) return vdk_narrow_post(f, i, j);
    return f->posts[vdk_post_index(f, i, j)];
}

VD_FN vdk_patch vdk_narrow_patch(VDK_SCENE const vdk_height_field *f, int cx, int cy)
{
    vdk_patch patch;
    patch.h00 = vdk_narrow_post(f, cx, cy);
    patch.h10 = vdk_narrow_post(f, cx + 1, cy);
    patch.h01 = vdk_narrow_post(f, cx, cy + 1);
    patch.h11 = vdk_narrow_post(f, cx + 1, cy + 1);
    return patch;
}

VD_FN vdk_patch vdk_patch_at(VDK_SCENE const vdk_height_field *f, int cx, int cy)
{
    if (f->block_shift) return vdk_narrow_patch(f, cx, cy);
    VDK_GLOBAL const float *near = f->posts + vdk_post_index(f, cx, cy);
    VDK_GLOBAL const float *far = f->posts + vdk_post_index(f, cx, cy + 1);
    vdk_patch patch;
    patch.h00 = near[0];
    patch.h10 = near[2];
    patch.h01 = far[0];
    patch.h11 = far[2];
    return patch;
}

/** Height of a patch. On an edge (u or v exactly 0 or 1) the other cell that shares it gets the
 * same bits: the products by 0 and 1 are exact. */
VD_FN float vdk_patch_height(vdk_patch p, float u, float v)
{
    return vdk_lerp(vdk_lerp(p.h00, p.h01, v), vdk_lerp(p.h10, p.h11, v), u);
}

VD_FN void vdk_patch_gradient(vdk_patch p, float u, float v, VDK_PRIVATE float *hu,
                              VDK_PRIVATE float *hv)
{
    *hu = vdk_lerp(p.h10 - p.h00, p.h11 - p.h01, v);
    *hv = vdk_lerp(p.h01 - p.h00, p.h11 - p.h10, u);
}

/** -1, 0 or 1: before, inside or beyond the raster along one axis, whose edges lie at 0.5 and
 *  cells - 0.5. */
VD_FN int vdk_side(int cell, float fraction, int cells)
{
    if (cell < 0 || (cell == 0 && fraction < 0.5f)) return -1;
    if (cell >= cells || (cell == cells - 1 && fraction > 0.5f)) return 1;
    return 0;
}

/** Moves a position beyond the raster to the nearest point of its edge. Returns non-zero if it was
 *  beyond along x (1), y (2) or both (3). */
VD_FN int vdk_to_edge(VDK_SCENE const vdk_height_field *f, VDK_PRIVATE vdk_position *p)
{
    int sx = vdk_side(p->cx, p->fx, f->cells_x);
    int sy = vdk_side(p->cy, p->fy, f->cells_y);
    if (sx != 0) {
        p->cx = sx < 0 ? 0 : f->cells_x - 1;
        p->fx = 0.5f;
    }
    if (sy != 0) {
        p->cy = sy < 0 ? 0 : f->cells_y - 1;
        p->fy = 0.5f;
    }
    return (sx != 0 ? 1 : 0) | (sy != 0 ? 2 : 0);
}

/** Columns and rows per metre east and north for rays that leave from a row of cells. */
VD_FN void vdk_metric_at(VDK_SCENE const vdk_height_field *f, int cy, float m[4])
{
    if (f->metric_rows) {
        int row = vdk_imin(vdk_imax(cy, 0), f->metric_rows - 1);
        m[0] = f->row_metric[2 * row];
        m[1] = 0.0f;
        m[2] = 0.0f;
        m[3] = f->row_metric[2 * row + 1];
    } else {
        m[0] = f->to_grid[0];
        m[1] = f->to_grid[1];
        m[2] = f->to_grid[2];
        m[3] = f->to_grid[3];
    }
}

/** Moves a position by metres (east, north, up), as far as the metric is the same everywhere. */
VD_FN vdk_position vdk_moved(VDK_SCENE const vdk_height_field *f, vdk_position p, vdk_vec by)
{
    float m[4];
    vdk_metric_at(f, p.cy, m);
    float x = p.fx + (m[0] * by.x + m[1] * by.y), y = p.fy + (m[2] * by.x + m[3] * by.y);
    int i = vdk_ifloor(x), j = vdk_ifloor(y);
    p.cx += i;
    p.cy += j;
    p.fx = x - (float)i;
    p.fy = y - (float)j;
    p.z += by.z / f->z_factor;
    return p;
}

/** From a to b in metres, as the metric of a's row has it. */
VD_FN vdk_vec vdk_metres_between(VDK_SCENE const vdk_height_field *f, vdk_position a,
                                 vdk_position b)
{
    float m[4];
    vdk_metric_at(f, a.cy, m);
    float det = m[0] * m[3] - m[1] * m[2];
    float x = (float)(b.cx - a.cx) + (b.fx - a.fx), y = (float)(b.cy - a.cy) + (b.fy - a.fy);
    return vdk_vec_make((m[3] * x - m[1] * y) / det, (m[0] * y - m[2] * x) / det,
                        (b.z - a.z) * f->z_factor);
}

/** Unit normal in the world (east, north, up) for slopes hu, hv in stored units per cell. */
VD_FN vdk_vec vdk_normal_from_gradient(VDK_SCENE const vdk_height_field *f, int cy, float hu,
                                       float hv)
{
    float m[4];
    vdk_metric_at(f, cy, m);
    return vdk_vec_normalize(vdk_vec_make(-f->z_factor * (hu * m[0] + hv * m[2]),
                                          -f->z_factor * (hu * m[1] + hv * m[3]), 1.0f));
}

#endif
