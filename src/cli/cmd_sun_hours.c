/* veduta sun-hours: how long the sun shines on each cell of a DEM, and how much energy it brings.
 */
#include "cli/cli.h"

static int work(cli_session *s, int argc, char **argv, void *state)
{
    (void)state;
    int status = cli_session_apply(s, argc, argv);
    if (status != 0) return status;
    if (!cli_session_has(s, "dem.path"))
        return cli_usage_error(argv[0], "no input: give a DEM, as in veduta sun-hours IN -o OUT");
    return cli_session_explain(s, vd_sun_hours_write(s->context, s->settings));
}

static int run(int argc, char **argv)
{
    return cli_session_run(argv[0], argc, argv, work, NULL);
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
