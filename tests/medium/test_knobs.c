/* Every knob of the table does something: set to another value it changes the picture, or it is
 * refused where it has no use, or it is known not to touch pixels, and then they are shown to be
 * the same. A knob without a row here fails the test. */
#include "knob_files.h"
#include "picture.h"
#include "raster.h"

#define EVENING VD_SOURCE_DIR "/data/evening.hdr"

typedef enum effect { CHANGES, KEEPS, ELSEWHERE } effect;

/* What else is set for the comparison, "beside", holds for both pictures. */
typedef struct knob_row {
    const char *name;
    effect effect;
    const char *value;
    const char *beside[9];
    const char *dem;     /* NULL: WINDOW */
    const char *without; /* the value to compare with; NULL: unset */
} knob_row;

typedef struct refusal {
    const char *name, *value;
    const char *beside[5];
} refusal;

#include "animation_knobs.h"
#include "cloud_knobs.h"
#include "effects_knobs.h"
#include "file_knobs.h"
#include "flight_knobs.h"
#include "ground_knobs.h"
#include "media_knobs.h"
#include "object_knobs.h"
#include "shutter_knobs.h"
#include "view_knobs.h"
#include "water_knobs.h"

static const knob_row rows[] = {
    {"dem.path", CHANGES, "raised.tif", {NULL}, NULL, NULL}, /* over WINDOW */
    {"dem.band", CHANGES, "2", {NULL}, "two_bands.tif", NULL},
    {"dem.bbox", CHANGES, "390000,3800000,390600,3800600", {"dem.srcwin", NULL}, NULL, NULL},
    {"dem.srcwin", CHANGES, "100,100,24,24", {NULL}, NULL, NULL},
    {"camera.crop", CHANGES, "3,4,10,12", {NULL}, NULL, NULL},
    {"dem.assign_crs", CHANGES, "EPSG:2229", {NULL}, NULL, NULL}, /* feet on the ground */
    {"dem.cell_size", CHANGES, "60", {NULL}, "bare.tif", "30"},
    {"dem.scale", CHANGES, "3", {NULL}, NULL, NULL},
    {"dem.smooth", CHANGES, "100", {NULL}, NULL, NULL},
    {"dem.fill_nodata", CHANGES, "2", {NULL}, "raised.tif", NULL},
    {"dem.cache", KEEPS, "./kept", {NULL}, "raised.tif", NULL},
    {"dem.cache_size", KEEPS, "1", {"dem.cache", "./kept", NULL}, NULL, NULL},
    {"dem.cache_verify", KEEPS, "true", {"dem.cache", "./kept", NULL}, NULL, NULL},
    {"dem.overviews", CHANGES, "none", {"camera.output_scale", "0.125", NULL}, "raised.tif", NULL},
    {"terrain.z_factor", CHANGES, "2", {NULL}, NULL, NULL},
    {"terrain.normals", CHANGES, "flat", {NULL}, NULL, NULL},
    {"terrain.border",
     CHANGES,
     "open",
     {"dem.srcwin", "0,0,24,24", "sun.altitude", "10", NULL},
     NULL,
     NULL},
    {"terrain.base", CHANGES, "-500", {NULL}, NULL, NULL},
    {"terrain.plinth", CHANGES, "1,0,0", {NULL}, NULL, NULL},
    {"terrain.plane", CHANGES, "none", {NULL}, NULL, NULL},
    {"terrain.precision", CHANGES, "int16", {"dem.smooth", "50", NULL}, NULL, "float32"},
    {"surface.albedo", CHANGES, "0.5", {NULL}, NULL, NULL},
    {"surface.ramp", CHANGES, "hypsometric", {NULL}, NULL, NULL},
    {"surface.ramp_match", CHANGES, "nearest", {"surface.ramp", "hypsometric", NULL}, NULL, NULL},
    {"surface.roughness", CHANGES, "0.3", {NULL}, NULL, NULL},
    {"surface.metallic", CHANGES, "0.5", {"surface.roughness", "0.5", NULL}, NULL, NULL},
    {"surface.specular", CHANGES, "0.8", {"surface.roughness", "0.5", NULL}, NULL, NULL},
    {"surface.diffuse_roughness", CHANGES, "0.5", {NULL}, NULL, NULL},
    {"surface.multiscatter", CHANGES, "false", {"surface.roughness", "0.9", NULL}, NULL, NULL},
    {"drape.path", CHANGES, "drape.tif", {NULL}, NULL, NULL},
    {"drape.opacity", CHANGES, "0.5", {"drape.path", "drape.tif", NULL}, NULL, NULL},
    {"drape.resampling", CHANGES, "nearest", {"drape.path", "drape.tif", NULL}, NULL, NULL},
    {"sun.azimuth", CHANGES, "100", {NULL}, NULL, NULL},
    {"sun.altitude", CHANGES, "20", {NULL}, NULL, NULL},
    {"sun.strength", CHANGES, "2", {NULL}, NULL, NULL},
    {"sun.size", CHANGES, "5", {NULL}, NULL, NULL},
    {"sun.color", CHANGES, "1,0.9,0.8", {NULL}, NULL, NULL},
    {"sun.multidirectional", CHANGES, "true", {NULL}, NULL, NULL},
    {"sun.time", CHANGES, "2026-06-21T08:00-07:00", {NULL}, NULL, NULL},
    {"sun.place", CHANGES, "-90,45", {"sun.time", "2026-06-21T08:00-07:00", NULL}, NULL, NULL},
    {"suns", CHANGES, "200,30,1", {NULL}, NULL, NULL},
    {"suns[].azimuth", CHANGES, "200,30,1", {NULL}, NULL, "100,30,1"},
    {"suns[].altitude", CHANGES, "200,60,1", {NULL}, NULL, "200,30,1"},
    {"suns[].strength", CHANGES, "200,30,2", {NULL}, NULL, "200,30,1"},
    {"sky.model", CHANGES, "gradient", {NULL}, NULL, NULL},
    {"sky.strength", CHANGES, "0.5", {NULL}, NULL, NULL},
    {"sky.color", CHANGES, "0.8,0.9,1", {NULL}, NULL, NULL},
    {"sky.horizon", CHANGES, "0.9", {"sky.model", "gradient", NULL}, NULL, NULL},
    {"atmosphere.planet", CHANGES, "mars", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.visibility", CHANGES, "15", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.turbidity", CHANGES, "15", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.aerosol", CHANGES, "urban", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.ozone", CHANGES, "900", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.ground_albedo", CHANGES, "0.9", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.altitude", CHANGES, "6000", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.strength", CHANGES, "2", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.disc", KEEPS, "false", {"sky.model", "physical", NULL}, NULL, NULL}, /* of a map */
    {"atmosphere.aerial", CHANGES, "on", {"sky.model", "physical", NULL}, NULL, NULL},
    {"atmosphere.aerial_strength",
     CHANGES,
     "9",
     {"sky.model", "physical", "atmosphere.aerial", "on", NULL},
     NULL,
     NULL},
    {"sun.moon", CHANGES, "true", {"sky.model", "physical", NULL}, NULL, NULL},
    {"sun.moon_age",
     CHANGES,
     "90",
     {"sky.model", "physical", "sun.moon", "true", NULL},
     NULL,
     NULL},
    {"environment.path", CHANGES, EVENING, {NULL}, NULL, NULL},
    {"environment.rotation", CHANGES, "90", {"environment.path", EVENING, NULL}, NULL, NULL},
    {"environment.strength", CHANGES, "2", {"environment.path", EVENING, NULL}, NULL, NULL},
    {"shadow.strength", CHANGES, "0.5", {"sun.altitude", "15", NULL}, NULL, NULL},
    {"camera.output_scale", CHANGES, "2", {NULL}, NULL, NULL},
    {"camera.size", CHANGES, "20x30", {NULL}, NULL, NULL},
    {"camera.resolution", CHANGES, "45", {NULL}, NULL, NULL},
    {"camera.crs", CHANGES, "EPSG:3857", {NULL}, NULL, NULL},
    {"background.fill", CHANGES, "0,0,1", {NULL}, NULL, NULL},
    {"clip.path", CHANGES, "west.geojson", {NULL}, NULL, NULL},
    {"clip.layer", CHANGES, "east", {"clip.path", "both.vrt", NULL}, NULL, "west"},
    {"filter.shape", CHANGES, "gaussian", {NULL}, NULL, NULL},
    {"filter.width", CHANGES, "3", {NULL}, NULL, NULL},
    {"render.samples", CHANGES, "5", {NULL}, NULL, NULL},
    {"render.noise", CHANGES, "0.2", {"render.samples", "64", NULL}, NULL, NULL},
    {"render.time_limit", CHANGES, "1e-9", {"render.samples", "8", NULL}, NULL, NULL},
    {"render.checkpoint", KEEPS, "knob.ck", {NULL}, NULL, NULL},
    {"render.resume", KEEPS, "true", {"render.checkpoint", "knob.ck", NULL}, NULL, NULL},
    {"render.pattern", CHANGES, "blue", {NULL}, NULL, NULL},
    {"render.seed", CHANGES, "7", {NULL}, NULL, NULL},
    {"render.threads", KEEPS, "3", {NULL}, NULL, NULL},
    {"render.tile", KEEPS, "16", {NULL}, NULL, NULL},
    {"render.bounces", CHANGES, "0", {NULL}, NULL, NULL},
    {"render.memory", KEEPS, "0", {NULL}, NULL, NULL},
    {"render.spool_dir", KEEPS, ".", {"render.memory", "0", NULL}, NULL, NULL},
    /* Hours of sun: tests/medium/test_sun_hours.c and tests/cli/sun_hours.t. */
    {"insolation.date", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"insolation.to", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"insolation.every", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"insolation.step", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"insolation.turbidity", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"insolation.diffuse", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"run.quiet", ELSEWHERE, NULL, {NULL}, NULL, NULL},   /* tests/cli */
    {"run.stats", ELSEWHERE, NULL, {NULL}, NULL, NULL},   /* tests/cli */
    {"run.dry_run", ELSEWHERE, NULL, {NULL}, NULL, NULL}, /* tests/cli */
};

