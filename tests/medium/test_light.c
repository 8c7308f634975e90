/* The path integrator against closed forms and against itself: planes, a cap, ridges, the furnace,
 * and the weights of the two ways in which a sun is found. */
#include "light_fixture.h"

/* ---- closed forms -------------------------------------------------------------------------- */

/* A disc of radiance L and half angle a, wholly above the horizon, gives a plane pi L sin^2 a times
 * the sine of its altitude, whatever its size: radiance albedo E sin(altitude) / pi. */
static void plane_under_a_sun(void **state)
{
    static const double sizes[] = {0.0, 0.53, 30.0};
    vd_terrain *flat =
        test_terrain_square(8, 30.0, height_flat, NULL, (vd_terrain_options){.z_factor = 1.0});
    (void)state;
    for (int size = 0; size < 3; size++)
        for (double altitude = 20.0; altitude <= 90.0; altitude += 17.5) {
            vdk_scene s = scene_of(flat);
            s.material.base_color = grey(0.7);
            add_sun(&s, 315.0, altitude, sizes[size], 3.0);
            double wanted = 0.7 * 3.0 * sin(altitude * DEGREE) / PI;
            /* The large disc is found by two ways at random, so it needs more: its standard error
               is then below 0.003 %. */
            double got =
                radiance_estimate(&s, ground_at(&s, 4.3, 5.6), size == 2 ? 16384 : 16).mean;
            if (fabs(got - wanted) > 1e-4 * wanted)
                fail_msg("sun %g degrees across at %g: %.7f, not %.7f", sizes[size], altitude, got,
                         wanted);
        }
    vd_terrain_destroy(flat);
}

/* White ground in a white world returns 1 from every point of every shape. Only the roulette, whose
 * survivors are made stronger by 1 / 0.98, brings noise: 128 paths of 1,600 points know the mean to
 * 0.01 %. */
static void white_furnace(void **state)
{
    (void)state;
    for (int open = 0; open <= 1; open++) {
        vd_terrain_options options = {.z_factor = 1.0, .open_border = open != 0};
        vd_terrain *terrain = test_terrain_square(40, 20.0, height_rough, NULL, options);
        vdk_scene s = scene_of(terrain);
        s.sky.zenith = grey(1.0);
        s.bounces = VDK_UNLIMITED;
        double values[1600];
        test_random r = {21};
        for (int n = 0; n < 1600; n++) {
            double x = test_between(&r, 0.5, 40.5), y = test_between(&r, 0.5, 40.5);
            values[n] = radiance_at(&s, ground_at(&s, x, y), (vdk_uint)n, 128);
        }
        estimate e = estimate_of(values, 1600);
        print_message("furnace: %.5f +- %.5f\n", e.mean, e.error);
        assert_true(e.error < 1.2e-4);
        assert_true(fabs(e.mean - 1.0) < 5e-4);
        assert_true(fabs(e.mean - 1.0) < 4.5 * e.error);
        vd_terrain_destroy(terrain);
    }
}

typedef struct cap {
    double radius_cells;
    int middle;
} cap;

static double height_cap(const void *state, int i, int j)
{
    const cap *c = state;
    double x = i - c->middle, y = j - c->middle;
    return sqrt(c->radius_cells * c->radius_cells - x * x - y * y);
}

/* A sphere's cap out to 35 degrees, of cells that turn by 1.5 degrees at its top and 1.8 at its
 * rim, lit so low that the terminator lies on it. The shade must follow the true sphere's E
 * cos(theta) within 2 % of E, through the terminator into the night. (The patch's own normal is off
 * by up to half a cell's diagonal, 1.3 degrees: 2.2 %.) */
