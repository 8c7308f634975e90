/* The subcommands there are. Each describes itself in its own file; help, man pages and completion
 * are written from that. */
#include "cli/cli.h"

#include <string.h>
#include <unistd.h>

static const cli_command *const COMMANDS[] = {
    &cli_relief_command,     &cli_render_command,    &cli_animate_command, &cli_sky_command,
    &cli_compose_command,    &cli_settings_command,  &cli_presets_command, &cli_compare_command,
    &cli_project_command,    &cli_sun_hours_command, &cli_info_command,    &cli_man_command,
    &cli_completion_command,
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

const cli_command *cli_command_at(size_t index)
{
    return index < COMMAND_COUNT ? COMMANDS[index] : NULL;
}

const cli_command *cli_command_find(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(COMMANDS[i]->name, name) == 0) return COMMANDS[i];
    return NULL;
}

int cli_command_unknown(const char *name)
{
    const char *nearest = NULL;
    size_t least = 3;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        size_t distance = cli_distance(name, COMMANDS[i]->name);
        if (distance >= least) continue;
        nearest = COMMANDS[i]->name;
        least = distance;
    }
    if (nearest)
        return cli_usage_error(NULL, "unknown command %s; did you mean %s?", name, nearest);
    if (name[0] == '-')
        return cli_usage_error(
            NULL, "unknown option %s; options follow a command, as in veduta relief", name);
    if (access(name, F_OK) == 0)
        return cli_usage_error(NULL, "%s is a file, not a command; did you mean veduta relief %s?",
                               name, name);
    return cli_usage_error(NULL, "unknown command %s; veduta --help lists the commands", name);
}
