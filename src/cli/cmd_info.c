/* veduta info: what this program is made of. */
#include "cli/cli.h"

#include <string.h>

void cli_info_help(FILE *out)
{
    fputs("Usage: veduta info [--build]\n"
          "\n"
          "Says how veduta was built, which libraries it found, and which of its parts\n"
          "cannot promise the same pixels everywhere.\n",
          out);
}

int cli_info_run(int argc, char **argv)
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
