/* Grids of densities: files that NanoVDB's own writer made of a known puff, and files that are not
 * what they should be. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "media/voxels.h"

#define DATA VD_SOURCE_DIR "/tests/data/"

/* Voxels of 0.25, the first at 1, 2, 3, of a tilted ball's density. */
static double puff(int i, int j, int k)
{
    double x = i - 3.0, y = (j + 2.0) / 1.5, z = k - 9.0, d = sqrt(x * x + y * y + z * z);
    bool inside = i >= -16 && i <= 20 && j >= -24 && j <= 20 && k >= -8 && k <= 24;
    return d < 12.0 && inside ? 0.8 * (1.0 - d / 12.0) : 0.0;
}

static double voxel(const vd_voxels *v, int x, int y, int z)
{
    const int at[3] = {x, y, z};
    for (int k = 0; k < 3; k++)
        if (at[k] < 0 || at[k] >= VD_BRICK * v->bricks[k]) return 0.0;
    int64_t cell = ((int64_t)(y / 8) * v->bricks[0] + x / 8) * v->bricks[2] + z / 8;
    int32_t brick = v->places[cell];
    if (brick < 0) return 0.0;
    return (double)(v->most * v->values[brick * 512 + (y & 7) * 64 + (x & 7) * 8 + (z & 7)]);
}

static vd_context *context;

static int open_context(void **state)
{
    (void)state;
    return vd_context_create(NULL, &context) == VD_OK ? 0 : -1;
}

static int close_context(void **state)
{
    (void)state;
    vd_context_destroy(context);
    return 0;
}

/** No voxel, nor one of the next cells' that counts, is above its cell's bound. */
static void check_bound(const vd_voxels *v, int x, int y, int z)
{
    for (int n = 0; n < 8; n++) {
        int a = x - (n & 1), b = y - (n >> 1 & 1), c = z - (n >> 2);
        if (a < 0 || b < 0 || c < 0) continue;
        a /= 8, b /= 8, c /= 8;
        if (a >= v->bricks[0] || b >= v->bricks[1] || c >= v->bricks[2]) continue;
        double bound = v->bounds[((int64_t)b * v->bricks[0] + a) * v->bricks[2] + c] / 255.0;
        if (voxel(v, x, y, z) > (double)v->most * bound + 1e-6)
            fail_msg("voxel %d %d %d is above the bound of cell %d %d %d", x, y, z, a, b, c);
    }
}

/** Reads a file and compares each voxel of its box; off: how far one may be. */
static void compare(const char *path, bool y_up, double off)
{
    vd_voxels v;
    vd_result result = vd_voxels_read(context, path, y_up, &v);
    if (result != VD_OK) fail_msg("%s: %s", path, vd_context_error(context));
    assert_true(fabs(v.side - 0.25) < 1e-9);
    int there = 0;
    double worst = 0.0;
    for (int y = -8; y < 8 * v.bricks[1] + 8; y++)
        for (int x = -8; x < 8 * v.bricks[0] + 8; x++)
            for (int z = -8; z < 8 * v.bricks[2] + 8; z++) {
                /* Where it is in the file's unit, and so which voxel of the file's. */
                double e = v.corner[0] + 0.25 * x, n = v.corner[1] + 0.25 * y;
                double u = v.corner[2] + 0.25 * z;
                int i = (int)floor((e - 1.0) / 0.25 + 0.5);
                int j = (int)floor(((y_up ? u : n) - 2.0) / 0.25 + 0.5);
                int k = (int)floor(((y_up ? -n : u) - 3.0) / 0.25 + 0.5);
                double truth = puff(i, j, k), got = voxel(&v, x, y, z);
                worst = fmax(worst, fabs(truth - got));
                check_bound(&v, x, y, z);
                there += truth > 0.0;
            }
    printf("%s: %d voxels, at most %.5f off; densest %.4f\n", strrchr(path, '/') + 1, there, worst,
           (double)v.most);
    assert_true(there > 10000);
    assert_true(worst <= off);
    assert_true(fabs((double)v.most - 0.8) < off + 0.03);
    vd_voxels_free(&v);
}

/* By the steps of each: 1/15, 1/255 and 1/65535 of what a leaf spans, half of it with dither added;
 * FpN is asked for half a hundredth (NanoVDB's default tolerance) or less. */
static void test_types(void **state)
{
    (void)state;
    compare(DATA "puff.nvdb", false, 1e-6);
    compare(DATA "puff.nvdb", true, 1e-6);
    compare(DATA "puff_two.nvdb", false, 1e-6);
    compare(DATA "puff_fp16.nvdb", false, 1.0 / 65535.0);
    compare(DATA "puff_fp8.nvdb", false, 1.0 / 255.0);
    compare(DATA "puff_fp4.nvdb", false, 1.0 / 15.0);
    compare(DATA "puff_fpn.nvdb", false, 0.015);
}

