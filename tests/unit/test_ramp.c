/* Elevation ramps: gdaldem's rules, gdaldem's own output, and the built-in ones. */
#include "base/embedded.h"
#include "dem_fixture.h"
#include "terrain/ramp.h"

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static vd_ramp *load_ramp(const char *name, vd_ramp_match match, double base_m)
{
    listener l;
    vd_ramp *ramp = NULL;
    listener_open(&l);
    if (vd_ramp_load(l.context, name, match, 200.0, 1200.0, base_m, &ramp) != VD_OK)
        fail_msg("%s", vd_context_error(l.context));
    listener_close(&l);
    for (int i = 1; i < ramp->count; i++)
        assert_true(ramp->elevation_m[i] >= ramp->elevation_m[i - 1]);
    return ramp;
}

static vd_ramp *parse(const char *text, vd_ramp_match match)
{
    write_text("ramp.txt", text);
    return load_ramp("ramp.txt", match, 0.0);
}

static void assert_ramp_refused(const char *text, const char *words)
{
    listener l;
    vd_ramp *ramp = NULL;
    write_text("bad.txt", text);
    listener_open(&l);
    assert_int_equal(vd_ramp_load(l.context, "bad.txt", VD_RAMP_LINEAR, 0.0, 1.0, 0.0, &ramp),
                     VD_ERR_FORMAT);
    assert_null(ramp);
    const char *said = vd_context_error(l.context);
    if (!strstr(said, words)) fail_msg("'%s' does not say '%s'", said, words);
    listener_close(&l);
}

static double encode(double linear)
{
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1.0 / 2.4) - 0.055;
}

/* What a renderer makes of a ramp, as encoded values of 0..255. */
static void colour_at(const vd_ramp *ramp, double elevation_m, double out[4])
{
    int i = 0;
    while (i < ramp->count && (double)ramp->elevation_m[i] < elevation_m) i++;
    int low = i > 0 ? i - 1 : 0, high = i < ramp->count ? i : ramp->count - 1;
    double below = (double)ramp->elevation_m[low], above = (double)ramp->elevation_m[high];
    double t = above > below ? (elevation_m - below) / (above - below) : 0.0;
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
    for (int c = 0; c < 4; c++) {
        double v = (1.0 - t) * (double)ramp->rgb[low][c] + t * (double)ramp->rgb[high][c];
        out[c] = 255.0 * (c < 3 ? encode(v) : v);
    }
}

static void assert_colour(const vd_ramp *ramp, double elevation_m, double r, double g, double b)
{
    double out[4];
    colour_at(ramp, elevation_m, out);
    /* 1/1000 of 255, as ramp.h promises, and a thousandth for the decoding. */
    assert_near(out[0], r, 0.256);
    assert_near(out[1], g, 0.256);
    assert_near(out[2], b, 0.256);
}

static const char *const all_rules = "# the example of gdaldem's manual, and more\n"
                                     "/ also a comment\n"
                                     "\n"
                                     "3500   white\r\n"
                                     "2500   235:220:175\n"
                                     "50%,190,185,135\t255\n"
                                     "  -10 GREY 128\n"
                                     "400    240 250 150 # with a comment\n"
                                     "0      50  180  50\n"
                                     "nv     10   20  30   0\n";

static void understands_every_form_of_line(void **state)
{
    (void)state;
    vd_ramp *ramp = parse(all_rules, VD_RAMP_LINEAR);
    assert_colour(ramp, 3500.0, 255, 255, 255);
    assert_colour(ramp, 9999.0, 255, 255, 255);
    assert_colour(ramp, 2500.0, 235, 220, 175);
    assert_colour(ramp, 700.0, 190, 185, 135);
    assert_colour(ramp, 400.0, 240, 250, 150);
    assert_colour(ramp, 200.0, 145, 215, 100);
    assert_colour(ramp, 0.0, 50, 180, 50);
    assert_colour(ramp, -10.0, 191, 191, 191);
    assert_colour(ramp, -999.0, 191, 191, 191);
    assert_near((double)ramp->rgb[0][3], 128.0 / 255.0, 1e-6);
    assert_true(ramp->has_nodata);
    assert_true(ramp->nodata_rgb[3] == 0.0f);
    assert_near(encode((double)ramp->nodata_rgb[1]), 20.0 / 255.0, 1e-6);
    vd_ramp_destroy(ramp);
}

