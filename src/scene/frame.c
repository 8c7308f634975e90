#include "scene/frame_parts.h"

#include <math.h>

static vd_result apply_srcwin(vd_context *context, const vd_settings *settings,
                              const vd_dem_info *info, vd_frame *frame)
{
    const int *w = settings->dem_srcwin;
    if (w[2] < 1 || w[3] < 1 || w[0] < 0 || w[1] < 0 || (int64_t)w[0] + w[2] > info->nx ||
        (int64_t)w[1] + w[3] > info->ny)
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_SRCWIN,
                                  "%d,%d,%d,%d does not lie within the raster of %d x %d cells",
                                  w[0], w[1], w[2], w[3], info->nx, info->ny);
    frame->column = w[0];
    frame->row = info->flipped ? info->ny - w[1] - w[3] : w[1];
    frame->columns = w[2];
    frame->rows = w[3];
    return VD_OK;
}

/** The nearest cell edge to a raster coordinate, within the raster. */
static int nearest_edge(double coordinate, int cells)
{
    double edge = floor(coordinate + 0.5);
    return edge < 0.0 ? 0 : edge > cells ? cells : (int)edge;
}

static vd_result apply_bbox(vd_context *context, const vd_settings *settings,
                            const vd_dem_info *info, vd_frame *frame)
{
    const double *b = settings->dem_bbox, *g = info->geotransform;
    if (!info->has_geotransform)
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_BBOX,
                                  "the raster has no map coordinates; use --srcwin in cells");
    if (g[2] != 0.0 || g[4] != 0.0)
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_BBOX,
                                  "the raster is rotated against the map; use --srcwin in cells");
    if (!(b[0] < b[2]) || !(b[1] < b[3]))
        return vd_settings_refuse(context, settings, VD_KNOB_DEM_BBOX,
                                  "is xmin,ymin,xmax,ymax with xmin < xmax and ymin < ymax");
    double c0 = (b[0] - g[0]) / g[1], c1 = (b[2] - g[0]) / g[1];
    double r0 = (b[3] - g[3]) / g[5], r1 = (b[1] - g[3]) / g[5];
    int column0 = nearest_edge(fmin(c0, c1), info->nx),
        column1 = nearest_edge(fmax(c0, c1), info->nx);
    int row0 = nearest_edge(fmin(r0, r1), info->ny), row1 = nearest_edge(fmax(r0, r1), info->ny);
    if (column1 <= column0 || row1 <= row0)
        return vd_settings_refuse(
            context, settings, VD_KNOB_DEM_BBOX,
            "holds no cell of the raster, which covers %.10g,%.10g,%.10g,%.10g",
            fmin(g[0], g[0] + g[1] * info->nx), fmin(g[3], g[3] + g[5] * info->ny),
            fmax(g[0], g[0] + g[1] * info->nx), fmax(g[3], g[3] + g[5] * info->ny));
    if (fmin(c0, c1) < -0.5 || fmax(c0, c1) > info->nx + 0.5 || fmin(r0, r1) < -0.5 ||
        fmax(r0, r1) > info->ny + 0.5)
        vd_message(context, VD_LEVEL_INFO,
                   "--bbox reaches beyond the raster; the picture ends with it");
    frame->column = column0;
    frame->row = row0;
    frame->columns = column1 - column0;
    frame->rows = row1 - row0;
    return VD_OK;
}

vd_result vd_frame_set_size(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                            double width, double height, vd_frame *frame)
{
    if (!(width >= 1.0 && height >= 1.0 && width <= VD_FRAME_PIXELS_MAX &&
          height <= VD_FRAME_PIXELS_MAX))
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: makes a picture of %.0f x %.0f pixels; 1 to %d a side are possible",
                       knob == VD_KNOB_COUNT ? "one pixel a cell" : settings->where[knob], width,
                       height, VD_FRAME_PIXELS_MAX);
    frame->width = (int)width;
    frame->height = (int)height;
    return VD_OK;
}

/** The size of a view that does not name one: all round, a panorama has the shape of what it shows.
 */
static void view_size(const vd_settings *settings, double *width, double *height)
{
    bool is_round =
        !vd_settings_is_set(settings, VD_KNOB_CAMERA_FOV) || settings->camera_fov == 360.0;
    if (vd_settings_is_set(settings, VD_KNOB_CAMERA_SIZE) || !is_round) return;
    if (settings->camera_projection == VD_CAMERA_PROJECTION_PANORAMA) *height = *width / 2.0;
    if (settings->camera_projection == VD_CAMERA_PROJECTION_CYLINDER) *height = *width / 4.0;
}

static vd_result choose_size(vd_context *context, const vd_settings *settings,
                             const vd_dem_info *info, vd_knob_id knob, vd_frame *frame)
{
    double width = frame->columns, height = frame->rows, metres[2];
    if (knob == VD_KNOB_CAMERA_SIZE || frame->is_view) {
        width = settings->camera_size[0];
        height = settings->camera_size[1];
        if (frame->is_view) view_size(settings, &width, &height);
    } else if (knob == VD_KNOB_CAMERA_RESOLUTION) {
        vd_dem_metres_per_cell(info, frame->row + 0.5 * frame->rows - 0.5, metres);
        width = floor(width * metres[0] / settings->camera_resolution + 0.5);
        height = floor(height * metres[1] / settings->camera_resolution + 0.5);
    } else if (knob == VD_KNOB_CAMERA_OUTPUT_SCALE) {
        width = floor(width * settings->camera_output_scale + 0.5);
        height = floor(height * settings->camera_output_scale + 0.5);
    }
    return vd_frame_set_size(context, settings, knob, width, height, frame);
}

