/* A build without Assimp reads no meshes, and vd_mesh_probe() says so. */
#include "objects/mesh.h"

bool vd_mesh_has_reader(void)
{
    return false;
}

vd_result vd_mesh_read(vd_context *context, const char *path, vd_mesh_up up, vd_mesh **out)
{
    (void)up;
    *out = NULL;
    return vd_mesh_probe(context, path);
}

vd_result vd_mesh_read_shape(vd_context *context, const char *path, vd_mesh_up up, vd_mesh **out)
{
    return vd_mesh_read(context, path, up, out);
}