static void follows_encoded_interpolation(void **state)
{
    (void)state;
    vd_ramp *ramp = parse("0 0 10 255\n1000 255 12 0\n", VD_RAMP_LINEAR);
    for (double e = 0.0; e <= 1000.0; e += 0.37) {
        double t = e / 1000.0;
        assert_colour(ramp, e, 255 * t, 10 + 2 * t, 255 - 255 * t);
    }
    vd_ramp_destroy(ramp);
}

static void equal_elevations_are_an_edge(void **state)
{
    (void)state;
    vd_ramp *ramp = parse("-100 0 0 100\n0 0 0 200\n0 0 200 0\n100 0 100 0\n", VD_RAMP_LINEAR);
    assert_colour(ramp, -0.001, 0, 0, 200);
    assert_colour(ramp, 0.001, 0, 200, 0);
    vd_ramp_destroy(ramp);
    ramp = load_ramp("ramp.txt", VD_RAMP_LINEAR, 50.0);
    assert_colour(ramp, -50.001, 0, 0, 200);
    assert_colour(ramp, -49.999, 0, 200, 0);
    vd_ramp_destroy(ramp);
}

static void nearest_changes_half_way(void **state)
{
    (void)state;
    vd_ramp *ramp = parse("300 0 0 255\n0 255 0 0\n100 0 255 0\n", VD_RAMP_NEAREST);
    assert_colour(ramp, -5.0, 255, 0, 0);
    assert_colour(ramp, 49.99, 255, 0, 0);
    assert_colour(ramp, 50.01, 0, 255, 0);
    assert_colour(ramp, 199.99, 0, 255, 0);
    assert_colour(ramp, 200.01, 0, 0, 255);
    vd_ramp_destroy(ramp);
    ramp = parse("7 1 2 3", VD_RAMP_NEAREST);
    assert_colour(ramp, 99.0, 1, 2, 3);
    vd_ramp_destroy(ramp);
}

static void reads_gmt_colour_tables(void **state)
{
    (void)state;
    vd_ramp *ramp = parse("# COLOR_MODEL = RGB\n"
                          "-100 0 0 50 0 100 150 200\n"
                          "0 10 60 10 100 200 220 200\n"
                          "B 0 0 0\nF 255 255 255\nN 128 128 128\n",
                          VD_RAMP_LINEAR);
    assert_colour(ramp, -50.0, 50, 75, 125);
    assert_colour(ramp, 50.0, 105, 140, 105);
    assert_true(ramp->has_nodata);
    vd_ramp_destroy(ramp);
}

static void names_the_line_that_is_wrong(void **state)
{
    (void)state;
    assert_ramp_refused("0 white\n10 beige\n", "bad.txt, line 2: 'beige'");
    assert_ramp_refused("0 white\n\n10 300 0 0\n", "line 3: '300'");
    assert_ramp_refused("0 0 0 x\n", "line 1: 'x'");
    assert_ramp_refused("high 0 0 0\n", "line 1: 'high' is not an elevation");
    assert_ramp_refused("110% red\n", "line 1: 110%");
    assert_ramp_refused("0 white\n5\n", "line 2: '5' has no colour");
    assert_ramp_refused("# COLOR_MODEL = HSV\n", "line 1: only");
    assert_ramp_refused("# nothing\n", "holds no line");
    listener l;
    vd_ramp *ramp = NULL;
    listener_open(&l);
    assert_int_equal(vd_ramp_load(l.context, "hypso", VD_RAMP_LINEAR, 0, 1, 0, &ramp),
                     VD_ERR_SETTING);
    assert_non_null(strstr(vd_context_error(l.context), "hypsometric"));
    assert_int_equal(vd_ramp_load(l.context, "./none.txt", VD_RAMP_LINEAR, 0, 1, 0, &ramp),
                     VD_ERR_INPUT);
    listener_close(&l);
}

