/* .nvdb files: which grids are in one, and the bytes of the one that is wanted.
 *
 * NanoVDB (Museth 2021, "NanoVDB: A GPU-Friendly and Portable VDB Data Structure For Real-Time
 * Rendering And Simulation", SIGGRAPH Talks) keeps a grid in a file as it lies in memory. A file is
 * a row of segments:
 *     header     magic, version, number of grids, codec
 *     metadata   of each grid: size in memory and on disk, type, class, ..., length of its name,
 *                and its name
 *     grids      one after the other, each as it is, or zlib's bytes after their number
 * Nothing here is taken at its word: each length is held against the bytes that are left in the
 * file before anything of that length is read or made. */
#include "media/voxels.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define MAGIC "NanoVDB" /* and a digit: 0, of files since version 32.6 2 */
#define MAGIC_VDB " BDV"
#define MAJOR 32
enum { CODEC_NONE = 0, CODEC_ZIP = 1, CODEC_BLOSC = 2 };
enum { HEADER_BYTES = 16, META_BYTES = 176, NAME_MOST = 4096 };
enum { CLASS_LEVEL_SET = 1 };

/* The metadata's members that are read. */
typedef struct grid_entry {
    uint64_t bytes, on_disk;
    uint32_t type, kind;
    char name[64];
} grid_entry;

typedef struct nanovdb_file {
    vd_context *context;
    const char *path;
    FILE *file;
    uint64_t left; /* bytes after the place where it is */
    int codec;
} nanovdb_file;

static const char *const type_names[] = {
    "nothing", "float", "double", "int16", "int32", "int64", "vec3f", "vec3d", "mask", "half",
    "uint32",  "bool",  "rgba8",  "fp4",   "fp8",   "fp16",  "fpn",   "vec4f", "vec4d"};

static const char *type_name(uint32_t type)
{
    return type < sizeof(type_names) / sizeof(type_names[0]) ? type_names[type] : "index";
}

bool vd_nanovdb_is_density(uint32_t type)
{
    return type == 1 || (type >= 13 && type <= 16);
}

static vd_result fail_short(const nanovdb_file *f)
{
    return vd_fail(f->context, VD_ERR_FORMAT,
                   "%s ends before its grid does; it is cut off or "
                   "damaged",
                   f->path);
}

static vd_result take(nanovdb_file *f, void *to, uint64_t bytes)
{
    if (bytes > f->left) return fail_short(f);
    if (fread(to, 1, (size_t)bytes, f->file) != bytes)
        return vd_fail(f->context, VD_ERR_INPUT, "%s: cannot be read to its end: %s", f->path,
                       strerror(errno));
    f->left -= bytes;
    return VD_OK;
}

static vd_result skip(nanovdb_file *f, uint64_t bytes)
{
    if (bytes > f->left) return fail_short(f);
    if (fseeko(f->file, (off_t)bytes, SEEK_CUR) != 0)
        return vd_fail(f->context, VD_ERR_INPUT, "%s: cannot be read to its end: %s", f->path,
                       strerror(errno));
    f->left -= bytes;
    return VD_OK;
}

static uint64_t number(const unsigned char *at, int bytes)
{
    uint64_t x = 0;
    for (int i = bytes - 1; i >= 0; i--) x = x << 8 | at[i];
    return x;
}

static vd_result open_file(nanovdb_file *f)
{
    f->file = fopen(f->path, "rb");
    off_t end = -1;
    if (f->file && fseeko(f->file, 0, SEEK_END) == 0) end = ftello(f->file);
    if (end < 0 || fseeko(f->file, 0, SEEK_SET) != 0)
        return vd_fail(f->context, VD_ERR_INPUT, "%s: cannot be read: %s; check the name", f->path,
                       strerror(errno));
    f->left = (uint64_t)end;
    return VD_OK;
}

