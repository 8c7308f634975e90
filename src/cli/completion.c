/* Completion of veduta's arguments for bash and zsh, written from the commands and the table of
 * knobs: commands, options, the words of choices, names of what came with veduta and of the user's
 * presets, files where a file may stand. The scripts are static, so that the Tab key starts no
 * program. The one for bash runs from version 3.2 on and needs no package beside it. */
#include "cli/cli.h"

#include <string.h>

/* Words that one character joins, joined by another text. */
static void write_joined(FILE *out, const char *words, char between, const char *joint)
{
    for (; *words; words++)
        if (*words == between)
            fputs(joint, out);
        else
            fputc(*words, out);
}

/* Names of what came with veduta, each after a space. */
static void write_names(FILE *out, const char *what)
{
    const char *name;
    for (size_t i = 0; (name = vd_builtin_name(what, i)); i++) fprintf(out, " %s", name);
}

/* ---- bash --------------------------------------------------------------------------------- */

static const char BASH_HEAD[] =
    "# bash completion for veduta, made by `veduta completion bash`.\n"
    "\n"
    "_veduta_presets() {\n"
    "    local file\n"
    "    for file in \"${XDG_CONFIG_HOME:-$HOME/.config}\"/veduta/presets/*.yaml; do\n"
    "        file=${file##*/}\n"
    "        [ \"$file\" = '*.yaml' ] || echo \"${file%.yaml}\"\n"
    "    done\n"
    "}\n"
    "\n"
    "_veduta() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words='' files=''\n"
    "    # --flag=value comes as three words.\n"
    "    if [ \"$cur\" = = ]; then\n"
    "        cur=''\n"
    "    elif [ \"$prev\" = = ] && [ \"$COMP_CWORD\" -ge 3 ]; then\n"
    "        prev=${COMP_WORDS[COMP_CWORD-2]}\n"
    "    fi\n"
    "    case $COMP_CWORD:${COMP_WORDS[1]} in\n";

static const char BASH_TAIL[] =
    "    esac\n"
    "    # shellcheck disable=SC2207 # words without blanks\n"
    "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
    "    # Where nothing matches, bash offers files, unless told not to.\n"
    "    [ -n \"$files\" ] || compopt +o default 2>/dev/null\n"
    "    return 0\n"
    "}\n"
    "complete -o default -F _veduta veduta\n";

static void write_bash_value(FILE *out, const cli_option *option)
{
    fputs("        ", out);
    write_joined(out, option->spellings, ' ', " | ");
    fputs(") ", out);
    if (option->names && strcmp(option->names, "preset") == 0)
        fputs("words=\"$(_veduta_presets) ", out);
    else
        fputs("words=\"", out);
    if (option->names) write_names(out, option->names);
    write_joined(out, option->choices, '|', " ");
    fprintf(out, "\"%s ;;\n", option->takes_file ? " files=yes" : "");
}

static void write_commands(FILE *out)
{
    const cli_command *command;
    for (size_t i = 0; (command = cli_command_at(i)); i++) fprintf(out, "%s ", command->name);
}

static void write_bash_presets(FILE *out)
{
    write_names(out, "preset");
    fputs(" $(_veduta_presets)", out);
}

static void write_bash_operands(FILE *out, const char *operands)
{
    if (strcmp(operands, "FILE") == 0)
        fputs("files=yes", out);
    else {
        fputs("words=\"", out);
        if (strcmp(operands, "COMMAND") == 0)
            write_commands(out);
        else if (strcmp(operands, "PRESET") == 0)
            write_bash_presets(out);
        else
            write_joined(out, operands, '|', " ");
        fputc('"', out);
    }
}

static void write_bash_command(FILE *out, const cli_command *command)
{
    cli_option option = {.group = ""};
    fprintf(out, "    *:%s)\n        case $prev in\n", command->name);
    for (size_t next = 0; cli_option_next(command, &next, &option);)
        if (option.value[0]) write_bash_value(out, &option);
    fputs("        *)\n            case $cur in\n            -*) words=\"", out);
    for (size_t next = 0; cli_option_next(command, &next, &option);)
        fprintf(out, "%s ", option.spellings);
    fputs("\" ;;\n            *) ", out);
    write_bash_operands(out, command->operands);
    fputs(" ;;\n            esac\n            ;;\n        esac\n        ;;\n", out);
}

