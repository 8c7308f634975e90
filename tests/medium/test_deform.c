/* Objects that change their form while the shutter is open: how long they cover what is behind
 * them, what moves how far, the light of those that give some, and their normals, against closed
 * forms and against many moments; what stays as it is; and files that are not of one mesh. */
#include "kernel/object_surface.h"
#include "object_fixture.h"
#include "scene/objects.h"

/* From straight above, a pixel a metre, over ground that gives back nothing. */
static const char *const from_above[] = {SEEN_FROM_ABOVE,
                                         "sun.strength",
                                         "0",
                                         "sky.model",
                                         "uniform",
                                         "sky.strength",
                                         "0",
                                         "surface.albedo",
                                         "0",
                                         "materials",
                                         "name=lamp,color=0,emission=1",
                                         NULL};
enum { WIDTH = 60, HEIGHT = 8 };
#define OF_SIZE "camera.size", "60x8", "camera.width", "60"
#define AT ",at=500500,3999500"

/** Flat, but for a corner from above which a fitted camera looks. */
static double height_flat(int column, int row)
{
    return column + row == 0 ? 130.0 : 100.0;
}

static test_picture render(const char *const *knobs)
{
    return test_render_by("render", "flat.tif", from_above, knobs);
}

static uint64_t hash_of(const char *const *knobs)
{
    test_picture p = render(knobs);
    uint64_t hash = test_picture_hash(&p);
    free(p.rgba);
    return hash;
}

static double column_mean(const test_picture *p, int x)
{
    double sum = 0.0;
    for (int y = 0; y < p->height; y++) sum += (double)p->rgba[4 * (y * p->width + x) + 1];
    return sum / p->height;
}

/** A level strip from west to east at a height, of two quads, in an OBJ with normals that lean. */
static void write_strip(const char *path, double west, double middle, double east, double lean,
                        const char *faces)
{
    const double x[3] = {west, middle, east};
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    for (int i = 0; i < 3; i++) fprintf(out, "v %g 10 10\nv %g 10 -10\n", x[i], x[i]);
    fprintf(out, "vn %.9g %.9g 0\n", sin(lean), cos(lean));
    fprintf(out, "%s", faces);
    fclose(out);
}

#define FACES "f 1//1 3//1 4//1 2//1\nf 3//1 5//1 6//1 4//1\n"

/* Where the east end of the strip is at a time: 10, 20, 5, in even parts of a frame. */
static double end_at(double time)
{
    double t = 2.0 * fmin(fmax(time, 0.0), 1.0);
    return t < 1.0 ? 10.0 + 10.0 * t : 20.0 - 15.0 * (t - 1.0);
}

#define STRIP "objects", "path=strip0.obj,shapes=strip%d.obj,deform=2,material=lamp" AT

/** How bright a pixel is says how long the strip covers it: with a box and a trapezoid, where the
 *  steps of the mesh hit the bend and where they do not, and before the first shape, which stays.
 */
static void a_strip_covers_as_long_as_it_reaches(void **state)
{
    static const struct {
        const char *interval, *shape;
        double from, to;
    } shutters[] = {{"0,1", "box", 0.0, 1.0},
                    {"0,1", "trapezoid", 0.0, 1.0},
                    {"-0.3,0.9", "box", -0.3, 0.9},
                    {"0.6,1.4", "box", 0.6, 1.4}};
    enum { TIMES = 2000, PLACES = 16 };
    (void)state;
    for (size_t k = 0; k < sizeof(shutters) / sizeof(shutters[0]); k++) {
        test_picture p = render((const char *[]){OF_SIZE, STRIP, "shutter.interval",
                                                 shutters[k].interval, "shutter.shape",
                                                 shutters[k].shape, "render.samples", "512", NULL});
        bool is_ramped = shutters[k].shape[0] == 't';
        double error = 0.0, most = 0.0;
        for (int x = 0; x < WIDTH; x++) {
            double wanted = 0.0, all = 0.0;
            for (int t = 0; t < TIMES; t++) {
                double share = (t + 0.5) / TIMES;
                double end = end_at(shutters[k].from + share * (shutters[k].to - shutters[k].from));
                double open = is_ramped ? fmin(1.0, 4.0 * fmin(share, 1.0 - share)) : 1.0;
                for (int i = 0; i < PLACES; i++) {
                    double at = x - 0.5 * WIDTH + (i + 0.5) / PLACES;
                    wanted += open * (at > -10.0 && at < end);
                    all += open;
                }
            }
            double off = fabs(column_mean(&p, x) - wanted / all);
            error += off;
            most = fmax(most, off);
        }
        free(p.rgba);
        print_message("shutter %zu: a column is off by %.2g at most, all by %.2g of the blur\n", k,
                      most, error / 15.0);
        /* 8 pixels of 512 samples, stratified in time: a standard error below 0.002 a column. */
        assert_true(most < 0.01 && error < 0.01 * 15.0);
    }
}

