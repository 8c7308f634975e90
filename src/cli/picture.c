/* What veduta relief and veduta render share: a DEM in, a picture out.
 *
 * Whatever can be refused is refused before the work: arguments, then inputs and outputs that are
 * not named, then outputs that could not be written. Only then is the DEM read. */
#include "cli/cli.h"

#include <string.h>

/* Long enough for the paths of a command line; a longer list is only not repeated at the end. */
enum { MAX_TEXT = 8192 };

typedef struct job {
    cli_session *session;
    vd_scene *scene;
    vd_picture *picture;
    char outputs[MAX_TEXT];
    char stats[MAX_TEXT];
} job;

/* The text of a knob, "" when it is unset or does not fit. */
static void get_text(job *r, const char *name, char text[MAX_TEXT])
{
    if (vd_settings_get(r->session->context, r->session->settings, name, text, MAX_TEXT) != VD_OK)
        text[0] = '\0';
}

/* "1.5 GB" or such; into and returning buffer. */
static const char *format_amount(double amount, const char *const units[], double step, int count,
                                 char buffer[32])
{
    int unit = 0;
    while (amount >= 0.9995 * step && unit + 1 < count) {
        amount /= step;
        unit++;
    }
    snprintf(buffer, 32, "%.3g%s", amount, units[unit]);
    return buffer;
}

static const char *format_bytes(double bytes, char buffer[32])
{
    static const char *const UNITS[] = {" bytes", " kB", " MB", " GB", " TB"};
    return format_amount(bytes, UNITS, 1000.0, 5, buffer);
}

static const char *format_count(double count, char buffer[32])
{
    static const char *const UNITS[] = {"", " thousand", " million", " billion", " trillion"};
    return format_amount(count, UNITS, 1000.0, 5, buffer);
}

static const char *format_estimate(double seconds, char buffer[32])
{
    if (seconds < 1.0) return "less than a second";
    if (seconds < 100.0)
        snprintf(buffer, 32, "about %.0f s", seconds);
    else if (seconds < 6000.0)
        snprintf(buffer, 32, "about %.0f min", seconds / 60.0);
    else
        snprintf(buffer, 32, "about %.1f h", seconds / 3600.0);
    return buffer;
}

static void print_plan(const vd_plan *plan)
{
    char memory[32], spool[32], rays[32], seconds[32];
    printf("CRS           %s\n", plan->crs);
    printf("map unit      %s\n", plan->horizontal_unit);
    printf("height unit   %s\n", plan->vertical_unit);
    printf("DEM           %d x %d cells", plan->dem_width, plan->dem_height);
    if (plan->dem_files > 1) printf(" in %d files", plan->dem_files);
    if (plan->read_width < plan->dem_width)
        printf(", read as %d x %d", plan->read_width, plan->read_height);
    putchar('\n');
    printf("cell size     %.6g x %.6g m\n", plan->cell_m[0], plan->cell_m[1]);
    printf("picture       %d x %d pixels\n", plan->width, plan->height);
    printf("bounds        %.10g %.10g %.10g %.10g\n", plan->bounds[0], plan->bounds[1],
           plan->bounds[2], plan->bounds[3]);
    printf("samples       %d per pixel\n", plan->samples);
    printf("rays          %s\n", format_count(plan->rays, rays));
    printf("memory        %s", format_bytes(plan->memory_bytes, memory));
    if (plan->detail_bytes > 0.0)
        printf(", at most %s of it for detail", format_bytes(plan->detail_bytes, memory));
    putchar('\n');
    printf("spool file    %s\n",
           plan->spool_bytes > 0.0 ? format_bytes(plan->spool_bytes, spool) : "none");
    printf("time          %s\n", format_estimate(plan->seconds, seconds));
}

static vd_result plan_only(job *r)
{
    vd_plan plan;
    vd_result result = vd_plan_make(r->session->context, r->session->settings, &plan);
    if (result == VD_OK) print_plan(&plan);
    return result;
}

/* The last word: what is there now that was not. A list's items come on lines of their own. */
static void say_written(job *r, double seconds)
{
    char names[2 * MAX_TEXT];
    size_t length = 0;
    for (const char *c = r->outputs; *c; c++) {
        if (*c == '\n') names[length++] = ',';
        names[length++] = *c == '\n' ? ' ' : *c;
    }
    names[length] = '\0';
    cli_progress_clear(&r->session->progress);
    cli_say("wrote %s (%d x %d, %.1f s)", names, vd_picture_width(r->picture),
            vd_picture_height(r->picture), seconds);
}

static vd_result render(job *r)
{
    double start = cli_seconds();
    vd_result result = vd_scene_load(r->session->context, r->session->settings, &r->scene);
    if (result == VD_OK) result = vd_render(r->session->context, r->scene, &r->picture);
    if (result != VD_OK) return result;
    /* The picture keeps what it needs; the rest of the memory is better used for writing. */
    vd_scene_destroy(r->scene);
    r->scene = NULL;
    result = vd_picture_write(r->session->context, r->picture);
    if (result == VD_OK && r->stats[0])
        result = vd_picture_write_stats(r->session->context, r->picture, r->stats);
    if (result == VD_OK && !r->session->progress.quiet) say_written(r, cli_seconds() - start);
    return result;
}

/* Everything after the settings exist. Returns the exit status. */
static int make(job *r, int argc, char **argv)
{
    cli_session *session = r->session;
    int status = cli_session_apply(session, argc, argv);
    if (status != 0) return status;

    bool is_dry = cli_session_is_on(session, "run.dry_run");
    get_text(r, "run.stats", r->stats);
    get_text(r, "output.path", r->outputs);
    if (!cli_session_has(session, "dem.path"))
        return cli_usage_error(argv[0], "no input: give a DEM, as in veduta %s IN -o OUT", argv[0]);
    if (!r->outputs[0] && !is_dry)
        return cli_usage_error(argv[0], "no output: add -o OUT.tif or -o OUT.png");

    vd_result result =
        r->outputs[0] ? vd_outputs_check(session->context, session->settings) : VD_OK;
    if (result == VD_OK) result = is_dry ? plan_only(r) : render(r);
    return cli_session_explain(session, result);
}

static int work(cli_session *session, int argc, char **argv, void *state)
{
    job r = {.session = session};
    (void)state;
    int status = make(&r, argc, argv);
    vd_picture_destroy(r.picture);
    vd_scene_destroy(r.scene);
    return status;
}

int cli_picture_run(int argc, char **argv)
{
    return cli_session_run(argv[0], argc, argv, work, NULL);
}

const cli_own_option cli_picture_options[] = {
    CLI_PRESET_OPTION,
    {"--scene", "FILE", "A YAML scene file; as IN, a file that ends in .yaml or .yml is one too.",
     NULL, true},
    {NULL, NULL, NULL, NULL, false}};
