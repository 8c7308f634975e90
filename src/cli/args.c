/* A rendering command's arguments. Flags are looked up in the table of knobs with all their
 * spellings, so that gdaldem's `-az 300` works as `--sun-azimuth 300` or `--sun-azimuth=300` does.
 * The value of a flag is the argument after it whatever that looks like ("-1" is a number), unless
 * it is itself a known flag: then the value has been forgotten. Arguments that are no flags are
 * IN, DEMs or a scene file (.yaml, .yml); but the second of two is OUT, as in gdaldem, where no
 * flag names an output. Precedence between presets, scene file and flags is the library's business,
 * so they are applied as they come. */
#include "cli/cli.h"

#include <string.h>
#include <strings.h>

enum { MAX_FLAG = 63 };

typedef struct parser {
    vd_context *context;
    vd_settings *settings;
    const char *command;
    int argc;
    char **argv;
    int next; /* index of the argument to read */
    const char *scene;
    const char *input; /* of compose */
    bool has_output;   /* a flag names one */
    int files;         /* arguments that are no flags, moved to the front of argv */
} parser;

/* Says what the library found wrong and returns the exit status for it. */
static int settle(const parser *p, vd_result result)
{
    if (result == VD_OK) return 0;
    cli_say("veduta: error: %s", vd_context_error(p->context));
    return vd_result_exit_status(result);
}

static int set_knob(parser *p, const char *name, const char *value)
{
    return settle(p, vd_settings_set(p->context, p->settings, name, value));
}

static int take_scene(parser *p, const char *path)
{
    if (p->scene)
        return cli_usage_error(p->command, "two scene files, %s and %s: give one", p->scene, path);
    p->scene = path;
    return settle(p, vd_settings_load(p->context, p->settings, path));
}

static int take_preset(parser *p, const char *name)
{
    return settle(p, vd_settings_preset(p->context, p->settings, name));
}

/* The options that are no knobs. */
static const struct {
    const char *flag;
    int (*take)(parser *p, const char *value);
} OWN_OPTIONS[] = {{"--preset", take_preset}, {"--scene", take_scene}};
enum { OWN_COUNT = sizeof OWN_OPTIONS / sizeof *OWN_OPTIONS };

static int find_own(const char *flag)
{
    for (int i = 0; i < OWN_COUNT; i++)
        if (strcmp(OWN_OPTIONS[i].flag, flag) == 0) return i;
    return -1;
}

static bool is_known(const char *argument)
{
    char flag[MAX_FLAG + 1];
    if (argument[0] != '-') return false;
    snprintf(flag, sizeof flag, "%.*s", (int)strcspn(argument, "="), argument);
    return vd_knob_find(flag) || find_own(flag) >= 0;
}

static int unknown_option(const parser *p, const char *argument, const char *flag)
{
    const char *nearest = vd_knob_nearest(flag);
    size_t least = nearest ? cli_distance(flag, nearest) : 3;
    for (int i = 0; i < OWN_COUNT; i++) {
        size_t distance = cli_distance(flag, OWN_OPTIONS[i].flag);
        if (distance >= least) continue;
        nearest = OWN_OPTIONS[i].flag;
        least = distance;
    }
    int length = (int)strcspn(argument, "=");
    if (nearest)
        return cli_usage_error(p->command, "unknown option %.*s; did you mean %s?", length,
                               argument, nearest);
    return cli_usage_error(p->command, "unknown option %.*s; veduta %s --help lists them", length,
                           argument, p->command);
}

/* The value of the flag just read, from behind its '=' or from the next argument; NULL if missing.
 */
static const char *take_value(parser *p, const char *equals)
{
    if (equals) return equals + 1;
    if (p->next >= p->argc) return NULL;
    const char *candidate = p->argv[p->next];
    if (strcmp(candidate, "--") == 0 || is_known(candidate)) return NULL;
    p->next++;
    return candidate;
}

static int take_option(parser *p, const char *argument)
{
    char flag[MAX_FLAG + 1];
    const char *equals = strchr(argument, '=');
    snprintf(flag, sizeof flag, "%.*s", (int)strcspn(argument, "="), argument);

    int own = find_own(flag);
    const vd_knob_info *knob = own < 0 ? vd_knob_find(flag) : NULL;
    if (own < 0 && !knob) return unknown_option(p, argument, flag);

    if (knob && (!knob->takes_value || strncmp(flag, "--no-", 5) == 0))
        return set_knob(p, flag, equals ? equals + 1 : NULL);
    const char *value = take_value(p, equals);
    if (!value) return cli_usage_error(p->command, "option %s needs a value", flag);
    p->has_output |= knob && strcmp(knob->name, "output.path") == 0;
    return own >= 0 ? OWN_OPTIONS[own].take(p, value) : set_knob(p, flag, value);
}

static bool is_scene_file(const char *path)
{
    const char *suffix = strrchr(path, '.');
    return suffix && (strcasecmp(suffix, ".yaml") == 0 || strcasecmp(suffix, ".yml") == 0);
}

/* What a file is for is clear when all arguments are read; a scene file is one in any case. */
static int keep_file(parser *p)
{
    char *file = p->argv[p->next - 1];
    p->argv[1 + p->files++] = file;
    return is_scene_file(file) ? take_scene(p, file) : 0;
}

/* IN: for compose the one picture, for others a raster of the DEM. */
static int take_input(parser *p, const char *file)
{
    if (strcmp(p->command, "compose") != 0) return set_knob(p, "dem.path", file);
    if (p->input)
        return cli_usage_error(p->command, "two pictures, %s and %s: give one", p->input, file);
    p->input = file;
    return set_knob(p, "compose.path", file);
}

static int take_files(parser *p)
{
    int status = 0;
    bool last_is_output = p->files == 2 && !p->has_output && !is_scene_file(p->argv[2]);
    for (int i = 0; i < p->files && status == 0; i++) {
        const char *file = p->argv[1 + i];
        if (i == 1 && last_is_output)
            status = set_knob(p, "output.path", file);
        else if (!is_scene_file(file))
            status = take_input(p, file);
    }
    return status;
}

bool cli_args_ask_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) return true;
    return false;
}

int cli_args_apply(vd_context *context, int argc, char **argv, vd_settings *settings)
{
    parser p = {.context = context,
                .settings = settings,
                .command = argv[0],
                .argc = argc,
                .argv = argv,
                .next = 1};
    bool options_ended = false;
    while (p.next < argc) {
        const char *argument = argv[p.next++];
        int status = 0;
        if (!options_ended && strcmp(argument, "--") == 0)
            options_ended = true;
        else if (!options_ended && argument[0] == '-' && argument[1] != '\0')
            status = take_option(&p, argument);
        else
            status = keep_file(&p);
        if (status != 0) return status;
    }
    return take_files(&p);
}
