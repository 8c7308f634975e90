/* The height field again, in double precision and without cleverness: what test_intersect.c holds
 * the kernel against. It shares no formula with the kernel.
 *
 * The surface is a function H(x, y) of grid coordinates, defined everywhere: the bilinear patch of
 * the point of the raster that is nearest. A ray's path over it is cut where it crosses a line on
 * which H has an edge: whole numbers within the raster, and the raster's own edges half a cell
 * outside the outermost posts' cells. On each piece the height of the ray over H, its clearance, is
 * a quadratic, known from its values at both ends and in the middle. */
#ifndef TEST_EXACT_SURFACE_H
#define TEST_EXACT_SURFACE_H

#include <math.h>

#include "kernel/traverse.h"

typedef struct exact_surface {
    const vdk_height_field *field;
    const float
        *steepness;   /* per cell: the largest step between neighbouring posts in and around it */
    double low, high; /* of all posts */
} exact_surface;

typedef struct exact_ray {
    double x, y, z, gx, gy, gz; /* grid coordinates; what the float ray says, taken as exact */
    double cell_x, cell_y;      /* of the origin */
} exact_ray;

static inline exact_ray exact_ray_of(const vdk_ray *r)
{
    exact_ray e = {(double)r->origin.fx + r->origin.cx,
                   (double)r->origin.fy + r->origin.cy,
                   (double)r->origin.z,
                   (double)r->gx,
                   (double)r->gy,
                   (double)r->gz,
                   r->origin.cx,
                   r->origin.cy};
    return e;
}

static inline double exact_clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/** The cell of the raster nearest to a coordinate. */
static inline int exact_cell(double x, int cells)
{
    int i = (int)exact_clamp(floor(exact_clamp(x, 0.5, cells - 0.5)), 0.0, cells - 1.0);
    return i;
}

/** H at (x, y), by the patch of a given cell, which may be a neighbour of the point's own. */
static inline double exact_patch(const exact_surface *s, int i, int j, double x, double y)
{
    const vdk_height_field *f = s->field;
    double u = exact_clamp(x, 0.5, f->cells_x - 0.5) - i;
    double v = exact_clamp(y, 0.5, f->cells_y - 0.5) - j;
    double a = (double)vdk_post(f, i, j), b = (double)vdk_post(f, i + 1, j);
    double c = (double)vdk_post(f, i, j + 1), d = (double)vdk_post(f, i + 1, j + 1);
    return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v;
}

static inline double exact_height(const exact_surface *s, double x, double y)
{
    return exact_patch(s, exact_cell(x, s->field->cells_x), exact_cell(y, s->field->cells_y), x, y);
}

static inline double exact_clearance(const exact_surface *s, const exact_ray *r, double t)
{
    return r->z + t * r->gz - exact_height(s, r->x + t * r->gx, r->y + t * r->gy);
}

/* The lines across one axis on which H has an edge, in the order in which a ray meets them. */
typedef struct exact_lines {
    double origin, g;
    int cells, next, step;
} exact_lines;

static inline double exact_line(int k, int cells)
{
    return k == 0 ? 0.5 : k == cells ? cells - 0.5 : k;
}

static inline exact_lines exact_lines_from(double origin, double g, int cells)
{
    exact_lines l = {origin, g, cells, 0, g > 0.0 ? 1 : -1};
    if (g > 0.0) {
        l.next = (int)exact_clamp(floor(origin), 0.0, cells + 1.0);
        while (l.next <= cells && exact_line(l.next, cells) <= origin) l.next++;
    } else {
        l.next = (int)exact_clamp(ceil(origin), -1.0, cells);
        while (l.next >= 0 && exact_line(l.next, cells) >= origin) l.next--;
    }
    return l;
}

/** When the ray meets the next of them; never once they are all behind. */
static inline double exact_next_time(const exact_lines *l)
{
    if (l->next < 0 || l->next > l->cells) return HUGE_VAL;
    return (exact_line(l->next, l->cells) - l->origin) / l->g;
}

/* One piece of a ray's path: the quadratic's values at its begin, middle and end, and the cell
 * whose patch makes it. */
typedef struct exact_piece {
    int i, j;
    double t0, t1, d0, middle, d1;
} exact_piece;

