/* veduta settings: the whole table of knobs as a document. */
#include "cli/cli.h"

#include <string.h>

static const struct {
    const char *name;
    vd_settings_format format;
} FORMATS[] = {{"text", VD_SETTINGS_TEXT},
               {"markdown", VD_SETTINGS_MARKDOWN},
               {"json-schema", VD_SETTINGS_JSON_SCHEMA}};

static int write_document(vd_settings_format format)
{
    vd_context *context = NULL;
    vd_result result = vd_context_create(NULL, &context);
    if (result == VD_OK) result = vd_settings_document(context, format, cli_write_piece, stdout);
    int status = cli_explain(context, NULL, result);
    vd_context_destroy(context);
    return status;
}

static int run(int argc, char **argv)
{
    static const char PREFIX[] = "--format=";
    const char *name = FORMATS[0].name;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], PREFIX, sizeof PREFIX - 1) == 0)
            name = argv[i] + sizeof PREFIX - 1;
        else if (strcmp(argv[i], "--format") != 0)
            return cli_usage_error(argv[0], "unknown argument %s; only --format is known", argv[i]);
        else if (++i < argc)
            name = argv[i];
        else
            return cli_usage_error(argv[0], "option --format needs a value");
    }
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (strcmp(FORMATS[i].name, name) == 0) return write_document(FORMATS[i].format);
    return cli_usage_error(argv[0], "--format: %s is none of text, markdown, json-schema", name);
}

static const char *const SYNOPSIS[] = {"settings [--format text|markdown|json-schema]", NULL};
static const char *const DESCRIPTION[] = {
    "Writes every setting with its default, range and meaning. As JSON Schema it describes a scene "
    "file, for editors that complete and check YAML.",
    NULL};
static const cli_own_option OPTIONS[] = {{"--format", "text|markdown|json-schema",
                                          "The form it is written in; text by default.", NULL,
                                          false},
                                         {NULL, NULL, NULL, NULL, false}};
static const cli_example EXAMPLES[] = {
    {"A schema for an editor:", "veduta settings --format json-schema >veduta.json"}, {NULL, NULL}};
const cli_command cli_settings_command = {
    .name = "settings",
    .summary = "every setting, as text, Markdown or JSON Schema",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = OPTIONS,
    .examples = EXAMPLES,
    .operands = "",
    .run = run,
};
