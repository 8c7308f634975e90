/* Distances from the shore: the exact Euclidean distance transform of Felzenszwalb and Huttenlocher
 * 2012, "Distance Transforms of Sampled Functions" (Theory of Computing 8), for cells of any two
 * sides. Rows first, by two sweeps; then in each column the lower envelope of the parabolas
 * d(y)^2 + (row - y)^2 that its cells' distances along the rows stand for. Linear in cells. Metres
 * are those of the middle row. */
#include <math.h>
#include <stdlib.h>

#include "terrain/water_parts.h"

enum { COLUMNS_PER_ITEM = 16 };

typedef struct shore_job {
    const vd_water_work *work;
    float *out;
} shore_job;

static vd_result along_row(void *state, int thread, int64_t row)
{
    const shore_job *job = state;
    const int nx = job->work->dem->info.nx;
    const float side = (float)job->work->cell_m[0];
    float *out = job->out + row * nx, distance = VD_WATER_NO_SHORE;
    (void)thread;
    for (int x = 0; x < nx; x++) {
        distance = vd_water_is_wet(job->work, x, (int)row) ? distance + side : 0.0f;
        out[x] = distance;
    }
    distance = VD_WATER_NO_SHORE;
    for (int x = nx - 1; x >= 0; x--) {
        distance = out[x] > 0.0f ? distance + side : 0.0f;
        if (distance < out[x]) out[x] = distance;
    }
    return VD_OK;
}

/* One column: cells' distances along the rows become those over all. The arrays are the envelope's:
 * whose parabola holds from where on. */
static void along_column(float *out, int64_t stride, int ny, double side, double *squares,
                         int *from, double *starts)
{
    int last = -1;
    for (int y = 0; y < ny; y++) {
        double d = (double)out[y * stride];
        squares[y] = d * d;
        if (d >= (double)VD_WATER_NO_SHORE) continue;
        double start = -HUGE_VAL;
        while (last >= 0) {
            int v = from[last];
            start = 0.5 * (y + v) + (squares[y] - squares[v]) / (2.0 * side * side * (y - v));
            if (start > starts[last]) break;
            last--;
            start = -HUGE_VAL;
        }
        from[++last] = y;
        starts[last] = start;
    }
    if (last < 0) return;
    for (int y = 0, k = 0; y < ny; y++) {
        while (k < last && starts[k + 1] <= y) k++;
        double away = side * (y - from[k]);
        out[y * stride] = (float)sqrt(away * away + squares[from[k]]);
    }
}

static vd_result along_columns(void *state, int thread, int64_t item)
{
    const shore_job *job = state;
    const int nx = job->work->dem->info.nx, ny = job->work->dem->info.ny;
    void *memory;
    (void)thread;
    VD_TRY(vd_alloc(job->work->context, (size_t)ny, 2 * sizeof(double) + sizeof(int),
                    "distances from the shore", &memory));
    double *squares = memory, *starts = squares + ny;
    int *from = (int *)(starts + ny);
    for (int64_t x = item * COLUMNS_PER_ITEM; x < (item + 1) * COLUMNS_PER_ITEM && x < nx; x++)
        along_column(job->out + x, nx, ny, job->work->cell_m[1], squares, from, starts);
    free(memory);
    return VD_OK;
}

vd_result vd_water_distances(const vd_water_work *work, float *out)
{
    shore_job job = {work, out};
    vd_work rows = {NULL, work->options->threads, work->dem->info.ny, along_row, &job};
    VD_TRY(vd_parallel(work->context, &rows));
    int64_t items = (work->dem->info.nx + COLUMNS_PER_ITEM - 1) / COLUMNS_PER_ITEM;
    vd_work columns = {NULL, work->options->threads, items, along_columns, &job};
    return vd_parallel(work->context, &columns);
}
