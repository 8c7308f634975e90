/* Man pages, in the man macros that groff, mandoc and all before them read. */
#include "cli/cli.h"

#include <string.h>

/* One character of UTF-8 as its code; *text moves past it. */
static unsigned long decode(const char **text)
{
    unsigned long code = (unsigned char)*(*text)++;
    int more = code >= 0xf0 ? 3 : code >= 0xe0 ? 2 : code >= 0xc0 ? 1 : 0;
    if (more) code &= 0x3fUL >> more;
    for (; more > 0 && (**text & 0xc0) == 0x80; more--)
        code = code << 6 | ((unsigned char)*(*text)++ & 0x3f);
    return code;
}

/* Text that roff takes as it is meant: no control character at the start of a line, hyphens that
 * can be copied into a shell, characters beyond ASCII by their code. */
static void write_roff(FILE *out, const char *text)
{
    if (*text == '.' || *text == '\'') fputs("\\&", out);
    while (*text) {
        unsigned long code = decode(&text);
        if (code == '\\')
            fputs("\\e", out);
        else if (code == '-' || code == '^' || code == '~' || code == '`')
            fprintf(out, "\\%s",
                    code == '-'   ? "-"
                    : code == '^' ? "(ha"
                    : code == '~' ? "(ti"
                                  : "(ga");
        else if (code == '\'')
            fputs("\\(aq", out);
        else if (code < 0x80)
            fputc((int)code, out);
        else
            fprintf(out, "\\[u%04lX]", code);
    }
}

static void write_line(FILE *out, const char *before, const char *text, const char *after)
{
    fputs(before, out);
    write_roff(out, text);
    fprintf(out, "%s\n", after);
}

static void write_head(FILE *out, const cli_command *command)
{
    fprintf(out, ".\\\" Made by veduta man%s%s.\n.TH VEDUTA%s", command ? " " : "",
            command ? command->name : "", command ? "\\-" : "");
    for (const char *c = command ? command->name : ""; *c; c++) {
        if (*c == '-') fputc('\\', out);
        fputc(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c, out);
    }
    fprintf(out, " 1 \"\" \"veduta %s\" \"User Commands\"\n", vd_version());
    fprintf(out, ".SH NAME\nveduta%s", command ? "\\-" : "");
    if (command) write_roff(out, command->name);
    fputs(" \\- ", out);
    write_line(out, "", command ? command->summary : "path-traced pictures of elevation data", "");
}

static void write_option(FILE *out, const cli_option *option)
{
    char spelling[sizeof option->spellings];
    fputs(".TP\n", out);
    for (const char *at = option->spellings; *at;) {
        size_t length = strcspn(at, " ");
        snprintf(spelling, sizeof spelling, "%.*s", (int)length, at);
        fputs(at == option->spellings ? "\\fB" : ", \\fB", out);
        write_roff(out, spelling);
        fputs("\\fR", out);
        at += length + (at[length] == ' ');
    }
    if (option->value[0]) {
        fputs(" \\fI", out);
        write_roff(out, option->value);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    write_line(out, "", option->help, "");
}

static void write_options(FILE *out, const cli_command *command)
{
    char group[sizeof(((cli_option *)0)->group)] = "";
    cli_option option = {.group = ""};
    fputs(".SH OPTIONS\n", out);
    for (size_t next = 0; cli_option_next(command, &next, &option);) {
        /* The section's own name needs no saying twice. */
        if (strcmp(group, option.group) != 0 && strcmp(option.group, "OPTIONS") != 0)
            write_line(out, ".SS ", option.group, "");
        memcpy(group, option.group, sizeof group);
        write_option(out, &option);
    }
}

static void write_examples(FILE *out, const cli_example *examples)
{
    if (!examples) return;
    fputs(".SH EXAMPLES\n", out);
    for (; examples->what; examples++) {
        write_line(out, ".PP\n", examples->what, "");
        write_line(out, ".PP\n.RS\n.nf\n", examples->line, "\n.fi\n.RE");
    }
}

static void write_tail(FILE *out, const cli_command *self)
{
    fputs(
        ".SH EXIT STATUS\n"
        ".TP\n0\nDone.\n"
        ".TP\n1\nSomething failed while running: a file that cannot be written, memory.\n"
        ".TP\n2\nThe command, a setting or an input is not usable as given, or an output exists.\n"
        ".TP\n128 + \\fIn\\fR\nEnded by signal \\fIn\\fR; nothing is left behind.\n"
        ".SH FILES\n"
        ".TP\n\\fI$XDG_CONFIG_HOME/veduta/presets/NAME.yaml\\fR\n"
        "Presets of your own; \\fI\\(ti/.config\\fR where that variable is not set.\n"
        ".SH SEE ALSO\n",
        out);
    if (self) fputs(".BR veduta (1),\n", out);
    const cli_command *command;
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        if (command != self) write_line(out, ".BR veduta\\-", command->name, " (1),");
    fputs(".BR gdalinfo (1),\n.BR gdaldem (1)\n", out);
}

static void write_program_page(FILE *out)
{
    const cli_command *command;
    fputs(".SH SYNOPSIS\n.B veduta\n\\fICOMMAND\\fR [\\fIarguments\\fR]\n"
          ".SH DESCRIPTION\n"
          "Turns elevation data into path\\-traced pictures. Each command has a page of its own.\n"
          ".SH COMMANDS\n",
          out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        write_line(out, ".TP\n.BR veduta\\-", command->name, " (1)");
        write_line(out, "", command->summary, "");
    }
    fputs(".TP\n\\fBveduta help\\fR [\\fICOMMAND\\fR]\n"
          "the overview, or the options of a command\n"
          ".SH OPTIONS\n"
          ".TP\n\\fB\\-h\\fR, \\fB\\-\\-help\\fR\nThe overview.\n"
          ".TP\n\\fB\\-\\-version\\fR\nThe version.\n",
          out);
}

void cli_man_page(FILE *out, const cli_command *command)
{
    write_head(out, command);
    if (!command) {
        write_program_page(out);
        write_examples(out, cli_command_at(0)->examples);
        write_tail(out, command);
        return;
    }
    fputs(".SH SYNOPSIS\n.nf\n", out);
    for (int i = 0; command->synopsis[i]; i++)
        write_line(out, "\\fBveduta\\fR ", command->synopsis[i], "");
    fputs(".fi\n.SH DESCRIPTION\n", out);
    for (int i = 0; command->description[i]; i++)
        write_line(out, i ? ".PP\n" : "", command->description[i], "");
    write_options(out, command);
    write_examples(out, command->examples);
    write_tail(out, command);
}
