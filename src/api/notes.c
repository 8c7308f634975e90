/* What the header of an OpenEXR file says of the picture in it.
 *
 * For compositors: a view's camera, as the format's standard attributes have it, and its suns.
 * World coordinates are those of the AOV position: map coordinates and elevation, less worldOrigin.
 * worldToCamera takes them to metres to the right, up and forward of the eye, and worldToNDC, of a
 * lens or an ortho camera, to the picture: after division by the fourth coordinate x is 0 at its
 * left edge and 1 at its right, y 0 at its upper edge and 1 at its lower. Both are for row vectors,
 * as in OpenEXR's own library. The Earth's curvature, which lowers distant ground, is not in them.
 *
 * For `veduta compose`: the knobs of groups tone and effects (veduta:tone, veduta:effects), a
 * pixel's side on the plane at distance 1 of a lens and where its axis is (veduta:lens), its focal
 * length (veduta:focalLength) and what it is to blur (veduta:focus) or has blurred
 * (veduta:blurred), what a lens that was measured does (veduta:lensProfile), what motion is to blur
 * (veduta:shutter) or has blurred (veduta:motionBlurred), a band of sharpness (veduta:tiltShift),
 * the stops that automatic exposure added (veduta:autoExposure), what fills the air (veduta:media),
 * the paper that the picture is laid on (veduta:paper), and which lights make up beauty
 * (veduta:lights). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api.h"
#include "atmosphere/date.h"

/* A place for one more note; NULL when there is none left. */
static vd_note *add(vd_picture_notes *notes, const char *name, int count)
{
    if (notes->count == VD_PICTURE_NOTES_MAX) return NULL;
    vd_note *note = &notes->items[notes->count++];
    *note = (vd_note){.name = name, .count = count};
    return note;
}

static void add_text(vd_picture_notes *notes, const char *name, const char *text)
{
    vd_note *note = text && *text ? add(notes, name, 0) : NULL;
    if (note) note->text = text;
}

static void add_vector(vd_picture_notes *notes, const char *name, double x, double y, double z,
                       bool is_place)
{
    vd_note *note = add(notes, name, 3);
    if (!note) return;
    note->is_place = is_place;
    note->numbers[0] = x, note->numbers[1] = y, note->numbers[2] = z;
}

/* The tone as it takes effect: with the white balance that a physical sky brings. */
static vd_result note_tone(vd_context *context, const vd_settings *settings,
                           vd_picture_notes *notes)
{
    vd_settings *copy = NULL;
    char text[32];
    double kelvin = vd_picture_white_balance(settings);
    VD_TRY(vd_settings_copy(context, settings, &copy));
    vd_result result = VD_OK;
    if (kelvin > 0.0) {
        snprintf(text, sizeof(text), "%.17g", kelvin);
        result = vd_settings_set(context, copy, "tone.white_balance", text);
    }
    if (result == VD_OK) result = vd_settings_group_text(context, copy, "tone", &notes->tone);
    if (result == VD_OK) result = vd_settings_group_text(context, copy, "effects", &notes->effects);
    bool has_band = vd_settings_is_set(settings, VD_KNOB_TILT_SHIFT_BAND);
    if (result == VD_OK && has_band)
        result = vd_settings_group_text(context, copy, "tilt_shift", &notes->tilt_shift);
    vd_settings_destroy(copy);
    add_text(notes, VD_NOTE_TONE, notes->tone);
    add_text(notes, VD_NOTE_EFFECTS, notes->effects);
    add_text(notes, VD_NOTE_TILT_SHIFT, notes->tilt_shift);
    return result;
}

