/* The table as documents: text for a terminal, Markdown (docs/settings.md is this), and the JSON
 * Schema of a scene file, by which editors complete and check it. The schema says what YAML may
 * hold where the table says what a flag takes; both come from the kind of each row. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/embedded.h"
#include "settings/knob.h"

/* ---- shared ------------------------------------------------------------------------------- */

static const vd_knob *knobs_end(void)
{
    return vd_knobs + VD_KNOB_COUNT;
}

/* NULL of a list of records, which is one row with its own help. */
const char *vd_group_title(const char *name)
{
    for (const vd_group *group = vd_groups; name && group->name; group++)
        if (!strcmp(group->name, name)) return group->title;
    return NULL;
}

static bool begins_group(const vd_knob *knob)
{
    return knob == vd_knobs || strcmp(knob[-1].group, knob->group);
}

/* Words that a table joins by one character, joined by another text. */
static void print_words(FILE *out, const char *words, char between, const char *open,
                        const char *close, const char *joint)
{
    for (const char *at = words; *at;) {
        const char *end = strchr(at, between);
        size_t length = end ? (size_t)(end - at) : strlen(at);
        fprintf(out, "%s%s%.*s%s", at == words ? "" : joint, open, (int)length, at, close);
        at += length + (end != NULL);
    }
}

/* Defaults that commands have of their own, behind the common one. */
static void print_command_defaults(FILE *out, const vd_knob *knob, const char *open,
                                   const char *close)
{
    for (const vd_command_default *d = vd_command_defaults; d->value; d++)
        for (const vd_command *command = vd_commands; command->name; command++)
            if (d->knob == knob->id && d->command == command->bit)
                fprintf(out, "; %s: %s%s%s", command->name, open, d->value, close);
}

/* What a preset's first line, a comment, says of it. */
static void print_preset_line(FILE *out, const vd_embedded_file *file, const char *open,
                              const char *close)
{
    const char *line = file->text + strspn(file->text, "# ");
    fprintf(out, "%s%s%s%.*s\n", open, file->name, close, (int)strcspn(line, "\n"), line);
}

static void print_presets(FILE *out, const char *open, const char *close)
{
    for (const vd_embedded_file *file = vd_embedded_files; file->folder; file++)
        if (!strcmp(file->folder, "presets")) print_preset_line(out, file, open, close);
}

/* ---- text --------------------------------------------------------------------------------- */

static void print_facts(FILE *out, const vd_knob *knob)
{
    const vd_knob_info *info = &knob->info;
    fprintf(out, "%s%s", info->kind, info->is_list && knob->field ? "s" : "");
    if (info->choices[0]) fputs(": ", out);
    print_words(out, info->choices, '|', "", "", ", ");
    if (info->range[0]) fprintf(out, " %s", info->range);
    if (info->unit[0]) fprintf(out, "%s %s", info->range[0] ? "" : ",", info->unit);
    if (info->fallback[0]) fprintf(out, ", default %s", info->fallback);
    print_command_defaults(out, knob, "", "");
}

static void print_text(FILE *out)
{
    fputs("A setting is group.name in documents, group: {name: VALUE} in a scene file or preset, "
          "and\n"
          "each of its flags on the command line. Defaults < preset < scene file < flags.\n",
          out);
    for (const vd_knob *knob = vd_knobs; knob < knobs_end(); knob++) {
        const char *title = vd_group_title(knob->group);
        if (begins_group(knob))
            fprintf(out, "\n%s%s%s\n", knob->group, title ? ": " : "", title ? title : "");
        fprintf(out, "  %-24s%s%s\n      %s\n      ", knob->info.name,
                knob->info.flags[0] ? " " : "", knob->info.flags, knob->info.help);
        print_facts(out, knob);
        fputc('\n', out);
    }
    fputs("\npresets (--preset NAME, or preset: NAME in a scene file)\n", out);
    print_presets(out, "  ", ": ");
}

/* ---- Markdown ----------------------------------------------------------------------------- */

static void print_markdown_row(FILE *out, const vd_knob *knob)
{
    const vd_knob_info *info = &knob->info;
    fprintf(out, "| `%s` | ", info->name);
    print_words(out, info->flags, ' ', "`", "`", "<br>");
    fprintf(out, " | %s%s | ", info->kind, info->is_list && knob->field ? ", several" : "");
    if (info->fallback[0]) fprintf(out, "`%s`", info->fallback);
    print_command_defaults(out, knob, "`", "`");
    fputs(" | ", out);
    print_words(out, info->choices, '|', "`", "`", ", ");
    fprintf(out, "%s%s%s | %s |\n", info->range, info->range[0] && info->unit[0] ? " " : "",
            info->unit, info->help);
}

