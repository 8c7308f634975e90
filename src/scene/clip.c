/* A polygon's side is a straight line in its own CRS and may be a curve in the picture's. It is
 * halved until, at a quarter, the middle and three quarters of each part, the straight line between
 * its transformed ends is less than TOLERANCE_PX off. Both ways along a side give the same points,
 * so polygons that share one leave no gap.
 *
 * Points that have no place in the picture's CRS are left out, with a warning.
 *
 * Where the picture's CRS counts degrees, longitude 181 is -179: a ring is added once more for each
 * whole turn by which it comes to lie in the picture. */
#include "scene/clip.h"

#include <math.h>
#include <stdlib.h>

#include "terrain/map_transform.h"
#include "terrain/vector_read.h"

#define TOLERANCE_PX 0.02
#define HALVINGS_MAX 20
/* What of a pixel counts as nothing: no sample type shows it. */
#define LEAST_SHARE 1e-6

typedef struct point {
    double x, y;
} point;

typedef struct tracer {
    vd_context *context;
    vd_map_transform *transform; /* NULL: the layer is in the picture's CRS */
    double to_pixels[6];         /* map to pixels, as a geotransform */
    double turn_px;              /* a whole turn of longitude in pixels; 0: none */
    const vd_frame *frame;
    vd_area_line *lines;
    int64_t count, capacity;
    int64_t lost; /* points without a place */
} tracer;

static point to_pixels(tracer *t, point p)
{
    const double *g = t->to_pixels;
    if (t->transform) vd_map_transform_points(t->transform, 1, &p.x, &p.y);
    return (point){g[0] + g[1] * p.x + g[2] * p.y, g[3] + g[4] * p.x + g[5] * p.y};
}

static point between(point a, point b)
{
    return (point){0.5 * (a.x + b.x), 0.5 * (a.y + b.y)};
}

static double distance(point a, point b)
{
    return hypot(a.x - b.x, a.y - b.y);
}

static vd_result add_line(tracer *t, point a, point b)
{
    if (t->count == t->capacity) {
        int64_t capacity = 2 * t->capacity + 1024;
        vd_area_line *lines = realloc(t->lines, (size_t)capacity * sizeof(*lines));
        if (!lines)
            return vd_fail(t->context, VD_ERR_MEMORY, "the clip mask does not fit into memory");
        t->lines = lines;
        t->capacity = capacity;
    }
    t->lines[t->count++] = (vd_area_line){a.x, a.y, b.x, b.y};
    return VD_OK;
}

/** Adds the side from a to b of a polygon, which come out at pixels pa and pb. */
static vd_result add_side(tracer *t, point a, point b, point pa, point pb, int halvings)
{
    if (!t->transform) return add_line(t, pa, pb);
    point middle = between(a, b);
    point pm = to_pixels(t, middle), chord = between(pa, pb);
    point q1 = to_pixels(t, between(a, middle)), q3 = to_pixels(t, between(middle, b));
    double off = fmax(distance(pm, chord),
                      fmax(distance(q1, between(pa, chord)), distance(q3, between(chord, pb))));
    if (!isfinite(off) || off < TOLERANCE_PX || halvings == HALVINGS_MAX)
        return add_line(t, pa, pb);
    VD_TRY(add_side(t, a, middle, pa, pm, halvings + 1));
    return add_side(t, middle, b, pm, pb, halvings + 1);
}

/** Turns lines from first on, a closed ring, so that an outer ring goes down on its left and a hole
 *  on its right. */
static void orient(tracer *t, int64_t first, bool is_hole)
{
    double twice = 0.0;
    if (first == t->count) return;
    double x = t->lines[first].x0, y = t->lines[first].y0;
    for (int64_t i = first; i < t->count; i++) {
        vd_area_line l = t->lines[i];
        twice += (l.x0 - x) * (l.y1 - y) - (l.x1 - x) * (l.y0 - y);
    }
    if ((twice < 0.0) == !is_hole) return;
    for (int64_t i = first; i < t->count; i++) {
        vd_area_line l = t->lines[i];
        t->lines[i] = (vd_area_line){l.x1, l.y1, l.x0, l.y0};
    }
}

/** Does the box of the lines from first on, moved to the right, meet the picture by more than a
 *  rounding? */
static bool meets(const tracer *t, int64_t first, double right)
{
    double x0 = HUGE_VAL, y0 = HUGE_VAL, x1 = -HUGE_VAL, y1 = -HUGE_VAL;
    for (int64_t i = first; i < t->count; i++) {
        x0 = fmin(x0, t->lines[i].x0 + right);
        x1 = fmax(x1, t->lines[i].x0 + right);
        y0 = fmin(y0, t->lines[i].y0);
        y1 = fmax(y1, t->lines[i].y0);
    }
    return x1 > LEAST_SHARE && y1 > LEAST_SHARE && x0 < t->frame->width - LEAST_SHARE &&
           y0 < t->frame->height - LEAST_SHARE;
}

/** Adds the ring of the lines from first on where else a whole turn brings it into the picture. */
static vd_result add_turned(tracer *t, int64_t first)
{
    int64_t end = t->count;
    if (!(t->turn_px > 0.0)) return VD_OK;
    for (int turn = -1; turn <= 1; turn += 2) {
        double right = turn * t->turn_px;
        bool is_seen = meets(t, first, right);
        for (int64_t i = first; is_seen && i < end; i++) {
            vd_area_line l = t->lines[i];
            VD_TRY(add_line(t, (point){l.x0 + right, l.y0}, (point){l.x1 + right, l.y1}));
        }
    }
    return VD_OK;
}

