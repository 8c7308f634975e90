/* OpenEXR files read by the format's own C core: scanlines or tiles, of any compression that it
 * decodes, half or float.
 *
 * The picture is the display window. Rows are decoded by bands: some chunks of scanlines, or a row
 * of tiles, side by side, into a buffer from which rows are copied; so what a file needs of memory
 * does not grow with its height. A header's sizes are checked before they are believed. */
#include "base/exr_in.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openexr.h>

#include "base/half.h"

/* Most floats of a band of scanlines, unless a chunk has more. */
#define BAND_FLOATS (8u << 20)

struct vd_exr_in {
    char *path;
    int descriptor;
    char cause[200]; /**< the first thing that the library said was wrong */
    exr_context_t file;
    int parts;
};

/* ---- the file ----------------------------------------------------------------------------- */

static int64_t read_bytes(exr_const_context_t file, void *user, void *buffer, uint64_t size,
                          uint64_t offset, exr_stream_error_func_ptr_t error)
{
    const vd_exr_in *in = user;
    uint64_t done = 0;
    while (done < size) {
        ssize_t got = pread(in->descriptor, (char *)buffer + done, (size_t)(size - done),
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
    return fstat(((vd_exr_in *)user)->descriptor, &status) == 0 ? (int64_t)status.st_size : -1;
}

static void keep_cause(exr_const_context_t file, exr_result_t code, const char *message)
{
    void *user = NULL;
    (void)code;
    if (!file || exr_get_user_data(file, &user) != EXR_ERR_SUCCESS || !user) return;
    vd_exr_in *in = user;
    if (!in->cause[0]) snprintf(in->cause, sizeof(in->cause), "%s", message);
}

static vd_result damaged(vd_context *context, const vd_exr_in *in, exr_result_t code)
{
    const char *cause = in->cause[0] ? in->cause : "the file is cut short or damaged";
    if (code == EXR_ERR_OUT_OF_MEMORY)
        return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory to decode it", in->path);
    if (code == EXR_ERR_FEATURE_NOT_IMPLEMENTED)
        return vd_fail(context, VD_ERR_UNSUPPORTED,
                       "%s: its compression is one that this build's OpenEXR (veduta info) cannot "
                       "read, as DWAA is for versions before 3.2; save it with ZIP or PIZ",
                       in->path);
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s: cannot be read as OpenEXR: %s; check it in a picture viewer", in->path,
                   cause);
}

static vd_result start(vd_context *context, vd_exr_in *in)
{
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    setup.error_handler_fn = keep_cause;
    setup.user_data = in;
    setup.read_fn = read_bytes;
    setup.size_fn = file_size;
    setup.max_image_width = setup.max_image_height = VD_EXR_SIDE_MAX;
    setup.max_tile_width = setup.max_tile_height = VD_EXR_SIDE_MAX;
    setup.flags = EXR_CONTEXT_FLAG_DISABLE_CHUNK_RECONSTRUCTION;
    exr_result_t code = exr_start_read(&in->file, in->path, &setup);
    if (code == EXR_ERR_SUCCESS) code = exr_get_count(in->file, &in->parts);
    return code == EXR_ERR_SUCCESS ? VD_OK : damaged(context, in, code);
}

vd_result vd_exr_in_open(vd_context *context, const char *path, vd_exr_in **out)
{
    void *memory;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_exr_in), path, &memory));
    vd_exr_in *in = memory;
    in->descriptor = -1;
    vd_result result = vd_strdup(context, path, &in->path);
    if (result == VD_OK) in->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (result == VD_OK && in->descriptor < 0)
        result = vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", path,
                         strerror(errno));
    if (result == VD_OK) result = start(context, in);
    if (result == VD_OK)
        *out = in;
    else
        vd_exr_in_close(in);
    return result;
}

void vd_exr_in_close(vd_exr_in *in)
{
    if (!in) return;
    if (in->file) exr_finish(&in->file);
    if (in->descriptor >= 0) close(in->descriptor);
    free(in->path);
    free(in);
}

/* ---- what it says ------------------------------------------------------------------------- */

int vd_exr_in_parts(const vd_exr_in *in)
{
    return in->parts;
}

const char *vd_exr_in_part_name(const vd_exr_in *in, int part)
{
    const char *name = NULL;
    return exr_get_name(in->file, part, &name) == EXR_ERR_SUCCESS && name ? name : "";
}

