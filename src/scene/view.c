#include "scene/view.h"

#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/vmath.h"

/* A decimal point in every locale. */
static double read_number(const char *text, char **end)
{
    locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    *end = (char *)text;
    if (!plain) return 0.0;
    double number = strtod_l(text, end, plain);
    freelocale(plain);
    return number;
}

/* A place as the user wrote it. */
typedef struct place {
    double x, y, z; /* map coordinates, metres */
    bool above_ground;
} place;

static vd_result parse_place(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                             const char *text, place *out)
{
    char *end;
    double *number[3] = {&out->x, &out->y, &out->z};
    out->above_ground = false;
    for (int i = 0; i < 3; i++) {
        if (i == 2 && strncmp(text, "agl:", 4) == 0) {
            out->above_ground = true;
            text += 4;
        }
        *number[i] = read_number(text, &end);
        if (end == text || !isfinite(*number[i]) || *end != (i < 2 ? ',' : '\0'))
            return vd_settings_refuse(context, settings, knob,
                                      "is X,Y,Z in map coordinates and metres, or X,Y,agl:Z for "
                                      "metres above the ground");
        text = end + 1;
    }
    return VD_OK;
}

/* ---- on the grid -------------------------------------------------------------------------- */

/* Padded grid coordinates, and stored height. */
typedef struct spot {
    double column, row, z;
} spot;

static spot spot_of(const vd_dem_info *info, double x, double y)
{
    const double *g = info->geotransform;
    double dx = x - g[0], dy = y - g[3], det = g[1] * g[5] - g[2] * g[4];
    return (spot){(g[5] * dx - g[2] * dy) / det + 0.5, (g[1] * dy - g[4] * dx) / det + 0.5, 0.0};
}

static vdk_position position_of(spot s)
{
    double column = floor(s.column), row = floor(s.row);
    return (vdk_position){(int)column, (int)row, (float)(s.column - column), (float)(s.row - row),
                          (float)s.z};
}

/** The stored height of the ground, which beyond the raster is that of its edge. */
static double ground_at(const vd_terrain *terrain, spot s)
{
    const vdk_height_field *f = &terrain->field;
    s.column = fmin(fmax(s.column, 0.5), f->cells_x - 0.5);
    s.row = fmin(fmax(s.row, 0.5), f->cells_y - 0.5);
    vdk_position p = position_of(s);
    return (double)vdk_patch_height(vdk_patch_at(f, p.cx, p.cy), p.fx, p.fy);
}

static spot put(const vd_terrain *terrain, const place *p)
{
    const vd_dem *dem = terrain->dem;
    spot s = spot_of(&dem->info, p->x, p->y);
    s.z = p->above_ground ? ground_at(terrain, s) + p->z / (double)terrain->field.z_factor
                          : p->z - dem->base_m;
    return s;
}

/** Metres (east, north, up) from one spot to another. */
static void metres_between(const vd_terrain *terrain, spot a, spot b, double out[3])
{
    const double *m = terrain->dem->info.to_grid;
    double dx = b.column - a.column, dy = b.row - a.row, det = m[0] * m[3] - m[1] * m[2];
    out[0] = (m[3] * dx - m[1] * dy) / det;
    out[1] = (m[0] * dy - m[2] * dx) / det;
    out[2] = (b.z - a.z) * (double)terrain->field.z_factor;
}

/* ---- camera ------------------------------------------------------------------------------- */

static vdk_vec to_vec(const double v[3])
{
    return vdk_vec_make((float)v[0], (float)v[1], (float)v[2]);
}

static void look_along(const double direction[3], vdk_view_camera *camera)
{
    double length = sqrt(direction[0] * direction[0] + direction[1] * direction[1] +
                         direction[2] * direction[2]);
    double f[3] = {direction[0] / length, direction[1] / length, direction[2] / length};
    double flat = sqrt(f[0] * f[0] + f[1] * f[1]);
    /* Straight down or up: north is up on the picture. */
    double r[3] = {1.0, 0.0, 0.0};
    if (flat > 1e-9) {
        r[0] = f[1] / flat;
        r[1] = -f[0] / flat;
    }
    double u[3] = {r[1] * f[2] - r[2] * f[1], r[2] * f[0] - r[0] * f[2], r[0] * f[1] - r[1] * f[0]};
    camera->forward = to_vec(f);
    camera->right = to_vec(r);
    camera->up = to_vec(u);
}