/* Knobs that must be refused by name, for want of use, beside others; those of views alone in a
 * view.
 */
static const refusal refusals[] = {
    {"--denoise", "nlm", {"render.samples", "1", NULL}},
    {"--oidn-library", "libOpenImageDenoise.so.2", {NULL}},
    {"--oidn-device", "fastest", {"denoise.method", "nlm", "render.samples", "2", NULL}},
    {"--azimuth", "100", {"suns", "200,30", NULL}},
    {"--altitude", "20", {"suns", "200,30", NULL}},
    {"--sun-strength", "2", {"suns", "200,30", NULL}},
    {"--multidirectional", "true", {"suns", "200,30", NULL}},
    {"--azimuth", "100", {"sun.multidirectional", "true", NULL}},
    {"--azimuth", "100", {"sun.time", "2026-06-21T08:00-07:00", NULL}},
    {"--altitude", "20", {"sun.time", "2026-06-21T08:00-07:00", NULL}},
    {"--time", "2026-06-21T08:00-07:00", {"sun.multidirectional", "true", NULL}},
    {"--time", "2026-06-21T08:00-07:00", {"suns", "200,30", NULL}},
    {"--time", "2026-06-21T08:00", {NULL}},
    {"--time", "2026-06-21T08:00Z", {NULL}}, /* night there */
    {"--time", "2026-06-21T08:00-07:00", {"dem.path", "bare.tif", "dem.cell_size", "30", NULL}},
    {"--place", "8,46", {NULL}},
    {"--place", "8,91", {"sun.time", "2026-06-21T08:00-07:00", NULL}},
    {"--sky-horizon", "0.5", {NULL}},
    {"--altitude", "-5", {NULL}},
    {"--atmosphere-planet", "mars", {NULL}},
    {"--visibility", "20", {NULL}},
    {"--turbidity", "3", {NULL}},
    {"--aerosol", "urban", {NULL}},
    {"--ozone", "200", {NULL}},
    {"--ground-albedo", "0.2", {NULL}},
    {"--atmosphere-altitude", "100", {NULL}},
    {"--atmosphere-strength", "2", {NULL}},
    {"--no-disc", NULL, {NULL}},
    {"--aerial", "on", {NULL}},
    {"--aerial", "shaded", {"sky.model", "physical", NULL}}, /* of a map */
    {"--aerial-strength", "2", {NULL}},
    {"--aerial-strength", "2", {"sky.model", "physical", NULL}},
    {"--turbidity", "3", {"sky.model", "physical", "atmosphere.visibility", "20", NULL}},
    {"--visibility", "20", {"sky.model", "physical", "atmosphere.planet", "moon", NULL}},
    {"--ozone", "200", {"sky.model", "physical", "atmosphere.planet", "mars", NULL}},
    {"--sky-strength", "1", {"sky.model", "physical", NULL}},
    {"--sky-color", "1", {"sky.model", "physical", NULL}},
    {"--sky-horizon", "1", {"sky.model", "physical", NULL}},
    {"--sun-color", "0.5", {"sky.model", "physical", NULL}},
    {"--sun", "200,30", {"sky.model", "physical", NULL}},
    {"--multidirectional", "true", {"sky.model", "physical", NULL}},
    {"--environment-rotation", "90", {NULL}},
    {"--environment-strength", "2", {NULL}},
    {"--sky", "uniform", {"environment.path", EVENING, NULL}},
    {"--sky-strength", "1", {"environment.path", EVENING, NULL}},
    {"--sky-color", "1", {"environment.path", EVENING, NULL}},
    {"--sky-horizon", "1", {"environment.path", EVENING, NULL}},
    {"--shadow-strength", "0.5", {"environment.path", EVENING, NULL}},
    {"--surface-ramp-match", "nearest", {NULL}},
    {"--albedo", "0.5", {"surface.ramp", "grey", NULL}},
    {"--drape-opacity", "0.5", {NULL}},
    {"--palette", "nlcd", {NULL}},
    {"--classes-opacity", "0.5", {NULL}},
    {"--classes-blend", "1", {NULL}},
    {"--material", "name=m", {NULL}},
    {"--material", "name=m", {"materials", "name=m", "layers", "material=m", NULL}},
    {"--layer", "material=snwo", {NULL}},
    {"--layer", "material=snow,classes=3", {NULL}},
    {"--layer", "material=snow", {"layers", "material=rock", NULL}},
    {"--layer", "material=snow,opacity=0", {NULL}},
    {"--layer", "material=snow,slope_min=30,slope_max=20", {NULL}},
    {"--layer", "material=snow,curvature_min=1,curvature_max=0", {NULL}},
    {"--layer", "material=snow,elevation_min=9%,elevation_max=5%", {NULL}},
    {"--layer", "material=snow,elevation_min=high", {NULL}},
    {"--layer", "material=snow,elevation_soft=0", {NULL}},
    {"--layer", "material=snow,aspect_shift=x", {NULL}},
    {"--layer", "material=snow,classes=a", {"classes.path", "classes.tif", NULL}},
    {"--drape-resampling", "cubic", {NULL}},
    {"--drape-resampling", "cubic", {"drape.path", "classes.tif", NULL}},
    {"--srcwin", "0,0,9,9", {"dem.bbox", "390000,3800000,390600,3800600", NULL}},
    {"--resolution", "20", {"camera.size", "9x9", NULL}},
    {"--output-scale", "2", {"camera.size", "9x9", NULL}},
    {"--output-scale", "2", {"camera.resolution", "20", NULL}},
    {"--cell-size", "20", {NULL}},
    {"--assign-crs", "EPSG:32611", {"dem.path", "bare.tif", NULL}},
    {"--exposure", "1", {"output.type", "Float32", NULL}},
    {"--tone", "filmic", {"output.type", "Float32", NULL}},
    {"--auto-exposure", "true", {"output.type", "Float32", NULL}},
    {"--white-balance", "5000", {"output.type", "Float32", NULL}},
    {"--black-point", "0.1", {"output.type", "Float32", NULL}},
    {"--white-point", "2", {"output.type", "Float32", NULL}},
    {"--tint-shadow", "0.1", {"output.type", "Float32", NULL}},
    {"--tint-light", "0.9", {"output.type", "Float32", NULL}},
    {"--black-point", "1", {NULL}},
    {"--white-point", "0", {NULL}},
    {"--output-dither", "true", {"output.type", "Float32", NULL}},
    {"--exr-compression", "piz", {NULL}},
    {"--aov", "albedo,colour", {NULL}},
    {"--aov", "motion", {NULL}},
    {"--aov", "depth", {NULL}},
    {"--aov", "lonlat", {"dem.path", "bare.tif", "dem.cell_size", "30", NULL}},
    {"--ao-radius", "50", {NULL}},
    {"--exr-layout", "multichannel", {NULL}},
    {"--exr-layout", "multichannel", {"output.path", "knob.exr", NULL}},
    {"--exr-tile", "64", {NULL}},
    {"--aov", "normal", {NULL}},
    {"--output", "knob_{aov}.tif", {NULL}},
    {"--resume", "true", {NULL}},
    {"--memory", "9", {"render.checkpoint", "knob.ck", NULL}},
    {"--spool-dir", ".", {"render.checkpoint", "knob.ck", NULL}},
    {"--sample-counts", "counts.png", {NULL}},
    {"--overviews", "true", {"output.format", "PNG", NULL}},
    {"--overviews", "true", {"output.format", "COG", NULL}},
    {"--co", "COMPRESS=LZW", {"output.format", "PNG", NULL}},
    {"--worldfile", "true", {"dem.path", "bare.tif", "dem.cell_size", "30", NULL}},
    {"--srcwin", "250,0,9,9", {NULL}},
    {"--crop", "250,0,9,9", {NULL}},
    {"--crop", "0,0,9,0", {NULL}},
    {"--glare", "0.1", {"camera.crop", "0,0,9,9", NULL}},
    {"--tilt-shift", "0.1", {"camera.crop", "0,0,9,9", NULL}},
    {"--denoise", "nlm", {"camera.crop", "0,0,9,9", NULL}},
    {"--bbox", "0,0,1,1", {NULL}},
    {"--bbox", "0,0,1,1", {"camera.crs", "EPSG:3857", NULL}},
    {"--crs", "EPSG:3857", {"dem.path", "bare.tif", "dem.cell_size", "30", NULL}},
    {"--crs", "nonsense", {NULL}},
    {"--clip-mask", "far.geojson", {NULL}},
    {"--clip-layer", "west", {NULL}},
    {"--no-surface-multiscatter", NULL, {NULL}},
    {"--cache-size", "9", {NULL}},
    {"--cache-verify", "true", {NULL}},
    {"--terrain-border", "block", {NULL}},
};

