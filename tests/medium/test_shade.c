/* Paths in lanes: every shader gives the bits of the scalar one.
 *
 * Two waves go through the same samples side by side, one shaded in lanes and one in scalars, and
 * after each stage all that they hold must be the same: paths, vertices, rays, and in the end the
 * radiance of the samples. Scenes are of all kinds that shading tells apart; the pieces of them are
 * cut so that waves begin and end with any number of lanes. And pictures are compared as the
 * program makes them, by VEDUTA_ISA. */
#include <gdal.h>

#include "picture.h"
#include "render/wave_parts.h"
#include "scene/scene.h"

#define WINDOW VD_SOURCE_DIR "/tests/data/window.tif"
#define DEGREES VD_SOURCE_DIR "/data/rmnp.tif"

/* The raster's corner is in all of them, so that there are places beyond its edge. */
static const struct {
    const char *name, *dem;
    const char *knobs[11];
    int mixed_suns; /* whether the first sun is made a point, which no knob does */
} scenes[] = {
    {"default", WINDOW, {NULL}, 0},
    {"float heights", WINDOW, {"terrain.precision", "float32", NULL}, 0},
    {"heights in blocks", WINDOW, {"terrain.precision", "int16", "dem.smooth", "40", NULL}, 0},
    {"point", WINDOW, {"sun.size", "0", NULL}, 0},
    {"point alone", WINDOW, {"sun.size", "0", "sky.strength", "0", NULL}, 0},
    {"small disc", WINDOW, {"sun.size", "0.53", "sun.altitude", "12", NULL}, 0},
    {"two suns", WINDOW, {"suns", "120,35,2", "suns", "300,10,1", NULL}, 0},
    {"disc and points", WINDOW, {"sun.multidirectional", "true", NULL}, 1},
    {"sky", WINDOW, {"sun.strength", "0", "sky.strength", "1", "sky.model", "gradient", NULL}, 0},
    {"ramp", WINDOW, {"surface.ramp", "terrain", NULL}, 0},
    {"drape", WINDOW, {"drape.path", "drape.tif", "drape.opacity", "0.7", NULL}, 0},
    {"degrees", DEGREES, {"terrain.z_factor", "2", NULL}, 0},
    {"flat normals", WINDOW, {"terrain.normals", "flat", NULL}, 0},
    {"open border", WINDOW, {"terrain.border", "open", NULL}, 0},
    {"weak shadows", WINDOW, {"shadow.strength", "0.4", NULL}, 0},
    {"unlimited", WINDOW, {"render.bounces", "unlimited", "surface.albedo", "0.95,0.9,1", NULL}, 0},
    {"direct", WINDOW, {"render.bounces", "0", "sky.strength", "0", "sun.size", "0", NULL}, 0},
    {"black", WINDOW, {"surface.albedo", "0", NULL}, 0},
    {"another CRS", WINDOW, {"camera.crs", "EPSG:4326", NULL}, 0},
    {"blue", WINDOW, {"render.pattern", "blue", "render.seed", "7", NULL}, 0},
    {"zoomed, box", WINDOW, {"camera.output_scale", "1.7", "filter.shape", "box", NULL}, 0},
    {"view",
     WINDOW,
     {"camera.eye", "391000,3799000,agl:400", "camera.target", "391500,3800500,agl:0",
      "terrain.border", "open", NULL},
     0},
    {"view from beyond the edge",
     WINDOW,
     {"camera.eye", "380000,3790000,6000", "camera.target", "391500,3800500,agl:0",
      "terrain.border", "open", "background.fill", "transparent", NULL},
     0},
    {"view over endless ground",
     WINDOW,
     {"camera.eye", "391000,3799000,agl:400", "camera.target", "391500,3800500,agl:0",
      "terrain.border", "extend", NULL},
     0},
    {"steep",
     WINDOW,
     {"terrain.z_factor", "40", "sun.altitude", "3", "render.bounces", "12", NULL},
     0},
};
enum { SCENES = sizeof(scenes) / sizeof(scenes[0]) };

/* Not plain, so shaded in scalars whatever traces. */
static const char *const glossy[] = {"surface.roughness",
                                     "0.4",
                                     "surface.metallic",
                                     "0.3",
                                     "surface.diffuse_roughness",
                                     "0.5",
                                     NULL,
                                     NULL,
                                     0};

