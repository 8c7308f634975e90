/* A camera that has everything in frame.
 *
 * A point is in the picture if it is on the inner side of four planes through the eye, one for each
 * edge. With x, y, z along right, up and forward, and the picture's window from s to S at distance
 * 1, the right plane asks
 *
 *     x - ex <= S (z - ez),   that is   max (x - S z) <= ex - S ez,
 *
 * where the left side is a linear function's greatest value over the ground, which a search
 * through the pyramid finds exactly: a node whose box stays below the best so far is passed. Left
 * and right plane touched at once fix ex and ez; the other pair asks for another ez, and the one
 * further back counts. The pair that is then loose is narrowed until it touches too, by bisection,
 * so that what is seen lies in the middle of the picture with equal room on both sides. Nothing is
 * nearer than this eye.
 *
 * Values that grow downwards have their greatest at the rectangle under the ground: the base of a
 * block, or the height of the lowest ground, which leaves a little more room than need be.
 *
 * Doubles, + - * / and square roots alone: the same camera with every compiler. */
#include <math.h>

#include "base/vmath.h"
#include "kernel/traverse.h"
#include "scene/view_parts.h"

/* Of half the window, left free at each edge. */
#define MARGIN 0.06
#define BISECTIONS 48
#define CONE_PLANES 64

/* ---- the greatest value of a linear function ------------------------------------------------ */

typedef struct search {
    const vdk_height_field *f;
    double c[3]; /* of padded column, row and stored height */
    double best;
} search;

static double inside(double line, int cells)
{
    return fmin(fmax(line, 0.5), cells - 0.5);
}

static double value_at(const search *s, double column, double row, double z)
{
    return s->c[0] * column + s->c[1] * row + s->c[2] * z;
}

static void offer(search *s, double column, double row, double z)
{
    s->best = fmax(s->best, value_at(s, column, row, z));
}

static double bound(const search *s, int level, int x, int y)
{
    const vdk_height_field *f = s->f;
    int64_t x1 = (int64_t)(x + 1) << level, y1 = (int64_t)(y + 1) << level;
    double high;
    if (level > 0) {
        high = (double)vdk_node_max(f, level, x, y);
    } else {
        vdk_patch p = vdk_patch_at(f, x, y);
        high = (double)vdk_max(vdk_max(p.h00, p.h10), vdk_max(p.h01, p.h11));
    }
    double column = s->c[0] > 0.0 ? (double)x1 : (double)((int64_t)x << level);
    double row = s->c[1] > 0.0 ? (double)y1 : (double)((int64_t)y << level);
    return value_at(s, inside(column, f->cells_x), inside(row, f->cells_y), high);
}

static void look(search *s, int level, int x, int y)
{
    const vdk_height_field *f = s->f;
    struct {
        double bound;
        int x, y;
    } order[4], one;
    int count = 0;
    if (level == 0) {
        vdk_patch p = vdk_patch_at(f, x, y);
        for (int k = 0; k < 4; k++) {
            double column = inside(x + (k & 1), f->cells_x), row = inside(y + (k >> 1), f->cells_y);
            float height = vdk_patch_height(p, (float)(column - x), (float)(row - y));
            offer(s, column, row, (double)height);
        }
        return;
    }
    level--;
    for (int k = 0; k < 4; k++) {
        one.x = 2 * x + (k & 1);
        one.y = 2 * y + (k >> 1);
        if ((int64_t)one.x << level >= f->cells_x || (int64_t)one.y << level >= f->cells_y)
            continue;
        one.bound = bound(s, level, one.x, one.y);
        int at = count++;
        for (; at > 0 && order[at - 1].bound < one.bound; at--) order[at] = order[at - 1];
        order[at] = one;
    }
    for (int k = 0; k < count; k++)
        if (order[k].bound > s->best) look(s, level, order[k].x, order[k].y);
}

double vd_hull_reach(const vd_hull *hull, const double v[3])
{
    const vd_terrain *terrain = hull->terrain;
    const vdk_height_field *f = &terrain->field;
    const vd_dem_info *info = &terrain->dem->info;
    const double *m = info->to_grid;
    double det = m[0] * m[3] - m[1] * m[2];
    search s = {.f = f, .best = -HUGE_VAL};
    s.c[0] = (m[3] * v[0] - m[2] * v[1]) / det;
    s.c[1] = (m[0] * v[1] - m[1] * v[0]) / det;
    s.c[2] = v[2] * (double)f->z_factor;
    for (int k = 0; k < 4; k++)
        offer(&s, (k & 1) ? f->cells_x - 0.5 : 0.5, (k & 2) ? f->cells_y - 0.5 : 0.5, hull->low);
    if (s.c[2] > 0.0) look(&s, f->levels, 0, 0);
    return s.best - s.c[0] * 0.5 * (info->nx + 1) - s.c[1] * 0.5 * (info->ny + 1);
}

/* ---- lenses --------------------------------------------------------------------------------- */

