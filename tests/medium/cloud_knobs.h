/* Rows of test_knobs.c for clouds. */
#define CLOUDS "background.fill", "sky", "clouds.kind", "stratus", "clouds.coverage", "0.6"

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
};