/** Its knobs, with what is in focus in metres, wherever on the map that is. */
static vd_result note_focus(vd_context *context, const vd_settings *settings, double focus_m,
                            vd_picture_notes *notes)
{
    vd_settings *copy = NULL;
    char text[32];
    snprintf(text, sizeof(text), "%.17g", focus_m < 1e30 ? focus_m : 1e30);
    VD_TRY(vd_settings_copy(context, settings, &copy));
    copy->origin[VD_KNOB_LENS_DISTORTION] = VD_ORIGIN_DEFAULT; /* which the rays have had */
    copy->origin[VD_KNOB_LENS_PROFILE] = VD_ORIGIN_DEFAULT;    /* which is noted by itself */
    vd_result result = vd_settings_set(context, copy, "lens.focus", text);
    if (result == VD_OK) result = vd_settings_group_text(context, copy, "lens", &notes->focus);
    vd_settings_destroy(copy);
    add_text(notes, VD_NOTE_FOCUS, notes->focus);
    return result;
}

static vd_result read_depth(vd_context *context, void *state, int y, int rows, float *depth_m)
{
    const vd_picture *picture = state;
    const vd_aov_part *part = vd_aov_part_named(&picture->aovs, vd_aovs[VD_AOV_DEPTH].name);
    return vd_picture_aov_values(context, picture, (int)(part - picture->aovs.parts), 0, y,
                                 picture->frame.width, rows, depth_m);
}

/** What a lens that was measured does beyond what rays have done, whose focus is known by now. */
static vd_result note_profile(vd_context *context, const vd_scene *scene, double focal_mm,
                              vd_picture *picture)
{
    const vd_settings *settings = scene->settings;
    const vdk_lens *lens = &scene->flat.view.lens;
    const double nearness = settings->lens_scale * (double)lens->nearness;
    const vd_lens_shot shot = {.focal_mm = focal_mm,
                               .sensor_mm = settings->camera_sensor_width,
                               .shape = (double)scene->frame.height / scene->frame.width,
                               .f_stop = lens->radius > 0.0f
                                             ? 0.0005 * focal_mm * settings->lens_scale /
                                                   (double)lens->radius
                                             : 0.0,
                               .focus_m = nearness > 0.0 ? 1.0 / nearness : HUGE_VAL};
    if (!settings->lens_profile) return VD_OK;
    VD_TRY(vd_lens_profile_find(context, settings, &shot, &picture->lens.profile));
    vd_lens_profile_print(&picture->lens.profile, picture->notes.profile);
    add_text(&picture->notes, VD_NOTE_PROFILE, picture->notes.profile);
    return VD_OK;
}

/** The lens of a view, and what it will blur. */
static vd_result take_lens(vd_context *context, const vd_scene *scene, vd_picture *picture)
{
    const vdk_view_camera *camera = &scene->flat.view;
    const vd_settings *settings = scene->settings;
    vd_picture_notes *notes = &picture->notes;
    vd_picture_lens *lens = &picture->lens;
    *lens = (vd_picture_lens){.state = picture, .read_depth = read_depth};
    VD_TRY(vd_picture_take_motion(context, settings, picture));
    add_text(notes, VD_NOTE_SHUTTER, notes->shutter);
    if (camera->motion.is_open && !camera->motion.is_sharp)
        add_text(notes, VD_NOTE_MOVED, "shutter");
    if (camera->projection != VDK_PROJECTION_PERSPECTIVE) return VD_OK;
    lens->pixel = camera->pixel;
    lens->x = camera->middle_x;
    lens->y = camera->middle_y;
    double focal_mm =
        settings->camera_sensor_width / ((double)camera->pixel * picture->frame.width);
    add_vector(notes, VD_NOTE_LENS, (double)camera->pixel, (double)camera->middle_x,
               (double)camera->middle_y, false);
    vd_note *note = add(notes, VD_NOTE_FOCAL_LENGTH, 1);
    if (note) note->numbers[0] = focal_mm;
    if (camera->lens.is_distorted) add_text(notes, VD_NOTE_DISTORTED, "rays");
    VD_TRY(note_profile(context, scene, focal_mm, picture));
    if (settings->lens_dof == VD_LENS_DOF_THIN_LENS) add_text(notes, VD_NOTE_BLURRED, "thin-lens");
    if (settings->lens_dof != VD_LENS_DOF_POST) return VD_OK;
    double focus_m = 1.0 / (double)camera->lens.nearness;
    VD_TRY(note_focus(context, settings, focus_m, notes));
    return vd_finish_focus(context, settings, focal_mm, focus_m, picture->frame.width,
                           picture->frame.height, lens);
}

