/* Rows of the source turned into rows of samples.
 *
 * The source is read in pulls of at most 256 rows and 64 MB, so that memory does not grow with the
 * picture's height; each pull is encoded by all threads, row by row. A sample depends on its own
 * pixel and its position in the whole picture only, hence neither on the pulls nor on the threads.
 */
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

static int channels_of(const vd_source *source, const vd_output_options *options)
{
    bool is_shown = options->type == VD_SAMPLE_BYTE || options->type == VD_SAMPLE_UINT16;
    /* An EXR keeps what paper would be laid under. */
    bool has_alpha = source->has_alpha || (source->paper && options->format == VD_FORMAT_EXR);
    if (source->layer && !is_shown) return source->layer->channels;
    return has_alpha ? 4 : 3;
}

vd_result vd_encoder_open(vd_context *context, const vd_source *source,
                          const vd_output_options *options, vd_encoder *out)
{
    static const size_t bytes_of_type[] = {[VD_SAMPLE_BYTE] = 1,
                                           [VD_SAMPLE_UINT16] = 2,
                                           [VD_SAMPLE_FLOAT32] = 4,
                                           [VD_SAMPLE_UINT32] = 4,
                                           [VD_SAMPLE_HALF] = 2};
    int channels = source->layer ? source->layer->channels : 4;
    vd_tone_options plain = vd_tone_plain(VD_TONE_LINEAR);
    double rows = PULL_BYTES / (4.0 * channels * source->width);
    rows = rows < 1.0 ? 1.0 : rows < PULL_ROWS ? rows : PULL_ROWS;
    *out = (vd_encoder){
        .source = source,
        .options = options,
        .channels = channels_of(source, options),
        .sample_bytes = bytes_of_type[options->type],
        .pull_channels = channels,
        .plain = vd_tone_make(&plain),
        .progress_share = 1.0,
        .pull_rows = rows < source->height ? (int)rows : source->height,
    };
    out->row_bytes = (size_t)source->width * (size_t)out->channels * out->sample_bytes;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, (size_t)out->pull_rows * (size_t)source->width,
                    (size_t)channels * sizeof(float), "rows of the picture", &memory));
    out->pulled = memory;
    return VD_OK;
}

void vd_encoder_close(vd_encoder *encoder)
{
    free(encoder->pulled);
    *encoder = (vd_encoder){0};
}

/* The colour of a pixel without its alpha. */
static void part_from_alpha(const float *rgba, float colour[3])
{
    float alpha = rgba[3];
    for (int c = 0; c < 3; c++)
        colour[c] = alpha < 1.0f ? alpha > 0.0f ? rgba[c] / alpha : 0.0f : rgba[c];
}

/* Alpha is not dithered: it is flat but for edges, where noise would only fray them. */
static void show_picture(const vd_encoder *encoder, const float *rgba, int x, int y,
                         uint32_t samples[4])
{
    const vd_output_options *options = encoder->options;
    uint32_t levels = options->type == VD_SAMPLE_BYTE ? 255 : 65535;
    memset(samples, 0, 4 * sizeof(samples[0]));
    const float *paper = encoder->source->paper;
    samples[3] = encoder->channels == 4 ? vd_tone_quantise(rgba[3], levels, false, x, y) : levels;
    if (samples[3] == 0) return;
    float colour[3], encoded[3];
    bool has_alpha = encoder->channels == 4 || paper;
    if (has_alpha)
        part_from_alpha(rgba, colour);
    else
        memcpy(colour, rgba, sizeof(colour));
    vd_tone_apply_over(&options->tone, colour, paper ? rgba[3] : 1.0f, paper, encoded);
    for (int c = 0; c < 3; c++)
        samples[c] = vd_tone_quantise(encoded[c], levels, options->dither, x, y);
}

static void show_pixel(const vd_encoder *encoder, const float *in, int x, int y,
                       uint32_t samples[4])
{
    x += encoder->source->cut.x;
    y += encoder->source->cut.y;
    if (encoder->source->layer)
        vd_layer_show(encoder, in, x, y, samples);
    else
        show_picture(encoder, in, x, y, samples);
}

static void encode_bytes(const vd_encoder *encoder, const float *in, int y, uint8_t *out)
{
    uint32_t samples[4];
    for (int x = 0; x < encoder->source->width; x++, in += encoder->pull_channels) {
        show_pixel(encoder, in, x, y, samples);
        for (int c = 0; c < encoder->channels; c++) *out++ = (uint8_t)samples[c];
    }
}

static void encode_words(const vd_encoder *encoder, const float *in, int y, uint16_t *out)
{
    uint32_t samples[4];
    for (int x = 0; x < encoder->source->width; x++, in += encoder->pull_channels) {
        show_pixel(encoder, in, x, y, samples);
        for (int c = 0; c < encoder->channels; c++) *out++ = (uint16_t)samples[c];
    }
}

