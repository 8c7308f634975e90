/* Which picture a checkpoint belongs to.
 *
 * Its identity is text of two parts. First the settings that decide pixels, a line each, so that
 * what differs can be named. Then checksums of what files brought in: heights, mask, ramp,
 * drape, environment, clip mask, the frame; and of the light itself, the first sample of a few
 * hundred pixels all over the picture, which no two scenes share and which sees whatever the other
 * lines may have missed.
 *
 * Left out is what changes no pixel, and what may change on purpose: without a noise target the
 * number of samples, since the first are the same whatever comes after, and tone, which comes after
 * the film. With a target both decide where blocks stop. */
#include "render/checkpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel/view.h"
#include "scene/objects.h"

#define PROBES 512

static vd_result settings_text(vd_context *context, const vd_settings *settings, char **out)
{
    /* Those that matter only beside a noise target come last. */
    static const vd_knob_id knobs[] = {
        VD_KNOB_RENDER_THREADS,    VD_KNOB_RENDER_TILE,       VD_KNOB_RENDER_MEMORY,
        VD_KNOB_RENDER_TIME_LIMIT, VD_KNOB_RENDER_CHECKPOINT, VD_KNOB_RENDER_RESUME,
        VD_KNOB_DEM_CACHE,         VD_KNOB_DEM_CACHE_SIZE,    VD_KNOB_DEM_CACHE_VERIFY,
        VD_KNOB_AOV_NAMES,         VD_KNOB_RENDER_SAMPLES};
    static const char *const groups[] = {"effects", "tilt_shift", "output", "run", "tone"};
    bool target = settings->render_noise > 0.0;
    vd_knob_set without = {knobs, sizeof(knobs) / sizeof(knobs[0]) - (target ? 1 : 0), groups,
                           sizeof(groups) / sizeof(groups[0]) - (target ? 1 : 0)};
    return vd_settings_identity(context, settings, &without, out);
}

/* The first sample of pixels at the points of a rank-1 lattice (the golden ratio's). */
static uint64_t probe_light(const vd_scene *scene)
{
    float radiance[PROBES][3];
    for (int i = 0; i < PROBES; i++) {
        vdk_uint rays = 0;
        int x = (int)((int64_t)scene->frame.width * i / PROBES);
        uint32_t turn = (uint32_t)i * 2654435769u;
        int y = (int)(((uint64_t)scene->frame.height * turn) >> 32);
        vdk_sampler sampler = vdk_sampler_at(scene->flat.pattern, scene->flat.seed, x, y);
        vdk_vec r = vdk_see(&scene->flat, x, y, sampler, 0, &rays).radiance;
        radiance[i][0] = r.x;
        radiance[i][1] = r.y;
        radiance[i][2] = r.z;
    }
    return vd_checksum(radiance, sizeof(radiance), 0);
}

static uint64_t drape_checksum(const vd_drape *drape)
{
    uint64_t sum = 0;
    for (int i = 0; drape && i < drape->levels; i++) {
        const vdk_texture *level = &drape->level[i];
        sum = vd_checksum(level->texels, 4 * (size_t)level->width * (size_t)level->height, sum);
    }
    return sum;
}

static uint64_t environment_checksum(const vd_environment *map)
{
    return map ? vd_checksum(map->texels,
                             3 * sizeof(float) * (size_t)map->width * (size_t)map->height, 0)
               : 0;
}