static void print_markdown(FILE *out)
{
    fputs(
        "# Settings\n\n"
        "Every knob of veduta, made by `veduta settings --format markdown`. A knob is `group.name` "
        "here,\n`group: {name: VALUE}` in a scene file or preset, and each of its flags on the "
        "command line.\nDefaults < preset < scene file < flags. A value outside its range is an "
        "error. `--no-` before\nthe name of a switch turns it off.\n",
        out);
    for (const vd_knob *knob = vd_knobs; knob < knobs_end(); knob++) {
        const char *title = vd_group_title(knob->group);
        if (begins_group(knob))
            fprintf(out,
                    "\n## %s\n\n%s.\n\n| key | flags | kind | default | range | what it does |\n"
                    "|---|---|---|---|---|---|\n",
                    knob->group, title ? title : "A list of records");
        print_markdown_row(out, knob);
    }
    fputs("\n## Presets\n\n`--preset NAME`, or `preset: NAME` or `preset: [NAME, NAME]` in a scene "
          "file. Your own "
          "go into\n`~/.config/veduta/presets/NAME.yaml`, or are named by path.\n\n",
          out);
    print_presets(out, "- `", "`: ");
}

/* ---- JSON Schema --------------------------------------------------------------------------- */

/* One number of a knob: its type and limits, without braces. */
static void print_schema_number(FILE *out, const vd_knob *knob, bool whole)
{
    fprintf(out, "\"type\": \"%s\"", whole ? "integer" : "number");
    if (isfinite(knob->least)) {
        fputs(knob->open ? ", \"exclusiveMinimum\": " : ", \"minimum\": ", out);
        vd_print_number(out, knob->least);
    }
    if (isfinite(knob->most)) {
        fputs(", \"maximum\": ", out);
        vd_print_number(out, knob->most);
    }
}

static void print_schema_numbers(FILE *out, const vd_knob *knob, int count, bool whole)
{
    int least = knob->kind == VD_KIND_DISTORTION ? 1 : count;
    fprintf(out, "{\"type\": \"array\", \"minItems\": %d, \"maxItems\": %d, \"items\": {", least,
            count);
    print_schema_number(out, knob, whole);
    fputs("}}", out);
}

/* What YAML may hold for a knob, without braces. */
static void print_schema_type(FILE *out, const vd_knob *knob)
{
    static const char text[] = "\"type\": \"string\", \"minLength\": 1";
    switch (knob->kind) {
    case VD_KIND_BOOL: fputs("\"type\": \"boolean\"", out); break;
    case VD_KIND_INT:
        if (knob->word) fputs("\"anyOf\": [{", out);
        print_schema_number(out, knob, true);
        if (knob->word) fprintf(out, "}, {\"const\": \"%s\"}]", knob->word);
        break;
    case VD_KIND_FLOAT: print_schema_number(out, knob, false); break;
    case VD_KIND_CHOICE:
        fputs("\"enum\": [", out);
        print_words(out, knob->info.choices, '|', "\"", "\"", ", ");
        fputc(']', out);
        break;
    case VD_KIND_TEXT:
    case VD_KIND_PATH:
    case VD_KIND_NAME: fputs(text, out); break;
    case VD_KIND_COLOR:
        fputs("\"anyOf\": [{", out);
        print_schema_number(out, knob, false);
        fputs("}, ", out);
        print_schema_numbers(out, knob, 3, false);
        fputc(']', out);
        break;
    case VD_KIND_BEARING:
        fputs("\"anyOf\": [{", out);
        print_schema_number(out, knob, false);
        fputs("}, {\"type\": \"string\", \"pattern\": \"^[NESWnesw]{1,3}$\"}]", out);
        break;
    case VD_KIND_PLACE:
        fputs("\"anyOf\": [{\"type\": \"array\", \"minItems\": 3, \"maxItems\": 3}, "
              "{\"type\": \"string\"}]",
              out);
        break;
    case VD_KIND_PAINT:
        fputs("\"anyOf\": [{\"enum\": [", out);
        print_words(out, knob->info.choices, '|', "\"", "\"", ", ");
        fputs("]}, {", out);
        print_schema_number(out, knob, false);
        fputs("}, ", out);
        print_schema_numbers(out, knob, 3, false);
        fputc(']', out);
        break;
    case VD_KIND_PAIR:
    case VD_KIND_FLOATS:
    case VD_KIND_DISTORTION:
    case VD_KIND_INTS:
        fputs("\"anyOf\": [", out);
        print_schema_numbers(out, knob, vd_kind_numbers(knob->kind), knob->kind == VD_KIND_INTS);
        fputs(", {\"type\": \"string\"}]", out);
        break;
    case VD_KIND_SIZE:
        fputs("\"anyOf\": [", out);
        print_schema_numbers(out, knob, 2, true);
        fputs(", {\"type\": \"string\", \"pattern\": \"^[0-9]+x[0-9]+$\"}]", out);
        break;
    case VD_KIND_TEXTS:
    case VD_KIND_PATHS:
        fprintf(out, "\"anyOf\": [{%s}, {\"type\": \"array\", \"items\": {%s}}]", text, text);
        break;
    case VD_KIND_RECORDS: fputs("\"type\": \"array\"", out); break;
    }
}