/* Linear values of a pixel, all zero where it is transparent. */
static void take_linear(const vd_encoder *encoder, const float *rgba, float linear[4])
{
    const float *paper = encoder->source->paper;
    float alpha = encoder->channels == 3 && !paper ? 1.0f : rgba[3];
    memset(linear, 0, 4 * sizeof(linear[0]));
    if (alpha > 0.0f) memcpy(linear, rgba, 3 * sizeof(linear[0]));
    linear[3] = alpha > 0.0f ? alpha : 0.0f;
    if (encoder->options->format == VD_FORMAT_EXR) return;
    if (paper)
        for (int c = 0; c < 3; c++) linear[c] += (1.0f - linear[3]) * paper[c];
    else if (alpha > 0.0f && alpha < 1.0f)
        part_from_alpha(rgba, linear);
}

/* What there is of a layer; nothing is 0 in an EXR, where a NaN would spoil every filter, and stays
 * NaN in a GeoTIFF, which calls that NODATA. */
static float take_value(const vd_encoder *encoder, float value)
{
    return value == value || encoder->options->format != VD_FORMAT_EXR ? value : 0.0f;
}

/* The values to encode of one pixel: those of a layer as they come, of a picture in room. */
static const float *take_values(const vd_encoder *encoder, const float *in, float room[4])
{
    if (encoder->source->layer) return in;
    take_linear(encoder, in, room);
    return room;
}

static void encode_floats(const vd_encoder *encoder, const float *in, float *out)
{
    float room[4];
    for (int x = 0; x < encoder->source->width; x++, in += encoder->pull_channels) {
        const float *values = take_values(encoder, in, room);
        for (int c = 0; c < encoder->channels; c++) *out++ = take_value(encoder, values[c]);
    }
}

static void encode_halves(const vd_encoder *encoder, const float *in, uint16_t *out)
{
    float room[4];
    for (int x = 0; x < encoder->source->width; x++, in += encoder->pull_channels) {
        const float *values = take_values(encoder, in, room);
        for (int c = 0; c < encoder->channels; c++)
            *out++ = vd_half_of_float(take_value(encoder, values[c]));
    }
}

/* Whole numbers, which come as floats; nothing is 0. */
static void encode_numbers(const vd_encoder *encoder, const float *in, uint32_t *out)
{
    int64_t count = (int64_t)encoder->source->width * encoder->channels;
    for (int64_t i = 0; i < count; i++)
        out[i] = in[i] > 0.0f ? (uint32_t)((double)in[i] + 0.5) : 0u;
}

static vd_result encode_row(void *state, int thread, int64_t row)
{
    (void)thread;
    const encode_work *work = state;
    const vd_encoder *encoder = work->encoder;
    const float *in = encoder->pulled + row * encoder->source->width * encoder->pull_channels;
    void *out = work->samples + (size_t)row * encoder->row_bytes;
    int y = work->y + (int)row;
    switch (encoder->options->type) {
    case VD_SAMPLE_BYTE: encode_bytes(encoder, in, y, out); break;
    case VD_SAMPLE_UINT16: encode_words(encoder, in, y, out); break;
    case VD_SAMPLE_FLOAT32: encode_floats(encoder, in, out); break;
    case VD_SAMPLE_HALF: encode_halves(encoder, in, out); break;
    case VD_SAMPLE_UINT32: encode_numbers(encoder, in, out); break;
    }
    return VD_OK;
}

static vd_result report(vd_context *context, const vd_encoder *encoder, int rows)
{
    double fraction = (double)rows / encoder->source->height;
    return vd_progress(context, "write",
                       encoder->progress_from + encoder->progress_share * fraction);
}

vd_result vd_encoder_read(vd_context *context, const vd_encoder *encoder, int y, int rows,
                          void *samples)
{
    const vd_source *source = encoder->source;
    int end = y + rows;
    encode_work state = {encoder, y, samples};
    while (state.y < end) {
        VD_TRY(report(context, encoder, state.y));
        int count = end - state.y < encoder->pull_rows ? end - state.y : encoder->pull_rows;
        VD_TRY(source->read_rows(context, source->state, state.y, count, encoder->pulled));
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
    return end == source->height ? report(context, encoder, end) : VD_OK;
}

int vd_output_channels(const vd_source *source)
{
    return source->has_alpha ? 4 : 3;
}

vd_result vd_output_encode(vd_context *context, const vd_source *source,
                           const vd_output_options *options, void *samples)
{
    vd_encoder encoder;
    vd_cropped cropped;
    vd_crop(source, &cropped);
    VD_TRY(vd_encoder_open(context, &cropped.source, options, &encoder));
    vd_result result = vd_encoder_read(context, &encoder, 0, cropped.source.height, samples);
    vd_encoder_close(&encoder);
    return result;
}
