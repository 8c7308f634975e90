/* The horizon from an eye.
 *
 * All rays of a camera begin at its eye, and most of them fly over the same land for long. For each
 * sector of directions we keep, step by step outwards, the steepest slope under which any land up
 * to there is seen: a ray above it meets nothing up to there, and can begin its walk behind.
 *
 * Distance is that along the longer axis (the max-norm), so that all is linear: of the eight
 * octants each has a major axis and a minor one, mirrored so that both are positive; a direction is
 * u = minor / major in [0, 1], a slope is a height per cell of the major axis. Steps are those of a
 * float's exponent and first bits: their lengths grow with distance, in proportion.
 *
 * A sweep goes outwards through columns of nodes of the pyramid, which grow with distance too. A
 * node that nothing in front of it hides is looked at more closely, down to a share of its
 * distance, and what is left of it is entered into all sectors that it touches, at the step of its
 * nearest point: above the eye land looks highest from its near end, below the eye from its far
 * one. What is hidden in all its sectors adds nothing and is passed.
 *
 * Then the table is turned around: rays look it up by their slope, in grades that are finer towards
 * the steepest land, and read the step where land of that grade first stands: one load a ray.
 *
 * Everything errs towards land that is higher, nearer and wider, by more than rounding can move a
 * ray: the eye is lowered by twice the margin of its rays, distances and sectors are widened. So
 * where the table says that a ray is clear, the test of a cell would say the same, and a walk that
 * begins behind returns the same bits.
 *
 * Land that is carried outward beyond the raster's edge lies at the height of a nearer point of it
 * and further away, so it is seen at a lower slope if that is positive, and never above 0
 * otherwise.
 *
 * Cost: some ms for 4,096 x 4,096 cells; half a MB, of which rays of a neighbourhood read little,
 * and three times that while it is made. Octants are made on their own, so threads change nothing.
 */
#include "terrain/horizon.h"

#include <stdlib.h>
#include <string.h>

#include "kernel/traverse.h"

/* A column of nodes is at least so many times as far away as it is wide; where nodes are seen they
 * are split until that is SHARP. */
#define BLUNT 16
#define SHARP 64.0f
/* By these relative parts distances, and by this one of a sector directions, are widened. */
#define HAIR 1.0e-6f
#define WIDER 0.01f
#define LOWEST (-1.0e30f)
#define OCTANTS 8
/* Bytes that are written at once. */
#define RUN 16

typedef struct job {
    const vdk_height_field *field;
    vdk_position eye; /* its height lowered by the margin */
    int steps;        /* in a sector */
    float *slopes;    /* octant by octant, step by step, sector by sector */
    float highest[OCTANTS], lowest[OCTANTS];
    vd_horizon *out;
} job;

/* One octant's sweep. Slopes of what lies in the columns before this one, and of this one. */
typedef struct sweep {
    const job *job;
    float *slopes;
    int along_y, back_x, back_y; /* which axis is the major one; which of them run backwards */
    float before[VD_HORIZON_SECTORS], here[VD_HORIZON_SECTORS];
} sweep;

/* A node as the octant sees it. */
typedef struct seen {
    float near, far; /* along the major axis */
    int first, last; /* sectors; none if last < first */
    float slope;
} seen;

static uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof(bits));
    return bits;
}

/** The step that a distance of 0 or more is in. */
static int step_of(float distance)
{
    int32_t bits = (int32_t)bits_of(distance);
    if (bits < VD_HORIZON_NEAR) return 0;
    return 1 + ((bits - VD_HORIZON_NEAR) >> (23 - VD_HORIZON_STEP_BITS));
}

/** The lower and upper end of a node along an axis, from the eye, outwards. */
static void span(int first, int level, int eye, float part, int back, float out[2])
{
    float low = (float)((first << level) - eye) - part;
    float high = (float)(((first + 1) << level) - eye) - part;
    out[0] = back ? -high : low;
    out[1] = back ? -low : high;
}

static float highest_of(const vdk_height_field *f, int level, int x, int y)
{
    return level > 0 ? vdk_node_max(f, level, x, y) : vdk_cell_max(f, x, y);
}

