/* AOVs of what is seen: each against an independent computation, of pictures with a single sample a
 * pixel, whose AOV `position` says where on the ground it fell. */
#include <gdal_utils.h>
#include <ogr_srs_api.h>

#include "aov_fixture.h"

static const char *const one_sample[] = {"render.samples", "1", "aov.names", "all", NULL};
static const char *const middle[] = {"dem.srcwin", "60,60,80,64", NULL};

/** Fails unless a value is within its tolerance of the truth. */
static void near(const char *what, int pixel, double truth, double value, double tolerance)
{
    if (!(fabs(truth - value) <= tolerance))
        fail_msg("%s of pixel %d is %.9g, not %.9g (allowed %.2g)", what, pixel, value, truth,
                 tolerance);
}

static double degrees_between(double a, double b)
{
    double d = fabs(a - b);
    return d > 180.0 ? 360.0 - d : d;
}

/* Elevation, slope and aspect are those of the bilinear patch; what is exact in the kernel is so
 * but for floats: heights of some 1000 m are off by 6e-5 m (half a unit in the last place), a place
 * within its cell by 1e-6 of it, and slopes by both of these over a cell of 30 m. */
static void test_land(void **state)
{
    (void)state;
    double origin[3];
    grid d = read_dem(WINDOW);
    shot s = take("relief", WINDOW, one_sample, middle);
    float *position = aov_of(&s, "position", origin), *elevation = aov_of(&s, "elevation", NULL);
    float *slope = aov_of(&s, "slope", NULL), *aspect = aov_of(&s, "aspect", NULL);
    float *uv = aov_of(&s, "uv", NULL);
    for (int i = 0; i < s.width * s.height; i++) {
        double rise[2], x = origin[0] + (double)position[3 * i];
        double y = origin[1] + (double)position[3 * i + 1];
        double z = dem_at(&d, x, y, rise);
        double steep = hypot(rise[0], rise[1]);
        /* A float of a distance of up to 4 km is off by 1.2e-4 m. */
        near("elevation", i, z, (double)elevation[i], 2e-4 + 2e-4 * steep);
        near("height", i, z, origin[2] + (double)position[3 * i + 2], 2e-4 + 2e-4 * steep);
        near("slope", i, atan(steep) / DEGREE, (double)slope[i], 2e-3);
        double looks = atan2(-rise[0], -rise[1]) / DEGREE;
        near("aspect", i, 0.0,
             degrees_between(looks < 0.0 ? looks + 360.0 : looks, (double)aspect[i]),
             1e-3 / (steep + 1e-3));
        near("u", i, (x - d.geotransform[0]) / (d.geotransform[1] * d.nx), (double)uv[2 * i], 1e-6);
        near("v", i, 1.0 - (y - d.geotransform[3]) / (d.geotransform[5] * d.ny),
             (double)uv[2 * i + 1], 1e-6);
        /* The sample lies in its pixel, whose filter is 1.5 pixels wide. */
        double column = (x - d.geotransform[0]) / d.geotransform[1] - 60.0;
        double row = (y - d.geotransform[3]) / d.geotransform[5] - 60.0;
        near("column", i, i % s.width + 0.5, column, 0.7501);
        near("row", i, i / s.width + 0.5, row, 0.7501);
    }
    free(position);
    free(elevation);
    free(slope);
    free(aspect);
    free(uv);
    free(d.heights);
    drop(&s);
}

/* The mean slope of a relief's pixels is that of the patches, which is a little steeper than
 * Horn's, whose gradient is that of a window of 3 x 3 cells: here by less than 6 %, and aspects
 * are the same but for the flattest ground (where slope is above 5 degrees: half of them within 6
 * degrees of each other). */