/* The lights' parts by blanks. */
static void note_lights(const vd_aov_set *set, vd_picture_notes *notes)
{
    size_t used = 0;
    for (int i = 0; i < set->count; i++)
        if (set->parts[i].id == VD_AOV_LIGHTS && used < sizeof(notes->lights))
            used += (size_t)snprintf(notes->lights + used, sizeof(notes->lights) - used, "%s%s",
                                     used ? " " : "", set->parts[i].name);
    add_text(notes, VD_NOTE_LIGHTS, notes->lights);
}

/* By this a reader knows that transmittance would say more. */
static void note_media(const vdk_scene *flat, vd_picture_notes *notes)
{
    if (!flat->media.is_there) return;
    bool has_fog = flat->media.fog != VDK_FOG_NONE, has_clouds = flat->cloud.kind != VDK_CLOUD_NONE;
    add_text(notes, VD_NOTE_MEDIA, !has_clouds ? "fog" : has_fog ? "fog and clouds" : "clouds");
}

static void note_suns(const vdk_scene *flat, vd_picture_notes *notes)
{
    for (int i = 0; i < flat->sun_count && i < VD_NOTED_SUNS; i++) {
        vdk_vec at = flat->suns[i].direction;
        snprintf(notes->sun_names[i], sizeof(notes->sun_names[i]),
                 flat->sun_count > 1 ? "sunDirection%d" : "sunDirection", i + 1);
        add_vector(notes, notes->sun_names[i], (double)at.x, (double)at.y, (double)at.z, false);
    }
}

/* How an offset in world coordinates is one in metres: m[row of metres][column of the world]. False
 * where the grid has no such metric. */
static bool metres_of(const vdk_height_field *f, const vd_grid_place *grid, double m[2][2])
{
    const double *g = grid->geotransform;
    double to_grid[2][2] = {{(double)f->to_grid[0], (double)f->to_grid[1]},
                            {(double)f->to_grid[2], (double)f->to_grid[3]}};
    double det_map = g[1] * g[5] - g[2] * g[4];
    double det = to_grid[0][0] * to_grid[1][1] - to_grid[0][1] * to_grid[1][0];
    if (f->metric_rows || det_map == 0.0 || det == 0.0) return false;
    const double cells[2][2] = {{g[5] / det_map, -g[2] / det_map},
                                {-g[4] / det_map, g[1] / det_map}};
    const double metres[2][2] = {{to_grid[1][1] / det, -to_grid[0][1] / det},
                                 {-to_grid[1][0] / det, to_grid[0][0] / det}};
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            m[i][j] = metres[i][0] * cells[0][j] + metres[i][1] * cells[1][j];
    return true;
}

/* The eye in world coordinates: padded grid coordinates begin half a cell beyond the raster's. */
static void eye_of(const vdk_scene *flat, const vd_grid_place *grid, double eye[3])
{
    const double *g = grid->geotransform;
    const vdk_position *at = &flat->view.eye;
    double column = (double)at->cx + (double)at->fx - 0.5,
           row = (double)at->cy + (double)at->fy - 0.5;
    eye[0] = g[0] + column * g[1] + row * g[2] - grid->origin[0];
    eye[1] = g[3] + column * g[4] + row * g[5] - grid->origin[1];
    eye[2] = (double)at->z + grid->base_m - grid->origin[2];
}

/* From the camera's coordinates to the picture's; row vectors. */
static bool project(const vdk_view_camera *camera, const vd_frame *frame, double m[4][4])
{
    double per_pixel = 1.0 / (double)camera->pixel;
    double x = (double)camera->middle_x / frame->width,
           y = (double)camera->middle_y / frame->height;
    bool is_ortho = camera->projection == VDK_PROJECTION_ORTHO;
    memset(m, 0, 16 * sizeof(m[0][0]));
    if (!is_ortho && camera->projection != VDK_PROJECTION_PERSPECTIVE) return false;
    m[0][0] = per_pixel / frame->width;
    m[1][1] = -per_pixel / frame->height;
    m[2][2] = 1.0;
    m[is_ortho ? 3 : 2][0] = x;
    m[is_ortho ? 3 : 2][1] = y;
    m[is_ortho ? 3 : 2][3] = 1.0;
    return true;
}

