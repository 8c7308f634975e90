/* Lakes of a vector layer. A polygon with its holes is a body; posts whose centres lie in it are
 * its own (even-odd, by rows). Its level is the field's number, or the median height of its
 * outermost posts: on a DEM that has lakes level that is their level, on one that has their beds it
 * is about that of their shores, and neither a boulder nor an outlet moves it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terrain/map_transform.h"
#include "terrain/vector_read.h"
#include "terrain/water_parts.h"

/* A polygon as it is filled. */
typedef struct filler {
    vd_water_work *work;
    const vd_polygons *polygons;
    double *crossings; /* of a row */
    int64_t crossing_count;
    int first_row, last_row; /* that it may reach */
} filler;

static vd_polygon_query query_of(const vd_water_options *o)
{
    return (vd_polygon_query){.path = o->path,
                              .layer = o->layer,
                              .field = o->field,
                              .layer_flag = "--water-layer",
                              .field_flag = "--water-level-field",
                              .purpose = "lakes are made of"};
}

vd_result vd_water_probe(vd_context *context, const vd_water_options *options)
{
    vd_polygons polygons;
    if (!options->path) return VD_OK;
    vd_polygon_query query = query_of(options);
    VD_TRY(vd_polygons_read(context, &query, &polygons));
    vd_polygons_clear(&polygons);
    return VD_OK;
}

