/* The context: whom to tell, and the sentence that explains the last failure.
 *
 * One context belongs to one call into veduta at a time, but that call's workers share it: the
 * sentence is guarded by a mutex, and the first failure keeps it, since what fails after it fails
 * mostly because of it. Callbacks run on the calling thread only. */
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/base.h"

#define VD_SENTENCE_BYTES 2048
/* Different messages that one call is kept from repeating; past so many it may. */
#define VD_MESSAGES_KEPT 32

struct vd_context {
    vd_callbacks callbacks;
    pthread_mutex_t mutex;
    bool failed;
    atomic_bool cancelled;
    char error[VD_SENTENCE_BYTES];
    uint64_t said[VD_MESSAGES_KEPT]; /* hashes of this call's messages */
    int said_count;
};

typedef struct error_row {
    const char *name;
    int exit_status;
    const char *text;
} error_row;

static const error_row error_rows[] = {
#define VD_ERROR(code, exit_status, text) [code] = {#code, exit_status, text},
#include "base/errors.def"
#undef VD_ERROR
};

/* The row of a code; one that is no code at all is a fault of veduta's own. */
static const error_row *error_row_of(vd_result result)
{
    size_t index = (size_t)result;
    size_t count = sizeof error_rows / sizeof error_rows[0];
    return &error_rows[index < count ? index : (size_t)VD_ERR_INTERNAL];
}

const char *vd_result_name(vd_result result)
{
    return error_row_of(result)->name;
}

int vd_result_exit_status(vd_result result)
{
    return error_row_of(result)->exit_status;
}

vd_result vd_context_create(const vd_callbacks *callbacks, vd_context **out)
{
    *out = NULL;
    vd_context *context = calloc(1, sizeof *context);
    if (!context) return VD_ERR_MEMORY;
    if (pthread_mutex_init(&context->mutex, NULL) != 0) {
        free(context);
        return VD_ERR_MEMORY;
    }
    if (callbacks) context->callbacks = *callbacks;
    *out = context;
    return VD_OK;
}

void vd_context_destroy(vd_context *context)
{
    if (!context) return;
    pthread_mutex_destroy(&context->mutex);
    free(context);
}

const char *vd_context_error(const vd_context *context)
{
    return context ? context->error : "";
}

void vd_context_clear(vd_context *context)
{
    if (!context) return;
    pthread_mutex_lock(&context->mutex);
    context->failed = false;
    context->error[0] = '\0';
    context->said_count = 0;
    atomic_store(&context->cancelled, false);
    pthread_mutex_unlock(&context->mutex);
}

/* Formats one line: texts that come from other libraries may hold line ends and tabs. */
static void format_line(char *line, size_t size, const char *format, va_list arguments)
{
    if (vsnprintf(line, size, format, arguments) < 0) line[0] = '\0';
    size_t length = 0;
    for (size_t i = 0; line[i]; i++) {
        if ((unsigned char)line[i] < ' ') line[i] = ' ';
        if (line[i] != ' ') length = i + 1;
    }
    line[length] = '\0';
}

vd_result vd_fail(vd_context *context, vd_result code, const char *format, ...)
{
    if (!context) return code;
    pthread_mutex_lock(&context->mutex);
    if (!context->failed) {
        va_list arguments;
        va_start(arguments, format);
        format_line(context->error, sizeof context->error, format, arguments);
        va_end(arguments);
        if (!context->error[0])
            snprintf(context->error, sizeof context->error, "%s", error_row_of(code)->text);
        context->failed = true;
    }
    pthread_mutex_unlock(&context->mutex);
    return code;
}

/* Was this line said before in this call? Input is looked at more than once; its user is told once.
 */
static bool is_repeated(vd_context *context, const char *line)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (; *line; line++) hash = (hash ^ (unsigned char)*line) * 0x100000001b3u;
    for (int i = 0; i < context->said_count; i++)
        if (context->said[i] == hash) return true;
    if (context->said_count < VD_MESSAGES_KEPT) context->said[context->said_count++] = hash;
    return false;
}

void vd_message(vd_context *context, vd_level level, const char *format, ...)
{
    if (!context || !context->callbacks.message) return;
    char line[VD_SENTENCE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    format_line(line, sizeof line, format, arguments);
    va_end(arguments);
    if (!is_repeated(context, line))
        context->callbacks.message(context->callbacks.user, level, line);
}

vd_result vd_progress(vd_context *context, const char *phase, double fraction)
{
    if (!context) return VD_OK;
    const vd_callbacks *callbacks = &context->callbacks;
    if (callbacks->cancel && callbacks->cancel(callbacks->user)) {
        atomic_store(&context->cancelled, true);
        if (phase) return vd_fail(context, VD_ERR_CANCELLED, "cancelled during %s", phase);
        return vd_fail(context, VD_ERR_CANCELLED, "cancelled");
    }
    if (callbacks->progress && phase) callbacks->progress(callbacks->user, phase, fraction);
    return VD_OK;
}

bool vd_is_cancelled(const vd_context *context)
{
    return context && atomic_load(&context->cancelled);
}
