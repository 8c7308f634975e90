/* AOVs: what a picture holds beside beauty, and where in the film it lies.
 *
 * aov.def has a row for each. A film's channels are beauty (red, green, blue; of a view alpha),
 * then if any AOV's rule asks for it the share of samples that met a surface, then the AOVs' own.
 * What is read and written of an AOV is a part; one AOV may be several, as lights are. Parts are in
 * the order of aov.def, after beauty. */
#ifndef VD_AOV_H
#define VD_AOV_H

#include "base/base.h"

typedef enum vd_aov_id {
#define VD_AOV(id, ...) VD_AOV_##id,
#include "film/aov.def"
    VD_AOV_COUNT
} vd_aov_id;

typedef enum vd_aov_rule {
    VD_AOV_RULE_MEAN,
    VD_AOV_RULE_HITS,
    VD_AOV_RULE_PLACE,
    VD_AOV_RULE_GRADIENT,
    VD_AOV_RULE_FIRST,
    VD_AOV_RULE_NEAREST,
    VD_AOV_RULE_RANKS,
    VD_AOV_RULE_VARIANCE,
    VD_AOV_RULE_HALF,
    VD_AOV_RULE_COUNT
} vd_aov_rule;

typedef enum vd_aov_storage {
    VD_AOV_STORAGE_HALF,
    VD_AOV_STORAGE_FLOAT,
    VD_AOV_STORAGE_UINT
} vd_aov_storage;

/** Cryptomatte keeps so many ids of a pixel, each with its coverage. */
#define VD_AOV_RANKS 6
/** The most channels that a part has when it is read: of RANKS id, coverage, id, ... */
#define VD_AOV_VALUES_MAX (2 * VD_AOV_RANKS)

/** A row of aov.def. */
typedef struct vd_aov {
    const char *name;
    vd_aov_rule rule;
    vd_aov_storage storage;
    bool is_of_views;     /**< alone */
    int rays;             /**< per sample, traced for it alone */
    int film;             /**< channels of the film */
    const char *channels; /**< of what is read, "X Y Z"; "" of RANKS */
    float empty;          /**< where no surface is */
    const char *help;
} vd_aov;

extern const vd_aov vd_aovs[VD_AOV_COUNT];

/** Room for a light each of the most suns, sky, and one more. */
#define VD_AOV_PARTS_MAX (VD_AOV_COUNT + 66)
/** Room for "light_sun64". */
#define VD_AOV_NAME_MAX 24

/** What is read or written by itself. */
typedef struct vd_aov_part {
    vd_aov_id id;
    int index; /**< among the parts of its AOV */
    int first; /**< film channel; its others follow */
    char name[VD_AOV_NAME_MAX];
} vd_aov_part;

/** What ids stand for: items[id], of which some may be NULL (no such id); 0 is nothing. */
typedef struct vd_aov_names {
    int count;
    char **items;
} vd_aov_names;

/** Which AOVs a film holds. */
typedef struct vd_aov_set {
    int alpha; /**< film channel of a view's alpha; -1: a map, whose alpha is not in the film */
    int hits;  /**< of the share of samples that met a surface; -1: no AOV asks for it */
    int direct, specular; /**< the first of three of each, also if only indirect or diffuse is
                               wanted, which is what they leave; -1: neither is */
    int halves;           /**< the first of three: ao, sun_visibility and sky_visibility of every
                               second sample, for the denoiser; -1: none */
    int channels;         /**< of the film */
    int count;            /**< of parts to be written */
    int all;              /**< and of those behind them that only the denoiser asks for */
    vd_aov_part parts[VD_AOV_PARTS_MAX];
} vd_aov_set;

/** The AOV of a name, or VD_AOV_COUNT. */
vd_aov_id vd_aov_find(const char *name);

/** Channels of what is read of an AOV, VD_AOV_VALUES_MAX at most. */
int vd_aov_value_count(vd_aov_id id);
/** The name of one ("X"), which has none of RANKS; returns name. */
const char *vd_aov_channel(vd_aov_id id, int index, char name[VD_AOV_NAME_MAX]);

/** Lays out a film's channels.
 *  wanted  a flag for each AOV
 *  needed  likewise of those that are wanted in the film alone
 *  lights  names of the lights' parts, if those are wanted
 *  Returns VD_OK, or VD_ERR_SETTING if there are more than a film can have. */
VD_MUST_USE vd_result vd_aov_lay_out(vd_context *context, const bool wanted[VD_AOV_COUNT],
                                     const bool needed[VD_AOV_COUNT], bool is_view, int lights,
                                     const char (*light_names)[VD_AOV_NAME_MAX], vd_aov_set *out);

/** The first part of an AOV in the set, written or not, or NULL. */
const vd_aov_part *vd_aov_part_of(const vd_aov_set *set, vd_aov_id id);
/** The part of a name that is written, or NULL. */
const vd_aov_part *vd_aov_part_named(const vd_aov_set *set, const char *name);

/** Is it a rule that knows samples without a surface from others? */
bool vd_aov_counts_hits(vd_aov_rule rule);
/** What a pixel's means say of an AOV, but for places, which a map alone can tell (empty then).
 *  means   of its channels of the film
 *  hits    mean of the set's channel `hits`; unread without one
 *  count   samples
 *  values  vd_aov_value_count() of them; ids as whole numbers; of RANKS id, coverage, id, ... by
 *          falling coverage, 0 after the last */
void vd_aov_values(vd_aov_id id, const float *means, float hits, uint32_t count, float *values);

/** Whence those that write files have AOVs. */
typedef struct vd_aov_source {
    const vd_aov_set *set;
    double origin[3];      /**< map coordinates and elevation that `position` is less by */
    const char *wkt;       /**< CRS of `position`, or NULL */
    vd_aov_names names[3]; /**< what ids stand for: of classes, materials, objects */
    void *state;
    /** Values of a part (its index in the set) in rows y .. y + rows - 1,
     * values[rows][width][vd_aov_value_count()]; of any rows in any order. */
    vd_result (*read_rows)(vd_context *context, void *state, int part, int y, int rows,
                           float *values);
} vd_aov_source;

/** Which of the names an AOV's ids have: 0 classes, 1 materials, 2 objects; -1: it has no ids. */
int vd_aov_names_of(vd_aov_id id);

#endif
