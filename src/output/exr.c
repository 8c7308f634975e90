/* OpenEXR by the format's own C core: scanlines from the top or tiles, half or float, one part for
 * each AOV or one for all.
 *
 * Pixels are scene-linear radiance in Rec. 709 primaries, which the header says, and RGBA where
 * some are transparent, with the colour multiplied by alpha, as the format defines it. Nothing is
 * toned or dithered. Layers are what they are.
 *
 * A part is written in strips of whole chunks (as many rows as the compression takes together, or
 * tiles): a strip's chunks are compressed by all threads and written in order by one, so the file
 * is the same for any number of threads, and memory does not grow with the picture's height nor,
 * where each layer is a part of its own, with their number: the film is read once for each part. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/exr_parts.h"

#define STRIP_BYTES (64u << 20)
/* zlib's fourth level, as the other formats have it. */
#define ZIP_LEVEL 4
/* Older versions of the C core cannot write DWAA; what this one can is tried on so many pixels. */
#define TRIAL_SIDE 32

static int64_t write_bytes(exr_const_context_t file, void *user, const void *buffer, uint64_t size,
                           uint64_t offset, exr_stream_error_func_ptr_t error)
{
    vd_exr_job *job = user;
    uint64_t done = job->descriptor < 0 ? size : 0;
    while (done < size) {
        ssize_t put = pwrite(job->descriptor, (const char *)buffer + done, (size_t)(size - done),
                             (off_t)(offset + done));
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) {
            job->cause = errno;
            error(file, EXR_ERR_WRITE_IO, "cannot write");
            return -1;
        }
        done += (uint64_t)put;
    }
    return (int64_t)done;
}

/* What there is to say is said by fail_write(). */
static void say_nothing(exr_const_context_t file, exr_result_t code, const char *message)
{
    (void)file;
    (void)code;
    (void)message;
}

static vd_result fail_write(const vd_exr_job *job, exr_result_t code)
{
    if (code == EXR_ERR_OUT_OF_MEMORY)
        return vd_fail(job->context, VD_ERR_MEMORY, "%s: not enough memory to compress it",
                       job->final_path);
    return vd_fail(job->context, VD_ERR_IO,
                   "cannot write %s: %s; free some space or choose another folder", job->final_path,
                   job->cause ? strerror(job->cause) : exr_get_default_error_message(code));
}

static exr_result_t start(vd_exr_job *job)
{
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    setup.error_handler_fn = say_nothing;
    setup.user_data = job;
    setup.write_fn = write_bytes;
    setup.zip_level = ZIP_LEVEL;
    exr_result_t code =
        exr_start_write(&job->file, job->final_path, EXR_WRITE_FILE_DIRECTLY, &setup);
    return code == EXR_ERR_SUCCESS ? vd_exr_write_header(job) : code;
}

/** Which encoder's channel the file's channel of a name is. */
static vd_exr_slot find_slot(const vd_exr_job *job, const char *name)
{
    for (int i = job->first; i < job->first + job->count; i++)
        for (int c = 0; c < job->encoders[i].channels; c++)
            if (strcmp(vd_exr_channel_name(&job->encoders[i], c), name) == 0)
                return (vd_exr_slot){i, c};
    return (vd_exr_slot){job->first, 0};
}

static vd_result find_slots(vd_exr_job *job)
{
    const exr_attr_chlist_t *list = NULL;
    void *memory;
    exr_result_t code = exr_get_channels(job->file, job->part, &list);
    if (code != EXR_ERR_SUCCESS) return fail_write(job, code);
    VD_TRY(vd_alloc(job->context, (size_t)list->num_channels, sizeof(vd_exr_slot),
                    "channels of the EXR", &memory));
    job->slots = memory;
    for (int i = 0; i < list->num_channels; i++)
        job->slots[i] = find_slot(job, list->entries[i].name.str);
    return VD_OK;
}

/** Where the pipeline finds the channels, in interleaved rows, of a chunk that begins at column x
 * and row y of the strip. */