static void test_gdaldem(void **state)
{
    static const char *const samples[] = {
        "render.samples", "16", "aov.names", "slope, aspect", "filter.shape", "box", "dem.srcwin",
        "20,20,200,200",  NULL};
    static const char *const modes[] = {"slope", "aspect"};
    (void)state;
    GDALAllRegister();
    GDALDatasetH in = GDALOpen(WINDOW, GA_ReadOnly);
    assert_non_null(in);
    shot s = take("relief", WINDOW, samples, NULL);
    float *ours[2] = {aov_of(&s, "slope", NULL), aov_of(&s, "aspect", NULL)};
    static float theirs[2][200 * 200];
    for (int k = 0; k < 2; k++) {
        int error = 0;
        GDALDatasetH out =
            GDALDEMProcessing(k ? "aspect.tif" : "slope.tif", in, modes[k], NULL, NULL, &error);
        assert_non_null(out);
        assert_int_equal(GDALRasterIO(GDALGetRasterBand(out, 1), GF_Read, 20, 20, 200, 200,
                                      theirs[k], 200, 200, GDT_Float32, 0, 0),
                         CE_None);
        GDALClose(out);
    }
    double mean[2] = {0.0, 0.0};
    int steep = 0, alike = 0;
    for (int i = 0; i < 200 * 200; i++) {
        mean[0] += (double)ours[0][i];
        mean[1] += (double)theirs[0][i];
        if (theirs[0][i] < 5.0f) continue;
        steep++;
        alike += degrees_between((double)ours[1][i], (double)theirs[1][i]) < 6.0;
    }
    if (mean[0] < mean[1] || mean[0] > 1.06 * mean[1])
        fail_msg("the mean slope is %.3f, of gdaldem %.3f", mean[0] / 40000.0, mean[1] / 40000.0);
    if (2 * alike < steep) fail_msg("of %d aspects %d are alike", steep, alike);
    free(ours[0]);
    free(ours[1]);
    GDALClose(in);
    drop(&s);
}

/** A way from one raster's map coordinates to longitude and latitude, or to another raster's. */
static OGRCoordinateTransformationH way(GDALDatasetH from, GDALDatasetH to)
{
    OGRSpatialReferenceH a = OSRClone(GDALGetSpatialRef(from));
    OGRSpatialReferenceH b = to ? OSRClone(GDALGetSpatialRef(to)) : OSRNewSpatialReference(NULL);
    if (!to) assert_int_equal(OSRImportFromEPSG(b, 4326), OGRERR_NONE);
    OSRSetAxisMappingStrategy(a, OAMS_TRADITIONAL_GIS_ORDER);
    OSRSetAxisMappingStrategy(b, OAMS_TRADITIONAL_GIS_ORDER);
    OGRCoordinateTransformationH transform = OCTNewCoordinateTransformation(a, b);
    assert_non_null(transform);
    OSRDestroySpatialReference(a);
    OSRDestroySpatialReference(b);
    return transform;
}

/** Longitude and latitude against PROJ, at the place that `position` says: that is a float of up to
 *  4 km, off by 1.3e-4 m, or of 0.1 degrees, off by 4e-9; either way less than 1e-8 degrees. */
static void check_lonlat(const char *command, const char *name, const char *const *knobs)
{
    double origin[3];
    shot s = take(command, name, one_sample, knobs);
    float *position = aov_of(&s, "position", origin), *lonlat = aov_of(&s, "lonlat", NULL);
    float *object = aov_of(&s, "object_id", NULL);
    GDALDatasetH in = GDALOpen(name, GA_ReadOnly);
    OGRCoordinateTransformationH transform = way(in, NULL);
    for (int i = 0; i < s.width * s.height; i++) {
        double x = origin[0] + (double)position[3 * i], y = origin[1] + (double)position[3 * i + 1];
        if (!(object[i] > 0.0f)) continue;
        assert_true(OCTTransform(transform, 1, &x, &y, NULL));
        near("longitude", i, x, (double)lonlat[4 * i] + (double)lonlat[4 * i + 2], 1e-8);
        near("latitude", i, y, (double)lonlat[4 * i + 1] + (double)lonlat[4 * i + 3], 1e-8);
    }
    OCTDestroyCoordinateTransformation(transform);
    GDALClose(in);
    free(position);
    free(lonlat);
    free(object);
    drop(&s);
}

