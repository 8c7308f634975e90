/* A terrain out of the cache is the one that went in, bit for bit. */
#include <unistd.h>

#include "dem_fixture.h"
#include "terrain/height_cache.h"

enum { NX = 301, NY = 150 };
static double values[NX * NY];
static const double no_data = -9999.0;

static void write_dem(const char *path, bool has_holes)
{
    for (int i = 0; i < NX * NY; i++)
        values[i] = has_holes && i % 61 < 5 ? no_data : 500.0 + 40.0 * sin(0.01 * i) + i % 7;
    raster_spec spec = {.path = path,
                        .nx = NX,
                        .ny = NY,
                        .geotransform = {7.0, 0.001, 0.0, 46.0, 0.0, -0.001},
                        .crs = "EPSG:4326",
                        .values = values,
                        .nodata = &no_data};
    write_raster(&spec);
}

static vd_terrain *make_terrain(vd_dem *dem)
{
    vd_terrain *terrain = NULL;
    vd_terrain_options options = {.z_factor = 1.0, .threads = 2};
    assert_int_equal(vd_terrain_create(NULL, &dem, &options, &terrain), VD_OK);
    return terrain;
}

static void assert_same_terrain(const vd_terrain *a, const vd_terrain *b)
{
    const vd_dem *p = a->dem, *q = b->dem;
    assert_memory_equal(p->posts, q->posts, vd_dem_post_count(NX, NY) * sizeof(float));
    assert_true((p->valid == NULL) == (q->valid == NULL));
    if (p->valid) assert_memory_equal(p->valid, q->valid, (size_t)p->valid_stride * NY);
    assert_memory_equal(a->field.pyramid, b->field.pyramid, (size_t)a->pyramid.bytes);
    assert_memory_equal(a->row_metric, b->row_metric, sizeof(float[2]) * (NY + 1));
    assert_string_equal(p->info.wkt, q->info.wkt);
    assert_int_equal(p->invalid_count, q->invalid_count);
    assert_true(p->base_m == q->base_m);
    assert_memory_equal(&p->valid_min, &q->valid_min, sizeof(float));
    assert_memory_equal(&p->valid_max, &q->valid_max, sizeof(float));
    /* The fields but for where they point. */
    vdk_height_field f = a->field, g = b->field;
    f.posts = g.posts;
    f.skyline = g.skyline; /* made anew, of the pyramid */
    f.pyramid = g.pyramid;
    f.row_metric = g.row_metric;
    assert_memory_equal(&f, &g, sizeof f);
    vd_dem_info i = p->info, j = q->info;
    i.wkt = j.wkt = i.sources = j.sources = NULL;
    assert_memory_equal(&i, &j, sizeof i);
}

static void what_goes_in_comes_out(void **state)
{
    const vd_cache_options options = {.folder = "kept", .most_bytes = 1e9, .verify = true};
    (void)state;
    for (int holes = 0; holes < 2; holes++) {
        vd_cache *cache = NULL;
        vd_dem *dem = NULL, *again = NULL;
        write_dem("cached.tif", holes);
        vd_dem_options how = plain_options("cached.tif");
        how.list_sources = true;
        dem = load_with(&how);
        assert_non_null(dem->info.sources);
        assert_int_equal(vd_cache_begin(NULL, &options, &how, dem->info.sources, &cache), VD_OK);
        assert_non_null(cache);
        vd_terrain *made = make_terrain(dem);
        assert_int_equal(vd_cache_write(NULL, cache, made), VD_OK);
        assert_int_equal(vd_cache_read(NULL, cache, &again), VD_OK);
        assert_non_null(again);
        vd_terrain *kept = make_terrain(again);
        assert_same_terrain(made, kept);
        vd_terrain_destroy(made);
        vd_terrain_destroy(kept);
        vd_cache_end(cache);
    }
}

/* Every setting that decides heights, and every file, has a name of its own in the cache. */
static void nothing_else_comes_out(void **state)
{
    const vd_cache_options options = {.folder = "kept", .most_bytes = 1e9};
    static const char sources[] = "raster cached.tif\n9 bytes, 1.000000001: /cached.tif\n";
    vd_dem_options plain = plain_options("cached.tif"), how[7];
    (void)state;
    for (int i = 0; i < 7; i++) how[i] = plain;
    how[0].band = 2;
    how[1].assign_crs = "EPSG:4258";
    how[2].cell_size_m = 3.0;
    how[3].scale = 0.5;
    how[4].smooth_m = 1e-9;
    how[5].level = 1;
    how[6].fill_nodata = VD_FILL_ALL;
    vd_cache *cache = NULL;
    vd_dem *dem = NULL;
    plain.list_sources = true;
    write_dem("cached.tif", false);
    vd_terrain *terrain = make_terrain(load_with(&plain));
    assert_int_equal(vd_cache_begin(NULL, &options, &plain, terrain->dem->info.sources, &cache),
                     VD_OK);
    assert_int_equal(vd_cache_write(NULL, cache, terrain), VD_OK);
    vd_cache_end(cache);
    for (int i = 0; i < 8; i++) {
        const char *from = i < 7 ? terrain->dem->info.sources : sources;
        assert_int_equal(vd_cache_begin(NULL, &options, i < 7 ? &how[i] : &plain, from, &cache),
                         VD_OK);
        assert_int_equal(vd_cache_read(NULL, cache, &dem), VD_OK);
        if (dem) fail_msg("case %d is taken for another", i);
        vd_cache_end(cache);
    }
    vd_terrain_destroy(terrain);
}

/* What has no date is not kept, and said. */
static void memory_has_no_date(void **state)
{
    const vd_cache_options options = {.folder = "kept", .most_bytes = 1e9};
    vd_cache *cache = NULL;
    listener l;
    (void)state;
    write_dem("/vsimem/cached.tif", false);
    vd_dem_options how = plain_options("/vsimem/cached.tif");
    how.list_sources = true;
    vd_dem *dem = load_with(&how);
    listener_open(&l);
    assert_int_equal(vd_cache_begin(l.context, &options, &how, dem->info.sources, &cache), VD_OK);
    assert_null(cache);
    assert_non_null(strstr(l.last, "/vsimem/cached.tif: has no date"));
    listener_close(&l);
    vd_dem_destroy(dem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(nothing_else_comes_out),
        cmocka_unit_test(memory_has_no_date),
    };
    return cmocka_run_group_tests_name("height_cache", tests, NULL, NULL);
}
