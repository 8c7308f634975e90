/* Exact areas by accumulation.
 *
 * A line changes the covered area of the pixels it passes through, by a trapezoid each, and that of
 * all pixels to their right by its height. Both are noted as differences between neighbouring
 * pixels, and one sum from the left at the end makes coverage of them: the signed-area accumulation
 * of FreeType's smooth rasteriser (after Raph Levien's libart). It samples nothing.
 *
 * By itself it counts what lies in two polygons twice. So each row of pixels is first swept from
 * top to bottom (Bentley and Ottmann 1979, "Algorithms for reporting and counting geometric
 * intersections", kept to one row): between two heights at which a line begins, ends or crosses
 * another, the lines have an order from left to right, and those are accumulated at which the
 * winding number leaves 0 or comes back to it. The union is then as exact as a single polygon.
 *
 * Lines are listed for each band of rows that they touch, so a row looks at its own lines only, and
 * memory does not depend on the picture's width. */
#include "scene/area.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BAND_ROWS 16
#define STEP_MIN 1.0e-9 /* of a pixel: what the sweep advances at least */

typedef struct edge {
    double x0, y0, x1, y1; /* y0 < y1 */
    int winding;           /* 1: the outline goes down here, -1: up */
} edge;

struct vd_area {
    edge *edges; /* by rising y0 */
    int64_t edge_count;
    int64_t *band_first;
    int64_t *band_edges; /* of band i: band_first[i] .. band_first[i + 1] - 1 */
    int bands;
};

/* An edge between two heights of the sweep. */
typedef struct crossing {
    const edge *edge;
    double top, bottom; /* x */
} crossing;

/* ---- accumulation --------------------------------------------------------------------------- */

/** A part of a line from xa to xb, 0 <= xa <= xb <= width, that goes down by dy in all. */
static void add_piece(double *row, int width, double xa, double xb, double dy)
{
    int first = (int)xa < width - 1 ? (int)xa : width - 1;
    int last = (int)xb < width - 1 ? (int)xb : width - 1;
    for (int i = first; i <= last; i++) {
        double l = i > first ? i : xa, r = i < last ? i + 1 : xb;
        double part = first == last ? dy : dy * (r - l) / (xb - xa);
        double left = 0.5 * (l + r) - i; /* of the line, in this pixel */
        row[i] += part * (1.0 - left);
        row[i + 1] += part * left;
    }
}

static double clamp(double x, double least, double most)
{
    return x < least ? least : x > most ? most : x;
}

void vd_area_add_line(double *row, int width, vd_area_line line)
{
    double height = line.y1 - line.y0;
    double ya = clamp(line.y0, 0.0, 1.0), yb = clamp(line.y1, 0.0, 1.0);
    double dy = yb - ya;
    if (!(fabs(dy) > 0.0)) return;
    double slope = (line.x1 - line.x0) / height;
    double xa = line.x0 + (ya - line.y0) * slope, xb = line.x0 + (yb - line.y0) * slope;
    double l = fmin(xa, xb), r = fmax(xa, xb);
    /* Left of the row a line counts as if on its edge, to the right not at all. */
    double cl = clamp(l, 0.0, width), cr = clamp(r, 0.0, width);
    if (!(r > l)) {
        add_piece(row, width, cl, cl, l < width ? dy : 0.0);
        return;
    }
    double per_x = dy / (r - l);
    if (l < 0.0) row[0] += per_x * (fmin(r, 0.0) - l);
    if (cr > cl) add_piece(row, width, cl, cr, per_x * (cr - cl));
}

/* ---- the sweep ------------------------------------------------------------------------------ */

static double x_at(const edge *e, double y)
{
    if (!(y > e->y0)) return e->x0;
    if (!(y < e->y1)) return e->x1;
    return e->x0 + (y - e->y0) * ((e->x1 - e->x0) / (e->y1 - e->y0));
}

/** Sorts from left to right; mostly they are. */
static void sort_crossings(crossing *list, int count)
{
    for (int i = 1; i < count; i++) {
        crossing c = list[i];
        int j = i;
        for (; j > 0; j--) {
            const crossing *before = &list[j - 1];
            if (before->top < c.top || (!(before->top > c.top) && before->bottom <= c.bottom))
                break;
            list[j] = *before;
        }
        list[j] = c;
    }
}

/** The height, between top and bottom, of the first crossing among the sorted edges; bottom if
 *  there is none. */
static double first_crossing(const crossing *list, int count, double top, double bottom)
{
    double first = bottom;
    for (int i = 0; i + 1 < count; i++) {
        double before = list[i + 1].top - list[i].top, after = list[i].bottom - list[i + 1].bottom;
        if (after > 0.0) first = fmin(first, top + (bottom - top) * before / (before + after));
    }
    return fmin(bottom, fmax(first, top + STEP_MIN));
}

/** Accumulates the edges at which the union begins or ends, from top to bottom of row y. */
static void add_slab(const crossing *list, int count, double top, double bottom, int x, int y,
                     int width, double *row)
{
    int winding = 0;
    for (int i = 0; i < count; i++) {
        int before = winding;
        winding += list[i].edge->winding;
        if ((before > 0) == (winding > 0)) continue;
        vd_area_line line = {list[i].top - x, top - y, list[i].bottom - x, bottom - y};
        if (before > 0) line = (vd_area_line){line.x1, line.y1, line.x0, line.y0};
        vd_area_add_line(row, width, line);
    }
}

