/* The exposure meter: a fixed sparse pass over the picture, before it is rendered.
 *
 * The picture is parted into at most 64 x 64 equal fields. In each one pixel is taken, at a place
 * hashed from the field's number, and rendered with the first 16 samples of seed 0: the measure
 * depends on the scene alone, not on samples, seed, tiles or threads, and costs as much as 65,536
 * samples. Pixels without data are passed over: a field's row is searched for the next that has. Of
 * a view with nothing behind the ground, samples that see none do not count.
 *
 * The rule: the 98th percentile of luminance is brought to 0.8 of white. A relief is read by its
 * lights, and a map maker's exposure is the one that just keeps them: the default look is moved by
 * less than 0.2 stops, and under any light less than one pixel in a hundred clips. The other
 * classic, the log-average brought to a key (Reinhard et al. 2002, eq. 1), answers how dark the
 * shadows are. At its usual key of 0.18 a relief comes out at half of its brightness; at 0.45,
 * which suits the default look, a sun at 8 degrees, whose shadows fill the valleys, makes it clip 6
 * to 34 percent of the picture: the slopes that carry the drawing.
 *
 * Light that is multiplied by a power of two moves the exposure by just that many stops back. */
#include "render/meter.h"

#include <stdlib.h>

#include "render/wave.h"
#include "scene/objects.h"

#define FIELDS 64 /* along a side */
#define SAMPLES 16
#define SHARE 0.98
#define TARGET 0.8f
#define NOT_SEEN (-1.0f)

typedef struct light_meter {
    vd_context *context;
    const vd_scene *scene;
    vdk_scene flat; /* of seed 0, without a pattern across pixels */
    vd_tracer tracer;
    vd_wave **waves;                  /* one a thread */
    int columns, rows;                /* fields */
    float luminance[FIELDS * FIELDS]; /* or NOT_SEEN */
} light_meter;

static float luminance_of(const light_meter *meter, int thread, int x, int y)
{
    const vdk_scene *flat = &meter->flat;
    const vd_objects *objects = meter->scene->objects;
    vd_wave_job job = {.scene = flat,
                       .tracer = &meter->tracer,
                       .shader = vd_shader_of(&meter->tracer, flat),
                       .x = x,
                       .y = y,
                       .width = 1,
                       .height = 1,
                       .to = SAMPLES,
                       .objects = objects ? objects->tracer : NULL};
    uint64_t rays = 0;
    double sum = 0.0, seen = SAMPLES;
    bool is_view = flat->view.projection != VDK_PROJECTION_MAP, sees_sky = flat->view.sees_sky;
    if (is_view) seen = 0.0;
    const vdk_seen *samples = vd_wave_trace(meter->waves[thread], &job, &rays);
    for (int s = 0; s < SAMPLES; s++) {
        double luminance = (double)vdk_luminance(samples[s].radiance);
        sum += luminance;
        if (is_view && (sees_sky ? samples[s].alpha > 0.0f : luminance > 0.0)) seen += 1.0;
    }
    return seen > 0.0 ? (float)(sum / seen) : NOT_SEEN;
}

/** The first pixel of a row that is there, of count from x0 on, searched from the one at start and
 * round; -1 if none has. coverage is NULL where all have. */
static int find_seen(const float *coverage, int x0, int count, int start)
{
    for (int i = 0; i < count; i++) {
        int x = x0 + (start + i) % count;
        if (!coverage || coverage[x] > 0.0f) return x;
    }
    return -1;
}

