/* NODATA filled and heights smoothed: what must come back exactly, and what by how much. */
#include "dem_fixture.h"
#include "void_heights.h"

enum { NX = 150, NY = 131 };
static double values[NX * NY];
static const double no_data = -9999.0;

static raster_spec grid(const char *path)
{
    return (raster_spec){.path = path,
                         .nx = NX,
                         .ny = NY,
                         .type = GDT_Float64,
                         .geotransform = UTM_30M,
                         .crs = "EPSG:32611",
                         .values = values,
                         .nodata = &no_data};
}

static vd_dem *write_and_load(double smooth_m, int threads)
{
    raster_spec spec = grid("grid.tif");
    write_raster(&spec);
    vd_dem_options options = plain_options("grid.tif");
    options.smooth_m = smooth_m;
    options.threads = threads;
    return load_with(&options);
}

/* A round hole in the middle, a notch at the edge, and scattered cells. */
static bool is_hole(int x, int y)
{
    int dx = x - 70, dy = y - 60;
    return dx * dx + dy * dy < 400 || (x > NX - 12 && y > 100) || (x * 7 + y * 13) % 41 == 0;
}

static void set_values(double (*height)(int x, int y), bool holes)
{
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++)
            values[y * NX + x] = holes && is_hole(x, y) ? no_data : height(x, y);
}

/* ---- filling ------------------------------------------------------------------------------- */

static void a_constant_stays_constant(void **state)
{
    (void)state;
    for (int smooth = 0; smooth < 2; smooth++) {
        set_values(level_ground, true);
        vd_dem *dem = write_and_load(smooth ? 130.0 : 0.0, 2);
        assert_true(dem->invalid_count > 1500);
        for (int64_t i = 0; i < dem->stride * (NY + 2); i++)
            assert_true(dem->posts[i] == dem->posts[0]);
        assert_true(dem->min == dem->max);
        vd_dem_destroy(dem);
    }
}

/* A plane is a membrane's own shape. A hole 40 cells across spans 120 m of it, of which fill.c
 * leaves 2 %; the notch, which the edge bends level, is out of it. */
static void a_plane_with_a_hole_comes_back(void **state)
{
    (void)state;
    set_values(plane, true);
    vd_dem *dem = write_and_load(0.0, 1);
    double worst = 0.0;
    for (int y = 2; y < 99; y++)
        for (int x = 2; x < NX - 14; x++)
            worst = fmax(worst, fabs(height_at(dem, x, y) - plane(x, y)));
    if (worst > 2.4) fail_msg("off the plane by %g m", worst);
    vd_dem_destroy(dem);
}

static void filling_stays_between_its_surroundings(void **state)
{
    (void)state;
    set_values(hills, true);
    vd_dem *dem = write_and_load(0.0, 1);
    for (int y = 0; y < NY; y++) {
        for (int x = 0; x < NX; x++) {
            float h = *(dem->posts + (y + 1) * dem->stride + x + 1);
            assert_true(h >= dem->valid_min && h <= dem->valid_max);
            if (!is_hole(x, y)) assert_true((float)(values[y * NX + x] - dem->base_m) == h);
        }
    }
    vd_dem_destroy(dem);
}

static void one_valid_cell_fills_all(void **state)
{
    (void)state;
    for (int i = 0; i < NX * NY; i++) values[i] = no_data;
    values[NX * NY - 1] = 77.0;
    vd_dem *dem = write_and_load(0.0, 1);
    for (int64_t i = 0; i < dem->stride * (NY + 2); i++)
        assert_true(dem->base_m + (double)dem->posts[i] == 77.0);
    vd_dem_destroy(dem);
}

static void threads_do_not_matter(void **state)
{
    (void)state;
    set_values(hills, true);
    vd_dem *one = write_and_load(95.0, 1);
    static const int counts[] = {2, 7};
    for (int i = 0; i < 2; i++) {
        vd_dem *many = write_and_load(95.0, counts[i]);
        assert_memory_equal(one->posts, many->posts, sizeof(float) * (NX + 2) * (NY + 2));
        vd_dem_destroy(many);
    }
    vd_dem_destroy(one);
}

/* ---- smoothing ----------------------------------------------------------------------------- */

/* An impulse becomes the Gaussian: its sum stays, its second moments are sigma^2 in cells. Cutting
 * at 4 sigma takes 2 * 4 phi(4) = 0.0011 of the variance; floats of 1e6 hold the tails to 1e-7. */
