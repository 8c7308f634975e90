/* Errors, memory, threads, and files that appear whole or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"

/* ---- context -------------------------------------------------------------------------------- */

typedef struct listener {
    int progress_calls, cancel_after;
    atomic_int cancel_calls;
    double last_fraction;
    char message[256];
    vd_level level;
} listener;

static void on_progress(void *user, const char *phase, double fraction)
{
    listener *self = user;
    assert_string_equal(phase, "work");
    assert_true(fraction >= self->last_fraction && fraction <= 1);
    self->last_fraction = fraction;
    self->progress_calls++;
}

static int on_cancel(void *user)
{
    listener *self = user;
    return atomic_fetch_add(&self->cancel_calls, 1) >= self->cancel_after;
}

static void on_message(void *user, vd_level level, const char *text)
{
    listener *self = user;
    snprintf(self->message, sizeof self->message, "%s", text);
    self->level = level;
}

static vd_context *listen(listener *self)
{
    vd_callbacks callbacks = {
        .user = self, .progress = on_progress, .cancel = on_cancel, .message = on_message};
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(&callbacks, &context), VD_OK);
    return context;
}

static void first_failure_wins(void **state)
{
    (void)state;
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_string_equal(vd_context_error(context), "");
    assert_int_equal(vd_fail(context, VD_ERR_IO, "%s:\t%d\nthere ", "dem.tif", 7), VD_ERR_IO);
    assert_int_equal(vd_fail(context, VD_ERR_FORMAT, "later"), VD_ERR_FORMAT);
    assert_string_equal(vd_context_error(context), "dem.tif: 7 there");
    vd_context_clear(context);
    assert_string_equal(vd_context_error(context), "");
    assert_int_equal(vd_fail(context, VD_ERR_MEMORY, "%s", ""), VD_ERR_MEMORY);
    assert_string_equal(vd_context_error(context), "not enough memory");
    vd_context_destroy(context);
    vd_context_destroy(NULL);
    assert_int_equal(vd_fail(NULL, VD_ERR_IO, "nobody listens"), VD_ERR_IO);
}

