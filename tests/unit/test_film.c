/* The tile store: the same numbers in memory and spooled, as means and as sums, whatever the sizes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "film/film.h"

static const double in_memory = 1e12, in_spool = 0;

static vd_film_options film_options(int width, int height, int tile, double budget, bool sums)
{
    return (vd_film_options){.width = width,
                             .height = height,
                             .tile = tile,
                             .channels = 3,
                             .keeps_sums = sums,
                             .memory_budget = budget,
                             .spool_dir = "."};
}

static vd_film *make_film(vd_context *context, int width, int height, int tile, double budget,
                          bool sums)
{
    vd_film_options options = film_options(width, height, tile, budget, sums);
    vd_film *film = NULL;
    assert_int_equal(vd_film_create(context, &options, &film), VD_OK);
    assert_int_equal(vd_film_is_spooled(film), budget < vd_film_bytes(&options));
    assert_int_equal(vd_film_width(film), width);
    assert_int_equal(vd_film_height(film), height);
    return film;
}

/* A pixel's sum and a block's count that no other place has. */
static void sum_at(int x, int y, double sum[3])
{
    sum[0] = x + 0.25;
    sum[1] = y + 0.1;
    sum[2] = x * 1e-9 - y;
}

static uint32_t count_at(int x, int y)
{
    return (uint32_t)(1 + x / VD_FILM_BLOCK_PX + 7 * (y / VD_FILM_BLOCK_PX));
}

typedef struct store_job {
    vd_context *context;
    vd_film *film;
} store_job;

static void fill_tile(const vd_film *film, int64_t tile, double (*sums)[3], vd_film_block *blocks)
{
    int x, y, width, height;
    vd_film_tile_rect(film, tile, &x, &y, &width, &height);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++)
            sum_at(x + column, y + row, sums[row * width + column]);
    for (int row = 0; row < height; row += VD_FILM_BLOCK_PX)
        for (int column = 0; column < width; column += VD_FILM_BLOCK_PX)
            *blocks++ =
                (vd_film_block){count_at(x + column, y + row), (uint32_t)(x + row), 0.5 * column};
}

static vd_result store_tile(void *state, int thread, int64_t tile)
{
    store_job *job = state;
    (void)thread;
    size_t side = (size_t)vd_film_tile_px(job->film);
    double(*sums)[3] = calloc(side * side, sizeof *sums);
    vd_film_block *blocks = calloc(side * side / 256, sizeof *blocks);
    vd_result result = VD_ERR_MEMORY;
    if (sums && blocks) {
        fill_tile(job->film, tile, sums, blocks);
        result = vd_film_store(job->context, job->film, tile, sums[0], blocks);
    }
    free(sums);
    free(blocks);
    return result;
}

static void fill_film(vd_context *context, vd_film *film)
{
    store_job job = {context, film};
    vd_work work = {NULL, 4, vd_film_tile_count(film), store_tile, &job};
    assert_int_equal(vd_parallel(context, &work), VD_OK);
}

static void assert_rect(vd_context *context, const vd_film *film, int x, int y, int width,
                        int height)
{
    size_t count = (size_t)width * (size_t)height;
    float *means = malloc((3 * count + 1) * sizeof *means);
    uint32_t *counts = malloc((count + 1) * sizeof *counts);
    assert_true(means && counts);
    means[3 * count] = 7.0f;
    counts[count] = 77;
    assert_int_equal(vd_film_means(context, film, 0, 3, x, y, width, height, means), VD_OK);
    assert_int_equal(vd_film_counts(context, film, x, y, width, height, counts), VD_OK);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            double sum[3];
            int i = row * width + column;
            sum_at(x + column, y + row, sum);
            uint32_t samples = count_at(x + column, y + row);
            float mean[3];
            for (int c = 0; c < 3; c++) mean[c] = (float)(sum[c] * (1.0 / samples));
            assert_memory_equal(&means[3 * i], mean, sizeof mean);
            assert_int_equal(counts[i], samples);
        }
    assert_true(means[3 * count] == 7.0f && counts[count] == 77);
    free(means);
    free(counts);
}

typedef struct film_case {
    int width, height, tile;
} film_case;

static const film_case cases[] = {
    {1, 1, 16}, {1, 1, 64}, {64, 64, 64}, {65, 63, 64}, {7, 200, 16}, {130, 33, 32}, {50, 20, 1024},
};

static void tiles_cover_the_picture_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const film_case *c = &cases[i];
        vd_film *film = make_film(NULL, c->width, c->height, c->tile, in_memory, false);
        unsigned char *seen = calloc((size_t)c->width * (size_t)c->height, 1);
        assert_non_null(seen);
        for (int64_t tile = 0; tile < vd_film_tile_count(film); tile++) {
            int x, y, width, height;
            vd_film_tile_rect(film, tile, &x, &y, &width, &height);
            assert_in_range(width, 1, c->tile);
            assert_in_range(height, 1, c->tile);
            for (int row = y; row < y + height; row++)
                for (int column = x; column < x + width; column++)
                    assert_int_equal(seen[row * c->width + column]++, 0);
        }
        for (int p = 0; p < c->width * c->height; p++) assert_int_equal(seen[p], 1);
        free(seen);
        vd_film_destroy(film);
    }
    vd_film_destroy(NULL);
}