bool vd_exr_in_is_flat(const vd_exr_in *in, int part)
{
    exr_storage_t storage;
    return exr_get_storage(in->file, part, &storage) == EXR_ERR_SUCCESS &&
           (storage == EXR_STORAGE_SCANLINE || storage == EXR_STORAGE_TILED);
}

static const exr_attr_chlist_t *channels_of(const vd_exr_in *in, int part)
{
    const exr_attr_chlist_t *list = NULL;
    return exr_get_channels(in->file, part, &list) == EXR_ERR_SUCCESS ? list : NULL;
}

const char *vd_exr_in_channel(const vd_exr_in *in, int part, int index)
{
    const exr_attr_chlist_t *list = channels_of(in, part);
    return list && index >= 0 && index < list->num_channels ? list->entries[index].name.str : NULL;
}

int vd_exr_in_find(const vd_exr_in *in, int part, const char *name)
{
    const exr_attr_chlist_t *list = channels_of(in, part);
    for (int i = 0; list && i < list->num_channels; i++) {
        const exr_attr_chlist_entry_t *entry = &list->entries[i];
        if (strcmp(entry->name.str, name) == 0 && entry->x_sampling == 1 &&
            entry->y_sampling == 1 && entry->pixel_type != EXR_PIXEL_UINT)
            return i;
    }
    return -1;
}

bool vd_exr_in_has_layer(const vd_exr_in *in, int part, const char *layer, const char *letters,
                         int *channels)
{
    char name[256];
    for (; *letters; letters++, channels++) {
        snprintf(name, sizeof(name), "%s%s%c", layer, *layer ? "." : "", *letters);
        *channels = vd_exr_in_find(in, part, name);
        if (*channels < 0) return false;
    }
    return vd_exr_in_is_flat(in, part);
}

bool vd_exr_in_find_layer(const vd_exr_in *in, const char *layer, const char *letters, int *part,
                          int *channels)
{
    for (*part = 0; *part < vd_exr_in_parts(in); ++*part)
        if (vd_exr_in_has_layer(in, *part, layer, letters, channels)) return true;
    return false;
}

const char *vd_exr_in_text(const vd_exr_in *in, int part, const char *name)
{
    const char *text = NULL;
    int32_t length;
    return exr_attr_get_string(in->file, part, name, &length, &text) == EXR_ERR_SUCCESS ? text
                                                                                        : NULL;
}

bool vd_exr_in_number(const vd_exr_in *in, int part, const char *name, float *out)
{
    return exr_attr_get_float(in->file, part, name, out) == EXR_ERR_SUCCESS;
}

bool vd_exr_in_direction(const vd_exr_in *in, int part, const char *name, float out[3])
{
    exr_attr_v3f_t direction;
    if (exr_attr_get_v3f(in->file, part, name, &direction) != EXR_ERR_SUCCESS) return false;
    out[0] = direction.x, out[1] = direction.y, out[2] = direction.z;
    return true;
}

bool vd_exr_in_matrix(const vd_exr_in *in, int part, const char *name, double out[9])
{
    exr_attr_m33d_t matrix;
    if (exr_attr_get_m33d(in->file, part, name, &matrix) != EXR_ERR_SUCCESS) return false;
    memcpy(out, matrix.m, 9 * sizeof(out[0]));
    return true;
}

bool vd_exr_in_chromaticities(const vd_exr_in *in, int part, float out[8])
{
    exr_attr_chromaticities_t says;
    if (exr_attr_get_chromaticities(in->file, part, "chromaticities", &says) != EXR_ERR_SUCCESS)
        return false;
    const float values[8] = {says.red_x,  says.red_y,  says.green_x, says.green_y,
                             says.blue_x, says.blue_y, says.white_x, says.white_y};
    memcpy(out, values, sizeof(values));
    return true;
}

bool vd_exr_in_is_cube_map(const vd_exr_in *in, int part)
{
    exr_envmap_t kind;
    return exr_attr_get_envmap(in->file, part, "envmap", &kind) == EXR_ERR_SUCCESS &&
           kind == EXR_ENVMAP_CUBE;
}

/* ---- rows --------------------------------------------------------------------------------- */

