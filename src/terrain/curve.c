/* Curvature and refraction.
 *
 * Seen from a point of a sphere of radius R, ground at a distance d along its tangent plane lies
 * d^2 / 2R below that plane, and light that refraction bends by a share k of the Earth's own
 * curvature sees it k times that higher (Yoeli 1985, "The making of intervisibility maps with
 * computer and plotter", Cartographica 22(3); gdal_viewshed's coefficient is 1 - k):
 *
 *     drop = (1 - k) d^2 / 2R.
 *
 * The next term of the sphere, d^4 / 8R^3, is 0.3 m at 100 km. R is the mean radius (2a + b) / 3 of
 * the CRS's ellipsoid, which is off by 0.3 % at most of what the drop is: 2 m at 100 km. */
#include "terrain/curve.h"

#include "base/vmath.h"

/* Where there is no CRS. */
#define EARTH_RADIUS_M 6371008.8

typedef struct bend_job {
    vd_dem *dem;
    const vd_curve *curve;
} bend_job;

static vd_result bend_row(void *state, int thread, int64_t row)
{
    const bend_job *job = state;
    vd_dem *dem = job->dem;
    const vd_curve *curve = job->curve;
    const double *m = dem->info.to_grid;
    double det = m[0] * m[3] - m[1] * m[2], dy = (double)row - curve->row;
    float *post = dem->posts + row * dem->stride;
    (void)thread;
    for (int i = 0; i < dem->info.nx + 2; i++) {
        double dx = i - curve->column;
        double east = (m[3] * dx - m[1] * dy) / det, north = (m[0] * dy - m[2] * dx) / det;
        post[i] = (float)((double)post[i] - curve->per_m2 * (east * east + north * north));
    }
    return VD_OK;
}

vd_result vd_dem_bend(vd_context *context, vd_dem *dem, vd_curve *curve, int threads)
{
    const vd_dem_info *info = &dem->info;
    bool has_body = info->semi_major_m > 0.0;
    double flattening = info->inverse_flattening > 0.0 ? 1.0 / info->inverse_flattening : 0.0;
    double radius = has_body ? info->semi_major_m * (1.0 - flattening / 3.0) : EARTH_RADIUS_M;
    if (!has_body)
        vd_message(context, VD_LEVEL_INFO,
                   "the DEM has no CRS; its ground is curved as the Earth's (radius %.0f km)",
                   radius / 1000.0);
    curve->per_m2 = curve->coefficient / (2.0 * radius * curve->z_factor);
    bend_job job = {dem, curve};
    vd_work work = {NULL, threads, info->ny + 2, bend_row, &job};
    VD_TRY(vd_parallel(context, &work));
    dem->min = dem->max = dem->posts[0];
    for (int64_t row = 0; row < info->ny + 2; row++)
        for (int64_t i = 0; i < info->nx + 2; i++) {
            float h = dem->posts[row * dem->stride + i];
            if (h < dem->min) dem->min = h;
            if (h > dem->max) dem->max = h;
        }
    return VD_OK;
}
