/* For tests: small OpenEXR files written and read channel by channel, by the format's C core. */
#ifndef VD_TESTS_EXR_FILE_H
#define VD_TESTS_EXR_FILE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openexr.h>

typedef struct test_exr_part {
    const char *name;
    const char *channels; /* one letter each, in the alphabet's order; values interleaved */
    const float *values;  /* of the data window */
    bool half;
    int tile; /* side of a tile; 0: scanlines */
} test_exr_part;

typedef struct test_exr_file {
    int width, height;
    int left, top;                     /* of the data window in the display window */
    int display_width, display_height; /* 0: the same as the data window */
    exr_compression_t compression;
    bool is_cube;
    test_exr_part parts[2];
    int part_count;
} test_exr_file;

#define TEST_EXR_OK(call) assert_int_equal((call), EXR_ERR_SUCCESS)

static inline void test_exr_silent(exr_const_context_t file, exr_result_t code, const char *text)
{
    (void)file, (void)code, (void)text;
}

static inline exr_attr_box2i_t test_exr_box(int left, int top, int right, int bottom)
{
    exr_attr_box2i_t box;
    box.min.x = left;
    box.min.y = top;
    box.max.x = right - 1;
    box.max.y = bottom - 1;
    return box;
}

static inline void test_exr_declare(exr_context_t file, const test_exr_file *what, int index)
{
    const test_exr_part *part = &what->parts[index];
    exr_attr_box2i_t data =
        test_exr_box(what->left, what->top, what->left + what->width, what->top + what->height);
    exr_attr_box2i_t display = data;
    exr_attr_v2f_t centre;
    centre.x = centre.y = 0.0f;
    int added;
    if (what->display_width)
        display = test_exr_box(0, 0, what->display_width, what->display_height);
    TEST_EXR_OK(exr_add_part(file, part->name,
                             part->tile ? EXR_STORAGE_TILED : EXR_STORAGE_SCANLINE, &added));
    TEST_EXR_OK(exr_initialize_required_attr(file, index, &display, &data, 1.0f, &centre, 1.0f,
                                             EXR_LINEORDER_INCREASING_Y, what->compression));
    if (part->tile)
        TEST_EXR_OK(exr_set_tile_descriptor(file, index, (uint32_t)part->tile, (uint32_t)part->tile,
                                            EXR_TILE_ONE_LEVEL, EXR_TILE_ROUND_DOWN));
    for (const char *c = part->channels; *c; c++) {
        char name[2] = {*c, '\0'};
        TEST_EXR_OK(exr_add_channel(file, index, name,
                                    part->half ? EXR_PIXEL_HALF : EXR_PIXEL_FLOAT,
                                    EXR_PERCEPTUALLY_LOGARITHMIC, 1, 1));
    }
    if (what->is_cube) TEST_EXR_OK(exr_attr_set_envmap(file, index, "envmap", EXR_ENVMAP_CUBE));
}

static inline void test_exr_put(exr_context_t file, const test_exr_file *what, int index,
                                exr_chunk_info_t *info, int x, int y)
{
    const test_exr_part *part = &what->parts[index];
    size_t channels = strlen(part->channels);
    exr_encode_pipeline_t pipeline = EXR_ENCODE_PIPELINE_INITIALIZER;
    TEST_EXR_OK(exr_encoding_initialize(file, index, info, &pipeline));
    for (int i = 0; i < pipeline.channel_count; i++) {
        exr_coding_channel_info_t *channel = &pipeline.channels[i];
        size_t c = (size_t)(strchr(part->channels, channel->channel_name[0]) - part->channels);
        channel->encode_from_ptr =
            (const uint8_t *)(part->values + ((size_t)(y * what->width + x)) * channels + c);
        channel->user_data_type = EXR_PIXEL_FLOAT;
        channel->user_bytes_per_element = 4;
        channel->user_pixel_stride = (int32_t)(4 * channels);
        channel->user_line_stride = (int32_t)(4 * channels) * what->width;
    }
    TEST_EXR_OK(exr_encoding_choose_default_routines(file, index, &pipeline));
    TEST_EXR_OK(exr_encoding_run(file, index, &pipeline));
    TEST_EXR_OK(exr_encoding_destroy(file, &pipeline));
}

