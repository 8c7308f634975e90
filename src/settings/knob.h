/* The inside of the settings: a row of the table as the modules of this folder see it, and values
 * apart from the struct that holds them. */
#ifndef VD_KNOB_H
#define VD_KNOB_H

#include <stdio.h>

#include "settings/settings.h"

#define VD_KNOB_FLAGS_MAX 6

typedef enum vd_kind {
    VD_KIND_BOOL,
    VD_KIND_INT,
    VD_KIND_FLOAT,
    VD_KIND_CHOICE,
    VD_KIND_TEXT,
    VD_KIND_PATH,
    VD_KIND_NAME,
    VD_KIND_COLOR,
    VD_KIND_PAIR,
    VD_KIND_FLOATS,
    VD_KIND_DISTORTION,
    VD_KIND_INTS,
    VD_KIND_SIZE,
    VD_KIND_BEARING,
    VD_KIND_PLACE,
    VD_KIND_PAINT,
    VD_KIND_TEXTS,
    VD_KIND_PATHS,
    VD_KIND_RECORDS
} vd_kind;

/** A command that takes knobs. */
typedef struct vd_command {
    const char *name;
    unsigned bit;
} vd_command;

/** A default that differs for one command. */
typedef struct vd_command_default {
    unsigned command;
    vd_knob_id knob;
    const char *value;
} vd_command_default;

/** A group of knobs, with the title that documents give it. */
typedef struct vd_group {
    const char *name, *title;
} vd_group;

/** A row of settings.def. */
typedef struct vd_knob {
    vd_knob_info info;
    vd_knob_id id;
    vd_kind kind;
    const char *group;                   /**< "sun"; of a list and its fields, the list: "suns" */
    const char *field;                   /**< "azimuth"; NULL for a list of records */
    const char *flag[VD_KNOB_FLAGS_MAX]; /**< info.flags one by one, then NULL */
    double least, most;
    bool open;        /**< least itself is outside */
    const char *word; /**< a word that stands for an int, or NULL */
    int meaning;      /**< that int */
    unsigned commands;
    size_t offset;    /**< of the member in vd_settings, of a field in its record */
    size_t item_size; /**< of a record, or of one text of a list */
    bool is_field;    /**< a field of the list of records above it */
} vd_knob;

extern const vd_knob vd_knobs[VD_KNOB_COUNT];
/** Both end with an empty one. */
extern const vd_command vd_commands[];
extern const vd_group vd_groups[];
extern const vd_command_default vd_command_defaults[]; /**< ends with a value of NULL */

/** A knob's default for a command, "" if it has none. */
const char *vd_knob_default(const vd_knob *knob, unsigned command);

/** The fields of a list of records are the rows that follow it: the index-th, or NULL. */
enum { VD_FIELDS_MAX = 40 };
const vd_knob *vd_knob_field(const vd_knob *list, int index);

/* ---- values (value.c, value_owned.c, print.c)
 * ------------------------------------------------------------ */

/** The layout of every list in vd_settings, whatever its items. */
typedef struct vd_list {
    int count;
    void *items;
} vd_list;

/** A value of any kind. It owns its texts and items. */
typedef union vd_value {
    bool flag;        /**< BOOL */
    int integer[4];   /**< INT CHOICE INTS SIZE */
    double number[5]; /**< FLOAT COLOR PAIR FLOATS DISTORTION BEARING, and PLACE and PAINT as they
                         lie */
    char *text;       /**< TEXT PATH NAME */
    vd_list list;     /**< TEXTS PATHS RECORDS */
} vd_value;

/** The compass's words, from north on round by east. */
enum { VD_WINDS = 16 };
extern const char *const vd_winds[VD_WINDS];

/** Bytes of a value of a kind in the struct. */
size_t vd_kind_bytes(vd_kind kind);
/** How many numbers a value of a kind holds. */
int vd_kind_numbers(vd_kind kind);
/** True for text, paths and names, and for lists of them. */
bool vd_kind_is_text(vd_kind kind);
/** A borrowed look at the knob's value in base: a vd_settings, or a record for a field. */
vd_value vd_value_of(const vd_knob *knob, const void *base);
/** Puts a value into base, which owns it from then on; what was there is not freed. */
void vd_value_put(const vd_knob *knob, vd_value value, void *base);
/** Frees what a value owns and zeroes it. */
void vd_value_clear(const vd_knob *knob, vd_value *value);
/** Returns VD_OK or VD_ERR_MEMORY; *out is zeroed on failure. */
VD_MUST_USE vd_result vd_value_copy(vd_context *context, const vd_knob *knob, const vd_value *value,
                                    vd_value *out);
