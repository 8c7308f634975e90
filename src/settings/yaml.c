/* Scene files and presets: YAML by libyaml, and the only file that knows it.
 *
 *     preset: swiss
 *     sun: {azimuth: 300, altitude: 30}
 *     suns: [{azimuth: 315, altitude: 45}, {azimuth: 270, altitude: 30, strength: 1}]
 *
 * A text is first run through as events, to bound its depth, then loaded as a document, whose nodes
 * know their lines. Aliases are nodes met twice and cost nothing. Every failure says file, line,
 * key, what is wrong and, for a key, the nearest one known. Scalars are read as a flag's values
 * are, so there is one syntax and one check of each range; what is wrong in type is caught here. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "settings/knob.h"

#define FILE_MAX (1 << 20) /* bytes of a scene file */
#define DEPTH_MAX 16       /* nested maps and sequences */

/* What the functions below share. */
typedef struct reader {
    vd_context *context;
    vd_settings *settings;
    const vd_yaml_source *source;
    yaml_document_t document;
} reader;

/* Where a value stands: a line of the source and the key that leads to it. */
typedef struct place {
    char key[96];
    char text[1024]; /* "scene.yaml:3: sun.azimuth" */
} place;

static place place_of(const reader *r, const yaml_node_t *node, const char *group, const char *key)
{
    char excerpt[68];
    place at;
    snprintf(at.key, sizeof(at.key), "%s%s%s", group, *group ? "." : "", vd_excerpt(key, excerpt));
    snprintf(at.text, sizeof(at.text), "%.900s:%zu: %s", r->source->label,
             node->start_mark.line + 1, at.key);
    return at;
}

/* ---- text to document --------------------------------------------------------------------- */

static vd_result refuse_syntax(vd_context *context, const vd_yaml_source *source,
                               const yaml_parser_t *parser)
{
    if (parser->error == YAML_MEMORY_ERROR)
        return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory to read it", source->label);
    return vd_fail(context, VD_ERR_FORMAT,
                   "%s:%zu: not YAML: %s; correct this line or the one above", source->label,
                   parser->problem_mark.line + 1,
                   parser->problem ? parser->problem : "unknown problem");
}

/* Refuses what is not YAML or is too deep for the loaders of old libyamls, which recurse. */
static vd_result check_events(vd_context *context, const vd_yaml_source *source)
{
    vd_result result = VD_OK;
    yaml_parser_t parser;
    int depth = 0;
    bool more = true;
    if (!yaml_parser_initialize(&parser))
        return vd_fail(context, VD_ERR_MEMORY, "%s: not enough memory to read it", source->label);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->text, source->length);
    while (more && result == VD_OK) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) {
            result = refuse_syntax(context, source, &parser);
            break;
        }
        depth += event.type == YAML_MAPPING_START_EVENT || event.type == YAML_SEQUENCE_START_EVENT;
        depth -= event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT;
        if (depth > DEPTH_MAX)
            result = vd_fail(context, VD_ERR_FORMAT,
                             "%s:%zu: nested more than %d deep; a scene "
                             "file is groups, keys and values",
                             source->label, event.start_mark.line + 1, DEPTH_MAX);
        more = event.type != YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return result;
}

/* Loads the one document of the text; on success r->document is to be deleted. */
static vd_result load_document(reader *r)
{
    const vd_yaml_source *source = r->source;
    vd_result result = VD_OK;
    yaml_parser_t parser;
    yaml_document_t second;
    VD_TRY(check_events(r->context, source));
    if (!yaml_parser_initialize(&parser))
        return vd_fail(r->context, VD_ERR_MEMORY, "%s: not enough memory to read it",
                       source->label);
    yaml_parser_set_input_string(&parser, (const unsigned char *)source->text, source->length);
    if (!yaml_parser_load(&parser, &r->document)) {
        result = refuse_syntax(r->context, source, &parser);
        goto cleanup;
    }
    if (!yaml_document_get_root_node(&r->document))
        result = vd_fail(r->context, VD_ERR_FORMAT,
                         "%s:1: holds no settings; write groups as maps, "
                         "like sun: {azimuth: 315}",
                         source->label);
    else if (!yaml_parser_load(&parser, &second))
        result = refuse_syntax(r->context, source, &parser);
    else {
        const yaml_node_t *root = yaml_document_get_root_node(&second);
        if (root)
            result = vd_fail(r->context, VD_ERR_FORMAT, "%s:%zu: a second document; keep one",
                             source->label, root->start_mark.line + 1);
        yaml_document_delete(&second);
    }
    if (result != VD_OK) yaml_document_delete(&r->document);
cleanup:
    yaml_parser_delete(&parser);
    return result;
}