static void built_in_ramps_load(void **state)
{
    (void)state;
    int count = 0;
    for (const vd_embedded_file *file = vd_embedded_files; file->folder; file++) {
        if (strcmp(file->folder, "ramps") != 0) continue;
        assert_true(file->text[0] == '#');
        vd_ramp *ramp = load_ramp(file->name, VD_RAMP_LINEAR, 500.0);
        assert_true(ramp->count > 2);
        vd_ramp_destroy(ramp);
        count++;
    }
    assert_true(count >= 3);
    /* The shore of the hypsometric one: sea up to 0 m, where many DEMs hold it, land from 0.1 m. */
    vd_ramp *ramp = load_ramp("hypsometric", VD_RAMP_LINEAR, 0.0);
    double sea[4], land[4];
    colour_at(ramp, 0.0, sea);
    colour_at(ramp, 0.11, land);
    assert_true(sea[2] > sea[1] && land[1] > land[2]);
    vd_ramp_destroy(ramp);
}

/* gdaldem itself, on heights of a tenth of a metre and every match; it rounds to whole values. */
static void agrees_with_gdaldem(void **state)
{
    (void)state;
    if (system("command -v gdaldem >/dev/null 2>&1") != 0) skip();
    enum { NX = 100, NY = 100 };
    static double heights[NX * NY];
    static unsigned char theirs[3][NX * NY];
    const double nodata = -9999;
    for (int i = 0; i < NX * NY; i++) heights[i] = 200.0 + 1000.0 * i / (NX * NY - 1);
    raster_spec spec = {.path = "heights.tif",
                        .nx = NX,
                        .ny = NY,
                        .geotransform = UTM_30M,
                        .crs = "EPSG:32611",
                        .type = GDT_Float64,
                        .values = heights,
                        .nodata = &nodata};
    write_raster(&spec);
    write_text("gdaldem.txt", "nv 0 0 0 0\n100% white\n300 0:90:60\n900,brown\n0%\t10 200 30\n"
                              "900 indigo\n250 orange\n");
    static const char *const flags[] = {"", "-nearest_color_entry"};
    for (int m = 0; m < 2; m++) {
        char command[256];
        snprintf(command, sizeof command,
                 "gdaldem color-relief %s heights.tif gdaldem.txt relief.tif -q 2>/dev/null",
                 flags[m]);
        assert_int_equal(system(command), 0);
        GDALDatasetH file = GDALOpen("relief.tif", GA_ReadOnly);
        assert_int_equal(GDALDatasetRasterIO(file, GF_Read, 0, 0, NX, NY, theirs, NX, NY, GDT_Byte,
                                             3, NULL, 0, 0, 0),
                         CE_None);
        GDALClose(file);
        vd_ramp *ramp = load_ramp("gdaldem.txt", m ? VD_RAMP_NEAREST : VD_RAMP_LINEAR, 0.0);
        for (int i = 0; i < NX * NY; i++) {
            double ours[4];
            colour_at(ramp, heights[i], ours);
            for (int c = 0; c < 3; c++) assert_near(ours[c], theirs[c][i], 1.0);
        }
        vd_ramp_destroy(ramp);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(understands_every_form_of_line),
        cmocka_unit_test(follows_encoded_interpolation),
        cmocka_unit_test(equal_elevations_are_an_edge),
        cmocka_unit_test(nearest_changes_half_way),
        cmocka_unit_test(reads_gmt_colour_tables),
        cmocka_unit_test(names_the_line_that_is_wrong),
        cmocka_unit_test(built_in_ramps_load),
        cmocka_unit_test(agrees_with_gdaldem),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
