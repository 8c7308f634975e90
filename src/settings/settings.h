/* All knobs as one flat struct, made from settings.def, for those who build scenes from it.
 *
 * The member of knob `sun.azimuth` is sun_azimuth, its id VD_KNOB_SUN_AZIMUTH; that of a choice's
 * word `flat` of `terrain.normals` is VD_TERRAIN_NORMALS_FLAT. An unset text is NULL, an unset
 * number 0 (its range then excludes 0, or vd_settings_is_set() tells). Choices are int. All values
 * are within their ranges; what knobs mean together is for the scene to judge. */
#ifndef VD_SETTINGS_H
#define VD_SETTINGS_H

#include "base/base.h"

/** A list of texts. */
typedef struct vd_text_list {
    int count;
    char **items;
} vd_text_list;

/** A place on the map. */
typedef struct vd_place {
    double x, y;         /**< in map coordinates */
    double z_m;          /**< above the datum, or above the ground if that is not 0 */
    double above_ground; /**< 0 or 1; 2: a field of a record that is left out */
} vd_place;

/** A colour, or a word that stands for something else. */
typedef struct vd_paint {
    double rgb[3]; /**< linear */
    double word;   /**< an enumerator; that of COLOR is 0 */
} vd_paint;

#define VD_MEMBER_BOOL(name) bool name;
#define VD_MEMBER_INT(name) int name;
#define VD_MEMBER_FLOAT(name) double name;
#define VD_MEMBER_CHOICE(name) int name;
#define VD_MEMBER_TEXT(name) char *name;
#define VD_MEMBER_PATH(name) char *name;
#define VD_MEMBER_NAME(name) char *name;
#define VD_MEMBER_COLOR(name) double name[3];
#define VD_MEMBER_PAIR(name) double name[2];
#define VD_MEMBER_FLOATS(name) double name[4];
#define VD_MEMBER_DISTORTION(name) double name[5];
#define VD_MEMBER_INTS(name) int name[4];
#define VD_MEMBER_SIZE(name) int name[2];
#define VD_MEMBER_TEXTS(name) vd_text_list name;
#define VD_MEMBER_PATHS(name) vd_text_list name;
#define VD_MEMBER_BEARING(name) double name;
#define VD_MEMBER_PLACE(name) vd_place name;
#define VD_MEMBER_PAINT(name) vd_paint name;

/** The commands that take knobs. */
typedef enum vd_command_id {
#define VD_COMMAND(id, ...) VD_COMMAND_##id,
#include "settings/settings.def"
    VD_COMMAND_COUNT
} vd_command_id;

/** The rows of the table, in its order; VD_KNOB_COUNT is their number. */
typedef enum vd_knob_id {
#define VD_KNOB(id, ...) VD_KNOB_##id,
#define VD_LIST(id, ...) VD_KNOB_##id,
#define VD_FIELD(id, ...) VD_KNOB_##id,
#include "settings/settings.def"
    VD_KNOB_COUNT
} vd_knob_id;

/* The values of the choices: one enum a knob, from 0. */
#define VD_CHOICES2(id, a, a_word, b, b_word) VD_##id##_##a, VD_##id##_##b
#define VD_CHOICES3(id, a, a_word, b, b_word, c, c_word) VD_##id##_##a, VD_##id##_##b, VD_##id##_##c
#define VD_CHOICES4(id, a, a_word, b, b_word, c, c_word, d, d_word)                                \
    VD_##id##_##a, VD_##id##_##b, VD_##id##_##c, VD_##id##_##d
#define VD_CHOICES5(id, a, a_word, b, b_word, c, c_word, d, d_word, e, e_word)                     \
    VD_##id##_##a, VD_##id##_##b, VD_##id##_##c, VD_##id##_##d, VD_##id##_##e
#define VD_CHOICES7(id, a, a_word, b, b_word, c, c_word, d, d_word, e, e_word, f, f_word, g,       \
                    g_word)                                                                        \
    VD_##id##_##a, VD_##id##_##b, VD_##id##_##c, VD_##id##_##d, VD_##id##_##e, VD_##id##_##f,      \
        VD_##id##_##g
#define VD_WORDS3(id, a, a_word, b, b_word, c, c_word)                                             \
    VD_##id##_COLOR, VD_##id##_##a, VD_##id##_##b, VD_##id##_##c
