/* The frame of a picture in another CRS than the DEM's.
 *
 * Its extent is that of the window of cells as it comes out there, found from a lattice of points
 * over the window. Its pixels are squares, as large as a cell comes out: the side of a square of
 * the same area, the median over the lattice, so that neither a pole nor a seam of the projection
 * spoils it, rounded down to three digits. The picture so has as many pixels as the window has
 * cells. gdalwarp compares diagonals instead, which gives the same where the CRSs are nearly
 * parallel and coarser pixels where one is turned against the other.
 *
 * The edges are whole multiples of the pixel's side (gdalwarp's -tap), so that neighbouring
 * pictures of one pixel size fit together. With camera.size the extent is exact instead. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "scene/frame_parts.h"
#include "terrain/map_transform.h"

#define STEPS 128 /* of the lattice, along each side */
#define POINTS ((STEPS + 1) * (STEPS + 1))
/* A square turned by 45 degrees lies in an extent for twice its cells, and a world map in one for
 * less than that. */
#define ROOM_FOR_CELLS 6.0

/* What the window looks like in the picture's CRS. */
typedef struct survey {
    double box[4]; /* xmin, ymin, xmax, ymax */
    double cell;   /* side of a cell, in the CRS's units */
    double x[POINTS], y[POINTS], sides[STEPS * STEPS];
} survey;

/** Fails with the sentence of a call that knows nothing of the knob that was wrong. */
static vd_result refuse_crs(vd_context *context, const vd_settings *settings, vd_result result)
{
    char sentence[512];
    if (result != VD_ERR_SETTING) return result;
    snprintf(sentence, sizeof(sentence), "%s", vd_context_error(context));
    vd_context_clear(context);
    return vd_settings_refuse(context, settings, VD_KNOB_CAMERA_CRS, "%s", sentence);
}

vd_result vd_frame_choose_crs(vd_context *context, const vd_settings *settings,
                              const vd_dem_info *info, bool *out)
{
    *out = false;
    if (!vd_settings_is_set(settings, VD_KNOB_CAMERA_CRS)) return VD_OK;
    if (!info->wkt)
        return vd_settings_refuse(context, settings, VD_KNOB_CAMERA_CRS,
                                  "has no use with a DEM without a CRS; name its CRS by "
                                  "--assign-crs");
    *out = !vd_crs_is_same(info->wkt, settings->camera_crs);
    return VD_OK;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** The side of a square as large as a cell in the mesh whose first corner is point i. NaN where a
 *  corner has no place. */
static double cell_side(const survey *s, const vd_frame *frame, int i)
{
    int j = i + STEPS + 1;
    double ax = s->x[j + 1] - s->x[i], ay = s->y[j + 1] - s->y[i];
    double bx = s->x[j] - s->x[i + 1], by = s->y[j] - s->y[i + 1];
    double area = 0.5 * fabs(ax * by - ay * bx);
    return sqrt(area * STEPS * STEPS / ((double)frame->columns * frame->rows));
}

/** Returns false if no mesh of the window has a place there. */
static bool look(const vd_dem_info *info, const vd_frame *frame, vd_map_transform *transform,
                 survey *s)
{
    const double *g = info->geotransform;
    int count = 0;
    for (int i = 0; i < POINTS; i++) {
        double column = frame->column + (double)frame->columns * (i % (STEPS + 1)) / STEPS;
        double row = frame->row + (double)frame->rows * (i / (STEPS + 1)) / STEPS;
        s->x[i] = g[0] + column * g[1] + row * g[2];
        s->y[i] = g[3] + column * g[4] + row * g[5];
    }
    vd_map_transform_points(transform, POINTS, s->x, s->y);
    s->box[0] = s->box[1] = HUGE_VAL;
    s->box[2] = s->box[3] = -HUGE_VAL;
    for (int i = 0; i < POINTS; i++) {
        s->box[0] = fmin(s->box[0], s->x[i]); /* fmin and fmax pass NaN over */
        s->box[1] = fmin(s->box[1], s->y[i]);
        s->box[2] = fmax(s->box[2], s->x[i]);
        s->box[3] = fmax(s->box[3], s->y[i]);
    }
    for (int i = 0; i < STEPS * STEPS; i++) {
        double side = cell_side(s, frame, i + i / STEPS);
        if (side > 0.0) s->sides[count++] = side;
    }
    if (count == 0) return false;
    qsort(s->sides, (size_t)count, sizeof(double), compare);
    s->cell = s->sides[count / 2];
    return true;
}

/** Rounded down to three digits; divided by a whole number where it can be, for a short decimal. */
static double round_side(double side)
{
    double digits = floor(log10(side)) - 2.0, unit = pow(10.0, fabs(digits));
    double shown = floor((digits < 0.0 ? side * unit : side / unit) * (1.0 + 1e-9));
    return digits < 0.0 ? shown / unit : shown * unit;
}

/** The side of a pixel in the CRS's units. */
static double pixel_side(const vd_settings *settings, const vd_crs_info *crs, vd_knob_id size,
                         double cell)
{
    if (size == VD_KNOB_CAMERA_OUTPUT_SCALE)
        return round_side(cell / settings->camera_output_scale);
    if (size != VD_KNOB_CAMERA_RESOLUTION) return round_side(cell);
    double metres = crs->is_geographic
                        ? crs->degrees_per_unit * crs->semi_major_m * (3.14159265358979323846 / 180)
                        : crs->metres_per_unit;
    return settings->camera_resolution / metres;
}

static vd_result apply_bbox(vd_context *context, const vd_settings *settings,
                            const vd_crs_info *crs, survey *s)
{
    const double *b = settings->dem_bbox;
    double *box = s->box;
    if (!(b[0] < b[2]) || !(b[1] < b[3]))
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_BBOX,
                                  "is xmin,ymin,xmax,ymax with xmin < xmax and ymin < ymax");
    if (b[0] >= box[2] || b[2] <= box[0] || b[1] >= box[3] || b[3] <= box[1])
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_BBOX,
                                  "holds nothing of the DEM, which covers %.10g,%.10g,%.10g,%.10g "
                                  "in '%s' (beside --crs the box is in that CRS)",
                                  box[0], box[1], box[2], box[3], crs->name);
    for (int i = 0; i < 4; i++) box[i] = b[i];
    return VD_OK;
}