/** Runs the whole way to a file; the picture's hash goes to *hash. Returns the first failure. */
static vd_result run(vd_context *context, vd_settings *settings, uint64_t *hash)
{
    vd_scene *scene = NULL;
    vd_picture *picture = NULL;
    vd_result result = vd_outputs_check(context, settings);
    if (result == VD_OK) result = vd_scene_load(context, settings, &scene);
    if (result == VD_OK) result = vd_render(context, scene, &picture);
    if (result == VD_OK) result = vd_picture_write(context, picture);
    if (result == VD_OK && hash) *hash = raster_hash("knob.tif");
    vd_picture_destroy(picture);
    vd_scene_destroy(scene);
    return result;
}

static bool sets(const char *const *knobs, const char *name)
{
    for (; knobs[0]; knobs++)
        if (strcmp(knobs[0], name) == 0) return true;
    return false;
}

/** Settings for a small picture into knob.tif. A lone "dem.srcwin" beside leaves the default window
 * out. */
static vd_settings *small_settings(vd_context *context, bool is_view, const char *dem,
                                   const char *const *beside)
{
    vd_settings *settings =
        test_settings_for(context, is_view ? "render" : "relief", dem, NULL, NULL);
    test_ok(context, vd_settings_set(context, settings, "output.path", "knob.tif"));
    test_ok(context, vd_settings_set(context, settings, "output.overwrite", "true"));
    test_ok(context, vd_settings_set(context, settings, "render.samples", "4"));
    if (is_view)
        test_ok(context, vd_settings_set(context, settings, "camera.size", "24x24"));
    else if (!sets(beside, "dem.srcwin") && !sets(beside, "dem.bbox"))
        test_ok(context, vd_settings_set(context, settings, "dem.srcwin", "60,60,24,24"));
    if (beside[0] && beside[1]) test_apply(context, settings, beside);
    return settings;
}

