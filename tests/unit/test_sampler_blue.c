/* The blue pattern: that a pixel's samples, and those of a square of pixels together, are nets, and
 * that nothing else distinguishes them from random numbers. Statistics as in chi_square.h; about 40
 * deviates are looked at. */
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

#define SEED 7
#define GRID 16
#define TILES 65536
#define TILE VDK_BLUE_TILE

static void pair_at(int x, int y, vdk_uint sample, vdk_uint pad, float *u, float *v)
{
    vdk_sampler s = vdk_sampler_at(VDK_PATTERN_BLUE, SEED, x, y);
    vdk_sampler_seek(&s, sample);
    vdk_sample_2d(&s, pad, u, v);
}

/** The same before anything is scrambled. */
static void plain_pair_at(int x, int y, vdk_uint sample, float *u, float *v)
{
    vdk_uint index = vdk_blue_index(vdk_blue_place(x, y), sample);
    *u = vdk_unit_float(vdk_reverse_bits(index));
    *v = vdk_unit_float(vdk_reverse_bits(vdk_sobol_second_reversed(index)));
}

/* By long division of polynomials: digit k of the place is what is left of the index's quotient by
 * Q^k, the number of the sample is its quotient by Q^4. */
static void indices_divide_into_place_and_sample(void **state)
{
    (void)state;
    for (vdk_uint n = 0; n < 200000; n++) {
        vdk_uint place = n & 255u, sample = vdk_hash(n) >> 8;
        vdk_uint p = vdk_blue_index(place, sample);
        for (int k = 0; k < 4; k++) {
            vdk_uint quotient = 0;
            for (int i = 29; i >= 0; i--) {
                if (!((p >> (i + 2)) & 1u)) continue;
                p ^= 7u << i; /* Q = X^2 + X + 1 */
                quotient |= 1u << i;
            }
            assert_int_equal(p, (place >> (2 * k)) & 3u);
            p = quotient;
        }
        assert_int_equal(p, sample);
    }
}

static void places_are_paths_through_quarters(void **state)
{
    int seen[256] = {0};
    (void)state;
    for (int y = 0; y < TILE; y++)
        for (int x = 0; x < TILE; x++) {
            vdk_uint place = vdk_blue_place(x + 5 * TILE, y + 2 * TILE);
            assert_in_range(place, 0, 255);
            assert_int_equal(seen[place]++, 0);
            for (int a = 1; a <= 4; a++) /* the corner of its square of 2^a pixels a side */
                assert_int_equal(place & (0xffu >> (2 * a)),
                                 vdk_blue_place(x >> a << a, y >> a << a) & (0xffu >> (2 * a)));
        }
}

/* Squares stay squares: places that have k coarse digits in common still do, and no more. A pixel's
 * neighbour in x stays in its column in half the cases and its neighbour in y goes there in a
 * quarter: never, or always, would show as streaks. */
static void scrambling_permutes_quarters(void **state)
{
    int with_x = 0, with_y = 0, count = 0;
    (void)state;
    for (vdk_uint n = 0; n < 1000; n++) {
        vdk_uint seed = vdk_hash(n), scrambled[256];
        for (vdk_uint p = 0; p < 256; p++) scrambled[p] = vdk_blue_scramble(p, seed);
        for (vdk_uint p = 0; p < 256; p++)
            for (int k = 0; k < 4; k++) {
                vdk_uint other = scrambled[p ^ (1u + (vdk_hash(n + p) % 3u)) << (2 * k)];
                assert_int_equal((scrambled[p] ^ other) & ((1u << (2 * k)) - 1u), 0);
                assert_int_not_equal((scrambled[p] ^ other) & (3u << (2 * k)), 0);
            }
        for (vdk_uint p = 0; p < 64; p++, count++) {
            with_x += ((scrambled[p] ^ scrambled[p | 64u]) & 64u) == 0;
            with_y += ((scrambled[p] ^ scrambled[p | 128u]) & 64u) == 0;
        }
    }
    print_message("neighbours kept: in x %.3f, in y %.3f\n", (double)with_x / count,
                  (double)with_y / count);
    assert_in_range(with_x, count / 5, count / 2);
    assert_in_range(with_y, count / 5, count / 2);
}