static inline void test_exr_write(const char *path, const test_exr_file *what)
{
    exr_context_t file;
    exr_chunk_info_t info;
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    setup.error_handler_fn = test_exr_silent;
    TEST_EXR_OK(exr_start_write(&file, path, EXR_WRITE_FILE_DIRECTLY, &setup));
    for (int i = 0; i < what->part_count; i++) test_exr_declare(file, what, i);
    TEST_EXR_OK(exr_write_header(file));
    for (int i = 0; i < what->part_count; i++) {
        int tile = what->parts[i].tile;
        int32_t lines = tile;
        if (!tile) TEST_EXR_OK(exr_get_scanlines_per_chunk(file, i, &lines));
        for (int y = 0; y < what->height; y += lines)
            for (int x = 0; x < what->width; x += tile ? tile : what->width) {
                if (tile)
                    TEST_EXR_OK(
                        exr_write_tile_chunk_info(file, i, x / tile, y / tile, 0, 0, &info));
                else
                    TEST_EXR_OK(exr_write_scanline_chunk_info(file, i, what->top + y, &info));
                test_exr_put(file, what, i, &info, x, y);
            }
    }
    TEST_EXR_OK(exr_finish(&file));
}

/** Reads a channel of a file of one part in scanlines as floats; free with free(). *half tells how
 *  it was kept. NULL if there is no such channel. */
static inline float *test_exr_read(const char *path, const char *name, int *width, int *height,
                                   bool *half)
{
    exr_context_t file;
    exr_attr_box2i_t data;
    exr_chunk_info_t info;
    int32_t lines;
    float *out = NULL;
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    TEST_EXR_OK(exr_start_read(&file, path, &setup));
    TEST_EXR_OK(exr_get_data_window(file, 0, &data));
    TEST_EXR_OK(exr_get_scanlines_per_chunk(file, 0, &lines));
    *width = data.max.x + 1;
    *height = data.max.y + 1;
    uint8_t *waste = malloc(4 * (size_t)*width * (size_t)lines);
    assert_non_null(waste);
    for (int y = 0; y < *height; y += lines) {
        exr_decode_pipeline_t pipeline = EXR_DECODE_PIPELINE_INITIALIZER;
        TEST_EXR_OK(exr_read_scanline_chunk_info(file, 0, y, &info));
        TEST_EXR_OK(exr_decoding_initialize(file, 0, &info, &pipeline));
        for (int i = 0; i < pipeline.channel_count; i++) {
            exr_coding_channel_info_t *channel = &pipeline.channels[i];
            channel->user_data_type = EXR_PIXEL_FLOAT;
            channel->user_bytes_per_element = 4;
            channel->user_pixel_stride = 4;
            channel->user_line_stride = 4 * *width;
            channel->decode_to_ptr = waste; /* the library trips over channels that go nowhere */
            if (strcmp(channel->channel_name, name) != 0) continue;
            if (!out) out = calloc((size_t)*width * (size_t)*height, sizeof(float));
            assert_non_null(out);
            *half = channel->data_type == EXR_PIXEL_HALF;
            channel->decode_to_ptr = (uint8_t *)(out + (ptrdiff_t)y * *width);
        }
        TEST_EXR_OK(exr_decoding_choose_default_routines(file, 0, &pipeline));
        TEST_EXR_OK(exr_decoding_run(file, 0, &pipeline));
        TEST_EXR_OK(exr_decoding_destroy(file, &pipeline));
    }
    TEST_EXR_OK(exr_finish(&file));
    free(waste);
    return out;
}

/** What a half is. */
static inline double test_half_value(uint16_t half)
{
    int exponent = half >> 10 & 31, mantissa = half & 1023;
    double value = exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24);
    return half & 0x8000 ? -value : value;
}

/** A channel of any part as the numbers in the file, whatever its type and storage. */
typedef struct test_exr_channel {
    int width, height; /* of the data window */
    exr_attr_box2i_t data, display;
    exr_pixel_type_t type;
    double *values; /* free with free() */
} test_exr_channel;

