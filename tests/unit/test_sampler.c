/* The sampler: that its points are Owen-scrambled Sobol points, and what rests on that.
 * Statistics as in chi_square.h; about 150 deviates are looked at. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "chi_square.h"
#include "kernel/sampler.h"
#include "pads.h"

#define PIXELS 262144
#define GRID 16

static void pair_at(int x, int y, vdk_uint sample, vdk_uint pad, float *u, float *v)
{
    vdk_sampler s = vdk_sampler_make(vdk_pixel_hash(7, x, y), sample);
    vdk_sample_2d(&s, pad, u, v);
}

static int bin(float a, float b)
{
    assert_true(a >= 0.0f && a < 1.0f && b >= 0.0f && b < 1.0f);
    return (int)(b * GRID) * GRID + (int)(a * GRID);
}

static void bits_are_reversed(void **state)
{
    (void)state;
    for (int i = 0; i < 32; i++) assert_int_equal(vdk_reverse_bits(1u << i), 1u << (31 - i));
    for (vdk_uint i = 1; i < 100000; i += 7)
        assert_int_equal(vdk_reverse_bits(vdk_reverse_bits(i * 2654435761u)), i * 2654435761u);
}

/* Sobol's second dimension by its definition: the primitive polynomial x + 1 with m_1 = 1 gives
 * m_k = 2 m_(k-1) xor m_(k-1), direction numbers v_k = m_k / 2^k, and a point is their xor over the
 * index's bits. */
static void second_dimension_is_sobols(void **state)
{
    vdk_uint direction[32], m = 1;
    (void)state;
    for (int k = 0; k < 32; k++) {
        direction[k] = m << (31 - k);
        m ^= m << 1;
    }
    for (vdk_uint n = 0; n < 300000; n++) {
        vdk_uint index = n < 100000 ? n : vdk_hash(n), wanted = 0;
        for (int k = 0; k < 32; k++)
            if ((index >> k) & 1u) wanted ^= direction[k];
        assert_int_equal(vdk_reverse_bits(vdk_sobol_second_reversed(index)), wanted);
    }
}

/* Scrambling in Owen's sense: numbers that agree in their first k digits still do, and no further.
 */
static void scrambling_keeps_common_digits(void **state)
{
    (void)state;
    for (vdk_uint n = 0; n < 50000; n++) {
        vdk_uint x = vdk_hash(n), seed = vdk_hash(n + 77777u);
        int k = (int)(n % 32);
        vdk_uint y = x ^ (1u << k) ^ (k < 31 ? vdk_hash(n + 5u) << (k + 1) : 0u);
        vdk_uint changed = vdk_laine_karras(x, seed) ^ vdk_laine_karras(y, seed);
        assert_int_equal(changed & (0xffffffffu >> (31 - k)), 1u << k);
    }
}

/** Are the 2^k points from 'first' on one in each elementary interval of area 2^-k? */
static void is_net(int x, int y, vdk_uint pad, vdk_uint first, int k)
{
    for (int a = 0; a <= k; a++) {
        char seen[256];
        memset(seen, 0, sizeof seen);
        for (vdk_uint i = 0; i < 1u << k; i++) {
            float u, v;
            pair_at(x, y, first + i, pad, &u, &v);
            int cell = (int)(u * (float)(1 << a)) << (k - a) | (int)(v * (float)(1 << (k - a)));
            if (seen[cell])
                fail_msg(
                    "pixel %d,%d pad %u: two of samples %u..%u in interval %d of 2^-%d x 2^-%d", x,
                    y, pad, first, first + (1u << k) - 1u, cell, a, k - a);
            seen[cell] = 1;
        }
    }
}

static void every_pad_is_a_net(void **state)
{
    (void)state;
    for (vdk_uint pad = 0; pad < 24; pad++)
        for (int k = 0; k <= 8; k++) {
            int x = (int)pad * 31, y = 1000 - (int)(pad * pad);
            is_net(x, y, pad, 0, k);
            is_net(x, y, pad, 1u << k, k);
            is_net(x, y, pad, 4096u, k);
        }
}

static void one_dimension_is_the_first_of_two(void **state)
{
    (void)state;
    for (vdk_uint i = 0; i < 10000; i++) {
        float u, v;
        vdk_sampler s = vdk_sampler_make(vdk_hash(i), i * 13u);
        vdk_sample_2d(&s, i % 50u, &u, &v);
        assert_true(vdk_sample_1d(&s, i % 50u) == u);
    }
}

/* Over pixels, any one sample is uniform over the square, and to sixteen digits in each dimension.
 */
static void samples_are_uniform(void **state)
{
    static const vdk_uint samples[] = {0, 1, 2, 3, 10, 1023, 65536};
    (void)state;
    for (size_t n = 0; n < sizeof samples / sizeof samples[0]; n++)
        for (vdk_uint pad = 0; pad < 3; pad++) {
            int square[GRID * GRID] = {0}, fine[256] = {0}, digits[256] = {0};
            for (int p = 0; p < PIXELS; p++) {
                float u, v;
                pair_at(p % 1024, p / 1024, samples[n], pad, &u, &v);
                square[bin(u, v)]++;
                fine[(int)(u * 256.0f)]++;
                digits[(int)(v * 65536.0f) & 255]++;
            }
            assert_true(chi_square_deviate(square, GRID * GRID, PIXELS) < DEVIATE_LIMIT);
            assert_true(chi_square_deviate(fine, 256, PIXELS) < DEVIATE_LIMIT);
            assert_true(chi_square_deviate(digits, 256, PIXELS) < DEVIATE_LIMIT);
        }
}

