/* veduta project: where places of the map come to lie in a picture, for labels. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

typedef struct job {
    vd_project_options options;
    vd_point *points; /* of the options */
} job;

/* A decimal number; returns what is behind it, NULL if there is none. */
static const char *read_number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end == text ? NULL : end;
}

/* X,Y or X,Y,Z or X,Y,agl:Z. */
static int add_point(const char *command, job *j, const char *text)
{
    vd_point point = {.height = VD_HEIGHT_GROUND};
    const char *at = read_number(text, &point.x);
    if (at) at = *at == ',' ? read_number(at + 1, &point.y) : NULL;
    if (at && *at == ',') {
        bool is_above = strncmp(at + 1, "agl:", 4) == 0;
        point.height = is_above ? VD_HEIGHT_ABOVE_GROUND : VD_HEIGHT_DATUM;
        at = read_number(at + 1 + (is_above ? 4 : 0), &point.z);
    }
    if (!at || *at)
        return cli_usage_error(command, "--point: %.80s is not X,Y or X,Y,Z or X,Y,agl:Z", text);
    void *memory = realloc(j->points, (j->options.count + 1) * sizeof(vd_point));
    if (!memory) return cli_usage_error(command, "not enough memory for the points");
    j->points = memory;
    j->options.points = memory;
    j->points[j->options.count++] = point;
    return 0;
}

static int read_height(const char *command, job *j, const char *text)
{
    const char *end = read_number(text, &j->options.height_m);
    if (!end || *end || !(j->options.height_m >= 0.0 && j->options.height_m <= 1e6))
        return cli_usage_error(command, "--height-above-ground: %.60s is no number of 0..1e6 m",
                               text);
    j->options.has_height = 1;
    return 0;
}

static int take(const char *command, job *j, const char *name, const char *value)
{
    if (strcmp(name, "--point") == 0) return add_point(command, j, value);
    if (strcmp(name, "--height-above-ground") == 0) return read_height(command, j, value);
    if (strcmp(name, "--points") == 0) j->options.path = value;
    if (strcmp(name, "--points-layer") == 0) j->options.layer = value;
    if (strcmp(name, "--points-crs") == 0) j->options.crs = value;
    if (strcmp(name, "-o") == 0) j->options.output = value;
    return 0;
}

/* Takes the command's own options out of the arguments, and leaves those of the picture. */
static int take_own(job *j, int *argc, char **argv)
{
    static const char *const names[] = {"--point",      "--points", "--points-layer",
                                        "--points-crs", "-o",       "--height-above-ground"};
    enum { COUNT = sizeof names / sizeof *names };
    int left = 1, status = 0;
    for (int i = 1; i < *argc && status == 0; i++) {
        size_t length = strcspn(argv[i], "="), known = 0;
        while (known < COUNT &&
               (strlen(names[known]) != length || strncmp(names[known], argv[i], length) != 0))
            known++;
        if (strcmp(argv[i], "--geojson") == 0)
            j->options.is_geojson = 1;
        else if (strcmp(argv[i], "--overwrite") == 0)
            j->options.overwrite = 1;
        else if (known == COUNT)
            argv[left++] = argv[i];
        else if (argv[i][length])
            status = take(argv[0], j, names[known], argv[i] + length + 1);
        else if (i + 1 < *argc)
            status = take(argv[0], j, names[known], argv[++i]);
        else
            status = cli_usage_error(argv[0], "option %s needs a value", names[known]);
    }
    *argc = left;
    return status;
}

/* What of the command's own options does not go together. Returns the exit status. */
static int check_own(const job *j)
{
    static const char own[] = "project";
    if (!j->options.path && j->options.count == 0)
        return cli_usage_error(own, "no points: give --points FILE, or --point X,Y");
    if (j->options.layer && !j->options.path)
        return cli_usage_error(own, "--points-layer has no use without --points");
    if (j->options.output && j->options.is_geojson)
        return cli_usage_error(own, "--geojson has no use with -o, whose suffix says it");
    return 0;
}

static int work(cli_session *s, int argc, char **argv, void *state)
{
    const job *j = state;
    int status = cli_session_apply(s, argc, argv);
    if (status != 0) return status;
    status = cli_session_explain(s, vd_project_write(s->context, s->settings, &j->options));
    return status == 0 && !j->options.output ? cli_finish_output(0) : status;
}

static int run(int argc, char **argv)
{
    job j = {.options = {.write = cli_write_piece, .user = stdout}};
    const char *picture = "render";
    int status = take_own(&j, &argc, argv);
    if (status == 0 && argc > 1 &&
        (strcmp(argv[1], "relief") == 0 || strcmp(argv[1], "render") == 0)) {
        picture = argv[1];
        memmove(&argv[1], &argv[2], (size_t)(argc - 2) * sizeof *argv);
        argc--;
    }
    if (status == 0) status = check_own(&j);
    if (status == 0) status = cli_session_run(picture, argc, argv, work, &j);
    free(j.points);
    return status;
}

static const char *const SYNOPSIS[] = {
    "project [render|relief] [options of the picture] IN... --points FILE [-o OUT]",
    "project [render|relief] [options of the picture] IN... --point X,Y[,Z] ...", NULL};
static const char *const DESCRIPTION[] = {
    "Says where places of the map come to lie in a picture, for labels in any program: give the "
    "arguments of the picture, of veduta render or veduta relief, and the places. Nothing is "
    "rendered. Each place gets its pixel_x and pixel_y from the upper left corner (a pixel's "
    "centre is at .5), depth along the way the camera looks and distance from the eye in metres, "
    "and a state: visible, hidden (behind ground), underground, no_ground, outside (beside the "
    "picture), behind (the camera), or nowhere (no place in the DEM's CRS).",
    "A place without a height is on the ground, one with a third coordinate as many metres above "
    "the datum as the DEM's heights are; agl:Z is above the ground.",
    NULL};
static const cli_own_option OPTIONS[] = {
    {"--points", "FILE",
     "Places to look for: a CSV with columns x,y or lon,lat and perhaps z, - for one on standard "
     "input, or any vector file that GDAL reads. Their other columns are kept.",
     NULL, true},
    {"--points-layer", "NAME", "Layer of that file, if it has several.", NULL, false},
    {"--points-crs", "CRS",
     "CRS of places whose file has none, as GDAL writes them (EPSG:4326); unset: the DEM's.", NULL,
     false},
    {"--point", "X,Y[,Z]", "One place: X,Y or X,Y,Z or X,Y,agl:Z; may repeat.", NULL, false},
    {"--height-above-ground", "M",
     "Puts all places so many metres above the ground, whatever their height.", NULL, false},
    {"-o", "FILE", "Writes CSV (.csv) or GeoJSON (.geojson, .json); unset: to standard output.",
     NULL, true},
    {"--geojson", "", "Writes GeoJSON to standard output, not CSV.", NULL, false},
    {"--overwrite", "", "Replaces the output if it exists.", NULL, false},
    {NULL, NULL, NULL, NULL, false}};
static const cli_example EXAMPLES[] = {
    {"Where are the peaks in a view?",
     "veduta project scene.yaml --points peaks.gpkg --height-above-ground 5 -o peaks.csv"},
    {"Where is a place on a map?", "veduta project relief dem.tif --point 401000,3795000"},
    {NULL, NULL}};
const cli_command cli_project_command = {
    .name = "project",
    .summary = "where places of the map are in a picture, for labels",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = OPTIONS,
    .examples = EXAMPLES,
    .operands = "FILE",
    .run = run,
};