typedef struct chunk {
    exr_decode_pipeline_t pipeline;
    bool is_begun;
    void *planes; /**< [count + 1][lines][columns] */
} chunk;

struct vd_exr_rows {
    vd_context *context; /**< of the call under way */
    vd_exr_in *in;
    int part, threads;
    exr_attr_box2i_t data, display;
    bool is_tiled;
    int columns, lines; /**< of a chunk at most */
    int across, down;   /**< chunks of a band */
    int width;          /**< of the data window */
    int count;          /**< of channels */
    int *channels;
    chunk *chunks;
    float *band;    /**< [down * lines][width][count] */
    int64_t band_y; /**< its first row, from the data window's; -1: none yet */
};

/** Says where channels go: each to a plane of its own as the file has it, since the library trips
 * over some ways of laying them side by side; those that nobody wants to the last, since it also
 * trips over some that go nowhere. */
static void aim_channels(const vd_exr_rows *rows, chunk *at, int columns)
{
    size_t plane = (size_t)rows->columns * (size_t)rows->lines * sizeof(float);
    for (int i = 0; i < at->pipeline.channel_count; i++) {
        exr_coding_channel_info_t *channel = &at->pipeline.channels[i];
        int c = 0;
        while (c < rows->count && rows->channels[c] != i) c++;
        channel->decode_to_ptr = (uint8_t *)at->planes + (size_t)c * plane;
        channel->user_data_type = channel->data_type;
        channel->user_bytes_per_element = channel->bytes_per_element;
        channel->user_pixel_stride = channel->bytes_per_element;
        channel->user_line_stride = columns * channel->bytes_per_element;
    }
}

/** A channel's plane into the band. */
static void spread(const vd_exr_rows *rows, const chunk *at, int c, const exr_chunk_info_t *info,
                   float *to)
{
    int from = 0; /* a channel that is asked for twice has been decoded once */
    while (rows->channels[from] != rows->channels[c]) from++;
    const char *plane =
        (const char *)at->planes + (size_t)from * (size_t)rows->columns * (size_t)rows->lines * 4;
    bool is_half = at->pipeline.channels[rows->channels[c]].data_type == EXR_PIXEL_HALF;
    for (int y = 0; y < info->height; y++) {
        float *out = to + (size_t)y * (size_t)rows->width * (size_t)rows->count + c;
        const uint16_t *halves =
            (const uint16_t *)(const void *)plane + (size_t)y * (size_t)info->width;
        const float *floats = (const float *)(const void *)plane + (size_t)y * (size_t)info->width;
        for (int x = 0; x < info->width; x++, out += rows->count)
            *out = is_half ? vd_float_of_half(halves[x]) : floats[x];
    }
}

static exr_result_t chunk_info(const vd_exr_rows *rows, int64_t item, exr_chunk_info_t *info)
{
    int column = (int)(item % rows->across);
    int64_t row = rows->band_y + item / rows->across * rows->lines;
    if (rows->is_tiled)
        return exr_read_tile_chunk_info(rows->in->file, rows->part, column,
                                        (int)(row / rows->lines), 0, 0, info);
    return exr_read_scanline_chunk_info(rows->in->file, rows->part, (int)(rows->data.min.y + row),
                                        info);
}

static vd_result decode_chunk(void *state, int thread, int64_t item)
{
    const vd_exr_rows *rows = state;
    chunk *at = &rows->chunks[item];
    exr_chunk_info_t info;
    size_t x = (size_t)(item % rows->across) * (size_t)rows->columns;
    size_t y = (size_t)(item / rows->across) * (size_t)rows->lines;
    (void)thread;
    exr_context_t file = rows->in->file;
    exr_result_t code = chunk_info(rows, item, &info);
    if (code == EXR_ERR_SUCCESS && (info.width > rows->columns || info.height > rows->lines))
        code = EXR_ERR_BAD_CHUNK_LEADER;
    if (code == EXR_ERR_SUCCESS)
        code = at->is_begun ? exr_decoding_update(file, rows->part, &info, &at->pipeline)
                            : exr_decoding_initialize(file, rows->part, &info, &at->pipeline);
    if (code != EXR_ERR_SUCCESS) return damaged(rows->context, rows->in, code);
    aim_channels(rows, at, info.width);
    if (!at->is_begun) code = exr_decoding_choose_default_routines(file, rows->part, &at->pipeline);
    at->is_begun = true;
    if (code == EXR_ERR_SUCCESS) code = exr_decoding_run(file, rows->part, &at->pipeline);
    if (code != EXR_ERR_SUCCESS) return damaged(rows->context, rows->in, code);
    float *to = rows->band + (y * (size_t)rows->width + x) * (size_t)rows->count;
    for (int c = 0; c < rows->count; c++) spread(rows, at, c, &info, to);
    return VD_OK;
}

