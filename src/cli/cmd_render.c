/* veduta render: a DEM in, a landscape view out. */
#include "cli/cli.h"

static const char *const SYNOPSIS[] = {"render [options] IN... -o OUT",
                                       "render [options] SCENE.yaml [-o OUT]", NULL};
static const char *const DESCRIPTION[] = {
    "Renders a path-traced view of the elevation raster IN as a camera in space sees it. Without a "
    "camera it looks down on the whole of it from the south-west. Several rasters, or a folder of "
    "them, make one DEM. OUT is a PNG (.png), a TIFF (.tif) or an OpenEXR (.exr), and -o may "
    "repeat. A flag wins over a scene file, a scene file over a preset, a later preset over an "
    "earlier one. --no- before an option's name turns a switch off, and takes any other back, as "
    "if no preset or scene file named it.",
    NULL};
static const cli_example EXAMPLES[] = {
    {"The whole DEM from the south-west:", "veduta render dem.tif -o view.png"},
    {"From a place 50 m above the ground to another:",
     "veduta render dem.tif -o view.png --eye 401000,3795000,agl:50 --target 405000,3799000,agl:0"},
    {NULL, NULL}};
const cli_command cli_render_command = {
    .name = "render",
    .summary = "landscape view of a DEM, by a camera in space",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = cli_picture_options,
    .examples = EXAMPLES,
    .operands = "FILE",
    .run = cli_picture_run,
};
