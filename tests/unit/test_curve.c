/* Curves through keys: they meet their keys, do not swing over them, are smooth, and a way at
 * constant speed is. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "animation/curve.h"

enum { KEYS = 7 };
static const double times[KEYS] = {1.0, 3.0, 4.0, 10.0, 11.5, 20.0, 21.0};
static const double numbers[KEYS] = {0.0, 2.0, 2.0, -5.0, 7.0, 7.5, 0.0};
static const vd_way smooth[KEYS];

static void test_numbers(void **state)
{
    const vd_keys keys = {KEYS, times, smooth};
    double slopes[KEYS];
    (void)state;
    vd_curve_slopes(&keys, numbers, 1, slopes);
    for (int i = 0; i < KEYS; i++)
        assert_true(vd_curve_at(&keys, numbers, 1, slopes, times[i]) == numbers[i]);
    assert_true(vd_curve_at(&keys, numbers, 1, slopes, -9.0) == numbers[0]);
    assert_true(vd_curve_at(&keys, numbers, 1, slopes, 99.0) == numbers[KEYS - 1]);
    for (int i = 0; i + 1 < KEYS; i++) { /* monotone between keys */
        double before = numbers[i], sign = numbers[i + 1] < numbers[i] ? -1.0 : 1.0;
        for (int k = 1; k <= 1000; k++) {
            double t = times[i] + (times[i + 1] - times[i]) * k / 1000.0;
            double at = vd_curve_at(&keys, numbers, 1, slopes, t);
            assert_true(sign * (at - before) >= -1e-14);
            before = at;
        }
    }
    for (int i = 1; i + 1 < KEYS; i++) { /* without corners: one-sided slopes agree to O(h) */
        double h = 1e-6, at = numbers[i];
        double left = (at - vd_curve_at(&keys, numbers, 1, slopes, times[i] - h)) / h;
        double right = (vd_curve_at(&keys, numbers, 1, slopes, times[i] + h) - at) / h;
        assert_true(fabs(left - right) < 1e-3);
        assert_true(fabs(left - slopes[i]) < 1e-3);
    }
}

static void test_ways(void **state)
{
    const double t[3] = {0.0, 10.0, 20.0}, v[3] = {0.0, 8.0, 2.0};
    const vd_way ways[4][3] = {{VD_WAY_LINEAR, VD_WAY_LINEAR, VD_WAY_LINEAR},
                               {VD_WAY_EASE, VD_WAY_EASE, VD_WAY_EASE},
                               {VD_WAY_HOLD, VD_WAY_LINEAR, VD_WAY_LINEAR},
                               {VD_WAY_SMOOTH, VD_WAY_EASE, VD_WAY_EASE}};
    const double at_2[4] = {1.6, 8.0 * 0.104, 0.0, -1.0}, at_15[4] = {5.0, 5.0, 5.0, 5.0};
    double slopes[3];
    (void)state;
    for (int k = 0; k < 4; k++) {
        const vd_keys keys = {3, t, ways[k]};
        vd_curve_slopes(&keys, v, 1, slopes);
        double early = vd_curve_at(&keys, v, 1, slopes, 2.0);
        assert_true(at_2[k] < 0.0 || fabs(early - at_2[k]) < 1e-12);
        assert_true(fabs(vd_curve_at(&keys, v, 1, slopes, 15.0) - at_15[k]) < 1e-12);
        assert_true(vd_curve_at(&keys, v, 1, slopes, 10.0) == 8.0);
    }
    const vd_keys two = {2, t, smooth}; /* two keys make a straight line */
    vd_curve_slopes(&two, v, 1, slopes);
    assert_true(fabs(vd_curve_at(&two, v, 1, slopes, 2.5) - 2.0) < 1e-12);
}

/* A way with uneven keys: points on a circle of 100 m, and a place where it stands still. */
enum { STOPS = 9 };
typedef struct way {
    double times[STOPS], points[3 * STOPS], knots[STOPS], slopes[STOPS];
    double lengths[(STOPS - 1) * VD_TRAIL_STEPS + 1];
    vd_way ways[STOPS];
    vd_trail trail;
} way;

static way *make_way(double turn, bool is_steady, bool rests)
{
    static const double uneven[STOPS] = {0.0, 1.0, 1.4, 2.1, 3.0, 3.2, 4.4, 5.0, 6.0};
    way *w = calloc(1, sizeof(*w));
    for (int i = 0; i < STOPS; i++) {
        int k = rests && i > 4 ? i - 1 : i;
        w->times[i] = 2.0 * i + (i % 2);
        w->points[3 * i] = 100.0 * cos(turn * uneven[k]);
        w->points[3 * i + 1] = 100.0 * sin(turn * uneven[k]) * 0.001; /* in kilometres */
    }
    w->trail =
        (vd_trail){{STOPS, w->times, w->ways},   w->points, {1.0, 1000.0, 1.0}, w->knots, w->slopes,
                   is_steady ? w->lengths : NULL};
    vd_trail_make(&w->trail);
    return w;
}

static double away(const double a[3], const double b[3])
{
    return hypot(hypot(a[0] - b[0], 1000.0 * (a[1] - b[1])), a[2] - b[2]);
}

static void test_trail(void **state)
{
    double at[3], before[3];
    (void)state;
    for (int rests = 0; rests < 2; rests++) {
        way *w = make_way(0.3, false, rests);
        for (int i = 0; i < STOPS; i++) {
            vd_trail_at(&w->trail, w->times[i], at);
            assert_true(away(at, &w->points[3 * i]) < 1e-9);
        }
        for (double t = 0.0; t < 16.0; t += 0.01) {
            vd_trail_at(&w->trail, t, at);
            /* The longest chord, of 0.36 rad beside one of 0.06, is off by 1.62 m; so uneven a
             * curve leaves half of that. */
            assert_true(fabs(hypot(at[0], 1000.0 * at[1]) - 100.0) < 0.55 * 1.62);
        }
        free(w);
    }
    way *w = make_way(0.3, true, true);
    vd_trail_at(&w->trail, 0.0, before);
    double length = w->lengths[(STOPS - 1) * VD_TRAIL_STEPS];
    assert_true(fabs(length - 100.0 * 0.3 * 5.0) < 0.003 * length); /* the arc */
    for (int k = 1; k <= 400; k++) {
        vd_trail_at(&w->trail, w->times[STOPS - 1] * k / 400.0, at);
        /* The chord of an arc of 0.375 m; steps of the table differ in speed by less. */
        assert_true(fabs(away(at, before) - length / 400.0) < 0.01 * length / 400.0);
        for (int c = 0; c < 3; c++) before[c] = at[c];
    }
    assert_true(away(at, &w->points[3 * STOPS - 3]) < 1e-9);
    free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_ways),
        cmocka_unit_test(test_trail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