/* ---- bad files ------------------------------------------------------------------------------- */

static unsigned char *read_all(const char *path, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    unsigned char *out = malloc(1 << 22);
    assert_non_null(f);
    assert_non_null(out);
    *bytes = fread(out, 1, 1 << 22, f);
    fclose(f);
    return out;
}

static void write_all(const char *path, const void *bytes, size_t count)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, count, f), count);
    fclose(f);
}

/** Expects a refusal whose text has these words. */
static void refuse(const char *path, const char *words)
{
    vd_voxels v;
    vd_context_clear(context);
    vd_result result = vd_voxels_read(context, path, false, &v);
    if (result == VD_OK) fail_msg("%s was read; it should have: %s", path, words);
    if (!strstr(vd_context_error(context), words))
        fail_msg("'%s' lacks '%s'", vd_context_error(context), words);
    assert_null(v.memory);
}

static void test_bad_files(void **state)
{
    (void)state;
    size_t bytes;
    unsigned char *puff_file = read_all(DATA "puff.nvdb", &bytes), *copy = malloc(bytes);
    assert_non_null(copy);
    refuse("nowhere.nvdb", "cannot be read: No such file");
    refuse(DATA "puff_level_set.nvdb", "level set");
    refuse(DATA "puff_double.nvdb", "of double");
    refuse(DATA "window.tif", "is no .nvdb file");
    write_all("bad.nvdb", "", 0);
    refuse("bad.nvdb", "is empty");
    write_all("bad.nvdb", " BDV\0\0\0\0and so on......", 24);
    refuse("bad.nvdb", "nanovdb_convert");
    write_all("bad.nvdb", "0BDVonaN\0\0\0\0\0\0\0\0", 16);
    refuse("bad.nvdb", "other order");
    const struct {
        size_t at;
        int bytes;
        uint64_t value;
        const char *words;
    } changes[] = {{8, 4, 31u << 21, "version 31.0"},
                   {14, 2, 2, "BLOSC"},
                   {14, 2, 9, "unknown way"},
                   {12, 2, 0, "no .nvdb file"},
                   {12, 2, 60000, "name"},
                   {16, 8, 1000, "does not unpack"},
                   {16, 8, 1ull << 40, "cut off"},
                   {48, 4, 17, "of vec4f"},
                   {48, 4, 6, "of vec3f"},
                   {152, 4, 1u << 30, "name"},
                   {200, 8, 1ull << 50, "cut off"}};
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        memcpy(copy, puff_file, bytes);
        for (int k = 0; k < changes[i].bytes; k++)
            copy[changes[i].at + (size_t)k] = (unsigned char)(changes[i].value >> (8 * k));
        write_all("bad.nvdb", copy, bytes);
        refuse("bad.nvdb", changes[i].words);
    }
    write_all("bad.nvdb", puff_file, 16); /* a header, and no grid */
    refuse("bad.nvdb", "cut off");
    memcpy(copy, puff_file, 16);
    copy[12] = 0;
    write_all("bad.nvdb", copy, 16);
    refuse("bad.nvdb", "no grid in it");
    for (size_t cut = 1; cut < bytes; cut += cut < 300 ? 7 : 997) {
        vd_voxels v;
        write_all("bad.nvdb", puff_file, cut);
        vd_context_clear(context);
        assert_int_not_equal(vd_voxels_read(context, "bad.nvdb", false, &v), VD_OK);
    }
    free(copy);
    free(puff_file);
}

/* Files as they lie in memory, each word of whose tree is changed in turn: whatever comes of it, it
 * is an error or a grid, in bounded time. The tree is made here: a root with a tile, two nodes and
 * a leaf. */
enum { GRID = 672, TREE = 64, ROOT = 64, TILE = 32, UPPER = 270400, LOWER = 33856, LEAF = 2144 };
enum { TREE_AT = 16 + 176 + 8, ROOT_AT = TREE_AT + GRID + TREE };
enum { UPPER_AT = ROOT_AT + ROOT + TILE, LOWER_AT = UPPER_AT + UPPER, LEAF_AT = LOWER_AT + LOWER };
enum { ALL = LEAF_AT + LEAF, LENGTH = ALL - TREE_AT };

static void put(unsigned char *file, size_t at, uint64_t value, int bytes)
{
    for (int k = 0; k < bytes; k++) file[at + (size_t)k] = (unsigned char)(value >> (8 * k));
}

static void put_double(unsigned char *file, size_t at, double value)
{
    memcpy(file + at, &value, 8);
}

