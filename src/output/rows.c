/* Rows of the source turned into rows of samples.
 *
 * The source is read in pulls of at most 256 rows and 64 MB, so that memory does not grow with the
 * picture's height; each pull is encoded by all threads, row by row. A sample depends on its own
 * pixel and its position only, hence neither on the pulls nor on the threads. */
#include <stdlib.h>
#include <string.h>

#include "base/half.h"
#include "output/parts.h"

#define PULL_ROWS 256
#define PULL_BYTES (64.0 * 1024 * 1024)
/* A pull of fewer pixels is not worth waking threads for. */
#define PIXELS_PER_THREAD 16384

typedef struct encode_work {
    const vd_encoder *encoder;
    int y;
    char *samples;
} encode_work;

vd_result vd_encoder_open(vd_context *context, const vd_source *source,
                          const vd_output_options *options, vd_encoder *out)
{
    static const size_t bytes_of_type[] = {[VD_SAMPLE_BYTE] = 1,
                                           [VD_SAMPLE_UINT16] = 2,
                                           [VD_SAMPLE_FLOAT32] = 4,
                                           [VD_SAMPLE_UINT32] = 4,
                                           [VD_SAMPLE_HALF] = 2};
    double rows = PULL_BYTES / (16.0 * source->width);
    rows = rows < 1.0 ? 1.0 : rows < PULL_ROWS ? rows : PULL_ROWS;
    *out = (vd_encoder){
        .source = source,
        .options = options,
        .channels = options->type == VD_SAMPLE_UINT32 ? 1 : vd_output_channels(source),
        .sample_bytes = bytes_of_type[options->type],
        .pull_rows = rows < source->height ? (int)rows : source->height,
    };
    out->row_bytes = (size_t)source->width * (size_t)out->channels * out->sample_bytes;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, (size_t)out->pull_rows * (size_t)source->width, 4 * sizeof(float),
                    "rows of the picture", &memory));
    out->linear = memory;
    return VD_OK;
}

void vd_encoder_close(vd_encoder *encoder)
{
    free(encoder->linear);
    *encoder = (vd_encoder){0};
}

/* Alpha is not dithered: it is flat but for edges, where noise would only fray them. */
static void encode_integers(const vd_encoder *encoder, const float *rgba, int x, int y,
                            uint32_t samples[4])
{
    const vd_output_options *options = encoder->options;
    uint32_t levels = options->type == VD_SAMPLE_BYTE ? 255 : 65535;
    memset(samples, 0, 4 * sizeof(samples[0]));
    const float *paper = encoder->source->paper;
    samples[3] = encoder->channels == 4 ? vd_tone_quantise(rgba[3], levels, false, x, y) : levels;
    if (samples[3] == 0) return;
    float encoded[3];
    vd_tone_apply_over(&options->tone, rgba, paper ? rgba[3] : 1.0f, paper, encoded);
    for (int c = 0; c < 3; c++)
        samples[c] = vd_tone_quantise(encoded[c], levels, options->dither, x, y);
}

static void encode_bytes(const vd_encoder *encoder, const float *rgba, int y, uint8_t *out)
{
    uint32_t samples[4];
    for (int x = 0; x < encoder->source->width; x++, rgba += 4) {
        encode_integers(encoder, rgba, x, y, samples);
        for (int c = 0; c < encoder->channels; c++) *out++ = (uint8_t)samples[c];
    }
}

static void encode_words(const vd_encoder *encoder, const float *rgba, int y, uint16_t *out)
{
    uint32_t samples[4];
    for (int x = 0; x < encoder->source->width; x++, rgba += 4) {
        encode_integers(encoder, rgba, x, y, samples);
        for (int c = 0; c < encoder->channels; c++) *out++ = (uint16_t)samples[c];
    }
}