static uint64_t hash_with(vd_context *context, const knob_row *row, const char *value)
{
    uint64_t hash = 0;
    char knob[64]; /* a field of a record is set by its list */
    snprintf(knob, sizeof(knob), "%.*s", (int)strcspn(row->name, "["), row->name);
    bool is_view = !strstr(vd_knob_find(knob)->commands, "relief") ||
                   sets(row->beside, "objects") || sets(row->beside, "camera.fov");
    vd_settings *settings =
        small_settings(context, is_view, row->dem ? row->dem : WINDOW, row->beside);
    if (value) test_ok(context, vd_settings_set(context, settings, knob, value));
    test_ok(context, run(context, settings, &hash));
    vd_settings_destroy(settings);
    return hash;
}

#define TABLE(rows)                                                                                \
    {                                                                                              \
        rows, sizeof(rows) / sizeof((rows)[0])                                                     \
    }
static const struct {
    const knob_row *rows;
    size_t count;
} tables[] = {TABLE(rows),        TABLE(animation_rows), TABLE(effects_rows), TABLE(file_rows),
              TABLE(ground_rows), TABLE(media_rows),     TABLE(object_rows),  TABLE(view_rows),
              TABLE(water_rows),  TABLE(shutter_rows),   TABLE(flight_rows),  TABLE(cloud_rows)};

