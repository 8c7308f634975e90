/* Objects: a mesh made from a DEM gives the DEM's own picture; shadow and light pass both ways
 * between mesh and ground as closed forms have it; and what is asked for stands where it should. */
#include "kernel/view.h"
#include "object_fixture.h"
#include "random.h"
#include "render/wave_parts.h"
#include "scene/objects.h"

static const double PI = 3.14159265358979323846;

/* ---- a mesh made from a DEM ----------------------------------------------------------------- */

enum { SIDE = 64, WIDTH = 640, HEIGHT = 360, PASSES = 4 };
#define CELL 30.0

/** Rugged, but every cell is a plane: a sum of a function of the column and one of the row, in
 * whole metres, so that two triangles are what the bilinear patch is. */
static double height_rugged(int column, int row)
{
    return 400.0 + floor(150.0 * sin(column / 7.0) + 60.0 * sin(column * 1.7)) +
           floor(120.0 * cos(row / 9.0) + 50.0 * sin(row * 1.3));
}

static double height_low(int column, int row)
{
    (void)column;
    (void)row;
    return -900.0;
}

static double padded(int index)
{
    return index == 0 ? 0.5 : index == SIDE + 1 ? SIDE + 0.5 : index;
}

/** The ground of a scene as a mesh about the raster's middle, z above datum. */
static void write_ground(const char *path, const vd_scene *scene)
{
    const vd_terrain *t = scene->terrain;
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fprintf(out,
            "ply\nformat ascii 1.0\nelement vertex %d\nproperty float x\nproperty float y\n"
            "property float z\nelement face %d\nproperty list uchar int vertex_index\n"
            "end_header\n",
            (SIDE + 2) * (SIDE + 2), 2 * (SIDE + 1) * (SIDE + 1));
    for (int j = 0; j <= SIDE + 1; j++)
        for (int i = 0; i <= SIDE + 1; i++) {
            double x = padded(i), y = padded(j);
            int cx = (int)fmin(floor(x), SIDE), cy = (int)fmin(floor(y), SIDE);
            double z = t->dem->base_m + (double)vdk_patch_height(vdk_patch_at(&t->field, cx, cy),
                                                                 (float)(x - cx), (float)(y - cy));
            fprintf(out, "%.9g %.9g %.9g\n", (x - 0.5 * (SIDE + 1)) * CELL,
                    (0.5 * (SIDE + 1) - y) * CELL, z);
        }
    for (int j = 0; j <= SIDE; j++)
        for (int i = 0; i <= SIDE; i++) {
            int a = j * (SIDE + 2) + i, b = a + SIDE + 2;
            fprintf(out, "3 %d %d %d\n3 %d %d %d\n", a, b, a + 1, a + 1, b, b + 1);
        }
    fclose(out);
}

/* Both are lit and seen alike, and paths of both are of the general kind. */
static const char *const as_ground[] = {"terrain.border",
                                        "open",
                                        "terrain.normals",
                                        "flat",
                                        "camera.size",
                                        "640x360",
                                        "surface.albedo",
                                        "0.5",
                                        "surface.diffuse_roughness",
                                        "0.3",
                                        "sun.size",
                                        "2",
                                        "camera.eye",
                                        "500100,3998300,700",
                                        "camera.target",
                                        "501500,3999300,300",
                                        "camera.fov",
                                        "70",
                                        "tone.auto_exposure",
                                        "false",
                                        NULL};
static const char *const as_mesh[] = {
    "objects", "path=ground.ply,at=500960,3999040,0,material=stuff", "materials",
    "name=stuff,color=0.5,diffuse_roughness=0.3", NULL};

/** What a ray meets, by the scalar tracer and the one of objects; and how far away. */
static int look(const vd_scene *scene, const vdk_sight *sight, double *distance)
{
    static vd_ray_batch batch;
    static vd_wave_objects objects;
    vd_wave_job job = {.scene = &scene->flat,
                       .objects = scene->objects ? scene->objects->tracer : NULL};
    batch.count = 0;
    batch.any_hit = 0;
    vd_batch_add(&batch, &sight->from, sight->direction);
    batch.hit[0] =
        vdk_scene_trace(&scene->flat, VDK_MISS, sight->from, sight->direction, &batch.at[0]);
    vd_object_rays(&job, NULL, &objects, &batch);
    *distance = batch.hit[0] ? (double)vdk_view_distance(&scene->flat, sight, batch.at[0]) : 0.0;
    return batch.hit[0];
}

