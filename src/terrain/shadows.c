/* The shadows of one sun.
 *
 * All rays to a narrow sun climb at much the same rate and run much the same way, so what stands
 * against them can be known beforehand. Lines cross the grid every 32 cells, along rows or columns,
 * whichever the sun's azimuth is more square to. For each 8 cells of a line we keep two heights: a
 * ray that passes there above the ceiling is clear of all land beyond the line, and one that passes
 * below the floor is certain to meet land beyond. A ray from the ground is looked up at the first
 * lines before it, has to walk only as far as the first whose ceiling it clears, or need not walk.
 *
 * Distance is that along the major axis, towards the sun: j rows, from the sunmost line on. A ray
 * climbs by a slope s a row and drifts by u columns, which for all directions of the disc lie in
 * ranges found exactly (range_over_cap()). Let s be the least slope and u the middle drift. Then
 * h + s j is constant along the lowest ray, so a running maximum of it over rows needs no
 * subtraction; and x + u j is constant along the middle ray, so the running maximum stays where it
 * is in such sheared columns, without smearing. Other rays drift from a sheared column by w a row
 * at most: each post is entered one column wider than it reaches, which is enough for 1 / w rows,
 * and from then on the maxima spread by a column every 1 / w rows. The floor is the same with the
 * greatest slope, and minima of every second row's profile over the columns that a ray can be in:
 * it is known to be below the surface there.
 *
 * Columns are two cells wide and rows are taken in pairs: 2 x 2 posts lie side by side in memory.
 * The surface over a cell is a mean of four posts, and so is its height plus s j; thus posts stand
 * for all cells beside them. Posts of the outer ring have no floor, since the surface ends between
 * them and the raster.
 *
 * Strips of sheared columns are swept by themselves, with as many columns beside them as maxima can
 * come from; so threads change nothing. Everything errs towards "unknown", by more than rounding
 * can move a ray (the walk takes its own margins), so hits stay those of the scalar walk.
 *
 * What lies beyond the raster's edge is not in it: rays that reach the edge go on as ever.
 *
 * Cost: the posts are read once, 0.07 s for 8,192 x 8,192 cells; 0.016 byte a cell. */
#include "terrain/shadows.h"

#include <math.h>
#include <stdlib.h>

/* Sheared columns of a strip, and pairs of rows between two lines. */
#define STRIP 1024
#define BAND (1 << (VD_SHADOWS_LINE - 1))
/* Columns of two cells in a word's stretch. */
#define STRETCH (1 << (VD_SHADOWS_SIDE - 1))
/* Columns that each entry is widened by: one, and a hair for how rays are rounded. */
#define WIDER 1.02
/* Rays must not drift from the middle one by more than so many columns a row. */
#define MOST_SPREAD 0.0625
/* Columns that window(), a line's last stretch and rounding reach over. */
#define REACH 32
/* Height of no land. */
#define LOWEST (-1.0e30f)

typedef struct range {
    double low, high;
} range;

typedef struct job {
    const vdk_height_field *field;
    vd_shadows *out;
    int rows, columns;    /* cells along the major axis and across it */
    int pairs, groups;    /* two posts each */
    int to_high;          /* the sun stands towards higher rows */
    double drift;         /* columns a row on the way to the sun, of the middle ray */
    double least, most;   /* climb a row */
    double error;         /* more than rounding can move a height here */
    int pairs_per_spread; /* after so many, maxima spread */
    int first, halo;      /* sheared column of the first strip; columns beside each strip */
    float *memory;
    size_t floats; /* for each thread */
} job;

/* A strip on its way, in sheared columns from `first` on. */
typedef struct strip {
    const job *job;
    int first, width, room; /* columns; floats of a row of a band, a REACH more on each side */
    float *high, *low;      /* running maxima: ceilings and floors */
    float *posts_high, *posts_low; /* of a band: BAND rows of groups */
    float *scratch;
    int from; /* group of the first float of a band's row */
} strip;

double vd_shadows_bytes(int cells_x, int cells_y)
{
    double x = cells_x, y = cells_y;
    double a = (floor(x / 32.0) + 1.0) * (floor(y / 8.0) + 1.0);
    double b = (floor(y / 32.0) + 1.0) * (floor(x / 8.0) + 1.0);
    return 4.0 * fmax(a, b);
}

