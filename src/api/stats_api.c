/* The statistics of a run as JSON. */
#include <stdio.h>

#include "api/api.h"

typedef struct stat_row {
    const char *name;
    double value;
} stat_row;

vd_result vd_picture_write_stats(vd_context *context, const vd_picture *picture, const char *path)
{
    const vd_render_stats *stats = &picture->stats;
    double seconds = stats->seconds > 0.0 ? stats->seconds : 1.0e-9;
    const stat_row rows[] = {
        {"read_s", picture->read_seconds},
        {"build_s", picture->build_seconds},
        {"render_s", stats->seconds},
        {"denoise_s", picture->denoise_seconds},
        {"write_s", picture->write_seconds},
        {"width", picture->frame.crop_width},
        {"height", picture->frame.crop_height},
        {"dem_cells", picture->cells},
        {"threads", stats->threads},
        {"samples", (double)stats->samples},
        {"samples_per_pixel", stats->film.mean},
        {"samples_per_pixel_min", stats->film.least},
        {"samples_per_pixel_max", stats->film.most},
        {"complete", stats->complete ? 1.0 : 0.0},
        {"rays", (double)stats->rays},
        {"samples_per_s", (double)stats->samples / seconds},
        {"rays_per_s", (double)stats->rays / seconds},
        {"auto_exposure_stops", (double)picture->metered_stops},
        {"film_spooled", vd_film_is_spooled(picture->film) ? 1.0 : 0.0},
        {"peak_memory_bytes", vd_memory_peak()},
    };
    const size_t count = sizeof(rows) / sizeof(rows[0]);
    vd_whole_file *file = NULL;
    vd_context_clear(context);
    VD_TRY(vd_whole_begin(context, path, picture->settings->output_overwrite, &file));
    FILE *out = fopen(vd_whole_path(file), "w");
    if (!out) {
        vd_whole_abort(&file);
        return vd_fail(context, VD_ERR_IO, "%s: cannot be written", path);
    }
    fprintf(out, "{\n  \"version\": \"%s\",\n", vd_version());
    for (size_t i = 0; i < count; i++)
        fprintf(out, "  \"%s\": %.10g%s\n", rows[i].name, rows[i].value, i + 1 < count ? "," : "");
    fprintf(out, "}\n");
    int bad = ferror(out);
    if (fclose(out) != 0 || bad) {
        vd_whole_abort(&file);
        return vd_fail(context, VD_ERR_IO, "%s: writing failed; is the disk full?", path);
    }
    return vd_whole_commit(context, &file);
}
