/* A run of a command that takes settings: what all of them begin and end with. */
#include "cli/cli.h"

#include <string.h>

int cli_session_run(const char *command, int argc, char **argv, cli_session_work work, void *state)
{
    cli_session s = {.context = NULL};
    cli_progress_begin(&s.progress);
    cli_signals_catch();
    vd_callbacks callbacks = cli_progress_callbacks(&s.progress);
    vd_result result = vd_context_create(&callbacks, &s.context);
    if (result == VD_OK) result = vd_settings_create(s.context, command, &s.settings);
    int status = result == VD_OK ? work(&s, argc, argv, state) : cli_session_explain(&s, result);
    cli_progress_clear(&s.progress);
    vd_settings_destroy(s.settings);
    vd_context_destroy(s.context);
    return status;
}

int cli_session_apply(cli_session *s, int argc, char **argv)
{
    int status = cli_args_apply(s->context, argc, argv, s->settings);
    if (status == 0) s->progress.quiet = cli_session_is_on(s, "run.quiet");
    return status;
}

int cli_session_explain(cli_session *s, vd_result result)
{
    return cli_explain(s->context, &s->progress, result);
}

bool cli_session_has(cli_session *s, const char *knob)
{
    char text[2];
    return vd_settings_get(s->context, s->settings, knob, text, sizeof text) != VD_OK || text[0];
}

bool cli_session_is_on(cli_session *s, const char *knob)
{
    char text[16];
    return vd_settings_get(s->context, s->settings, knob, text, sizeof text) == VD_OK &&
           strcmp(text, "true") == 0;
}
