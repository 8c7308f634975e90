#!/usr/bin/env python3
"""Pictures of the same terrain by veduta and by Mitsuba 3, side by side (beside.py says how).

    python3 bench/beside_mitsuba.py [--build build] [--parts noise,file]
                                    [--scenes relief,view,fog,height-fog]
                                    [--repetitions 3]

Mitsuba is given its best: light sampling of the sun alone (the sky is found by the BSDF; choosing
between both at random is several times noisier).

Needs `pip install mitsuba numpy` (3.9 is what we know) and a shared library of LLVM, as Debian's
libllvm19 (15 is too old, and with AVX-512 16 is, too).
"""
import ctypes.util
import math
import os
import sys
import time

import beside

PATHS = 8 << 20  # in flight


def find_llvm():
    """Mitsuba looks for any LLVM; versions before 16 lack what it needs."""
    if "DRJIT_LIBLLVM_PATH" in os.environ:
        return
    for version in range(25, 15, -1):
        name = ctypes.util.find_library(f"LLVM-{version}") or \
            ctypes.util.find_library(f"LLVM.so.{version}")
        if name:
            os.environ["DRJIT_LIBLLVM_PATH"] = name
            return


def require_mitsuba():
    find_llvm()
    try:
        import mitsuba
        import numpy  # noqa: F401
        mitsuba.set_variant("llvm_ad_rgb")
    except Exception as error:  # whatever it is, it is not here
        sys.exit(f"bench: no Mitsuba to measure against ({error}): pip install mitsuba numpy in a "
                 "virtual environment, install libllvm19, and run this by its python")
    return mitsuba


def mesh_of(mitsuba, heights):
    """Two triangles a cell."""
    vertices, faces = beside.mesh_arrays(heights, (0, 1, 2, 0, 2, 3))
    properties = mitsuba.Properties()
    properties["bsdf"] = mitsuba.load_dict(
        {"type": "diffuse", "reflectance": {"type": "rgb", "value": [beside.ALBEDO] * 3}})
    mesh = mitsuba.Mesh("terrain", heights.size, faces.size // 3, has_vertex_normals=True,
                        props=properties)
    parameters = mitsuba.traverse(mesh)
    parameters["vertex_positions"] = mitsuba.Float(vertices.ravel())
    parameters["faces"] = mitsuba.UInt32(faces.ravel())
    del vertices, faces
    parameters.update()
    return mesh


def sun_of(mitsuba, scene):
    """A disc far away, as large in the sky as the sun, and as bright on a plane facing it."""
    half = math.radians(beside.SUN_SIZE_DEG / 2)
    distance = 4000 * scene.heights.shape[0] * beside.CELL_M
    place = [distance * x for x in beside.towards_sun(scene)]
    transform = mitsuba.ScalarTransform4f
    to_world = transform().look_at(origin=place, target=[0, 0, 0], up=[0, 0, 1]) @ \
        transform().scale([distance * math.tan(half)] * 2 + [1])
    radiance = beside.SUN_STRENGTH / (math.pi * math.sin(half) ** 2)
    return {"type": "disk", "to_world": to_world,
            "emitter": {"type": "area", "radiance": {"type": "rgb", "value": [radiance] * 3}},
            "bsdf": {"type": "diffuse", "reflectance": {"type": "rgb", "value": [0.0] * 3}}}


def camera_of(mitsuba, camera):
    transform = mitsuba.ScalarTransform4f
    if "eye" in camera:
        return {"type": "perspective", "fov_axis": "x", "fov": camera["fov_deg"],
                "near_clip": 1.0, "far_clip": 1e7,
                "to_world": transform().look_at(origin=camera["eye"], target=camera["target"],
                                                up=[0, 0, 1])}
    half, top = camera["height"] / 2, camera["top"]
    return {"type": "orthographic", "near_clip": 0.1, "far_clip": top + 1000.0,
            "to_world": transform().look_at(origin=[0, 0, top], target=[0, 0, 0], up=[0, 1, 0]) @
            transform().scale([half, half, 1])}


def sensor_of(mitsuba, scene):
    width, height = scene.size()
    return {**camera_of(mitsuba, scene.camera()), "sampler": {"type": "independent"},
            "film": {"type": "hdrfilm", "width": width, "height": height, "pixel_format": "rgb",
                     "component_format": "float32", "rfilter": {"type": "box"}}}


def fog_of(mitsuba, scene):
    """A box of it, far wider than the terrain, whose sides are no surface; the eye is inside."""
    transform = mitsuba.ScalarTransform4f
    half = 100 * scene.heights.shape[0] * beside.CELL_M
    height = scene.top - scene.base
    to_world = transform().translate([0, 0, scene.base + height / 2]) @ \
        transform().scale([half, half, height / 2])
    medium = {"type": "homogeneous", "albedo": scene.fog_albedo, "sigma_t": scene.extinction,
              "phase": {"type": "hg", "g": scene.g}}
    if scene.scale_m:
        import numpy
        layers = 256  # linear between their middles: off by less than 0.1 % of the depth
        at = (numpy.arange(layers) + 0.5) * height / layers
        grid = numpy.exp(-at / scene.scale_m).astype(numpy.float32)[:, None, None, None]
        unit = transform().translate([-half, -half, scene.base]) @ \
            transform().scale([2 * half, 2 * half, height])
        medium.update(type="heterogeneous", scale=scene.extinction,
                      sigma_t={"type": "gridvolume", "to_world": unit,
                               "grid": mitsuba.VolumeGrid(grid)})
    return {"fog": medium,
            "box": {"type": "cube", "to_world": to_world, "bsdf": {"type": "null"},
                    "interior": {"type": "ref", "id": "fog"}}}


class Mitsuba:
    name = "mitsuba"

    @staticmethod
    def version():
        return f"Mitsuba {require_mitsuba().__version__}"

    def __init__(self, scene):
        self.mitsuba = require_mitsuba()
        self.pixels = math.prod(scene.size())
        fog, sensor = {}, sensor_of(self.mitsuba, scene)
        integrator = {"type": "path", "max_depth": beside.BOUNCES + 2}
        if beside.is_foggy(scene):
            fog = fog_of(self.mitsuba, scene)
            sensor["medium"] = {"type": "ref", "id": "fog"}
            integrator = {"type": "volpath", "max_depth": -1, "rr_depth": 8}
        self.scene = self.mitsuba.load_dict({
            "type": "scene", **fog,
            "integrator": integrator,
            "sensor": sensor,
            "terrain": mesh_of(self.mitsuba, scene.heights),
            "sky": {"type": "constant", "sampling_weight": 0.0,
                    "radiance": {"type": "rgb", "value": [beside.SKY] * 3}},
            "sun": sun_of(self.mitsuba, scene)})

    def render(self, samples, seed):
        """In passes, as many samples in each as fit."""
        import numpy
        start, total, done = time.monotonic(), 0.0, 0
        most = max(1, PATHS // self.pixels)
        while done < samples:
            count = min(most, samples - done)
            image = self.mitsuba.render(self.scene, spp=count, seed=seed * 100003 + done)
            total = total + numpy.array(image)[..., 0].astype(numpy.float64) * count
            done += count
        return total / samples, time.monotonic() - start

    def write(self, image, path):
        self.mitsuba.Bitmap(image.astype("float32")).write(path)


if __name__ == "__main__":
    beside.main(__doc__.split("\n")[0], Mitsuba)
