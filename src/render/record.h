/* Filling AOVs: what is kept of first vertices and of the kinds of light, for one thread's wave.
 *
 * Everything of a first vertex is added to the sums of its pixel as soon as its surface is known
 * (record_lanes.h). What a path brings by its kinds of light is kept by sample (split.c) and added,
 * with beauty itself, when the wave has ended. */
#ifndef VD_RECORD_H
#define VD_RECORD_H

#include "film/aov.h"
#include "render/wave_parts.h"

/* Numbers that are known of each first vertex in lanes. */
enum {
    VD_FEATURE_ALBEDO,
    VD_FEATURE_NORMAL = VD_FEATURE_ALBEDO + 3,
    VD_FEATURE_NORMAL_CAMERA = VD_FEATURE_NORMAL + 3,
    VD_FEATURE_RISE = VD_FEATURE_NORMAL_CAMERA + 3,
    VD_FEATURE_UV = VD_FEATURE_RISE + 2,
    VD_FEATURE_DEPTH = VD_FEATURE_UV + 2,
    VD_FEATURE_ELEVATION,
    VD_FEATURE_SLOPE,
    VD_FEATURE_ROUGHNESS,
    VD_FEATURE_METALLIC,
    VD_FEATURE_MOTION,
    VD_FEATURE_LOOKS = VD_FEATURE_MOTION + 2, /* what became of rays of AOVs' own: ao, sun, sky */
    VD_FEATURES = VD_FEATURE_LOOKS + 3
};

/* Rays of AOVs' own. */
enum { VD_LOOK_AO, VD_LOOK_SUN, VD_LOOK_SKY, VD_LOOKS };

/** A feature's place in the film. */
typedef struct vd_record_sum {
    int feature, channel;
    double rounder; /**< see vd_lanes_total() */
    bool is_half;   /**< of samples 1, 3, 5, ... alone */
} vd_record_sum;

/** What each sample that is there has. */
typedef struct vd_record_constant {
    int channel;
    double value;
} vd_record_constant;

/** What a film wants of each sample. Channels that it has not are -1. */
typedef struct vd_record_plan {
    int channels; /**< of the film */
    vd_record_sum sums[VD_FEATURES + 1 + VD_LOOKS];
    int sum_count;
    vd_record_constant constants[12];
    int constant_count;
    bool is_plain;              /**< ids, mask and the like are constants */
    bool computes[VD_FEATURES]; /**< the first of a feature's numbers */
    bool looks[VD_LOOKS];
    float ao_radius; /**< metres */
    int hits, nearest, mask;
    int places[2];         /**< of position and lonlat */
    int ids[3], ranks[3];  /**< of classes, materials, objects */
    int direct, indirect;  /**< the first of three channels each */
    int diffuse, specular; /**< likewise */
    int emitters;          /**< lights: that of objects */
    int layer_materials;   /**< how many there are */
    int sun, sky, suns;    /**< lights: the first sun's, the sky's, and how many suns */
    int variance;          /**< of three */
    int volume;            /**< of three */
    int transmittance;
    int half;    /**< of four */
    int motion;  /**< of two */
    bool splits; /**< lights or gloss are told apart at every vertex, which the scene's flat form
                      then has to ask for and the scalar shader to do */
} vd_record_plan;

/** The plan for a film of these AOVs, of a scene with so wide an ao. */
void vd_record_plan_make(const vd_aov_set *set, const vdk_scene *scene, float ao_radius,
                         vd_record_plan *out);

/* What is known of a sample. */
enum {
    VD_SAMPLE_IS_THERE = 1,  /* it meets a surface */
    VD_SAMPLE_CATCHES = 2,   /* it meets a plane of shadow alone */
    VD_SAMPLE_MEETS_SKY = 8, /* over plain ground: its light is known */
    VD_SAMPLE_GOES_ON = 4    /* its path has left its first vertex, and what it had then is known */
};

