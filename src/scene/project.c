/* Points of the map in the picture: what kernel/view.h does, backwards.
 *
 * The camera is the kernel's own, floats and all, taken as exact; from there on everything is in
 * doubles, so that a point comes to lie where the ray that meets it began, to less than 0.001
 * pixels: what is left is the rounding of that ray's direction to 24 bits and of where it hits. A
 * map's pixels are read off its geotransform; in another CRS by PROJ, point by point, which the
 * lattice that the picture is made by keeps to within 0.02 pixels.
 *
 * A point of the ground is seen if a ray from it meets nothing before the eye. It leaves the ground
 * as rays of light do (traverse.h), so no tolerance decides: ground that is turned away from the
 * eye hides itself. A point in the air is asked likewise; one below the ground is seen by nobody.
 * Both obey the heights as they are lowered for the Earth's curvature. */
#include "scene/project.h"

#include <math.h>
#include <stdlib.h>

#include "base/vmath.h"
#include "kernel/block.h"
#include "scene/lens.h"
#include "scene/view_parts.h"
#include "terrain/map_transform.h"

#define CHUNK 1024

typedef struct job {
    const vd_scene *scene;
    const vd_point *points;
    vd_projected *out;
    double *map;     /* x, then y, on the grid's map */
    double *picture; /* the same in the CRS of a picture that is warped; else map */
    int64_t count;
    double eye[3]; /* world */
} job;

/* ---- the map -------------------------------------------------------------------------------- */

/** Coordinates of the points in a CRS; what has none there becomes NaN. */
static vd_result transform(vd_context *context, const job *j, const char *from, const char *to,
                           double *xy)
{
    vd_map_transform *way = NULL;
    for (int64_t i = 0; i < j->count; i++) {
        xy[i] = j->points[i].x;
        xy[j->count + i] = j->points[i].y;
    }
    if (!from || !to || vd_crs_is_same(from, to)) return VD_OK;
    VD_TRY(vd_map_transform_create(context, from, to, &way));
    for (int64_t i = 0; i < j->count; i += CHUNK) {
        int count = (int)(j->count - i < CHUNK ? j->count - i : CHUNK);
        vd_map_transform_points(way, count, xy + i, xy + j->count + i);
    }
    vd_map_transform_destroy(way);
    return VD_OK;
}

static vd_result place_all(vd_context *context, job *j, const char *crs)
{
    void *memory;
    const vd_dem_info *info = &j->scene->terrain->dem->info;
    const char *own = info->source_wkt ? info->source_wkt : info->wkt;
    if (crs && !own)
        return vd_fail(context, VD_ERR_SETTING,
                       "points in the CRS '%.60s' have no place on a DEM without a CRS; add "
                       "--assign-crs, or give them in its own coordinates",
                       crs);
    VD_TRY(vd_alloc(context, (size_t)j->count, 2 * sizeof(double), "the points", &memory));
    j->map = j->picture = memory;
    VD_TRY(transform(context, j, crs ? crs : own, info->wkt, j->map));
    if (!j->scene->frame.is_warped) return VD_OK;
    VD_TRY(vd_alloc(context, (size_t)j->count, 2 * sizeof(double), "the points", &memory));
    j->picture = memory;
    return transform(context, j, crs ? crs : own, j->scene->settings->camera_crs, j->picture);
}

/** Coordinates by a geotransform, undone. */
static void to_cells(const double g[6], double x, double y, double *column, double *row)
{
    double dx = x - g[0], dy = y - g[3], det = g[1] * g[5] - g[2] * g[4];
    *column = (g[5] * dx - g[2] * dy) / det;
    *row = (g[1] * dy - g[4] * dx) / det;
}

/* ---- the point on the grid ------------------------------------------------------------------ */

/** Fills its height, and says where it is to the ground: below (-1), on it (0) or above (1). Is
 *  there none, which a height above it needs all the same, that of the edge stands in. */
