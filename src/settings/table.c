/* The table of knobs at run time: settings.def as constant data, and the ways to find a row. */
#include <limits.h>
#include <math.h>
#include <string.h>

#include "settings/knob.h"

/* Bits of the commands, and the column that says which take a knob: the mask and its words. */
_Static_assert(VD_COMMAND_COUNT <= (int)(sizeof(unsigned) * CHAR_BIT), "a command is a bit");

#define VD_RELIEF (1U << VD_COMMAND_RELIEF, "relief")
#define VD_RENDER (1U << VD_COMMAND_RENDER, "render")
#define VD_PICTURE (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER, "relief render")
#define VD_SUN_HOURS (1U << VD_COMMAND_SUN_HOURS, "sun-hours")
#define VD_MAP (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_SUN_HOURS, "relief sun-hours")
#define VD_GROUND                                                                                  \
    (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_SUN_HOURS,               \
     "relief render sun-hours")
#define VD_PLACED                                                                                  \
    (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_SKY |                    \
         1U << VD_COMMAND_SUN_HOURS,                                                               \
     "relief render sky sun-hours")
#define VD_EVERY                                                                                   \
    (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_SKY |                    \
         1U << VD_COMMAND_COMPOSE | 1U << VD_COMMAND_SUN_HOURS,                                    \
     "relief render sky compose sun-hours")
#define VD_ALL                                                                                     \
    (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_SKY, "relief render "    \
                                                                               "sky")
/* Of outputs: commands that write pictures, those that show one of the ground, those that may know
 * a map. */
#define VD_FILES                                                                                   \
    (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_SKY |                    \
         1U << VD_COMMAND_COMPOSE,                                                                 \
     "relief render sky compose")
#define VD_PICTURE_FILES                                                                           \
    (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_COMPOSE,                 \
     "relief render compose")
#define VD_GROUND_FILES                                                                            \
    (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_COMPOSE |                \
         1U << VD_COMMAND_SUN_HOURS,                                                               \
     "relief render compose sun-hours")
#define VD_VIEW_FILES (1U << VD_COMMAND_RENDER | 1U << VD_COMMAND_COMPOSE, "render compose")
#define VD_MAP_FILES (1U << VD_COMMAND_RELIEF | 1U << VD_COMMAND_COMPOSE, "relief compose")
#define VD_COMPOSE (1U << VD_COMMAND_COMPOSE, "compose")
#define MASK_OF(m, w) (m)
#define WORDS_OF(m, w) w

/* A range becomes (least, most, open, its text, choices, word, meaning); one macro picks each. */
#define VD_ANY (-HUGE_VAL, HUGE_VAL, false, "", "", NULL, 0)
#define VD_FROM(least) (least, HUGE_VAL, false, ">= " #least, "", NULL, 0)
#define VD_ABOVE(least) (least, HUGE_VAL, true, "> " #least, "", NULL, 0)
#define VD_WITHIN(least, most) (least, most, false, #least ".." #most, "", NULL, 0)
#define VD_WITHIN_OR(least, most, word, meaning)                                                   \
    (least, most, false, #least ".." #most " or " #word, "", #word, meaning)
#define VD_CHOICES2(id, a, a_word, b, b_word) (0, 1, false, "", a_word "|" b_word, NULL, 0)
#define VD_CHOICES3(id, a, a_word, b, b_word, c, c_word)                                           \
    (0, 2, false, "", a_word "|" b_word "|" c_word, NULL, 0)
#define VD_CHOICES4(id, a, a_word, b, b_word, c, c_word, d, d_word)                                \
    (0, 3, false, "", a_word "|" b_word "|" c_word "|" d_word, NULL, 0)
#define VD_CHOICES5(id, a, a_word, b, b_word, c, c_word, d, d_word, e, e_word)                     \
    (0, 4, false, "", a_word "|" b_word "|" c_word "|" d_word "|" e_word, NULL, 0)
#define VD_CHOICES7(id, a, a_word, b, b_word, c, c_word, d, d_word, e, e_word, f, f_word, g,       \
                    g_word)                                                                        \
    (0, 6, false, "", a_word "|" b_word "|" c_word "|" d_word "|" e_word "|" f_word "|" g_word,    \
     NULL, 0)
#define VD_WORDS3(id, a, a_word, b, b_word, c, c_word)                                             \
    (0, 1, false, "0..1", a_word "|" b_word "|" c_word, NULL, 0)
