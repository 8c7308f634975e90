/* The tree of a NanoVDB grid, to bricks.
 *
 * A grid is a root of tiles, each of which is a value or an upper node of 32^3 children, these are
 * values or lower nodes of 16^3, and those values or leaves of 8^3 voxels (Museth 2013, "VDB:
 * High-Resolution Sparse Volumes with Dynamic Topology", ACM Transactions on Graphics 32, section
 * 3; PNanoVDB.h knows where in memory what is). Leaves become bricks, and so do values of nodes
 * that are not 0.
 *
 * No offset in the file is trusted: PNanoVDB reads words through a check of bounds, beyond which
 * all is 0, and what is visited is bounded in number by what the grid's bytes have room for. */
#include "media/voxels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PNANOVDB_C
#define PNANOVDB_ADDRESS_64
#define PNANOVDB_BUF_BOUNDS_CHECK
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpragmas"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#include <nanovdb/PNanoVDB.h>
#pragma GCC diagnostic pop

#define MAP_OFF (PNANOVDB_GRID_OFF_MAP + PNANOVDB_MAP_OFF_MATD)

typedef struct tree_walk tree_walk;

struct tree_walk {
    vd_context *context;
    const char *path;
    pnanovdb_buf_t buf;
    uint64_t bytes;
    pnanovdb_grid_type_t type;
    const pnanovdb_grid_type_constants_t *at;
    uint64_t nodes_left; /* more than the grid has room for are none */
    bool y_up;
    int count;
    int low[3], high[3]; /* bricks, by the axes of vd_voxels */
    void (*brick)(tree_walk *walk, uint64_t leaf, float value); /* 0 or a leaf's address */
    int cell[3];                                                /* the brick's */
    vd_voxels *out;
};

bool vd_voxels_have_reader(void)
{
    return true;
}

static uint32_t word_at(const tree_walk *w, uint64_t address)
{
    return pnanovdb_buf_read_uint32(w->buf, address);
}

static float float_at(const tree_walk *w, uint64_t address)
{
    return pnanovdb_read_float(w->buf, (pnanovdb_address_t){address});
}

static vd_result fail_damaged(const tree_walk *w)
{
    return vd_fail(w->context, VD_ERR_FORMAT, "%s is damaged: the tree of its grid leads nowhere",
                   w->path);
}

/** Does a node of so many bytes lie in the grid? */
static bool is_inside(const tree_walk *w, uint64_t address, uint64_t bytes)
{
    return address % 4 == 0 && address < w->bytes && bytes <= w->bytes - address;
}

/* ---- the walk -------------------------------------------------------------------------------- */

/** A brick with this origin in the file's voxels. */
static vd_result meet(tree_walk *w, const int origin[3], uint64_t leaf, float value)
{
    int b[3] = {origin[0] / VD_BRICK, origin[1] / VD_BRICK, origin[2] / VD_BRICK};
    for (int k = 0; k < 3; k++)
        if (origin[k] < 0) b[k] = -((VD_BRICK - 1 - origin[k]) / VD_BRICK);
    w->cell[0] = b[0];
    w->cell[1] = w->y_up ? -1 - b[2] : b[1];
    w->cell[2] = w->y_up ? b[1] : b[2];
    if (w->count >= VD_BRICKS_MOST)
        return vd_fail(w->context, VD_ERR_UNSUPPORTED,
                       "%s has more than %.0f million voxels; make its grid coarser or cut it",
                       w->path, VD_BRICKS_MOST * (VD_BRICK_VOXELS / 1e6));
    w->count++;
    w->brick(w, leaf, value);
    return VD_OK;
}

/** All bricks of a cube of one value. */
static vd_result fill(tree_walk *w, const int origin[3], int side, float value)
{
    int at[3];
    if (!(value > 0.0f)) return VD_OK;
    for (int i = 0; i < side; i += VD_BRICK)
        for (int j = 0; j < side; j += VD_BRICK)
            for (int k = 0; k < side; k += VD_BRICK) {
                at[0] = origin[0] + i;
                at[1] = origin[1] + j;
                at[2] = origin[2] + k;
                VD_TRY(meet(w, at, 0, value));
            }
    return VD_OK;
}

/* A level of nodes below the root. */
typedef struct level {
    int log, child_side;        /* children along a side: 2^log; voxels of one along a side */
    uint32_t child_mask, table; /* offsets */
    uint32_t bytes;
} level;

