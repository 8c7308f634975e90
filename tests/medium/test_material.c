/* Paths over ground of any material: against plain ground where that is the same, closed forms, the
 * furnace, and environment maps against the suns that they can stand for. */
#include "atmosphere/environment.h"
#include "light_fixture.h"

static vdk_scene glossy_scene(const vd_terrain *terrain, float roughness, float metallic)
{
    vdk_scene s = scene_of(terrain);
    s.plain = 0;
    s.multiscatter = 1;
    s.material.roughness = roughness;
    s.material.metallic = metallic;
    s.material.specular = 0.5f;
    return s;
}

/* Matte ground, though not called plain, is as bright as plain ground: under two discs, a point, a
 * sky, and with bounces. Flat normals, as with interpolated ones the two fold directions below the
 * patch in different ways. */
static void matte_is_as_bright_as_plain(void **state)
{
    vd_terrain *terrain = rough_terrain();
    test_random r = {101};
    (void)state;
    for (int n = 0; n < 12; n++) {
        vdk_scene s = scene_of(terrain);
        s.sky.zenith = grey(0.3);
        s.material.base_color = grey(0.7);
        s.bounces = n % 3;
        add_sun(&s, 300.0, 30.0, 30.0, 2.0);
        if (n % 2) add_sun(&s, 200.0, 20.0, 0.0, 1.0);
        vdk_position p = ground_at(&s, test_between(&r, 5, 36), test_between(&r, 5, 36));
        estimate plain = radiance_estimate(&s, p, 1024);
        s.plain = 0;
        assert_agree("plain and matte", radiance_estimate(&s, p, 1024), plain);
    }
    vd_terrain_destroy(terrain);
}

/* A glossy plane under a sun, seen from above: BSDF times cosine, integrated over the disc by many
 * points; of a mirror the whole radiance of the disc, if the eye is where it goes. */
static void glossy_plane_under_a_sun(void **state)
{
    static const double sizes[] = {0.0, 0.53, 20.0};
    static const float roughnesses[] = {0.1f, 0.4f, 1.0f};
    vd_terrain *flat =
        test_terrain_square(8, 30.0, height_flat, NULL, (vd_terrain_options){.z_factor = 1.0});
    (void)state;
    for (int n = 0; n < 18; n++) {
        double size = sizes[n % 3], sum = 0.0;
        vdk_scene s = glossy_scene(flat, roughnesses[n / 3 % 3], (float)(n / 9));
        add_sun(&s, 0.0, 75.0, size, 3.0);
        vdk_bsdf b = vdk_bsdf_make(&s.material, vdk_vec_make(0.0f, 0.0f, 1.0f), 1);
        enum { POINTS = 1 << 14 };
        for (int i = 0; i < POINTS; i++) {
            double v = i * 0.61803398874989485;
            float pdf;
            vdk_vec wi =
                vdk_sun_sample(&s.suns[0], (float)((i + 0.5) / POINTS), (float)(v - floor(v)));
            sum += 3.0 * (double)vdk_bsdf_eval(&b, wi, &pdf).y / POINTS;
        }
        /* irradiance over the disc's own measure: pi sin^2 a against its solid angle */
        if (size > 0.0) {
            double half = 0.5 * size * DEGREE;
            sum *= 4.0 * pow(sin(0.5 * half), 2.0) / pow(sin(half), 2.0);
        }
        estimate got = radiance_estimate(&s, ground_at(&s, 4.3, 5.6), 1024);
        estimate wanted = {sum, 2e-4 * sum};
        assert_agree("a glossy plane", got, wanted);
    }
    vd_terrain_destroy(flat);
}

/* White metal and a white coated body in a white world return all light, also where normals are
 * interpolated and directions folded, within what the BSDF's tables are off a bounce (0.4 %), of
 * which there are one and a half. */