static void print_schema_default(FILE *out, const vd_knob *knob)
{
    const char *fallback = knob->info.fallback;
    bool quoted = vd_kind_is_text(knob->kind) || knob->kind == VD_KIND_CHOICE ||
                  knob->kind == VD_KIND_BEARING || knob->kind == VD_KIND_PAINT ||
                  (knob->word && !strcmp(fallback, knob->word));
    bool several = knob->kind == VD_KIND_COLOR && strchr(fallback, ',');
    if (!fallback[0] ||
        (knob->is_field && vd_kind_is_text(knob->kind) && !strcmp(fallback, "none")))
        return;
    fputs(", \"default\": ", out);
    if (quoted)
        vd_print_quoted(out, fallback);
    else
        fprintf(out, "%s%s%s", several ? "[" : "", fallback, several ? "]" : "");
}

/* "name": { all of it but the closing brace. */
static void print_schema_knob(FILE *out, const vd_knob *knob, const char *indent)
{
    fprintf(out, "%s\"%s\": {", indent, knob->field ? knob->field : knob->group);
    print_schema_type(out, knob);
    print_schema_default(out, knob);
    fputs(", \"description\": ", out);
    vd_print_quoted(out, knob->info.help);
}

static void print_schema_list(FILE *out, const vd_knob *list)
{
    const vd_knob *field;
    bool any = false;
    print_schema_knob(out, list, "    ");
    fputs(",\n      \"items\": {\"type\": \"object\", \"additionalProperties\": false, "
          "\"required\": [",
          out);
    for (int i = 0; (field = vd_knob_field(list, i)) != NULL; i++) {
        if (field->info.fallback[0]) continue;
        fprintf(out, "%s\"%s\"", any ? ", " : "", field->field);
        any = true;
    }
    fputs("],\n      \"properties\": {", out);
    for (int i = 0; (field = vd_knob_field(list, i)) != NULL; i++) {
        print_schema_knob(out, field, i ? ",\n        " : "\n        ");
        fputc('}', out);
    }
    fputs("}}}", out);
}

static void print_schema_group(FILE *out, const vd_knob *first)
{
    fprintf(out,
            "    \"%s\": {\"type\": \"object\", \"additionalProperties\": false, "
            "\"description\": ",
            first->group);
    vd_print_quoted(out, vd_group_title(first->group));
    fputs(",\n      \"properties\": {", out);
    for (const vd_knob *knob = first; knob < knobs_end() && !strcmp(knob->group, first->group);
         knob++) {
        print_schema_knob(out, knob, knob == first ? "\n        " : ",\n        ");
        fputc('}', out);
    }
    fputs("}}", out);
}

static void print_schema(FILE *out)
{
    fputs(
        "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
        "  \"title\": \"veduta scene file\",\n  \"type\": \"object\",\n"
        "  \"additionalProperties\": false,\n  \"properties\": {\n"
        "    \"preset\": {\"type\": [\"string\", \"array\"], \"minLength\": 1, \"items\": "
        "{\"type\": "
        "\"string\", \"minLength\": 1}, \"description\": \"A preset beneath this file, or several, "
        "of which later ones prevail: names, or paths.\"}",
        out);
    for (const vd_knob *knob = vd_knobs; knob < knobs_end(); knob++) {
        if (!begins_group(knob)) continue;
        fputs(",\n", out);
        if (knob->field)
            print_schema_group(out, knob);
        else
            print_schema_list(out, knob);
    }
    fputs("\n  }\n}\n", out);
}

/* ------------------------------------------------------------------------------------------- */

vd_result vd_settings_document(vd_context *context, vd_settings_format format,
                               void (*write)(void *user, const char *text, size_t length),
                               void *user)
{
    char *text = NULL;
    size_t length = 0;
    vd_context_clear(context);
    if (format != VD_SETTINGS_TEXT && format != VD_SETTINGS_MARKDOWN &&
        format != VD_SETTINGS_JSON_SCHEMA)
        return vd_fail(context, VD_ERR_USAGE,
                       "settings document: no such format: %d; see "
                       "vd_settings_format",
                       (int)format);
    FILE *out = open_memstream(&text, &length);
    if (out && format == VD_SETTINGS_TEXT) print_text(out);
    if (out && format == VD_SETTINGS_MARKDOWN) print_markdown(out);
    if (out && format == VD_SETTINGS_JSON_SCHEMA) print_schema(out);
    if (!out || fclose(out) != 0) {
        free(text);
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' document");
    }
    write(user, text, length);
    free(text);
    return VD_OK;
}
