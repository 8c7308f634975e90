/* Finished heights in a file that the next run maps.
 *
 * The file holds what vd_terrain_create() makes, as rays read it: posts in their layout, the mask,
 * the pyramid. Mapped read-only and shared, it costs a second run nothing to open: the system pages
 * in what rays touch, keeps one copy for all processes, and takes pages back when memory is short.
 *
 *     header        cache_header, with a checksum over itself and the texts
 *     texts         the identity, the CRS as WKT
 *     sections      posts, mask (may be empty), pyramid; each begins at a multiple of 64 kB
 *
 * Its name is a checksum of its identity: of this program, the settings that decide heights, and
 * for each source file its path, size and time of change. The whole text is in the file and is
 * compared, so a file is used for nothing but what it was made of. Numbers lie as this machine has
 * them; a file from another, of another version, cut off or damaged in the header is made anew.
 * Damage in a section is found by --cache-verify alone, which reads everything.
 *
 * A file is written beside its place and renamed, so it is whole whenever it is there, and two
 * writers at once are no more than work done twice. */
#include "terrain/height_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "terrain/dem_parts.h"

#define MAGIC "vdheight"
#define FORMAT 1u
#define ALIGNMENT ((uint64_t)1 << 16)
#define WRITE_BYTES ((size_t)16 << 20) /* between two looks at whether to go on */

enum { POSTS, MASK, PYRAMID, SECTIONS };

struct vd_cache {
    vd_cache_options options;
    char *folder;   /* made, if it was missing */
    char *path;     /* of the file */
    char *identity; /* text of all that decides its content */
    char *sources;  /* the part of it that may change while heights are read */
};

typedef struct section {
    uint64_t offset, bytes, checksum;
} section;

typedef struct cache_header {
    char magic[8];
    uint32_t format, header_bytes, post_bytes, identity_bytes, wkt_bytes;
    uint32_t drop_unit[VDK_WORD_LEVELS];
    uint64_t file_bytes;
    uint64_t checksum; /* of the header with a zero here, then of the texts */
    section sections[SECTIONS];
    vd_dem_info info; /* its texts stand behind the header */
    double base_m;
    float min, max, valid_min, valid_max;
    int64_t stride, valid_stride, invalid_count;
} cache_header;

static uint64_t header_checksum(const cache_header *header, const char *texts)
{
    cache_header copy;
    memcpy(&copy, header, sizeof copy);
    copy.checksum = 0;
    size_t bytes = (size_t)header->identity_bytes + header->wkt_bytes;
    return vd_checksum(texts, bytes, vd_checksum(&copy, sizeof copy, 0));
}

/* ---- identity ------------------------------------------------------------------------------ */

static vd_result make_identity(vd_context *context, const vd_dem_options *dem, const char *sources,
                               char **out)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream) {
        fprintf(stream, "veduta %s, %s\n", vd_version(), vd_raster_library());
        fprintf(stream, "band %d\nlevel %d\nfill %d\ncell %a\nscale %a\nsmooth %a\ncrs %s\n",
                dem->band, dem->level, dem->fill_nodata, dem->cell_size_m, dem->scale,
                dem->smooth_m, dem->assign_crs ? dem->assign_crs : "");
        fputs(sources, stream);
    }
    if (stream && fclose(stream) == 0) {
        *out = text;
        return VD_OK;
    }
    free(text);
    return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the cache's description");
}

/* The first source whose state is unknown (vd_raster_list_sources()), or NULL. */
static const char *find_unknown(const char *sources)
{
    for (const char *line = sources; line && *line;) {
        if (*line == '?') return line + 1;
        line = strchr(line, '\n');
        if (line) line++;
    }
    return NULL;
}

vd_result vd_cache_begin(vd_context *context, const vd_cache_options *options,
                         const vd_dem_options *dem, const char *sources, vd_cache **out)
{
    void *memory = NULL;
    *out = NULL;
    const char *unknown = sources ? find_unknown(sources) : dem->path;
    if (unknown) {
        vd_message(context, VD_LEVEL_INFO,
                   "%.*s: has no date to tell a change by, so its heights are not kept (--cache)",
                   (int)strcspn(unknown, "\n"), unknown);
        return VD_OK;
    }
    VD_TRY(vd_alloc(context, 1, sizeof(vd_cache), "the cache's description", &memory));
    vd_cache *cache = memory;
    cache->options = *options;
    vd_result result = vd_strdup(context, sources, &cache->sources);
    if (result == VD_OK) result = vd_cache_make_folder(context, options->folder, &cache->folder);
    if (result == VD_OK) result = make_identity(context, dem, sources, &cache->identity);
    if (result != VD_OK) goto cleanup;
    size_t size = strlen(cache->folder) + 64;
    result = vd_alloc(context, size, 1, "a file's name", &memory);
    if (result != VD_OK) goto cleanup;
    cache->path = memory;
    snprintf(cache->path, size, "%s/veduta-%016llx.heights", cache->folder,
             (unsigned long long)vd_checksum(cache->identity, strlen(cache->identity), 0));
    *out = cache;
    return VD_OK;

cleanup:
    vd_cache_end(cache);
    return result;
}