/** The header of a segment; *grids is how many it has. */
static vd_result read_header(nanovdb_file *f, int *grids)
{
    unsigned char h[HEADER_BYTES] = {0};
    VD_TRY(take(f, h, f->left < sizeof h ? f->left : sizeof h));
    if (memcmp(h, MAGIC_VDB, 4) == 0)
        return vd_fail(f->context, VD_ERR_FORMAT,
                       "%s is OpenVDB's, not NanoVDB's; make it a .nvdb "
                       "file by nanovdb_convert",
                       f->path);
    if (h[0] >= '0' && h[0] <= '9' && memcmp(h + 1, "BDVonaN", 7) == 0)
        return vd_fail(f->context, VD_ERR_FORMAT,
                       "%s has the bytes of its numbers in the other "
                       "order; convert it on such a machine",
                       f->path);
    if (memcmp(h, MAGIC, 7) != 0 || (h[7] != '0' && h[7] != '2'))
        return vd_fail(f->context, VD_ERR_FORMAT,
                       "%s: is no .nvdb file; write one by nanovdb_convert", f->path);
    uint32_t version = (uint32_t)number(h + 8, 4);
    if (version >> 21 != MAJOR)
        return vd_fail(
            f->context, VD_ERR_FORMAT,
            "%s is of version %u.%u of NanoVDB's format, and version %d is read; convert "
            "it anew by nanovdb_convert",
            f->path, version >> 21, version >> 10 & 0x7ffu, MAJOR);
    *grids = (int)number(h + 12, 2);
    f->codec = (int)number(h + 14, 2);
    if (f->codec == CODEC_BLOSC)
        return vd_fail(f->context, VD_ERR_UNSUPPORTED,
                       "%s is packed by BLOSC, which is not read; convert it by nanovdb_convert "
                       "--zip",
                       f->path);
    if (f->codec != CODEC_NONE && f->codec != CODEC_ZIP)
        return vd_fail(f->context, VD_ERR_FORMAT, "%s is packed in an unknown way (%d)", f->path,
                       f->codec);
    return VD_OK;
}

static vd_result read_entry(nanovdb_file *f, grid_entry *entry)
{
    unsigned char meta[META_BYTES];
    VD_TRY(take(f, meta, sizeof meta));
    entry->bytes = number(meta, 8);
    entry->on_disk = number(meta + 8, 8);
    entry->type = (uint32_t)number(meta + 32, 4);
    entry->kind = (uint32_t)number(meta + 36, 4);
    uint64_t name_bytes = number(meta + 136, 4);
    if (name_bytes > NAME_MOST)
        return vd_fail(f->context, VD_ERR_FORMAT, "%s is damaged: a grid's name of %llu bytes",
                       f->path, (unsigned long long)name_bytes);
    size_t kept = name_bytes < sizeof entry->name ? (size_t)name_bytes : sizeof entry->name - 1;
    VD_TRY(take(f, entry->name, kept));
    entry->name[kept] = '\0';
    return skip(f, name_bytes - kept);
}

static vd_result unpack(nanovdb_file *f, const grid_entry *entry, vd_nanovdb_grid *out)
{
    unsigned char length[8];
    void *packed = NULL;
    if (f->codec == CODEC_NONE) return take(f, out->words, entry->bytes);
    VD_TRY(take(f, length, sizeof length));
    uint64_t bytes = number(length, 8);
    if (bytes > f->left) return fail_short(f);
    VD_TRY(vd_alloc(f->context, (size_t)bytes + 1, 1, "a packed grid", &packed));
    vd_result result = take(f, packed, bytes);
    uLongf got = (uLongf)entry->bytes;
    if (result == VD_OK && (uncompress((Bytef *)out->words, &got, packed, (uLong)bytes) != Z_OK ||
                            got != entry->bytes))
        result = vd_fail(f->context, VD_ERR_FORMAT,
                         "%s is damaged: its grid does not unpack to "
                         "the %llu bytes that it should have",
                         f->path, (unsigned long long)entry->bytes);
    free(packed);
    return result;
}

