/* Motion blur from a picture, its motion and its depth.
 *
 * A pixel is the mean of what it shows at many times. At time t what was at q is at q + t v(q), v
 * being the motion there; so pixel p shows what solves q = p - t v(q). That is iterated (Bowles,
 * Mitchell, Sumner, Moore and Gross 2012, "Iterative Image Warping", section 3), which converges
 * where v changes by less than its argument; half steps, which come later, do so where the picture
 * is drawn out up to fourfold. At an outline there are several solutions, of what is near and of
 * what is behind, and each is come to from its own side: iterations begin with the pixel's own
 * motion, and with the largest one that may come over it. That is known of tiles, whose largest
 * motions are carried on along themselves (McGuire, Hennessy, Bukowski and Osman 2012, "A
 * Reconstruction Filter for Plausible Motion Blur", section 3, there of neighbours alone). Of
 * several solutions the nearest to the camera is seen.
 *
 * The pixels of an outline are the mean of both sides, and so are their motion and depth, by which
 * they would go half as far as what they are of and leave a comb of teeth as long as each one's
 * share. So a pixel between a near and a far one that move apart is given the motion and depth of
 * the near side, if that has a part of it worth a name, which the share of its motion says, else of
 * the far one; its colour stays the mean, and goes with the outline as its softness. (Nearest
 * motion about a pixel is what temporal antialiasing takes, B. Karis 2014, "High-Quality Temporal
 * Supersampling", slide 27, which makes all that is near a pixel wider.)
 *
 * Where there is none the picture has not seen what is there, because something nearer hid it: then
 * the nearest place beside that which is farther away stands in, in the direction that this comes
 * from. Beyond the picture's edge the nearest pixels stand in.
 *
 * Light is summed by the shutter's even parts of it, so its curve is kept; times are as close as
 * motion is long, about one to a pixel. What does not move comes out as it went in, to the bit.
 * Rows are independent: threads change nothing.
 *
 * Straight motion is assumed, light that goes with what it is on, and nothing that is seen through
 * something else: waves, mirrors and fog move as the surface or what is behind does. */
#include "post/smear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/math.h"

enum { OUTLINE = 2, TILE = 8, ROUNDS = 4, ROUNDS_MAX = 14, TIMES_MAX = 512, FILL_MAX = 48 };

/* A solution is one if it comes so near to its pixel. */
#define ARRIVES_PX 0.75f
/* And nearer is not asked for. */
#define ENOUGH_PX 0.1f
/* What moves less than this all the time stands still. */
#define STILL_PX 0.05f
/* Sides of an outline whose motions differ by less may be mixed. */
#define APART_PX 1.0f
/* A near side that has less than this share of a pixel leaves it to the far one. */
#define WORTH 0.1f
/* And one that has more than this has all of it. */
#define WHOLE 0.98f
/* No surface is farther; AOVs say 1e10 where there is none. */
#define EMPTY_M 9.9e9f
/* What is nearer than this share of a depth is before it. */
#define BEFORE 0.97f

typedef struct smearer {
    const vd_smear_options *options;
    float *motion, *depth; /* as given, but of one side at outlines; none where there is nothing */
    const float *from;     /* the picture */
    float *to;
    float *fastest; /* [tiles_y][tiles_x][2]: the largest motion that may come there */
    int tiles_x, tiles_y;
    float most; /* of times, from that of the picture on */
} smearer;

static float length_of(const float v[2])
{
    return vdk_sqrtf(v[0] * v[0] + v[1] * v[1]);
}

/* ---- outlines ------------------------------------------------------------------------------- */

/** Which of the pixels about one is nearest, and which farthest. */
static void find_sides(const vd_smear_options *o, const float *depth, int x, int y, size_t *near,
                       size_t *far)
{
    *near = *far = (size_t)y * (size_t)o->width + (size_t)x;
    for (int j = vdk_imax(y - OUTLINE, 0); j <= vdk_imin(y + OUTLINE, o->height - 1); j++)
        for (int i = vdk_imax(x - OUTLINE, 0); i <= vdk_imin(x + OUTLINE, o->width - 1); i++) {
            size_t at = (size_t)j * (size_t)o->width + (size_t)i;
            if (depth[at] < depth[*near]) *near = at;
            if (depth[at] > depth[*far]) *far = at;
        }
}

