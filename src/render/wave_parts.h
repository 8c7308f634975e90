/* Between waves of paths (wave.c) and those who shade them, one for each instruction set. */
#ifndef VD_WAVE_PARTS_H
#define VD_WAVE_PARTS_H

#include "kernel/view.h"
#include "render/wave.h"

/* Paths on their way at once. Lanes read and write whole registers, so past the last by up to one.
 */
enum { VD_WAVE_SLOTS = 512, VD_WAVE_SPARE = 16, VD_WAVE_ROOM = VD_WAVE_SLOTS + VD_WAVE_SPARE };
_Static_assert((int)VD_WAVE_ROOM <= (int)VD_BATCH_RAYS, "a batch takes a ray of each slot");

/* Items of a vdk_path; x comes first of three. */
enum {
    VD_PATH_HASH,
    VD_PATH_PLACE,
    VD_PATH_INDEX,
    VD_PATH_CX,
    VD_PATH_CY,
    VD_PATH_FX,
    VD_PATH_FY,
    VD_PATH_Z,
    VD_PATH_DEPTH,
    VD_PATH_RADIANCE,
    VD_PATH_THROUGHPUT = VD_PATH_RADIANCE + 3,
    VD_PATH_SAMPLE = VD_PATH_THROUGHPUT + 3, /* as an index of what the wave has seen */
    VD_PATH_WO, /* these the shaders in lanes leave alone: their ground looks the same from anywhere
                 */
    VD_PATH_SPREAD = VD_PATH_WO + 3,
    VD_PATH_PART,
    VD_PATH_INSTANCE, /* these four are of paths on objects */
    VD_PATH_TRIANGLE,
    VD_PATH_U,
    VD_PATH_V,
    VD_PATH_CROSSINGS,
    VD_PATH_TIME, /* of scenes with objects, or with light that moves */
    VD_PATH_ITEMS
};

/* Items of a vdk_vertex that outlive the tracing of its rays. */
enum {
    VD_VERTEX_GEOMETRIC,
    VD_VERTEX_SHADING = VD_VERTEX_GEOMETRIC + 3,
    VD_VERTEX_AGREEMENT = VD_VERTEX_SHADING + 3,
    VD_VERTEX_ALBEDO,
    VD_VERTEX_SUN_TOTAL = VD_VERTEX_ALBEDO + 3,
    VD_VERTEX_TO_SUN,    /* 0 or 1 */
    VD_VERTEX_SUN_LIGHT, /* these are unread without a ray to a sun */
    VD_VERTEX_SUN_FACTOR = VD_VERTEX_SUN_LIGHT + 3,
    VD_VERTEX_ONWARD,    /* 0 or 1 */
    VD_VERTEX_DIRECTION, /* unread without a ray onward */
    VD_VERTEX_PLAIN_ITEMS = VD_VERTEX_DIRECTION + 3,
    VD_VERTEX_WEIGHT = VD_VERTEX_PLAIN_ITEMS, /* these are of ground that is not plain */
    VD_VERTEX_DISCS = VD_VERTEX_WEIGHT + 3,
    VD_VERTEX_SKY_PDF = VD_VERTEX_DISCS + 3,
    VD_VERTEX_EMITTER_PDF,
    VD_VERTEX_EMITTER,
    VD_VERTEX_LIGHT, /* these are of scenes that tell kinds of light apart */
    VD_VERTEX_SUN_GLOSS,
    VD_VERTEX_GLOSS = VD_VERTEX_SUN_GLOSS + 3,
    VD_VERTEX_ITEMS = VD_VERTEX_GLOSS + 3
};

typedef union vd_wave_item {
    float f[VD_WAVE_ROOM];
    int32_t i[VD_WAVE_ROOM];
} vd_wave_item;

/* What rays among objects need beside a batch, and bring. */
typedef struct vd_wave_objects {
    vdk_vec normal[VD_BATCH_RAYS];       /**< of the surface that a ray leaves */
    int32_t target[VD_BATCH_RAYS];       /**< the emitter that it is to reach, or -1 */
    float time[VD_BATCH_RAYS];           /**< of its path (kernel/motion.h) */
    vdk_object_point met[VD_BATCH_RAYS]; /**< unread unless it hits an object */
} vd_wave_objects;

/* Paths in media, one for each sample whose ray goes through some (kernel/media_view.h): they wait
 * until slots are free. A slot knows its path for one by a bit in VD_PATH_SAMPLE. */
enum { VD_WAVE_IN_AIR = 1 << 16, VD_WAVE_AIR = VD_WAVE_SAMPLES + VD_WAVE_SPARE };
_Static_assert((int)VD_WAVE_SAMPLES <= (int)VD_WAVE_IN_AIR, "samples leave the bit free");

