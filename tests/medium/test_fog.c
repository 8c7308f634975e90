/* Fog against closed forms, marches in double precision, another renderer, and itself. */
#include "fog_fixture.h"
#include "picture.h"
#include "seeds.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"

/* ---- optical depth ------------------------------------------------------------------------- */

/** Extinction at so many metres of a ray, from where that is on a globe of this drop. */
static double extinction_at(const vdk_scene *s, const double from[3], vdk_vec d, double t)
{
    const vdk_media *m = &s->media;
    double x = from[0] + t * (double)d.x, y = from[1] + t * (double)d.y;
    double h = from[2] + t * (double)d.z + (double)s->curve.per_m2 * (x * x + y * y);
    if (h < 0.0 || h > (double)m->top - (double)m->base) return 0.0;
    double share = m->fog == VDK_FOG_HEIGHT ? exp(-h / (double)m->scale_height) : 1.0;
    return (double)m->extinction * share;
}

/* Rays of all kinds through both fogs, over a flat Earth and a curved one, against the midpoint
 * rule. Its own error is a step's share of what the ray goes through, at most 0.02 % here; and at
 * the fog's edges half a step of depth. Depth may be off by 0.2 % (media_fog.h), so transmittance
 * by 0.1 % of light that has come through depth 0.5. */
static void check_depth(vdk_scene *s, test_random *random, double *worst)
{
    enum { STEPS = 40000 };
    double from[3], sum = 0.0;
    vdk_position at = s->curve.about;
    for (int i = 0; i < 2; i++) from[i] = 60000.0 * (test_unit(random) - 0.5);
    double height = 4000.0 * pow(test_unit(random), 3.0);
    double altitude = 89.0 * pow(2.0 * test_unit(random) - 1.0, 3.0);
    double most = pow(10.0, 2.0 + 3.0 * test_unit(random));
    vdk_vec d = unit(360.0 * test_unit(random), altitude);
    at = vdk_moved(&s->terrain, at, vdk_vec_make((float)from[0], (float)from[1], 0.0f));
    from[2] = height - (double)s->curve.per_m2 * (from[0] * from[0] + from[1] * from[1]);
    at.z = s->media.base + (float)from[2];
    for (int i = 0; i < STEPS; i++)
        sum += extinction_at(s, from, d, most * (i + 0.5) / STEPS) * most / STEPS;
    double depth = (double)vdk_fog_depth(s, at, d, (float)most);
    double edge = 3.0 * (double)s->media.extinction * most / STEPS;
    double off = fabs(depth - sum) - edge;
    *worst = fmax(*worst, off / fmax(sum, 0.1));
    if (off > 0.002 * sum + 1e-4)
        fail_msg("depth %.6f, marched %.6f: height %.1f, altitude %.3f, %.0f m", depth, sum, height,
                 altitude, most);
    if (depth < 1e-3 || depth > 50.0) return;
    float metres;
    vdk_fog_line line = vdk_fog_along(s, at, d);
    double goal = depth * test_unit(random);
    double got = (double)vdk_fog_walk(&s->media, &line, (float)most, (float)goal, &metres);
    double there = (double)vdk_fog_depth(s, at, d, metres);
    assert_true(fabs(got - goal) <= 1e-6 * goal);
    /* A float's worth of metres, and rounding of the depth. */
    if (fabs(there - goal) > 2e-5 * depth + 4e-7 * (double)(metres * s->media.extinction))
        fail_msg("depth %.7f after %.3f m, wanted %.7f", there, (double)metres, goal);
}

static void test_depth(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int v = 0; v < 4; v++) {
        test_random random = {(uint64_t)v + 17};
        vdk_scene s = scene_of(terrain);
        double worst = 0.0;
        add_fog(&s, v & 1 ? VDK_FOG_HEIGHT : VDK_FOG_HOMOGENEOUS, 0.003, 1.0, 0.0, 1600.0);
        s.curve.about = ground_at(&s, 8.0, 8.0);
        if (v & 2) {
            s.curve.per_m2 = 6.8e-8f;
            s.media.piece = (float)(2.0 * sqrt(0.002 * 100.0 / 6.8e-8));
        }
        for (int i = 0; i < 400; i++) check_depth(&s, &random, &worst);
        printf("depth, %s, %s: off by %.3f %% at most\n", v & 1 ? "height" : "homogeneous",
               v & 2 ? "curved" : "flat", 100.0 * worst);
    }
    vd_terrain_destroy(terrain);
}

/* What is seen of an even sky through fog that is black: Beer and Lambert. */
static void test_transmittance(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int v = 0; v < 3; v++) {
        const double altitude[] = {90.0, 20.0, 5.0};
        vdk_scene s = scene_of(terrain);
        s.sky.zenith = s.sky.horizon = grey(1.0);
        add_fog(&s, VDK_FOG_HOMOGENEOUS, 0.002, 0.0, 0.5, 100.0);
        look(&s, 8.0, 8.0, 0.0, unit(120.0, altitude[v]));
        double truth = exp(-0.002 * 100.0 / sin(altitude[v] * DEGREE));
        assert_is("transmittance", seen(&s, 1), truth, 1e-5);
    }
    vd_terrain_destroy(terrain);
}

