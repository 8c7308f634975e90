/* veduta info: what this program is made of. */
#include "cli/cli.h"

#include <string.h>

static int run(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--build") != 0)
            return cli_usage_error(argv[0], "unknown argument %s; only --build is known", argv[i]);
    const char *text = vd_build_info();
    size_t length = strlen(text);
    fputs(text, stdout);
    if (length > 0 && text[length - 1] != '\n') fputc('\n', stdout);
    return 0;
}

static const char *const SYNOPSIS[] = {"info [--build]", NULL};
static const char *const DESCRIPTION[] = {"Says how veduta was built, which libraries it found, "
                                          "and which of its parts cannot promise the "
                                          "same pixels everywhere.",
                                          NULL};
static const cli_own_option OPTIONS[] = {{"--build", "", "The same.", NULL, false},
                                         {NULL, NULL, NULL, NULL, false}};
const cli_command cli_info_command = {
    .name = "info",
    .summary = "how veduta was built",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = OPTIONS,
    .operands = "",
    .run = run,
};
