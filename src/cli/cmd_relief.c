/* veduta relief: a DEM in, a shaded relief on the DEM's own grid out. */
#include "cli/cli.h"

static const char *const SYNOPSIS[] = {"relief [options] IN... -o OUT",
                                       "relief [options] SCENE.yaml [-o OUT]", NULL};
static const char *const DESCRIPTION[] = {
    "Renders a path-traced shaded relief of the elevation raster IN, georeferenced on IN's own "
    "grid. Several rasters, or a folder of them, make one DEM. OUT is a GeoTIFF (.tif) or a PNG "
    "(.png), and -o may repeat. A flag wins over a scene "
    "file, a scene file over a preset, a later preset over an earlier one. --no- before an "
    "option's "
    "name turns a switch off, and takes any other back, as if no preset or scene file named it.",
    NULL};
static const cli_example EXAMPLES[] = {
    {"A relief in the DEM's own place and CRS:", "veduta relief dem.tif -o relief.tif"},
    {"What that would take, without rendering:", "veduta relief dem.tif --dry-run"},
    {"The light and the heights as in gdaldem:",
     "veduta relief dem.tif -o relief.tif -az 300 -alt 35 -z 1.5"},
    {"Atlas tints, for the web, ready to zoom:",
     "veduta relief dem.tif -o tinted.tif --preset hypsometric --of COG"},
    {NULL, NULL}};
const cli_command cli_relief_command = {
    .name = "relief",
    .summary = "shaded relief of a DEM, on the DEM's own grid",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = cli_picture_options,
    .examples = EXAMPLES,
    .operands = "FILE",
    .run = cli_picture_run,
};