#define VD_ENUM_CHOICE(...) enum { __VA_ARGS__ };
#define VD_ENUM_BOOL(...)
#define VD_ENUM_INT(...)
#define VD_ENUM_FLOAT(...)
#define VD_ENUM_TEXT(...)
#define VD_ENUM_PATH(...)
#define VD_ENUM_NAME(...)
#define VD_ENUM_COLOR(...)
#define VD_ENUM_PAIR(...)
#define VD_ENUM_FLOATS(...)
#define VD_ENUM_DISTORTION(...)
#define VD_ENUM_INTS(...)
#define VD_ENUM_SIZE(...)
#define VD_ENUM_TEXTS(...)
#define VD_ENUM_PATHS(...)
#define VD_ENUM_BEARING(...)
#define VD_ENUM_PLACE(...)
#define VD_ENUM_PAINT(...) enum { __VA_ARGS__ };
#define VD_KNOB(id, group, field, kind, fallback, range, ...) VD_ENUM_##kind(range)
#define VD_FIELD(id, list, field, kind, fallback, range, ...) VD_ENUM_##kind(range)
#include "settings/settings.def"
#undef VD_CHOICES2
#undef VD_CHOICES3
#undef VD_CHOICES4
#undef VD_CHOICES5
#undef VD_CHOICES7
#undef VD_WORDS3

/* The records of the lists: vd_suns_item { double azimuth; ... }. */
#define VD_LIST(id, list, ...) typedef struct vd_##list##_item {
#define VD_FIELD(id, list, field, kind, ...) VD_MEMBER_##kind(field)
#define VD_LIST_END(list)                                                                          \
    }                                                                                              \
    vd_##list##_item;
#include "settings/settings.def"

/** Who set a knob. A higher one wins, whatever the order of the calls. */
typedef enum vd_origin {
    VD_ORIGIN_DEFAULT,
    VD_ORIGIN_NOTED,        /**< what the file to be composed says of itself */
    VD_ORIGIN_SCENE_PRESET, /**< a preset that a scene file names */
    VD_ORIGIN_PRESET,       /**< a preset asked for by vd_settings_preset() */
    VD_ORIGIN_SCENE,
    VD_ORIGIN_FLAG
} vd_origin;

struct vd_settings {
#define VD_KNOB(id, group, field, kind, ...) VD_MEMBER_##kind(group##_##field)
#define VD_LIST(id, list, ...)                                                                     \
    struct {                                                                                       \
        int count;                                                                                 \
        vd_##list##_item *items;                                                                   \
    } list;
#include "settings/settings.def"
    unsigned command; /**< the bit of the command they are for */
    bool goes_round;  /**< of a moment: the camera goes round the target, and keeps its distance */
    unsigned char origin[VD_KNOB_COUNT]; /**< vd_origin; of fields of records unused */
    bool is_barred[VD_KNOB_COUNT];       /**< taken back by a flag: none but flags set it again */
    char *where[VD_KNOB_COUNT];          /**< "--azimuth" or "scene.yaml:3: sun.azimuth", or NULL */
    char *scene_presets;                 /**< those that a scene file stands on, in JSON, or NULL */
};

/** Are the settings for this command? */
static inline bool vd_settings_are_for(const vd_settings *settings, vd_command_id command)
{
    return settings->command == 1U << command;
}

/** True if anyone but the default set the knob. */
bool vd_settings_is_set(const vd_settings *settings, vd_knob_id id);

/** Fails with "--sun-azimuth: <why>", or file, line and key for one set in a file, if the knob was
 *  set; the reason should say what to do. Returns VD_OK (not set) or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_settings_refuse(vd_context *context, const vd_settings *settings,
                                         vd_knob_id id, const char *why_format, ...)
    VD_PRINTF(4, 5);

/** The same for a knob that has no use beside others: what a preset set yields without a word,
 * since whoever starts from a preset may go against it, and what a scene file set where a flag has
 * taken back another knob of its group. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_settings_refuse_unused(vd_context *context, const vd_settings *settings,
                                                vd_knob_id id, const char *why);

/** The same for several knobs that have no use for what another is set to: what a lower origin than
 *  that one's set yields, so that whoever turns a thing off on the command line need not unset what
 *  a scene file says of it. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_settings_refuse_all_without(vd_context *context,
                                                     const vd_settings *settings,
                                                     const vd_knob_id *knobs, size_t count,
                                                     vd_knob_id other, const char *why);
/** For an array of them. */
#define VD_REFUSE_ALL_WITHOUT(context, settings, knobs, other, why)                                \
    VD_TRY(vd_settings_refuse_all_without(context, settings, knobs,                                \
                                          sizeof(knobs) / sizeof((knobs)[0]), other, why))

