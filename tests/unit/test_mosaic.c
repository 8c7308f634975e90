/* Several rasters as one DEM: the same posts as the one file they were cut from, bit for bit, and
 * refusals that name both sides. */
#include <cpl_vsi.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dem_fixture.h"
#include "terrain/sources.h"

enum { SIDE = 261, TILES = 20, MOST = TILES * TILES };
static const double no_data = -9999.0, other_no_data = 1e6;
static double values[SIDE * SIDE], cut[SIDE * SIDE];
static char names[MOST][32];
static const char *paths[MOST];

static double terrain(int x, int y)
{
    return 900.0 + 70.0 * sin(0.09 * x) * cos(0.05 * y) + (double)((x * 31 + y * 57) % 23) / 7.0;
}

static bool is_hole(int x, int y)
{
    return (y < 9 && x < 40) || (x * 7 + y * 13) % 401 == 0;
}

static void set_values(void)
{
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++)
            values[y * SIDE + x] = is_hole(x, y) ? no_data : terrain(x, y);
}

static raster_spec whole(const char *path)
{
    return (raster_spec){.path = path,
                         .nx = SIDE,
                         .ny = SIDE,
                         .type = GDT_Float64,
                         .geotransform = UTM_30M,
                         .crs = "EPSG:32611",
                         .values = values,
                         .nodata = &no_data};
}

/* Writes cells x0..x1, y0..y1 of the values as a raster of its own, south up if asked. */
static void write_tile(const char *path, int x0, int y0, int x1, int y1, bool south_up)
{
    raster_spec spec = whole(path);
    spec.nx = x1 - x0;
    spec.ny = y1 - y0;
    for (int y = 0; y < spec.ny; y++)
        for (int x = 0; x < spec.nx; x++)
            cut[(south_up ? spec.ny - 1 - y : y) * spec.nx + x] = values[(y0 + y) * SIDE + x0 + x];
    spec.values = cut;
    spec.geotransform[0] += 30.0 * x0;
    spec.geotransform[3] -= 30.0 * (south_up ? y1 : y0);
    if (south_up) spec.geotransform[5] = 30.0;
    write_raster(&spec);
}

/* Cuts the values into 20 x 20 tiles; every third is south up. They are numbered from the south. */
static void write_tiles(const char *folder)
{
    mkdir(folder, 0777);
    for (int t = 0; t < MOST; t++) {
        int i = t % TILES, j = TILES - 1 - t / TILES;
        snprintf(names[t], sizeof names[t], "%s/%03d.tif", folder, t);
        paths[t] = names[t];
        write_tile(names[t], i * SIDE / TILES, j * SIDE / TILES, (i + 1) * SIDE / TILES,
                   (j + 1) * SIDE / TILES, t % 3 == 0);
    }
}

static vd_dem_options options_of(const char *const *inputs, int count)
{
    vd_dem_options options = plain_options(inputs[0]);
    options.more = inputs + 1;
    options.more_count = count - 1;
    return options;
}

static void assert_same_dem(const vd_dem *a, const vd_dem *b)
{
    assert_int_equal(a->info.nx, b->info.nx);
    assert_int_equal(a->info.ny, b->info.ny);
    assert_memory_equal(a->info.geotransform, b->info.geotransform, sizeof a->info.geotransform);
    assert_memory_equal(a->info.to_grid, b->info.to_grid, sizeof a->info.to_grid);
    assert_memory_equal(&a->base_m, &b->base_m, sizeof a->base_m);
    assert_int_equal(a->invalid_count, b->invalid_count);
    assert_true((a->valid == NULL) == (b->valid == NULL));
    if (a->valid) assert_memory_equal(a->valid, b->valid, (size_t)(a->valid_stride * a->info.ny));
    assert_memory_equal(a->posts, b->posts, (size_t)(a->stride * (a->info.ny + 2)) * sizeof(float));
}

/* ---- the same DEM -------------------------------------------------------------------------- */

