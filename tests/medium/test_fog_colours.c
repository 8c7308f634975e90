/* Fog whose extinction differs from colour to colour, and the two kinds of paths through fog.
 *
 * Light of one colour knows nothing of the others. So what is seen of a colour through fog that has
 * so much of the extinction for it is what is seen through grey fog of that extinction, which
 * test_fog.c holds against closed forms: of light scattered any number of times, from sun, sky and
 * ground. Both are estimates, and may differ by four of their standard errors. */
#include "fog_fixture.h"

static const double tints[3] = {0.25, 0.6, 1.0}, albedos[3] = {0.95, 0.8, 0.6};

/* The three colours of what a pixel sees, by pixels that know nothing of each other. */
static void seen_in_colour(const vdk_scene *s, vdk_uint samples, estimate out[3])
{
    enum { PIXELS = 64 };
    double values[3][PIXELS] = {{0.0}};
    for (vdk_uint pixel = 0; pixel < PIXELS; pixel++) {
        vdk_uint rays = 0;
        vdk_sampler sampler = vdk_sampler_at(VDK_PATTERN_INDEPENDENT, s->seed, (int)pixel, 7);
        for (vdk_uint i = 0; i < samples; i++) {
            vdk_vec v = vdk_see(s, 0, 0, sampler, i, &rays).radiance;
            values[0][pixel] += (double)v.x / samples;
            values[1][pixel] += (double)v.y / samples;
            values[2][pixel] += (double)v.z / samples;
        }
    }
    for (int c = 0; c < 3; c++) out[c] = estimate_of(values[c], PIXELS);
}

static void assert_same(const char *what, estimate a, estimate b)
{
    double error = hypot(a.error, b.error);
    printf("%s: %.5f and %.5f, +- %.5f\n", what, a.mean, b.mean, error);
    assert_true(error < 0.01 * b.mean);
    assert_true(fabs(a.mean - b.mean) < 4.0 * error);
}

/* A ground, a sun and a sky, through fog that is 1 to 5 deep along the ray. */
static vdk_scene scene_in_fog(const vd_terrain *terrain, int kind, double extinction, double albedo)
{
    vdk_scene s = scene_of(terrain);
    s.material.base_color = grey(0.5);
    s.sky.zenith = s.sky.horizon = grey(0.3);
    s.bounces = VDK_UNLIMITED;
    add_sun(&s, 100.0, 30.0, 2.0, 3.0);
    add_fog(&s, kind, extinction, albedo, 0.5, kind == VDK_FOG_HEIGHT ? 1600.0 : 100.0);
    return s;
}

static void test_colours(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int v = 0; v < 4; v++) {
        const int kind = v & 1 ? VDK_FOG_HEIGHT : VDK_FOG_HOMOGENEOUS;
        const vdk_vec forward = v & 2 ? unit(140.0, 12.0) : unit(140.0, -12.0);
        estimate colours[3];
        vdk_scene s = scene_in_fog(terrain, kind, 0.01, 1.0);
        s.media.is_coloured = 1;
        s.media.tint = vdk_vec_make((float)tints[0], (float)tints[1], (float)tints[2]);
        s.media.albedo = vdk_vec_make((float)albedos[0], (float)albedos[1], (float)albedos[2]);
        s.media.is_single = v == 3;
        look(&s, 8.0, 8.0, 40.0, forward);
        seen_in_colour(&s, 500, colours);
        for (int c = 0; c < 3; c++) {
            vdk_scene of_one = scene_in_fog(terrain, kind, 0.01 * tints[c], albedos[c]);
            of_one.media.is_single = v == 3;
            look(&of_one, 8.0, 8.0, 40.0, forward);
            assert_same("a colour and its own fog", colours[c], seen(&of_one, 500));
        }
    }
    vd_terrain_destroy(terrain);
}

/* What black fog leaves of an even sky, exactly. */
static void test_transmittance(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    vdk_scene s = scene_of(terrain);
    s.sky.zenith = s.sky.horizon = grey(1.0);
    add_fog(&s, VDK_FOG_HOMOGENEOUS, 0.01, 0.0, 0.0, 100.0);
    s.media.is_coloured = 1;
    s.media.tint = vdk_vec_make((float)tints[0], (float)tints[1], (float)tints[2]);
    look(&s, 8.0, 8.0, 0.0, unit(0.0, 30.0));
    estimate left[3];
    seen_in_colour(&s, 1, left);
    for (int c = 0; c < 3; c++)
        assert_is("transmittance", left[c], exp(-0.01 * tints[c] * 100.0 / sin(30.0 * DEGREE)),
                  1e-5);
    vd_terrain_destroy(terrain);
}

/* Paths over plain ground in fog (integrator_misty.h) see what those of any ground see. */
static void test_misty(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int v = 0; v < 6; v++) {
        const int kind = v & 1 ? VDK_FOG_HEIGHT : VDK_FOG_HOMOGENEOUS;
        vdk_scene s = scene_in_fog(terrain, kind, 0.01, 0.9);
        s.media.is_single = v >= 4;
        if (v == 3) add_sun(&s, 100.0, 20.0, 40.0, 1.0), s.suns[0] = s.suns[--s.sun_count];
        if (v == 2) s.suns[0].cos_half = 1.0f;
        look(&s, 8.0, 8.0, 40.0, unit(140.0, v & 1 ? 12.0 : -12.0));
        estimate general = seen(&s, 500);
        s.misty = 1;
        assert_same("misty and general", seen(&s, 500), general);
    }
    vd_terrain_destroy(terrain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transmittance),
        cmocka_unit_test(test_colours),
        cmocka_unit_test(test_misty),
    };
    return cmocka_run_group_tests_name("fog_colours", tests, NULL, NULL);
}
