/* Along the DEM's grid a pixel shows what data there is under its centre, or where it is larger
 * than a cell, the share of valid cells among those whose centres lie in it: without --crs and
 * --clip-mask, every share of a picture at one pixel a cell is 0 or 1.
 *
 * In another CRS no pixel meets the cells squarely. There the share is of area: the pixel as it
 * lies on the grid, a quadrilateral, is accumulated onto the cells it touches (area.c), and what
 * falls on cells that are invalid, or not of the part shown, is missing. So the slanted edge of a
 * DEM is smooth. Pixels that touch no such cell need no areas. On the limb of a globe, where some
 * corners of a pixel have a place and some have none, their number is the share, in quarters.
 *
 * A clip mask multiplies. */
#include "scene/coverage.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/lattice.h"

#define CELLS_AT_ONCE 64

struct vd_coverage {
    atomic_int owners;
    vd_frame frame;
    vd_dem mask; /* the DEM's mask and size, without its heights */
    vd_lattice *lattice;
    vd_area *clip;
    bool reaches_out; /* the picture shows more than the DEM */
    bool goes_round;  /* the DEM's last column is the first one's neighbour */
};

/* ---- along the grid ------------------------------------------------------------------------- */

/** The cells first..last whose centres lie within a pixel; the one under its centre if none does.
 */
static void cells_of_pixel(double centre, double cells_per_pixel, int cells, int *first, int *last)
{
    *first = (int)ceil(centre - 0.5 * cells_per_pixel - 0.5);
    *last = (int)ceil(centre + 0.5 * cells_per_pixel - 0.5) - 1;
    if (*last < *first) *first = *last = (int)floor(centre);
    if (*first < 0) *first = 0;
    if (*last > cells - 1) *last = cells - 1;
}

static void grid_row(const vd_coverage *c, int x, int y, int width, float *out)
{
    int row0, row1;
    const vd_frame *frame = &c->frame;
    cells_of_pixel(vd_frame_row(frame, y), frame->cells_per_pixel_y, c->mask.info.ny, &row0, &row1);
    for (int i = 0; i < width; i++) {
        int column0, column1, valid = 0;
        cells_of_pixel(vd_frame_column(frame, x + i), frame->cells_per_pixel_x, c->mask.info.nx,
                       &column0, &column1);
        for (int row = row0; row <= row1; row++)
            for (int column = column0; column <= column1; column++)
                valid += vd_dem_is_valid(&c->mask, column, row);
        out[i] = (float)valid / (float)((row1 - row0 + 1) * (column1 - column0 + 1));
    }
}

/* ---- in another CRS ------------------------------------------------------------------------- */

/* A pixel on the grid, in cells of the raster: its corners in order, and the cells it touches. */
typedef struct footprint {
    double x[4], y[4];
    int column0, row0, column1, row1; /* past the last */
} footprint;

/** Returns how many corners of the pixel have a place on the grid; fewer than 4 fill nothing. */
static int find_footprint(const vd_coverage *c, int x, int y, footprint *out)
{
    static const float u[4] = {0.0f, 1.0f, 1.0f, 0.0f}, v[4] = {0.0f, 0.0f, 1.0f, 1.0f};
    const vdk_lattice *lattice = &c->lattice->flat;
    double box[4] = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL}, half = 0.5 * lattice->period;
    for (int i = 0; i < 4; i++) {
        vdk_position p;
        int known = vdk_lattice_place(lattice, x, y, u[i], v[i], &p);
        if (known < 4) return known;
        out->x[i] = p.cx - 0.5 + (double)p.fx;
        out->y[i] = p.cy - 0.5 + (double)p.fy;
        if (half > 0.0 && out->x[i] - out->x[0] > half) out->x[i] -= 2.0 * half;
        if (half > 0.0 && out->x[i] - out->x[0] < -half) out->x[i] += 2.0 * half;
        box[0] = fmin(box[0], out->x[i]);
        box[1] = fmin(box[1], out->y[i]);
        box[2] = fmax(box[2], out->x[i]);
        box[3] = fmax(box[3], out->y[i]);
    }
    out->column0 = (int)floor(box[0]);
    out->row0 = (int)floor(box[1]);
    out->column1 = (int)ceil(box[2]);
    out->row1 = (int)ceil(box[3]);
    return 4;
}

