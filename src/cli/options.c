/* A command's options one by one, its own and then the knobs it can use, as help, man page and
 * completion show them. A knob added to the table is in all three. */
#include "cli/cli.h"

#include <ctype.h>
#include <string.h>

enum { MAX_SPELLINGS = 16 };

/* True when a space-separated list holds a word. */
static bool has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length) {
        bool starts = at == list || at[-1] == ' ';
        bool ends = at[length] == '\0' || at[length] == ' ';
        if (starts && ends) return true;
    }
    return false;
}

/* Appends to a terminated string of a fixed size, cutting what does not fit. */
static void append(char *text, size_t size, const char *more)
{
    size_t length = strlen(text);
    if (length < size) snprintf(text + length, size - length, "%s", more);
}

/* Spellings shortest first, in their own order among equals. */
static void spell(const char *flags, char *text, size_t size)
{
    const char *starts[MAX_SPELLINGS];
    int lengths[MAX_SPELLINGS], count = 0;
    for (const char *at = flags; *(at += strspn(at, " ")) && count < MAX_SPELLINGS; count++) {
        int length = (int)strcspn(at, " "), slot = count;
        for (; slot > 0 && lengths[slot - 1] > length; slot--) {
            starts[slot] = starts[slot - 1];
            lengths[slot] = lengths[slot - 1];
        }
        starts[slot] = at;
        lengths[slot] = length;
        at += length;
    }
    text[0] = '\0';
    for (int i = 0; i < count; i++) {
        char one[80];
        snprintf(one, sizeof one, "%s%.*s", i ? " " : "", lengths[i], starts[i]);
        append(text, size, one);
    }
}

static void append_upper(char *text, size_t size, const char *word)
{
    char letter[2] = "";
    for (; *word; word++) {
        letter[0] = (char)toupper((unsigned char)*word);
        append(text, size, letter);
    }
}

/* The fields of a list's records as its flag takes them: AZIMUTH,ALTITUDE[,STRENGTH], or by their
 * names, name=VALUE[,FIELD=VALUE...], if the first is text or a path. Returns false when it has no
 * records but plain text. */
static bool append_fields(const vd_knob_info *list, char *text, size_t size)
{
    bool found = false;
    size_t length = strlen(list->name);
    for (size_t i = 0; i < vd_knob_count(); i++) {
        const vd_knob_info *field = vd_knob_at(i);
        const char *rest = field->name + length;
        if (strncmp(field->name, list->name, length) != 0 || strncmp(rest, "[].", 3) != 0) continue;
        bool optional = field->fallback[0] != '\0';
        if (!found && (strcmp(field->kind, "text") == 0 || strcmp(field->kind, "path") == 0)) {
            append(text, size, rest + 3);
            append(text, size, "=VALUE[,FIELD=VALUE...]");
            return true;
        }
        append(text, size, optional ? "[" : "");
        append(text, size, found ? "," : "");
        append_upper(text, size, rest + 3);
        append(text, size, optional ? "]" : "");
        found = true;
    }
    return found;
}

/* The word that stands for a knob's value. */
static void name_value(const vd_knob_info *knob, char *text, size_t size)
{
    static const struct {
        const char *kind, *word;
    } WORDS[] = {{"int", "N"},        {"float", "X"},       {"pair", "X,Y"}, {"floats", "A,B,C,D"},
                 {"ints", "X,Y,W,H"}, {"color", "X|R,G,B"}, {"size", "WxH"}};
    const char *field = strrchr(knob->name, '.');
    text[0] = '\0';
    if (knob->choices[0]) {
        append(text, size, knob->choices);
        return;
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp(knob->kind, WORDS[i].kind) == 0) {
            append(text, size, WORDS[i].word);
            return;
        }
    if (!append_fields(knob, text, size)) append_upper(text, size, field ? field + 1 : knob->name);
}

static void describe(const vd_knob_info *knob, const char *command, char *text, size_t size)
{
    const char *parts[3] = {knob->choices[0] ? "" : knob->range, knob->unit, ""};
    char fallback[160] = "";
    const char *value = vd_knob_fallback(knob->name, command);
    if (!knob->takes_value)
        parts[2] = strcmp(value, "true") == 0 ? "on by default" : "";
    else if (value[0]) {
        snprintf(fallback, sizeof fallback, "default %s", value);
        parts[2] = fallback;
    }
    snprintf(text, size, "%s", knob->help);
    const char *separator = " (";
    for (int i = 0; i < 3; i++) {
        if (!parts[i][0]) continue;
        append(text, size, separator);
        append(text, size, parts[i]);
        separator = i == 0 && parts[1][0] ? " " : "; ";
    }
    if (separator[0] != ' ' || separator[1] != '(') append(text, size, ")");
}

/* The command whose knobs a command takes. */
static const char *knobs_of(const cli_command *command)
{
    return command->knobs ? command->knobs : command->name;
}

static bool takes_knobs(const char *command)
{
    for (size_t i = 0; i < vd_knob_count(); i++)
        if (has_word(vd_knob_at(i)->commands, command)) return true;
    return false;
}

static void fill_own(const cli_command *command, const cli_own_option *own, cli_option *out)
{
    snprintf(out->group, sizeof out->group, "%s",
             takes_knobs(knobs_of(command)) ? "START" : "OPTIONS");
    spell(own->flags, out->spellings, sizeof out->spellings);
    snprintf(out->value, sizeof out->value, "%s", own->value);
    snprintf(out->help, sizeof out->help, "%s", own->help);
    out->choices = strchr(own->value, '|') ? own->value : "";
    out->names = own->names;
    out->takes_file = own->takes_file;
}

/* A list of records has no group of its own name: it stands with the knobs before it, and *group
 * stays. */
static void fill_knob(const vd_knob_info *knob, const char *command, cli_option *out)
{
    size_t length = strcspn(knob->name, ".");
    if (knob->name[length] == '.') {
        char name[sizeof out->group];
        snprintf(name, sizeof name, "%.*s", (int)length, knob->name);
        out->group[0] = '\0';
        append_upper(out->group, sizeof out->group, name);
    }
    bool is_name = strcmp(knob->kind, "name") == 0;
    spell(knob->flags, out->spellings, sizeof out->spellings);
    out->value[0] = '\0';
    if (knob->takes_value) name_value(knob, out->value, sizeof out->value);
    describe(knob, command, out->help, sizeof out->help);
    out->choices = knob->choices;
    out->names = is_name ? knob->name : NULL;
    out->takes_file = is_name || strcmp(knob->kind, "path") == 0;
}

bool cli_option_next(const cli_command *command, size_t *next, cli_option *option)
{
    static const cli_own_option HELP = {"-h --help", "", "Shows these options.", NULL, false};
    size_t own = 1;
    for (; command->options && command->options[own - 1].flags; own++) {
    }
    if (*next < own) {
        fill_own(command, *next ? &command->options[*next - 1] : &HELP, option);
        ++*next;
        return true;
    }
    while (*next - own < vd_knob_count()) {
        const vd_knob_info *knob = vd_knob_at((*next)++ - own);
        if (!knob->flags[0] || !has_word(knob->commands, knobs_of(command))) continue;
        fill_knob(knob, knobs_of(command), option);
        return true;
    }
    return false;
}