/* ---- scalars ------------------------------------------------------------------------------ */

static const char *text_of(const yaml_node_t *node)
{
    return (const char *)node->data.scalar.value;
}

static const char *type_of(const yaml_node_t *node)
{
    return node->type == YAML_MAPPING_NODE    ? "a map"
           : node->type == YAML_SEQUENCE_NODE ? "a sequence"
                                              : "a single value";
}

/* Tags would be ignored, so they are refused; the loader gives these to untagged nodes. */
static vd_result check_tag(const reader *r, const yaml_node_t *node, const place *at)
{
    const char *tag = (const char *)node->tag;
    char excerpt[68];
    if (!tag || !strcmp(tag, YAML_STR_TAG) || !strcmp(tag, YAML_SEQ_TAG) ||
        !strcmp(tag, YAML_MAP_TAG))
        return VD_OK;
    return vd_fail(r->context, VD_ERR_SETTING, "%s: the tag %s means nothing here; remove it",
                   at->text, vd_excerpt(tag, excerpt));
}

/* The text of a scalar; *out is borrowed. */
static vd_result scalar_of(const reader *r, const yaml_node_t *node, const place *at,
                           const char **out)
{
    *out = "";
    VD_TRY(check_tag(r, node, at));
    if (node->type != YAML_SCALAR_NODE)
        return vd_fail(r->context, VD_ERR_SETTING, "%s: is %s; a single value is wanted", at->text,
                       type_of(node));
    const char *text = text_of(node);
    bool plain = node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (strlen(text) != node->data.scalar.length)
        return vd_fail(r->context, VD_ERR_SETTING, "%s: holds a zero byte; remove it", at->text);
    if (plain && (!*text || !strcmp(text, "~") || !strcmp(text, "null")))
        return vd_fail(r->context, VD_ERR_SETTING, "%s: has no value; give one or remove the key",
                       at->text);
    *out = text;
    return VD_OK;
}

/* A path as written in the source, from where the program runs; *out is freed with free(). What
 * looks like a driver's or a URL's prefix (NETCDF:x.nc:z) is left alone. */
static vd_result resolve_path(const reader *r, const vd_knob *knob, const char *text, char **out)
{
    bool name = knob->kind == VD_KIND_NAME && !strpbrk(text, "/.");
    bool path =
        knob->kind == VD_KIND_PATH || knob->kind == VD_KIND_PATHS || knob->kind == VD_KIND_NAME;
    size_t prefix = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    bool foreign = text[0] == '/' || (prefix > 1 && text[prefix] == ':');
    if (!path || name || foreign || !*text) return vd_strdup(r->context, text, out);
    if (asprintf(out, "%s%s", r->source->folder, text) >= 0) return VD_OK;
    *out = NULL;
    return vd_fail(r->context, VD_ERR_MEMORY, "%s: not enough memory for a path", text);
}

/* A scalar to the knob's value. */
static vd_result read_scalar(const reader *r, const vd_knob *knob, const yaml_node_t *node,
                             const place *at, vd_value *out)
{
    const char *text;
    char *path;
    VD_TRY(scalar_of(r, node, at, &text));
    bool quoted = node->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    bool word = knob->word && !strcmp(text, knob->word);
    if (quoted && !word &&
        (knob->kind == VD_KIND_BOOL || knob->kind == VD_KIND_INT || knob->kind == VD_KIND_FLOAT))
        return vd_value_refuse(r->context, knob, at->text, text, "is text, being in quotes");
    VD_TRY(resolve_path(r, knob, text, &path));
    vd_result result = vd_value_parse(r->context, knob, at->text, path, out);
    free(path);
    return result;
}