/** What of the picture is made, once its size is known. */
static vd_result choose_crop(vd_context *context, const vd_settings *settings, vd_frame *frame)
{
    const int *c = settings->camera_crop;
    frame->crop_width = frame->width;
    frame->crop_height = frame->height;
    if (!vd_settings_is_set(settings, VD_KNOB_CAMERA_CROP)) return VD_OK;
    if (c[2] < 1 || c[3] < 1 || c[0] < 0 || c[1] < 0 || (int64_t)c[0] + c[2] > frame->width ||
        (int64_t)c[1] + c[3] > frame->height)
        return vd_settings_refuse(context, settings, VD_KNOB_CAMERA_CROP,
                                  "%d,%d,%d,%d does not lie within the picture of %d x %d pixels; "
                                  "give the part's left and upper edge, width and height",
                                  c[0], c[1], c[2], c[3], frame->width, frame->height);
    frame->crop_x = c[0];
    frame->crop_y = c[1];
    frame->crop_width = c[2];
    frame->crop_height = c[3];
    return VD_OK;
}

/** How many cells a pixel is, and where the picture lies. */
static void place_on_map(vd_frame *frame, const vd_dem_info *info)
{
    frame->cells_per_pixel_x = (double)frame->columns / frame->width;
    frame->cells_per_pixel_y = (double)frame->rows / frame->height;
    const double *g = info->geotransform;
    double *t = frame->geotransform;
    t[0] = g[0] + frame->column * g[1] + frame->row * g[2];
    t[1] = g[1] * frame->cells_per_pixel_x;
    t[2] = g[2] * frame->cells_per_pixel_y;
    t[3] = g[3] + frame->column * g[4] + frame->row * g[5];
    t[4] = g[4] * frame->cells_per_pixel_x;
    t[5] = g[5] * frame->cells_per_pixel_y;
}

vd_result vd_frame_make(vd_context *context, const vd_settings *settings, const vd_dem_info *info,
                        vd_frame *out)
{
    static const vd_knob_id windows[] = {VD_KNOB_DEM_BBOX, VD_KNOB_DEM_SRCWIN};
    static const vd_knob_id sizes[] = {VD_KNOB_CAMERA_SIZE, VD_KNOB_CAMERA_RESOLUTION,
                                       VD_KNOB_CAMERA_OUTPUT_SCALE};
    vd_frame_knobs knobs;
    *out = (vd_frame){.columns = info->nx, .rows = info->ny};
    out->is_view = vd_settings_are_for(settings, VD_COMMAND_RENDER);
    VD_TRY(vd_settings_choose(context, settings, windows, 2, &knobs.window));
    VD_TRY(vd_settings_choose(context, settings, sizes, 3, &knobs.size));
    VD_TRY(vd_frame_choose_crs(context, settings, info, &out->is_warped));
    if (knobs.window == VD_KNOB_DEM_BBOX && !out->is_warped)
        VD_TRY(apply_bbox(context, settings, info, out));
    if (knobs.window == VD_KNOB_DEM_SRCWIN) VD_TRY(apply_srcwin(context, settings, info, out));
    if (out->is_warped) {
        VD_TRY(vd_frame_warp(context, settings, info, knobs, out));
    } else {
        VD_TRY(choose_size(context, settings, info, knobs.size, out));
        place_on_map(out, info);
    }
    return choose_crop(context, settings, out);
}

void vd_frame_cover(vd_frame *frame, const vd_dem_info *info)
{
    frame->columns = info->nx;
    frame->rows = info->ny;
    place_on_map(frame, info);
}

int vd_frame_level(const vd_frame *frame, const vd_settings *settings, const vd_dem_info *info)
{
    if (frame->is_warped || frame->is_view || settings->dem_overviews == VD_DEM_OVERVIEWS_NONE)
        return 0;
    return vd_dem_choose_level(info, fmin(frame->cells_per_pixel_x, frame->cells_per_pixel_y));
}

void vd_frame_use_level(vd_frame *frame, const vd_dem_info *info, int level)
{
    double x = (double)info->levels[level].nx / info->nx;
    double y = (double)info->levels[level].ny / info->ny;
    if (level == 0) return;
    frame->column *= x;
    frame->row *= y;
    frame->cells_per_pixel_x *= x;
    frame->cells_per_pixel_y *= y;
}

double vd_frame_column(const vd_frame *frame, int pixel_x)
{
    return frame->column + (pixel_x + 0.5) * frame->cells_per_pixel_x;
}

double vd_frame_row(const vd_frame *frame, int pixel_y)
{
    return frame->row + (pixel_y + 0.5) * frame->cells_per_pixel_y;
}
