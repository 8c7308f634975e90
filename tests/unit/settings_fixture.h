/* What the tests of the settings share: a context, scene files, and a value for every knob. */
#ifndef VD_SETTINGS_FIXTURE_H
#define VD_SETTINGS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "settings/knob.h"

/** The scene file that load_text() writes; each test program defines its own name. */
#ifndef SCENE
#error "define SCENE first"
#endif

static vd_context *context;

static inline int set_up(void **state)
{
    (void)state;
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
    return vd_context_create(NULL, &context) == VD_OK ? 0 : -1;
}

static inline int tear_down(void **state)
{
    (void)state;
    vd_context_destroy(context);
    remove(SCENE);
    return 0;
}

static inline vd_settings *create(void)
{
    vd_settings *settings;
    assert_int_equal(vd_settings_create(context, "relief", &settings), VD_OK);
    return settings;
}

/** For a command that has a use for the knob. */
static inline vd_settings *create_for(const vd_knob *knob)
{
    vd_settings *settings;
    const vd_command *command = vd_commands;
    while (!(command->bit & knob->commands)) command++;
    assert_int_equal(vd_settings_create(context, command->name, &settings), VD_OK);
    return settings;
}

static inline void write_file(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline vd_result load_text(vd_settings *settings, const char *yaml)
{
    write_file(SCENE, yaml, strlen(yaml));
    return vd_settings_load(context, settings, SCENE);
}

static inline void must(vd_result result)
{
    if (result != VD_OK) print_error("%s\n", vd_context_error(context));
    assert_int_equal(result, VD_OK);
}

static inline void assert_error(const char *part)
{
    const char *error = vd_context_error(context);
    if (!strstr(error, part)) fail_msg("\"%s\" does not say \"%s\"", error, part);
    assert_null(strchr(error, '\n'));
}

static inline void assert_value(const vd_settings *settings, const char *name, const char *expected)
{
    char text[512];
    must(vd_settings_get(context, settings, name, text, sizeof(text)));
    assert_string_equal(text, expected);
}

/* The rows that hold a value of their own, by name: all but fields. */
static inline const vd_knob *first_knob(void)
{
    return vd_knobs;
}

static inline const vd_knob *next_knob(const vd_knob *knob)
{
    do knob++;
    while (knob < vd_knobs + VD_KNOB_COUNT && knob->is_field);
    return knob < vd_knobs + VD_KNOB_COUNT ? knob : NULL;
}

#define FOR_EACH_KNOB(knob) for (const vd_knob *knob = first_knob(); knob; knob = next_knob(knob))

/* A value that is not the default, in the form that vd_settings_get() gives. */
static inline const char *sample_of(const vd_knob *knob, char text[64])
{
    const char *fallback = knob->info.fallback, *bar;
    switch (knob->kind) {
    case VD_KIND_BOOL: return strcmp(fallback, "true") ? "true" : "false";
    case VD_KIND_INT:
        snprintf(text, 64, "%.0f",
                 atoi(fallback) + 1 < knob->least ? knob->least : atoi(fallback) + 1.0);
        return text;
    case VD_KIND_FLOAT: snprintf(text, 64, "%.4g", knob->least + 0.75); return text;
    case VD_KIND_CHOICE:
        bar = strrchr(knob->info.choices, '|');
        if (strcmp(bar + 1, fallback)) return bar + 1;
        snprintf(text, 64, "%.*s", (int)strcspn(knob->info.choices, "|"), knob->info.choices);
        return text;
    case VD_KIND_COLOR: return "0.25,0.5,0.125";
    case VD_KIND_PAIR: return "-1.5,2";
    case VD_KIND_FLOATS: return "-1.5,2,3e+09,0.1";
    case VD_KIND_DISTORTION: return "-0.25,0.5,0,0,0.125";
    case VD_KIND_INTS: return "-1,2,3,2147483647";
    case VD_KIND_SIZE: return "640x480";
    case VD_KIND_BEARING: return "100";
    case VD_KIND_PLACE: return "-1.5,2000000.25,agl:1.7";
    case VD_KIND_PAINT: return "0.25,0.5,0.125";
    case VD_KIND_RECORDS:
        if (!strcmp(knob->info.name, "keyframes")) return "10.5,20,0.5,smooth";
        if (!vd_kind_is_text(knob[1].kind)) return "10.5,20,0.5";
        snprintf(text, 64, "%s=a b,%s=0.5", knob[1].field, knob[3].field);
        return text;
    default: return "a/b \"q\" \\ 'z' #x: \xc3\xa9\t\xc2\x85 null";
    }
}

#endif
