/* veduta sun-hours: how long the sun shines on each cell of a DEM, and how much energy it brings.
 */
#include "cli/cli.h"

#include <string.h>

static int work(vd_context *context, vd_settings *settings, cli_progress *progress, int argc,
                char **argv)
{
    char text[16];
    int status = cli_args_apply(context, argc, argv, settings);
    if (status != 0) return status;
    progress->quiet = vd_settings_get(context, settings, "run.quiet", text, sizeof text) == VD_OK &&
                      strcmp(text, "true") == 0;
    if (vd_settings_get(context, settings, "dem.path", text, sizeof text) == VD_OK && !text[0])
        return cli_usage_error(argv[0], "no input: give a DEM, as in veduta sun-hours IN -o OUT");
    return cli_explain(context, progress, vd_sun_hours_write(context, settings));
}

static int run(int argc, char **argv)
{
    vd_context *context = NULL;
    vd_settings *settings = NULL;
    cli_progress progress;
    cli_progress_begin(&progress);
    cli_signals_catch();
    vd_callbacks callbacks = cli_progress_callbacks(&progress);
    vd_result result = vd_context_create(&callbacks, &context);
    if (result == VD_OK) result = vd_settings_create(context, argv[0], &settings);
    int status = result == VD_OK ? work(context, settings, &progress, argc, argv)
                                 : cli_explain(context, &progress, result);
    cli_progress_clear(&progress);
    vd_settings_destroy(settings);
    vd_context_destroy(context);
    return status;
}

static const char *const SYNOPSIS[] = {"sun-hours [options] IN... --date DAY [--to DAY] -o OUT.tif",
                                       NULL};
static const char *const DESCRIPTION[] = {
    "Says how many hours the sun shines on each cell of the elevation raster IN on a day, or on "
    "all "
    "days from one to another, between what stands around, and how much energy a clear sky brings "
    "to "
    "its slope. OUT is a GeoTIFF of floats on IN's grid: sun_hours in hours; direct, diffuse and "
    "global in Wh/m2; -9999 where IN has no data.",
    NULL};
static const cli_own_option OPTIONS[] = {
    CLI_PRESET_OPTION,
    {"--scene", "FILE", "A YAML scene file; as IN, a file that ends in .yaml or .yml is one too.",
     NULL, true},
    {NULL, NULL, NULL, NULL, false}};
static const cli_example EXAMPLES[] = {
    {"The longest day:", "veduta sun-hours dem.tif --date 2026-06-21 -o hours.tif"},
    {"A growing season, by a day in ten:",
     "veduta sun-hours dem.tif --date 2026-04-01 --to 2026-09-30 --every 10 -o season.tif"},
    {NULL, NULL}};
const cli_command cli_sun_hours_command = {
    .name = "sun-hours",
    .summary = "hours of sun on each cell of a DEM, and its energy",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = OPTIONS,
    .examples = EXAMPLES,
    .operands = "FILE",
    .run = run,
};
