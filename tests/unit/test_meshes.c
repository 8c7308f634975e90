/* Mesh files as they are read: points, materials, pictures, which way is up; and what is refused.
 */
#include <math.h>

#include "objects/mesh.h"
#include "picture.h"

static void write_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static vd_mesh *read_up(const char *path, vd_mesh_up up)
{
    vd_mesh *mesh = NULL;
    vd_context *context = NULL;
    assert_int_equal(vd_context_create(NULL, &context), VD_OK);
    test_ok(context, vd_mesh_read(context, path, up, &mesh));
    vd_context_destroy(context);
    return mesh;
}

static void assert_box(const vd_mesh *mesh, const float low[3], const float high[3])
{
    for (int i = 0; i < 3; i++) {
        assert_true(mesh->low[i] == low[i]);
        assert_true(mesh->high[i] == high[i]);
    }
}

static const char wedge_mtl[] = "newmtl wall\nKd 0.5 0.25 0.125\n"
                                "newmtl lamp\nKd 0 0 0\nKe 2 3 4\n"
                                "newmtl tiles\nKd 1 1 1\nmap_Kd tiles.png\n";
static const char wedge_obj[] = "mtllib wedge.mtl\nv 0 0 0\nv 2 0 0\nv 2 3 0\nv 0 3 0\nv 1 1 5\n"
                                "vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\n"
                                "usemtl wall\nf 1/1 2/2 3/3 4/4\n"
                                "usemtl lamp\nf 1/1 2/2 5/3\nusemtl tiles\nf 2/1 3/2 5/3\n";

static int slot_with(const vd_mesh *mesh, float red)
{
    for (int i = 0; i < mesh->material_count; i++)
        if (mesh->materials[i].base_color[0] == red) return i;
    return -1;
}

/** A quad becomes two triangles, and y is up; materials keep their colours, light and pictures. */
static void an_obj_comes_with_its_materials(void **state)
{
    (void)state;
    static const float low[] = {0.0f, -5.0f, 0.0f}, high[] = {2.0f, 0.0f, 3.0f};
    static const float as_it_is[] = {2.0f, 3.0f, 5.0f}, origin[] = {0.0f, 0.0f, 0.0f};
    write_text("wedge.mtl", wedge_mtl);
    write_text("wedge.obj", wedge_obj);
    vd_mesh *mesh = read_up("wedge.obj", VD_MESH_UP_AUTO);
    assert_int_equal(mesh->triangle_count, 4);
    assert_box(mesh, low, high);
    int wall = slot_with(mesh, 0.5f), lamp = slot_with(mesh, 0.0f), tiles = slot_with(mesh, 1.0f);
    assert_true(wall >= 0 && lamp >= 0 && tiles >= 0);
    const vd_mesh_material *m = mesh->materials;
    assert_true(m[wall].base_color[1] == 0.25f && m[wall].base_color[2] == 0.125f);
    assert_true(m[wall].roughness == 1.0f && m[wall].specular == 0.0f);
    assert_true(m[lamp].emission[0] == 2.0f && m[lamp].emission[2] == 4.0f);
    assert_true(m[wall].emission[0] == 0.0f);
    assert_string_equal(m[tiles].picture, "tiles.png");
    assert_null(m[wall].picture);
    int of_wall = 0;
    for (int i = 0; i < 4; i++) of_wall += mesh->slots[i] == wall;
    assert_int_equal(of_wall, 2);
    assert_non_null(mesh->uvs);
    vd_mesh_destroy(mesh);
    mesh = read_up("./wedge.obj", VD_MESH_UP_Z);
    assert_box(mesh, origin, as_it_is);
    bool beside = false;
    for (int i = 0; i < mesh->material_count; i++)
        beside |= mesh->materials[i].picture && !strcmp(mesh->materials[i].picture, "./tiles.png");
    assert_true(beside);
    vd_mesh_destroy(mesh);
}

/** The points of a triangle as a data URI: (0,0,0), (1,0,0), (0,2,0). */
static const char triangle_gltf[] =
    "{\"asset\":{\"version\":\"2.0\"},\"scene\":0,\"scenes\":[{\"nodes\":[0]}],"
    "\"nodes\":[{\"mesh\":0,\"translation\":[10,20,30]}],"
    "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0},\"material\":0}]}],"
    "\"materials\":[{\"emissiveFactor\":[0.5,0.25,0],\"pbrMetallicRoughness\":"
    "{\"baseColorFactor\":[0.25,0.5,0.75,1],\"metallicFactor\":0.5,\"roughnessFactor\":0.25}}],"
    "\"accessors\":[{\"bufferView\":0,\"componentType\":5126,\"count\":3,\"type\":\"VEC3\","
    "\"min\":[0,0,0],\"max\":[1,2,0]}],"
    "\"bufferViews\":[{\"buffer\":0,\"byteOffset\":0,\"byteLength\":36}],"
    "\"buffers\":[{\"byteLength\":36,\"uri\":\"data:application/octet-stream;base64,"
    "AAAAAAAAAAAAAAAAAACAPwAAAAAAAAAAAAAAAAAAAEAAAAAA\"}]}";

