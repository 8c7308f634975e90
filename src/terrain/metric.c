/* Where the grid lies and how long its steps are: from a geotransform and a CRS to metres.
 *
 * On a plane (a projected CRS, or none) a step of one cell is a constant vector, and its 2x2 matrix
 * covers rotation, shear and non-square cells alike; light directions go through the inverse. In
 * degrees a step's length depends on the latitude: along a meridian by the radius of curvature M,
 * along a parallel by N cos(latitude), N being the radius in the prime vertical,
 *
 *     M = a (1 - e^2) / (1 - e^2 sin^2 lat)^(3/2),   N = a / (1 - e^2 sin^2 lat)^(1/2)
 *
 * (Snyder 1987, "Map Projections: A Working Manual", USGS Professional Paper 1395, eqs. 4-18 and
 * 4-20), with a and e^2 of the CRS's own ellipsoid, so planets and moons need nothing special.
 * Heights count as small beside a. The sines are base/vmath.h's, for equal bits. */
#include <math.h>

#include "base/vmath.h"
#include "terrain/dem_parts.h"

/* Beyond this latitude columns converge so fast that one row's metric no longer serves its rays. */
#define WARN_LATITUDE_DEG 85.0
#define MAX_LATITUDE_DEG 89.9
/* Nobody surveys ground in cells smaller than this. */
#define LEAST_CELL_M 0.01

/* Latitude of the centre of a row, in degrees. */
static double row_latitude(const vd_dem_info *info, double row)
{
    const double *g = info->geotransform;
    return (g[3] + (row + 0.5) * g[5]) * info->degrees_per_unit;
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void ellipsoid_metres(const vd_dem_info *info, double row, double out[2])
{
    double latitude = row_latitude(info, row);
    if (latitude > MAX_LATITUDE_DEG) latitude = MAX_LATITUDE_DEG;
    if (latitude < -MAX_LATITUDE_DEG) latitude = -MAX_LATITUDE_DEG;
    double sine, cosine;
    vd_sincos_deg(latitude, &sine, &cosine);
    double f = info->inverse_flattening > 0.0 ? 1.0 / info->inverse_flattening : 0.0;
    double e2 = f * (2.0 - f);
    double w2 = 1.0 - e2 * sine * sine;
    double prime_vertical = info->semi_major_m / sqrt(w2);
    double meridian = prime_vertical * (1.0 - e2) / w2;
    double radians = info->degrees_per_unit * (VD_PI / 180.0);
    out[0] = prime_vertical * cosine * fabs(info->geotransform[1]) * radians;
    out[1] = meridian * fabs(info->geotransform[5]) * radians;
}

void vd_dem_metres_per_cell(const vd_dem_info *info, double row, double out[2])
{
    if (info->metric == VD_METRIC_ELLIPSOID) {
        ellipsoid_metres(info, row, out);
        return;
    }
    const double *m = info->to_grid;
    double det = fabs(m[0] * m[3] - m[1] * m[2]);
    out[0] = sqrt(m[3] * m[3] + m[2] * m[2]) / det;
    out[1] = sqrt(m[1] * m[1] + m[0] * m[0]) / det;
}

/* Inverts the matrix of a step along columns and rows, in map units, times metres per unit. */
static void set_constant(vd_dem_info *info, double metres_per_unit)
{
    const double *g = info->geotransform;
    double det = (g[1] * g[5] - g[2] * g[4]) * metres_per_unit;
    info->metric = VD_METRIC_CONSTANT;
    /* Added to 0, a -0 of an unrotated grid becomes 0. */
    info->to_grid[0] = g[5] / det;
    info->to_grid[1] = 0.0 - g[2] / det;
    info->to_grid[2] = 0.0 - g[4] / det;
    info->to_grid[3] = g[1] / det;
}

static bool is_rotated(const double g[6])
{
    return g[2] < 0.0 || g[2] > 0.0 || g[4] < 0.0 || g[4] > 0.0;
}

vd_result vd_metric_turn(vd_context *context, const vd_dem_options *options, vd_dem_info *info)
{
    double *g = info->geotransform;
    if (!info->has_geotransform) {
        const double cells[6] = {0.0, 1.0, 0.0, 0.0, 0.0, -1.0};
        for (int i = 0; i < 6; i++) g[i] = cells[i];
    }
    double det = g[1] * g[5] - g[2] * g[4];
    bool finite = isfinite(g[0]) && isfinite(g[3]) && isfinite(det);
    if (!finite || !(fabs(det) > 0.0))
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its geotransform (%g, %g, %g, %g, %g, %g) has cells without area; "
                       "correct it with gdal_edit",
                       options->path, g[0], g[1], g[2], g[3], g[4], g[5]);
    info->flipped = !is_rotated(g) && g[5] > 0.0;
    if (info->flipped) {
        g[3] += g[5] * info->ny;
        g[5] = -g[5];
    }
    return VD_OK;
}

