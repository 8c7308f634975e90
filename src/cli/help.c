/* The options of a command, written from the table of knobs: a knob added there is in the help.
 * Each is a line of its spellings, shortest first, and below it what it does:
 *
 *       -az, --azimuth, --sun-azimuth DEG
 *           Where the sun is, clockwise from north. (0..360; default 315) */
#include "cli/cli.h"

#include <ctype.h>
#include <string.h>

enum {
    OPTION_INDENT = 2,
    HELP_INDENT = 6,
    DEFAULT_COLUMNS = 80,
    MIN_COLUMNS = 40,
    MAX_COLUMNS = 100
};
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

/* The spellings of a knob, shortest first (in the table's order among equals), by commas. */
static void spell(const vd_knob_info *knob, char *text, size_t size)
{
    const char *starts[MAX_SPELLINGS];
    int lengths[MAX_SPELLINGS], count = 0;
    for (const char *at = knob->flags; *(at += strspn(at, " ")) && count < MAX_SPELLINGS; count++) {
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
        snprintf(one, sizeof one, "%s%.*s", i ? ", " : "", lengths[i], starts[i]);
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

/* The fields of a list's records as its flag takes them: AZIMUTH,ALTITUDE[,STRENGTH]. Returns false
 * when the list has no records but plain text. */
static bool append_fields(const vd_knob_info *list, char *text, size_t size)
{
    bool found = false;
    size_t length = strlen(list->name);
    for (size_t i = 0; i < vd_knob_count(); i++) {
        const vd_knob_info *field = vd_knob_at(i);
        const char *rest = field->name + length;
        if (strncmp(field->name, list->name, length) != 0 || strncmp(rest, "[].", 3) != 0) continue;
        bool optional = field->fallback[0] != '\0';
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
                 {"ints", "A,B,C,D"}, {"color", "X|R,G,B"}, {"size", "WxH"}};
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

static void describe(const vd_knob_info *knob, char *text, size_t size)
{
    const char *parts[3] = {knob->choices[0] ? "" : knob->range, knob->unit, ""};
    char fallback[160] = "";
    if (!knob->takes_value)
        parts[2] = strcmp(knob->fallback, "true") == 0 ? "on by default" : "";
    else if (knob->fallback[0]) {
        snprintf(fallback, sizeof fallback, "default %s", knob->fallback);
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

void cli_help_knobs(FILE *out, const char *command)
{
    char group[64] = "", spellings[256], value[128], text[1024];
    int columns = cli_terminal_width(out);
    if (columns == 0) columns = DEFAULT_COLUMNS;
    if (columns < MIN_COLUMNS) columns = MIN_COLUMNS;
    if (columns > MAX_COLUMNS) columns = MAX_COLUMNS;

    for (size_t i = 0; i < vd_knob_count(); i++) {
        const vd_knob_info *knob = vd_knob_at(i);
        if (!knob->flags[0] || !has_word(knob->commands, command)) continue;
        /* A list has no group of its own name: it stands with the knobs before it. */
        int length = (int)strcspn(knob->name, ".");
        bool is_grouped = knob->name[length] == '.';
        if (is_grouped &&
            ((int)strlen(group) != length || strncmp(group, knob->name, (size_t)length))) {
            snprintf(group, sizeof group, "%.*s", length, knob->name);
            value[0] = '\0';
            append_upper(value, sizeof value, group);
            fprintf(out, "\n%s\n", value);
        }
        spell(knob, spellings, sizeof spellings);
        name_value(knob, value, sizeof value);
        snprintf(text, sizeof text, "%s%s%s", spellings, knob->takes_value ? " " : "",
                 knob->takes_value ? value : "");
        write_wrapped(out, text, OPTION_INDENT, columns);
        describe(knob, text, sizeof text);
        write_wrapped(out, text, HELP_INDENT, columns);
    }
}
