/* Lenses of lensfun's database, by name.
 *
 * The library reads its database (that of the user before that of the system) and is asked for the
 * rows of one lens; what is made of them is arithmetic of our own (lens_profile.c), so that a
 * picture does not depend on the library's version but on its data alone.
 *
 * A name is that of the model, with its maker or without, whatever the case; or words that only one
 * model has. A model may be there several times, measured on sensors of several sizes: what counts
 * is the smallest that is no smaller than the picture's, since polynomials say nothing beyond what
 * was measured. Who asks for one that is not there is told the three that share most pairs of
 * letters with it (L. R. Dice 1945, "Measures of the amount of ecologic association between
 * species"). */
#include "scene/lensfun.h"

#include <lensfun/lensfun.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* So much smaller may a sensor be that counts as equal: crop factors are rounded. */
#define CROP_SLACK 1.01
#define OFFERED 3

/* ---- names ---------------------------------------------------------------------------------- */

/** Maker and model, the maker once. */
static void name_of(const lfLens *lens, const char *model, char out[VD_LENS_NAME_BYTES])
{
    const char *maker = lens->Maker ? lens->Maker : "";
    bool has_maker = !*maker || strncasecmp(model, maker, strlen(maker)) == 0;
    snprintf(out, VD_LENS_NAME_BYTES, "%s%s%s", has_maker ? "" : maker, has_maker ? "" : " ",
             model);
}

/** The model's names, in several languages: the first, and from each the next. */
static const char *first_model(const lfLens *lens)
{
    return lens->Model;
}

static const char *next_model(const char *model)
{
    const char *language = model + strlen(model) + 1;
    return *language ? language + strlen(language) + 1 : NULL;
}

static bool is_named(const lfLens *lens, const char *name)
{
    char whole[VD_LENS_NAME_BYTES];
    for (const char *model = first_model(lens); model; model = next_model(model)) {
        name_of(lens, model, whole);
        if (strcasecmp(model, name) == 0 || strcasecmp(whole, name) == 0) return true;
    }
    return false;
}

static bool has_word(const char *text, const char *word, size_t length)
{
    for (; *text; text++)
        if (strncasecmp(text, word, length) == 0) return true;
    return false;
}

static bool has_words(const lfLens *lens, const char *words)
{
    char whole[VD_LENS_NAME_BYTES];
    name_of(lens, first_model(lens), whole);
    while (*words) {
        size_t length = strcspn(words, " ");
        if (length > 0 && !has_word(whole, words, length)) return false;
        words += length;
        words += strspn(words, " ");
    }
    return true;
}

/** Does a pair of letters and figures begin here? */
static bool is_pair(const char *at)
{
    return isalnum((unsigned char)at[0]) && isalnum((unsigned char)at[1]);
}

/** The pairs that two names have in common over those that they have, 0..1. */
static double likeness(const char *a, const char *b)
{
    int pairs = 0, common = 0;
    for (const char *q = b; *q; q++) pairs += is_pair(q);
    for (const char *p = a; *p; p++) {
        if (!is_pair(p)) continue;
        pairs++;
        for (const char *q = b; *q; q++)
            if (is_pair(q) && strncasecmp(p, q, 2) == 0) {
                common++;
                break;
            }
    }
    return pairs > 0 ? 2.0 * common / pairs : 0.0;
}

/** Refuses a name: with those that have its words if there are any, else the nearest. */
static vd_result refuse_name(vd_context *context, const vd_settings *settings,
                             const lfLens *const *lenses, bool is_ambiguous)
{
    const char *name = settings->lens_profile;
    char best[OFFERED][VD_LENS_NAME_BYTES] = {"", "", ""};
    double score[OFFERED] = {-1.0, -1.0, -1.0};
    for (int i = 0; lenses[i]; i++) {
        char whole[VD_LENS_NAME_BYTES];
        int at = OFFERED;
        bool is_known = false;
        if (is_ambiguous && !has_words(lenses[i], name)) continue;
        name_of(lenses[i], first_model(lenses[i]), whole);
        double like = likeness(name, whole);
        for (int k = 0; k < OFFERED; k++) is_known = is_known || strcmp(best[k], whole) == 0;
        while (at > 0 && like > score[at - 1]) at--;
        if (at == OFFERED || is_known) continue;
        for (int k = OFFERED - 1; k > at; k--) {
            memcpy(best[k], best[k - 1], sizeof(best[k]));
            score[k] = score[k - 1];
        }
        memcpy(best[at], whole, sizeof(best[at]));
        score[at] = like;
    }
    return vd_settings_refuse(
        context, settings, VD_KNOB_LENS_PROFILE, "%s \"%.60s\"; %s \"%s\"%s%s%s%s%s%s",
        is_ambiguous ? "several lenses of lensfun's database have the words of"
                     : "lensfun's database has no lens",
        name, is_ambiguous ? "name one, such as" : "the nearest are", best[0],
        *best[1] ? (*best[2] ? ", \"" : " or \"") : "", best[1], *best[1] ? "\"" : "",
        *best[2] ? " or \"" : "", best[2], *best[2] ? "\"" : "");
}