void vd_cache_end(vd_cache *cache)
{
    if (!cache) return;
    free(cache->folder);
    free(cache->path);
    free(cache->identity);
    free(cache->sources);
    free(cache);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Why a mapped file cannot be used, or NULL. */
static const char *find_fault(const vd_cache *cache, const unsigned char *map, size_t bytes)
{
    cache_header h;
    if (bytes < sizeof h) return "is too short";
    memcpy(&h, map, sizeof h);
    if (memcmp(h.magic, MAGIC, sizeof h.magic) != 0) return "is no file of veduta's";
    if (h.format != FORMAT || h.header_bytes != sizeof h || h.post_bytes != sizeof(float))
        return "is of another version";
    if (h.file_bytes != bytes || (uint64_t)h.identity_bytes + h.wkt_bytes > bytes - sizeof h)
        return "is cut off";
    const char *texts = (const char *)map + sizeof h;
    if (header_checksum(&h, texts) != h.checksum) return "is damaged";
    if (h.identity_bytes != strlen(cache->identity) + 1 ||
        memcmp(texts, cache->identity, h.identity_bytes) != 0)
        return "is of another DEM";
    for (int i = 0; i < SECTIONS; i++) {
        const section *s = &h.sections[i];
        if (s->offset % ALIGNMENT != 0 || s->offset > bytes || s->bytes > bytes - s->offset)
            return "is damaged";
        if (cache->options.verify && vd_checksum(map + s->offset, s->bytes, 0) != s->checksum)
            return "is damaged";
    }
    return NULL;
}

static vd_result make_dem(vd_context *context, unsigned char *map, size_t bytes, vd_dem **out)
{
    void *memory = NULL;
    cache_header h;
    memcpy(&h, map, sizeof h);
    VD_TRY(vd_alloc(context, 1, sizeof(vd_dem), "a DEM's description", &memory));
    vd_dem *dem = memory;
    const char *wkt = (const char *)map + sizeof h + h.identity_bytes;
    dem->info = h.info;
    if (h.wkt_bytes > 0) {
        vd_result result = vd_strdup(context, wkt, &dem->info.wkt);
        if (result != VD_OK) {
            free(dem);
            return result;
        }
    }
    dem->base_m = h.base_m;
    dem->min = h.min;
    dem->max = h.max;
    dem->valid_min = h.valid_min;
    dem->valid_max = h.valid_max;
    dem->stride = h.stride;
    dem->valid_stride = h.valid_stride;
    dem->invalid_count = h.invalid_count;
    dem->posts = (float *)(void *)(map + h.sections[POSTS].offset);
    if (h.sections[MASK].bytes > 0) dem->valid = map + h.sections[MASK].offset;
    dem->map = map;
    dem->map_bytes = bytes;
    dem->pyramid = (const uint32_t *)(const void *)(map + h.sections[PYRAMID].offset);
    dem->drop_unit = ((const cache_header *)(const void *)map)->drop_unit;
    *out = dem;
    return VD_OK;
}

vd_result vd_cache_read(vd_context *context, const vd_cache *cache, vd_dem **out)
{
    struct stat status;
    *out = NULL;
    int file = open(cache->path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return VD_OK;
    void *map = MAP_FAILED;
    size_t bytes = 0;
    if (fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0) {
        bytes = (size_t)status.st_size;
        map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, 0);
    }
    close(file);
    const char *fault =
        map == MAP_FAILED ? "cannot be mapped" : find_fault(cache, (unsigned char *)map, bytes);
    vd_result result = VD_OK;
    if (!fault) {
        result = make_dem(context, map, bytes, out);
        (void)utimensat(AT_FDCWD, cache->path, NULL, 0); /* used now */
    } else {
        vd_message(context, VD_LEVEL_INFO, "%s: %s; it is made anew (--cache)", cache->path, fault);
    }
    if (!*out && map != MAP_FAILED) munmap(map, bytes);
    return result;
}

/* ---- writing ------------------------------------------------------------------------------- */

/* Returns 0, or what errno says. *result is of the progress. */
static int write_at(vd_context *context, int file, uint64_t offset, const void *bytes, size_t size,
                    vd_result *result)
{
    for (size_t at = 0; at < size && *result == VD_OK;) {
        size_t left = size - at < WRITE_BYTES ? size - at : WRITE_BYTES;
        ssize_t done = pwrite(file, (const char *)bytes + at, left, (off_t)offset + (off_t)at);
        if (done < 0 && errno != EINTR) return errno;
        if (done > 0) at += (size_t)done;
        *result = vd_progress(context, "cache", (double)at / (double)size);
    }
    return 0;
}

static uint64_t round_up(uint64_t bytes)
{
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void fill_header(const vd_cache *cache, const vd_terrain *terrain,
                        const void *parts[SECTIONS], cache_header *h)
{
    const vd_dem *dem = terrain->dem;
    const size_t bytes[SECTIONS] = {vd_dem_post_count(dem->info.nx, dem->info.ny) * sizeof(float),
                                    dem->valid ? (size_t)dem->valid_stride * (size_t)dem->info.ny
                                               : 0,
                                    (size_t)terrain->pyramid.bytes};
    memset(h, 0, sizeof *h);
    memcpy(h->magic, MAGIC, sizeof h->magic);
    h->format = FORMAT;
    h->header_bytes = sizeof *h;
    h->post_bytes = sizeof(float);
    h->identity_bytes = (uint32_t)strlen(cache->identity) + 1;
    h->wkt_bytes = dem->info.wkt ? (uint32_t)strlen(dem->info.wkt) + 1 : 0;
    memcpy(h->drop_unit, terrain->field.drop_unit, sizeof h->drop_unit);
    memcpy(&h->info, &dem->info, sizeof h->info);
    h->info.wkt = h->info.sources = NULL;
    h->base_m = dem->base_m;
    h->min = dem->min;
    h->max = dem->max;
    h->valid_min = dem->valid_min;
    h->valid_max = dem->valid_max;
    h->stride = dem->stride;
    h->valid_stride = dem->valid_stride;
    h->invalid_count = dem->invalid_count;
    parts[POSTS] = dem->posts;
    parts[MASK] = dem->valid;
    parts[PYRAMID] = terrain->pyramid.words;
    uint64_t end = sizeof *h + (uint64_t)h->identity_bytes + h->wkt_bytes;
    for (int i = 0; i < SECTIONS; i++) {
        h->sections[i].offset = round_up(end);
        h->sections[i].bytes = bytes[i];
        h->sections[i].checksum = vd_checksum(parts[i], bytes[i], 0);
        end = h->sections[i].offset + bytes[i];
    }
    h->file_bytes = end;
}

static int write_file(vd_context *context, const char *path, const cache_header *h,
                      const char *texts, const void *const parts[SECTIONS], vd_result *result)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) return errno;
    size_t text_bytes = (size_t)h->identity_bytes + h->wkt_bytes;
    int reason = write_at(context, file, 0, h, sizeof *h, result);
    if (reason == 0) reason = write_at(context, file, sizeof *h, texts, text_bytes, result);
    for (int i = 0; i < SECTIONS && reason == 0; i++)
        reason = write_at(context, file, h->sections[i].offset, parts[i],
                          (size_t)h->sections[i].bytes, result);
    if (close(file) != 0 && reason == 0) reason = errno;
    return reason;
}

