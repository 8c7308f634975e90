/* Tables of an atmosphere in a file, for the next run under the same sky.
 *
 *     header        cache_header
 *     identity      text: this program, the air, each eye and its sun
 *     tables        struct vd_atmosphere, one for each eye
 *
 * As with heights (terrain/height_cache.c): the file's name is a checksum of its identity, and the
 * text is in the file and is compared, so it is used for nothing but what it was made of. It is
 * small, and read and checked whole. Tables are equal to the last bit wherever they are computed,
 * so a file may come from another processor; not from one that lays numbers otherwise, which its
 * checksum tells. A file is written beside its place and renamed. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atmosphere/parts.h"
#include "base/base.h"

#define MAGIC "vdsky"
#define FORMAT 1u

typedef struct cache_header {
    char magic[8];
    uint32_t format, identity_bytes, count, unused;
    uint64_t table_bytes; /* of each */
    uint64_t checksum;    /* of all that follows */
} cache_header;

static vd_result describe(vd_context *context, const vd_air *air, const vd_sky_place *places,
                          int count, char **out)
{
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    *out = NULL;
    if (stream) {
        fprintf(stream, "veduta %s sky %u %zu\n", vd_version(), FORMAT, sizeof(vd_atmosphere));
        fprintf(stream, "air %d %d %a %a %a %a\n", (int)air->planet, (int)air->aerosol,
                air->visibility_km, air->turbidity, air->ozone_du, air->ground_albedo);
        for (int i = 0; i < count; i++) {
            const vd_sky_place *p = &places[i];
            fprintf(stream, "eye %a %a %a %a %a %d %d moon %d %a %d %a %a\n", p->altitude_m,
                    p->sun_elevation_deg, p->sun_azimuth_deg, p->sun_half_deg, p->strength,
                    p->sky_alone, p->tells_once, p->moon.is_there, p->moon.phase, p->moon.waxes,
                    p->moon.distance_km, p->moon.sun_distance_au);
        }
    }
    if (stream && fclose(stream) == 0) {
        *out = text;
        return VD_OK;
    }
    free(text);
    return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the sky's description");
}

/** A file's bytes, with room for the tables. */
typedef struct image {
    cache_header header;
    size_t bytes;
    unsigned char *at; /* header, identity, tables */
} image;

static vd_result make_image(vd_context *context, const char *identity, int count, image *out)
{
    void *memory;
    cache_header h = {.format = FORMAT,
                      .identity_bytes = (uint32_t)strlen(identity),
                      .count = (uint32_t)count,
                      .table_bytes = sizeof(vd_atmosphere)};
    memcpy(h.magic, MAGIC, sizeof MAGIC);
    out->bytes = sizeof h + h.identity_bytes + (size_t)count * sizeof(vd_atmosphere);
    VD_TRY(vd_alloc(context, out->bytes, 1, "a kept sky", &memory));
    out->at = memory;
    out->header = h;
    return VD_OK;
}

static unsigned char *tables_of(const image *m)
{
    return m->at + sizeof m->header + m->header.identity_bytes;
}

static uint64_t sum_of(const image *m)
{
    return vd_checksum(m->at + sizeof m->header, m->bytes - sizeof m->header, 0);
}

/* ---- reading ------------------------------------------------------------------------------- */

/** What is wrong with a file of this name, or NULL; its bytes go to *m. */
static const char *read_image(const char *path, const char *identity, image *m)
{
    cache_header h;
    FILE *file = fopen(path, "rb");
    if (!file) return "cannot be read";
    size_t got = fread(m->at, 1, m->bytes, file);
    bool more = fgetc(file) != EOF;
    fclose(file);
    if (got < m->bytes) return "is cut off";
    memcpy(&h, m->at, sizeof h);
    m->header.checksum = h.checksum;
    if (more || memcmp(&h, &m->header, sizeof h) != 0 ||
        memcmp(m->at + sizeof h, identity, h.identity_bytes) != 0)
        return "is of another sky";
    return sum_of(m) == h.checksum ? NULL : "is damaged";
}