static void white_furnace_of_all_materials(void **state)
{
    (void)state;
    for (int n = 0; n < 12; n++) {
        vd_terrain_options options = {.z_factor = 1.0, .smooth_normals = n % 2 != 0};
        vd_terrain *terrain = test_terrain_square(40, 20.0, height_rough, NULL, options);
        vdk_scene s = glossy_scene(terrain, 0.05f + 0.19f * (float)(n / 2), (float)(n / 2 % 2));
        s.sky.zenith = grey(1.0);
        s.bounces = VDK_UNLIMITED;
        double values[400];
        test_random r = {21};
        for (int k = 0; k < 400; k++) {
            double x = test_between(&r, 0.5, 40.5), y = test_between(&r, 0.5, 40.5);
            values[k] = radiance_at(&s, ground_at(&s, x, y), (vdk_uint)k, 64);
        }
        estimate e = estimate_of(values, 400);
        if (!(fabs(e.mean - 1.0) < 0.008 + 4.5 * e.error))
            fail_msg("roughness %g: %.5f +- %.5f", (double)s.material.roughness, e.mean, e.error);
        vd_terrain_destroy(terrain);
    }
}

static double height_spikes(const void *state, int i, int j)
{
    (void)state;
    return 25.0 * test_lattice(12, i, j);
}

/* Among spikes, whose interpolated normals turn away from the eye, white metal under an even sky is
 * white: no point is black, none shines. Noise of a point has a standard deviation of 0.02. */
static void folded_normals_make_no_specks(void **state)
{
    vd_terrain_options options = {.z_factor = 1.0, .smooth_normals = true};
    vd_terrain *terrain = test_terrain_square(40, 10.0, height_spikes, NULL, options);
    test_random r = {41};
    int turned = 0;
    double mean = 0.0;
    (void)state;
    for (int n = 0; n < 4000; n++) {
        vdk_scene s = glossy_scene(terrain, (float)test_between(&r, 0.05, 0.6), 1.0f);
        s.sky.zenith = grey(1.0);
        s.bounces = 16;
        vdk_position p = ground_at(&s, test_between(&r, 0.5, 40.5), test_between(&r, 0.5, 40.5));
        vdk_surface surface = vdk_surface_at(&s, p, vdk_vec_make(0.0f, 0.0f, 1.0f), 0.0f);
        /* from a grazing direction above the patch */
        vdk_vec to_eye = vdk_vec_normalize(
            vdk_vec_from_frame(surface.geometric, 1.0f, 0.0f, (float)test_between(&r, 0.01, 0.3)));
        turned += vdk_vec_dot(surface.shading, to_eye) < 0.0f;
        vdk_uint rays = 0;
        double sum = 0.0;
        for (vdk_uint i = 0; i < 64; i++)
            sum += (double)vdk_radiance(
                       &s, vdk_path_begin(vdk_sampler_make((vdk_uint)n, i), p, to_eye, 0.0f), &rays)
                       .y /
                   64.0;
        mean += sum / 4000.0;
        if (!(sum > 0.75 && sum < 1.3)) fail_msg("a point of radiance %g", sum);
    }
    assert_true(fabs(mean - 1.0) < 0.004);
    assert_true(turned > 400);
    vd_terrain_destroy(terrain);
}

/* ---- environment maps ---------------------------------------------------------------------- */

/** A map, twice as wide as high, with one bright texel in a dim sky, halfway between zenith and
 * horizon; its centre and solid angle are filled. */
static vd_environment *one_texel(int height, double around, double bright, vdk_vec *centre,
                                 double *solid_angle)
{
    const int width = 2 * height, row = height / 4, column = 3 * width / 8;
    vd_environment *e = NULL;
    float *texels = calloc(3 * (size_t)width * (size_t)height, sizeof(float));
    assert_non_null(texels);
    for (int i = 0; i < 3 * width * height; i++) texels[i] = (float)around;
    for (int c = 0; c < 3; c++) texels[3 * (row * width + column) + c] = (float)bright;
    assert_int_equal(vd_environment_create(NULL, width, height, texels, &e), VD_OK);
    double a = 2.0 * PI * (column + 0.5) / width, h = PI * (0.5 - (row + 0.5) / height);
    *centre = vdk_vec_make((float)(sin(a) * cos(h)), (float)(cos(a) * cos(h)), (float)sin(h));
    *solid_angle = 2.0 * PI / width * (sin(h + 0.5 * PI / height) - sin(h - 0.5 * PI / height));
    return e;
}

