/* Figures: the middle one of several, a line of JSON, a line to read. */
#include <math.h>
#include <stdlib.h>

#include "bench.h"

const char *bench_library(const bench_options *options)
{
    return options->alone ? NULL : bench_mesh_library();
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *numbers, int count)
{
    qsort(numbers, (size_t)count, sizeof *numbers, compare);
    return count % 2 ? numbers[count / 2] : 0.5 * (numbers[count / 2 - 1] + numbers[count / 2]);
}

bool bench_high_quality(int size)
{
    return size <= 4096;
}

static void write_text(FILE *file, const char *key, const char *text)
{
    fprintf(file, text ? ", \"%s\": \"%s\"" : ", \"%s\": null", key, text);
}

static void write_number(FILE *file, const char *key, double number)
{
    fprintf(file, isnan(number) ? ", \"%s\": null" : ", \"%s\": %.5g", key, number);
}

void bench_report(const bench_options *options, const bench_result *r)
{
    FILE *file = options->results;
    fprintf(file, "{\"bench\": \"%s\", \"size\": %d", r->bench, r->size);
    write_text(file, "rays", r->rays);
    fprintf(file, ", \"threads\": %d", r->threads);
    write_number(file, "ours", r->ours);
    write_number(file, "embree", r->embree);
    write_number(file, "ratio", r->ratio);
    write_text(file, "unit", r->unit);
    write_text(file, "variant", r->variant);
    write_text(file, "isa", r->isa);
    write_text(file, "library", r->library);
    write_number(file, "ours_wall", r->ours_wall);
    write_number(file, "embree_wall", r->embree_wall);
    fprintf(file, "}\n");
    fflush(file);

    fprintf(stderr, "%-9s %5d  %-12s %2d thread%s  ours %8.4g", r->bench, r->size,
            r->rays ? r->rays : "", r->threads, r->threads == 1 ? " " : "s", r->ours);
    if (!isnan(r->embree))
        fprintf(stderr, "  Embree %8.4g (%s)  ratio %.2f", r->embree, r->variant, r->ratio);
    fprintf(stderr, "  %s\n", r->unit);
}