static void a_mesh_of_a_dem_is_met_as_the_dem_is(void **state)
{
    (void)state;
    write_dem("rugged.tif", SIDE, CELL, height_rugged);
    write_dem("low.tif", SIDE, CELL, height_low);
    stage ground = open_stage("rugged.tif", as_ground, NULL);
    write_ground("ground.ply", ground.scene);
    stage mesh = open_stage("low.tif", as_ground, as_mesh);
    int differ = 0, met = 0;
    test_random random = {7};
    for (int pass = 0; pass < PASSES; pass++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                vdk_sight sight;
                double one, other;
                float u = (float)(test_unit(&random) - 0.5), v = (float)(test_unit(&random) - 0.5);
                assert_true(vdk_view_ray(&ground.scene->flat, x, y, u, v, &sight));
                bool is_ground = look(ground.scene, &sight, &one) == VDK_PART_GROUND;
                assert_true(vdk_view_ray(&mesh.scene->flat, x, y, u, v, &sight));
                bool is_mesh = look(mesh.scene, &sight, &other) == VDK_PART_OBJECT;
                met += is_ground;
                differ += is_ground != is_mesh || (is_ground && fabs(one - other) > 1e-4 * one);
            }
    close_stage(&mesh);
    close_stage(&ground);
    print_message("%d of %d rays meet the mesh otherwise than the ground; %d meet it\n", differ,
                  PASSES * WIDTH * HEIGHT, met);
    assert_true(met > PASSES * WIDTH * HEIGHT / 3 && met < PASSES * WIDTH * HEIGHT * 19 / 20);
    assert_true(differ < 1e-4 * PASSES * WIDTH * HEIGHT);
}

/** The same random numbers take the same paths over both, but for the rays that meet them otherwise
 *  and for what rounding moves across an edge: those are few. */
static void a_mesh_of_a_dem_looks_as_the_dem_does(void **state)
{
    (void)state;
    static const char *const few[] = {"camera.size", "160x90", "render.samples", "16", NULL};
    const char *both[64];
    int count = 0, differ = 0;
    double sums[2] = {0.0, 0.0};
    for (const char *const *k = as_mesh; *k; k++) both[count++] = *k;
    for (const char *const *k = few; *k; k++) both[count++] = *k;
    both[count] = NULL;
    test_picture ground = test_render_by("render", "rugged.tif", as_ground, few);
    test_picture mesh = test_render_by("render", "low.tif", as_ground, both);
    for (int i = 0; i < 160 * 90; i++) {
        double a = (double)ground.rgba[4 * i + 1], b = (double)mesh.rgba[4 * i + 1];
        sums[0] += a;
        sums[1] += b;
        differ += fabs(a - b) > 0.005 * fmax(a, b);
    }
    print_message("%d of %d pixels differ by more than 0.5 %%; means %.6f and %.6f\n", differ,
                  160 * 90, sums[0] / (160 * 90), sums[1] / (160 * 90));
    /* Sixteen paths of some eight rays a pixel, of which one in 10^4 may differ: about 1 % have
     * one that does. */
    assert_true(differ < 160 * 90 / 100);
    assert_true(fabs(sums[0] - sums[1]) < 2e-4 * sums[0]);
    free(ground.rgba);
    free(mesh.rgba);
}

/* ---- shadow and light between mesh and ground ------------------------------------------------ */

/** Flat, but for a corner from above which a fitted camera looks. */
static double height_flat(int column, int row)
{
    return column + row == 0 ? 130.0 : 100.0;
}

/** A wall of 200 m along the northern edge. */
static double height_cliff(int column, int row)
{
    (void)column;
    return row < 40 ? 300.0 : 100.0;
}

/* From straight above, a pixel a metre, lit by a point alone. */
static const char *const from_above[] = {"camera.projection",
                                         "ortho",
                                         "camera.tilt",
                                         "90",
                                         "camera.view_from",
                                         "S",
                                         "camera.size",
                                         "100x100",
                                         "camera.width",
                                         "100",
                                         "terrain.border",
                                         "open",
                                         "terrain.normals",
                                         "flat",
                                         "sun.size",
                                         "0",
                                         "sun.strength",
                                         "2",
                                         "sky.model",
                                         "uniform",
                                         "sky.strength",
                                         "0",
                                         "sky.color",
                                         "1",
                                         "surface.albedo",
                                         "0.5",
                                         "render.bounces",
                                         "0",
                                         "render.samples",
                                         "16",
                                         "filter.shape",
                                         "box",
                                         "tone.auto_exposure",
                                         "false",
                                         NULL};