static void make_plain(unsigned char *file)
{
    const float one = 1.0f;
    memset(file, 0, ALL);
    memcpy(file, "NanoVDB0", 8);
    put(file, 8, 32u << 21 | 4u << 10, 4);
    put(file, 12, 1, 2);
    put(file, 16, LENGTH, 8);
    put(file, 24, LENGTH, 8);
    put(file, 48, 1, 4);
    put(file, 52, 2, 4);
    put(file, 152, 8, 4);
    memcpy(file + 192, "density", 8);
    memcpy(file + TREE_AT, "NanoVDB0", 8);
    put(file, TREE_AT + 16, 32u << 21 | 4u << 10, 4);
    put(file, TREE_AT + 32, LENGTH, 8);
    for (int i = 0; i < 3; i++) put_double(file, (size_t)(TREE_AT + 296 + 88 + 32 * i), 2.0);
    put(file, TREE_AT + 632, 2, 4);
    put(file, TREE_AT + 636, 1, 4);
    put(file, TREE_AT + GRID + 24, TREE, 8); /* of the root, from the tree */
    put(file, ROOT_AT + 24, 1, 4);
    put(file, ROOT_AT + ROOT + 8, ROOT + TILE, 8);
    put(file, UPPER_AT + 4128, 1, 4);
    put(file, UPPER_AT + 8256, UPPER, 8);
    put(file, LOWER_AT + 544, 1, 4);
    put(file, LOWER_AT + 1088, LOWER, 8);
    memcpy(file + LEAF_AT + 96 + 4 * (1 * 64 + 2 * 8 + 3), &one, 4);
}

static void test_trees(void **state)
{
    (void)state;
    unsigned char *file = malloc(ALL), *copy = malloc(ALL);
    vd_voxels v;
    assert_non_null(file);
    assert_non_null(copy);
    make_plain(file);
    write_all("plain.nvdb", file, ALL);
    if (vd_voxels_read(context, "plain.nvdb", false, &v) != VD_OK)
        fail_msg("%s", vd_context_error(context));
    assert_int_equal(v.count, 1);
    assert_true(fabs(voxel(&v, 8 + 1, 8 + 2, 8 + 3) - 1.0) < 1e-9);
    assert_true(fabs(v.side - 2.0) < 1e-9 && fabs(v.corner[0] + 16.0) < 1e-9);
    vd_voxels_free(&v);

    const struct {
        size_t at;
        uint64_t value;
        const char *words;
    } wrong[] = {
        {TREE_AT, 0, "leads nowhere"},
        {TREE_AT + 32, 1ull << 40, "leads nowhere"},
        {TREE_AT + GRID + 24, 1ull << 62, "leads nowhere"},
        {ROOT_AT + 24, 1u << 30, "leads nowhere"},
        {ROOT_AT + ROOT + 8, 1ull << 40, "leads nowhere"},
        {ROOT_AT + ROOT + 8, 0, "is empty"},
        {UPPER_AT + 8256, 1ull << 63, "leads nowhere"},
        {LOWER_AT + 1088, LENGTH, "leads nowhere"},
        {LEAF_AT + 96 + 4 * (1 * 64 + 2 * 8 + 2), 0, "is empty"}, /* two voxels, with the one */
        {TREE_AT + 296 + 88, 0x4010000000000000ull, "no cubes"},
        {TREE_AT + 296 + 96, 0x3ff0000000000000ull, "no cubes"},
        {UPPER_AT + 8256 + 8, 0x3f800000ull, NULL}, /* a tile of 128^3 */
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        memcpy(copy, file, ALL);
        put(copy, wrong[i].at, wrong[i].value, 8);
        write_all("bad.nvdb", copy, ALL);
        if (wrong[i].words) refuse("bad.nvdb", wrong[i].words);
        if (wrong[i].words) continue;
        assert_int_equal(vd_voxels_read(context, "bad.nvdb", false, &v), VD_OK);
        assert_int_equal(v.count, 1 + 4096);
        vd_voxels_free(&v);
    }
    /* 10^9 voxels: 477 such tiles; and a whole tile of the root. */
    memcpy(copy, file, ALL);
    for (size_t i = 1; i < 478; i++) put(copy, UPPER_AT + 8256 + 8 * i, 0x3f800000u, 4);
    write_all("bad.nvdb", copy, ALL);
    refuse("bad.nvdb", "more than 268 million voxels");
    memcpy(copy, file, ALL);
    put(copy, ROOT_AT + ROOT + 8, 0, 8);
    put(copy, ROOT_AT + ROOT + 20, 0x3f800000u, 4);
    write_all("bad.nvdb", copy, ALL);
    refuse("bad.nvdb", "more than 268 million voxels");
    free(file);
    free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_trees),
    };
    if (!vd_voxels_have_reader()) return 0; /* nothing to test in a build without NanoVDB */
    return cmocka_run_group_tests(tests, open_context, close_context);
}