static void cap_is_shaded_like_the_sphere(void **state)
{
    static const double azimuths[] = {270.0, 315.0, 292.0, 157.5};
    const cap c = {1.0 / (1.5 * DEGREE), 26};
    vd_terrain_options options = {.z_factor = 1.0, .open_border = true, .smooth_normals = true};
    vd_terrain *terrain = test_terrain_square(2 * c.middle - 1, 1.0, height_cap, &c, options);
    double worst = 0.0;
    (void)state;
    for (int a = 0; a < 4; a++)
        for (double altitude = 8.0; altitude < 24.0; altitude += 5.0) {
            vdk_scene s = scene_of(terrain);
            add_sun(&s, azimuths[a], altitude, 0.0, 1.0);
            test_random r = {(vdk_uint)a + 31u};
            for (int n = 0; n < 5000; n++) {
                double x = test_between(&r, 3.0, 2.0 * c.middle - 3.0);
                double y = test_between(&r, 3.0, 2.0 * c.middle - 3.0);
                double east = (x - c.middle) / c.radius_cells,
                       north = (c.middle - y) / c.radius_cells;
                double up = sqrt(1.0 - east * east - north * north);
                if (up < cos(35.0 * DEGREE)) continue;
                const vdk_vec *sun = &s.suns[0].direction;
                double cosine =
                    east * (double)sun->x + north * (double)sun->y + up * (double)sun->z;
                double got = PI * radiance_at(&s, ground_at(&s, x, y), 0, 1);
                double off = fabs(got - fmax(cosine, 0.0));
                worst = fmax(worst, off);
                if (off > 0.02)
                    fail_msg("sun %g, %g at cell %.3f, %.3f: %.4f, the sphere has %.4f",
                             azimuths[a], altitude, x, y, got, cosine);
            }
        }
    print_message("cap: within %.4f of E cos(theta)\n", worst);
    vd_terrain_destroy(terrain);
}

/* The softened terminator is 1 - (1 - g)(1 - g^2) of the ratio g of cosines that the paper defines:
 * none where the patch turns away, all where it faces the sun as much as the shading normal does,
 * smooth. */
static void terminator_fades_smoothly(void **state)
{
    double before = 0.0;
    (void)state;
    for (int n = 0; n <= 2000; n++) {
        double lean = (n - 1000) * 0.02 * DEGREE; /* of the patch away from the shading normal */
        vdk_surface s = {.shading = vdk_vec_make(0.0f, 0.0f, 1.0f)};
        s.geometric = vdk_vec_make((float)-sin(lean), 0.0f, (float)cos(lean));
        s.agreement = (float)cos(lean);
        double altitude = 10.0 * DEGREE;
        double cosine = sin(altitude - lean), g = cosine / (sin(altitude) * cos(lean));
        double wanted = cosine <= 0.0 ? 0.0 : g >= 1.0 ? 1.0 : 1.0 - (1.0 - g) * (1.0 - g * g);
        vdk_vec wi = vdk_vec_make((float)cos(altitude), 0.0f, (float)sin(altitude));
        double got = (double)vdk_terminator(&s, wi);
        assert_true(fabs(got - wanted) < 5e-6); /* roundings of cosines, over sin(altitude) */
        assert_true(n == 0 || fabs(got - before) < 0.01);
        before = got;
    }
    assert_true(before == 0.0);
}

static double height_spikes(const void *state, int i, int j)
{
    (void)state;
    return 1000.0 * test_lattice(12, i, j);
}

/* Among spikes an interpolated normal may lean more than 90 degrees away from the patch's own;
 * light must not turn negative there. */
static void light_is_never_negative(void **state)
{
    vd_terrain_options options = {.z_factor = 1.0, .smooth_normals = true};
    vd_terrain *terrain = test_terrain_square(40, 10.0, height_spikes, NULL, options);
    test_random r = {41};
    int opposed = 0;
    (void)state;
    for (int n = 0; n < 50000; n++) {
        vdk_scene s = scene_of(terrain);
        add_sun(&s, test_between(&r, 0.0, 360.0), test_between(&r, 0.0, 90.0), n % 2 ? 0.0 : 40.0,
                1.0);
        vdk_position p = ground_at(&s, test_between(&r, 0.5, 40.5), test_between(&r, 0.5, 40.5));
        opposed += vdk_surface_at(&s, p, vdk_vec_make(0.0f, 0.0f, 1.0f), 0.0f).agreement < 0.0f;
        assert_true(radiance_at(&s, p, (vdk_uint)n, 1) >= 0.0);
    }
    assert_true(opposed > 1000);
    vd_terrain_destroy(terrain);
}

/* ---- shadows ------------------------------------------------------------------------------- */

static double height_ridge(const void *state, int i, int j)
{
    (void)state;
    (void)j;
    return i == 30 ? 5.0 : 0.0;
}

