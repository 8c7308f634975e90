/* Environment maps: where directions lie on them, the light from there, and the choice of
 * directions in proportion to it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "atmosphere/environment.h"
#include "chi_square.h"
#include "kernel/environment.h"
#include "random.h"

#define PI 3.14159265358979323846

static float *texels_of(int width, int height)
{
    float *texels = calloc(3 * (size_t)width * (size_t)height, sizeof(float));
    assert_non_null(texels);
    return texels;
}

static vd_environment *map_of(int width, int height, float *texels)
{
    vd_environment *e = NULL;
    assert_int_equal(vd_environment_create(NULL, width, height, texels, &e), VD_OK);
    return e;
}

/** Black but for one texel. */
static vd_environment *spot(int width, int height, int column, int row)
{
    float *texels = texels_of(width, height);
    for (int c = 0; c < 3; c++) texels[3 * (row * width + column) + c] = 1.0f;
    return map_of(width, height, texels);
}

/** Light at random, a tenth of it a hundred times the rest and a tenth black. */
static vd_environment *speckled(int width, int height)
{
    float *texels = texels_of(width, height);
    test_random random = {5};
    for (int i = 0; i < width * height; i++) {
        int kind = test_choice(&random, 10);
        double scale = kind == 0 ? 0.0 : kind == 1 ? 100.0 : 1.0;
        for (int c = 0; c < 3; c++) texels[3 * i + c] = (float)(scale * test_unit(&random));
    }
    return map_of(width, height, texels);
}

static vdk_vec towards(double azimuth_deg, double altitude_deg)
{
    double a = azimuth_deg * PI / 180.0, h = altitude_deg * PI / 180.0;
    return vdk_vec_make((float)(sin(a) * cos(h)), (float)(cos(a) * cos(h)), (float)sin(h));
}

/** The middle of a texel's directions. */
static vdk_vec texel_centre(const vd_environment *e, int column, int row)
{
    return towards(360.0 * (column + 0.5) / e->width, 90.0 - 180.0 * (row + 0.5) / e->height);
}

static double texel_solid_angle(const vd_environment *e, int row)
{
    return 2.0 * PI / e->width * (cos(PI * row / e->height) - cos(PI * (row + 1) / e->height));
}

static void texels_lie_where_they_should(void **state)
{
    (void)state;
    vd_environment *e = spot(36, 18, 9, 6); /* azimuth 90 to 100, altitude 20 to 30 */
    vdk_environment flat = vd_environment_flat(e, 0.0);
    for (int row = 0; row < e->height; row++)
        for (int column = 0; column < e->width; column++) {
            float light = vdk_environment_radiance(&flat, texel_centre(e, column, row)).x;
            float wanted = column == 9 && row == 6 ? 1.0f : 0.0f;
            /* Roundings of the angles, in texels. */
            assert_true(fabsf(light - wanted) < 1e-5f);
        }
    assert_true(fabsf(vdk_environment_radiance(&flat, towards(95.0, 30.0)).x - 0.5f) < 1e-5f);
    /* 30 degrees clockwise, from just south of east to the south-east. */
    flat = vd_environment_flat(e, 30.0);
    assert_true(vdk_environment_radiance(&flat, towards(125.0, 25.0)).x > 0.9999f);
    assert_true(vdk_environment_radiance(&flat, towards(95.0, 25.0)).x < 1e-5f);
    vd_environment_destroy(e);
}

/* Round the horizon there is no seam, and at the poles no hole. */
static void light_goes_on_over_the_edges(void **state)
{
    (void)state;
    vd_environment *e = spot(36, 18, 0, 0);
    vdk_environment flat = vd_environment_flat(e, 0.0);
    assert_true(fabsf(vdk_environment_radiance(&flat, towards(0.0, 85.0)).x - 0.5f) < 1e-5f);
    assert_true(fabsf(vdk_environment_radiance(&flat, towards(355.0, 85.0)).x) < 1e-5f);
    assert_true(fabsf(vdk_environment_radiance(&flat, towards(5.0, 89.9)).x - 1.0f) < 1e-3f);
    assert_true(vdk_environment_radiance(&flat, vdk_vec_make(0.0f, 0.0f, 1.0f)).x == 0.5f);
    assert_true(vdk_environment_radiance(&flat, vdk_vec_make(0.0f, 0.0f, -1.0f)).x == 0.0f);
    assert_true(isfinite(vdk_environment_pdf(&flat, vdk_vec_make(0.0f, 0.0f, -1.0f))));
    vd_environment_destroy(e);
}

