/* From rows that were measured to what a lens does at the focal length, f-stop and focus of a
 * picture.
 *
 * lensfun's radii are 1 at half the shorter side of the sensor that a lens was measured on (for
 * vignetting, half its diagonal); a sensor's diagonal is that of a 36 x 24 mm frame over its crop
 * factor. So a radius of r focal lengths is r f / u of theirs, u half that side in millimetres, and
 * polynomials in theirs are polynomials in r of the same degrees. Its models, of a straight radius:
 *     poly3   r (1 - k + k r^2)
 *     poly5   r (1 + k1 r^2 + k2 r^4)
 *     ptlens  r (1 - a - b - c + c r + b r^2 + a r^3)
 * all of which kernel/lens.h has as they are. The picture that they straighten is that of a lens of
 * the focal length which is asked for.
 *
 * Between focal lengths the coefficients in r follow a cubic of Hermite's with Catmull and Rom's
 * slopes (E. Catmull, R. Rom 1974, "A class of local interpolating splines"), one-sided at the
 * ends; a zoom set beyond what was measured is as at its end. Light depends on three things at
 * once, whose measurements lie anywhere: by D. Shepard 1968, "A two-dimensional interpolation
 * function for irregularly-spaced data", with weights 1 / d^4, where d counts the focal length in
 * shares of the zoom, the aperture's width over the focal length in four stops, and one over the
 * distance in tenths. */
#include "scene/lens_profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scene/view.h"

/* Of a frame of 36 x 24 mm. */
#define FRAME_DIAGONAL_MM 43.266615
/* So far from the focal length of its name may a lens be: those are rounded. */
#define FOCAL_SLACK 0.02

static double diagonal_mm(const vd_lens_shot *shot)
{
    return shot->sensor_mm * sqrt(1.0 + shot->shape * shot->shape);
}

/* ---- between focal lengths ------------------------------------------------------------------ */

/** Where a focal length lies among those of rows: between *first and the next, *share of the way. A
 *  row begins with its focal length. */
static void find_between(const void *rows, size_t size, int count, double focal_mm, int *first,
                         double *share)
{
    const char *at = rows;
    *first = 0;
    *share = 0.0;
    for (int i = 0; i + 1 < count; i++) {
        double low = *(const double *)(const void *)(at + (size_t)i * size);
        double high = *(const double *)(const void *)(at + (size_t)(i + 1) * size);
        if (focal_mm < low || !(high > low)) continue;
        *first = i;
        *share = fmin((focal_mm - low) / (high - low), 1.0);
    }
}

/** The cubic through b and c, from slopes that a and d decide; NULL where there are none. */
static double hermite(const double *a, double b, double c, const double *d, double t)
{
    double from = a ? 0.5 * (c - *a) : c - b, to = d ? 0.5 * (*d - b) : c - b;
    double t2 = t * t, t3 = t2 * t;
    return (2.0 * t3 - 3.0 * t2 + 1.0) * b + (t3 - 2.0 * t2 + t) * from +
           (3.0 * t2 - 2.0 * t3) * c + (t3 - t2) * to;
}

typedef void (*vd_lens_terms)(const void *rows, int row, double *terms);

/** Fills terms, at most 6 of them, of rows between which the focal length lies. */
static void between(const void *rows, size_t size, int rows_count, double focal_mm,
                    vd_lens_terms terms_of, int count, double *out)
{
    double four[4][6] = {{0.0}}, share;
    int first;
    find_between(rows, size, rows_count, focal_mm, &first, &share);
    for (int k = 0; k < 4; k++)
        if (first - 1 + k >= 0 && first - 1 + k < rows_count)
            terms_of(rows, first - 1 + k, four[k]);
    for (int i = 0; i < count; i++)
        out[i] = !(share > 0.0) ? four[1][i]
                                : hermite(first > 0 ? &four[0][i] : NULL, four[1][i], four[2][i],
                                          first + 2 < rows_count ? &four[3][i] : NULL, share);
}

/* ---- what it does --------------------------------------------------------------------------- */

/** inner, odd[0], even[0], odd[1], even[1] in lensfun's radii. */
static void terms_of_bend(const void *rows, int row, double *to)
{
    const vd_lens_bend_row *from = (const vd_lens_bend_row *)rows + row;
    const double *t = from->terms;
    switch (from->model) {
    case VD_LENS_POLY3:
        to[0] = -t[0];
        to[2] = t[0];
        break;
    case VD_LENS_POLY5:
        to[2] = t[0];
        to[4] = t[1];
        break;
    default:
        to[0] = -t[0] - t[1] - t[2];
        to[1] = t[2];
        to[2] = t[1];
        to[3] = t[0];
    }
}