static void test_lonlat(void **state)
{
    static const char *const view[] = {"camera.size", "64x48", "terrain.border", "open", NULL};
    static const char *const warped[] = {"camera.crs", "EPSG:3857", "camera.size", "60x50", NULL};
    (void)state;
    GDALAllRegister();
    check_lonlat("relief", WINDOW, middle);
    check_lonlat("render", WINDOW, view);
    check_lonlat("relief", WINDOW, warped);
    check_lonlat("relief", VD_SOURCE_DIR "/data/rmnp.tif", NULL); /* in degrees */
}

/* ---- views --------------------------------------------------------------------------------- */

static void cross(const double a[3], const double b[3], double out[3])
{
    for (int c = 0; c < 3; c++)
        out[c] = a[(c + 1) % 3] * b[(c + 2) % 3] - a[(c + 2) % 3] * b[(c + 1) % 3];
    double length = sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2]);
    for (int c = 0; c < 3; c++) out[c] /= length;
}

/* A camera by its eye and target: what `position` says is where the pixel looks, within its
 * narrow filter, and `depth` is how far along the axis. Positions are floats of some km, of which a
 * pixel is 6 m wide or more. */
static void test_camera(void **state)
{
    static const char *const knobs[] = {"camera.eye",
                                        "391000,3797000,4000",
                                        "camera.target",
                                        "391500,3800500,1200",
                                        "camera.fov",
                                        "40",
                                        "camera.size",
                                        "96x64",
                                        "filter.shape",
                                        "box",
                                        "filter.width",
                                        "0.5",
                                        "terrain.border",
                                        "open",
                                        NULL};
    const double eye[3] = {391000.0, 3797000.0, 4000.0};
    double forward[3] = {500.0, 3500.0, -2800.0}, up[3] = {0.0, 0.0, 1.0}, right[3], origin[3];
    double length = sqrt(500.0 * 500.0 + 3500.0 * 3500.0 + 2800.0 * 2800.0);
    (void)state;
    for (int c = 0; c < 3; c++) forward[c] /= length;
    cross(forward, up, right);
    cross(right, forward, up);
    double pixel = 2.0 * tan(20.0 * DEGREE) / 96.0;
    shot s = take("render", WINDOW, one_sample, knobs);
    float *position = aov_of(&s, "position", origin), *depth = aov_of(&s, "depth", NULL);
    float *nearest = aov_of(&s, "depth_nearest", NULL), *mask = aov_of(&s, "mask", NULL);
    float *normal = aov_of(&s, "normal", NULL), *in_camera = aov_of(&s, "normal_camera", NULL);
    int seen = 0;
    for (int i = 0; i < s.width * s.height; i++) {
        if (mask[4 * i] < 1.0f) {
            near("sky", i, 1.0, (double)mask[4 * i + 2], 0.0);
            assert_true(depth[i] >= 1.0e10f && nearest[i] >= 1.0e10f);
            continue;
        }
        double to[3], along[3] = {0.0, 0.0, 0.0}, n[3] = {0.0, 0.0, 0.0};
        for (int c = 0; c < 3; c++) {
            to[c] = origin[c] + (double)position[3 * i + c] - eye[c];
            double own = (double)normal[3 * i + c];
            along[0] += right[c] * to[c];
            along[1] += up[c] * to[c];
            along[2] += forward[c] * to[c];
            n[0] += right[c] * own;
            n[1] += up[c] * own;
            n[2] -= forward[c] * own;
        }
        near("depth", i, along[2], (double)depth[i], 1e-6 * along[2]);
        near("nearest depth", i, (double)depth[i], (double)nearest[i], 0.0);
        near("x", i, i % s.width + 0.5, 48.0 + along[0] / along[2] / pixel, 0.2502);
        near("y", i, i / s.width + 0.5, 32.0 - along[1] / along[2] / pixel, 0.2502);
        for (int c = 0; c < 3; c++) near("normal", i, n[c], (double)in_camera[3 * i + c], 1e-6);
        seen++;
    }
    assert_true(seen > s.width * s.height / 4 && seen < s.width * s.height);
    free(position);
    free(depth);
    free(nearest);
    free(mask);
    free(normal);
    free(in_camera);
    drop(&s);
}

