/* What every folder stands on: errors with a sentence, messages, progress and cancellation, checked
 * memory, worker threads, and files that appear whole or not at all. */
#ifndef VD_BASE_H
#define VD_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "veduta/veduta.h"

#if defined(__GNUC__)
#define VD_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define VD_PRINTF(text, first)
#endif

/** Returns from the enclosing function with the result of a call that failed. */
#define VD_TRY(call)                                                                               \
    do {                                                                                           \
        vd_result vd_try_result_ = (call);                                                         \
        if (vd_try_result_ != VD_OK) return vd_try_result_;                                        \
    } while (0)

/* ---- errors and messages (context.c) ------------------------------------------------------ */

/** Sets the context's sentence (what, where, what to do; no line end) and returns code. The first
 *  failure wins while worker threads run; safe to call from them. context may be NULL. */
VD_MUST_USE vd_result vd_fail(vd_context *context, vd_result code, const char *format, ...)
    VD_PRINTF(3, 4);
/** Forgets the last failure; every public function begins with it. */
void vd_context_clear(vd_context *context);
/** A line for the user, said once in a call however often it is reported. From the calling thread
 *  only. */
void vd_message(vd_context *context, vd_level level, const char *format, ...) VD_PRINTF(3, 4);
/** Reports progress and asks whether to go on; with a NULL phase it only asks. From the calling
 *  thread only.
 *  Returns VD_OK or VD_ERR_CANCELLED. */
VD_MUST_USE vd_result vd_progress(vd_context *context, const char *phase, double fraction);
/** Whether vd_progress() has been told to end since the call into veduta began; from any thread. */
bool vd_is_cancelled(const vd_context *context);

/* ---- memory (memory.c) -------------------------------------------------------------------- */

/** count * size bytes, zeroed; *out is NULL on failure. what names them in the message ("the
 *  heights"). Refuses an overflowing product, and more than vd_memory_available(). Free with
 *  free(). Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_alloc(vd_context *context, size_t count, size_t size, const char *what,
                               void **out);
/** Bytes this process may still take: the least of free memory, its cgroup limit, RLIMIT_AS. */
double vd_memory_available(void);
/** The most bytes this process has held resident so far. */
double vd_memory_peak(void);
/** "1.50 GB"; into and returning buffer. */
const char *vd_format_bytes(double bytes, char buffer[32]);
/** A copy of text, or VD_ERR_MEMORY; free with free(). */
VD_MUST_USE vd_result vd_strdup(vd_context *context, const char *text, char **out);

/* ---- checksums (checksum.c) ----------------------------------------------------------------- */

/** XXH3-64 of bytes: tells damage and change, not malice. */
uint64_t vd_checksum(const void *bytes, size_t size, uint64_t seed);

/* ---- nearest words (nearest.c) -------------------------------------------------------------- */

/** A search for the word that someone may have meant. */
typedef struct vd_nearest {
    const char *unknown; /**< what was written */
    const char *found;   /**< the best so far, or NULL */
    size_t distance;
} vd_nearest;

/** Considers word, whatever the case; if it is nearer than any before it and near enough, found
 * becomes shown. */
void vd_nearest_offer(vd_nearest *nearest, const char *word, const char *shown);

/* ---- threads and time (threads.c) --------------------------------------------------------- */

/** Independent items done by several threads. run is called once for each item from 0 on, by any
 *  thread, in any order; it may call vd_fail() but not vd_progress(). */
typedef struct vd_work {
    const char *phase; /**< for progress, or NULL for none */
    int threads;       /**< 0: one per processor */
    int64_t items;
    vd_result (*run)(void *state, int thread, int64_t item);
    void *state;
} vd_work;

/** Does all items, or stops soon after the first failure or cancellation, and returns its result.
 *  The calling thread works too and is the one that reports progress. */
VD_MUST_USE vd_result vd_parallel(vd_context *context, const vd_work *work);
/** The number of threads that a request (0: one per processor) stands for. */
int vd_thread_count(int requested);
/** As many of these as a library may be told to start: fewer where memory for their stacks is
 * short, since GDAL waits for ever for a thread that it could not start. */
int vd_thread_room(int requested);
/** Seconds on a clock that only goes forward. */
double vd_seconds(void);

/* ---- numbers (numbers.c) ------------------------------------------------------------------- */

/** strtod() with a decimal point whatever the program's locale. Where there is no number, or no
 *  memory, it is 0 and *end the text; end may be NULL. */
double vd_strtod(const char *text, char **end);
/** The order of floats, for qsort(). */
int vd_compare_floats(const void *a, const void *b);

/* ---- paths (paths.c) ------------------------------------------------------------------------ */

/** Do two paths mean the same file, however they are spelled? Also of files that are yet to be, and
 *  with GDAL's /vsi prefixes. */
bool vd_same_file(const char *a, const char *b);
/** Is there an ordinary file with nothing in it? */
bool vd_is_empty_file(const char *path);
/** Where data in memory have their paths (terrain/lend.c). */
#define VD_LENT_PREFIX "/vsimem/veduta-"
/** Does the path lead to such data, of this process alone? path may be NULL. */
bool vd_is_lent(const char *path);
/** Refuses a path that reading could wait at for ever. Returns VD_OK or VD_ERR_INPUT. */
VD_MUST_USE vd_result vd_refuse_special_file(vd_context *context, const char *path);

/* ---- files written whole or not at all (whole_file.c) -------------------------------------- */

/** A file being written beside its final name. */
typedef struct vd_whole_file vd_whole_file;

/** Chooses a temporary name in final_path's folder (with final_path's suffix, since some writers
 *  look at it). Nothing is created yet. Returns VD_OK, VD_ERR_EXISTS (without overwrite), VD_ERR_IO
 *  (no such folder, not writable, final_path is a folder) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_whole_begin(vd_context *context, const char *final_path, bool overwrite,
                                     vd_whole_file **out);
/** Where to write. */
const char *vd_whole_path(const vd_whole_file *file);
const char *vd_whole_final_path(const vd_whole_file *file);
/** Renames into place and frees *file. On failure the temporary file is removed.
 *  Returns VD_OK, VD_ERR_EXISTS or VD_ERR_IO. */
VD_MUST_USE vd_result vd_whole_commit(vd_context *context, vd_whole_file **file);
/** Removes the temporary file, if any, and frees *file; NULL is fine. */
void vd_whole_abort(vd_whole_file **file);

/* ---- a folder of files kept for the next run (cache_folder.c) -------------------------------- */

/** The folder that a name means ("auto": veduta's in the user's cache folder), made if it is
 *  missing; free with free(). Returns VD_OK, VD_ERR_IO or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_cache_make_folder(vd_context *context, const char *option, char **out);
/** Removes files of the folder, the one used longest ago first, until at most so many bytes are
 *  left; never the one at `keep`. */
void vd_cache_shrink(const char *folder, const char *keep, double most_bytes);

#endif
