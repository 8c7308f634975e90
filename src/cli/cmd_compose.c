/* veduta compose: a rendered OpenEXR in, a picture out, without rendering again. */
#include "cli/cli.h"

#include <string.h>

typedef struct job {
    vd_context *context;
    vd_settings *settings;
    cli_progress progress;
} job;

/* Is a knob set, whatever the length of its text? */
static bool is_given(job *j, const char *name)
{
    char text[2];
    return vd_settings_get(j->context, j->settings, name, text, sizeof text) != VD_OK || text[0];
}

/* Everything after the settings exist. Returns the exit status. */
static int work(job *j, int argc, char **argv)
{
    char quiet[16];
    int width, height, status = cli_args_apply(j->context, argc, argv, j->settings);
    if (status != 0) return status;
    j->progress.quiet =
        vd_settings_get(j->context, j->settings, "run.quiet", quiet, sizeof quiet) == VD_OK &&
        strcmp(quiet, "true") == 0;
    if (!is_given(j, "compose.path"))
        return cli_usage_error(argv[0],
                               "no input: give a rendered OpenEXR, as in veduta compose IN.exr -o "
                               "OUT.png");
    if (!is_given(j, "output.path")) return cli_usage_error(argv[0], "no output: add -o OUT.png");
    double start = cli_seconds();
    vd_result result = vd_outputs_check(j->context, j->settings);
    if (result == VD_OK) result = vd_compose(j->context, j->settings, &width, &height);
    if (result != VD_OK) return cli_explain(j->context, &j->progress, result);
    cli_progress_clear(&j->progress);
    if (!j->progress.quiet)
        cli_say("composed %d x %d pixels in %.1f s", width, height, cli_seconds() - start);
    return 0;
}

static int run(int argc, char **argv)
{
    job j = {.context = NULL};
    cli_progress_begin(&j.progress);
    cli_signals_catch();
    vd_callbacks callbacks = cli_progress_callbacks(&j.progress);
    vd_result result = vd_context_create(&callbacks, &j.context);
    if (result == VD_OK) result = vd_settings_create(j.context, argv[0], &j.settings);
    int status =
        result == VD_OK ? work(&j, argc, argv) : cli_explain(j.context, &j.progress, result);
    cli_progress_clear(&j.progress);
    vd_settings_destroy(j.settings);
    vd_context_destroy(j.context);
    return status;
}

static const char *const SYNOPSIS[] = {"compose [options] IN.exr -o OUT", NULL};
static const char *const DESCRIPTION[] = {
    "Makes a picture of the OpenEXR file IN that veduta relief or render wrote, with another "
    "exposure, white balance or tone curve, and its lights weighed against each other, without "
    "rendering again. What the file notes of its tone holds unless it is set here, so that without "
    "options the picture is the one that the renderer would have written: to the last bit if IN "
    "holds floats (--ot Float32). OUT is a PNG (.png), a TIFF (.tif) or an OpenEXR (.exr), and -o "
    "may repeat.",
    NULL};
static const cli_own_option OPTIONS[] = {
    CLI_PRESET_OPTION,
    {"--scene", "FILE", "A YAML file of settings, as those of scenes.", NULL, true},
    {NULL, NULL, NULL, NULL, false}};
static const cli_example EXAMPLES[] = {
    {"Half a stop brighter, on another curve:",
     "veduta compose view.exr -o view.png --exposure 0.5 --tone agx"},
    {"As if the sky were half as bright and the sun warmer (of a file with --aov lights):",
     "veduta compose view.exr -o view.png --light-weight sky,0.5 --light-weight sun,1,1,0.9,0.8"},
    {NULL, NULL}};
const cli_command cli_compose_command = {
    .name = "compose",
    .summary = "another look for an OpenEXR, without rendering again",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = OPTIONS,
    .examples = EXAMPLES,
    .operands = "FILE",
    .run = run,
};