/* With many samples a pixel's depth and place are means, and its nearest depth the least of them:
 * on smooth ground what they differ by is less than what the pixel spans. Shares of the mask add up
 * to one, as do Cryptomatte's of objects and its sky. */
static void test_means(void **state)
{
    static const char *const knobs[] = {"camera.size", "60x40", "render.samples",  "16",
                                        "aov.names",   "all",   "background.fill", "sky",
                                        NULL};
    (void)state;
    shot s = take("render", WINDOW, knobs, NULL);
    float *depth = aov_of(&s, "depth", NULL), *nearest = aov_of(&s, "depth_nearest", NULL);
    float *mask = aov_of(&s, "mask", NULL), *objects = aov_of(&s, "crypto_object", NULL);
    float *counts = aov_of(&s, "sample_count", NULL), *id = aov_of(&s, "object_id", NULL);
    int mixed = 0;
    for (int i = 0; i < s.width * s.height; i++) {
        const float *m = mask + 4 * i, *o = objects + 12 * i;
        double covered = 0.0;
        near("mask", i, 1.0, (double)m[0] + (double)m[1] + (double)m[2] + (double)m[3], 1e-6);
        for (int k = 0; k < 6; k++) {
            covered += (double)o[2 * k + 1];
            assert_true(k == 0 || o[2 * k + 1] <= o[2 * k - 1]);
            if (o[2 * k] == 1.0f) near("ground", i, (double)m[0], (double)o[2 * k + 1], 1e-6);
        }
        near("objects", i, 1.0 - (double)m[2], covered, 1e-6);
        near("samples", i, 16.0, (double)counts[i], 0.0);
        assert_true(nearest[i] <= depth[i] * 1.000001f);
        assert_true((id[i] > 0.0f) == (covered > 0.0));
        mixed += o[3] > 0.0f;
    }
    assert_true(mixed > 10);
    free(depth);
    free(nearest);
    free(mask);
    free(objects);
    free(counts);
    free(id);
    drop(&s);
}

/* ---- materials and classes ----------------------------------------------------------------- */

/** The class all around a place, or -1 where there are several. */
static int class_around(const grid *classes, double x, double y)
{
    int column = (int)((x - classes->geotransform[0]) / classes->geotransform[1]);
    int row = (int)((y - classes->geotransform[3]) / classes->geotransform[5]);
    int found = (int)classes->heights[row * classes->nx + column];
    for (int k = 0; k < 25; k++) {
        int at = (row + k / 5 - 2) * classes->nx + column + k % 5 - 2;
        if ((int)classes->heights[at] != found) return -1;
    }
    return found;
}

/* Ground that is glossy by layers: albedo, roughness and metallic are the material's where it alone
 * lies, and its id names it. Classes are the raster's own numbers at the place of the sample, as
 * they are kept for each pixel of the picture, of 90 m, where theirs has 31. */