static void a_gltf_comes_with_its_nodes_and_materials(void **state)
{
    (void)state;
    static const float low[] = {10.0f, -30.0f, 20.0f}, high[] = {11.0f, -30.0f, 22.0f};
    write_text("triangle.gltf", triangle_gltf);
    vd_mesh *mesh = read_up("triangle.gltf", VD_MESH_UP_AUTO);
    assert_int_equal(mesh->triangle_count, 1);
    assert_box(mesh, low, high);
    const vd_mesh_material *m = &mesh->materials[mesh->slots[0]];
    assert_true(m->base_color[0] == 0.25f && m->base_color[2] == 0.75f);
    assert_true(m->roughness == 0.25f && m->metallic == 0.5f && m->specular == 0.5f);
    assert_true(m->emission[0] == 0.5f && m->emission[1] == 0.25f);
    vd_mesh_destroy(mesh);
}

#define PLY                                                                                        \
    "ply\nformat ascii 1.0\nelement vertex 4\nproperty float x\nproperty float y\n"                \
    "property float z\nelement face 3\nproperty list uchar int vertex_index\nend_header\n"

/** In a PLY z is up; triangles without area are left out, be they points, lines or nearly lines. */
static void a_ply_keeps_its_axes_and_loses_its_lines(void **state)
{
    (void)state;
    static const float low[] = {0.0f, 0.0f, 0.0f}, high[] = {1.0f, 2.0f, 3.0f};
    write_text("lines.ply", PLY "0 0 0\n1 0 0\n0 2 3\n2 1e-12 0\n3 0 1 2\n3 0 1 3\n3 0 0 2\n");
    vd_mesh *mesh = read_up("lines.ply", VD_MESH_UP_AUTO);
    assert_int_equal(mesh->triangle_count, 1);
    assert_int_equal(mesh->dropped, 2);
    assert_box(mesh, low, high);
    vd_mesh_destroy(mesh);
}

static void count_grey(void *user, vd_level level, const char *text)
{
    int *count = user;
    if (level == VD_LEVEL_WARNING && strstr(text, "away.mtl, which cannot be read")) (*count)++;
}

/** Materials that are named and not there are missed aloud; a mesh without any is as it should be.
 */
static void a_missing_mtl_is_said(void **state)
{
    (void)state;
    static const char *const texts[] = {"mtllib away.mtl\nv 0 0 0\nv 2 0 0\nv 2 3 0\nf 1 2 3\n",
                                        "v 0 0 0\nv 2 0 0\nv 2 3 0\nf 1 2 3\n"};
    for (int i = 0; i < 2; i++) {
        int count = 0;
        vd_callbacks callbacks = {.user = &count, .message = count_grey};
        vd_context *context = NULL;
        vd_mesh *mesh = NULL;
        write_text("grey.obj", texts[i]);
        assert_int_equal(vd_context_create(&callbacks, &context), VD_OK);
        test_ok(context, vd_mesh_read(context, "grey.obj", VD_MESH_UP_AUTO, &mesh));
        assert_int_equal(count, i == 0);
        vd_mesh_destroy(mesh);
        vd_context_destroy(context);
    }
}

static void what_is_no_mesh_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *path, *text;
        vd_result result;
        const char *says;
    } cases[] = {
        {"none.obj", NULL, VD_ERR_INPUT, "cannot be read"},
        {"empty.obj", "", VD_ERR_INPUT, "it is empty"},
        {"mesh.stl", "solid", VD_ERR_FORMAT, "is no mesh by its name"},
        {"mesh.ply", "hello", VD_ERR_FORMAT, "cannot be read as a mesh"},
        {"nan.ply", PLY "0 0 0\n1 nan 0\n0 2 3\n1 1 1\n3 0 1 2\n3 0 1 3\n3 0 0 2\n", VD_ERR_FORMAT,
         "is not a number"},
        {"inf.ply", PLY "0 0 0\n1 inf 0\n0 2 3\n1 1 1\n3 0 1 2\n3 0 1 3\n3 0 0 2\n", VD_ERR_FORMAT,
         "is not a number"},
        {"far.ply", PLY "0 0 0\n1 9e6 0\n0 2 3\n1 1 1\n3 0 1 2\n3 0 1 3\n3 0 0 2\n", VD_ERR_FORMAT,
         "at most"},
        {"flat.ply", PLY "0 0 0\n1 0 0\n2 0 0\n3 0 0\n3 0 1 2\n3 0 1 3\n3 0 0 2\n", VD_ERR_FORMAT,
         "without area"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        vd_context *context = NULL;
        vd_mesh *mesh = NULL;
        assert_int_equal(vd_context_create(NULL, &context), VD_OK);
        if (cases[i].text) write_text(cases[i].path, cases[i].text);
        vd_result result = vd_mesh_read(context, cases[i].path, VD_MESH_UP_AUTO, &mesh);
        if (result != cases[i].result || !strstr(vd_context_error(context), cases[i].says))
            fail_msg("%s: %s", cases[i].path, vd_context_error(context));
        assert_null(mesh);
        vd_context_destroy(context);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_obj_comes_with_its_materials),
        cmocka_unit_test(a_gltf_comes_with_its_nodes_and_materials),
        cmocka_unit_test(a_ply_keeps_its_axes_and_loses_its_lines),
        cmocka_unit_test(a_missing_mtl_is_said),
        cmocka_unit_test(what_is_no_mesh_is_refused),
    };
    if (!vd_mesh_has_reader()) return 77;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