/* ---- which of them -------------------------------------------------------------------------- */

static bool is_measured(const lfLens *lens)
{
    return lens->CalibDistortion || lens->CalibTCA || lens->CalibVignetting;
}

/** The lens that is meant, or NULL where none is or several are. */
static const lfLens *find_name(const lfLens *const *lenses, const char *name, bool *is_ambiguous)
{
    const lfLens *found = NULL;
    *is_ambiguous = false;
    for (int i = 0; lenses[i]; i++)
        if (is_named(lenses[i], name)) return lenses[i];
    for (int i = 0; lenses[i]; i++) {
        if (!has_words(lenses[i], name)) continue;
        if (found && !is_named(lenses[i], found->Model)) *is_ambiguous = true;
        if (!found) found = lenses[i];
    }
    return *is_ambiguous ? NULL : found;
}

static vd_result choose(vd_context *context, const vd_settings *settings,
                        const lfLens *const *lenses, double crop, const lfLens **out)
{
    bool is_ambiguous;
    double least = 1e9;
    const lfLens *meant = find_name(lenses, settings->lens_profile, &is_ambiguous);
    *out = NULL;
    if (!meant) return refuse_name(context, settings, lenses, is_ambiguous);
    for (int i = 0; lenses[i]; i++) {
        const lfLens *lens = lenses[i];
        if (!is_named(lens, meant->Model) || !is_measured(lens)) continue;
        if (strcasecmp(lens->Maker, meant->Maker) != 0) continue;
        if ((double)lens->CropFactor < least) least = (double)lens->CropFactor;
        if ((double)lens->CropFactor > crop * CROP_SLACK) continue;
        if (!*out || lens->CropFactor > (*out)->CropFactor) *out = lens;
    }
    if (*out) return VD_OK;
    if (least > 1e8)
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_PROFILE,
                                  "lensfun's database names this lens but has no measurements of "
                                  "it; name another");
    return vd_settings_refuse(context, settings, VD_KNOB_LENS_PROFILE,
                              "was measured on sensors of crop factor %.4g and more only, which "
                              "are smaller than this camera's; give a --sensor-width up to %.4g",
                              least, settings->camera_sensor_width * crop / least);
}

/* ---- its rows ------------------------------------------------------------------------------- */

static int count_of(void *const *rows)
{
    int count = 0;
    while (rows && rows[count]) count++;
    return count;
}

static int by_focal(const void *a, const void *b) /* the first member of all rows */
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void copy_terms(const float *from, int count, double *to)
{
    for (int i = 0; i < count; i++) to[i] = (double)from[i];
}

static void take_bends(const lfLens *lens, int count, vd_lens_data *out)
{
    for (int i = 0; i < count; i++) {
        const lfLensCalibDistortion *row = lens->CalibDistortion[i];
        vd_lens_bend_row *to = &out->bend[out->bends];
        switch (row->Model) {
        case LF_DIST_MODEL_POLY3: to->model = VD_LENS_POLY3; break;
        case LF_DIST_MODEL_POLY5: to->model = VD_LENS_POLY5; break;
        case LF_DIST_MODEL_PTLENS: to->model = VD_LENS_PTLENS; break;
        default: continue;
        }
        to->focal_mm = (double)row->Focal;
        copy_terms(row->Terms, 3, to->terms);
        out->bends++;
    }
}

/* Its terms are those of red and blue in turns: of the linear model two, of the other vr and vb, cr
 * and cb, br and bb. */
