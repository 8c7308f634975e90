/* Light in clouds: nothing of how paths are taken shows in what they bring, and a hole is a hole.
 */
#include "cloud_fixture.h"
#include "render/wave.h"
#include "seeds.h"

/* ---- paths ----------------------------------------------------------------------------------- */

/** Looks up into clouds from under them. */
static void look_up(vdk_scene *s, double azimuth, double altitude)
{
    look(s, 8.0, 8.0, 0.0, unit(azimuth, altitude));
    s->view.eye = aloft(s, 0.0, 0.0, (double)s->cloud.base - 200.0);
}

/** Looks down through clouds that peaks stand up into. */
static void look_down(vdk_scene *s, double azimuth, double altitude)
{
    s->cloud.base = s->terrain.max - 0.7f * s->cloud.thickness;
    look(s, 8.0, 8.0, 0.0, unit(azimuth, -altitude));
    s->view.eye = aloft(s, 0.0, 0.0, (double)s->terrain.max);
}

/* A path that goes from point to point of a cloud, its suns found from two vertices, has the mean
 * of one that is traced at every step, whose suns are found from one: under two suns, one of them
 * wide, over white ground, high over it and where it is in the clouds. */
static void test_walk(void **state)
{
    static const char *const more[] = {
        "clouds.extinction", "0.006", "clouds.coverage", "0.9", "clouds.g", "0.7", NULL};
    (void)state;
    for (int is_low = 0; is_low < 2; is_low++) {
        stage st = cloudy("stratus", more);
        vdk_scene *s = &st.scene->flat;
        estimate both[2];
        s->material.base_color = grey(0.8);
        s->bounces = VDK_UNLIMITED;
        s->sky.zenith = grey(0.1);
        s->sky.horizon = grey(0.2);
        add_sun(s, 200.0, 40.0, 0.0, 3.0);
        add_sun(s, 60.0, 25.0, 20.0, 2.0);
        if (is_low)
            look_down(s, 20.0, 8.0);
        else
            look_up(s, 20.0, 30.0);
        for (int v = 0; v < 2; v++) {
            s->splits = v;
            both[v] = seen(s, 768);
            printf("%s%s: %.5f +- %.5f\n", v ? "traced" : "walked", is_low ? ", low" : "",
                   both[v].mean, both[v].error);
        }
        assert_true(both[0].error < 0.012 * both[0].mean);
        assert_agree("walked and traced", both[0], both[1]);
        close_stage(&st);
    }
}

/* Light and eye may change places, in the mean over a period of clouds with fog below them: over an
 * even plane what is seen at one angle of light from another, over the cosine of the light's, is
 * the same with the two exchanged. */
static void test_reciprocity(void **state)
{
    enum { PIXELS = 64, EACH = 384 };
    static const char *const more[] = {
        "clouds.extinction", "0.006", "clouds.coverage", "0.6", "clouds.g", "0.5", NULL};
    const double altitudes[2] = {70.0, 35.0}, azimuths[2] = {80.0, 300.0};
    (void)state;
    stage st = cloudy("cumulus", more);
    vd_terrain *terrain = flat_terrain();
    estimate both[2];
    for (int v = 0; v < 2; v++) {
        double values[PIXELS];
        vdk_scene s = scene_of(terrain);
        s.cloud = st.scene->flat.cloud;
        s.cloud.about = ground_at(&s, 8.0, 8.0);
        s.cloud.base = s.terrain.min + 900.0f;
        s.material.base_color = grey(0.6);
        s.bounces = VDK_UNLIMITED;
        add_sun(&s, azimuths[1 - v], altitudes[1 - v], 0.0, 3.0);
        add_fog(&s, VDK_FOG_HEIGHT, 0.001, 0.9, 0.4, 3200.0);
        double period = (double)s.cloud.cell * (s.cloud.mask_x + 1);
        vdk_uint rays = 0;
        for (int i = 0; i < PIXELS; i++) {
            values[i] = 0.0;
            for (int k = 0; k < EACH; k++) {
                vdk_sampler sampler =
                    vdk_sampler_at(VDK_PATTERN_INDEPENDENT, 0, i, k); /* one sample a place */
                double u = (double)vdk_sample_1d(&sampler, 99),
                       v2 = (double)vdk_sample_1d(&sampler, 98);
                double x = (k % 16 + u) / 16.0 * period;
                double y = (k / 16 + v2) / (EACH / 16.0) * period;
                look(&s, 8.0, 8.0, 0.0, vdk_vec_scale(unit(azimuths[v], altitudes[v]), -1.0f));
                s.view.eye = aloft(&s, x, y, (double)s.cloud.base + 2000.0);
                values[i] += (double)vdk_see(&s, 0, 0, sampler, 0, &rays).radiance.y / EACH;
            }
        }
        both[v] = estimate_of(values, PIXELS);
        double scale = 1.0 / sin(altitudes[1 - v] * DEGREE);
        both[v].mean *= scale;
        both[v].error *= scale;
    }
    printf("reciprocity: %.5f +- %.5f and %.5f +- %.5f\n", both[0].mean, both[0].error,
           both[1].mean, both[1].error);
    assert_true(both[0].error < 0.015 * both[0].mean);
    assert_agree("light and eye exchanged", both[0], both[1]);
    vd_terrain_destroy(terrain);
    close_stage(&st);
}

