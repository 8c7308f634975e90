/* Heights averaged over ever larger squares: a third of a float for each post in all. The last
 * square of a row that is not full is the average of what there is. */
#include "terrain/coarse.h"

static int half(int x)
{
    return x / 2 + x % 2;
}

double vd_coarse_bytes(int nx, int ny)
{
    double count = 0.0;
    for (int x = nx + 2, y = ny + 2; x > 1 || y > 1;) {
        x = half(x);
        y = half(y);
        count += (double)x * y;
    }
    return count * sizeof(float);
}

typedef struct level_job {
    const vdk_height_field *field; /* what level 1 is of; NULL for the others */
    const float *finer;
    int finer_width, finer_height;
    float *out;
    int width;
} level_job;

static float finer_at(const level_job *job, int x, int y)
{
    if (job->field) return vdk_post(job->field, x, y);
    return job->finer[(int64_t)y * job->finer_width + x];
}

static vd_result average_row(void *state, int thread, int64_t row)
{
    const level_job *job = state;
    int y = 2 * (int)row, height = y + 1 < job->finer_height ? 2 : 1;
    (void)thread;
    for (int i = 0; i < job->width; i++) {
        int x = 2 * i, width = x + 1 < job->finer_width ? 2 : 1;
        float sum = 0.0f;
        for (int b = 0; b < height; b++)
            for (int a = 0; a < width; a++) sum += finer_at(job, x + a, y + b);
        job->out[row * job->width + i] = sum / (float)(width * height);
    }
    return VD_OK;
}

vd_result vd_coarse_build(vd_context *context, const vdk_height_field *field, int threads,
                          float **memory, vdk_coarse_heights *out)
{
    int width = field->cells_x + 1, height = field->cells_y + 1;
    int64_t total = 0;
    void *floats;
    *memory = NULL;
    *out = (vdk_coarse_heights){.levels = 0};
    for (int l = 1; l < VDK_COARSE_LEVELS && (width > 1 || height > 1); l++) {
        width = half(width);
        height = half(height);
        out->offset[l] = total;
        out->width[l] = width;
        out->height[l] = height;
        out->levels = l;
        total += (int64_t)width * height;
    }
    VD_TRY(vd_alloc(context, (size_t)total, sizeof(float), "coarse heights", &floats));
    *memory = floats;
    out->heights = floats;
    level_job job = {
        .field = field, .finer_width = field->cells_x + 1, .finer_height = field->cells_y + 1};
    for (int l = 1; l <= out->levels; l++) {
        job.out = *memory + out->offset[l];
        job.width = out->width[l];
        vd_work work = {NULL, threads, out->height[l], average_row, &job};
        VD_TRY(vd_parallel(context, &work));
        job = (level_job){NULL, job.out, job.width, out->height[l], NULL, 0};
    }
    return VD_OK;
}