static void many_tiles_are_their_twin(void **state)
{
    (void)state;
    set_values();
    raster_spec spec = whole("whole.tif");
    write_raster(&spec);
    write_tiles("tiles");
    vd_dem_options options = options_of(paths, MOST);
    vd_dem *twin = load("whole.tif"), *list = load_with(&options), *folder = load("tiles");
    assert_int_equal(list->info.files, MOST);
    assert_int_equal(folder->info.files, MOST);
    assert_same_dem(twin, list);
    assert_same_dem(twin, folder);
    vd_dem_destroy(folder);
    vd_dem_destroy(list);
    vd_dem_destroy(twin);
}

/* Every tile with a NODATA value, scale, unit and type of its own, and one without NODATA. */
static void each_tile_has_its_own_ways(void **state)
{
    (void)state;
    static const double a[] = {1000, -9999, 2000, 3000}, b[] = {40, 50, 1e6, 70},
                        c[] = {-9999, 10, 20, 30};
    static const char *const inputs[] = {"a.tif", "b.tif", "c.tif"};
    raster_spec specs[] = {
        {.path = "a.tif", .values = a, .nodata = &no_data, .scale = 0.1, .type = GDT_Int16},
        {.path = "b.tif", .values = b, .nodata = &other_no_data, .unit = "ft"},
        {.path = "c.tif", .values = c, .offset = 5.0, .type = GDT_Int32}};
    for (int i = 0; i < 3; i++) {
        double place[] = UTM_30M;
        place[0] += 60.0 * i;
        memcpy(specs[i].geotransform, place, sizeof place);
        specs[i].nx = specs[i].ny = 2;
        specs[i].crs = "EPSG:32611";
        write_raster(&specs[i]);
    }
    vd_dem_options options = options_of(inputs, 3);
    vd_dem *dem = load_with(&options);
    assert_int_equal(dem->invalid_count, 2);
    assert_false(vd_dem_is_valid(dem, 1, 0));
    assert_false(vd_dem_is_valid(dem, 2, 1));
    assert_true(dem->base_m == 100.0);
    assert_near(height_at(dem, 0, 0), 100.0, 0.0);
    assert_near(height_at(dem, 1, 1), 300.0, 0.0);
    assert_near(height_at(dem, 2, 0), 40 * 0.3048, 1e-5); /* half an ulp of 88 m */
    assert_near(height_at(dem, 4, 0), -9994.0, 1e-3);     /* no NODATA value: a height */
    assert_near(height_at(dem, 5, 1), 35.0, 1e-5);
    vd_dem_destroy(dem);
}

/* The later tile wins where it is valid, whatever the order on the map; between tiles is a gap. */
static void overlaps_and_gaps(void **state)
{
    (void)state;
    set_values();
    for (int turn = 0; turn < 2; turn++) {
        const char *const inputs[] = {turn ? "over.tif" : "under.tif",
                                      turn ? "under.tif" : "over.tif", "far.tif"};
        for (int i = 0; i < SIDE * SIDE; i++) values[i] = 100.0;
        write_tile("under.tif", 0, 0, 6, 4, false);
        for (int i = 0; i < SIDE * SIDE; i++) values[i] = i % 2 ? no_data : 200.0;
        write_tile("over.tif", 4, 0, 9, 4, true);
        write_tile("far.tif", 11, 2, 13, 5, false);
        vd_dem_options options = options_of(inputs, 3);
        vd_dem *dem = load_with(&options);
        assert_int_equal(dem->info.nx, 13);
        assert_int_equal(dem->info.ny, 5);
        for (int y = 0; y < 5; y++)
            for (int x = 0; x < 13; x++) {
                bool under = x < 6 && y < 4, even = (y * SIDE + x) % 2 == 0;
                bool over = even && ((x >= 4 && x < 9 && y < 4) || (x >= 11 && y >= 2));
                assert_int_equal(vd_dem_is_valid(dem, x, y), under || over);
                if (under || over)
                    assert_near(height_at(dem, x, y), over && (!under || !turn) ? 200.0 : 100.0,
                                0.0);
            }
        vd_dem_destroy(dem);
    }
}

