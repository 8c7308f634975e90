/* Rows of test_knobs.c for clouds. */
#define CLOUDS "background.fill", "sky", "clouds.kind", "stratus", "clouds.coverage", "0.6"

/* What refusals have room for. */
#define STRATUS "background.fill", "sky", "clouds.kind", "stratus"
#define FILED "background.fill", "sky", "clouds.kind", VD_SOURCE_DIR "/tests/data/puff.nvdb"

/* A puff of a file, some kilometres wide. */
#define PUFF FILED, "clouds.scale", "400", "clouds.extinction", "0.01"

static const knob_row cloud_rows[] = {
    {"clouds.kind", CHANGES, "cumulus", {"background.fill", "sky", NULL}, NULL, NULL},
    {"clouds.coverage", CHANGES, "0.9", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.base", CHANGES, "2100", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.thickness", CHANGES, "700", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.size", CHANGES, "900", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.direction", CHANGES, "NW", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.seed", CHANGES, "5", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.extinction", CHANGES, "0.01", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.albedo", CHANGES, "0.9,0.8,0.7", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.g", CHANGES, "0.5", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.droplet", CHANGES, "10", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.offset", CHANGES, "700,300", {CLOUDS, NULL}, NULL, NULL},
    {"clouds.wind", CHANGES, "2000,900", {CLOUDS, "animation.frame", "2", NULL}, NULL, "100,0"},
    {"clouds.at", CHANGES, "393000,3798600,agl:50", {PUFF, NULL}, NULL, NULL},
    {"clouds.scale", CHANGES, "250", {PUFF, NULL}, NULL, NULL},
    {"clouds.up", CHANGES, "y", {PUFF, NULL}, NULL, NULL},
};

static const refusal cloud_refusals[] = {
    {"--clouds", "cumulus", {NULL}}, /* over a plane of shadow alone */
    {"--clouds", "nimbus", {"background.fill", "sky", NULL}},
    {"--clouds-coverage", "0.5", {NULL}},
    {"--clouds-base", "1000", {NULL}},
    {"--clouds-thickness", "1000", {NULL}},
    {"--clouds-size", "1000", {NULL}},
    {"--clouds-direction", "90", {NULL}},
    {"--clouds-direction", "90", {"background.fill", "sky", "clouds.kind", "cumulus", NULL}},
    {"--clouds-seed", "2", {NULL}},
    {"--clouds-extinction", "0.01", {NULL}},
    {"--clouds-albedo", "0.5", {NULL}},
    {"--clouds-g", "0.5", {NULL}},
    {"--clouds-droplet", "10", {NULL}},
    {"--clouds-droplet", "10", {"clouds.kind", "stratus", "clouds.g", "0.7", NULL}},
    {"--clouds-offset", "100,100", {NULL}},
    {"--clouds-wind", "100,100", {NULL}},
    {"--clouds-at", "393000,3798600,agl:50", {NULL}},
    {"--clouds-at", "393000,3798600,agl:50", {STRATUS, NULL}},
    {"--clouds-at", "1,2,3", {FILED, NULL}},
    {"--clouds-scale", "2", {STRATUS, NULL}},
    {"--clouds-up", "y", {STRATUS, NULL}},
    {"--clouds-base", "2000", {FILED, NULL}},
    {"--clouds-coverage", "0.5", {FILED, NULL}},
};
