/* The film in a checkpoint file: it comes back as it was stored, and damage anywhere loses a tile
 * or refuses the file, but never passes for pixels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "film/film.h"

#define PATH "film.ck"
#define TILE 16
#define WIDTH 33
#define HEIGHT 18
#define TILES 6
#define IDENTITY "sun.azimuth: 315\n"

static const vd_film_options options = {.width = WIDTH,
                                        .height = HEIGHT,
                                        .tile = TILE,
                                        .channels = 3,
                                        .checkpoint = PATH,
                                        .identity = IDENTITY,
                                        .overwrite = true};

/* A tile of pixels and a block that no other has. */
typedef struct tile_content {
    double sums[TILE * TILE][3];
    vd_film_block block;
} tile_content;

static tile_content content_of(int64_t tile)
{
    tile_content content;
    for (int i = 0; i < TILE * TILE; i++)
        for (int c = 0; c < 3; c++) content.sums[i][c] = (double)tile + i * 0.001 + c * 0.1;
    content.block = (vd_film_block){(uint32_t)tile + 3, (uint32_t)tile + 9, 0.5 * (double)tile};
    return content;
}

static void store(vd_film *film, int64_t tile)
{
    tile_content content = content_of(tile);
    assert_int_equal(vd_film_store(NULL, film, tile, content.sums[0], &content.block), VD_OK);
}

/* Stores tiles first .. last into a new checkpoint, which stays. */
static void make_checkpoint(int64_t first, int64_t last)
{
    vd_film *film = NULL;
    assert_int_equal(vd_film_create(NULL, &options, &film), VD_OK);
    assert_true(vd_film_is_spooled(film));
    for (int64_t tile = first; tile <= last; tile++) store(film, tile);
    vd_film_destroy(film);
}

typedef enum condition { EMPTY, WHOLE, WRONG } condition;

static condition look_at(vd_film *film, int64_t tile)
{
    tile_content found, expected = content_of(tile), zero;
    int x, y, width, height;
    memset(&zero, 0, sizeof zero);
    memset(&found, 0xff, sizeof found);
    vd_film_tile_rect(film, tile, &x, &y, &width, &height);
    size_t size = (size_t)(width * height) * sizeof found.sums[0];
    assert_int_equal(vd_film_load(NULL, film, tile, found.sums[0], &found.block), VD_OK);
    if (memcmp(found.sums, expected.sums, size) == 0 &&
        memcmp(&found.block, &expected.block, sizeof found.block) == 0)
        return WHOLE;
    if (memcmp(found.sums, zero.sums, size) == 0 &&
        memcmp(&found.block, &zero.block, sizeof found.block) == 0)
        return EMPTY;
    return WRONG;
}

static void it_comes_back(void **state)
{
    vd_film *film = NULL;
    char *identity = NULL;
    (void)state;
    make_checkpoint(1, 3);
    assert_int_equal(vd_film_resume(NULL, PATH, &film, &identity), VD_OK);
    assert_string_equal(identity, IDENTITY);
    assert_int_equal(vd_film_width(film), WIDTH);
    assert_int_equal(vd_film_height(film), HEIGHT);
    assert_int_equal(vd_film_tile_px(film), TILE);
    for (int64_t tile = 0; tile < TILES; tile++)
        assert_int_equal(look_at(film, tile), tile >= 1 && tile <= 3 ? WHOLE : EMPTY);
    store(film, 5);
    free(identity);
    vd_film_destroy(film);

    assert_int_equal(vd_film_resume(NULL, PATH, &film, &identity), VD_OK);
    assert_int_equal(look_at(film, 5), WHOLE);
    float means[WIDTH * 3];
    assert_int_equal(vd_film_means(NULL, film, 0, 3, 0, 0, WIDTH, 1, means), VD_OK);
    assert_true(means[0] == 0.0f && means[3 * TILE] == (float)(1.0 * (1.0 / 4.0)));
    free(identity);
    vd_film_remove_checkpoint(film);
    assert_int_not_equal(access(PATH, F_OK), 0);
    assert_int_equal(look_at(film, 5), WHOLE);
    vd_film_destroy(film);
}

