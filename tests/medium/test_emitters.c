/* Lamps on meshes: against the analytic form factor of a rectangle, with and without their being
 * sampled, among many, and the tree that they are chosen by. */
#include "kernel/emitters.h"

#include "object_fixture.h"
#include "random.h"
#include "scene/objects.h"

static const double PI = 3.14159265358979323846;

static double height_flat(int column, int row)
{
    return column + row == 0 ? 130.0 : 100.0;
}

/* From straight above, a patch of half a metre, without any light but what lamps give. */
static const char *const by_night[] = {"camera.projection",
                                       "ortho",
                                       "camera.tilt",
                                       "90",
                                       "camera.size",
                                       "16x16",
                                       "camera.width",
                                       "0.02",
                                       "terrain.border",
                                       "open",
                                       "sun.strength",
                                       "0",
                                       "sky.model",
                                       "uniform",
                                       "sky.strength",
                                       "0",
                                       "surface.albedo",
                                       "0.5",
                                       "render.bounces",
                                       "0",
                                       "render.samples",
                                       "64",
                                       "tone.auto_exposure",
                                       "false",
                                       "materials",
                                       "name=lamp,color=0,emission=1,emission_strength=3",
                                       NULL};

typedef struct estimate {
    double mean, error;
} estimate;

/** Of a picture all of whose pixels see the same. */
static estimate mean_of(const test_picture *p)
{
    double sum = 0.0, squares = 0.0, n = p->width * p->height;
    for (int i = 0; i < p->width * p->height; i++) {
        double x = (double)p->rgba[4 * i + 1];
        sum += x;
        squares += x * x;
    }
    double mean = sum / n;
    return (estimate){mean, sqrt(fmax(squares / n - mean * mean, 0.0) / n)};
}

static estimate render(const char *const *more, const char *const *most)
{
    const char *all[64];
    int count = 0;
    for (const char *const *k = by_night; *k; k++) all[count++] = *k;
    for (const char *const *k = more; *k; k++) all[count++] = *k;
    all[count] = NULL;
    test_picture p = test_render_by("render", "flat.tif", all, most);
    estimate e = mean_of(&p);
    free(p.rgba);
    return e;
}

/* ---- a rectangle over a plane ---------------------------------------------------------------- */

/** What a level rectangle from (0, 0) to (x, y), at height h, covers of what a level point under
 * its corner sees, by cosine; odd in x and y. */
static double corner_factor(double x, double y, double h)
{
    double a = x / h, b = y / h, sa = sqrt(1.0 + a * a), sb = sqrt(1.0 + b * b);
    return (a / sa * atan(b / sa) + b / sb * atan(a / sb)) / (2.0 * PI);
}

static double factor_at(double px, double py, double half_x, double half_y, double h)
{
    double west = -half_x - px, east = half_x - px, south = -half_y - py, north = half_y - py;
    return corner_factor(east, north, h) - corner_factor(west, north, h) -
           corner_factor(east, south, h) + corner_factor(west, south, h);
}

/** The camera looks from below the rectangle, so that it is not in the way. */
static void a_rectangle_lights_a_plane_by_its_form_factor(void **state)
{
    (void)state;
    static const double beside[][3] = {
        {0.0, 0.0, 4.0}, {2.0, 1.0, 4.0}, {9.0, -3.0, 4.0}, {0.0, 0.0, 0.5}, {25.0, 20.0, 3.0}};
    write_dem("flat.tif", 40, 10.0, height_flat);
    for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++) {
        char eye[64], target[64];
        const double *b = beside[i];
        double x = FIXTURE_WEST + 200.0 + b[0], y = FIXTURE_NORTH - 200.0 + b[1];
        write_rectangle("lamp.ply", 3.0, 2.0, b[2]);
        snprintf(eye, sizeof(eye), "%.9g,%.9g,agl:0.3", x, y);
        snprintf(target, sizeof(target), "%.9g,%.9g,agl:0", x, y);
        const char *const knobs[] = {
            "camera.eye", eye,       "camera.target",
            target,       "objects", "path=lamp.ply,at=500200,3999800,material=lamp",
            NULL};
        const char *all[64];
        int count = 0;
        for (const char *const *k = by_night; *k; k++)
            if (strcmp(*k, "camera.tilt") == 0)
                k++;
            else
                all[count++] = *k;
        all[count] = NULL;
        test_picture p = test_render_by("render", "flat.tif", all, knobs);
        estimate e = mean_of(&p);
        free(p.rgba);
        double expected = 0.5 * 3.0 * factor_at(b[0], b[1], 3.0, 2.0, b[2]);
        print_message("beside by %g, %g at %g m: %.6f, expected %.6f, standard error %.1e\n", b[0],
                      b[1], b[2], e.mean, expected, e.error);
        /* What a patch of 2 cm makes of it is less than 10^-4. */
        assert_true(fabs(e.mean - expected) < 4.0 * e.error + 1e-4 * expected);
    }
}