static int imax(int a, int b)
{
    return a > b ? a : b;
}

static int imin(int a, int b)
{
    return a < b ? a : b;
}

static bool is_valid(const vd_coverage *c, int column, int row)
{
    int period = c->goes_round ? c->mask.info.nx : 0;
    if (period && column < 0) column += period;
    if (period && column >= period) column -= period;
    return vd_dem_is_valid(&c->mask, column, row);
}

/** Leaves of a footprint's cells those that are shown. Returns true if that leaves any out, or if
 *  any of the rest is invalid. */
static bool trim(const vd_coverage *c, footprint *f)
{
    const vd_frame *frame = &c->frame;
    const int column = (int)frame->column, row0 = (int)frame->row; /* whole: see vd_frame_level() */
    footprint all = *f;
    if (!c->goes_round) {
        f->column0 = imax(f->column0, column);
        f->column1 = imin(f->column1, column + frame->columns);
    }
    f->row0 = imax(f->row0, row0);
    f->row1 = imin(f->row1, row0 + frame->rows);
    if (f->column0 != all.column0 || f->row0 != all.row0 || f->column1 != all.column1 ||
        f->row1 != all.row1)
        return true;
    for (int j = f->row0; c->mask.valid && j < f->row1; j++)
        for (int i = f->column0; i < f->column1; i++)
            if (!is_valid(c, i, j)) return true;
    return false;
}

/** The area of the footprint that falls on valid ones of its cells, signed as its turn. */
static double valid_area(const vd_coverage *c, const footprint *f)
{
    double sums[CELLS_AT_ONCE + 1], area = 0.0;
    for (int row = f->row0; row < f->row1; row++)
        for (int first = f->column0; first < f->column1; first += CELLS_AT_ONCE) {
            int count = imin(f->column1 - first, CELLS_AT_ONCE);
            memset(sums, 0, sizeof(sums));
            for (int i = 0; i < 4; i++) {
                int j = (i + 1) % 4;
                vd_area_add_line(
                    sums, count,
                    (vd_area_line){f->x[i] - first, f->y[i] - row, f->x[j] - first, f->y[j] - row});
            }
            double covered = 0.0;
            for (int i = 0; i < count; i++) {
                covered += sums[i];
                if (is_valid(c, first + i, row)) area += covered;
            }
        }
    return area;
}

static float warped_share(const vd_coverage *c, int x, int y)
{
    footprint f;
    int corners = find_footprint(c, x, y, &f);
    if (corners < 4) return 0.25f * (float)corners;
    if (!trim(c, &f)) return 1.0f;
    /* vd_area_add_line() counts what goes down on the left, against the usual sign. */
    double whole =
        -0.5 * ((f.x[2] - f.x[0]) * (f.y[3] - f.y[1]) - (f.x[3] - f.x[1]) * (f.y[2] - f.y[0]));
    double share = valid_area(c, &f) / whole;
    return share > 1.0e-6 ? (float)fmin(share, 1.0) : 0.0f;
}