/* Plain but for fog of known depth. Slots of a wave are in another order in lanes, so pictures
 * alone can be compared. */
#define FOG_VIEW                                                                                   \
    "camera.eye", "391000,3799000,agl:300", "camera.target", "391500,3800500,agl:0",               \
        "terrain.border", "extend", "fog.extinction", "0.001", "fog.kind"
static const struct {
    const char *name;
    const char *knobs[18];
} foggy[] = {
    {"fog by height", {FOG_VIEW, "height", "fog.height", "150", NULL}},
    {"even fog",
     {"camera.eye", "391000,3799000,agl:300", "camera.target", "391500,3800500,agl:0",
      "terrain.border", "open", "fog.kind", "homogeneous", "fog.top", "2300", "fog.albedo",
      "0.9,0.5,0.2", NULL}},
    {"fog on the round earth",
     {FOG_VIEW, "height", "camera.curvature", "true", "fog.g", "0", NULL}},
    {"fog under a point", {FOG_VIEW, "height", "sun.size", "0", "sky.model", "gradient", NULL}},
    {"fog under a wide sun", {FOG_VIEW, "height", "sun.size", "20", "render.bounces", "1", NULL}},
    {"fog without a sun", {FOG_VIEW, "height", "sun.strength", "0", "fog.g", "-0.5", NULL}},
    {"shafts", {FOG_VIEW, "height", "media.mode", "shafts", "shadow.strength", "0.5", NULL}},
    {"fog of many bounces",
     {FOG_VIEW, "height", "render.bounces", "unlimited", "surface.albedo", "0.9", "render.pattern",
      "blue", NULL}},
    {"fog through an aperture",
     {FOG_VIEW, "height", "lens.dof", "thin-lens", "lens.aperture", "4", NULL}},
};
enum { FOGGY = sizeof(foggy) / sizeof(foggy[0]) };

static void write_drape(void)
{
    uint8_t texels[3 * 64 * 64];
    double geotransform[6];
    for (int i = 0; i < 3 * 64 * 64; i++) texels[i] = (uint8_t)(i * 37 + i / 64);
    GDALAllRegister();
    GDALDatasetH dem = GDALOpen(WINDOW, GA_ReadOnly);
    GDALDatasetH drape =
        GDALCreate(GDALGetDriverByName("GTiff"), "drape.tif", 64, 64, 3, GDT_Byte, NULL);
    assert_non_null(dem);
    assert_non_null(drape);
    GDALGetGeoTransform(dem, geotransform);
    geotransform[1] *= 3.0; /* it covers a part */
    geotransform[5] *= 3.0;
    GDALSetGeoTransform(drape, geotransform);
    GDALSetProjection(drape, GDALGetProjectionRef(dem));
    assert_int_equal(GDALDatasetRasterIO(drape, GF_Write, 0, 0, 64, 64, texels, 64, 64, GDT_Byte, 3,
                                         NULL, 0, 0, 0),
                     CE_None);
    GDALClose(drape);
    GDALClose(dem);
}

/** The command that has a use for a scene's knobs. */
static const char *command_of(const char *const *knobs)
{
    return knobs[0] && strcmp(knobs[0], "camera.eye") == 0 ? "render" : "relief";
}

/* Two waves of the same samples. */
typedef struct pair {
    const char *scene, *isa;
    vd_wave *expected, *tried;
} pair;

static void check(const pair *p, const char *what, int item, int i, int32_t expected, int32_t got)
{
    if (expected != got)
        fail_msg("%s by %s: %s %d of slot %d is %08x, not %08x", p->scene, p->isa, what, item, i,
                 (unsigned)got, (unsigned)expected);
}

static void check_paths(const pair *p)
{
    check(p, "slots", 0, 0, p->expected->active, p->tried->active);
    check(p, "samples", 0, 0, p->expected->next, p->tried->next);
    /* What follows the sample is for the scalar shader alone. */
    for (int k = 0; k <= VD_PATH_SAMPLE; k++)
        for (int i = 0; i < p->expected->active; i++)
            check(p, "path item", k, i, p->expected->path[k].i[i], p->tried->path[k].i[i]);
}