/* ---- directions ---------------------------------------------------------------------------- */

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** The range of (a . d) / (b . d) over all directions d whose angle to c has at most this sine, as
 *  long as b . d is positive for all: at its ends d touches the plane where (a - x b) . d = 0, so
 *  ((a - x b) . c)^2 = sine^2 |a - x b|^2. Returns false if it is not. */
static bool range_over_cap(const double a[3], const double b[3], const double c[3], double sine,
                           range *out)
{
    double k = sine * sine, ac = dot(a, c), bc = dot(b, c);
    double p = bc * bc - k * dot(b, b), q = ac * bc - k * dot(a, b), r = ac * ac - k * dot(a, a);
    if (!(bc > 0.0) || !(p > 0.0)) return false;
    double root = sqrt(fmax(q * q - p * r, 0.0));
    *out = (range){(q - root) / p, (q + root) / p};
    return true;
}

/** Drift and climb of a sun's rays that leave from a row of cells. */
static bool ranges_of_row(const job *j, int row, const double sun[3], double sine, range *drift,
                          range *climb)
{
    const vdk_height_field *f = j->field;
    float m[4];
    vdk_metric_at(f, row, m);
    double axes[2][3] = {{(double)m[0], (double)m[1], 0.0}, {(double)m[2], (double)m[3], 0.0}};
    double up[3] = {0.0, 0.0, 1.0 / (double)f->z_factor};
    double *major = axes[j->out->along_x ? 0 : 1], *minor = axes[j->out->along_x ? 1 : 0];
    for (int k = 0; !j->to_high && k < 3; k++) major[k] = -major[k];
    return range_over_cap(minor, major, sun, sine, drift) &&
           range_over_cap(up, major, sun, sine, climb);
}

/** Chooses the axis, and finds the ranges over all rows. Returns false if they are no use. */
static bool set_directions(job *j, vdk_vec direction, float sin_half)
{
    const vdk_height_field *f = j->field;
    const double sun[3] = {(double)direction.x, (double)direction.y, (double)direction.z};
    /* By how much float arithmetic may take the sample of a disc off it. */
    double sine = sqrt((double)sin_half * (double)sin_half * 1.001 + 1.0e-6);
    float m[4];
    vdk_metric_at(f, f->cells_y / 2, m);
    double x = (double)m[0] * sun[0] + (double)m[1] * sun[1];
    double y = (double)m[2] * sun[0] + (double)m[3] * sun[1];
    range drift = {1.0e30, -1.0e30}, climb = drift;
    j->out->along_x = fabs(x) > fabs(y);
    j->to_high = (j->out->along_x ? x : y) > 0.0;
    for (int row = 0; row < (f->metric_rows ? f->metric_rows : 1); row++) {
        range d, c;
        if (!ranges_of_row(j, row, sun, sine, &d, &c)) return false;
        drift = (range){fmin(drift.low, d.low), fmax(drift.high, d.high)};
        climb = (range){fmin(climb.low, c.low), fmax(climb.high, c.high)};
    }
    /* Rays have floats for these. */
    double spread = 0.5 * (drift.high - drift.low) + 1.0e-5;
    j->drift = 0.5 * (drift.low + drift.high);
    j->least = climb.low * (1.0 - 1.0e-5);
    j->most = climb.high * (1.0 + 1.0e-5);
    /* In columns of two cells and rows in pairs drift and spread are the same numbers. After n
       pairs a ray is spread * (n + 2) columns off at most, and entries cover 1 + floor(n / this).
     */
    j->pairs_per_spread = (int)fmin(1.0 / spread - 2.0, 1.0e9);
    return climb.low > 0.0 && spread <= MOST_SPREAD && fabs(j->drift) <= 2.0;
}

/* ---- posts --------------------------------------------------------------------------------- */

/** The post of a row of the major axis and a column of the other. */
static float post_at(const job *j, int row, int column)
{
    row = vdk_imin(row, j->rows);
    column = vdk_imin(column, j->columns);
    return j->out->along_x ? vdk_post(j->field, row, column) : vdk_post(j->field, column, row);
}

/** The highest of 2 x 2 posts, and the lower one of the first row's two. */
static void reduce_any(const job *j, int pair, int group, float *high, float *low)
{
    int r = 2 * pair, c = 2 * group;
    float a = post_at(j, r, c), b = post_at(j, r, c + 1);
    *high = vdk_max(vdk_max(a, b), vdk_max(post_at(j, r + 1, c), post_at(j, r + 1, c + 1)));
    *low = vdk_min(a, b);
}

