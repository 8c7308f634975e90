/* OpenEXR by the format's own C core: one part, scanlines from the top, half or float.
 *
 * Pixels are scene-linear radiance in Rec. 709 primaries, which the header says, and RGBA where
 * some are transparent, with the colour multiplied by alpha, as the format defines it. Nothing is
 * toned or dithered.
 *
 * The picture is written in strips of whole chunks (as many rows as the compression takes
 * together): a strip's chunks are compressed by all threads and written in order by one, so the
 * file is the same for any number of threads and memory does not grow with the picture.
 *
 * The settings stand in the attribute veduta:settings. Where the picture lies on a map is told as
 * GDAL's own EXR driver tells it, by a WKT string and a 3 x 3 matrix from pixels to the map. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openexr.h>

#include "output/parts.h"

#define STRIP_BYTES (64u << 20)
/* zlib's fourth level, as the other formats have it. */
#define ZIP_LEVEL 4
/* Older versions of the C core lack DWAA; what it can is tried on a picture of so many pixels. */
#define TRIAL_SIDE 32

typedef struct exr_job {
    vd_context *context;
    const vd_encoder *encoder;
    const char *final_path;
    exr_context_t file;
    int descriptor;                   /**< -1: what is written goes nowhere */
    int cause;                        /**< errno of a write that failed */
    int lines;                        /**< rows of a chunk */
    int chunks;                       /**< of a strip at most */
    int y;                            /**< the strip's first row */
    char *samples;                    /**< its rows */
    exr_encode_pipeline_t *pipelines; /**< one a chunk */
    int begun;                        /**< of them, from the first */
} exr_job;