static vd_result meter_row(void *state, int thread, int64_t item)
{
    light_meter *meter = state;
    const vd_frame *frame = &meter->scene->frame;
    const vd_coverage *gaps = meter->scene->coverage;
    int row = (int)item;
    float *coverage = NULL;
    int y0 = row * frame->height / meter->rows, y1 = (row + 1) * frame->height / meter->rows;
    vdk_uint row_hash = vdk_hash((vdk_uint)row);
    int y = y0 + (int)(row_hash % (vdk_uint)(y1 - y0));
    vd_result result = VD_OK;
    if (vd_coverage_has_gaps(gaps)) {
        void *memory;
        VD_TRY(vd_alloc(meter->context, (size_t)frame->width, sizeof(float), "a row of the mask",
                        &memory));
        coverage = memory;
        result = vd_coverage_rows(meter->context, gaps, 0, y, frame->width, 1, coverage);
    }
    for (int column = 0; column < meter->columns && result == VD_OK; column++) {
        int x0 = column * frame->width / meter->columns;
        int count = (column + 1) * frame->width / meter->columns - x0;
        vdk_uint hash = vdk_hash_combine(row_hash, (vdk_uint)column);
        int x = find_seen(coverage, x0, count, (int)(hash % (vdk_uint)count));
        meter->luminance[row * meter->columns + column] =
            x < 0 ? NOT_SEEN : luminance_of(meter, thread, x, y);
    }
    free(coverage);
    return result;
}

/** The luminance that a share of the pixels seen does not exceed, between two of them if need be;
 * 0 if none is seen. Sorts them. */
static float percentile(light_meter *meter)
{
    int fields = meter->columns * meter->rows, unseen = 0;
    qsort(meter->luminance, (size_t)fields, sizeof(float), vd_compare_floats);
    while (unseen < fields && meter->luminance[unseen] < 0.0f) unseen++;
    if (unseen == fields) return 0.0f;
    const float *seen = &meter->luminance[unseen];
    double place = SHARE * (fields - unseen - 1);
    int below = (int)place;
    int above = vdk_imin(below + 1, fields - unseen - 1);
    return vdk_lerp(seen[below], seen[above], (float)(place - below));
}

static vd_result make_waves(vd_context *context, int threads, light_meter *meter)
{
    void *memory;
    VD_TRY(vd_tracer_choose(context, getenv("VEDUTA_ISA"), &meter->flat.terrain, &meter->tracer));
    VD_TRY(vd_alloc(context, (size_t)threads, sizeof(vd_wave *), "the exposure meter", &memory));
    meter->waves = memory;
    for (int i = 0; i < threads; i++) VD_TRY(vd_wave_create(context, &meter->waves[i]));
    return VD_OK;
}

vd_result vd_meter_exposure(vd_context *context, const vd_scene *scene, float *stops)
{
    const vd_frame *frame = &scene->frame;
    void *memory;
    *stops = 0.0f;
    if (!scene->settings->tone_auto_exposure) return VD_OK;
    VD_TRY(vd_alloc(context, 1, sizeof(light_meter), "the exposure meter", &memory));
    light_meter *meter = memory;
    meter->context = context;
    meter->scene = scene;
    meter->columns = vdk_imin(frame->width, FIELDS);
    meter->rows = vdk_imin(frame->height, FIELDS);
    meter->flat = scene->flat;
    meter->flat.pattern = VDK_PATTERN_INDEPENDENT;
    meter->flat.seed = 0;
    meter->flat.view.lens.aberration = 0.0f; /* which moves light, and makes noise */
    int threads = vd_thread_count(scene->settings->render_threads);
    vd_work work = {NULL, threads, meter->rows, meter_row, meter};
    vd_result result = make_waves(context, threads, meter);
    if (result == VD_OK) result = vd_parallel(context, &work);
    if (result == VD_OK) {
        float log_light = vdk_log2f(percentile(meter));
        bool has_light = log_light > -VDK_HUGE;
        if (has_light) *stops = vdk_log2f(TARGET) - log_light;
        if (has_light)
            vd_message(context, VD_LEVEL_INFO, "auto exposure: %+.2f stops", (double)*stops);
        else
            vd_message(context, VD_LEVEL_WARNING, "auto exposure: there is no light to meter");
    }
    for (int i = 0; meter->waves && i < threads; i++) vd_wave_destroy(meter->waves[i]);
    free(meter->waves);
    free(meter);
    return result;
}
