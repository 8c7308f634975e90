/* The skyline: no land stands above what it says, and it says so with little to spare. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "terrain/skyline.h"
#include "terrains.h"

enum { SIDE = 16 };

static double height_mountains(const void *state, int i, int j)
{
    (void)state;
    return -300.0 + 2500.0 * test_mountains(3, i / 40.0, j / 40.0);
}

static double height_peak(const void *state, int i, int j)
{
    (void)state;
    return i == 100 && j == 60 ? 500.0 : 0.0;
}

static double height_constant(const void *state, int i, int j)
{
    (void)state;
    (void)i;
    (void)j;
    return 12.0;
}

/** How far a post is from a square, in cells. */
static double distance(int i, int j, int x, int y)
{
    double dx = fmax(fmax(x * SIDE - i, i - (x + 1) * SIDE), 0.0);
    double dy = fmax(fmax(y * SIDE - j, j - (y + 1) * SIDE), 0.0);
    return hypot(dx, dy);
}

/** Compares the word of a square with all posts. Returns its slope over the least that would do, or
 *  0 where that is 0. */
static double check_square(const vdk_height_field *f, int x, int y)
{
    int width = (f->cells_x + SIDE - 1) / SIDE;
    uint32_t word = f->skyline[y * width + x];
    double m = (double)f->quantum_base + (word & 0xffff) * (double)f->quantum;
    double slope = (word >> 16) / 16.0 * (double)f->quantum, least = 0.0;
    for (int j = 0; j <= f->cells_y; j++)
        for (int i = 0; i <= f->cells_x; i++) {
            double h = (double)vdk_post(f, i, j), d = distance(i, j, x, y);
            if (word >> 16 != 65535 && h > m + slope * d)
                fail_msg("square %d, %d: post %d, %d at %g is above %g + %g x %g", x, y, i, j, h, m,
                         slope, d);
            if (d >= SIDE) least = fmax(least, (h - m) / d);
        }
    return least > 0.0 ? slope / least : 0.0;
}

static double check_terrain(int nx, int ny, test_height height)
{
    const double cell[2] = {10.0, 10.0}, north[2] = {1.0, 0.0};
    vd_terrain *terrain =
        test_terrain(nx, ny, cell, north, height, NULL, (vd_terrain_options){.z_factor = 1.0});
    const vdk_height_field *f = &terrain->field;
    double sum = 0.0, count = 0.0;
    assert_non_null(f->skyline);
    for (int y = 0; y * SIDE < f->cells_y; y++)
        for (int x = 0; x * SIDE < f->cells_x; x++) {
            double ratio = check_square(f, x, y);
            sum += ratio;
            count += ratio > 0.0;
        }
    vd_terrain_destroy(terrain);
    return count > 0.0 ? sum / count : 0.0;
}

static void no_land_is_above(void **state)
{
    (void)state;
    double mountains = check_terrain(300, 250, height_mountains);
    print_message("slopes are %.2f times what they must be\n", mountains);
    assert_true(mountains > 1.0 && mountains < 2.0);
    check_terrain(200, 130, height_peak);
    check_terrain(17, 700, height_mountains);
    /* Flat land: a ray that rises at all is clear of it. */
    vd_terrain *flat =
        test_terrain_square(100, 5.0, height_constant, NULL, (vd_terrain_options){.z_factor = 1.0});
    for (int n = 0; n < 49; n++) assert_true(flat->field.skyline[n] >> 16 <= 2);
    vd_terrain_destroy(flat);
}

static void small_terrains_have_none(void **state)
{
    (void)state;
    vd_terrain *terrain =
        test_terrain_square(7, 5.0, height_constant, NULL, (vd_terrain_options){.z_factor = 1.0});
    assert_null(terrain->field.skyline);
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_land_is_above),
        cmocka_unit_test(small_terrains_have_none),
    };
    return cmocka_run_group_tests_name("skyline", tests, NULL, NULL);
}