static const knob_row *row_of(const char *name)
{
    for (size_t k = 0; k < sizeof(tables) / sizeof(tables[0]); k++)
        for (size_t i = 0; i < tables[k].count; i++)
            if (strcmp(tables[k].rows[i].name, name) == 0) return &tables[k].rows[i];
    return NULL;
}

static void test_every_knob(void **state)
{
    vd_context *context = *state;
    for (size_t i = 0; i < vd_knob_count(); i++) {
        const char *name = vd_knob_at(i)->name;
        const knob_row *row = row_of(name);
        if (!row) fail_msg("%s has no row in this test", name);
        if (row->effect == ELSEWHERE) continue;
        uint64_t plain = hash_with(context, row, row->without);
        uint64_t set = hash_with(context, row, row->value);
        if ((plain != set) != (row->effect == CHANGES))
            fail_msg("%s = %s %s", name, row->value,
                     row->effect == CHANGES ? "changes nothing" : "changes the picture");
    }
}

static void check_refusal(vd_context *context, const refusal *r)
{
    const char *const *beside = r->beside;
    bool has_dem = beside[0] && strcmp(beside[0], "dem.path") == 0;
    bool is_view = strncmp(vd_knob_find(r->name)->commands, "render", 6) == 0;
    vd_settings *settings = test_settings_for(context, is_view ? "render" : "relief",
                                              has_dem ? beside[1] : WINDOW, NULL, NULL);
    const char *path = sets(beside, "output.format") ? "refused.dat" : "refused.tif";
    test_ok(context, vd_settings_set(context, settings, "output.path", path));
    test_ok(context, vd_settings_set(context, settings, "render.samples", "1"));
    test_apply(context, settings, has_dem ? beside + 2 : beside);
    vd_result result = vd_settings_set(context, settings, r->name, r->value);
    if (result == VD_OK) result = run(context, settings, NULL);
    const char *error = vd_context_error(context);
    if (result != VD_ERR_SETTING || strncmp(error, r->name, strlen(r->name)) != 0)
        fail_msg("%s %s is not refused by name: %s %s", r->name, r->value, vd_result_name(result),
                 error);
    vd_settings_destroy(settings);
    assert_null(fopen(path, "r"));
}