/* ---- overviews ----------------------------------------------------------------------------- */

static void add_overview(const char *path, int factor)
{
    GDALDatasetH file = GDALOpen(path, GA_Update);
    assert_non_null(file);
    assert_int_equal(GDALBuildOverviews(file, "AVERAGE", 1, &factor, 0, NULL, NULL, NULL), CE_None);
    GDALClose(file);
}

/* A slope's overview is the slope at fewer cells, at the same place; one that not all tiles have,
 * or that does not divide their place, is not used. */
static void overviews_of_tiles(void **state)
{
    (void)state;
    static const char *const inputs[] = {"west.tif", "east.tif"};
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) values[y * SIDE + x] = 3.0 * x + 5.0 * y;
    for (int odd = 0; odd < 2; odd++) {
        vd_dem_info info;
        listener l;
        listener_open(&l);
        write_tile("west.tif", 0, 0, 64 + odd, 32, false);
        write_tile("east.tif", 64 + odd, 0, 128 + odd, 32, true);
        add_overview("west.tif", 2);
        add_overview("west.tif", 4);
        add_overview("east.tif", 4);
        vd_dem_options options = options_of(inputs, 2);
        assert_int_equal(vd_dem_probe(l.context, &options, &info), VD_OK);
        assert_int_equal(info.level_count, odd ? 1 : 2);
        assert_int_equal(vd_dem_choose_level(&info, 15.9), 0);
        assert_int_equal(vd_dem_choose_level(&info, 16.0), odd ? 0 : 1);
        vd_dem_info_clear(&info);
        listener_close(&l);
        if (odd) break;
        options.level = 1;
        vd_dem *dem = load_with(&options);
        assert_int_equal(dem->info.nx, 32);
        assert_int_equal(dem->info.ny, 8);
        assert_near(dem->info.geotransform[1], 120.0, 0.0);
        assert_near(dem->info.to_grid[3], -1.0 / 120.0, 1e-15);
        for (int y = 0; y < 8; y++)
            for (int x = 0; x < 32; x++)
                assert_near(height_at(dem, x, y), 12.0 * x + 4.5 + 20.0 * y + 7.5, 1e-4);
        vd_dem_destroy(dem);
    }
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void other_grids_are_refused(void **state)
{
    (void)state;
    static const double flat[4] = {1, 2, 3, 4};
    static const struct {
        double geotransform[6];
        const char *crs, *words;
    } cases[] = {
        {{500000, 30, 0, 4000000, 0, -30}, "EPSG:32612", "its CRS ('WGS 84 / UTM zone 12N')"},
        {{500000, 30, 0, 4000000, 0, -30}, NULL, "its CRS ('none')"},
        {{500000, 10, 0, 4000000, 0, -10}, "EPSG:32611", "its cells of 10 x 10 are not those of"},
        {{500000, 30, 0, 4000000, 0, -30.001}, "EPSG:32611", "its cells of 30 x 30.001"},
        {{500006, 30, 0, 4000000, 0, -30}, "EPSG:32611", "its cells lie 0.2, 0 of a cell beside"},
        {{500000, 30, 0, 3999999, 0, -30}, "EPSG:32611", "its cells lie 0, 0.0333 of a cell"},
        {{5e13, 30, 0, 4000000, 0, -30}, "EPSG:32611", "too far for one DEM"},
        {{0}, NULL, "does not say where it lies"},
    };
    static const char *const inputs[] = {"first.tif", "other.tif"};
    raster_spec first = {.path = "first.tif",
                         .nx = 2,
                         .ny = 2,
                         .geotransform = UTM_30M,
                         .crs = "EPSG:32611",
                         .values = flat};
    write_raster(&first);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        raster_spec other = first;
        other.path = "other.tif";
        other.crs = cases[i].crs;
        memcpy(other.geotransform, cases[i].geotransform, sizeof other.geotransform);
        write_raster(&other);
        vd_dem_options options = options_of(inputs, 2);
        assert_refused(&options, VD_ERR_FORMAT, cases[i].words);
        assert_refused(&options, VD_ERR_FORMAT, "first.tif");
        assert_refused(&options, VD_ERR_FORMAT, "other.tif");
    }
}

