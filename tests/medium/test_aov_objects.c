/* AOVs of objects: which pixels they are, what they hide, and the light that they give. A box
 * stands on level ground under a sun without a disc, and a lamp hangs beside it. */
#include "object_fixture.h"
#include "scene/objects.h"

/* The box's middle on the map, half its width, and its height, in metres. */
#define EAST 500320.0
#define NORTH 3999680.0
enum { HALF_M = 40, TALL_M = 60 };
/* What the ids of records count on from. */
enum { TERRAIN = 1, SIDES = 2, BOX = 5, LAMP = 6 };

static const double PI = 3.14159265358979323846;

static double level(int column, int row)
{
    (void)column;
    (void)row;
    return 0.0;
}

static const char *const scene_knobs[] = {
    "objects",
    "path=box.ply,at=500320,3999680,material=stuff",
    "objects",
    "path=lamp.ply,at=500320,3999560,material=glow",
    "materials",
    "name=stuff,color=0.6",
    "materials",
    "name=glow,color=0.2,emission=1,0.6,0.2,emission_strength=30",
    "camera.eye",
    "500320,3998900,900",
    "camera.target",
    "500320,3999660,0",
    "camera.fov",
    "22",
    "camera.size",
    "128x96",
    "sun.azimuth",
    "90",
    "sun.altitude",
    "45",
    "sun.size",
    "0",
    "terrain.plane",
    "none",
    "tone.auto_exposure",
    "false",
    NULL};

typedef struct shot {
    stage stage;
    vd_picture *picture;
    int width, height;
} shot;

static shot take(const char *aovs, const char *samples)
{
    const char *more[] = {"aov.names", aovs, "render.samples", samples, NULL};
    const double low[3] = {-HALF_M, -HALF_M, 0.0}, high[3] = {HALF_M, HALF_M, TALL_M};
    const double lamp_low[3] = {-12.0, -12.0, 30.0}, lamp_high[3] = {12.0, 12.0, 50.0};
    write_dem("level.tif", 64, 10.0, level);
    write_box("box.ply", low, high);
    write_box("lamp.ply", lamp_low, lamp_high);
    shot s = {.stage = open_stage("level.tif", scene_knobs, more)};
    test_ok(s.stage.context, vd_render(s.stage.context, s.stage.scene, &s.picture));
    s.width = vd_picture_width(s.picture);
    s.height = vd_picture_height(s.picture);
    return s;
}

static void drop(shot *s)
{
    vd_picture_destroy(s->picture);
    close_stage(&s->stage);
}

static float *aov_of(const shot *s, const char *name, double origin[3])
{
    float *values = malloc((size_t)s->width * (size_t)s->height * 12 * sizeof(float));
    assert_non_null(values);
    test_ok(s->stage.context, vd_picture_read_aov(s->stage.context, s->picture, name, 0, 0,
                                                  s->width, s->height, values, origin));
    return values;
}

/* Is a place in the box, or on its skin, by so many metres more? */
static bool is_box(double x, double y, double z, double more)
{
    return fabs(x - EAST) <= HALF_M + more && fabs(y - NORTH) <= HALF_M + more &&
           z <= TALL_M + more && z > 0.5;
}

/* Pixels that one thing covers alone have its id, and lie where it is. */
static void ids_are_of_what_is_there(void **state)
{
    (void)state;
    double origin[3];
    shot s = take("object_id,material_id,mask,position,crypto_object", "4");
    float *object = aov_of(&s, "object_id", NULL), *material = aov_of(&s, "material_id", NULL);
    float *mask = aov_of(&s, "mask", NULL), *place = aov_of(&s, "position", origin);
    float *ranks = aov_of(&s, "crypto_object", NULL);
    int boxes = 0, lamps = 0, grounds = 0;
    for (int i = 0; i < s.width * s.height; i++) {
        double x = (double)place[3 * i] + origin[0], y = (double)place[3 * i + 1] + origin[1];
        double z = (double)place[3 * i + 2] + origin[2];
        if (mask[4 * i] == 1.0f) {
            assert_int_equal((int)object[i], TERRAIN);
            assert_true(fabs(z) < 0.01);
            grounds++;
        }
        if (mask[4 * i + 3] < 1.0f || ranks[12 * i + 1] < 1.0f || (int)object[i] == SIDES) continue;
        bool box = is_box(x, y, z, 0.01);
        assert_int_equal((int)object[i], box ? BOX : LAMP);
        assert_int_equal((int)material[i], box ? BOX : LAMP); /* as there are no layers */
        if (!box) assert_true(z > 29.99 && z < 50.01 && fabs(y - 3999560.0) < 12.01);
        boxes += box;
        lamps += !box;
    }
    print_message("%d pixels of the box, %d of the lamp, %d of ground\n", boxes, lamps, grounds);
    assert_true(boxes > 150 && lamps > 3 && grounds > 2000);
    float *all[] = {object, material, mask, place, ranks};
    for (int i = 0; i < 5; i++) free(all[i]);
    drop(&s);
}