/* Over pixels: the same sample in neighbouring pixels, and in two pads of one pixel, has nothing in
 * common. Pixels are taken in disjoint pairs, as the chi-square demands. */
static void pixels_and_pads_are_independent(void **state)
{
    static const int steps[][2] = {{1, 0}, {0, 1}, {1, 1}};
    (void)state;
    for (size_t n = 0; n < 3; n++)
        for (vdk_uint sample = 0; sample < 4; sample++) {
            int pixels[GRID * GRID] = {0}, pads[GRID * GRID] = {0};
            for (int p = 0; p < PIXELS; p++) {
                float u, v, w, t;
                int x = 2 * (p % 512), y = 2 * (p / 512);
                pair_at(x, y, sample, 1, &u, &v);
                pair_at(x + steps[n][0], y + steps[n][1], sample, 1, &w, &t);
                pixels[n == 1 ? bin(v, t) : bin(u, w)]++;
                pair_at(x, y, sample, 2 + (vdk_uint)n, &w, &t);
                pads[n == 1 ? bin(v, t) : bin(u, w)]++;
            }
            assert_true(chi_square_deviate(pixels, GRID * GRID, PIXELS) < DEVIATE_LIMIT);
            assert_true(chi_square_deviate(pads, GRID * GRID, PIXELS) < DEVIATE_LIMIT);
        }
}

static void two_pads(int trial, int i, vdk_uint other, vdk_uint pad, float *u, float *v)
{
    (void)other;
    pair_at(trial, 3, (vdk_uint)i, pad, u, v);
}

/* Within a pixel, two pads are paired as if at random. */
static void pads_of_one_pixel_are_uncorrelated(void **state)
{
    (void)state;
    assert_pads_uncorrelated(256, two_pads);
}

/* A sample depends on nothing but its arguments: not on how many there will be, nor on the order.
 */
static void samples_are_a_pure_function(void **state)
{
    float u[64], v[64];
    (void)state;
    for (vdk_uint s = 0; s < 64; s++) pair_at(5, 9, s, 3, &u[s], &v[s]);
    for (vdk_uint s = 64; s-- > 0;) {
        float a, b;
        pair_at(5, 9, s, 3, &a, &b);
        assert_true(a == u[s] && b == v[s]);
    }
    assert_true(vdk_pixel_hash(1, 5, 9) != vdk_pixel_hash(2, 5, 9));
    assert_true(vdk_pixel_hash(1, 5, 9) != vdk_pixel_hash(1, 9, 5));
}

static int compare(const void *a, const void *b)
{
    vdk_uint x = *(const vdk_uint *)a, y = *(const vdk_uint *)b;
    return (x > y) - (x < y);
}

/* Neighbouring pixels' seeds must not coincide: of 2^18 random 32-bit numbers about 8 pairs do
 * (n^2 / 2^33), and more than 25 with p < 1e-6. */
static void pixel_seeds_rarely_coincide(void **state)
{
    vdk_uint *hashes = malloc(PIXELS * sizeof *hashes);
    int same = 0;
    (void)state;
    assert_non_null(hashes);
    for (int p = 0; p < PIXELS; p++) hashes[p] = vdk_pixel_hash(0, p % 512, p / 512);
    qsort(hashes, PIXELS, sizeof *hashes, compare);
    for (int p = 1; p < PIXELS; p++) same += hashes[p] == hashes[p - 1];
    free(hashes);
    assert_in_range(same, 0, 25);
}

/* The error of a smooth integral falls like N^-1.5 for scrambled nets (Owen 1997), N^-0.5 at
 * random. */
static void smooth_integrals_converge_fast(void **state)
{
    enum { TRIALS = 200, FIRST = 4, LAST = 12 };
    const double exact = (exp(1.0) - 1.0) * 2.0 / 3.14159265358979;
    double rms[LAST + 1] = {0.0};
    (void)state;
    for (int trial = 0; trial < TRIALS; trial++) {
        double sum = 0.0;
        for (vdk_uint s = 0; s < 1u << LAST; s++) {
            float u, v;
            pair_at(trial, 17, s, 5, &u, &v);
            sum += exp((double)u) * sin(3.14159265358979 * (double)v);
            for (int k = FIRST; k <= LAST; k++)
                if (s + 1 == 1u << k) rms[k] += pow(sum / (s + 1) - exact, 2.0) / TRIALS;
        }
    }
    double slope = 0.5 * log2(rms[LAST] / rms[FIRST]) / (LAST - FIRST);
    print_message("error falls like N^%.2f\n", slope);
    assert_true(slope < -1.25);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_are_reversed),
        cmocka_unit_test(second_dimension_is_sobols),
        cmocka_unit_test(scrambling_keeps_common_digits),
        cmocka_unit_test(every_pad_is_a_net),
        cmocka_unit_test(one_dimension_is_the_first_of_two),
        cmocka_unit_test(samples_are_uniform),
        cmocka_unit_test(pixels_and_pads_are_independent),
        cmocka_unit_test(pads_of_one_pixel_are_uncorrelated),
        cmocka_unit_test(samples_are_a_pure_function),
        cmocka_unit_test(pixel_seeds_rarely_coincide),
        cmocka_unit_test(smooth_integrals_converge_fast),
    };
    return cmocka_run_group_tests_name("sampler", tests, NULL, NULL);
}