/* In memory and in a spool file, as means and as sums: the same numbers. */
static void what_is_stored_is_loaded(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4 * sizeof cases / sizeof cases[0]; i++) {
        const film_case *c = &cases[i / 4];
        vd_film *film =
            make_film(NULL, c->width, c->height, c->tile, i & 1 ? in_spool : in_memory, i & 2);
        fill_film(NULL, film);
        assert_rect(NULL, film, 0, 0, c->width, c->height);
        assert_rect(NULL, film, c->width - 1, c->height - 1, 1, 1);
        assert_rect(NULL, film, 0, c->height / 2, c->width, 1);
        assert_rect(NULL, film, c->width / 2, 0, 1, c->height);
        assert_rect(NULL, film, c->width / 3, c->height / 3, c->width - c->width / 3,
                    c->height - c->height / 3);
        assert_rect(NULL, film, c->width / 3, c->height / 3, c->width / 2, c->height / 2);
        vd_film_destroy(film);
    }
}

static void sums_can_be_gone_on_with(void **state)
{
    (void)state;
    double sums[32 * 32][3], expected[32 * 32][3];
    vd_film_block blocks[4], expected_blocks[4];
    vd_film *film = make_film(NULL, 70, 50, 32, in_spool, true);
    fill_film(NULL, film);
    for (int64_t tile = 0; tile < vd_film_tile_count(film); tile++) {
        int x, y, width, height;
        vd_film_tile_rect(film, tile, &x, &y, &width, &height);
        fill_tile(film, tile, expected, expected_blocks);
        assert_int_equal(vd_film_load(NULL, film, tile, sums[0], blocks), VD_OK);
        assert_memory_equal(sums, expected, (size_t)(width * height) * sizeof *sums);
        assert_memory_equal(blocks, expected_blocks,
                            (size_t)(vd_film_blocks(width) * vd_film_blocks(height)) *
                                sizeof *blocks);
    }
    vd_film_destroy(film);

    film = make_film(NULL, 70, 50, 32, in_memory, false);
    assert_int_equal(vd_film_load(NULL, film, 0, sums[0], blocks), VD_ERR_INTERNAL);
    vd_film_destroy(film);
}

static void what_was_not_stored_is_zero(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        vd_film *film = make_film(NULL, 40, 30, 16, i & 1 ? in_spool : in_memory, i & 2);
        float means[120], zeros[120];
        uint32_t counts[40];
        memset(means, 0xff, sizeof means);
        memset(counts, 0xff, sizeof counts);
        memset(zeros, 0, sizeof zeros);
        assert_int_equal(vd_film_means(NULL, film, 0, 3, 0, 17, 40, 1, means), VD_OK);
        assert_int_equal(vd_film_counts(NULL, film, 0, 17, 40, 1, counts), VD_OK);
        assert_memory_equal(means, zeros, sizeof zeros);
        assert_memory_equal(counts, zeros, sizeof counts);
        vd_film_destroy(film);
    }
}

/* Two blocks of 256 pixels with 1 and 2 samples, two of 32 with 8 and 9. */
static void samples_are_counted(void **state)
{
    vd_film_samples samples;
    (void)state;
    vd_film *film = make_film(NULL, 32, 18, 16, in_spool, false);
    fill_film(NULL, film);
    assert_int_equal(vd_film_count_samples(NULL, film, &samples), VD_OK);
    assert_int_equal(samples.least, 1);
    assert_int_equal(samples.most, 9);
    assert_true(samples.mean == (256 * 1 + 256 * 2 + 32 * 8 + 32 * 9) / (32.0 * 18.0));
    vd_film_destroy(film);
}

/* Of a film that is a part of a picture, tiles and rectangles count in the picture's pixels, and
 * there is nothing beyond it. */