static void check_vertices(const pair *p)
{
    const vd_wave_item *expected = p->expected->vertex;
    for (int k = 0; k < VD_VERTEX_PLAIN_ITEMS; k++)
        for (int i = 0; i < p->expected->active; i++) {
            bool of_sun = k >= VD_VERTEX_SUN_LIGHT && k <= VD_VERTEX_SUN_FACTOR;
            if (of_sun && !expected[VD_VERTEX_TO_SUN].i[i]) continue;
            if (k >= VD_VERTEX_DIRECTION && !expected[VD_VERTEX_ONWARD].i[i]) continue;
            check(p, "vertex item", k, i, expected[k].i[i], p->tried->vertex[k].i[i]);
        }
}

static void check_batches(const pair *p, const vd_ray_batch *e, const vd_ray_batch *t)
{
    const void *expected[] = {e->cx, e->cy, e->fx, e->fy, e->z, e->dx, e->dy, e->dz};
    const void *tried[] = {t->cx, t->cy, t->fx, t->fy, t->z, t->dx, t->dy, t->dz};
    check(p, "rays", 0, 0, e->count, t->count);
    for (int k = 0; k < 8; k++)
        if (memcmp(expected[k], tried[k], sizeof(int32_t) * (size_t)e->count) != 0)
            fail_msg("%s by %s: item %d of rays differs", p->scene, p->isa, k);
}

/** Takes both waves through a job's samples. */
static void run(const pair *p, const vd_wave_job *job)
{
    const vdk_scene *scene = job->scene;
    vd_wave *waves[] = {p->expected, p->tried};
    for (int k = 0; k < 2; k++) {
        vd_wave *wave = waves[k];
        memset(wave->seen, 0, sizeof(wave->seen));
        wave->active = wave->next = 0;
        wave->to_sun.on_surface = wave->onward.on_surface = 1;
        wave->to_sun.any_hit = 1;
        wave->onward.any_hit = 0;
    }
    for (;;) {
        vd_shader_scalar.place(p->expected, job);
        job->shader->place(p->tried, job);
        check_paths(p);
        if (p->tried->active == 0) break;
        vd_shader_scalar.shade(p->expected, scene);
        job->shader->shade(p->tried, scene);
        check_vertices(p);
        check_batches(p, &p->expected->to_sun, &p->tried->to_sun);
        check_batches(p, &p->expected->onward, &p->tried->onward);
        for (int k = 0; k < 2; k++) {
            job->tracer->trace(&scene->terrain, &waves[k]->to_sun, waves[k]->work);
            job->tracer->trace(&scene->terrain, &waves[k]->onward, waves[k]->work);
        }
        vd_shader_scalar.advance(p->expected, scene);
        job->shader->advance(p->tried, scene);
        check_paths(p);
    }
    if (memcmp(p->expected->seen, p->tried->seen, sizeof(p->tried->seen)) != 0)
        fail_msg("%s by %s: the radiance differs", p->scene, p->isa);
}

/** Pieces of a picture, with the corners of the raster, and of all sizes. */
static void try_pieces(const pair *p, const vd_scene *scene, const vd_tracer *tracer)
{
    static const int sizes[][3] = {{16, 16, 16}, {16, 16, 4}, {1, 1, 1}, {5, 3, 7}, {16, 9, 1}};
    const vd_frame *frame = &scene->frame;
    for (int n = 0; n < 40; n++) {
        const int *size = sizes[n % 5];
        vd_wave_job job = {&scene->flat,
                           tracer,
                           vd_shader_of(tracer, &scene->flat),
                           0,
                           0,
                           size[0],
                           size[1],
                           (uint32_t)n,
                           0,
                           NULL,
                           NULL,
                           NULL,
                           NULL,
                           0,
                           NULL,
                           NULL,
                           0};
        job.to = job.from + (uint32_t)size[2];
        if (n % 4 != 0) job.x = (n * 53) % (frame->width - size[0]);
        if (n % 4 != 1) job.y = (n * 31) % (frame->height - size[1]);
        if (n % 4 == 2) job.x = frame->width - size[0];
        if (n % 8 == 3) job.y = frame->height - size[1];
        run(p, &job);
    }
}