static void long_sentences_are_cut(void **state)
{
    (void)state;
    vd_context *context = NULL;
    char text[5000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_int_equal(vd_fail(context, VD_ERR_IO, "%s", text), VD_ERR_IO);
    assert_in_range(strlen(vd_context_error(context)), 1000, sizeof text - 1);
    vd_context_destroy(context);
}

static void messages_and_cancellation(void **state)
{
    (void)state;
    listener self = {.cancel_after = 1};
    vd_context *context = listen(&self);
    vd_message(context, VD_LEVEL_WARNING, "%d cells\n", 3);
    assert_string_equal(self.message, "3 cells");
    assert_int_equal(self.level, VD_LEVEL_WARNING);
    assert_int_equal(vd_progress(context, "work", 0.5), VD_OK);
    assert_int_equal(self.progress_calls, 1);
    assert_false(vd_is_cancelled(context));
    assert_int_equal(vd_progress(context, "work", 0.6), VD_ERR_CANCELLED);
    assert_true(vd_is_cancelled(context));
    assert_int_equal(self.progress_calls, 1);
    assert_string_equal(vd_context_error(context), "cancelled during work");
    vd_context_clear(context);
    assert_false(vd_is_cancelled(context));
    vd_context_destroy(context);
}

/* The value that xxHash's own documents give for no bytes. */
static void checksums_are_xxh3(void **state)
{
    (void)state;
    assert_true(vd_checksum("", 0, 0) == 0x2d06800538d394c2u);
    assert_true(vd_checksum("veduta", 6, 0) != vd_checksum("vedutb", 6, 0));
    assert_true(vd_checksum("veduta", 6, 0) != vd_checksum("veduta", 6, 1));
}

static void codes_have_names_and_statuses(void **state)
{
    (void)state;
    int expected = 0;
#define VD_ERROR(code, status, text)                                                               \
    assert_int_equal(code, expected++);                                                            \
    assert_string_equal(vd_result_name(code), #code);                                              \
    assert_int_equal(vd_result_exit_status(code), status);
#include "base/errors.def"
#undef VD_ERROR
    assert_int_equal(expected, VD_ERR_INTERNAL + 1);
    assert_string_equal(vd_result_name((vd_result)999), "VD_ERR_INTERNAL");
}

static void build_info_is_complete(void **state)
{
    (void)state;
    char version[64];
    snprintf(version, sizeof version, "%d.%d.%d", VD_VERSION_MAJOR, VD_VERSION_MINOR,
             VD_VERSION_PATCH);
    assert_string_equal(vd_version(), version);
    assert_non_null(strstr(vd_build_info(), version));
    assert_non_null(strstr(vd_build_info(), "\nGDAL: "));
    assert_non_null(strstr(vd_build_info(), "\nnot deterministic: --time-limit; --crs and"));
    assert_null(strstr(vd_build_info(), "unknown")); /* the build has passed every version */
}

/* ---- memory --------------------------------------------------------------------------------- */

static void allocations_are_checked(void **state)
{
    (void)state;
    vd_context *context = NULL;
    void *block = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    assert_int_equal(vd_alloc(context, 1000, 8, "numbers", &block), VD_OK);
    for (int i = 0; i < 8000; i++) assert_int_equal(((char *)block)[i], 0);
    free(block);
    assert_int_equal(vd_alloc(context, 0, 8, "nothing", &block), VD_OK);
    assert_non_null(block);
    free(block);

    assert_int_equal(vd_alloc(context, SIZE_MAX / 2, 3, "the heights", &block), VD_ERR_MEMORY);
    assert_null(block);
    assert_non_null(strstr(vd_context_error(context), "the heights"));
    vd_context_clear(context);
    /* More than there is, though its address range would do: calloc() itself might promise it. */
    size_t much = (size_t)(vd_memory_available() * 1.5) + ((size_t)1 << 30);
    assert_int_equal(vd_alloc(context, much, 1, "the posts", &block), VD_ERR_MEMORY);
    assert_null(block);
    assert_non_null(strstr(vd_context_error(context), "the posts would take "));
    vd_context_destroy(context);
}

static void address_space_limit_is_seen(void **state)
{
    (void)state;
    if (!strstr(vd_build_info(), "sanitizers: none")) skip(); /* they map terabytes */
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = {(rlim_t)1 << 30, (rlim_t)1 << 30};
        if (setrlimit(RLIMIT_AS, &limit) != 0) _exit(2);
        _exit(vd_memory_available() < (double)limit.rlim_cur ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void peak_memory_grows(void **state)
{
    (void)state;
    const size_t size = (size_t)48 << 20;
    double before = vd_memory_peak();
    assert_true(before > 0 && vd_memory_available() > 0);
    char *block = malloc(size);
    assert_non_null(block);
    memset(block, 1, size);
    assert_int_equal(block[size / 2], 1);
    double after = vd_memory_peak();
    free(block);
    /* Pages that were resident before may be reused, so not all of it need be new. */
    assert_true(after >= before + 0.5 * (double)size);
}

static void bytes_read_well(void **state)
{
    (void)state;
    char text[32];
    assert_string_equal(vd_format_bytes(0, text), "0 bytes");
    assert_string_equal(vd_format_bytes(999, text), "999 bytes");
    assert_string_equal(vd_format_bytes(1000, text), "1.00 kB");
    assert_string_equal(vd_format_bytes(1.5e9, text), "1.50 GB");
    assert_string_equal(vd_format_bytes(999.996e6, text), "1.00 GB");
    assert_string_equal(vd_format_bytes(2e16, text), "20000.00 TB");
}

/* ---- threads -------------------------------------------------------------------------------- */

enum { ITEMS = 1000, THREADS = 7 };

typedef struct job {
    vd_context *context;
    listener *listener; /* only for run_until_asked() */
    atomic_int done[ITEMS];
    atomic_int total;
    int fail_at; /* -1: never */
    atomic_bool bad_thread;
} job;

static vd_result run_item(void *state, int thread, int64_t item)
{
    job *self = state;
    if (thread < 0 || thread >= THREADS) atomic_store(&self->bad_thread, true);
    atomic_fetch_add(&self->done[item], 1);
    atomic_fetch_add(&self->total, 1);
    if (item == self->fail_at) return vd_fail(self->context, VD_ERR_FORMAT, "item %d", (int)item);
    return VD_OK;
}

static void every_item_is_done_once(void **state)
{
    (void)state;
    for (int threads = 1; threads <= THREADS; threads += 2) {
        listener self = {.cancel_after = 1 << 30};
        job jobs = {.fail_at = -1, .context = listen(&self)};
        vd_work work = {"work", threads, ITEMS, run_item, &jobs};
        assert_int_equal(vd_parallel(jobs.context, &work), VD_OK);
        for (int i = 0; i < ITEMS; i++) assert_int_equal(jobs.done[i], 1);
        assert_false(jobs.bad_thread);
        assert_true(self.last_fraction == 1.0);
        vd_context_destroy(jobs.context);
    }
    vd_work none = {"work", 0, 0, run_item, NULL};
    assert_int_equal(vd_parallel(NULL, &none), VD_OK);
}

static void a_failure_stops_the_rest(void **state)
{
    (void)state;
    listener self = {.cancel_after = 1 << 30};
    job jobs = {.fail_at = 10, .context = listen(&self)};
    vd_work work = {"work", 1, ITEMS, run_item, &jobs};
    assert_int_equal(vd_parallel(jobs.context, &work), VD_ERR_FORMAT);
    assert_int_equal(jobs.total, 11);
    assert_string_equal(vd_context_error(jobs.context), "item 10");
    work.threads = THREADS;
    self.last_fraction = 0;
    vd_context_clear(jobs.context);
    assert_int_equal(vd_parallel(jobs.context, &work), VD_ERR_FORMAT);
    vd_context_destroy(jobs.context);
}

static void cancelling_stops_the_rest(void **state)
{
    (void)state;
    listener self = {.cancel_after = 20};
    job jobs = {.fail_at = -1, .context = listen(&self)};
    vd_work work = {"work", 1, ITEMS, run_item, &jobs};
    assert_int_equal(vd_parallel(jobs.context, &work), VD_ERR_CANCELLED);
    assert_in_range(jobs.total, 1, 30);
    vd_context_destroy(jobs.context);
}

/* Two items that two threads must share, since each waits for the other to begin; then the caller
 * is done at once and the other works until it sees that the caller has asked often enough, or 10
 * s. */
static vd_result run_until_asked(void *state, int thread, int64_t item)
{
    job *self = state;
    (void)item;
    atomic_fetch_add(&self->total, 1);
    for (int i = 0; i < 10000 && atomic_load(&self->total) < 2; i++) usleep(1000);
    listener *asked = self->listener;
    for (int i = 0; i < 10000 && thread > 0 && atomic_load(&asked->cancel_calls) < 6; i++)
        usleep(1000);
    return VD_OK;
}

static void cancelling_is_heard_while_waiting(void **state)
{
    (void)state;
    listener self = {.cancel_after = 5};
    job jobs = {.context = listen(&self), .listener = &self};
    vd_work work = {"work", 2, 2, run_until_asked, &jobs};
    assert_int_equal(vd_parallel(jobs.context, &work), VD_ERR_CANCELLED);
    assert_int_equal(self.cancel_calls, 6);
    vd_context_destroy(jobs.context);
}

static void counts_and_clock(void **state)
{
    (void)state;
    assert_int_equal(vd_thread_count(3), 3);
    assert_true(vd_thread_count(0) >= 1);
    double start = vd_seconds();
    usleep(2000);
    assert_true(vd_seconds() - start >= 0.002);
}

/* ---- whole files ---------------------------------------------------------------------------- */

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void assert_text(const char *path, const char *text)
{
    char buffer[64] = "";
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(buffer, 1, sizeof buffer - 1, file);
    fclose(file);
    buffer[length] = '\0';
    assert_string_equal(buffer, text);
}

/* How many files a folder holds, hidden ones too. */
static int files_in(const char *folder)
{
    int count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    while (readdir(directory)) count++;
    closedir(directory);
    return count - 2;
}

typedef struct desk {
    char folder[32];
    char path[64];
    vd_context *context;
} desk;

static int set_desk(void **state)
{
    desk *self = calloc(1, sizeof *self);
    strcpy(self->folder, "base-XXXXXX");
    if (!mkdtemp(self->folder)) return -1;
    snprintf(self->path, sizeof self->path, "%s/out.tif", self->folder);
    *state = self;
    return vd_context_create(NULL, &self->context) == VD_OK ? 0 : -1;
}

static int clear_desk(void **state)
{
    desk *self = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", self->folder);
    int status = system(command);
    vd_context_destroy(self->context);
    free(self);
    return status;
}

static void a_file_appears_when_complete(void **state)
{
    desk *self = *state;
    vd_whole_file *file = NULL;
    assert_int_equal(vd_whole_begin(self->context, self->path, false, &file), VD_OK);
    assert_int_equal(files_in(self->folder), 0);
    assert_string_equal(vd_whole_final_path(file), self->path);
    const char *part = vd_whole_path(file);
    assert_string_equal(part + strlen(part) - 9, ".part.tif");
    write_text(part, "new");
    assert_int_equal(access(self->path, F_OK), -1);
    assert_int_equal(vd_whole_commit(self->context, &file), VD_OK);
    assert_null(file);
    assert_text(self->path, "new");
    assert_int_equal(files_in(self->folder), 1);
}

static void an_aborted_file_leaves_nothing(void **state)
{
    desk *self = *state;
    vd_whole_file *file = NULL;
    assert_int_equal(vd_whole_begin(self->context, self->path, false, &file), VD_OK);
    write_text(vd_whole_path(file), "half");
    vd_whole_abort(&file);
    assert_null(file);
    assert_int_equal(files_in(self->folder), 0);
    vd_whole_abort(&file);
}

static void an_existing_file_is_kept(void **state)
{
    desk *self = *state;
    vd_whole_file *file = NULL;
    write_text(self->path, "old");
    assert_int_equal(vd_whole_begin(self->context, self->path, false, &file), VD_ERR_EXISTS);
    assert_null(file);
    assert_non_null(strstr(vd_context_error(self->context), self->path));
    assert_int_equal(vd_whole_begin(self->context, self->path, true, &file), VD_OK);
    write_text(vd_whole_path(file), "new");
    assert_text(self->path, "old");
    assert_int_equal(vd_whole_commit(self->context, &file), VD_OK);
    assert_text(self->path, "new");
}

static void a_file_that_appears_meanwhile_is_kept(void **state)
{
    desk *self = *state;
    vd_whole_file *file = NULL;
    assert_int_equal(vd_whole_begin(self->context, self->path, false, &file), VD_OK);
    write_text(vd_whole_path(file), "ours");
    write_text(self->path, "theirs");
    assert_int_equal(vd_whole_commit(self->context, &file), VD_ERR_EXISTS);
    assert_null(file);
    assert_text(self->path, "theirs");
    assert_int_equal(files_in(self->folder), 1);
}

static void a_part_that_was_never_written_is_an_error(void **state)
{
    desk *self = *state;
    vd_whole_file *file = NULL;
    assert_int_equal(vd_whole_begin(self->context, self->path, false, &file), VD_OK);
    assert_int_equal(vd_whole_commit(self->context, &file), VD_ERR_IO);
    assert_null(file);
    assert_int_equal(files_in(self->folder), 0);
}

static void impossible_places_are_refused(void **state)
{
    desk *self = *state;
    vd_whole_file *file = NULL;
    const char *paths[] = {"no/such/folder/a.png", self->folder, "", "./", "/dev/null",
                           "/proc/veduta.png"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        vd_context_clear(self->context);
        assert_int_equal(vd_whole_begin(self->context, paths[i], true, &file), VD_ERR_IO);
        assert_null(file);
        assert_non_null(strstr(vd_context_error(self->context), paths[i]));
    }
}

static void a_link_is_followed(void **state)
{
    desk *self = *state;
    char link_path[64];
    vd_whole_file *file = NULL;
    struct stat status;
    write_text(self->path, "old");
    snprintf(link_path, sizeof link_path, "%s/link.tif", self->folder);
    assert_int_equal(symlink("out.tif", link_path), 0);
    assert_int_equal(vd_whole_begin(self->context, link_path, true, &file), VD_OK);
    write_text(vd_whole_path(file), "new");
    assert_int_equal(vd_whole_commit(self->context, &file), VD_OK);
    assert_text(self->path, "new");
    assert_int_equal(lstat(link_path, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

static void long_names_and_twins(void **state)
{
    desk *self = *state;
    char path[320];
    vd_whole_file *one = NULL, *two = NULL;
    snprintf(path, sizeof path, "%s/%0250d.png", self->folder, 1);
    assert_int_equal(vd_whole_begin(self->context, path, true, &one), VD_OK);
    assert_int_equal(vd_whole_begin(self->context, path, true, &two), VD_OK);
    assert_string_not_equal(vd_whole_path(one), vd_whole_path(two));
    write_text(vd_whole_path(one), "one");
    write_text(vd_whole_path(two), "two");
    assert_int_equal(vd_whole_commit(self->context, &one), VD_OK);
    assert_int_equal(vd_whole_commit(self->context, &two), VD_OK);
    assert_text(path, "two");
    assert_int_equal(files_in(self->folder), 1);
}

#define VD_DESK_TEST(name) cmocka_unit_test_setup_teardown(name, set_desk, clear_desk)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_failure_wins),
        cmocka_unit_test(long_sentences_are_cut),
        cmocka_unit_test(messages_and_cancellation),
        cmocka_unit_test(checksums_are_xxh3),
        cmocka_unit_test(codes_have_names_and_statuses),
        cmocka_unit_test(build_info_is_complete),
        cmocka_unit_test(allocations_are_checked),
        cmocka_unit_test(address_space_limit_is_seen),
        cmocka_unit_test(peak_memory_grows),
        cmocka_unit_test(bytes_read_well),
        cmocka_unit_test(every_item_is_done_once),
        cmocka_unit_test(a_failure_stops_the_rest),
        cmocka_unit_test(cancelling_stops_the_rest),
        cmocka_unit_test(cancelling_is_heard_while_waiting),
        cmocka_unit_test(counts_and_clock),
        VD_DESK_TEST(a_file_appears_when_complete),
        VD_DESK_TEST(an_aborted_file_leaves_nothing),
        VD_DESK_TEST(an_existing_file_is_kept),
        VD_DESK_TEST(a_file_that_appears_meanwhile_is_kept),
        VD_DESK_TEST(a_part_that_was_never_written_is_an_error),
        VD_DESK_TEST(impossible_places_are_refused),
        VD_DESK_TEST(a_link_is_followed),
        VD_DESK_TEST(long_names_and_twins),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