/** Does every node lie well within the part shown? What is between them then does too. */
static bool reaches_out(const vd_frame *frame, const vd_lattice *lattice)
{
    for (int64_t i = 0; i < lattice->node_count; i++) {
        const vdk_lattice_node *n = &lattice->nodes[i];
        if (n->cx < frame->column + 1 || n->cx > frame->column + frame->columns - 1 ||
            n->cy < frame->row + 1 || n->cy > frame->row + frame->rows - 1)
            return true;
    }
    return false;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static vd_result copy_mask(vd_context *context, const vd_dem *dem, vd_dem *out)
{
    void *memory;
    out->info.nx = dem->info.nx;
    out->info.ny = dem->info.ny;
    out->valid_stride = dem->valid_stride;
    if (!dem->valid) return VD_OK;
    size_t rows = (size_t)dem->info.ny, stride = (size_t)dem->valid_stride;
    VD_TRY(vd_alloc(context, rows, stride, "the mask", &memory));
    memcpy(memory, dem->valid, rows * stride);
    out->valid = memory;
    return VD_OK;
}

vd_result vd_coverage_create(vd_context *context, const vd_frame *frame, const vd_dem *dem,
                             vd_lattice *lattice, vd_area *clip, vd_coverage **out)
{
    void *memory;
    *out = NULL;
    vd_result result = vd_alloc(context, 1, sizeof(vd_coverage), "the mask", &memory);
    if (result != VD_OK) {
        vd_lattice_destroy(lattice);
        vd_area_destroy(clip);
        return result;
    }
    vd_coverage *c = memory;
    atomic_init(&c->owners, 1);
    c->frame = *frame;
    c->lattice = lattice;
    c->clip = clip;
    c->goes_round =
        lattice && lattice->flat.period == dem->info.nx && frame->columns == dem->info.nx;
    c->reaches_out = lattice && reaches_out(frame, lattice);
    result = copy_mask(context, dem, &c->mask);
    if (result != VD_OK) {
        vd_coverage_release(c);
        return result;
    }
    *out = c;
    return VD_OK;
}

vd_coverage *vd_coverage_share(vd_coverage *coverage)
{
    if (coverage) atomic_fetch_add(&coverage->owners, 1);
    return coverage;
}

void vd_coverage_release(vd_coverage *coverage)
{
    if (!coverage || atomic_fetch_sub(&coverage->owners, 1) > 1) return;
    free(coverage->mask.valid);
    vd_lattice_destroy(coverage->lattice);
    vd_area_destroy(coverage->clip);
    free(coverage);
}

uint64_t vd_coverage_clip_checksum(const vd_coverage *coverage)
{
    return coverage && coverage->clip ? vd_area_checksum(coverage->clip) : 0;
}

bool vd_coverage_has_gaps(const vd_coverage *coverage)
{
    return coverage && (coverage->mask.valid || coverage->clip || coverage->reaches_out);
}

static void data_row(const vd_coverage *c, int x, int y, int width, float *out)
{
    if (!c->mask.valid && !c->reaches_out) {
        for (int i = 0; i < width; i++) out[i] = 1.0f;
    } else if (c->lattice) {
        for (int i = 0; i < width; i++) out[i] = warped_share(c, x + i, y);
    } else {
        grid_row(c, x, y, width, out);
    }
}

vd_result vd_coverage_rows(vd_context *context, const vd_coverage *coverage, int x, int y,
                           int width, int height, float *out)
{
    void *clip = NULL;
    vd_result result = VD_OK;
    if (coverage->clip)
        result = vd_alloc(context, (size_t)width, sizeof(float), "a row of a mask", &clip);
    const float *share = clip;
    for (int j = 0; result == VD_OK && j < height; j++) {
        float *row = out + (int64_t)j * width;
        data_row(coverage, x, y + j, width, row);
        if (!clip) continue;
        result = vd_area_row(context, coverage->clip, x, y + j, width, clip);
        for (int i = 0; i < width; i++) row[i] *= share[i];
    }
    free(clip);
    return result;
}

bool vd_coverage_is_empty(const vd_coverage *coverage, int x, int y, int width, int height)
{
    float row[256];
    if (!vd_coverage_has_gaps(coverage)) return false;
    for (int j = 0; j < height; j++)
        for (int first = 0; first < width; first += 256) {
            int count = imin(width - first, 256);
            if (vd_coverage_rows(NULL, coverage, x + first, y + j, count, 1, row) != VD_OK)
                return false;
            for (int i = 0; i < count; i++)
                if (row[i] > 0.0f) return false;
        }
    return true;
}