/** The same for several knobs, for one reason. Returns VD_OK or VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_settings_refuse_all_unused(vd_context *context,
                                                    const vd_settings *settings,
                                                    const vd_knob_id *knobs, size_t count,
                                                    const char *why);
/** For an array of them. */
#define VD_REFUSE_ALL_UNUSED(context, settings, knobs, why)                                        \
    VD_TRY(vd_settings_refuse_all_unused(context, settings, knobs,                                 \
                                         sizeof(knobs) / sizeof((knobs)[0]), why))

/** Which of several knobs that say the same thing counts: the one set by the highest origin; the
 * others yield, as a preset does to a flag. Two that the same origin sets (presets apart, of which
 * the first named here counts) are refused: "--size: cannot be used together with --resolution;
 * leave one out". *out is the one that counts, or VD_KNOB_COUNT if none is set. Returns VD_OK or
 * VD_ERR_SETTING. */
VD_MUST_USE vd_result vd_settings_choose(vd_context *context, const vd_settings *settings,
                                         const vd_knob_id *knobs, size_t count, vd_knob_id *out);

/** Is an environment map the light from the sky? It is if one is named and no knob of group sky was
 *  set by a higher origin, to which it yields. */
bool vd_settings_has_environment(const vd_settings *settings);
/** Are there suns as groups sun and suns have them? Beside an environment map, which may hold a sun
 *  of its own, only if a knob of these groups was set by at least as high an origin. */
bool vd_settings_has_suns(const vd_settings *settings);
/** Is the sky that of an atmosphere (sky.model physical, and no environment map)? */
bool vd_settings_has_physical_sky(const vd_settings *settings);

/** A copy of everything, origins too; destroy with vd_settings_destroy(). *out is NULL on failure.
 *  Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_copy(vd_context *context, const vd_settings *settings,
                                       vd_settings **out);

/** Puts a knob back to its default, set by nobody. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_unset(vd_context *context, vd_settings *settings, vd_knob_id id);

/** Settings whose list of materials is that of the built-in ones, and nothing else set; destroy
 * with vd_settings_destroy(). *out is NULL on failure. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_builtin_materials(vd_context *context, vd_settings **out);

/** The knobs that differ from their defaults, as a scene file that vd_settings_load() reads back to
 *  the same values (paths as they are: from the same working directory). *out is freed with free(),
 *  NULL on failure. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_to_yaml(vd_context *context, const vd_settings *settings,
                                          char **out);

/** A group's knobs, at their defaults too, as text that vd_settings_apply_noted() reads back; those
 *  that are unset are left out. *out is freed with free(), NULL on failure. Returns VD_OK or
 *  VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_group_text(vd_context *context, const vd_settings *settings,
                                             const char *group, char **out);
/** Applies such a text, which all other origins go over. label begins messages.
 *  Returns VD_OK, VD_ERR_FORMAT, VD_ERR_SETTING or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_apply_noted(vd_context *context, vd_settings *settings,
                                              const char *label, const char *text);

/** Knobs, one by one and by their groups. */
typedef struct vd_knob_set {
    const vd_knob_id *knobs;
    size_t knob_count;
    const char *const *groups;
    size_t group_count;
} vd_knob_set;

/** Have the knobs of a set the same values in both, whoever set them? */
bool vd_settings_same(const vd_settings *a, const vd_settings *b, const vd_knob_set *within);

/** Every knob but those of a set, and but paths, whose content is what matters, as lines of
 *  "sun.azimuth: 315" in the order of the table: the same text for the same values, whoever set
 *  them. *out is freed with free(), NULL on failure. Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_settings_identity(vd_context *context, const vd_settings *settings,
                                           const vd_knob_set *without, char **out);

#endif