static int set_height(const vd_scene *scene, const vd_point *point, bool has_ground, vd_spot *spot)
{
    const vd_terrain *terrain = scene->terrain;
    vdk_position at = vd_spot_position(*spot);
    double ground = vd_spot_ground(terrain, *spot);
    if (point->height == VD_HEIGHT_DATUM)
        spot->z = point->z - terrain->dem->base_m -
                  (double)vdk_curve_drop(&terrain->field, &scene->flat.curve, at);
    else if (point->height == VD_HEIGHT_ABOVE_GROUND)
        spot->z = ground + point->z / (double)terrain->field.z_factor;
    else
        spot->z = ground;
    /* As a ray counts it. */
    float z = (float)spot->z;
    spot->z = (double)z;
    if (!has_ground) return 1;
    return z > (float)ground ? 1 : z < (float)ground ? -1 : 0;
}

/* ---- views ---------------------------------------------------------------------------------- */

/** Where a direction (right, up, forward), whatever its length, meets the projection's plane.
 *  Returns false if it does not. */
static bool on_plane(const vdk_view_camera *camera, const double d[3], double *x, double *y)
{
    const double turn = VD_PI / 180.0;
    double level = sqrt(d[0] * d[0] + d[2] * d[2]), across = sqrt(d[0] * d[0] + d[1] * d[1]);
    double angle;
    switch (camera->projection) {
    case VDK_PROJECTION_ORTHO:
        *x = d[0];
        *y = d[1];
        return d[2] > 0.0;
    case VDK_PROJECTION_PANORAMA:
        *x = turn * vd_atan2_deg(d[0], d[2]);
        *y = turn * vd_atan2_deg(d[1], level);
        return true;
    case VDK_PROJECTION_CYLINDER:
        *x = turn * vd_atan2_deg(d[0], d[2]);
        *y = d[1] / level;
        return level > 0.0;
    case VDK_PROJECTION_FISHEYE:
        angle = turn * vd_atan2_deg(across, d[2]);
        if (camera->lens.most_angle > 0.0f && !vd_fisheye_arrives(&camera->lens, angle, &angle))
            return false;
        *x = across > 0.0 ? angle * d[0] / across : 0.0;
        *y = across > 0.0 ? angle * d[1] / across : 0.0;
        return across > 0.0 || d[2] > 0.0;
    default:
        *x = d[0] / d[2];
        *y = d[1] / d[2];
        return d[2] > 0.0 && (!camera->lens.is_distorted || vd_lens_arrives(&camera->lens, x, y));
    }
}

/** Is a point hidden from the eye, which is so many metres away along a direction (world)? */
static bool is_hidden(const vd_scene *scene, vd_spot spot, int part, const double to_eye[3],
                      double distance)
{
    vdk_position hit;
    double from[3], at[3], way = 0.0;
    if (!(distance > 0.0)) return false;
    vdk_vec direction = vdk_vec_make((float)(to_eye[0] / distance), (float)(to_eye[1] / distance),
                                     (float)(to_eye[2] / distance));
    if (!vdk_scene_trace(&scene->flat, part, vd_spot_position(spot), direction, &hit)) return false;
    vd_spot met = {hit.cx + (double)hit.fx, hit.cy + (double)hit.fy, (double)hit.z};
    vd_spot_to_world(scene->terrain, spot, from);
    vd_spot_to_world(scene->terrain, met, at);
    for (int k = 0; k < 3; k++) way += (at[k] - from[k]) * (at[k] - from[k]);
    return sqrt(way) < distance;
}

static double along(vdk_vec axis, const double v[3])
{
    return (double)axis.x * v[0] + (double)axis.y * v[1] + (double)axis.z * v[2];
}

static void scaled(vdk_vec v, double scale, double out[3])
{
    out[0] = scale * (double)v.x;
    out[1] = scale * (double)v.y;
    out[2] = scale * (double)v.z;
}

