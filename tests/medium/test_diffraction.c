/* Glare by diffraction against closed forms: the encircled energy of Airy's disc, the rays of
 * polygons, scale by wavelength, and that light is moved, not made. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "post/effects_parts.h"
#include "post/fft.h"

enum { SIDE = VD_DIFFRACTION_SIDE };
static const double PI = 3.14159265358979323846;

/* Of a round aperture so much light lies within r orders of the middle: 1 - J0^2(pi r) - J1^2(pi r)
 * (M. Born and E. Wolf, "Principles of Optics", section 8.5.2, equation 18). A sample, a quarter of
 * an order wide, is taken as even, which from the first dark ring on is off by less than 0.004: the
 * formula's second derivative there times a 24th of that width's square, twice; and what lies
 * beyond the grid, 0.002 of it, is not there. */
static void encircled_energy_is_airys(void **state)
{
    (void)state;
    static const double radii[] = {1.2197, 1.6, 2.2331, 3.2383, 6.0, 20.0, 60.0};
    float *power;
    assert_int_equal(vd_diffraction_power(NULL, 0, 0.0f, &power), VD_OK);
    for (int k = 0; k < 7; k++) {
        double within = 0.0, r = radii[k] * VD_DIFFRACTION_SAMPLES, wanted = 0.0;
        for (int y = 0; y < SIDE; y++)
            for (int x = 0; x < SIDE; x++) {
                /* How much of the sample is within. */
                int inside = 0;
                for (int i = 0; i < 64; i++)
                    inside += hypot(x - SIDE / 2 + (i % 8 + 0.5) / 8.0 - 0.5,
                                    y - SIDE / 2 + (i / 8 + 0.5) / 8.0 - 0.5) <= r;
                within += (double)power[y * SIDE + x] * inside / 64.0;
            }
        double j0_of = j0(PI * radii[k]), j1_of = j1(PI * radii[k]);
        wanted = 1.0 - j0_of * j0_of - j1_of * j1_of;
        printf("within %.2f orders: %.4f, %.4f by Airy\n", radii[k], within, wanted);
        assert_true(fabs(within - wanted) < 0.004);
    }
    free(power);
}

/** How many rays there are on a ring so many orders from the middle. */
static int count_rays(int blades, double orders)
{
    enum { STEPS = 720 };
    float *power;
    double ring[STEPS] = {0.0}, most = 0.0;
    int rays = 0;
    assert_int_equal(vd_diffraction_power(NULL, blades, 0.03f, &power), VD_OK);
    for (int i = 0; i < STEPS; i++) /* the mean over fringes along each direction */
        for (int k = 0; k < 40; k++) {
            double r = (orders + 0.1 * k) * VD_DIFFRACTION_SAMPLES, turn = 2.0 * PI * i / STEPS;
            int x = SIDE / 2 + (int)lround(r * cos(turn)),
                y = SIDE / 2 + (int)lround(r * sin(turn));
            ring[i] += (double)power[y * SIDE + x];
        }
    for (int i = 0; i < STEPS; i++) most = fmax(most, ring[i]);
    for (int i = 0; i < STEPS; i++) {
        double here = ring[i];
        bool is_ray = here > 0.25 * most;
        for (int k = 1; k <= 6; k++)
            is_ray =
                is_ray && here >= ring[(i + k) % STEPS] && here > ring[(i + STEPS - k) % STEPS];
        rays += is_ray;
    }
    free(power);
    return rays;
}

static void rays_are_two_an_edge(void **state)
{
    (void)state;
    static const int blades[] = {3, 6, 7, 8};
    for (int i = 0; i < 4; i++) {
        int rays = count_rays(blades[i], 20.0), wanted = blades[i] % 2 ? 2 * blades[i] : blades[i];
        printf("%d blades: %d rays\n", blades[i], rays);
        assert_int_equal(rays, wanted);
    }
}

/* Each channel adds up to 1 less what lies beyond the kernel; red reaches farther than blue as its
 * wavelength is longer: mean distances, of which the core's are the same share, are in proportion.
 */
static void colours_are_scaled_and_keep_their_light(void **state)
{
    (void)state;
    const vd_effects_options o = {.glare = 1.0f, .diffracts = true, .blades = 6};
    float *kernel;
    int reach;
    double light[3] = {0.0}, away[3] = {0.0};
    assert_int_equal(vd_diffraction_kernel(NULL, &o, 120.0f, 400, &reach, &kernel), VD_OK);
    int width = 2 * reach + 1;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < width * width; i++) {
            double w = (double)kernel[c * width * width + i];
            assert_true(w >= 0.0);
            light[c] += w;
            away[c] += w * hypot(i % width - reach, i / width - reach);
        }
    printf("light %.5f %.5f %.5f; %.3f %.3f %.3f px away in the mean\n", light[0], light[1],
           light[2], away[0], away[1], away[2]);
    for (int c = 0; c < 3; c++) assert_true(light[c] < 1.0 + 1e-5 && light[c] > 0.999);
    assert_true(away[0] > 1.08 * away[1] && away[1] > 1.08 * away[2]);
    free(kernel);
}