/* ---- a hole ---------------------------------------------------------------------------------- */

/** A slab of cloud with a round hole in it, upright. */
static void drill(vdk_cloud *c, uint32_t *map, uint8_t *majorants, double radius)
{
    int n = c->map_mask + 1;
    double texel = (double)c->cell / (double)c->map_per_cell;
    for (int j = 0; j < n; j++)
        for (int i = 0; i < n; i++) {
            double d = hypot(i - 0.5 * n, j - 0.5 * n) * texel;
            map[j * n + i] = d < radius ? 0xffff0000u : 0xffffffffu;
        }
    memset(majorants, 255, (size_t)c->row * (size_t)c->row * (size_t)c->depth);
    c->map = map;
    c->majorants = majorants;
    c->minorants = NULL;
    c->parted = NULL;
    c->carve = 0.0f;
    c->edge = 1.0f;
    c->thin = 1.0f;
}

/* Fog under a thick slab with a hole, scattering once, seen straight down from between them: it is
 * lit where the line to the sun goes through the hole from base to top, and there as if there were
 * no slab; elsewhere not at all. Within a texel of the edge nothing is asked. */
static void test_hole(void **state)
{
    const double altitude = 60.0, azimuth = 130.0, radius = 1500.0, tau = 0.2, deep = 200.0;
    static const char *const more[] = {"clouds.extinction", "1", "clouds.thickness", "400", NULL};
    (void)state;
    stage st = cloudy("cumulus", more);
    vd_terrain *terrain = flat_terrain();
    vdk_scene s = scene_of(terrain);
    vdk_cloud *c = &s.cloud;
    *c = st.scene->flat.cloud;
    int n = c->map_mask + 1;
    uint32_t *map = malloc((size_t)n * (size_t)n * sizeof(*map));
    uint8_t *majorants = malloc((size_t)c->row * (size_t)c->row * (size_t)c->depth);
    drill(c, map, majorants, radius);
    c->about = ground_at(&s, 8.0, 8.0);
    c->base = s.terrain.min + 1000.0f;
    /* The map's middle is to lie over the raster's. */
    c->west = c->south = -c->cell * (float)(7 * (c->mask_x + 1) + (c->mask_x + 1) / 2);
    s.material.base_color = grey(0.0);
    add_sun(&s, azimuth, altitude, 0.0, 3.0);
    add_fog(&s, VDK_FOG_HOMOGENEOUS, tau / deep, 0.9, 0.3, deep);
    s.media.is_single = 1;
    double up = sin(altitude * DEGREE), sum = 1.0 + 1.0 / up, away = 1.0 / tan(altitude * DEGREE);
    double truth = 0.9 * (double)vdk_lobe(0.3f, (float)-up) * 3.0 * (1.0 - exp(-tau * sum)) / sum;
    double texel = (double)c->cell / (double)c->map_per_cell;
    int lit = 0, dark = 0;
    for (int j = -20; j <= 20; j++)
        for (int i = -20; i <= 20; i++) {
            double x = 160.0 * i, y = 160.0 * j, farthest = 0.0, nearest = 1e9;
            for (int k = 0; k < 4; k++) { /* fog's floor and top, to the slab's base and top */
                double run = (1000.0 + (k & 1 ? 400.0 : 0.0) - (k & 2 ? deep : 0.0)) * away;
                double d = hypot(x + run * sin(azimuth * DEGREE), y + run * cos(azimuth * DEGREE));
                farthest = fmax(farthest, d);
                nearest = fmin(nearest, d);
            }
            look(&s, 8.0, 8.0, 900.0, vdk_vec_make(0.0f, 0.0f, -1.0f));
            s.view.eye = aloft(&s, x, y, (double)s.terrain.min + 900.0);
            double light = seen_by(&s, (vdk_uint)(j * 64 + i + 4096), 256);
            if (nearest > radius + 1.5 * texel) dark++;
            if (nearest > radius + 1.5 * texel && light != 0.0)
                fail_msg("%g, %g: lit by %g under the slab", x, y, light);
            if (farthest > radius - 1.5 * texel) continue;
            lit++;
            if (fabs(light - truth) > 0.02 * truth)
                fail_msg("%g, %g: %.6f in the hole's light, should be %.6f", x, y, light, truth);
        }
    printf("a hole in a cloud: %d columns lit, %d dark\n", lit, dark);
    assert_true(lit > 50 && dark > 500);
    free(map);
    free(majorants);
    vd_terrain_destroy(terrain);
    close_stage(&st);
}

