/* How fine the lattice has to be is tried block by block: the halves of its meshes, where a
 * bilinear interpolation of anything smooth is worst, are transformed too, and until the
 * interpolation meets all of them to TOLERANCE_PX the meshes are halved. UTM to Mercator needs one
 * or four meshes in a block of 64 x 64 pixels, the limb of a globe one a pixel; the finest is taken
 * as it is. A block in which no point has a place is believed from meshes of 8 pixels on.
 *
 * Longitudes are taken on that side of the globe where the DEM is. Opposite its middle, where they
 * jump, neighbours differ by nearly the globe's circumference; both here and in the kernel they are
 * then brought together again.
 *
 * Rows of blocks are independent, so the result is the same for any number of threads. */
#include "scene/lattice.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/map_transform.h"

#define TOLERANCE_PX 0.02
#define LEVEL_MAX 6     /* meshes of one pixel */
#define LEVEL_NOWHERE 3 /* the coarsest that may find nothing */
#define PROBES_SIDE (2 * (1 << (LEVEL_MAX - 1)) + 1)
#define CELLS_FAR 1.0e9 /* beyond this, a cell is nowhere: differences stay within int32 */

_Static_assert(VDK_LATTICE_PX == 1 << LEVEL_MAX, "the finest mesh is a pixel");

/* One thread's points: grid coordinates in padded cells, NaN for none. */
typedef struct probes {
    vd_map_transform *transform;
    double x[PROBES_SIDE * PROBES_SIDE], y[PROBES_SIDE * PROBES_SIDE];
} probes;

/* The nodes of a row of blocks; blocks count from its first. */
typedef struct node_row {
    vdk_lattice_node *nodes;
    int64_t count, capacity;
} node_row;

typedef struct builder {
    vd_context *context;
    const vd_frame *frame;
    const vd_dem_info *info;
    double to_grid[4];       /* map units to columns and rows, row-major */
    double turn, middle_lon; /* of the globe, in map units; 0 if the DEM is not in degrees */
    int period, west;        /* the same in columns, and where it begins */
    probes **threads;
    node_row *rows;
    vd_lattice *lattice;
    int blocks_x, blocks_y;
} builder;

/** Fills side x side points, step pixels apart, from pixel coordinates (x, y). */
static void place(const builder *b, probes *p, double x, double y, int side, double step)
{
    const double *t = b->frame->geotransform, *g = b->info->geotransform;
    int count = side * side;
    for (int i = 0; i < count; i++) {
        p->x[i] = t[0] + (x + step * (i % side)) * t[1];
        p->y[i] = t[3] + (y + step * (i / side)) * t[5];
    }
    vd_map_transform_points(p->transform, count, p->x, p->y);
    for (int i = 0; i < count; i++) {
        double mx = p->x[i] - g[0], my = p->y[i] - g[3];
        if (b->turn > 0.0) mx -= b->turn * floor((p->x[i] - b->middle_lon) / b->turn + 0.5);
        p->x[i] = b->to_grid[0] * mx + b->to_grid[1] * my + 0.5;
        p->y[i] = b->to_grid[2] * mx + b->to_grid[3] * my + 0.5;
        if (!(fabs(p->x[i]) < CELLS_FAR && fabs(p->y[i]) < CELLS_FAR))
            p->x[i] = p->y[i] = (double)NAN;
    }
}

/** Columns from a to b, the short way round the globe. */
static double columns_between(const builder *b, double from, double to)
{
    double d = to - from;
    if (b->period > 0 && fabs(d) > 0.5 * b->period) d -= d > 0.0 ? b->period : -b->period;
    return d;
}

/** How many pixels point (i, j) of a block probed with this side is off where its mesh of mesh_px
 *  pixels interpolates it. */
