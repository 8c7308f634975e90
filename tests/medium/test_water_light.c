/* Water's light against closed forms: Fresnel's share, Beer and Lambert's law by depth, the white
 * furnace, the sun's glitter by quadrature, and a mirror lake against a mirrored camera. */
#include "kernel/view.h"
#include "light_fixture.h"
#include "scene/water.h"
#include "stage.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define INDEX ((double)VDK_WATER_INDEX)

/* ---- a pool: a level bed at 250 m under so much water ---------------------------------------- */

static vdk_water_body pool_body;

static vdk_scene pool(const vd_terrain *terrain, double depth, double bed_albedo)
{
    vdk_scene s = scene_of(terrain);
    pool_body = (vdk_water_body){(float)(250.0 + depth), 1.0e6f};
    s.plain = 0;
    s.material.base_color = grey(bed_albedo);
    s.material.roughness = 1.0f;
    s.water.is_there = s.water.has_sea = s.water.is_optical = 1;
    s.water.body = &pool_body;
    return s;
}

static vd_terrain *level_bed(void)
{
    return test_terrain_square(8, 1000.0, height_flat, NULL, (vd_terrain_options){.z_factor = 1.0});
}

/* Radiance from the middle of the pool's surface towards an elevation. */
static estimate from_pool(const vdk_scene *s, double cosine, vdk_uint samples)
{
    enum { PIXELS = 32 };
    double values[PIXELS];
    for (vdk_uint i = 0; i < PIXELS; i++) {
        double sum = 0.0;
        for (vdk_uint k = 0; k < samples; k++) {
            vdk_uint rays = 0;
            vdk_position p = ground_at(s, 4.5, 4.5);
            p.z = pool_body.level;
            vdk_vec wo = vdk_vec_make((float)sqrt(1.0 - cosine * cosine), 0.0f, (float)cosine);
            vdk_path path = vdk_path_begin(vdk_sampler_make(vdk_hash(i + 99u), k), p, wo, 0.0f);
            path.part = VDK_PART_WATER;
            sum += (double)vdk_radiance(s, path, &rays).y;
        }
        values[i] = sum / samples;
    }
    return estimate_of(values, PIXELS);
}

/* Fresnel's equations by the angles, as textbooks have them. */
static double fresnel(double cosine, double index)
{
    double a = acos(cosine), sine = sin(a) / index;
    if (sine >= 1.0) return 1.0;
    if (a < 1e-6) return pow((index - 1.0) / (index + 1.0), 2.0);
    double b = asin(sine);
    double across = sin(a - b) / sin(a + b), along = tan(a - b) / tan(a + b);
    return 0.5 * (across * across + along * along);
}

/* The share by the kernel's formula, from both sides, and by paths: a calm surface over black
 * ground under a white sky shows just what it reflects. The allowed difference is rounding's for
 * the first and 4.5 standard errors of the choice between two ways for the second. */
static void test_fresnel(void **state)
{
    (void)state;
    double worst = 0.0;
    for (int i = 1; i <= 1000; i++) {
        double c = i / 1000.0;
        worst = fmax(worst, fabs((double)vdk_fresnel((float)c, (float)INDEX) - fresnel(c, INDEX)));
        double inner = fresnel(c, 1.0 / INDEX);
        double critical = sqrt(1.0 - 1.0 / (INDEX * INDEX));
        if (fabs(c - critical) > 1e-3) /* where the slope is endless */
            worst = fmax(worst, fabs((double)vdk_fresnel((float)c, (float)(1.0 / INDEX)) - inner));
    }
    printf("Fresnel's share: off by %.2g at most\n", worst);
    assert_true(worst < 1e-4);
    vd_terrain *terrain = level_bed();
    vdk_scene s = pool(terrain, 5.0, 0.0);
    s.sky.zenith = grey(1.0);
    static const double cosines[] = {1.0, 0.7, 0.4, 0.2, 0.1, 0.05};
    for (int i = 0; i < 6; i++) {
        estimate e = from_pool(&s, cosines[i], 2000);
        printf("reflectance at cosine %.2f: %.5f, formula %.5f\n", cosines[i], e.mean,
               fresnel(cosines[i], INDEX));
        assert_agree("reflectance", e, (estimate){fresnel(cosines[i], INDEX), 0.0});
    }
    vd_terrain_destroy(terrain);
}

