/* The folder that --cache keeps its files in: heights (terrain/height_cache.c) and skies
 * (atmosphere/tables_cache.c).
 *
 * A file's time of change is when it was last used: reading one touches it. So the folder needs no
 * index, and processes that share it need no lock: each looks at what is there, and a file that
 * another one removes meanwhile stays mapped where it is used. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/base.h"

/* A temporary file this old is of a process that was killed. */
#define STALE_S 86400.0

typedef struct cache_file {
    char *path;
    double bytes, used;
} cache_file;

static vd_result join(vd_context *context, const char *a, const char *b, char **out)
{
    void *memory = NULL;
    size_t size = strlen(a) + strlen(b) + 2;
    VD_TRY(vd_alloc(context, size, 1, "a file's name", &memory));
    snprintf(memory, size, "%s/%s", a, b);
    *out = memory;
    return VD_OK;
}

static vd_result name_folder(vd_context *context, const char *option, char **out)
{
    if (strcmp(option, "auto") != 0) return vd_strdup(context, option, out);
    const char *base = getenv("XDG_CACHE_HOME");
    if (base && base[0] == '/') return join(context, base, "veduta", out);
    base = getenv("HOME");
    if (base && base[0]) return join(context, base, ".cache/veduta", out);
    return vd_fail(context, VD_ERR_IO,
                   "--cache auto: neither XDG_CACHE_HOME nor HOME is set; name a folder");
}

vd_result vd_cache_make_folder(vd_context *context, const char *option, char **out)
{
    struct stat status;
    VD_TRY(name_folder(context, option, out));
    char *folder = *out;
    for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(folder, 0777);
        *slash = '/';
    }
    errno = 0;
    (void)mkdir(folder, 0777);
    int reason = errno;
    if (stat(folder, &status) == 0) {
        if (S_ISDIR(status.st_mode)) return VD_OK;
        reason = ENOTDIR;
    }
    vd_result result =
        vd_fail(context, VD_ERR_IO, "--cache: cannot make the folder %s: %s; name another one",
                folder, strerror(reason));
    free(folder);
    *out = NULL;
    return result;
}

static bool ends_with_suffix(const char *name)
{
    static const char *const suffixes[] = {".heights", ".sky"};
    size_t length = strlen(name);
    for (int i = 0; i < 2; i++) {
        size_t tail = strlen(suffixes[i]);
        if (length > tail && strcmp(name + length - tail, suffixes[i]) == 0) return true;
    }
    return false;
}

static int compare_use(const void *a, const void *b)
{
    const cache_file *p = a, *q = b;
    return (p->used > q->used) - (p->used < q->used);
}

static double changed_at(const struct stat *status)
{
#ifdef __APPLE__
    return (double)status->st_mtimespec.tv_sec + 1e-9 * (double)status->st_mtimespec.tv_nsec;
#else
    return (double)status->st_mtim.tv_sec + 1e-9 * (double)status->st_mtim.tv_nsec;
#endif
}

/* The folder's files but for keep; stale temporary ones are removed. Returns their number. */
static size_t list_files(const char *folder, const char *keep, cache_file **out)
{
    size_t count = 0;
    struct dirent *entry;
    DIR *dir = opendir(folder);
    *out = NULL;
    while (dir && (entry = readdir(dir))) {
        struct stat status;
        char *path = NULL;
        bool is_part = strncmp(entry->d_name, ".veduta-", 8) == 0;
        if (!ends_with_suffix(entry->d_name) ||
            (!is_part && strncmp(entry->d_name, "veduta-", 7) != 0) ||
            join(NULL, folder, entry->d_name, &path) != VD_OK)
            continue;
        cache_file *more = NULL;
        if (strcmp(path, keep) == 0 || lstat(path, &status) != 0 || !S_ISREG(status.st_mode)) {
            /* not ours to remove */
        } else if (is_part) {
            if (difftime(time(NULL), status.st_mtime) > STALE_S) unlink(path);
        } else if ((more = realloc(*out, (count + 1) * sizeof **out))) {
            *out = more;
            more[count++] = (cache_file){path, (double)status.st_size, changed_at(&status)};
            continue;
        }
        free(path);
    }
    if (dir) closedir(dir);
    return count;
}

void vd_cache_shrink(const char *folder, const char *keep, double most_bytes)
{
    struct stat status;
    cache_file *files;
    size_t count = list_files(folder, keep, &files);
    double bytes = stat(keep, &status) == 0 ? (double)status.st_size : 0.0;
    for (size_t i = 0; i < count; i++) bytes += files[i].bytes;
    if (count > 0) qsort(files, count, sizeof *files, compare_use);
    for (size_t i = 0; i < count; i++) {
        if (bytes > most_bytes && unlink(files[i].path) == 0) bytes -= files[i].bytes;
        free(files[i].path);
    }
    free(files);
}