/* [1, 0.9, 0.8] to the knob's value, by way of the flag's "1,0.9,0.8". */
static vd_result read_numbers(const reader *r, const vd_knob *knob, yaml_node_t *node,
                              const place *at, vd_value *out)
{
    char joined[512] = "";
    const char *separator = knob->kind == VD_KIND_SIZE ? "x" : ",";
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        yaml_node_t *number = yaml_document_get_node((yaml_document_t *)&r->document, *item);
        const char *text;
        VD_TRY(scalar_of(r, number, at, &text));
        if (strpbrk(text, ",x") || strlen(joined) + strlen(text) + 2 > sizeof(joined))
            return vd_value_refuse(r->context, knob, at->text, text, "is not a number");
        if (joined[0]) strcat(joined, separator);
        strcat(joined, text);
    }
    if ((knob->kind == VD_KIND_COLOR || knob->kind == VD_KIND_PAINT) && !strchr(joined, ','))
        return vd_value_refuse(r->context, knob, at->text, joined, "has too few numbers");
    return vd_value_parse(r->context, knob, at->text, joined, out);
}

/* ---- keys --------------------------------------------------------------------------------- */

/* The key of a pair, which must be a word and, of the map's keys, the first with that text. */
static vd_result key_of(reader *r, yaml_node_t *map, const yaml_node_pair_t *pair,
                        const char *group, const char **out)
{
    const yaml_node_t *key = yaml_document_get_node(&r->document, pair->key);
    *out = "";
    if (key->type != YAML_SCALAR_NODE || strlen(text_of(key)) != key->data.scalar.length)
        return vd_fail(r->context, VD_ERR_SETTING,
                       "%s:%zu: %s: a key that is no word; keys are the "
                       "names of groups and settings",
                       r->source->label, key->start_mark.line + 1, *group ? group : "top level");
    for (const yaml_node_pair_t *other = map->data.mapping.pairs.start; other < pair; other++) {
        const yaml_node_t *earlier = yaml_document_get_node(&r->document, other->key);
        if (strcmp(text_of(earlier), text_of(key))) continue;
        place at = place_of(r, key, group, text_of(key));
        return vd_fail(r->context, VD_ERR_SETTING,
                       "%s: is there twice, first in line %zu; keep one", at.text,
                       earlier->start_mark.line + 1);
    }
    *out = text_of(key);
    return VD_OK;
}

/* Offers a row for an unknown key: by its name, its field and its flags without dashes. */
static void offer_row(vd_nearest *nearest, const vd_knob *knob)
{
    vd_nearest_offer(nearest, knob->info.name, knob->info.name);
    if (knob->field) vd_nearest_offer(nearest, knob->field, knob->info.name);
    for (int i = 0; knob->flag[i]; i++)
        if (knob->flag[i][1] == '-') vd_nearest_offer(nearest, knob->flag[i], knob->info.name);
}

/* What may have been meant is looked for in the key's own group first, then everywhere. */
static vd_result refuse_key(reader *r, const place *at, const char *group, const char *key)
{
    vd_nearest nearest = {.unknown = key};
    const vd_knob *end = vd_knobs + VD_KNOB_COUNT;
    if (!*group) {
        vd_nearest_offer(&nearest, "preset", "preset");
        for (const vd_knob *knob = vd_knobs; knob < end; knob++)
            vd_nearest_offer(&nearest, knob->group, knob->group);
    }
    for (const vd_knob *knob = vd_knobs; knob < end; knob++)
        if (!strcmp(knob->group, group)) offer_row(&nearest, knob);
    for (const vd_knob *knob = vd_knobs; knob < end && !nearest.found; knob++)
        if (!knob->is_field) offer_row(&nearest, knob);
    return vd_fail(r->context, VD_ERR_SETTING, "%s: unknown key%s%s%s", at->text,
                   nearest.found ? "; did you mean " : "; see `veduta settings`",
                   nearest.found ? nearest.found : "", nearest.found ? "?" : "");
}

static const vd_knob *find_row(const char *group, const char *field)
{
    for (const vd_knob *knob = vd_knobs; knob < vd_knobs + VD_KNOB_COUNT; knob++)
        if (!strcmp(knob->group, group) &&
            (field ? knob->field && !strcmp(knob->field, field) : !knob->field))
            return knob;
    return NULL;
}

/* ---- lists -------------------------------------------------------------------------------- */