/* ---- names --------------------------------------------------------------------------------- */

static void copy_file(const char *from, const char *to)
{
    static char bytes[1 << 20];
    VSILFILE *in = VSIFOpenL(from, "rb"), *out = VSIFOpenL(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    size_t size = VSIFReadL(bytes, 1, sizeof bytes, in);
    assert_int_equal(VSIFWriteL(bytes, 1, size, out), size);
    VSIFCloseL(in);
    assert_int_equal(VSIFCloseL(out), 0);
}

/* Archives and compressed files, plain and by GDAL's prefixes, hold what went into them. */
static void packed_files_are_read(void **state)
{
    (void)state;
    set_values();
    write_tile("plain.tif", 0, 0, 80, 80, false);
    write_tile("left.tif", 0, 0, 40, 80, false);
    write_tile("right.tif", 40, 0, 80, 80, false);
    unlink("both.zip");
    copy_file("plain.tif", "/vsigzip/plain.tif.gz");
    VSILFILE *zip = VSIFOpenL("/vsizip/both.zip", "wb"); /* open across both additions */
    assert_non_null(zip);
    copy_file("left.tif", "/vsizip/both.zip/in/left.tif");
    copy_file("right.tif", "/vsizip/both.zip/in/right.tif");
    VSIFCloseL(zip);
    copy_file("plain.tif", "/vsimem/plain.tif");
    static const char *const same[] = {
        "plain.tif.gz",     "/vsigzip/plain.tif.gz", "both.zip",
        "/vsizip/both.zip", "/vsizip/both.zip/in",   "/vsimem/plain.tif"};
    vd_dem *plain = load("plain.tif");
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        vd_dem *dem = load(same[i]);
        assert_same_dem(plain, dem);
        vd_dem_destroy(dem);
    }
    vd_dem_destroy(plain);
    vd_dem_options missing = plain_options("/vsizip/both.zip/none.tif");
    assert_refused(&missing, VD_ERR_INPUT, "/vsizip/both.zip/none.tif: cannot be read: no such");
    VSIUnlink("/vsimem/plain.tif");
}

static void touch(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

/* A folder: in byte order, rasters only, and nothing of folders below or beside. */
static void folders_are_sorted(void **state)
{
    (void)state;
    listener l;
    vd_source_list list;
    static const char *const folder[] = {"mixed/", "whole.tif"};
    static const char *const found[] = {"mixed/B.tif", "mixed/a.tif", "mixed/c.tif", "whole.tif"};
    set_values();
    mkdir("mixed", 0777);
    mkdir("mixed/below", 0777);
    mkdir("empty", 0777);
    write_tile("mixed/c.tif", 0, 0, 9, 9, false);
    write_tile("mixed/B.tif", 0, 0, 9, 9, false);
    write_tile("mixed/a.tif", 0, 0, 9, 9, false);
    write_tile("mixed/.d.tif", 0, 0, 9, 9, false);
    write_tile("mixed/below/e.tif", 0, 0, 9, 9, false);
    copy_file("mixed/a.tif", "mixed/a.tif.ovr");
    touch("mixed/readme.txt");
    listener_open(&l);
    assert_int_equal(vd_sources_find(l.context, folder, 2, &list), VD_OK);
    assert_int_equal(list.count, 4);
    for (int i = 0; i < 4; i++) assert_string_equal(list.paths[i], found[i]);
    vd_sources_clear(&list);
    listener_close(&l);
    vd_dem_options options = plain_options("empty");
    assert_refused(&options, VD_ERR_INPUT, "empty: holds no raster");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_tiles_are_their_twin), cmocka_unit_test(each_tile_has_its_own_ways),
        cmocka_unit_test(overlaps_and_gaps),         cmocka_unit_test(overviews_of_tiles),
        cmocka_unit_test(other_grids_are_refused),   cmocka_unit_test(packed_files_are_read),
        cmocka_unit_test(folders_are_sorted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