static void terms_of_colour(const void *rows, int row, double *to)
{
    const vd_lens_colour_row *from = (const vd_lens_colour_row *)rows + row;
    memcpy(to, from->red, sizeof(from->red));
    memcpy(to + 3, from->blue, sizeof(from->blue));
}

static void take_light(const vd_lens_data *data, const vd_lens_shot *shot, double f_stop,
                       vd_lens_profile *out)
{
    double zoom = data->light[data->lights - 1].focal_mm - data->light[0].focal_mm;
    double total = 0.0, sum[3] = {0.0, 0.0, 0.0};
    for (int i = 0; i < data->lights; i++) {
        const vd_lens_light_row *row = &data->light[i];
        double focal = zoom > 0.0 ? (row->focal_mm - shot->focal_mm) / zoom : 0.0;
        double stop = 4.0 / row->f_stop - 4.0 / f_stop;
        double near = 0.1 / row->distance_m - 0.1 / shot->focus_m;
        double d2 = focal * focal + stop * stop + near * near + 1e-12;
        double weight = 1.0 / (d2 * d2);
        total += weight;
        for (int k = 0; k < 3; k++) sum[k] += weight * row->terms[k];
    }
    double q = shot->focal_mm / (0.5 * FRAME_DIAGONAL_MM / data->crop), power = 1.0;
    for (int k = 0; k < 3; k++) {
        power *= q * q;
        out->light[k] = power * sum[k] / total;
    }
    out->has_light = true;
}

static void take_all(const vd_lens_data *data, const vd_lens_shot *shot, double f_stop,
                     vd_lens_profile *out)
{
    double half_side =
        0.5 * FRAME_DIAGONAL_MM / data->crop / sqrt(1.0 + data->aspect * data->aspect);
    double q = shot->focal_mm / half_side, t[6] = {0.0};
    if (data->bends > 0) {
        between(data->bend, sizeof(data->bend[0]), data->bends, shot->focal_mm, terms_of_bend, 5,
                t);
        out->inner = t[0];
        out->odd[0] = q * t[1];
        out->even[0] = q * q * t[2];
        out->odd[1] = q * q * q * t[3];
        out->even[1] = q * q * q * q * t[4];
        out->has_distortion = true;
    }
    if (data->colours > 0) {
        between(data->colour, sizeof(data->colour[0]), data->colours, shot->focal_mm,
                terms_of_colour, 6, t);
        for (int k = 0; k < 3; k++) {
            double power = k == 0 ? 1.0 : k == 1 ? q : q * q;
            out->red[k] = power * t[k];
            out->blue[k] = power * t[3 + k];
        }
        out->has_colour = true;
    }
    if (data->lights > 0) take_light(data, shot, f_stop, out);
}

/* ---- what it can be set to ------------------------------------------------------------------ */

/** What the picture is taken at: as it says, as the knob says, or as wide as the lens opens. */
static vd_result find_stop(vd_context *context, const vd_settings *settings,
                           const vd_lens_data *data, const vd_lens_shot *shot, double *out)
{
    double widest = data->f_stop[0], least = data->f_stop[1];
    bool is_set =
        vd_settings_is_set(settings, VD_KNOB_LENS_F_STOP) || settings->lens_dof != VD_LENS_DOF_NONE;
    *out = shot->f_stop > 0.0 ? shot->f_stop : settings->lens_f_stop;
    if (!is_set && !(shot->f_stop > 0.0)) *out = fmax(*out, widest);
    if (widest > 0.0 && *out < widest * (1.0 - FOCAL_SLACK))
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_PROFILE,
                                  "%s opens to f/%.3g, not to f/%.3g; give such an --f-stop",
                                  data->name, widest, *out);
    if (least > 0.0 && *out > least * (1.0 + FOCAL_SLACK))
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_PROFILE,
                                  "%s closes to f/%.3g, not to f/%.3g; give such an --f-stop",
                                  data->name, least, *out);
    return VD_OK;
}

static vd_result check_lens(vd_context *context, const vd_settings *settings,
                            const vd_lens_data *data, const vd_lens_shot *shot)
{
    double low = data->focal_mm[0], high = fmax(data->focal_mm[1], low);
    if (!data->is_straight)
        return vd_settings_refuse(context, settings, VD_KNOB_LENS_PROFILE,
                                  "%s is a fisheye, whose calibrations are not for this camera; "
                                  "use --projection fisheye with --distortion-fisheye",
                                  data->name);
    if (low > 0.0 &&
        (shot->focal_mm < low * (1.0 - FOCAL_SLACK) || shot->focal_mm > high * (1.0 + FOCAL_SLACK)))
        return vd_settings_refuse(
            context, settings, VD_KNOB_LENS_PROFILE,
            "%s has focal lengths from %.4g to %.4g mm, and the camera has %.4g mm; give such a "
            "--focal-length",
            data->name, low, high, shot->focal_mm);
    return VD_OK;
}

