/* How commands end that have nothing more to do, and how documents leave them. */
#include "cli/cli.h"

int cli_explain(const vd_context *context, cli_progress *progress, vd_result result)
{
    if (progress) cli_progress_clear(progress);
    int number = cli_signal_received();
    if (result == VD_OK) return 0;
    if (result == VD_ERR_CANCELLED && number) {
        cli_say("veduta: stopped");
        return CLI_STATUS_SIGNAL + number;
    }
    const char *text = context ? vd_context_error(context) : "";
    cli_say("veduta: error: %s", text[0] ? text : vd_result_name(result));
    return vd_result_exit_status(result);
}

void cli_write_piece(void *user, const char *text, size_t length)
{
    (void)!fwrite(text, 1, length, user);
}