static double error_px(const builder *b, const probes *p, int side, int i, int j, double mesh_px)
{
    int mi = i / 2 * 2 < side - 1 ? i / 2 * 2 : side - 3;
    int mj = j / 2 * 2 < side - 1 ? j / 2 * 2 : side - 3;
    int corner = mj * side + mi, point = j * side + i;
    const int others[3] = {corner + 2, corner + 2 * side, corner + 2 * side + 2};
    double x[3], y[3], s = 0.5 * (i - mi), t = 0.5 * (j - mj);
    for (int k = 0; k < 3; k++) {
        x[k] = columns_between(b, p->x[corner], p->x[others[k]]);
        y[k] = p->y[others[k]] - p->y[corner];
    }
    double ex = columns_between(b, p->x[corner], p->x[point]) -
                (s * (1.0 - t) * x[0] + t * (1.0 - s) * x[1] + s * t * x[2]);
    double ey =
        p->y[point] - p->y[corner] - (s * (1.0 - t) * y[0] + t * (1.0 - s) * y[1] + s * t * y[2]);
    double det = x[0] * y[1] - x[1] * y[0];
    return mesh_px * hypot(ex * y[1] - ey * x[1], x[0] * ey - y[0] * ex) / fabs(det);
}

/** Do meshes of this level serve the block at pixel (x, y)? */
static bool fits(const builder *b, probes *p, int x, int y, int level)
{
    int side = 2 * (1 << level) + 1, nowhere = 0;
    double mesh_px = VDK_LATTICE_PX >> level;
    place(b, p, x, y, side, 0.5 * mesh_px);
    for (int i = 0; i < side * side; i++) nowhere += isnan(p->x[i]);
    if (nowhere) return nowhere == side * side && level >= LEVEL_NOWHERE;
    for (int j = 0; j < side; j++)
        for (int i = 0; i < side; i++)
            if ((i % 2 || j % 2) && !(error_px(b, p, side, i, j, mesh_px) < TOLERANCE_PX))
                return false;
    return true;
}

static vd_result reserve(vd_context *context, node_row *row, int64_t more)
{
    if (row->count + more <= row->capacity) return VD_OK;
    int64_t capacity = 2 * row->capacity + more;
    vdk_lattice_node *nodes = realloc(row->nodes, (size_t)capacity * sizeof(*nodes));
    if (!nodes)
        return vd_fail(context, VD_ERR_MEMORY,
                       "not enough memory for the lattice of a picture in another CRS; make the "
                       "picture smaller");
    row->nodes = nodes;
    row->capacity = capacity;
    return VD_OK;
}

static vdk_lattice_node node_at(double x, double y)
{
    if (isnan(x)) return (vdk_lattice_node){.cx = VDK_NOWHERE};
    double cx = floor(x), cy = floor(y);
    return (vdk_lattice_node){(int)cx, (int)cy, (float)(x - cx), (float)(y - cy)};
}

static vd_result build_row(void *state, int thread, int64_t by)
{
    builder *b = state;
    probes *p = b->threads[thread];
    node_row *row = &b->rows[by];
    for (int bx = 0; bx < b->blocks_x; bx++) {
        int x = bx * VDK_LATTICE_PX, y = (int)by * VDK_LATTICE_PX, level = 0;
        while (level < LEVEL_MAX && !fits(b, p, x, y, level)) level++;
        /* The probes that fitted hold the nodes as every other one; the finest had none. */
        int side = (1 << level) + 1, every = level < LEVEL_MAX ? 2 : 1;
        if (level == LEVEL_MAX) place(b, p, x, y, side, 1.0);
        VD_TRY(reserve(b->context, row, side * side));
        b->lattice->blocks[by * b->blocks_x + bx] = (vdk_lattice_block){(int)row->count, level};
        for (int i = 0; i < side * side; i++) {
            int probe = every * (i / side) * (every * (side - 1) + 1) + every * (i % side);
            row->nodes[row->count++] = node_at(p->x[probe], p->y[probe]);
        }
    }
    return VD_OK;
}

/** Puts the rows' nodes together. */
static vd_result join(builder *b)
{
    vd_lattice *lattice = b->lattice;
    int64_t count = 0;
    void *memory;
    for (int i = 0; i < b->blocks_y; i++) count += b->rows[i].count;
    if (count > INT_MAX)
        return vd_fail(b->context, VD_ERR_MEMORY,
                       "the lattice of a picture in another CRS has too many nodes; make the "
                       "picture smaller");
    VD_TRY(vd_alloc(b->context, (size_t)count, sizeof(vdk_lattice_node), "the lattice", &memory));
    lattice->nodes = memory;
    for (int i = 0; i < b->blocks_y; i++) {
        node_row *row = &b->rows[i];
        for (int j = 0; j < b->blocks_x; j++)
            lattice->blocks[(int64_t)i * b->blocks_x + j].first += (int)lattice->node_count;
        memcpy(lattice->nodes + lattice->node_count, row->nodes,
               (size_t)row->count * sizeof(vdk_lattice_node));
        lattice->node_count += row->count;
        free(row->nodes);
        row->nodes = NULL;
    }
    lattice->flat = (vdk_lattice){lattice->blocks, lattice->nodes, b->blocks_x, b->period, b->west};
    return VD_OK;
}