static vd_result read_value(reader *r, const vd_knob *knob, yaml_node_t *node, const place *at,
                            vd_value *out);

/* A map to a list of one record; fields left out take their defaults. */
static vd_result read_record(reader *r, const vd_knob *list, yaml_node_t *node, const place *at,
                             vd_value *out)
{
    vd_result result = VD_OK;
    bool given[VD_FIELDS_MAX] = {false};
    const vd_knob *field;
    VD_TRY(check_tag(r, node, at));
    if (node->type != YAML_MAPPING_NODE)
        return vd_fail(r->context, VD_ERR_SETTING, "%s: an item is %s; a map of fields is wanted",
                       at->text, type_of(node));
    VD_TRY(vd_alloc(r->context, 1, list->item_size, list->group, &out->list.items));
    out->list.count = 1;
    for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top && result == VD_OK; pair++) {
        const char *key;
        yaml_node_t *inner = yaml_document_get_node(&r->document, pair->value);
        result = key_of(r, node, pair, list->group, &key);
        if (result != VD_OK) break;
        place inner_at =
            place_of(r, yaml_document_get_node(&r->document, pair->key), list->group, key);
        field = find_row(list->group, key);
        vd_value value = {0};
        result = field ? read_value(r, field, inner, &inner_at, &value)
                       : refuse_key(r, &inner_at, list->group, key);
        if (result != VD_OK) break;
        vd_value_put(field, value, out->list.items);
        given[field - list - 1] = true;
    }
    for (int i = 0; result == VD_OK && (field = vd_knob_field(list, i)) != NULL; i++) {
        vd_value value = {0};
        if (given[i]) continue;
        result = vd_value_fallback(r->context, field, at->text, &value);
        if (result == VD_OK) vd_value_put(field, value, out->list.items);
    }
    if (result != VD_OK) vd_value_clear(list, out);
    return result;
}

static vd_result read_list(reader *r, const vd_knob *knob, yaml_node_t *node, vd_value *out,
                           const place *at)
{
    vd_result result = VD_OK;
    for (yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top && result == VD_OK; item++) {
        yaml_node_t *inner = yaml_document_get_node(&r->document, *item);
        place inner_at = place_of(r, inner, "", at->key);
        vd_value one = {0};
        result = knob->kind == VD_KIND_RECORDS ? read_record(r, knob, inner, &inner_at, &one)
                                               : read_scalar(r, knob, inner, &inner_at, &one);
        if (result == VD_OK) result = vd_value_append(r->context, knob, at->text, out, &one);
    }
    if (result != VD_OK) vd_value_clear(knob, out);
    return result;
}

/* What is given for a knob, or for a field of a record. */
static vd_result read_value(reader *r, const vd_knob *knob, yaml_node_t *node, const place *at,
                            vd_value *out)
{
    VD_TRY(check_tag(r, node, at));
    bool sequence = node->type == YAML_SEQUENCE_NODE;
    if (sequence && knob->info.is_list) return read_list(r, knob, node, out, at);
    if (knob->kind == VD_KIND_RECORDS)
        return vd_fail(r->context, VD_ERR_SETTING, "%s: is %s; a sequence of maps is wanted",
                       at->text, type_of(node));
    if (sequence && (knob->kind == VD_KIND_COLOR || knob->kind == VD_KIND_PAIR ||
                     knob->kind == VD_KIND_FLOATS || knob->kind == VD_KIND_DISTORTION ||
                     knob->kind == VD_KIND_INTS || knob->kind == VD_KIND_SIZE ||
                     knob->kind == VD_KIND_PLACE || knob->kind == VD_KIND_PAINT))
        return read_numbers(r, knob, node, at, out);
    return read_scalar(r, knob, node, at, out);
}

/* ---- the map ------------------------------------------------------------------------------ */

static vd_result read_knob(reader *r, const vd_knob *knob, yaml_node_t *node, const place *at)
{
    vd_value value = {0};
    VD_TRY(vd_settings_usable(r->context, r->settings, knob, at->text));
    VD_TRY(read_value(r, knob, node, at, &value));
    return vd_settings_commit(r->context, r->settings, knob, r->source->origin, at->text, false,
                              &value);
}