/* The sun's light on the bed and back, once: (1 - F_o)(1 - F_i) c_i / n^2 albedo / pi E
 * e^(-a d (1 / c_o' + 1 / c_i')) with Snell's cosines below. To 1 %, and within the standard error.
 */
static void test_beer_lambert(void **state)
{
    (void)state;
    static const double depths[] = {0.5, 2.0, 5.0, 12.0};
    static const double views[] = {1.0, 0.5};
    vd_terrain *terrain = level_bed();
    for (int i = 0; i < 8; i++) {
        double depth = depths[i % 4], c = views[i / 4], sine = cos(40.0 * DEGREE), a = 0.13;
        vdk_scene s = pool(terrain, depth, 0.6);
        add_sun(&s, 90.0, 40.0, 0.0, 3.0);
        s.water.absorption = grey(a);
        double below = sqrt(1.0 - (1.0 - c * c) / (INDEX * INDEX));
        double sun = sin(40.0 * DEGREE), sun_below = sqrt(1.0 - sine * sine / (INDEX * INDEX));
        double expected = (1.0 - fresnel(c, INDEX)) * (1.0 - fresnel(sun, INDEX)) * sun * 3.0 *
                          0.6 / PI / (INDEX * INDEX) *
                          exp(-a * depth * (1.0 / below + 1.0 / sun_below));
        estimate e = from_pool(&s, c, 2000);
        printf("%4.1f m of water, cosine %.1f: %.6f, formula %.6f (%+.3f %%)\n", depth, c, e.mean,
               expected, 100.0 * (e.mean / expected - 1.0));
        assert_agree("light through water", e, (estimate){expected, 0.0});
        assert_true(fabs(e.mean / expected - 1.0) < 0.01);
        /* Straight: no cosine is bent on the way down. */
        s.water.is_straight = 1;
        expected *= exp(-a * depth * (1.0 / sun - 1.0 / sun_below));
        assert_agree("straight light", from_pool(&s, c, 2000), (estimate){expected, 0.0});
    }
    vd_terrain_destroy(terrain);
}

/* Fog over a calm pool, of light scattered once: Fresnel's share of what comes down from a slab of
 * depth tau towards cosine m, lit by a sun at cosine n,
 * w p E / m e^(-tau / n) (1 - e^(-tau k)) / k, k = 1 / m - 1 / n, on a way that has no fog before
 * the water; the bed and the water are black. Within 0.5 % and 4.5 standard errors. */
static void test_fog_mirrored(void **state)
{
    static const double cosines[] = {0.5, 0.2};
    (void)state;
    vd_terrain *terrain = level_bed();
    for (int i = 0; i < 2; i++) {
        const double m = cosines[i], n = sin(25.0 * DEGREE), tau = 0.8, g = 0.5;
        vdk_scene s = pool(terrain, 5.0, 0.0);
        add_sun(&s, 200.0, 25.0, 0.53, 3.0);
        s.media.is_there = s.media.is_single = 1;
        s.media.fog = VDK_FOG_HOMOGENEOUS;
        s.media.extinction = (float)(tau / 200.0);
        s.media.albedo = grey(0.9);
        s.media.phase.g = (float)g;
        s.media.base = pool_body.level - 1.0f;
        s.media.top = pool_body.level + 200.0f;
        s.media.piece = VDK_HUGE;
        double along = (double)s.suns[0].direction.x * -sqrt(1.0 - m * m) + n * m;
        double d = 1.0 + g * (g - 2.0 * along), p = (1.0 - g * g) / (4.0 * PI * d * sqrt(d));
        double k = 1.0 / m - 1.0 / n;
        double truth = 0.9 * p * 3.0 / m * exp(-tau / n) * (1.0 - exp(-tau * k)) / k;
        estimate e = from_pool(&s, m, 8000);
        printf("fog in a pool at cosine %.1f: %.5f +- %.5f, should be %.5f\n", m, e.mean, e.error,
               fresnel(m, INDEX) * truth);
        assert_true(e.error < 0.01 * e.mean);
        assert_true(fabs(e.mean - fresnel(m, INDEX) * truth) <
                    4.5 * e.error + 0.005 * fresnel(m, INDEX) * truth);
    }
    vd_terrain_destroy(terrain);
}

