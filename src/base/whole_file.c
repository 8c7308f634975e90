/* Files that appear whole or not at all.
 *
 * A writer works on a hidden temporary file in the folder of the final name, so that the last step
 * is a rename within one file system: readers see the old file or the new one, never half of
 * either, and a full disk or a kill leaves nothing under the final name. What can be known to fail
 * is found out before the work: the folder is tried by creating the temporary file once and
 * removing it, which, unlike looking at permissions, is also right on read-only, full and remote
 * file systems. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

/* Of the final name, how many bytes the temporary one repeats: it must stay below NAME_MAX. */
#define VD_NAME_KEPT 160

struct vd_whole_file {
    char *final_path;  /* as the user wrote it, for messages */
    char *target_path; /* the same with symbolic links followed: where the file is to appear */
    char *part_path;
    bool overwrite;
};

static void whole_free(vd_whole_file *file)
{
    if (!file) return;
    free(file->final_path);
    free(file->target_path);
    free(file->part_path);
    free(file);
}

/* Where a path's last component begins. */
static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static vd_result fail_exists(vd_context *context, const char *path)
{
    return vd_fail(context, VD_ERR_EXISTS, "%s exists; choose another name or say --overwrite",
                   path);
}

/* Sets target_path, and refuses a final path that cannot become a file. */
static vd_result find_target(vd_context *context, vd_whole_file *file)
{
    const char *path = file->final_path;
    const char *name = name_of(path);
    if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
        return vd_fail(context, VD_ERR_IO, "%s names no file; add a file name",
                       *path ? path : "''");
    struct stat status;
    if (lstat(path, &status) != 0) return vd_strdup(context, path, &file->target_path);

    bool found = stat(path, &status) == 0;
    if (found && S_ISDIR(status.st_mode))
        return vd_fail(context, VD_ERR_IO, "%s is a folder; add a file name", path);
    if (found && !S_ISREG(status.st_mode))
        return vd_fail(context, VD_ERR_IO, "%s is no ordinary file; choose another name", path);
    if (!file->overwrite) return fail_exists(context, path);
    /* A link to a file is kept and the file replaced; a link to nothing is replaced itself. */
    file->target_path = found ? realpath(path, NULL) : NULL;
    return file->target_path ? VD_OK : vd_strdup(context, path, &file->target_path);
}

/* Sets part_path: ".<name>.<pid>-<handle>.part<suffix>" beside the target. The handle's address
 * tells apart two writers of one process. */
static vd_result name_part(vd_context *context, vd_whole_file *file)
{
    const char *target = file->target_path;
    const char *name = name_of(target);
    const char *dot = strrchr(name, '.');
    const char *suffix = dot && dot != name && strlen(dot) <= 32 ? dot : "";
    size_t size = strlen(target) + 128;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, size, 1, "a file name", &memory));
    file->part_path = memory;
    snprintf(file->part_path, size, "%.*s.%.*s.%ld-%zx.part%s", (int)(name - target), target,
             VD_NAME_KEPT, name, (long)getpid(), (size_t)(uintptr_t)file, suffix);
    return VD_OK;
}

/* Creates and removes the temporary file. One left by a killed process of the same number goes too.
 */
static vd_result try_folder(vd_context *context, const vd_whole_file *file)
{
    unlink(file->part_path);
    int descriptor = open(file->part_path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0)
        return vd_fail(context, VD_ERR_IO,
                       "cannot write %s: %s; is there such a folder, and may you write to it?",
                       file->final_path, strerror(errno));
    close(descriptor);
    unlink(file->part_path);
    return VD_OK;
}

vd_result vd_whole_begin(vd_context *context, const char *final_path, bool overwrite,
                         vd_whole_file **out)
{
    *out = NULL;
    void *memory = NULL;
    VD_TRY(vd_alloc(context, 1, sizeof(vd_whole_file), "an output file", &memory));
    vd_whole_file *file = memory;
    file->overwrite = overwrite;
    vd_result result = vd_strdup(context, final_path, &file->final_path);
    if (result == VD_OK) result = find_target(context, file);
    if (result == VD_OK) result = name_part(context, file);
    if (result == VD_OK) result = try_folder(context, file);
    if (result != VD_OK) {
        whole_free(file);
        return result;
    }
    *out = file;
    return VD_OK;
}

const char *vd_whole_path(const vd_whole_file *file)
{
    return file->part_path;
}

const char *vd_whole_final_path(const vd_whole_file *file)
{
    return file->final_path;
}

/* Waits until what path names (a file or a folder) is on disk. */
static int flush_to_disk(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return -1;
    int status = fsync(descriptor);
    int reason = errno;
    close(descriptor);
    errno = reason;
    return status;
}

/* Renames without replacing a file that has appeared meanwhile: a hard link is refused where a file
 * is, in one step. File systems without links get the next best, a look before the rename. */
static int rename_new(const char *from, const char *to)
{
    if (link(from, to) == 0) return unlink(from);
    if (errno == EEXIST) return -1;
    struct stat status;
    if (lstat(to, &status) == 0) {
        errno = EEXIST;
        return -1;
    }
    return rename(from, to);
}

vd_result vd_whole_commit(vd_context *context, vd_whole_file **file)
{
    vd_whole_file *whole = *file;
    vd_result result = VD_OK;
    if (flush_to_disk(whole->part_path) != 0)
        result = vd_fail(context, VD_ERR_IO,
                         "cannot write %s: %s; free some space or choose another "
                         "folder",
                         whole->final_path, strerror(errno));
    else if ((whole->overwrite ? rename(whole->part_path, whole->target_path)
                               : rename_new(whole->part_path, whole->target_path)) != 0)
        result = errno == EEXIST ? fail_exists(context, whole->final_path)
                                 : vd_fail(context, VD_ERR_IO, "cannot write %s: %s",
                                           whole->final_path, strerror(errno));
    if (result != VD_OK) {
        vd_whole_abort(file);
        return result;
    }
    /* The name lasts through a power failure only once the folder is on disk too. Some file systems
     * cannot flush a folder, which is no reason to call the picture a failure. */
    char *slash = strrchr(whole->part_path, '/');
    if (slash) slash[1] = '\0';
    (void)flush_to_disk(slash ? whole->part_path : ".");
    whole_free(whole);
    *file = NULL;
    return VD_OK;
}

void vd_whole_abort(vd_whole_file **file)
{
    if (!*file) return;
    unlink((*file)->part_path);
    whole_free(*file);
    *file = NULL;
}