static vd_result read_group(reader *r, const char *group, yaml_node_t *map, const place *at)
{
    VD_TRY(check_tag(r, map, at));
    if (map->type != YAML_MAPPING_NODE)
        return vd_fail(r->context, VD_ERR_SETTING, "%s: is %s; a map of settings is wanted",
                       at->text, type_of(map));
    for (const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
         pair < map->data.mapping.pairs.top; pair++) {
        const char *key;
        VD_TRY(key_of(r, map, pair, group, &key));
        place inner = place_of(r, yaml_document_get_node(&r->document, pair->key), group, key);
        const vd_knob *knob = find_row(group, key);
        if (!knob) return refuse_key(r, &inner, group, key);
        VD_TRY(read_knob(r, knob, yaml_document_get_node(&r->document, pair->value), &inner));
    }
    return VD_OK;
}

/* One of the presets that a scene file stands on, by path relative to that file; noted in JSON. */
static vd_result read_preset(reader *r, const yaml_node_t *node, const place *at, FILE *noted)
{
    static const vd_knob as_path = {.kind = VD_KIND_NAME};
    const char *name;
    char *path;
    VD_TRY(scalar_of(r, node, at, &name));
    VD_TRY(resolve_path(r, &as_path, name, &path));
    vd_result result =
        vd_preset_apply(r->context, r->settings, at->text, path, VD_ORIGIN_SCENE_PRESET);
    vd_print_quoted(noted, path);
    free(path);
    return result;
}

static vd_result read_each_preset(reader *r, yaml_node_t *node, const place *at, FILE *noted)
{
    yaml_node_item_t *first = node->data.sequence.items.start;
    if (node->type == YAML_MAPPING_NODE)
        return vd_fail(
            r->context, VD_ERR_SETTING,
            "%s: is a map; write the name of a preset, or several as [alpine, miniature]",
            at->text);
    if (node->type != YAML_SEQUENCE_NODE) return read_preset(r, node, at, noted);
    if (first == node->data.sequence.items.top)
        return vd_fail(r->context, VD_ERR_SETTING,
                       "%s: names none; write the name of a preset, or leave it out", at->text);
    VD_TRY(check_tag(r, node, at));
    fputc('[', noted);
    for (yaml_node_item_t *item = first; item < node->data.sequence.items.top; item++) {
        yaml_node_t *each = yaml_document_get_node(&r->document, *item);
        place inner = place_of(r, each, "", "preset");
        if (item > first) fputs(", ", noted);
        VD_TRY(read_preset(r, each, &inner, noted));
    }
    fputc(']', noted);
    return VD_OK;
}

/* The presets that a scene file stands on: one, or a sequence of which later ones prevail. */
static vd_result read_presets(reader *r, yaml_node_t *node, const place *at)
{
    char *text = NULL;
    size_t length = 0;
    if (r->source->origin != VD_ORIGIN_SCENE)
        return vd_fail(r->context, VD_ERR_SETTING,
                       "%s: a preset cannot stand on another; copy what "
                       "you need of it",
                       at->text);
    FILE *noted = open_memstream(&text, &length);
    if (!noted) return vd_fail(r->context, VD_ERR_MEMORY, "not enough memory for a scene file");
    vd_result result = read_each_preset(r, node, at, noted);
    if (fclose(noted) && result == VD_OK)
        result = vd_fail(r->context, VD_ERR_MEMORY, "not enough memory for a scene file");
    if (result != VD_OK) {
        free(text);
        return result;
    }
    free(r->settings->scene_presets);
    r->settings->scene_presets = text;
    return VD_OK;
}

static bool is_group(const char *name)
{
    for (const vd_group *group = vd_groups; group->name; group++)
        if (!strcmp(group->name, name)) return true;
    return false;
}

