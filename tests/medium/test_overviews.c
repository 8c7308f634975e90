/* A picture made from an overview: the same place, and nearly the same pixels. */
#include <gdal.h>
#include <math.h>

#include "picture.h"
#include "raster.h"

/* A DEM with an overview whose factor does not divide its 1197 x 643 cells. */
static void write_pyramid(void)
{
    int factor = 2;
    GDALDatasetH in = GDALOpen(VD_SOURCE_DIR "/data/bigtujunga.tif", GA_ReadOnly);
    assert_non_null(in);
    GDALDatasetH out =
        GDALCreateCopy(GDALGetDriverByName("GTiff"), "pyramid.tif", in, 0, NULL, NULL, NULL);
    assert_non_null(out);
    assert_int_equal(GDALBuildOverviews(out, "AVERAGE", 1, &factor, 0, NULL, NULL, NULL), CE_None);
    GDALClose(out);
    GDALClose(in);
}

/* 80 x 50 pixels of 8 cells. */
static test_picture picture_of(const char *window, const char *overviews)
{
    const char *const knobs[] = {
        "dem.srcwin", window, "camera.output_scale", "0.125", "dem.overviews", overviews, NULL};
    return test_render("pyramid.tif", knobs, NULL);
}

static double distance(const test_picture *a, const test_picture *b)
{
    double sum = 0.0;
    int count = a->width * a->height;
    assert_int_equal(a->width, b->width);
    assert_int_equal(a->height, b->height);
    for (int i = 0; i < count; i++) {
        double d = (double)a->rgba[4 * i] - (double)b->rgba[4 * i];
        sum += d * d;
    }
    return sqrt(sum / count);
}

/* Half a pixel aside is two cells of the overview; that must be far worse than staying in place. */
static void the_overview_lies_where_the_grid_does(void **state)
{
    static const char *const aside[] = {"105,53,640,400", "97,53,640,400", "101,57,640,400",
                                        "101,49,640,400"};
    (void)state;
    test_picture full = picture_of("101,53,640,400", "none");
    test_picture overview = picture_of("101,53,640,400", "auto");
    double here = distance(&overview, &full);
    assert_true(here > 0.0);
    for (size_t i = 0; i < sizeof(aside) / sizeof(aside[0]); i++) {
        test_picture other = picture_of(aside[i], "none");
        double there = distance(&overview, &other);
        if (!(here < 0.5 * there)) fail_msg("%s: %g here, %g there", aside[i], here, there);
        free(other.rgba);
    }
    free(full.rgba);
    free(overview.rgba);
}

/* What is written says the same of its place. */
static void the_place_is_the_same(void **state)
{
    static const char *const names[] = {"auto", "none"};
    double places[2][6];
    (void)state;
    for (int i = 0; i < 2; i++) {
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_picture *picture = NULL;
        const char *const knobs[] = {"dem.overviews",
                                     names[i],
                                     "output.path",
                                     "place.tif",
                                     "output.overwrite",
                                     "true",
                                     "render.samples",
                                     "1",
                                     "dem.bbox",
                                     "388000,3790000,401000,3801000",
                                     "camera.resolution",
                                     "300",
                                     NULL};
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings = test_settings(context, "pyramid.tif", knobs, NULL);
        test_ok(context, vd_scene_load(context, settings, &scene));
        test_ok(context, vd_render(context, scene, &picture));
        test_ok(context, vd_picture_write(context, picture));
        GDALDatasetH file = GDALOpen("place.tif", GA_ReadOnly);
        assert_non_null(file);
        assert_int_equal(GDALGetGeoTransform(file, places[i]), CE_None);
        GDALClose(file);
        vd_picture_destroy(picture);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
    assert_memory_equal(places[0], places[1], sizeof(places[0]));
}

static int set_up(void **state)
{
    (void)state;
    GDALAllRegister();
    write_pyramid();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_overview_lies_where_the_grid_does),
        cmocka_unit_test(the_place_is_the_same),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