bool vd_value_equal(const vd_knob *knob, const vd_value *a, const vd_value *b);
/** Reads text as a flag's value; a list gets one item. where begins the message of a failure
 *  ("--azimuth", "scene.yaml:3: sun.azimuth"). *out is zeroed on failure.
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_value_parse(vd_context *context, const vd_knob *knob, const char *where,
                                     const char *text, vd_value *out);
/** The value of a field that is left out: its default, or nothing for a text whose default is
 *  "none". where begins the message of a failure. Returns VD_OK, VD_ERR_SETTING (it must be given)
 *  or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_value_fallback(vd_context *context, const vd_knob *field,
                                        const char *where, vd_value *out);
/** Is a field's value the one it has when it is left out? */
bool vd_value_is_fallback(const vd_knob *field, const vd_value *value);
/** Moves the items of more to the end of list. more is cleared in any case.
 *  Returns VD_OK, VD_ERR_SETTING (too long) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_value_append(vd_context *context, const vd_knob *knob, const char *where,
                                      vd_value *list, vd_value *more);
/** Fails with where, the text, what is wrong with it and what the knob takes. */
VD_MUST_USE vd_result vd_value_refuse(vd_context *context, const vd_knob *knob, const char *where,
                                      const char *text, const char *problem);
/** text for a message: one line, at most 60 characters; into and returning buffer. */
const char *vd_excerpt(const char *text, char buffer[68]);
/** Length of the UTF-8 character at text and its code point, or 0 if it is none. */
int vd_utf8_decode(const char *text, uint32_t *code);

typedef enum vd_print_style {
    VD_PRINT_FLAG, /**< as on the command line; one item of a list a line */
    VD_PRINT_YAML,
    VD_PRINT_JSON /**< a record without the fields that are as if left out */
} vd_print_style;

void vd_value_print(FILE *out, const vd_knob *knob, const vd_value *value, vd_print_style style);
/** The shortest decimal that reads back to the same double, with a point in every locale. */
void vd_print_number(FILE *out, double number);
/** text in double quotes, escaped so that YAML and JSON read it back. */
void vd_print_quoted(FILE *out, const char *text);

/* ---- the struct (settings.c) --------------------------------------------------------------- */

/** The row of a name or flag. Returns VD_OK, or VD_ERR_SETTING with the nearest known one. */
VD_MUST_USE vd_result vd_knob_row(vd_context *context, const char *name, const vd_knob **out);
/** Gives the knob a value on behalf of origin, which takes effect if no higher origin has set it;
 *  append adds to a list that the same origin began. Takes the value in any case.
 *  Returns VD_OK, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_commit(vd_context *context, vd_settings *settings,
                                         const vd_knob *knob, vd_origin origin, const char *where,
                                         bool append, vd_value *value);
/** Fails if the settings' command has no use for the knob. */
VD_MUST_USE vd_result vd_settings_usable(vd_context *context, const vd_settings *settings,
                                         const vd_knob *knob, const char *where);
/** A function that changes settings; see vd_settings_whole(). */
typedef vd_result (*vd_settings_change)(vd_context *context, vd_settings *settings,
                                        const void *argument);
/** Applies a change wholly, or not at all when it fails. */
VD_MUST_USE vd_result vd_settings_whole(vd_context *context, vd_settings *settings,
                                        vd_settings_change change, const void *argument);

/* ---- files (yaml.c, preset.c) --------------------------------------------------------------- */

/** A YAML text and what it stands for. */
typedef struct vd_yaml_source {
    const char *label;  /**< begins messages: "scene.yaml", "preset swiss" */
    const char *folder; /**< what relative paths in it start from, with its '/'; "" for none */
    const char *text;
    size_t length;
    vd_origin origin;
} vd_yaml_source;

/** Returns VD_OK, VD_ERR_FORMAT (not YAML, not a map) or VD_ERR_SETTING (a key or value). */
VD_MUST_USE vd_result vd_yaml_apply(vd_context *context, vd_settings *settings,
                                    const vd_yaml_source *source);
/** The whole of a file of at most 1 MiB; *out is freed with free().
 *  Returns VD_OK, VD_ERR_INPUT, VD_ERR_FORMAT (too long) or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_yaml_read_file(vd_context *context, const char *path, char **out,
                                        size_t *length);
/** Reads a whole file and applies it. Returns as vd_yaml_apply(), or VD_ERR_INPUT. */
VD_MUST_USE vd_result vd_yaml_apply_file(vd_context *context, vd_settings *settings,
                                         const char *path, vd_origin origin);
/** Finds and applies a preset by name or path; where begins the message when there is none. */
VD_MUST_USE vd_result vd_preset_apply(vd_context *context, vd_settings *settings, const char *where,
                                      const char *name, vd_origin origin);

#endif
