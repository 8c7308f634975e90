/* Memory that is asked for before it is taken.
 *
 * Linux promises memory it does not have and kills the process that touches it, so large requests
 * are compared with what is really left: the system's own estimate, the limits of every control
 * group the process is in (a container, a batch job), and the address-space limit of `ulimit -v`. A
 * group's use counts the file cache, which is given back on demand, so that part is free. Small
 * requests go straight to calloc; reading those files for each would cost more than it could save.
 *
 * Large ones ask for huge pages where the system gives them for the asking. Rays jump about in
 * heights and pyramid, and with pages of 4 kB every jump is also a look into the page tables; and
 * first touching memory is a fault for 2 MB of it, not for 4 kB. The pages lie where the block
 * covers them whole, so calloc and free know nothing of it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __APPLE__
#include <mach/mach.h>
#endif

#include "base/base.h"

/* Requests below this are not compared with what is left. */
#define VD_SMALL_BYTES ((size_t)1 << 20)
/* Requests from here on ask for huge pages. */
#define VD_HUGE_BYTES ((size_t)16 << 20)

static const double unlimited = 1e18;

static double smaller(double a, double b)
{
    return a < b ? a : b;
}

#ifdef __linux__

/* The number after key in a file of "key value" lines (key ends as the file writes it, "MemFree:"),
 * or the file's first number when key is NULL; fallback if there is none ("max"). */
static double read_number(const char *path, const char *key, double fallback)
{
    FILE *file = fopen(path, "re");
    if (!file) return fallback;
    char line[256];
    double number = fallback;
    size_t length = key ? strlen(key) : 0;
    while (fgets(line, sizeof line, file)) {
        if (key && (strncmp(line, key, length) != 0 || line[length] > ' ')) continue;
        char *end;
        double value = strtod(line + length, &end);
        if (end != line + length) number = value;
        break;
    }
    fclose(file);
    return number;
}

/* What a control-group version calls its files and fields. */
typedef struct group_names {
    const char *root, *limit, *used, *inactive, *active;
} group_names;

static const group_names group_v1 = {"/sys/fs/cgroup/memory", "memory.limit_in_bytes",
                                     "memory.usage_in_bytes", "total_inactive_file",
                                     "total_active_file"};
static const group_names group_v2 = {"/sys/fs/cgroup", "memory.max", "memory.current",
                                     "inactive_file", "active_file"};

/* read_number() of a file in a group's folder. */
static double read_field(const char *folder, const char *name, const char *key, double fallback)
{
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    return length < (int)sizeof path ? read_number(path, key, fallback) : fallback;
}

/* What the group in this folder may still take. */
static double group_available(const group_names *names, const char *folder)
{
    double limit = read_field(folder, names->limit, NULL, unlimited);
    if (limit >= unlimited) return unlimited;
    double used = read_field(folder, names->used, NULL, 0) -
                  read_field(folder, "memory.stat", names->inactive, 0) -
                  read_field(folder, "memory.stat", names->active, 0);
    return limit - (used > 0 ? used : 0);
}

/* The least of a group and all those above it. Inside a container the path may be the host's and
 * name no folder here; the walk then still ends at the root, which is the container's own group. */
static double group_chain_available(const group_names *names, const char *group)
{
    char folder[PATH_MAX];
    double least = unlimited;
    if (snprintf(folder, sizeof folder, "%s%s", names->root, group) >= (int)sizeof folder)
        return least;
    size_t root = strlen(names->root);
    for (;;) {
        least = smaller(least, group_available(names, folder));
        char *slash = strrchr(folder, '/');
        if (!slash || slash < folder + root) return least;
        *slash = '\0';
    }
}

static double groups_available(void)
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    if (!file) return unlimited;
    char line[PATH_MAX];
    double least = unlimited;
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *kinds = strchr(line, ':');
        char *group = kinds ? strchr(kinds + 1, ':') : NULL;
        if (!group) continue;
        *group++ = '\0';
        if (strcmp(kinds, ":") == 0)
            least = smaller(least, group_chain_available(&group_v2, group));
        else if (strcmp(kinds, ":memory") == 0)
            least = smaller(least, group_chain_available(&group_v1, group));
    }
    fclose(file);
    return least;
}