static inline exact_piece exact_piece_over(const exact_surface *s, const exact_ray *r, double t0,
                                           double t1)
{
    exact_piece p = {.t0 = t0, .t1 = t1};
    const double times[3] = {t0, 0.5 * (t0 + t1), t1};
    double d[3];
    p.i = exact_cell(r->x + times[1] * r->gx, s->field->cells_x);
    p.j = exact_cell(r->y + times[1] * r->gy, s->field->cells_y);
    for (int n = 0; n < 3; n++)
        d[n] = r->z + times[n] * r->gz -
               exact_patch(s, p.i, p.j, r->x + times[n] * r->gx, r->y + times[n] * r->gy);
    p.d0 = d[0];
    p.middle = d[1];
    p.d1 = d[2];
    return p;
}

static inline double exact_piece_lowest(const exact_piece *p)
{
    double low = fmin(p->d0, p->d1);
    /* d(s) = d0 + slope s + bend s^2 for s in 0..1. */
    double bend = 2.0 * (p->d0 + p->d1 - 2.0 * p->middle), slope = p->d1 - p->d0 - bend;
    if (bend > 0.0 && slope < 0.0 && slope > -2.0 * bend)
        low = fmin(low, p->d0 - slope * slope / (4.0 * bend));
    return low;
}

/** Walks the pieces of a ray up to time t_end, or to where no ground can be: above all posts and
 *  rising, or, with an open border, beyond the raster. visit returns non-zero to stop. */
static inline void exact_walk(const exact_surface *s, const exact_ray *r, double t_end,
                              int (*visit)(void *state, const exact_piece *piece), void *state)
{
    const vdk_height_field *f = s->field;
    exact_lines lx = exact_lines_from(r->x, r->gx, f->cells_x);
    exact_lines ly = exact_lines_from(r->y, r->gy, f->cells_y);
    /* One metre above the highest post or below the lowest, all is decided. */
    if (r->gz > 0.0) t_end = fmin(t_end, fmax((s->high + 1.0 - r->z) / r->gz, 0.0));
    if (r->gz < 0.0) t_end = fmin(t_end, fmax((s->low - 1.0 - r->z) / r->gz, 0.0));
    t_end = fmin(t_end, 1e25);
    if (f->border == VDK_BORDER_OPEN &&
        (exact_next_time(&lx) == HUGE_VAL || exact_next_time(&ly) == HUGE_VAL))
        return;
    for (double t = 0.0; t < t_end;) {
        double tx = exact_next_time(&lx), ty = exact_next_time(&ly);
        double t_next = fmin(fmin(tx, ty), t_end);
        if (t_next > t) {
            exact_piece piece = exact_piece_over(s, r, t, t_next);
            if (visit(state, &piece)) return;
        }
        if (f->border == VDK_BORDER_OPEN &&
            ((tx <= t_next && (lx.next == 0 || lx.next == lx.cells)) ||
             (ty <= t_next && (ly.next == 0 || ly.next == ly.cells))))
            return;
        if (tx <= t_next) lx.next += lx.step;
        if (ty <= t_next) ly.next += ly.step;
        t = t_next;
    }
}

static inline int exact_keep_piece(void *state, const exact_piece *piece)
{
    *(exact_piece *)state = *piece;
    return 1;
}

/** How fast a ray that starts on the surface rises over it, in the cell it goes into; *leaves is
 * when it leaves that. An open border has no ground to rise from: the climb is infinite. */
static inline double exact_climb(const exact_surface *s, const exact_ray *r, double *leaves)
{
    const vdk_height_field *f = s->field;
    exact_piece p = {0};
    exact_walk(s, r, HUGE_VAL, exact_keep_piece, &p);
    *leaves = p.t1;
    if (!(p.t1 > 0.0)) return HUGE_VAL;
    double a = (double)vdk_post(f, p.i, p.j), b = (double)vdk_post(f, p.i + 1, p.j);
    double c = (double)vdk_post(f, p.i, p.j + 1), d = (double)vdk_post(f, p.i + 1, p.j + 1);
    double x = r->x + 0.5 * p.t1 * r->gx, y = r->y + 0.5 * p.t1 * r->gy;
    int beyond_x = x < 0.5 || x > f->cells_x - 0.5, beyond_y = y < 0.5 || y > f->cells_y - 0.5;
    double u = exact_clamp(r->x, 0.5, f->cells_x - 0.5) - p.i;
    double v = exact_clamp(r->y, 0.5, f->cells_y - 0.5) - p.j;
    double hu = beyond_x ? 0.0 : (b - a) + (a - b - c + d) * v;
    double hv = beyond_y ? 0.0 : (c - a) + (a - b - c + d) * u;
    return r->gz - (hu * r->gx + hv * r->gy);
}

#endif