static void set_geotransform(vd_frame *frame, double left, double width, double top, double height,
                             double cell)
{
    double *t = frame->geotransform;
    t[0] = left;
    t[1] = width;
    t[3] = top;
    t[5] = -height;
    frame->cells_per_pixel_x = width / cell;
    frame->cells_per_pixel_y = height / cell;
}

static vd_result lay_out(vd_context *context, const vd_settings *settings, const vd_crs_info *crs,
                         const survey *s, vd_frame_knobs knobs, vd_frame *out)
{
    double side = pixel_side(settings, crs, knobs.size, s->cell), edge[4];
    if (knobs.size == VD_KNOB_CAMERA_SIZE) {
        VD_TRY(vd_frame_set_size(context, settings, knobs.size, settings->camera_size[0],
                                 settings->camera_size[1], out));
        set_geotransform(out, s->box[0], (s->box[2] - s->box[0]) / out->width, s->box[3],
                         (s->box[3] - s->box[1]) / out->height, s->cell);
        return VD_OK;
    }
    /* Outward, but for the box, whose edges are moved to the nearest ones. */
    bool nearest = knobs.window == VD_KNOB_DEM_BBOX;
    for (int i = 0; i < 2; i++) {
        double low = s->box[i] / side, high = s->box[i + 2] / side;
        edge[i] = floor(low + (nearest ? 0.5 : 1e-6));
        edge[i + 2] = nearest ? floor(high + 0.5) : ceil(high - 1e-6);
    }
    VD_TRY(vd_frame_set_size(context, settings, knobs.size, edge[2] - edge[0], edge[3] - edge[1],
                             out));
    set_geotransform(out, edge[0] * side, side, edge[3] * side, side, s->cell);
    return VD_OK;
}

/** Near a projection's pole or across its seam a few cells come out as large as all the others. */
static void warn_of_extent(vd_context *context, const vd_crs_info *crs, const survey *s,
                           const vd_frame *frame)
{
    double cells = (double)frame->columns * frame->rows;
    double room = (s->box[2] - s->box[0]) / s->cell * ((s->box[3] - s->box[1]) / s->cell);
    if (room < ROOM_FOR_CELLS * cells) return;
    vd_message(
        context, VD_LEVEL_WARNING,
        "--crs: in '%s' the %d x %d cells lie in an extent for %.3g times as many, so most of "
        "the picture will be empty or stretched; show a part of it by --bbox, or choose "
        "another CRS",
        crs->name, frame->columns, frame->rows, room / cells);
}

vd_result vd_frame_warp(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                        vd_frame_knobs knobs, vd_frame *out)
{
    vd_map_transform *transform = NULL;
    vd_crs_info crs = {0};
    void *memory = NULL;
    vd_result result = vd_crs_describe(context, settings->camera_crs, &crs);
    if (result == VD_OK)
        result = vd_map_transform_create(context, info->wkt, settings->camera_crs, &transform);
    if (result != VD_OK) {
        result = refuse_crs(context, settings, result);
        goto cleanup;
    }
    result = vd_alloc(context, 1, sizeof(survey), "the picture's outline", &memory);
    if (result != VD_OK) goto cleanup;
    survey *s = memory;
    if (!look(info, out, transform, s)) {
        result = vd_settings_refuse(context, settings, VD_KNOB_CAMERA_CRS,
                                    "'%s' has no place for what is to be shown; choose a CRS whose "
                                    "area of use it is",
                                    crs.name);
        goto cleanup;
    }
    if (knobs.window == VD_KNOB_DEM_BBOX) result = apply_bbox(context, settings, &crs, s);
    if (result == VD_OK && knobs.window != VD_KNOB_DEM_BBOX) warn_of_extent(context, &crs, s, out);
    if (result == VD_OK) result = lay_out(context, settings, &crs, s, knobs, out);
cleanup:
    free(memory);
    free(crs.wkt);
    vd_map_transform_destroy(transform);
    return result;
}