static seen look_at(const sweep *s, int level, int x, int y)
{
    const vdk_position *eye = &s->job->eye;
    float of_x[2], of_y[2];
    span(x, level, eye->cx, eye->fx, s->back_x, of_x);
    span(y, level, eye->cy, eye->fy, s->back_y, of_y);
    const float *major = s->along_y ? of_y : of_x, *minor = s->along_y ? of_x : of_y;
    /* In the octant nothing is nearer along the major axis than along the minor one. */
    float near = vdk_max(vdk_max(major[0], minor[0]) * (1.0f - HAIR), 0.0f);
    seen n = {.near = near, .far = major[1] * (1.0f + HAIR)};
    n.last = -1;
    if (n.far <= 0.0f || minor[1] < -HAIR || minor[0] > n.far) return n;
    const float sectors = (float)VD_HORIZON_SECTORS;
    float from = vdk_max(minor[0], 0.0f) / n.far * sectors - WIDER;
    float to = minor[1] < n.near ? minor[1] / n.near * sectors + WIDER : sectors;
    n.first = vdk_imax((int)from, 0);
    n.last = vdk_imin((int)vdk_max(to, 0.0f), VD_HORIZON_SECTORS - 1);
    float above = highest_of(s->job->field, level, x, y) - eye->z;
    if (above < 0.0f)
        n.slope = above / n.far;
    else
        n.slope = n.near > 0.0f ? above / n.near : -LOWEST;
    n.slope += HAIR * vdk_abs(n.slope);
    return n;
}

/** Is the node hidden, in all its sectors, by what lies before its column? */
static int is_hidden(const sweep *s, const seen *n)
{
    for (int k = n->first; k <= n->last; k++)
        if (n->slope > s->before[k]) return 0;
    return 1;
}

static void enter(sweep *s, const seen *n)
{
    float *slopes = s->slopes + step_of(n->near) * VD_HORIZON_SECTORS;
    for (int k = n->first; k <= n->last; k++) {
        slopes[k] = vdk_max(slopes[k], n->slope);
        s->here[k] = vdk_max(s->here[k], n->slope);
    }
}

static void take_node(sweep *s, int level, int x, int y)
{
    const vdk_height_field *f = s->job->field;
    seen n = look_at(s, level, x, y);
    if (n.last < n.first || is_hidden(s, &n)) return;
    if (level == 0 || (float)(1 << level) * SHARP <= n.near) {
        enter(s, &n);
        return;
    }
    level--;
    for (int k = 0; k < 4; k++) {
        int cx = 2 * x + (k & 1), cy = 2 * y + (k >> 1);
        if ((int64_t)cx << level < f->cells_x && (int64_t)cy << level < f->cells_y)
            take_node(s, level, cx, cy);
    }
}

/** A column of nodes across the major axis, as far as the octant is wide there. */
static void take_column(sweep *s, int level, int column, float far)
{
    const vdk_height_field *f = s->job->field;
    const vdk_position *eye = &s->job->eye;
    int from = s->along_y ? eye->cx : eye->cy, back = s->along_y ? s->back_x : s->back_y;
    int most = s->along_y ? f->cells_x - 1 : f->cells_y - 1;
    int reach = (int)vdk_min(far, 1.0e9f) + 2;
    int first = back ? vdk_imax(from - reach, 0) : from;
    int last = back ? from : vdk_imin(from + reach, most);
    for (int n = first >> level; n <= last >> level; n++)
        take_node(s, level, s->along_y ? n : column, s->along_y ? column : n);
}

static void sweep_outwards(sweep *s)
{
    const vdk_height_field *f = s->job->field;
    const vdk_position *eye = &s->job->eye;
    int from = s->along_y ? eye->cy : eye->cx, back = s->along_y ? s->back_y : s->back_x;
    int most = s->along_y ? f->cells_y - 1 : f->cells_x - 1;
    float part = s->along_y ? eye->fy : eye->fx;
    int level = 0, column = from;
    while (column >= 0 && column <= most >> level) {
        float ends[2];
        span(column, level, from, part, back, ends);
        for (int k = 0; k < VD_HORIZON_SECTORS; k++) s->here[k] = s->before[k];
        take_column(s, level, column, ends[1]);
        for (int k = 0; k < VD_HORIZON_SECTORS; k++) s->before[k] = s->here[k];
        column += back ? -1 : 1;
        if (column >= 0 && (column & 1) == back && level < f->levels &&
            ends[1] >= (float)(BLUNT << (level + 1))) {
            column >>= 1;
            level++;
        }
    }
}

static vd_result sweep_octant(void *state, int thread, int64_t item)
{
    job *j = state;
    int octant = (int)item, all = VD_HORIZON_SECTORS * j->steps;
    sweep s = {.job = j,
               .slopes = j->slopes + octant * all,
               .along_y = octant >> 2,
               .back_x = octant >> 1 & 1,
               .back_y = octant & 1};
    (void)thread;
    for (int i = 0; i < all; i++) s.slopes[i] = LOWEST;
    for (int k = 0; k < VD_HORIZON_SECTORS; k++) s.before[k] = LOWEST;
    sweep_outwards(&s);
    j->highest[octant] = LOWEST;
    j->lowest[octant] = -LOWEST;
    for (int k = 0; k < VD_HORIZON_SECTORS; k++) {
        j->highest[octant] = vdk_max(j->highest[octant], s.before[k]);
        j->lowest[octant] = vdk_min(j->lowest[octant], s.slopes[k]);
    }
    return VD_OK;
}