static void see_in_view(const job *j, vd_spot spot, int side, vd_projected *out)
{
    const vd_scene *scene = j->scene;
    const vdk_view_camera *camera = &scene->flat.view;
    const vdk_vec axes[3] = {camera->right, camera->up, camera->forward};
    double world[3], to_eye[3], seen[3], length = 0.0, x, y;
    vd_spot_to_world(scene->terrain, spot, world);
    for (int k = 0; k < 3; k++) {
        to_eye[k] = j->eye[k] - world[k];
        length += to_eye[k] * to_eye[k];
    }
    for (int k = 0; k < 3; k++) seen[k] = -along(axes[k], to_eye);
    bool is_ortho = camera->projection == VDK_PROJECTION_ORTHO;
    out->depth_m = seen[2];
    out->distance_m = is_ortho ? seen[2] : sqrt(length);
    if (!on_plane(camera, seen, &x, &y)) {
        out->state = VD_POINT_BEHIND;
        return;
    }
    out->x = (double)camera->middle_x + x / (double)camera->pixel;
    out->y = (double)camera->middle_y - y / (double)camera->pixel;
    if (is_ortho) scaled(camera->forward, -out->distance_m, to_eye);
    if (side < 0)
        out->state = VD_POINT_UNDERGROUND;
    else if (is_hidden(scene, spot, side == 0 ? VDK_PART_GROUND : VDK_MISS, to_eye,
                       out->distance_m))
        out->state = VD_POINT_HIDDEN;
}

/* ---- all points ----------------------------------------------------------------------------- */

static bool is_in_picture(const vd_frame *frame, const vd_projected *p)
{
    return p->x >= 0.0 && p->y >= 0.0 && p->x < frame->width && p->y < frame->height;
}

/** Is the pixel of a map that shows this point empty? */
static bool is_empty(const vd_scene *scene, const vd_projected *p)
{
    return vd_coverage_is_empty(scene->coverage, (int)p->x, (int)p->y, 1, 1);
}

static void project_one(const job *j, int64_t i, vd_projected *out)
{
    const vd_scene *scene = j->scene;
    const vd_dem *dem = scene->terrain->dem;
    const vdk_height_field *field = &scene->terrain->field;
    double column, row;
    *out = (vd_projected){(double)NAN, (double)NAN, (double)NAN,
                          (double)NAN, (double)NAN, VD_POINT_VISIBLE};
    to_cells(dem->info.geotransform, j->map[i], j->map[j->count + i], &column, &row);
    /* What positions can count, and a place of which no number is left. */
    if (!(fabs(column) < 1e9) || !(fabs(row) < 1e9)) {
        out->state = VD_POINT_NOWHERE;
        return;
    }
    vd_spot spot = {column + 0.5, row + 0.5, 0.0};
    vdk_position at = vd_spot_position(spot);
    bool is_over = vdk_is_over(field, at);
    bool has_ground = is_over || field->border == VDK_BORDER_EXTEND;
    int side = set_height(scene, &j->points[i], has_ground, &spot);
    out->z_m = spot.z + dem->base_m + (double)vdk_curve_drop(field, &scene->flat.curve, at);
    if (scene->frame.is_view) {
        see_in_view(j, spot, side, out);
    } else {
        to_cells(scene->frame.geotransform, j->picture[i], j->picture[j->count + i], &out->x,
                 &out->y);
        if (side < 0) out->state = VD_POINT_UNDERGROUND;
    }
    if (out->state == VD_POINT_BEHIND) return;
    bool needs_ground = j->points[i].height != VD_HEIGHT_DATUM;
    if (!is_in_picture(&scene->frame, out))
        out->state = VD_POINT_OUTSIDE;
    else if (scene->frame.is_view ? needs_ground && !is_over : is_empty(scene, out))
        out->state = VD_POINT_NO_GROUND;
}

static vd_result project_some(void *state, int thread, int64_t item)
{
    const job *j = state;
    (void)thread;
    for (int64_t i = item * CHUNK; i < j->count && i < (item + 1) * CHUNK; i++)
        project_one(j, i, &j->out[i]);
    return VD_OK;
}

vd_result vd_project(vd_context *context, const vd_scene *scene, const char *crs, int64_t count,
                     const vd_point *points, vd_projected *out)
{
    job j = {.scene = scene, .points = points, .out = out, .count = count};
    if (count == 0) return VD_OK;
    vdk_position eye = scene->flat.view.eye;
    vd_spot_to_world(scene->terrain,
                     (vd_spot){eye.cx + (double)eye.fx, eye.cy + (double)eye.fy, (double)eye.z},
                     j.eye);
    vd_result result = place_all(context, &j, crs);
    vd_work work = {"project", scene->settings->render_threads, (count + CHUNK - 1) / CHUNK,
                    project_some, &j};
    if (result == VD_OK) result = vd_parallel(context, &work);
    if (j.picture != j.map) free(j.picture);
    free(j.map);
    return result;
}