static void test_refusals(void **state)
{
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
        check_refusal(*state, &refusals[i]);
    for (size_t i = 0; i < sizeof(view_refusals) / sizeof(view_refusals[0]); i++)
        check_refusal(*state, &view_refusals[i]);
    for (size_t i = 0; i < sizeof(media_refusals) / sizeof(media_refusals[0]); i++)
        check_refusal(*state, &media_refusals[i]);
    for (size_t i = 0; i < sizeof(cloud_refusals) / sizeof(cloud_refusals[0]); i++)
        check_refusal(*state, &cloud_refusals[i]);
    for (size_t i = 0; i < sizeof(water_refusals) / sizeof(water_refusals[0]); i++)
        check_refusal(*state, &water_refusals[i]);
    for (size_t i = 0; i < sizeof(effects_refusals) / sizeof(effects_refusals[0]); i++)
        check_refusal(*state, &effects_refusals[i]);
    for (size_t i = 0; i < sizeof(animation_refusals) / sizeof(animation_refusals[0]); i++)
        check_refusal(*state, &animation_refusals[i]);
    for (size_t i = 0; i < sizeof(shutter_refusals) / sizeof(shutter_refusals[0]); i++)
        check_refusal(*state, &shutter_refusals[i]);
    for (size_t i = 0; i < sizeof(flight_refusals) / sizeof(flight_refusals[0]); i++)
        check_refusal(*state, &flight_refusals[i]);
}