/** max of sign a . p - slope f . p over the hull. */
static double over(const vd_hull *hull, const double a[3], double sign, const double f[3],
                   double slope)
{
    double v[3];
    for (int i = 0; i < 3; i++) v[i] = sign * a[i] - slope * f[i];
    return vd_hull_reach(hull, v);
}

/** How far forward the eye may stand by the two planes of an axis at slopes middle -+ half, and
 *  where along the axis it stands then. */
static double forward_most(const vd_hull *hull, const double a[3], const double f[3], double middle,
                           double half, double *at)
{
    double high = over(hull, a, 1.0, f, middle + half), low = over(hull, a, -1.0, f, half - middle);
    double z = -(high + low) / (2.0 * half);
    *at = high + (middle + half) * z;
    return z;
}

/** Narrows the planes of an axis until they touch with the eye at z; returns where it stands. */
static double centre(const vd_hull *hull, const double a[3], const double f[3], double middle,
                     double half, double z)
{
    double at = 0.0, low = 0.0, high = half;
    for (int i = 0; i < BISECTIONS; i++) {
        double s = 0.5 * (low + high);
        if (forward_most(hull, a, f, middle, s, &at) < z)
            low = s;
        else
            high = s;
    }
    (void)forward_most(hull, a, f, middle, high, &at);
    return at;
}

static void combine(const vd_axes *axes, double x, double y, double z, double out[3])
{
    for (int i = 0; i < 3; i++)
        out[i] = x * axes->right[i] + y * axes->up[i] + z * axes->forward[i];
}

void vd_fit_lens(const vd_hull *hull, const vd_axes *axes, const vd_window *w, double eye[3])
{
    const double *f = axes->forward, share = 1.0 - MARGIN;
    double x, y;
    double z_x = forward_most(hull, axes->right, f, w->x, share * w->half_x, &x);
    double z_y = forward_most(hull, axes->up, f, w->y, share * w->half_y, &y);
    double z = fmin(z_x, z_y);
    if (z_x > z) x = centre(hull, axes->right, f, w->x, share * w->half_x, z);
    if (z_y > z) y = centre(hull, axes->up, f, w->y, share * w->half_y, z);
    combine(axes, x, y, z, eye);
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The distance at which a plane of an axis clears the hull, with the target straight ahead. */
static double distance_to_clear(const vd_hull *hull, const double a[3], double sign,
                                const double f[3], double slope, const double target[3])
{
    double reach = over(hull, a, sign, f, slope) - (sign * dot(a, target) - slope * dot(f, target));
    return slope > 0.0 ? reach / slope : reach > 0.0 ? HUGE_VAL : 0.0;
}

double vd_fit_distance(const vd_hull *hull, const vd_axes *axes, const vd_window *w,
                       const double target[3])
{
    double share = 1.0 - MARGIN, d = 0.0;
    for (int side = 0; side < 2; side++) {
        double sign = side ? 1.0 : -1.0;
        d = fmax(d, distance_to_clear(hull, axes->right, sign, axes->forward,
                                      sign * w->x + share * w->half_x, target));
        d = fmax(d, distance_to_clear(hull, axes->up, sign, axes->forward,
                                      sign * w->y + share * w->half_y, target));
    }
    return isfinite(d) ? d : -1.0;
}

double vd_fit_cone(const vd_hull *hull, const vd_axes *axes, double half_deg,
                   const double target[3])
{
    double sine, cosine, d = 0.0;
    vd_sincos_deg(half_deg * (1.0 - MARGIN), &sine, &cosine);
    for (int k = 0; k < CONE_PLANES; k++) {
        double s, c, across[3];
        vd_sincos_deg(360.0 * k / CONE_PLANES, &s, &c);
        combine(axes, c, s, 0.0, across);
        d = fmax(d, distance_to_clear(hull, across, 1.0, axes->forward, sine / cosine, target));
    }
    return d;
}

/* ---- parallel lines ------------------------------------------------------------------------- */

/** The hull's middle along an axis and half its extent; or the target's place, and how far the hull
 *  reaches from there. */
static double extent(const vd_hull *hull, const double a[3], const double *target, double *half)
{
    double back[3] = {-a[0], -a[1], -a[2]};
    double high = vd_hull_reach(hull, a), low = -vd_hull_reach(hull, back);
    double middle = target ? dot(a, target) : 0.5 * (low + high);
    *half = fmax(high - middle, middle - low);
    return middle;
}

void vd_fit_ortho(const vd_hull *hull, const vd_axes *axes, double shape, const double *target,
                  double eye[3], double *width)
{
    double half_x, half_y, half_z;
    double x = extent(hull, axes->right, target, &half_x);
    double y = extent(hull, axes->up, target, &half_y);
    double z = extent(hull, axes->forward, NULL, &half_z);
    *width = 2.0 * fmax(half_x, half_y / shape) / (1.0 - MARGIN);
    combine(axes, x, y, z - 1.01 * half_z, eye);
}