static void aim_channels(const vd_exr_job *job, exr_encode_pipeline_t *pipeline, int x, int y)
{
    for (int i = 0; i < pipeline->channel_count; i++) {
        exr_coding_channel_info_t *channel = &pipeline->channels[i];
        vd_exr_slot slot = job->slots[i];
        const vd_encoder *encoder = &job->encoders[slot.encoder];
        size_t pixel = (size_t)encoder->channels * encoder->sample_bytes;
        channel->encode_from_ptr = (const uint8_t *)job->samples[slot.encoder] +
                                   (size_t)y * encoder->row_bytes + (size_t)x * pixel +
                                   (size_t)slot.channel * encoder->sample_bytes;
        channel->user_pixel_stride = (int32_t)pixel;
        channel->user_line_stride = (int32_t)encoder->row_bytes;
    }
}

/* The strip's first row, as the file counts: in the picture that it may be a part of. */
static int top_of(const vd_exr_job *job)
{
    return job->encoders[0].source->cut.y + job->y;
}

/* A chunk is left in its pipeline's buffer, to be written when its turn comes. */
static exr_result_t keep_chunk(exr_encode_pipeline_t *pipeline)
{
    (void)pipeline;
    return EXR_ERR_SUCCESS;
}

/* The first of a strip's chunks if it has the samples of this one too, else this one: layers that
 * are the same everywhere, as ids often are, are compressed once a strip. */
static int like_chunk(const vd_exr_job *job, int item)
{
    if (job->tile > 0 || item == 0 || (item + 1) * job->lines > job->rows) return item;
    for (int i = job->first; i < job->first + job->count; i++) {
        size_t bytes = (size_t)job->lines * job->encoders[i].row_bytes;
        if (memcmp(job->samples[i], job->samples[i] + (size_t)item * bytes, bytes) != 0)
            return item;
    }
    return 0;
}

static vd_result encode_chunk(void *state, int thread, int64_t item)
{
    const vd_exr_job *job = state;
    exr_encode_pipeline_t *pipeline = &job->pipelines[item];
    int column = (int)item % job->across, row = (int)item / job->across * job->lines;
    exr_chunk_info_t info;
    exr_result_t code;
    (void)thread;
    if (like_chunk(job, (int)item) != (int)item) return VD_OK;
    if (job->tile > 0)
        code = exr_write_tile_chunk_info(job->file, job->part, column, (job->y + row) / job->lines,
                                         0, 0, &info);
    else
        code = exr_write_scanline_chunk_info(job->file, job->part, top_of(job) + row, &info);
    bool is_new = !job->begun[item];
    if (code == EXR_ERR_SUCCESS)
        code = is_new ? exr_encoding_initialize(job->file, job->part, &info, pipeline)
                      : exr_encoding_update(job->file, job->part, &info, pipeline);
    if (code != EXR_ERR_SUCCESS) return fail_write(job, code);
    job->begun[item] = true;
    aim_channels(job, pipeline, column * job->tile, row);
    if (is_new) code = exr_encoding_choose_default_routines(job->file, job->part, pipeline);
    pipeline->write_fn = keep_chunk;
    pipeline->yield_until_ready_fn = keep_chunk;
    if (code == EXR_ERR_SUCCESS) code = exr_encoding_run(job->file, job->part, pipeline);
    return code == EXR_ERR_SUCCESS ? VD_OK : fail_write(job, code);
}

static exr_result_t write_chunk(const vd_exr_job *job, int item)
{
    const exr_encode_pipeline_t *pipeline = &job->pipelines[like_chunk(job, item)];
    int row = item / job->across * job->lines;
    if (job->tile > 0)
        return exr_write_tile_chunk(job->file, job->part, item % job->across,
                                    (job->y + row) / job->lines, 0, 0, pipeline->compressed_buffer,
                                    pipeline->compressed_bytes);
    return exr_write_scanline_chunk(job->file, job->part, top_of(job) + row,
                                    pipeline->compressed_buffer, pipeline->compressed_bytes);
}

static vd_result write_strip(vd_exr_job *job, int rows)
{
    int chunks = (rows + job->lines - 1) / job->lines * job->across;
    job->rows = rows;
    for (int i = job->first; i < job->first + job->count; i++)
        VD_TRY(vd_encoder_read(job->context, &job->encoders[i], job->y, rows, job->samples[i]));
    vd_work work = {
        .threads = job->options->threads, .items = chunks, .run = encode_chunk, .state = job};
    VD_TRY(vd_parallel(job->context, &work));
    for (int i = 0; i < chunks; i++) {
        exr_result_t code = write_chunk(job, i);
        if (code != EXR_ERR_SUCCESS) return fail_write(job, code);
    }
    return VD_OK;
}

