/* veduta compare: how far one picture is from another, for eyes and for scripts. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

enum { PSNR, SSIM, FLIP, RELMSE, METRICS };
/* Whether more of it is better, and how it is printed. */
static const struct {
    const char *name;
    bool more_is_better;
    const char *format;
} metrics[METRICS] = {{"psnr", true, "%.4f dB"},
                      {"ssim", true, "%.6f"},
                      {"flip", false, "%.6f"},
                      {"relmse", false, "%.6g"}};

typedef struct job {
    const char *paths[2];
    int count;
    bool wanted[METRICS], has_limit[METRICS];
    double limit[METRICS];
    vd_compare_options options;
} job;

static int metric_of(const char *name, size_t length)
{
    for (int i = 0; i < METRICS; i++)
        if (strlen(metrics[i].name) == length && strncmp(metrics[i].name, name, length) == 0)
            return i;
    return -1;
}

static int unknown_metric(const char *command, const char *option, const char *name, size_t length)
{
    return cli_usage_error(command, "%s: %.*s is none of psnr, ssim, flip, relmse", option,
                           (int)length, name);
}

static int read_metrics(const char *command, const char *list, job *j)
{
    for (int i = 0; i < METRICS; i++) j->wanted[i] = false;
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, ",");
        int metric = metric_of(at, length);
        if (metric < 0) return unknown_metric(command, "--metric", at, length);
        j->wanted[metric] = true;
        at += length;
        if (!*at) return 0;
    }
}

/* NAME=NUMBER. */
static int read_limit(const char *command, const char *text, job *j)
{
    size_t length = strcspn(text, "=");
    int metric = metric_of(text, length);
    char *end;
    if (metric < 0) return unknown_metric(command, "--fail-below", text, length);
    const char *number = text + length + (text[length] == '=');
    j->limit[metric] = strtod(number, &end);
    if (!text[length] || end == number || *end)
        return cli_usage_error(command, "--fail-below: %s is not NAME=NUMBER, as in ssim=0.97",
                               text);
    j->has_limit[metric] = j->wanted[metric] = true;
    return 0;
}

static int read_roi(const char *command, const char *text, job *j)
{
    int *r = j->options.roi, end = 0;
    if (sscanf(text, "%d,%d,%d,%d%n", &r[0], &r[1], &r[2], &r[3], &end) != 4 || text[end] ||
        r[2] < 1 || r[3] < 1)
        return cli_usage_error(command, "--roi: %s is not x,y,width,height in pixels", text);
    return 0;
}

static int read_option(const char *command, const char *name, const char *value, job *j)
{
    if (strcmp(name, "--metric") == 0) return read_metrics(command, value, j);
    if (strcmp(name, "--fail-below") == 0) return read_limit(command, value, j);
    if (strcmp(name, "--roi") == 0) return read_roi(command, value, j);
    j->options.diff = value;
    return 0;
}

static int read_arguments(int argc, char **argv, job *j)
{
    static const char *const options[] = {"--metric", "--fail-below", "--roi", "--diff"};
    for (int i = 1; i < argc; i++) {
        const char *value = NULL;
        if (strcmp(argv[i], "--overwrite") == 0) {
            j->options.overwrite = 1;
            continue;
        }
        if (argv[i][0] != '-') {
            if (j->count == 2)
                return cli_usage_error(argv[0], "three pictures; give the two to compare");
            j->paths[j->count++] = argv[i];
            continue;
        }
        size_t length = strcspn(argv[i], "="), known = 0;
        while (known < 4 &&
               (strlen(options[known]) != length || strncmp(options[known], argv[i], length) != 0))
            known++;
        if (known == 4) return cli_usage_error(argv[0], "unknown option %s", argv[i]);
        if (argv[i][length])
            value = argv[i] + length + 1;
        else if (++i < argc)
            value = argv[i];
        else
            return cli_usage_error(argv[0], "option %s needs a value", options[known]);
        int status = read_option(argv[0], options[known], value, j);
        if (status != 0) return status;
    }
    if (j->count < 2) return cli_usage_error(argv[0], "give two pictures: veduta compare A B");
    return 0;
}

/* Prints what was asked for. Returns the exit status: 1 beyond a limit. */
static int judge(const job *j, const vd_comparison *found)
{
    const double values[METRICS] = {found->psnr, found->ssim, found->flip, found->relmse};
    int status = 0;
    for (int i = 0; i < METRICS; i++) {
        if (!j->wanted[i]) continue;
        printf("%-7s ", metrics[i].name);
        printf(metrics[i].format, values[i]);
        putchar('\n');
    }
    for (int i = 0; i < METRICS; i++) {
        double limit = j->limit[i];
        bool is_worse = metrics[i].more_is_better ? !(values[i] >= limit) : !(values[i] <= limit);
        if (!j->has_limit[i] || !is_worse) continue;
        cli_say("veduta: error: %s is %g, worse than %g", metrics[i].name, values[i], limit);
        status = CLI_STATUS_FAILED;
    }
    return status;
}

static int run(int argc, char **argv)
{
    job j = {.wanted = {true, true, true, true}};
    vd_context *context = NULL;
    vd_comparison found;
    int status = read_arguments(argc, argv, &j);
    if (status != 0) return status;
    j.options.ssim = j.wanted[SSIM];
    j.options.flip = j.wanted[FLIP];
    vd_result result = vd_context_create(NULL, &context);
    if (result == VD_OK)
        result = vd_compare_files(context, j.paths[0], j.paths[1], &j.options, &found);
    status = result == VD_OK ? judge(&j, &found) : cli_explain(context, NULL, result);
    vd_context_destroy(context);
    return status;
}

static const char *const SYNOPSIS[] = {"compare [options] A B", NULL};
static const char *const DESCRIPTION[] = {
    "Says how far the picture B is from the reference A: peak signal-to-noise ratio (psnr), "
    "structural similarity (ssim), the difference that an eye sees (flip, 0 to 1) and relative "
    "mean "
    "squared error (relmse). Pictures are PNG or TIFF of bytes or 16-bit numbers, compared as they "
    "are displayed, or of floats, OpenEXR or Radiance, compared as linear radiance. Where there is "
    "alpha, it is what is seen over black that counts.",
    NULL};
static const cli_own_option OPTIONS[] = {
    {"--metric", "LIST", "What to measure, by commas: psnr,ssim,flip,relmse; all by default.", NULL,
     false},
    {"--roi", "X,Y,W,H", "The part to compare, in pixels from the upper left.", NULL, false},
    {"--diff", "FILE", "Writes what flip sees at each pixel as a PNG, brighter where it is more.",
     NULL, true},
    {"--overwrite", "", "Replaces that file if it exists.", NULL, false},
    {"--fail-below", "NAME=NUMBER",
     "Ends with status 1 if a measure is worse: psnr and ssim below it, flip and relmse above; may "
     "repeat.",
     NULL, false},
    {NULL, NULL, NULL, NULL, false}};
static const cli_example EXAMPLES[] = {
    {"Has a picture changed more than it may?",
     "veduta compare before.png after.png --fail-below ssim=0.99"},
    {NULL, NULL}};
const cli_command cli_compare_command = {
    .name = "compare",
    .summary = "how far one picture is from another",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = OPTIONS,
    .examples = EXAMPLES,
    .operands = "FILE",
    .run = run,
};
