/* Progress and messages on standard error.
 *
 * On a terminal one line is redrawn, at most ten times a second and always at a phase's end:
 *
 *     render  [###########...................]  38 %  2.1 %/s  0:29 left
 *
 * and taken away when there is something else to say. Elsewhere (a log, a pipe) each phase writes a
 * line whenever another tenth of it is done. The time left is the time this phase has taken,
 * carried on at its mean rate. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MIN_BAR = 8, MAX_BAR = 50, OUTLOOK_COLUMNS = 24, MAX_COLUMNS = 200 };
static const double REDRAW_SECONDS = 0.1;

double cli_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void cli_progress_begin(cli_progress *progress)
{
    const char *terminal = getenv("TERM");
    bool can_redraw = terminal && strcmp(terminal, "dumb") != 0;
    memset(progress, 0, sizeof *progress);
    progress->columns = can_redraw ? cli_terminal_width(stderr) : 0;
}

void cli_progress_clear(cli_progress *progress)
{
    if (!progress->drawn) return;
    fputs("\r\033[K", stderr);
    progress->drawn = false;
}

/* "12.3 s", "4:05 min" or "1:02:03 h"; into and returning buffer. */
static const char *format_duration(double seconds, char buffer[32])
{
    if (!(seconds < 360000.0)) return "days";
    long whole = (long)(seconds + 0.5);
    if (seconds < 59.5)
        snprintf(buffer, 32, "%ld s", whole);
    else if (whole < 3600)
        snprintf(buffer, 32, "%ld:%02ld min", whole / 60, whole % 60);
    else
        snprintf(buffer, 32, "%ld:%02ld:%02ld h", whole / 3600, whole / 60 % 60, whole % 60);
    return buffer;
}

/* What follows the percentage: nothing while there is nothing to judge by. */
static void format_outlook(double elapsed, double fraction, char *buffer, size_t size)
{
    char left[32];
    buffer[0] = '\0';
    if (fraction <= 0.0 || fraction >= 1.0 || elapsed < 0.5) return;
    snprintf(buffer, size, "  %.3g %%/s  %s left", 100.0 * fraction / elapsed,
             format_duration(elapsed * (1.0 - fraction) / fraction, left));
}

static void draw_bar(cli_progress *progress, double fraction, double now)
{
    char outlook[80], bar[MAX_BAR + 1], line[MAX_COLUMNS + 1];
    progress->columns = cli_terminal_width(stderr);
    format_outlook(now - progress->phase_start, fraction, outlook, sizeof outlook);

    int room = progress->columns - OUTLOOK_COLUMNS - (int)strlen(progress->phase) - 14;
    int width = room < MIN_BAR ? MIN_BAR : room > MAX_BAR ? MAX_BAR : room;
    int full = (int)(fraction * width);
    for (int i = 0; i < width; i++) bar[i] = i < full ? '#' : '.';
    bar[width] = '\0';
    snprintf(line, sizeof line, "%s  [%s] %3d %%%s", progress->phase, bar, (int)(100.0 * fraction),
             outlook);
    /* Never as wide as the terminal: a line that wraps cannot be taken back. */
    fprintf(stderr, "\r%.*s\033[K", progress->columns - 1, line);
    progress->drawn = true;
    progress->last_draw = now;
}

static void write_tenth(cli_progress *progress, double fraction, double now)
{
    char outlook[80];
    int tenth = (int)(10.0 * fraction);
    if (tenth <= progress->last_tenth) return;
    format_outlook(now - progress->phase_start, fraction, outlook, sizeof outlook);
    fprintf(stderr, "veduta: %s %d %%%s\n", progress->phase, 10 * tenth, outlook);
    progress->last_tenth = tenth;
}

static void on_progress(void *user, const char *phase, double fraction)
{
    cli_progress *progress = user;
    if (progress->quiet) return;
    double now = cli_seconds();
    bool is_new = strncmp(progress->phase, phase, sizeof progress->phase - 1) != 0;
    if (is_new) {
        snprintf(progress->phase, sizeof progress->phase, "%s", phase);
        progress->phase_start = now;
        progress->last_tenth = 0;
    }
    fraction = fraction > 0.0 ? (fraction < 1.0 ? fraction : 1.0) : 0.0;
    if (progress->columns == 0)
        write_tenth(progress, fraction, now);
    else if (is_new || fraction >= 1.0 || now - progress->last_draw >= REDRAW_SECONDS)
        draw_bar(progress, fraction, now);
}

static int on_cancel(void *user)
{
    (void)user;
    return cli_signal_received();
}

static void on_message(void *user, vd_level level, const char *text)
{
    cli_progress *progress = user;
    if (progress->quiet) return;
    cli_progress_clear(progress);
    cli_say("veduta: %s: %s", level == VD_LEVEL_WARNING ? "warning" : "note", text);
}

vd_callbacks cli_progress_callbacks(cli_progress *progress)
{
    return (vd_callbacks){
        .user = progress, .progress = on_progress, .cancel = on_cancel, .message = on_message};
}
