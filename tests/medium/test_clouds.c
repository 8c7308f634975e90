/* Clouds that are made up, against brute force, marches in double precision, and geometry. */
#include "cloud_fixture.h"

/** Is there cloud at a place drawn from the cells about one that are said to be empty? */
static bool is_cloud_within(const vdk_cloud *c, float x, float y, float z, int reach,
                            test_random *random)
{
    float aside = 2.0f * (float)reach + 1.0f, up = 2.0f * (float)(reach * c->upward) + 1.0f;
    x = (float)(vdk_ifloor(x) - reach) + aside * (float)test_unit(random);
    y = (float)(vdk_ifloor(y) - reach) + aside * (float)test_unit(random);
    z = (float)(vdk_ifloor(z) - reach * c->upward) + up * (float)test_unit(random);
    if (z < 0.0f || z > (float)c->depth) return false;
    return vdk_cloud_density(c, x, y, z) > 0.0f;
}

/* No density in a cell is above its majorant, nor below its minorant; and a float's rounding. None
 * is anywhere about an empty cell where its reach says so. */
static void test_bounds(void **state)
{
    enum { POINTS = 3000000 };
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        stage st = cloudy(cloud_kinds[kind], NULL);
        const vdk_cloud *c = &st.scene->flat.cloud;
        test_random random = {5};
        int astray = 0;
        double leaps = 0.0, full = 0.0, parted = 0.0, mean = 0.0, majorant = 0.0, above = 0.0,
               below = 0.0;
        for (int n = 0; n < POINTS; n++) {
            int reach;
            float most, least, x = (float)(test_unit(&random) * 2.0 * (c->mask_x + 1));
            float y = (float)(test_unit(&random) * 2.0 * (c->mask_y + 1));
            float z = (float)(test_unit(&random) * c->depth);
            int k = vdk_imin(vdk_ifloor(z * VDK_CLOUD_PARTS), c->depth * VDK_CLOUD_PARTS - 1);
            parted +=
                vdk_cloud_bounds(c, vdk_ifloor(x * VDK_CLOUD_PARTS),
                                 vdk_ifloor(y * VDK_CLOUD_PARTS), k, &most, &least, &reach) >= 0;
            float density = vdk_cloud_density(c, x, y, z);
            astray += reach > 0 && is_cloud_within(c, x, y, z, reach, &random);
            leaps += reach;
            full += most > 0.0f;
            mean += (double)density;
            majorant += (double)most;
            above = fmax(above, (double)(density - most));
            below = fmax(below, (double)(least - density));
        }
        printf("%s: density %.4f in the mean, majorants %.4f, %.3f of cells in use, %.3f parted, "
               "above "
               "by %g, below by %g\n",
               cloud_kinds[kind], mean / POINTS, majorant / POINTS, full / POINTS, parted / POINTS,
               above, below);
        assert_true(mean > 0.001 * POINTS && above < 1e-6 && below < 1e-6);
        assert_true(astray == 0 && leaps > 0.1 * POINTS);
        assert_true(parted > 0.01 * POINTS && majorant < 5.0 * mean);
        close_stage(&st);
    }
}

/* As much of the sky is covered as is asked for: columns in which there is some cloud, within 0.06,
 * whatever the seed. */
static void test_coverage(void **state)
{
    static const char *const wanted[] = {"0", "0.2", "0.5", "0.8", "1"};
    (void)state;
    for (int kind = 0; kind < 3; kind++)
        for (int w = 0; w < 5; w++) {
            const char *more[] = {"clouds.coverage", wanted[w], "clouds.seed", w & 1 ? "7" : "1",
                                  NULL};
            stage st = cloudy(cloud_kinds[kind], more);
            const vdk_cloud *c = &st.scene->flat.cloud;
            int there = 0, count = 0;
            for (float y = 0.0f; y < (float)(c->mask_y + 1); y += 1.37f)
                for (float x = 0.0f; x < (float)(c->mask_x + 1); x += 1.37f, count++) {
                    float most = 0.0f;
                    for (float z = 0.1f; z < (float)c->depth && most < 0.02f; z += 0.3f)
                        most = vdk_cloud_density(c, x, y, z);
                    there += most >= 0.02f;
                }
            double share = (double)there / count, asked = atof(wanted[w]);
            printf("%s: %.3f covered, asked %.1f\n", cloud_kinds[kind], share, asked);
            assert_true(fabs(share - asked) < 0.06);
            close_stage(&st);
        }
}

/* Residual ratio tracking has the mean of Beer and Lambert, and delta tracking comes through as
 * often: of rays up, down, along, from within and over the horizon. */