#define RANGE_TEXT(least, most, open, text, choices, word, meaning) text
#define RANGE_CHOICES(least, most, open, text, choices, word, meaning) choices
#define RANGE_LIMITS(least_, most_, open_, text_, choices_, word_, meaning_)                       \
    .least = least_, .most = most_, .open = open_, .word = word_, .meaning = meaning_

/* Flags come as ("--a", "-b"): spread out, or joined by spaces. */
#define SPREAD(...) __VA_ARGS__
#define JOINED(...) JOIN_N(__VA_ARGS__, JOIN5, JOIN4, JOIN3, JOIN2, JOIN1, 0)(__VA_ARGS__)
#define JOIN_N(a, b, c, d, e, n, ...) n
#define JOIN1(a) a
#define JOIN2(a, b) a " " b
#define JOIN3(a, b, c) a " " b " " c
#define JOIN4(a, b, c, d) a " " b " " c " " d
#define JOIN5(a, b, c, d, e) a " " b " " c " " d " " e

#define WORD_BOOL "bool"
#define WORD_INT "int"
#define WORD_FLOAT "float"
#define WORD_CHOICE "choice"
#define WORD_TEXT "text"
#define WORD_PATH "path"
#define WORD_NAME "name"
#define WORD_COLOR "color"
#define WORD_PAIR "pair"
#define WORD_FLOATS "floats"
#define WORD_DISTORTION "distortion"
#define WORD_INTS "ints"
#define WORD_SIZE "size"
#define WORD_TEXTS "text"
#define WORD_BEARING "bearing"
#define WORD_PLACE "place"
#define WORD_PAINT "paint"
#define WORD_PATHS "path"
#define IS_LIST(kind) (VD_KIND_##kind == VD_KIND_TEXTS || VD_KIND_##kind == VD_KIND_PATHS)

/* What all rows that hold a value share. */
#define VALUE_ROW(id_, name_, kind_, fallback_, range_, unit_, flags_, commands_, help_)           \
    .info = {.name = name_,                                                                        \
             .flags = flags_,                                                                      \
             .kind = WORD_##kind_,                                                                 \
             .fallback = fallback_,                                                                \
             .range = RANGE_TEXT range_,                                                           \
             .unit = unit_,                                                                        \
             .choices = RANGE_CHOICES range_,                                                      \
             .commands = commands_,                                                                \
             .help = help_,                                                                        \
             .takes_value = VD_KIND_##kind_ != VD_KIND_BOOL,                                       \
             .is_list = IS_LIST(kind_)},                                                           \
    .id = VD_KNOB_##id_, .kind = VD_KIND_##kind_, RANGE_LIMITS range_

