/* Rows of test_knobs.c for flights. */
#include <ogr_srs_api.h>

#define FLOWN "flight.path", "flown.gpkg", "animation.length", "9", "animation.frame", "3"

static const knob_row flight_rows[] = {
    {"flight.path",
     CHANGES,
     "flown.geojson",
     {"animation.length", "9", NULL},
     NULL,
     "back.geojson"},
    {"flight.layer", CHANGES, "east", {FLOWN, NULL}, NULL, "north"},
    {"flight.height", CHANGES, "900", {FLOWN, "flight.layer", "east", NULL}, NULL, NULL},
    {"flight.smoothing", CHANGES, "200", {FLOWN, "flight.layer", "east", NULL}, NULL, NULL},
    {"flight.look_ahead", CHANGES, "300", {FLOWN, "flight.layer", "east", NULL}, NULL, NULL},
    {"flight.tilt", CHANGES, "20", {FLOWN, "flight.layer", "east", NULL}, NULL, NULL},
    {"flight.speed",
     CHANGES,
     "2000",
     {"flight.path", "flown.geojson", "animation.frame", "3", NULL},
     NULL,
     "500"},
};

/* What is refused of them. */
static const refusal flight_refusals[] = {
    {"--flight-height", "100", {NULL}},
    {"--flight-speed", "100", {NULL}},
    {"--look-ahead", "100", {"animation.orbit", "90", "animation.length", "9", NULL}},
    {"--eye", "391000,3799000,agl:900", {"flight.path", "flown.geojson", "animation.length", "9"}},
    {"--orbit", "90", {"flight.path", "flown.geojson", "animation.length", "9", NULL}},
    {"--flight-tilt",
     "9",
     {"flight.path", "flown.geojson", "camera.target", "391000,3799000,agl:9"}},
    {"--length", "9", {"flight.path", "flown.geojson", "flight.speed", "500", NULL}},
};

static inline void write_flown(const char *driver, const char *path, int layers, int first)
{
    static const char *const names[] = {"east", "north"};
    OGRSpatialReferenceH crs = OSRNewSpatialReference(NULL);
    OSRImportFromEPSG(crs, 32611);
    GDALDriverH of = GDALGetDriverByName(driver);
    remove(path);
    GDALDatasetH out = GDALCreate(of, path, 0, 0, 0, GDT_Unknown, NULL);
    assert_non_null(out);
    for (int i = first; i < first + layers; i++) {
        OGRLayerH layer = GDALDatasetCreateLayer(out, names[i], crs, wkbLineString, NULL);
        OGRFeatureH feature = OGR_F_Create(OGR_L_GetLayerDefn(layer));
        OGRGeometryH line = OGR_G_CreateGeometry(wkbLineString);
        OGR_G_AddPoint_2D(line, 390000.0, 3799000.0);
        OGR_G_AddPoint_2D(line, 391000.0, 3799600.0);
        OGR_G_AddPoint_2D(line, i == 0 ? 393000.0 : 391200.0, i == 0 ? 3799500.0 : 3802000.0);
        OGR_F_SetGeometryDirectly(feature, line);
        assert_int_equal(OGR_L_CreateFeature(layer, feature), OGRERR_NONE);
        OGR_F_Destroy(feature);
    }
    GDALClose(out);
    OSRDestroySpatialReference(crs);
}

/** A line, another, and a file of two layers with one each. */
static inline void write_flights(void)
{
    write_flown("GeoJSON", "flown.geojson", 1, 0);
    write_flown("GeoJSON", "back.geojson", 1, 1);
    write_flown("GPKG", "flown.gpkg", 2, 0);
}