/** One thread's. */
typedef struct vd_recorder {
    const vd_record_plan *plan;
    double *sums; /**< of the job's first pixel */
    int stride;   /**< pixels from row to row of them */
    /* Of slots, of ground that is not plain. */
    vd_wave_item roughness, metallic, class_here, material, object;
    /* Of slots: 1 where a ray met nothing, else 0. */
    vd_wave_item looks[VD_LOOKS];
    /* Of slots, if it is asked for. */
    vd_wave_item motion[2];
    vd_ray_batch probe;
    int32_t probe_from[VD_BATCH_RAYS];
    int own_to_sun, own_onward;        /**< rays of paths in their batches: those before AOVs' */
    int32_t asked_from[VD_WAVE_SLOTS]; /**< the slots of those to the sun that are AOVs' */
    vd_wave_objects probe_objects;     /**< unread without objects */
    double inverse[VD_WAVE_SAMPLES], weight[VD_WAVE_SAMPLES]; /**< of a pixel's, for variance */
    /* Of samples. */
    uint8_t flags[VD_WAVE_SAMPLES];
    vdk_vec direct[VD_WAVE_SAMPLES]; /**< unread unless VD_SAMPLE_GOES_ON */
    vdk_vec sky[VD_WAVE_SAMPLES];    /**< unread unless VD_SAMPLE_MEETS_SKY */
    vdk_vec specular[VD_WAVE_SAMPLES];
    vdk_vec gloss[VD_WAVE_SAMPLES]; /**< the share of it in what a path still brings */
    vdk_vec emitters[VD_WAVE_SAMPLES];
    vdk_vec *suns; /**< [sun][VD_WAVE_SAMPLES]; NULL unless light is split */
} vd_recorder;

/** Returns VD_OK or VD_ERR_MEMORY. */
VD_MUST_USE vd_result vd_recorder_create(vd_context *context, const vd_record_plan *plan,
                                         vd_recorder **out);
void vd_recorder_destroy(vd_recorder *recorder);

/** What records in lanes; there is one for each instruction set, of the same sums to the bit. */
typedef struct vd_recording {
    /** Adds rays of a kind from the paths in slots from `first` on to a batch; from: of its rays,
     *  the parts that they leave. */
    void (*aim)(const vd_wave *wave, const vd_wave_job *job, int kind, int first,
                vd_ray_batch *batch, int32_t *from);
    /** Adds the first vertices of these paths to the sums. */
    void (*record)(vd_wave *wave, const vd_wave_job *job, int first);
} vd_recording;
/** The one for a tracer. */
const vd_recording *vd_recording_of(const vd_tracer *tracer);
extern const vd_recording vd_recording_base, vd_recording_avx2, vd_recording_avx512;

/** Where the path in a slot is. */
static inline vdk_position vd_record_vertex(const vd_wave *wave, int i)
{
    const vd_wave_item *path = wave->path;
    return (vdk_position){path[VD_PATH_CX].i[i], path[VD_PATH_CY].i[i], path[VD_PATH_FX].f[i],
                          path[VD_PATH_FY].f[i], path[VD_PATH_Z].f[i]};
}

/* ---- steps of a wave (wave.c); all of a wave that has a recorder ----------------------------- */

/** Before a wave's first sample. */
void vd_record_begin(vd_wave *wave, const vd_wave_job *job);
/** When vertices are shaded, and before their rays are traced: adds AOVs' own to them where those
 *  travel with them. Paths in slots from `first` on are at their first vertices. (record_rays.c) */
void vd_record_ask(vd_wave *wave, const vd_wave_job *job, int first);
/** When all rays of a turn are traced, and before paths move; those in slots from `first` on are
 *  at their first vertices. Returns the rays traced for AOVs. */
uint64_t vd_record_turn(vd_wave *wave, const vd_wave_job *job, int first);
/** When they have moved. */
void vd_record_moved(vd_wave *wave);
/** Adds beauty, and what depends on it, when all samples have ended. */
void vd_record_end(vd_wave *wave, const vd_wave_job *job);

/** What rays of AOVs from these vertices meet; for vd_record_turn(). Returns those that it has
 *  traced. (record_rays.c) */
uint64_t vd_record_look(vd_wave *wave, const vd_wave_job *job, int first);

/* ---- hooks of the scalar shader (shade_scalar.c) --------------------------------------------- */

/** The surface at a first vertex. */
void vd_record_surface(vd_recorder *recorder, const vdk_scene *scene, int slot,
                       const vdk_path *path, const vdk_surface *surface);
/** Light that a path gets at a vertex, told apart; path is as it was before. Of rays that are not
 *  due, what became of them is unread. (split.c) */
void vd_record_split(vd_recorder *recorder, const vdk_scene *scene, int sample,
                     const vdk_path *path, const vdk_vertex *vertex, int sun_hit, int onward_hit);

#endif
