/* Curves through keys.
 *
 * Numbers. Between keys a cubic in Hermite's form; at each key the slope is the weighted harmonic
 * mean of the secants on both sides, and 0 where they differ in sign, which keeps every piece
 * monotone (F. N. Fritsch and J. Butland 1984, "A method for constructing local monotone piecewise
 * cubic interpolants", equation 5 with the weights of unequal intervals). So a strength never
 * swings below 0, and what two keys hold still stands still between them. At the ends the slope is
 * that of the parabola through three keys, limited likewise; two keys alone make a straight line.
 *
 * Space. The curve of Catmull and Rom through points whose parameter grows by the square root of
 * their distance, the only power for which it has neither cusps nor loops (C. Yuksel, S. Schaefer,
 * J. Keyser 2011, "Parameterization and applications of Catmull-Rom curves"); its tangents are
 * those of Barry and Goldman's pyramid (1988), and the first and last pieces are parabolas. Where
 * on it one is at a time is a number over time like any other, so the speed is continuous and each
 * key is met at its time. At constant speed only the ends are: the curve's length is summed over
 * VD_TRAIL_STEPS chords a piece, which are too short by a share of angle^2 / 24, below 1e-4 for a
 * piece that turns by 180 degrees. */
#include "animation/curve.h"

#include <math.h>
#include <string.h>

/* ---- numbers ------------------------------------------------------------------------------ */

static double secant(const vd_keys *k, const double *v, int stride, int i)
{
    return (v[(i + 1) * stride] - v[i * stride]) / (k->times[i + 1] - k->times[i]);
}

static double inner_slope(double h0, double h1, double d0, double d1)
{
    if (!(d0 * d1 > 0.0)) return 0.0;
    double w0 = 2.0 * h1 + h0, w1 = h1 + 2.0 * h0;
    return (w0 + w1) / (w0 / d0 + w1 / d1);
}

static double end_slope(double h0, double h1, double d0, double d1)
{
    double slope = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1);
    if (!(slope * d0 > 0.0)) return 0.0;
    if (d0 * d1 < 0.0 && fabs(slope) > 3.0 * fabs(d0)) return 3.0 * d0;
    return slope;
}

/* Does it stand still at the end of a piece that goes this way? */
static bool rests(vd_way way)
{
    return way == VD_WAY_EASE || way == VD_WAY_HOLD;
}

void vd_curve_slopes(const vd_keys *k, const double *v, int stride, double *slopes)
{
    const double *t = k->times;
    int last = k->count - 1;
    for (int i = 0; i <= last; i++) {
        double *slope = &slopes[i * stride];
        bool is_rest = (i > 0 && rests(k->ways[i - 1])) || (i < last && rests(k->ways[i]));
        if (last == 0 || is_rest)
            *slope = 0.0;
        else if (last == 1)
            *slope = secant(k, v, stride, 0);
        else if (i == 0)
            *slope = end_slope(t[1] - t[0], t[2] - t[1], secant(k, v, stride, 0),
                               secant(k, v, stride, 1));
        else if (i == last)
            *slope = end_slope(t[i] - t[i - 1], t[i - 1] - t[i - 2], secant(k, v, stride, i - 1),
                               secant(k, v, stride, i - 2));
        else
            *slope = inner_slope(t[i] - t[i - 1], t[i + 1] - t[i], secant(k, v, stride, i - 1),
                                 secant(k, v, stride, i));
    }
}

/* The piece that a time lies in, and how far along in 0..1. */
static int find_piece(const vd_keys *k, double time, double *along)
{
    int low = 0, high = k->count - 1;
    *along = 0.0;
    if (high < 1 || time <= k->times[0]) return 0;
    if (time >= k->times[high]) {
        *along = 1.0;
        return high - 1;
    }
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(time < k->times[middle] ? &high : &low) = middle;
    }
    *along = (time - k->times[low]) / (k->times[high] - k->times[low]);
    return low;
}

double vd_curve_at(const vd_keys *k, const double *v, int stride, const double *slopes, double time)
{
    double s;
    int i = find_piece(k, time, &s);
    if (k->count < 2) return v[0];
    double a = v[i * stride], b = v[(i + 1) * stride], h = k->times[i + 1] - k->times[i];
    if (s >= 1.0) return b;
    double smooth = s * s * (3.0 - 2.0 * s);
    switch (k->ways[i]) {
    case VD_WAY_LINEAR: return a + (b - a) * s;
    case VD_WAY_EASE: return a + (b - a) * smooth;
    case VD_WAY_HOLD: return a;
    default: break;
    }
    double at = a + (b - a) * smooth +
                h * s * (1.0 - s) * (slopes[i * stride] * (1.0 - s) - slopes[(i + 1) * stride] * s);
    return fmin(fmax(at, fmin(a, b)), fmax(a, b));
}

