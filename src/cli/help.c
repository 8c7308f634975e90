/* A command's help: how it is used, what it does, and its options. Each of these is a line of its
 * spellings, shortest first, and below it what it does:
 *
 *       -az, --azimuth, --sun-azimuth X
 *           Where the sun is, clockwise from north. (0..360 deg; default 315) */
#include "cli/cli.h"

#include <string.h>

enum {
    OPTION_INDENT = 2,
    HELP_INDENT = 6,
    DEFAULT_COLUMNS = 80,
    MIN_COLUMNS = 40,
    MAX_COLUMNS = 100
};

/* Length of the first word; a sign stays with its number ("> 0"). */
static int measure_word(const char *text)
{
    size_t length = strcspn(text, " ");
    while (text[length] == ' ' && strchr("<=>", text[length - 1]))
        length += 1 + strcspn(text + length + 1, " ");
    return (int)length;
}

/* Words of text as lines that begin at column indent and end before column columns. */
static void write_wrapped(FILE *out, const char *text, int indent, int columns)
{
    int column = 0;
    while (*(text += strspn(text, " "))) {
        int length = measure_word(text);
        if (column > 0 && column + 1 + length > columns) {
            fputc('\n', out);
            column = 0;
        }
        if (column == 0)
            column = fprintf(out, "%*s%.*s", indent, "", length, text);
        else
            column += fprintf(out, " %.*s", length, text);
        text += length;
    }
    fputc('\n', out);
}

static int text_columns(FILE *out)
{
    int columns = cli_terminal_width(out);
    if (columns == 0) return DEFAULT_COLUMNS;
    return columns < MIN_COLUMNS ? MIN_COLUMNS : columns > MAX_COLUMNS ? MAX_COLUMNS : columns;
}

static void write_option(FILE *out, const cli_option *option, int columns)
{
    char text[512] = "";
    size_t length = 0;
    for (const char *c = option->spellings; *c && length + 3 < sizeof text; c++) {
        if (*c == ' ') text[length++] = ',';
        text[length++] = *c;
    }
    snprintf(text + length, sizeof text - length, "%s%s", option->value[0] ? " " : "",
             option->value);
    write_wrapped(out, text, OPTION_INDENT, columns);
    write_wrapped(out, option->help, HELP_INDENT, columns);
}

void cli_help(FILE *out, const cli_command *command)
{
    int columns = text_columns(out);
    for (int i = 0; command->synopsis[i]; i++)
        fprintf(out, "%s veduta %s\n", i ? "      " : "Usage:", command->synopsis[i]);
    for (int i = 0; command->description[i]; i++) {
        fputc('\n', out);
        write_wrapped(out, command->description[i], 0, columns);
    }
    char group[sizeof(((cli_option *)0)->group)] = "";
    cli_option option = {.group = ""};
    for (size_t next = 0; cli_option_next(command, &next, &option);) {
        if (strcmp(group, option.group) != 0) fprintf(out, "\n%s\n", option.group);
        memcpy(group, option.group, sizeof group);
        write_option(out, &option, columns);
    }
}
