/* veduta man: the man pages, which installing puts in their place. */
#include "cli/cli.h"

static int run(int argc, char **argv)
{
    if (argc > 2) return cli_usage_error(argv[0], "one command at a time, not %s too", argv[2]);
    const cli_command *command = argc == 2 ? cli_command_find(argv[1]) : NULL;
    if (argc == 2 && !command) return cli_command_unknown(argv[1]);
    cli_man_page(stdout, command);
    return 0;
}

static const char *const SYNOPSIS[] = {"man [COMMAND]", NULL};
static const char *const DESCRIPTION[] = {
    "Writes a man page, of the program or of one of its commands, as roff. Installing veduta puts "
    "them all in their place.",
    NULL};
static const cli_example EXAMPLES[] = {
    {"A page without installing it:", "veduta man relief | man -l -"}, {NULL, NULL}};
const cli_command cli_man_command = {
    .name = "man",
    .summary = "a man page, of veduta or of a command",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .examples = EXAMPLES,
    .operands = "COMMAND",
    .run = run,
};