static const int sizes[][2] = {{48, 24}, {7, 5}, {64, 1}, {1, 33}, {1, 1}};

static void density_integrates_to_one(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        vd_environment *e = speckled(sizes[s][0], sizes[s][1]);
        vdk_environment flat = vd_environment_flat(e, 0.0);
        double sum = 0.0;
        for (int row = 0; row < e->height; row++)
            for (int column = 0; column < e->width; column++)
                sum += (double)vdk_environment_pdf(&flat, texel_centre(e, column, row)) *
                       texel_solid_angle(e, row);
        /* Shares are differences of floats up to 1, solid angles products of four. */
        assert_true(fabs(sum - 1.0) < 1e-6);
        vd_environment_destroy(e);
    }
}

/** Samples by a grid of (u, v), each at a random place in its cell. */
#define GRID 1024

static vdk_vec sample(const vdk_environment *e, test_random *random, int i, float *pdf)
{
    float u = (float)(i / GRID + test_unit(random)) / GRID;
    float v = (float)(i % GRID + test_unit(random)) / GRID;
    return vdk_environment_sample(e, fminf(u, 0x0.ffffffp0f), fminf(v, 0x0.ffffffp0f), pdf);
}

static void directions_fall_as_their_density_says(void **state)
{
    (void)state;
    enum { COLUMNS = 48, ROWS = 24, TEXELS = COLUMNS * ROWS };
    static int counts[TEXELS], kept[TEXELS + 1];
    static double expected[TEXELS + 1];
    int off = 0;
    vd_environment *e = speckled(COLUMNS, ROWS);
    vdk_environment flat = vd_environment_flat(e, 0.0);
    test_random random = {6};
    for (int i = 0; i < GRID * GRID; i++) {
        float pdf, u = (float)test_unit(&random), v = (float)test_unit(&random);
        vdk_vec d =
            vdk_environment_sample(&flat, fminf(u, 0x0.ffffffp0f), fminf(v, 0x0.ffffffp0f), &pdf);
        double turns = atan2((double)d.x, (double)d.y) / (2.0 * PI);
        int column = (int)((turns < 0.0 ? turns + 1.0 : turns) * COLUMNS);
        int row = (int)(acos((double)d.z) / PI * ROWS);
        counts[row * COLUMNS + column % COLUMNS]++;
        off += fabsf(vdk_environment_pdf(&flat, d) - pdf) > 1e-5f * pdf;
        assert_true(fabsf(vdk_vec_dot(d, d) - 1.0f) < 1e-6f);
    }
    /* Texels of which little is expected share a bin, the first. */
    int bins = 1, few = 0;
    double few_expected = 0.0;
    for (int i = 0; i < TEXELS; i++) {
        vdk_vec centre = texel_centre(e, i % COLUMNS, i / COLUMNS);
        double hits = (double)vdk_environment_pdf(&flat, centre) *
                      texel_solid_angle(e, i / COLUMNS) * GRID * GRID;
        if (hits < 10.0) {
            few += counts[i];
            few_expected += hits;
            continue;
        }
        kept[bins] = counts[i];
        expected[bins++] = hits;
    }
    kept[0] = few;
    expected[0] = few_expected;
    assert_true(bins > TEXELS / 2 && few_expected > 10.0);
    assert_true(fabs(chi_square_deviate_from(kept, expected, bins)) < DEVIATE_LIMIT);
    /* Only on edges do rounded directions have another texel's density: angles are good to 3e-7,
       a texel is 0.13 across, so about 1e-5 of them. */
    assert_true(off < GRID * GRID / 10000);
    vd_environment_destroy(e);
}

/** The integral of luminance over the sphere, by the midpoints of parts of texels. */
static double integral(const vdk_environment *flat)
{
    enum { PARTS = 8 };
    double sum = 0.0;
    int columns = flat->width * PARTS, rows = flat->height * PARTS;
    for (int row = 0; row < rows; row++) {
        double zone = cos(PI * row / rows) - cos(PI * (row + 1) / rows);
        for (int column = 0; column < columns; column++) {
            vdk_vec d =
                towards(360.0 * (column + 0.5) / columns, 90.0 - 180.0 * (row + 0.5) / rows);
            sum += (double)vdk_luminance(vdk_environment_radiance(flat, d)) * zone * 2.0 * PI /
                   columns;
        }
    }
    return sum;
}

