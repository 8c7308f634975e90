/* What the files of the command line share. The program is a client of the public API like any
 * other: it parses arguments, shows progress, turns results into exit statuses, and knows nothing
 * of how pictures are made. What can be set comes from the run-time table of knobs, so no option
 * but the program's own (--help, --preset, --scene) is named here.
 *
 * Standard output carries what was asked for (help, a plan, a document), standard error all that is
 * said along the way. Exit statuses: 0 done; 1 failed while running; 2 the command line or an input
 * is wrong; 128 + n stopped by signal n. */
#ifndef VD_CLI_H
#define VD_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "veduta/veduta.h"

#if defined(__GNUC__)
#define CLI_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define CLI_PRINTF(text, first)
#endif

enum { CLI_STATUS_FAILED = 1, CLI_STATUS_USAGE = 2, CLI_STATUS_SIGNAL = 128 };

/** An option of a command's own, which is no knob. */
typedef struct cli_own_option {
    const char *flags; /**< every spelling, by spaces */
    const char *value; /**< what stands for its value ("NAME", "text|markdown"); "" for a switch */
    const char *help;
    const char *names; /**< what vd_builtin_name() lists for it, or NULL */
    bool takes_file;
} cli_own_option;

typedef struct cli_example {
    const char *what, *line;
} cli_example;

/** One subcommand, as its own file describes it: cmd_NAME.c. Lists end with NULL or an empty item;
 *  those of options and examples may be NULL themselves. run gets the arguments after the
 *  program's name, so that argv[0] is the command's own, and returns the exit status. */
typedef struct cli_command {
    const char *name, *summary;
    const char *knobs;              /**< the command whose knobs it takes; NULL: its own */
    const char *const *synopsis;    /**< how it is called, after "veduta " */
    const char *const *description; /**< paragraphs */
    const cli_own_option *options;  /**< beside --help */
    const cli_example *examples;
    const char *operands; /**< what stands without a flag: "FILE", "PRESET", "COMMAND",
                             "bash|zsh" or "" */
    int (*run)(int argc, char **argv);
} cli_command;

extern const cli_command cli_relief_command, cli_render_command, cli_animate_command,
    cli_sky_command, cli_compose_command, cli_settings_command, cli_presets_command,
    cli_compare_command, cli_project_command, cli_sun_hours_command, cli_info_command,
    cli_man_command, cli_completion_command;

/* ---- picture.c ---------------------------------------------------------------------------- */

/** The run of a command that makes pictures, and what options it has beside knobs. */
int cli_picture_run(int argc, char **argv);
extern const cli_own_option cli_picture_options[];

/* ---- commands.c --------------------------------------------------------------------------- */

/** The commands in the order of the overview; NULL past the last, or when there is none of that
 *  name. */
const cli_command *cli_command_at(size_t index);
const cli_command *cli_command_find(const char *name);
/** Says that there is no such command, and which was meant. Returns CLI_STATUS_USAGE. */
int cli_command_unknown(const char *name);

/* ---- options.c ---------------------------------------------------------------------------- */

/** An option as it is shown: a command's own or a knob. */
typedef struct cli_option {
    char group[64];      /**< the heading it stands under, "DEM" */
    char spellings[256]; /**< by spaces, shortest first */
    char value[128];     /**< what stands for its value, "" for a switch */
    char help[1024];     /**< what it does, then range, unit and default */
    const char *choices; /**< "smooth|flat", or "" */
    const char *names;   /**< what vd_builtin_name() lists for its value, or NULL */
    bool takes_file;     /**< its value is, or may be, a file */
} cli_option;

/** The options of a command one after the other: *next is 0 at first, and *option, which is empty
 *  then, is left alone between calls. Returns false past the last. */
bool cli_option_next(const cli_command *command, size_t *next, cli_option *option);

/* ---- text.c ------------------------------------------------------------------------------- */

/** Writes one line on standard error; control characters, which file names may bring along, become
 *  '?'. */
void cli_say(const char *format, ...) CLI_PRINTF(1, 2);
/** Says "veduta COMMAND: ..." (or "veduta: ..." when command is NULL) and returns
 *  CLI_STATUS_USAGE. */
int cli_usage_error(const char *command, const char *format, ...) CLI_PRINTF(2, 3);
/** The number of letters to insert, delete, replace or swap with a neighbour to make a into b;
 * words longer than 63 letters are too far from any other. */