static vd_result derive_geographic(vd_context *context, const vd_dem_options *options,
                                   vd_dem_info *info)
{
    const double *g = info->geotransform;
    if (is_rotated(g) || g[1] < 0.0)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: a %s raster in degrees; make it north up with gdalwarp first",
                       options->path, is_rotated(g) ? "rotated" : "mirrored");
    double north = row_latitude(info, 0.0), south = row_latitude(info, info->ny - 1.0);
    /* A post on the pole is right, one beyond it is another CRS's coordinate. */
    if (north > 90.0001 || south < -90.0001)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: its rows run from latitude %g to %g, so CRS '%s' cannot be its own; "
                       "name the right one by --assign-crs",
                       options->path, south, north, info->crs_name);
    double highest = larger(north, -south);
    if (highest > WARN_LATITUDE_DEG)
        vd_message(context, VD_LEVEL_WARNING,
                   "%s: reaches latitude %.1f; above %g degrees light is only roughly right (warp "
                   "it to a polar projection with gdalwarp)",
                   options->path, highest, WARN_LATITUDE_DEG);
    info->metric = VD_METRIC_ELLIPSOID;
    double metres[2];
    ellipsoid_metres(info, 0.5 * (info->ny - 1), metres);
    info->to_grid[0] = 1.0 / metres[0];
    info->to_grid[1] = info->to_grid[2] = 0.0;
    info->to_grid[3] = -1.0 / metres[1];
    return VD_OK;
}

/* Degrees that have lost their CRS: small steps, and nothing beyond the globe. */
bool vd_metric_looks_like_degrees(const vd_dem_info *info)
{
    const double *g = info->geotransform;
    double x1 = g[0] + g[1] * info->nx + g[2] * info->ny;
    double y1 = g[3] + g[4] * info->nx + g[5] * info->ny;
    return larger(fabs(g[0]), fabs(x1)) <= 360.0 && larger(fabs(g[3]), fabs(y1)) <= 90.0 &&
           larger(fabs(g[1]), fabs(g[5])) < 0.5;
}

static vd_result derive_without_crs(vd_context *context, const vd_dem_options *options,
                                    vd_dem_info *info)
{
    const double *g = info->geotransform;
    if (options->cell_size_m > 0.0) {
        set_constant(info, options->cell_size_m / sqrt(g[1] * g[1] + g[4] * g[4]));
        return VD_OK;
    }
    if (!info->has_geotransform)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: says nothing of where it lies or how large its cells are; give their "
                       "side in metres by --cell-size",
                       options->path);
    if (vd_metric_looks_like_degrees(info))
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: has no CRS, and its cells of %g look like degrees; name its CRS by "
                       "--assign-crs (EPSG:4326 is likely) or its cell in metres by --cell-size",
                       options->path, fabs(g[1]));
    vd_message(context, VD_LEVEL_INFO,
               "%s: has no CRS; its map units are taken as metres (--assign-crs names one)",
               options->path);
    set_constant(info, 1.0);
    return VD_OK;
}

void vd_metric_warn_of_degrees(vd_context *context, const char *path, const vd_dem_info *info)
{
    vd_message(
        context, VD_LEVEL_WARNING,
        "%s: its cells of %g look like degrees, but the unit of its CRS '%s' is the %s; name "
        "the right one by --assign-crs (EPSG:4326 is likely)",
        path, fabs(info->geotransform[1]), info->crs_name, info->horizontal_unit);
}

vd_result vd_metric_derive(vd_context *context, const vd_dem_options *options,
                           const vd_raster_crs *crs, vd_dem_info *info)
{
    bool has_cell_size = options->cell_size_m > 0.0;
    if (options->scale > 0.0) {
        if (has_cell_size)
            return vd_fail(context, VD_ERR_SETTING,
                           "--scale: says the same as --cell-size; give only one of them");
        /* Vertical units per horizontal unit; both become metres, which leaves their ratio as it
         * is. */
        set_constant(info, options->scale * info->vertical_to_m);
        return VD_OK;
    }
    if (crs->kind == VD_CRS_NONE) return derive_without_crs(context, options, info);
    if (has_cell_size)
        return vd_fail(context, VD_ERR_SETTING,
                       "--cell-size: %s has a CRS ('%s') that says how large its cells are; leave "
                       "it out, or correct the CRS by --assign-crs",
                       options->path, info->crs_name);
    if (crs->kind == VD_CRS_GEOGRAPHIC) return derive_geographic(context, options, info);
    set_constant(info, crs->metres_per_unit);
    double side = larger(fabs(info->geotransform[1]), fabs(info->geotransform[5]));
    if (vd_metric_looks_like_degrees(info) && side * crs->metres_per_unit < LEAST_CELL_M)
        vd_metric_warn_of_degrees(context, options->path, info);
    return VD_OK;
}