/* ---- pictures -------------------------------------------------------------------------------- */

/* Few samples of many seeds have the mean of many of one. */
static void test_seeds(void **state)
{
    static const char *const base[] = {"camera.size",
                                       "20x12",
                                       "clouds.kind",
                                       "cumulus",
                                       "clouds.coverage",
                                       "0.7",
                                       "clouds.base",
                                       "1500",
                                       "clouds.extinction",
                                       "0.01",
                                       "sky.model",
                                       "gradient",
                                       "background.fill",
                                       "sky",
                                       "terrain.border",
                                       "extend",
                                       "tone.auto_exposure",
                                       "false",
                                       "camera.fov",
                                       "90",
                                       NULL};
    (void)state;
    check_seeds("clouds", WINDOW, base, 1024, 0.01);
}

/* ---- being told to stop ------------------------------------------------------------------------
 */

static bool stop_soon(void *state, int thread)
{
    int *asked = state;
    (void)thread;
    return ++*asked > 1;
}

/* Paths in clouds are long, so a wave of them is asked between its turns: told to stop in the
 * second one it has seen nothing. One that is never told to sees all. */
static void test_stop(void **state)
{
    static const char *const size[] = {"camera.size", "40x40", NULL};
    (void)state;
    stage st = cloudy("stratus", size);
    const vdk_scene *flat = &st.scene->flat;
    vd_tracer tracer;
    vd_wave *wave = NULL;
    uint64_t rays = 0;
    int asked = 0;
    test_ok(st.context, vd_tracer_choose(st.context, NULL, &flat->terrain, &tracer));
    test_ok(st.context, vd_wave_create(st.context, &wave));
    vd_wave_job job = {.scene = flat,
                       .tracer = &tracer,
                       .shader = vd_shader_of(&tracer, flat),
                       .width = 40,
                       .height = 40,
                       .to = 2,
                       .stop = stop_soon,
                       .state = &asked};
    assert_null(vd_wave_trace(wave, &job, &rays));
    assert_int_equal(asked, 2);
    job.stop = NULL;
    assert_non_null(vd_wave_trace(wave, &job, &rays));
    vd_wave_destroy(wave);
    close_stage(&st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk), cmocka_unit_test(test_reciprocity),
        cmocka_unit_test(test_hole), cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