/* Of knobs that say the same thing, the one from the higher origin counts; nothing is refused then.
 */
static void test_origins(void **state)
{
    static const struct {
        const char *scene, *flag, *value;
        int width;
    } cases[] = {
        {"camera: {output_scale: 2}", "--size", "50x50", 50},
        {"camera: {size: 9x9}", "--output-scale", "2", 48},
        {"camera: {size: 9x9}", "--resolution", "15", 48},
        {"dem: {bbox: [390000, 3800000, 390600, 3800600]}", "--srcwin", "0,0,30,20", 30},
        {"dem: {srcwin: [0, 0, 30, 20]}", "--bbox", "390000,3800000,390600,3800600", 20},
        {"suns: [{azimuth: 10, altitude: 20}]", "--azimuth", "100", 24},
        {"suns: [{azimuth: 10, altitude: 20}]", "--multidirectional", NULL, 24},
        {"sun: {multidirectional: true}", "--sun", "100,20", 24},
        {"sun: {time: 2026-06-21T02:00-07:00, place: [8, 46]}", "--azimuth", "100", 24},
        {"sky: {strength: 2}", "--environment", EVENING, 24},
        {"environment: {path: " EVENING ", rotation: 9}", "--sky-strength", "2", 24},
        {"sun: {azimuth: 10, altitude: 20}", "--time", "2026-06-21T08:00-07:00", 24},
    };
    vd_context *context = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        FILE *file = fopen("scene.yaml", "w");
        assert_non_null(file);
        bool window = strncmp(cases[i].scene, "dem", 3) != 0;
        fprintf(file, "%s\n", cases[i].scene);
        if (window) fprintf(file, "dem: {srcwin: [60, 60, 24, 24]}\n");
        fclose(file);
        vd_settings *settings = test_settings(context, WINDOW, NULL, NULL);
        test_ok(context, vd_settings_load(context, settings, "scene.yaml"));
        test_ok(context, vd_settings_set(context, settings, cases[i].flag, cases[i].value));
        vd_plan plan;
        test_ok(context, vd_plan_make(context, settings, &plan));
        assert_int_equal(plan.width, cases[i].width);
        vd_settings_destroy(settings);
    }
}

static int set_up(void **state)
{
    GDALAllRegister();
    write_variants();
    write_drapes();
    write_palette();
    write_cube();
    write_objects();
    write_flights();
    write_masks();
    write_water();
    return vd_context_create(NULL, (vd_context **)state) == VD_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    vd_context_destroy(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_knob),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_origins),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
