/* The way over a line.
 *
 * The line is cut into even steps, some sixty to the smoothing's length, and its places are means
 * of those around: three running means in a row, which come near to a Gaussian, over as much as the
 * smoothing says together. Beyond its ends it goes on as its own image in the end point, so that
 * both ends stay where they are. Of the ground under the smooth line first the highest within half
 * the smoothing's length to both sides is taken, and then means of that over the same length: each
 * of those summed up is at least as high as the ground right below, and so the way is never lower
 * over it than asked, at the line's steps; and it does not follow the ground's bumps. */
#include "animation/flight.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MIN = 64, STEPS_MAX = 16384, MEANS = 3 };

struct vd_flight {
    int count;
    double scale[2];
    double *x, *y, *z; /* [count] */
    double *along;     /* metres on the map up to there */
};

static double step_of(const double scale[2], const double *x, const double *y, int i)
{
    return hypot((x[i + 1] - x[i]) * scale[0], (y[i + 1] - y[i]) * scale[1]);
}

/** Even steps along the line. */
static void resample(const vd_flight_plan *plan, double length, vd_flight *f)
{
    double before = 0.0, step = step_of(plan->scale, plan->x, plan->y, 0);
    int piece = 0;
    for (int i = 0; i < f->count; i++) {
        double wanted = length * i / (f->count - 1);
        while (piece + 2 < plan->count && before + step < wanted) {
            before += step;
            step = step_of(plan->scale, plan->x, plan->y, ++piece);
        }
        double t = step > 0.0 ? fmin((wanted - before) / step, 1.0) : 0.0;
        f->x[i] = plan->x[piece] + t * (plan->x[piece + 1] - plan->x[piece]);
        f->y[i] = plan->y[piece] + t * (plan->y[piece + 1] - plan->y[piece]);
    }
}

/** A value beyond the ends: the image in the end point, or that of the end. */
static double value_at(const double *v, int count, int i, bool is_mirrored)
{
    int last = count - 1, inside = i < 0 ? 0 : i > last ? last : i;
    int mirrored = 2 * inside - i;
    if (!is_mirrored || mirrored < 0 || mirrored > last) return v[inside];
    return 2.0 * v[inside] - v[mirrored];
}

/** The running mean of so many values to both sides, into `to`. */
static void mean(const double *v, int count, int half, bool is_mirrored, double *to)
{
    double sum = 0.0;
    for (int k = -half; k <= half; k++) sum += value_at(v, count, k, is_mirrored);
    for (int i = 0; i < count; i++) {
        to[i] = sum / (2 * half + 1);
        sum += value_at(v, count, i + half + 1, is_mirrored) -
               value_at(v, count, i - half, is_mirrored);
    }
}

static void smooth(double *v, int count, int half, bool is_mirrored, double *room)
{
    for (int k = 0; k < MEANS && half > 0; k++) {
        mean(v, count, half, is_mirrored, room);
        memcpy(v, room, (size_t)count * sizeof(double));
    }
}

static void highest(double *v, int count, int half, double *room)
{
    for (int i = 0; i < count; i++) {
        int first = i - half < 0 ? 0 : i - half, last = i + half >= count ? count - 1 : i + half;
        room[i] = v[first];
        for (int k = first + 1; k <= last; k++) room[i] = fmax(room[i], v[k]);
    }
    memcpy(v, room, (size_t)count * sizeof(double));
}

static void fly(const vd_flight_plan *plan, double length, vd_flight *f, double *room)
{
    double step = length / (f->count - 1);
    int half = (int)fmin(0.5 * plan->smoothing_m / step / MEANS, 0.25 * f->count);
    resample(plan, length, f);
    smooth(f->x, f->count, half, true, room);
    smooth(f->y, f->count, half, true, room);
    for (int i = 0; i < f->count; i++) f->z[i] = plan->ground(plan->state, f->x[i], f->y[i]);
    highest(f->z, f->count, MEANS * half + 1, room);
    smooth(f->z, f->count, half, false, room);
    f->along[0] = 0.0;
    for (int i = 0; i < f->count; i++) {
        f->z[i] += plan->height;
        if (i > 0) f->along[i] = f->along[i - 1] + step_of(f->scale, f->x, f->y, i - 1);
    }
}

vd_result vd_flight_create(vd_context *context, const vd_flight_plan *plan, vd_flight **out)
{
    double length = 0.0;
    void *memory, *numbers;
    *out = NULL;
    for (int i = 0; i + 1 < plan->count; i++) length += step_of(plan->scale, plan->x, plan->y, i);
    double steps = fmin(fmax(64.0 * length / fmax(plan->smoothing_m, 1.0), STEPS_MIN), STEPS_MAX);
    VD_TRY(vd_alloc(context, 1, sizeof(vd_flight), "the flight", &memory));
    vd_flight *f = memory;
    f->count = (int)steps + 1;
    memcpy(f->scale, plan->scale, sizeof(f->scale));
    vd_result result =
        vd_alloc(context, (size_t)f->count, 5 * sizeof(double), "the flight", &numbers);
    if (result != VD_OK) {
        free(f);
        return result;
    }
    f->x = numbers;
    f->y = f->x + f->count;
    f->z = f->y + f->count;
    f->along = f->z + f->count;
    fly(plan, length, f, f->along + f->count);
    *out = f;
    return VD_OK;
}

void vd_flight_destroy(vd_flight *flight)
{
    if (!flight) return;
    free(flight->x);
    free(flight);
}

double vd_flight_length(const vd_flight *f)
{
    return f->along[f->count - 1];
}

void vd_flight_at(const vd_flight *f, double metres, double out[3])
{
    int low = 0, high = f->count - 1;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        *(metres < f->along[middle] ? &high : &low) = middle;
    }
    double step = f->along[high] - f->along[low];
    double t = step > 0.0 ? (metres - f->along[low]) / step : 0.0;
    double level = fmin(fmax(t, 0.0), 1.0);
    out[0] = f->x[low] + t * (f->x[high] - f->x[low]);
    out[1] = f->y[low] + t * (f->y[high] - f->y[low]);
    out[2] = f->z[low] + level * (f->z[high] - f->z[low]);
}

double vd_flight_distance(const vd_flight *f, const double a[3], const double b[3])
{
    return hypot((b[0] - a[0]) * f->scale[0], (b[1] - a[1]) * f->scale[1]);
}
