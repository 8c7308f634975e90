/* The ground's BSDF: what it returns of all light, reciprocity, and samples as their pdf says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "chi_square.h"
#include "kernel/bsdf.h"
#include "kernel/sampler.h"
#include "random.h"

#define PI 3.14159265358979324

static vdk_material material_of(float colour, float roughness, float metallic, float specular,
                                float diffuse_roughness)
{
    return (vdk_material){
        {colour, colour, colour}, roughness, metallic, specular, diffuse_roughness};
}

static vdk_vec towards(double cosine, double turn)
{
    double sine = sqrt(1.0 - cosine * cosine);
    return vdk_vec_make((float)(sine * cos(2.0 * PI * turn)), (float)(sine * sin(2.0 * PI * turn)),
                        (float)cosine);
}

/** What a surface returns of light from everywhere, by its own samples. */
static double albedo_of(const vdk_material *m, double cosine, int multiscatter, vdk_uint samples)
{
    double sum = 0.0;
    vdk_bsdf b = vdk_bsdf_make(m, towards(cosine, 0.1), multiscatter);
    for (vdk_uint i = 0; i < samples; i++) {
        float u, v;
        vdk_sampler sampler = vdk_sampler_make(77u, i);
        vdk_sample_2d(&sampler, 0, &u, &v);
        vdk_bsdf_sampled s = vdk_bsdf_sample(&b, u, v, vdk_sample_1d(&sampler, 1));
        if (s.pdf > 0.0f) sum += (double)s.weight.y;
    }
    return sum / samples;
}

static const double cosines[] = {0.02, 0.1, 0.25, 0.5, 0.75, 0.95, 1.0};
enum { COSINES = sizeof(cosines) / sizeof(cosines[0]), SAMPLES = 8192 };

/* White metal returns all light at every roughness; without the light that its facets pass among
 * each other, half of it is lost at roughness 1, and never is there more than all. The tables are
 * within 0.4 % (test_microfacet.c), the samples within 0.2 %. */
static void white_metal_returns_all_light(void **state)
{
    double worst = 0.0, least = 1.0, most = 0.0;
    (void)state;
    for (int r = 1; r <= 20; r++)
        for (int c = 0; c < COSINES; c++) {
            vdk_material m = material_of(1.0f, 0.05f * (float)r, 1.0f, 0.0f, 0.0f);
            double with = albedo_of(&m, cosines[c], 1, SAMPLES);
            double without = albedo_of(&m, cosines[c], 0, SAMPLES);
            worst = fmax(worst, fabs(with - 1.0));
            most = fmax(most, without);
            least = fmin(least, without);
        }
    print_message("white metal: off by %.4f; single scattering from %.4f to %.4f\n", worst, least,
                  most);
    assert_true(worst < 0.01);
    assert_true(most < 1.003);
    assert_true(least < 0.5);
}

/* A white body under a coat, dusty or not, returns all light and not more. */
static void white_ground_returns_all_light(void **state)
{
    double most = 0.0, least = 1.0, dusty_most = 0.0, dusty_least = 1.0, coatless = 0.0;
    (void)state;
    for (int r = 1; r <= 10; r++)
        for (int c = 0; c < COSINES; c++)
            for (int k = 0; k < 12; k++) {
                float specular = 0.25f * (float)(k % 4 + 1), metallic = 0.5f * (float)(k / 4 == 2);
                float dust = k / 4 == 1 ? 0.25f * (float)(r % 4 + 1) : 0.0f;
                vdk_material m = material_of(1.0f, 0.1f * (float)r, metallic, specular, dust);
                double with = albedo_of(&m, cosines[c], 1, SAMPLES);
                double without = albedo_of(&m, cosines[c], 0, SAMPLES);
                *(dust > 0.0f ? &dusty_most : &most) =
                    fmax(dust > 0.0f ? dusty_most : most, fmax(with, without));
                *(dust > 0.0f ? &dusty_least : &least) =
                    fmin(dust > 0.0f ? dusty_least : least, with);
                m.specular = m.metallic = 0.0f;
                coatless = fmax(coatless, fabs(albedo_of(&m, cosines[c], 1, SAMPLES) - 1.0));
            }
    print_message("white ground: %.4f to %.4f, dusty %.4f to %.4f, without a coat off by %.4f\n",
                  least, most, dusty_least, dusty_most, coatless);
    assert_true(most < 1.005 && least > 0.99);
    assert_true(dusty_most < 1.005 && dusty_least > 0.95);
    assert_true(coatless < 0.004);
}