static int count_dark(const test_picture *p)
{
    int dark = 0;
    for (int i = 0; i < p->width * p->height; i++) dark += p->rgba[4 * i + 1] < 0.01f;
    return dark;
}

/** A box of 10 x 20 m and 30 m height, under a sun at 45 degrees in the south: its shadow is 30 m
 *  long and as wide as the box. Its lower 12 m are in the shadow of nothing; sunk by 18 m it throws
 *  12 m. */
static void an_object_throws_its_shadow_on_the_ground(void **state)
{
    (void)state;
    const double low[3] = {-5.0, -10.0, 0.0}, high[3] = {5.0, 10.0, 30.0};
    static const char *const raised[] = {"sun.azimuth",
                                         "180",
                                         "sun.altitude",
                                         "45",
                                         "camera.target",
                                         "500500,3999500,agl:0",
                                         "objects",
                                         "path=box.ply,at=500500,3999500",
                                         NULL};
    static const char *const sunk[] = {"sun.azimuth",
                                       "180",
                                       "sun.altitude",
                                       "45",
                                       "camera.target",
                                       "500500,3999500,agl:0",
                                       "objects",
                                       "path=box.ply,at=500500,3999500,82",
                                       NULL};
    static const char *const turned[] = {"sun.azimuth",
                                         "180",
                                         "sun.altitude",
                                         "45",
                                         "camera.target",
                                         "500500,3999500,agl:0",
                                         "objects",
                                         "path=box.ply,at=500500,3999500,rotate=90,scale=0.5",
                                         NULL};
    static const struct {
        const char *const *knobs;
        int pixels;
    } cases[] = {{raised, 300}, {sunk, 120}, {turned, 150}};
    write_box("box.ply", low, high);
    write_dem("flat.tif", 100, 10.0, height_flat);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        test_picture p = test_render_by("render", "flat.tif", from_above, cases[i].knobs);
        int dark = count_dark(&p);
        /* All edges but those of half a pixel's width are where pixels meet. */
        if (abs(dark - cases[i].pixels) > (i == 2 ? 10 : 0))
            fail_msg("case %zu: %d pixels are dark, not %d", i, dark, cases[i].pixels);
        free(p.rgba);
    }
}

/** The cliff is 200 m high and throws a shadow of 200 m towards the south under a sun at 45 degrees
 *  in the north; a box of 30 m whose top is 40 m below the shadow's edge is dark, one whose top is
 *  above it lit. */
static void the_ground_throws_its_shadow_on_an_object(void **state)
{
    (void)state;
    static const double south_m[] = {130.0, 190.0};
    write_dem("cliff.tif", 100, 10.0, height_cliff);
    for (int i = 0; i < 2; i++) {
        char at[128], target[64];
        /* The slope's upper edge is at the centre of row 39. */
        double y = FIXTURE_NORTH - 395.0 - south_m[i];
        snprintf(at, sizeof(at), "path=box.ply,at=500500,%.0f", y);
        snprintf(target, sizeof(target), "500500,%.0f,agl:0", y);
        const char *const knobs[] = {
            "sun.azimuth", "0", "sun.altitude", "45", "objects", at, "camera.target", target, NULL};
        test_picture p = test_render_by("render", "cliff.tif", from_above, knobs);
        float top = p.rgba[4 * (50 * 100 + 50) + 1];
        assert_true(i == 0 ? top < 0.01f : top > 0.1f);
        free(p.rgba);
    }
}

/** What a rectangle at right angles covers of what a point sees, by cosine, from a distance; the
 *  rectangle begins beside the point and is so deep, and reaches so far to both sides. */
static double right_angle_factor(double distance, double depth, double side)
{
    double slant = sqrt(distance * distance + depth * depth);
    return (atan(side / distance) - distance / slant * atan(side / slant)) / PI;
}