/* A texel is worth a disc of its radiance and solid angle: on a matte plane, a glossy one, and with
 * bounces over mountains, within 0.5 %. */
static void one_texel_is_a_sun(void **state)
{
    vdk_vec centre;
    double solid_angle;
    const double radiance = 5000.0;
    vd_environment *map = one_texel(512, 0.0, radiance, &centre, &solid_angle);
    vd_terrain *flat =
        test_terrain_square(8, 30.0, height_flat, NULL, (vd_terrain_options){.z_factor = 1.0});
    vd_terrain *rough = rough_terrain();
    (void)state;
    for (int n = 0; n < 4; n++) {
        vdk_scene s = glossy_scene(n < 3 ? flat : rough, 0.5f, (float)(n == 1));
        if (n == 2) s.material.specular = 0.0f;
        s.bounces = 2;
        vdk_scene sun = s, env = s;
        double half = acos(1.0 - solid_angle / (2.0 * PI)) / DEGREE;
        add_sun(&sun, 0.0, 45.0, 2.0 * half, radiance * PI * pow(sin(half * DEGREE), 2.0));
        sun.suns[0].direction = centre;
        env.sky.model = VDK_SKY_ENVIRONMENT;
        env.environment = vd_environment_flat(map, 0.0);
        vdk_position p = ground_at(&s, n < 3 ? 4.3 : 21.3, n < 3 ? 5.6 : 18.4);
        estimate a = radiance_estimate(&sun, p, 4096), b = radiance_estimate(&env, p, 4096);
        print_message("a sun %.5f +- %.5f, a texel %.5f +- %.5f\n", a.mean, a.error, b.mean,
                      b.error);
        assert_true(a.mean > 0.01);
        assert_true(fabs(a.mean / b.mean - 1.0) < 0.005);
    }
    vd_environment_destroy(map);
    vd_terrain_destroy(rough);
    vd_terrain_destroy(flat);
}

/* A small bright sun in a dim sky: a tenth of the variance at most by choosing directions of the
 * map, and the same mean. */
static void map_is_sampled(void **state)
{
    enum { N = 1 << 18 };
    static const float roughnesses[] = {1.0f, 0.5f, 0.2f};
    static double values[N];
    vdk_vec centre;
    double solid_angle;
    vd_environment *map = one_texel(64, 0.2, 2000.0, &centre, &solid_angle);
    vd_terrain *flat =
        test_terrain_square(8, 30.0, height_flat, NULL, (vd_terrain_options){.z_factor = 1.0});
    (void)state;
    for (int n = 0; n < 3; n++) {
        estimate e[2];
        vdk_scene s = glossy_scene(flat, roughnesses[n], 0.0f);
        if (n == 0) s.material.specular = 0.0f;
        s.sky.model = VDK_SKY_ENVIRONMENT;
        vdk_position p = ground_at(&s, 4.3, 5.6);
        for (int off = 0; off < 2; off++) {
            s.environment = vd_environment_flat(map, 0.0);
            if (off) s.environment.luminance = 0.0f; /* then it is not chosen as a light */
            for (vdk_uint i = 0; i < N; i++) values[i] = radiance_at(&s, p, i, 1);
            e[off] = estimate_of(values, N);
        }
        double gain = pow(e[1].error / e[0].error, 2.0);
        print_message("%.4f and %.4f, a variance of 1/%.0f\n", e[0].mean, e[1].mean, gain);
        assert_agree("with and without", e[0], e[1]);
        assert_true(gain > 10.0);
    }
    vd_environment_destroy(map);
    vd_terrain_destroy(flat);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matte_is_as_bright_as_plain),
        cmocka_unit_test(glossy_plane_under_a_sun),
        cmocka_unit_test(white_furnace_of_all_materials),
        cmocka_unit_test(folded_normals_make_no_specks),
        cmocka_unit_test(one_texel_is_a_sun),
        cmocka_unit_test(map_is_sampled),
    };
    return cmocka_run_group_tests_name("material", tests, NULL, NULL);
}
