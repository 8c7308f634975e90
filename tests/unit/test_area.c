/* Exact areas: closed forms, unions, and what is asked for in parts. The tolerance of a share is
 * float's; sums of shares then agree with the area to 1e-6 of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "random.h"
#include "scene/area.h"

#define SIDE 40
#define LINES_MAX 4096

/* A picture of SIDE x SIDE pixels and what is drawn in it. */
typedef struct drawing {
    vd_area_line lines[LINES_MAX];
    int count;
    float share[SIDE][SIDE];
} drawing;

/** Adds a regular polygon; an outer ring goes down on its left. */
static void add_polygon(drawing *d, double x, double y, double radius, int corners, double turn,
                        int is_hole)
{
    double step = (is_hole ? 2.0 : -2.0) * 3.14159265358979323846 / corners;
    for (int i = 0; i < corners; i++) {
        double a = turn + step * i, b = turn + step * ((i + 1) % corners);
        d->lines[d->count++] = (vd_area_line){x + radius * cos(a), y + radius * sin(a),
                                              x + radius * cos(b), y + radius * sin(b)};
    }
}

static void add_box(drawing *d, double x0, double y0, double x1, double y1)
{
    double c[5][2] = {{x0, y0}, {x0, y1}, {x1, y1}, {x1, y0}, {x0, y0}};
    for (int i = 0; i < 4; i++)
        d->lines[d->count++] = (vd_area_line){c[i][0], c[i][1], c[i + 1][0], c[i + 1][1]};
}

/** Draws, and returns the sum of all shares. */
static double draw(drawing *d)
{
    vd_area *area = NULL;
    double sum = 0.0;
    assert_int_equal(vd_area_create(NULL, d->lines, d->count, SIDE, &area), VD_OK);
    for (int y = 0; y < SIDE; y++) {
        assert_int_equal(vd_area_row(NULL, area, 0, y, SIDE, d->share[y]), VD_OK);
        for (int x = 0; x < SIDE; x++) sum += (double)d->share[y][x];
    }
    vd_area_destroy(area);
    return sum;
}

static void assert_near(double is, double should, double tolerance)
{
    if (!(fabs(is - should) <= tolerance))
        fail_msg("%.12g is not %.12g within %g", is, should, tolerance);
}

static double polygon_area(double radius, int corners)
{
    return 0.5 * corners * radius * radius * sin(2.0 * 3.14159265358979323846 / corners);
}

static void test_triangle(void **state)
{
    drawing d = {.count = 3,
                 .lines = {{0.0, 0.0, 0.0, 8.0}, {0.0, 8.0, 16.0, 0.0}, {16.0, 0.0, 0.0, 0.0}}};
    (void)state;
    assert_near(draw(&d), 64.0, 64e-6);
    assert_near((double)d.share[0][0], 1.0, 0.0);
    assert_near((double)d.share[0][14], 0.75, 1e-6); /* under the side y = (16 - x) / 2 */
    assert_near((double)d.share[0][15], 0.25, 1e-6);
    assert_near((double)d.share[1][15], 0.0, 0.0);
}

static void test_circles(void **state)
{
    (void)state;
    for (int corners = 3; corners <= 999; corners = corners * 2 + 1) {
        drawing d = {.count = 0};
        add_polygon(&d, 19.3, 20.7, 17.1, corners, 0.3, 0);
        double area = polygon_area(17.1, corners);
        assert_near(draw(&d), area, 1e-6 * area);
        add_polygon(&d, 18.3, 20.2, 9.7, corners, 0.1, 1);
        area -= polygon_area(9.7, corners);
        assert_near(draw(&d), area, 1e-6 * area);
    }
}

/* Twice the same, a circle within another, two that overlap, two that share a side: the union. */
static void test_union(void **state)
{
    drawing d = {.count = 0}, e = {.count = 0}, f = {.count = 0}, g = {.count = 0};
    (void)state;
    double one = polygon_area(11.3, 360);
    add_polygon(&d, 15.0, 16.0, 11.3, 360, 0.0, 0);
    add_polygon(&d, 15.0, 16.0, 11.3, 360, 0.0, 0);
    assert_near(draw(&d), one, 1e-6 * one);
    add_polygon(&d, 15.5, 15.0, 5.0, 100, 0.0, 0);
    assert_near(draw(&d), one, 1e-6 * one);

    add_box(&e, 2.3, 3.4, 20.6, 15.7);
    add_box(&e, 10.1, 9.2, 30.8, 30.9);
    assert_near(draw(&e), 18.3 * 12.3 + 20.7 * 21.7 - 10.5 * 6.5, 1e-6 * 500.0);

    /* A star of two triangles: six small ones of a third of its side around a hexagon. */
    double side = 12.0 * sqrt(3.0);
    add_polygon(&f, 20.0, 20.0, 12.0, 3, 0.2, 0);
    add_polygon(&f, 20.0, 20.0, 12.0, 3, 0.2 + 3.14159265358979323846, 0);
    double star = sqrt(3.0) / 4.0 * side * side * (1.0 + 3.0 / 9.0);
    assert_near(draw(&f), star, 1e-6 * star);

    add_box(&g, 3.0, 3.0, 10.7, 20.0);
    add_box(&g, 10.7, 3.0, 21.0, 20.0);
    assert_near(draw(&g), 18.0 * 17.0, 1e-6 * 306.0);
    assert_near((double)g.share[7][10], 1.0, 0.0);
}

