/* Rows of test_knobs.c for objects. */
#define ROD "path=rod.obj,at=391000,3799000"
#define RODS "path=rod.obj,points=rods.geojson"

static const knob_row object_rows[] = {
    {"objects", CHANGES, ROD, {NULL}, NULL, NULL},
    {"objects[].path", CHANGES, ROD, {NULL}, NULL, "path=beam.obj,at=391000,3799000"},
    {"objects[].at", CHANGES, ROD, {NULL}, NULL, "path=rod.obj,at=391500,3799000"},
    {"objects[].points", CHANGES, RODS, {NULL}, NULL, ROD},
    {"objects[].on_ground", CHANGES, ROD ",on_ground=false", {NULL}, NULL, ROD},
    {"objects[].scale", CHANGES, ROD ",scale=2", {NULL}, NULL, ROD},
    {"objects[].scale_jitter", CHANGES, RODS ",scale_jitter=0.9", {NULL}, NULL, RODS},
    {"objects[].rotate", CHANGES, ROD ",rotate=45", {NULL}, NULL, ROD},
    {"objects[].rotate_jitter", CHANGES, RODS ",rotate_jitter=90", {NULL}, NULL, RODS},
    {"objects[].seed",
     CHANGES,
     RODS ",rotate_jitter=90,seed=1",
     {NULL},
     NULL,
     RODS ",rotate_jitter=90"},
    {"objects[].motion",
     CHANGES,
     ROD ",motion=900,0",
     {"shutter.interval", "0,1", NULL},
     NULL,
     ROD},
    {"objects[].climb",
     CHANGES,
     ROD ",agl:100,climb=900",
     {"shutter.interval", "0,1", NULL},
     NULL,
     ROD ",agl:100"},
    {"objects[].spin", CHANGES, ROD ",spin=60", {"shutter.interval", "0,1", NULL}, NULL, ROD},
    {"objects[].shapes",
     CHANGES,
     ROD ",shapes=beam.obj,shape=0.5",
     {NULL},
     NULL,
     ROD ",shapes=rod2.obj,shape=0.5"},
    {"objects[].shape",
     CHANGES,
     ROD ",shapes=beam.obj,shape=0.5",
     {NULL},
     NULL,
     ROD ",shapes=beam.obj,shape=1"},
    {"objects[].deform",
     CHANGES,
     ROD ",shapes=beam.obj,deform=1",
     {"shutter.interval", "0,1", NULL},
     NULL,
     ROD ",shapes=beam.obj,deform=0.1"},
    {"objects[].cycle",
     CHANGES,
     ROD ",shapes=beam.obj,shape=2,cycle=true",
     {NULL},
     NULL,
     ROD ",shapes=beam.obj,shape=2"},
    {"objects[].material", CHANGES, ROD ",material=snow", {NULL}, NULL, ROD},
    {"objects[].up", CHANGES, ROD ",up=z", {NULL}, NULL, ROD},
    {"materials[].emission",
     CHANGES,
     "name=m,emission=1",
     {"objects", ROD ",material=m", NULL},
     NULL,
     "name=m"},
    {"materials[].emission_strength",
     CHANGES,
     "name=m,emission=1,emission_strength=2",
     {"objects", ROD ",material=m", NULL},
     NULL,
     "name=m,emission=1"},
};

/** A rod of three sides and a beam of them, large enough for pictures of 24 pixels; and points. */
static inline void write_objects(void)
{
    static const char *const files[][2] = {
        {"rod2.obj", "v -300 0 -200\nv 300 0 -100\nv 0 0 300\nv 0 900 0\n"},
        {"rod.obj", "v -300 0 -200\nv 300 0 -100\nv 0 0 300\nv 0 1500 0\n"},
        {"beam.obj", "v -900 0 -200\nv 900 0 -100\nv 0 0 300\nv 0 500 0\n"}};
    for (int i = 0; i < 3; i++) {
        FILE *file = fopen(files[i][0], "w");
        assert_non_null(file);
        fprintf(file, "%sf 1 2 4\nf 2 3 4\nf 3 1 4\n", files[i][1]);
        fclose(file);
    }
    FILE *file = fopen("rods.geojson", "w");
    assert_non_null(file);
    fprintf(file, "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":"
                  "{\"name\":\"urn:ogc:def:crs:EPSG::32611\"}},\"features\":[{\"type\":\"Feature\","
                  "\"properties\":{},\"geometry\":{\"type\":\"MultiPoint\",\"coordinates\":"
                  "[[390000,3799000],[391000,3800000],[392000,3798500]]}}]}\n");
    fclose(file);
}