static vd_result decode_band(vd_exr_rows *rows, int64_t y)
{
    int64_t height = (int64_t)rows->data.max.y - rows->data.min.y + 1;
    int64_t band = (int64_t)rows->down * rows->lines;
    rows->band_y = y / band * band;
    int64_t left = (height - rows->band_y + rows->lines - 1) / rows->lines;
    int64_t down = left < rows->down ? left : rows->down;
    vd_work work = {
        .threads = rows->threads, .items = down * rows->across, .run = decode_chunk, .state = rows};
    vd_result result = vd_parallel(rows->context, &work);
    if (result != VD_OK) rows->band_y = -1;
    return result;
}

static vd_result measure(vd_context *context, vd_exr_rows *rows)
{
    const vd_exr_in *in = rows->in;
    exr_storage_t storage;
    int32_t columns = 0, lines = 0;
    exr_result_t code = exr_get_data_window(in->file, rows->part, &rows->data);
    if (code == EXR_ERR_SUCCESS)
        code = exr_get_display_window(in->file, rows->part, &rows->display);
    if (code == EXR_ERR_SUCCESS) code = exr_get_storage(in->file, rows->part, &storage);
    if (code != EXR_ERR_SUCCESS) return damaged(context, in, code);
    int64_t width = (int64_t)rows->display.max.x - rows->display.min.x + 1;
    int64_t height = (int64_t)rows->display.max.y - rows->display.min.y + 1;
    int64_t across = (int64_t)rows->data.max.x - rows->data.min.x + 1;
    if (width < 1 || height < 1 || across < 1 || width > VD_EXR_SIDE_MAX ||
        height > VD_EXR_SIDE_MAX || across > VD_EXR_SIDE_MAX)
        return vd_fail(context, VD_ERR_FORMAT,
                       "%s: says that it has %lld x %lld pixels; 1 to %d a side can be read",
                       in->path, (long long)width, (long long)height, VD_EXR_SIDE_MAX);
    rows->is_tiled = storage == EXR_STORAGE_TILED;
    if (rows->is_tiled)
        code = exr_get_tile_sizes(in->file, rows->part, 0, 0, &columns, &lines);
    else
        code = exr_get_scanlines_per_chunk(in->file, rows->part, &lines);
    if (!rows->is_tiled) columns = (int32_t)across;
    if (code != EXR_ERR_SUCCESS || lines < 1 || columns < 1) return damaged(context, in, code);
    rows->width = (int)across;
    rows->columns = columns;
    rows->lines = lines;
    rows->across = (int)((across + columns - 1) / columns);
    return VD_OK;
}

static vd_result get_room(vd_context *context, vd_exr_rows *rows)
{
    void *memory;
    size_t row = (size_t)rows->width * (size_t)rows->count;
    int height = rows->data.max.y - rows->data.min.y + 1;
    rows->down = 1;
    if (!rows->is_tiled) {
        int chunks = 2 * vd_thread_count(rows->threads);
        while (rows->down < chunks &&
               (size_t)(rows->down + 1) * row * (size_t)rows->lines <= BAND_FLOATS &&
               rows->down * rows->lines < height)
            rows->down++;
    }
    VD_TRY(vd_alloc(context, row * (size_t)rows->lines, (size_t)rows->down * sizeof(float),
                    "rows of an OpenEXR file", &memory));
    rows->band = memory;
    size_t chunks = (size_t)rows->across * (size_t)rows->down;
    VD_TRY(vd_alloc(context, chunks, sizeof(chunk), "rows of an OpenEXR file", &memory));
    rows->chunks = memory;
    for (size_t i = 0; i < chunks; i++)
        VD_TRY(vd_alloc(context, (size_t)rows->columns * (size_t)rows->lines,
                        (size_t)(rows->count + 1) * sizeof(float), "rows of an OpenEXR file",
                        &rows->chunks[i].planes));
    return VD_OK;
}