static float lamp[200][300][4];

static vd_result read_picture(vd_context *context, void *state, int y, int rows, float *rgba)
{
    (void)context, (void)state;
    memcpy(rgba, lamp[y], (size_t)rows * sizeof(lamp[0]));
    return VD_OK;
}

/* A lamp in the middle of a dark picture: its light is all there, most of it where it was, and what
 * is not is a star, three quarters of which lies along its six rays; half as much glare moves half.
 */
static void glare_moves_light(void **state)
{
    (void)state;
    static float result[200][300][4];
    double away[2];
    lamp[100][150][0] = lamp[100][150][1] = lamp[100][150][2] = 1000.0f;
    for (int i = 0; i < 200 * 300; i++) (&lamp[0][0][0])[4 * i + 3] = 1.0f;
    for (int k = 0; k < 2; k++) {
        vd_effects *effects;
        const vd_effects_options o = {.width = 300,
                                      .height = 200,
                                      .glare = k ? 0.5f : 1.0f,
                                      .glare_spread = 0.25f,
                                      .diffracts = true,
                                      .blades = 6,
                                      .grain_size = 1.0f,
                                      .read = read_picture};
        double sum = 0.0, rays = 0.0, beyond = 0.0;
        assert_int_equal(vd_effects_create(NULL, &o, &effects), VD_OK);
        assert_int_equal(vd_effects_read(NULL, effects, 0, 200, &result[0][0][0]), VD_OK);
        vd_effects_destroy(effects);
        for (int y = 0; y < 200; y++)
            for (int x = 0; x < 300; x++) {
                double light = (double)result[y][x][1], dx = x - 150, dy = 100 - y;
                sum += light;
                if (hypot(dx, dy) < 8.0) continue;
                beyond += light;
                for (int ray = 0; ray < 3; ray++) /* across the edges, at 30, 90 and 150 degrees */
                    if (fabs(dx * sin(PI * (ray + 0.5) / 3.0) - dy * cos(PI * (ray + 0.5) / 3.0)) <
                        1.5) {
                        rays += light;
                        break;
                    }
            }
        away[k] = sum - (double)result[100][150][1];
        printf("of 1000: %.3f, %.1f not where it was; %.2f of what is far away is in rays\n", sum,
               away[k], rays / beyond);
        assert_true(fabs(sum - 1000.0) < 1.0);
        assert_true(rays > 0.75 * beyond);
    }
    assert_true(fabs(away[1] - 0.5 * away[0]) < 1e-3 * away[0]);
}

/* A convolution as its sum says, at the edges too. */
static void a_picture_is_spread_as_the_sum_says(void **state)
{
    (void)state;
    enum { W = 37, H = 23, R = 30, K = 2 * R + 1 };
    static float picture[H][W], spread[H][W], kernel[K][K];
    double worst = 0.0;
    srand(3);
    for (int i = 0; i < H * W; i++) (&picture[0][0])[i] = (float)(rand() % 1000) / 1000.0f;
    for (int i = 0; i < K * K; i++) (&kernel[0][0])[i] = (float)(rand() % 1000) / (1000.0f * K * K);
    memcpy(spread, picture, sizeof(spread));
    assert_int_equal(vd_fft_spread(NULL, W, H, &spread[0][0], R, &kernel[0][0]), VD_OK);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double sum = 0.0;
            for (int v = 0; v < H; v++)
                for (int u = 0; u < W; u++)
                    if (abs(x - u) <= R && abs(y - v) <= R)
                        sum += (double)picture[v][u] * (double)kernel[y - v + R][x - u + R];
            worst = fmax(worst, fabs(sum - (double)spread[y][x]));
        }
    printf("off by %.2g of 0.1\n", worst);
    assert_true(worst < 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encircled_energy_is_airys),
        cmocka_unit_test(rays_are_two_an_edge),
        cmocka_unit_test(colours_are_scaled_and_keep_their_light),
        cmocka_unit_test(glare_moves_light),
        cmocka_unit_test(a_picture_is_spread_as_the_sum_says),
    };
    if (!vd_fft_is_there()) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