static double system_available(void)
{
    double kilobytes = read_number("/proc/meminfo", "MemAvailable:", -1);
    if (kilobytes < 0) kilobytes = read_number("/proc/meminfo", "MemFree:", unlimited);
    return smaller(kilobytes * 1024, groups_available());
}

/* Address space in use. */
static double address_space_used(void)
{
    return read_number("/proc/self/statm", NULL, 0) * (double)sysconf(_SC_PAGESIZE);
}

#else

static double system_available(void)
{
#ifdef __APPLE__
    vm_statistics64_data_t stats;
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    if (host_statistics64(mach_host_self(), HOST_VM_INFO64, (host_info64_t)&stats, &count) ==
        KERN_SUCCESS)
        return ((double)stats.free_count + (double)stats.inactive_count) *
               (double)sysconf(_SC_PAGESIZE);
#endif
    return (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
}

static double address_space_used(void)
{
    return 0;
}

#endif

double vd_memory_available(void)
{
    double available = system_available();
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        available = smaller(available, (double)limit.rlim_cur - address_space_used());
    return available > 0 ? available : 0;
}

double vd_memory_peak(void)
{
#ifdef __linux__
    /* getrusage() would also count what the program that started this one held when it forked. */
    double kilobytes = read_number("/proc/self/status", "VmHWM:", 0);
    if (kilobytes > 0) return kilobytes * 1024;
#endif
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0) return 0;
#ifdef __APPLE__
    return (double)usage.ru_maxrss;
#else
    return (double)usage.ru_maxrss * 1024;
#endif
}

const char *vd_format_bytes(double bytes, char buffer[32])
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    size_t unit = 0;
    if (bytes < 999.5) {
        snprintf(buffer, 32, "%.0f bytes", bytes);
        return buffer;
    }
    /* 999.995 is the first value that two decimals would round up to 1000. */
    double value = bytes / 1000;
    while (value >= 999.995 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1000;
        unit++;
    }
    snprintf(buffer, 32, "%.2f %s", value, units[unit]);
    return buffer;
}

/* A wish: nothing is lost where it is not granted. */
static void ask_for_huge_pages(void *memory, size_t bytes)
{
#ifdef MADV_HUGEPAGE
    const uintptr_t page = (uintptr_t)2 << 20;
    uintptr_t first = ((uintptr_t)memory + page - 1) & ~(page - 1);
    uintptr_t last = ((uintptr_t)memory + bytes) & ~(page - 1);
    if (bytes >= VD_HUGE_BYTES && last > first)
        (void)madvise((char *)memory + (first - (uintptr_t)memory), last - first, MADV_HUGEPAGE);
#else
    (void)memory;
    (void)bytes;
#endif
}

vd_result vd_alloc(vd_context *context, size_t count, size_t size, const char *what, void **out)
{
    char needed[32], left[32];
    *out = NULL;
    double bytes = (double)count * (double)size;
    if (size != 0 && count > PTRDIFF_MAX / size)
        return vd_fail(context, VD_ERR_MEMORY,
                       "%s would take %s, more than a process can address; take a smaller DEM or "
                       "picture",
                       what, vd_format_bytes(bytes, needed));
    if (count * size >= VD_SMALL_BYTES) {
        double available = vd_memory_available();
        if (bytes > available)
            return vd_fail(context, VD_ERR_MEMORY,
                           "%s would take %s and only %s of memory are free; free some, or "
                           "take a smaller DEM or picture",
                           what, vd_format_bytes(bytes, needed), vd_format_bytes(available, left));
    }
    /* One byte at least, so that NULL always means failure. */
    *out = bytes > 0 ? calloc(count, size) : calloc(1, 1);
    if (!*out)
        return vd_fail(context, VD_ERR_MEMORY,
                       "no memory for %s (%s); free some, or take a smaller DEM or picture", what,
                       vd_format_bytes(bytes, needed));
    ask_for_huge_pages(*out, count * size);
    return VD_OK;
}

vd_result vd_strdup(vd_context *context, const char *text, char **out)
{
    *out = strdup(text);
    return *out ? VD_OK : vd_fail(context, VD_ERR_MEMORY, "no memory for a text");
}
