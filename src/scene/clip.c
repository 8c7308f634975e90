/* A polygon's side is a straight line in its own CRS and may be a curve in the picture's. It is
 * halved until, at a quarter, the middle and three quarters of each part, the straight line between
 * its transformed ends is less than TOLERANCE_PX off. Both ways along a side give the same points,
 * so polygons that share one leave no gap.
 *
 * Points that have no place in the picture's CRS are left out, with a warning. */
#include "scene/clip.h"

#include <math.h>
#include <stdlib.h>

#include "terrain/map_transform.h"
#include "terrain/vector_read.h"

#define TOLERANCE_PX 0.02
#define HALVINGS_MAX 20

typedef struct point {
    double x, y;
} point;

typedef struct tracer {
    vd_context *context;
    vd_map_transform *transform; /* NULL: the layer is in the picture's CRS */
    double to_pixels[6];         /* map to pixels, as a geotransform */
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
    return VD_OK;
}

/** Does the box of the lines meet the picture? */
static bool meets(const tracer *t, const vd_frame *frame)
{
    double x0 = HUGE_VAL, y0 = HUGE_VAL, x1 = -HUGE_VAL, y1 = -HUGE_VAL;
    for (int64_t i = 0; i < t->count; i++) {
        x0 = fmin(x0, t->lines[i].x0);
        x1 = fmax(x1, t->lines[i].x0);
        y0 = fmin(y0, t->lines[i].y0);
        y1 = fmax(y1, t->lines[i].y0);
    }
    return x1 > 0.0 && y1 > 0.0 && x0 < frame->width && y0 < frame->height;
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

static vd_result trace(tracer *t, const vd_settings *settings, const vd_polygons *polygons,
                       const vd_frame *frame)
{
    for (int64_t i = 0; i < polygons->ring_count; i++)
        VD_TRY(add_ring(t, polygons, &polygons->rings[i]));
    if (t->lost)
        vd_message(t->context, VD_LEVEL_WARNING,
                   "%s: %lld of its points have no place in the picture's CRS; left out",
                   settings->clip_path, (long long)t->lost);
    if (!meets(t, frame))
        return vd_settings_refuse(t->context, settings, VD_KNOB_CLIP_PATH,
                                  "no polygon of %s meets the picture; check its CRS, and the part "
                                  "of the DEM that is shown",
                                  settings->clip_path);
    return VD_OK;
}

vd_result vd_clip_load(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                       const vd_frame *frame, vd_area **out)
{
    tracer t = {.context = context};
    vd_polygons polygons;
    *out = NULL;
    if (!vd_settings_is_set(settings, VD_KNOB_CLIP_PATH)) return VD_OK;
    VD_TRY(vd_polygons_read(context, settings->clip_path, settings->clip_layer, &polygons));
    const char *crs = frame->is_warped ? settings->camera_crs : info->wkt;
    vd_result result = VD_OK;
    if (crs && !polygons.wkt)
        vd_message(context, VD_LEVEL_INFO,
                   "%s: has no CRS; its coordinates are taken as the picture's",
                   settings->clip_path);
    if (crs && polygons.wkt && !vd_crs_is_same(crs, polygons.wkt))
        result = vd_map_transform_create(context, polygons.wkt, crs, &t.transform);
    invert(frame->geotransform, t.to_pixels);
    if (result == VD_OK) result = trace(&t, settings, &polygons, frame);
    if (result == VD_OK) result = vd_area_create(context, t.lines, t.count, frame->height, out);
    vd_map_transform_destroy(t.transform);
    vd_polygons_clear(&polygons);
    free(t.lines);
    return result;
}