size_t cli_distance(const char *a, const char *b);
/** Flushes standard output. Returns status, or CLI_STATUS_FAILED when something could not be
 *  written; a reader that has closed its end (`veduta --help | head -1`) has all it wants. */
int cli_finish_output(int status);
/** Columns of the terminal behind a file, or 0 if there is none. */
int cli_terminal_width(FILE *file);

/* ---- help.c, man.c, completion.c ---------------------------------------------------------- */

/** A command's help, wrapped to the terminal. */
void cli_help(FILE *out, const cli_command *command);
/** A command's man page as roff; NULL: that of the program. */
void cli_man_page(FILE *out, const cli_command *command);
/** What bash or zsh loads to complete veduta's arguments. */
void cli_completion_bash(FILE *out);
void cli_completion_zsh(FILE *out);

/* ---- args.c ------------------------------------------------------------------------------- */

/** True when --help or -h is among the options. */
bool cli_args_ask_help(int argc, char **argv);
/** Applies a rendering command's arguments to its settings: the flags of the table, --preset,
 *  --scene, IN and OUT. Returns 0, or the exit status after having said what is wrong. */
int cli_args_apply(vd_context *context, int argc, char **argv, vd_settings *settings);

/* ---- progress.c --------------------------------------------------------------------------- */

/** What the user sees while waiting: a bar on a terminal, otherwise a line for every tenth. */
typedef struct cli_progress {
    bool quiet;         /**< neither progress nor messages */
    bool drawn;         /**< a bar stands on the terminal's last line */
    int columns;        /**< of the terminal; 0: not a terminal */
    char phase[32];     /**< the phase under way */
    double phase_start; /**< seconds, as cli_seconds() */
    double last_draw;   /**< seconds */
    int last_tenth;     /**< of this phase, already reported */
} cli_progress;

/** Seconds on a clock that only goes forward. */
double cli_seconds(void);
void cli_progress_begin(cli_progress *progress);
/** Takes the bar away, so that a line can be written. */
void cli_progress_clear(cli_progress *progress);
/** Callbacks that show progress and messages and that cancel on a signal; progress must outlive
 *  the context. */
vd_callbacks cli_progress_callbacks(cli_progress *progress);

/* ---- signals.c ---------------------------------------------------------------------------- */

/** From now on the first SIGINT, SIGTERM or SIGHUP asks for an orderly end and the second ends the
 *  program at once. */
void cli_signals_catch(void);
/** The signal that asked for the end, or 0. */
int cli_signal_received(void);

/* ---- failure.c ---------------------------------------------------------------------------- */

/** Says how a call that did not succeed has ended; VD_OK says nothing. context may be NULL, as may
 *  progress of a command that shows none. Returns the exit status. */
int cli_explain(const vd_context *context, cli_progress *progress, vd_result result);

/* ---- session.c ---------------------------------------------------------------------------- */

/** What a command has at hand that takes settings. */
typedef struct cli_session {
    vd_context *context;
    vd_settings *settings;
    cli_progress progress;
} cli_session;

/** A command's own work; returns the exit status. */
typedef int (*cli_session_work)(cli_session *session, int argc, char **argv, void *state);

/** Runs work with the settings of a command, at their defaults, and shows progress. Returns its
 * exit status. */
int cli_session_run(const char *command, int argc, char **argv, cli_session_work work, void *state);
/** cli_args_apply() to the session's settings; run.quiet takes effect. */
int cli_session_apply(cli_session *session, int argc, char **argv);
/** cli_explain() of the session's context. */
int cli_session_explain(cli_session *session, vd_result result);
/** Is a knob set, whatever the length of its text? */
bool cli_session_has(cli_session *session, const char *knob);
/** Is a switch on? */
bool cli_session_is_on(cli_session *session, const char *knob);
/** Writes a piece of a document to a FILE, which user is. A failure stays with the stream and is
 *  reported when it is flushed. */
void cli_write_piece(void *user, const char *text, size_t length);

/* The option of commands that take presets. */
#define CLI_PRESET_OPTION                                                                          \
    {                                                                                              \
        "--preset", "NAME",                                                                        \
            "A look that comes with veduta, by name, or a YAML file of your own, by path; may "    \
            "repeat.",                                                                             \
            "preset", true                                                                         \
    }

#endif