/* ---- the phase function ---------------------------------------------------------------------- */

static void test_phase(void **state)
{
    static const double gs[] = {-0.7, 0.0, 0.3, 0.8, 0.97};
    (void)state;
    for (size_t i = 0; i < sizeof(gs) / sizeof(gs[0]); i++) {
        enum { STEPS = 200000, SAMPLES = 100000, BINS = 20 };
        double total = 0.0, cosine = 0.0, share[BINS] = {0.0};
        int counts[BINS] = {0};
        test_random random = {3};
        const vdk_phase phase = {.g = (float)gs[i]};
        vdk_vec wo = unit(70.0, 25.0);
        for (int k = 0; k < STEPS; k++) {
            double c = 2.0 * (k + 0.5) / STEPS - 1.0;
            double p = (double)vdk_lobe((float)gs[i], (float)c) * 4.0 * PI / STEPS;
            total += p;
            cosine += p * c;
            share[k * BINS / STEPS] += p;
        }
        for (int k = 0; k < SAMPLES; k++) {
            double u = test_unit(&random), v = test_unit(&random);
            vdk_vec wi = vdk_phase_sample(&phase, wo, (float)u, (float)v);
            double c = -(double)vdk_vec_dot(wo, wi);
            counts[(int)fmin(0.5 * (c + 1.0) * BINS, BINS - 1)]++;
        }
        printf("phase, g %.2f: integral %.6f, mean cosine %.6f\n", gs[i], total, cosine);
        assert_true(fabs(total - 1.0) < 2e-4 && fabs(cosine - gs[i]) < 2e-4);
        for (int k = 0; k < BINS; k++) /* 5 standard deviations */
            assert_true(fabs(counts[k] - SAMPLES * share[k]) <
                        5.0 * sqrt(SAMPLES * share[k] + 1.0));
    }
}

/* ---- one scattering -------------------------------------------------------------------------- */

/** The light of a sun that height fog scatters once into a ray that ends at the ground. */
static double marched_once(const vdk_scene *s, const double from[3], double length)
{
    enum { STEPS = 20000 };
    const vdk_sun *sun = &s->suns[0];
    double depth = 0.0, sum = 0.0, step = length / STEPS;
    double scale = (double)s->media.scale_height, up = (double)sun->direction.z;
    vdk_vec d = s->view.forward;
    double p = (double)vdk_lobe(s->media.phase.g, vdk_vec_dot(d, sun->direction));
    for (int i = 0; i < STEPS; i++) {
        double t = (i + 0.5) * step, h = from[2] + t * (double)d.z;
        double extinction = extinction_at(s, from, d, t);
        double above = (double)s->media.extinction * scale / up * (exp(-h / scale) - exp(-16.0));
        sum += exp(-depth - 0.5 * extinction * step - above) * extinction * step;
        depth += extinction * step;
    }
    return sum * p * (double)sun->irradiance.y * (double)s->media.albedo.y;
}

/* Over black ground in a black sky, with an albedo of so little that what is scattered twice is no
 * more than 0.05 % of it. In the slab seen straight down, depth tau, sun at cosine m:
 * p E (1 - e^(-tau (1 + 1/m))) / (1 + 1/m). */
static void test_single(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (int v = 0; v < 4; v++) {
        vdk_scene s = scene_of(terrain);
        double tau = v & 1 ? 3.0 : 0.3, albedo = 1e-3;
        s.material.base_color = grey(0.0);
        add_sun(&s, 90.0, 30.0, v & 2 ? 0.53 : 0.0, 3.0);
        add_fog(&s, VDK_FOG_HOMOGENEOUS, tau / 10.0, albedo, 0.6, 10.0);
        look(&s, 8.0, 8.0, 50.0, vdk_vec_make(0.0f, 0.0f, -1.0f));
        double p = (double)vdk_lobe(0.6f, -0.5f), sum = 1.0 + 1.0 / 0.5;
        double truth = albedo * p * 3.0 * (1.0 - exp(-tau * sum)) / sum;
        assert_is("single scattering, slab", seen(&s, 256), truth, 0.002);
    }
    for (int v = 0; v < 2; v++) {
        vdk_scene s = scene_of(terrain);
        const double from[3] = {0.0, 0.0, 300.0}, dip = v ? 12.0 : 60.0;
        s.material.base_color = grey(0.0);
        add_sun(&s, 10.0, 20.0, 0.0, 3.0);
        add_fog(&s, VDK_FOG_HEIGHT, 0.01, 1e-3, 0.3, 1600.0);
        look(&s, 8.0, 8.0, from[2], unit(60.0, -dip));
        double truth = marched_once(&s, from, from[2] / sin(dip * DEGREE));
        assert_is("single scattering, height fog", seen(&s, 256), truth, 0.002);
    }
    vd_terrain_destroy(terrain);
}

/* ---- many ------------------------------------------------------------------------------------ */