static void an_impulse_spreads_by_sigma(void **state)
{
    (void)state;
    for (int i = 0; i < NX * NY; i++) values[i] = 0.0;
    values[65 * NX + 75] = 1e6;
    double place[6] = UTM_30M;
    place[5] = -20.0;
    raster_spec spec = grid("impulse.tif");
    memcpy(spec.geotransform, place, sizeof place);
    write_raster(&spec);
    vd_dem_options options = plain_options("impulse.tif");
    options.smooth_m = 150.0;
    vd_dem *dem = load_with(&options);
    double sum = 0.0, xx = 0.0, yy = 0.0;
    for (int y = 0; y < NY; y++) {
        for (int x = 0; x < NX; x++) {
            double h = height_at(dem, x, y);
            sum += h;
            xx += h * (x - 75) * (x - 75);
            yy += h * (y - 65) * (y - 65);
        }
    }
    assert_near(sum / 1e6, 1.0, 1e-6);
    assert_near(xx / sum / 25.0, 1.0, 0.0012);
    assert_near(yy / sum / 56.25, 1.0, 0.0012);
    assert_near(height_at(dem, 75 + 5, 65) / height_at(dem, 75, 65), exp(-0.5), 1e-6);
    vd_dem_destroy(dem);
}

/* In degrees a row's width is its own: at 60 degrees a metre is twice as many cells as at 0. */
static void rows_in_degrees_have_their_own_width(void **state)
{
    (void)state;
    double widths[2];
    for (int i = 0; i < 2; i++) {
        double cell = 0.001, place[6] = {0.0, cell, 0.0, 60.0 * i + 65.5 * cell, 0.0, -cell};
        for (int j = 0; j < NX * NY; j++) values[j] = 0.0;
        values[65 * NX + 75] = 1e6;
        raster_spec spec = grid("degrees.tif");
        spec.crs = "EPSG:4326";
        memcpy(spec.geotransform, place, sizeof place);
        write_raster(&spec);
        vd_dem_options options = plain_options("degrees.tif");
        options.smooth_m = 300.0;
        vd_dem *dem = load_with(&options);
        double sum = 0.0, xx = 0.0, metres[2];
        for (int x = 0; x < NX; x++) {
            sum += height_at(dem, x, 65);
            xx += height_at(dem, x, 65) * (x - 75) * (x - 75);
        }
        vd_dem_metres_per_cell(&dem->info, 65, metres);
        widths[i] = sqrt(xx / sum) * metres[0];
        vd_dem_destroy(dem);
    }
    assert_near(widths[0], 300.0, 0.3);
    assert_near(widths[1], 300.0, 0.3);
}

/* A void has no weight: beside one, a plane's blur is the mean of measured heights only. */
static void voids_do_not_bleed(void **state)
{
    (void)state;
    for (int i = 0; i < NX * NY; i++) values[i] = i % NX < 75 ? 100.0 : no_data;
    vd_dem *dem = write_and_load(200.0, 1);
    for (int y = 0; y < NY; y++)
        for (int x = 0; x < NX; x++) assert_true(height_at(dem, x, y) == 100.0);
    vd_dem_destroy(dem);
}

/* A width beyond the raster is the mean of all, not an overrun. */
static void a_huge_width_is_the_mean(void **state)
{
    (void)state;
    set_values(plane, false);
    vd_dem *dem = write_and_load(1e7, 2);
    double mean = 500.0 + 3.0 * 0.5 * (NX - 1) - 2.0 * 0.5 * (NY - 1);
    assert_near(height_at(dem, 0, 0), mean, 0.01);
    assert_near(height_at(dem, NX - 1, NY - 1), mean, 0.01);
    vd_dem_destroy(dem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_constant_stays_constant),
        cmocka_unit_test(a_plane_with_a_hole_comes_back),
        cmocka_unit_test(filling_stays_between_its_surroundings),
        cmocka_unit_test(one_valid_cell_fills_all),
        cmocka_unit_test(threads_do_not_matter),
        cmocka_unit_test(an_impulse_spreads_by_sigma),
        cmocka_unit_test(rows_in_degrees_have_their_own_width),
        cmocka_unit_test(voids_do_not_bleed),
        cmocka_unit_test(a_huge_width_is_the_mean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
