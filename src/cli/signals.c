/* Signals. A picture half made must not stay behind, so a signal only raises a flag that the cancel
 * callback reads; whoever is in a hurry sends a second one. The flag is the program's one mutable
 * global: a handler has no other place to look. */
#include "cli/cli.h"

#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t received;

static void on_signal(int number)
{
    if (received) _exit(CLI_STATUS_SIGNAL + number);
    received = number;
}

void cli_signals_catch(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction before;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    /* Under nohup the hang-up is ignored, and stays so. */
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

int cli_signal_received(void)
{
    return received;
}
