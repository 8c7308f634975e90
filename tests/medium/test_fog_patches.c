/* Fog that differs from place to place, against marches in double precision of what it is there. */
#include "fog_fixture.h"

/* Patches over flat ground; and fog over the floor of a tilted plain with a hollow in it, which is
 * between nodes of a grid of floors, with patches too. */
typedef struct patchy {
    vd_terrain *terrain;
    vdk_scene scene;
    float floors[5 * 5];
} patchy;

static void set_up(patchy *p, int kind)
{
    p->terrain = flat_terrain();
    p->scene = scene_of(p->terrain);
    vdk_media *m = &p->scene.media;
    p->scene.material.base_color = grey(0.0);
    add_fog(&p->scene, kind, 0.004, 0.9, 0.4, kind == VDK_FOG_HOMOGENEOUS ? 250.0 : 1600.0);
    m->is_tracked = 1;
    m->patchiness = 0.9f;
    m->patch_x = m->patch_y = 0.12f; /* of 250 m */
    m->patch_z = 0.01f;
    if (kind != VDK_FOG_VALLEY) return;
    for (int i = 0; i < 25; i++)
        p->floors[i] =
            m->base + 30.0f * (float)(i % 5) + (i == 12 ? -60.0f : 10.0f * (float)(i / 5));
    m->floors = p->floors;
    m->floor_width = m->floor_height = 5;
    m->floor_scale = 0.25f;
    m->base -= 100.0f;
    m->top = m->base + 2200.0f;
}

/** Depth of a ray, by the midpoint rule. */
static double marched(const vdk_scene *s, vdk_position from, vdk_vec d, double length, int steps)
{
    double depth = 0.0;
    for (int i = 0; i < steps; i++) {
        double t = (i + 0.5) * length / steps;
        vdk_position p = vdk_along(&s->terrain, from, d, (float)t);
        depth += (double)vdk_fog_at(s, p) * length / steps;
    }
    return depth;
}

static vdk_position over(const vdk_scene *s, double x, double y, double height)
{
    vdk_position p = ground_at(s, x, y);
    p.z = s->terrain.min + (float)height;
    return p;
}

/* Ratio tracking has the mean of Beer and Lambert, and delta tracking comes through as often. Four
 * standard errors of the former are within 1 %. */
static void test_transmittance(void **state)
{
    enum { COUNT = 6000 };
    (void)state;
    for (int kind = VDK_FOG_HOMOGENEOUS; kind <= VDK_FOG_VALLEY; kind++)
        for (int v = 0; v < 2; v++) {
            static double values[COUNT];
            patchy p;
            set_up(&p, kind);
            vdk_position from = over(&p.scene, 3.0, 4.0, 150.0 - 20.0 * v);
            vdk_vec d = unit(75.0 + 190.0 * v, v ? -3.0 : 6.0);
            double length = v ? 600.0 : 1500.0;
            double truth = exp(-marched(&p.scene, from, d, length, 60000));
            int through = 0;
            for (int i = 0; i < COUNT; i++) {
                float metres;
                vdk_uint stream = vdk_hash((vdk_uint)(i + 7919 * v));
                values[i] = (double)vdk_track_left(&p.scene, from, d, (float)length, stream);
                through += !vdk_track_collide(&p.scene, from, d, (float)length,
                                              stream ^ 0x5bd1e995u, &metres);
            }
            estimate e = estimate_of(values, COUNT);
            double share = (double)through / COUNT;
            printf("fog %d: %.5f +- %.5f and %.5f, should be %.5f\n", kind, e.mean, e.error, share,
                   truth);
            assert_true(truth > 0.02 && truth < 0.9);
            assert_true(fabs(e.mean - truth) < 4.5 * e.error + 1e-5 &&
                        e.error < 0.01 * truth + 0.002);
            assert_true(fabs(share - truth) < 4.5 * sqrt(truth * (1.0 - truth) / COUNT));
            vd_terrain_destroy(p.terrain);
        }
}

/* A sun's light scattered once into a ray, by two marches, one in the other: within 1 %. */
static void test_once(void **state)
{
    enum { STEPS = 400, TO_SUN = 500 };
    (void)state;
    for (int kind = VDK_FOG_HOMOGENEOUS; kind <= VDK_FOG_VALLEY; kind++) {
        patchy p;
        set_up(&p, kind);
        vdk_scene *s = &p.scene;
        s->media.is_single = 1;
        add_sun(s, 200.0, 35.0, 0.0, 3.0);
        vdk_vec d = unit(100.0, -8.0), sun = s->suns[0].direction;
        look(s, 2.0, 9.0, 150.0, d);
        double length = 150.0 / sin(8.0 * DEGREE), depth = 0.0, truth = 0.0;
        for (int i = 0; i < STEPS; i++) {
            double step = length / STEPS;
            vdk_position at = vdk_along(&s->terrain, s->view.eye, d, (float)((i + 0.5) * step));
            double extinction = (double)vdk_fog_at(s, at);
            double to_sun = marched(s, at, sun, 3000.0, TO_SUN);
            truth += exp(-depth - 0.5 * extinction * step - to_sun) * extinction * step;
            depth += extinction * step;
        }
        truth *= 0.9 * (double)vdk_lobe(0.4f, vdk_vec_dot(d, sun)) * 3.0;
        assert_is("scattered once, in patches", seen(s, 2048), truth, 0.01);
        vd_terrain_destroy(p.terrain);
    }
}

/* White patches in a white sky over white ground are not to be seen. */
static void test_furnace(void **state)
{
    (void)state;
    for (int kind = VDK_FOG_HEIGHT; kind <= VDK_FOG_VALLEY; kind++) {
        patchy p;
        set_up(&p, kind);
        p.scene.material.base_color = grey(1.0);
        p.scene.media.albedo = grey(1.0);
        p.scene.sky.zenith = p.scene.sky.horizon = grey(1.0);
        p.scene.bounces = VDK_UNLIMITED;
        look(&p.scene, 8.0, 8.0, 200.0, unit(30.0, -15.0));
        assert_is("furnace, in patches", seen(&p.scene, 384), 1.0, 0.015);
        vd_terrain_destroy(p.terrain);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_transmittance),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_furnace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