/** Light between ground and a wall 2000 m long and 40 m high, both lit by a sun at 30 degrees that
 *  faces the wall; one bounce. Of albedo 1/2, the ground's own is E sin 30 / 2 pi, the wall's
 *  E cos 30 / 2 pi. */
static void light_passes_between_an_object_and_the_ground(void **state)
{
    (void)state;
    const double low[3] = {-1000.0, 0.0, 0.0}, high[3] = {1000.0, 1.0, 40.0};
    static const char *const knobs[] = {"sun.azimuth",
                                        "180",
                                        "sun.altitude",
                                        "30",
                                        "render.bounces",
                                        "1",
                                        "materials",
                                        "name=w,color=0.5",
                                        "objects",
                                        "path=wall.ply,at=501000,3999000,material=w",
                                        "render.samples",
                                        "1024",
                                        "camera.size",
                                        "32x8",
                                        NULL};
    write_box("wall.ply", low, high);
    write_dem("wide.tif", 200, 10.0, height_flat);
    const double direct_ground = 0.5 * 2.0 * 0.5 / PI, direct_wall = 0.5 * 2.0 * sqrt(0.75) / PI;
    for (int i = 0; i < 2; i++) {
        /* 20 m before the wall, from above; and the wall 20 m up, from the south. */
        static const char *const ground_view[] = {"camera.target", "501000,3998980,agl:0",
                                                  "camera.width", "0.5", NULL};
        static const char *const wall_view[] = {
            "camera.target", "501000,3999000,120", "camera.width", "0.5", "camera.tilt", "0", NULL};
        const char *all[64];
        int count = 0;
        for (const char *const *k = from_above; *k; k++) all[count++] = *k;
        for (const char *const *k = knobs; *k; k++) all[count++] = *k;
        all[count] = NULL;
        test_picture p =
            test_render_by("render", "wide.tif", all, i == 0 ? ground_view : wall_view);
        double sum = 0.0, squares = 0.0, n = p.width * p.height;
        for (int k = 0; k < p.width * p.height; k++) {
            double x = (double)p.rgba[4 * k + 1];
            sum += x;
            squares += x * x;
        }
        double mean = sum / n, error = sqrt(fmax(squares / n - mean * mean, 0.0) / n);
        double expected =
            i == 0 ? direct_ground + 0.5 * right_angle_factor(20.0, 40.0, 1000.0) * direct_wall
                   : direct_wall + 0.5 * right_angle_factor(20.0, 1000.0, 1000.0) * direct_ground;
        print_message("%s: %.6f, expected %.6f, standard error %.2g\n", i ? "wall" : "ground", mean,
                      expected, error);
        /* Four standard errors, and what the picture's 0.1 m up and down make of 20 m. */
        assert_true(fabs(mean - expected) < 4.0 * error + 1e-4 * expected);
        free(p.rgba);
    }
}

/* ---- many ------------------------------------------------------------------------------------ */

enum { MANY = 2000 };

static void write_points(const char *path, int count)
{
    FILE *out = fopen(path, "w");
    test_random random = {11};
    assert_non_null(out);
    fprintf(out, "x,y\n");
    for (int i = 0; i < count; i++)
        fprintf(out, "%.3f,%.3f\n", FIXTURE_WEST + 2000.0 * test_unit(&random),
                FIXTURE_NORTH - 2000.0 * test_unit(&random));
    fclose(out);
}

/** Instances at points stand on the ground, share a mesh, and vary as far as they may; what varies
 *  depends on the seed and number alone. */