/* ---- with and without sampling them ---------------------------------------------------------- */

/** The same lamps, found by the BSDF's directions alone. */
static estimate render_unsampled(const char *const *knobs, const char *const *more)
{
    const char *all[64];
    int count = 0;
    vd_picture *picture = NULL;
    for (const char *const *k = by_night; *k; k++) all[count++] = *k;
    for (const char *const *k = knobs; *k; k++) all[count++] = *k;
    all[count] = NULL;
    stage s = open_stage("flat.tif", all, more);
    s.scene->flat.objects.emitter_count = 0;
    test_ok(s.context, vd_render(s.context, s.scene, &picture));
    test_picture p = test_picture_of(s.context, picture);
    estimate e = mean_of(&p);
    free(p.rgba);
    vd_picture_destroy(picture);
    close_stage(&s);
    return e;
}

/** A lamp beside a glossy plane and two boxes, with bounces: the same mean however its light is
 *  found. Without sampling, paths go one vertex further to find it. */
static void sampling_lamps_changes_no_mean(void **state)
{
    (void)state;
    const double low[3] = {-2.0, -2.0, 0.0}, high[3] = {2.0, 2.0, 3.0};
    static const char *const roughness[] = {"1", "0.4", "0.15"};
    write_box("box.ply", low, high);
    write_rectangle("lamp.ply", 1.5, 1.5, 4.0);
    for (int i = 0; i < 3; i++) {
        const char *const knobs[] = {"camera.target",
                                     "500200,3999800,agl:0",
                                     "surface.roughness",
                                     roughness[i],
                                     "objects",
                                     "path=lamp.ply,at=500203,3999800,material=lamp",
                                     "objects",
                                     "path=box.ply,at=500200,3999805,material=snow",
                                     "objects",
                                     "path=box.ply,at=500201,3999794,material=rock",
                                     NULL};
        static const char *const sampled[] = {"render.bounces", "2", NULL};
        static const char *const found[] = {"render.bounces", "3", "render.samples", "1024", NULL};
        estimate a = render(knobs, sampled), b = render_unsampled(knobs, found);
        double spread = sqrt(a.error * a.error + b.error * b.error);
        print_message("roughness %s: sampled %.6f, found %.6f, standard errors %.1e %.1e\n",
                      roughness[i], a.mean, b.mean, a.error, b.error);
        assert_true(a.mean > 0.01 && fabs(a.mean - b.mean) < 4.0 * spread);
    }
}

/* ---- many ------------------------------------------------------------------------------------ */

enum { LAMPS = 300 };

/** The light of many lamps is the sum of their form factors; and the noise by which that is found
 *  is a few times that of a single one. */