static void sweep(const vd_area *area, const int64_t *list, int64_t listed, int x, int y, int width,
                  crossing *active, double *row)
{
    double top = y;
    int count = 0;
    int64_t next = 0;
    while (top < y + 1.0) {
        double bottom = y + 1.0;
        int kept = 0;
        for (int i = 0; i < count; i++)
            if (active[i].edge->y1 > top) active[kept++] = active[i];
        count = kept;
        for (; next < listed && area->edges[list[next]].y0 <= top; next++)
            if (area->edges[list[next]].y1 > top) active[count++].edge = &area->edges[list[next]];
        if (next < listed) bottom = fmin(bottom, area->edges[list[next]].y0);
        for (int i = 0; i < count; i++) bottom = fmin(bottom, active[i].edge->y1);
        for (int i = 0; i < count; i++) {
            active[i].top = x_at(active[i].edge, top);
            active[i].bottom = x_at(active[i].edge, bottom);
        }
        sort_crossings(active, count);
        bottom = first_crossing(active, count, top, bottom);
        for (int i = 0; i < count; i++) active[i].bottom = x_at(active[i].edge, bottom);
        add_slab(active, count, top, bottom, x, y, width, row);
        top = bottom;
    }
}

vd_result vd_area_row(vd_context *context, const vd_area *area, int x, int y, int width, float *out)
{
    int band = y / BAND_ROWS;
    int64_t first = area->band_first[band], listed = area->band_first[band + 1] - first;
    void *active = NULL, *memory = NULL;
    memset(out, 0, (size_t)width * sizeof(float));
    if (listed == 0) return VD_OK;
    vd_result result =
        vd_alloc(context, (size_t)listed, sizeof(crossing), "a row of a mask", &active);
    if (result == VD_OK)
        result = vd_alloc(context, (size_t)width + 1, sizeof(double), "a row of a mask", &memory);
    if (result == VD_OK) {
        double *row = memory, sum = 0.0;
        sweep(area, area->band_edges + first, listed, x, y, width, active, row);
        for (int i = 0; i < width; i++) {
            sum += row[i];
            /* The sum's rounding must not make nothing of something, or something of nothing. */
            out[i] = sum < 1.0e-9 ? 0.0f : sum > 1.0 - 1.0e-9 ? 1.0f : (float)sum;
        }
    }
    free(active);
    free(memory);
    return result;
}

/* ---- the lists ------------------------------------------------------------------------------ */

static int compare_edges(const void *a, const void *b)
{
    double x = ((const edge *)a)->y0, y = ((const edge *)b)->y0;
    return (x > y) - (x < y);
}

/** The bands that an edge within the picture touches. */
static void bands_of(const vd_area *area, const edge *e, int *first, int *last)
{
    *first = e->y0 > 0.0 ? (int)(e->y0 / BAND_ROWS) : 0;
    *last = (int)fmin(e->y1 / BAND_ROWS, area->bands - 1);
}

static vd_result list_bands(vd_context *context, vd_area *area, int64_t count)
{
    void *memory;
    int first, last;
    VD_TRY(vd_alloc(context, (size_t)area->bands + 2, sizeof(int64_t), "a mask", &memory));
    area->band_first = memory;
    /* Counted two places on, so that filling leaves each band's first in its own place. */
    for (int64_t i = 0; i < count; i++) {
        bands_of(area, &area->edges[i], &first, &last);
        for (int b = first; b <= last; b++) area->band_first[b + 2]++;
    }
    for (int b = 0; b < area->bands; b++) area->band_first[b + 2] += area->band_first[b + 1];
    int64_t listed = area->band_first[area->bands + 1];
    VD_TRY(vd_alloc(context, (size_t)listed + 1, sizeof(int64_t), "a mask", &memory));
    area->band_edges = memory;
    for (int64_t i = 0; i < count; i++) {
        bands_of(area, &area->edges[i], &first, &last);
        for (int b = first; b <= last; b++) area->band_edges[area->band_first[b + 1]++] = i;
    }
    return VD_OK;
}

vd_result vd_area_create(vd_context *context, const vd_area_line *lines, int64_t count, int height,
                         vd_area **out)
{
    void *memory;
    int64_t kept = 0;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_area), "a mask", &memory));
    vd_area *area = memory;
    area->bands = (height + BAND_ROWS - 1) / BAND_ROWS;
    vd_result result = vd_alloc(context, (size_t)count + 1, sizeof(edge), "a mask", &memory);
    if (result != VD_OK) goto cleanup;
    area->edges = memory;
    for (int64_t i = 0; i < count; i++) {
        vd_area_line l = lines[i];
        if (fmin(l.y0, l.y1) >= height || fmax(l.y0, l.y1) <= 0.0) continue;
        if (l.y0 < l.y1) area->edges[kept++] = (edge){l.x0, l.y0, l.x1, l.y1, 1};
        if (l.y0 > l.y1) area->edges[kept++] = (edge){l.x1, l.y1, l.x0, l.y0, -1};
    }
    qsort(area->edges, (size_t)kept, sizeof(edge), compare_edges);
    area->edge_count = kept;
    result = list_bands(context, area, kept);
cleanup:
    if (result != VD_OK) {
        vd_area_destroy(area);
        return result;
    }
    *out = area;
    return VD_OK;
}

uint64_t vd_area_checksum(const vd_area *area)
{
    uint64_t sum = (uint64_t)area->edge_count;
    for (int64_t i = 0; i < area->edge_count; i++) {
        const edge *e = &area->edges[i];
        const double numbers[] = {e->x0, e->y0, e->x1, e->y1, e->winding};
        sum = vd_checksum(numbers, sizeof(numbers), sum);
    }
    return sum;
}

void vd_area_destroy(vd_area *area)
{
    if (!area) return;
    free(area->edges);
    free(area->band_first);
    free(area->band_edges);
    free(area);
}