/** Rows of a strip: enough chunks for all threads, as far as memory allows. */
static int strip_rows(const vd_exr_job *job)
{
    int height = job->encoders[0].source->height, rows_of_chunks = 1;
    size_t bytes = 0;
    for (int i = job->first; i < job->first + job->count; i++)
        bytes += (size_t)job->lines * job->encoders[i].row_bytes;
    int wanted = (4 * vd_thread_count(job->options->threads) + job->across - 1) / job->across;
    while (rows_of_chunks < wanted && (size_t)(rows_of_chunks + 1) * bytes <= STRIP_BYTES &&
           rows_of_chunks * job->lines < height)
        rows_of_chunks++;
    return rows_of_chunks * job->lines;
}

static vd_result begin_part(vd_exr_job *job)
{
    int width = job->encoders[0].source->width;
    int32_t lines = 0;
    job->count = vd_exr_part_encoders(job, job->part, &job->first);
    job->tile = job->options->exr_tile;
    job->across = job->tile > 0 ? (width + job->tile - 1) / job->tile : 1;
    job->lines = job->tile;
    if (job->tile > 0) return find_slots(job);
    exr_result_t code = exr_get_scanlines_per_chunk(job->file, job->part, &lines);
    if (code != EXR_ERR_SUCCESS) return fail_write(job, code);
    job->lines = lines > 0 ? lines : 1;
    return find_slots(job);
}

static void end_part(vd_exr_job *job)
{
    for (int i = 0; job->pipelines && i < job->chunks; i++)
        exr_encoding_destroy(job->file, &job->pipelines[i]);
    for (int i = job->first; i < job->first + job->count; i++) {
        free(job->samples[i]);
        job->samples[i] = NULL;
    }
    free(job->pipelines);
    free(job->begun);
    free(job->slots);
    job->pipelines = NULL;
    job->begun = NULL;
    job->slots = NULL;
    job->chunks = 0;
}

static vd_result write_part(vd_exr_job *job)
{
    void *memory;
    int height = job->encoders[0].source->height;
    VD_TRY(begin_part(job));
    int rows = strip_rows(job);
    int chunks = rows / job->lines * job->across;
    for (int i = job->first; i < job->first + job->count; i++) {
        VD_TRY(vd_alloc(job->context, (size_t)rows, job->encoders[i].row_bytes, "rows of the EXR",
                        &memory));
        job->samples[i] = memory;
    }
    VD_TRY(vd_alloc(job->context, (size_t)chunks, sizeof(exr_encode_pipeline_t), "rows of the EXR",
                    &memory));
    job->pipelines = memory;
    job->chunks = chunks;
    VD_TRY(vd_alloc(job->context, (size_t)chunks, sizeof(bool), "rows of the EXR", &memory));
    job->begun = memory;
    for (job->y = 0; job->y < height; job->y += rows)
        VD_TRY(write_strip(job, height - job->y < rows ? height - job->y : rows));
    return VD_OK;
}

static vd_result write_parts(vd_exr_job *job)
{
    void *memory;
    vd_result result = VD_OK;
    VD_TRY(vd_alloc(job->context, (size_t)job->encoder_count, sizeof(char *), "rows of the EXR",
                    &memory));
    job->samples = memory;
    exr_result_t code = start(job);
    if (code != EXR_ERR_SUCCESS) return fail_write(job, code);
    for (job->part = 0; result == VD_OK && job->part < job->part_count; job->part++) {
        result = write_part(job);
        end_part(job);
    }
    return result;
}

/** Writes the file, and ends what write_parts() began. */
static vd_result write_and_end(vd_exr_job *job)
{
    vd_result result = write_parts(job);
    exr_result_t code = job->file ? exr_finish(&job->file) : EXR_ERR_SUCCESS;
    if (result == VD_OK && code != EXR_ERR_SUCCESS) result = fail_write(job, code);
    free(job->samples);
    return result;
}

static vd_result read_nothing(vd_context *context, void *state, int y, int rows, float *rgba)
{
    (void)context, (void)state, (void)y;
    for (int i = 0; i < 4 * TRIAL_SIDE * rows; i++) rgba[i] = 0.5f;
    return VD_OK;
}