static void test_ground(void **state)
{
    static const char *const of_classes = VD_SOURCE_DIR "/data/zion_nlcd.tif";
    static const char *const of_heights = VD_SOURCE_DIR "/data/zion.tif";
    static const char *const knobs[] = {"materials",
                                        "name=tin,color=0.6,roughness=0.3,metallic=1",
                                        "layers",
                                        "material=tin,classes=5",
                                        "classes.path",
                                        VD_SOURCE_DIR "/data/zion_nlcd.tif",
                                        "dem.srcwin",
                                        "100,100,60,60",
                                        NULL};
    double origin[3];
    int tin = 0, other = 0, checked = 0;
    (void)state;
    shot s = take("relief", of_heights, one_sample, knobs);
    grid classes = read_dem(of_classes);
    GDALDatasetH in = GDALOpen(of_heights, GA_ReadOnly), to = GDALOpen(of_classes, GA_ReadOnly);
    OGRCoordinateTransformationH transform = way(in, to);
    float *position = aov_of(&s, "position", origin), *class_ = aov_of(&s, "class", NULL);
    float *albedo = aov_of(&s, "albedo", NULL), *roughness = aov_of(&s, "roughness", NULL);
    float *metallic = aov_of(&s, "metallic", NULL), *material = aov_of(&s, "material_id", NULL);
    float *ranks = aov_of(&s, "crypto_material", NULL);
    for (int i = 0; i < s.width * s.height; i++) {
        double x = origin[0] + (double)position[3 * i], y = origin[1] + (double)position[3 * i + 1];
        bool is_tin = material[i] == 5.0f;
        assert_true(OCTTransform(transform, 1, &x, &y, NULL));
        assert_true(is_tin || material[i] == 1.0f);
        assert_true(is_tin == (metallic[i] > 0.5f));
        near("rank", i, (double)material[i], (double)ranks[12 * i], 0.0);
        near("coverage", i, 1.0, (double)ranks[12 * i + 1], 0.0);
        tin += is_tin;
        other += !is_tin;
        if (metallic[i] == 1.0f) {
            near("albedo", i, 0.6, (double)albedo[3 * i], 1e-6);
            near("roughness", i, 0.3, (double)roughness[i], 1e-6);
        }
        if (metallic[i] == 0.0f) near("roughness", i, 1.0, (double)roughness[i], 0.0);
        int truth = class_around(&classes, x, y);
        if (truth < 0) continue;
        near("class", i, truth, (double)class_[i], 0.0);
        checked++;
    }
    assert_true(tin > 100 && other > 100 && checked > 300);
    OCTDestroyCoordinateTransformation(transform);
    GDALClose(in);
    GDALClose(to);
    free(position);
    free(class_);
    free(albedo);
    free(roughness);
    free(metallic);
    free(material);
    free(ranks);
    free(classes.heights);
    drop(&s);
}

/* ---- refusals ------------------------------------------------------------------------------ */

static void test_refusals(void **state)
{
    static const struct {
        const char *command, *value, *says;
    } rows[] = {
        {"relief", "albedo,colour", "--aov-names: 'colour' is no AOV; there are albedo, normal"},
        {"relief", "depth", "--aov-names: 'depth' has no use on a map"},
        {"render", "motion", "--aov-names: 'motion' has no use without a shutter"},
        {"render", "volume", "'volume' has no use without fog"},
        {"render", "transmittance", "'transmittance' has no use without fog"},
        {"relief", "albedo,,normal", "'' is no AOV"},
    };
    vd_context *context = NULL;
    (void)state;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        vd_settings *settings = test_settings_for(context, rows[i].command, WINDOW, NULL, NULL);
        vd_plan plan;
        test_ok(context, vd_settings_set(context, settings, "--aov-names", rows[i].value));
        assert_int_equal(vd_plan_make(context, settings, &plan), VD_ERR_SETTING);
        if (!strstr(vd_context_error(context), rows[i].says))
            fail_msg("%s: %s", rows[i].value, vd_context_error(context));
        vd_settings_destroy(settings);
    }
    vd_context_destroy(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_land),     cmocka_unit_test(test_gdaldem),
        cmocka_unit_test(test_lonlat),   cmocka_unit_test(test_camera),
        cmocka_unit_test(test_means),    cmocka_unit_test(test_ground),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