static vd_result read_root(reader *r)
{
    yaml_node_t *root = yaml_document_get_root_node(&r->document);
    place top = {0};
    snprintf(top.text, sizeof(top.text), "%s:%zu", r->source->label, root->start_mark.line + 1);
    VD_TRY(check_tag(r, root, &top));
    if (root->type != YAML_MAPPING_NODE)
        return vd_fail(r->context, VD_ERR_FORMAT,
                       "%s:%zu: is %s; write groups as maps, like "
                       "sun: {azimuth: 315}",
                       r->source->label, root->start_mark.line + 1, type_of(root));
    for (const yaml_node_pair_t *pair = root->data.mapping.pairs.start;
         pair < root->data.mapping.pairs.top; pair++) {
        const char *key;
        VD_TRY(key_of(r, root, pair, "", &key));
        place at = place_of(r, yaml_document_get_node(&r->document, pair->key), "", key);
        yaml_node_t *node = yaml_document_get_node(&r->document, pair->value);
        const vd_knob *list = find_row(key, NULL);
        if (!strcmp(key, "preset"))
            VD_TRY(read_presets(r, node, &at));
        else if (list)
            VD_TRY(read_knob(r, list, node, &at));
        else if (is_group(key))
            VD_TRY(read_group(r, key, node, &at));
        else
            return refuse_key(r, &at, "", key);
    }
    return VD_OK;
}

vd_result vd_yaml_apply(vd_context *context, vd_settings *settings, const vd_yaml_source *source)
{
    reader r = {.context = context, .settings = settings, .source = source};
    VD_TRY(load_document(&r));
    vd_result result = read_root(&r);
    yaml_document_delete(&r.document);
    return result;
}

/* ---- files -------------------------------------------------------------------------------- */

vd_result vd_yaml_read_file(vd_context *context, const char *path, char **out, size_t *length)
{
    vd_result result = VD_OK;
    void *text = NULL;
    *out = NULL;
    VD_TRY(vd_refuse_special_file(context, path));
    FILE *file = fopen(path, "rb");
    if (!file)
        return vd_fail(context, VD_ERR_INPUT, "%s: cannot be opened: %s; check the name", path,
                       strerror(errno));
    result = vd_alloc(context, FILE_MAX + 1, 1, path, &text);
    if (result != VD_OK) goto cleanup;
    errno = 0;
    *length = fread(text, 1, FILE_MAX + 1, file);
    if (ferror(file))
        result = vd_fail(context, VD_ERR_INPUT, "%s: cannot be read: %s", path, strerror(errno));
    else if (*length > FILE_MAX)
        result = vd_fail(context, VD_ERR_FORMAT,
                         "%s: larger than 1 MiB, too large for a scene "
                         "file; name the DEM in it as dem: {path: FILE}",
                         path);
    if (result != VD_OK) goto cleanup;
    *out = text;
    text = NULL;
cleanup:
    free(text);
    fclose(file);
    return result;
}

vd_result vd_yaml_apply_file(vd_context *context, vd_settings *settings, const char *path,
                             vd_origin origin)
{
    char *text, *folder = NULL;
    size_t length = 0;
    VD_TRY(vd_yaml_read_file(context, path, &text, &length));
    vd_result result = vd_strdup(context, path, &folder);
    if (result == VD_OK) {
        char *slash = strrchr(folder, '/');
        folder[slash ? slash - folder + 1 : 0] = 0;
        vd_yaml_source source = {
            .label = path, .folder = folder, .text = text, .length = length, .origin = origin};
        result = vd_yaml_apply(context, settings, &source);
    }
    free(folder);
    free(text);
    return result;
}

static vd_result apply_scene(vd_context *context, vd_settings *settings, const void *path)
{
    return vd_yaml_apply_file(context, settings, path, VD_ORIGIN_SCENE);
}

vd_result vd_settings_load(vd_context *context, vd_settings *settings, const char *path)
{
    vd_context_clear(context);
    if (!path) return vd_fail(context, VD_ERR_USAGE, "no scene file given");
    return vd_settings_whole(context, settings, apply_scene, path);
}

static vd_result apply_text(vd_context *context, vd_settings *settings, const void *source)
{
    return vd_yaml_apply(context, settings, source);
}

vd_result vd_settings_load_text(vd_context *context, vd_settings *settings, const char *label,
                                const char *text)
{
    vd_yaml_source source = {.label = label,
                             .folder = "",
                             .text = text,
                             .length = strlen(text),
                             .origin = VD_ORIGIN_SCENE};
    vd_context_clear(context);
    if (source.length > FILE_MAX)
        return vd_fail(context, VD_ERR_FORMAT, "%s: larger than 1 MiB, too large for a scene file",
                       label);
    return vd_settings_whole(context, settings, apply_text, &source);
}