static vd_result write_whole(vd_context *context, const vd_cache *cache, const cache_header *h,
                             const char *texts, const void *const parts[SECTIONS])
{
    /* What goes wrong here costs the next run time and this one nothing, so it is no failure: it is
     * said in a context of its own. */
    vd_context *own = NULL;
    vd_whole_file *whole = NULL;
    vd_result result = VD_OK;
    VD_TRY(vd_context_create(NULL, &own));
    vd_result written = vd_whole_begin(own, cache->path, true, &whole);
    if (written == VD_OK) {
        int reason = write_file(context, vd_whole_path(whole), h, texts, parts, &result);
        if (result != VD_OK || reason != 0) {
            if (reason != 0)
                written =
                    vd_fail(own, VD_ERR_IO, "cannot write %s: %s", cache->path, strerror(reason));
            vd_whole_abort(&whole);
        } else {
            written = vd_whole_commit(own, &whole);
        }
    }
    if (written != VD_OK)
        vd_message(context, VD_LEVEL_WARNING, "--cache: the heights are not kept: %s",
                   vd_context_error(own));
    else if (result == VD_OK)
        vd_cache_shrink(cache->folder, cache->path, cache->options.most_bytes);
    vd_context_destroy(own);
    return result;
}

vd_result vd_cache_write(vd_context *context, const vd_cache *cache, const vd_terrain *terrain)
{
    cache_header header;
    const void *parts[SECTIONS];
    char needed[32];
    const vd_dem_info *info = &terrain->dem->info;
    /* The sources may have changed since they were first looked at. */
    if (!info->sources || strcmp(info->sources, cache->sources) != 0) return VD_OK;
    double bytes = vd_terrain_bytes(info->nx, info->ny, VD_PRECISION_FLOAT32);
    if (bytes > cache->options.most_bytes) {
        vd_message(context, VD_LEVEL_INFO,
                   "--cache: the heights take %s, more than --cache-size, and are not kept",
                   vd_format_bytes(bytes, needed));
        return VD_OK;
    }
    fill_header(cache, terrain, parts, &header);
    void *texts = NULL;
    size_t text_bytes = (size_t)header.identity_bytes + header.wkt_bytes;
    VD_TRY(vd_alloc(context, text_bytes, 1, "the cache's description", &texts));
    memcpy(texts, cache->identity, header.identity_bytes);
    if (header.wkt_bytes > 0)
        memcpy((char *)texts + header.identity_bytes, info->wkt, header.wkt_bytes);
    header.checksum = header_checksum(&header, texts);
    vd_result result = write_whole(context, cache, &header, texts, parts);
    free(texts);
    return result;
}