vd_result vd_exr_check(vd_context *context, const vd_output_options *options)
{
    const vd_source source = {.width = TRIAL_SIDE, .height = TRIAL_SIDE, .read_rows = read_nothing};
    vd_encoder encoder;
    bool is_dwa =
        options->exr_compression == VD_EXR_DWAA || options->exr_compression == VD_EXR_DWAB;
    if (!is_dwa) return VD_OK;
    vd_result result = vd_encoder_open(NULL, &source, options, &encoder);
    vd_exr_job job = {.options = options,
                      .encoders = &encoder,
                      .encoder_count = 1,
                      .part_count = 1,
                      .final_path = options->path,
                      .descriptor = -1};
    if (result == VD_OK) result = write_and_end(&job);
    vd_encoder_close(&encoder);
    if (result == VD_OK || result == VD_ERR_MEMORY) return result;
    return vd_fail(context, VD_ERR_UNSUPPORTED,
                   "%s: this build's OpenEXR (veduta info) cannot write %s; use another "
                   "--exr-compression",
                   options->path, options->exr_compression == VD_EXR_DWAA ? "dwaa" : "dwab");
}

/** The type of a layer's samples: by its own default, or floats instead of halves. */
static vd_sample_type type_of_layer(const vd_layer *layer, vd_sample_type picture)
{
    return layer->type == VD_SAMPLE_HALF ? picture : layer->type;
}

/** Encoders of the picture and its layers; options[i] are those of encoders[i]. */
static vd_result open_encoders(vd_exr_job *job, const vd_encoder *picture, const vd_layers *layers,
                               vd_output_options *options)
{
    bool is_multipart = job->options->exr_layout == VD_EXR_MULTIPART;
    int count = vd_layers_count(layers) + 1;
    job->encoders[0] = *picture;
    job->encoder_count = 1;
    job->part_count = is_multipart ? count : 1;
    for (int i = 1; i < count; i++) {
        const vd_source *source = vd_layers_at(layers, i - 1);
        options[i] = *picture->options;
        options[i].type = type_of_layer(source->layer, picture->options->type);
        VD_TRY(vd_encoder_open(job->context, source, &options[i], &job->encoders[i]));
        job->encoder_count = i + 1;
    }
    for (int i = 0; is_multipart && i < count; i++) {
        job->encoders[i].progress_share = 1.0 / count;
        job->encoders[i].progress_from = (double)i / count;
    }
    return VD_OK;
}

static vd_result write_file(vd_exr_job *job, const vd_encoder *picture, vd_layers *layers)
{
    void *encoders = NULL, *options = NULL;
    size_t count = (size_t)vd_layers_count(layers) + 1;
    vd_result result =
        vd_alloc(job->context, count, sizeof(vd_encoder), "layers of the EXR", &encoders);
    if (result == VD_OK)
        result =
            vd_alloc(job->context, count, sizeof(vd_output_options), "layers of the EXR", &options);
    job->encoders = encoders;
    if (result == VD_OK) result = open_encoders(job, picture, layers, options);
    if (result == VD_OK) result = write_and_end(job);
    for (int i = 1; i < job->encoder_count; i++) vd_encoder_close(&job->encoders[i]);
    free(options);
    free(encoders);
    return result;
}

vd_result vd_exr_write(vd_context *context, const vd_encoder *encoder, vd_family *family)
{
    vd_exr_job job = {.context = context,
                      .options = encoder->options,
                      .final_path = family->paths[VD_MEMBER_PICTURE]};
    job.descriptor = open(vd_whole_path(family->files[VD_MEMBER_PICTURE]),
                          O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (job.descriptor < 0) {
        job.cause = errno;
        return fail_write(&job, EXR_ERR_FILE_ACCESS);
    }
    family->written[VD_MEMBER_PICTURE] = true;
    vd_layers *layers;
    vd_result result = vd_layers_open(context, encoder->source, &layers);
    if (result == VD_OK) result = write_file(&job, encoder, layers);
    vd_layers_close(layers);
    if (close(job.descriptor) == 0 || result != VD_OK) return result;
    job.cause = errno;
    return fail_write(&job, EXR_ERR_WRITE_IO);
}