static void note_camera(const vd_scene *scene, const vd_grid_place *grid, vd_picture_notes *notes)
{
    const vdk_view_camera *camera = &scene->flat.view;
    const vdk_vec axes[3] = {camera->right, camera->up, camera->forward};
    double metres[2][2], eye[3], to_camera[4][4] = {{0.0}}, to_picture[4][4];
    if (!metres_of(&scene->flat.terrain, grid, metres)) return;
    eye_of(&scene->flat, grid, eye);
    for (int c = 0; c < 3; c++) {
        for (int w = 0; w < 2; w++)
            to_camera[w][c] = (double)axes[c].x * metres[0][w] + (double)axes[c].y * metres[1][w];
        to_camera[2][c] = (double)axes[c].z * (double)scene->flat.terrain.z_factor;
        for (int w = 0; w < 3; w++) to_camera[3][c] -= eye[w] * to_camera[w][c];
    }
    to_camera[3][3] = 1.0;
    add_vector(notes, "worldOrigin", grid->origin[0], grid->origin[1], grid->origin[2], true);
    vd_note *note = add(notes, "worldToCamera", 16);
    if (note) memcpy(note->numbers, to_camera, sizeof(to_camera));
    if (!project(camera, &scene->frame, to_picture)) return;
    note = add(notes, "worldToNDC", 16);
    for (int i = 0; note && i < 16; i++)
        for (int k = 0; k < 4; k++) note->numbers[i] += to_camera[i / 4][k] * to_picture[k][i % 4];
}

/* When the sun stands where it does, in the format's own attributes. */
static void note_date(const vd_settings *settings, vd_picture_notes *notes)
{
    vd_date date;
    char text[40];
    if (!settings->sun_time || vd_date_parse(settings->sun_time, &date) != NULL) return;
    vd_date_print(date, true, text); /* 2026-06-21T09:30:00+02:00 */
    snprintf(notes->date, sizeof(notes->date), "%.4s:%.2s:%.2s %.8s", text, text + 5, text + 8,
             text + 11);
    add_text(notes, "capDate", notes->date);
    vd_note *offset = add(notes, "utcOffset", 1); /* local time and this make UTC */
    if (offset) offset->numbers[0] = -60.0 * date.offset_min;
}

vd_result vd_picture_note(vd_context *context, const vd_scene *scene, vd_picture *picture)
{
    vd_picture_notes *notes = &picture->notes;
    VD_TRY(note_tone(context, scene->settings, notes));
    if (scene->settings->tone_auto_exposure) {
        vd_note *note = add(notes, VD_NOTE_EXPOSURE, 1);
        if (note) note->numbers[0] = (double)picture->metered_stops;
    }
    if (picture->has_paper)
        add_vector(notes, VD_NOTE_PAPER, (double)picture->paper[0], (double)picture->paper[1],
                   (double)picture->paper[2], false);
    VD_TRY(take_lens(context, scene, picture));
    note_lights(&picture->aovs, notes);
    if (scene->settings->denoise_method != VD_DENOISE_METHOD_NONE)
        add_text(notes, VD_NOTE_DENOISED, "beauty");
    if (picture->frame.is_view) note_camera(scene, &picture->grid, notes);
    note_media(&scene->flat, notes);
    note_suns(&scene->flat, notes);
    note_date(scene->settings, notes);
    return VD_OK;
}

void vd_picture_clear_notes(vd_picture_notes *notes)
{
    free(notes->tone);
    free(notes->effects);
    free(notes->focus);
    free(notes->tilt_shift);
    free(notes->shutter);
    notes->tone = notes->effects = notes->focus = notes->tilt_shift = notes->shutter = NULL;
    notes->count = 0;
}