/** Are 2^k samples from 'first' on of each of 4^a pixels in each elementary interval of area
 * 2^-(k + 2a)? Of pad 'pad', or unscrambled if it is negative. */
static void is_net(int x, int y, int a, vdk_uint first, int k, int pad)
{
    enum { MOST = 12 };
    int m = k + 2 * a, count = 0;
    float u[1 << MOST], v[1 << MOST];
    assert_true(m <= MOST);
    for (int i = 0; i < 1 << (2 * a); i++)
        for (vdk_uint s = 0; s < 1u << k; s++, count++) {
            int px = x + i % (1 << a), py = y + (i >> a);
            if (pad < 0)
                plain_pair_at(px, py, first + s, &u[count], &v[count]);
            else
                pair_at(px, py, first + s, (vdk_uint)pad, &u[count], &v[count]);
        }
    for (int e = 0; e <= m; e++) {
        char seen[1 << MOST] = {0};
        for (int i = 0; i < count; i++) {
            int cell =
                (int)(u[i] * (float)(1 << e)) << (m - e) | (int)(v[i] * (float)(1 << (m - e)));
            if (seen[cell]++)
                fail_msg(
                    "pad %d, square of 4^%d at %d,%d, 2^%d samples from %u: two in interval %d of "
                    "2^-%d x 2^-%d",
                    pad, a, x, y, k, first, cell, e, m - e);
        }
    }
}

static void squares_of_pixels_are_nets(void **state)
{
    (void)state;
    for (int pad = -1; pad < 8; pad++)
        for (int a = 0; a <= 4; a++)
            for (int k = 0; k + 2 * a <= 10; k++) {
                int x = ((pad + 2) * 31) << a, y = (100 - pad) << a;
                is_net(x, y, a, 0, k, pad);
                is_net(x, y, a, 1u << k, k, pad);
                is_net(x, y, a, 4096u, k, pad);
            }
    for (int place = 0; place < 256; place++) is_net(place % TILE, place / TILE, 0, 0, 6, 1);
    is_net(TILE, 3 * TILE, 4, 0, 4, 2);
}

static int bin(float a, float b)
{
    assert_true(a >= 0.0f && a < 1.0f && b >= 0.0f && b < 1.0f);
    return (int)(b * GRID) * GRID + (int)(a * GRID);
}

/* Over tiles, of which one pixel each is taken: a sample is uniform over the square, and has
 * nothing in common with another pad's, nor with another tile's. */
static void tiles_and_pads_are_independent(void **state)
{
    static const vdk_uint samples[] = {0, 1, 2, 3, 100, 65535};
    (void)state;
    for (size_t n = 0; n < sizeof samples / sizeof samples[0]; n++) {
        int square[GRID * GRID] = {0}, digits[256] = {0}, pads[2][GRID * GRID] = {{0}},
                          tiles[GRID * GRID] = {0};
        for (int t = 0; t < TILES; t++) {
            float u, v, w, z;
            int x = t % 256 * 2 * TILE + (int)n, y = t / 256 * TILE + 5 * (int)n % TILE;
            pair_at(x, y, samples[n], 1, &u, &v);
            square[bin(u, v)]++;
            digits[(int)(v * 65536.0f) & 255]++;
            pair_at(x, y, samples[n], 2 + (vdk_uint)n, &w, &z);
            pads[0][bin(u, w)]++;
            pads[1][bin(v, z)]++;
            pair_at(x + TILE, y, samples[n], 1, &w, &z);
            tiles[n % 2 ? bin(v, w) : bin(u, w)]++;
        }
        assert_true(chi_square_deviate(square, GRID * GRID, TILES) < DEVIATE_LIMIT);
        assert_true(chi_square_deviate(digits, 256, TILES) < DEVIATE_LIMIT);
        assert_true(chi_square_deviate(pads[0], GRID * GRID, TILES) < DEVIATE_LIMIT);
        assert_true(chi_square_deviate(pads[1], GRID * GRID, TILES) < DEVIATE_LIMIT);
        assert_true(chi_square_deviate(tiles, GRID * GRID, TILES) < DEVIATE_LIMIT);
    }
}