/* A plane of albedo 0.5 under a slab 10 m thick of single-scattering albedo 0.9, sun 30 degrees
 * high of irradiance 3, sky of radiance 0.3: as Mitsuba 3.9.1 has it (volpath, seen straight down
 * from above by a narrow camera, 1.3e8 paths; its errors are 0.02 to 0.14 %). */
static void test_slab(void **state)
{
    static const struct {
        double tau, g, radiance;
    } slabs[] = {{0.25, 0.0, 0.36839}, {0.25, 0.6, 0.35316}, {1.0, 0.0, 0.34480},
                 {1.0, 0.6, 0.28376},  {4.0, 0.0, 0.33117},  {4.0, 0.6, 0.20407}};
    (void)state;
    vd_terrain *terrain = flat_terrain();
    for (size_t i = 0; i < sizeof(slabs) / sizeof(slabs[0]); i++) {
        vdk_scene s = scene_of(terrain);
        s.material.base_color = grey(0.5);
        s.sky.zenith = s.sky.horizon = grey(0.3);
        s.bounces = VDK_UNLIMITED;
        add_sun(&s, 200.0, 30.0, 0.0, 3.0);
        add_fog(&s, VDK_FOG_HOMOGENEOUS, slabs[i].tau / 10.0, 0.9, slabs[i].g, 10.0);
        look(&s, 8.0, 8.0, 60.0, vdk_vec_make(0.0f, 0.0f, -1.0f));
        assert_is("slab", seen(&s, slabs[i].g > 0.0 ? 5120 : 2048), slabs[i].radiance, 0.005);
    }
    vd_terrain_destroy(terrain);
}

/* White mist over white ground in a white sky is not to be seen, from within or above. */
static void test_furnace(void **state)
{
    (void)state;
    vd_terrain *terrain = rough_terrain();
    for (int v = 0; v < 3; v++) {
        vdk_scene s = scene_of(terrain);
        s.sky.zenith = s.sky.horizon = grey(1.0);
        s.bounces = VDK_UNLIMITED;
        add_fog(&s, v & 1 ? VDK_FOG_HEIGHT : VDK_FOG_HOMOGENEOUS, 0.004, 1.0, 0.7,
                v & 1 ? 1600.0 : 500.0);
        look(&s, 20.0, 20.0, 450.0, unit(40.0 + 50.0 * v, v < 1 ? -60.0 : v < 2 ? -10.0 : 15.0));
        assert_is("furnace", seen(&s, 400), 1.0, 0.005);
    }
    vd_terrain_destroy(terrain);
}

/* Light and eye may change places: over an even plane under fog, what is seen at one angle of light
 * from another, over the cosine of the light's, is the same with the two exchanged. */
static void test_reciprocity(void **state)
{
    (void)state;
    vd_terrain *terrain = flat_terrain();
    const double altitudes[2] = {60.0, 20.0}, azimuths[2] = {80.0, 300.0};
    for (int kind = VDK_FOG_HOMOGENEOUS; kind <= VDK_FOG_HEIGHT; kind++) {
        estimate both[2];
        for (int v = 0; v < 2; v++) {
            vdk_scene s = scene_of(terrain);
            vdk_vec eye = unit(azimuths[v], altitudes[v]);
            s.material.base_color = grey(0.6);
            s.bounces = VDK_UNLIMITED;
            add_sun(&s, azimuths[1 - v], altitudes[1 - v], 0.0, 3.0);
            add_fog(&s, kind, 0.01, 0.9, 0.4, kind == VDK_FOG_HEIGHT ? 1600.0 : 100.0);
            look(&s, 8.0, 8.0, 900.0, vdk_vec_scale(eye, -1.0f));
            both[v] = seen(&s, 1536);
            double scale = 1.0 / sin(altitudes[1 - v] * DEGREE);
            both[v].mean *= scale;
            both[v].error *= scale;
        }
        printf("reciprocity: %.5f +- %.5f and %.5f +- %.5f\n", both[0].mean, both[0].error,
               both[1].mean, both[1].error);
        assert_true(both[0].error < 0.006 * both[0].mean);
        assert_agree("light and eye exchanged", both[0], both[1]);
    }
    vd_terrain_destroy(terrain);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static const char *const knobs[] = {"camera.size",
                                    "24x16",
                                    "fog.kind",
                                    "height",
                                    "fog.extinction",
                                    "0.002",
                                    "fog.height",
                                    "200",
                                    "sky.model",
                                    "gradient",
                                    "background.fill",
                                    "sky",
                                    "terrain.border",
                                    "extend",
                                    "tone.auto_exposure",
                                    "false",
                                    NULL};

static void test_seeds(void **state)
{
    (void)state;
    check_seeds("fog", WINDOW, knobs, 1024, 0.003);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_depth), cmocka_unit_test(test_transmittance),
        cmocka_unit_test(test_phase), cmocka_unit_test(test_single),
        cmocka_unit_test(test_slab),  cmocka_unit_test(test_furnace),
        cmocka_unit_test(test_seeds), cmocka_unit_test(test_reciprocity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