static double height_diagonal_ridge(const void *state, int i, int j)
{
    (void)state;
    return i == j ? 5.0 : 0.0;
}

/* A north-south ridge, one post wide and 5 m high, in cells of 10 m, with the sun to the west:
 * behind it all is dark as far as 5 m / tan(altitude), and light again beyond. */
static void ridge_casts_its_whole_shadow(void **state)
{
    static const double altitudes[] = {0.3, 1.0, 2.5, 7.0, 15.0},
                        azimuths[] = {270.0, 245.0, 313.0};
    vd_terrain_options options = {.z_factor = 1.0, .smooth_normals = true};
    vd_terrain *terrain = test_terrain_square(200, 10.0, height_ridge, NULL, options);
    (void)state;
    for (int a = 0; a < 15; a++) {
        double altitude = altitudes[a % 5], azimuth = azimuths[a / 5];
        double shadow =
            0.5 / tan(altitude * DEGREE) * fabs(sin(azimuth * DEGREE)); /* cells eastward */
        vdk_scene s = scene_of(terrain);
        add_sun(&s, azimuth, altitude, 0.0, 1.0);
        test_random r = {(vdk_uint)a + 51u};
        for (int n = 0; n < 4000; n++) {
            double x = test_between(&r, 30.0, 195.0), y = test_between(&r, 80.0, 120.0);
            double light = radiance_at(&s, ground_at(&s, x, y), 0, 1);
            double behind =
                x - 30.0; /* the back slope is in shadow as far as the plain behind is */
            if (behind < fmin(shadow, 166.0) - 1e-3 && shadow > 1.0) assert_true(light == 0.0);
            if (behind > fmax(shadow, 2.0) + 1e-3) assert_true(light > 0.0);
        }
    }
    vd_terrain_destroy(terrain);
}

/* A ridge along the diagonal touches itself at its posts only; between them its crest sags to half
 * its height. With the sun square to it, half its shadow is dark everywhere. */
static void diagonal_ridge_has_no_gaps(void **state)
{
    vd_terrain_options options = {.z_factor = 1.0};
    vd_terrain *terrain = test_terrain_square(120, 10.0, height_diagonal_ridge, NULL, options);
    (void)state;
    for (double altitude = 0.5; altitude < 6.0; altitude += 0.7) {
        double shadow = 0.25 / tan(altitude * DEGREE); /* cells, square to the ridge */
        vdk_scene s = scene_of(terrain);
        add_sun(&s, 45.0, altitude, 0.0, 1.0);
        test_random r = {61};
        for (int n = 0; n < 4000; n++) {
            double along = test_between(&r, 50.0, 70.0);
            double away = test_between(&r, 0.75, fmin(shadow - 1e-3, 50.0)) / sqrt(2.0);
            assert_true(radiance_at(&s, ground_at(&s, along - away, along + away), 0, 1) == 0.0);
        }
    }
    vd_terrain_destroy(terrain);
}

/* ---- the integrator against itself --------------------------------------------------------- */

/** Direct light of sun 0 by sampling its disc alone, at random and with plain weights. */
static estimate disc_alone(const vdk_scene *s, vdk_position p, uint64_t seed)
{
    enum { RUNS = 64, SAMPLES = 4096 };
    double values[RUNS];
    test_random r = {seed};
    vdk_surface surface = vdk_surface_at(s, p, vdk_vec_make(0.0f, 0.0f, 1.0f), 0.0f);
    const vdk_sun *sun = &s->suns[0];
    for (int run = 0; run < RUNS; run++) {
        values[run] = 0.0;
        for (int n = 0; n < SAMPLES; n++) {
            vdk_vec wi = vdk_sun_sample(sun, (float)test_unit(&r), (float)test_unit(&r));
            double cosine = fmax((double)vdk_vec_dot(surface.shading, wi), 0.0);
            vdk_position hit;
            vdk_ray ray = vdk_ray_make(&s->terrain, p, wi, 1);
            if (vdk_trace(&s->terrain, &ray, &hit)) continue;
            values[run] += (double)(surface.material.base_color.y * sun->radiance.y *
                                    vdk_terminator(&surface, wi)) *
                           cosine / PI / (double)sun->pdf / SAMPLES;
        }
    }
    return estimate_of(values, RUNS);
}

