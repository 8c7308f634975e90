/* veduta compose: a rendered OpenEXR in, a picture out, without rendering again. */
#include "cli/cli.h"

/* Everything after the settings exist. Returns the exit status. */
static int work(cli_session *s, int argc, char **argv, void *state)
{
    (void)state;
    int width, height, status = cli_session_apply(s, argc, argv);
    if (status != 0) return status;
    if (!cli_session_has(s, "compose.path"))
        return cli_usage_error(argv[0],
                               "no input: give a rendered OpenEXR, as in veduta compose IN.exr -o "
                               "OUT.png");
    if (!cli_session_has(s, "output.path"))
        return cli_usage_error(argv[0], "no output: add -o OUT.png");
    double start = cli_seconds();
    vd_result result = vd_outputs_check(s->context, s->settings);
    if (result == VD_OK) result = vd_compose(s->context, s->settings, &width, &height);
    if (result != VD_OK) return cli_session_explain(s, result);
    cli_progress_clear(&s->progress);
    if (!s->progress.quiet)
        cli_say("composed %d x %d pixels in %.1f s", width, height, cli_seconds() - start);
    return 0;
}

static int run(int argc, char **argv)
{
    return cli_session_run(argv[0], argc, argv, work, NULL);
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
