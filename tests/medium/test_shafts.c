/* Light that fog scatters once: in closed form, in the shadow of a wall with a gap, and as an AOV.
 */
#include "aov_fixture.h"
#undef PI
#undef DEGREE
#include "fog_fixture.h"

/* A slab seen straight down, depth tau, sun at cosine m, over black ground in a black sky:
 * w p E (1 - e^(-tau (1 + 1/m))) / (1 + 1/m), whatever is scattered twice. */
static void test_slab(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int v = 0; v < 4; v++) {
        vdk_scene s = scene_of(terrain);
        double tau = v & 1 ? 3.0 : 0.3, sum = 1.0 + 1.0 / 0.5;
        s.material.base_color = grey(0.0);
        add_sun(&s, 90.0, 30.0, v & 2 ? 0.53 : 0.0, 3.0);
        add_fog(&s, VDK_FOG_HOMOGENEOUS, tau / 10.0, 0.9, 0.6, 10.0);
        s.media.is_single = 1;
        look(&s, 8.0, 8.0, 50.0, vdk_vec_make(0.0f, 0.0f, -1.0f));
        double p = (double)vdk_lobe(0.6f, -0.5f);
        double truth = 0.9 * p * 3.0 * (1.0 - exp(-tau * sum)) / sum;
        assert_is("slab, once", seen(&s, 256), truth, 0.001);
    }
    /* Of an even sky of radiance 1 comes as much as is scattered and not lost on its way there:
     * w times the integral over heights and cosines, by the midpoint rule. */
    vdk_scene s = scene_of(terrain);
    double truth = 0.0, tau = 1.0;
    s.material.base_color = grey(0.0);
    s.sky.zenith = s.sky.horizon = grey(1.0);
    add_fog(&s, VDK_FOG_HOMOGENEOUS, tau / 10.0, 0.9, 0.0, 10.0);
    s.media.is_single = 1;
    look(&s, 8.0, 8.0, 50.0, vdk_vec_make(0.0f, 0.0f, -1.0f));
    for (int i = 0; i < 1000; i++)
        for (int k = 0; k < 1000; k++) {
            double t = (i + 0.5) * tau / 1000.0, cosine = (k + 0.5) / 1000.0;
            truth += 0.5 * exp(-t - t / cosine) * tau * 1e-6;
        }
    assert_is("slab under a sky, once", seen(&s, 2048), 0.9 * truth, 0.005);
    vd_terrain_destroy(terrain);
}

/* ---- a wall with a gap ----------------------------------------------------------------------- */

enum { SIDE = 64, WALL = 20, GAP_FROM = 30, GAP_TO = 36 };

static double height_wall(const void *state, int i, int j)
{
    (void)state;
    return j == WALL && (i <= GAP_FROM || i >= GAP_TO) ? 1000.0 : 0.0;
}

/* A sun in the north-north-east, behind a wall from west to east: south of it fog up to 40 m is lit
 * where the line to the sun goes through the gap, and there as if no wall stood. The wall's posts
 * are walls of one cell on each side; within that of an edge nothing is asked. */
static void test_gap(void **state)
{
    (void)state;
    const double cell = 10.0, altitude = 20.0, azimuth = 25.0, tau = 0.2;
    vd_terrain *terrain =
        test_terrain_square(SIDE, cell, height_wall, NULL, (vd_terrain_options){.z_factor = 1.0});
    vdk_scene s = scene_of(terrain);
    s.material.base_color = grey(0.0);
    add_sun(&s, azimuth, altitude, 0.0, 3.0);
    add_fog(&s, VDK_FOG_HOMOGENEOUS, tau / 40.0, 0.9, 0.3, 40.0);
    s.media.is_single = 1;
    double up = sin(altitude * DEGREE), sum = 1.0 + 1.0 / up;
    double truth = 0.9 * (double)vdk_lobe(0.3f, (float)-up) * 3.0 * (1.0 - exp(-tau * sum)) / sum;
    int lit = 0, dark = 0;
    for (int row = WALL + 4; row < WALL + 24; row += 3)
        for (int column = 4; column < SIDE - 4; column++) {
            /* The ground's own place of a column of fog, and where its line crosses the wall.
             * Points above the ground cross it at the same place: it is a vertical plane. */
            double x = column + 0.5, y = row + 0.5;
            double at = x + tan(azimuth * DEGREE) * (y - WALL);
            double inside = fmin(at - GAP_FROM, GAP_TO - at);
            look(&s, x, y, 900.0, vdk_vec_make(0.0f, 0.0f, -1.0f));
            double light = seen_by(&s, (vdk_uint)(row * SIDE + column), 256);
            if (inside < -1.6) dark++;
            if (inside < -1.6 && light != 0.0)
                fail_msg("%d, %d: lit by %g behind the wall", column, row, light);
            if (inside < 1.6) continue;
            lit++;
            if (fabs(light - truth) > 0.02 * truth)
                fail_msg("%d, %d: %.6f in the gap's light, should be %.6f", column, row, light,
                         truth);
        }
    printf("a gap in a wall: %d columns lit, %d dark\n", lit, dark);
    assert_true(lit > 15 && dark > 200);
    vd_terrain_destroy(terrain);
}

/* ---- AOVs ------------------------------------------------------------------------------------ */

/* White fog on white ground in a white sky: what it adds is what it takes, in each pixel's mean. */
static void test_parts(void **state)
{
    static const char *const knobs[] = {"camera.size",
                                        "12x8",
                                        "render.samples",
                                        "256",
                                        "render.bounces",
                                        "unlimited",
                                        "surface.albedo",
                                        "1",
                                        "terrain.normals",
                                        "flat",
                                        "terrain.border",
                                        "extend",
                                        "background.fill",
                                        "sky",
                                        "sky.model",
                                        "uniform",
                                        "sky.strength",
                                        "1",
                                        "sky.color",
                                        "1",
                                        "sun.strength",
                                        "0",
                                        "fog.kind",
                                        "height",
                                        "fog.extinction",
                                        "0.001",
                                        "fog.height",
                                        "300",
                                        "tone.auto_exposure",
                                        "false",
                                        "aov.names",
                                        "volume,transmittance,direct,indirect",
                                        NULL};
    (void)state;
    shot s = take("render", WINDOW, knobs, NULL);
    float *volume = aov_of(&s, "volume", NULL), *left = aov_of(&s, "transmittance", NULL);
    float *direct = aov_of(&s, "direct", NULL), *indirect = aov_of(&s, "indirect", NULL);
    float *beauty = beauty_of(&s);
    double sum = 0.0, least = 1.0, most = 0.0;
    for (int i = 0; i < s.width * s.height; i++) {
        double whole = (double)beauty[4 * i + 1];
        double parts = (double)direct[3 * i + 1] + (double)indirect[3 * i + 1];
        assert_true(fabs(parts - whole) < 1e-5);
        assert_true(direct[3 * i + 1] > volume[3 * i + 1]);
        sum += (double)volume[3 * i + 1] / (1.0 - (double)left[i]) / (s.width * s.height);
        least = fmin(least, (double)left[i]);
        most = fmax(most, (double)left[i]);
    }
    printf("fog adds %.4f of what it takes; transmittance %.4f to %.4f\n", sum, least, most);
    assert_true(least > 0.0 && most < 1.0 && most - least > 0.1);
    assert_true(fabs(sum - 1.0) < 0.01);
    free(volume);
    free(left);
    free(direct);
    free(indirect);
    free(beauty);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slab),
        cmocka_unit_test(test_gap),
        cmocka_unit_test(test_parts),
    };
    GDALAllRegister();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