static void print_data(FILE *out, const vd_scene *scene)
{
    const vd_dem *dem = scene->terrain->dem;
    const vd_frame *frame = &scene->frame;
    size_t mask = (size_t)dem->info.ny * (size_t)dem->valid_stride;
    size_t stops = scene->ramp ? (size_t)scene->ramp->count : 0;
    const struct {
        const char *name;
        uint64_t checksum;
    } parts[] = {
        {"the picture's place on the map",
         vd_checksum(frame->geotransform, sizeof(frame->geotransform), 0)},
        {"the heights", vd_terrain_checksum(scene->terrain)},
        {"the NODATA", dem->valid ? vd_checksum(dem->valid, mask, 0) : 0},
        {"the ramp", stops
                         ? vd_checksum(scene->ramp->elevation_m, stops * sizeof(float),
                                       vd_checksum(scene->ramp->rgb, stops * 4 * sizeof(float), 0))
                         : 0},
        {"the drape (--drape)", drape_checksum(scene->drape)},
        {"the environment (--environment)", environment_checksum(scene->environment)},
        {"the clip mask (--clip-mask)", vd_coverage_clip_checksum(scene->coverage)},
        {"the objects", vd_objects_checksum(scene->objects)},
        {"the light", probe_light(scene)},
    };
    fprintf(out, "picture: %dx%d\n", frame->width, frame->height);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        fprintf(out, "%s = %016llx\n", parts[i].name, (unsigned long long)parts[i].checksum);
}

/* The AOVs in the film's order, whatever they were asked for by. */
static void print_aovs(FILE *out, const vd_aov_set *aovs)
{
    fputs("aov.names:", out);
    for (int i = 0; i < aovs->all; i++) fprintf(out, " %s", aovs->parts[i].name);
    fputs(aovs->all > 0 ? "\n" : " none\n", out);
}

vd_result vd_identity_make(vd_context *context, const vd_scene *scene, const vd_aov_set *aovs,
                           char **out)
{
    char *settings = NULL, *text = NULL, noise[32];
    size_t length = 0;
    *out = NULL;
    VD_TRY(vd_settings_get(context, scene->settings, "render.noise", noise, sizeof(noise)));
    VD_TRY(settings_text(context, scene->settings, &settings));
    FILE *stream = open_memstream(&text, &length);
    if (stream) {
        /* First, since it decides which lines follow. */
        fprintf(stream, "render.noise: %s\n", noise);
        print_aovs(stream, aovs);
        fputs(settings, stream);
        print_data(stream, scene);
    }
    free(settings);
    if (stream && fclose(stream) == 0) {
        *out = text;
        return VD_OK;
    }
    free(text);
    return vd_fail(context, VD_ERR_MEMORY, "not enough memory for the checkpoint's settings");
}

static vd_result fail_other(vd_context *context, const char *path, const char *there,
                            const char *here, size_t there_length, size_t here_length)
{
    static const char advice[] =
        "name another file, or start anew by --overwrite instead of --resume";
    const char *there_value = memchr(there, ':', there_length);
    const char *here_value = memchr(here, ':', here_length);
    if (there_value && here_value && there_value - there == here_value - here &&
        memcmp(there, here, (size_t)(here_value - here)) == 0)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: belongs to another picture: %.*s was %.*s there and is %.*s here; %s",
                       path, (int)(here_value - here), here,
                       (int)(there + there_length - there_value - 2), there_value + 2,
                       (int)(here + here_length - here_value - 2), here_value + 2, advice);
    const char *end = memchr(here, '=', here_length);
    if (end && !here_value)
        return vd_fail(context, VD_ERR_SETTING,
                       "%s: belongs to another picture: what differs is %.*s; %s", path,
                       (int)(end - 1 - here), here, advice);
    return vd_fail(context, VD_ERR_SETTING, "%s: belongs to another version of veduta; %s", path,
                   advice);
}

vd_result vd_identity_compare(vd_context *context, const char *path, const char *there,
                              const char *here)
{
    while (*there || *here) {
        size_t there_length = strcspn(there, "\n"), here_length = strcspn(here, "\n");
        if (there_length != here_length || memcmp(there, here, here_length) != 0)
            return fail_other(context, path, there, here, there_length, here_length);
        there += there_length + (there[there_length] == '\n');
        here += here_length + (here[here_length] == '\n');
    }
    return VD_OK;
}