static void set_metric(builder *b)
{
    const vd_dem_info *info = b->info;
    const double *g = info->geotransform;
    double det = g[1] * g[5] - g[2] * g[4];
    b->to_grid[0] = g[5] / det;
    b->to_grid[1] = -g[2] / det;
    b->to_grid[2] = -g[4] / det;
    b->to_grid[3] = g[1] / det;
    if (!(info->degrees_per_unit > 0.0)) return;
    b->turn = 360.0 / info->degrees_per_unit;
    b->middle_lon = g[0] + 0.5 * info->nx * g[1];
    double period = b->turn / fabs(g[1]);
    if (!(period < CELLS_FAR)) return;
    b->period = (int)(period + 0.5);
    b->west = (info->nx - b->period) / 2;
}

static vd_result allocate(builder *b, const char *crs, int threads)
{
    void *memory;
    VD_TRY(vd_alloc(b->context, 1, sizeof(vd_lattice), "the lattice", &memory));
    b->lattice = memory;
    VD_TRY(vd_alloc(b->context, (size_t)b->blocks_x * (size_t)b->blocks_y,
                    sizeof(vdk_lattice_block), "the lattice", &memory));
    b->lattice->blocks = memory;
    VD_TRY(vd_alloc(b->context, (size_t)b->blocks_y, sizeof(node_row), "the lattice", &memory));
    b->rows = memory;
    VD_TRY(vd_alloc(b->context, (size_t)threads, sizeof(probes *), "the lattice", &memory));
    b->threads = memory;
    for (int i = 0; i < threads; i++) {
        VD_TRY(vd_alloc(b->context, 1, sizeof(probes), "the lattice", &memory));
        b->threads[i] = memory;
        VD_TRY(vd_map_transform_create(b->context, crs, b->info->wkt, &b->threads[i]->transform));
    }
    return VD_OK;
}

vd_result vd_lattice_create(vd_context *context, const vd_frame *frame, const vd_dem_info *info,
                            const char *crs, int threads, vd_lattice **out)
{
    builder b = {
        .context = context,
        .frame = frame,
        .info = info,
        .blocks_x = (frame->width + VDK_LATTICE_PX - 1) / VDK_LATTICE_PX,
        .blocks_y = (frame->height + VDK_LATTICE_PX - 1) / VDK_LATTICE_PX,
    };
    int count = vd_thread_count(threads);
    *out = NULL;
    set_metric(&b);
    vd_result result = allocate(&b, crs, count);
    if (result == VD_OK) {
        vd_work work = {"project", count, b.blocks_y, build_row, &b};
        result = vd_parallel(context, &work);
    }
    if (result == VD_OK) result = join(&b);
    for (int i = 0; b.threads && i < count; i++) {
        if (b.threads[i]) vd_map_transform_destroy(b.threads[i]->transform);
        free(b.threads[i]);
    }
    for (int i = 0; b.rows && i < b.blocks_y; i++) free(b.rows[i].nodes);
    free(b.threads);
    free(b.rows);
    if (result != VD_OK) {
        vd_lattice_destroy(b.lattice);
        return result;
    }
    *out = b.lattice;
    return VD_OK;
}

void vd_lattice_destroy(vd_lattice *lattice)
{
    if (!lattice) return;
    free(lattice->blocks);
    free(lattice->nodes);
    free(lattice);
}

double vd_lattice_bytes(int width, int height)
{
    double blocks = ceil((double)width / VDK_LATTICE_PX) * ceil((double)height / VDK_LATTICE_PX);
    return blocks * (sizeof(vdk_lattice_block) + 4 * sizeof(vdk_lattice_node));
}