/* Weights of the two ways to find a disc sum to one: with both, the same light as by the disc
 * alone. */
static void weights_sum_to_one(void **state)
{
    vd_terrain *terrain = rough_terrain();
    test_random r = {71};
    (void)state;
    for (int smooth = 0; smooth <= 1; smooth++)
        for (int n = 0; n < 12; n++) {
            vdk_scene s = scene_of(terrain);
            s.terrain.smooth_normals = smooth;
            add_sun(&s, 30.0 * n, 25.0, 40.0, 3.0);
            vdk_position p = ground_at(&s, test_between(&r, 5, 36), test_between(&r, 5, 36));
            assert_agree("both ways and the disc alone", radiance_estimate(&s, p, 1024),
                         disc_alone(&s, p, (uint64_t)n));
        }
    vd_terrain_destroy(terrain);
}

/* Light adds: two suns that overlap, and two of unlike size and strength, give what each gives
 * alone. */
static void suns_add_up(void **state)
{
    static const double second[][4] = {
        {280.0, 42.0, 40.0, 1.0}, {100.0, 10.0, 0.0, 5.0}, {300.0, 30.0, 2.0, 0.2}};
    vd_terrain *terrain = rough_terrain();
    test_random r = {81};
    (void)state;
    for (int n = 0; n < 15; n++) {
        const double *b = second[n % 3];
        vdk_scene both = scene_of(terrain), one = both, other = both;
        both.bounces = one.bounces = other.bounces = n % 2;
        add_sun(&both, 300.0, 30.0, 30.0, 2.0);
        add_sun(&one, 300.0, 30.0, 30.0, 2.0);
        add_sun(&both, b[0], b[1], b[2], b[3]);
        add_sun(&other, b[0], b[1], b[2], b[3]);
        vdk_position p = ground_at(&both, test_between(&r, 5, 36), test_between(&r, 5, 36));
        estimate x = radiance_estimate(&one, p, 1024), y = radiance_estimate(&other, p, 1024);
        estimate sum = {x.mean + y.mean, hypot(x.error, y.error)};
        assert_agree("two suns and their sum", radiance_estimate(&both, p, 1024), sum);
    }
    vd_terrain_destroy(terrain);
}

/* A shadow of strength one half is the mean of none and a whole one. Direct light only, and the
 * same samples, so but for rounding it is exact. */
static void half_a_shadow_is_half_way(void **state)
{
    vd_terrain *terrain = rough_terrain();
    test_random r = {91};
    double shadowed = 0.0;
    (void)state;
    for (int n = 0; n < 60; n++) {
        double light[3];
        vdk_position p = {0, 0, 0.0f, 0.0f, 0.0f};
        for (int k = 0; k <= 2; k++) {
            vdk_scene s = scene_of(terrain);
            add_sun(&s, 300.0, 15.0, n % 2 ? 25.0 : 0.53, 3.0);
            s.shadow_strength = 0.5f * (float)k;
            if (k == 0) p = ground_at(&s, test_between(&r, 5, 36), test_between(&r, 5, 36));
            light[k] = radiance_at(&s, p, (vdk_uint)n, 128);
        }
        assert_true(fabs(light[1] - 0.5 * (light[0] + light[2])) < 1e-5 * (light[0] + 1e-3));
        assert_true(light[2] <= light[0]);
        shadowed += light[0] - light[2];
    }
    assert_true(shadowed > 1.0); /* there was shadow to speak of */
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plane_under_a_sun),
        cmocka_unit_test(white_furnace),
        cmocka_unit_test(cap_is_shaded_like_the_sphere),
        cmocka_unit_test(terminator_fades_smoothly),
        cmocka_unit_test(light_is_never_negative),
        cmocka_unit_test(ridge_casts_its_whole_shadow),
        cmocka_unit_test(diagonal_ridge_has_no_gaps),
        cmocka_unit_test(weights_sum_to_one),
        cmocka_unit_test(suns_add_up),
        cmocka_unit_test(half_a_shadow_is_half_way),
    };
    return cmocka_run_group_tests_name("light", tests, NULL, NULL);
}
