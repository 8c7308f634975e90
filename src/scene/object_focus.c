/* The camera's focus on an object by its name. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "scene/lens.h"
#include "scene/objects.h"

const char *vd_lens_focus_name(const vd_settings *settings)
{
    static const char prefix[] = "object:";
    bool has_name = strncmp(settings->lens_focus, prefix, sizeof(prefix) - 1) == 0;
    return has_name ? settings->lens_focus + sizeof(prefix) - 1 : NULL;
}

static vd_result find_record(vd_context *context, const vd_settings *settings, const char *name,
                             int *record)
{
    char text[128], list[512] = "";
    size_t used = 0;
    for (*record = 0; *record < settings->objects.count; ++*record) {
        vd_object_name(settings, *record, text, sizeof(text));
        if (strcmp(text, name) == 0) return VD_OK;
        if (used < sizeof(list))
            used +=
                (size_t)snprintf(list + used, sizeof(list) - used, "%s%s", used ? ", " : "", text);
    }
    return vd_settings_refuse(context, settings, VD_KNOB_LENS_FOCUS,
                              "there is no object '%.60s'; it can be %s", name, list);
}

/** How far along the camera's axis the middle of a copy is. */
static double depth_of(const vd_scene *scene, const vdk_instance *instance)
{
    const vdk_transform *placed = &instance->placed;
    const vd_mesh *mesh = scene->objects->meshes[instance->mesh];
    const vdk_vec forward = scene->flat.view.forward;
    const double axis[3] = {(double)forward.x, (double)forward.y, (double)forward.z};
    double at[3], eye[3], depth = 0.0;
    vd_objects_metres(&scene->flat, placed->at, at);
    vd_objects_metres(&scene->flat, scene->flat.view.eye, eye);
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < 3; i++)
            at[k] += (double)placed->turn[3 * k + i] * 0.5 *
                     ((double)mesh->low[i] + (double)mesh->high[i]);
        depth += axis[k] * (at[k] - eye[k]);
    }
    return depth;
}

vd_result vd_lens_focus_object(vd_context *context, vd_scene *scene)
{
    const vd_settings *settings = scene->settings;
    const char *name = vd_lens_focus_name(settings);
    double nearest = HUGE_VAL, behind = -HUGE_VAL;
    int record;
    if (!name || settings->lens_dof == VD_LENS_DOF_NONE) return VD_OK;
    VD_TRY(find_record(context, settings, name, &record));
    for (int i = 0; i < scene->objects->instance_count; i++) {
        const vdk_instance *instance = &scene->objects->instances[i];
        if (instance->record != record) continue;
        double depth = depth_of(scene, instance);
        if (depth > 0.0) nearest = fmin(nearest, depth);
        if (!(depth > 0.0)) behind = fmax(behind, depth);
    }
    if (nearest < HUGE_VAL) {
        scene->flat.view.lens.nearness = (float)(1.0 / nearest);
        return VD_OK;
    }
    return vd_settings_refuse(context, settings, VD_KNOB_LENS_FOCUS,
                              "%.60s lies behind the camera, by %.6g m; focus on what is before it",
                              name, -behind);
}