#define VD_KNOB(id_, group_, field_, kind_, fallback_, range_, unit_, flags_, commands_, help_)    \
    {VALUE_ROW(id_, #group_ "." #field_, kind_, fallback_, range_, unit_, JOINED flags_,           \
               WORDS_OF commands_, help_),                                                         \
     .group = #group_,                                                                             \
     .field = #field_,                                                                             \
     .flag = {SPREAD flags_},                                                                      \
     .commands = MASK_OF commands_,                                                                \
     .offset = offsetof(struct vd_settings, group_##_##field_),                                    \
     .item_size = IS_LIST(kind_) ? sizeof(char *) : 0},

#define VD_LIST(id_, list_, flags_, commands_, help_)                                              \
    {.info = {.name = #list_,                                                                      \
              .flags = JOINED flags_,                                                              \
              .kind = "list",                                                                      \
              .fallback = "",                                                                      \
              .range = "",                                                                         \
              .unit = "",                                                                          \
              .choices = "",                                                                       \
              .commands = WORDS_OF commands_,                                                      \
              .help = help_,                                                                       \
              .takes_value = 1,                                                                    \
              .is_list = 1},                                                                       \
     .id = VD_KNOB_##id_,                                                                          \
     .kind = VD_KIND_RECORDS,                                                                      \
     .group = #list_,                                                                              \
     .flag = {SPREAD flags_},                                                                      \
     .commands = MASK_OF commands_,                                                                \
     .offset = offsetof(struct vd_settings, list_),                                                \
     .item_size = sizeof(vd_##list_##_item)},

#define VD_FIELD(id_, list_, field_, kind_, fallback_, range_, unit_, help_)                       \
    {VALUE_ROW(id_, #list_ "[]." #field_, kind_, fallback_, range_, unit_, "", "", help_),         \
     .group = #list_,                                                                              \
     .field = #field_,                                                                             \
     .offset = offsetof(vd_##list_##_item, field_),                                                \
     .item_size = IS_LIST(kind_) ? sizeof(char *) : 0,                                             \
     .is_field = true},

const vd_knob vd_knobs[VD_KNOB_COUNT] = {
#include "settings/settings.def"
};

const vd_command vd_commands[] = {
#define VD_COMMAND(id, name) {name, 1U << VD_COMMAND_##id},
#include "settings/settings.def"
    {NULL, 0}};

const vd_command_default vd_command_defaults[] = {
#define VD_COMMAND_DEFAULT(command, id, value) {1U << VD_COMMAND_##command, VD_KNOB_##id, value},
#include "settings/settings.def"
    {0, VD_KNOB_COUNT, NULL}};

const char *vd_knob_default(const vd_knob *knob, unsigned command)
{
    for (const vd_command_default *d = vd_command_defaults; d->value; d++)
        if (d->command == command && d->knob == knob->id) return d->value;
    return knob->info.fallback;
}

const vd_group vd_groups[] = {
#define VD_GROUP(group, title) {#group, title},
#include "settings/settings.def"
    {NULL, NULL}};

const vd_knob *vd_knob_field(const vd_knob *list, int index)
{
    const vd_knob *field = list + 1 + index;
    if (list->kind != VD_KIND_RECORDS) return NULL;
    return field < vd_knobs + VD_KNOB_COUNT && field->is_field ? field : NULL;
}

size_t vd_knob_count(void)
{
    return VD_KNOB_COUNT;
}

const vd_knob_info *vd_knob_at(size_t index)
{
    return index < VD_KNOB_COUNT ? &vd_knobs[index].info : NULL;
}

static bool has_flag(const vd_knob *knob, const char *flag)
{
    for (int i = 0; knob->flag[i]; i++)
        if (!strcmp(knob->flag[i], flag)) return true;
    return false;
}

/* "a-b-c" for the name "a.b_c" */
static bool is_dashed(const char *name, const char *words)
{
    for (; *name && *words; name++, words++)
        if (*words != *name && !(*words == '-' && (*name == '.' || *name == '_'))) return false;
    return *name == *words;
}

/* "--no-x" for "--x", which turns a switch off or takes another knob's value back; lists of records
 * may have a name and no flag. */
static bool is_negated(const vd_knob *knob, const char *flag)
{
    if (strncmp(flag, "--no-", 5) || knob->is_field) return false;
    if (is_dashed(knob->info.name, flag + 5)) return true;
    for (int i = 0; knob->flag[i]; i++)
        if (!strncmp(knob->flag[i], "--", 2) && !strcmp(knob->flag[i] + 2, flag + 5)) return true;
    return false;
}

const vd_knob_info *vd_knob_find(const char *name_or_flag)
{
    if (!name_or_flag || !*name_or_flag) return NULL;
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++)
        if (!strcmp(knob->info.name, name_or_flag) || has_flag(knob, name_or_flag) ||
            is_negated(knob, name_or_flag))
            return &knob->info;
    return NULL;
}

const char *vd_knob_fallback(const char *name_or_flag, const char *command)
{
    const vd_knob_info *info = vd_knob_find(name_or_flag);
    for (const vd_command *c = vd_commands; info && command && c->name; c++)
        if (!strcmp(c->name, command)) return vd_knob_default((const vd_knob *)info, c->bit);
    return "";
}

const char *vd_knob_nearest(const char *name_or_flag)
{
    if (!name_or_flag) return NULL;
    vd_nearest nearest = {.unknown = name_or_flag};
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++) {
        if (name_or_flag[0] == '-')
            for (int i = 0; knob->flag[i]; i++)
                vd_nearest_offer(&nearest, knob->flag[i], knob->flag[i]);
        else
            vd_nearest_offer(&nearest, knob->info.name, knob->info.name);
    }
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT && !nearest.found;
         knob++) {
        const char *bare = name_or_flag + strspn(name_or_flag, "-");
        if (knob->field && !strcmp(knob->field, bare))
            nearest.found =
                name_or_flag[0] == '-' && knob->flag[0] ? knob->flag[0] : knob->info.name;
    }
    return nearest.found;
}