static vd_result add_ring(tracer *t, const vd_polygons *polygons, const vd_ring *ring)
{
    int64_t start = t->count;
    point first = {0.0, 0.0}, p_first = {0.0, 0.0}, last = first, p_last = first;
    bool begun = false;
    for (int64_t i = ring->first; i < ring->first + ring->count; i++) {
        point a = {polygons->x[i], polygons->y[i]}, pa = to_pixels(t, a);
        if (!isfinite(pa.x) || !isfinite(pa.y)) {
            t->lost++;
            continue;
        }
        if (begun) {
            VD_TRY(add_side(t, last, a, p_last, pa, 0));
        } else {
            first = a;
            p_first = pa;
        }
        begun = true;
        last = a;
        p_last = pa;
    }
    if (begun) VD_TRY(add_side(t, last, first, p_last, p_first, 0));
    orient(t, start, ring->is_hole);
    return add_turned(t, start);
}

static void invert(const double g[6], double out[6])
{
    double det = g[1] * g[5] - g[2] * g[4];
    out[1] = g[5] / det;
    out[2] = -g[2] / det;
    out[4] = -g[4] / det;
    out[5] = g[1] / det;
    out[0] = -(g[0] * out[1] + g[3] * out[2]);
    out[3] = -(g[0] * out[4] + g[3] * out[5]);
}

static vd_result refuse_elsewhere(const tracer *t, const vd_settings *settings)
{
    return vd_settings_refuse(t->context, settings, VD_KNOB_CLIP_PATH,
                              "no polygon of %s meets the picture; check its CRS, and the part of "
                              "the DEM that is shown",
                              settings->clip_path);
}

static vd_result trace(tracer *t, const vd_settings *settings, const vd_polygons *polygons)
{
    for (int64_t i = 0; i < polygons->ring_count; i++)
        VD_TRY(add_ring(t, polygons, &polygons->rings[i]));
    if (t->lost)
        vd_message(t->context, VD_LEVEL_WARNING,
                   "%s: %lld of its points have no place in the picture's CRS; left out",
                   settings->clip_path, (long long)t->lost);
    return meets(t, 0, 0.0) ? VD_OK : refuse_elsewhere(t, settings);
}

/** Refuses a mask that covers no part of any pixel, whatever its box. */
static vd_result check_area(const tracer *t, const vd_settings *settings, const vd_area *area)
{
    void *memory;
    double top = HUGE_VAL, bottom = 0.0;
    int width = t->frame->width;
    bool is_seen = false;
    for (int64_t i = 0; i < t->count; i++) {
        top = fmin(top, t->lines[i].y0);
        bottom = fmax(bottom, t->lines[i].y0);
    }
    VD_TRY(vd_alloc(t->context, (size_t)width, sizeof(float), "a row of the mask", &memory));
    float *row = memory;
    vd_result result = VD_OK;
    int last = (int)fmin(bottom, t->frame->height - 1);
    for (int y = (int)fmax(top, 0.0); result == VD_OK && !is_seen && y <= last; y++) {
        result = vd_area_row(t->context, area, 0, y, width, row);
        for (int x = 0; result == VD_OK && x < width && !is_seen; x++)
            is_seen = (double)row[x] > LEAST_SHARE;
    }
    free(row);
    return result == VD_OK && !is_seen ? refuse_elsewhere(t, settings) : result;
}

/** How many pixels a whole turn of longitude takes; 0 where the picture's CRS counts no degrees. */
static vd_result find_turn(vd_context *context, const vd_settings *settings,
                           const vd_dem_info *info, const vd_frame *frame, double *out)
{
    double degrees = info->degrees_per_unit;
    if (frame->is_warped) {
        vd_crs_info crs;
        VD_TRY(vd_crs_describe(context, settings->camera_crs, &crs));
        degrees = crs.degrees_per_unit;
        free(crs.wkt);
    }
    *out = degrees > 0.0 ? fabs(360.0 / degrees / frame->geotransform[1]) : 0.0;
    return VD_OK;
}

vd_result vd_clip_load(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                       const vd_frame *frame, vd_area **out)
{
    tracer t = {.context = context, .frame = frame};
    vd_polygons polygons;
    *out = NULL;
    if (!vd_settings_is_set(settings, VD_KNOB_CLIP_PATH)) return VD_OK;
    const vd_polygon_query query = {.path = settings->clip_path,
                                    .layer = settings->clip_layer,
                                    .layer_flag = "--clip-layer",
                                    .purpose = "a mask is made of"};
    VD_TRY(vd_polygons_read(context, &query, &polygons));
    const char *crs = frame->is_warped ? settings->camera_crs : info->wkt;
    vd_result result = VD_OK;
    if (crs && !polygons.wkt)
        vd_message(context, VD_LEVEL_INFO,
                   "%s: has no CRS; its coordinates are taken as the picture's",
                   settings->clip_path);
    if (crs && polygons.wkt && !vd_crs_is_same(crs, polygons.wkt))
        result = vd_map_transform_create(context, polygons.wkt, crs, &t.transform);
    invert(frame->geotransform, t.to_pixels);
    if (result == VD_OK) result = find_turn(context, settings, info, frame, &t.turn_px);
    if (result == VD_OK) result = trace(&t, settings, &polygons);
    if (result == VD_OK) result = vd_area_create(context, t.lines, t.count, frame->height, out);
    if (result == VD_OK) result = check_area(&t, settings, *out);
    if (result != VD_OK) {
        vd_area_destroy(*out);
        *out = NULL;
    }
    vd_map_transform_destroy(t.transform);
    vd_polygons_clear(&polygons);
    free(t.lines);
    return result;
}