static void many_stand_on_the_ground(void **state)
{
    (void)state;
    static const char *const knobs[] = {
        "terrain.border", "open", "objects",
        "path=box.ply,points=points.vrt,scale=0.2,scale_jitter=0.5,rotate=10,rotate_jitter=180",
        NULL};
    write_points("points.csv", MANY);
    FILE *out = fopen("points.vrt", "w");
    assert_non_null(out);
    fprintf(out, "<OGRVRTDataSource><OGRVRTLayer name=\"points\"><SrcDataSource>points.csv"
                 "</SrcDataSource><GeometryType>wkbPoint</GeometryType><LayerSRS>EPSG:32632"
                 "</LayerSRS><GeometryField encoding=\"PointFromColumns\" x=\"x\" y=\"y\"/>"
                 "</OGRVRTLayer></OGRVRTDataSource>\n");
    fclose(out);
    stage s = open_stage("rugged.tif", knobs, NULL);
    const vd_objects *o = s.scene->objects;
    const vdk_height_field *f = &s.scene->flat.terrain;
    double least = 1.0, most = 0.0;
    assert_int_equal(o->mesh_count, 1);
    assert_in_range(o->instance_count, MANY * 3 / 4, MANY);
    for (int i = 0; i < o->instance_count; i++) {
        const vdk_transform *t = &o->instances[i].placed;
        vdk_position p = t->at;
        float ground = vdk_patch_height(vdk_patch_at(f, p.cx, p.cy), p.fx, p.fy);
        /* The foot is at most 1.5 * 0.2 * 11.2 m wide from its middle, on slopes below 1:0.2. */
        assert_true(p.z <= ground && p.z > ground - 20.0f);
        least = fmin(least, (double)t->scale);
        most = fmax(most, (double)t->scale);
    }
    assert_true(least >= 0.1 && least < 0.105 && most <= 0.3 && most > 0.295);
    close_stage(&s);
}

/** The same picture for any number of threads and any size of tiles. */
static void threads_and_tiles_change_nothing(void **state)
{
    (void)state;
    static const char *const knobs[] = {
        "camera.size",
        "120x80",
        "render.samples",
        "4",
        "objects",
        "path=box.ply,points=points.vrt,scale_jitter=0.5,rotate_jitter=180",
        NULL};
    static const char *const ways[][5] = {{"render.threads", "1", NULL},
                                          {"render.threads", "3", NULL},
                                          {"render.threads", "2", "render.tile", "16", NULL}};
    uint64_t hash = 0;
    for (int i = 0; i < 3; i++) {
        test_picture p = test_render_by("render", "rugged.tif", knobs, ways[i]);
        uint64_t here = test_picture_hash(&p);
        if (i > 0) assert_true(here == hash);
        hash = here;
        free(p.rgba);
    }
}

/* Where cells are cut the ground is not the DEM's patch, and it is on the ground that they stand.
 */
static void they_stand_on_ground_that_has_detail(void **state)
{
    (void)state;
    static const char *const fine[] = {"terrain.detail", "16", "objects",
                                       "path=small.ply,points=way.csv,on_ground=false", NULL};
    const double low[3] = {-1.0, -1.0, 0.0}, high[3] = {1.0, 1.0, 2.0};
    int moved = 0;
    write_dem("rugged.tif", SIDE, CELL, height_rugged);
    write_box("small.ply", low, high);
    FILE *out = fopen("way.csv", "w");
    assert_non_null(out);
    fprintf(out, "x,y\n");
    for (int i = 1; i <= 100; i++) fprintf(out, "%g,%g\n", 500100.0 + 7 * i, 3998300.0 + 5 * i);
    fclose(out);
    stage s = open_stage("rugged.tif", as_ground, fine);
    const vdk_height_field *f = &s.scene->terrain->field;
    for (int i = 0; i < s.scene->objects->instance_count; i++) {
        vdk_position p = s.scene->objects->instances[i].placed.at;
        double ground = (double)vdk_height_of(f, p.cx, p.cy, p.fx, p.fy);
        double patch = (double)vdk_patch_height(vdk_patch_at(f, p.cx, p.cy), p.fx, p.fy);
        moved += fabs(ground - patch) > 0.1;
        assert_true(fabs((double)p.z - ground) < 1e-3);
    }
    print_message("%d of %d stand 10 cm or more off the DEM's patch\n", moved,
                  s.scene->objects->instance_count);
    assert_true(moved > 10);
    close_stage(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mesh_of_a_dem_is_met_as_the_dem_is),
        cmocka_unit_test(a_mesh_of_a_dem_looks_as_the_dem_does),
        cmocka_unit_test(an_object_throws_its_shadow_on_the_ground),
        cmocka_unit_test(the_ground_throws_its_shadow_on_an_object),
        cmocka_unit_test(light_passes_between_an_object_and_the_ground),
        cmocka_unit_test(many_stand_on_the_ground),
        cmocka_unit_test(threads_and_tiles_change_nothing),
        cmocka_unit_test(they_stand_on_ground_that_has_detail),
    };
    if (!vd_mesh_has_reader() || !vd_object_tracer_is_there()) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
