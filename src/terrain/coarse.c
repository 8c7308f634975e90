/* Heights averaged over ever larger squares: a third of a float for each post in all.
 *
 * Posts that the last squares of rows and columns lack, and the ring of squares around each level,
 * go on in a straight line from the two outermost: so a plane is a plane at every level, up to the
 * edge of the raster. Levels end where a square would be half of the land. */
#include "terrain/coarse.h"

enum { RING = VDK_COARSE_RING };

static int half(int x)
{
    return x / 2 + x % 2;
}

/** Squares a side of each level, without rings; returns the number of levels. */
static int level_sizes(int width, int height, int widths[], int heights[])
{
    int levels = 0;
    while (levels + 1 < VDK_COARSE_LEVELS && width > 3 && height > 3) {
        levels++;
        widths[levels] = width = half(width);
        heights[levels] = height = half(height);
    }
    return levels;
}

double vd_coarse_bytes(int nx, int ny)
{
    int widths[VDK_COARSE_LEVELS], heights[VDK_COARSE_LEVELS];
    double count = 0.0;
    for (int l = level_sizes(nx + 2, ny + 2, widths, heights); l > 0; l--)
        count += (widths[l] + 2.0 * RING) * (heights[l] + 2.0 * RING);
    return count * sizeof(float);
}

typedef struct level_job {
    const vdk_height_field *field; /* what level 1 is of; NULL for the others */
    const float *finer;            /* the level before, with its ring */
    int finer_width, finer_height; /* without */
    float *out;                    /* with its ring */
    int width;                     /* without */
} level_job;

static float inside(const level_job *job, int x, int y)
{
    if (job->field) return vdk_post(job->field, x, y);
    return job->finer[(int64_t)(y + RING) * (job->finer_width + 2 * RING) + x + RING];
}

static float beyond_row(const level_job *job, int x, int y)
{
    if (x < job->finer_width) return inside(job, x, y);
    return 2.0f * inside(job, x - 1, y) - inside(job, x - 2, y);
}

static float finer_at(const level_job *job, int x, int y)
{
    if (y < job->finer_height) return beyond_row(job, x, y);
    return 2.0f * beyond_row(job, x, y - 1) - beyond_row(job, x, y - 2);
}

static vd_result average_row(void *state, int thread, int64_t row)
{
    const level_job *job = state;
    int y = 2 * (int)row;
    float *out = job->out + (row + RING) * (job->width + 2 * RING) + RING;
    (void)thread;
    for (int i = 0; i < job->width; i++)
        out[i] = 0.25f * (finer_at(job, 2 * i, y) + finer_at(job, 2 * i + 1, y) +
                          finer_at(job, 2 * i, y + 1) + finer_at(job, 2 * i + 1, y + 1));
    for (int k = 1; k <= RING; k++) {
        out[-k] = 2.0f * out[1 - k] - out[2 - k];
        out[job->width - 1 + k] = 2.0f * out[job->width - 2 + k] - out[job->width - 3 + k];
    }
    return VD_OK;
}

/** The rows of the ring, from those above and below. */
static void add_rows(float *level, int width, int height)
{
    int64_t stride = width + 2 * RING;
    float *first = level + RING * stride, *last = first + (height - 1) * stride;
    for (int k = 1; k <= RING; k++)
        for (int64_t i = 0; i < stride; i++) {
            float *above = first - k * stride + i, *below = last + k * stride + i;
            above[0] = 2.0f * above[stride] - above[2 * stride];
            below[0] = 2.0f * below[-stride] - below[-2 * stride];
        }
}

vd_result vd_coarse_build(vd_context *context, const vdk_height_field *field, int threads,
                          float **memory, vdk_coarse_heights *out)
{
    int widths[VDK_COARSE_LEVELS], heights[VDK_COARSE_LEVELS];
    int64_t total = 0;
    void *floats;
    *memory = NULL;
    *out = (vdk_coarse_heights){.levels = 0};
    out->levels = level_sizes(field->cells_x + 1, field->cells_y + 1, widths, heights);
    for (int l = 1; l <= out->levels; l++) {
        out->offset[l] = total;
        out->width[l] = widths[l] + 2 * RING;
        out->height[l] = heights[l] + 2 * RING;
        total += (int64_t)out->width[l] * out->height[l];
    }
    if (out->levels == 0) return VD_OK;
    VD_TRY(vd_alloc(context, (size_t)total, sizeof(float), "coarse heights", &floats));
    *memory = floats;
    out->heights = floats;
    level_job job = {
        .field = field, .finer_width = field->cells_x + 1, .finer_height = field->cells_y + 1};
    for (int l = 1; l <= out->levels; l++) {
        job.out = *memory + out->offset[l];
        job.width = widths[l];
        vd_work work = {NULL, threads, heights[l], average_row, &job};
        VD_TRY(vd_parallel(context, &work));
        add_rows(job.out, widths[l], heights[l]);
        job = (level_job){NULL, job.out, widths[l], heights[l], NULL, 0};
    }
    return VD_OK;
}