static int64_t write_bytes(exr_const_context_t file, void *user, const void *buffer, uint64_t size,
                           uint64_t offset, exr_stream_error_func_ptr_t error)
{
    exr_job *job = user;
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

static vd_result fail_write(const exr_job *job, exr_result_t code)
{
    if (code == EXR_ERR_OUT_OF_MEMORY)
        return vd_fail(job->context, VD_ERR_MEMORY, "%s: not enough memory to compress it",
                       job->final_path);
    return vd_fail(job->context, VD_ERR_IO,
                   "cannot write %s: %s; free some space or choose another folder", job->final_path,
                   job->cause ? strerror(job->cause) : exr_get_default_error_message(code));
}

static exr_compression_t compression_of(vd_exr_compression compression)
{
    switch (compression) {
    case VD_EXR_NONE: return EXR_COMPRESSION_NONE;
    case VD_EXR_ZIPS: return EXR_COMPRESSION_ZIPS;
    case VD_EXR_PIZ: return EXR_COMPRESSION_PIZ;
    case VD_EXR_DWAA: return EXR_COMPRESSION_DWAA;
    default: return EXR_COMPRESSION_ZIP;
    }
}

static exr_result_t add_channels(const exr_job *job)
{
    static const char *const names[] = {"R", "G", "B", "A"};
    exr_pixel_type_t type =
        job->encoder->options->type == VD_SAMPLE_HALF ? EXR_PIXEL_HALF : EXR_PIXEL_FLOAT;
    exr_result_t code = EXR_ERR_SUCCESS;
    for (int c = 0; code == EXR_ERR_SUCCESS && c < job->encoder->channels; c++)
        code =
            exr_add_channel(job->file, 0, names[c], type,
                            c < 3 ? EXR_PERCEPTUALLY_LOGARITHMIC : EXR_PERCEPTUALLY_LINEAR, 1, 1);
    return code;
}

static exr_result_t describe(const exr_job *job)
{
    const exr_attr_chromaticities_t rec709 = {0.64f, 0.33f, 0.30f,   0.60f,
                                              0.15f, 0.06f, 0.3127f, 0.3290f};
    const vd_source *source = job->encoder->source;
    const double *g = source->geotransform;
    char software[64];
    snprintf(software, sizeof(software), "veduta %s", vd_version());
    exr_result_t code = exr_attr_set_chromaticities(job->file, 0, "chromaticities", &rec709);
    if (code == EXR_ERR_SUCCESS) code = exr_attr_set_string(job->file, 0, "software", software);
    if (code == EXR_ERR_SUCCESS && source->settings_text && *source->settings_text)
        code = exr_attr_set_string(job->file, 0, "veduta:settings", source->settings_text);
    if (code == EXR_ERR_SUCCESS && source->wkt)
        code = exr_attr_set_string(job->file, 0, "gdal:crsWkt", source->wkt);
    if (code == EXR_ERR_SUCCESS && source->has_geotransform) {
        const exr_attr_m33d_t to_map = {{g[1], g[2], g[0], g[4], g[5], g[3], 0.0, 0.0, 1.0}};
        code = exr_attr_set_m33d(job->file, 0, "gdal:geoTransform", &to_map);
    }
    return code;
}

static exr_result_t write_header(exr_job *job)
{
    const vd_source *source = job->encoder->source;
    exr_context_initializer_t setup = EXR_DEFAULT_CONTEXT_INITIALIZER;
    int part = 0;
    int32_t lines = 0;
    setup.error_handler_fn = say_nothing;
    setup.user_data = job;
    setup.write_fn = write_bytes;
    setup.zip_level = ZIP_LEVEL;
    exr_result_t code =
        exr_start_write(&job->file, job->final_path, EXR_WRITE_FILE_DIRECTLY, &setup);
    if (code == EXR_ERR_SUCCESS)
        code = exr_add_part(job->file, "picture", EXR_STORAGE_SCANLINE, &part);
    if (code == EXR_ERR_SUCCESS)
        code = exr_initialize_required_attr_simple(
            job->file, part, source->width, source->height,
            compression_of(job->encoder->options->exr_compression));
    if (code == EXR_ERR_SUCCESS) code = add_channels(job);
    if (code == EXR_ERR_SUCCESS) code = describe(job);
    if (code == EXR_ERR_SUCCESS) code = exr_write_header(job->file);
    if (code == EXR_ERR_SUCCESS) code = exr_get_scanlines_per_chunk(job->file, part, &lines);
    job->lines = lines > 0 ? lines : 1;
    return code;
}

/** Where the pipeline finds the channels, which it has by name, in interleaved rows. */
static void aim_channels(const exr_job *job, exr_encode_pipeline_t *pipeline, const char *rows)
{
    static const char letters[] = "RGBA";
    size_t bytes = job->encoder->sample_bytes;
    for (int i = 0; i < pipeline->channel_count; i++) {
        exr_coding_channel_info_t *channel = &pipeline->channels[i];
        size_t c = (size_t)(strchr(letters, channel->channel_name[0]) - letters);
        channel->encode_from_ptr = (const uint8_t *)rows + c * bytes;
        channel->user_pixel_stride = (int32_t)((size_t)job->encoder->channels * bytes);
        channel->user_line_stride = (int32_t)job->encoder->row_bytes;
    }
}

/* A chunk is left in its pipeline's buffer, to be written when its turn comes. */
static exr_result_t keep_chunk(exr_encode_pipeline_t *pipeline)
{
    (void)pipeline;
    return EXR_ERR_SUCCESS;
}

static vd_result encode_chunk(void *state, int thread, int64_t item)
{
    const exr_job *job = state;
    exr_encode_pipeline_t *pipeline = &job->pipelines[item];
    const char *rows = job->samples + (size_t)item * (size_t)job->lines * job->encoder->row_bytes;
    exr_chunk_info_t info;
    (void)thread;
    exr_result_t code =
        exr_write_scanline_chunk_info(job->file, 0, job->y + (int)item * job->lines, &info);
    bool is_new = item >= job->begun;
    if (code == EXR_ERR_SUCCESS)
        code = is_new ? exr_encoding_initialize(job->file, 0, &info, pipeline)
                      : exr_encoding_update(job->file, 0, &info, pipeline);
    if (code != EXR_ERR_SUCCESS) return fail_write(job, code);
    aim_channels(job, pipeline, rows);
    if (is_new) code = exr_encoding_choose_default_routines(job->file, 0, pipeline);
    pipeline->write_fn = keep_chunk;
    pipeline->yield_until_ready_fn = keep_chunk;
    if (code == EXR_ERR_SUCCESS) code = exr_encoding_run(job->file, 0, pipeline);
    return code == EXR_ERR_SUCCESS ? VD_OK : fail_write(job, code);
}

static vd_result write_strip(exr_job *job, int rows)
{
    int chunks = (rows + job->lines - 1) / job->lines;
    VD_TRY(vd_encoder_read(job->context, job->encoder, job->y, rows, job->samples));
    vd_work work = {.threads = job->encoder->options->threads,
                    .items = chunks,
                    .run = encode_chunk,
                    .state = job};
    VD_TRY(vd_parallel(job->context, &work));
    if (job->begun < chunks) job->begun = chunks;
    for (int i = 0; i < chunks; i++) {
        const exr_encode_pipeline_t *pipeline = &job->pipelines[i];
        exr_result_t code =
            exr_write_scanline_chunk(job->file, 0, job->y + i * job->lines,
                                     pipeline->compressed_buffer, pipeline->compressed_bytes);
        if (code != EXR_ERR_SUCCESS) return fail_write(job, code);
    }
    return VD_OK;
}

static vd_result write_picture(exr_job *job)
{
    const vd_encoder *encoder = job->encoder;
    int height = encoder->source->height;
    void *memory;
    exr_result_t code = write_header(job);
    if (code != EXR_ERR_SUCCESS) return fail_write(job, code);

    size_t chunk_bytes = (size_t)job->lines * encoder->row_bytes;
    int chunks = 4 * vd_thread_count(encoder->options->threads);
    while (chunks > 1 && (size_t)chunks * chunk_bytes > STRIP_BYTES) chunks /= 2;
    if (chunks > (height + job->lines - 1) / job->lines)
        chunks = (height + job->lines - 1) / job->lines;
    job->chunks = chunks;
    VD_TRY(vd_alloc(job->context, (size_t)chunks, chunk_bytes, "rows of the EXR", &memory));
    job->samples = memory;
    VD_TRY(vd_alloc(job->context, (size_t)chunks, sizeof(exr_encode_pipeline_t), "rows of the EXR",
                    &memory));
    job->pipelines = memory;
    int rows = chunks * job->lines;
    for (job->y = 0; job->y < height; job->y += rows)
        VD_TRY(write_strip(job, height - job->y < rows ? height - job->y : rows));
    return VD_OK;
}

/** Writes the picture, and ends what write_picture() began. */
static vd_result write_and_end(exr_job *job)
{
    vd_result result = write_picture(job);
    for (int i = 0; job->pipelines && i < job->chunks; i++)
        exr_encoding_destroy(job->file, &job->pipelines[i]);
    exr_result_t code = job->file ? exr_finish(&job->file) : EXR_ERR_SUCCESS;
    if (result == VD_OK && code != EXR_ERR_SUCCESS) result = fail_write(job, code);
    free(job->pipelines);
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
    if (options->exr_compression != VD_EXR_DWAA) return VD_OK;
    vd_result result = vd_encoder_open(NULL, &source, options, &encoder);
    exr_job job = {.encoder = &encoder, .final_path = options->path, .descriptor = -1};
    if (result == VD_OK) result = write_and_end(&job);
    vd_encoder_close(&encoder);
    if (result == VD_OK || result == VD_ERR_MEMORY) return result;
    return vd_fail(context, VD_ERR_UNSUPPORTED,
                   "%s: this build's OpenEXR (veduta info) cannot write dwaa; use another "
                   "--exr-compression",
                   options->path);
}

vd_result vd_exr_write(vd_context *context, const vd_encoder *encoder, vd_family *family)
{
    exr_job job = {
        .context = context, .encoder = encoder, .final_path = family->paths[VD_MEMBER_PICTURE]};
    job.descriptor = open(vd_whole_path(family->files[VD_MEMBER_PICTURE]),
                          O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (job.descriptor < 0) {
        job.cause = errno;
        return fail_write(&job, EXR_ERR_FILE_ACCESS);
    }
    family->written[VD_MEMBER_PICTURE] = true;
    vd_result result = write_and_end(&job);
    if (close(job.descriptor) == 0 || result != VD_OK) return result;
    job.cause = errno;
    return fail_write(&job, EXR_ERR_WRITE_IO);
}