static vd_result walk_node(tree_walk *w, int depth, uint64_t address, const int origin[3])
{
    const level levels[2] = {
        {5, 128, PNANOVDB_UPPER_OFF_CHILD_MASK, w->at->upper_off_table, w->at->upper_size},
        {4, 8, PNANOVDB_LOWER_OFF_CHILD_MASK, w->at->lower_off_table, w->at->lower_size}};
    if (depth == 2) {
        if (!is_inside(w, address, w->at->leaf_off_table)) return fail_damaged(w);
        return meet(w, origin, address, 0.0f);
    }
    const level *l = &levels[depth];
    if (!is_inside(w, address, l->bytes) || w->nodes_left-- == 0) return fail_damaged(w);
    for (uint32_t n = 0; n < 1u << (3 * l->log); n++) {
        uint64_t entry = address + l->table + (uint64_t)n * w->at->table_stride;
        const int at[3] = {origin[0] + (int)(n >> (2 * l->log)) * l->child_side,
                           origin[1] + (int)(n >> l->log & ((1u << l->log) - 1)) * l->child_side,
                           origin[2] + (int)(n & ((1u << l->log) - 1)) * l->child_side};
        bool is_child = word_at(w, address + l->child_mask + 4 * (n >> 5)) >> (n & 31) & 1;
        if (is_child)
            VD_TRY(walk_node(w, depth + 1, address + pnanovdb_buf_read_uint64(w->buf, entry), at));
        else
            VD_TRY(fill(w, at, l->child_side, float_at(w, entry)));
    }
    return VD_OK;
}

/** 21 bits of a tile's key as the origin along an axis. */
static int origin_of(uint64_t key, int shift)
{
    return (int)((uint32_t)(key >> shift & 0x1fffffu) << 12);
}

static vd_result walk_tree(tree_walk *w)
{
    uint64_t tree = PNANOVDB_GRID_SIZE;
    uint64_t root =
        tree + pnanovdb_buf_read_uint64(w->buf, tree + PNANOVDB_TREE_OFF_NODE_OFFSET_ROOT);
    w->nodes_left = w->bytes / w->at->lower_size + 1;
    w->count = 0;
    if (!is_inside(w, root, w->at->root_size)) return fail_damaged(w);
    uint64_t tiles = word_at(w, root + PNANOVDB_ROOT_OFF_TABLE_SIZE);
    if (tiles > (w->bytes - root - w->at->root_size) / w->at->root_tile_size)
        return fail_damaged(w);
    for (uint64_t i = 0; i < tiles; i++) {
        uint64_t tile = root + w->at->root_size + i * w->at->root_tile_size;
        uint64_t key = pnanovdb_buf_read_uint64(w->buf, tile + PNANOVDB_ROOT_TILE_OFF_KEY);
        uint64_t child = pnanovdb_buf_read_uint64(w->buf, tile + PNANOVDB_ROOT_TILE_OFF_CHILD);
        const int at[3] = {origin_of(key, 42), origin_of(key, 21), origin_of(key, 0)};
        if (child)
            VD_TRY(walk_node(w, 0, root + child, at));
        else
            VD_TRY(fill(w, at, 4096, float_at(w, tile + w->at->root_tile_off_value)));
    }
    return VD_OK;
}

/* ---- bricks ---------------------------------------------------------------------------------- */

static void measure(tree_walk *w, uint64_t leaf, float value)
{
    (void)leaf;
    (void)value;
    for (int k = 0; k < 3; k++) {
        if (w->count == 1 || w->cell[k] < w->low[k]) w->low[k] = w->cell[k];
        if (w->count == 1 || w->cell[k] > w->high[k]) w->high[k] = w->cell[k];
    }
}

static float voxel_of(const tree_walk *w, uint64_t leaf, int i, int j, int k)
{
    pnanovdb_coord_t ijk = {i, j, k};
    pnanovdb_address_t table = {leaf + w->at->leaf_off_table};
    switch (w->type) {
    case PNANOVDB_GRID_TYPE_FP4: return pnanovdb_leaf_fp4_read_float(w->buf, table, &ijk);
    case PNANOVDB_GRID_TYPE_FP8: return pnanovdb_leaf_fp8_read_float(w->buf, table, &ijk);
    case PNANOVDB_GRID_TYPE_FP16: return pnanovdb_leaf_fp16_read_float(w->buf, table, &ijk);
    case PNANOVDB_GRID_TYPE_FPN: return pnanovdb_leaf_fpn_read_float(w->buf, table, &ijk);
    default: return float_at(w, table.byte_offset + 4u * (uint32_t)(i * 64 + j * 8 + k));
    }
}

static void keep(tree_walk *w, uint64_t leaf, float value)
{
    vd_voxels *out = w->out;
    float *to = out->values + (int64_t)(w->count - 1) * VD_BRICK_VOXELS;
    int64_t row = w->cell[1] - w->low[1] + 1;
    int64_t cell = row * out->bricks[0] + (w->cell[0] - w->low[0] + 1);
    out->places[cell * out->bricks[2] + (w->cell[2] - w->low[2] + 1)] = w->count - 1;
    for (int n = 0; n < VD_BRICK_VOXELS; n++) {
        int north = n >> 6, east = n >> 3 & 7, up = n & 7;
        float v = value;
        if (leaf)
            v = w->y_up ? voxel_of(w, leaf, east, up, VD_BRICK - 1 - north)
                        : voxel_of(w, leaf, east, north, up);
        to[n] = v > 0.0f && v < 1.0e30f ? v : 0.0f; /* neither below 0 nor no number */
    }
}