static void take_colours(const lfLens *lens, int count, vd_lens_data *out)
{
    for (int i = 0; i < count; i++) {
        const lfLensCalibTCA *row = lens->CalibTCA[i];
        vd_lens_colour_row *to = &out->colour[out->colours];
        int terms = row->Model == LF_TCA_MODEL_LINEAR  ? 1
                    : row->Model == LF_TCA_MODEL_POLY3 ? 3
                                                       : 0;
        if (terms == 0) continue;
        to->focal_mm = (double)row->Focal;
        for (int k = 0; k < terms; k++) {
            to->red[k] = (double)row->Terms[2 * k];
            to->blue[k] = (double)row->Terms[2 * k + 1];
        }
        out->colours++;
    }
}

static void take_lights(const lfLens *lens, int count, vd_lens_data *out)
{
    for (int i = 0; i < count; i++) {
        const lfLensCalibVignetting *row = lens->CalibVignetting[i];
        vd_lens_light_row *to = &out->light[out->lights];
        if (row->Model != LF_VIGNETTING_MODEL_PA) continue;
        to->focal_mm = (double)row->Focal;
        to->f_stop = (double)row->Aperture;
        to->distance_m = (double)row->Distance;
        copy_terms(row->Terms, 3, to->terms);
        out->lights++;
    }
}

static vd_result take_rows(vd_context *context, const lfLens *lens, vd_lens_data *out)
{
    void *memory;
    int bends = count_of((void *const *)lens->CalibDistortion);
    int colours = count_of((void *const *)lens->CalibTCA);
    int lights = count_of((void *const *)lens->CalibVignetting);
    name_of(lens, first_model(lens), out->name);
    out->crop = (double)lens->CropFactor;
    out->aspect = (double)lens->AspectRatio;
    out->is_straight = lens->Type == LF_RECTILINEAR || lens->Type == LF_UNKNOWN;
    out->focal_mm[0] = (double)lens->MinFocal;
    out->focal_mm[1] = (double)lens->MaxFocal;
    out->f_stop[0] = (double)lens->MinAperture;
    out->f_stop[1] = (double)lens->MaxAperture;
    VD_TRY(vd_alloc(context, (size_t)bends + 1, sizeof(out->bend[0]), "a lens", &memory));
    out->bend = memory;
    VD_TRY(vd_alloc(context, (size_t)colours + 1, sizeof(out->colour[0]), "a lens", &memory));
    out->colour = memory;
    VD_TRY(vd_alloc(context, (size_t)lights + 1, sizeof(out->light[0]), "a lens", &memory));
    out->light = memory;
    take_bends(lens, bends, out);
    take_colours(lens, colours, out);
    take_lights(lens, lights, out);
    qsort(out->bend, (size_t)out->bends, sizeof(out->bend[0]), by_focal);
    qsort(out->colour, (size_t)out->colours, sizeof(out->colour[0]), by_focal);
    qsort(out->light, (size_t)out->lights, sizeof(out->light[0]), by_focal);
    return VD_OK;
}

vd_result vd_lensfun_find(vd_context *context, const vd_settings *settings, double crop,
                          vd_lens_data *out)
{
    const lfLens *lens = NULL;
    memset(out, 0, sizeof(*out));
    lfDatabase *database = lf_db_new();
    if (!database) return vd_fail(context, VD_ERR_MEMORY, "not enough memory for lensfun");
    lfError error = lf_db_load(database);
    const lfLens *const *lenses = error == LF_NO_ERROR ? lf_db_get_lenses(database) : NULL;
    vd_result result = VD_OK;
    if (!lenses || !lenses[0])
        result = vd_fail(context, VD_ERR_UNSUPPORTED,
                         "%s: lensfun finds no database of lenses, neither its own "
                         "(/usr/share/lensfun) nor the user's (~/.local/share/lensfun); install "
                         "one (liblensfun-data-v1), or run lensfun-update-data",
                         settings->where[VD_KNOB_LENS_PROFILE]);
    if (result == VD_OK) result = choose(context, settings, lenses, crop, &lens);
    if (result == VD_OK) result = take_rows(context, lens, out);
    lf_db_destroy(database);
    if (result != VD_OK) vd_lens_data_clear(out);
    return result;
}

void vd_lens_data_clear(vd_lens_data *data)
{
    free(data->bend);
    free(data->colour);
    free(data->light);
    memset(data, 0, sizeof(*data));
}
