/* Rows of test_knobs.c for the shutter: a camera that goes round by 90 degrees a frame. */
#define ROUND "animation.orbit", "90", "animation.length", "1"

static const knob_row shutter_rows[] = {
    {"shutter.interval", CHANGES, "0,0.5", {ROUND, NULL}, NULL, NULL},
    {"shutter.blur", CHANGES, "post", {ROUND, "shutter.interval", "0,0.5", NULL}, NULL, NULL},
    {"shutter.shape", CHANGES, "trapezoid", {ROUND, "shutter.interval", "0,0.5", NULL}, NULL, NULL},
    {"shutter.ramp",
     CHANGES,
     "0.5",
     {ROUND, "shutter.interval", "0,0.5", "shutter.shape", "trapezoid", NULL},
     NULL,
     "0.1"},
    {"shutter.curve", CHANGES, "0,1", {ROUND, "shutter.interval", "0,0.5", NULL}, NULL, NULL},
    {"shutter.rolling", CHANGES, "0.5", {ROUND, "shutter.interval", "0,0.5", NULL}, NULL, NULL},
};

/* What is refused of them. */
static const refusal shutter_refusals[] = {
    {"--shutter", "0.5,0", {NULL}},
    {"--shutter", "0.5,0.5", {NULL}},
    {"--shutter-shape", "trapezoid", {NULL}},
    {"--shutter-blur", "post", {NULL}},
    {"--shutter-ramp", "0.1", {NULL}},
    {"--shutter-ramp", "0.1", {"shutter.interval", "0,1", NULL}},
    {"--shutter-curve", "0,1", {NULL}},
    {"--shutter-curve", "1", {"shutter.interval", "0,1", NULL}},
    {"--shutter-curve", "0,0", {"shutter.interval", "0,1", NULL}},
    {"--shutter-curve", "0,-1", {"shutter.interval", "0,1", NULL}},
    {"--shutter-curve", "0,one", {"shutter.interval", "0,1", NULL}},
    {"--shutter-shape", "box", {"shutter.interval", "0,1", "shutter.curve", "0,1"}},
    {"--shutter-rolling", "1", {NULL}},
};
