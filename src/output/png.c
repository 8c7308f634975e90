/* PNG by libpng, row by row.
 *
 * The sRGB chunk says what the values are; it stands for the gamma and the primaries too, so
 * neither gAMA nor cHRM is written and nothing can contradict it. The settings go into an iTXt
 * chunk, which is UTF-8.
 *
 * libpng reports errors by longjmp. Each of its calls here is made inside a step: a function that
 * guarded() runs between setjmp and the return. Steps keep what they share in one struct, hold
 * nothing that a jump would lose, and everything else, the source's callbacks above all, runs
 * outside of them. */
#include <errno.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "output/parts.h"

/* Rows encoded at a time; the encoder pulls no more than this either. */
#define STRIP_ROWS 64
/* zlib's fourth level: dithered pixels hardly compress, and the default sixth takes half as long
 * again for a file less than a tenth smaller. */
#define COMPRESSION_LEVEL 4
#define COMPRESSION_BUFFER 65536

typedef struct png_job {
    vd_context *context;
    const vd_encoder *encoder;
    const char *final_path;
    FILE *stream;
    png_structp png;
    png_infop info;
    char cause[160];
    unsigned char *rows; /* of the strip to write next */
    int row_count;
} png_job;

static void on_error(png_structp png, png_const_charp text)
{
    png_job *job = png_get_error_ptr(png);
    snprintf(job->cause, sizeof(job->cause), "%s", text);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
    png_job *job = png_get_error_ptr(png);
    vd_message(job->context, VD_LEVEL_WARNING, "%s: %s", job->final_path, text);
}

static void write_bytes(png_structp png, png_bytep bytes, size_t count)
{
    png_job *job = png_get_io_ptr(png);
    if (fwrite(bytes, 1, count, job->stream) != count) png_error(png, strerror(errno));
}

/* fclose() flushes and says whether it could. */
static void flush_nothing(png_structp png)
{
    (void)png;
}

static vd_result fail_write(const png_job *job, const char *cause)
{
    return vd_fail(job->context, VD_ERR_IO,
                   "cannot write %s: %s; free some space or choose another folder", job->final_path,
                   cause);
}

static vd_result guarded(png_job *job, void (*step)(png_job *))
{
    if (setjmp(png_jmpbuf(job->png))) return fail_write(job, job->cause);
    step(job);
    return VD_OK;
}

static void set_text(png_job *job)
{
    char software[64];
    char key_software[] = "Software", key_settings[] = "Settings";
    const char *settings = job->encoder->source->settings_text;
    snprintf(software, sizeof(software), "veduta %s", vd_version());
    png_text text[2] = {
        {.compression = PNG_TEXT_COMPRESSION_NONE, .key = key_software, .text = software},
        {.compression = PNG_ITXT_COMPRESSION_NONE, .key = key_settings, .text = (char *)settings},
    };
    png_set_text(job->png, job->info, text, settings && *settings ? 2 : 1);
}

static void write_header(png_job *job)
{
    const vd_encoder *encoder = job->encoder;
    job->info = png_create_info_struct(job->png);
    if (!job->info) png_error(job->png, "out of memory");
    png_set_write_fn(job->png, job, write_bytes, flush_nothing);
    png_set_user_limits(job->png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
    png_set_compression_level(job->png, COMPRESSION_LEVEL);
    png_set_compression_buffer_size(job->png, COMPRESSION_BUFFER);
    png_set_IHDR(job->png, job->info, (png_uint_32)encoder->source->width,
                 (png_uint_32)encoder->source->height, (int)encoder->sample_bytes * 8,
                 encoder->channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA : PNG_COLOR_TYPE_RGB,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(job->png, job->info, PNG_sRGB_INTENT_PERCEPTUAL);
    set_text(job);
    png_write_info(job->png, job->info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    if (encoder->sample_bytes == 2) png_set_swap(job->png);
#endif
}

static void write_strip(png_job *job)
{
    for (int i = 0; i < job->row_count; i++)
        png_write_row(job->png, job->rows + (size_t)i * job->encoder->row_bytes);
}

static void write_end(png_job *job)
{
    png_write_end(job->png, NULL);
}

static vd_result write_picture(png_job *job)
{
    const vd_encoder *encoder = job->encoder;
    int height = encoder->source->height;
    VD_TRY(guarded(job, write_header));
    for (int y = 0; y < height; y += STRIP_ROWS) {
        job->row_count = height - y < STRIP_ROWS ? height - y : STRIP_ROWS;
        VD_TRY(vd_encoder_read(job->context, encoder, y, job->row_count, job->rows));
        VD_TRY(guarded(job, write_strip));
    }
    return guarded(job, write_end);
}

vd_result vd_png_write(vd_context *context, const vd_encoder *encoder, vd_family *family)
{
    png_job job = {
        .context = context, .encoder = encoder, .final_path = family->paths[VD_MEMBER_PICTURE]};
    void *rows = NULL;
    vd_result result = vd_alloc(context, STRIP_ROWS, encoder->row_bytes, "rows of the PNG", &rows);
    if (result != VD_OK) goto cleanup;
    job.rows = rows;
    job.stream = fopen(vd_whole_path(family->files[VD_MEMBER_PICTURE]), "wb");
    if (!job.stream) {
        result = fail_write(&job, strerror(errno));
        goto cleanup;
    }
    family->written[VD_MEMBER_PICTURE] = true;
    job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, on_error, on_warning);
    if (!job.png) {
        result = vd_fail(context, VD_ERR_MEMORY, "%s: libpng cannot start", job.final_path);
        goto cleanup;
    }
    result = write_picture(&job);

cleanup:
    if (job.png) png_destroy_write_struct(&job.png, &job.info);
    if (job.stream && fclose(job.stream) != 0 && result == VD_OK)
        result = fail_write(&job, strerror(errno));
    free(rows);
    if (result == VD_OK) result = vd_side_files_write(context, encoder->source, family);
    return result;
}
