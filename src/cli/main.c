/* The program's door: finds the subcommand, hands it the arguments, and makes sure that what went
 * to standard output has really gone there. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void write_overview(FILE *out)
{
    fputs("veduta turns elevation data into path-traced pictures.\n"
          "\n"
          "Usage: veduta COMMAND [arguments]\n"
          "\n"
          "Commands:\n",
          out);
    const cli_command *command;
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        fprintf(out, "  %-10s %s\n", command->name, command->summary);
    fputs("  help       this text, or that of a command: veduta help relief\n"
          "\n"
          "Start with: veduta relief dem.tif -o relief.tif\n"
          "\n"
          "Options:\n"
          "  -h, --help     this text\n"
          "  --version      the version\n",
          out);
}

static int help(int argc, char **argv)
{
    if (argc > 1) return cli_usage_error("help", "one command at a time, not %s too", argv[1]);
    const cli_command *command = argc == 1 ? cli_command_find(argv[0]) : NULL;
    if (argc == 1 && !command) return cli_command_unknown(argv[0]);
    if (command)
        cli_help(stdout, command);
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
    const cli_command *command = cli_command_find(name);
    if (!command) return cli_command_unknown(name);
    if (!cli_args_ask_help(argc - 1, argv + 1)) return command->run(argc - 1, argv + 1);
    cli_help(stdout, command);
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