/** What the lens brings, other knobs may not. */
static vd_result check_others(vd_context *context, const vd_settings *settings,
                              const vd_lens_profile *profile)
{
    const struct {
        vd_knob_id knob;
        bool is_both;
    } all[] = {{VD_KNOB_LENS_DISTORTION,
                profile->has_distortion && vd_settings_is_set(settings, VD_KNOB_LENS_DISTORTION)},
               {VD_KNOB_LENS_CHROMATIC_ABERRATION,
                profile->has_colour && settings->lens_chromatic_aberration != 0.0},
               {VD_KNOB_EFFECTS_CHROMATIC_ABERRATION,
                profile->has_colour && settings->effects_chromatic_aberration != 0.0},
               {VD_KNOB_EFFECTS_VIGNETTE, profile->has_light && settings->effects_vignette > 0.0},
               {VD_KNOB_EFFECTS_VIGNETTE_BARREL,
                profile->has_light && settings->effects_vignette_barrel > 0.0}};
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        if (all[i].is_both)
            return vd_settings_refuse(context, settings, all[i].knob,
                                      "would come twice, since the --lens-profile brings its own; "
                                      "leave out one, or take the profile of a scene file back "
                                      "by --no-lens-profile");
    return VD_OK;
}

vd_result vd_lens_profile_find(vd_context *context, const vd_settings *settings,
                               const vd_lens_shot *shot, vd_lens_profile *out)
{
    vd_lens_data data;
    double f_stop = 0.0;
    memset(out, 0, sizeof(*out));
    if (!settings->lens_profile) return VD_OK;
    VD_TRY(vd_lensfun_find(context, settings, FRAME_DIAGONAL_MM / diagonal_mm(shot), &data));
    vd_result result = check_lens(context, settings, &data, shot);
    if (result == VD_OK) result = find_stop(context, settings, &data, shot, &f_stop);
    if (result == VD_OK) take_all(&data, shot, f_stop, out);
    vd_lens_data_clear(&data);
    if (result == VD_OK) result = check_others(context, settings, out);
    if (result != VD_OK) memset(out, 0, sizeof(*out));
    return result;
}

vd_result vd_lens_profile_check(vd_context *context, const vd_settings *settings)
{
    const vd_frame unit = {.width = 1};
    vd_lens_profile unread;
    if (!vd_settings_are_for(settings, VD_COMMAND_RENDER) || !settings->lens_profile) return VD_OK;
    const vd_lens_shot shot = {.focal_mm =
                                   settings->camera_sensor_width / vd_view_pixel(settings, &unit),
                               .sensor_mm = settings->camera_sensor_width,
                               .shape = (double)settings->camera_size[1] / settings->camera_size[0],
                               .focus_m = HUGE_VAL};
    return vd_lens_profile_find(context, settings, &shot, &unread);
}

/* ---- as text ----------------------------------------------------------------------------------
 */

/** All numbers, in the order of the text. */
static void list(vd_lens_profile *p, double *all[14])
{
    double *const order[] = {&p->inner,   &p->odd[0],   &p->even[0],  &p->odd[1],  &p->even[1],
                             &p->red[0],  &p->red[1],   &p->red[2],   &p->blue[0], &p->blue[1],
                             &p->blue[2], &p->light[0], &p->light[1], &p->light[2]};
    memcpy(all, order, sizeof(order));
}

void vd_lens_profile_print(const vd_lens_profile *profile, char text[VD_LENS_PROFILE_TEXT])
{
    vd_lens_profile copy = *profile;
    double *all[14];
    list(&copy, all);
    int used = snprintf(text, VD_LENS_PROFILE_TEXT, "%d %d %d", profile->has_distortion,
                        profile->has_colour, profile->has_light);
    for (int i = 0; i < 14; i++)
        used += snprintf(text + used, (size_t)(VD_LENS_PROFILE_TEXT - used), " %.17g", *all[i]);
}

bool vd_lens_profile_read(const char *text, vd_lens_profile *out)
{
    double *all[14], flags[3];
    memset(out, 0, sizeof(*out));
    list(out, all);
    for (int i = 0; i < 3 + 14; i++) {
        char *end;
        double number = vd_strtod(text, &end);
        if (end == text || !isfinite(number)) return false;
        *(i < 3 ? &flags[i] : all[i - 3]) = number;
        text = end + (*end == ' ');
    }
    out->has_distortion = flags[0] != 0.0;
    out->has_colour = flags[1] != 0.0;
    out->has_light = flags[2] != 0.0;
    return true;
}