/* ---- space -------------------------------------------------------------------------------- */

/* Metres from a key to another. */
static double distance(const vd_trail *t, int i, int j)
{
    double sum = 0.0;
    for (int c = 0; c < 3; c++) {
        double d = (t->points[3 * j + c] - t->points[3 * i + c]) * t->scale[c];
        sum += d * d;
    }
    return sqrt(sum);
}

/* The tangent at a key per unit of the parameter. */
static double tangent(const vd_trail *t, int i, int c)
{
    const double *p = t->points, *u = t->knots;
    bool has_before = i > 0 && u[i] > u[i - 1];
    bool has_after = i + 1 < t->keys.count && u[i + 1] > u[i];
    double d0 = has_before ? (p[3 * i + c] - p[3 * i - 3 + c]) / (u[i] - u[i - 1]) : 0.0;
    double d1 = has_after ? (p[3 * i + 3 + c] - p[3 * i + c]) / (u[i + 1] - u[i]) : 0.0;
    if (!has_before) return d1;
    if (!has_after) return d0;
    return d0 + d1 - (p[3 * i + 3 + c] - p[3 * i - 3 + c]) / (u[i + 1] - u[i - 1]);
}

/* The point of a piece at a share of its parameter. */
static void point_at(const vd_trail *t, int i, double s, double out[3])
{
    double h = t->knots[i + 1] - t->knots[i];
    bool is_smooth = t->keys.ways[i] == VD_WAY_SMOOTH && h > 0.0;
    for (int c = 0; c < 3; c++) {
        double a = t->points[3 * i + c], b = t->points[3 * i + 3 + c];
        if (!is_smooth) {
            out[c] = a + (b - a) * s;
            continue;
        }
        double m0 = tangent(t, i, c), m1 = tangent(t, i + 1, c);
        if (i == 0) m0 = 2.0 * (b - a) / h - m1;
        if (i + 2 == t->keys.count) m1 = 2.0 * (b - a) / h - m0;
        out[c] =
            a + (b - a) * s * s * (3.0 - 2.0 * s) + h * s * (1.0 - s) * (m0 * (1.0 - s) - m1 * s);
    }
}

static void measure(vd_trail *t)
{
    double before[3], at[3];
    int n = 0;
    t->lengths[n++] = 0.0;
    memcpy(before, t->points, sizeof(before));
    for (int i = 0; i + 1 < t->keys.count; i++)
        for (int k = 1; k <= VD_TRAIL_STEPS; k++, n++) {
            double sum = 0.0;
            point_at(t, i, (double)k / VD_TRAIL_STEPS, at);
            for (int c = 0; c < 3; c++) {
                double d = (at[c] - before[c]) * t->scale[c];
                sum += d * d;
            }
            t->lengths[n] = t->lengths[n - 1] + sqrt(sum);
            memcpy(before, at, sizeof(before));
        }
}

void vd_trail_make(vd_trail *t)
{
    t->knots[0] = 0.0;
    for (int i = 1; i < t->keys.count; i++)
        t->knots[i] = t->knots[i - 1] + sqrt(distance(t, i - 1, i));
    vd_curve_slopes(&t->keys, t->knots, 1, t->slopes);
    if (t->lengths) measure(t);
}

/* Where a share of the whole length lies: a piece, and how far along its parameter. */
static int find_length(const vd_trail *t, double share, double *along)
{
    int low = 0, high = (t->keys.count - 1) * VD_TRAIL_STEPS;
    double wanted = share * t->lengths[high];
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(wanted < t->lengths[middle] ? &high : &low) = middle;
    }
    double step = t->lengths[high] - t->lengths[low];
    double rest = step > 0.0 ? (wanted - t->lengths[low]) / step : 0.0;
    *along = ((double)(low % VD_TRAIL_STEPS) + rest) / VD_TRAIL_STEPS;
    return low / VD_TRAIL_STEPS;
}

void vd_trail_at(const vd_trail *t, double time, double out[3])
{
    double s;
    int i = find_piece(&t->keys, time, &s);
    if (t->keys.count < 2) {
        memcpy(out, t->points, 3 * sizeof(double));
        return;
    }
    if (t->lengths) {
        const double *times = t->keys.times;
        double first = times[0], span = times[t->keys.count - 1] - first;
        i = find_length(t, fmin(fmax((time - first) / span, 0.0), 1.0), &s);
    } else {
        double u = vd_curve_at(&t->keys, t->knots, 1, t->slopes, time);
        double h = t->knots[i + 1] - t->knots[i];
        s = h > 0.0 ? (u - t->knots[i]) / h : 0.0;
    }
    point_at(t, i, s, out);
}
