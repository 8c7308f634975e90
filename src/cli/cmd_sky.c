/* veduta sky: a physical sky by itself, as a picture and as figures. */
#include "cli/cli.h"

#include <string.h>

/* AZIMUTH,ALTITUDE */
static int place_sun(cli_session *s, const char *command, const char *text)
{
    char azimuth[64];
    size_t length = strcspn(text, ",");
    if (!text[length] || length >= sizeof azimuth)
        return cli_usage_error(command, "--sun: %.60s is not AZIMUTH,ALTITUDE, as in 135,30", text);
    snprintf(azimuth, sizeof azimuth, "%.*s", (int)length, text);
    vd_result result = vd_settings_set(s->context, s->settings, "--azimuth", azimuth);
    if (result == VD_OK)
        result = vd_settings_set(s->context, s->settings, "--altitude", text + length + 1);
    return cli_session_explain(s, result);
}

/* Takes the command's own options out of the arguments; the others are left in their order. */
static int take_own(cli_session *s, int *argc, char **argv, bool *as_json)
{
    int left = 1, status = 0;
    for (int i = 1; i < *argc && status == 0; i++) {
        if (strcmp(argv[i], "--json") == 0)
            *as_json = true;
        else if (strncmp(argv[i], "--sun=", 6) == 0)
            status = place_sun(s, argv[0], argv[i] + 6);
        else if (strcmp(argv[i], "--sun") != 0)
            argv[left++] = argv[i];
        else if (++i < *argc)
            status = place_sun(s, argv[0], argv[i]);
        else
            status = cli_usage_error(argv[0], "option --sun needs a value");
    }
    *argc = left;
    return status;
}

static void print_json(const vd_sky_figures *f)
{
    printf("{\n  \"illuminance_sun_lx\": %.6g,\n  \"illuminance_sky_lx\": %.6g,\n"
           "  \"illuminance_level_lx\": %.6g,\n  \"zenith_luminance_cd_m2\": %.6g,\n"
           "  \"sun_rgb\": [%.6g, %.6g, %.6g],\n",
           f->illuminance_sun_lx, f->illuminance_sky_lx, f->illuminance_level_lx,
           f->zenith_luminance_cd_m2, f->sun_rgb[0], f->sun_rgb[1], f->sun_rgb[2]);
    printf("  \"sun_color_temperature_k\": %.0f,\n  \"sky_color_temperature_k\": %.0f,\n"
           "  \"sun_azimuth_deg\": %.4f,\n  \"sun_altitude_deg\": %.4f,\n"
           "  \"moon_lit\": %.4f\n}\n",
           f->sun_color_temperature_k, f->sky_color_temperature_k, f->sun_azimuth_deg,
           f->sun_altitude_deg, f->moon_lit);
}

static void print_figures(const vd_sky_figures *f)
{
    printf("%-13s %.6g lx, on a plane that faces it\n"
           "sky           %.6g lx, on level ground\n"
           "both          %.6g lx, on level ground\n"
           "zenith        %.6g cd/m2\n",
           f->moon_lit > 0.0 ? "moon" : "sun", f->illuminance_sun_lx, f->illuminance_sky_lx,
           f->illuminance_level_lx, f->zenith_luminance_cd_m2);
    printf("its colour    %.6g %.6g %.6g, %.0f K; the sky's %.0f K\n"
           "its place     azimuth %.4f, altitude %.4f\n",
           f->sun_rgb[0], f->sun_rgb[1], f->sun_rgb[2], f->sun_color_temperature_k,
           f->sky_color_temperature_k, f->sun_azimuth_deg, f->sun_altitude_deg);
    if (f->moon_lit > 0.0) printf("its phase     %.1f %% lit\n", 100.0 * f->moon_lit);
}

/* Everything after the settings exist. Returns the exit status. */
static int work(cli_session *s, int argc, char **argv, void *state)
{
    vd_sky_figures figures;
    bool as_json = false;
    (void)state;
    int status = take_own(s, &argc, argv, &as_json);
    if (status == 0) status = cli_session_apply(s, argc, argv);
    if (status != 0) return status;
    bool has_output = cli_session_has(s, "output.path");
    vd_result result = has_output ? vd_outputs_check(s->context, s->settings) : VD_OK;
    if (result == VD_OK) result = vd_sky_write(s->context, s->settings, &figures);
    if (result != VD_OK) return cli_session_explain(s, result);
    cli_progress_clear(&s->progress);
    if (as_json)
        print_json(&figures);
    else if (!has_output)
        print_figures(&figures);
    return 0;
}

static int run(int argc, char **argv)
{
    return cli_session_run(argv[0], argc, argv, work, NULL);
}

static const char *const SYNOPSIS[] = {"sky [options] [-o OUT]", NULL};
static const char *const DESCRIPTION[] = {
    "Computes the sky of a real atmosphere for one sun, and writes it as a map of latitude and "
    "longitude: row 0 is the zenith, the left edge north, to the right of it east. As OpenEXR "
    "(.exr) it holds radiance and lights other scenes, by --environment here; a PNG is to look at. "
    "Without an output, or by --json, it prints how much light there is.",
    NULL};
static const cli_own_option OPTIONS[] = {
    {"--sun", "AZIMUTH,ALTITUDE",
     "Where the sun is, degrees from north and above the horizon (down to -18).", NULL, false},
    {"--json", "", "Prints the figures as a JSON object.", NULL, false},
    CLI_PRESET_OPTION,
    {NULL, NULL, NULL, NULL, false}};
static const cli_example EXAMPLES[] = {
    {"An evening sky to light other scenes, without the sun itself:",
     "veduta sky --sun 270,5 --no-disc -o evening.exr"},
    {"How bright is a clear noon?", "veduta sky --sun 180,60 --json"},
    {NULL, NULL}};
const cli_command cli_sky_command = {
    .name = "sky",
    .summary = "a physical sky as a map of light, and its figures",
    .synopsis = SYNOPSIS,
    .description = DESCRIPTION,
    .options = OPTIONS,
    .examples = EXAMPLES,
    .operands = "",
    .run = run,
};
