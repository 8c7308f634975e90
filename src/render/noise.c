/* The noise target.
 *
 * Asked for is a root-mean-square error t of the picture's display values. What can be seen while
 * rendering is how far they still move: D^2(n), the mean square over a block's pixels and channels
 * of the difference between the mean of n/2 samples and that of n, both carried to display values.
 *
 * The error follows from it by the rate of convergence. Let V(n) be the variance of a mean of n
 * samples, A and B the means of the two halves, each of variance W = V(n/2), so that
 *
 *     V(n) = Var((A + B) / 2) = (W + Cov(A, B)) / 2,    hence    Cov(A, B) = 2 V(n) - W;
 *     D^2(n) = E (A - (A + B) / 2)^2 = (W - Cov(A, B)) / 2 = V(n/2) - V(n).
 *
 * With V(n) ~ n^-p it is D^2 = V (2^p - 1). Independent samples have p = 1, and the scatter of the
 * samples themselves would say as much. Scrambled Sobol points do better: p = 3/2 for an integrand
 * with an edge along one of two dimensions, 3 for a smooth one (Owen 1997), and less where many
 * dimensions share the variance. Reliefs measure 1.2 to 1.5 from 4 to 4096 samples, on all DEMs and
 * suns tried, 1.35 on average (docs/performance.md).
 *
 * That law is one of averages, and in the blue pattern a block is no average. Walsh by Walsh
 * function, a digital net of n points errs by those in its dual, and V(n) is the sum of their
 * squares. A block's pixels have shifted copies of one net: shifts change signs, not the dual, and
 * on smooth ground all 256 integrate the same function. So the scrambling of the block, not the
 * mean of 256, decides which functions are in V(n); the others of V(n/2) are in D^2(n), for the
 * sum of both is V(n/2), come what may. A block that is unlucky at n thus sees a small change: on
 * smooth ground change and error of 8 samples correlate by -0.8, and V(n) scatters among blocks by
 * a standard deviation of 0.3, 0.5 and 0.8 of itself at 8, 16 and 32 samples, and less from 64 on.
 * (With independent pixels it is 0.09, that of 256 squares.)
 *
 * What V(n) and D^2(n) trade is not lost to their sum; so the changes of two looks together,
 *
 *     D^2(n) + D^2(n/2) = V(n/4) - V(n) = V (4^p - 1),
 *
 * know 3.5 times less of the luck at n, but nothing of luck that lasts, as D^2(n) does. The guess
 * is the larger of the two, less a tenth, by which the larger of two guesses is too high on
 * average. At the least number of samples, where a third look is missing, it is the larger of what
 * either change says by itself: D^2(n) or 2^-p D^2(n/2).
 *
 * A block's own rate could be estimated from two successive D^2, but that is a much worse guess
 * than the common one, and blocks that happen to guess high stop early: the error comes out larger,
 * and the samples no fewer. Should a scene converge as slowly as p = 1, the error is 1.4 times what
 * was asked.
 *
 * A block is looked at when its samples reach a power of two. It is done if V <= t^2; else it will
 * be at n* = n (V / t^2)^(1/p), and if that is below 2n it is not looked at again. Between powers
 * of two Sobol points are a little worse than the law, by an eighth of the variance. The decision
 * rests on the block's own samples alone, and on nothing that a tile, thread or interruption
 * changes. */
#include "render/noise.h"

#include "kernel/math.h"

/* Two looks before the first at which a block may end. */
#define FIRST_LOOK 2u
/* The least to be trusted: of fewer samples, too many blocks seem quiet by chance. */
#define LEAST_END 8u
#define RATE 1.35f
/* 2^RATE */
#define FALL 2.5491
/* What the larger of two guesses is too high by. */
#define LARGER 0.9
/* Of the variance between powers of two. */
#define EXCESS 1.12
/* Steps from one power of two to the next. */
#define STEPS 8u

/* The variance of a block's means, by its last two changes. */
static double variance_of(uint32_t count, double change2, double last2)
{
    double now = change2 / (FALL - 1.0);
    if (count == LEAST_END) {
        double before = last2 / (FALL - 1.0) / FALL;
        return now > before ? now : before;
    }
    double together = (change2 + last2) / (FALL * FALL - 1.0);
    return LARGER * (now > together ? now : together);
}

uint32_t vd_noise_next_look(uint32_t count)
{
    uint32_t look = FIRST_LOOK;
    while (look <= count) look *= 2;
    return look;
}

uint32_t vd_noise_end(uint32_t count, double change2, double last2, double target)
{
    if (count < LEAST_END) return 0;
    double share = variance_of(count, change2, last2) / (target * target);
    if (share <= 1.0) return count;
    if (share > 8.0) return 0; /* further than the double at any rate above 1 */
    float factor = vdk_powf((float)(EXCESS * share), 1.0f / RATE);
    uint32_t steps = (uint32_t)((factor - 1.0f) * (float)STEPS) + 1;
    return steps < STEPS ? count + steps * (count / STEPS) : 0;
}