/* Thinner than a pixel by far, across many of them, and a hole that is filled by another polygon.
 */
static void test_slivers(void **state)
{
    drawing d = {.count = 0}, e = {.count = 0};
    (void)state;
    add_box(&d, 3.4, 1.0, 3.401, 33.0);
    assert_near(draw(&d), 0.032, 1e-6 * 0.032);
    assert_near((double)d.share[5][3], 0.001, 1e-9);
    d.count = 0;
    d.lines[d.count++] = (vd_area_line){1.0, 1.0, 39.0, 38.0};
    d.lines[d.count++] = (vd_area_line){39.0, 38.0, 1.0, 1.001};
    d.lines[d.count++] = (vd_area_line){1.0, 1.001, 1.0, 1.0};
    vd_area_line swap[3];
    for (int i = 0; i < 3; i++)
        swap[i] = (vd_area_line){d.lines[i].x1, d.lines[i].y1, d.lines[i].x0, d.lines[i].y0};
    for (int i = 0; i < 3; i++) d.lines[i] = swap[i];
    assert_near(draw(&d), 0.5 * 0.001 * 38.0, 1e-6 * 0.019);

    add_box(&e, 5.0, 5.0, 30.0, 30.0);
    add_polygon(&e, 15.0, 15.0, 6.0, 50, 0.0, 1);
    add_polygon(&e, 15.0, 15.0, 8.0, 50, 0.0, 0);
    assert_near(draw(&e), 625.0, 1e-6 * 625.0);
}

/* Random triangles, far beyond the picture on all sides, against points: 64 x 64 in each of a few
 * pixels, whose share is known to 1 / 64 of a line that crosses the pixel, two or three of them. */
static void test_against_points(void **state)
{
    test_random r = {42};
    (void)state;
    for (int round = 0; round < 20; round++) {
        drawing d = {.count = 0};
        for (int i = 0; i < 6; i++)
            add_polygon(&d, 60.0 * test_unit(&r) - 10.0, 60.0 * test_unit(&r) - 10.0,
                        20.0 * test_unit(&r), 3, 6.0 * test_unit(&r), 0);
        draw(&d);
        for (int probe = 0; probe < 40; probe++) {
            int px = (int)(SIDE * test_unit(&r)), py = (int)(SIDE * test_unit(&r)), inside = 0;
            for (int s = 0; s < 64 * 64; s++) {
                double x = px + (s % 64 + 0.5) / 64.0, y = py + (s / 64 + 0.5) / 64.0;
                bool any = false;
                for (int t = 0; t < 6 && !any; t++) {
                    int left = 0;
                    for (int k = 3 * t; k < 3 * t + 3; k++) {
                        vd_area_line l = d.lines[k];
                        left += (l.x1 - l.x0) * (y - l.y0) < (l.y1 - l.y0) * (x - l.x0);
                    }
                    any = left == 3;
                }
                inside += any;
            }
            assert_near((double)d.share[py][px], inside / 4096.0, 3.0 / 64.0);
        }
    }
}

/* A part of a row is that part of the whole row. */
static void test_windows(void **state)
{
    drawing d = {.count = 0};
    vd_area *area = NULL;
    float part[7];
    (void)state;
    add_polygon(&d, 17.0, 20.0, 15.3, 77, 0.0, 0);
    add_polygon(&d, 27.0, 22.0, 15.3, 5, 0.4, 0);
    draw(&d);
    assert_int_equal(vd_area_create(NULL, d.lines, d.count, SIDE, &area), VD_OK);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x + 7 <= SIDE; x += 3) {
            assert_int_equal(vd_area_row(NULL, area, x, y, 7, part), VD_OK);
            for (int i = 0; i < 7; i++)
                assert_near((double)part[i], (double)d.share[y][x + i], 1e-7);
        }
    vd_area_destroy(area);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_triangle),       cmocka_unit_test(test_circles),
        cmocka_unit_test(test_union),          cmocka_unit_test(test_slivers),
        cmocka_unit_test(test_against_points), cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
