/* Which settings a frame was made by, so that a run that goes on knows frames of another.
 *
 * A sum over all settings that decide how frames look, keyframes among them, stands as a last line
 * of the settings that pictures carry, whatever their format, and is looked for where formats have
 * those: in a file's first and last bytes. Files are not in it: their contents are not known before
 * they are read. A frame without the line is taken for one of these settings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "api/api.h"

#define MARK "# frames: "
#define LOOK_BYTES (256 * 1024)

vd_result vd_frame_digest(vd_context *context, const vd_settings *settings,
                          const vd_animation *animation, char out[VD_FRAME_DIGEST])
{
    static const vd_knob_id knobs[] = {
        VD_KNOB_ANIMATION_FRAMES, VD_KNOB_ANIMATION_CHUNK, VD_KNOB_ANIMATION_LENGTH,
        VD_KNOB_RENDER_THREADS,   VD_KNOB_RENDER_TILE,     VD_KNOB_RENDER_MEMORY,
        VD_KNOB_DEM_CACHE,        VD_KNOB_DEM_CACHE_SIZE,  VD_KNOB_DEM_CACHE_VERIFY,
    };
    static const char *const groups[] = {"output", "run"};
    const vd_knob_set without = {knobs, sizeof(knobs) / sizeof(knobs[0]), groups,
                                 sizeof(groups) / sizeof(groups[0])};
    char *text = NULL;
    VD_TRY(vd_settings_identity(context, settings, &without, &text));
    /* The length may have come from --frames. */
    uint64_t length = (uint64_t)vd_animation_frames(animation).last;
    uint64_t sum = vd_checksum(text, strlen(text), length);
    snprintf(out, VD_FRAME_DIGEST, "%016llx", (unsigned long long)sum);
    free(text);
    return VD_OK;
}

vd_result vd_frame_mark(vd_context *context, const char *digest, vd_picture *picture)
{
    char *text = NULL;
    if (asprintf(&text, "%s%s%s\n", picture->settings_text, MARK, digest) < 0)
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the settings' text");
    free(picture->settings_text);
    picture->settings_text = text;
    return VD_OK;
}

/** Looks for the mark in some bytes. */
static bool is_other(const char *bytes, size_t size, const char *digest)
{
    const size_t mark = strlen(MARK), length = strlen(digest);
    for (size_t i = 0; i + mark + length <= size; i++)
        if (bytes[i] == MARK[0] && memcmp(bytes + i, MARK, mark) == 0)
            return memcmp(bytes + i + mark, digest, length) != 0;
    return false;
}

bool vd_frame_is_whole(const char *path)
{
    static const unsigned char begin[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    const char *dot = strrchr(path, '.');
    unsigned char head[8] = {0}, tail[8] = {0};
    FILE *file = fopen(path, "rb");
    if (!file) return true; /* what cannot be read is left alone */
    size_t size = fread(head, 1, sizeof(head), file);
    bool has_tail = fseek(file, -(long)sizeof(tail), SEEK_END) == 0 &&
                    fread(tail, 1, sizeof(tail), file) == sizeof(tail);
    fclose(file);
    if (size == 0) return false;
    if (!dot || strcasecmp(dot, ".png") != 0) return true;
    return memcmp(head, begin, sizeof(begin)) == 0 && has_tail && memcmp(tail, "IEND", 4) == 0;
}

bool vd_frame_is_other(const char *path, const char *digest)
{
    FILE *file = fopen(path, "rb");
    char *bytes = malloc(LOOK_BYTES);
    bool found = false;
    if (file && bytes) {
        size_t size = fread(bytes, 1, LOOK_BYTES, file);
        found = is_other(bytes, size, digest);
        if (!found && size == LOOK_BYTES && fseek(file, -(long)LOOK_BYTES, SEEK_END) == 0)
            found = is_other(bytes, fread(bytes, 1, LOOK_BYTES, file), digest);
    }
    free(bytes);
    if (file) fclose(file);
    return found;
}