static vd_result take_tables(vd_context *context, const image *m, int count, vd_atmosphere **out)
{
    vd_result result = VD_OK;
    for (int i = 0; i < count && result == VD_OK; i++) {
        void *memory;
        result = vd_alloc(context, 1, sizeof(vd_atmosphere), "the sky", &memory);
        if (result != VD_OK) break;
        out[i] = memory;
        memcpy(out[i], tables_of(m) + (size_t)i * sizeof(vd_atmosphere), sizeof(vd_atmosphere));
        vd_atmosphere_attach(out[i]);
    }
    for (int i = 0; i < count && result != VD_OK; i++) {
        free(out[i]);
        out[i] = NULL;
    }
    return result;
}

/* ---- writing ------------------------------------------------------------------------------- */

static void fill_image(const char *identity, int count, vd_atmosphere *const *tables, image *m)
{
    memcpy(m->at + sizeof m->header, identity, m->header.identity_bytes);
    for (int i = 0; i < count; i++) {
        unsigned char *to = tables_of(m) + (size_t)i * sizeof(vd_atmosphere);
        vdk_atmosphere kernel = tables[i]->kernel;
        memcpy(to, tables[i], sizeof(vd_atmosphere));
        /* Addresses are of this process alone. */
        kernel.sky = kernel.air = kernel.through = kernel.once = NULL;
        kernel.phases = kernel.suns = NULL;
        memcpy(to + offsetof(vd_atmosphere, kernel), &kernel, sizeof kernel);
    }
    m->header.checksum = sum_of(m);
    memcpy(m->at, &m->header, sizeof m->header);
}

static void write_image(vd_context *context, const char *folder, double most_bytes,
                        const char *path, const image *m)
{
    /* What goes wrong here costs the next run time and this one nothing: it is said in a context of
     * its own. */
    vd_context *own = NULL;
    vd_whole_file *whole = NULL;
    if (vd_context_create(NULL, &own) != VD_OK) return;
    vd_result result = vd_whole_begin(own, path, true, &whole);
    if (result == VD_OK) {
        FILE *file = fopen(vd_whole_path(whole), "wb");
        bool good = file && fwrite(m->at, 1, m->bytes, file) == m->bytes;
        if (file && fclose(file) != 0) good = false;
        if (good) {
            result = vd_whole_commit(own, &whole);
        } else {
            result = vd_fail(own, VD_ERR_IO, "cannot write %s", path);
            vd_whole_abort(&whole);
        }
    }
    if (result != VD_OK)
        vd_message(context, VD_LEVEL_WARNING, "--cache: the sky is not kept: %s",
                   vd_context_error(own));
    else
        vd_cache_shrink(folder, path, most_bytes);
    vd_context_destroy(own);
}

/* ---- the whole ----------------------------------------------------------------------------- */

vd_result vd_atmospheres_find(vd_context *context, const char *folder_name, double most_bytes,
                              const vd_air *air, const vd_sky_place *places, int count, int threads,
                              vd_atmosphere **out)
{
    char *identity = NULL, *folder = NULL, *path = NULL;
    void *memory = NULL;
    image m = {.at = NULL};
    for (int i = 0; i < count; i++) out[i] = NULL;
    if (!folder_name || !folder_name[0])
        return vd_atmospheres_create(context, air, places, count, threads, out);
    VD_TRY(describe(context, air, places, count, &identity));
    vd_result result = vd_cache_make_folder(context, folder_name, &folder);
    if (result == VD_OK) result = make_image(context, identity, count, &m);
    size_t room = result == VD_OK ? strlen(folder) + 64 : 0;
    if (result == VD_OK) result = vd_alloc(context, room, 1, "a file's name", &memory);
    if (result != VD_OK) goto cleanup;
    path = memory;
    snprintf(path, room, "%s/veduta-%016llx.sky", folder,
             (unsigned long long)vd_checksum(identity, strlen(identity), 0));
    if (access(path, F_OK) == 0) {
        const char *fault = read_image(path, identity, &m);
        if (fault)
            vd_message(context, VD_LEVEL_INFO, "%s: %s; it is made anew (--cache)", path, fault);
        else
            result = take_tables(context, &m, count, out);
        if (!fault) (void)utimensat(AT_FDCWD, path, NULL, 0); /* used now */
        if (!fault) goto cleanup;
    }
    result = vd_atmospheres_create(context, air, places, count, threads, out);
    if (result == VD_OK && (double)m.bytes <= most_bytes) {
        fill_image(identity, count, out, &m);
        write_image(context, folder, most_bytes, path, &m);
    }

cleanup:
    free(identity);
    free(folder);
    free(path);
    free(m.at);
    return result;
}
