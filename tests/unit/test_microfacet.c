/* The tables of microfacet_table.h are the integrals that they are said to be. VEDUTA_PRINT=1
 * prints them anew. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/microfacet.h"

typedef struct albedo {
    double white, schlick;
} albedo;

/** E and B of a cosine, by a rank-1 lattice over the visible facets. */
static albedo integrate(float roughness, float cosine, int points)
{
    float alpha = vdk_ggx_alpha(roughness), pdf;
    vdk_vec wo = vdk_vec_make(vdk_sqrtf(1.0f - cosine * cosine), 0.0f, cosine);
    albedo sum = {0.0, 0.0};
    for (int i = 0; i < points; i++) {
        double u = (i + 0.5) / points, v = i * 0.61803398874989485;
        vdk_vec wi = vdk_ggx_sample(alpha, wo, (float)(v - floor(v)), (float)u);
        if (!(wi.z > 0.0f)) continue;
        vdk_vec h = vdk_ggx_half(wo, wi);
        double weight = (double)vdk_ggx_eval(alpha, wo, wi, h, &pdf) / (double)pdf;
        sum.white += weight;
        sum.schlick += weight * pow(1.0 - (double)vdk_vec_dot(wo, h), 5.0);
    }
    return (albedo){sum.white / points, sum.schlick / points};
}

static float roughness_of(int row)
{
    return (float)row / (float)(VDK_GGX_ROWS - 1);
}

/** The cosine of a column, which vdk_ggx_column() places there; not quite 0. */
static double cosine_of(int row, int column)
{
    double bend = (double)vdk_ggx_row_of(roughness_of(row)).bend;
    double y = (double)column / (VDK_GGX_COLUMNS - 1), y2 = y * y;
    return fmax(y2 * bend / (1.0 + bend - y2), 1e-6);
}

/** A pair of numbers of the first table. */
static void entry(int row, int column, int points, double out[2])
{
    double cosine = fmin(cosine_of(row, column), 1.0);
    albedo a = integrate(roughness_of(row), (float)cosine, points);
    out[0] = a.white;
    out[1] = a.schlick / a.white - pow(1.0 - cosine, 5.0);
}

/** Means of what the first table says, so that lobes normalised by them are whole. */
static albedo mean_of(float roughness)
{
    enum { STEPS = 20000 };
    vdk_ggx_row row = vdk_ggx_row_of(roughness);
    albedo sum = {0.0, 0.0};
    for (int i = 0; i < STEPS; i++) {
        double root = (i + 0.5) / STEPS, cosine = root * root;
        vdk_ggx_albedo a = vdk_ggx_albedo_of(&row, (float)cosine);
        sum.white += 4.0 * cosine * root / STEPS * (double)a.white;
        sum.schlick += 4.0 * cosine * root / STEPS * (double)a.schlick;
    }
    return sum;
}

static void print(int item, double value)
{
    printf("%.6ff,%c", value, item % 8 == 7 ? '\n' : ' ');
}

/* The second is of the first: compile anew between the two. */
static void print_tables(void)
{
    for (int row = 0; row < VDK_GGX_ROWS; row++)
        for (int column = 0; column < VDK_GGX_COLUMNS; column++) {
            double pair[2];
            entry(row, column, 1 << 17, pair);
            print(2 * column, pair[0]);
            print(2 * column + 1, pair[1]);
        }
    printf("\n");
    for (int row = 0; row < VDK_GGX_MEANS; row++) {
        albedo mean = mean_of((float)row / (float)(VDK_GGX_MEANS - 1));
        print(2 * row, mean.white);
        print(2 * row + 1, mean.schlick);
    }
}

/* 2^13 points know an integral to 0.0005. */
static void tables_are_the_integrals(void **state)
{
    double worst[2] = {0.0, 0.0};
    (void)state;
    for (int row = 0; row < VDK_GGX_ROWS; row++)
        for (int column = 0; column < VDK_GGX_COLUMNS; column++) {
            double pair[2];
            entry(row, column, 1 << 13, pair);
            for (int item = 0; item < 2; item++) {
                int at = 2 * (row * VDK_GGX_COLUMNS + column) + item;
                worst[item] = fmax(worst[item], fabs(pair[item] - (double)vdk_ggx_tables[at]));
            }
        }
    print_message("tables: off by %.5f and %.5f\n", worst[0], worst[1]);
    assert_true(worst[0] < 5e-4);
    assert_true(worst[1] < 5e-4);
    for (int row = 0; row < VDK_GGX_MEANS; row++) {
        albedo mean = mean_of((float)row / (float)(VDK_GGX_MEANS - 1));
        assert_true(fabs(mean.white - (double)vdk_ggx_means[2 * row]) < 2e-6);
        assert_true(fabs(mean.schlick - (double)vdk_ggx_means[2 * row + 1]) < 2e-6);
    }
}

/* Between the nodes, from roughness 0.05 on. */
static void look_ups_are_the_integrals(void **state)
{
    double white = 0.0, schlick = 0.0;
    (void)state;
    for (int i = 0; i < 40; i++)
        for (int j = 0; j < 40; j++) {
            float roughness = 0.05f + 0.95f * (float)i / 39.0f;
            float x = ((float)j + 0.3f) / 40.0f, cosine = x * x;
            vdk_ggx_row row = vdk_ggx_row_of(roughness);
            vdk_ggx_albedo found = vdk_ggx_albedo_of(&row, cosine);
            albedo wanted = integrate(roughness, cosine, 1 << 13);
            white = fmax(white, fabs((double)found.white - wanted.white));
            schlick = fmax(schlick, fabs((double)found.schlick - wanted.schlick));
        }
    print_message("look-ups: off by %.5f and %.5f\n", white, schlick);
    assert_true(white < 0.004);
    assert_true(schlick < 0.004);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_the_integrals),
        cmocka_unit_test(look_ups_are_the_integrals),
    };
    if (getenv("VEDUTA_PRINT")) {
        print_tables();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