/* A deep pool of matter that scatters little against single scattering: all light goes down once
 * and up once, b / (4 pi) integral e^(-k z (1/c_i' + 1/c_o')) dz / c_o'. */
static void test_single_scattering(void **state)
{
    (void)state;
    vd_terrain *terrain = level_bed();
    vdk_scene s = pool(terrain, 400.0, 0.0);
    double a = 0.2, b = 0.02, k = a + b, sun = sin(40.0 * DEGREE);
    double sun_below = sqrt(1.0 - (1.0 - sun * sun) / (INDEX * INDEX)), c = 0.8;
    double below = sqrt(1.0 - (1.0 - c * c) / (INDEX * INDEX));
    add_sun(&s, 200.0, 40.0, 0.0, 3.0);
    s.water.absorption = grey(a);
    s.water.scattering = grey(b);
    double expected = (1.0 - fresnel(c, INDEX)) / (INDEX * INDEX) * 3.0 * (sun / sun_below) *
                      (1.0 - fresnel(sun, INDEX)) * b / (4.0 * PI) / below /
                      (k / sun_below + k / below);
    estimate e = from_pool(&s, c, 2000);
    printf("single scattering: %.6f, formula %.6f\n", e.mean, expected);
    assert_agree("single scattering", e, (estimate){expected, 0.0});
    vd_terrain_destroy(terrain);
}

/* ---- furnace --------------------------------------------------------------------------------- */

/* White ground half under water that absorbs nothing, clear and cloudy, calm and in wind, in a
 * white sky, is not to be seen. Roulette and the choice between ways are the noise; the mean of a
 * view may be off by 1 %, and is by less than five standard errors. */
static void test_furnace(void **state)
{
    static const char *const white[] = {"camera.size",
                                        "24x18",
                                        "surface.albedo",
                                        "1",
                                        "sky.model",
                                        "uniform",
                                        "sky.strength",
                                        "1",
                                        "sky.color",
                                        "1",
                                        "sun.strength",
                                        "0",
                                        "render.bounces",
                                        "unlimited",
                                        "terrain.normals",
                                        "flat",
                                        "background.fill",
                                        "sky",
                                        "terrain.border",
                                        "extend",
                                        "tone.auto_exposure",
                                        "false",
                                        "water.level",
                                        "900",
                                        "water.foam",
                                        "0",
                                        "camera.tilt",
                                        "25",
                                        NULL};
    static const char *const winds[][3] = {{"water.wind", "0", NULL}, {"water.wind", "10", NULL}};
    (void)state;
    for (int v = 0; v < 4; v++) {
        stage s = open_stage(WINDOW, white, winds[v & 1]);
        vdk_scene *flat = &s.scene->flat;
        flat->water.absorption = grey(0.0);
        flat->water.scattering = grey(v & 2 ? 0.02 : 0.0);
        double sum = 0.0, squares = 0.0;
        int count = 0;
        for (int y = 0; y < 18; y++)
            for (int x = 0; x < 24; x++) {
                vdk_sampler sampler = vdk_sampler_at(flat->pattern, flat->seed, x, y);
                vdk_uint rays = 0;
                for (vdk_uint i = 0; i < 24; i++, count++) {
                    double value = (double)vdk_see(flat, x, y, sampler, i, &rays).radiance.y;
                    sum += value;
                    squares += value * value;
                }
            }
        double mean = sum / count, error = sqrt((squares / count - mean * mean) / count);
        printf("furnace, %s %s: %.5f +- %.5f\n", v & 2 ? "cloudy" : "clear", winds[v & 1][1], mean,
               error);
        assert_true(fabs(mean - 1.0) < 0.01 && fabs(mean - 1.0) < 5.0 * error + 1e-6);
        close_stage(&s);
    }
}