vd_result vd_exr_rows_open(vd_context *context, vd_exr_in *in, int part, const int *channels,
                           int count, int threads, vd_exr_rows **out)
{
    void *memory, *copy = NULL;
    *out = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_exr_rows), "rows of an OpenEXR file", &memory));
    vd_exr_rows *rows = memory;
    *rows = (vd_exr_rows){.in = in, .part = part, .threads = threads, .count = count, .band_y = -1};
    vd_result result = vd_alloc(context, (size_t)count, sizeof(int), in->path, &copy);
    rows->channels = copy;
    if (result == VD_OK) {
        memcpy(rows->channels, channels, (size_t)count * sizeof(int));
        result = measure(context, rows);
    }
    if (result == VD_OK) result = get_room(context, rows);
    if (result == VD_OK)
        *out = rows;
    else
        vd_exr_rows_close(rows);
    return result;
}

void vd_exr_rows_close(vd_exr_rows *rows)
{
    if (!rows) return;
    for (int i = 0; rows->chunks && i < rows->across * rows->down; i++) {
        if (rows->chunks[i].is_begun)
            exr_decoding_destroy(rows->in->file, &rows->chunks[i].pipeline);
        free(rows->chunks[i].planes);
    }
    free(rows->chunks);
    free(rows->band);
    free(rows->channels);
    free(rows);
}

int vd_exr_rows_width(const vd_exr_rows *rows)
{
    return rows->display.max.x - rows->display.min.x + 1;
}

int vd_exr_rows_height(const vd_exr_rows *rows)
{
    return rows->display.max.y - rows->display.min.y + 1;
}

vd_result vd_exr_rows_check_size(vd_context *context, const vd_exr_rows *rows, const char *layer,
                                 int width, int height)
{
    if (vd_exr_rows_width(rows) == width && vd_exr_rows_height(rows) == height) return VD_OK;
    return vd_fail(context, VD_ERR_FORMAT, "%s: %s is not as large as beauty", rows->in->path,
                   layer);
}

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

void vd_exr_rows_part(const vd_exr_rows *rows, int part[4])
{
    const exr_attr_box2i_t *data = &rows->data, *display = &rows->display;
    int left = larger(data->min.x, display->min.x), right = smaller(data->max.x, display->max.x);
    int top = larger(data->min.y, display->min.y), bottom = smaller(data->max.y, display->max.y);
    memset(part, 0, 4 * sizeof(part[0]));
    if (left > right || top > bottom) return;
    part[0] = left - display->min.x;
    part[1] = top - display->min.y;
    part[2] = right - left + 1;
    part[3] = bottom - top + 1;
}

/* Copies what the two windows share of a row of the band. */
static void copy_row(const vd_exr_rows *rows, int64_t row, float *to)
{
    int width = vd_exr_rows_width(rows);
    int64_t shift = (int64_t)rows->data.min.x - rows->display.min.x; /* of the data to the right */
    int64_t first = shift > 0 ? shift : 0;
    int64_t end = shift + rows->width < width ? shift + rows->width : width;
    if (end <= first) return;
    const float *from =
        rows->band + ((row - rows->band_y) * rows->width + first - shift) * rows->count;
    memcpy(to + first * rows->count, from,
           (size_t)(end - first) * (size_t)rows->count * sizeof(float));
}

vd_result vd_exr_rows_read(vd_context *context, vd_exr_rows *rows, int y, int count, float *values)
{
    size_t row_floats = (size_t)vd_exr_rows_width(rows) * (size_t)rows->count;
    int64_t height = (int64_t)rows->data.max.y - rows->data.min.y + 1;
    int64_t band = (int64_t)rows->down * rows->lines;
    rows->context = context;
    memset(values, 0, (size_t)count * row_floats * sizeof(float));
    for (int i = 0; i < count; i++) {
        int64_t row = (int64_t)y + i + rows->display.min.y - rows->data.min.y;
        if (row < 0 || row >= height) continue;
        if (rows->band_y < 0 || row / band * band != rows->band_y) VD_TRY(decode_band(rows, row));
        copy_row(rows, row, values + (size_t)i * row_floats);
    }
    return VD_OK;
}
