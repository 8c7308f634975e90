#include "animation/frames.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_DIGITS 9

/* A whole number of at most nine digits from 0 up. Returns what is behind it, or NULL. */
static const char *read_whole(const char *text, int *out)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > MOST_DIGITS) return NULL;
    *out = (int)strtol(text, NULL, 10);
    return text + digits;
}

/* A separator and a number to the end of the text. */
static bool read_second(const char *text, char separator, int *out)
{
    if (!text || *text != separator) return false;
    const char *end = read_whole(text + 1, out);
    return end && !*end;
}

vd_result vd_frames_asked(vd_context *context, const vd_settings *settings, vd_frames *out)
{
    const char *text = settings->animation_frames;
    *out = (vd_frames){0, 0};
    if (!text) return VD_OK;
    const char *end = read_whole(text, &out->first);
    bool is_one = end && !*end;
    if (is_one) out->last = out->first;
    if (!is_one && !read_second(end, '-', &out->last))
        return vd_settings_refuse(context, settings, VD_KNOB_ANIMATION_FRAMES,
                                  "\"%.40s\" is no run of frames; write it as 1-240, or 17 for one",
                                  text);
    if (out->first < 1)
        return vd_settings_refuse(context, settings, VD_KNOB_ANIMATION_FRAMES,
                                  "\"%.40s\" begins with frame 0; they are counted from 1", text);
    if (out->first > out->last)
        return vd_settings_refuse(context, settings, VD_KNOB_ANIMATION_FRAMES,
                                  "\"%.40s\" goes backwards; write it as %d-%d", text, out->last,
                                  out->first);
    return VD_OK;
}

vd_result vd_frames_chunk(vd_context *context, const vd_settings *settings, vd_frames *frames)
{
    const char *text = settings->animation_chunk;
    int part, parts;
    if (!text) return VD_OK;
    if (!read_second(read_whole(text, &part), '/', &parts) || part < 1 || part > parts)
        return vd_settings_refuse(
            context, settings, VD_KNOB_ANIMATION_CHUNK,
            "\"%.40s\" is no part of a whole; write it as I/N with I of 1..N, "
            "such as 3/10",
            text);
    int64_t count = (int64_t)frames->last - frames->first + 1;
    frames->last = frames->first + (int)(count * part / parts) - 1;
    frames->first += (int)(count * (part - 1) / parts);
    return VD_OK;
}

/* The place for a number from a text on: *start of the '%', *end behind the 'd'. Returns whether
 * there is one; *bad if something else follows a '%'. */
static bool find_place(const char *text, const char **start, const char **end, bool *bad)
{
    *bad = false;
    for (; *text; text++) {
        if (*text != '%') continue;
        if (text[1] == '%') {
            text++;
            continue;
        }
        size_t digits = strspn(text + 1, "0123456789");
        *start = text;
        *end = text + digits + 2;
        *bad = digits > 2 || text[1 + digits] != 'd' || (digits > 0 && text[1] != '0');
        return true;
    }
    return false;
}

vd_result vd_frames_check_pattern(vd_context *context, const vd_settings *settings,
                                  const char *pattern)
{
    const char *start, *end, *again;
    bool bad = false, found = find_place(pattern, &start, &end, &bad);
    if (found && !bad && find_place(end, &again, &end, &bad)) bad = true;
    if (found && !bad) return VD_OK;
    return vd_settings_refuse(context, settings, VD_KNOB_OUTPUT_PATH,
                              "%s has %s the frame's number; write it as frame_%%04d.png, or name "
                              "a movie (.mp4, .mov, .mkv, .webm)",
                              pattern, found ? "not just one place like %04d for" : "no place for");
}

vd_result vd_frames_path(vd_context *context, const char *pattern, int frame, char **out)
{
    const char *start, *end;
    bool bad;
    int width = 0;
    char *text = NULL;
    size_t length = 0;
    *out = NULL;
    FILE *stream = open_memstream(&text, &length);
    if (!stream) return vd_fail(context, VD_ERR_MEMORY, "not enough memory for a path");
    if (!find_place(pattern, &start, &end, &bad)) start = end = pattern + strlen(pattern);
    for (const char *c = pattern; *c; c++) {
        if (c == start) {
            if (start[1] == '0') width = (int)strtol(start + 1, NULL, 10);
            fprintf(stream, "%0*d", width, frame);
            c = end - 1;
            continue;
        }
        fputc(*c, stream);
        if (*c == '%') c++;
    }
    if (fclose(stream) != 0) {
        free(text);
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for a path");
    }
    *out = text;
    return VD_OK;
}