/* ---- glitter --------------------------------------------------------------------------------- */

/* A sun in rough water, by quadrature of what its facets reflect over the disc. Both samplings find
 * it, and together they are right. */
static void test_glitter(void **state)
{
    (void)state;
    vd_terrain *terrain = level_bed();
    static const double losts[] = {0.0004, 0.01, 0.05};
    for (int i = 0; i < 3; i++) {
        vdk_scene s = pool(terrain, 5.0, 0.0);
        add_sun(&s, 270.0, 35.0, 2.0, 3.0);
        s.water.lost = (float)losts[i];
        double c = sin(30.0 * DEGREE), half = 1.0 * DEGREE, expected = 0.0;
        vdk_vec wo = vdk_vec_make((float)sqrt(1.0 - c * c), 0.0f, (float)c);
        vdk_water_facets f = vdk_water_facets_make(0.0f, 0.0f, (float)sqrt(losts[i]), wo, 4.0f);
        enum { RINGS = 200, RAYS = 400 };
        for (int r = 0; r < RINGS; r++)
            for (int k = 0; k < RAYS; k++) {
                double z = 1.0 - (r + 0.5) / RINGS * (1.0 - cos(half)), t = 2.0 * PI * k / RAYS;
                double radius = sqrt(1.0 - z * z);
                vdk_vec wi = vdk_vec_from_frame(s.suns[0].direction, (float)(radius * cos(t)),
                                                (float)(radius * sin(t)), (float)z);
                float density;
                expected += (double)(vdk_water_reflects(&f, wi, &density) * s.suns[0].radiance.y);
            }
        expected *= 2.0 * PI * (1.0 - cos(half)) / (RINGS * RAYS);
        estimate e = from_pool(&s, c, 2000);
        printf("glitter at variance %g: %.5f, quadrature %.5f\n", losts[i], e.mean, expected);
        /* Quadrature of the narrowest lobe is good to 0.1 %. */
        assert_agree("glitter", e, (estimate){expected, expected * 2.5e-4});
    }
    vd_terrain_destroy(terrain);
}

/* ---- mirror ---------------------------------------------------------------------------------- */

/* What a camera's ray sees in a calm lake is what the mirrored camera's ray sees that leaves the
 * lake at the same point: in each pixel the ground hit is within a twentieth of a pixel of it. The
 * mirrored ray is reckoned in double precision from the mirrored eye. */