/** A strip that bends up at its middle, seen from the south: pixels over its edge as it rises. */
static void a_quad_bends(void **state)
{
    enum { TIMES = 4000 };
    static const char *const knobs[] = {"camera.tilt",
                                        "0.001",
                                        "camera.size",
                                        "60x40",
                                        "camera.width",
                                        "60",
                                        "camera.target",
                                        "500500,3999500,agl:20",
                                        "objects",
                                        "path=flat0.obj,shapes=flat1.obj,deform=1,material=lamp" AT,
                                        "shutter.interval",
                                        "0,1",
                                        "render.samples",
                                        "512",
                                        NULL};
    double most = 0.0;
    (void)state;
    test_picture p = render(knobs);
    /* The middle is at height 10 + 20 t, both ends at 10, 20 m off: at x the edge is at 10 + 20 t
     * (1 - |x| / 20), and seen edge-on the quad is between its south and north edge, which lie at
     * the same height but for the tilt. Its face is seen not at all, so a second, upright strip
     * hangs below each: from there down to the level of 10 m. */
    for (int y = 2; y < 38; y++)
        for (int x = 12; x < 48; x++) {
            double east = x + 0.5 - 30.0, wanted = 0.0, slope = 1.0 - fabs(east) / 20.0;
            double top = 20.0 + (20.0 - y), low = top - 1.0; /* of the pixel, above ground */
            for (int t = 0; t < TIMES; t++) {
                double edge = 10.0 + 20.0 * slope * (t + 0.5) / TIMES;
                wanted += fmin(fmax(edge - fmax(low, 10.0), 0.0), fmax(top - fmax(low, 10.0), 0.0));
            }
            most = fmax(most, fabs((double)p.rgba[4 * (y * p.width + x) + 1] - wanted / TIMES));
        }
    print_message("a bending quad: a pixel is off by %.2g at most\n", most);
    /* 512 samples of a share of time and area, stratified in each: below 0.5 / sqrt(512), of which
     * four are not met among 1,300 pixels; slopes within a pixel are averaged above and here. */
    assert_true(most < 4.0 * 0.5 / sqrt(512.0));
    free(p.rgba);
}