/* Linear values of a pixel, all zero where it is transparent. */
static void take_linear(const vd_encoder *encoder, const float *rgba, float linear[4])
{
    float alpha = encoder->channels == 3 ? 1.0f : rgba[3];
    float factor = encoder->options->format == VD_FORMAT_EXR ? alpha : 1.0f;
    const float *paper = encoder->source->paper;
    for (int c = 0; c < 3; c++) {
        linear[c] = alpha > 0.0f ? rgba[c] * factor : 0.0f;
        if (paper) linear[c] = rgba[3] * rgba[c] + (1.0f - rgba[3]) * paper[c];
    }
    linear[3] = alpha > 0.0f ? alpha : 0.0f;
}

static void encode_floats(const vd_encoder *encoder, const float *rgba, float *out)
{
    float linear[4];
    for (int x = 0; x < encoder->source->width; x++, rgba += 4) {
        take_linear(encoder, rgba, linear);
        for (int c = 0; c < encoder->channels; c++) *out++ = linear[c];
    }
}

static void encode_halves(const vd_encoder *encoder, const float *rgba, uint16_t *out)
{
    float linear[4];
    for (int x = 0; x < encoder->source->width; x++, rgba += 4) {
        take_linear(encoder, rgba, linear);
        for (int c = 0; c < encoder->channels; c++) *out++ = vd_half_of_float(linear[c]);
    }
}

static void encode_counts(const vd_encoder *encoder, const float *rgba, uint32_t *out)
{
    for (int x = 0; x < encoder->source->width; x++) *out++ = (uint32_t)rgba[4 * x];
}

static vd_result encode_row(void *state, int thread, int64_t row)
{
    (void)thread;
    const encode_work *work = state;
    const vd_encoder *encoder = work->encoder;
    const float *rgba = encoder->linear + row * encoder->source->width * 4;
    void *out = work->samples + (size_t)row * encoder->row_bytes;
    int y = work->y + (int)row;
    switch (encoder->options->type) {
    case VD_SAMPLE_BYTE: encode_bytes(encoder, rgba, y, out); break;
    case VD_SAMPLE_UINT16: encode_words(encoder, rgba, y, out); break;
    case VD_SAMPLE_FLOAT32: encode_floats(encoder, rgba, out); break;
    case VD_SAMPLE_HALF: encode_halves(encoder, rgba, out); break;
    case VD_SAMPLE_UINT32: encode_counts(encoder, rgba, out); break;
    }
    return VD_OK;
}

vd_result vd_encoder_read(vd_context *context, const vd_encoder *encoder, int y, int rows,
                          void *samples)
{
    const vd_source *source = encoder->source;
    int end = y + rows;
    encode_work state = {encoder, y, samples};
    while (state.y < end) {
        VD_TRY(vd_progress(context, "write", (double)state.y / source->height));
        int count = end - state.y < encoder->pull_rows ? end - state.y : encoder->pull_rows;
        VD_TRY(source->read_rows(context, source->state, state.y, count, encoder->linear));
        int64_t most = (int64_t)count * source->width / PIXELS_PER_THREAD + 1;
        int threads = vd_thread_count(encoder->options->threads);
        vd_work work = {.threads = most < threads ? (int)most : threads,
                        .items = count,
                        .run = encode_row,
                        .state = &state};
        VD_TRY(vd_parallel(context, &work));
        state.samples += (size_t)count * encoder->row_bytes;
        state.y += count;
    }
    return end == source->height ? vd_progress(context, "write", 1.0) : VD_OK;
}

int vd_output_channels(const vd_source *source)
{
    return source->has_alpha ? 4 : 3;
}

vd_result vd_output_encode(vd_context *context, const vd_source *source,
                           const vd_output_options *options, void *samples)
{
    vd_encoder encoder;
    VD_TRY(vd_encoder_open(context, source, options, &encoder));
    vd_result result = vd_encoder_read(context, &encoder, 0, source->height, samples);
    vd_encoder_close(&encoder);
    return result;
}
