/* A build without Embree traces no objects. */
#include "objects/tracer.h"

bool vd_object_tracer_is_there(void)
{
    return false;
}

vd_result vd_object_tracer_create(vd_context *context, const vd_object_parts *parts,
                                  vd_object_tracer **out)
{
    (void)parts;
    *out = NULL;
    return vd_fail(context, VD_ERR_UNSUPPORTED,
                   "objects need Embree to trace them, which this build is without; install it by "
                   "tools/install-deps build and build anew");
}

vd_result vd_object_tracer_move(vd_context *context, const vd_object_parts *parts,
                                vd_object_tracer *tracer)
{
    return vd_object_tracer_create(context, parts, &tracer);
}

void vd_object_tracer_destroy(vd_object_tracer *tracer)
{
    (void)tracer;
}

bool vd_object_hit(const vd_object_tracer *tracer, const vd_object_ray *ray, vdk_object_point *out)
{
    (void)tracer;
    (void)ray;
    (void)out;
    return false;
}

bool vd_object_blocks(const vd_object_tracer *tracer, const vd_object_ray *ray)
{
    (void)tracer;
    (void)ray;
    return false;
}