/** A moment's form is that of its place between the shapes; a cycle comes round, else it stays. */
static void frames_show_the_shapes_between(void **state)
{
#define FORM(more)                                                                                 \
    OF_SIZE, "render.samples", "4", "objects",                                                     \
        "path=strip0.obj,shapes=strip%d.obj," more ",material=lamp" AT
    static const struct {
        const char *a[16], *b[16];
        bool same;
    } cases[] = {
        {{FORM("deform=0.5"), "animation.frame", "3.5"}, {FORM("shape=1.25")}, true},
        {{FORM("deform=0.5"), "animation.frame", "3.5"}, {FORM("shape=1.5")}, false},
        {{FORM("deform=2"), "animation.frame", "9"}, {FORM("shape=2")}, true},
        {{FORM("deform=2,cycle=true"), "animation.frame", "2.75"}, {FORM("shape=0.5")}, true},
        {{FORM("shape=2.5,cycle=true")}, {FORM("shape=-0.5,cycle=true")}, true},
        {{FORM("shape=0"), "keyframes", "frame=1,knob=objects[1].shape,value=0,way=linear",
          "keyframes", "frame=5,knob=objects[strip0].shape,value=2", "animation.frame", "2"},
         {FORM("shape=0.5")},
         true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if ((hash_of(cases[i].a) == hash_of(cases[i].b)) != cases[i].same)
            fail_msg("case %zu is %s", i, cases[i].same ? "not the same" : "the same");
}

/** Shapes that are alike are no motion: the bytes are those of the mesh alone, with a shutter and
 *  without; and those of what does change are the same for any threads and tiles. */
static void what_keeps_its_form_is_the_same(void **state)
{
#define STILL OF_SIZE, "surface.albedo", "0.5", "sun.strength", "2", "render.samples", "8"
#define OPEN "shutter.interval", "0,1"
    static const char *const still[][16] = {
        {STILL, "objects", "path=strip0.obj" AT},
        {STILL, "objects", "path=strip0.obj,shapes=twin.obj,deform=1" AT},
        {STILL, "objects", "path=strip0.obj,shapes=twin.obj,deform=1" AT, OPEN},
    };
    static const char *const goes[][20] = {
        {STILL, STRIP, OPEN},
        {STILL, STRIP, OPEN, "render.threads", "1", "render.tile", "16"},
    };
    (void)state;
    uint64_t one = hash_of(still[0]), moving = hash_of(goes[0]);
    for (int i = 1; i < 3; i++)
        if (hash_of(still[i]) != one) fail_msg("still %d is another picture", i);
    assert_true(hash_of(goes[1]) == moving);
}

/** The AOV `motion` of a strip that is stretched: a point at a share of its length goes so far. */
static void motion_is_that_of_each_point(void **state)
{
    static const char *const knobs[] = {OF_SIZE,
                                        "objects",
                                        "path=long0.obj,shapes=long1.obj,deform=1" AT,
                                        "shutter.interval",
                                        "0.25,0.75",
                                        "shutter.blur",
                                        "none",
                                        "aov.names",
                                        "motion",
                                        "render.samples",
                                        "1",
                                        NULL};
    double most = 0.0;
    (void)state;
    stage s = open_stage("flat.tif", from_above, knobs);
    memset(&s.scene->flat.filter, 0, sizeof(s.scene->flat.filter)); /* at pixels' centres */
    vd_picture *picture = NULL;
    float motion[2 * WIDTH * HEIGHT];
    test_ok(s.context, vd_render(s.context, s.scene, &picture));
    test_ok(s.context,
            vd_picture_read_aov(s.context, picture, "motion", 0, 0, WIDTH, HEIGHT, motion, NULL));
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        /* From -10..10 to -10..30: -10 + (20 + 20 t) share. */
        double share = (i % WIDTH + 0.5 - 0.5 * WIDTH + 10.0) / 30.0;
        double wanted = share > 0.0 && share < 1.0 ? 20.0 * 0.5 * share : 0.0;
        most = fmax(most, fabs((double)motion[2 * i] - wanted));
        most = fmax(most, fabs((double)motion[2 * i + 1]));
    }
    print_message("motion is off by %.2g pixels of 10\n", most);
    /* Motion is kept in steps of 2^-8 or finer, and a float's rounding of places. */
    assert_true(most < 0.01);
    vd_picture_destroy(picture);
    close_stage(&s);
}

/** Normals go straight from shape to shape, and are made unit again. */
static void normals_lean_between(void **state)
{
    static const char *const knobs[] = {OF_SIZE, STRIP, OPEN, NULL};
    const double leans[] = {0.0, 0.4, -0.2};
    (void)state;
    stage s = open_stage("flat.tif", from_above, knobs);
    const vdk_scene *flat = &s.scene->flat;
    assert_int_equal(flat->objects.meshes[0].steps, 3);
    for (int k = 0; k <= 20; k++) {
        double at = fmin(0.1 * k, 2.0), share = at - fmin(floor(at), 1.0);
        int i = at < 1.0 ? 0 : 1;
        double x = (1.0 - share) * sin(leans[i]) + share * sin(leans[i + 1]);
        double z = (1.0 - share) * cos(leans[i]) + share * cos(leans[i + 1]), length = hypot(x, z);
        vdk_object_point on = {0, 1, 0.25f, 0.5f, (float)(0.5 * at)};
        vdk_surface surface = vdk_object_surface(flat, on, vdk_object_position(flat, on),
                                                 vdk_vec_make(0.0f, 0.0f, 1.0f), 0.1f);
        assert_true(fabs((double)surface.shading.x - x / length) < 1e-5);
        assert_true(fabs((double)surface.shading.z - z / length) < 1e-5);
    }
    close_stage(&s);
}

/** A lamp that grows, and goes by and turns too, lights the ground as at many moments in the mean.
 */
static void a_growing_lamp_lights_as_it_grows(void **state)
{
    enum { MOMENTS = 24, COLUMNS = 32 };
    static const char *const objects[] = {
        "path=flat0.obj,shapes=flat1.obj,deform=1,material=bright,at=500500,3999500,agl:10",
        "path=flat0.obj,shapes=flat1.obj,deform=1,material=bright,at=500490,3999500,agl:10,"
        "motion=20,0,spin=60"};
    (void)state;
    for (int i = 0; i < 2; i++) {
        const char *knobs[32] = {
            "camera.size",      "32x16",
            "camera.width",     "128",
            "surface.albedo",   "0.5",
            "render.bounces",   "1",
            "materials",        "name=bright,color=0.5,emission=1,emission_strength=20",
            "objects",          objects[i],
            "shutter.interval", "0,1",
            "render.samples",   "1024"};
        double all = 0.0, wanted = 0.0;
        test_picture p = render(knobs);
        for (int x = 0; x < COLUMNS; x++)
            if (x < 8 || x >= 24) all += column_mean(&p, x); /* where the lamp itself is not seen */
        free(p.rgba);
        for (int k = 0; k < MOMENTS; k++) {
            char frame[32];
            snprintf(frame, sizeof(frame), "%.9f", 1.0 + (k + 0.5) / MOMENTS);
            knobs[12] = "animation.frame";
            knobs[13] = frame;
            knobs[15] = "48";
            p = render(knobs);
            for (int x = 0; x < COLUMNS; x++)
                if (x < 8 || x >= 24) wanted += column_mean(&p, x) / MOMENTS;
            free(p.rgba);
        }
        print_message("lamp %d: %.5g, at moments %.5g\n", i, all, wanted);
        /* Standard errors are 0.5 % each, as seeds show them. That of the first at twice the size
         * at the end as at the beginning would be off by a third. */
        assert_true(fabs(all - wanted) < 0.03 * wanted);
    }
}

/** Files that do not join the same points are refused by their names. */
static void other_meshes_are_refused(void **state)
{
    static const char *const cases[][2] = {
        {"path=strip0.obj,shapes=fewer.obj,deform=1" AT, "fewer.obj: has 2 triangles"},
        {"path=strip0.obj,shapes=turned.obj,deform=1" AT, "turned.obj: has as many triangles"},
        {"path=strip0.obj,shapes=gone%d.obj,deform=1" AT, "no file of the shapes gone%d.obj"},
        {"path=strip0.obj,shapes=gone.obj,deform=1" AT, "gone.obj"},
        {"path=strip0.obj,shapes=strip%d.obj" AT, "objects[1].shape"},
        {"path=strip0.obj,deform=1" AT, "deform has no use"},
        {"path=strip0.obj,shape=1" AT, "shape has no use"},
        {"path=strip0.obj,cycle=true" AT, "cycle has no use"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *knobs[] = {"objects", cases[i][0], NULL};
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings = test_settings_for(context, "render", "flat.tif", from_above, knobs);
        assert_int_not_equal(vd_scene_load(context, settings, &scene), VD_OK);
        if (!strstr(vd_context_error(context), cases[i][1]))
            fail_msg("case %zu: %s", i, vd_context_error(context));
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
}

/** A roof of two quads over a ridge that rises, with an upright wall down to where it began. */
static void write_roof(const char *path, double ridge)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out, "v -20 10 0\nv 0 %.9g 0\nv 20 10 0\nv -20 10 -10\nv 0 %.9g -10\nv 20 10 -10\n",
            ridge, ridge);
    fprintf(out, "v 0 10 0\nf 1 2 5 4\nf 2 3 6 5\nf 1 7 2\nf 7 3 2\n");
    fclose(out);
}

static int set_up(void **state)
{
    (void)state;
    write_dem("flat.tif", 100, 10.0, height_flat);
    write_strip("strip0.obj", -10.0, 0.0, 10.0, 0.0, FACES);
    write_strip("strip1.obj", -10.0, 5.0, 20.0, 0.4, FACES);
    write_strip("strip2.obj", -10.0, -2.0, 5.0, -0.2, FACES);
    write_strip("twin.obj", -10.0, 0.0, 10.0, 0.0, FACES);
    write_strip("fewer.obj", -10.0, 0.0, 10.0, 0.0, "f 1//1 3//1 4//1 2//1\n");
    write_strip("turned.obj", -10.0, 0.0, 10.0, 0.0,
                "f 3//1 5//1 6//1 4//1\nf 1//1 3//1 4//1 2//1\n");
    write_strip("long0.obj", -10.0, 0.0, 10.0, 0.0, FACES);
    write_strip("long1.obj", -10.0, 10.0, 30.0, 0.0, FACES);
    write_roof("flat0.obj", 10.0);
    write_roof("flat1.obj", 30.0);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_strip_covers_as_long_as_it_reaches),
        cmocka_unit_test(a_quad_bends),
        cmocka_unit_test(frames_show_the_shapes_between),
        cmocka_unit_test(what_keeps_its_form_is_the_same),
        cmocka_unit_test(motion_is_that_of_each_point),
        cmocka_unit_test(normals_lean_between),
        cmocka_unit_test(a_growing_lamp_lights_as_it_grows),
        cmocka_unit_test(other_meshes_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
