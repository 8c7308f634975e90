/* veduta presets: which there are, or the text of one. */
#include "cli/cli.h"

#include <string.h>

static void print_one(void *user, const char *name, const char *summary, const char *path)
{
    (void)user;
    printf("%-16s %s%s%s%s\n", name, summary, path ? summary[0] ? " (" : "(" : "", path ? path : "",
           path ? ")" : "");
}

static int run(int argc, char **argv)
{
    vd_context *context = NULL;
    for (int i = 1; i < argc; i++)
        if (argv[i][0] == '-')
            return cli_usage_error(argv[0], "unknown option %s; it takes the name of a preset",
                                   argv[i]);
    if (argc > 2)
        return cli_usage_error(argv[0], "two presets, %s and %s: give one", argv[1], argv[2]);
    vd_result result = vd_context_create(NULL, &context);
    if (result == VD_OK && argc == 1) result = vd_presets_list(context, print_one, NULL);
    if (result == VD_OK && argc == 2)
        result = vd_preset_show(context, argv[1], cli_write_piece, stdout);
    int status = cli_explain(context, NULL, result);
    vd_context_destroy(context);
    return status;
}

static const char *const SYNOPSIS[] = {"presets [NAME]", NULL};
static const char *const DESCRIPTION[] = {
    "Lists the presets: your own, in ~/.config/veduta/presets (under $XDG_CONFIG_HOME if that is "
    "set), then those that come with veduta. With NAME it prints that preset, a scene file to "
    "start "
    "your own from.",
    NULL};
static const cli_example EXAMPLES[] = {{"A preset of your own, begun from another:",
                                        "veduta presets swiss >~/.config/veduta/presets/mine.yaml"},
                                       {NULL, NULL}};
const cli_command cli_presets_command = {
    .name = "presets",
    .summary = "the presets there are, or the text of one",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = NULL,
    .examples = EXAMPLES,
    .operands = "PRESET",
    .run = run,
};
