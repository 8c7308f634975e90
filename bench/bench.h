/* Measurements of single parts: what is measured, and how a figure is reported. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdio.h>

#include "engine.h"
#include "mesh.h"

enum { BENCH_SIZES_MAX = 16, BENCH_REPETITIONS_MAX = 99 };

typedef struct bench_options {
    bool intersect, build, memory;
    int sizes[BENCH_SIZES_MAX]; /**< cells a side */
    int size_count;
    int repetitions;
    int width, height; /**< pixels, and so rays of a kind */
    int threads;       /**< at most; all are measured with one thread too */
    bool whole;        /**< heights are whole metres */
    vd_precision kept; /**< how our heights are */
    bool alone;        /**< without Embree, though it be there */
    FILE *results;     /**< a JSON object a line */
} bench_options;

/** One figure of ours, and Embree's best beside it. NAN and NULL stand for none. */
typedef struct bench_result {
    const char *bench; /**< intersect, build or memory */
    int size;
    const char *rays;
    int threads;
    double ours, embree;
    double ratio; /**< how many times better ours is */
    const char *unit;
    const char *variant; /**< which of Embree's ways */
    const char *isa, *library;
    double ours_wall, embree_wall; /**< the same by the clock on the wall */
} bench_result;

/** What ours is measured beside, or NULL. */
const char *bench_library(const bench_options *options);

/** Writes the object, and says it on standard error. */
void bench_report(const bench_options *options, const bench_result *result);

/** The middle one of count numbers, which are sorted. */
double bench_median(double *numbers, int count);

/** Is it worth waiting for Embree's high quality at this size? */
bool bench_high_quality(int size);

/** Rays per second of all kinds on one terrain. */
VD_MUST_USE vd_result bench_intersect(vd_context *context, const bench_options *options, int size);
/** Time of building what rays need, and the bytes it takes. */
VD_MUST_USE vd_result bench_build(vd_context *context, const bench_options *options, int size);

#endif
