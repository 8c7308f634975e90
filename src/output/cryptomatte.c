/* Cryptomatte 1.2 (Friedman and Jones 2015; Psyop's specification), by which a compositor picks what
 * is in a picture by its name.
 *
 * A pixel has its ids by falling coverage: channels R and G of `crypto_material00` are the first id
 * and its coverage, B and A the second, those of `crypto_material01` the third and fourth. An id is
 * the MurmurHash3 of the name, as a float of the same bits; where those would be no number or lose
 * digits (an exponent of all zeros or all ones), its lowest bit is turned. The header says so under
 * a key, seven hexadecimal digits of the hash of the layer's own name, and has the manifest: a JSON
 * object of all names that the file may hold, with their hashes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/murmur3.h"
#include "output/parts.h"

float vd_crypto_id(const char *name)
{
    float id;
    uint32_t hash = vd_murmur3_32(name, strlen(name), 0), exponent = hash >> 23 & 255u;
    if (exponent == 0u || exponent == 255u) hash ^= 1u << 23;
    memcpy(&id, &hash, sizeof(id));
    return id;
}

/* A name between quotes, as JSON has it. */
static void print_name(FILE *out, const char *name)
{
    fputc('"', out);
    for (; *name; name++)
        if (*name == '"' || *name == '\\')
            fprintf(out, "\\%c", *name);
        else if ((unsigned char)*name < 32)
            fprintf(out, "\\u%04x", (unsigned)(unsigned char)*name);
        else
            fputc(*name, out);
    fputc('"', out);
}

static void print_manifest(FILE *out, const vd_aov_names *names)
{
    const char *between = "";
    fputc('{', out);
    for (int i = 1; i < names->count; i++) {
        if (!names->items[i]) continue;
        float id = vd_crypto_id(names->items[i]);
        uint32_t bits;
        memcpy(&bits, &id, sizeof(bits));
        fputs(between, out);
        print_name(out, names->items[i]);
        fprintf(out, ":\"%08x\"", bits);
        between = ",";
    }
    fputc('}', out);
}

vd_result vd_crypto_describe(vd_context *context, const char *layer, const vd_aov_names *names,
                             vd_crypto *out)
{
    static const char *const fields[] = {"name", "hash", "conversion", "manifest"};
    size_t length;
    uint32_t key = vd_murmur3_32(layer, strlen(layer), 0) >> 4; /* seven digits of eight */
    *out = (vd_crypto){0};
    FILE *stream = open_memstream(&out->manifest, &length);
    if (stream) print_manifest(stream, names);
    if (!stream || fclose(stream) != 0)
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the manifest of %s", layer);
    const char *const texts[] = {layer, "MurmurHash3_32", "uint32_to_float32", out->manifest};
    for (int i = 0; i < VD_CRYPTO_NOTES; i++) {
        snprintf(out->names[i], sizeof(out->names[i]), "cryptomatte/%07x/%s", key, fields[i]);
        out->notes[i] = (vd_note){.text = texts[i]};
    }
    return VD_OK;
}
