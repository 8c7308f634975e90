/* veduta animate: the frames of a moving picture. */
#include "cli/cli.h"

static int work(cli_session *s, int argc, char **argv, void *state)
{
    (void)state;
    int frames, status = cli_session_apply(s, argc, argv);
    if (status != 0) return status;
    if (!cli_session_has(s, "dem.path"))
        return cli_usage_error(argv[0], "no input: give a DEM, as in veduta animate SCENE.yaml -o "
                                        "frame_%%04d.png");
    if (!cli_session_has(s, "output.path"))
        return cli_usage_error(argv[0],
                               "no output: add -o frame_%%04d.png, or a movie as -o flight.mp4");
    double start = cli_seconds();
    vd_result result = vd_animate(s->context, s->settings, &frames);
    if (result != VD_OK) return cli_session_explain(s, result);
    cli_progress_clear(&s->progress);
    if (!s->progress.quiet)
        cli_say("rendered %d frame%s in %.1f s", frames, frames == 1 ? "" : "s",
                cli_seconds() - start);
    return 0;
}

static int run(int argc, char **argv)
{
    return cli_session_run("render", argc, argv, work, NULL);
}

static const char *const SYNOPSIS[] = {
    "animate [options] SCENE.yaml -o frame_%04d.png [--frames A-B] [--chunk I/N]",
    "animate [options] IN... --orbit 360 --length 240 -o MOVIE.mp4", NULL};
static const char *const DESCRIPTION[] = {
    "Renders the frames of a moving picture: any knob of numbers by keyframes (keyframes in a "
    "scene "
    "file, or --keyframe), a camera that goes round its target (--orbit), a sun that moves through "
    "a day (--day). All options of veduta render hold for each frame; one that is set by a flag is "
    "the same in all frames. OUT has a place for the frame's number, %04d for four digits, or is a "
    "movie (.mp4, .mov, .mkv, .webm), which the program ffmpeg makes of the frames.",
    "Frames that are there already are kept, so that a run cut off goes on where it was, and "
    "several "
    "machines may render parts of the frames (--chunk) into one folder. veduta render with --frame "
    "shows a single moment.",
    NULL};
static const cli_example EXAMPLES[] = {
    {"A turntable of 10 seconds:",
     "veduta animate dem.tif --orbit 360 --length 250 -o turntable.mp4"},
    {"The third of ten parts of a scene's frames:",
     "veduta animate flight.yaml --chunk 3/10 -o frames/%04d.exr"},
    {"The light of a day:",
     "veduta animate dem.tif --sky physical --day "
     "2026-06-21T05:00+02:00/2026-06-21T22:00+02:00 --length 200 -o day_%03d.png"},
    {NULL, NULL}};
const cli_command cli_animate_command = {
    .name = "animate",
    .summary = "frames of a moving picture: keyframes, turntables, days",
    .knobs = "render",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = cli_picture_options,
    .examples = EXAMPLES,
    .operands = "FILE",
    .run = run,
};