/** The same of pairs or groups side by side in memory. Four floats are first row, second row of a
 *  column, then those of the next; "second" says which one stands beside the first. */
static void reduce_floats(const float *restrict posts, int count, int second, float *restrict high,
                          float *restrict low)
{
    for (int i = 0; i < count; i++) {
        const float *p = posts + 4 * i;
        float a = p[0] > p[1] ? p[0] : p[1], b = p[2] > p[3] ? p[2] : p[3];
        high[i] = a > b ? a : b;
        low[i] = p[0] < p[second] ? p[0] : p[second];
    }
}

static void reduce_numbers(const job *j, int x, int y, int count, int second, float *restrict high,
                           float *restrict low)
{
    const vdk_height_field *f = j->field;
    const uint32_t *words = f->pairs + (int64_t)y * (f->stride >> 1) + 2 * x;
    const float *row = f->blocks + 2 * (int64_t)(2 * y >> f->block_shift) * f->blocks_x;
    for (int i = 0; i < count; i++) {
        const float *block = row + 2 * (2 * (x + i) >> f->block_shift);
        int p0 = (int)(words[2 * i] & 0xffffu), p1 = (int)(words[2 * i] >> 16);
        int p2 = (int)(words[2 * i + 1] & 0xffffu), p3 = (int)(words[2 * i + 1] >> 16);
        int beside = second == 1 ? p1 : p2;
        int most = vdk_imax(vdk_imax(p0, p1), vdk_imax(p2, p3));
        high[i] = block[0] + (float)most * block[1];
        low[i] = block[0] + (float)vdk_imin(p0, beside) * block[1];
    }
}

/** Squares of 2 x 2 posts from (x, y) of them on, along x. */
static void reduce_run(const job *j, int x, int y, int count, float *high, float *low)
{
    const vdk_height_field *f = j->field;
    int second = j->out->along_x ? 1 : 2;
    if (f->block_shift)
        reduce_numbers(j, x, y, count, second, high, low);
    else
        reduce_floats(f->posts + (int64_t)y * f->stride + 4 * x, count, second, high, low);
}

/** Groups [a, b) of the pairs of a band: floats of a row of it are groups from s->from on. */
static void reduce_band(strip *s, int band, int a, int b)
{
    const job *j = s->job;
    int from = band * BAND, to = vdk_imin(from + BAND, j->pairs);
    int whole = (j->rows + 1) / 2, inner = vdk_imin(b, (j->columns + 1) / 2);
    for (int pair = from; pair < vdk_imin(to, whole) && !j->out->along_x; pair++) {
        int64_t at = (int64_t)(pair - from) * s->room + a - s->from;
        if (inner > a) reduce_run(j, a, pair, inner - a, s->posts_high + at, s->posts_low + at);
    }
    for (int group = a; group < inner && j->out->along_x; group++) {
        float high[BAND], low[BAND];
        int count = vdk_imin(to, whole) - from;
        if (count > 0) reduce_run(j, from, group, count, high, low);
        for (int k = 0; k < count; k++) {
            s->posts_high[(int64_t)k * s->room + group - s->from] = high[k];
            s->posts_low[(int64_t)k * s->room + group - s->from] = low[k];
        }
    }
    for (int pair = from; pair < to; pair++) {
        float *high = s->posts_high + (int64_t)(pair - from) * s->room - s->from;
        float *low = s->posts_low + (int64_t)(pair - from) * s->room - s->from;
        for (int g = pair < whole ? vdk_imax(inner, a) : a; g < b; g++)
            reduce_any(j, pair, g, &high[g], &low[g]);
        /* The surface ends within the outermost cells. */
        if (a == 0) low[0] = LOWEST;
        if (b == j->groups) low[b - 1] = LOWEST;
        for (int g = a; g < b && (pair == 0 || 2 * pair >= j->rows); g++) low[g] = LOWEST;
    }
}

/* ---- the sweep ----------------------------------------------------------------------------- */

