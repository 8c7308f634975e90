/* veduta completion: scripts by which a shell completes veduta's arguments. */
#include "cli/cli.h"

#include <string.h>

static int run(int argc, char **argv)
{
    if (argc < 2) return cli_usage_error(argv[0], "for which shell? bash or zsh");
    if (argc > 2) return cli_usage_error(argv[0], "one shell at a time, not %s too", argv[2]);
    if (strcmp(argv[1], "bash") == 0)
        cli_completion_bash(stdout);
    else if (strcmp(argv[1], "zsh") == 0)
        cli_completion_zsh(stdout);
    else
        return cli_usage_error(argv[0], "%s is none of bash, zsh", argv[1]);
    return 0;
}

static const char *const SYNOPSIS[] = {"completion bash|zsh", NULL};
static const char *const DESCRIPTION[] = {"Writes a script by which the shell completes commands, "
                                          "options, their words, presets and ramps. "
                                          "Installing veduta puts both in their place.",
                                          NULL};
static const cli_example EXAMPLES[] = {
    {"For this session of bash:", "eval \"$(veduta completion bash)\""},
    {"For zsh, in a folder of its fpath:", "veduta completion zsh >~/.zfunc/_veduta"},
    {NULL, NULL}};
const cli_command cli_completion_command = {
    .name = "completion",
    .summary = "completion of arguments for bash or zsh",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .examples = EXAMPLES,
    .operands = "bash|zsh",
    .run = run,
};