/** Turns the slopes of a sector's steps around: into the steps of each grade of slope. */
static void grade_sector(const job *j, const float *slopes, uint32_t *out)
{
    const vd_horizon *h = j->out;
    uint8_t grades[RUN + VD_HORIZON_GRADES]; /* after room for a run that begins too early */
    float steepest = LOWEST, up = 4.0f * HAIR * vdk_abs(h->top);
    int last = VD_HORIZON_GRADES - 1; /* of those that are not written yet */
    for (int k = 0; k < j->steps && last > 0; k++) {
        float slope = slopes[k * VD_HORIZON_SECTORS];
        if (slope <= steepest) continue;
        steepest = slope;
        /* Rays of this grade and of lower ones may meet what lies at step k. */
        int grade = vdk_imax(vd_horizon_grade(h, steepest + up), 1);
        for (; last >= grade; last -= vdk_imin(RUN, last - grade + 1))
            memset(grades + last + 1, k, RUN);
    }
    memset(grades + RUN, j->steps, (size_t)last + 1);
    for (int i = 0; i < VD_HORIZON_GRADES / 4; i++) {
        const uint8_t *four = grades + RUN + 4 * i;
        out[i] =
            four[0] | (uint32_t)four[1] << 8 | (uint32_t)four[2] << 16 | (uint32_t)four[3] << 24;
    }
}

static vd_result grade_octant(void *state, int thread, int64_t item)
{
    const job *j = state;
    const int words = VD_HORIZON_GRADES / 4;
    uint32_t *out = j->out->steps + item * VD_HORIZON_SECTORS * words;
    const float *slopes = j->slopes + item * VD_HORIZON_SECTORS * j->steps;
    (void)thread;
    for (int k = 0; k < VD_HORIZON_SECTORS; k++) grade_sector(j, slopes + k, out + k * words);
    return VD_OK;
}

/** Grades are finer the closer a slope is to the greatest, from a 64th to all of their range.
 *  Returns false if land stands at the eye itself. */
static bool set_grades(job *j)
{
    float highest = LOWEST, lowest = -LOWEST;
    for (int k = 0; k < OCTANTS; k++) {
        highest = vdk_max(highest, j->highest[k]);
        lowest = vdk_min(lowest, j->lowest[k]);
    }
    float unit = vdk_max((highest - lowest) * (1.0f / 64.0f), 1.0e-6f * vdk_abs(highest));
    j->out->first = (int32_t)(bits_of(vdk_max(unit, 1.0e-20f)) & 0x7f800000u);
    memcpy(&unit, &j->out->first, sizeof(unit));
    /* A hair more, so that land is never of the first grade. */
    j->out->top = highest + 1.001f * unit + 1.0e-5f * vdk_abs(highest);
    j->out->highest = vdk_max(highest, 0.0f);
    return highest < 1.0e20f;
}

/** Is the eye inside the raster's edge and above the ground by more than rounding? */
static int sees(const vdk_height_field *f, const vdk_position *eye, float margin)
{
    if (eye->cx < 1 || eye->cy < 1 || eye->cx > f->cells_x - 2 || eye->cy > f->cells_y - 2)
        return 0;
    return eye->z - margin > vdk_cell_max(f, eye->cx, eye->cy);
}

vd_result vd_horizon_build(vd_context *context, const vdk_height_field *field,
                           const vdk_position *eye, int threads, vd_horizon *out)
{
    job j = {.field = field, .eye = *eye, .out = out};
    float margin = 4.0e-6f * (vdk_abs(eye->z) + vdk_max(vdk_abs(field->max), vdk_abs(field->min)));
    void *memory;
    *out = (vd_horizon){0};
    j.steps = step_of((float)vdk_imax(field->cells_x, field->cells_y) * 1.01f) + 1;
    if (j.steps > 255 || !sees(field, eye, margin)) return VD_OK;
    j.eye.z -= margin;
    const size_t sectors = OCTANTS * VD_HORIZON_SECTORS;
    VD_TRY(vd_alloc(context, sectors, VD_HORIZON_GRADES, "the horizon", &memory));
    out->steps = memory;
    vd_result result =
        vd_alloc(context, sectors, (size_t)j.steps * sizeof(float), "the horizon", &memory);
    j.slopes = memory;
    vd_work work = {NULL, threads, OCTANTS, sweep_octant, &j};
    if (result == VD_OK) result = vd_parallel(context, &work);
    bool is_useful = result == VD_OK && set_grades(&j);
    work.run = grade_octant;
    if (is_useful) result = vd_parallel(context, &work);
    free(j.slopes);
    if (result != VD_OK || !is_useful) vd_horizon_clear(out);
    return result;
}

void vd_horizon_clear(vd_horizon *horizon)
{
    free(horizon->steps);
    *horizon = (vd_horizon){0};
}