/** The highest, or of negated numbers the lowest, of length (4 to 8) numbers from each on. */
static void window(const float *restrict in, int count, int length, float sign, float *restrict two,
                   float *restrict four)
{
    for (int i = 0; i < count + 7; i++) {
        float a = sign * in[i], b = sign * in[i + 1];
        two[i] = a > b ? a : b;
    }
    for (int i = 0; i < count + 4; i++) four[i] = two[i] > two[i + 2] ? two[i] : two[i + 2];
    for (int i = 0; i < count; i++) {
        float a = four[i], b = four[i + length - 4];
        two[i] = a > b ? a : b;
    }
}

/** Raises running maxima by what a pair of rows holds: column c by groups c + first and the next
 *  ones. */
static void lift_maxima(const strip *s, const float *row, int first, int length, float sign,
                        float lift, float *restrict running)
{
    float *restrict best = s->scratch;
    window(row + s->first + first - s->from, s->width, length, sign, best,
           s->scratch + s->width + REACH);
    for (int c = 0; c < s->width; c++) {
        float g = sign * best[c] + lift;
        running[c] = running[c] > g ? running[c] : g;
    }
}

static void enter_pair(const strip *s, int pair)
{
    const job *j = s->job;
    int64_t at = (int64_t)(pair % BAND) * s->room;
    double most_j = j->to_high ? j->rows - 2 * pair : 2 * pair + 1;
    double near = j->drift * (most_j + 1.0), far = j->drift * (most_j - 2.0);
    int low = (int)floor(0.5 * (fmin(near, far) - 1.0) - WIDER);
    int high = (int)floor(0.5 * fmax(near, far) + 1.0 + WIDER);
    lift_maxima(s, s->posts_high + at, -high, high - low + 1, 1.0f, (float)(j->least * most_j),
                s->high);
    double first_j = j->to_high ? j->rows - 2 * pair : 2 * pair, v = 0.5 * j->drift * first_j;
    low = (int)floor(-WIDER - v);
    high = (int)floor(1.5 + WIDER - v);
    lift_maxima(s, s->posts_low + at, low, high - low + 1, -1.0f, (float)(j->most * first_j),
                s->low);
}

/** Lets maxima spread by a column, and where rays are blocked for certain shrink. */
static void spread(const strip *s)
{
    float *restrict high = s->high, *restrict low = s->low, *restrict old = s->scratch;
    for (int c = 0; c < s->width; c++) old[c] = high[c];
    for (int c = 1; c < s->width - 1; c++) {
        float side = old[c - 1] > old[c + 1] ? old[c - 1] : old[c + 1];
        high[c] = side > old[c] ? side : old[c];
    }
    for (int c = 0; c < s->width; c++) old[c] = low[c];
    for (int c = 1; c < s->width - 1; c++) {
        float side = old[c - 1] < old[c + 1] ? old[c - 1] : old[c + 1];
        low[c] = side < old[c] ? side : old[c];
    }
}

static uint32_t code(double quanta)
{
    return quanta <= 0.0 ? 0u : quanta >= 65535.0 ? 65535u : (uint32_t)quanta;
}

/** Writes the words of line n whose stretches begin in the strip. */
static void write_line(const strip *s, int n)
{
    const job *j = s->job;
    const vdk_height_field *f = j->field;
    uint32_t *words = j->out->words + (int64_t)n * j->out->width;
    double row = j->to_high ? j->rows - 2.0 * BAND * n : 2.0 * BAND * n - 1.0;
    double per_quantum = 1.0 / (double)f->quantum, base = (double)f->quantum_base;
    int shift = (int)floor(0.5 * j->drift * row) - s->first;
    int from = j->halo - shift, to = s->width - j->halo - shift; /* columns of a first word */
    int first = from <= 0 ? 0 : (from + STRETCH - 1) / STRETCH;
    int last = to <= 0 ? 0 : vdk_imin((to + STRETCH - 1) / STRETCH, j->out->width);
    for (int x = first; x < last; x++) {
        const float *high = s->high + STRETCH * x + shift, *low = s->low + STRETCH * x + shift;
        float ceiling = high[0], floor_ = low[0];
        for (int k = 1; k <= STRETCH; k++) {
            ceiling = vdk_max(ceiling, high[k]);
            floor_ = vdk_min(floor_, low[k]);
        }
        double above = ((double)ceiling - j->least * row + j->error - base) * per_quantum;
        double below = ((double)floor_ - j->most * row - j->error - base) * per_quantum;
        words[x] = code(above + 2.0) | code(below - 1.0) << 16;
    }
}