/** Gives each pixel of an outline to one of its sides. */
static void part_sides(const smearer *s, const float *motion, const float *depth)
{
    const vd_smear_options *o = s->options;
    for (int y = 0; y < o->height; y++)
        for (int x = 0; x < o->width; x++) {
            size_t here = (size_t)y * (size_t)o->width + (size_t)x, near, far, side = here;
            bool is_near = false;
            find_sides(o, depth, x, y, &near, &far);
            if (depth[near] < BEFORE * depth[far]) {
                const float *a = motion + 2 * far, *b = motion + 2 * near, *v = motion + 2 * here;
                float d[2] = {b[0] - a[0], b[1] - a[1]}, length2 = d[0] * d[0] + d[1] * d[1];
                float along = (v[0] - a[0]) * d[0] + (v[1] - a[1]) * d[1];
                bool is_apart = length2 > APART_PX * APART_PX;
                is_near = is_apart && along > WORTH * length2;
                /* All but whole it keeps its own motion, which may turn. */
                if (is_near && along < WHOLE * length2) side = near;
                if (is_apart && !is_near && along > (1.0f - WHOLE) * length2) side = far;
            }
            memcpy(s->motion + 2 * here, motion + 2 * side, 2 * sizeof(float));
            s->depth[here] = depth[is_near ? near : side];
        }
}

/* ---- tiles --------------------------------------------------------------------------------- */

static void keep_larger(float *kept, const float v[2])
{
    if (length_of(v) > length_of(kept)) memcpy(kept, v, 2 * sizeof(float));
}

/** The largest motion within each tile. */
static void find_largest(const smearer *s, float *largest)
{
    const vd_smear_options *o = s->options;
    memset(largest, 0, (size_t)s->tiles_x * (size_t)s->tiles_y * 2 * sizeof(float));
    for (int y = 0; y < o->height; y++)
        for (int x = 0; x < o->width; x++) {
            size_t i = (size_t)y * (size_t)o->width + (size_t)x;
            keep_larger(
                &largest[2 * ((size_t)(y / TILE) * (size_t)s->tiles_x + (size_t)(x / TILE))],
                &s->motion[2 * i]);
        }
}

/** Carries it on to the tiles about all places where it may come. */
static void carry_on(const smearer *s, const float *largest)
{
    for (int y = 0; y < s->tiles_y; y++)
        for (int x = 0; x < s->tiles_x; x++) {
            const float *v = &largest[2 * ((size_t)y * (size_t)s->tiles_x + (size_t)x)];
            float reach = s->most * length_of(v) / TILE;
            int steps = vdk_imin((int)reach + 1, 4096);
            for (int k = -steps; k <= steps; k++) {
                float t = s->most * (float)k / (float)(steps * TILE);
                int cx = vdk_ifloor((float)x + 0.5f + t * v[0]);
                int cy = vdk_ifloor((float)y + 0.5f - t * v[1]);
                for (int j = vdk_imax(cy - 1, 0); j <= vdk_imin(cy + 1, s->tiles_y - 1); j++)
                    for (int i = vdk_imax(cx - 1, 0); i <= vdk_imin(cx + 1, s->tiles_x - 1); i++)
                        keep_larger(&s->fastest[2 * ((size_t)j * (size_t)s->tiles_x + (size_t)i)],
                                    v);
            }
        }
}

/* ---- one place ----------------------------------------------------------------------------- */

/* Between four pixels: the upper left one, and how far beyond its centre. */
typedef struct place {
    size_t at[4];
    float weight[4];
} place;