/* The share of what level ground gets from an even sky that a wall hides, seen from c metres before
 * its middle: the form factor of a rectangle at right angles (Howell, "A catalog of radiation heat
 * transfer configuration factors", B-4), twice, a high and b to each side. */
static double hidden_by_wall(double a, double b, double c)
{
    double slant = sqrt(a * a + c * c);
    return (atan(b / c) - c / slant * atan(b / slant)) / PI;
}

/* A box throws its shadow on the ground, where the sun is seen or not; and hides sky beside its
 * wall. Pixels are a few metres wide, and those nearer than that to an edge are left out. */
static void objects_hide_sun_and_sky(void **state)
{
    (void)state;
    enum { NEAR = 12 };
    double origin[3], seen = 0.0, wanted = 0.0;
    int count = 0, lit = 0, dark = 0;
    shot s = take("mask,position,sun_visibility,sky_visibility,ao", "16");
    float *mask = aov_of(&s, "mask", NULL), *place = aov_of(&s, "position", origin);
    float *sun = aov_of(&s, "sun_visibility", NULL), *sky = aov_of(&s, "sky_visibility", NULL);
    float *ao = aov_of(&s, "ao", NULL);
    for (int i = 0; i < s.width * s.height; i++) {
        double x = (double)place[3 * i] + origin[0] - EAST;
        double y = (double)place[3 * i + 1] + origin[1] - NORTH;
        if (mask[4 * i] < 1.0f || fabs(y) > HALF_M - NEAR) continue; /* the lamp is elsewhere */
        if (x > -HALF_M - TALL_M + NEAR && x < -HALF_M - NEAR) {
            assert_true(sun[i] == 0.0f);
            dark++;
        }
        if (x < -HALF_M - TALL_M - NEAR || x > HALF_M + NEAR) {
            assert_true(sun[i] == 1.0f);
            lit++;
        }
        double from_wall = fabs(x) - HALF_M;
        if (from_wall < NEAR || from_wall > 60.0) continue;
        wanted += 1.0 - 0.5 * (hidden_by_wall(TALL_M, HALF_M - y, from_wall) +
                               hidden_by_wall(TALL_M, HALF_M + y, from_wall));
        seen += (double)sky[i];
        assert_true(ao[i] <= 1.0f);
        count++;
    }
    print_message("%d pixels in shadow, %d lit, %d beside walls: %.4f of the sky, expected %.4f\n",
                  dark, lit, count, seen / count, wanted / count);
    assert_true(dark > 20 && lit > 100 && count > 100);
    /* Shares of 16 rays each, a standard deviation of 1/2 at most; the lamp hides less than 0.01.
     */
    assert_float_equal((float)(seen / count), (float)(wanted / count),
                       (float)(4.0 * 0.5 / sqrt(16.0 * count) + 0.01));
    float *all[] = {mask, place, sun, sky, ao};
    for (int i = 0; i < 5; i++) free(all[i]);
    drop(&s);
}

/* Lights add up to beauty, the lamp's own among them: what the eye sees of it is its radiance, and
 * under it the ground has light of it. */
static void lights_add_up(void **state)
{
    (void)state;
    shot s = take("lights,object_id,mask", "16");
    float *parts[3] = {aov_of(&s, "light_sun", NULL), aov_of(&s, "light_sky", NULL),
                       aov_of(&s, "light_emitters", NULL)};
    float *object = aov_of(&s, "object_id", NULL), *mask = aov_of(&s, "mask", NULL);
    test_picture beauty = test_picture_of(s.stage.context, s.picture);
    double on_ground = 0.0;
    for (int i = 0; i < s.width * s.height; i++) {
        for (int c = 0; c < 3; c++) {
            float sum = parts[0][3 * i + c] + parts[1][3 * i + c] + parts[2][3 * i + c];
            float of = beauty.rgba[4 * i + c] * beauty.rgba[4 * i + 3];
            assert_true(fabsf(sum - of) <= 1.0e-5f * (1.0f + of)); /* 20 roundings of floats */
            for (int k = 0; k < 3; k++) assert_true(parts[k][3 * i + c] > -1.0e-4f);
        }
        if (mask[4 * i] == 1.0f) on_ground += (double)parts[2][3 * i];
        if (object[i] == (float)LAMP && mask[4 * i + 3] == 1.0f)
            assert_true(parts[2][3 * i] > 0.5f * 30.0f);
    }
    assert_true(on_ground > 1.0);
    for (int k = 0; k < 3; k++) free(parts[k]);
    free(object);
    free(mask);
    free(beauty.rgba);
    drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_of_what_is_there),
        cmocka_unit_test(objects_hide_sun_and_sky),
        cmocka_unit_test(lights_add_up),
    };
    if (!vd_mesh_has_reader() || !vd_object_tracer_is_there()) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