static long file_size(void)
{
    FILE *file = fopen(PATH, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    fclose(file);
    return size;
}

static void flip(long at, int bits)
{
    FILE *file = fopen(PATH, "r+b");
    assert_non_null(file);
    fseek(file, at, SEEK_SET);
    int byte = fgetc(file);
    fseek(file, at, SEEK_SET);
    fputc(byte ^ bits, file);
    fclose(file);
}

/* Resumes and looks. Returns the tiles lost, or -1 if the file is refused; fails at a wrong pixel.
 */
static int lost_tiles(void)
{
    vd_film *film = NULL;
    char *identity = NULL;
    vd_result result = vd_film_resume(NULL, PATH, &film, &identity);
    if (result != VD_OK) {
        assert_int_equal(result, VD_ERR_FORMAT);
        assert_null(film);
        assert_null(identity);
        return -1;
    }
    int lost = 0;
    assert_string_equal(identity, IDENTITY);
    for (int64_t tile = 0; tile < TILES; tile++) {
        condition is = look_at(film, tile);
        assert_int_not_equal(is, WRONG);
        lost += is == EMPTY;
    }
    free(identity);
    vd_film_destroy(film);
    return lost;
}

/* Every byte once, one bit or all of it. */
static void no_damage_passes_for_pixels(void **state)
{
    int refused = 0, lost = 0;
    (void)state;
    make_checkpoint(0, TILES - 1);
    long size = file_size();
    for (long at = 0; at < size; at++) {
        int bits = at % 3 ? 1 << at % 8 : 0xff;
        flip(at, bits);
        int n = lost_tiles();
        assert_in_range(n + 1, 0, 2); /* refused, none (between the parts) or one */
        refused += n < 0;
        lost += n > 0;
        flip(at, bits);
    }
    /* 64 bytes of head and the identity; entries and slots of all tiles. */
    assert_int_equal(refused, 64 + (int)strlen(IDENTITY));
    assert_int_equal(lost, TILES * 8 + WIDTH * HEIGHT * 24 + TILES * (int)sizeof(vd_film_block));
}

static void what_is_cut_off_is_lost(void **state)
{
    (void)state;
    make_checkpoint(0, TILES - 1);
    long size = file_size();
    for (long length = size - 100; length > 0; length -= 1009) {
        assert_int_equal(truncate(PATH, length), 0);
        assert_int_not_equal(lost_tiles(), 0);
    }
    assert_int_equal(truncate(PATH, 0), 0);
    assert_int_equal(lost_tiles(), -1);
}

static void what_is_none_is_refused(void **state)
{
    vd_film *film = NULL;
    char *identity = NULL;
    (void)state;
    unlink(PATH);
    assert_int_equal(vd_film_resume(NULL, PATH, &film, &identity), VD_ERR_INPUT);
    FILE *file = fopen(PATH, "w");
    assert_non_null(file);
    for (int i = 0; i < 500; i++) fputs("nothing of the kind ", file);
    fclose(file);
    assert_int_equal(lost_tiles(), -1);

    vd_film_options careful = options;
    careful.overwrite = false;
    assert_int_equal(vd_film_create(NULL, &careful, &film), VD_ERR_EXISTS);
    careful.checkpoint = "no/such/folder.ck";
    assert_int_equal(vd_film_create(NULL, &careful, &film), VD_ERR_IO);
}

/* Neither gone on with nor replaced while another has it. */
static void one_run_at_a_time(void **state)
{
    vd_film *film = NULL, *other = NULL;
    char *identity = NULL;
    (void)state;
    assert_int_equal(vd_film_create(NULL, &options, &film), VD_OK);
    assert_int_equal(vd_film_resume(NULL, PATH, &other, &identity), VD_ERR_INPUT);
    assert_int_equal(vd_film_create(NULL, &options, &other), VD_ERR_INPUT);
    assert_null(other);
    vd_film_destroy(film);
    assert_int_equal(vd_film_create(NULL, &options, &other), VD_OK);
    vd_film_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_comes_back),           cmocka_unit_test(no_damage_passes_for_pixels),
        cmocka_unit_test(what_is_cut_off_is_lost), cmocka_unit_test(what_is_none_is_refused),
        cmocka_unit_test(one_run_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
