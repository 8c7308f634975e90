/* Rows of test_knobs.c for what is written: AOVs, compositions and files. */
static const knob_row file_rows[] = {
    {"aov.names", KEEPS, "all", {"output.path", "knob.exr", NULL}, NULL, NULL}, /* test_aovs.c */
    {"aov.ao_radius",
     KEEPS,
     "50",
     {"output.path", "knob.exr", "aov.names", "ao", NULL},
     NULL,
     NULL},
    {"denoise.method", CHANGES, "nlm", {"render.samples", "2", NULL}, NULL, NULL},
    {"denoise.oidn_library", ELSEWHERE, NULL, {NULL}, NULL, NULL}, /* tests/check_oidn.sh */
    {"denoise.oidn_device", ELSEWHERE, NULL, {NULL}, NULL, NULL},  /* likewise */
    {"tone.curve", CHANGES, "filmic", {NULL}, NULL, NULL},
    {"tone.exposure", CHANGES, "1", {NULL}, NULL, NULL},
    {"tone.auto_exposure", CHANGES, "true", {NULL}, NULL, NULL},
    {"tone.white_balance", CHANGES, "5000", {NULL}, NULL, NULL},
    {"tone.black", CHANGES, "0.2", {NULL}, NULL, NULL},
    {"tone.white", CHANGES, "0.8", {NULL}, NULL, NULL},
    {"tone.tint_shadow", CHANGES, "0.05,0.05,0.1", {NULL}, NULL, NULL},
    {"tone.tint_light", CHANGES, "1,0.95,0.8", {NULL}, NULL, NULL},
    {"output.path", ELSEWHERE, NULL, {NULL}, NULL, NULL},   /* all of these pictures */
    {"output.format", ELSEWHERE, NULL, {NULL}, NULL, NULL}, /* tests/cli */
    {"output.type", CHANGES, "UInt16", {NULL}, NULL, NULL},
    {"output.creation", KEEPS, "COMPRESS=LZW", {NULL}, NULL, NULL},
    {"output.exr_compression", KEEPS, "piz", {"output.path", "knob.exr", NULL}, NULL, NULL},
    {"output.exr_layout",
     KEEPS,
     "multichannel",
     {"output.path", "knob.exr", "aov.names", "normal", NULL},
     NULL,
     NULL},
    {"output.exr_tile", KEEPS, "64", {"output.path", "knob.exr", NULL}, NULL, NULL},
    {"compose.path", ELSEWHERE, NULL, {NULL}, NULL, NULL}, /* test_compose.c, and these: */
    {"light_weights", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"light_weights[].name", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"light_weights[].weight", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"light_weights[].red", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"light_weights[].green", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"light_weights[].blue", ELSEWHERE, NULL, {NULL}, NULL, NULL},
    {"output.overviews", KEEPS, "true", {NULL}, NULL, NULL},   /* tests/unit/test_overviews.c */
    {"output.worldfile", KEEPS, "true", {NULL}, NULL, NULL},   /* likewise */
    {"output.overwrite", ELSEWHERE, NULL, {NULL}, NULL, NULL}, /* tests/cli */
    {"output.sample_counts", KEEPS, "counts.tif", {NULL}, NULL, NULL},
    {"output.dither", CHANGES, "false", {NULL}, NULL, NULL},
};
