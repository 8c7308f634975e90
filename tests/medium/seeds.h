/* Few samples of many seeds have the mean of many of one: nothing is biased by their number. */
#ifndef SEEDS_H
#define SEEDS_H

#include <stdio.h>

#include "light_fixture.h"
#include "picture.h"

/** The mean green of a picture. */
static inline double mean_of(const test_picture *p)
{
    double sum = 0.0;
    for (int i = 0; i < p->width * p->height; i++) sum += (double)p->rgba[4 * i + 1];
    return sum / (p->width * p->height);
}

/** Fails unless 64 seeds at 4 samples, whose mean's error is below a share of it, have the mean of
 *  one seed at samples, four times as many as theirs together and more. */
static inline void check_seeds(const char *what, const char *dem, const char *const *knobs,
                               int samples, double share)
{
    enum { SEEDS = 64 };
    double means[SEEDS];
    char number[16];
    for (int i = 0; i < SEEDS; i++) {
        snprintf(number, sizeof(number), "%d", i + 1);
        const char *more[] = {"render.samples", "4", "render.seed", number, NULL};
        test_picture p = test_render_by("render", dem, knobs, more);
        means[i] = mean_of(&p);
        free(p.rgba);
    }
    snprintf(number, sizeof(number), "%d", samples);
    const char *much[] = {"render.samples", number, "render.seed", "99", NULL};
    test_picture p = test_render_by("render", dem, knobs, much);
    estimate few = estimate_of(means, SEEDS);
    estimate many = {mean_of(&p), few.error / sqrt(samples / (4.0 * SEEDS))};
    free(p.rgba);
    printf("%s: 64 seeds at 4: %.6f +- %.6f, one at %d: %.6f (%+.2f errors)\n", what, few.mean,
           few.error, samples, many.mean, (few.mean - many.mean) / few.error);
    assert_true(few.error < share * few.mean);
    assert_agree(what, few, many);
}

#endif
