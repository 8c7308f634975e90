/* Movies, by the program ffmpeg: its libraries are of many builds and licences, the program is one
 * that people have. It is run without a shell, so that no path is read as anything else, and says
 * what went wrong on a file that is read when it has ended. Frames of 8 or 16 bits become H.264, or
 * VP9 in .webm, of half the resolution in colour, which every player takes, at a quality where one
 * looks at grain to see a difference. */
#include "output/movie.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define POLL_NS 20000000 /* between looks at whether it is done, or to be stopped */

static const char *suffix_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && !strchr(dot, '/') ? dot : "";
}

bool vd_movie_is_named(const char *path)
{
    static const char *const suffixes[] = {".mp4", ".mov", ".mkv", ".webm"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
        if (strcasecmp(suffix_of(path), suffixes[i]) == 0) return true;
    return false;
}

/* The program's place in PATH; free with free(). NULL: there is none. */
static char *find_program(void)
{
    const char *folders = getenv("PATH");
    for (const char *at = folders; at && *at;) {
        char *path = NULL;
        struct stat status;
        int length = (int)strcspn(at, ":");
        if (asprintf(&path, "%.*s/ffmpeg", length, at) < 0) return NULL;
        if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && access(path, X_OK) == 0)
            return path;
        free(path);
        at += length + (at[length] == ':');
    }
    return NULL;
}

static vd_result refuse_without(vd_context *context, const char *path)
{
    return vd_fail(
        context, VD_ERR_UNSUPPORTED,
        "%s: a movie is made by the program ffmpeg, which is not in PATH; install it, or "
        "write frames as -o frame_%%04d.png",
        path);
}

vd_result vd_movie_check(vd_context *context, const char *path, const int size[2], bool overwrite)
{
    vd_whole_file *file = NULL;
    char *program = find_program();
    if (!program) return refuse_without(context, path);
    free(program);
    if (size[0] % 2 != 0 || size[1] % 2 != 0)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: a movie's frames are even in width and height, and --size is %dx%d; "
                       "make it %dx%d",
                       path, size[0], size[1], size[0] + size[0] % 2, size[1] + size[1] % 2);
    VD_TRY(vd_whole_begin(context, path, overwrite, &file));
    vd_whole_abort(&file);
    return VD_OK;
}

/* The last line of what the program has said. */
static void last_words(const char *path, char *text, size_t size)
{
    char line[512];
    FILE *file = fopen(path, "r");
    text[0] = '\0';
    while (file && fgets(line, sizeof(line), file))
        if (line[strspn(line, " \r\n")]) snprintf(text, size, "%s", line);
    if (file) fclose(file);
    text[strcspn(text, "\r\n")] = '\0';
}

/* In the child: becomes the program, whose words go to a file. */
static void become(const char *program, char *const *arguments, const char *words)
{
    int nothing = open("/dev/null", O_RDWR), said = open(words, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (nothing < 0 || said < 0) _exit(127);
    dup2(nothing, 0);
    dup2(nothing, 1);
    dup2(said, 2);
    execv(program, arguments);
    _exit(127);
}

/* Waits for a child, and ends it when the caller is to end. */
static vd_result wait_for(vd_context *context, pid_t child, int *status)
{
    const struct timespec pause = {0, POLL_NS};
    vd_result result = VD_OK;
    for (;;) {
        pid_t ended = waitpid(child, status, WNOHANG);
        if (ended == child) return result;
        if (ended < 0 && errno != EINTR) return vd_fail(context, VD_ERR_INTERNAL, "ffmpeg is lost");
        if (result == VD_OK) result = vd_progress(context, NULL, 0.0);
        if (result != VD_OK) kill(child, SIGTERM);
        nanosleep(&pause, NULL);
    }
}

static vd_result run(vd_context *context, const char *path, char *const *arguments,
                     const char *words)
{
    int status = 0;
    char said[512];
    pid_t child = fork();
    if (child < 0)
        return vd_fail(context, VD_ERR_IO, "%s: ffmpeg cannot be started: %s", path,
                       strerror(errno));
    if (child == 0) become(arguments[0], arguments, words);
    VD_TRY(wait_for(context, child, &status));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return VD_OK;
    last_words(words, said, sizeof(said));
    return vd_fail(context, VD_ERR_IO, "%s: ffmpeg has failed: %s; the frames are kept", path,
                   said[0] ? said : "it says nothing");
}

/* The arguments, and what else must be freed. */
static vd_result call(vd_context *context, const vd_whole_file *file, char *program,
                      const vd_movie_frames *frames)
{
    char rate[40], first[20];
    const char *out = vd_whole_path(file);
    char *words = NULL;
    bool is_webm = strcasecmp(suffix_of(out), ".webm") == 0;
    snprintf(rate, sizeof(rate), "%.6g", frames->fps);
    snprintf(first, sizeof(first), "%d", frames->first);
    if (asprintf(&words, "%s.txt", out) < 0)
        return vd_fail(context, VD_ERR_MEMORY, "not enough memory for a path");
    const char *arguments[] = {program,
                               "-nostdin",
                               "-y",
                               "-loglevel",
                               "error",
                               "-framerate",
                               rate,
                               "-start_number",
                               first,
                               "-i",
                               frames->pattern,
                               "-c:v",
                               is_webm ? "libvpx-vp9" : "libx264",
                               "-crf",
                               is_webm ? "24" : "17",
                               "-pix_fmt",
                               "yuv420p",
                               is_webm ? "-b:v" : "-movflags",
                               is_webm ? "0" : "+faststart",
                               out,
                               NULL};
    vd_result result =
        run(context, vd_whole_final_path(file), (char *const *)(uintptr_t)arguments, words);
    unlink(words);
    free(words);
    return result;
}

vd_result vd_movie_write(vd_context *context, const char *path, const vd_movie_frames *frames,
                         bool overwrite)
{
    vd_whole_file *file = NULL;
    char *program = find_program();
    if (!program) return refuse_without(context, path);
    vd_result result = vd_whole_begin(context, path, overwrite, &file);
    if (result == VD_OK) result = call(context, file, program, frames);
    if (result == VD_OK)
        result = vd_whole_commit(context, &file);
    else
        vd_whole_abort(&file);
    free(program);
    return result;
}