/** Reads the grid where the file is. */
static vd_result read_grid(nanovdb_file *f, const grid_entry *entry, vd_nanovdb_grid *out)
{
    void *memory;
    if (entry->kind == CLASS_LEVEL_SET)
        return vd_fail(f->context, VD_ERR_FORMAT,
                       "%s: grid '%s' is a surface (a level set), not a density; make it a fog "
                       "volume",
                       f->path, entry->name);
    /* zlib packs a thousandfold at most. */
    uint64_t room = f->codec == CODEC_NONE ? f->left : 1040 * f->left;
    if (entry->bytes > room) return fail_short(f);
    if (entry->bytes > (uint64_t)VD_NANOVDB_BYTES_MOST)
        return vd_fail(f->context, VD_ERR_UNSUPPORTED,
                       "%s: grid '%s' takes %.1f GB, and %.0f GB is the most", f->path, entry->name,
                       (double)entry->bytes / 1e9, (double)VD_NANOVDB_BYTES_MOST / 1e9);
    VD_TRY(vd_alloc(f->context, (size_t)(entry->bytes / 8 + 1), 8, "a grid", &memory));
    *out = (vd_nanovdb_grid){memory, entry->bytes, entry->type, entry->kind};
    vd_result result = unpack(f, entry, out);
    if (result != VD_OK) free(memory);
    if (result != VD_OK) *out = (vd_nanovdb_grid){NULL, 0, 0, 0};
    return result;
}

/** Goes through the segments for a grid of densities, of that name unless it is NULL. */
static vd_result find(nanovdb_file *f, const char *name, grid_entry *seen, vd_nanovdb_grid *out)
{
    while (f->left > 0) {
        int grids = 0;
        void *memory;
        VD_TRY(read_header(f, &grids));
        VD_TRY(vd_alloc(f->context, (size_t)grids + 1, sizeof(grid_entry), "a list of grids",
                        &memory));
        grid_entry *entries = memory;
        vd_result result = VD_OK;
        for (int i = 0; i < grids && result == VD_OK; i++) result = read_entry(f, &entries[i]);
        for (int i = 0; i < grids && result == VD_OK && !out->words; i++) {
            *seen = entries[i];
            if (vd_nanovdb_is_density(entries[i].type) &&
                (!name || strcmp(entries[i].name, name) == 0))
                result = read_grid(f, &entries[i], out);
            else
                result = skip(f, f->codec == CODEC_NONE ? entries[i].bytes : entries[i].on_disk);
        }
        free(memory);
        if (result != VD_OK || out->words) return result;
    }
    return VD_OK;
}

vd_result vd_nanovdb_read(vd_context *context, const char *path, vd_nanovdb_grid *out)
{
    static const char *const wanted[] = {"density", NULL};
    grid_entry seen = {.name = ""};
    vd_result result = VD_OK;
    *out = (vd_nanovdb_grid){NULL, 0, 0, 0};
    VD_TRY(vd_refuse_special_file(context, path));
    for (int i = 0; i < 2 && result == VD_OK && !out->words; i++) {
        nanovdb_file f = {context, path, NULL, 0, 0};
        result = open_file(&f);
        if (result == VD_OK && f.left == 0)
            result = vd_fail(context, VD_ERR_FORMAT,
                             "%s: is empty; write it anew by nanovdb_convert", path);
        if (result == VD_OK) result = find(&f, wanted[i], &seen, out);
        if (f.file) fclose(f.file);
    }
    if (result != VD_OK || out->words) return result;
    if (!seen.bytes) return vd_fail(context, VD_ERR_FORMAT, "%s has no grid in it", path);
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s has no grid of densities (float, fp4, fp8, fp16 or fpn); '%s' is of %s",
                   path, seen.name, type_name(seen.type));
}