typedef struct vd_wave_air {
    int count;                    /**< of those that wait */
    int32_t waiting[VD_WAVE_AIR]; /**< their samples */
    float depth[VD_WAVE_AIR];     /**< of samples: the optical depth that their rays see */
    float distance[VD_WAVE_AIR];  /**< and how far they go; both unread without media */
    vdk_media_point point[VD_WAVE_SAMPLES]; /**< where the paths begin, of media that are tracked */
    vdk_vec radiance[VD_WAVE_SAMPLES];      /**< what the paths have brought; likewise */
} vd_wave_air;

/* Points in the air of a turn's rays of the camera, and rays from there to the sun
 * (kernel/air_shadow.h). */
typedef struct vd_wave_shade {
    vd_ray_batch to_sun;
    vdk_air_point point[VD_BATCH_RAYS];
    int32_t sample[VD_BATCH_RAYS]; /**< whose they are */
    int32_t slot[VD_BATCH_RAYS];   /**< and of its path; -1: it sees the sky */
    float time[VD_BATCH_RAYS];     /**< of that */
} vd_wave_shade;

struct vd_wave {
    vdk_seen seen[VD_WAVE_SAMPLES];
    vd_wave_item path[VD_PATH_ITEMS];
    vd_wave_item vertex[VD_VERTEX_ITEMS];
    int active;      /**< slots in use, the first ones */
    int first;       /**< of them that begin on what the camera sees in this turn: the last ones */
    int next;        /**< the sample to begin next */
    uint64_t sights; /**< rays of the camera traced */
    vd_ray_batch to_sun, onward;
    vd_ray_batch sight; /**< of a view's camera */
    vd_ray_batch some;  /**< rays of one of these that are traced together */
    int32_t to_sun_from[VD_BATCH_RAYS], onward_from[VD_BATCH_RAYS]; /**< parts that they leave */
    vd_wave_objects to_sun_objects, onward_objects, sight_objects;  /**< unread without objects */
    vd_wave_air air;
    vd_wave_shade shade; /**< unread unless the scene's air is shaded */
    vd_batch_work *work;
    struct vd_recorder *recorder; /**< of AOVs; NULL: none */
};

/** The stages of a turn of a wave, for one instruction set. All do the same to the last bit. */
struct vd_shader {
    /** Puts the next samples into free slots, after paths in media that wait, if any. */
    void (*place)(vd_wave *wave, const vd_wave_job *job);
    /** The ground at all paths' vertices; fills the batches with the rays that are due. */
    void (*shade)(vd_wave *wave, const vdk_scene *scene);
    /** Adds what the rays found, writes down the radiance of paths that end, and moves those that
     *  go on together. */
    void (*advance)(vd_wave *wave, const vdk_scene *scene);
};

extern const vd_shader vd_shader_scalar;
/* shade.h and shade_fog.h, compiled for each instruction set. */
extern const vd_shader vd_shader_four, vd_shader_avx2, vd_shader_avx512;
extern const vd_shader vd_shader_fog_four, vd_shader_fog_avx2, vd_shader_fog_avx512;

/** Traces a batch through a scene that need not be ground alone: hit[i] becomes the part that the
 *  ray meets (kernel/block.h), by vdk_scene_trace() to the bit. from[i] is the part it leaves;
 * NULL: all leave from the air. (block_rays.c) */
void vd_block_rays(vd_wave *wave, const vd_wave_job *job, const int32_t *from, vd_ray_batch *batch);

/** Lets a batch that has come through vd_block_rays() meet the scene's objects too, if any: hit[i]
 *  becomes VDK_PART_OBJECT where one stands before what the ray has met. A ray that is to reach an
 *  emitter hits nothing if that is the first thing it meets. (object_rays.c) */
void vd_object_rays(const vd_wave_job *job, const int32_t *from, vd_wave_objects *objects,
                    vd_ray_batch *batch);

/** Draws a point of a sample's ray of the camera, if any, that may be in the shade; slot as above.
 */
void vd_shade_add(vd_wave *wave, const vdk_scene *scene, const vdk_sight *sight,
                  const vdk_sampler *sampler, float distance, float depth, int sample, int slot);
/** Takes what shade takes off all paths and samples whose points have been drawn. */
void vd_shade_end(vd_wave *wave, const vd_wave_job *job);

/** The scene as a path of this time meets it. */
static inline const vdk_scene *vd_scene_then(const vdk_scene *scene, float time)
{
    if (!scene->moments) return scene;
    int moment = (int)(time * (float)scene->moment_count), last = scene->moment_count - 1;
    return &scene->moments[moment < 0 ? 0 : moment > last ? last : moment];
}

static inline int vd_wave_sample_count(const vd_wave_job *job)
{
    return job->width * job->height * (int)(job->to - job->from);
}

#endif