/* Radiance / pdf has the integral for its mean, whatever the turn; and is bounded as promised. */
static void estimates_are_unbiased(void **state)
{
    (void)state;
    for (int turned = 0; turned < 2; turned++) {
        vd_environment *e = speckled(48, 24);
        vdk_environment flat = vd_environment_flat(e, turned ? 123.4 : 0.0);
        test_random random = {7};
        double sum = 0.0, squares = 0.0, wanted = integral(&flat), n = GRID * GRID;
        for (int i = 0; i < GRID * GRID; i++) {
            float pdf;
            vdk_vec d = sample(&flat, &random, i, &pdf);
            double y = (double)vdk_luminance(vdk_environment_radiance(&flat, d)) / (double)pdf;
            assert_true(pdf > 0.0f);
            assert_true(y < 16.1 * wanted);
            sum += y;
            squares += y * y;
        }
        double error = sqrt((squares / n - sum / n * (sum / n)) / n);
        /* The standard error of unstratified samples, which these stay well below. */
        assert_true(fabs(sum / n - wanted) < 3.0 * error + 1e-4 * wanted);
        /* The table's total takes a texel's mean for all of its solid angle: nearly the same. */
        assert_true(fabs(e->luminance - wanted) < 0.01 * wanted);
        vd_environment_destroy(e);
    }
}

static void constant_map_is_uniform(void **state)
{
    (void)state;
    float *texels = texels_of(64, 32);
    for (int i = 0; i < 3 * 64 * 32; i++) texels[i] = 2.5f;
    vd_environment *e = map_of(64, 32, texels);
    vdk_environment flat = vd_environment_flat(e, 77.0);
    test_random random = {8};
    assert_true(fabs(e->luminance - 2.5 * 4.0 * PI) < 1e-5);
    for (int i = 0; i < 100000; i++) {
        float pdf;
        vdk_vec d = sample(&flat, &random, test_choice(&random, GRID * GRID), &pdf);
        assert_true(fabsf(vdk_environment_radiance(&flat, d).y - 2.5f) < 1e-6f);
        /* 1 / 4 pi; shares of 1/2048 to 1/64 in steps of 2^-24, so 1e-4 at the poles. */
        assert_true(fabs((double)pdf * 4.0 * PI - 1.0) < 1e-4);
    }
    vd_environment_destroy(e);
}

/** A texel alone stands out by all its light less twice what it would be if spread; what is alike
 *  everywhere, and half a sky that is so, by none of it. */
static void what_stands_out_is_over_twice_the_mean(void **state)
{
    vd_environment *e = spot(64, 32, 10, 7);
    (void)state;
    assert_true(e->outstanding > 0.98 * e->luminance && e->outstanding < e->luminance);
    vd_environment_destroy(e);
    for (int rows = 16; rows <= 32; rows += 16) { /* bright ones, from the zenith down */
        float *texels = texels_of(64, 32);
        for (int i = 0; i < 3 * 64 * rows; i++) texels[i] = 0.5f;
        e = map_of(64, 32, texels);
        assert_true(e->outstanding <= 1e-3 * e->luminance);
        vd_environment_destroy(e);
    }
}

static void black_map_has_no_light_and_still_a_density(void **state)
{
    (void)state;
    float pdf;
    vd_environment *e = map_of(8, 4, texels_of(8, 4));
    vdk_environment flat = vd_environment_flat(e, 0.0);
    vdk_vec d = vdk_environment_sample(&flat, 0.3f, 0.9f, &pdf);
    assert_true(e->luminance == 0.0 && pdf > 0.0f);
    assert_true(vdk_luminance(vdk_environment_radiance(&flat, d)) == 0.0f);
    vd_environment_destroy(e);
    vd_environment_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texels_lie_where_they_should),
        cmocka_unit_test(light_goes_on_over_the_edges),
        cmocka_unit_test(density_integrates_to_one),
        cmocka_unit_test(directions_fall_as_their_density_says),
        cmocka_unit_test(estimates_are_unbiased),
        cmocka_unit_test(constant_map_is_uniform),
        cmocka_unit_test(what_stands_out_is_over_twice_the_mean),
        cmocka_unit_test(black_map_has_no_light_and_still_a_density),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