static void test_mirror(void **state)
{
    static const char *const knobs[] = {"camera.size", "960x320",        "camera.projection",
                                        "panorama",    "camera.eye",     "392000,3800000,agl:60",
                                        "water.level", "1150",           "water.wind",
                                        "0",           "terrain.border", "extend",
                                        NULL};
    (void)state;
    stage s = open_stage(WINDOW, knobs, NULL);
    const vdk_scene *flat = &s.scene->flat;
    double worst = 0.0;
    int count = 0, skies = 0;
    for (int y = 0; y < 320; y++)
        for (int x = 0; x < 960; x++) {
            vdk_sight sight = {.width = 0.0f};
            vdk_position hit, a, b;
            vdk_bsdf_sampled sample;
            if (!vdk_view_ray(flat, x, y, 0.0f, 0.0f, &sight)) continue;
            if (vdk_scene_trace(flat, VDK_MISS, sight.from, sight.direction, &hit) !=
                VDK_PART_WATER)
                continue;
            vdk_path path = vdk_path_begin(vdk_sampler_make(1u, 0u), hit,
                                           vdk_vec_scale(sight.direction, -1.0f), 0.0f);
            path.part = VDK_PART_WATER;
            vdk_ground g = vdk_ground_at(flat, &path);
            assert_true(g.is_water);
            assert_true(vdk_ground_sample(&g, 0.3f, 0.6f, 0.0f, &sample)); /* 0: reflected */
            int is_ground = vdk_scene_trace(flat, VDK_PART_WATER, hit, sample.wi, &a);

            /* From the mirrored eye through the plane, and on from there. */
            double level = (double)flat->water.body[0].level;
            double dz = -(double)sight.direction.z, t = ((double)sight.from.z - level) / dz;
            vdk_vec up = vdk_vec_make(sight.direction.x, sight.direction.y, (float)dz);
            const float *m = flat->terrain.to_grid;
            double column =
                (double)sight.from.fx + sight.from.cx + t * (double)(m[0] * up.x + m[1] * up.y);
            double row =
                (double)sight.from.fy + sight.from.cy + t * (double)(m[2] * up.x + m[3] * up.y);
            vdk_position p = {(int)floor(column), (int)floor(row), 0.0f, 0.0f, (float)level};
            p.fx = (float)(column - floor(column));
            p.fy = (float)(row - floor(row));
            int also = vdk_dry_trace(flat, VDK_PART_WATER, p, up, &b);
            if (is_ground != also) fail_msg("pixel %d, %d: %d and %d", x, y, is_ground, also);
            skies += !also;
            if (!also) continue;
            vdk_vec apart = vdk_metres_between(&flat->terrain, a, b);
            vdk_vec way = vdk_metres_between(&flat->terrain, sight.from, hit);
            vdk_vec on = vdk_metres_between(&flat->terrain, hit, a);
            double distance =
                sqrt((double)vdk_vec_dot(way, way)) + sqrt((double)vdk_vec_dot(on, on));
            vdk_vec normal = vdk_geometric_normal(&flat->terrain, a);
            /* Across the ray: along it a difference grows where it grazes the ground. */
            double slant = fmax(fabs((double)vdk_vec_dot(normal, up)), 0.02);
            double pixels = sqrt((double)vdk_vec_dot(apart, apart)) * slant /
                            (distance * (double)flat->view.pixel);
            worst = fmax(worst, pixels);
            count++;
        }
    printf("mirror: %d pixels of ground and %d of sky in the lake, off by %.4f pixels at most\n",
           count, skies, worst);
    assert_true(count > 500 && worst < 0.05);
    close_stage(&s);
}

/* ---- waves ----------------------------------------------------------------------------------- */

/* What slopes of waves vary by, seen and lost together, is the same from near and far and is what
 * Cox and Munk measured. Means over 20,000 places; the waves' sum is known to about a percent from
 * those, as few of them are long. */
static void test_waves(void **state)
{
    static const char *const knobs[] = {"water.level", "800", "water.wind", "8", NULL};
    (void)state;
    stage s = open_stage(WINDOW, knobs, NULL);
    vdk_scene *flat = &s.scene->flat;
    flat->water.noise = NULL; /* no gusts */
    static const double spreads[] = {0.0, 0.3, 2.0, 15.0, 500.0};
    for (int i = 0; i < 5; i++) {
        double sum = 0.0;
        enum { PLACES = 20000 };
        for (int k = 0; k < PLACES; k++) {
            vdk_position p = {(int)(200.0 * test_lattice(1, k, 0)),
                              (int)(200.0 * test_lattice(1, k, 1)), (float)test_lattice(1, k, 2),
                              (float)test_lattice(1, k, 3), 0.0f};
            vdk_water_form f =
                vdk_water_form_at(flat, 0, p, vdk_vec_make(0.6f, 0.0f, 0.8f), (float)spreads[i]);
            sum += (double)(f.east * f.east + f.north * f.north + f.lost) / PLACES;
        }
        printf("waves from a spread of %g m: variance %.5f, Cox and Munk %.5f\n", spreads[i], sum,
               0.003 + 0.00512 * 8.0);
        assert_true(fabs(sum / (0.003 + 0.00512 * 8.0) - 1.0) < 0.02);
    }
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fresnel),
        cmocka_unit_test(test_beer_lambert),
        cmocka_unit_test(test_single_scattering),
        cmocka_unit_test(test_fog_mirrored),
        cmocka_unit_test(test_furnace),
        cmocka_unit_test(test_glitter),
        cmocka_unit_test(test_mirror),
        cmocka_unit_test(test_waves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