static void test_transmittance(void **state)
{
    enum { COUNT = 100000 };
    static const struct {
        double east, height, azimuth, altitude, length;
    } rays[] = {{0.0, -900.0, 20.0, 40.0, 6000.0},
                {3000.0, 2500.0, 200.0, -20.0, 9000.0},
                {900.0, 300.0, 300.0, 2.0, 5000.0},
                {0.0, -1400.0, 110.0, 3.0, 60000.0},
                {40000.0, 200.0, 90.0, -0.3, 30000.0}};
    (void)state;
    int useful = 0;
    double worst = 0.0;
    for (int kind = 0; kind < 3; kind++)
        for (size_t r = 0; r < sizeof(rays) / sizeof(rays[0]); r++) {
            static double values[COUNT];
            static const char *const thin[] = {"clouds.extinction", "0.001", NULL};
            stage st = cloudy(cloud_kinds[kind], thin);
            const vdk_scene *s = &st.scene->flat;
            vdk_position from = aloft(s, rays[r].east, 0.0, (double)s->cloud.base + rays[r].height);
            vdk_vec d = unit(rays[r].azimuth, rays[r].altitude);
            double truth = exp(-cloud_depth(s, from, d, rays[r].length, 200000));
            int through = 0;
            for (int i = 0; i < COUNT; i++) {
                float metres;
                vdk_uint stream = vdk_hash((vdk_uint)i);
                values[i] = (double)vdk_cloud_left(s, from, d, (float)rays[r].length, stream);
                through += !vdk_cloud_collide(s, from, d, (float)rays[r].length,
                                              stream ^ 0x5bd1e995u, &metres);
            }
            estimate e = estimate_of(values, COUNT);
            double share = (double)through / COUNT;
            printf("%s, ray %d: %.5f +- %.5f and %.5f, should be %.5f\n", cloud_kinds[kind], (int)r,
                   e.mean, e.error, share, truth);
            assert_true(fabs(e.mean - truth) < 4.5 * e.error + 2e-5);
            assert_true(fabs(share - truth) < 4.5 * sqrt(truth * (1.0 - truth) / COUNT) + 1e-5);
            if (truth > 0.2 && truth < 0.95) {
                useful++;
                worst = fmax(worst, fabs(e.mean / truth - 1.0));
            }
            close_stage(&st);
        }
    printf("transmittance: off by %.3f %% at most in %d rays\n", 100.0 * worst, useful);
    assert_true(useful > 4 && worst < 0.01);
}

/* A sun's light scattered once into a ray, by two marches, one in the other: within 1 %. With fog
 * below, which the ray and the light go through too. */
static void test_once(void **state)
{
    enum { STEPS = 2000, TO_SUN = 500 };
    (void)state;
    for (int v = 0; v < 2; v++) {
        static const char *const more[] = {"clouds.extinction",
                                           "0.0004",
                                           "clouds.albedo",
                                           "0.9",
                                           "clouds.g",
                                           "0.4",
                                           "clouds.coverage",
                                           "0.8",
                                           NULL};
        stage st = cloudy("cumulus", more);
        vdk_scene *s = &st.scene->flat;
        if (v) add_fog(s, VDK_FOG_HEIGHT, 0.002, 0.8, 0.6, 16.0 * 300.0);
        s->media.is_single = 1;
        add_sun(s, 200.0, 50.0, 0.0, 3.0);
        vdk_vec d = unit(20.0, 25.0), sun = s->suns[0].direction;
        s->view.projection = VDK_PROJECTION_ORTHO;
        s->view.eye = aloft(s, 0.0, 0.0, (double)s->cloud.base - 700.0);
        s->view.forward = d;
        s->view.right = s->view.up = vdk_vec_make(0.0f, 0.0f, 0.0f);
        double length = 2200.0 / sin(25.0 * DEGREE), depth = 0.0, truth = 0.0;
        double cosine = (double)vdk_vec_dot(d, sun);
        for (int i = 0; i < STEPS; i++) {
            double step = length / STEPS;
            vdk_position at = vdk_along(&s->terrain, s->view.eye, d, (float)((i + 0.5) * step));
            double cloud = cloud_at(s, at), fog = v ? (double)vdk_fog_at(s, at) : 0.0;
            double above = cloud_depth(s, at, sun, 3500.0, TO_SUN);
            if (v) above += (double)vdk_fog_depth(s, at, sun, VDK_HUGE);
            double light = cloud * 0.9 * (double)vdk_lobe(0.4f, (float)cosine) +
                           fog * 0.8 * (double)vdk_lobe(0.6f, (float)cosine);
            truth += exp(-depth - 0.5 * (cloud + fog) * step - above) * light * step * 3.0;
            depth += (cloud + fog) * step;
        }
        assert_is(v ? "scattered once, with fog" : "scattered once", seen(s, 6000), truth, 0.01);
        close_stage(&st);
    }
}

/* White clouds over white ground in a white sky are not to be seen, with fog below them or not. */
static void test_furnace(void **state)
{
    (void)state;
    for (int v = 0; v < 2; v++) {
        static const char *const more[] = {"clouds.extinction", "0.004", NULL};
        stage st = cloudy(v ? "stratus" : "cumulus", more);
        vdk_scene *s = &st.scene->flat;
        s->material.base_color = s->sky.zenith = s->sky.horizon = grey(1.0);
        s->bounces = VDK_UNLIMITED;
        if (v) add_fog(s, VDK_FOG_HEIGHT, 0.002, 1.0, 0.5, 1600.0);
        look(s, 8.0, 8.0, v ? 300.0 : 900.0, unit(20.0, v ? 30.0 : 60.0));
        assert_is("furnace", seen(s, 256), 1.0, 0.005);
        close_stage(&st);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bounds),        cmocka_unit_test(test_coverage),
        cmocka_unit_test(test_transmittance), cmocka_unit_test(test_once),
        cmocka_unit_test(test_furnace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