static void two_pads(int trial, int i, vdk_uint other, vdk_uint pad, float *u, float *v)
{
    pair_at(trial * TILE + i % TILE, i / TILE, other, pad, u, v);
}

/* Within a tile, two pads are paired as if at random. */
static void pads_of_one_tile_are_uncorrelated(void **state)
{
    (void)state;
    assert_pads_uncorrelated(TILE * TILE, two_pads);
}

/** Root mean square error of a smooth integral, estimated by squares of 4^a pixels. */
static double square_error(int pattern, int a, vdk_uint samples)
{
    enum { TRIALS = 400 };
    const double exact = (exp(1.0) - 1.0) * 2.0 / 3.14159265358979;
    double squares = 0.0;
    for (int trial = 0; trial < TRIALS; trial++) {
        double sum = 0.0;
        for (int i = 0; i < 1 << (2 * a); i++) {
            vdk_sampler s =
                vdk_sampler_at(pattern, SEED, trial * TILE + i % (1 << a), (i >> a) + TILE);
            for (vdk_uint n = 0; n < samples; n++) {
                float u, v;
                vdk_sampler_seek(&s, n);
                vdk_sample_2d(&s, 5, &u, &v);
                sum += exp((double)u) * sin(3.14159265358979 * (double)v);
            }
        }
        squares += pow(sum / (double)samples / (1 << (2 * a)) - exact, 2.0) / TRIALS;
    }
    return sqrt(squares);
}

/* What it is for: with n samples each, P pixels of a square have together the error that one pixel
 * has with P n. A root mean square of 400 trials is known to 3.5 %, somewhat worse as errors have
 * tails, and the hash is not quite Owen's scrambling: up to 28 % were measured. Independent errors
 * would make it at least 1.9 times as large for four pixels, and 10 times for 64. */
static void a_square_is_as_good_as_one_pixel_with_all_its_samples(void **state)
{
    static const vdk_uint counts[] = {1, 2, 4, 16};
    (void)state;
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++)
        for (int a = 0; a <= 4; a++) {
            double square = square_error(VDK_PATTERN_BLUE, a, counts[n]);
            double pixel = square_error(VDK_PATTERN_INDEPENDENT, 0, counts[n] << (2 * a));
            print_message("%u samples, 4^%d pixels: error %.3e, of one pixel with all %.3e\n",
                          counts[n], a, square, pixel);
            assert_true(square < 1.5 * pixel);
        }
}

static void one_dimension_is_the_first_of_two(void **state)
{
    (void)state;
    for (vdk_uint i = 0; i < 10000; i++) {
        float u, v;
        vdk_sampler s = vdk_sampler_at(VDK_PATTERN_BLUE, SEED, (int)i * 7, (int)i * 3);
        vdk_sampler_seek(&s, i * 13u);
        vdk_sample_2d(&s, i % 50u, &u, &v);
        assert_true(vdk_sample_1d(&s, i % 50u) == u);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_divide_into_place_and_sample),
        cmocka_unit_test(places_are_paths_through_quarters),
        cmocka_unit_test(scrambling_permutes_quarters),
        cmocka_unit_test(squares_of_pixels_are_nets),
        cmocka_unit_test(tiles_and_pads_are_independent),
        cmocka_unit_test(pads_of_one_tile_are_uncorrelated),
        cmocka_unit_test(a_square_is_as_good_as_one_pixel_with_all_its_samples),
        cmocka_unit_test(one_dimension_is_the_first_of_two),
    };
    return cmocka_run_group_tests_name("sampler_blue", tests, NULL, NULL);
}
