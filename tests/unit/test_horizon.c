/* The horizon of an eye: no land stands before the step that it names, and it is not far behind
 * that. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "terrain/horizon.h"
#include "terrains.h"

enum { NX = 150, NY = 110, DIRECTIONS = 400, SLOPES = 60 };

static double height_mountains(const void *state, int i, int j)
{
    (void)state;
    return -300.0 + 900.0 * test_mountains(3, i / 40.0, j / 40.0);
}

typedef struct bed {
    vd_terrain *terrain;
    vd_context *context;
    vd_horizon horizon;
    vdk_position eye;
} bed;

static bed make_bed(double x, double y, double above)
{
    const double cell[2] = {10.0, 10.0}, north[2] = {1.0, 0.0};
    bed b = {.eye = {(int)x, (int)y, (float)(x - floor(x)), (float)(y - floor(y)), 0.0f}};
    b.terrain = test_terrain(NX, NY, cell, north, height_mountains, NULL,
                             (vd_terrain_options){.z_factor = 1.0});
    vdk_patch patch = vdk_patch_at(&b.terrain->field, b.eye.cx, b.eye.cy);
    b.eye.z = vdk_patch_height(patch, b.eye.fx, b.eye.fy) + (float)above;
    assert_int_equal(vd_context_create(NULL, &b.context), VD_OK);
    assert_int_equal(vd_horizon_build(b.context, &b.terrain->field, &b.eye, 2, &b.horizon), VD_OK);
    return b;
}

static void free_bed(bed *b)
{
    vd_horizon_clear(&b->horizon);
    vd_context_destroy(b->context);
    vd_terrain_destroy(b->terrain);
}

/** The step that the table has for a direction, in cells along both axes, and a slope. */
static int step_at(const vd_horizon *h, double gx, double gy, double slope)
{
    double ax = fabs(gx), ay = fabs(gy);
    int octant = 4 * (ax < ay) + 2 * (gx < 0.0) + (gy < 0.0);
    int sector = (int)(fmin(ax, ay) / fmax(ax, ay) * VD_HORIZON_SECTORS);
    if (sector == VD_HORIZON_SECTORS) sector--;
    int index = (octant * VD_HORIZON_SECTORS + sector) * VD_HORIZON_GRADES +
                vd_horizon_grade(h, (float)slope);
    return (int)(h->steps[index / 4] >> (8 * (index % 4)) & 255);
}

/** Where a ray from the eye meets land, along the longer axis in cells, or else leaves the raster.
 */
static double follow(const bed *b, double gx, double gy, double slope, bool *meets)
{
    const vdk_height_field *f = &b->terrain->field;
    const double pace = 0.02, longer = fmax(fabs(gx), fabs(gy));
    *meets = false;
    for (double d = 0.0;; d += pace) {
        double x = b->eye.cx + (double)b->eye.fx + d * gx / longer;
        double y = b->eye.cy + (double)b->eye.fy + d * gy / longer;
        if (x < 0.0 || y < 0.0 || x >= f->cells_x || y >= f->cells_y) return d;
        vdk_patch patch = vdk_patch_at(f, (int)x, (int)y);
        float h = vdk_patch_height(patch, (float)(x - floor(x)), (float)(y - floor(y)));
        *meets = (double)b->eye.z + d * slope <= (double)h;
        if (*meets) return d;
    }
}

static void check_eye(double x, double y, double above)
{
    bed b = make_bed(x, y, above);
    double way = 0.0, spared = 0.0;
    assert_non_null(b.horizon.steps);
    for (int n = 0; n < DIRECTIONS; n++) {
        double turn = 6.283185307179586 * n / DIRECTIONS;
        for (int k = 0; k < SLOPES; k++) {
            double slope = 40.0 * (k - 40.0) / SLOPES * (k - 40.0) / SLOPES * (k < 40 ? -1.0 : 1.0);
            bool meets;
            double end = follow(&b, cos(turn), sin(turn), slope, &meets);
            int step = step_at(&b.horizon, cos(turn), sin(turn), slope);
            double start = (double)vd_horizon_distance(step);
            if (meets && start > end)
                fail_msg("turn %g, slope %g: land at %g, but a ray starts at %g", turn, slope, end,
                         start);
            way += end;
            spared += fmin(start, end);
        }
    }
    print_message("eye at %g, %g: rays start after %.2f of their way\n", x, y, spared / way);
    assert_true(spared / way > 0.5);
    free_bed(&b);
}

static void no_land_is_before(void **state)
{
    (void)state;
    check_eye(70.25, 52.5, 300.0);
    check_eye(70.25, 52.5, 20.0);
    check_eye(3.5, 100.75, 100.0);
}

static void threads_change_nothing(void **state)
{
    (void)state;
    bed b = make_bed(70.25, 52.5, 100.0);
    vd_horizon other;
    assert_int_equal(vd_horizon_build(b.context, &b.terrain->field, &b.eye, 1, &other), VD_OK);
    assert_memory_equal(b.horizon.steps, other.steps, 8 * VD_HORIZON_SECTORS * VD_HORIZON_GRADES);
    vd_horizon_clear(&other);
    free_bed(&b);
}

static void eyes_that_have_none(void **state)
{
    (void)state;
    bed below = make_bed(70.25, 52.5, -5.0), outside = make_bed(0.25, 52.5, 100.0);
    assert_null(below.horizon.steps);
    assert_null(outside.horizon.steps);
    free_bed(&below);
    free_bed(&outside);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_land_is_before),
        cmocka_unit_test(threads_change_nothing),
        cmocka_unit_test(eyes_that_have_none),
    };
    return cmocka_run_group_tests_name("horizon", tests, NULL, NULL);
}
