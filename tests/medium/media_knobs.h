/* Rows of test_knobs.c for what fills the air. */
#define FOG "background.fill", "sky", "fog.kind", "height"

static const knob_row media_rows[] = {
    {"media.mode", CHANGES, "shafts", {FOG, NULL}, NULL, NULL},
    {"fog.kind", CHANGES, "height", {"background.fill", "sky", NULL}, NULL, NULL},
    {"fog.extinction", CHANGES, "0.01", {FOG, NULL}, NULL, NULL},
    {"fog.extinction_color", CHANGES, "0.6,0.8,1", {FOG, NULL}, NULL, NULL},
    {"fog.albedo", CHANGES, "0.9,0.8,0.7", {FOG, NULL}, NULL, NULL},
    {"fog.g", CHANGES, "0", {FOG, NULL}, NULL, NULL},
    {"fog.droplet", CHANGES, "10", {FOG, NULL}, NULL, NULL},
    {"fog.base", CHANGES, "1500", {FOG, NULL}, NULL, NULL},
    {"fog.top", CHANGES, "1300", {FOG, NULL}, NULL, NULL},
    {"fog.height", CHANGES, "300", {FOG, NULL}, NULL, NULL},
    {"fog.patchiness", CHANGES, "0.7", {FOG, NULL}, NULL, NULL},
};

static const refusal media_refusals[] = {
    {"--media-mode", "shafts", {NULL}},
    {"--aov", "volume", {NULL}},
    {"--fog", "homogeneous", {"background.fill", "sky", NULL}},
    {"--fog", "height", {NULL}}, /* over a plane of shadow alone */
    {"--fog-extinction", "0.01", {NULL}},
    {"--fog-extinction-color", "0.6,0.8,1", {NULL}},
    {"--fog-extinction-color", "0.6,0.8,1", {"fog.kind", "height", "fog.patchiness", "0.5", NULL}},
    {"--fog-extinction-color", "0.6,0.8,1", {"fog.kind", "height", "clouds.kind", "cumulus", NULL}},
    {"--fog-albedo", "0.5", {NULL}},
    {"--fog-g", "0.5", {NULL}},
    {"--fog-droplet", "10", {NULL}},
    {"--fog-droplet", "10", {"fog.kind", "height", "fog.g", "0.7", NULL}},
    {"--fog-base", "1000", {NULL}},
    {"--fog-top", "1000", {NULL}},
    {"--fog-top", "10", {FOG, NULL}},
    {"--fog-height", "100", {NULL}},
    {"--fog-patchiness", "0.5", {NULL}},
    {"--fog-base", "500", {"background.fill", "sky", "fog.kind", "valley", NULL}},
};
