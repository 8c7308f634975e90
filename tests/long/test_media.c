/* Fog and clouds at more samples and along more rays than test_fog.c, test_cloud_light.c and
 * test_clouds.c have time for. */
#include "medium/cloud_fixture.h"
#include "medium/seeds.h"

/* ---- seeds ----------------------------------------------------------------------------------- */

#define VIEW                                                                                       \
    "sky.model", "gradient", "background.fill", "sky", "terrain.border", "extend",                 \
        "tone.auto_exposure", "false", "camera.size"

static void test_seeds(void **state)
{
    static const char *const fog[] = {VIEW,    "24x16",      "fog.kind", "height", "fog.extinction",
                                      "0.002", "fog.height", "200",      NULL};
    static const char *const droplets[] = {
        VIEW,  "24x16",       "fog.kind", "height", "fog.extinction", "0.002", "fog.height",
        "200", "fog.droplet", "10",       NULL};
    static const char *const clouds[] = {
        VIEW,         "20x12",       "clouds.kind", "cumulus",           "clouds.coverage",
        "0.7",        "clouds.base", "1500",        "clouds.extinction", "0.01",
        "camera.fov", "90",          NULL};
    (void)state;
    check_seeds("fog", WINDOW, fog, 4096, 0.01);
    check_seeds("fog of droplets", WINDOW, droplets, 4096, 0.01);
    check_seeds("clouds", WINDOW, clouds, 4096, 0.01);
}

/* ---- transmittance --------------------------------------------------------------------------- */

/* Rays of all ways through clouds, against a march: within 0.5 % where a fifth and more of the
 * light comes through, which is four standard errors of a million ways and more. */
static void test_transmittance(void **state)
{
    enum { COUNT = 1000000, RAYS = 16 };
    static const char *const thin[] = {"clouds.extinction", "0.001", NULL};
    static double values[COUNT];
    double worst = 0.0;
    int useful = 0;
    (void)state;
    for (int kind = 0; kind < 3; kind++) {
        test_random random = {(uint64_t)kind + 31};
        stage st = cloudy(cloud_kinds[kind], thin);
        const vdk_scene *s = &st.scene->flat;
        for (int r = 0; r < RAYS; r++) {
            double east = 60000.0 * (test_unit(&random) - 0.5);
            double height = 3500.0 * test_unit(&random) - 1000.0;
            vdk_position from = aloft(s, east, 0.0, (double)s->cloud.base + height);
            double altitude = (height > 300.0 ? -1.0 : 1.0) * 70.0 * pow(test_unit(&random), 2.0);
            double length = 3000.0 + 20000.0 * test_unit(&random);
            vdk_vec d = unit(360.0 * test_unit(&random), altitude);
            double truth = exp(-cloud_depth(s, from, d, length, 300000));
            if (truth < 0.2 || truth > 0.98) continue;
            for (int i = 0; i < COUNT; i++)
                values[i] =
                    (double)vdk_cloud_left(s, from, d, (float)length, vdk_hash((vdk_uint)i));
            estimate e = estimate_of(values, COUNT);
            double off = e.mean / truth - 1.0;
            printf("%s, ray %d: %.5f +- %.5f, should be %.5f (%+.3f %%)\n", cloud_kinds[kind], r,
                   e.mean, e.error, truth, 100.0 * off);
            assert_true(e.error < 0.00125 * truth);
            worst = fmax(worst, fabs(off));
            useful++;
        }
        close_stage(&st);
    }
    printf("transmittance: off by %.3f %% at most in %d rays\n", 100.0 * worst, useful);
    assert_true(useful > 8 && worst < 0.005);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transmittance),
        cmocka_unit_test(test_seeds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
