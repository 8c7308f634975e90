/* Rows of test_knobs.c for what lens and film do to a picture. */
#define BAND "tilt_shift.band", "0.1", "tilt_shift.blur", "9"

/* In a build without kissfft this is refused. */
#ifdef VD_KISSFFT
#define DIFFRACTS CHANGES
#else
#define DIFFRACTS ELSEWHERE
#endif

static const knob_row effects_rows[] = {
    {"tone.lut", CHANGES, "warm.cube", {NULL}, NULL, NULL},
    {"effects.chromatic_aberration", CHANGES, "5", {NULL}, NULL, NULL},
    {"effects.glare", CHANGES, "0.2", {NULL}, NULL, NULL},
    {"effects.glare_spread", CHANGES, "0.1", {"effects.glare", "0.9", NULL}, NULL, NULL},
    {"effects.glare_spikes", CHANGES, "6", {"effects.glare", "0.9", NULL}, NULL, NULL},
    {"effects.glare_rotation",
     CHANGES,
     "30",
     {"effects.glare", "0.9", "effects.glare_spikes", "3", NULL},
     NULL,
     NULL},
    {"effects.glare_kind", DIFFRACTS, "diffraction", {"effects.glare", "0.9", NULL}, NULL, NULL},
    {"effects.glare_blades",
     DIFFRACTS,
     "3",
     {"effects.glare", "0.9", "effects.glare_kind", "diffraction", NULL},
     NULL,
     NULL},
    {"effects.vignette", CHANGES, "1", {"camera.fov", "60", NULL}, NULL, NULL},
    {"effects.vignette_barrel", CHANGES, "0.5", {NULL}, NULL, NULL},
    {"effects.vignette_strength", CHANGES, "0.5", {NULL}, NULL, NULL},
    {"effects.vignette_radius",
     CHANGES,
     "0.1",
     {"effects.vignette_strength", "0.5", NULL},
     NULL,
     NULL},
    {"effects.vignette_softness",
     CHANGES,
     "0.1",
     {"effects.vignette_strength", "0.5", NULL},
     NULL,
     NULL},
    {"effects.vignette_mask", CHANGES, "drape.tif", {NULL}, NULL, NULL},
    {"effects.vignette_mask_strength",
     CHANGES,
     "0.5",
     {"effects.vignette_mask", "drape.tif", NULL},
     NULL,
     NULL},
    {"tone.saturation", CHANGES, "2", {"surface.albedo", "0.5,0.3,0.2", NULL}, NULL, NULL},
    {"tilt_shift.band", CHANGES, "0.2", {"camera.output_scale", "8", NULL}, NULL, NULL},
    {"tilt_shift.center", CHANGES, "0", {BAND, NULL}, NULL, NULL},
    {"tilt_shift.angle", CHANGES, "90", {BAND, NULL}, NULL, NULL},
    {"tilt_shift.falloff", CHANGES, "0.1", {BAND, NULL}, NULL, NULL},
    {"tilt_shift.blur",
     CHANGES,
     "8",
     {"tilt_shift.band", "0.1", "tilt_shift.falloff", "0.1", NULL},
     NULL,
     NULL},
    {"effects.grain", CHANGES, "0.5", {NULL}, NULL, NULL},
    {"effects.grain_size", CHANGES, "90", {"effects.grain", "0.5", NULL}, NULL, NULL},
    {"effects.grain_seed", CHANGES, "3", {"effects.grain", "0.5", NULL}, NULL, NULL},
};

static const refusal effects_refusals[] = {
    {"--lut", "warm.cube", {"output.type", "Float32", NULL}},
    {"--grain", "0.5", {"output.type", "Float32", NULL}},
    {"--glare", "0.5", {"output.type", "Float32", NULL}},
    {"--vignette", "1", {NULL}}, /* a map has no lens */
    {"--vignette-radius", "0.1", {NULL}},
    {"--vignette-softness", "0.1", {NULL}},
    {"--vignette-mask-strength", "0.1", {NULL}},
    {"--glare-spread", "0.1", {NULL}},
    {"--glare-spikes", "6", {NULL}},
    {"--tilt-shift", "0.3", {"output.type", "Float32", NULL}},
    {"--saturation", "2", {"output.type", "Float32", NULL}},
    {"--tilt-shift-center", "0.3", {NULL}},
    {"--tilt-shift-angle", "5", {NULL}},
    {"--tilt-shift-falloff", "0.3", {NULL}},
    {"--tilt-shift-blur", "3", {NULL}},
    {"--glare-kind", "diffraction", {NULL}},
    {"--glare-blades", "6", {"effects.glare", "0.5", NULL}},
    {"--glare-rotation", "6", {"effects.glare", "0.5", NULL}},
    {"--grain-size", "6", {NULL}},
    {"--grain-seed", "6", {NULL}},
};

/** A table of colours that takes blue away. */
static void write_cube(void)
{
    FILE *file = fopen("warm.cube", "w");
    assert_non_null(file);
    fprintf(file, "LUT_1D_SIZE 2\n0 0 0\n1 1 0.8\n");
    fclose(file);
}