static place place_of(const vd_smear_options *o, float x, float y)
{
    place p;
    float cx = vdk_clamp(x, 0.0f, (float)(o->width - 1));
    float cy = vdk_clamp(y, 0.0f, (float)(o->height - 1));
    int i = vdk_ifloor(cx), j = vdk_ifloor(cy);
    float fx = cx - (float)i, fy = cy - (float)j;
    size_t right = i + 1 < o->width ? 1 : 0, below = j + 1 < o->height ? (size_t)o->width : 0;
    p.at[0] = (size_t)j * (size_t)o->width + (size_t)i;
    p.at[1] = p.at[0] + right;
    p.at[2] = p.at[0] + below;
    p.at[3] = p.at[2] + right;
    p.weight[0] = (1.0f - fx) * (1.0f - fy);
    p.weight[1] = fx * (1.0f - fy);
    p.weight[2] = (1.0f - fx) * fy;
    p.weight[3] = fx * fy;
    return p;
}

static void motion_at(const smearer *s, float x, float y, float v[2])
{
    place p = place_of(s->options, x, y);
    v[0] = v[1] = 0.0f;
    for (int k = 0; k < 4; k++)
        for (int c = 0; c < 2; c++) v[c] += p.weight[k] * s->motion[2 * p.at[k] + (size_t)c];
}

static float depth_at(const smearer *s, float x, float y)
{
    const vd_smear_options *o = s->options;
    int i = vdk_imin(vdk_imax(vdk_ifloor(x + 0.5f), 0), o->width - 1);
    int j = vdk_imin(vdk_imax(vdk_ifloor(y + 0.5f), 0), o->height - 1);
    return s->depth[(size_t)j * (size_t)o->width + (size_t)i];
}

/** Where what is at a pixel at a time was, from a first guess of its motion. Returns how far off
 * the last place is. */
static float solve(const smearer *s, int x, int y, float t, const float guess[2], float q[2])
{
    float v[2], off = HUGE_VALF;
    q[0] = (float)x - t * guess[0];
    q[1] = (float)y + t * guess[1];
    for (int k = 0; k < ROUNDS_MAX; k++) {
        motion_at(s, q[0], q[1], v);
        float dx = (float)x - t * v[0] - q[0], dy = (float)y + t * v[1] - q[1];
        off = vdk_abs(dx) + vdk_abs(dy);
        if (off < ENOUGH_PX) break;
        float step = k < ROUNDS ? 1.0f : 0.5f;
        q[0] += step * dx;
        q[1] += step * dy;
    }
    return off;
}

/** What stands in for what is hidden at a pixel: walks from there the way that the hidden comes
 * from, until something lies behind. */
static void find_behind(const smearer *s, int x, int y, float t, const float fast[2], float q[2])
{
    const size_t i = (size_t)y * (size_t)s->options->width + (size_t)x;
    float length = length_of(fast), own = s->depth[i], sign = t > 0.0f ? -1.0f : 1.0f;
    q[0] = (float)x;
    q[1] = (float)y;
    if (!(length > 0.0f)) return;
    for (int k = 1; k <= FILL_MAX; k++) {
        float at[2] = {(float)x + sign * (float)k * fast[0] / length,
                       (float)y - sign * (float)k * fast[1] / length};
        if (own < BEFORE * depth_at(s, at[0], at[1])) {
            memcpy(q, at, sizeof(at));
            return;
        }
    }
}

static void add_light(const smearer *s, const float q[2], double sum[4])
{
    place p = place_of(s->options, q[0], q[1]);
    for (int k = 0; k < 4; k++)
        for (int c = 0; c < 4; c++)
            sum[c] += (double)(p.weight[k] * s->from[4 * p.at[k] + (size_t)c]);
}

/* ---- all of it ----------------------------------------------------------------------------- */

/** The k-th of so many times. */
static float time_of(const vd_smear_options *o, int k, int count)
{
    float at = ((float)k + 0.5f) / (float)count * VD_SMEAR_TIMES - 0.5f;
    int i = vdk_imin(vdk_imax(vdk_ifloor(at), 0), VD_SMEAR_TIMES - 2);
    return o->times[i] + (at - (float)i) * (o->times[i + 1] - o->times[i]);
}

