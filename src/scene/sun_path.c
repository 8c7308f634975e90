/* The sun's way through the sky of some days.
 *
 * A day goes from midnight to midnight of mean solar time at the map's middle, so it needs no time
 * zone. Within it the moments are found at which the sun's centre, as refracted, rises and sets, to
 * a tenth of a second; each stretch of daylight is cut into equal steps, none longer than asked
 * for, and the sun is taken to stand still in each where it is in its middle. So level ground has
 * exactly the astronomical hours of sun, whatever the step, and what the step decides is how finely
 * shadows move: 15 minutes are 3.75 degrees.
 *
 * The place, the grid's north and refraction are as of knob sun.time (sun_by_date.c): one sun for
 * the whole map, air of the sea's level. The light is that of ESRA (esra.h), by each cell's own
 * elevation, and by the sun's distance on the day. */
#include "scene/sun_path.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "atmosphere/date.h"
#include "atmosphere/esra.h"
#include "atmosphere/solar.h"
#include "base/vmath.h"
#include "scene/sun_by_date.h"

#define SCAN_PER_DAY 288 /* five minutes */
#define RISE_DAYS (0.1 / 86400.0)
#define DAYS_MAX 40000

typedef struct span {
    double first; /* day at noon, UT */
    int64_t days;
    double step_days;
} span;

typedef struct maker {
    vd_context *context;
    double turbidity;
    vd_solar_site site;
    double north; /* azimuth of true north from the grid's */
    double step_days;
    int64_t capacity;
    vd_sun_path *out;
} maker;

/* ---- what is asked for ---------------------------------------------------------------------- */

/** A date (2026-06-21) as its noon, UT. */
static vd_result read_day(vd_context *context, const vd_settings *settings, vd_knob_id knob,
                          const char *text, double *out)
{
    char full[64];
    vd_date date;
    snprintf(full, sizeof(full), "%.40sT12:00Z", text);
    const char *problem = strlen(text) == 10 ? vd_date_parse(full, &date) : "";
    if (problem)
        return vd_settings_refuse(context, settings, knob,
                                  "\"%.40s\" is no date of the years 1600 to 3000; write it as "
                                  "2026-06-21",
                                  text);
    *out = date.day;
    return VD_OK;
}

/** A duration: a number and s, m or h. */
static vd_result read_step(vd_context *context, const vd_settings *settings, double *days)
{
    char *end;
    const char *text = settings->insolation_step;
    double number = vd_strtod(text, &end), unit = 0.0;
    if (strcmp(end, "s") == 0) unit = 1.0;
    if (strcmp(end, "m") == 0) unit = 60.0;
    if (strcmp(end, "h") == 0) unit = 3600.0;
    *days = number * unit / 86400.0;
    if (end != text && number * unit >= 10.0 && number * unit <= 21600.0) return VD_OK;
    return vd_settings_refuse(context, settings, VD_KNOB_INSOLATION_STEP,
                              "\"%.40s\" is no time of 10s to 6h; write it as 15m", text);
}

static vd_result read_span(vd_context *context, const vd_settings *settings, span *out)
{
    double last;
    if (!settings->insolation_date)
        return vd_fail(context, VD_ERR_SETTING, "no date given: add --date, as in 2026-06-21");
    VD_TRY(read_day(context, settings, VD_KNOB_INSOLATION_DATE, settings->insolation_date,
                    &out->first));
    last = out->first;
    if (settings->insolation_to)
        VD_TRY(read_day(context, settings, VD_KNOB_INSOLATION_TO, settings->insolation_to, &last));
    out->days = (int64_t)floor(last - out->first + 1.5);
    if (out->days < 1)
        return vd_settings_refuse(context, settings, VD_KNOB_INSOLATION_TO,
                                  "is before the first day (--date), %s",
                                  settings->insolation_date);
    if (out->days > DAYS_MAX)
        return vd_settings_refuse(context, settings, VD_KNOB_INSOLATION_TO,
                                  "is %lld days away; %d are possible", (long long)out->days,
                                  DAYS_MAX);
    return read_step(context, settings, &out->step_days);
}

vd_result vd_sun_path_check(vd_context *context, const vd_settings *settings)
{
    span all;
    VD_TRY(vd_sun_check_place(context, settings));
    return read_span(context, settings, &all);
}

/* ---- the sun -------------------------------------------------------------------------------- */

static double altitude_at(const maker *m, double day)
{
    vd_solar_position sun;
    vd_solar_position_at(day, &m->site, &sun);
    return sun.refracted_altitude;
}

/** Between two times, at one of which it is up and at the other not: when it crosses the horizon.
 */
static double crossing(const maker *m, double down, double up)
{
    while (fabs(up - down) > RISE_DAYS) {
        double middle = 0.5 * (down + up);
        if (altitude_at(m, middle) > 0.0)
            up = middle;
        else
            down = middle;
    }
    return up;
}

