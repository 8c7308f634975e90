/* Objects under water are lit as a bed is that lies as deep. */
#include "object_fixture.h"
#include "objects/mesh.h"
#include "objects/tracer.h"

enum { SIDE = 100 };

/* Level, but for a corner that stays dry. */
static double height_bed(int column, int row)
{
    return column + row == 0 ? 130.0 : 100.0;
}

static double height_deep(int column, int row)
{
    return column + row == 0 ? 130.0 : 20.0;
}

static const char *const knobs[] = {"camera.projection",
                                    "ortho",
                                    "camera.tilt",
                                    "90",
                                    "camera.view_from",
                                    "S",
                                    "camera.size",
                                    "64x64",
                                    "camera.width",
                                    "64",
                                    "camera.target",
                                    "500500,3999500,100",
                                    "sun.altitude",
                                    "45",
                                    "sun.strength",
                                    "2",
                                    "sky.model",
                                    "uniform",
                                    "sky.strength",
                                    "0.2",
                                    "surface.albedo",
                                    "0.5",
                                    "water.level",
                                    "104",
                                    "water.wind",
                                    "0",
                                    "render.samples",
                                    "64",
                                    "tone.auto_exposure",
                                    "false",
                                    NULL};

static void mean_of(test_picture *p, double mean[3], double error[3])
{
    const int count = p->width * p->height;
    for (int c = 0; c < 3; c++) {
        double sum = 0.0, squares = 0.0;
        for (int i = 0; i < count; i++) {
            double v = (double)p->rgba[4 * i + c];
            sum += v;
            squares += v * v;
        }
        mean[c] = sum / count;
        error[c] = sqrt((squares / count - mean[c] * mean[c]) / count);
    }
    free(p->rgba);
}

/* Four metres of water over ground, and over a box as wide as the DEM whose top is there. Both
 * means have errors of their own; 4 of them apart is one chance in 10^4. Lit as in air the box
 * would be brighter by what four metres of water take on the way down, a tenth in blue and half in
 * red. */
static void a_box_is_lit_as_the_bed(void **state)
{
    static const char *const box[] = {"objects",
                                      "path=box.ply,at=500500,3999500,100,material=stuff",
                                      "materials", "name=stuff,color=0.5", NULL};
    const double low[3] = {-480.0, -480.0, -50.0}, high[3] = {480.0, 480.0, 0.0};
    double bed[3], bed_error[3], top[3], top_error[3];
    (void)state;
    write_dem("bed.tif", SIDE, 10.0, height_bed);
    write_dem("deep.tif", SIDE, 10.0, height_deep);
    write_box("box.ply", low, high);
    test_picture ground = test_render_by("render", "bed.tif", knobs, NULL);
    test_picture object = test_render_by("render", "deep.tif", knobs, box);
    mean_of(&ground, bed, bed_error);
    mean_of(&object, top, top_error);
    for (int c = 0; c < 3; c++) {
        double error = sqrt(bed_error[c] * bed_error[c] + top_error[c] * top_error[c]);
        print_message("channel %d: bed %.5f, box %.5f, standard error %.5f\n", c, bed[c], top[c],
                      error);
        assert_true(error < 0.005 * bed[c]);
        assert_true(fabs(bed[c] - top[c]) < 4.0 * error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_box_is_lit_as_the_bed)};
    if (!vd_mesh_has_reader() || !vd_object_tracer_is_there()) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