static vdk_material random_material(test_random *r)
{
    vdk_material m = material_of(0.0f, (float)test_between(r, 0.05, 1.0), 0.0f, 0.0f, 0.0f);
    m.base_color = vdk_vec_make((float)test_unit(r), (float)test_unit(r), (float)test_unit(r));
    if (test_choice(r, 2)) m.metallic = (float)test_unit(r);
    if (test_choice(r, 3)) m.specular = (float)test_unit(r);
    if (test_choice(r, 2)) m.diffuse_roughness = (float)test_unit(r);
    return m;
}

/* Light goes the same way back. */
static void is_reciprocal(void **state)
{
    test_random r = {3};
    float pdf;
    (void)state;
    for (int n = 0; n < 100000; n++) {
        vdk_material m = random_material(&r);
        int multiscatter = test_choice(&r, 2);
        vdk_vec a = towards(test_between(&r, 0.01, 1.0), test_unit(&r));
        vdk_vec b = towards(test_between(&r, 0.01, 1.0), test_unit(&r));
        vdk_bsdf of_a = vdk_bsdf_make(&m, a, multiscatter);
        vdk_bsdf of_b = vdk_bsdf_make(&m, b, multiscatter);
        double one = (double)(vdk_bsdf_eval(&of_a, b, &pdf).x / b.z);
        double other = (double)(vdk_bsdf_eval(&of_b, a, &pdf).x / a.z);
        /* Roundings of the half vector, over alpha. */
        if (fabs(one - other) > 2e-3 * one + 1e-6)
            fail_msg("%g one way, %g back; roughness %g", one, other, (double)m.roughness);
    }
}

/* Lambert's law, to the last bit of what it weighs. */
static void matte_is_lambert(void **state)
{
    (void)state;
    vdk_material m = material_of(0.6f, 0.3f, 0.0f, 0.0f, 0.0f);
    vdk_bsdf b = vdk_bsdf_make(&m, towards(0.4, 0.2), 1);
    test_random r = {5};
    for (int n = 0; n < 1000; n++) {
        vdk_bsdf_sampled s =
            vdk_bsdf_sample(&b, (float)test_unit(&r), (float)test_unit(&r), (float)test_unit(&r));
        assert_true(fabs((double)(s.weight.x / 0.6f) - 1.0) < 2e-7);
        assert_true(fabs((double)(s.pdf - s.wi.z * VDK_INV_PI)) < 1e-7);
    }
}

/* Samples fall where the pdf says: by chi-square over a grid of directions, in which the pdf is
 * integrated by midpoints; what is sampled below the surface is what the pdf lacks to 1. The lobe
 * must be wide against the bins for midpoints to do, so roughness is 0.3 and above. */