/** Reads the band's posts that the strip lies over. Returns false if there are none. */
static bool read_band(strip *s, int band)
{
    const job *j = s->job;
    int nearest = band * BAND * 2, row = j->to_high ? j->rows - nearest : nearest;
    int shift = (int)floor(0.5 * j->drift * row);
    s->from = s->first - shift - (s->room - s->width) / 2;
    int a = vdk_imax(s->from, 0), b = vdk_imin(s->from + s->room, j->groups);
    if (a >= b) return false;
    for (int k = 0; k < BAND; k++) {
        float *high = s->posts_high + (int64_t)k * s->room,
              *low = s->posts_low + (int64_t)k * s->room;
        for (int i = 0; i < a - s->from; i++) high[i] = low[i] = LOWEST;
        for (int i = b - s->from; i < s->room; i++) high[i] = low[i] = LOWEST;
    }
    reduce_band(s, band, a, b);
    return true;
}

static vd_result sweep_strip(void *state, int thread, int64_t item)
{
    const job *j = state;
    strip s = {.job = j,
               .first = j->first + (int)item * STRIP - j->halo,
               .width = STRIP + 2 * j->halo,
               .high = j->memory + (size_t)thread * j->floats};
    s.room = s.width + 2 * (REACH + 2 * BAND);
    s.low = s.high + s.width;
    s.posts_high = s.low + s.width;
    s.posts_low = s.posts_high + (size_t)BAND * (size_t)s.room;
    s.scratch = s.posts_low + (size_t)BAND * (size_t)s.room;
    for (int c = 0; c < s.width; c++) s.high[c] = s.low[c] = LOWEST;
    int bands = (j->pairs + BAND - 1) / BAND, entered = 0;
    for (int k = 0; k < bands; k++) {
        int band = j->to_high ? bands - 1 - k : k;
        int from = band * BAND, count = vdk_imin(BAND, j->pairs - from);
        bool has_land = read_band(&s, band);
        if (!j->to_high) write_line(&s, band);
        for (int i = 0; i < count; i++) {
            if (has_land) enter_pair(&s, j->to_high ? from + count - 1 - i : from + i);
            if (++entered % j->pairs_per_spread == 0) spread(&s);
        }
        if (j->to_high) write_line(&s, band);
    }
    return VD_OK;
}

vd_result vd_shadows_build(vd_context *context, const vdk_height_field *field, vdk_vec direction,
                           float sin_half, int threads, vd_shadows *out)
{
    void *memory;
    job j = {.field = field, .out = out};
    *out = (vd_shadows){0};
    if (!set_directions(&j, direction, sin_half)) return VD_OK;
    j.rows = out->along_x ? field->cells_x : field->cells_y;
    j.columns = out->along_x ? field->cells_y : field->cells_x;
    j.pairs = j.rows / 2 + 1;
    j.groups = j.columns / 2 + 1;
    double high = fmax(fabs((double)field->max), fabs((double)field->min));
    j.error = 1.0e-6 * (high + j.most * j.rows);
    j.halo = j.pairs / j.pairs_per_spread + REACH;
    double across = j.drift * j.rows;
    j.first = (int)floor(0.5 * fmin(across, 0.0)) - REACH;
    int strips = (int)((0.5 * (j.columns + fabs(across)) + 2 * REACH) / STRIP) + 1;
    out->width = ((j.columns - 1) >> VD_SHADOWS_SIDE) + 1;
    size_t lines = (size_t)(j.rows >> VD_SHADOWS_LINE) + 1;
    size_t width = (size_t)(STRIP + 2 * j.halo), room = width + 2 * (REACH + 2 * BAND);
    j.floats = 2 * width + 2 * BAND * room + 2 * (width + REACH);
    threads = vdk_imin(vd_thread_count(threads), strips);
    VD_TRY(vd_alloc(context, (size_t)out->width * lines, 4, "the shadows", &memory));
    out->words = memory;
    vd_result result =
        vd_alloc(context, (size_t)threads * j.floats, sizeof(float), "the shadows", &memory);
    j.memory = memory;
    vd_work work = {NULL, threads, strips, sweep_strip, &j};
    if (result == VD_OK) result = vd_parallel(context, &work);
    free(j.memory);
    if (result != VD_OK) vd_shadows_clear(out);
    return result;
}

void vd_shadows_clear(vd_shadows *shadows)
{
    free(shadows->words);
    *shadows = (vd_shadows){0};
}
