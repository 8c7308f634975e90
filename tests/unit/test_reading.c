/* However a file keeps its cells, and however many threads read it, the heights are those that the
 * arithmetic of one cell gives, bit for bit. */
#include "dem_fixture.h"

enum { NX = 1100, NY = 900, COUNT = NX * NY };
static double values[COUNT];

typedef struct layout {
    const char *driver;
    const char *creation[4];
} layout;

/* Tiles whose sides divide nothing, strips of one row and of all, packed ones, bare numbers. */
static const layout layouts[] = {
    {"GTiff", {"TILED=YES", "BLOCKXSIZE=48", "BLOCKYSIZE=80"}},
    {"GTiff", {"TILED=YES", "COMPRESS=DEFLATE"}},
    {"GTiff", {"BLOCKYSIZE=1"}},
    {"GTiff", {"BLOCKYSIZE=900", "COMPRESS=DEFLATE"}},
    {"ENVI", {NULL}},
};
enum { LAYOUTS = sizeof layouts / sizeof layouts[0] };

static double height_of(int x, int y)
{
    return 120.0 + floor(60.0 * sin(0.011 * x) * cos(0.017 * y)) + (x * 7 + y * 3) % 13;
}

static void write_layout(const layout *l, raster_spec spec)
{
    spec.driver = l->driver;
    spec.creation = (char **)(uintptr_t)l->creation;
    write_raster(&spec);
}

static raster_spec plain(const char *path, GDALDataType type)
{
    return (raster_spec){.path = path,
                         .nx = NX,
                         .ny = NY,
                         .type = type,
                         .geotransform = UTM_30M,
                         .crs = "EPSG:32611",
                         .values = values};
}

/* Every cell that is_hole() names must be invalid, and every other have the height of its value. */
static void check(const char *path, int threads, double scale, double offset, double to_m,
                  bool (*is_hole)(int i))
{
    vd_dem_options options = plain_options(path);
    options.threads = threads;
    vd_dem *dem = load_with(&options);
    int64_t holes = 0;
    for (int i = 0; i < COUNT; i++) {
        double metres = (values[i] * scale + offset) * to_m;
        bool hole = is_hole && is_hole(i);
        holes += hole;
        assert_int_equal(vd_dem_is_valid(dem, i % NX, i / NX), !hole);
        float expected = (float)(metres - dem->base_m);
        const float *post = dem->posts + (i / NX + 1) * dem->stride + i % NX + 1;
        if (!hole && memcmp(post, &expected, sizeof expected) != 0)
            fail_msg("%s, %d threads, cell %d: %.9g, not %.9g", path, threads, i, (double)*post,
                     (double)expected);
    }
    assert_int_equal(dem->invalid_count, holes);
    vd_dem_destroy(dem);
}

static void every_type_in_every_layout(void **state)
{
    static const GDALDataType types[] = {GDT_Byte,   GDT_Int16,   GDT_UInt16, GDT_Int32,
                                         GDT_UInt32, GDT_Float32, GDT_Float64};
    (void)state;
    for (int i = 0; i < COUNT; i++) values[i] = height_of(i % NX, i / NX);
    for (int l = 0; l < LAYOUTS; l++)
        for (size_t t = 0; t < sizeof types / sizeof types[0]; t++) {
            write_layout(&layouts[l], plain("typed.tif", types[t]));
            check("typed.tif", 1, 1.0, 0.0, 1.0, NULL);
            check("typed.tif", 5, 1.0, 0.0, 1.0, NULL);
        }
}

/* Fractions that double keeps and a float must round, minus zero, and heights that cancel. */
static void floats_keep_their_bits(void **state)
{
    (void)state;
    for (int i = 0; i < COUNT; i++) {
        float h = (float)height_of(i % NX, i / NX) * 1.000001f;
        values[i] = (double)(i % 17 == 0 ? -h * 1e-30f : i % 19 == 0 ? -0.0f : h);
    }
    for (double first = 0.0; first < 5000.0; first += 4321.4) {
        values[0] = (double)(float)first; /* makes the base */
        write_layout(&layouts[0], plain("bits.tif", GDT_Float32));
        check("bits.tif", 3, 1.0, 0.0, 1.0, NULL);
    }
}