/* ---- the grid -------------------------------------------------------------------------------- */

/** Where voxels are: cubes along the axes, or it is refused. */
static vd_result read_map(tree_walk *w, vd_voxels *out)
{
    double m[9], origin[3];
    for (uint32_t i = 0; i < 9; i++)
        m[i] = pnanovdb_read_double(w->buf, (pnanovdb_address_t){MAP_OFF + 8u * i});
    for (uint32_t i = 0; i < 3; i++)
        origin[i] = pnanovdb_read_double(
            w->buf, (pnanovdb_address_t){PNANOVDB_GRID_OFF_MAP + PNANOVDB_MAP_OFF_VECD + 8u * i});
    double side = m[0];
    bool good = side > 1e-9 && side < 1e9;
    for (int i = 0; i < 9; i++) good &= fabs(m[i] - (i % 4 == 0 ? side : 0.0)) <= 1e-5 * side;
    for (int i = 0; i < 3; i++) good &= fabs(origin[i]) < 1e12;
    if (!good)
        return vd_fail(w->context, VD_ERR_UNSUPPORTED,
                       "%s: the voxels of its grid are no cubes along the axes; resample it",
                       w->path);
    out->side = side;
    if (w->y_up) {
        double up = origin[1];
        origin[1] = side - origin[2]; /* voxel k is -1 - k northward */
        origin[2] = up;
    }
    for (int k = 0; k < 3; k++)
        out->corner[k] = origin[k] + side * VD_BRICK * ((double)w->low[k] - 1.0);
    return VD_OK;
}

static vd_result make_room(tree_walk *w, vd_voxels *out)
{
    double cells = 1.0;
    int bricks[3];
    if (w->count == 0) return vd_fail(w->context, VD_ERR_FORMAT, "%s: its grid is empty", w->path);
    for (int k = 0; k < 3; k++) {
        double along = (double)w->high[k] - (double)w->low[k] + 2.0;
        cells *= along;
        bricks[k] = (int)fmin(along, VD_BRICK_CELLS_MOST);
    }
    if (cells > VD_BRICK_CELLS_MOST)
        return vd_fail(
            w->context, VD_ERR_UNSUPPORTED,
            "%s: the voxels of its grid lie in a box of %.3g, and %.3g are the most; cut "
            "it",
            w->path, cells * VD_BRICK_VOXELS, (double)VD_BRICK_CELLS_MOST * VD_BRICK_VOXELS);
    return vd_voxels_make_room(w->context, bricks, w->count, out);
}

static vd_result check_grid(const tree_walk *w, const vd_nanovdb_grid *grid)
{
    uint64_t magic = 0;
    if (grid->bytes >= PNANOVDB_GRID_SIZE + PNANOVDB_TREE_SIZE)
        magic = pnanovdb_buf_read_uint64(w->buf, PNANOVDB_GRID_OFF_MAGIC);
    bool good = (magic & 0x00ffffffffffffffu) == (PNANOVDB_MAGIC_NUMBER & 0x00ffffffffffffffu);
    good = good && pnanovdb_buf_read_uint64(w->buf, PNANOVDB_GRID_OFF_GRID_SIZE) <= grid->bytes &&
           word_at(w, PNANOVDB_GRID_OFF_GRID_TYPE) == grid->type;
    return good ? VD_OK : fail_damaged(w);
}

vd_result vd_voxels_read(vd_context *context, const char *path, bool y_up, vd_voxels *out)
{
    vd_nanovdb_grid grid;
    memset(out, 0, sizeof *out);
    VD_TRY(vd_nanovdb_read(context, path, &grid));
    tree_walk w = {.context = context,
                   .path = path,
                   .buf = pnanovdb_make_buf(grid.words, grid.bytes / 4),
                   .bytes = grid.bytes,
                   .type = grid.type,
                   .at = &pnanovdb_grid_type_constants[grid.type],
                   .y_up = y_up,
                   .brick = measure,
                   .out = out};
    vd_result result = check_grid(&w, &grid);
    if (result == VD_OK) result = walk_tree(&w);
    if (result == VD_OK) result = make_room(&w, out);
    if (result == VD_OK) result = read_map(&w, out);
    w.brick = keep;
    if (result == VD_OK) result = walk_tree(&w);
    if (result == VD_OK) vd_voxels_finish(out);
    if (result == VD_OK && !(out->most > 0.0f))
        result = vd_fail(context, VD_ERR_FORMAT, "%s: its grid is empty", path);
    free(grid.words);
    if (result != VD_OK) vd_voxels_free(out);
    return result;
}