/** Map coordinates to columns and rows of the raster, in place. */
static vd_result to_raster(const vd_water_work *work, vd_polygons *polygons)
{
    const vd_dem_info *info = &work->dem->info;
    const double *g = info->geotransform, det = g[1] * g[5] - g[2] * g[4];
    vd_map_transform *transform = NULL;
    if (info->wkt && !polygons->wkt)
        vd_message(work->context, VD_LEVEL_INFO,
                   "%s: has no CRS; its coordinates are taken as the DEM's", work->options->path);
    if (info->wkt && polygons->wkt && !vd_crs_is_same(info->wkt, polygons->wkt))
        VD_TRY(vd_map_transform_create(work->context, polygons->wkt, info->wkt, &transform));
    for (int64_t i = 0; i < polygons->point_count; i++) {
        double *x = &polygons->x[i], *y = &polygons->y[i];
        if (transform) vd_map_transform_points(transform, 1, x, y);
        double dx = *x - g[0], dy = *y - g[3];
        *x = (g[5] * dx - g[2] * dy) / det;
        *y = (g[1] * dy - g[4] * dx) / det;
    }
    vd_map_transform_destroy(transform);
    return VD_OK;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/** The columns at which the rings first .. end - 1 cross the middle of a row. */
static void cross_row(filler *f, int64_t first, int64_t end, int row)
{
    const double y = row + 0.5;
    f->crossing_count = 0;
    for (int64_t k = first; k < end; k++) {
        const vd_ring *ring = &f->polygons->rings[k];
        const double *px = f->polygons->x + ring->first, *py = f->polygons->y + ring->first;
        for (int64_t i = 0; i < ring->count; i++) {
            int64_t j = i + 1 < ring->count ? i + 1 : 0;
            if ((py[i] <= y) == (py[j] <= y)) continue;
            double x = px[i] + (px[j] - px[i]) * ((y - py[i]) / (py[j] - py[i]));
            if (isfinite(x)) f->crossings[f->crossing_count++] = x;
        }
    }
    qsort(f->crossings, (size_t)f->crossing_count, sizeof(double), by_size);
}

/** Marks what rings first .. end - 1 cover; returns how many posts. */
static int64_t fill_rings(filler *f, int64_t first, int64_t end, int number)
{
    const int nx = f->work->dem->info.nx, ny = f->work->dem->info.ny;
    double top = HUGE_VAL, bottom = -HUGE_VAL;
    int64_t count = 0;
    for (int64_t k = first; k < end; k++)
        for (int64_t i = 0; i < f->polygons->rings[k].count; i++) {
            double y = f->polygons->y[f->polygons->rings[k].first + i];
            top = fmin(top, y);
            bottom = fmax(bottom, y);
        }
    f->first_row = (int)fmax(fmin(floor(top - 0.5), ny), 0.0);
    f->last_row = (int)fmin(fmax(ceil(bottom), -1.0), ny - 1.0);
    for (int row = f->first_row; row <= f->last_row; row++) {
        cross_row(f, first, end, row);
        for (int64_t k = 0; k + 1 < f->crossing_count; k += 2) {
            double from = fmax(ceil(f->crossings[k] - 0.5), 0.0);
            double to = fmin(ceil(f->crossings[k + 1] - 0.5), nx);
            for (double x = from; x < to; x += 1.0) {
                f->work->marks[(int64_t)row * nx + (int64_t)x] = (uint16_t)number;
                count++;
            }
        }
    }
    return count;
}

/** The median height of a body's outermost posts, or of all where it has none on land. */
static vd_result median_of_shore(const filler *f, int number, int64_t count, double *out)
{
    const vd_water_work *work = f->work;
    const int nx = work->dem->info.nx, ny = work->dem->info.ny;
    void *memory;
    VD_TRY(vd_alloc(work->context, (size_t)count, 2 * sizeof(double), "a lake's shore", &memory));
    double *shore = memory, *all = shore + count;
    int64_t shores = 0, alls = 0;
    for (int y = f->first_row; y <= f->last_row; y++)
        for (int x = 0; x < nx; x++) {
            const uint16_t *mark = &work->marks[(int64_t)y * nx + x];
            if (*mark != number || alls == count) continue;
            double height = (double)*vd_dem_post(work->dem, x, y);
            all[alls++] = height;
            bool is_inside = (x == 0 || mark[-1] == number) && (x == nx - 1 || mark[1] == number) &&
                             (y == 0 || mark[-nx] == number) && (y == ny - 1 || mark[nx] == number);
            if (!is_inside) shore[shores++] = height;
        }
    double *heights = shores > 0 ? shore : all;
    int64_t n = shores > 0 ? shores : alls;
    qsort(heights, (size_t)n, sizeof(double), by_size);
    *out = n > 0 ? heights[n / 2] : 0.0;
    free(memory);
    return VD_OK;
}

static vd_result add_lake(filler *f, int64_t first, int64_t end)
{
    vd_water_work *work = f->work;
    int number;
    double level = f->polygons->rings[first].value - work->dem->base_m;
    VD_TRY(vd_water_add(work, level, &number));
    int64_t count = fill_rings(f, first, end, number);
    work->map->area_m2[number] = (double)count * work->cell_m[0] * work->cell_m[1];
    if (count == 0) {
        work->map->count--;
        return VD_OK;
    }
    if (isfinite(level) && level > (double)work->dem->max)
        return vd_fail(
            work->context, VD_ERR_SETTING,
            "--water-level-field: %s: a lake at %g m lies above all ground, whose highest "
            "point is at %.1f m; levels are in metres",
            work->options->path, level + work->dem->base_m,
            (double)work->dem->max + work->dem->base_m);
    if (!isfinite(level)) VD_TRY(median_of_shore(f, number, count, &level));
    work->map->level_m[number] = level;
    return VD_OK;
}

static vd_result add_lakes(filler *f)
{
    const vd_polygons *p = f->polygons;
    vd_water_work *work = f->work;
    for (int64_t first = 0, end; first < p->ring_count; first = end) {
        for (end = first + 1; end < p->ring_count && p->rings[end].is_hole;) end++;
        VD_TRY(add_lake(f, first, end));
    }
    if (work->map->count == 1)
        return vd_fail(
            work->context, VD_ERR_SETTING,
            "--water: no polygon of %s covers a cell of the DEM; check its CRS, and that "
            "its lakes are larger than the DEM's cells",
            work->options->path);
    return VD_OK;
}

vd_result vd_water_mark_polygons(vd_water_work *work)
{
    vd_polygons polygons;
    void *memory = NULL;
    vd_polygon_query query = query_of(work->options);
    VD_TRY(vd_polygons_read(work->context, &query, &polygons));
    vd_result result = to_raster(work, &polygons);
    if (result == VD_OK)
        result = vd_alloc(work->context, (size_t)polygons.point_count + 1, sizeof(double),
                          "the outlines of lakes", &memory);
    filler f = {.work = work, .polygons = &polygons, .crossings = memory};
    if (result == VD_OK) result = add_lakes(&f);
    free(memory);
    vd_polygons_clear(&polygons);
    return result;
}
