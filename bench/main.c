/* bench_terrain: our tracer beside Embree's.
 *
 *     bench_terrain -o RESULTS [-b intersect,build,memory] [-s SIZE,...] [-n REPETITIONS]
 *                   [-p WIDTHxHEIGHT] [-t THREADS] [-k float32|int16|auto] [-w] [-a]
 *
 * With -a ours is measured alone, with -w on heights of whole metres; -k says how ours are kept.
 * RESULTS gets a JSON object a line; standard error says what happens. bench/run.py calls it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static const char usage[] =
    "bench_terrain -o RESULTS [-b intersect,build,memory] [-s SIZE,...] [-n REPETITIONS]\n"
    "              [-p WIDTHxHEIGHT] [-t THREADS] [-k float32|int16|auto] [-w] [-a]\n"
    "SIZE 16 to 32000 cells a side, REPETITIONS 1 to 99, WIDTH and HEIGHT multiples of 4 up to "
    "8192\n";

/** A whole number from low to high; moves *text past it. */
static bool take_number(const char **text, int low, int high, int *out)
{
    char *end;
    long number = strtol(*text, &end, 10);
    if (end == *text || number < low || number > high) return false;
    *text = end;
    *out = (int)number;
    return true;
}

static bool take_sizes(const char *text, bench_options *options)
{
    options->size_count = 0;
    do {
        if (options->size_count == BENCH_SIZES_MAX) return false;
        if (!take_number(&text, 16, 32000, &options->sizes[options->size_count++])) return false;
    } while (*text++ == ',');
    return text[-1] == 0;
}

static bool take_parts(const char *text, bench_options *options)
{
    options->intersect = strstr(text, "intersect") != NULL;
    options->build = strstr(text, "build") != NULL;
    options->memory = strstr(text, "memory") != NULL;
    return options->intersect || options->build || options->memory;
}

static bool take_pixels(const char *text, bench_options *options)
{
    if (!take_number(&text, 4, 8192, &options->width) || *text++ != 'x') return false;
    if (!take_number(&text, 4, 8192, &options->height) || *text) return false;
    return options->width % 4 == 0 && options->height % 4 == 0;
}

static bool take_kept(const char *text, bench_options *options)
{
    static const char *const words[] = {"float32", "int16", "auto"};
    for (int i = 0; i < 3; i++)
        if (strcmp(text, words[i]) == 0) {
            options->kept = (vd_precision)i;
            return true;
        }
    return false;
}

static bool take_option(int letter, const char *text, bench_options *options)
{
    switch (letter) {
    case 'o': return (options->results = fopen(text, "w")) != NULL;
    case 'b': return take_parts(text, options);
    case 's': return take_sizes(text, options);
    case 'n': return take_number(&text, 1, BENCH_REPETITIONS_MAX, &options->repetitions);
    case 'p': return take_pixels(text, options);
    case 't': return take_number(&text, 1, 4096, &options->threads);
    case 'k': return take_kept(text, options);
    case 'w': return options->whole = true;
    case 'a': return options->alone = true;
    default: return false;
    }
}

static vd_result run(vd_context *context, const bench_options *options)
{
    for (int i = 0; i < options->size_count; i++) {
        int size = options->sizes[i];
        if (options->intersect) VD_TRY(bench_intersect(context, options, size));
        if (options->build || options->memory) VD_TRY(bench_build(context, options, size));
    }
    return VD_OK;
}

int main(int argc, char **argv)
{
    bench_options options = {.intersect = true,
                             .build = true,
                             .memory = true,
                             .sizes = {1024},
                             .size_count = 1,
                             .repetitions = 5,
                             .width = 1920,
                             .height = 1080,
                             .threads = vd_thread_count(0)};
    for (int letter; (letter = getopt(argc, argv, "o:b:s:n:p:t:k:wa")) != -1;)
        if (!take_option(letter, optarg, &options)) {
            fputs(usage, stderr);
            return 2;
        }
    if (!options.results || optind != argc) {
        fputs(usage, stderr);
        return 2;
    }
    vd_context *context;
    if (vd_context_create(NULL, &context) != VD_OK) return 1;
    if (bench_library(&options))
        fprintf(stderr, "beside %s\n", bench_library(&options));
    else if (!options.alone)
        fprintf(stderr, "no Embree (libembree-dev) in this build, so ours alone is measured\n");
    vd_result result = run(context, &options);
    if (result != VD_OK) fprintf(stderr, "bench_terrain: %s\n", vd_context_error(context));
    vd_context_destroy(context);
    if (fclose(options.results) != 0 && result == VD_OK) result = VD_ERR_IO;
    return result == VD_OK ? 0 : 1;
}