static void a_part_knows_its_place(void **state)
{
    (void)state;
    enum { X = 37, Y = 21 };
    for (int i = 0; i < 4; i++) {
        vd_film *film = make_film(NULL, 50, 40, 16, i & 1 ? in_spool : in_memory, i & 2);
        float own[5 * 4 * 3], placed[5 * 4 * 3], corner[4 * 3];
        uint32_t counts[4];
        int x, y, width, height;
        fill_film(NULL, film);
        assert_int_equal(vd_film_means(NULL, film, 0, 3, 30, 28, 5, 4, own), VD_OK);
        vd_film_place(film, X, Y);
        vd_film_tile_rect(film, 5, &x, &y, &width, &height);
        assert_int_equal(x, X + 16);
        assert_int_equal(y, Y + 16);
        assert_int_equal(vd_film_means(NULL, film, 0, 3, X + 30, Y + 28, 5, 4, placed), VD_OK);
        assert_memory_equal(own, placed, sizeof(own));
        for (int k = 0; k < 4; k++) { /* each corner with what lies around it */
            int left = k & 1 ? X + 49 : X - 1, top = k & 2 ? Y + 39 : Y - 1;
            int inside = (k & 1 ? 0 : 1) + (k & 2 ? 0 : 2);
            memset(corner, 0xff, sizeof(corner));
            assert_int_equal(vd_film_means(NULL, film, 0, 3, left, top, 2, 2, corner), VD_OK);
            assert_int_equal(vd_film_counts(NULL, film, left, top, 2, 2, counts), VD_OK);
            for (int p = 0; p < 4; p++) {
                assert_int_equal(corner[3 * p] > 0.0f, p == inside);
                assert_int_equal(counts[p] > 0, p == inside);
            }
        }
        assert_int_equal(vd_film_means(NULL, film, 0, 3, 0, 0, 2, 2, corner), VD_OK);
        for (int p = 0; p < 12; p++) assert_true(corner[p] == 0.0f);
        vd_film_destroy(film);
    }
}

static void a_big_film_is_small(void **state)
{
    (void)state;
    vd_film_options options = film_options(50000, 50000, 64, in_memory, false);
    assert_true(vd_film_bytes(&options) < 31e9);
    options.keeps_sums = true;
    assert_true(vd_film_bytes(&options) < 61e9);
}

static void bad_calls_are_refused(void **state)
{
    (void)state;
    float mean[3];
    double sums[256][3] = {{0}};
    vd_film_block block = {0};
    vd_film *film = make_film(NULL, 40, 30, 16, in_memory, true);
    assert_int_equal(vd_film_means(NULL, film, 0, 3, 0, 0, 1, -1, mean), VD_ERR_INTERNAL);
    assert_int_equal(vd_film_means(NULL, film, 0, 3, 0, 0, -1, 1, mean), VD_ERR_INTERNAL);
    assert_int_equal(vd_film_means(NULL, film, 0, 4, 0, 0, 1, 1, mean), VD_ERR_INTERNAL);
    const int64_t none[] = {6, -1};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(vd_film_store(NULL, film, none[i], sums[0], &block), VD_ERR_INTERNAL);
        assert_int_equal(vd_film_load(NULL, film, none[i], sums[0], &block), VD_ERR_INTERNAL);
    }
    vd_film_destroy(film);

    const vd_film_options bad[] = {film_options(0, 5, 16, in_memory, false),
                                   film_options(5, 5, 17, in_memory, false)};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(vd_film_create(NULL, &bad[i], &film), VD_ERR_INTERNAL);
        assert_null(film);
    }
}

static void a_full_disk_is_an_error_before_the_work(void **state)
{
    (void)state;
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_film_options options = film_options(1000, 1000, 64, in_spool, false);
    vd_film *film = NULL;
    /* A limit on file sizes stands in for the full disk; without the handler it would be a signal.
     */
    struct rlimit old, small;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 1 << 20;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    vd_result result = vd_film_create(context, &options, &film);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    signal(SIGXFSZ, handler);
    assert_int_equal(result, VD_ERR_IO);
    assert_null(film);
    assert_non_null(strstr(vd_context_error(context), "12.06 MB"));

    vd_context_clear(context);
    options.spool_dir = "no/such/folder";
    assert_int_equal(vd_film_create(context, &options, &film), VD_ERR_IO);
    assert_non_null(strstr(vd_context_error(context), "no/such/folder"));
    vd_context_destroy(context);
}

/* A film of 101 MB passes through a process that must not grow by a tenth of it. */
static void a_spooled_film_takes_no_memory(void **state)
{
    (void)state;
    if (!strstr(vd_build_info(), "sanitizers: none")) skip(); /* they keep what is freed */
    vd_film *film = make_film(NULL, 2048, 2048, 64, in_spool, true);
    double before = vd_memory_peak();
    fill_film(NULL, film);
    for (int y = 0; y < 2048; y += 101) assert_rect(NULL, film, 0, y, 2048, 1);
    assert_true(vd_memory_peak() - before < 10.1e6);
    vd_film_destroy(film);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_cover_the_picture_once),
        cmocka_unit_test(what_is_stored_is_loaded),
        cmocka_unit_test(sums_can_be_gone_on_with),
        cmocka_unit_test(what_was_not_stored_is_zero),
        cmocka_unit_test(samples_are_counted),
        cmocka_unit_test(a_part_knows_its_place),
        cmocka_unit_test(a_big_film_is_small),
        cmocka_unit_test(bad_calls_are_refused),
        cmocka_unit_test(a_full_disk_is_an_error_before_the_work),
        cmocka_unit_test(a_spooled_film_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