static vd_result add_step(maker *m, double day, double hours)
{
    vd_solar_ephemeris sun;
    vd_solar_position at;
    vd_sun_path *path = m->out;
    vd_solar_ephemeris_at(day, vd_solar_delta_t(day), &sun);
    vd_solar_look(&sun, &m->site, &at);
    if (path->count == m->capacity) {
        int64_t wanted = 2 * m->capacity + 64;
        void *memory = realloc(path->steps, (size_t)wanted * sizeof(vd_sun_step));
        if (!memory)
            return vd_fail(m->context, VD_ERR_MEMORY, "not enough memory for %lld steps of the sun",
                           (long long)wanted);
        path->steps = memory;
        m->capacity = wanted;
    }
    vd_sun_step *step = &path->steps[path->count++];
    double sin_az, cos_az, sin_alt, cos_alt;
    double above = fmax(at.refracted_altitude, 1e-4);
    vd_sincos_deg(at.azimuth + m->north, &sin_az, &cos_az);
    vd_sincos_deg(above, &sin_alt, &cos_alt);
    step->direction =
        vdk_vec_make((float)(sin_az * cos_alt), (float)(cos_az * cos_alt), (float)sin_alt);
    step->hours = (float)hours;
    double outside = VD_SOLAR_CONSTANT / (sun.radius_au * sun.radius_au);
    for (int i = 0; i < VD_SUN_PATH_LEVELS; i++) {
        double share = (double)i / (VD_SUN_PATH_LEVELS - 1);
        double elevation = path->low_m + share * (path->high_m - path->low_m);
        step->beam[i] = (float)(outside * vd_esra_beam(above, elevation, m->turbidity));
    }
    path->hours += hours;
    path->diffuse_whm2 += hours * outside * vd_esra_diffuse(above, m->turbidity);
    return VD_OK;
}

/** The steps of a stretch of daylight, each of which counts for so many days. */
static vd_result add_daylight(maker *m, double rise, double set, double days)
{
    double length = set - rise;
    int steps = (int)ceil(length / m->step_days - 1e-9);
    for (int i = 0; i < steps; i++)
        VD_TRY(add_step(m, rise + length * (i + 0.5) / steps, 24.0 * length / steps * days));
    return VD_OK;
}

static vd_result add_day(maker *m, double midnight, double days)
{
    double rise = midnight;
    bool was_up = altitude_at(m, midnight) > 0.0;
    for (int i = 1; i <= SCAN_PER_DAY; i++) {
        double before = midnight + (double)(i - 1) / SCAN_PER_DAY;
        double now = midnight + (double)i / SCAN_PER_DAY;
        bool is_up = altitude_at(m, now) > 0.0;
        if (is_up && !was_up) rise = crossing(m, before, now);
        if (!is_up && was_up) VD_TRY(add_daylight(m, rise, crossing(m, now, before), days));
        was_up = is_up;
    }
    return was_up ? add_daylight(m, rise, midnight + 1.0, days) : VD_OK;
}

vd_result vd_sun_path_make(vd_context *context, const vd_settings *settings,
                           const vd_dem_info *info, const vd_frame *frame, double low_m,
                           double high_m, vd_sun_path *out)
{
    span all;
    vd_sun_spot spot;
    *out = (vd_sun_path){.low_m = low_m, .high_m = fmax(high_m, low_m + 1.0)};
    VD_TRY(read_span(context, settings, &all));
    VD_TRY(vd_sun_find_spot(context, settings, VD_KNOB_INSOLATION_DATE, info, frame, &spot));
    maker m = {.context = context,
               .turbidity = settings->insolation_turbidity,
               .site = vd_solar_site_at_sea(spot.longitude_deg, spot.latitude_deg),
               .north = spot.north_deg,
               .step_days = all.step_days,
               .out = out};
    int64_t every = settings->insolation_every;
    vd_result result = VD_OK;
    for (int64_t day = 0; result == VD_OK && day < all.days; day += every) {
        /* A day stands for those after it up to the next one, and lies in their middle. */
        int64_t stands_for = all.days - day < every ? all.days - day : every;
        double midnight = all.first - 0.5 + (double)(day + (stands_for - 1) / 2);
        result = add_day(&m, midnight - spot.longitude_deg / 360.0, (double)stands_for);
        out->days++;
        if (result == VD_OK) result = vd_progress(context, NULL, 0.0);
    }
    if (result != VD_OK) {
        vd_sun_path_clear(out);
        return result;
    }
    vd_message(context, VD_LEVEL_INFO,
               "sun over %.4f,%.4f: %.2f hours of daylight, %.0f Wh/m2 of the sky on level ground",
               spot.longitude_deg, spot.latitude_deg, out->hours, out->diffuse_whm2);
    return VD_OK;
}

void vd_sun_path_clear(vd_sun_path *path)
{
    free(path->steps);
    *path = (vd_sun_path){0};
}