static void smear_pixel(const smearer *s, int x, int y)
{
    const vd_smear_options *o = s->options;
    const size_t i = (size_t)y * (size_t)o->width + (size_t)x;
    const float *own = &s->motion[2 * i];
    const float *fast =
        &s->fastest[2 * ((size_t)(y / TILE) * (size_t)s->tiles_x + (size_t)(x / TILE))];
    float reach = length_of(fast) * (o->times[VD_SMEAR_TIMES - 1] - o->times[0]);
    double sum[4] = {0.0, 0.0, 0.0, 0.0};
    int count = 8;
    if (!(reach > STILL_PX)) {
        memcpy(s->to + 4 * i, s->from + 4 * i, 4 * sizeof(float));
        return;
    }
    while (count < TIMES_MAX && (float)count < 1.5f * reach) count *= 2;
    for (int k = 0; k < count; k++) {
        float q[2][2], best[2] = {0.0f, 0.0f}, nearest = HUGE_VALF, t = time_of(o, k, count);
        const float *guesses[2] = {own, fast};
        bool found = false;
        for (int g = 0; g < 2; g++) {
            if (!(solve(s, x, y, t, guesses[g], q[g]) < ARRIVES_PX)) continue;
            float depth = depth_at(s, q[g][0], q[g][1]);
            if (found && !(depth < nearest)) continue;
            found = true;
            nearest = depth;
            memcpy(best, q[g], sizeof(best));
        }
        if (!found) find_behind(s, x, y, t, fast, best);
        add_light(s, best, sum);
    }
    for (int c = 0; c < 4; c++) s->to[4 * i + (size_t)c] = (float)(sum[c] / count);
}

static vd_result smear_row(void *state, int thread, int64_t row)
{
    const smearer *s = state;
    (void)thread;
    for (int x = 0; x < s->options->width; x++) smear_pixel(s, x, (int)row);
    return VD_OK;
}

static vd_result run(vd_context *context, smearer *s, const float *motion, const float *depth_m,
                     float *rgba)
{
    const vd_smear_options *o = s->options;
    const size_t pixels = (size_t)o->width * (size_t)o->height;
    const size_t tiles = (size_t)s->tiles_x * (size_t)s->tiles_y;
    void *memory;
    VD_TRY(vd_alloc(context, pixels, sizeof(float), "depths", &memory));
    s->depth = memory;
    VD_TRY(vd_alloc(context, pixels, 2 * sizeof(float), "motion", &memory));
    s->motion = memory;
    VD_TRY(vd_alloc(context, pixels, 4 * sizeof(float), "a blurred picture", &memory));
    s->to = memory;
    VD_TRY(vd_alloc(context, tiles, 2 * sizeof(float), "tiles of motion", &memory));
    s->fastest = memory;
    for (size_t i = 0; i < pixels; i++) /* in the picture's place, which is written last */
        s->to[i] = depth_m[i] > 0.0f && depth_m[i] < EMPTY_M ? depth_m[i] : EMPTY_M;
    part_sides(s, motion, s->to);
    VD_TRY(vd_alloc(context, tiles, 2 * sizeof(float), "tiles of motion", &memory));
    s->most = vdk_max(-o->times[0], o->times[VD_SMEAR_TIMES - 1]);
    find_largest(s, memory);
    memset(s->fastest, 0, tiles * 2 * sizeof(float));
    carry_on(s, memory);
    free(memory);
    const vd_work work = {"motion blur", o->threads, o->height, smear_row, s};
    VD_TRY(vd_parallel(context, &work));
    memcpy(rgba, s->to, pixels * 4 * sizeof(float));
    return VD_OK;
}

vd_result vd_smear(vd_context *context, const vd_smear_options *options, const float *motion,
                   const float *depth_m, float *rgba)
{
    smearer s = {.options = options,
                 .from = rgba,
                 .tiles_x = (options->width + TILE - 1) / TILE,
                 .tiles_y = (options->height + TILE - 1) / TILE};
    vd_result result = run(context, &s, motion, depth_m, rgba);
    free(s.depth);
    free(s.motion);
    free(s.to);
    free(s.fastest);
    return result;
}
