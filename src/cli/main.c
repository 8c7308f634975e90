/* The program's door: finds the subcommand, hands it the arguments, and makes sure that what went
 * to standard output has really gone there. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const cli_command COMMANDS[] = {
    {"relief", "shaded relief of a DEM, on the DEM's own grid", cli_relief_run, cli_relief_help},
    {"settings", "every setting, as text, Markdown or JSON Schema", cli_settings_run,
     cli_settings_help},
    {"info", "how veduta was built", cli_info_run, cli_info_help},
};
enum { COMMAND_COUNT = sizeof COMMANDS / sizeof *COMMANDS };

static void write_overview(FILE *out)
{
    fputs("veduta turns elevation data into path-traced pictures.\n"
          "\n"
          "Usage: veduta COMMAND [arguments]\n"
          "\n"
          "Commands:\n",
          out);
    for (int i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  %-10s %s\n", COMMANDS[i].name, COMMANDS[i].summary);
    fputs("  help       this text, or that of a command: veduta help relief\n"
          "\n"
          "Start with: veduta relief dem.tif -o relief.tif\n"
          "\n"
          "Options:\n"
          "  -h, --help     this text\n"
          "  --version      the version\n",
          out);
}

static const cli_command *find_command(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(COMMANDS[i].name, name) == 0) return &COMMANDS[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    const char *nearest = NULL;
    size_t least = 3;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        size_t distance = cli_distance(name, COMMANDS[i].name);
        if (distance >= least) continue;
        nearest = COMMANDS[i].name;
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

static int help(int argc, char **argv)
{
    if (argc > 1) return cli_usage_error("help", "one command at a time, not %s too", argv[1]);
    const cli_command *command = argc == 1 ? find_command(argv[0]) : NULL;
    if (argc == 1 && !command) return unknown_command(argv[0]);
    if (command)
        command->help(stdout);
    else
        write_overview(stdout);
    return 0;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        write_overview(stderr);
        return CLI_STATUS_USAGE;
    }
    const char *name = argv[1];
    if (strcmp(name, "--version") == 0) {
        printf("veduta %s\n", vd_version());
        return 0;
    }
    if (strcmp(name, "help") == 0) return help(argc - 2, argv + 2);
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) return help(0, NULL);
    const cli_command *command = find_command(name);
    if (!command) return unknown_command(name);
    if (!cli_args_ask_help(argc - 1, argv + 1)) return command->run(argc - 1, argv + 1);
    command->help(stdout);
    return 0;
}

/* A standard stream that the caller closed would give its number to the first file opened, and what
 * is meant for the user would end in a picture. Something that cannot be written takes its place.
 */
static void occupy_standard_streams(void)
{
    for (int number = 0; number <= 2; number++)
        if (fcntl(number, F_GETFD) == -1 && errno == EBADF) (void)!open("/dev/null", O_RDONLY);
}

int main(int argc, char **argv)
{
    occupy_standard_streams();
    /* A reader that goes away, or a limit on file sizes, is an error to report and clean up after,
     * not a reason to die with half a file on the disk. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return cli_finish_output(dispatch(argc, argv));
}