static void shaders_agree(void **state)
{
    (void)state;
    write_drape();
    for (int n = 0; n < SCENES; n++) {
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_tracer tracer;
        pair p = {scenes[n].name, NULL, NULL, NULL};
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        const char *command = command_of(scenes[n].knobs);
        vd_settings *settings =
            test_settings_for(context, command, scenes[n].dem, scenes[n].knobs, NULL);
        if (strcmp(command, "render") == 0)
            test_ok(context, vd_settings_set(context, settings, "camera.size", "200x130"));
        test_ok(context, vd_scene_load(context, settings, &scene));
        test_ok(context, vd_wave_create(context, &p.expected));
        test_ok(context, vd_wave_create(context, &p.tried));
        if (scenes[n].mixed_suns) scene->flat.suns[0].cos_half = 1.0f;
        for (int k = 1; vd_tracer_at(k, &tracer); k++) {
            p.isa = tracer.isa;
            assert_true(vd_shader_of(&tracer, &scene->flat) != &vd_shader_scalar);
            try_pieces(&p, scene, &tracer);
        }
        vd_wave_destroy(p.tried);
        vd_wave_destroy(p.expected);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
}

static void fog_is_shaded_in_lanes(void **state)
{
    static const struct {
        const char *knobs[18];
        int in_lanes;
    } of[] = {
        {{FOG_VIEW, "height", NULL}, 1},
        {{FOG_VIEW, "height", "fog.patchiness", "0.5", NULL}, 0},
        {{FOG_VIEW, "height", "suns", "120,35,2", "suns", "300,10,1", NULL}, 0},
        {{FOG_VIEW, "height", "surface.metallic", "0.5", NULL}, 0},
        {{FOG_VIEW, "height", "clouds.kind", "cumulus", NULL}, 0},
    };
    (void)state;
    for (size_t n = 0; n < sizeof(of) / sizeof(of[0]); n++) {
        vd_context *context = NULL;
        vd_scene *scene = NULL;
        vd_tracer tracer;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        vd_settings *settings = test_settings_for(context, "render", WINDOW, of[n].knobs, NULL);
        test_ok(context, vd_settings_set(context, settings, "camera.size", "80x50"));
        test_ok(context, vd_scene_load(context, settings, &scene));
        for (int k = 1; vd_tracer_at(k, &tracer); k++)
            assert_int_equal(vd_shader_of(&tracer, &scene->flat) != &vd_shader_scalar,
                             of[n].in_lanes);
        vd_scene_destroy(scene);
        vd_settings_destroy(settings);
        vd_context_destroy(context);
    }
}

/* Whole pictures, of few samples. */
static void picture_agrees(const char *name, const char *dem, const char *const *knobs)
{
    static const char *const small[] = {"render.samples", "2", "dem.srcwin", "0,0,110,90", NULL};
    static const char *const view[] = {"render.samples", "2", "camera.size", "110x90", NULL};
    const char *command = command_of(knobs);
    uint64_t expected = 0;
    vd_tracer tracer;
    for (int k = 0; vd_tracer_at(k, &tracer); k++) {
        assert_int_equal(setenv("VEDUTA_ISA", tracer.isa, 1), 0);
        bool is_view = strcmp(command, "render") == 0;
        test_picture p = test_render_by(command, dem, knobs, is_view ? view : small);
        uint64_t hash = test_picture_hash(&p);
        free(p.rgba);
        if (k == 0) expected = hash;
        if (hash != expected) fail_msg("%s: %s differs", name, tracer.isa);
    }
}

static void pictures_agree(void **state)
{
    (void)state;
    write_drape();
    for (int n = 0; n < SCENES; n++) picture_agrees(scenes[n].name, scenes[n].dem, scenes[n].knobs);
    picture_agrees("glossy", WINDOW, glossy);
    for (int n = 0; n < FOGGY; n++) picture_agrees(foggy[n].name, WINDOW, foggy[n].knobs);
    unsetenv("VEDUTA_ISA");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shaders_agree),
        cmocka_unit_test(fog_is_shaded_in_lanes),
        cmocka_unit_test(pictures_agree),
    };
    return cmocka_run_group_tests_name("shade", tests, NULL, NULL);
}