static void samples_are_as_the_pdf(void **state)
{
    enum { ROWS = 12, COLUMNS = 16, BINS = ROWS * COLUMNS + 1, FINE = 64, N = 200000 };
    test_random r = {11};
    (void)state;
    for (int n = 0; n < 24; n++) {
        int counts[BINS] = {0}, used = 0;
        double expected[BINS] = {0.0}, inside = 0.0;
        vdk_material m = random_material(&r);
        m.roughness = (float)test_between(&r, 0.3, 1.0);
        vdk_bsdf b = vdk_bsdf_make(&m, towards(test_between(&r, 0.05, 1.0), test_unit(&r)), n % 2);
        for (int i = 0; i < ROWS * FINE; i++)
            for (int j = 0; j < COLUMNS * FINE; j++) {
                float pdf;
                vdk_bsdf_eval(&b, towards((i + 0.5) / (ROWS * FINE), (j + 0.5) / (COLUMNS * FINE)),
                              &pdf);
                double share = (double)pdf * 2.0 * PI / (ROWS * FINE * COLUMNS * FINE);
                expected[i / FINE * COLUMNS + j / FINE] += N * share;
                inside += share;
            }
        assert_true(inside < 1.002);
        expected[BINS - 1] = fmax(N * (1.0 - inside), 0.0);
        for (int i = 0; i < N; i++) {
            vdk_bsdf_sampled s = vdk_bsdf_sample(&b, (float)test_unit(&r), (float)test_unit(&r),
                                                 (float)test_unit(&r));
            int bin = BINS - 1;
            if (s.pdf > 0.0f) {
                double turn = atan2((double)s.wi.y, (double)s.wi.x) / (2.0 * PI);
                int row = vdk_imin((int)(s.wi.z * ROWS), ROWS - 1);
                int column = vdk_imin((int)((turn - floor(turn)) * COLUMNS), COLUMNS - 1);
                bin = row * COLUMNS + column;
            }
            counts[bin]++;
        }
        for (int i = 0; i < BINS; i++) { /* bins too empty for the statistic are left out */
            if (expected[i] < 20.0) continue;
            counts[used] = counts[i];
            expected[used++] = expected[i];
        }
        double deviate = chi_square_deviate_from(counts, expected, used);
        if (deviate > DEVIATE_LIMIT)
            fail_msg("roughness %g metallic %g specular %g dust %g: %g deviations",
                     (double)m.roughness, (double)m.metallic, (double)m.specular,
                     (double)m.diffuse_roughness, deviate);
    }
}

/* Nothing but numbers comes of the corners of parameters and of grazing directions, and a mirror
 * mirrors. */
static void corners_are_sound(void **state)
{
    static const float ends[] = {0.0f, 1.0f};
    (void)state;
    for (int k = 0; k < 64; k++)
        for (int c = 0; c < 4; c++) {
            vdk_material m = material_of(ends[k & 1], ends[k >> 1 & 1], ends[k >> 2 & 1],
                                         ends[k >> 3 & 1], ends[k >> 4 & 1]);
            static const double grazing[] = {-0.3, 0.0, 1e-6, 1.0};
            vdk_vec wo = towards(fabs(grazing[c]), 0.3);
            if (grazing[c] < 0.0) wo.z = -wo.z;
            vdk_bsdf b = vdk_bsdf_make(&m, wo, k >> 5);
            test_random r = {(vdk_uint)k};
            for (int n = 0; n < 200; n++) {
                vdk_bsdf_sampled s =
                    vdk_bsdf_sample(&b, (float)test_unit(&r),
                                    n < 4 ? ends[n & 1] * 0.99999994f : 0.5f, (float)test_unit(&r));
                if (!(s.pdf > 0.0f)) continue;
                assert_true(isfinite(s.pdf) && isfinite(s.weight.x));
                assert_true(s.weight.x >= 0.0f && s.weight.x < 5.0f);
            }
        }
    vdk_material mirror = material_of(1.0f, 0.0f, 1.0f, 0.0f, 0.0f);
    vdk_vec wo = towards(0.6, 0.3);
    vdk_bsdf b = vdk_bsdf_make(&mirror, wo, 1);
    vdk_bsdf_sampled s = vdk_bsdf_sample(&b, 0.4f, 0.6f, 0.2f);
    assert_true(fabs((double)(s.wi.x + wo.x)) < 2e-3 && fabs((double)(s.wi.y + wo.y)) < 2e-3);
    assert_true(fabs((double)s.weight.x - 1.0) < 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(white_metal_returns_all_light),
        cmocka_unit_test(white_ground_returns_all_light),
        cmocka_unit_test(is_reciprocal),
        cmocka_unit_test(matte_is_lambert),
        cmocka_unit_test(samples_are_as_the_pdf),
        cmocka_unit_test(corners_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