static void many_lamps_add_up(void **state)
{
    (void)state;
    FILE *out = fopen("lamps.csv", "w");
    test_random random = {5};
    double expected = 0.0;
    assert_non_null(out);
    fprintf(out, "x,y\n");
    for (int i = 0; i < LAMPS; i++) {
        double x = 400.0 * test_unit(&random), y = 400.0 * test_unit(&random);
        fprintf(out, "%.6f,%.6f\n", FIXTURE_WEST + x, FIXTURE_NORTH - y);
        expected += 0.5 * 3.0 * factor_at(200.0 - x, y - 200.0, 0.4, 0.4, 2.5);
    }
    fclose(out);
    out = fopen("lamps.vrt", "w");
    assert_non_null(out);
    fprintf(out, "<OGRVRTDataSource><OGRVRTLayer name=\"lamps\"><SrcDataSource>lamps.csv"
                 "</SrcDataSource><GeometryType>wkbPoint</GeometryType><LayerSRS>EPSG:32632"
                 "</LayerSRS><GeometryField encoding=\"PointFromColumns\" x=\"x\" y=\"y\"/>"
                 "</OGRVRTLayer></OGRVRTDataSource>\n");
    fclose(out);
    write_rectangle("small.ply", 0.4, 0.4, 2.5);
    static const char *const knobs[] = {"camera.target", "500200,3999800,agl:0", "objects",
                                        "path=small.ply,points=lamps.vrt,material=lamp", NULL};
    estimate e = render(knobs, NULL);
    /* Of a sample, in shares of the mean. */
    double noise = e.error / e.mean * sqrt(16.0 * 16.0 * 64.0);
    print_message("%d lamps: %.6f, expected %.6f, standard error %.1e; noise of a sample %.2f\n",
                  LAMPS, e.mean, expected, e.error, noise);
    assert_true(fabs(e.mean - expected) < 4.0 * e.error + 1e-4 * expected);
    assert_true(noise < 1.5);
}

/** Choosing and asking how likely a choice is agree; and the chances of all lamps sum up to 1 at
 *  most: less where the way down ends at lamps behind a point that leans over, of which the bounds
 *  above them did not know. */
static void the_tree_knows_how_likely_it_chooses(void **state)
{
    (void)state;
    static const char *const knobs[] = {
        "terrain.border",
        "open",
        "materials",
        "name=lamp,emission=1",
        "objects",
        "path=small.ply,points=lamps.vrt,material=lamp,scale_jitter=0.8,rotate_jitter=180",
        NULL};
    stage s = open_stage("flat.tif", knobs, NULL);
    const vdk_objects *o = &s.scene->flat.objects;
    test_random random = {3};
    double whole = 0.0;
    assert_int_equal(o->emitter_count, 2 * LAMPS);
    for (int n = 0; n < 200; n++) {
        vdk_vec normal = {(float)test_unit(&random) - 0.5f, (float)test_unit(&random) - 0.5f,
                          (float)test_unit(&random)};
        vdk_position at = {1 + (int)(38.0 * test_unit(&random)),
                           1 + (int)(38.0 * test_unit(&random)), (float)test_unit(&random),
                           (float)test_unit(&random), 100.0f};
        at.z -= (float)s.scene->terrain->dem->base_m;
        vdk_lit_point p = vdk_lit_point_at(&s.scene->flat, at, vdk_vec_normalize(normal));
        double sum = 0.0;
        for (int i = 0; i < o->emitter_count; i++) sum += (double)vdk_emitter_probability(o, &p, i);
        /* What leads to nothing but lamps that cannot light the point is lost. */
        assert_true(sum < 1.0 + 1e-4);
        whole += sum / 200.0;
        for (int k = 0; k < 20; k++) {
            float u = (float)test_unit(&random), probability;
            int chosen = vdk_emitter_choose(o, &p, &u, &probability);
            if (chosen < 0) continue;
            assert_true(u >= 0.0f && u < 1.0f);
            assert_true(probability == vdk_emitter_probability(o, &p, chosen));
        }
    }
    print_message("a lamp is chosen in %.1f %% of all cases\n", 100.0 * whole);
    assert_true(whole > 0.6);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rectangle_lights_a_plane_by_its_form_factor),
        cmocka_unit_test(sampling_lamps_changes_no_mean),
        cmocka_unit_test(many_lamps_add_up),
        cmocka_unit_test(the_tree_knows_how_likely_it_chooses),
    };
    if (!vd_mesh_has_reader() || !vd_object_tracer_is_there()) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