static inline double test_exr_value(const uint8_t *at, exr_pixel_type_t type)
{
    uint16_t half;
    uint32_t word;
    float number;
    memcpy(&half, at, sizeof(half));
    if (type == EXR_PIXEL_HALF) return test_half_value(half);
    memcpy(&word, at, sizeof(word));
    memcpy(&number, at, sizeof(number));
    return type == EXR_PIXEL_UINT ? (double)word : (double)number;
}

/* Decodes the chunk of info, which begins at (x, y), a plane for each channel. */
static inline void test_exr_take(exr_context_t file, int part, const char *name,
                                 const exr_chunk_info_t *info, int x, int y, test_exr_channel *out)
{
    exr_decode_pipeline_t pipeline = EXR_DECODE_PIPELINE_INITIALIZER;
    size_t plane = 4 * (size_t)info->width * (size_t)info->height;
    TEST_EXR_OK(exr_decoding_initialize(file, part, info, &pipeline));
    uint8_t *planes = calloc((size_t)pipeline.channel_count, plane);
    assert_non_null(planes);
    for (int i = 0; i < pipeline.channel_count; i++) {
        exr_coding_channel_info_t *channel = &pipeline.channels[i];
        channel->user_data_type = channel->data_type;
        channel->user_bytes_per_element = channel->bytes_per_element;
        channel->user_pixel_stride = channel->bytes_per_element;
        channel->user_line_stride = channel->bytes_per_element * info->width;
        channel->decode_to_ptr = planes + (size_t)i * plane;
    }
    TEST_EXR_OK(exr_decoding_choose_default_routines(file, part, &pipeline));
    TEST_EXR_OK(exr_decoding_run(file, part, &pipeline));
    for (int i = 0; i < pipeline.channel_count; i++) {
        const exr_coding_channel_info_t *channel = &pipeline.channels[i];
        if (strcmp(channel->channel_name, name) != 0) continue;
        out->type = (exr_pixel_type_t)channel->data_type;
        if (!out->values)
            out->values = calloc((size_t)out->width * (size_t)out->height, sizeof(double));
        assert_non_null(out->values);
        const uint8_t *at = planes + (size_t)i * plane;
        for (int row = 0; row < info->height; row++)
            for (int column = 0; column < info->width; column++, at += channel->bytes_per_element)
                out->values[(ptrdiff_t)(y + row) * out->width + x + column] =
                    test_exr_value(at, out->type);
    }
    free(planes);
    TEST_EXR_OK(exr_decoding_destroy(file, &pipeline));
}

/** Reads one; values is NULL if there is no such channel. */
static inline test_exr_channel test_exr_read_channel(const char *path, int part, const char *name)
{
    exr_context_t file;
    exr_storage_t storage;
    exr_chunk_info_t info;
    int32_t columns = 0, lines = 0;
    test_exr_channel out = {0};
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    TEST_EXR_OK(exr_start_read(&file, path, &setup));
    TEST_EXR_OK(exr_get_data_window(file, part, &out.data));
    TEST_EXR_OK(exr_get_display_window(file, part, &out.display));
    TEST_EXR_OK(exr_get_storage(file, part, &storage));
    out.width = out.data.max.x - out.data.min.x + 1;
    out.height = out.data.max.y - out.data.min.y + 1;
    bool tiled = storage == EXR_STORAGE_TILED;
    if (tiled)
        TEST_EXR_OK(exr_get_tile_sizes(file, part, 0, 0, &columns, &lines));
    else
        TEST_EXR_OK(exr_get_scanlines_per_chunk(file, part, &lines));
    for (int y = 0; y < out.height; y += lines)
        for (int x = 0; x < out.width; x += tiled ? columns : out.width) {
            if (tiled)
                TEST_EXR_OK(
                    exr_read_tile_chunk_info(file, part, x / columns, y / lines, 0, 0, &info));
            else
                TEST_EXR_OK(exr_read_scanline_chunk_info(file, part, out.data.min.y + y, &info));
            test_exr_take(file, part, name, &info, x, y, &out);
        }
    TEST_EXR_OK(exr_finish(&file));
    return out;
}

#endif
