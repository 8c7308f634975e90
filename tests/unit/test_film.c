/* The tile store: the same numbers in memory and spooled, whatever the sizes. */
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

static vd_film *make_film(vd_context *context, int width, int height, int tile, double budget)
{
    vd_film_options options = {width, height, tile, budget, ".", NULL};
    vd_film *film = NULL;
    assert_int_equal(vd_film_create(context, &options, &film), VD_OK);
    assert_int_equal(vd_film_is_spooled(film), budget < vd_film_bytes(&options));
    assert_int_equal(vd_film_width(film), width);
    assert_int_equal(vd_film_height(film), height);
    return film;
}

/* A pixel that no other place has. */
static vd_film_pixel pixel_at(int x, int y)
{
    return (vd_film_pixel){
        {x + 0.25, y + 0.5, x * 1e-9 - y}, (float)(x ^ y), (uint32_t)(x + 7 * y)};
}

typedef struct store_job {
    vd_context *context;
    vd_film *film;
} store_job;

static vd_result store_tile(void *state, int thread, int64_t tile)
{
    store_job *job = state;
    (void)thread;
    int x, y, width, height;
    vd_film_tile_rect(job->film, tile, &x, &y, &width, &height);
    vd_film_pixel *pixels = calloc((size_t)width * (size_t)height, sizeof *pixels);
    if (!pixels) return VD_ERR_MEMORY;
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++)
            pixels[row * width + column] = pixel_at(x + column, y + row);
    vd_result result = vd_film_store(job->context, job->film, tile, pixels);
    free(pixels);
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
    vd_film_pixel *pixels = malloc(count * sizeof *pixels + 1);
    assert_non_null(pixels);
    memset(pixels, 0xff, count * sizeof *pixels + 1);
    assert_int_equal(vd_film_load(context, film, x, y, width, height, pixels), VD_OK);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            vd_film_pixel expected = pixel_at(x + column, y + row);
            assert_memory_equal(&pixels[row * width + column], &expected, sizeof expected);
        }
    assert_int_equal(((unsigned char *)pixels)[count * sizeof *pixels], 0xff);
    free(pixels);
}

typedef struct film_case {
    int width, height, tile;
} film_case;

static const film_case cases[] = {
    {1, 1, 1}, {1, 1, 64}, {64, 64, 64}, {65, 63, 64}, {7, 200, 16}, {130, 33, 32}, {50, 20, 1000},
};

static void tiles_cover_the_picture_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const film_case *c = &cases[i];
        vd_film *film = make_film(NULL, c->width, c->height, c->tile, in_memory);
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

static void what_is_stored_is_loaded(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        const film_case *c = &cases[i / 2];
        vd_film *film = make_film(NULL, c->width, c->height, c->tile, i % 2 ? in_spool : in_memory);
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

static void what_was_not_stored_is_zero(void **state)
{
    (void)state;
    for (int spooled = 0; spooled < 2; spooled++) {
        vd_film *film = make_film(NULL, 40, 30, 16, spooled ? in_spool : in_memory);
        vd_film_pixel pixels[40], zeros[40];
        memset(pixels, 0xff, sizeof pixels);
        memset(zeros, 0, sizeof zeros);
        assert_int_equal(vd_film_load(NULL, film, 0, 17, 40, 1, pixels), VD_OK);
        assert_memory_equal(pixels, zeros, sizeof zeros);
        vd_film_destroy(film);
    }
}

static void bad_calls_are_refused(void **state)
{
    (void)state;
    vd_film_pixel pixel = {{0}, 0, 0};
    vd_film *film = make_film(NULL, 40, 30, 16, in_memory);
    const int outside[][4] = {{-1, 0, 1, 1}, {0, -1, 1, 1}, {40, 0, 1, 1},
                              {0, 30, 1, 1}, {1, 0, 40, 1}, {0, 0, 1, -1}};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++) {
        const int *r = outside[i];
        assert_int_equal(vd_film_load(NULL, film, r[0], r[1], r[2], r[3], &pixel), VD_ERR_INTERNAL);
    }
    assert_int_equal(vd_film_store(NULL, film, 6, &pixel), VD_ERR_INTERNAL);
    assert_int_equal(vd_film_store(NULL, film, -1, &pixel), VD_ERR_INTERNAL);
    vd_film_destroy(film);

    vd_film_options empty = {0, 5, 16, in_memory, NULL, NULL};
    assert_int_equal(vd_film_create(NULL, &empty, &film), VD_ERR_INTERNAL);
    assert_null(film);
}

static void a_full_disk_is_an_error_before_the_work(void **state)
{
    (void)state;
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    vd_film_options options = {1000, 1000, 64, in_spool, ".", NULL};
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
    assert_non_null(strstr(vd_context_error(context), "32.00 MB"));

    vd_context_clear(context);
    options.spool_dir = "no/such/folder";
    assert_int_equal(vd_film_create(context, &options, &film), VD_ERR_IO);
    assert_non_null(strstr(vd_context_error(context), "no/such/folder"));
    vd_context_destroy(context);
}

/* A film of 128 MB passes through a process that must not grow by a tenth of it. */
static void a_spooled_film_takes_no_memory(void **state)
{
    (void)state;
    if (!strstr(vd_build_info(), "sanitizers: none")) skip(); /* they keep what is freed */
    vd_film *film = make_film(NULL, 2048, 2048, 64, in_spool);
    double before = vd_memory_peak();
    fill_film(NULL, film);
    for (int y = 0; y < 2048; y += 101) assert_rect(NULL, film, 0, y, 2048, 1);
    assert_true(vd_memory_peak() - before < 12.8e6);
    vd_film_destroy(film);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiles_cover_the_picture_once),
        cmocka_unit_test(what_is_stored_is_loaded),
        cmocka_unit_test(what_was_not_stored_is_zero),
        cmocka_unit_test(bad_calls_are_refused),
        cmocka_unit_test(a_full_disk_is_an_error_before_the_work),
        cmocka_unit_test(a_spooled_film_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