static void scales_and_units(void **state)
{
    static const GDALDataType types[] = {GDT_Int16, GDT_Float32, GDT_Float64};
    (void)state;
    for (int i = 0; i < COUNT; i++) values[i] = height_of(i % NX, i / NX);
    for (int t = 0; t < 3; t++) {
        raster_spec spec = plain("scaled.tif", types[t]);
        spec.scale = 0.1;
        spec.offset = -37.25;
        write_layout(&layouts[0], spec);
        check("scaled.tif", 4, 0.1, -37.25, 1.0, NULL);
        spec.scale = spec.offset = 0.0;
        spec.unit = "ft";
        write_layout(&layouts[1], spec);
        check("scaled.tif", 4, 1.0, 0.0, 0.3048, NULL);
    }
}

/* The north is all NODATA, and holes are strewn about the rest. */
static bool is_strewn(int i)
{
    return i < 400 * NX + 31 || (i * 7LL) % 1009 == 0;
}

static void nodata_wherever_it_is(void **state)
{
    static const GDALDataType types[] = {GDT_Int16, GDT_Float32, GDT_Float64};
    static const double nodata[] = {-9999.0, -3.4028234663852886e38, 0.0};
    (void)state;
    for (int l = 0; l < LAYOUTS; l++)
        for (int t = 0; t < 3; t++)
            for (int n = 0; n < 3; n++) {
                if (types[t] == GDT_Int16 && nodata[n] < -1e6) continue;
                for (int i = 0; i < COUNT; i++)
                    values[i] = is_strewn(i) ? nodata[n] : height_of(i % NX, i / NX);
                raster_spec spec = plain("holes.tif", types[t]);
                spec.nodata = &nodata[n];
                write_layout(&layouts[l], spec);
                check("holes.tif", 1 + 3 * (l & 1), 1.0, 0.0, 1.0, is_strewn);
            }
}

/* What is close to NODATA is what GDAL takes it for: of heights around -9999, -9998.5 is one, and
 * what a rounding or two are off is none. */
static bool is_close(int i)
{
    return i % 1000 == 500 || i % 1000 == 501;
}

static void close_to_nodata(void **state)
{
    const double nodata = -9999.0;
    (void)state;
    for (int i = 0; i < COUNT; i++)
        values[i] = i % 1000 == 500   ? nodata
                    : i % 1000 == 501 ? (double)nextafterf((float)nodata, 0.0f)
                                      : -9998.5;
    raster_spec spec = plain("close.tif", GDT_Float32);
    spec.nodata = &nodata;
    write_layout(&layouts[0], spec);
    check("close.tif", 4, 1.0, 0.0, 1.0, is_close);
}

/* Bands that share blocks, and a mask beside them. */
static void shared_blocks(void **state)
{
    static const char *const creation[] = {"INTERLEAVE=PIXEL", "TILED=YES", NULL};
    (void)state;
    GDALAllRegister();
    for (int i = 0; i < COUNT; i++) values[i] = height_of(i % NX, i / NX);
    GDALDatasetH file = GDALCreate(GDALGetDriverByName("GTiff"), "two.tif", NX, NY, 2, GDT_Float32,
                                   (char **)(uintptr_t)creation);
    GDALSetGeoTransform(file, (double[6])UTM_30M);
    for (int b = 1; b <= 2; b++)
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(file, b), GF_Write, 0, 0, NX, NY, values,
                                      NX, NY, GDT_Float64, 0, 0),
                         CE_None);
    GDALClose(file);
    check("two.tif", 1, 1.0, 0.0, 1.0, NULL);
    check("two.tif", 6, 1.0, 0.0, 1.0, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_type_in_every_layout),
        cmocka_unit_test(floats_keep_their_bits),
        cmocka_unit_test(scales_and_units),
        cmocka_unit_test(nodata_wherever_it_is),
        cmocka_unit_test(close_to_nodata),
        cmocka_unit_test(shared_blocks),
    };
    return cmocka_run_group_tests_name("reading", tests, NULL, NULL);
}