vd_result vd_view_check(vd_context *context, const vd_settings *settings, const vd_dem_info *info)
{
    place p;
    if (info->metric != VD_METRIC_CONSTANT)
        return vd_fail(context, VD_ERR_SETTING,
                       "a view needs a DEM in metres; warp it to a projected CRS first "
                       "(gdalwarp -t_srs)");
    if (settings->camera_eye)
        VD_TRY(parse_place(context, settings, VD_KNOB_CAMERA_EYE, settings->camera_eye, &p));
    if (settings->camera_target)
        VD_TRY(parse_place(context, settings, VD_KNOB_CAMERA_TARGET, settings->camera_target, &p));
    return VD_OK;
}

static vd_result set_background(vd_context *context, const vd_settings *settings, vdk_scene *flat)
{
    const char *text = settings->background_fill;
    double rgb[3];
    char *end;
    flat->background = (vdk_background){VDK_BACKGROUND_SKY, {0.0f, 0.0f, 0.0f}};
    if (strcmp(text, "sky") == 0) return VD_OK;
    flat->background.kind = VDK_BACKGROUND_TRANSPARENT;
    if (strcmp(text, "transparent") == 0) return VD_OK;
    flat->background.kind = VDK_BACKGROUND_COLOUR;
    for (int i = 0; i < 3; i++) {
        rgb[i] = read_number(text, &end);
        if (end == text || !(rgb[i] >= 0.0) || !isfinite(rgb[i]) || *end != (i < 2 ? ',' : '\0'))
            return vd_settings_refuse(context, settings, VD_KNOB_BACKGROUND_FILL,
                                      "is sky, transparent or a linear colour r,g,b");
        text = end + 1;
    }
    flat->background.colour = to_vec(rgb);
    return VD_OK;
}

vd_result vd_view_make(vd_context *context, const vd_settings *settings, const vd_terrain *terrain,
                       vdk_scene *flat)
{
    vdk_view_camera *camera = &flat->view;
    const vd_dem *dem = terrain->dem;
    place p;
    double towards[3];
    spot target = {0.5 * (dem->info.nx + 1), 0.5 * (dem->info.ny + 1), 0.0};
    target.z = ground_at(terrain, target);
    if (settings->camera_target) {
        VD_TRY(parse_place(context, settings, VD_KNOB_CAMERA_TARGET, settings->camera_target, &p));
        target = put(terrain, &p);
    }
    spot eye = {1.0, dem->info.ny, 0.0};
    eye.z = (double)dem->max + 0.3 * (double)(dem->max - dem->min);
    if (settings->camera_eye) {
        VD_TRY(parse_place(context, settings, VD_KNOB_CAMERA_EYE, settings->camera_eye, &p));
        eye = put(terrain, &p);
    }
    if (eye.z <= ground_at(terrain, eye))
        return vd_settings_refuse(context, settings, VD_KNOB_CAMERA_EYE,
                                  "lies under the ground, which is at %.1f m there",
                                  ground_at(terrain, eye) + dem->base_m);
    metres_between(terrain, eye, target, towards);
    look_along(towards, camera);
    camera->projection = VDK_PROJECTION_PERSPECTIVE + settings->camera_projection;
    camera->eye = position_of(eye);
    double sine, cosine;
    vd_sincos_deg(0.5 * settings->camera_fov, &sine, &cosine);
    camera->pixel = (float)(sine / cosine * 2.0 / settings->camera_size[0]);
    camera->middle_x = 0.5f * (float)settings->camera_size[0];
    camera->middle_y = 0.5f * (float)settings->camera_size[1];
    return set_background(context, settings, flat);
}
