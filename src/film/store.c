/* The bytes of a film.
 *
 * A file is written and read by position (pwrite, pread) and not mapped: a full or failing disk is
 * then an error code and not a signal, the file's pages never count as this process's memory, and a
 * tile is one system call. A spool file has no name, so nothing is left of it however the process
 * ends. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "film/parts.h"

vd_result vd_store_in_memory(vd_context *context, double bytes, vd_store *out)
{
    void *memory = NULL;
    *out = (vd_store){.file = -1};
    vd_result result = vd_alloc(context, (size_t)bytes, 1, "the film", &memory);
    out->memory = memory;
    return result;
}

int vd_store_reserve(int file, double bytes)
{
    off_t length = (off_t)bytes;
#ifdef __APPLE__
    fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, length, 0};
    if (fcntl(file, F_PREALLOCATE, &store) != 0 && errno == ENOSPC) return ENOSPC;
    return ftruncate(file, length) == 0 ? 0 : errno;
#else
    int reason;
    do reason = posix_fallocate(file, 0, length);
    while (reason == EINTR);
    /* Some C libraries leave the file as it is where the file system cannot reserve. */
    if (reason == EOPNOTSUPP || reason == EINVAL) return ftruncate(file, length) == 0 ? 0 : errno;
    return reason;
#endif
}

/* The folder for the spool file, its first *length bytes. Not /tmp if it can be helped: that is
 * often memory, which is what a spool is to save. */
static const char *spool_folder(const vd_film_options *options, int *length)
{
    const char *folder = options->spool_dir;
    if ((!folder || !*folder) && options->spool_beside) {
        const char *slash = strrchr(options->spool_beside, '/');
        *length = !slash                           ? 1
                  : slash == options->spool_beside ? 1
                                                   : (int)(slash - options->spool_beside);
        return slash ? options->spool_beside : ".";
    }
    if (!folder || !*folder) folder = getenv("TMPDIR");
    if (!folder || !*folder) folder = "/tmp";
    *length = (int)strlen(folder);
    return folder;
}

vd_result vd_store_in_spool(vd_context *context, const vd_film_options *options, double bytes,
                            vd_store *out)
{
    int length;
    const char *folder = spool_folder(options, &length);
    size_t size = (size_t)length + 32;
    void *memory = NULL;
    *out = (vd_store){NULL, -1, "the spool file", "name another folder by --spool-dir"};
    VD_TRY(vd_alloc(context, size, 1, "a file name", &memory));
    char *path = memory;
    char amount[32];
    vd_result result = VD_OK;

    snprintf(path, size, "%.*s/.veduta-film-XXXXXX", length, folder);
    out->file = mkstemp(path);
    if (out->file < 0) {
        result = vd_fail(context, VD_ERR_IO,
                         "cannot make a spool file in %.*s: %s; name another folder by --spool-dir",
                         length, folder, strerror(errno));
        goto cleanup;
    }
    unlink(path);
    fcntl(out->file, F_SETFD, FD_CLOEXEC);
    int reason = vd_store_reserve(out->file, bytes);
    if (reason != 0)
        result = vd_fail(context, VD_ERR_IO,
                         "cannot set aside %s for the spool file in %.*s: %s; free some space, or "
                         "name another folder by --spool-dir",
                         vd_format_bytes(bytes, amount), length, folder, strerror(reason));

cleanup:
    free(path);
    return result;
}

void vd_store_close(vd_store *store)
{
    if (store->file >= 0) close(store->file);
    free(store->memory);
    *store = (vd_store){.file = -1};
}

static vd_result fail(vd_context *context, const vd_store *store, const char *verb, ssize_t done)
{
    return vd_fail(context, VD_ERR_IO, "cannot %s %s: %s; %s", verb, store->name,
                   done == 0 ? "it ends too early" : strerror(errno), store->remedy);
}

vd_result vd_store_write(vd_context *context, const vd_store *store, int64_t offset,
                         const void *bytes, size_t size)
{
    if (store->memory) {
        memcpy(store->memory + offset, bytes, size);
        return VD_OK;
    }
    for (size_t at = 0; at < size;) {
        ssize_t done =
            pwrite(store->file, (const char *)bytes + at, size - at, (off_t)offset + (off_t)at);
        if (done > 0)
            at += (size_t)done;
        else if (done == 0 || errno != EINTR)
            return fail(context, store, "write", done);
    }
    return VD_OK;
}

vd_result vd_store_read(vd_context *context, const vd_store *store, int64_t offset, void *bytes,
                        size_t size)
{
    if (store->memory) {
        memcpy(bytes, store->memory + offset, size);
        return VD_OK;
    }
    for (size_t at = 0; at < size;) {
        ssize_t done = pread(store->file, (char *)bytes + at, size - at, (off_t)offset + (off_t)at);
        if (done > 0)
            at += (size_t)done;
        else if (done == 0 || errno != EINTR)
            return fail(context, store, "read", done);
    }
    return VD_OK;
}