void cli_completion_bash(FILE *out)
{
    const cli_command *command;
    fputs(BASH_HEAD, out);
    fputs("    1:*) words=\"", out);
    write_commands(out);
    fputs("help --help --version\" ;;\n    *:help) words=\"", out);
    write_commands(out);
    fputs("\" ;;\n", out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) write_bash_command(out, command);
    fputs(BASH_TAIL, out);
}

/* ---- zsh ---------------------------------------------------------------------------------- */

static const char ZSH_HEAD[] = "#compdef veduta\n"
                               "# zsh completion for veduta, made by `veduta completion zsh`.\n"
                               "\n"
                               "_veduta_presets() {\n"
                               "    compadd -- "
                               "${XDG_CONFIG_HOME:-$HOME/.config}/veduta/presets/*.yaml(N:t:r)\n"
                               "}\n"
                               "\n";

static const char ZSH_TAIL[] =
    "    esac\n"
    "}\n"
    "\n"
    "# Loaded by compinit the file is the function's body; sourced, it declares the function.\n"
    "if [ \"$funcstack[1]\" = _veduta ]; then _veduta \"$@\"; else compdef _veduta veduta; fi\n";

/* Text inside a single-quoted specification of _arguments. */
static void write_zsh_text(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fprintf(out, "%s%c", strchr("[]:\\", *text) ? "\\" : "", *text);
}

static void write_zsh_names(FILE *out, const char *what)
{
    fputs("{compadd --", out);
    write_names(out, what);
    if (strcmp(what, "preset") == 0) fputs("; _veduta_presets", out);
    fputs("; _files}", out);
}

/* One specification a spelling: '*--tone=[help]:WORD:(linear filmic)'. */
static void write_zsh_option(FILE *out, const cli_option *option)
{
    for (const char *at = option->spellings; *at;) {
        int length = (int)strcspn(at, " ");
        bool is_long = strncmp(at, "--", 2) == 0;
        fprintf(out, "        '*%.*s%s[", length, at, option->value[0] && is_long ? "=" : "");
        write_zsh_text(out, option->help);
        fputc(']', out);
        if (option->value[0]) {
            fputc(':', out);
            write_zsh_text(out, option->value);
            fputc(':', out);
        }
        if (option->choices[0]) {
            fputc('(', out);
            write_joined(out, option->choices, '|', " ");
            fputc(')', out);
        } else if (option->names)
            write_zsh_names(out, option->names);
        else if (option->takes_file)
            fputs("_files", out);
        else if (option->value[0])
            fputc(' ', out);
        fputs("' \\\n", out);
        at += length + (at[length] == ' ');
    }
}

static void write_zsh_command(FILE *out, const cli_command *command)
{
    cli_option option = {.group = ""};
    fprintf(out, "_veduta_%s() {\n    _arguments \\\n", command->name);
    for (size_t next = 0; cli_option_next(command, &next, &option);) write_zsh_option(out, &option);
    fprintf(out, "        '*:%s:", command->operands);
    if (strcmp(command->operands, "FILE") == 0)
        fputs("_files", out);
    else if (strcmp(command->operands, "PRESET") == 0)
        write_zsh_names(out, "preset");
    else {
        fputc('(', out);
        if (strcmp(command->operands, "COMMAND") == 0)
            write_commands(out);
        else
            write_joined(out, command->operands, '|', " ");
        fputc(')', out);
    }
    fputs("'\n}\n\n", out);
}

void cli_completion_zsh(FILE *out)
{
    const cli_command *command;
    fputs(ZSH_HEAD, out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) write_zsh_command(out, command);
    fputs("_veduta() {\n    local -a commands\n    commands=(\n", out);
    for (size_t i = 0; (command = cli_command_at(i)); i++) {
        fprintf(out, "        '%s:", command->name);
        write_zsh_text(out, command->summary);
        fputs("'\n", out);
    }
    fputs("        'help:this overview, or the help of a command'\n    )\n"
          "    if (( CURRENT == 2 )); then\n"
          "        _describe command commands\n        return\n    fi\n"
          "    local command=$words[2]\n    shift words\n    (( CURRENT-- ))\n"
          "    case $command in\n"
          "    help) (( CURRENT == 2 )) && _describe command commands ;;\n",
          out);
    for (size_t i = 0; (command = cli_command_at(i)); i++)
        fprintf(out, "    %s) _veduta_%s ;;\n", command->name, command->name);
    fputs(ZSH_TAIL, out);
}
