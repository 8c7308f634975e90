/* OpenEXR pictures of light, by the format's own C core: scanlines or tiles, of any compression
 * that it decodes, half or float.
 *
 * Of a file of several parts the first is taken that has channels R, G and B, or Y alone, each for
 * every pixel. The picture is the display window; what the data window leaves of it is black.
 * Chunks are decoded one by one into rows of their own and copied from there, so a file needs
 * little more memory than its picture. Colours are taken as Rec. 709; the user is told of a file
 * that says otherwise. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openexr.h>

#include "atmosphere/environment_read.h"

/** The file as the library reads it, and the first thing it said was wrong. */
typedef struct stream {
    int descriptor;
    char cause[200];
} stream;

typedef struct reader {
    vd_context *context;
    const char *path;
    stream *stream;
    exr_context_t file;
    int part;
    int channel[3]; /**< in the part's list, of red, green and blue */
    exr_attr_box2i_t data, display;
    exr_decode_pipeline_t pipeline;
    bool is_begun;  /**< the pipeline */
    float *chunk;   /**< [rows][columns][3] of a chunk */
    void *waste;    /**< [rows][columns] of a channel that nobody wants */
    size_t columns; /**< of a chunk at most */
    vd_light_picture *out;
} reader;

static int64_t read_bytes(exr_const_context_t file, void *user, void *buffer, uint64_t size,
                          uint64_t offset, exr_stream_error_func_ptr_t error)
{
    stream *s = user;
    uint64_t done = 0;
    while (done < size) {
        ssize_t got = pread(s->descriptor, (char *)buffer + done, (size_t)(size - done),
                            (off_t)(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) {
            error(file, EXR_ERR_READ_IO, "%s", strerror(errno));
            return -1;
        }
        if (got == 0) break;
        done += (uint64_t)got;
    }
    return (int64_t)done;
}

static int64_t file_size(exr_const_context_t file, void *user)
{
    struct stat status;
    (void)file;
    return fstat(((stream *)user)->descriptor, &status) == 0 ? (int64_t)status.st_size : -1;
}

static void keep_cause(exr_const_context_t file, exr_result_t code, const char *message)
{
    void *user = NULL;
    (void)code;
    if (!file || exr_get_user_data(file, &user) != EXR_ERR_SUCCESS || !user) return;
    stream *s = user;
    if (!s->cause[0]) snprintf(s->cause, sizeof(s->cause), "%s", message);
}

static vd_result damaged(const reader *r, exr_result_t code)
{
    const char *cause = r->stream->cause[0] ? r->stream->cause : "the file is cut short or damaged";
    if (code == EXR_ERR_OUT_OF_MEMORY)
        return vd_fail(r->context, VD_ERR_MEMORY, "%s: not enough memory to decode it", r->path);
    if (code == EXR_ERR_FEATURE_NOT_IMPLEMENTED)
        return vd_fail(r->context, VD_ERR_UNSUPPORTED,
                       "%s: its compression is one that this build's OpenEXR (veduta info) cannot "
                       "read, as DWAA is for versions before 3.2; save it with ZIP or PIZ",
                       r->path);
    return vd_fail(r->context, VD_ERR_FORMAT,
                   "%s: cannot be read as OpenEXR: %s; check it in a picture viewer", r->path,
                   cause);
}

/** Index of a channel that has a value for each pixel, or -1. */
static int find_channel(const exr_attr_chlist_t *list, const char *name)
{
    for (int i = 0; i < list->num_channels; i++) {
        const exr_attr_chlist_entry_t *entry = &list->entries[i];
        if (strcmp(entry->name.str, name) == 0 && entry->x_sampling == 1 &&
            entry->y_sampling == 1 && entry->pixel_type != EXR_PIXEL_UINT)
            return i;
    }
    return -1;
}

/** Does a part hold light? Finds its channels. */
static bool has_light(reader *r, int part)
{
    exr_storage_t storage;
    const exr_attr_chlist_t *list = NULL;
    if (exr_get_storage(r->file, part, &storage) != EXR_ERR_SUCCESS ||
        (storage != EXR_STORAGE_SCANLINE && storage != EXR_STORAGE_TILED) ||
        exr_get_channels(r->file, part, &list) != EXR_ERR_SUCCESS || !list)
        return false;
    static const char *const names[] = {"R", "G", "B"};
    int grey = find_channel(list, "Y");
    for (int c = 0; c < 3; c++) r->channel[c] = find_channel(list, names[c]);
    if (r->channel[0] >= 0 && r->channel[1] >= 0 && r->channel[2] >= 0) return true;
    for (int i = 0; i < list->num_channels; i++) /* luminance beside subsampled chroma is no grey */
        if (strcmp(list->entries[i].name.str, "RY") == 0) return false;
    for (int c = 0; c < 3; c++) r->channel[c] = grey;
    return grey >= 0;
}

static vd_result find_part(reader *r)
{
    int parts = 0;
    exr_result_t code = exr_get_count(r->file, &parts);
    if (code != EXR_ERR_SUCCESS) return damaged(r, code);
    for (r->part = 0; r->part < parts; r->part++)
        if (has_light(r, r->part)) return VD_OK;
    return vd_fail(r->context, VD_ERR_FORMAT,
                   "%s: no part of it has channels R, G and B, or Y, in half or float for every "
                   "pixel; save it as plain RGB",
                   r->path);
}

/** The user may want to know that the picture was meant otherwise than it is taken. */
static vd_result check_meaning(const reader *r)
{
    static const float rec709[8] = {0.64f, 0.33f, 0.30f, 0.60f, 0.15f, 0.06f, 0.3127f, 0.3290f};
    exr_envmap_t kind;
    exr_attr_chromaticities_t says;
    if (exr_attr_get_envmap(r->file, r->part, "envmap", &kind) == EXR_ERR_SUCCESS &&
        kind == EXR_ENVMAP_CUBE)
        return vd_fail(r->context, VD_ERR_FORMAT,
                       "%s: is a cube map; convert it to latitude and longitude (exrenvmap does)",
                       r->path);
    if (exr_attr_get_chromaticities(r->file, r->part, "chromaticities", &says) != EXR_ERR_SUCCESS)
        return VD_OK;
    const float values[8] = {says.red_x,  says.red_y,  says.green_x, says.green_y,
                             says.blue_x, says.blue_y, says.white_x, says.white_y};
    for (int i = 0; i < 8; i++)
        if (fabsf(values[i] - rec709[i]) > 0.005f) {
            vd_message(r->context, VD_LEVEL_WARNING,
                       "%s: has other primaries than Rec. 709; its colours are taken as if it had "
                       "those",
                       r->path);
            break;
        }
    return VD_OK;
}

static vd_result measure(reader *r)
{
    exr_result_t code = exr_get_data_window(r->file, r->part, &r->data);
    if (code == EXR_ERR_SUCCESS) code = exr_get_display_window(r->file, r->part, &r->display);
    if (code != EXR_ERR_SUCCESS) return damaged(r, code);
    int64_t width = (int64_t)r->display.max.x - r->display.min.x + 1;
    int64_t height = (int64_t)r->display.max.y - r->display.min.y + 1;
    int64_t columns = (int64_t)r->data.max.x - r->data.min.x + 1;
    if (width < 1 || height < 1 || width > VD_ENVIRONMENT_SIDE_MAX ||
        height > VD_ENVIRONMENT_SIDE_MAX || columns > VD_ENVIRONMENT_SIDE_MAX)
        return vd_fail(r->context, VD_ERR_FORMAT,
                       "%s: says that it has %lld x %lld pixels; 1 to %d a side can be read",
                       r->path, (long long)width, (long long)height, VD_ENVIRONMENT_SIDE_MAX);
    void *memory;
    VD_TRY(vd_alloc(r->context, (size_t)width * (size_t)height, 3 * sizeof(float),
                    "the environment", &memory));
    *r->out = (vd_light_picture){(int)width, (int)height, memory};
    return VD_OK;
}

/** Lays a decoded chunk into the picture, as far as it is shown. */
static void copy_chunk(const reader *r, int x, int y, int columns, int rows)
{
    const vd_light_picture *out = r->out;
    for (int row = 0; row < rows; row++) {
        int64_t to_row = (int64_t)y + row - r->display.min.y;
        if (to_row < 0 || to_row >= out->height) continue;
        const float *from = r->chunk + 3 * (size_t)row * r->columns;
        float *to = out->rgb + 3 * (size_t)to_row * (size_t)out->width;
        for (int column = 0; column < columns; column++, from += 3) {
            int64_t to_column = (int64_t)x + column - r->display.min.x;
            if (to_column >= 0 && to_column < out->width)
                memcpy(to + 3 * to_column, from, 3 * sizeof(float));
        }
    }
}

/** Says where channels go: those that are light into the chunk, all others to waste, since the
 * library trips over some sets of channels that go nowhere. */
static void aim_channels(reader *r)
{
    for (int i = 0; i < r->pipeline.channel_count; i++) {
        exr_coding_channel_info_t *channel = &r->pipeline.channels[i];
        channel->decode_to_ptr = (uint8_t *)r->waste;
        channel->user_data_type = channel->data_type;
        channel->user_bytes_per_element = channel->bytes_per_element;
        channel->user_pixel_stride = channel->bytes_per_element;
        channel->user_line_stride = (int32_t)(r->columns * sizeof(float));
        for (int c = 0; c < 3; c++) {
            if (r->channel[c] != i) continue;
            channel->decode_to_ptr = (uint8_t *)(r->chunk + c);
            channel->user_data_type = EXR_PIXEL_FLOAT;
            channel->user_bytes_per_element = sizeof(float);
            channel->user_pixel_stride = 3 * sizeof(float);
            channel->user_line_stride = (int32_t)(r->columns * 3 * sizeof(float));
            break; /* a grey one goes to the first, and is copied on */
        }
    }
}

/** Decodes one chunk, which begins at pixel (x, y) of the file, into the picture. */
static exr_result_t take_chunk(reader *r, const exr_chunk_info_t *info, int x, int y)
{
    exr_result_t code;
    if (r->is_begun)
        code = exr_decoding_update(r->file, r->part, info, &r->pipeline);
    else
        code = exr_decoding_initialize(r->file, r->part, info, &r->pipeline);
    if (code != EXR_ERR_SUCCESS) return code;
    aim_channels(r);
    if (!r->is_begun) code = exr_decoding_choose_default_routines(r->file, r->part, &r->pipeline);
    r->is_begun = true;
    if (code == EXR_ERR_SUCCESS) code = exr_decoding_run(r->file, r->part, &r->pipeline);
    if (code != EXR_ERR_SUCCESS) return code;
    if (r->channel[0] == r->channel[1])
        for (size_t i = 0; i < r->columns * (size_t)info->height; i++)
            r->chunk[3 * i + 1] = r->chunk[3 * i + 2] = r->chunk[3 * i];
    copy_chunk(r, x, y, info->width, info->height);
    return EXR_ERR_SUCCESS;
}

static vd_result get_chunk_room(reader *r, int columns, int rows)
{
    void *memory;
    VD_TRY(vd_alloc(r->context, (size_t)columns * (size_t)rows, 3 * sizeof(float),
                    "rows of the environment", &memory));
    r->chunk = memory;
    VD_TRY(vd_alloc(r->context, (size_t)columns * (size_t)rows, sizeof(float),
                    "rows of the environment", &r->waste));
    r->columns = (size_t)columns;
    return VD_OK;
}

static vd_result read_scanlines(reader *r)
{
    int32_t rows = 0;
    exr_chunk_info_t info;
    exr_result_t code = exr_get_scanlines_per_chunk(r->file, r->part, &rows);
    if (code != EXR_ERR_SUCCESS || rows < 1) return damaged(r, code);
    VD_TRY(get_chunk_room(r, r->data.max.x - r->data.min.x + 1, rows));
    for (int64_t y = r->data.min.y; y <= r->data.max.y; y += rows) {
        code = exr_read_scanline_chunk_info(r->file, r->part, (int)y, &info);
        if (code == EXR_ERR_SUCCESS) code = take_chunk(r, &info, r->data.min.x, (int)y);
        if (code != EXR_ERR_SUCCESS) return damaged(r, code);
    }
    return VD_OK;
}

static vd_result read_tiles(reader *r)
{
    int32_t width = 0, height = 0;
    exr_chunk_info_t info;
    exr_result_t code = exr_get_tile_sizes(r->file, r->part, 0, 0, &width, &height);
    if (code != EXR_ERR_SUCCESS || width < 1 || height < 1) return damaged(r, code);
    VD_TRY(get_chunk_room(r, width, height));
    int64_t columns = (int64_t)r->data.max.x - r->data.min.x + 1;
    int64_t rows = (int64_t)r->data.max.y - r->data.min.y + 1;
    for (int64_t y = 0; y < rows; y += height)
        for (int64_t x = 0; x < columns; x += width) {
            code = exr_read_tile_chunk_info(r->file, r->part, (int)(x / width), (int)(y / height),
                                            0, 0, &info);
            if (code == EXR_ERR_SUCCESS)
                code = take_chunk(r, &info, (int)(r->data.min.x + x), (int)(r->data.min.y + y));
            if (code != EXR_ERR_SUCCESS) return damaged(r, code);
        }
    return VD_OK;
}

static vd_result read_all(reader *r)
{
    exr_storage_t storage;
    VD_TRY(find_part(r));
    VD_TRY(check_meaning(r));
    VD_TRY(measure(r));
    exr_result_t code = exr_get_storage(r->file, r->part, &storage);
    if (code != EXR_ERR_SUCCESS) return damaged(r, code);
    return storage == EXR_STORAGE_TILED ? read_tiles(r) : read_scanlines(r);
}

vd_result vd_light_picture_read_exr(vd_context *context, const char *path, vd_light_picture *out)
{
    stream input = {.descriptor = open(path, O_RDONLY | O_CLOEXEC)};
    reader r = {.context = context, .path = path, .stream = &input, .out = out};
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    *out = (vd_light_picture){0};
    if (input.descriptor < 0)
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", path,
                       strerror(errno));
    setup.error_handler_fn = keep_cause;
    setup.user_data = &input;
    setup.read_fn = read_bytes;
    setup.size_fn = file_size;
    setup.max_image_width = setup.max_image_height = VD_ENVIRONMENT_SIDE_MAX;
    setup.max_tile_width = setup.max_tile_height = VD_ENVIRONMENT_SIDE_MAX;
    setup.flags = EXR_CONTEXT_FLAG_DISABLE_CHUNK_RECONSTRUCTION;
    exr_result_t code = exr_start_read(&r.file, path, &setup);
    vd_result result = code == EXR_ERR_SUCCESS ? read_all(&r) : damaged(&r, code);
    if (r.is_begun) exr_decoding_destroy(r.file, &r.pipeline);
    if (r.file) exr_finish(&r.file);
    close(input.descriptor);
    free(r.chunk);
    free(r.waste);
    if (result != VD_OK) {
        free(out->rgb);
        *out = (vd_light_picture){0};
    }
    return result;
}
